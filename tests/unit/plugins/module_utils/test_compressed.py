# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compressed text."""

from __future__ import annotations

import base64
import gzip

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils import compressed as module
from ansible_collections.utmstack.siem.plugins.module_utils.compressed import compressed, decompressed, is_compressed
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput

TEXT = '{"id": "4f0c", "name": "Zugriff über Käse"}\n' * 20


def test_a_text_comes_back_and_is_the_same_each_time() -> None:
    line = compressed(TEXT)
    assert decompressed(line, "plan") == TEXT
    assert compressed(TEXT) == line
    assert line.isascii()
    assert "\n" not in line
    assert len(line) < len(TEXT)


def test_lines_of_base64_programs_are_joined() -> None:
    line = compressed(TEXT)
    assert decompressed("\n".join([line[:70], line[70:]]) + "\n", "plan") == TEXT


def test_other_programs_read_it() -> None:
    assert gzip.decompress(base64.b64decode(compressed(TEXT))).decode() == TEXT


@pytest.mark.parametrize("value", ["plan.json", "H4s", "0" * 64, '{"H4sI": 1}', None, 5, {}])
def test_what_is_not_compressed(value: object) -> None:
    assert not is_compressed(value)


def test_what_is_compressed() -> None:
    assert is_compressed(compressed("{}"))
    # A text that was cut is no file name.
    assert is_compressed(f"{compressed('{}')[:9]}…")


def test_a_text_that_was_cut_is_refused() -> None:
    with pytest.raises(InvalidInput, match="cut off"):
        decompressed(compressed(TEXT)[:-8], "plan")


def test_a_text_that_was_changed_is_refused() -> None:
    line = compressed(TEXT)
    with pytest.raises(InvalidInput, match="`receipt` was changed"):
        decompressed(line[:40] + ("A" if line[40] != "A" else "B") + line[41:], "receipt")


def test_a_text_that_grows_beyond_bounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_TEXT", 10)
    with pytest.raises(InvalidInput, match="holds more than"):
        decompressed(compressed(TEXT), "plan")
