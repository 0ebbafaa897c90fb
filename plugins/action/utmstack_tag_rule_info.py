# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The local door of utmstack_tag_rule_info, loaded once by the controller to have everything imported."""

from __future__ import annotations

from ansible_collections.utmstack.siem.plugins.plugin_utils.local_door import ActionModule

__all__ = ["ActionModule"]
