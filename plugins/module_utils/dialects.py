# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the server generations, as data: no other file asks for a version.

`v10` is 10.x, `v11` is 11.0 and later 11.x. Field names are those of the stored alert documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .errors import InvalidInput


@dataclass(frozen=True)
class Dialect:
    """One generation of servers.

    :param alert_pattern: index pattern of the daily alert indices.
    :param adversary: document field of the side that attacks.
    :param target: document field of the side that is attacked.
    :param technique: document field of the ATT&CK tactic or technique.
    :param has_echoes: repeated alerts are documents of their own that point to their parent by `parentId`
        and follow it when its status is written.
    :param has_api_keys: the `Utm-Api-Key` header is honoured.
    :param totp_period: seconds a one-time code lasts.
    :param login_token: member of the login answer that holds the token.
    :param code_method: HTTP method that hands in a one-time code: as `code` in the query (GET) or as text (POST).
    :param code_path: endpoint that takes it.
    :param has_bypass: a login can ask for the second factor to be left out, and tells whether one is enrolled.
    :param asset_agent: member of an asset that says whether an agent runs on it.
    :param asset_value_lists: a search for assets takes several values of one filter; 11.0.1 answers them with 500.
    :param asset_data_types: a search for assets can be narrowed by data type; elsewhere the filter is ignored.
    """

    name: str
    alert_pattern: str
    adversary: str
    target: str
    technique: str
    has_echoes: bool
    has_api_keys: bool
    totp_period: int
    login_token: str
    code_method: str
    code_path: str
    has_bypass: bool
    asset_agent: str
    asset_value_lists: bool
    asset_data_types: bool


V10 = Dialect(
    name="v10",
    alert_pattern="alert-*",
    adversary="source",
    target="destination",
    technique="tactic",
    has_echoes=False,
    has_api_keys=False,
    totp_period=300,
    login_token="id_token",
    code_method="GET",
    code_path="/api/tfa/verifyCode",
    has_bypass=False,
    asset_agent="agent",
    asset_value_lists=True,
    asset_data_types=False,
)
V11 = Dialect(
    name="v11",
    alert_pattern="v11-alert-*",
    adversary="adversary",
    target="target",
    technique="technique",
    has_echoes=True,
    has_api_keys=True,
    totp_period=30,
    login_token="token",
    code_method="POST",
    code_path="/api/tfa/verify-code",
    has_bypass=True,
    asset_agent="isAgent",
    asset_value_lists=False,
    asset_data_types=True,
)
DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (V10, V11)}


def dialect_of_version(version: str) -> Dialect:
    """The dialect of a server that calls itself `version`, such as ``11.0.1``.

    :raises InvalidInput: this generation is not known to the collection.
    """
    name = "v" + version.split(".", 1)[0]
    if name not in DIALECTS:
        raise InvalidInput(
            f"The server calls itself version {version!r}; this collection knows 10.x and 11.x. "
            "Set `dialect` to v10 or v11 to try nevertheless."
        )
    return DIALECTS[name]
