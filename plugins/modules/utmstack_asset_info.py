#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_asset_info
short_description: Find assets of the UTMStack inventory
version_added: 0.1.0
description:
  - Reads the assets of the inventory, all of them or those that fit.
  - All options must hold. In a list any entry may hold. Texts are compared whole, letter case included, except for O(contains).
options:
  contains:
    description:
      - A text that stands in the name, the MAC address or the IP address of the asset.
      - The case of letters counts in IP addresses only. C(%) and C(_), which are wildcards for the server, stand for themselves.
    type: str
  os:
    description: Operating system, such as V(Ubuntu).
    type: list
    elements: str
  os_platform:
    description: Platform of the operating system, such as V(windows).
    type: list
    elements: str
  type:
    description: Type of the asset as the server names it.
    type: list
    elements: str
    choices:
      - DATABASE
      - FIREWALL
      - CLOUD
      - LAPTOP
      - SERVER
      - WORKSTATION
      - PC
      - OTHER
      - BRIDGE
      - BROADBAND ROUTER
      - GAME CONSOLE
      - GENERAL PURPOSE
      - HUB
      - LOAD BALANCER
      - MEDIA DEVICE
      - PBX
      - PDA
      - PHONE
      - POWER-DEVICE
      - PRINT SERVER
      - PROXY SERVER
      - REMOTE MANAGEMENT
      - ROUTER
      - SECURITY-MISC
      - SPECIALIZED
      - STORAGE-MISC
      - SWITCH
      - TELECOM-MISC
      - TERMINAL
      - TERMINAL SERVER
      - VOIP ADAPTER
      - VOIP PHONE
      - WAP
      - WEB SERVER
      - WEBCAM
      - PRINTER
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
    description: Type of the logs that the asset sends, such as V(linux).
    type: list
    elements: str
  alive:
    description: Whether the asset is alive.
    type: bool
  agent:
    description: Whether an agent runs on the asset.
    type: bool
  registered_mode:
    description: How the asset came into the inventory.
    type: str
    choices: [custom, discovered, dynamic]
  discovered_since:
    description:
      - Earliest discovery. An age (V(90m), V(24h), V(7d), V(2w)) or an ISO 8601 time, which is UTC without an offset.
      - Assets without a time of discovery are left out as soon as this option or O(discovered_until) is given.
    type: str
  discovered_until:
    description: Latest discovery, written as O(discovered_since).
    type: str
  include_ports:
    description: Whether to read the open ports, too. It takes one request for each asset.
    type: bool
    default: false
  raw:
    description: Whether to add each asset as the server shows it.
    type: bool
    default: false
  concurrency:
    description: How many requests may be under way at the same time.
    type: int
    default: 4
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Only reads.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
notes:
  - UTMStack 11.0.1 fails on a filter with several values. On v11 each combination of values is a search of its own; up to 100 are made.
  - The server adds an asset for each source of logs that it does not know.
  - Names of hosts are written by others. They are returned as unsafe text that is never templated.
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: The whole inventory
  utmstack.siem.utmstack_asset_info:
  register: inventory

- name: Servers and firewalls that went missing
  utmstack.siem.utmstack_asset_info:
    type: [SERVER, FIREWALL]
    status: [missing]

- name: What came into one network this week, with its open ports
  utmstack.siem.utmstack_asset_info:
    contains: "10.0.0."
    discovered_since: 7d
    include_ports: true

- name: Hosts with open remote desktops that have no agent
  utmstack.siem.utmstack_asset_info:
    ports: [3389]
    agent: false
    alive: true
"""

RETURN = r"""
assets:
  description: The assets in the order of their IDs. Missing values are null.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the asset.
      type: int
    name:
      description: Name.
      type: str
    ip:
      description: Address.
      type: str
    addresses:
      description: All addresses that are known.
      type: list
      elements: str
    mac:
      description: MAC address.
      type: str
    alias:
      description: Alias.
      type: str
    aliases:
      description: Further aliases.
      type: list
      elements: str
    os:
      description: Operating system.
      type: str
    os_platform:
      description: Platform of the operating system.
      type: str
    os_version:
      description: Version of the operating system.
      type: str
    os_major_version:
      description: Major version of the operating system.
      type: str
    os_minor_version:
      description: Minor version of the operating system.
      type: str
    os_arch:
      description: Architecture.
      type: str
    type:
      description: Type as the server names it, one of the choices of O(type).
      type: str
    group:
      description: Name of the asset group.
      type: str
    probe:
      description: Server or probe that found the asset.
      type: str
    status:
      description: One of C(new), C(check), C(missing).
      type: str
    alive:
      description: Whether the asset is alive.
      type: bool
    agent:
      description: Whether an agent runs on the asset.
      type: bool
    registered_mode:
      description: One of C(custom), C(discovered), C(dynamic).
      type: str
    severity_metric:
      description: The server's measure of severity.
      type: float
    metrics:
      description: Further measures, such as the number of alerts.
      type: dict
    notes:
      description: Notes.
      type: str
    discovered_at:
      description: Time of discovery.
      type: str
    modified_at:
      description: Time of the last change.
      type: str
    data_inputs:
      description:
        - Sources of logs that have the name or address of the asset, each with C(source), C(data_type), C(last_seen) and C(down).
        - C(down) is null where the server does not tell.
      type: list
      elements: dict
    ports:
      description: Open ports, each with C(port), C(tcp) and C(udp), with O(include_ports=true). Null for an asset that went away meanwhile.
      returned: with O(include_ports=true)
      type: list
      elements: dict
    raw:
      description: The asset as the server shows it in lists, with O(raw=true).
      returned: with O(raw=true)
      type: dict
total:
  description: Number of assets returned. It is always all that fit.
  returned: success
  type: int
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 1
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on failure
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets import asset_info


def main() -> None:
    run_as_module(asset_info.OPERATION)


if __name__ == "__main__":
    main()
