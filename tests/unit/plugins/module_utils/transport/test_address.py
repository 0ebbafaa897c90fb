# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of servers and proxies, and what is said about bad ones: never what stands in them."""

from __future__ import annotations

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.module_utils.transport.address import (
    is_below,
    is_clear_text,
    proxy_address,
    server_address,
)

SECRET = "8kQ3zX9m"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://siem.example.com", "https://siem.example.com"),
        (" https://siem.example.com/ \n", "https://siem.example.com"),
        ("http://[::1]:8443/siem/", "http://[::1]:8443/siem"),
    ],
)
def test_an_address_is_taken_without_its_ends(given: str, url: str) -> None:
    assert server_address(given) == url


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "UTMSTACK_URL"),
        ("   ", "UTMSTACK_URL"),
        ("siem.example.com", "Try https://siem.example.com"),
        ("ftp://siem", "must be the address"),
        ("https://", "must be the address"),
        (f"https://admin:{SECRET}@siem", "name or password"),
        (f"https://admin:{SECRET}/x@siem", "name or password"),
        (f"https://siem/?token={SECRET}", "without \\? or #"),
        (f"https://siem/#{SECRET}", "without \\? or #"),
        (f"https://siem\\{SECRET}", "backslash"),
        (f"https://siem {SECRET}", "a space"),
        (f"https://siem\u200b{SECRET}", "control"),
        ("https://[::1", "brackets or a port"),
        ("https://siem:port", "brackets or a port"),
        ("https://siem:99999", "brackets or a port"),
        ("https://siem/../other", "dots"),
    ],
)
def test_what_is_no_address_of_a_server_is_refused(given: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        server_address(given)
    assert SECRET not in refused.value.message


@pytest.mark.parametrize(
    ("given", "username", "password", "url"),
    [
        ("http://proxy:3128", None, None, "http://proxy:3128"),
        ("proxy:3128", None, None, "http://proxy:3128"),
        ("http://me:p%40ss@proxy", None, None, "http://me:p%40ss@proxy"),
        ("http://proxy:3128", "me", "p@s/s:", "http://me:p%40s%2Fs%3A@proxy:3128"),
        ("http://proxy", "me", None, "http://me@proxy"),
    ],
)
def test_a_proxy_with_credentials(given: str, username: str | None, password: str | None, url: str) -> None:
    assert proxy_address(given, username, password) == url


@pytest.mark.parametrize(
    ("given", "username", "password", "said"),
    [
        *((f"http://me:{SECRET}{sign}x@proxy", None, None, "no address") for sign in "/?#\\@ "),
        ("gopher://proxy", None, None, "must be the address of a proxy"),
        ("http://proxy/path", None, None, "must be the address of a proxy"),
        ("http://proxy:port", None, None, "brackets or a port"),
        ("http://proxy", None, SECRET, "needs `proxy_username`"),
        ("http://me@proxy", "you", SECRET, "Remove one"),
    ],
)
def test_what_is_no_proxy_is_refused(given: str, username: str | None, password: str | None, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        proxy_address(given, username, password)
    assert SECRET not in refused.value.message


@pytest.mark.parametrize(
    ("url", "home", "below"),
    [
        ("https://siem", "https://siem/", True),
        ("https://SIEM:443", "https://siem", True),
        ("https://siem/a", "https://siem", True),
        ("https://siem/a/b", "https://siem/a", True),
        ("https://siem", "https://siem/a", False),
        ("https://siem/ab", "https://siem/a", False),
        ("http://siem", "https://siem", False),
        ("https://siem:8443", "https://siem", False),
        ("https://siem.example.com", "https://siem", False),
    ],
)
def test_an_address_below_another_one(url: str, home: str, below: bool) -> None:
    assert is_below(url, home) is below


@pytest.mark.parametrize(
    ("url", "clear"),
    [
        ("https://siem", False),
        ("http://127.0.0.1:80", False),
        ("http://127.9.9.9", False),
        ("http://[::1]:80", False),
        ("http://localhost", False),
        ("http://10.0.0.5", True),
        ("http://siem", True),
        ("http://localhost.example.com", True),
    ],
)
def test_clear_text_that_leaves_the_machine(url: str, clear: bool) -> None:
    assert is_clear_text(url) is clear
