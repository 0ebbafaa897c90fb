# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: local_time
short_description: Show a time in a time zone
version_added: 1.0.0
description:
  - Converts a time of a result, or of C(now(utc=true)), to the clock of a time zone.
positional: _input, time_zone, format
options:
  _input:
    description: An ISO 8601 time, or a time as Ansible returns it. Without an offset, it is in UTC.
    type: raw
    required: true
  time_zone:
    description: Time zone as an IANA name, such as V(Europe/Berlin).
    type: str
    default: UTC
  format:
    description:
      - Format of the result, with the codes of Python's C(strftime).
      - Without it, the result has the form V(2026-11-25 10:00:00), with the abbreviation of the offset in an hour that the clock repeats.
    type: str
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show when an alert was raised
  ansible.builtin.assert:
    that: "'2026-11-25T09:00:00.000Z' | utmstack.siem.local_time('Europe/Berlin') == '2026-11-25 10:00:00'"

- name: Name a file after the local day
  ansible.builtin.debug:
    msg: "triage-{{ now(utc=true) | utmstack.siem.local_time('America/New_York', '%Y-%m-%d') }}.csv"
"""

RETURN = r"""
_value:
  description: The local time.
  type: str
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.module_utils.time_zones import local_text, zone_named
from ansible_collections.utmstack.siem.plugins.module_utils.times import stored_time
from ansible_collections.utmstack.siem.plugins.plugin_utils.refusing import refusing


@refusing()
def local_time(moment: Any, time_zone: str = "UTC", format: str | None = None) -> str:
    """The time on the clock of the time zone."""
    zone = zone_named(time_zone)
    found = stored_time(moment.isoformat() if isinstance(moment, datetime) else str(moment))
    if found is None:
        raise AnsibleFilterError(f"local_time takes an ISO 8601 time such as 2026-11-25T09:00:00Z, not {moment!a}.")
    return local_text(found, zone, seconds=True) if format is None else found.astimezone(zone).strftime(format)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"local_time": local_time}
