# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types of assets, a fixed catalog of UTMStack."""

from __future__ import annotations

# In the order of its numbers; `type` is compared exactly (API facts, 11.1).
ASSET_TYPES = (
    "DATABASE",
    "FIREWALL",
    "CLOUD",
    "LAPTOP",
    "SERVER",
    "WORKSTATION",
    "PC",
    "OTHER",
    "BRIDGE",
    "BROADBAND ROUTER",
    "GAME CONSOLE",
    "GENERAL PURPOSE",
    "HUB",
    "LOAD BALANCER",
    "MEDIA DEVICE",
    "PBX",
    "PDA",
    "PHONE",
    "POWER-DEVICE",
    "PRINT SERVER",
    "PROXY SERVER",
    "REMOTE MANAGEMENT",
    "ROUTER",
    "SECURITY-MISC",
    "SPECIALIZED",
    "STORAGE-MISC",
    "SWITCH",
    "TELECOM-MISC",
    "TERMINAL",
    "TERMINAL SERVER",
    "VOIP ADAPTER",
    "VOIP PHONE",
    "WAP",
    "WEB SERVER",
    "WEBCAM",
    "PRINTER",
)
