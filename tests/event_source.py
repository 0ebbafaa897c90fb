# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of the event source, loaded by its path, as ansible-rulebook does."""

from __future__ import annotations

import importlib.util
from typing import Any

from tools.event_source import SOURCE


def loaded() -> dict[str, Any]:
    """What the file of the source holds; Ansible's own finder keeps `runpy` from starting files by their path."""
    spec = importlib.util.spec_from_file_location("alerts", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)
