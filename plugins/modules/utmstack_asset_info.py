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
  - Reads the assets of the inventory, or only those that match the given options.
  - All options must match. In a list, any entry may match. Text values are compared in full and are case-sensitive, except for O(contains).
options:
  contains:
    description:
      - Text that the name, MAC address or IP address of the asset must contain.
      - Case matters in IP addresses only. C(%) and C(_) are wildcards on the server and are treated as plain text here.
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
    description: Log type that the asset sends, such as V(linux).
    type: list
    elements: str
  alive:
    description: Whether the asset is alive. Without it, both match.
    type: bool
  agent:
    description: Whether an agent runs on the asset. Without it, both match.
    type: bool
  registered_mode:
    description: How the asset was added to the inventory.
    type: str
    choices: [custom, discovered, dynamic]
  discovered_since:
    description:
      - Earliest time of discovery. An age (V(90m), V(24h), V(7d), V(2w)), V(today), V(yesterday), a day or an ISO 8601 time.
      - Days and times without an offset are in O(time_zone).
      - Assets without a discovery time are left out if this option or O(discovered_until) is set.
    type: str
  discovered_until:
    description: Latest time of discovery, in the format of O(discovered_since). A day without a time counts to its end.
    type: str
  include_ports:
    description: Whether to read the open ports as well. This takes one request per asset.
    type: bool
    default: false
  raw:
    description: Whether to add each asset as the server lists it.
    type: bool
    default: false
  concurrency:
    description: Maximum number of parallel requests.
    type: int
    default: 4
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
  - utmstack.siem.selection.time_zone
notes:
  - UTMStack 11.0.1 fails on a filter with several values. On v11, the module therefore searches for each combination of values separately, up to 100
    combinations.
  - The server adds an asset for each unknown log source.
  - Host names may be attacker-controlled. They are returned as unsafe text and are never templated.
seealso:
  - module: utmstack.siem.utmstack_alert_info
  - plugin: utmstack.siem.assets
    plugin_type: inventory
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Read the whole inventory
  utmstack.siem.utmstack_asset_info:
  register: inventory

- name: Find missing servers and firewalls
  utmstack.siem.utmstack_asset_info:
    type: [SERVER, FIREWALL]
    status: [missing]

- name: Find new assets of one network, with their open ports
  utmstack.siem.utmstack_asset_info:
    contains: "10.0.0."
    discovered_since: 7d
    include_ports: true

- name: Find hosts with RDP exposed and no agent
  utmstack.siem.utmstack_asset_info:
    ports: [3389]
    agent: false
    alive: true
"""

RETURN = r"""
assets:
  description: The assets, ordered by ID. Missing values are null.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 1
      name: web-01
      ip: 10.0.0.5
      mac: 00:11:22:33:44:55
      alias: frontend
      os: Ubuntu
      os_platform: ubuntu
      os_version: "22.04"
      os_major_version: "22"
      os_minor_version: "04"
      os_arch: x86_64
      probe: probe-1
      alive: true
      severity_metric: 1.5
      notes: public web
      discovered_at: "2026-10-01T08:00:00Z"
      modified_at: "2026-11-01T08:00:00Z"
      addresses: [10.0.0.5, 'fe80::5']
      aliases: [web, www]
      type: null
      group: null
      status: check
      registered_mode: discovered
      agent: true
      metrics: {Alerts: 12}
      data_inputs: []
  contains:
    id:
      description: ID of the asset.
      type: int
    name:
      description: Name of the asset.
      type: str
    ip:
      description: IP address of the asset.
      type: str
    addresses:
      description: All known addresses of the asset.
      type: list
      elements: str
    mac:
      description: MAC address of the asset.
      type: str
    alias:
      description: Alias of the asset.
      type: str
    aliases:
      description: Further aliases of the asset.
      type: list
      elements: str
    os:
      description: Operating system of the asset.
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
      description: Architecture of the operating system.
      type: str
    type:
      description: Type of the asset, one of the choices of O(type).
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
      description: Severity metric of the server.
      type: float
    metrics:
      description: Further metrics, such as the number of alerts.
      type: dict
    notes:
      description: Notes of the asset.
      type: str
    discovered_at:
      description: Time of discovery.
      type: str
    modified_at:
      description: Time of the last change.
      type: str
    data_inputs:
      description:
        - Log sources with the name or address of the asset, each with C(source), C(data_type), C(last_seen) and C(down).
        - C(down) is null if the server does not report it.
      type: list
      elements: dict
    ports:
      description: Open ports, each with C(port), C(tcp) and C(udp). Null for an asset that was removed in the meantime.
      returned: with O(include_ports=true)
      type: list
      elements: dict
    raw:
      description: The asset as the server lists it.
      returned: with O(raw=true)
      type: dict
total:
  description: Number of assets returned. This is always the complete result.
  returned: success
  type: int
  sample: 34
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 2
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on failure
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: GET /api/utm-network-scans/search-by-filters, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets import asset_info


def main() -> None:
    run_as_module(asset_info.OPERATION)


if __name__ == "__main__":
    main()
