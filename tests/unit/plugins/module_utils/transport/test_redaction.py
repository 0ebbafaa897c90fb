# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets do not survive in texts, however a server, a proxy or a library spells them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.transport.redaction import MASK, Redactor, userinfo
from hypothesis import given
from hypothesis import strategies as st

SECRET = 'AK/"7hQ2 é+9mVbN4tRzY'
QUOTED: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in JSON": json.dumps,
    "in JSON as Unicode": lambda text: json.dumps(text, ensure_ascii=False),
    "in JSON with escaped slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "in a URL": lambda text: quote(text, safe=""),
    "in a path": quote,
    "in a form": quote_plus,
    "in a URL in lower case": lambda text: quote(text, safe="").replace("%2F", "%2f").replace("%C3", "%c3"),
    "in Python": ascii,
    "as Latin-1": lambda text: text.encode().decode("latin-1"),
}


@pytest.mark.parametrize("spell", QUOTED.values(), ids=QUOTED)
def test_a_secret_is_masked_in_each_spelling(spell: Callable[[str], str]) -> None:
    shown = Redactor([SECRET]).text(f"<{spell(SECRET)}>")
    assert shown in (f"<{MASK}>", f'<"{MASK}">', f"<'{MASK}'>")


@pytest.mark.parametrize("before", ["", "a", "ab", "user:"])
@pytest.mark.parametrize("after", ["", "z", "zz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode], ids=["plain", "for URLs"])
def test_a_secret_is_masked_inside_base64(before: str, after: str, encode: Callable[[bytes], bytes]) -> None:
    encoded = encode(f"{before}{SECRET}{after}".encode()).decode()
    shown = Redactor([SECRET]).text(encoded)
    left = shown.replace(MASK, "")
    # The characters at the ends hold bits of what stands around the secret.
    assert MASK in shown
    assert len(left) <= len(encode(before.encode())) + len(encode(after.encode())) + 4


@given(st.text(min_size=1).filter(str.strip), st.text(), st.text())
def test_no_text_shows_a_secret(secret: str, before: str, after: str) -> None:
    shown = Redactor([secret]).text(f"{before}{secret}{after}")
    assert secret in MASK or secret not in shown.replace(MASK, "\0") or secret == "\0"


@pytest.mark.parametrize("length", range(5, len(SECRET)))
@pytest.mark.parametrize("end", ["...", "'...", "…", '"…'])
def test_a_message_does_not_show_the_beginning_of_a_secret_that_it_cuts(length: int, end: str) -> None:
    redactor = Redactor([SECRET, "another one"])
    assert (
        redactor.message(f"`status` is 'x... {SECRET[:length]}{end}. Use open...")
        == f"`status` is 'x... {MASK}{end}. Use open..."
    )


def test_a_message_keeps_a_value_that_only_looks_like_a_secret() -> None:
    assert Redactor([SECRET]).message("`name` is 'AK/...'. Use ...") == "`name` is 'AK/...'. Use ..."


def test_a_result_is_masked_in_values_names_and_lists() -> None:
    result = {"a": [f"x {SECRET}", 5, None, (SECRET,)], SECRET: {"b": True}}
    assert Redactor([SECRET]).value(result) == {"a": [f"x {MASK}", 5, None, [MASK]], MASK: {"b": True}}


def test_a_token_that_may_be_shown_is_forgotten_and_the_others_stay() -> None:
    redactor = Redactor(["first-secret", "second-secret", "", "  "])
    redactor.forget("first-secret")
    assert redactor.text("first-secret second-secret   ") == f"first-secret {MASK}   "
    redactor.forget("second-secret")
    assert redactor.text("second-secret") == "second-secret"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("http://puser:p@ss@proxy:3128", {"puser:p@ss", "p@ss"}),
        ("puser:p/s?#s@proxy", {"puser:p/s?#s", "p/s?#s"}),
        ("http://token@proxy", {"token"}),
        ("http://proxy:3128", set()),
        (None, set()),
        (5, set()),
    ],
)
def test_name_and_password_in_an_address(address: object, found: set[str]) -> None:
    assert userinfo(address) == found
