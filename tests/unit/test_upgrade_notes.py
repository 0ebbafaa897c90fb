# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/upgrade.md names whatever a playbook for the version before may notice."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.operations.report import state
from ansible_collections.utmstack.siem.plugins.module_utils.writing import plan_document, receipts

from tools.interface import ROOT, VERSION_BEFORE, Difference, Interface, differences, interface

PAGE = (ROOT / "docs" / "upgrade.md").read_text(encoding="utf-8")
OPTIONS: dict[str, Any] = {"limit": {"type": "int", "default": 10}, "mode": {"type": "str", "choices": ["a", "b"]}}


def speaks_of(section: str, one: Difference) -> bool:
    """Whether a section has the name in code, and the object; the name of a role's variable holds that of the role."""
    kind, thing = one.place.split()
    in_code = re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", section)))
    return one.name in in_code and (kind == "role" or thing in re.findall(r"\w+", section))


def missing(page: str, found: list[Difference]) -> list[str]:
    """The differences of which no section of a page speaks."""
    sections = re.split(r"^#+ ", page, flags=re.MULTILINE)
    return [str(one) for one in found if not any(speaks_of(section, one) for section in sections)]


def test_every_changed_default_name_and_type_is_named() -> None:
    last: Interface = json.loads(VERSION_BEFORE.read_text(encoding="utf-8"))
    now = interface()
    # The comparison is one: both hold what the other does, but for some objects.
    assert len(last.keys() & now.keys()) > len(last) / 2
    found = list(differences(last, now))
    assert not missing(PAGE, found), "docs/upgrade.md does not name: " + "; ".join(missing(PAGE, found))


@pytest.mark.parametrize(
    ("file", "number"),
    [("receipt", receipts.FORMAT), ("plan", plan_document.PLAN_VERSION), ("report state", state.FORMAT)],
)
def test_file_formats_are_those_of_the_code(file: str, number: int) -> None:
    (row,) = re.findall(rf"^\| {file} \|.*$", PAGE, re.MULTILINE)
    assert re.search(rf"(format|version) {number}\b", row.split("|")[3])


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (OPTIONS, []),
        ({**OPTIONS, "more": {"type": "str"}}, []),
        ({"limit": OPTIONS["limit"]}, ["mode is gone"]),
        ({**OPTIONS, "limit": {"type": "int"}}, ["limit: default 10 is now none"]),
        ({**OPTIONS, "limit": {"type": "float", "default": 10}}, ['limit: type "int" is now "float"']),
        ({**OPTIONS, "mode": {"type": "str", "choices": ["b", "c"]}}, ['mode: choices ["a"] are gone']),
        ({**OPTIONS, "limit": {**OPTIONS["limit"], "choices": [10, 20]}}, ["limit: takes only [10, 20]"]),
        ({**OPTIONS, "mode": {**OPTIONS["mode"], "required": True}}, ["mode: is now required"]),
        ({**OPTIONS, "more": {"type": "str", "required": True}}, ["more is new and required"]),
        ({**OPTIONS, "list": {"type": "list"}, "list.a": {"type": "str", "required": True}}, []),
    ],
)
def test_differences_are_what_a_playbook_may_notice(new: dict[str, Any], said: list[str]) -> None:
    found = list(differences({"module m": OPTIONS}, {"module m": new}))
    assert [str(one) for one in found] == [f"module m: {what}" for what in said]
    assert missing("", found) == [str(one) for one in found]
    page = "".join(f"# What\n\n`{one.name}: x` of m\n" for one in found)
    assert not missing(page, found)
    # The same name of another module.
    assert missing(page.replace("of m", "of n\n# Other\n\nm"), found) == missing("", found)


def test_an_object_that_is_gone_is_a_difference() -> None:
    (found,) = differences({"filter f": {}, "filter g": {}}, {"filter g": {}})
    assert (found.name, str(found)) == ("f", "filter f: is gone")
