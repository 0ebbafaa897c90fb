# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of the report: charts, hashes, Markdown."""

from __future__ import annotations

import html
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
from markdown_it import MarkdownIt

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
        triage_figures([], sinse="7d")  # codespell:ignore
    with pytest.raises(AnsibleFilterError, match="`since`"):
        triage_figures([], since="last week")


def test_the_hash_is_that_of_the_standard() -> None:
    # The example of the Content Security Policy specification.
    assert csp_hash("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


HOSTILE_MARKDOWN = [
    "Port scan from 10.20.0.5",
    "a | b",
    "a \\| b \\\\| c |",
    "<b>x</b> <script>x</script> <!-- x",
    "[x](http://evil.example) ![x](http://evil.example/x.png)",
    "<http://evil.example> https://evil.example www.evil.example a@evil.example",
    "`id` *b* _c_ ~d~",
    "`` ` ``` [x](http://evil.example)",
    "`",
    "``",
    " ` [x](http://evil.example) `",
    " x",
    "x ",
    "\\",
    "a\\`[x](http://evil.example)`",
    "# heading",
    "- item",
    "1. item",
    "&lt; &#60;",
    "$x$ $`x`$",
    "[x]: http://evil.example",
]


@pytest.mark.parametrize("text", HOSTILE_MARKDOWN)
@pytest.mark.parametrize(
    "page",
    ["| a | b |\n|---|---|\n| {cell} | next |\n", "| a | b |\n|---|---|\n| x: {cell}<br>y: {cell} | next |\n"],
    ids=["cell", "cell of several"],
)
def test_text_stays_text_in_a_table(page: str, text: str) -> None:
    rendered = MarkdownIt("commonmark").enable("table").render(page.format(cell=markdown_text(text)))
    assert_literal(rendered, text)
    assert rendered.count("<td>") == 2


@pytest.mark.parametrize("text", HOSTILE_MARKDOWN)
@pytest.mark.parametrize("page", ["# Triage of {text}\n", "To undo the run, use {text}.\n", "{text}\n"])
def test_text_stays_text_elsewhere(page: str, text: str) -> None:
    assert_literal(MarkdownIt("commonmark").render(page.format(text=markdown_text(text, table=False))), text)


def assert_literal(rendered: str, text: str) -> None:
    """The page shows the text as code, and has nothing else of it."""
    shown = re.findall("<code>(.*?)</code>", rendered, re.DOTALL)
    assert shown
    assert {html.unescape(one) for one in shown} == {text}
    rest = re.sub("<code>.*?</code>", "", rendered, flags=re.DOTALL)
    assert not re.search(r"<(a|img|script|b|em|strong|pre|li)\b|evil|\[x\]", rest)


def test_markdown_text_is_one_line_and_bounded() -> None:
    assert markdown_text("two\nlines\u202e\x9b\u2028") == "`two\\nlines\\u202e\\x9b\\u2028`"
    assert (markdown_text(None), markdown_text("")) == ("", "")
    assert len(markdown_text("x" * 100_000)) < 10_010


def test_every_expression_of_the_page_is_escaped_or_harmless() -> None:
    template = (ROLE / "templates" / "report.html.j2").read_text(encoding="utf-8")
    harmless = re.compile(
        r"\| (e|int|float|utmstack\.siem\.csp_hash \| e)$"
        r"|^(number|known|percent|bar|legend|left_out|group_table)\(.*\)$"  # macros of the template, held to the same
        r"|^charts\.\w+$|^_triage_report_(style|script)$"  # of our own making, see above
        r"|^'[^']*' if [^'].* else '[^']*'$"  # one of two words of the template
        r"|^'%\+d' \| format\(changes\.open_now \| int - changes\.open_before \| int\) \| replace\('-', '−'\)$"
        r"|^'Links lead to [^']*' if _triage_report\.alert_link else \"[^\"]*\"$"
    )
    expressions = [match.strip() for match in re.findall(r"\{\{-?(.*?)-?\}\}", template, re.DOTALL)]
    assert len(expressions) > 80
    assert [expression for expression in expressions if not harmless.search(expression)] == []


def test_every_text_of_the_summary_is_escaped() -> None:
    template = (ROLE / "templates" / "report.md.j2").read_text(encoding="utf-8")
    texts = [match.strip() for match in re.findall(r"\{\{-?(.*?)-?\}\}", template, re.DOTALL)]
    own = re.compile(r"row\.(value|category|technique|name|created_at)|title")
    escaped = re.compile(r"\| utmstack\.siem\.markdown_text(\(table=false\))?$")
    assert [text for text in texts if own.search(text) and not escaped.search(text)] == []
