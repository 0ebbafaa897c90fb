# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A patch of a rules file changes what it names, and no other line."""

from __future__ import annotations

import itertools
import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.plugin_utils.rules_patch import rules_patch
from hypothesis import given
from hypothesis import strategies as st

BLOCK = """\
# Rules of the SOC
# yaml-language-server: $schema=triage-rules.json

# Agreed with the network team
- name: Backups  # at night
  when: {name: [Large transfer]}
  mode: shadow  # until December
  then: {false_positive: true}
  # then: {status: completed}

# ---- Logins ----

# Service accounts only
- mode: shadow
  # What matches
  name: Logins
  when:
    user: [svc-backup]
  then:
    status: completed
    observation: |
      Service account

- {name: Scans, mode: shadow, when: {name: ["Scan #1"]}, then: {status: completed}}
- {when: {name: [Ping]}, then: {}, name: Pings, "mode": 'shadow'}
- name: Urgent
  when: {severity: [high]}
  then: {status: in_review}
"""


def applied(text: str, promote: Sequence[str] = (), withdraw: Sequence[str] = (), tool: str = "git") -> str:
    """The file after its patch was applied by git or patch."""
    with tempfile.TemporaryDirectory() as directory:
        patch = rules_patch({"files/triage rules.yml": text}, promote, withdraw)
        file = Path(directory) / "files" / "triage rules.yml"
        file.parent.mkdir()
        file.write_bytes(text.encode())
        command = {"git": ["git", "apply", "--whitespace=nowarn", "-"], "patch": ["patch", "-p1", "--binary", "-s"]}
        subprocess.run(command[tool], input=patch.encode(), cwd=directory, check=True, capture_output=True)
        return file.read_bytes().decode()


def without(text: str, *removed: str) -> str:
    """The text without these parts, each of which stands in it once."""
    for part in removed:
        assert text.count(part) == 1, part
        text = text.replace(part, "")
    return text


@pytest.mark.parametrize("tool", ["git", "patch"])
def test_promoted_rules_lose_their_mode_and_nothing_else(tool: str) -> None:
    changed = applied(BLOCK, ["Backups", "Logins", "Scans", "Pings"], tool=tool)
    wanted = without(BLOCK, "  mode: shadow  # until December\n", " mode: shadow,", ", \"mode\": 'shadow'")
    assert changed == wanted.replace("- mode: shadow\n", "-\n")
    assert [rule.get("mode") for rule in yaml.safe_load(changed)] == [None] * 5


@pytest.mark.parametrize("tool", ["git", "patch"])
def test_withdrawn_rules_take_their_comments_along(tool: str) -> None:
    backups = BLOCK[BLOCK.index("# Agreed") : BLOCK.index("# ---- ")]
    logins = BLOCK[BLOCK.index("# Service") : BLOCK.index("- {name: Scans")]
    assert applied(BLOCK, withdraw=["Backups", "Logins"], tool=tool) == without(BLOCK, backups, logins)
    end = BLOCK[BLOCK.index("- name: Urgent") :]
    assert applied(BLOCK, withdraw=["Urgent"], tool=tool) == without(BLOCK, end)
    assert applied(BLOCK, ["Backups"], ["Scans"]) == without(
        BLOCK, "  mode: shadow  # until December\n", next(line for line in BLOCK.splitlines(True) if "Scans" in line)
    )


def test_the_patch_of_one_line() -> None:
    text = "- name: A\n  when: {}\n  then: {}\n  mode: shadow"
    assert rules_patch({"files/triage.yml": text}, ["A"], []).splitlines() == [
        "--- a/files/triage.yml",
        "+++ b/files/triage.yml",
        "@@ -1,4 +1,3 @@",
        " - name: A",
        "   when: {}",
        "   then: {}",
        "-  mode: shadow",
        "\\ No newline at end of file",
    ]
    assert rules_patch({"files/triage.yml": text}, [], []) == ""


def test_the_comment_at_the_beginning_of_a_file_stays() -> None:
    first, second = "- {name: A, then: {}}\n", "- {name: B, then: {}}\n"
    for head in ("# Rules\n", "---\n# Rules\n", "# Rules\n---\n", "%YAML 1.1\n---\n# Rules\n"):
        assert applied(f"{head}{first}{second}", withdraw=["A"]) == f"{head}{second}"
    assert applied(f"rules:\n  # Of A\n  {first}  {second}", withdraw=["A"]) == f"rules:\n  {second}"
    assert applied(f"# File\n\n# Of A\n{first}\n{second}", withdraw=["A"]) == f"# File\n\n{second}"


def test_a_list_without_rules_is_still_a_list() -> None:
    rules = "- name: A\n  then: {}\n\n- name: B\n  then: {}\n"
    assert applied(f"---\n{rules}", withdraw=["A", "B"]) == "---\n[]\n"
    assert yaml.safe_load(applied(f"rules:\n{rules}\nother: 1\n", withdraw=["A", "B"])) == {"rules": [], "other": 1}
    assert applied('[{"name": "A"}, {"name": "B"}]\n', withdraw=["B", "A"]) == "[]\n"


def test_json_stays_json() -> None:
    rules: list[dict[str, Any]] = [{"name": name, "mode": "shadow", "when": {"name": ["x"]}} for name in "ABCD"]
    rules[2] = {"when": {}, "name": "C", "mode": "shadow"}
    for text in (json.dumps(rules, indent=2), json.dumps({"rules": rules}), json.dumps(rules) + "\n"):
        found = json.loads(applied(text, ["A", "C"], ["B", "D"]))
        kept = [{"name": "A", "when": {"name": ["x"]}}, {"when": {}, "name": "C"}]
        assert found == (kept if isinstance(found, list) else {"rules": kept})
    lines = json.dumps(rules, indent=2).splitlines()
    changed = applied(json.dumps(rules, indent=2), ["A"]).splitlines()
    assert changed == [*lines[:3], *lines[4:]]


def test_line_breaks_and_the_byte_order_mark_stay() -> None:
    text = BLOCK.replace("\n", "\r\n")
    assert applied(text, ["Backups", "Logins"], ["Scans"]) == applied(BLOCK, ["Backups", "Logins"], ["Scans"]).replace(
        "\n", "\r\n"
    )
    assert applied(f"\ufeff{BLOCK}", ["Backups"]) == "\ufeff" + applied(BLOCK, ["Backups"])


SHARED = """\
- &first
  name: A
  mode: &mode shadow
  then: &then {status: completed}
- name: B
  mode: *mode
  then: *then
- <<: *first
  name: C
"""


@pytest.mark.parametrize(
    ("text", "promote", "withdraw", "message"),
    [
        ("$ANSIBLE_VAULT;1.1;AES256\n6162\n", ["A"], [], "encrypted with Ansible Vault.*ansible-vault"),
        ("- name: A\n---\n- name: B\n", [], ["A"], "2 YAML documents. Put each into a file"),
        ("- name: [\n", ["A"], [], "not valid YAML.*by hand"),
        ("\t- name: A\n", ["A"], [], "not valid YAML"),
        ("name: A\n", ["A"], [], "must hold a list"),
        ("", ["A"], [], "must hold a list"),
        (BLOCK, ["Backup"], [], "no rule 'Backup'.*'?Backups"),
        (BLOCK, ["Urgent"], [], "no `mode: shadow` of its own"),
        (BLOCK, ["Scans"], ["Scans"], "both promoted and withdrawn"),
        ("- {name: A}\n- {name: A}\n", [], ["A"], "several rules 'A'"),
        ("- name: A\r- name: B\r", [], ["A"], "CR"),
        (SHARED, ["B"], [], "no `mode: shadow` of its own"),
        (SHARED, ["A"], [], "line by line"),
        (SHARED, [], ["A"], "line by line"),
        (SHARED, ["C"], [], "no `mode: shadow` of its own"),
        ("[{name: A},\n# why\n{name: B}]\n", [], ["A"], "comment between entries in brackets"),
        ("- {name: A, # why\n  mode: shadow}\n", ["A"], [], "comment between entries in brackets"),
        ("- name: A\n  ? mode\n  : shadow\n", ["A"], [], "by hand"),
        ("- - name: A\n  - name: B\n", [], ["A"], "no rule 'A'"),
    ],
)
def test_what_a_patch_cannot_change_is_refused(
    text: str, promote: list[str], withdraw: list[str], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message) as caught:
        rules_patch({"triage.yml": text}, promote, withdraw)
    assert "triage.yml" in caught.value.message or "Scans" in caught.value.message


def test_a_rule_whose_anchor_nothing_else_uses_is_withdrawn() -> None:
    text = "- &first\n  name: A\n  then: {}\n- name: B\n  then: &x {tags: [T]}\n- name: C\n  then: *x\n"
    assert applied(text, withdraw=["A", "C"]) == "- name: B\n  then: &x {tags: [T]}\n"


def test_rules_are_looked_for_in_all_files() -> None:
    files = {
        "a.yml": "- {name: A, mode: shadow, then: {}}\n",
        "b.yml": "- {name: B, then: {}}\n- {name: C, then: {}}\n",
        "secret.yml": "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
    }
    patch = rules_patch(files, ["A"], ["B"])
    assert [line for line in patch.splitlines() if line.startswith(("+", "-"))] == [
        "--- a/a.yml",
        "+++ b/a.yml",
        "-- {name: A, mode: shadow, then: {}}",
        "+- {name: A, then: {}}",
        "--- a/b.yml",
        "+++ b/b.yml",
        "-- {name: B, then: {}}",
    ]
    with pytest.raises(InvalidInput, match=r"^secret.yml is encrypted"):
        rules_patch(files, ["D"], [])
    with pytest.raises(InvalidInput, match="several rules 'A'"):
        rules_patch({**files, "c.yml": files["a.yml"]}, ["A"], [])


def test_files_that_a_patch_cannot_name_are_refused(tmp_path: Path) -> None:
    text = "- {name: A, mode: shadow}\n"
    for path, message in ((str(tmp_path / "x.yml"), "is not below"), ("../x.yml", "is not below"), ('a"b', "Rename")):
        with pytest.raises(InvalidInput, match=message):
            rules_patch({path: text}, ["A"], [])


# Random files: rules in many layouts, with comments and empty lines between them.

TEXTS = st.sampled_from(["Scan", "a: b", "x # y", "é, {z}", "'q'", "5", "", "- dash", "[x]"])
COMMENTS = st.lists(st.sampled_from(["# note", "#mode: shadow", "", "# - name: Old"]), max_size=3)
LAYOUTS = st.sampled_from(["block", "flow", "mode first", "wide", "json"])


@dataclass
class Drawn:
    """A random file.

    :param lasting: its lines that belong to no rule that changes, and to no comment of one.
    """

    promote: list[str] = field(default_factory=list)
    withdraw: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    lasting: list[str] = field(default_factory=list)
    line_break: str = "\n"
    ends_line: bool = True

    def add(self, lines: Sequence[str], are_lasting: bool) -> None:
        self.lines += lines
        self.lasting += [line for line in lines if line and are_lasting]

    @property
    def text(self) -> str:
        return self.line_break.join(self.lines) + self.line_break * self.ends_line


def lines_of(rule: dict[str, Any], layout: str, margin: str) -> list[str]:
    """A rule of a list without brackets."""
    if layout == "flow":
        text = yaml.safe_dump(rule, default_flow_style=True, width=10_000, sort_keys=False).strip()
    elif layout == "json":
        text = json.dumps(rule, indent=4)
    else:
        keys = sorted(rule, key=lambda key: key != "mode") if layout == "mode first" else list(rule)
        text = yaml.safe_dump({key: rule[key] for key in keys}, default_flow_style=None, sort_keys=False)
    indent = "    " if layout == "wide" else "  "
    lines = [f"{margin}{indent}{line}" if line else line for line in text.rstrip("\n").split("\n")]
    return [f"{margin}-{lines[0][len(margin) + 1 :]}", *lines[1:]]


@st.composite
def files(draw: st.DrawFn) -> Drawn:
    """A file with rules, and which of them are promoted and withdrawn."""
    drawn = Drawn(line_break=draw(st.sampled_from(["\n", "\r\n"])), ends_line=draw(st.booleans()))
    numbers = itertools.count()

    def comments(margin: str) -> list[str]:
        return [f"{margin}{line} {next(numbers)}" if line else "" for line in draw(COMMENTS)]

    under_key = draw(st.booleans())
    margin = draw(st.sampled_from(["", "  "])) if under_key else ""
    drawn.add(comments(""), are_lasting=True)
    drawn.add(["rules:"] if under_key else draw(st.sampled_from([["---"], ["# File", "", "---"]])), are_lasting=True)
    rules = [
        {"name": f"Rule {number}", "when": {"name": [number, draw(TEXTS)]}, "then": {"note": draw(TEXTS)}}
        for number in range(draw(st.integers(1, 5)))
    ]
    for rule in rules:
        fate = draw(st.sampled_from(["stays", "stays in shadow", "promoted", "withdrawn"]))
        if fate in ("promoted", "stays in shadow") or draw(st.booleans()):
            rule = dict(draw(st.permutations([*rule.items(), ("mode", "shadow")])))
        drawn.promote += [rule["name"]] * (fate == "promoted")
        drawn.withdraw += [rule["name"]] * (fate == "withdrawn")
        # Comments directly above a withdrawn rule go with it.
        above = comments(margin)
        attached = len([*itertools.takewhile(bool, reversed(above))]) if fate == "withdrawn" else 0
        drawn.add(above[: len(above) - attached], are_lasting=True)
        drawn.add(above[len(above) - attached :], are_lasting=False)
        drawn.add(lines_of(rule, draw(LAYOUTS), margin), are_lasting=fate.startswith("stays"))
        drawn.add(comments(f"{margin}    "), are_lasting=False)
    drawn.add(comments(""), are_lasting=True)
    drawn.add(["other: [1]"] if under_key and draw(st.booleans()) else [], are_lasting=True)
    return drawn


def is_subsequence(few: Sequence[str], many: Sequence[str]) -> bool:
    rest = iter(many)
    return all(line in rest for line in few)


@given(files())
def test_random_files(drawn: Drawn) -> None:
    text, promote, withdraw = drawn.text, drawn.promote, drawn.withdraw
    before = yaml.safe_load(text)
    changed = applied(text, promote, withdraw) if promote or withdraw else text
    after = yaml.safe_load(changed)
    rules, found = (one["rules"] if isinstance(one, dict) else one for one in (before, after))
    wanted = [rule for rule in rules if rule["name"] not in withdraw]
    assert found == [
        {key: value for key, value in rule.items() if key != "mode" or rule["name"] not in promote} for rule in wanted
    ]
    if isinstance(before, dict):
        assert {**before, "rules": 0} == {**after, "rules": 0}
    old, new = (one.replace("\r\n", "\n").split("\n") for one in (text, changed))
    assert is_subsequence(drawn.lasting, new)
    own = [line for line in new if line.strip() not in ("", "[]") and line not in old]
    # A promoted rule may be left with one line that is new, or two: a comma before its mode, and the line of the mode.
    assert len(own) <= 2 * len(promote)
    assert changed.count("\r\n") == (changed.count("\n") if drawn.line_break == "\r\n" else 0)
