# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/detection-tests.md does what it says: a test case for each detection, and a failure for a missing one."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from .walks import walk


@pytest.mark.full
def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    walk("docs/detection-tests.md", tmp_path, quick=False)
    first, second = sorted((tmp_path / "results").glob("*.xml"))
    cases = {case.attrib["name"]: case for case in ElementTree.parse(first).iter("testcase")}
    tests = ("authorized-scan", "kerberoasting", "network-scan", "password-spraying")
    assert sorted(cases) == [f"[{test}] Detection tests: Check the detection" for test in tests]
    # What ansible-core 2.19 and later call an error, earlier ones call a failure.
    failed = {name: [*case.iter("error"), *case.iter("failure")] for name, case in cases.items()}
    (missing,) = failed.pop("[kerberoasting] Detection tests: Check the detection")
    assert "No alert matched within 4 s (at least 1 expected)." in missing.attrib["message"]
    assert not any(failed.values())
    assert [len(list(ElementTree.parse(second).iter(name))) for name in ("testcase", "failure", "error")] == [1, 0, 0]
