# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What contributors read and what the workflow runs agree with the Makefile and with .ci/run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import workflow_lists
from tools.pages import ROOT, name_of, pages

from .. import makefile
from ..makefile import TARGETS

FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
SOURCE = "https://github.com/utmstack-siem/utmstack.siem/blob/main/"


def anchors(page: Path) -> set[str]:
    """The anchors of the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    """Links of a page to files of the repository that lead nowhere, with their line."""
    broken = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        for link in re.findall(r"\]\(([^)\s]+)\)", line):
            base, target = (ROOT, link.removeprefix(SOURCE)) if link.startswith(SOURCE) else (page.parent, link)
            if re.match(r"[a-z]+:", target):
                continue
            path, _sign, anchor = target.partition("#")
            file = (base / path).resolve() if path else page
            if not file.exists() or (anchor and anchor not in anchors(file)):
                broken.append(f"{page.name}:{number}: {link}")
    return broken


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_named_with_its_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Some title\n\n[a](page.md#some-title) [b](https://x.example)\n[c](other.md)\n[d](#none)\n", encoding="utf-8"
    )
    assert broken_links(page) == ["page.md:4: other.md", "page.md:5: #none"]


def test_contributing_lists_every_target_of_the_makefile() -> None:
    listed = set(re.findall(r"`make ([a-z-]+)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    assert sorted(TARGETS - listed) == [], "CONTRIBUTING.md: Commands has no row for these targets"
    assert sorted(listed - TARGETS) == [], "CONTRIBUTING.md names targets that the Makefile does not have"


def test_no_target_of_the_makefile_is_a_file() -> None:
    (declared,) = re.findall(r"^\.PHONY: (.+)$", makefile.TEXT, re.MULTILINE)
    assert declared.split() == sorted(TARGETS)


def test_the_jobs_of_the_workflow_are_the_parts_of_the_run_and_the_tests() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    jobs = workflow_lists.parts(script)
    listed = script.split("parts=(\n")[1].split("\n)\n")[0].splitlines()
    assert [f'    "{job["name"]}: {job["command"]}"' for job in jobs[:-1]] == listed
    assert jobs[-1]["command"].endswith("tools/test.sh --full")
    assert {"python": "3.11", "core": "2.19"} in workflow_lists.pairs("3.11 2.19\n3.12 2.21\n")


def test_a_part_that_the_workflow_cannot_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="line 2"):
        workflow_lists.parts('parts=(\n    "lint: make lint"\n    unquoted: make x\n)\n')
    with pytest.raises(ValueError, match="no list"):
        workflow_lists.parts("set -e\n")


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.stem)
def test_workflows_pin_their_actions_and_begin_with_read_access_only(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    unpinned = [use for use in re.findall(r"uses: (.+)", text) if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\S+", use)]
    assert unpinned == []


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms_ask_for_the_version_of_the_server(path: Path) -> None:
    form: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    fields = {field["id"]: field for field in form["body"] if "id" in field}
    assert fields["server"]["validations"] == {"required": True}
    assert all(field["attributes"]["label"] for field in fields.values())


def test_a_bug_report_asks_for_verbose_output_without_secrets() -> None:
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "bug_report.yml").read_text(encoding="utf-8"))
    fields = {field["id"]: field for field in form["body"] if "id" in field}
    assert {"server", "versions", "playbook", "output", "cleaned"} <= set(fields)
    assert "-vvv" in fields["output"]["attributes"]["label"]
    for secret in ("api_key", "password", "token", "totp_secret", "proxy", "receipt_content"):
        assert secret in fields["output"]["attributes"]["description"]
    assert fields["cleaned"]["attributes"]["options"][0]["required"] is True
