#!/usr/bin/python
# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: utmstack_auth
short_description: Log in to UTMStack, or verify an API key or token
version_added: 0.1.0
description:
  - Verifies the credentials and returns the account, its roles and the version of the server.
  - Optional, because every module logs in by itself. Use it to fail early, with a clear message, if the credentials do not work.
  - A password always triggers a new login. The other tasks of the run share that login if their connection is local.
  - On v11, a password alone yields only a pre-2FA token. Use an O(api_key), O(totp_secret) or, if the operator allows it, O(bypass_two_factor).
options:
  state:
    description:
      - V(present) verifies the credentials. V(absent) discards the login of the run.
      - UTMStack has no logout, so the token itself stays valid until it expires.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - utmstack.siem.connection
attributes:
  check_mode:
    description: Logs in as well, because a login changes nothing on the server.
    support: full
  diff_mode:
    description: The module changes nothing, so there is no diff.
    support: none
  idempotent:
    description: A second run uses the session of the first one or logs in again, and reports no change.
    support: full
seealso:
  - module: utmstack.siem.utmstack_api_key
  - module: utmstack.siem.utmstack_alert_info
  - module: utmstack.siem.utmstack_api_key
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Verify the credentials
  utmstack.siem.utmstack_auth:
  register: identity

- name: Show the account and the server version
  ansible.builtin.debug:
    msg: "{{ identity.login }} on UTMStack {{ identity.version }} ({{ identity.dialect }})"

- name: Get a token for hosts that cannot share the login of the run
  utmstack.siem.utmstack_auth:
  register: session
  no_log: true

- name: Discard the login of the run
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
  description: Major version of the server.
  returned: with O(state=present)
  type: str
  sample: v11
version:
  description: Version of the server. Null if the server does not report it.
  returned: with O(state=present)
  type: str
  sample: 11.0.1
expires_at:
  description: Time at which the token expires. Null for API keys.
  returned: with O(state=present)
  type: str
  sample: "2026-11-25T09:30:00.000Z"
two_factor:
  description: Result of the second factor. V(not_asked), V(completed) or V(bypassed) for a password, V(not_applicable) for an API key or token.
  returned: with O(state=present)
  type: str
  sample: completed
clock_skew:
  description:
    - Seconds by which the server's clock is ahead of the host that runs the task. Negative if it is behind. Null if the server does not report the time.
    - Behind a proxy, this may be the clock of the proxy.
  returned: with O(state=present)
  type: int
  sample: 0
token:
  description:
    - The bearer token. It is a secret and is returned only if the task sets C(no_log=true) and runs in the controller's process, that is without C(async),
      C(become) or another host.
  returned: with O(state=present), a password and C(no_log=true)
  type: str
  sample: eyJhbGciOiJIUzUxMiJ9...
requests:
  description: Number of requests sent.
  returned: with O(state=present)
  type: int
  sample: 3
error:
  description: Why the task failed - type of error, HTTP status, the server's message, the endpoint and whether it is safe to repeat the request.
  returned: on failure
  type: dict
  sample: {type: ServerError, status: 503, server_text: "", endpoint: GET /api/account, repeat: harmless}
check_mode:
  description: Whether the task ran in check mode, that is, wrote nothing. The variable C(ansible_check_mode) only reflects C(--check).
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.module import run_as_module
from ansible_collections.utmstack.siem.plugins.module_utils.operations.session import auth


def main() -> None:
    run_as_module(auth.OPERATION)


if __name__ == "__main__":
    main()
