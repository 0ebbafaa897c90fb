# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes in pages and documentation are found, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.pages import blocks_of
from tools.site import documents, html_checks, sources

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "triage.md"
MODULE = ROOT / "plugins" / "modules" / "utmstack_tag.py"
DOCUMENTATION = '''DOCUMENTATION = r"""
options:
  name:
    description: Name.
  entries:
    description: Entries.
    suboptions:
      color:
        type: str
"""
EXAMPLES = r"""
- name: Create
  utmstack.siem.utmstack_tag: {name: x
"""
'''


def test_an_option_without_description_and_an_example_that_does_not_parse() -> None:
    assert list(documents.wrong_documentation(DOCUMENTATION, set())) == [
        (8, "The option entries.color has no description."),
        (14, "The YAML does not parse: expected ',' or '}', but got '<stream end>'."),
    ]


def test_a_fragment_may_describe_an_option() -> None:
    text = DOCUMENTATION.partition("EXAMPLES")[0]
    assert list(documents.wrong_documentation(text, {("entries", "color")})) == []


@pytest.mark.parametrize(
    ("block", "line"),
    [("```yaml\n- a\nb: c\n```\n", 5), ("```json\n{}\n,\n```\n", 5), ("  ```python\n  a = (\n  ```\n", 4)],
    ids=["yaml", "json", "python"],
)
def test_a_block_that_does_not_parse(block: str, line: int) -> None:
    page = f"# Page\n\n{block}"
    assert [found for found, _text in documents.wrong_blocks(blocks_of(GUIDE, page))] == [line]
    assert list(documents.wrong_blocks(blocks_of(GUIDE, "```yaml\n- !vault |\n  $ANSIBLE_VAULT\n```\n"))) == []


def test_mistakes_are_named_with_their_file(tmp_path: Path) -> None:
    module = tmp_path / "plugins" / "modules" / "bad.py"
    role = tmp_path / "roles" / "bad" / "meta" / "argument_specs.yml"
    guide = tmp_path / "docs" / "bad.md"
    for path, text in (
        (module, DOCUMENTATION),
        (role, "argument_specs:\n  main:\n    options:\n      bad_name:\n        type: str\n"),
        (guide, "```json\n{\n```\n"),
    ):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    assert [found.partition(": ")[0] for found in documents.mistakes(tmp_path)] == [
        "docs/bad.md:3",
        "plugins/modules/bad.py:8",
        "plugins/modules/bad.py:14",
        "roles/bad/meta/argument_specs.yml:4",
    ]


def test_a_stale_a_missing_and_a_needless_page(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "reference"
    folder.mkdir(parents=True)
    for name in ("same", "stale", "needless"):
        (folder / f"{name}.rst").write_text(name, encoding="utf-8")
    found = documents.stale_pages(tmp_path, {"same.rst": "same", "stale.rst": "new", "missing.rst": "new"})
    names = ["missing", "needless", "stale"]
    assert found == [f"docs/reference/{name}.rst:1: The page is stale. Run `make docs`." for name in names]


def test_what_is_wrong_with_a_page(tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text('<h1 id="top">Good</h1><a href="#top">up</a>', encoding="utf-8")
    (tmp_path / "bad.html").write_text(
        "<a href='good.html#top'>good</a>\n<a href='good.html#end'>end</a>\n<a href='none.html'>none</a>\n"
        "<script src='https://example.com/x.js'></script>\n<img src='none.png'>\n"
        "<a href='https://example.com'>elsewhere</a>",
        encoding="utf-8",
    )
    (tmp_path / "large.html").write_text("x" * (html_checks.MAX_PAGE + 1), encoding="utf-8")
    assert html_checks.mistakes(tmp_path) == [
        "bad.html:4: The page loads https://example.com/x.js from elsewhere.",
        "bad.html:5: The page loads none.png, which is not there.",
        "bad.html:2: The link leads to good.html#end, which has no such anchor.",
        "bad.html:3: The link leads to none.html, which is not there.",
        "large.html:1: The page has 300001 bytes, more than 300000.",
    ]


def test_everything_has_a_page() -> None:
    pages = {path.name for path in (ROOT / "docs" / "reference").iterdir()}
    wanted = {f"{path.stem}_module.rst" for path in ROOT.glob("plugins/modules/utmstack_*.py")}
    wanted |= {f"{path.name}_role.rst" for path in ROOT.glob("roles/*")}
    wanted |= {f"{path.stem}_playbook.rst" for path in ROOT.glob("playbooks/*.yml")}
    wanted |= {f"{path.stem}_rulebook.rst" for path in ROOT.glob("extensions/eda/rulebooks/*.yml")}
    for kind in ("event_source", "event_filter"):
        found = ROOT.glob(f"extensions/eda/plugins/{kind}/*.py")
        wanted |= {f"{path.stem}_{kind}.rst" for path in found}
    for kind in ("lookup", "inventory", "filter", "test"):
        for path in ROOT.glob(f"plugins/{kind}/*.py"):
            wanted.add(f"{path.stem}_{kind}.rst")
    assert wanted - pages == set()


def test_the_comment_at_the_top_of_a_playbook_is_its_introduction() -> None:
    parts = sources.introduction(ROOT / "playbooks" / "undo.yml")
    assert [part.is_code for part in parts] == [False, True, False]
    assert parts[1].text.splitlines()[0] == "ansible-playbook utmstack.siem.undo -e undo_last=true"
    assert "undo_run_id" in sources.own_options(ROOT / "playbooks" / "undo.yml")
    assert sources.roles_in(ROOT / "playbooks" / "triage.yml") == ["alert_triage"]
    rulebook = ROOT / "extensions" / "eda" / "rulebooks" / "triage.yml"
    assert sources.variables_of(rulebook)["utmstack_since"] == "'24h'"
