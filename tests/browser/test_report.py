# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report in a browser: its figures are the server's, its controls work, and no text of an alert does anything."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from .conftest import OUTPUT, PAYLOADS, Report

WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", function (event) {
  window.violations.push(event.violatedDirective + " " + event.blockedURI + " " + event.sample);
});
"""


@pytest.fixture
def page(chromium: webdriver.Chrome, report: Report) -> webdriver.Chrome:
    """The report, freshly opened, watched from before its first line on."""
    chromium.get("about:blank")
    chromium.get_log("performance")
    chromium.get_log("browser")
    watch = chromium.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    chromium.get(report.page.as_uri())
    chromium.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": watch["identifier"]})
    return chromium


def figure(page: webdriver.Chrome, name: str) -> int:
    """One of the large numbers."""
    return int(page.find_element(By.ID, f"figure-{name}").text)


def shown(page: webdriver.Chrome) -> list[dict[str, str]]:
    """The rows of the table of alerts that are to be seen."""
    rows: list[dict[str, str]] = page.execute_script(
        """return Array.from(document.querySelectorAll("#alerts-table tbody tr"))
        .filter(row => row.offsetParent !== null)
        .map(row => ({
          when: row.cells[0].textContent, severity: row.dataset.severity, status: row.dataset.status,
          name: row.querySelector("bdi").textContent, id: row.querySelector(".name .id").textContent
        }));"""
    )
    return rows


def parents(report: Report) -> list[dict[str, Any]]:
    """The stored alerts that a report counts."""
    return [alert for alert in report.stored.values() if not alert.get("parentId") and alert["status"] in (2, 3, 5)]


def test_the_figures_are_those_of_the_server(page: webdriver.Chrome, report: Report) -> None:
    alerts = parents(report)
    by_status = Counter(alert["status"] for alert in alerts)
    assert figure(page, "open") == by_status[2]
    assert figure(page, "review") == by_status[3]
    assert figure(page, "completed") == by_status[5]
    assert figure(page, "high") == sum(1 for alert in alerts if alert["status"] == 2 and alert["severity"] == 3)
    assert figure(page, "incidents") == 1
    by_rules = sum(
        1 for alert in alerts if alert["status"] == 5 and "[utmstack.siem rule=" in alert["statusObservation"]
    )
    assert by_rules > 200
    cell = page.find_element(By.CSS_SELECTOR, '#closed tr[data-by="automation"] td:last-child')
    assert int(cell.get_attribute("textContent") or "") == by_rules
    people = page.find_element(By.CSS_SELECTOR, '#closed tr[data-by="people"] td:last-child')
    assert int(people.get_attribute("textContent") or "") == by_status[5] - by_rules

    names = Counter(alert["name"] for alert in alerts if alert["status"] == 2)
    first = page.find_element(By.CSS_SELECTOR, "#names tbody tr").find_elements(By.TAG_NAME, "td")
    assert (first[0].text, int(first[1].text)) == names.most_common(1)[0]
    assert {row["id"] for row in shown(page)} >= {alert["id"] for alert in alerts if len(alert["id"]) == 36}
    assert len(shown(page)) == len(alerts)


def test_the_false_positives_are_those_of_the_server(page: webdriver.Chrome, report: Report) -> None:
    done = [alert for alert in parents(report) if alert["status"] == 5]
    counted = Counter(alert["name"] for alert in done if "False positive" in (alert["tags"] or []))
    completed = Counter(alert["name"] for alert in done)
    found = page.execute_script(
        """return Array.from(document.querySelectorAll("#false-positives tbody tr"))
        .map(row => Array.from(row.cells).map(cell => cell.textContent));"""
    )
    assert found
    for name, _alerts, closed, false, _by_analysts, rate, _least, _bar in found:
        assert (int(closed), int(false)) == (completed[name], counted[name])
        assert rate == f"{100 * round(counted[name] / completed[name], 4):.1f} %"
    assert len(found) == len(counted)


def test_the_charts_show_the_same_as_their_tables(page: webdriver.Chrome) -> None:
    for section in ("severity-by-age", "closed"):
        labels = page.find_elements(By.CSS_SELECTOR, f"#{section} .chart .value")
        totals = page.find_elements(By.CSS_SELECTOR, f"#{section} details tbody td:last-child")
        assert [label.text for label in labels] == [total.get_attribute("textContent") for total in totals]
        widths = page.execute_script(
            "return Array.from(document.querySelectorAll(arguments[0])).map(bar => bar.getBoundingClientRect().width)",
            f"#{section} .chart rect",
        )
        assert widths
        assert min(widths) > 0
    fills = page.execute_script(
        "return Array.from(document.querySelectorAll('.chart rect')).map(bar => getComputedStyle(bar).fill)"
    )
    assert len(set(fills)) == 3
    assert "rgb(0, 0, 0)" not in fills


def test_what_changed_since_the_last_report(page: webdriver.Chrome, report: Report) -> None:
    told = {
        entry.find_element(By.TAG_NAME, "dt").text: entry.find_element(By.TAG_NAME, "dd").text
        for entry in page.find_elements(By.CSS_SELECTOR, ".changes > div")
    }
    rules = [alert for alert in parents(report) if "[utmstack.siem rule=" in alert["statusObservation"]]
    assert int(told["completed by triage rules"]) == len(rules)
    assert told["completed by analysts"] == "6"
    assert told["set to in review"] == "3"
    assert told["new incidents"] == "1"


def test_sorting(page: webdriver.Chrome) -> None:
    def click(number: int) -> str | None:
        heading = page.find_elements(By.CSS_SELECTOR, "#alerts-table th")[number]
        heading.find_element(By.TAG_NAME, "button").click()
        return heading.get_attribute("aria-sort")

    assert click(0) == "ascending"
    times = [row["when"][:16] for row in shown(page)]
    assert times == sorted(times)
    assert times[0] < times[-1]
    assert click(0) == "descending"
    times = [row["when"][:16] for row in shown(page)]
    assert times == sorted(times, reverse=True)
    click(1)
    assert click(1) == "descending"
    order = [row["severity"] for row in shown(page)]
    assert order == sorted(order, key=["high", "medium", "low"].index)


def test_filtering(page: webdriver.Chrome) -> None:
    everything = shown(page)
    page.find_element(By.ID, "filter-text").send_keys("phishing opened")
    found = shown(page)
    assert {row["name"] for row in found} == {"Phishing link opened"}
    assert page.find_element(By.ID, "filter-count").text == f"{len(found)} of {len(everything)} alerts"
    Select(page.find_element(By.ID, "filter-status")).select_by_visible_text("in review")
    assert {row["status"] for row in shown(page)} == {"in review"}
    page.find_element(By.ID, "filter-text").clear()
    Select(page.find_element(By.ID, "filter-severity")).select_by_visible_text("high")
    both = shown(page)
    assert both == [row for row in everything if (row["severity"], row["status"]) == ("high", "in review")]
    assert both


def test_no_text_of_an_alert_does_anything(page: webdriver.Chrome, report: Report) -> None:
    page.find_element(By.ID, "filter-text").send_keys("<script>")
    for name in ("alerts-table", "names", "techniques"):
        page.execute_script("document.getElementById(arguments[0]).scrollIntoView()", name)
    with pytest.raises(NoAlertPresentException):
        _ = page.switch_to.alert.text
    assert page.execute_script("return typeof window.injected") == "undefined"
    assert page.execute_script("return window.violations") == []
    assert [entry for entry in page.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
    # One script and one style are the page's own; nothing else became an element.
    tags = page.execute_script("return Array.from(document.querySelectorAll('*')).map(node => node.localName)")
    assert tags.count("script") == tags.count("style") == 1
    assert not {"img", "link", "iframe", "object", "embed", "form", "base", "image", "use"} & set(tags)
    attributes = page.execute_script(
        "return Array.from(document.querySelectorAll('*')).flatMap(node => node.getAttributeNames())"
    )
    assert [name for name in attributes if name.startswith("on") or name == "style"] == []
    links = page.execute_script("return Array.from(document.links).map(link => link.protocol)")
    assert set(links) <= {"http:", "https:"}
    # The payloads can be read.
    page.find_element(By.ID, "filter-text").clear()
    page.find_element(By.ID, "filter-text").send_keys(" ")
    names = {row["name"] for row in shown(page)}
    for payload in PAYLOADS[:11]:
        assert payload in names
    assert "evil\\u202etxt.exe\\u2066\\u200b\\x1b]0;owned\\x07" in names
    assert max(len(name) for name in names) < 200


def test_a_script_that_is_not_the_page_s_own_is_refused(page: webdriver.Chrome) -> None:
    page.execute_script(
        """function add(name, member, value) {
          const made = document.createElement(name); made[member] = value; document.body.append(made);
        }
        add("script", "textContent", "window.injected = 8");
        add("style", "textContent", "body { display: none }");
        add("img", "src", "http://127.0.0.1:9/x");"""
    )
    page.execute_async_script("setTimeout(arguments[0], 100)")
    assert page.execute_script("return typeof window.injected") == "undefined"
    refused = {line.split()[0] for line in page.execute_script("return window.violations")}
    assert refused == {"script-src-elem", "style-src-elem", "img-src"}


def test_no_request_leaves_the_page(page: webdriver.Chrome, report: Report) -> None:
    page.execute_script("window.scrollTo(0, document.body.scrollHeight)")
    page.execute_async_script("setTimeout(arguments[0], 300)")
    messages = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = [
        message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"
    ]
    assert asked == [report.page.as_uri()]
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures(page: webdriver.Chrome, report: Report, scheme: str) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    background = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(245, 246, 248)", "dark": "rgb(16, 21, 29)"}[scheme]
    # Nothing makes the page wider than the window.
    assert page.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    picture = page.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})
    (OUTPUT / f"{report.dialect}-{scheme}.png").write_bytes(base64.b64decode(picture["data"]))
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_it_prints(page: webdriver.Chrome, report: Report) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    printed = base64.b64decode(page.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})["data"])
    assert printed.startswith(b"%PDF")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not page.find_element(By.ID, "alerts-controls").is_displayed()
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    (OUTPUT / f"{report.dialect}.pdf").write_bytes(printed)
