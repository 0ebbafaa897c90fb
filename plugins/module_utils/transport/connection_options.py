# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options, once: the argument spec, the environment variables and the documentation derive from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..dialects import DIALECTS
from .settings import Settings


@dataclass(frozen=True)
class ConnectionOption:
    """One connection option; its default is the one of :class:`Settings`.

    :param type: Ansible's name of the type.
    :param description: sentences of the documentation, in Ansible's markup.
    :param secret: the value must never be shown.
    """

    name: str
    type: str
    description: Sequence[str]
    secret: bool = False
    choices: Sequence[str] = ()

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"UTMSTACK_{self.name.upper()}"

    @property
    def is_required(self) -> bool:
        """Whether there is no connection without it."""
        return self.name == "url"

    @property
    def default(self) -> Any:
        """The value when it is set nowhere; None for no value."""
        return None if self.is_required else getattr(Settings, self.name)

    def spec(self) -> dict[str, Any]:
        """The option for an argument spec, without its environment variable."""
        spec: dict[str, Any] = {"type": self.type}
        if self.is_required:
            spec["required"] = True
        if self.default is not None:
            spec["default"] = self.default
        if self.choices:
            spec["choices"] = list(self.choices)
        if self.secret:
            spec["no_log"] = True
        return spec

    def documentation(self, for_plugins: bool = False) -> dict[str, Any]:
        """The option for a DOCUMENTATION block.

        :param for_plugins: inventory, lookup and other plugins, where ``env`` names the variable.
        """
        shown = {name: value for name, value in self.spec().items() if name != "no_log"}
        if for_plugins:
            return {"description": list(self.description), **shown, "env": [{"name": self.variable}]}
        source = f"If not set, the environment variable E({self.variable}) is used."
        return {"description": [*self.description, source], **shown}


CONNECTION: Sequence[ConnectionOption] = (
    ConnectionOption(
        "url",
        "str",
        (
            "Address of the UTMStack server, such as V(https://siem.example.com).",
            "It consists of scheme, host, port and an optional path prefix.",
            "Redirects to another host or out of the path prefix are refused so that credentials are not sent there.",
        ),
    ),
    ConnectionOption(
        "username",
        "str",
        (
            "Login exactly as UTMStack stores it. It is case-sensitive, and v11 does not accept an email address.",
            "Used together with O(password) when neither O(api_key) nor O(token) is set.",
        ),
    ),
    ConnectionOption(
        "password",
        "str",
        (
            "Password of O(username).",
            "A refused login is never repeated. Ten of them lock the client's address for ten minutes, for every user "
            "behind it. Newer servers count all clients with private addresses as one.",
        ),
        secret=True,
    ),
    ConnectionOption(
        "token",
        "str",
        (
            "Bearer token of an earlier login, for hosts that cannot share the session of the run.",
            "UTMStack invalidates all tokens when it restarts. A token is not renewed.",
        ),
        secret=True,
    ),
    ConnectionOption(
        "api_key",
        "str",
        (
            "API key of a UTMStack v11 server. Recommended for automation: it needs no second factor and survives "
            "restarts.",
            "UTMStack v10 has no API keys.",
        ),
        secret=True,
    ),
    ConnectionOption(
        "totp_secret",
        "str",
        (
            "Base32 secret of the authenticator app enrolled for O(username). Completes a login that requires a second "
            "factor.",
        ),
        secret=True,
    ),
    ConnectionOption(
        "bypass_two_factor",
        "bool",
        (
            "Ask a v11 server to accept a password login without the second factor, using UTMStack's own header for "
            "it.",
            "This weakens the protection of the account. Each such login is reported as a warning.",
        ),
    ),
    ConnectionOption(
        "validate_certs",
        "bool",
        ("Whether to verify the TLS certificate of the server. Prefer O(ca_path) over disabling this.",),
    ),
    ConnectionOption(
        "ca_path", "path", ("File or directory with the CA certificates to trust instead of the system's.",)
    ),
    ConnectionOption(
        "proxy", "str", ("URL of the HTTP proxy. Without it, the usual proxy environment variables apply.",)
    ),
    ConnectionOption("proxy_username", "str", ("Login at the O(proxy), if it is not part of its URL.",)),
    ConnectionOption(
        "proxy_password",
        "str",
        ("Password of O(proxy_username). Unlike in a URL, its special characters need no encoding.",),
        secret=True,
    ),
    ConnectionOption(
        "timeout",
        "int",
        ("Seconds to wait for a complete response. UTMStack itself gives up on some writes only after 60 seconds.",),
    ),
    ConnectionOption("connect_timeout", "int", ("Seconds to wait for a connection.",)),
    ConnectionOption(
        "retry_budget",
        "int",
        (
            "Seconds in total that a task may spend waiting between retries.",
            "Refused or dropped connections and the responses 429, 502, 503 and 504 are retried.",
            "A write is retried only after reading back that it was not stored.",
        ),
    ),
    ConnectionOption(
        "dialect",
        "str",
        (
            "Major version of the server. Detected automatically, except with an O(api_key) or O(token) for a server "
            "that does not report its version.",
        ),
        choices=tuple(DIALECTS),
    ),
)
# Relations between connection options, under the names that Ansible gives them.
URL = CONNECTION[0]
# Who speaks: one value, so that no part of it comes from elsewhere.
IDENTITY: Sequence[ConnectionOption] = tuple(
    option for option in CONNECTION if option.name in ("username", "password", "token", "api_key", "totp_secret")
)
CONNECTION_RULES: Mapping[str, Sequence[Sequence[str]]] = {"mutually_exclusive": [("api_key", "token")]}


def documentation(for_plugins: bool = False) -> dict[str, Any]:
    """The connection options for a DOCUMENTATION block, by name."""
    return {option.name: option.documentation(for_plugins) for option in CONNECTION}
