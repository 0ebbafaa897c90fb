# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for hosts: one for each instance of UTMStack. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .accounts import without_account
from .rule import (
    JOB_TEMPLATE,
    Finding,
    Rule,
    Scene,
    Subject,
    quoted,
    text_of,
)
from .vault import is_vaulted

URL_VARIABLE = "utmstack_url"
# The connection options that are secrets.
SECRETS = ("password", "token", "api_key", "totp_secret", "proxy_password")
SECRET_VARIABLES = tuple(f"utmstack_{name}" for name in SECRETS)
_HAS_SCHEME = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_IS_PATTERN = re.compile(r"[\s,:;*?!&~@\[\]]")
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9]")


def _twice(scene: Scene) -> Iterator[Finding]:
    for host, other in _clashes(scene, lambda name: name):
        del other
        yield host, "two instances have this name. Rename one of them."


def _same_key(scene: Scene) -> Iterator[Finding]:
    for host, other in _clashes(scene, lambda name: _NOT_IN_KEYS.sub("_", name)):
        if host.name != other.name:
            yield (
                host,
                f"plans of this instance and of {other.name} would have the same variable, because it has underscores "
                "for everything but letters and digits. Rename one of them.",
            )


def _clashes(scene: Scene, key: Callable[[str], str]) -> Iterator[tuple[Subject, Subject]]:
    """Hosts with the key of an earlier one in their inventory, and that one."""
    seen: dict[tuple[str, str], Subject] = {}
    for host in scene.of("host"):
        first = seen.setdefault((host.text("inventory"), key(host.name)), host)
        if first is not host:
            yield host, first


def _name_is_pattern(scene: Scene) -> Iterator[Finding]:
    for host in scene.of("host"):
        if _IS_PATTERN.search(host.name):
            yield (
                host,
                "a limit would take this name for a pattern of several hosts. Use letters, digits, dots, hyphens and "
                "underscores.",
            )


def _url_without_scheme(scene: Scene) -> Iterator[Finding]:
    hosts = [(host, host.mapping("variables").get(URL_VARIABLE)) for host in scene.of("host")]
    credentials = [(credential, credential.mapping("inputs").get("url")) for credential in scene.of("credential")]
    for subject, url in hosts + credentials:
        if text_of(url) and not is_vaulted(url) and not _HAS_SCHEME.match(text_of(url)):
            yield (
                subject,
                f"the URL `{without_account(text_of(url))}` has no scheme. Write it like https://siem.example.com.",
            )


def _without_url(scene: Scene) -> Iterator[Finding]:
    made = scene.by_name("credential")
    # A credential that stands on the controller already may have one.
    others = {name for template in scene.of(JOB_TEMPLATE) for name in template.names("credentials")} - set(made)
    if any(text_of(credential.mapping("inputs").get("url")) for credential in made.values()):
        return
    if others and scene.of("credential_type"):
        return
    for host in scene.of("host"):
        if not text_of(host.mapping("variables").get(URL_VARIABLE)):
            yield host, "neither the instance nor a credential has a URL. Set the url of the instance."


def _url_outside_credential(scene: Scene) -> Iterator[Finding]:
    credentials = scene.of("credential")
    homes = {credential.name: _comparable(credential.mapping("inputs").get("url")) for credential in credentials}
    for host in scene.of("host"):
        url = host.mapping("variables").get(URL_VARIABLE)
        for name in _accounts_of(scene, host) if text_of(url) and not is_vaulted(url) else ():
            home = homes.get(name, "")
            if home and not f"{_comparable(url)}/".startswith(f"{home}/"):
                yield (
                    host,
                    f"the credential {name} belongs to the server {without_account(home)}, and is not sent to "
                    f"{without_account(text_of(url))}. Leave the URL of the credential blank, or use a credential for "
                    "each instance.",
                )


def _accounts_of(scene: Scene, host: Subject) -> list[str]:
    """The credentials of the job templates that run for a host."""
    templates = [template for template in scene.of(JOB_TEMPLATE) if template.text("limit") in ("", host.name)]
    return sorted({name for template in templates for name in template.names("credentials")})


def _comparable(url: Any) -> str:
    return text_of(url).rstrip("/").lower()


def _plain_secret(scene: Scene) -> Iterator[Finding]:
    for host in scene.of("host"):
        variables = host.mapping("variables")
        plain = [name for name in SECRET_VARIABLES if text_of(variables.get(name)) and not is_vaulted(variables[name])]
        if plain:
            yield (
                host,
                f"{quoted(plain)} would be readable for everyone who sees the inventory. Encrypt the value with "
                "ansible-vault, or use a credential.",
            )


def _vaulted_without_password(scene: Scene) -> Iterator[Finding]:
    if not any(is_vaulted(value) for host in scene.of("host") for value in host.mapping("variables").values()):
        return
    made = scene.by_name("credential")
    for template in scene.of(JOB_TEMPLATE):
        if all(name in made for name in template.names("credentials")):
            yield (
                template,
                "variables of its hosts are encrypted, and it has no Vault credential. Set vault_credential.",
            )


RULES = (
    Rule("instance-twice", "No two instances have the same name.", _twice),
    Rule(
        "instance-variable-twice",
        "The names of two instances differ in letters or digits, which make the variables of their plans.",
        _same_key,
    ),
    Rule("instance-name-is-pattern", "A limit does not take the name of an instance for a pattern.", _name_is_pattern),
    Rule("url-without-scheme", "A URL begins with `https://` or `http://`.", _url_without_scheme),
    Rule("instance-without-url", "Each instance gets a URL, from its variables or from a credential.", _without_url),
    Rule(
        "instance-url-outside-credential",
        "The URL of an instance is that of its credential, or the credential has none.",
        _url_outside_credential,
    ),
    Rule(
        "secret-in-host-variables",
        "A secret in the variables of a host is encrypted with Ansible Vault.",
        _plain_secret,
    ),
    Rule(
        "vault-credential-missing",
        "A job template whose hosts have encrypted variables has a Vault credential.",
        _vaulted_without_password,
    ),
)
