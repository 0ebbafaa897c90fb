#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_tag
short_description: Manage the catalogue of UTMStack alert tags
version_added: 0.1.0
description:
  - Creates tags of the catalogue, changes their color, or removes them.
  - The catalogue feeds the web interface and the tag rules. Alerts can be tagged without it, with M(utmstack.siem.utmstack_alert_tags).
  - A tag is not renamed, because the alerts that have it would keep the old text. Create the new tag, point rules and alerts to it, and remove the old one.
options:
  name:
    description:
      - Name of the tag, up to 50 characters, compared exactly, letter case included.
      - A new name with an apostrophe, a backslash or a control character is refused, because it would break every rule that gives the tag.
      - A name that differs from another one of the catalogue only in letter case, blanks or hyphens is warned about.
    type: str
    required: true
  state:
    description:
      - Whether the tag shall be in the catalogue.
      - The tags of the product itself, such as C(False positive), are neither removed nor changed.
    type: str
    choices: [present, absent]
    default: present
  color:
    description:
      - Color of the tag in the web interface, as V(#f44336) or V(#f43). Put it in quotes, because YAML takes the sign for the beginning of a comment.
      - If not set, an existing tag keeps its color and a new one has none.
      - Not with O(state=absent).
    type: str
  force:
    description:
      - Remove a tag also when tag rules give it. The rules go on matching alerts, and give them nothing in its place.
    type: bool
    default: false
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.object_writer
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Have a tag for the first tier
  utmstack.siem.utmstack_tag:
    name: Tier 1
    color: "#00897b"

- name: Have all tags of the team
  utmstack.siem.utmstack_tag:
    name: "{{ item }}"
  loop: [Planned scan, Campaign 42]

- name: Remove a tag that no rule gives
  utmstack.siem.utmstack_tag:
    name: Campaign 42
    state: absent
"""

RETURN = r"""
tag:
  description: The tag as read back from the server, or as it would be in check mode. Null when it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the tag. Null for a tag that check mode would create.
      type: int
    name:
      description: Name of the tag.
      type: str
    color:
      description: Color of the tag as stored, null when it has none.
      type: str
    system:
      description: Whether the tag belongs to the product itself.
      type: bool
rules:
  description: Names of the tag rules that give a tag which is removed.
  returned: success
  type: list
  elements: str
  sample: []
requests:
  description: Number of requests sent.
  returned: success
  type: int
diff:
  description: One line for each changed field.
  returned: success
  type: dict
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on a failed request
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag


def main() -> None:
    run_as_module(tag.OPERATION)


if __name__ == "__main__":
    main()
