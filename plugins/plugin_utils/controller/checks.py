# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the objects of a controller against the rules that a controller applies. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.rule import Problem, Rule, Scene

_ALL: tuple[Rule, ...] = ()
# The rules by name, each as a sentence.
RULES: dict[str, str] = {rule.name: rule.sentence for rule in _ALL}


def problems(objects: Sequence[Mapping[str, Any]], project: Mapping[str, Any]) -> list[Problem]:
    """One problem for each object and rule that it breaks.

    :param project: what is known of the project; ``playbooks`` are the names of its files, or None.
    """
    playbooks = project.get("playbooks")
    scene = Scene(objects, None if playbooks is None else frozenset(playbooks))
    return [Problem(rule.name, subject, message) for rule in _ALL for subject, message in rule.find(scene)]
