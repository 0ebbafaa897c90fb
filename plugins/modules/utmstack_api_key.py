#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_api_key
short_description: Manage API keys of a UTMStack account
version_added: 1.0.0
description:
  - Creates, restricts, rotates or removes an API key of the account that the task logs in with. Keys of other accounts are not visible.
  - API keys exist since UTMStack 11. On UTMStack 10, the task fails before it writes anything.
  - UTMStack shows a key only once, when it is made. Set O(key_file) to store it in a file, or set C(no_log=true) on the task and register
    RV(key).
  - Until O(key_file) has the new key, UTMStack lists it as V(NAME (unfinished\)). If a run is interrupted, the next one finds this name and
    makes the key again, because the first one is lost.
  - A key that is only registered has its name when the task ends. If the run stops before another task has stored it, the key is lost and the next
    run does not notice. Run the task once with O(rotate=always) then.
  - Always runs on the controller as the user who runs Ansible, regardless of the connection and C(become).
options:
  name:
    description:
      - Name of the key. UTMStack rejects a second key with the same name, but lets a key be renamed to a name that exists. The task then fails and lists
        the IDs.
    type: str
    required: true
  state:
    description:
      - Whether the key exists. V(absent) also removes an unfinished key. It does not remove O(key_file).
      - The key that the task logs in with is not removed if it is the only one of the account. Of several keys, UTMStack does not show which one it is.
        If the task has removed it, a warning says so.
    type: str
    choices: [present, absent]
    default: present
  allowed_addresses:
    description:
      - IPv4 addresses and networks from which the key can be used, such as V(10.0.0.5) or V(10.0.0.0/24). An empty list allows all.
      - Without it, an existing key keeps its addresses and a new one can be used from everywhere.
      - UTMStack compares the address of the connection and ignores C(X-Forwarded-For). Behind its own web server, each client has the address of that
        server, so that a list of client addresses usually locks out every client.
    type: list
    elements: str
  expires:
    description:
      - V(never), a duration such as V(90d), or a time such as V(2027-06-30T12:00:00Z). A day counts to its end. Times without an offset are in UTC.
      - A duration counts from the moment at which the key is made. An existing key that expires later, or never, is shortened to it. One that expires
        earlier is left alone.
      - Without it, an existing key keeps its expiry and UTMStack lets a new one expire after seven days.
    type: str
  rotate:
    description:
      - When to replace the key by a new one - V(never), V(always), or a duration such as V(14d), which replaces the key if it expires within that time or
        has expired.
      - The old key stops working when the new one is made.
      - V(always) and durations need O(expires). A duration needs a longer duration in O(expires).
    type: str
    default: never
  key_file:
    description:
      - File on the controller to which a new key is written, with permissions 0600. It is replaced atomically. A relative path starts in the directory in which
        C(ansible-playbook) was started. The directory must exist.
      - The task fails if the key exists and the file does not.
      - Required if the task replaces the only key of the account and logs in with it.
    type: path
  show_key:
    description:
      - Whether to return a new key although the task does not set C(no_log=true), or although O(key_file) takes it. It then appears in the output and in
        the logs of a controller.
    type: bool
    default: false
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Returns the predicted change without sending a write request. The key itself cannot be predicted.
    support: full
  diff_mode:
    description: Returns one line for each changed field, and never the key.
    support: full
  idempotent:
    description: A second run changes nothing, unless O(rotate) makes a new key.
    support: full
notes:
  - The account needs the role C(ROLE_USER), also if it is an administrator.
  - A key has the rights of its owner and stops working when the owner is deactivated.
  - Log in with a password, or with another API key. A task can also replace the key that it logs in with. It then continues with the new one.
    If it is interrupted before the new one is stored, only a password or another key of the account helps.
  - Do not manage the same key in two runs at the same time. One of them would end with a key that the other one has replaced.
  - Every write is read back, and a new key is tried. RV(verified) is false if UTMStack refuses it from the controller, which O(allowed_addresses) may cause.
seealso:
  - module: utmstack.siem.utmstack_auth
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Create an API key for automation and store it in a file
  utmstack.siem.utmstack_api_key:
    name: automation
    expires: 90d
    key_file: "{{ playbook_dir }}/automation.api_key"

- name: Replace the key two weeks before it expires
  utmstack.siem.utmstack_api_key:
    name: automation
    expires: 90d
    rotate: 14d
    key_file: "{{ playbook_dir }}/automation.api_key"

- name: Restrict the key to the network of the SOC
  utmstack.siem.utmstack_api_key:
    name: automation
    allowed_addresses: [10.20.0.0/16]
    key_file: "{{ playbook_dir }}/automation.api_key"

- name: Create the API key of a new controller
  utmstack.siem.utmstack_api_key:
    name: AWX
    expires: 365d
    rotate: 30d
  register: new_key
  no_log: true

- name: Store the key as a credential of the controller
  awx.awx.credential:
    name: UTMStack account
    organization: SOC
    credential_type: UTMStack
    inputs:
      url: "{{ lookup('ansible.builtin.env', 'UTMSTACK_URL') }}"
      api_key: "{{ new_key.key }}"
  when: new_key.key is defined
  no_log: true

- name: Remove the key
  utmstack.siem.utmstack_api_key:
    name: automation
    state: absent
"""

RETURN = r"""
api_key:
  description: The key as read back from the server, without its text. In check mode, as it would be. Null if it is absent.
  returned: success
  type: dict
  sample:
    id: 7
    name: automation
    allowed_addresses: []
    expires_at: "2027-02-27T10:00:00.000Z"
    created_at: "2026-11-29T10:00:00.000Z"
  contains:
    id:
      description: ID of the key. Null if check mode would create it.
      type: int
    name:
      description: Name of the key.
      type: str
    allowed_addresses:
      description: Addresses and networks from which it can be used. Empty for all.
      type: list
      elements: str
    expires_at:
      description: Time at which it expires. Null for never.
      type: str
    created_at:
      description: Time at which it was created. Rotation does not change it.
      type: str
new_key:
  description: Whether a new key was made. In check mode, whether it would be.
  returned: success
  type: bool
  sample: true
key:
  description: The new key. It is a secret and is returned only when it is made, and not if O(key_file) takes it, unless O(show_key=true).
  returned: with a new key, and C(no_log=true) or O(show_key=true)
  type: str
  sample: q5B2RnXu...
key_file:
  description: Absolute path of the file with the key.
  returned: with O(key_file)
  type: str
  sample: /srv/soc/automation.api_key
verified:
  description: Whether UTMStack accepts the new key from the controller. Null if no key was made.
  returned: success
  type: bool
  sample: true
requests:
  description: Number of requests sent.
  returned: success
  type: int
  sample: 9
diff:
  description: One line for each changed field.
  returned: success
  type: dict
  sample: {prepared: "'automation' state: absent -> present\n"}
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on failure
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: GET /api/api-keys, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import api_key


def main() -> None:
    run_as_module(api_key.OPERATION)


if __name__ == "__main__":
    main()
