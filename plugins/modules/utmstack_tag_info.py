#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_tag_info
short_description: List the UTMStack tag catalog
version_added: 0.1.0
description:
  - Lists the tags of the catalog.
  - Alerts can carry tags that are not in the catalog. Use M(utmstack.siem.utmstack_property_values_info) to list the tags in use.
options:
  name:
    description: Exact names of the tags, case-sensitive. Without it, all tags are returned.
    type: list
    elements: str
extends_documentation_fragment:
  - utmstack.siem.connection
  - utmstack.siem.reader
seealso:
  - module: utmstack.siem.utmstack_tag
  - module: utmstack.siem.utmstack_tag_rule_info
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Read the tag catalog
  utmstack.siem.utmstack_tag_info:
  register: catalog

- name: Show custom tags
  ansible.builtin.debug:
    msg: "{{ catalog.tags | rejectattr('system') | map(attribute='name') | join(', ') }}"
"""

RETURN = r"""
tags:
  description: The tags, ordered by ID.
  returned: success
  type: list
  elements: dict
  sample: [{id: 1, name: False positive, color: "#f44336", system: true}, {id: 2, name: Pentest, color: "#2196f3", system: false}]
  contains:
    id:
      description: ID of the tag.
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
total:
  description: Number of tags found.
  returned: success
  type: int
  sample: 2
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 2
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on a failed request
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: GET /api/utm-alert-tags, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.tags import tag_info


def main() -> None:
    run_as_module(tag_info.OPERATION)


if __name__ == "__main__":
    main()
