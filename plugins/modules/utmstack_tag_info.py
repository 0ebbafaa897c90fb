#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_tag_info
short_description: List the catalogue of UTMStack alert tags
version_added: 0.1.0
description:
  - Reads the tags of the catalogue, all of them or those that are named.
  - Alerts can carry tags that the catalogue does not hold. M(utmstack.siem.utmstack_property_values_info) lists those.
options:
  name:
    description: Only the tags of exactly these names, letter case included.
    type: list
    elements: str
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Only reads.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Read the catalogue
  utmstack.siem.utmstack_tag_info:
  register: catalogue

- name: Show the tags of the team
  ansible.builtin.debug:
    msg: "{{ catalogue.tags | rejectattr('system') | map(attribute='name') | join(', ') }}"
"""

RETURN = r"""
tags:
  description: The tags in the order of their IDs.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the tag.
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
total:
  description: Number of tags found.
  returned: success
  type: int
  sample: 17
requests:
  description: Number of requests sent.
  returned: success
  type: int
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on a failed request
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_info


def main() -> None:
    run_as_module(tag_info.OPERATION)


if __name__ == "__main__":
    main()
