# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write API keys and read them back.

The server shows the text of a key once. So a key has an unfinished name until its text is handed over: a run that is
killed leaves a key of which the next run knows that its text is lost, and makes another one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ...client.api_keys import change_api_key, create_api_key, delete_api_key, generate_api_key, own_api_keys
from ...client.client import Client
from ...client.users import owner_of, verify_api_key
from ...errors import ApiKeyRefused, NotStored, Repeat, UtmstackError
from ...model.api_key import UNFINISHED, ApiKey, quoted
from ...writing.one_object import ObjectChange, write_object
from .key_plan import find_key


def _numbered(client: Client, key_id: int | None) -> ApiKey | None:
    return next((key for key in own_api_keys(client) if key.id == key_id), None)


@dataclass(frozen=True)
class _Creation(ObjectChange["ApiKey | None"]):
    """A new key without a text."""

    key: ApiKey

    # One that arrives late would be a second key.
    is_idempotent = False

    def look(self, client: Client) -> ApiKey | None:
        """Read the key by its name."""
        return find_key(own_api_keys(client), self.key.name)

    def send(self, client: Client, seen: ApiKey | None) -> None:
        """Create it."""
        create_api_key(client, self.key)

    def is_stored(self, seen: ApiKey | None) -> bool:
        """Whether it exists; the server assigns its ID."""
        return seen is not None and seen.same_as(self.key)


@dataclass(frozen=True)
class _Change(ObjectChange["ApiKey | None"]):
    """Name, addresses and expiry of a key.

    :param is_idempotent: the change may also arrive late.
    """

    key: ApiKey
    is_idempotent: bool = True

    def look(self, client: Client) -> ApiKey | None:
        """Read the key."""
        return _numbered(client, self.key.id)

    def send(self, client: Client, seen: ApiKey | None) -> None:
        """Change it."""
        change_api_key(client, self.key)

    def is_stored(self, seen: ApiKey | None) -> bool:
        """Whether the server holds it."""
        return seen is not None and seen.same_as(self.key)


@dataclass(frozen=True)
class _Removal(ObjectChange["ApiKey | None"]):
    """Removal of a key."""

    key: ApiKey

    def look(self, client: Client) -> ApiKey | None:
        """Read the key."""
        return _numbered(client, self.key.id)

    def send(self, client: Client, seen: ApiKey | None) -> None:
        """Remove it."""
        delete_api_key(client, self.key.id)

    def is_stored(self, seen: ApiKey | None) -> bool:
        """Whether it is gone."""
        return seen is None


@dataclass
class _Text(ObjectChange["ApiKey | None"]):
    """A new text for an unfinished key.

    The server moves the expiry of a key with each text, which shows that one was made, and that a lost request is over.

    :ivar text: the text that the server returned.
    :ivar works: the server accepts it from here.
    :ivar is_lost: a request whose answer was lost has been carried out, and another text can be made.
    """

    key: ApiKey
    text: str = ""
    works: bool = False
    is_lost: bool = False
    _expiry: str | None = field(default=None, init=False)

    @property
    def is_idempotent(self) -> bool:
        """Whether another text can be made after a lost answer: a late request would replace it."""
        return self.is_lost

    def look(self, client: Client) -> ApiKey | None:
        """Read the key, and try its text."""
        if self.text:
            self.works = owner_of(client, self.text) is not None
        found = _numbered(client, self.key.id)
        self.is_lost = found is not None and not self.text and found.expires != self._expiry
        return found

    def send(self, client: Client, seen: ApiKey | None) -> None:
        """Make a text. If it replaces the one that authenticates this task, the task goes on with the new one."""
        self._expiry = seen.expires if seen is not None else None
        self.is_lost = False
        self.text = generate_api_key(client, self.key.id)
        if is_locked_out(client):
            client.go_on_with_key(self.text)

    def is_stored(self, seen: ApiKey | None) -> bool:
        """Whether the server holds a new text."""
        return bool(self.text) and seen is not None and (self.works or seen.expires != self._expiry)

    def may_repeat(self, before: ApiKey | None, seen: ApiKey | None, error: UtmstackError) -> bool:
        """Whether another text can be made: nobody has got the lost one."""
        return seen is not None and error.repeat is not Repeat.USELESS


def unfinished(client: Client, before: ApiKey | None, after: ApiKey) -> ApiKey:
    """Create the key under its unfinished name, or give an existing one that name and its addresses.

    :raises NotStored: the server holds something else.
    """
    marked = replace(after, name=f"{after.name}{UNFINISHED}", expires=None if before is None else before.expires)
    if before is not None and before.same_as(marked):
        return before
    if before is None:
        return _written(write_object(client, _label("Creating", after), _Creation(marked), None))
    # A late one would mark a finished key, and the next run would replace it.
    change = _Change(marked, is_idempotent=before.is_unfinished)
    return _written(write_object(client, _label("Changing", after), change, before))


def new_text(client: Client, key: ApiKey, label: ApiKey) -> tuple[ApiKey, str, bool]:
    """Make a new text for an unfinished key, and try it.

    :param label: the key under its own name.
    :returns: the key, its text, and whether the server accepts it from here.
    :raises NotStored: the server made none, or refuses it although the key has no list of addresses.
    """
    change = _Text(key)
    seen = _written(write_object(client, _label("Generating", label), change, key))
    if not change.works and not seen.addresses:
        raise NotStored(
            f"{_label('Generating', label)}: the server refuses the new key although every address may use it. Another "
            "run may have replaced it meanwhile. Run the task again while no other one manages the key."
        )
    return seen, change.text, change.works


def write_key(client: Client, before: ApiKey, after: ApiKey) -> ApiKey:
    """Give a key its name, addresses and expiry. :raises NotStored: the server holds something else."""
    return _written(write_object(client, _label("Changing", after), _Change(after), before))


def is_locked_out(client: Client) -> bool:
    """Whether the server refuses the API key of this task, which has read with it before."""
    if not client.settings.api_key:
        return False
    try:
        verify_api_key(client)
    except ApiKeyRefused:
        return True
    except UtmstackError:
        # Without an answer, or with one from somewhere else: this says nothing about the key.
        return False
    return False


def remove_key(client: Client, key: ApiKey) -> None:
    """Remove a key. :raises NotStored: the server still holds it, or cannot be asked."""
    write_object(client, _label("Removing", key), _Removal(key), key)


def _label(verb: str, key: ApiKey) -> str:
    return f"{verb} the API key {quoted(key.name)}"


def _written(seen: ApiKey | None) -> ApiKey:
    if seen is None:
        raise AssertionError("a key that is stored is none")
    return seen
