# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shipped credential type injects, as a controller renders it, and what the collection makes of that."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.connection import argument_spec, with_identity
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.given import with_environment
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import auth
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import Settings, settings_from
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.injectors import DIRECTORY, rendered
from jinja2.exceptions import SecurityError

from .setups import shipped_data

CA_FILE = f"{DIRECTORY}template.ca"
TEXTS = {
    "url": "https://siem.example.com",
    "username": "analyst",
    "password": "not-a-real-password",
    "token": "not-a-real-token",
    "api_key": "not-a-real-key",
    "totp_secret": "NOTAREALSECRET22",
    "ca": "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n",
}
# What a form leaves behind where nothing was given.
BLANKS: tuple[dict[str, str], ...] = ({}, dict.fromkeys(TEXTS, ""), dict.fromkeys(TEXTS, " \n"))
SKIP = "skip_tls_verification"
Inputs = dict[str, Any]


@functools.cache
def credential_type() -> Mapping[str, Any]:
    """The credential type that the role makes."""
    found: Mapping[str, Any] = shipped_data()["credential_type"]
    return found


def combinations() -> Iterator[Inputs]:
    """Every set of given fields; the others are missing, empty or blank, and the boolean missing, false or true."""
    for number, given in enumerate(product((False, True), repeat=len(TEXTS))):
        texts = {name: text for (name, text), is_given in zip(TEXTS.items(), given) if is_given}
        for turn, boolean in enumerate(({}, {SKIP: False}, {SKIP: True})):
            yield {**BLANKS[(number + turn) % len(BLANKS)], **texts, **boolean}


def connection(environment: Mapping[str, str], **task: Any) -> Settings:
    """The connection that a task of the collection gets from these variables."""
    spec = argument_spec(auth.OPERATION)
    given = with_environment(task, environment)
    validated = ArgumentSpecValidator(spec).validate(given)
    assert not validated.error_messages
    return settings_from(with_identity(validated.validated_parameters, environment))


def is_account(inputs: Inputs) -> bool:
    """Whether these inputs are enough to log in."""
    given = {name for name, value in inputs.items() if isinstance(value, str) and value.strip()}
    return bool(given & {"token", "api_key"}) or {"username", "password"} <= given


def test_no_combination_of_fields_turns_the_checks_off_by_itself() -> None:
    """Certificates are checked unless the boolean is true, and a path is there only with a certificate."""
    for inputs in combinations():
        environment = rendered(credential_type(), inputs).env

        assert environment["UTMSTACK_VALIDATE_CERTS"] == ("false" if inputs.get(SKIP) else "true"), inputs
        assert environment["UTMSTACK_CA_PATH"] == (CA_FILE if inputs.get("ca", "").strip() else ""), inputs
        assert "UTMSTACK_BYPASS_TWO_FACTOR" not in environment


def test_a_blank_field_is_not_given_to_the_collection() -> None:
    """A task gets exactly the fields that hold something, with the defaults of the connection for the others."""
    checked = 0
    for inputs in combinations():
        # With a host that names its server, as for one credential for all instances.
        task = {} if inputs.get("url", "").strip() else {"url": TEXTS["url"]}
        if not is_account(inputs):
            continue
        settings = connection(rendered(credential_type(), inputs).env, **task)
        checked += 1

        shown = {name: getattr(settings, name) for name in ("username", "password", "token", "api_key", "totp_secret")}
        assert shown == {name: inputs.get(name, "").strip() or None for name in shown}, inputs
        assert settings.url == TEXTS["url"]
        assert settings.validate_certs is not bool(inputs.get(SKIP)), inputs
        assert settings.ca_path == (CA_FILE if inputs.get("ca", "").strip() else None), inputs
    assert checked > 200


def test_a_credential_without_any_field_gives_nothing() -> None:
    injected = rendered(credential_type(), {})

    assert {name: value for name, value in injected.env.items() if value} == {"UTMSTACK_VALIDATE_CERTS": "true"}
    # The file is written all the same.
    assert injected.files == {CA_FILE: ""}


def test_certificates_arrive_in_the_file() -> None:
    assert rendered(credential_type(), {"ca": TEXTS["ca"]}).files == {CA_FILE: TEXTS["ca"]}


def test_injectors_are_rendered_as_a_controller_does() -> None:
    fields = [{"id": "text", "default": "x"}, {"id": "flag", "type": "boolean", "default": True}]
    injectors = {
        "env": {
            "TEXT": "[{{ text }}]",
            "FLAG": "{{ flag }}",
            "FILE": "{{ tower.filename }}",
            "NONE": "{{ text is defined }}",
        },
        "file": {"template": "{{ text }}"},
        "extra_vars": {"one": "{{ flag }}", "more": ["{{ text }}", {"deep": "{{ flag }}"}]},
    }

    injected = rendered({"inputs": {"fields": fields}, "injectors": injectors}, {}, "/tmp/")

    assert injected.env == {"TEXT": "[]", "FLAG": "False", "FILE": "/tmp/template", "NONE": "False"}
    assert injected.extra_vars == {"one": "False", "more": ["", {"deep": "False"}]}
    assert injected.files == {"/tmp/template": ""}


def test_injectors_are_rendered_in_a_sandbox() -> None:
    assert rendered({"injectors": {"env": {"X": "[{{ ''.__class__ }}]"}}}, {}).env == {"X": "[]"}
    with pytest.raises(SecurityError):
        rendered({"injectors": {"env": {"X": "{{ [].append(1) }}"}}}, {})
