# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until a query finds the expected number of alerts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ...client.alert_values import by_status
from ...client.client import Client
from ...dialects import Dialect
from ...errors import InvalidInput, NotAsExpected, UtmstackError
from ...model.alert import FALSE_POSITIVE, Alert, common_fields
from ...query.keys import query_keys
from ...query.searches import compile_query
from ...time_zones import now_in
from ...times import stored_time
from ..operation import Operation, Task
from ..options import READ_OPTIONS, options
from .alert_info import checked_limit, found_by
from .waiting import Counts, Expected, Pace, Wait, wait_for

DEFAULT_LIMIT = 10
DEFAULT_TIMEOUT, DEFAULT_SLEEP = 300, 15
IN_REVIEW = "automatic_review"
# Alerts have the server's time, and `since` mostly has this host's.
MAX_SKEW = 5


def expected_number(params: Mapping[str, Any]) -> Expected:
    """The bounds in the options. :raises InvalidInput: no number of alerts could meet them, or any."""
    least, most, stable = params["at_least"], params["at_most"], params["stable_for"]
    for name in ("at_least", "at_most", "stable_for", "wait_timeout"):
        if params[name] is not None and params[name] < 0:
            raise InvalidInput(f"`{name}` is {params[name]}. Set it to 0 or more.")
    if params["wait_sleep"] < 1:
        raise InvalidInput(f"`wait_sleep` is {params['wait_sleep']}. Set it to at least 1 second.")
    if least is None:
        least = 1 if most is None else 0
    if most is None and least == 0:
        raise InvalidInput("`at_least` is 0, which any number of alerts meets. For no alert at all, set `at_most: 0`.")
    if most is not None and least > most:
        raise InvalidInput(f"`at_least` ({least}) is greater than `at_most` ({most}). Correct one of them.")
    if stable is not None and stable > params["wait_timeout"]:
        raise InvalidInput(
            f"`stable_for` ({stable} s) is longer than `wait_timeout` ({params['wait_timeout']} s). Increase "
            "`wait_timeout`."
        )
    return Expected(least, most, stable)


def check(params: Mapping[str, Any], dialect: Dialect) -> None:
    """Refuse bounds that cannot be waited for. :raises InvalidInput: with the option's name."""
    if not params["query"]:
        raise InvalidInput("`query` is empty. Set what to look for; `all: true` selects every alert.")
    expected_number(params)
    checked_limit(params["limit"], DEFAULT_LIMIT)


def counts_of(client: Client, query: Mapping[str, Any], echoes: bool, now: datetime) -> Counts:
    """Count the alerts of a query, and those that will match once they are released; one request for each search."""
    wanted = query.get("status", query_keys()["status"].default)
    # The rule engine releases most alerts as open ones.
    awaited = [] if IN_REVIEW in wanted or "open" not in wanted else [IN_REVIEW]
    searches = compile_query({**query, "status": [*wanted, *awaited]}, client.dialect, now, echoes)
    counts = by_status(client, searches)
    return Counts(sum(counts[word] for word in wanted), sum(counts[word] for word in awaited))


def shortfall(wait: Wait, expected: Expected, timeout: int, keeps_false_positives: bool) -> str:
    """Why a wait failed, and what to do next.

    :param keeps_false_positives: newer releases of this major version never release an alert with the tag
        `False positive` from automatic review.
    """
    counts = wait.counts
    if wait.error is not None or counts is None:
        reason = "" if wait.error is None else wait.error.message
        return f"{reason} {wait.failed_looks} of {wait.looks} looks within `wait_timeout` ({timeout} s) got no answer."
    number, waiting = counts.matched, counts.in_review
    found = "No alert" if not number else f"{number} alert{'s' if number > 1 else ''}"
    if expected.at_most is not None and number > expected.at_most:
        help_ = "See `alerts` for the first of them."
    elif waiting:
        help_ = (
            f"{waiting} more {'is' if waiting == 1 else 'are'} in automatic review: increase `wait_timeout`, or check "
            "that UTMStack's rule engine runs."
        )
        if keeps_false_positives:
            help_ += f" Newer releases keep alerts with the tag `{FALSE_POSITIVE}` there: complete those."
    else:
        help_ = "Check that the logs reached UTMStack, and each key of `query`."
    stable = f" for {expected.stable_for} s" if expected.stable_for else ""
    return f"{found} matched within {wait.elapsed:.0f} s ({expected} expected{stable}). {help_}"


def lag_of(alerts: list[Alert], begin: datetime, wait: Wait, skew: int | None) -> float | None:
    """Seconds from the time of the first alert until it was seen, on the server's clock; None if that is not known."""
    raised = stored_time(alerts[0].timestamp) if alerts else None
    if raised is None or wait.found_after is None:
        return None
    seen = begin + timedelta(seconds=wait.found_after + (skew or 0))
    return round((seen - raised).total_seconds(), 1)


def skew_warnings(client: Client, query: Mapping[str, Any]) -> list[str]:
    """A warning if times in the query are not what the server's clock shows."""
    skew = client.clock_skew
    if skew is None or abs(skew) <= MAX_SKEW or not {"since", "until"} & set(query):
        return []
    where = "ahead of" if skew > 0 else "behind"
    return [
        f"The server's clock is {abs(skew)} s {where} this host's, and alerts have the server's time. Synchronize the "
        "clocks, or allow for the difference in `since` and `until`."
    ]


def run(client: Client, params: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """Look until the number of alerts is as expected; nothing is written."""
    expected, query, echoes = expected_number(params), params["query"], params["include_echoes"]
    # Ages count from the beginning of the task, so that no alert grows too old while it waits.
    begin = now_in(params["time_zone"])

    def look() -> Counts:
        client.look_afresh()
        return counts_of(client, query, echoes, begin)

    def look_once() -> Counts:
        with client.backoff.off():
            return look()

    if task.check_mode:
        counts = look()
        wait = Wait(expected.is_met(counts), counts, 1, found_after=0.0 if counts.matched else None)
    else:
        pace = Pace(params["wait_timeout"], params["wait_sleep"], client.clock, client.backoff.pause, task.report)
        wait = wait_for(expected, look_once, pace)
    alerts: list[Alert] = []
    if wait.counts is not None and wait.counts.matched and wait.error is None:
        alerts, _total = found_by(
            client, query, ["timestamp"], echoes, begin, checked_limit(params["limit"], DEFAULT_LIMIT)
        )
    warnings = skew_warnings(client, query)
    result: dict[str, Any] = {
        "changed": False,
        "met": wait.is_met,
        "alerts": [common_fields(alert, client.dialect) for alert in alerts],
        "total": None if wait.counts is None else wait.counts.matched,
        "in_automatic_review": None if wait.counts is None else wait.counts.in_review,
        "lag": lag_of(alerts, begin, wait, client.clock_skew),
        "elapsed": round(wait.elapsed, 1),
        "looks": wait.looks,
        "failed_looks": wait.failed_looks,
        "requests": client.requests_sent,
        **({"warnings": warnings} if warnings else {}),
    }
    if task.check_mode:
        result["msg"] = f"Check mode does not wait. {wait.counts.matched if wait.counts else 0} alerts match now."
    elif not wait.is_met:
        # Without an answer, the major version may not be known.
        keeps = wait.counts is not None and client.dialect.keeps_false_positives
        message = shortfall(wait, expected, params["wait_timeout"], keeps)
        error: UtmstackError = wait.error or NotAsExpected(message)
        result.update(failed=True, msg=message, error=error.as_result())
    return result


OPERATION = Operation(
    name="utmstack_alert_wait",
    options=options(
        {**READ_OPTIONS, "query": {**READ_OPTIONS["query"], "required": True}},
        at_least={"type": "int"},
        at_most={"type": "int"},
        stable_for={"type": "int"},
        wait_timeout={"type": "int", "default": DEFAULT_TIMEOUT},
        wait_sleep={"type": "int", "default": DEFAULT_SLEEP},
        limit={"type": "int"},
    ),
    run=run,
    check=check,
)
