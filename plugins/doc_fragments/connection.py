# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation shared by modules."""

from __future__ import annotations


class ModuleDocFragment:
    """Options that say which server, as whom, and how patiently."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of the UTMStack server, such as V(https://siem.example.com).
      - Redirects to another host are refused, because the credentials would travel along.
      - If not set, the environment variable E(UTMSTACK_URL) is used.
    type: str
    required: true
  username:
    description:
      - Login, written exactly as it is stored. UTMStack counts letter case, and on v11 an e-mail address is no login.
      - Used together with O(password) when neither O(api_key) nor O(token) is set.
      - If not set, the environment variable E(UTMSTACK_USERNAME) is used.
    type: str
  password:
    description:
      - Password of O(username).
      - A refused login is never repeated. Ten of them lock the client's address for ten minutes, for every user behind it.
      - If not set, the environment variable E(UTMSTACK_PASSWORD) is used.
    type: str
  token:
    description:
      - A bearer token from an earlier login, for hosts that cannot share the run's session.
      - UTMStack forgets all tokens when it is restarted. A token is not renewed.
      - If not set, the environment variable E(UTMSTACK_TOKEN) is used.
    type: str
  api_key:
    description:
      - API key of a UTMStack v11 server. This is the recommended way for automation. It needs no second factor and survives restarts.
      - UTMStack v10 has no API keys.
      - If not set, the environment variable E(UTMSTACK_API_KEY) is used.
    type: str
  totp_secret:
    description:
      - Secret of the authenticator app enrolled for O(username), in base32, to complete a login that asks for a second factor.
      - If not set, the environment variable E(UTMSTACK_TOTP_SECRET) is used.
    type: str
  bypass_two_factor:
    description:
      - Ask a v11 server to let a password login through without the second factor, with the header the product itself provides for it.
      - This weakens the account's protection. Each login done this way is reported as a warning.
      - If not set, the environment variable E(UTMSTACK_BYPASS_TWO_FACTOR) is used.
    type: bool
    default: false
  validate_certs:
    description:
      - Whether to check the server's TLS certificate. Prefer O(ca_path) to switching this off.
      - If not set, the environment variable E(UTMSTACK_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or directory with the CA certificates to trust instead of the system's.
      - If not set, the environment variable E(UTMSTACK_CA_PATH) is used.
    type: path
  proxy:
    description:
      - Address of the proxy to go through. Without it the usual proxy environment variables apply.
      - If not set, the environment variable E(UTMSTACK_PROXY) is used.
    type: str
  timeout:
    description:
      - Seconds to wait for an answer. The server itself gives up on some writes only after 60 seconds.
      - If not set, the environment variable E(UTMSTACK_TIMEOUT) is used.
    type: int
    default: 120
  connect_timeout:
    description:
      - Seconds to wait for a connection.
      - If not set, the environment variable E(UTMSTACK_CONNECT_TIMEOUT) is used.
    type: int
    default: 10
  retry_budget:
    description:
      - Seconds that a task may spend waiting between repeated requests, in total.
      - Repeated are refused or broken connections and the answers 429, 502, 503 and 504.
      - A write is repeated only after reading back that it was not stored.
      - If not set, the environment variable E(UTMSTACK_RETRY_BUDGET) is used.
    type: int
    default: 60
  dialect:
    description:
      - Generation of the server. It is found out by itself, except for a O(token) on a server that does not tell its version.
      - If not set, the environment variable E(UTMSTACK_DIALECT) is used.
    type: str
    choices: [v10, v11]
requirements:
  - requests
notes:
  - Every connection option can be set once for all modules with C(module_defaults) and the action group C(utmstack.siem.utmstack),
    or with its environment variable.
  - With a local connection the task runs inside the controller process, and all tasks of the run share one login.
    With C(become), C(async), a task C(environment), or on other hosts, it runs as an ordinary module and logs in by itself.
"""
