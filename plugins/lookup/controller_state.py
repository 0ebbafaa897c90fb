# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: controller_state
short_description: Read what a controller holds
version_added: 1.0.0
description:
  - Reads version, account and the objects of an organization from AWX or automation controller, with the lookup C(awx.awx.controller_api).
  - Only reads. Secrets are never returned, since a controller does not show them.
options:
  _terms:
    description: The objects that the controller should have, as P(utmstack.siem.controller_objects#filter) lists them.
    type: list
    elements: dict
    required: true
  organization:
    description: Name of the organization.
    type: str
    required: true
  host:
    description: URL of the controller. The default is that of C(awx.awx.controller_api).
    type: str
  oauth_token:
    description: Token of the account.
    type: str
  validate_certs:
    description: Whether to verify the certificate of the controller. The default is that of C(awx.awx.controller_api).
    type: bool
  with_users:
    description: Whether to find out what else uses the objects, before they are removed.
    type: bool
    default: false
seealso:
  - plugin: utmstack.siem.controller_plan
    plugin_type: filter
  - plugin: utmstack.siem.controller_objects
    plugin_type: filter
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Read a controller
  vars:
    state: "{{ lookup('utmstack.siem.controller_state', [], organization='SOC', host='https://controller.example.com') }}"
  ansible.builtin.debug:
    msg: The controller runs version {{ state.version }}.
"""

RETURN = r"""
_list:
  description:
    - C(version) of the controller, C(username) and C(is_superuser) of the account, C(may_edit) (whether it may edit the organization), C(objects) with C(kind)
      and C(fields), C(missing) and C(ambiguous) names, C(playbooks) of the project, and C(users) of the objects.
    - Only C(error), if the controller could not be read.
  type: list
  elements: dict
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.loader import lookup_loader
from ansible.plugins.lookup import LookupBase
from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.reading import read

_API = "awx.awx.controller_api"
# All pages of a list, and more entries than any has. An answer without a list would look the same as one entry.
_WHOLE = {"return_all": True, "return_objects": False, "max_objects": 1_000_000}
_CONNECTION = {"host": "host", "oauth_token": "oauth_token", "validate_certs": "verify_ssl"}


class LookupModule(LookupBase):
    """The lookup."""

    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[Any]:
        """What the controller holds, or why it could not be read."""
        self.set_options(var_options=variables, direct=kwargs)
        given = {ours: self.get_option(ours) for ours in _CONNECTION}
        connection = {_CONNECTION[name]: value for name, value in given.items() if value not in (None, "")}
        desired = [entry for term in terms for entry in (term if isinstance(term, (list, tuple)) else [term])]

        def get(endpoint: str, query: Mapping[str, Any]) -> Any:
            """The entries of all pages of a list, or the object itself."""
            # Options stay with the instance of a plugin, so each request gets one of its own.
            api = lookup_loader.get(_API, loader=self._loader, templar=self._templar)
            if api is None:
                raise AnsibleError(f"{_API} is not installed. Install the collection awx.awx.")
            (answer,) = api.run([endpoint], variables, query_params=dict(query), **_WHOLE, **connection)
            return answer["results"] if isinstance(answer, Mapping) and "results" in answer else answer

        try:
            state = read(get, desired, self.get_option("organization"), with_users=self.get_option("with_users"))
        except AnsibleError as error:
            return [{"error": f"The controller could not be read: {error}"}]
        return [state.as_data()]
