# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options stand in one table, and everything that names them follows it."""

from __future__ import annotations

from dataclasses import fields

import yaml
from ansible_collections.utmstack.siem.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.connection import argument_spec
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import auth
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings

NAMES = [option.name for option in CONNECTION]


def test_every_setting_is_a_connection_option() -> None:
    """`concurrency` is an option of the modules that send requests side by side."""
    assert {field.name for field in fields(Settings)} == {*NAMES, "concurrency"}


def test_the_argument_spec_follows_the_table() -> None:
    spec = argument_spec(auth.OPERATION)
    assert set(NAMES) == set(spec) - set(auth.OPERATION.options)
    for option in CONNECTION:
        assert option.variable == f"UTMSTACK_{option.name.upper()}"
        assert spec[option.name].get("default") == option.default
        assert spec[option.name].get("no_log", False) is option.secret


def test_the_fragments_are_those_of_the_tables() -> None:
    from tools.fragments import texts

    assert {path: path.read_text(encoding="utf-8") for path in texts()} == texts(), "run make docs"


def test_plugins_document_the_variable_of_every_option() -> None:
    documented = yaml.safe_load(ModuleDocFragment.PLUGIN)["options"]
    assert list(documented) == NAMES
    assert {name: row["env"] for name, row in documented.items()} == {
        option.name: [{"name": option.variable}] for option in CONNECTION
    }


def test_secrets_are_the_options_that_prove_an_identity() -> None:
    assert {option.name for option in CONNECTION if option.secret} == {
        *("password", "token", "api_key", "totp_secret"),
        "proxy_password",
    }
