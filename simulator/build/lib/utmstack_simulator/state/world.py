# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of one simulated server."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..engine.clock import instant_text
from ..engine.documents import DocumentStore
from ..engine.scripts import CompileBudget
from .accounts import Accounts
from .api_keys import ApiKeys
from .assets import Assets
from .catalogue import Catalogue
from .dialect import Dialect
from .faults import Faults
from .gate import Gate
from .history import History
from .incidents import Incidents
from .journal import Journal
from .tag_rules import TagRules
from .tokens import Tokens


@dataclass(frozen=True)
class Writing:
    """The effect of faults on the writes of one request.

    :param lost: nothing is stored, and no error is reported.
    :param alerts_only: only changes of alerts are lost; incidents, tags and rules are stored.
    :param refusal: the engine's reason for refusing to write, None if it writes.
    :param share: share of the alerts that is changed before the engine fails, 1 for all.
    """

    lost: bool = False
    alerts_only: bool = False
    refusal: str | None = None
    share: float = 1.0


class World:
    """The stores, faults and sessions of a server."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.started = instant_text()
        self.tokens = Tokens()
        self.accounts = Accounts()
        self.api_keys = ApiKeys()
        self.documents = DocumentStore()
        self.history = History()
        self.catalogue = Catalogue()
        self.tag_rules = TagRules()
        self.incidents = Incidents()
        self.assets = Assets()
        self.journal = Journal()
        self.faults = Faults()
        self.gate = Gate()
        self.compile_budget = CompileBudget()
        self.settings: dict[str, str] = {}
        self.challenges: dict[str, float] = {}
        self.challenge_refreshed: dict[str, float] = {}
        self.setups: dict[str, tuple[str, float]] = {}
        self.writing = Writing()
        self.reset()

    def reset(self) -> None:
        """Empty the stores and restore the defaults; tokens stay valid."""
        for store in (
            self.accounts,
            self.api_keys,
            self.documents,
            self.history,
            self.catalogue,
            self.tag_rules,
            self.incidents,
            self.assets,
            self.journal,
            self.faults,
            self.gate,
            self.compile_budget,
        ):
            store.reset()
        self.settings = {"utmstack.tfa.enable": "false", "utmstack.time.zone": "UTC"}
        self.challenges = {}
        self.challenge_refreshed = {}
        self.setups = {}

    @contextmanager
    def faulty(self, writing: Writing) -> Iterator[None]:
        """Apply faults to the writes of a request; lost writes roll back PostgreSQL's tables, too."""
        tables = ("accounts", "api_keys", "history", "catalogue", "tag_rules", "incidents", "assets")
        kept = (
            copy.deepcopy({name: getattr(self, name) for name in tables})
            if writing.lost and not writing.alerts_only
            else {}
        )
        self.writing = writing
        try:
            yield
        finally:
            self.writing = Writing()
            for name, table in kept.items():
                setattr(self, name, table)

    def restart(self) -> None:
        """Restart the backend: invalidate all tokens and clear what it holds in memory."""
        self.tokens.restart()
        self.accounts.unlock()
        self.challenges = {}
        self.challenge_refreshed = {}
        self.setups = {}
