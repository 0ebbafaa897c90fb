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
from .history import History
from .incidents import Incidents
from .journal import Journal
from .tag_rules import TagRules
from .tokens import Tokens


@dataclass(frozen=True)
class Writing:
    """What becomes of writes to alerts while a faulty request is carried out.

    :param lost: nothing is stored, and nobody told.
    :param alerts_only: what is lost is lost for the alerts only; incidents, tags and rules are stored.
    :param refusal: why the engine refuses, None when it does not.
    :param share: how much is stored before the engine gives up; 1 for all.
    """

    lost: bool = False
    alerts_only: bool = False
    refusal: str | None = None
    share: float = 1.0


class World:
    """Everything a server knows; a reset empties the stores and keeps tokens valid."""

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
        self.compile_budget = CompileBudget()
        self.settings: dict[str, str] = {}
        self.challenges: dict[str, float] = {}
        self.challenge_refreshed: dict[str, float] = {}
        self.setups: dict[str, tuple[str, float]] = {}
        self.writing = Writing()
        self.reset()

    def reset(self) -> None:
        """Empty stores and seeded defaults."""
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
            self.compile_budget,
        ):
            store.reset()
        self.settings = {"utmstack.tfa.enable": "false", "utmstack.time.zone": "UTC"}
        self.challenges = {}
        self.challenge_refreshed = {}
        self.setups = {}

    @contextmanager
    def faulty(self, writing: Writing) -> Iterator[None]:
        """Carry a request out under a fault; when writes are lost, PostgreSQL's tables are as before, too."""
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
        """What a restart of the backend does: all tokens die, what lived in memory is gone."""
        self.tokens.restart()
        self.accounts.failures = {}
        self.challenges = {}
        self.challenge_refreshed = {}
        self.setups = {}
