# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/troubleshooting.md has an entry for each error of the code, and for no other."""

from __future__ import annotations

from pathlib import Path

import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.errors import Repeat, UtmstackError

from tools.pages import examples

from ..troubleshooting import HANDLED, PAGE, ROOT, entries_of, error_classes, types_of_errors

FAMILIES = {"CallerRefused"}
ENTRIES = types_of_errors(entries_of(PAGE.read_text(encoding="utf-8")))
CLASSES = error_classes([ROOT / "plugins", ROOT / "extensions"])


def test_each_error_has_an_entry() -> None:
    missing = [f"{place}: {name} has no entry in {PAGE.name}" for name, place in CLASSES.items() if name not in ENTRIES]
    assert not missing, "\n".join(missing)


def test_each_entry_has_an_error() -> None:
    gone = [f"{PAGE}:{entry.line}: there is no {name}" for name, entry in ENTRIES.items() if name not in CLASSES]
    assert not gone, "\n".join(gone)


def test_each_entry_shows_what_the_user_sees() -> None:
    shown = {name for name, entry in ENTRIES.items() if entry.messages}
    handled = {name for name, entry in ENTRIES.items() if HANDLED in entry.above}
    assert {name: ENTRIES[name].line for name in set(ENTRIES) - shown} == {
        name: ENTRIES[name].line for name in handled | FAMILIES
    }


def test_errors_are_found_wherever_they_are_defined(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class First(RuntimeError):\n    pass\n\n\nclass Other:\n    pass\n")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "b.py").write_text(
        'import a\n\nclass Second(a.First):\n    pass\n\nERROR = {**Second().as_result(), "type": "Third"}\n'
        'OPTION = {"type": "Str"}\n'
    )
    assert error_classes([tmp_path]) == {
        "First": f"{tmp_path}/a.py:1",
        "Second": f"{tmp_path}/inner/b.py:3",
        "Third": f"{tmp_path}/inner/b.py:6",
    }


def test_the_members_of_an_error_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    example = yaml.safe_load(examples(PAGE)[0])["error"]
    assert example.keys() == UtmstackError("").as_result().keys()
    assert example["type"] in ENTRIES
    assert [repeat.value for repeat in Repeat if f"| `{repeat.value}` |" not in text] == []
