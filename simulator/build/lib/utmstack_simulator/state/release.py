# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The releases that can be simulated, and what each of them does differently."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """A release of a major version; every difference from the first one of its major version is a member.

    :param version: version that the server reports.
    :param remembers: `rememberMe: true` gives a token of thirty days.
    :param needs_remember_me: a login with the right password and without `rememberMe` fails.
    :param shows_first_login: answers to logins have the member `firstLogin`.
    :param counts_by_proxies: failed logins count for the last address that is no trusted proxy.
    :param locks_second_factor: five wrong one-time codes lock the second factor of a user.
    :param posts_credentials: `check-credentials` is a POST.
    :param reports_version: `GET /api/info/version` is there, and public.
    :param shows_last_echo: a search with children shows the newest echo of each alert.
    :param streams_csv: the CSV export streams all rows, newest first; an error ends the file without a sign.
    :param finds_no_properties: the properties of no index are an empty list.
    :param keeps_false_positives: alerts with the words of the tag `False positive` stay in automatic review.
    :param assigns_asset_groups: the rule engine writes the asset group of alerts from grouped assets.
    :param history_needs_logs: the history has no row for an alert with an event that lacks the map `log`.
    :param shows_input_alias: data inputs have the member `alias`.
    :param validates_in_own_handler: UTMStack's own exception handler knows bean validation.
    """

    version: str
    remembers: bool = False
    needs_remember_me: bool = False
    shows_first_login: bool = False
    counts_by_proxies: bool = False
    locks_second_factor: bool = False
    posts_credentials: bool = False
    reports_version: bool = False
    shows_last_echo: bool = False
    streams_csv: bool = False
    finds_no_properties: bool = False
    keeps_false_positives: bool = False
    assigns_asset_groups: bool = False
    history_needs_logs: bool = False
    shows_input_alias: bool = False
    validates_in_own_handler: bool = False


# By the name on the command line. 11.2 is 11.2.10 with what later builds of unknown number change about logins: whose
# address is locked, the lock of the second factor, and the POST of check-credentials.
RELEASES = {
    "10.8.0": Release("10.8.0", remembers=True),
    "11.0.1": Release("11.0.1"),
    "11.2": Release(
        "11.2.10",
        remembers=True,
        needs_remember_me=True,
        shows_first_login=True,
        counts_by_proxies=True,
        locks_second_factor=True,
        posts_credentials=True,
        reports_version=True,
        shows_last_echo=True,
        streams_csv=True,
        finds_no_properties=True,
        keeps_false_positives=True,
        assigns_asset_groups=True,
        history_needs_logs=True,
        shows_input_alias=True,
        validates_in_own_handler=True,
    ),
}
# The first release of a major version is its default: the one that was recorded.
RELEASES_OF = {"v10": ("10.8.0",), "v11": ("11.0.1", "11.2")}
