# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an API key should be, and whether it has to be made, replaced or changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Network
from typing import Any

from ...errors import InvalidInput
from ...model.api_key import UNFINISHED, ApiKey, expiry_text, quoted
from ...printing import printable
from ...times import age, last_instant

# What the server gives a key without an expiry when it makes its text.
SERVERS_LIFETIME = timedelta(days=7)
NEVER, ALWAYS = "never", "always"
_MAX_SHOWN = 100


@dataclass(frozen=True)
class Expiry:
    """When a key should expire.

    :param at: the time; None for never.
    :param within: the longest span from now, in place of a time.
    """

    at: datetime | None = None
    within: timedelta | None = None

    def of_new(self, now: datetime) -> datetime | None:
        """The expiry of a key whose text is made now."""
        return self.at if self.within is None else now + self.within

    def of_existing(self, held: datetime | None, now: datetime) -> datetime | None:
        """The expiry of a key that stays: one within the span is kept, also one that is past."""
        if self.within is None:
            return self.at
        latest = now + self.within
        return held if held is not None and held <= latest else latest


@dataclass(frozen=True)
class Wanted:
    """The key that a task describes.

    :param addresses: None to leave them as they are.
    :param expiry: None to leave it as it is.
    :param rotation: how long before its expiry a key is replaced; None for never.
    :param always: the key is replaced in any case.
    """

    name: str
    addresses: tuple[str, ...] | None = None
    expiry: Expiry | None = None
    rotation: timedelta | None = None
    always: bool = False


@dataclass(frozen=True)
class KeyPlan:
    """What a task does with a key.

    :param before: the key as the server holds it, also under the name of an unfinished one; None if there is none.
    :param after: the key as it should be. If a text is made, its expiry counts from the time of the plan.
    :param makes_text: a new text is made.
    """

    before: ApiKey | None
    after: ApiKey
    makes_text: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything is to be done."""
        return self.makes_text or self.before is None or not self.before.same_as(self.after)


def wanted_key(params: Mapping[str, Any], now: datetime) -> Wanted:
    """The key that the options of a task describe. :raises InvalidInput: one of them is invalid."""
    name, rotate = params["name"], params["rotate"]
    if not name.strip() or name != name.strip() or not name.isprintable():
        raise InvalidInput("`name` is blank, or has spaces around it or control characters in it. Set a plain name.")
    if name.endswith(UNFINISHED):
        raise InvalidInput(f"`name` ends with {UNFINISHED!r}, which marks keys that are not finished. Leave it out.")
    given = params["allowed_addresses"]
    addresses = None if given is None else tuple(dict.fromkeys(map(_address, given)))
    expiry = None if params["expires"] is None else _expiry(params["expires"], now)
    if rotate == NEVER:
        return Wanted(name, addresses, expiry)
    if expiry is None:
        raise InvalidInput(
            "`rotate` needs `expires`: without it, UTMStack would let the new key expire after seven days."
        )
    if rotate == ALWAYS:
        return Wanted(name, addresses, expiry, always=True)
    rotation = _rotation(rotate)
    if expiry.within is None or rotation >= expiry.within:
        raise InvalidInput(
            f"`rotate` is {rotate!a}, so `expires` must be a longer duration, as in `rotate: 14d` with `expires: 90d`. "
            "Otherwise each run would replace the key, or none would."
        )
    return Wanted(name, addresses, expiry, rotation)


def find_key(keys: Sequence[ApiKey], name: str) -> ApiKey | None:
    """The key with this name, finished or not. :raises InvalidInput: there are several."""
    found = [key for key in keys if key.name in (name, f"{name}{UNFINISHED}")]
    if len(found) > 1:
        shown = ", ".join(f"{quoted(key.name)} (ID {key.id})" for key in found)
        raise InvalidInput(
            f"There are {len(found)} API keys with this name: {shown}. UTMStack does not keep names unique. Remove "
            "those that are not used in its web interface."
        )
    return found[0] if found else None


def plan_key(held: ApiKey | None, wanted: Wanted, now: datetime) -> KeyPlan:
    """What is to be done with a key of which the server holds `held`."""
    if held is None:
        new = ApiKey(wanted.name, wanted.addresses or ())
        return KeyPlan(None, replace(new, expires=expiry_of_new(wanted, now)), makes_text=True)
    addresses = held.addresses if wanted.addresses is None else wanted.addresses
    kept = replace(held, name=wanted.name, addresses=addresses)
    if held.is_unfinished or _is_due(held, wanted, now):
        return KeyPlan(held, replace(kept, expires=expiry_of_new(wanted, now)), makes_text=True)
    if wanted.expiry is not None:
        expires = wanted.expiry.of_existing(held.expires_at, now)
        kept = kept if expires == held.expires_at else replace(kept, expires=expiry_text(expires))
    warnings = []
    if kept.expires_at is not None and kept.expires_at <= now:
        warnings.append(
            f"The API key {quoted(wanted.name)} has expired ({kept.expires}) and is refused by "
            "UTMStack. Set `rotate` to get a new one."
        )
    return KeyPlan(held, kept, warnings=tuple(warnings))


def expiry_of_new(wanted: Wanted, now: datetime) -> str | None:
    """The expiry of a key whose text is made now."""
    expiry = Expiry(within=SERVERS_LIFETIME) if wanted.expiry is None else wanted.expiry
    return expiry_text(expiry.of_new(now))


def _is_due(held: ApiKey, wanted: Wanted, now: datetime) -> bool:
    """Whether a finished key is to be replaced."""
    if wanted.rotation is None:
        return wanted.always
    return held.expires_at is not None and held.expires_at - now <= wanted.rotation


def _address(text: str) -> str:
    """An entry of `allowed_addresses`. The server would store any text, and one that is no address admits nobody."""
    entry = text.strip()
    try:
        IPv4Network(entry)
    except ValueError:
        raise InvalidInput(
            f"`allowed_addresses` has the entry {printable(text, _MAX_SHOWN)!a}. Write IPv4 addresses, such as "
            "10.0.0.5, or networks without host bits, such as 10.0.0.0/24."
        ) from None
    return entry


def _rotation(text: str) -> timedelta:
    """The value of `rotate`, if it is a duration."""
    try:
        return age(text, "rotate")
    except InvalidInput:
        raise InvalidInput(
            f"`rotate` is {printable(text, _MAX_SHOWN)!a}. Write never, always, or a duration such as 14d."
        ) from None


def _expiry(text: str, now: datetime) -> Expiry:
    """The value of `expires`."""
    if text.strip() == NEVER:
        return Expiry()
    try:
        within = age(text, "expires")
    except InvalidInput:
        return Expiry(at=_future(text, now))
    try:
        now + within
    except OverflowError:
        within = timedelta(0)
    if within < timedelta(minutes=1):
        raise InvalidInput(f"`expires` is {text!a}. Set at least one minute, and no year after 9999.")
    return Expiry(within=within)


def _future(text: str, now: datetime) -> datetime:
    """A time in the future, in whole seconds."""
    try:
        moment = last_instant(text, "expires", now.astimezone(timezone.utc)).replace(microsecond=0)
    except InvalidInput:
        raise InvalidInput(
            f"`expires` is {printable(text, _MAX_SHOWN)!a}. Write never, a duration such as 90d, or a time such as "
            "2027-06-30T12:00:00Z."
        ) from None
    if moment <= now:
        raise InvalidInput(f"`expires` is {text!a}, which is in the past. Set a later time.")
    return moment
