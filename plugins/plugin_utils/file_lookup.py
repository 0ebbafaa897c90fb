# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lookups that read files of the controller where Ansible searches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.lookup import LookupBase
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.printing import printable


class FileLookup(LookupBase):
    """A lookup whose terms are files."""

    def read(self, reader: Callable[[DataLoader, str, str], Any], name: str, variables: dict[str, Any] | None) -> Any:
        """What `reader` makes of a file: from the loader, the absolute path, and the file as the user named it."""
        path = self.find_file_in_search_path(variables, "files", name, ignore_missing=True)
        if not path:
            raise AnsibleLookupError(f"{printable(name)} cannot be found. Check the path.")
        try:
            return reader(self._loader, path, name)
        except InvalidInput as error:
            raise AnsibleLookupError(error.message) from None
