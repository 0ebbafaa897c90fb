# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of the report: charts, hashes, Markdown."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.utmstack.siem.plugins.filter.csp_hash import csp_hash
from ansible_collections.utmstack.siem.plugins.filter.markdown_text import markdown_text
from ansible_collections.utmstack.siem.plugins.filter.triage_charts import triage_charts
from ansible_collections.utmstack.siem.plugins.filter.triage_figures import triage_figures
from ansible_collections.utmstack.siem.plugins.plugin_utils import triage_charts as drawing

ROLE = Path(__file__).parents[4] / "roles" / "triage_report"
HOSTILE = "<script>alert(1)</script>"
ALERT = {"id": "a1", "name": HOSTILE, "category": HOSTILE, "status": "open", "severity": "high"}
ALERT["timestamp"] = "2026-11-20T10:00:00.000Z"


def test_charts_hold_no_text_of_alerts_no_script_and_no_style() -> None:
    drawn = triage_charts(triage_figures([ALERT], now="2026-11-20T12:00:00Z", since="48h"))
    assert drawn["missing"] == ""
    assert sorted(drawn["charts"]) == ["closed", "raised", "severity_by_age"]
    for chart in drawn["charts"].values():
        assert "alert(1)" not in chart
        elements = list(ElementTree.fromstring(chart).iter())
        assert {element.tag.rpartition("}")[2] for element in elements} <= {"svg", "rect", "line", "text", "title"}
        attributes = {name for element in elements for name in element.attrib}
        assert not {name for name in attributes if name == "style" or name.startswith("on") or "href" in name}
    assert drawn["charts"]["severity_by_age"].count("severity-high") == 1


def test_without_the_library_there_are_no_charts_and_a_word_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SVG_IMPORT_ERROR", ImportError("No module named 'svg'"))
    drawn = triage_charts(triage_figures([ALERT]))
    assert drawn["charts"] == {}
    assert "pip install svg.py" in drawn["missing"]


@pytest.mark.parametrize("most, tick", [(1, 1), (4, 1), (5, 2), (9, 5), (173, 50), (1_000_000, 500_000)])
def test_the_axis_has_round_numbers(most: int, tick: int) -> None:
    assert drawing._tick(most) == tick


def test_figures_tell_mistakes_of_the_caller() -> None:
    with pytest.raises(AnsibleFilterError, match="no option sinse"):
        triage_figures([], sinse="7d")
    with pytest.raises(AnsibleFilterError, match="`since`"):
        triage_figures([], since="last week")


def test_the_hash_is_that_of_the_standard() -> None:
    # The example of the Content Security Policy specification.
    assert csp_hash("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


@pytest.mark.parametrize(
    "text, escaped",
    [
        ("Port scan from 10.20.0.5", "Port scan from 10.20.0.5"),
        ("a | b", "a &#124; b"),
        ("<b>x</b>", "&#60;b&#62;x&#60;/b&#62;"),
        ("[x](http://evil.example)", "&#91;x&#93;(http&#58;//evil.example)"),
        ("www.evil.example", "www&#46;evil.example"),
        ("a@evil.example", "a&#64;evil.example"),
        ("`id` *b* _c_ ~d~", "&#96;id&#96; &#42;b&#42; &#95;c&#95; &#126;d&#126;"),
        ("# heading", "&#35; heading"),
        ("- item", "&#45; item"),
        ("1. item", "1&#46; item"),
        ("&lt;", "&#38;lt;"),
        ("two\nlines\u202e", "two&#92;nlines&#92;u202e"),
        (None, ""),
    ],
)
def test_text_stays_text_in_markdown(text: str | None, escaped: str) -> None:
    assert markdown_text(text) == escaped


def test_every_expression_of_the_page_is_escaped_or_harmless() -> None:
    template = (ROLE / "templates" / "report.html.j2").read_text(encoding="utf-8")
    harmless = re.compile(
        r"\| (e|int|float|utmstack\.siem\.csp_hash \| e)$"
        r"|^(number|bar|legend|left_out|group_table)\(.*\)$"  # macros of the template, held to the same
        r"|^charts\.\w+$|^_triage_report_(style|script)$"  # of our own making, see above
        r"|^'[^']*' if [^'].* else '[^']*'$"  # one of two words of the template
        r"|^'%\+d' \| format\(changes\.open_now \| int - changes\.open_before \| int\) \| replace\('-', '−'\)$"
        r"|^'Links lead to [^']*' if triage_report_alert_link else \"[^\"]*\"$"
    )
    expressions = [match.strip() for match in re.findall(r"\{\{-?(.*?)-?\}\}", template, re.DOTALL)]
    assert len(expressions) > 80
    assert [expression for expression in expressions if not harmless.search(expression)] == []


def test_every_text_of_the_summary_is_escaped() -> None:
    template = (ROLE / "templates" / "report.md.j2").read_text(encoding="utf-8")
    texts = [match.strip() for match in re.findall(r"\{\{-?(.*?)-?\}\}", template, re.DOTALL)]
    own = re.compile(r"row\.(value|category|technique|name|created_at)|title")
    assert [text for text in texts if own.search(text) and not text.endswith("| utmstack.siem.markdown_text")] == []
