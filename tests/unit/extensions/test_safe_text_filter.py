# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event filter `safe_text`, started by its path as ansible-rulebook starts it."""

from __future__ import annotations

import inspect
import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

PLUGIN = Path(__file__).parents[3] / "extensions" / "eda" / "plugins" / "event_filter" / "safe_text.py"
FILE = runpy.run_path(str(PLUGIN))
safe_text: Callable[..., Any] = FILE["main"]

EVENT = {
    "body": {
        "name": "{{ lookup('pipe', 'id') }}",
        "{% key %}": [{"user": "a\n{# x #}"}],
        "raw": b"{{ x }}",
        "count": 3,
        "ratio": 0.5,
        "late": False,
        "time": "2026-11-29T12:00:00.000Z",
        "none": None,
    },
    "meta": {
        "uuid": "6f1c1a52-5b3e-5a53-9d0e-6b2f4a1d7f10",
        "source": {"name": "Alerts", "type": "ansible.eda.kafka"},
        "received_at": "2026-11-29T12:00:00.123456Z",
    },
}


def test_an_event_is_made_safe() -> None:
    assert safe_text(EVENT) == {
        "body": {
            "name": "{·{ lookup('pipe', 'id') }·}",
            "{·% key %·}": [{"user": "a {·# x #·}"}],
            "raw": "{·{ x }·}",
            "count": 3,
            "ratio": 0.5,
            "late": False,
            "time": "2026-11-29T12:00:00.000Z",
            "none": None,
        },
        "meta": EVENT["meta"],
    }


def test_meta_of_an_attacker_is_made_safe() -> None:
    assert safe_text({"meta": {"uuid": "{{ x }}"}}) == {"meta": {"uuid": "{·{ x }·}"}}


def test_texts_are_cut() -> None:
    assert len(safe_text({"a": "x" * 1_000_000})["a"]) == 300
    assert len(safe_text({"a": "x" * 1_000_000}, limit=1000)["a"]) == 1000


@pytest.mark.parametrize("event", ["{{ x }}", ["{{ x }}"], 5, None])
def test_an_event_of_any_kind(event: Any) -> None:
    assert "{{" not in str(safe_text(event))


@pytest.mark.parametrize("limit", ["300", "s3cret", True, None, 49, 10_001, 300.0, [300]])
def test_a_wrong_limit(limit: Any) -> None:
    with pytest.raises(ValueError, match="safe_text") as caught:
        safe_text(EVENT, limit=limit)
    assert str(caught.value) == (
        "`limit` of the event filter utmstack.siem.safe_text must be a whole number from 50 to 10000, for example 300."
    )


def test_an_unknown_argument() -> None:
    with pytest.raises(ValueError, match="safe_text") as caught:
        safe_text(EVENT, limits="s3cret")
    assert str(caught.value) == (
        "The event filter utmstack.siem.safe_text has no argument 'limits'; its only one is `limit`."
    )


def test_documentation() -> None:
    documented = yaml.safe_load(FILE["DOCUMENTATION"])["options"]
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(safe_text).parameters.items()
        if name not in ("event", "unknown")
    }
    assert {name: option["default"] for name, option in documented.items()} == defaults
    schema = json.loads(PLUGIN.with_name("schemas").joinpath("safe_text.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    assert {name: option["default"] for name, option in schema["properties"].items()} == defaults
    assert (schema["properties"]["limit"]["minimum"], schema["properties"]["limit"]["maximum"]) == (50, 10_000)
    filters = [
        one
        for ruleset in yaml.safe_load(FILE["EXAMPLES"])
        for source in ruleset["sources"]
        for one in source["filters"]
    ]
    assert filters
    for (name, arguments), *_more in (list(one.items()) for one in filters):
        assert name == "utmstack.siem.safe_text"
        assert list(validator.iter_errors(arguments or {})) == []
        assert safe_text("{{ x }}", **(arguments or {})) == "{·{ x }·}"
