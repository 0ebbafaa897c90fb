# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the role for each way in which jobs get their secrets."""

from __future__ import annotations

from typing import Any

VAULTED = "$ANSIBLE_VAULT;1.1;AES256\n3132\n3334\n"
WAYS: dict[str, dict[str, Any]] = {
    "shared": {},
    "per_instance": {
        "credentials": "per_instance",
        "instance_credentials": {"siem-1": {"api_key": "k"}, "siem-2": {"username": "u", "password": "p"}},
    },
    "vault": {
        "credentials": "vault",
        "vault_credential": "Vault of the SOC",
        "instances": [
            {"name": "siem-1", "url": "https://siem-1.example.com", "variables": {"utmstack_api_key": VAULTED}}
        ],
    },
}
RULE = "DTSTART:20270101T020000Z RRULE:FREQ=DAILY;INTERVAL=1"
NIGHTLY = {"name": "nightly", "template": "approved triage", "rrule": RULE}
