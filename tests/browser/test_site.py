# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site, from its files, in a browser: two widths, light and dark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from .conftest import OUTPUT

SITE = Path(__file__).parents[2] / "build" / "site"
PAGES = (
    "docs/index",
    "docs/quick-start",
    "docs/query",
    "docs/troubleshooting",
    "docs/reference/modules",
    "docs/reference/utmstack_triage_module",
    "docs/reference/alerts_event_source",
    "docs/reference/undo_playbook",
    "docs/reference/triage_rulebook",
    "docs/reference/rule-files",
)
# What WCAG asks of text.
CONTRAST = 4.5
PALE_TEXTS = """
const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
  .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const over = (top, below) => {
  const alpha = top.length > 3 ? top[3] : 1;
  return [0, 1, 2].map(i => top[i] * alpha + below[i] * (1 - alpha));
};
function background(element) {
  const layers = [];
  for (let e = element; e; e = e.parentElement) layers.unshift(parse(getComputedStyle(e).backgroundColor));
  return layers.filter(layer => layer.length).reduce((below, top) => over(top, below), [255, 255, 255]);
}
const pale = [];
for (const element of document.querySelectorAll("article *, .sidebar-drawer a")) {
  const text = Array.from(element.childNodes).filter(n => n.nodeType === 3).map(n => n.textContent.trim()).join("");
  if (!text || element.closest("[aria-hidden], .headerlink, .ansibleOptionLink") || !element.offsetParent) continue;
  const below = background(element), color = over(parse(getComputedStyle(element).color), below);
  const both = [light(color), light(below)].sort((a, b) => b - a);
  const ratio = (both[0] + 0.05) / (both[1] + 0.05);
  if (ratio < arguments[0]) pale.push(text.slice(0, 40) + " " + ratio.toFixed(2));
}
return pale;
"""
# Not of the window: on a telephone, it counts as wide as the page, because one can zoom out.
TOO_WIDE = """
const {clientWidth, scrollWidth} = document.documentElement;
if (scrollWidth <= clientWidth) return [];
const outside = Array.from(document.querySelectorAll("article *"))
  .filter(e => e.getBoundingClientRect().right > clientWidth + 1 && !e.closest(".table-wrapper, pre"));
return [scrollWidth, ...outside.slice(0, 5).map(e => e.outerHTML.slice(0, 120))];
"""


@pytest.fixture(params=[1280, 390], ids=["wide", "narrow"])
def width(request: pytest.FixtureRequest, chromium: webdriver.Chrome) -> int:
    """The width of the window; the narrow one is that of a telephone."""
    size = {"width": request.param, "height": 1000, "deviceScaleFactor": 1, "mobile": request.param < 500}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    return int(request.param)


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, chromium: webdriver.Chrome) -> str:
    """The color scheme that the user prefers."""
    features = [{"name": "prefers-color-scheme", "value": request.param}]
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    return str(request.param)


def requests(chromium: webdriver.Chrome) -> list[str]:
    """Addresses that the browser has asked for since the last look."""
    messages = [json.loads(entry["message"])["message"] for entry in chromium.get_log("performance")]
    sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
    return [str(one["request"]["url"]) for one in sent]


def test_pages(chromium: webdriver.Chrome, width: int, scheme: str) -> None:
    chromium.get("about:blank")
    chromium.get_log("performance")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {}
    for page in PAGES:
        chromium.get((SITE / f"{page}.html").as_uri())
        wide, pale = chromium.execute_script(TOO_WIDE), chromium.execute_script(PALE_TEXTS, CONTRAST)
        chromium.save_screenshot(str(OUTPUT / f"site-{page.rpartition('/')[2]}-{width}-{scheme}.png"))
        if wide or pale:
            found[page] = {"too wide": wide, "pale": pale[:10]}
        shown = chromium.execute_script("return performance.timing.loadEventEnd - performance.timing.navigationStart")
        print(f"{page} {width} {scheme}: shown after {shown} ms")
    assert found == {}
    asked = requests(chromium)
    assert len(asked) > len(PAGES)
    assert [address for address in asked if not address.startswith(("file://", "data:"))] == []


def test_what_is_wrong_with_a_page_is_seen(chromium: webdriver.Chrome, width: int, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><article><p style="width: {width + 9}px">'
        'Wide</p><p style="color: #999">Pale</p></article>',
        encoding="utf-8",
    )
    chromium.get(page.as_uri())
    _width, element = chromium.execute_script(TOO_WIDE)
    assert element.endswith(">Wide</p>")
    assert [text.partition(" ")[0] for text in chromium.execute_script(PALE_TEXTS, CONTRAST)] == ["Pale"]


def test_the_dark_scheme_is_dark(chromium: webdriver.Chrome, scheme: str) -> None:
    chromium.get((SITE / "docs/index.html").as_uri())
    color = chromium.execute_script("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (sum(color[:3]) < 150) == (scheme == "dark")


@pytest.mark.parametrize(("word", "page"), [("totp", "authentication"), ("totp_secret", "utmstack_auth_module")])
def test_the_search_works_from_files(chromium: webdriver.Chrome, word: str, page: str) -> None:
    chromium.get((SITE / "search.html").as_uri() + f"?q={word}")
    wanted = f"ul.search li a[href*='{page}']"
    WebDriverWait(chromium, 30).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, wanted))


def test_the_first_page_leads_to_the_index(chromium: webdriver.Chrome) -> None:
    chromium.get((SITE / "index.html").as_uri())
    WebDriverWait(chromium, 30).until(lambda driver: driver.current_url.endswith("/docs/index.html"))
