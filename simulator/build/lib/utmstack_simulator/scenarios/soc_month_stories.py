# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The patterns of ``soc-month``: kinds of alerts, how analysts decide on them, and whether that justifies a rule.

Addresses are from ranges for documentation and private networks, and the people are fictitious.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .soc_day_stories import DESKTOPS, PEOPLE, SERVERS, STORIES, Story

DAYS = 30
ALL_DAYS = range(DAYS)
SCANNER, BACKUP, OFFICE, COMPROMISED = "10.20.0.5", "10.30.0.10", "198.51.100.23", "10.10.3.7"
ANALYSTS = ("m.keller", "r.osei", "t.nakamura")
AUTOMATION = "automation"
PASSWORD = "An4lyst-pass"
INCIDENT = "Intrusion through desktop-07"
_DAY = {story.name: story for story in STORIES}
_PROBE = _DAY["Vulnerability probe against a web application"]
_TRANSFER = _DAY["Large transfer by a backup job"]
_LOGINS = _DAY["Repeated failed logins"]


@dataclass(frozen=True)
class Pattern:
    """Alerts of one kind, and what becomes of them.

    :param key: name of the pattern, by which tests compare.
    :param handling: how analysts decide, a name in `soc_month.HANDLINGS`.
    :param daily: alerts on each of the days in the default size.
    :param scaled: whether a larger month has more of them.
    :param suggested: whether the decisions justify a rule: enough of them, on enough days, and no exception.
    :param logged: whether events have the map `log`, without which 11.2 writes no history.
    """

    key: str
    story: Story
    handling: str
    daily: int
    days: range = ALL_DAYS
    scaled: bool = True
    suggested: bool = False
    logged: bool = True

    @property
    def count(self) -> int:
        """Alerts in the default size."""
        return self.daily * len(self.days)


PATTERNS = (
    # False positives without an exception: by single closures, and by one bulk action a week.
    Pattern(
        "backup",
        replace(_TRANSFER, name="Large outbound transfer", sources=(BACKUP,), hours=(1, 4), echoes=0.0),
        "each_as_false_positive",
        15,
        suggested=True,
    ),
    Pattern("scanner", replace(_PROBE, sources=(SCANNER,), echoes=0.1), "weekly_as_false_positive", 60, suggested=True),
    # Attacks that look like them: another address at the same targets, and another user of the same address.
    Pattern(
        "attack", replace(_PROBE, sources=(COMPROMISED,), targets=("web-01",), echoes=0.0), "incident", 16, range(9, 11)
    ),
    Pattern(
        "theft",
        replace(
            _TRANSFER,
            name="Large outbound transfer",
            sources=(BACKUP,),
            targets=("files-01",),
            users=("b.okafor",),
            hours=(1, 4),
            echoes=0.0,
        ),
        "true_positive",
        10,
        range(17, 18),
    ),
    # Close to a false positive: one of twenty is true, for every user.
    Pattern(
        "near_miss",
        replace(_LOGINS, sources=(OFFICE,), targets=("dc-01",), users=PEOPLE[:5], hours=(7, 18), echoes=0.0),
        "nearly_always_false_positive",
        10,
    ),
    # No decisions of analysts.
    Pattern(
        "automation",
        Story(
            "Certificate about to expire",
            "Discovery",
            "Digital Certificates",
            1,
            0,
            "monitoring",
            ("10.10.1.9",),
            ("web-01", "mail-01"),
            description="The certificate of a service expires within 30 days",
        ),
        "automation",
        10,
    ),
    Pattern(
        "tag_rule",
        Story(
            "Health check of the load balancer",
            "Discovery",
            "Network Service Discovery",
            1,
            0,
            "firewall",
            ("10.10.1.2",),
            ("web-01", "web-02"),
            description="Connections at short intervals",
        ),
        "tag_rule",
        10,
    ),
    # Too little evidence: one day only, and few alerts.
    Pattern(
        "one_day",
        Story(
            "Agent upgraded",
            "Defense evasion",
            "Impair Defenses",
            1,
            0,
            "linux",
            ("10.10.1.20",),
            SERVERS,
            ("svc-deploy",),
            (9, 11),
            description="The agent of a host was replaced",
        ),
        "at_once_as_false_positive",
        24,
        range(11, 12),
        scaled=False,
    ),
    Pattern(
        "few",
        Story(
            "Disk encryption suspended",
            "Defense evasion",
            "Impair Defenses",
            2,
            0,
            "wineventlog",
            ("10.10.3.3",),
            ("desktop-03",),
            ("c.moreau",),
            (8, 17),
            description="The protection of a drive was suspended",
        ),
        "each_as_false_positive",
        1,
        range(2, 26, 2),
        scaled=False,
    ),
    # The rest of the work, without a pattern.
    Pattern("phishing", _DAY["Phishing link opened"], "various", 10),
    Pattern("malware", _DAY["Malware signature in a download"], "various", 4),
    Pattern("travel", _DAY["Impossible travel"], "various", 2),
    Pattern("administrators", _DAY["New administrator in a privileged group"], "various", 1),
    Pattern("services", _DAY["Service stopped unexpectedly"], "various", 12, logged=False),
    Pattern("domains", _DAY["DNS request for a newly registered domain"], "various", 8),
)
DEFAULT_COUNT = sum(pattern.count for pattern in PATTERNS)

# By name, the address of each host that is a target or attacks.
_SERVER_ADDRESSES = {name: f"10.10.0.{number}" for number, name in enumerate(SERVERS, 11)}
_DESKTOP_ADDRESSES = {name: f"10.10.3.{number}" for number, name in enumerate(DESKTOPS, 1)}
ADDRESSES = {**_SERVER_ADDRESSES, **_DESKTOP_ADDRESSES}
_SPECIAL = {"scanner-01": (SCANNER, 3), "backup-01": (BACKUP, 4)}
_SERVER, _WORKSTATION = 5, 6
_GROUPS = ("Servers", "Workstations", "Scanners", "Backup")


def _asset(name: str, address: str, group: int, kind: int, severity: float) -> dict[str, object]:
    return {
        "assetName": name,
        "assetIp": address,
        "groupId": group,
        "assetTypeId": kind,
        "assetSeverityMetric": severity,
        "assetOsPlatform": "windows" if kind == _WORKSTATION else "linux",
        "assetAlive": True,
        "assetStatus": "CHECK",
        "registeredMode": "CUSTOM",
    }


ASSETS = {
    "groups": [{"id": number, "groupName": name} for number, name in enumerate(_GROUPS, 1)],
    "assets": [
        *(_asset(name, address, 1, _SERVER, 3.0) for name, address in _SERVER_ADDRESSES.items()),
        *(_asset(name, address, 2, _WORKSTATION, 1.0) for name, address in _DESKTOP_ADDRESSES.items()),
        *(_asset(name, address, group, _SERVER, 2.0) for name, (address, group) in _SPECIAL.items()),
    ],
}
USERS = [{"login": login, "password": PASSWORD} for login in (*ANALYSTS, AUTOMATION)]
TAG_RULE = {
    "name": "Health checks",
    "description": "The load balancer checks the web servers",
    "conditions": [{"field": "name", "operator": "IS", "value": "Health check of the load balancer"}],
    "tags": [1],
    "createdBy": "admin",
}
