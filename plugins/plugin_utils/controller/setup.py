# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the role controller_objects, read into names and targets. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.utmstack.siem.plugins.module_utils.conversion import is_blank

ACCOUNT = "account"
PER_INSTANCE, VAULT = "per_instance", "vault"


@dataclass(frozen=True)
class Target:
    """What a set of job templates is for: all instances, or one of them.

    :param instance: name of the instance, empty for all.
    :param credentials: names of the credentials that the templates use.
    """

    instance: str
    credentials: tuple[str, ...]


@dataclass(frozen=True)
class Setup:
    """The variables of the role without its prefix, and the data of controller/objects."""

    settings: Mapping[str, Any]
    data: Mapping[str, Any]

    @property
    def organization(self) -> str:
        """The name of the organization."""
        return str(self.settings["organization"])

    @property
    def instances(self) -> list[Mapping[str, Any]]:
        """The instances as the user listed them."""
        return list(self.settings.get("instances") or [])

    @property
    def ways_in(self) -> str:
        """Where jobs get their secrets from: `shared`, `per_instance` or `vault`."""
        return str(self.settings.get("credentials") or "shared")

    @property
    def credential_type(self) -> str:
        """The name of the credential type."""
        return str(self.data["credential_type"]["name"])

    @property
    def execution_environment(self) -> str:
        """The name of the execution environment, empty for the default of the controller."""
        if self.given("execution_environment_image"):
            return self.name("execution environment")
        return str(self.settings.get("execution_environment") or "")

    @property
    def targets(self) -> list[Target]:
        """One set of job templates for all instances, or one for each of them."""
        if self.ways_in == PER_INSTANCE:
            return [Target(str(instance["name"]), (self.account_of(instance),)) for instance in self.instances]
        if self.ways_in == VAULT:
            vault = self.settings.get("vault_credential")
            return [Target("", (str(vault),) if not is_blank(vault) else ())]
        return [Target("", (self.name(ACCOUNT),))]

    def account_of(self, instance: Mapping[str, Any]) -> str:
        """The name of the credential of one instance: an existing one that it names, or its own."""
        named = instance.get("credential")
        return self.name(ACCOUNT, str(instance["name"])) if is_blank(named) else str(named)

    def name(self, title: str, instance: str = "") -> str:
        """The name of the object with a title."""
        return " ".join(filter(None, [str(self.settings["name_prefix"]), title, instance]))

    def given(self, variable: str) -> bool:
        """Whether a variable is neither blank nor empty."""
        value = self.settings.get(variable)
        return not is_blank(value) and value not in ([], {})
