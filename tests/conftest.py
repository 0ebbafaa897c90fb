# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties are judged by what they say; how fast this machine makes examples is no result."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("utmstack", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("utmstack")
