#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_tag
short_description: Manage the UTMStack tag catalog
version_added: 0.1.0
description:
  - Creates catalog tags, changes their color or removes them.
  - The web interface and the tag rules use the catalog. Alerts can carry tags that are not in it. Use M(utmstack.siem.utmstack_alert_tags) to tag alerts.
  - Tags cannot be renamed, because alerts would keep the old text. Create the new tag, move rules and alerts to it and remove the old one.
options:
  name:
    description:
      - Name of the tag, up to 50 characters, case-sensitive.
      - A new name with an apostrophe, a backslash or a control character is rejected, because it would break every rule that adds the tag.
      - A name that differs from another catalog tag only in case, spaces or hyphens causes a warning.
    type: str
    required: true
  state:
    description:
      - Whether the tag exists in the catalog.
      - Built-in tags, such as C(False positive), are neither removed nor changed.
    type: str
    choices: [present, absent]
    default: present
  color:
    description:
      - Color of the tag in the web interface, such as V(#f44336) or V(#f43). Quote it, because C(#) starts a comment in YAML.
      - Without it, an existing tag keeps its color and a new tag has none.
      - Not allowed with O(state=absent).
    type: str
  force:
    description: Whether to remove a tag that tag rules still add. The rules keep matching alerts but no longer add the tag.
    type: bool
    default: false
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.object_writer
seealso:
  - module: utmstack.siem.utmstack_tag_info
  - module: utmstack.siem.utmstack_tag_rule
  - module: utmstack.siem.utmstack_alert_tags
  - plugin: utmstack.siem.tag_hygiene
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Create a tag with a color
  utmstack.siem.utmstack_tag:
    name: Tier 1
    color: "#00897b"

- name: Create the tags of the team
  utmstack.siem.utmstack_tag:
    name: "{{ item }}"
  loop: [Planned scan, Campaign 42]

- name: Remove a tag from the catalog
  utmstack.siem.utmstack_tag:
    name: Campaign 42
    state: absent
"""

RETURN = r"""
tag:
  description: The tag as read back from the server. In check mode, as it would be. Null if it is absent.
  returned: success
  type: dict
  sample: {id: 2, name: Pentest, color: "#2196f3", system: false}
  contains:
    id:
      description: ID of the tag. Null if check mode would create it.
      type: int
    name:
      description: Name of the tag.
      type: str
    color:
      description: Color of the tag as stored. Null if it has none.
      type: str
    system:
      description: Whether the tag is built into UTMStack.
      type: bool
rules:
  description: Names of the tag rules that add the removed tag.
  returned: success
  type: list
  elements: str
  sample: [Authorized scanners]
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 4
diff:
  description: One line for each changed field.
  returned: success
  type: dict
  sample: {prepared: "Pentest state: absent -> present\n"}
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on a failed request
  type: dict
  sample: {type: AccessDenied, status: 403, server_text: "", endpoint: GET /api/utm-alert-tags, repeat: useless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag


def main() -> None:
    run_as_module(tag.OPERATION)


if __name__ == "__main__":
    main()
