# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time-based one-time codes (RFC 6238) with SHA-1 and six digits, as UTMStack's second factor expects them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from ..errors import InvalidInput


def one_time_code(secret: str, period: int, now: float) -> str:
    """The six digits for `secret` (base32, spaces and letter case ignored) at `now` (seconds since the epoch).

    :param period: seconds a code lasts.
    :raises InvalidInput: the secret is not base32; the message does not hold it.
    """
    compact = secret.replace(" ", "").replace("-", "").upper().rstrip("=")
    try:
        key = base64.b32decode(compact + "=" * (-len(compact) % 8))
    except binascii.Error:
        key = b""
    if not key:
        raise InvalidInput("`totp_secret` is not base32 text; give the secret of the enrollment, not a six-digit code.")
    digest = hmac.new(key, int(now // period).to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
