# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Input that a filter or a test refuses, as an error of Ansible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput


@contextmanager
def refusing(name: str = "") -> Iterator[None]:
    """Decorate the function of a filter or a test, so that the message of its InvalidInput is that of the task.

    :param name: full name of the filter or test, for messages that do not say what they are about.
    """
    try:
        yield
    except InvalidInput as error:
        raise AnsibleFilterError(f"{name}: {error.message}" if name else error.message) from None
