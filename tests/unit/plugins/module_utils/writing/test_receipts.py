# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A receipt says how much it holds, and whose it is."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.status_plan import (
    StatusChange,
    plan_status,
)
from ansible_collections.utmstack.siem.plugins.module_utils.operations.alerts.tags_plan import TagChange, plan_tags
from ansible_collections.utmstack.siem.plugins.module_utils.writing import receipt_files, receipts
from ansible_collections.utmstack.siem.plugins.module_utils.writing.receipts import NO_ANNOTATIONS, head_of
from ansible_collections.utmstack.siem.plugins.module_utils.writing.result import outcome_of

from ..builders import alert, selection

SERVER, OTHER = "https://siem.example.com", "https://127.0.0.1:8443"


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    """The receipt of a run over three alerts that was killed before its first answer."""
    change = StatusChange("completed", "Planned scan")
    plan = plan_status(selection(alert("a1"), alert("a2"), alert("a3", name="Prüfung")), change)
    path = tmp_path / "receipt.jsonl"
    entries = receipts.entries_of(change, plan, {}, NO_ANNOTATIONS)
    receipt_files.begin(str(path), head_of(SERVER, "v11", plan.digest, {}), entries)
    return path


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines(keepends=True)


def test_a_whole_receipt_is_read_without_a_warning(receipt: Path) -> None:
    found = receipt_files.read(str(receipt))
    assert [entry.alert_id for entry in found.entries] == ["a1", "a2", "a3"]
    assert found.head["entries"] == 3
    assert found.check_origin(SERVER, "v11", other_server=False) == []


@pytest.mark.parametrize(
    ("kept", "held"),
    [(1, "0 of 3 alerts and no checksum"), (3, "2 of 3 alerts and no checksum"), (4, "3 of 3 alerts and no checksum")],
)
def test_a_receipt_cut_at_a_line_is_incomplete(receipt: Path, kept: int, held: str) -> None:
    receipt.write_text("".join(lines(receipt)[:kept]))
    with pytest.raises(InvalidInput, match=f"is incomplete: it holds {held}"):
        receipt_files.read(str(receipt))


def test_a_receipt_cut_anywhere_is_refused(receipt: Path) -> None:
    text = receipt.read_text()
    for length in range(len(text)):
        receipt.write_text(text[:length])
        with pytest.raises(InvalidInput, match=r"is incomplete|is not a receipt"):
            receipt_files.read(str(receipt))


def test_a_receipt_without_a_line_in_its_middle_is_incomplete(receipt: Path) -> None:
    head, _first, *rest = lines(receipt)
    receipt.write_text("".join([head, *rest]))
    with pytest.raises(InvalidInput, match=r"is incomplete: it holds 2 of 3 alerts\. Restore"):
        receipt_files.read(str(receipt))


def test_an_edited_receipt_is_refused(receipt: Path) -> None:
    head, first, *rest = lines(receipt)
    for edited in (
        [head, first.replace('"open"', '"in_review"'), *rest],
        [head, first, first, *rest],
        [head.replace('"entries": 3', '"entries": 2'), *rest],
        [head.replace(SERVER, OTHER), first, *rest],
    ):
        receipt.write_text("".join(edited))
        with pytest.raises(InvalidInput, match="was changed after the run: its checksum does not match"):
            receipt_files.read(str(receipt))


def test_a_receipt_of_the_earlier_format_is_read_with_a_warning(receipt: Path) -> None:
    head, *entries, _checksum = lines(receipt)
    earlier = {**json.loads(head), "receipt": 1}
    del earlier["entries"]
    receipt.write_text("".join([json.dumps(earlier) + "\n", *entries]))
    found = receipt_files.read(str(receipt))
    assert len(found.entries) == 3
    (warning,) = found.check_origin(SERVER, "v11", other_server=False)
    assert "whether it is complete cannot be checked" in warning


@pytest.mark.parametrize(
    "text",
    ["", "\n", "[]\n", "null\n", '{"receipt": 2}\n', '{"receipt": 2, "entries": "x"}\n', "ä", "[" * 100_000],
    ids=lambda text: repr(text[:40]),
)
def test_what_is_no_receipt_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=r"other\.jsonl is not a receipt of this collection"):
        receipt_files.read(str(path))


def test_a_receipt_of_another_server_needs_a_word(receipt: Path) -> None:
    found = receipt_files.read(str(receipt))
    with pytest.raises(InvalidInput, match="set `other_server: true`"):
        found.check_origin(OTHER, "v11", other_server=False)
    (warning,) = found.check_origin(OTHER, "v11", other_server=True)
    assert SERVER in warning


def test_a_receipt_of_another_major_version_is_refused_in_any_case(receipt: Path) -> None:
    with pytest.raises(InvalidInput, match="from a v11 server, but this server is v10"):
        receipt_files.read(str(receipt)).check_origin(SERVER, "v10", other_server=True)


def test_a_receipt_is_on_the_disk_before_it_is_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that loses power right after the first write to the server must still have it."""
    steps: list[tuple[str, int]] = []
    sync, link = os.fsync, os.link

    def synced(descriptor: int) -> None:
        steps.append(("fsync", os.fstat(descriptor).st_size))
        sync(descriptor)

    def linked(made: str, path: str, **how: Any) -> None:
        steps.append(("link", os.stat(made).st_size))
        link(made, path, **how)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    change, path = StatusChange("completed"), tmp_path / "receipt.jsonl"
    plan = plan_status(selection(alert("a1")), change)
    entries = receipts.entries_of(change, plan, {}, NO_ANNOTATIONS)
    receipt_files.begin(str(path), head_of(SERVER, "v11", plan.digest, {}), entries)
    size = path.stat().st_size
    assert steps[:2] == [("fsync", size), ("link", size)]


def test_a_receipt_holds_what_the_run_wrote_and_not_what_an_analyst_added_before_it_was_read_back() -> None:
    """Undo would take the analyst's tag for one of the run."""
    change = TagChange(["Scan"], "present")
    plan = plan_tags(selection(alert("a1")), change)
    seen = outcome_of(plan.edits[0], {"tags": ["Scan", "mine"]})
    (entry,) = receipts.entries_of(change, plan, {"a1": seen}, NO_ANNOTATIONS)
    assert (entry.before, entry.after, entry.became) == ({"tags": []}, {"tags": ["Scan"]}, "changed")


def test_a_receipt_that_another_run_removed_is_no_failure(receipt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = receipt_files.read

    def read_and_lose(path: str) -> receipts.Receipt:
        found = read(path)
        os.unlink(path)
        return found

    monkeypatch.setattr(receipt_files, "read", read_and_lose)
    assert receipt_files.prune(str(receipt.parent), -1, spared="") == receipt_files.Pruned([], [])
    assert not receipt.exists()
