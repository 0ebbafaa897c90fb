# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of one simulated server."""

from __future__ import annotations

from .accounts import Accounts, instant_text
from .api_keys import ApiKeys
from .assets import Assets
from .catalogue import Catalogue
from .dialect import Dialect
from .documents import DocumentStore
from .faults import Faults
from .history import History
from .incidents import Incidents
from .journal import Journal
from .scripts import CompileBudget
from .tag_rules import TagRules
from .tokens import Tokens


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
        self.lost_writes = False
        self.written_share = 1.0
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

    def restart(self) -> None:
        """What a restart of the backend does: all tokens die, what lived in memory is gone."""
        self.tokens.restart()
        self.accounts.failures = {}
        self.challenges = {}
        self.challenge_refreshed = {}
        self.setups = {}
