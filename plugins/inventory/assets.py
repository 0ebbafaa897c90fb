# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: assets
short_description: Hosts from the assets of UTMStack
version_added: 1.0.0
description:
  - Makes a host of each asset, and groups by operating system, type, asset group, state and open alerts.
  - The name of the file ends with C(.utmstack.yml) or C(.utmstack.yaml).
  - The inventory is complete, or it is an error, also with O(strict) if an expression fails for one host.
  - Ansible itself goes on without hosts and exits with 0 if an inventory cannot be read, unless C(any_unparsed_is_failed) is set in the section
    C([inventory]) of C(ansible.cfg), or E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true).
  - Assets report their own names, which an attacker may have chosen. Texts of the server are unsafe and never templated, and no variable of an asset
    changes how Ansible connects unless O(set_ansible_host) or O(compose) says so.
options:
  plugin:
    description: Names this plugin.
    type: str
    required: true
    choices: [utmstack.siem.assets]
  only:
    description:
      - The assets that become hosts. All conditions must match. In a list, any entry may match.
      - Without it, all assets do.
    type: dict
    suboptions:
      contains:
        description: Text that the name, MAC address or IP address of the asset must contain.
        type: str
      os:
        description: Operating system of the asset, such as V(Ubuntu).
        type: list
        elements: str
      os_platform:
        description: Platform of the operating system, such as V(windows).
        type: list
        elements: str
      type:
        description: Type of the asset as the server names it, such as V(SERVER).
        type: list
        elements: str
      alias:
        description: Alias of the asset.
        type: list
        elements: str
      probe:
        description: Server or probe that found the asset.
        type: list
        elements: str
      groups:
        description: Name of the asset group.
        type: list
        elements: str
      status:
        description: State of the asset.
        type: list
        elements: str
        choices: [new, check, missing]
      ports:
        description: Open port.
        type: list
        elements: int
      data_types:
        description: Log type that the asset sends, such as V(linux).
        type: list
        elements: str
      alive:
        description: Whether the asset is alive.
        type: bool
      agent:
        description: Whether an agent runs on the asset.
        type: bool
      registered_mode:
        description: How the asset was added to the inventory.
        type: str
        choices: [custom, discovered, dynamic]
      discovered_since:
        description: Earliest time of discovery, such as V(7d) or V(2026-11-20).
        type: str
      discovered_until:
        description: Latest time of discovery.
        type: str
  alerts:
    description:
      - Whether to count the alerts of each asset.
      - An alert belongs to each asset whose name or address is its source, target or data source. A further address or alias counts if no other asset
        has it.
      - Counting takes one request for every 2,000 alerts. With O(only), all assets are read for it.
    type: bool
    default: true
  query:
    description:
      - Conditions on the alerts to count, by the query keys of M(utmstack.siem.utmstack_alert_info). All of them must match.
      - Only alerts that are open or in review are counted. Without this option, all of them are.
    type: dict
  group_by:
    description:
      - The groups to make. An empty list makes none.
      - V(os) makes groups such as C(os_windows), by platform or else by operating system, V(type) such as C(type_server), and V(group) such as
        C(group_datacenter).
      - V(alive) makes C(alive) and C(not_alive), V(agent) makes C(agent) and C(no_agent).
      - V(alerts) makes C(alert_open), C(alert_in_review) and C(alert_open_in_review) for either, and C(alert_high), C(alert_medium) and C(alert_low) for
        hosts with an alert of this severity that is open or in review.
    type: list
    elements: str
    choices: [os, type, group, alive, agent, alerts]
    default: [os, type, group, alive, agent, alerts]
  set_ansible_host:
    description:
      - Whether to connect to the main IP address of an asset instead of its name.
      - It is not set for a host that another source of the inventory named before.
    type: bool
    default: false
  name_prefix:
    description:
      - What the name of each host begins with, such as V(acme-).
      - Hosts of the same name from several sources of an inventory are one host to Ansible. Set it if you read several UTMStack servers.
    type: str
    default: ''
extends_documentation_fragment:
  - utmstack.siem.connection.plugin
  - utmstack.siem.selection.time_zone
  - constructed
  - inventory_cache
notes:
  - Each host has the variables C(utmstack_id), C(utmstack_name), C(utmstack_ip), C(utmstack_addresses), C(utmstack_mac), C(utmstack_alias),
    C(utmstack_aliases), C(utmstack_os), C(utmstack_os_platform), C(utmstack_os_version), C(utmstack_os_major_version), C(utmstack_os_minor_version),
    C(utmstack_os_arch), C(utmstack_type), C(utmstack_group), C(utmstack_probe), C(utmstack_status), C(utmstack_registered_mode),
    C(utmstack_severity_metric), C(utmstack_notes), C(utmstack_discovered_at) and C(utmstack_modified_at) as M(utmstack.siem.utmstack_asset_info) returns
    them.
  - C(utmstack_alive_state) is C(alive) or C(not_alive), C(utmstack_agent_state) is C(agent) or C(no_agent), and C(utmstack_data_types) lists the log types.
    Ansible makes groups of texts only, so there are no truth values.
  - C(utmstack_alerts) has the numbers C(total), C(open), C(in_review), C(low), C(medium) and C(high).
  - A host is named after its asset, or else after its address or ID. In its name, what is no letter, digit, hyphen, dot or underscore becomes an
    underscore. Of assets with the same name, the one with the lowest ID keeps it, and the ID is added to the others, with a warning.
  - Each expression of O(compose), O(groups) and O(keyed_groups) is evaluated for each host, which takes seconds for thousands of hosts. The groups of
    O(group_by) take no expressions.
  - Options other than O(compose), O(groups) and O(keyed_groups) may contain templates, which see extra variables, and texts of the vault.
  - With O(cache), assets and counts are kept without credentials, for each server, identity, O(only) and O(query).
seealso:
  - module: utmstack.siem.utmstack_asset_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
# siem.utmstack.yml: all assets, with credentials from UTMSTACK_API_KEY
plugin: utmstack.siem.assets
url: https://siem.example.com

---
# servers.utmstack.yml: servers that are alive, reached by their addresses
plugin: utmstack.siem.assets
url: https://siem.example.com
api_key: "{{ lookup('ansible.builtin.env', 'SIEM_KEY') }}"
only:
  type: [SERVER, WEB SERVER]
  alive: true
query:
  since: 7d
set_ansible_host: true
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/utmstack

---
# groups.utmstack.yml: groups and variables by expressions
plugin: utmstack.siem.assets
url: https://siem.example.com
strict: true
compose:
  ansible_user: "'administrator' if utmstack_os_platform == 'windows' else 'ansible'"
groups:
  urgent: utmstack_alerts.high > 0 and utmstack_alive_state == 'alive'
keyed_groups:
  - key: utmstack_data_types
    prefix: sends
  - key: utmstack_status
    prefix: status
    default_value: unknown
"""

from collections.abc import Callable, Sequence
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var
from ansible.utils.vars import combine_vars
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_hosts import (
    GROUPINGS,
    AssetHosts,
    checked_prefix,
    hosts_of,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_inventory import (
    AssetInventory,
    Selection,
    cache_name,
    check,
    counted_query,
    inventory_from,
    kept_text,
    read_inventory,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_search import FILTERS
from ansible_collections.utmstack.siem.plugins.module_utils.operations.options import QUERY_OPTIONS, TIME_ZONE
from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable
from ansible_collections.utmstack.siem.plugins.module_utils.query.searches import right_for_one
from ansible_collections.utmstack.siem.plugins.module_utils.time_zones import now_in
from ansible_collections.utmstack.siem.plugins.plugin_utils.connected_plugin import connected
from ansible_collections.utmstack.siem.plugins.plugin_utils.inventory_options import (
    EXPRESSIONS,
    Option,
    blank_variables_unset,
    options_in_file,
)

_ENDINGS = (".utmstack.yml", ".utmstack.yaml")
_OWN_OPTIONS: dict[str, Option] = {
    "only": {"type": "dict", "options": FILTERS},
    "query": {"type": "dict", "options": QUERY_OPTIONS},
    "group_by": {"type": "list", "elements": "str", "choices": list(GROUPINGS)},
    **TIME_ZONE,
}
# How Ansible begins the refusal of a truth value or a number as the key of a group.
_NO_TEXT = "Invalid group name format"
# How it begins the refusal of null or an empty text as one.
_NO_VALUE = "No key or key resulted empty for "
_MAX_SHOWN = 5
_MAX_MESSAGE_LENGTH = 1000


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory plugin."""

    NAME = "utmstack.siem.assets"

    def verify_file(self, path: str) -> bool:
        """Whether a file is named like one of this plugin."""
        return bool(super().verify_file(path)) and path.endswith(_ENDINGS)

    def parse(self, inventory: Any, loader: DataLoader, path: str, cache: bool = True) -> None:
        """Add the hosts of a file, or none of them."""
        super().parse(inventory, loader, path, cache)
        try:
            self._check_file(path)
            # Calls `set_options`, and opens the cache.
            self._read_config_data(path)
            self._fill(self._read(cache), path)
        except AnsibleError as error:
            raise AnsibleParserError(f"{printable(path)}: {printable(error.message, _MAX_MESSAGE_LENGTH)}") from None

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Check and convert the options before Ansible does, whose messages name neither the file nor the next step."""
        try:
            documented = C.config.get_configuration_definitions(self.plugin_type, self._load_name)
            self.templar.available_variables = self._vars
            found = options_in_file(direct or {}, documented, _OWN_OPTIONS, self.templar.template)
            for name in ("only", "query"):
                if name in (direct or {}) and not found.get(name):
                    raise InvalidInput(f"`{name}` is empty. Leave it out, or set what to look for.")
            checked_prefix(found.get("name_prefix", ""))
        except InvalidInput as error:
            raise AnsibleParserError(error.message) from None
        with blank_variables_unset():
            super().set_options(task_keys=task_keys, var_options=var_options, direct=found)

    def _check_file(self, path: str) -> None:
        given = self.loader.load_from_file(path, cache="none")
        if not isinstance(given, dict) or given.get("plugin") != self.NAME:
            raise AnsibleParserError(f"The line `plugin: {self.NAME}` is missing. Add it.")

    def _read(self, may_use_cache: bool) -> AssetInventory:
        """The assets and the counts of their alerts, from the cache or from the server."""
        with connected(self, AnsibleParserError) as client:
            time_zone = self.get_option("time_zone")
            now = now_in(time_zone)
            query = counted_query(self.get_option("query") or {}) if self.get_option("alerts") else None
            selection = Selection(self.get_option("only") or {}, query)
            right_for_one(lambda dialect: check(selection, dialect, now), client.settings.dialect)
            if not self.get_option("cache"):
                return self._read_again(lambda: read_inventory(client, selection, now))
            name = cache_name(client, selection, time_zone)
            kept = inventory_from(self._cache.get(name)) if may_use_cache else None
            if kept is None:
                kept = self._read_again(lambda: read_inventory(client, selection, now))
                self._cache[name] = kept_text(kept)
            return kept

    def _read_again(self, read: Callable[[], AssetInventory]) -> AssetInventory:
        found = read()
        if found.unmatched:
            self.display.v(f"{self.NAME}: {found.unmatched} alerts name no asset")
        return found

    def _fill(self, read: AssetInventory, path: str) -> None:
        """Add the hosts. If that fails, remove what was added: Ansible would go on with a part."""
        named = [self._sanitize_group_name(str(name)) for name in self.get_option("groups")]
        taken, prefix = {*self.inventory.groups, *named}, self.get_option("name_prefix")
        found = hosts_of(read.assets, read.alerts, self.get_option("group_by"), taken, prefix)
        self._warn(found, path)
        hosts, groups = set(self.inventory.hosts), set(self.inventory.groups)
        try:
            self._add_hosts(found)
            self._construct([host.name for host in found.hosts])
        except Exception:
            for name in set(self.inventory.hosts) - hosts:
                self.inventory.remove_host(self.inventory.hosts[name])
            for name in set(self.inventory.groups) - groups:
                self.inventory.remove_group(self.inventory.groups[name])
            raise

    def _add_hosts(self, found: AssetHosts) -> None:
        sets_address = self.get_option("set_ansible_host")
        for group in found.groups:
            self.inventory.add_group(group)
        for host in found.hosts:
            is_known = host.name in self.inventory.hosts
            self.inventory.add_host(host.name)
            for group in host.groups:
                self.inventory.add_host(host.name, group)
            added = self.inventory.hosts[host.name]
            # By the name of the host, Ansible would prefer a group of this name.
            for name, value in host.variables.items():
                added.set_variable(name, wrap_var(value))
            if sets_address and host.address is not None and not is_known:
                added.set_variable("ansible_host", wrap_var(host.address))

    def _construct(self, names: list[str]) -> None:
        """Evaluate the expressions, those that make groups of what an asset reports last."""
        strict = self.get_option("strict")
        steps = (self._set_composite_vars, self._add_host_to_composed_groups, self._add_host_to_keyed_groups)
        extra = self._vars if self.get_option("use_extra_vars") else {}
        for option, step in zip(EXPRESSIONS, steps):
            expressions = self.get_option(option)
            fetched = {} if option == "compose" else {"fetch_hostvars": False}
            for name in names if expressions else ():
                variables = combine_vars(self.inventory.hosts[name].get_vars(), extra)
                try:
                    step(expressions, variables, name, strict=strict, **fetched)
                except AnsibleError as error:
                    reason = error.message.rstrip(".")
                    if _NO_TEXT in reason:
                        reason = f"A key for host {name} is a truth value or a number. Add `| string` to it"
                    elif reason.startswith(_NO_VALUE):
                        key = reason[len(_NO_VALUE) :].rpartition(" in host ")[0]
                        reason = (
                            f"{key} is empty for host {name}. Add a `default_value` to its entry, or remove `strict`"
                        )
                    raise AnsibleParserError(f"`{option}`: {reason}.") from None

    def _warn(self, found: AssetHosts, path: str) -> None:
        if not found.hosts:
            missing = (
                "No asset matches `only`. Check its values" if self.get_option("only") else "UTMStack has no assets"
            )
            self.display.warning(f"{printable(path)}: {missing}.")
        others = [name for names in found.renamed.values() for name in names]
        if others:
            self.display.warning(
                f"{printable(path)}: {len(others)} assets have the same name as another asset, a group or localhost, so "
                f"their hosts have the ID of the asset added: {_first(others)}."
            )
        for name, texts in found.merged.items():
            self.display.warning(f"{printable(path)}: the group {name} stands for several values: {_first(texts)}.")


def _first(texts: Sequence[str]) -> str:
    shown = ", ".join(map(printable, texts[:_MAX_SHOWN]))
    return f"{shown}, …" if len(texts) > _MAX_SHOWN else shown
