# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON Web Tokens, signed with HS512 and a secret that lasts as long as the process (API facts, 1.1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from .principal import Principal

DAY = 86_400
MONTH = 2_592_000
PRELIMINARY = 300
PRELIMINARY_ROLE = "ROLE_PRE_VERIFICATION_USER"


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Tokens:
    """Signs and reads tokens."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(64)

    def restart(self) -> None:
        """Create a new secret, which invalidates all tokens, as a restart of the backend does."""
        self._secret = secrets.token_bytes(64)

    def issue(self, login: str, roles: tuple[str, ...], seconds: int, authenticated: bool = True) -> str:
        """A token that is valid for `seconds`; two from the same second are identical."""
        claims = {
            "sub": login,
            "auth": ",".join(roles),
            "authenticated": authenticated,
            "exp": int(time.time()) + seconds,
        }
        head = _encode(b'{"alg":"HS512"}')
        signed = f"{head}.{_encode(json.dumps(claims, separators=(',', ':')).encode())}"
        return f"{signed}.{_encode(self._signature(signed))}"

    def read(self, token: str) -> Principal | None:
        """The caller of a valid token, None for any other text."""
        parts = token.split(".")
        if len(parts) != 3:
            return None
        if not hmac.compare_digest(_encode(self._signature(f"{parts[0]}.{parts[1]}")).encode(), parts[2].encode()):
            return None
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        if claims["exp"] < time.time():
            return None
        roles = tuple(role for role in claims["auth"].split(",") if role)
        return Principal(claims["sub"], roles, preliminary=not claims["authenticated"])

    def _signature(self, signed: str) -> bytes:
        return hmac.new(self._secret, signed.encode(), hashlib.sha512).digest()
