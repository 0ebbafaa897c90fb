# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ready notifiers: which variables they need, why one failed, and which ticket was found. Pure.

Errors are made of words of this file and of numbers: what a server or a library says may quote an address or a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from ...printing import printable
from ...suggestions import suggestion
from .notice import WITHOUT_INCIDENT
from .notice_media import JIRA_PROPERTY

TITLES: Mapping[str, str] = {
    "slack": "Slack",
    "teams": "Teams",
    "mattermost": "Mattermost",
    "mail": "The mail server",
    "servicenow": "ServiceNow",
    "jira": "Jira",
}
TICKETS = ("servicenow", "jira")
MAIL_MODULE = "community.general.mail"
_NEEDED: Mapping[str, Sequence[str]] = {
    "slack": ("slack_url",),
    "teams": ("teams_url",),
    "mattermost": ("mattermost_url",),
    "mail": ("mail_host", "mail_from", "mail_to"),
    "servicenow": ("servicenow_url",),
    "jira": ("jira_url", "jira_token", "jira_project"),
}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_FORMATS = {
    "jira_project": (re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}"), "Use the key of a project, such as SOC."),
    "servicenow_table": (re.compile(r"[a-z][a-z0-9_]{0,79}"), "Use the name of a table, such as incident."),
}
_ADDRESS = re.compile(r"[^\x00-\x1f\x7f]*[^\s@<>]+@[^\s@<>]+>?")
_MAX_TICKET_LENGTH = 40
_TICKET_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What a library says about a failed connection, and how the error continues.
_CAUSES: Sequence[tuple[str, str]] = (
    (r"timed? ?out", "did not answer in time. Check the server, or raise notification_timeout."),
    (r"refused", "refused the connection. Check {address}."),
    (r"certificate", "has a certificate that is not trusted. Set notification_ca_path."),
    (r"not known|resolution|nodename|getaddrinfo", "has a host name that cannot be resolved. Check {address}."),
    (r"authentication", "refused the credentials. Check {secret}."),
    (
        r"starttls|encrypted",
        "offers no encrypted connection. Check notification_mail_secure and notification_mail_port.",
    ),
)


def notifier_problems(
    names: Sequence[str],
    settings: Mapping[str, Any],
    subject: Mapping[str, Any],
    is_file: Callable[[str], bool],
    has_mail_module: Callable[[], bool],
) -> list[str]:
    """One message for each reason why the notifications could not be sent.

    :param names: ready notifiers and paths of task files.
    :param settings: the variables of the role notification, without its prefix.
    :param subject: `role`, and the `variable` that holds the names.
    """
    variable, role = str(subject.get("variable") or "notification_tasks"), str(subject.get("role") or "")
    problems: list[str] = []
    for name in names:
        if name in TITLES:
            problems += _missing(name, settings)
            problems += _malformed(name, settings)
            if name == "mail" and not has_mail_module():
                problems.append(
                    f"{variable} contains mail, which needs the module {MAIL_MODULE}. "
                    "Run ansible-galaxy collection install community.general."
                )
            if name in TICKETS and role in WITHOUT_INCIDENT:
                problems.append(
                    f"{variable} contains {name}, which opens a ticket for an incident, but {role} is not about an "
                    "incident. Use it in alert_escalation or incident_runbook."
                )
        elif not is_file(name):
            problems.append(
                f"{variable} is {printable(name)}, which is not a file on this host. Use an absolute path, for example "
                f"one that starts with playbook_dir, or a ready notifier ({', '.join(TITLES)})."
                f"{suggestion(name, TITLES)}"
            )
    return problems


def _missing(name: str, settings: Mapping[str, Any]) -> list[str]:
    missing = [f"notification_{one}" for one in _NEEDED[name] if not settings.get(one)]
    has_login = settings.get("servicenow_username") and settings.get("servicenow_password")
    if name == "servicenow" and not has_login and not settings.get("servicenow_token"):
        missing.append("notification_servicenow_token (or notification_servicenow_username and _password)")
    if not missing:
        return []
    return [f"The notifier {name} needs {', '.join(missing)}. Set what is missing, or leave {name} out."]


def _malformed(name: str, settings: Mapping[str, Any]) -> list[str]:
    """Messages about values that are not what they should be. None quotes an address, which may be the secret."""
    problems = []
    url = settings.get(f"{name}_url")
    if url and not _is_safe_url(str(url)):
        problems.append(
            f"notification_{name}_url is not a valid address. Use https:// with a host and without a user name. "
            "http:// is accepted on loopback only, because the address or the token would be readable on the way."
        )
    for setting, (pattern, hint) in _FORMATS.items():
        value = settings.get(setting)
        if setting.startswith(f"{name}_") and value and not pattern.fullmatch(str(value)):
            problems.append(f"notification_{setting} is {printable(str(value), 100)}. {hint}")
    if name == "mail":
        addresses = [settings.get("mail_from"), *(settings.get("mail_to") or [])]
        wrong = [printable(str(one), 100) for one in addresses if one and not _ADDRESS.fullmatch(str(one))]
        if wrong:
            problems.append(
                f"{', '.join(wrong)} is not a mail address. Correct notification_mail_from and notification_mail_to."
            )
    return problems


def _is_safe_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or not url.isprintable() or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


def failure_of(response: Mapping[str, Any], name: str) -> str:
    """Why the request of a notifier failed, empty if it succeeded.

    :param response: the result of ansible.builtin.uri or of community.general.mail.
    """
    title = TITLES[name]
    address = "notification_mail_host" if name == "mail" else f"notification_{name}_url"
    secret = {"mail": "notification_mail_password", "servicenow": "the credentials of notification_servicenow"}.get(
        name, f"notification_{name}_token" if name in TICKETS else address
    )
    status = _status(response)
    if name == "mail" and "result" in response:
        return f"{title} refused a recipient. Check notification_mail_to." if response["result"] else ""
    if name != "mail" and 200 <= status < 300:
        return ""
    if status < 100:
        said = " ".join(str(response.get(key) or "") for key in ("msg", "exception", "module_stderr"))
        found = (
            text for pattern, text in _CAUSES if response.get("timedout") or re.search(pattern, said, re.IGNORECASE)
        )
        cause = next(found, "could not be reached. Check {address} and the server.")
        return f"{title} {cause.format(address=address, secret=secret)}"
    if 300 <= status < 400:
        return f"{title} redirects elsewhere ({status}), which is not followed. Set {address} to the final address."
    if status in (401, 403):
        return f"{title} refused the credentials ({status}). Check {secret}."
    if status in (404, 410):
        return f"{title} does not know the address ({status}). Check {address}."
    return f"{title} answered {status}{_phrase(status)}. Check the server."


def _status(response: Mapping[str, Any]) -> int:
    try:
        return int(response.get("status") or -1)
    except (TypeError, ValueError):
        return -1


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


@dataclass(frozen=True)
class Ticket:
    """A ticket as its server describes it.

    :param id: what the address of the ticket ends with; empty if there is none.
    :param number: what people call it.
    :param state: the state that was last written to it; empty if this is unknown.
    :param error: why the response says nothing about a ticket.
    """

    id: str = ""
    number: str = ""
    state: str = ""
    error: str = ""

    def result(self) -> dict[str, str]:
        """The ticket as a dictionary."""
        return asdict(self)


def ticket_in(response: Mapping[str, Any], name: str) -> Ticket:
    """The ticket in the response to a search or to a creation, empty if the search found none."""
    error = failure_of(response, name)
    if error:
        return Ticket(error=error)
    content = response.get("json")
    rows = _rows(content, name)
    if rows is None:
        return Ticket(error=f"{TITLES[name]} answered without a ticket in JSON. Check notification_{name}_url.")
    if not rows:
        return Ticket()
    row = rows[0]
    ticket_id, number = (
        str(row.get("sys_id" if name == "servicenow" else "key") or ""),
        row.get("number") or row.get("key"),
    )
    if not _TICKET_ID.fullmatch(ticket_id):
        return Ticket(error=f"{TITLES[name]} answered with a ticket without an ID. Check notification_{name}_url.")
    return Ticket(ticket_id, printable(str(number), _MAX_TICKET_LENGTH), _state(row, name))


def _rows(content: Any, name: str) -> Sequence[Mapping[str, Any]] | None:
    """The rows of a search, or the one row that was created. None if the content is neither."""
    found = content.get("result" if name == "servicenow" else "issues") if isinstance(content, Mapping) else None
    if name == "jira" and found is None and isinstance(content, Mapping) and "key" in content:
        found = content
    if isinstance(found, Mapping):
        return [found]
    return found if isinstance(found, list) and all(isinstance(row, Mapping) for row in found) else None


def _state(row: Mapping[str, Any], name: str) -> str:
    if name == "servicenow":
        return str(row.get("correlation_display") or "").partition(" ")[2]
    properties: Any = row.get("properties")
    value = properties.get(JIRA_PROPERTY) if isinstance(properties, Mapping) else None
    return str(value.get("state") or "") if isinstance(value, Mapping) else ""


def summary_of(outcomes: Sequence[Mapping[str, Any]], required: bool | None) -> dict[str, Any]:
    """What became of all notifications.

    :param outcomes: by notifier, its `name`, what it `did` (sent, unchanged or failed), its `error` and `ticket`.
    :param required: whether a failure is fatal. Without a word of the user, those of task files of the user are.
    """
    failed = [row for row in outcomes if row["did"] == "failed"]
    fatal = [row for row in failed if (row["name"] not in TITLES if required is None else required)]
    return {
        "notified": not failed and any(row["did"] == "sent" for row in outcomes),
        "complete": not failed,
        "error": _reasons(failed) or None,
        "fatal": _reasons(fatal),
        "tickets": {row["name"]: row["ticket"] for row in outcomes if row.get("ticket")},
    }


def _reasons(failed: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(f"{printable(str(row['name']))}: {row['error']}" for row in failed)
