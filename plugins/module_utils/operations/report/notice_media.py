# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A notification in the form of each medium, with every foreign text as plain text. Pure.

Names of alerts are written by attackers. In no medium does one become a mention, a link, markup, a header or a
template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import InvalidInput
from ...printing import code_span, printable
from .notice import Notice

# The property of a Jira issue that holds what was last written to it.
JIRA_PROPERTY = "utmstack.notification"
_MAX_SUBJECT_LENGTH = 150
_JOURNAL_CODE = re.compile(r"\[(?=/?code\])", re.IGNORECASE)
# Functions of Adaptive Cards.
_CARD_FUNCTION = re.compile(r"\{\{(?=(?:DATE|TIME)\()")
Payload = dict[str, Any]


def message_for(medium: str, notice: Notice, fields: Mapping[str, Any]) -> Payload:
    """What is sent to a medium.

    :param fields: fields of the ticket that the user set.
    :raises InvalidInput: the medium is unknown.
    """
    if medium not in _MEDIA:
        raise InvalidInput(f"{medium} is no medium of a notification. Use one of {', '.join(_MEDIA)}.")
    return _MEDIA[medium](notice, fields)


def _subject(notice: Notice, limit: int = _MAX_SUBJECT_LENGTH) -> str:
    text = f"[UTMStack {notice.instance}] {notice.title}: {notice.headline}"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _lines(notice: Notice) -> list[str]:
    """The message as lines of plain text, without the subject."""
    lines = [notice.headline, ""]
    if notice.incident:
        lines.append(f"Incident {notice.incident.id}: {notice.incident.name} ({notice.incident.status or 'no status'})")
    if notice.failure:
        lines.append(f"Failure: {notice.failure}")
    lines += [f"{label}: {count}" for label, count in notice.counts]
    if notice.names:
        lines += ["", "Alerts:", *(f"- {count} x {name}" for name, count in notice.names)]
    if notice.further_names:
        lines.append(f"- {notice.further_names} more names")
    return [*lines, "", f"Server: {notice.instance}"]


def _slack(notice: Notice, _fields: Mapping[str, Any]) -> Payload:
    """Plain text objects. Slack reads `<…>` and `&…;` in them nevertheless, so these are escaped."""

    def plain(kind: str, text: str, limit: int) -> Payload:
        # The limit counts escaped characters, and no escape may be cut.
        shown = text
        while len(_slack_text(shown)) > limit:
            shown = shown[: len(shown) * 9 // 10]
        return {"type": kind, "text": {"type": "plain_text", "text": _slack_text(shown), "emoji": False}}

    return {
        "text": _slack_text(_subject(notice)),
        "mrkdwn": False,
        "link_names": False,
        "unfurl_links": False,
        "blocks": [plain("header", _subject(notice), 150), plain("section", "\n".join(_lines(notice)), 3000)],
    }


def _slack_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(notice: Notice, _fields: Mapping[str, Any]) -> Payload:
    """An Adaptive Card of text runs, the only texts of a card that have no Markdown."""

    def block(text: str, **style: Any) -> Payload:
        run = {"type": "TextRun", "text": _CARD_FUNCTION.sub("{ {", text), **style}
        return {"type": "RichTextBlock", "inlines": [run]}

    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            block(_subject(notice), weight="Bolder", size="Medium"),
            *(block(line) for line in _lines(notice) if line),
        ],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _mattermost(notice: Notice, _fields: Mapping[str, Any]) -> Payload:
    """Markdown with each foreign text as code, in which Mattermost sees neither mentions nor links nor markup.

    No line begins with code, because code at its beginning may be read as a fence.
    """

    def code(text: str) -> str:
        return code_span(text, table=False)

    lines = [f"**UTMStack** {code(notice.instance)} **{notice.title}**: {code(notice.headline)}", ""]
    if notice.incident:
        status = notice.incident.status or "no status"
        lines.append(f"- Incident {code(notice.incident.id)}: {code(notice.incident.name)} ({code(status)})")
    if notice.failure:
        lines.append(f"- Failure: {code(notice.failure)}")
    lines += [f"- {label}: {code(count)}" for label, count in notice.counts]
    lines += [f"- alerts: {count} x {code(name)}" for name, count in notice.names]
    if notice.further_names:
        lines.append(f"- alerts: {notice.further_names} more names")
    return {"text": "\n".join(lines)}


def _mail(notice: Notice, _fields: Mapping[str, Any]) -> Payload:
    return {"subject": printable(_subject(notice)), "body": "\n".join(_lines(notice)) + "\n"}


def _servicenow(notice: Notice, fields: Mapping[str, Any]) -> Payload:
    return {
        "short_description": _journal_text(_subject(notice)),
        "description": _journal_text("\n".join(_lines(notice))),
        **fields,
        **_servicenow_state(notice),
    }


def _servicenow_update(notice: Notice, _fields: Mapping[str, Any]) -> Payload:
    return {"work_notes": _journal_text("\n".join(_lines(notice))), **_servicenow_state(notice)}


def _servicenow_state(notice: Notice) -> Payload:
    return {"correlation_id": notice.correlation, "correlation_display": f"UTMStack {notice.state}"}


def _journal_text(text: str) -> str:
    """The text without the tags that make HTML of what they contain."""
    return _JOURNAL_CODE.sub("[ ", text)


def _jira(notice: Notice, fields: Mapping[str, Any]) -> Payload:
    own = {"summary": _subject(notice, 250), "description": _document(notice), **fields}
    labels = [*(fields.get("labels") or []), notice.correlation]
    return {"fields": {**own, "labels": labels}, "properties": _jira_state(notice)}


def _jira_update(notice: Notice, _fields: Mapping[str, Any]) -> Payload:
    return {"update": {"comment": [{"add": {"body": _document(notice)}}]}, "properties": _jira_state(notice)}


def _jira_state(notice: Notice) -> list[Payload]:
    return [{"key": JIRA_PROPERTY, "value": {"state": notice.state}}]


def _document(notice: Notice) -> Payload:
    """The message in the Atlassian Document Format, whose text nodes have no markup."""
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in _lines(notice) if line]
    return {"type": "doc", "version": 1, "content": paragraphs}


def _ticket(notice: Notice, _fields: Mapping[str, Any]) -> Payload:
    return {"correlation": notice.correlation, "state": notice.state}


_MEDIA: Mapping[str, Callable[[Notice, Mapping[str, Any]], Payload]] = {
    "slack": _slack,
    "teams": _teams,
    "mattermost": _mattermost,
    "mail": _mail,
    "servicenow": _servicenow,
    "servicenow_update": _servicenow_update,
    "jira": _jira,
    "jira_update": _jira_update,
    "ticket": _ticket,
}
