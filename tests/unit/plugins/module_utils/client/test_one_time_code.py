# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64

import pytest
from ansible_collections.utmstack.siem.plugins.module_utils.client.one_time_code import one_time_code
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput

# RFC 6238, appendix B: the secret is this text, the codes are the last six digits of its eight-digit ones.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("now", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_rfc(now: float, code: str) -> None:
    assert one_time_code(RFC_SECRET, 30, now) == code


def test_blanks_and_small_letters_are_no_other_secret() -> None:
    assert one_time_code("jbsw y3dp ehpk 3pxp", 300, 1000) == one_time_code("JBSWY3DPEHPK3PXP", 300, 1000)


def test_a_code_lasts_its_period() -> None:
    assert one_time_code(RFC_SECRET, 300, 600) == one_time_code(RFC_SECRET, 300, 899)
    assert one_time_code(RFC_SECRET, 300, 600) != one_time_code(RFC_SECRET, 300, 900)


@pytest.mark.parametrize("secret", ["123456", "not base32!", "", "======"])
def test_what_is_no_secret_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        one_time_code(secret, 30, 0)
    assert "base32" in str(raised.value)
    assert not secret or secret not in str(raised.value)
