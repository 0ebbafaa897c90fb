#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_auth
short_description: Log in to UTMStack, or prove an API key or token
version_added: 0.1.0
description:
  - Proves who calls and tells what kind of server answers. A playbook does not need it, since every module logs in by itself.
    It is the place to find out early, and with a clear message, that credentials do not work.
  - A password is always logged in anew, and the other tasks of the run share that login when their connection is local.
  - On v11 a password alone earns only a preliminary token. Use an O(api_key), or O(totp_secret), or, where the operator allows it, O(bypass_two_factor).
options:
  state:
    description:
      - V(present) proves the identity, V(absent) forgets the run's login. UTMStack has no logout, so the token itself lives on until it expires.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Logs in in check mode too, since a login changes nothing on the server.
    support: full
  diff_mode:
    description: There is nothing to compare.
    support: none
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Prove the credentials before anything else
  utmstack.siem.utmstack_auth:
  register: identity

- name: Tell who calls
  ansible.builtin.debug:
    msg: "{{ identity.login }} on UTMStack {{ identity.version }} ({{ identity.dialect }})"

- name: Get a token for hosts that cannot share the run's login
  utmstack.siem.utmstack_auth:
  register: session
  no_log: true

- name: Forget the run's login
  utmstack.siem.utmstack_auth:
    state: absent
"""

RETURN = r"""
login:
  description: Login of the account.
  returned: with O(state=present)
  type: str
  sample: analyst
roles:
  description: Roles of the account.
  returned: with O(state=present)
  type: list
  elements: str
  sample: [ROLE_USER]
dialect:
  description: Generation of the server.
  returned: with O(state=present)
  type: str
  sample: v11
version:
  description: Version of the server, null when it does not tell.
  returned: with O(state=present)
  type: str
  sample: 11.0.1
expires_at:
  description: When the token expires, null for API keys.
  returned: with O(state=present)
  type: str
  sample: "2026-11-25T09:30:00.000Z"
two_factor:
  description:
    - What the second factor did. V(not_asked), V(completed) or V(bypassed) for a password, V(not_applicable) for a key or token.
  returned: with O(state=present)
  type: str
  sample: completed
clock_skew:
  description:
    - Seconds by which the clock of the server is ahead of the one of the host that runs the task, negative when it is behind.
      A proxy in between answers for itself. Null when the server does not tell the time.
  returned: with O(state=present)
  type: int
  sample: 0
token:
  description: The bearer token. It is a secret, so it is returned only to a task with C(no_log=true).
  returned: with O(state=present), a password and C(no_log=true)
  type: str
requests:
  description: Number of requests sent.
  returned: with O(state=present)
  type: int
  sample: 3
error:
  description: What went wrong - type, HTTP status, the server text, the endpoint, and whether a repeat is harmless.
  returned: on failure
  type: dict
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import auth


def main() -> None:
    run_as_module(auth.OPERATION)


if __name__ == "__main__":
    main()
