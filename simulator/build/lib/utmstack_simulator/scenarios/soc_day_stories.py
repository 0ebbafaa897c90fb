# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stories of ``soc-day``, each a kind of alert with its frequency.

Addresses are from ranges for documentation and private networks, and the people are fictitious.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """One kind of alert.

    :param count: number of alerts on that day.
    :param hours: first and last hour of the day (exclusive) in which they occur.
    :param sources: addresses of the adversary.
    :param targets: hosts of the target.
    :param echoes: share of alerts that repeat an earlier one of the same story (v11).
    """

    name: str
    category: str
    technique: str
    severity: int
    count: int
    data_type: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    users: tuple[str, ...] = ("",)
    hours: tuple[int, int] = (0, 24)
    port: int = 443
    country: tuple[str, str] = ("", "")
    description: str = ""
    echoes: float = 0.0


SERVERS = ("web-01", "web-02", "db-01", "dc-01", "dc-02", "mail-01", "files-01", "erp-01")
DESKTOPS = tuple(f"desktop-{number:02d}" for number in range(1, 25))
PEOPLE = ("a.lindqvist", "b.okafor", "c.moreau", "d.tanaka", "e.silva", "f.novak", "svc-backup", "svc-web")
SCANNERS = ("10.20.0.5", "10.20.0.6")

STORIES = (
    Story(
        "Port scan from an internal host",
        "Discovery",
        "Network Service Discovery",
        1,
        260,
        "firewall",
        SCANNERS,
        SERVERS,
        hours=(1, 5),
        port=22,
        description="One host connected to many ports within a short time",
        echoes=0.25,
    ),
    Story(
        "Vulnerability probe against a web application",
        "Initial access",
        "Exploit Public-Facing Application",
        2,
        170,
        "nginx",
        SCANNERS,
        ("web-01", "web-02"),
        hours=(1, 5),
        description="Requests with known exploit patterns",
        echoes=0.2,
    ),
    Story(
        "Repeated failed logins",
        "Credential access",
        "Brute Force",
        2,
        210,
        "wineventlog",
        ("203.0.113.9", "203.0.113.77", "198.51.100.23"),
        ("dc-01", "dc-02", "mail-01"),
        PEOPLE,
        port=389,
        country=("Germany", "DE"),
        description="Many failed logins from one address",
        echoes=0.2,
    ),
    Story(
        "Successful login after many failures",
        "Credential access",
        "Brute Force",
        3,
        14,
        "wineventlog",
        ("203.0.113.77",),
        ("dc-01", "mail-01"),
        PEOPLE[:4],
        port=389,
        country=("Germany", "DE"),
        description="Successful login from an address with many failed attempts",
    ),
    Story(
        "Phishing link opened",
        "Initial access",
        "Phishing",
        2,
        95,
        "office365",
        ("198.51.100.140", "198.51.100.141"),
        DESKTOPS,
        PEOPLE[:6],
        hours=(7, 19),
        country=("Netherlands", "NL"),
        description="A user opened a link known from phishing emails",
    ),
    Story(
        "Malware signature in a download",
        "Execution",
        "User Execution",
        3,
        46,
        "antivirus",
        ("192.0.2.80", "192.0.2.81"),
        DESKTOPS,
        PEOPLE[:6],
        hours=(7, 20),
        country=("France", "FR"),
        description="The scanner found a known signature and moved the file to quarantine",
    ),
    Story(
        "Large transfer by a backup job",
        "Exfiltration",
        "Exfiltration Over Alternative Protocol",
        1,
        180,
        "firewall",
        ("10.30.0.10",),
        ("files-01", "db-01", "erp-01"),
        ("svc-backup",),
        hours=(2, 6),
        port=873,
        description="Unusually large outbound transfer from the host",
        echoes=0.1,
    ),
    Story(
        "Impossible travel",
        "Initial access",
        "Valid Accounts",
        3,
        22,
        "office365",
        ("192.0.2.200", "198.51.100.201"),
        ("mail-01",),
        PEOPLE[:6],
        country=("Brazil", "BR"),
        description="Two logins to one account from distant locations",
    ),
    Story(
        "New administrator in a privileged group",
        "Persistence",
        "Account Manipulation",
        3,
        9,
        "wineventlog",
        ("10.10.3.21",),
        ("dc-01", "dc-02"),
        PEOPLE[:3],
        hours=(8, 18),
        description="An account was added to a privileged group",
    ),
    Story(
        "Service stopped unexpectedly",
        "Impact",
        "Service Stop",
        1,
        120,
        "linux",
        ("10.10.1.4", "10.10.1.5"),
        SERVERS,
        ("svc-web", "root"),
        description="A monitored service stopped unexpectedly",
    ),
    Story(
        "DNS request for a newly registered domain",
        "Command and control",
        "Application Layer Protocol",
        2,
        74,
        "dns",
        tuple(f"10.10.7.{number}" for number in range(10, 30)),
        ("dc-01",),
        PEOPLE[:6],
        hours=(7, 20),
        port=53,
        description="A host resolved a domain that was registered a few days ago",
    ),
)

# Names with which attackers target those who read them.
HOSTILE_NAMES = (
    "{{ lookup('pipe', 'id') }}",
    "{% for x in range(10) %}{{ x }}{% endfor %}",
    "\x1b[31mAll clear\x1b[0m\x1b]0;owned\x07",
    '=HYPERLINK("http://evil.example","Click")',
    "<script>alert(document.domain)</script>",
    "invoice\u202excod.exe",
    "' + System.exit(0) + '",
    "Name with a\nline break and a\ttab",
    "A" * 20_000,
    "Ünïcödé 東京 🚨 \u0000null",
    "../../etc/passwd; rm -rf /",
    "@SUM(1+1)*cmd|' /C calc'!A0",
)
