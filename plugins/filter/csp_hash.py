# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: csp_hash
short_description: Hash of a script or style for a Content Security Policy
version_added: 0.1.0
description:
  - Calculates the source expression that allows exactly this inline script or inline style in a browser.
options:
  _input:
    description: The text between the tags, including line breaks.
    type: str
    required: true
author:
  - UTMStack SIEM collection contributors (@utmstack)
"""

EXAMPLES = r"""
- name: Show the policy for a style
  ansible.builtin.debug:
    msg: "style-src {{ 'body { margin: 0 }' | utmstack.siem.csp_hash }}"
"""

RETURN = r"""
_value:
  description: The quoted source expression, with SHA-256.
  type: str
"""

import base64
import hashlib
from collections.abc import Callable
from typing import Any


def csp_hash(text: str) -> str:
    """The source expression for this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By name."""
        return {"csp_hash": csp_hash}
