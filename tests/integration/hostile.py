# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of an attacker, each of which makes a file of its own, its canary, if anything runs it as a template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .playing import alert

# By kind; LOOKUP makes the canary.
KINDS = {
    "lookup": "{{ LOOKUP }}",
    "in a text": "Login failed for {{ LOOKUP }} (3 times)",
    "statement": "{% if LOOKUP %}{% endif %}",
    "trimming statement": "{%- set x = LOOKUP -%}",
    "after a comment": "{# a comment #}{{ LOOKUP }}",
    "after raw": "{% raw %}{% endraw %}{{ LOOKUP }}",
    "header": "#jinja2:variable_start_string:'~(',variable_end_string:')~'\n~( LOOKUP )~",
    "joined by Python": "'{' '{ LOOKUP }' '}'",
    "escaped for Python": "'\\x7b\\x7b LOOKUP }}'",
    "in a list": "['{' '{ LOOKUP }}']",
    "nested braces": "{{ {{ LOOKUP }} }}",
    "three braces": "{{{ LOOKUP }}}",
    "closed and opened": "}} {{ LOOKUP }} {{",
    "in a string": "{{ '{{ LOOKUP }}' }}",
    "split by a control": "{\x00{ LOOKUP }\x00}",
    "split by an invisible character": "{\u200b{ LOOKUP }\u200b}",
}
# These are templates only after a rulebook has evaluated them as Python.
RUN_BY_RULEBOOKS = ("joined by Python", "escaped for Python", "in a list")
# No template as it stands, but one that is made safe by halves may become one.
NEVER_RUN = (
    *("nested braces", "three braces", "closed and opened", "in a string"),
    *("split by a control", "split by an invisible character"),
)
RUN_BY_ANSIBLE = tuple(kind for kind in KINDS if kind not in (*RUN_BY_RULEBOOKS, *NEVER_RUN))
# Fields of an alert that an attacker can write into, by the names that the collection gives them.
PLACES = (
    *("name", "category", "technique", "description", "solution", "reference", "data_type", "data_source"),
    *("adversary host", "adversary user", "target host", "target user", "tags", "notes", "observation", "incident"),
)


class Canaries:
    """A directory where a file appears when a text was run."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir()

    def text(self, kind: str, place: str) -> str:
        """The text of this kind for a place such as the name of an alert."""
        file = str(self._directory / f"{kind}-{place}").replace(" ", ".")
        return KINDS[kind].replace("LOOKUP", f'lookup("ansible.builtin.pipe", "touch {file}")')

    def made(self) -> set[tuple[str, str]]:
        """Kind and place of each text that was run."""
        names = (file.name.replace(".", " ").partition("-") for file in self._directory.iterdir())
        return {(kind, place) for kind, _dash, place in names}

    def alert(self, kind: str, dialect: str, number: int, **fields: Any) -> dict[str, Any]:
        """An alert with texts of this kind in all of PLACES."""

        def text(place: str) -> str:
            return self.text(kind, place)

        sides = [{name: text(f"{side} {name}") for name in ("host", "user")} for side in ("adversary", "target")]
        adversary, target, technique = (
            ("adversary", "target", "technique") if dialect == "v11" else ("source", "destination", "tactic")
        )
        source = {
            "name": text("name"),
            "category": text("category"),
            technique: text("technique"),
            "description": text("description"),
            "solution": text("solution"),
            "reference": [text("reference")],
            "dataType": text("data_type"),
            "dataSource": text("data_source"),
            adversary: sides[0],
            target: sides[1],
            "tags": [text("tags")],
            "notes": text("notes"),
            "statusObservation": text("observation"),
            "isIncident": True,
            "incidentDetail": {"incidentName": text("incident"), "incidentId": "1", "createdBy": "", "source": ""},
        }
        return alert(number, **{**source, **fields})
