# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever an attacker writes into an alert, no rulebook runs it; without the protection, it runs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from utmstack_simulator.process import SimulatorProcess

from ..integration.hostile import KINDS, NEVER_RUN, PLACES, RUN_BY_ANSIBLE, RUN_BY_RULEBOOKS, Canaries
from ..integration.playing import DAY, alert
from .conftest import Start
from .rulebook_process import LOCAL, ROOT

FIELDS = [
    *("name", "category", "technique", "description", "solution", "reference", "data_type", "data_source"),
    *("adversary", "target", "tags", "notes", "observation", "incident"),
]
SAFE_TEXT = "plugins/module_utils/operations/events/safe_text.py"
# In place of the file that makes texts safe.
UNSAFE_TEXT = """
def safe_text(text, limit=300):
    return text


def safe_value(value, limit=300):
    return value
"""


def unprotected_collections(directory: Path) -> Path:
    """A copy of the collection that makes no text safe, and the path of its collections."""
    copy = directory / "collections" / "ansible_collections" / "utmstack" / "siem"
    for part in ("plugins", "extensions/eda", "meta"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "galaxy.yml", copy)
    (copy / SAFE_TEXT).write_text(UNSAFE_TEXT)
    return directory / "collections"


@dataclass(frozen=True)
class Use:
    """A ruleset whose actions use every text of its events, in each way that there is, and what they leave behind.

    :param directory: an empty one, for its files.
    :param kinds: of the events, each by its number in the ID of the alert.
    """

    directory: Path
    kinds: Sequence[str]
    source: Mapping[str, Any]

    def ruleset(self, canaries: Path) -> dict[str, Any]:
        """The ruleset; its playbook notes which canaries the module had made."""
        names = {f"name_{number}": f"{{{{ events.m_{number}.alert.name }}}}" for number in range(len(self.kinds))}
        tasks: list[dict[str, Any]] = [
            {"ansible.builtin.shell": f"ls {canaries} > {self.directory}/made-by-module"},
            # What the rulebook itself passes to every playbook, and what the rule names.
            *(
                {"ansible.builtin.debug": {"msg": f"{{{{ {variable} }}}}"}, "ignore_errors": True}
                for number in range(len(self.kinds))
                for variable in (f"ansible_eda.events.m_{number}", f"name_{number}")
            ),
            {"ansible.builtin.file": {"path": str(self.directory / "done"), "state": "touch"}},
        ]
        playbook = self.directory / "use.yml"
        playbook.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
        actions = [
            {"run_module": {"name": "ansible.builtin.debug", "module_args": {"msg": names["name_0"]}}},
            {"run_playbook": {"name": str(playbook), "copy_files": False, "extra_vars": names}},
            {"debug": {"msg": names["name_0"]}},
            {"print_event": {"pretty": True}},
        ]
        conditions = [f'events.m_{number} << event.alert.id == "a{number}"' for number in range(len(self.kinds))]
        rules = [
            {"name": "Use every text", "condition": {"all": conditions}, "actions": actions},
            {"name": "Use the ID", "condition": "event.alert.unsafe_id == true", "action": self._use_of_id()},
        ]
        return {"name": self.directory.name, "hosts": "all", "sources": [dict(self.source)], "rules": rules}

    def _use_of_id(self) -> dict[str, Any]:
        playbook = self.directory / "use_id.yml"
        tasks = [
            {"ansible.builtin.debug": {"msg": "{{ name }} {{ ansible_eda }}"}, "ignore_errors": True},
            {"ansible.builtin.file": {"path": str(self.directory / "done-with-id"), "state": "touch"}},
        ]
        playbook.write_text(yaml.safe_dump([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
        given = {"name": str(playbook), "copy_files": False, "extra_vars": {"name": "{{ event.alert.id }}"}}
        return {"run_playbook": given}

    def is_done(self) -> bool:
        """Whether the playbook has run."""
        return (self.directory / "done").exists()

    def made_by_module(self) -> str:
        """The canaries that were there before the playbook ran."""
        return (self.directory / "made-by-module").read_text(encoding="utf-8")


@pytest.mark.parametrize("siem", [pytest.param("v10", marks=pytest.mark.full), "v11"], indirect=True)
@pytest.mark.parametrize("protected", [True, False], ids=["protected", "unprotected"])
def test_no_text_of_an_event_is_run(
    siem: SimulatorProcess, rulebook_process: Start, tmp_path: Path, protected: bool
) -> None:
    """Through the source of this collection with `fields`, and through another one with the filter."""
    # What no engine runs ends the actions of a rulebook, so without the protection nothing else would be seen.
    kinds = [kind for kind in KINDS if protected or kind not in NEVER_RUN]
    canaries = Canaries(tmp_path / "canaries")
    alerts = [canaries.alert(kind, siem.dialect, number, id=f"a{number}") for number, kind in enumerate(kinds)]
    alerts.append(alert(99, id=canaries.text("lookup", "id")))
    siem.documents([{"index": DAY[siem.dialect], "id": one["id"], "source": one} for one in alerts])
    events = [
        {"alert": {"id": f"a{number}", "name": canaries.text(kind, "event"), canaries.text(kind, "key"): [1]}}
        for number, kind in enumerate(kinds)
    ]
    (tmp_path / "events.yml").write_text(yaml.safe_dump(events))
    sources: dict[str, dict[str, Any]] = {
        "own": {"utmstack.siem.alerts": {"since": "2026-11-01", "fields": FIELDS, "interval": 0.5}},
        "other": {
            "eda.builtin.generic": {"payload_file": str(tmp_path / "events.yml"), "shutdown_after": 60},
            "filters": [{"utmstack.siem.safe_text": None}],
        },
    }
    uses = [Use(tmp_path / name, kinds, source) for name, source in sources.items()]
    for use in uses:
        use.directory.mkdir()
    environment = {} if protected else {"ANSIBLE_COLLECTIONS_PATH": str(unprotected_collections(tmp_path))}
    process = rulebook_process([use.ruleset(tmp_path / "canaries") for use in uses], environment=environment)
    process.wait_for(lambda: all(use.is_done() for use in uses) and (tmp_path / "own" / "done-with-id").exists())
    if protected:
        assert canaries.made() == set()
        assert "{·{ " in process.output
        return
    own = {(kind, place) for kind in RUN_BY_ANSIBLE for place in PLACES} | {(kind, "name") for kind in RUN_BY_RULEBOOKS}
    other = {(kind, "event") for kind in (*RUN_BY_ANSIBLE, *RUN_BY_RULEBOOKS)}
    assert canaries.made() == own | other | {("lookup", "id")}
    assert ["lookup" in use.made_by_module() for use in uses] == [True, True]


@pytest.mark.parametrize("siem", [pytest.param("v10", marks=pytest.mark.full), "v11"], indirect=True)
def test_the_rulebooks_of_the_collection_run_none(
    siem: SimulatorProcess, rulebook_process: Start, tmp_path: Path
) -> None:
    canaries = Canaries(tmp_path / "canaries")
    # Two like alerts are a burst here.
    kinds = [kind for kind in ("lookup", "statement", "after raw") for _copy in range(2)]
    plain = {"isIncident": False, "incidentDetail": {"incidentName": ""}}
    high = {"severity": 3, "severityLabel": "High", **plain}
    alerts = [canaries.alert(kind, siem.dialect, number, **high) for number, kind in enumerate(kinds)]
    siem.documents([{"index": DAY[siem.dialect], "id": one["id"], "source": one} for one in alerts])
    rulesets = [
        ruleset
        for name in ("triage", "escalate_burst", "close_known_false_positives")
        for ruleset in yaml.safe_load((ROOT / "extensions" / "eda" / "rulebooks" / f"{name}.yml").read_text("utf-8"))
    ]
    settings = {
        "alert_triage_review_severities": ["high"],
        "false_positives_suppressions": [{"name": "Backups", "query": {"name": ["Backup"]}, "expires": "2099-12-31"}],
    }
    (tmp_path / "settings.yml").write_text(yaml.safe_dump({"all": {"hosts": {"localhost": {**LOCAL, **settings}}}}))
    process = rulebook_process(
        rulesets,
        {"utmstack_interval": 0.5, "utmstack_since": "2026-11-01", "utmstack_burst": 1},
        arguments=["-i", str(tmp_path / "settings.yml")],
    )
    # What each of the three says at its end.
    summaries = ("alerts checked  ", "alerts in it  ", "active suppressions  ")
    process.wait_for(lambda: all(said in process.output for said in summaries))
    assert canaries.made() == set()
