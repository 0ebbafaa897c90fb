# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that sets up a controller, from an empty one to the removal of all that it made."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.playing import COLLECTIONS, ROOT, ansible_environment, run_cold

from .awx.access import User
from .awx.server import Call, Controller, Fault, serving

SECRETS = {"api_key": "key-of-the-siem", "url": "https://hook.example.com/secret-path"}
SIEM = "https://siem-{}.example.com"


@dataclass(frozen=True)
class Ran:
    """A run of the playbook.

    :param calls: the requests that it sent.
    """

    code: int
    output: str
    calls: list[Call]

    @property
    def writes(self) -> list[str]:
        """The requests that change objects."""
        return [f"{call.method} {call.path}" for call in self.calls if call.writes]

    @property
    def text(self) -> str:
        """The output without its line breaks."""
        return " ".join(self.output.split())


@dataclass
class Site:
    """A controller, and the variables of its setup."""

    controller: Controller
    directory: Path

    def run(self, *arguments: str, user: str = "", password: str = "", **variables: Any) -> Ran:
        """Run the playbook with the variables of this site and others."""
        given = {
            "controller_objects_project_url": "https://git.example.com/soc/triage.git",
            "controller_objects_playbooks": ["triage", "report", "undo"],
            "controller_objects_credential": {"api_key": SECRETS["api_key"]},
            "controller_objects_instances": [{"name": name, "url": SIEM.format(name)} for name in ("a", "b")],
            "controller_objects_notification": {
                "type": "webhook",
                "configuration": {"url": SECRETS["url"], "http_method": "POST", "headers": {}},
            },
            "controller_objects_schedules": [
                {
                    "name": "nightly",
                    "template": "approved triage",
                    "rrule": "DTSTART:20270101T020000Z RRULE:FREQ=DAILY;INTERVAL=1",
                }
            ],
            **variables,
        }
        file = self.directory / "variables.json"
        file.write_text(json.dumps(given), encoding="utf-8")
        environment = ansible_environment(
            ANSIBLE_COLLECTIONS_PATH=f"{COLLECTIONS}:{ROOT / '.venv' / 'community'}",
            # Modules of awx.awx run within their tasks, and read no certificates: most of a run would be that.
            ANSIBLE_CALLBACK_PLUGINS=str(Path(__file__).parent / "awx" / "callback_plugins"),
            ANSIBLE_CALLBACKS_ENABLED="awx_in_process",
            SSL_CERT_FILE=os.devnull,
            CONTROLLER_HOST=self.controller.url,
            CONTROLLER_USERNAME=user or self.controller.user,
            CONTROLLER_PASSWORD=password or self.controller.password,
        )
        begun = len(self.controller.journal)
        command = ["utmstack.siem.controller", "-e", f"@{file}", *arguments]
        (run,) = run_cold([(command, environment)], timeout=580)
        return Ran(run.code, run.output, self.controller.journal[begun:])


@dataclass(frozen=True)
class Story:
    """What became of a controller, run by run."""

    site: Site
    runs: dict[str, Ran]

    def __getitem__(self, name: str) -> Ran:
        return self.runs[name]


def edited(site: Site, kind: str, name: str, **fields: Any) -> None:
    """Edit an object by hand."""
    site.controller.store.found(kind, name).update(fields)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """All runs, one after another, since each begins where the one before ended."""
    controller = Controller()
    controller.projects.playbooks = ["triage.yml", "report.yml", "undo.yml"]
    with serving(controller):
        site = Site(controller, tmp_path_factory.mktemp("site"))
        runs = {"wrong password": site.run(password="wrong")}
        controller.access.add_user("ann", User("ann", superuser=False))
        controller.version = "23.9.0"
        runs["not allowed"] = site.run(user="ann", password="ann")
        controller.version = "24.6.1"
        accounts = {"a": {"api_key": SECRETS["api_key"]}, "siem-b": {"api_key": SECRETS["api_key"]}}
        own = {"controller_objects_credentials": "per_instance", "controller_objects_instance_credentials": accounts}
        runs["unknown instance"] = site.run(**own)
        runs["no instance"] = site.run("--check", controller_objects_instances=[])
        runs["check"] = site.run("--check", "--diff", "-vvv")
        runs["first"] = site.run("-vvv")
        runs["second"] = site.run("--diff")
        edited(site, "job_templates", "UTMStack undo", limit="a")
        inventory = controller.store.found("inventories", "UTMStack instances")["id"]
        controller.store.add("hosts", name="by-hand", inventory=inventory)
        fewer = [{"name": name, "url": SIEM.format(name)} for name in ("a", "c")]
        runs["drift"] = site.run("--check", "--diff", controller_objects_instances=fewer)
        controller.faults.append(Fault("PATCH", r"/api/v2/job_templates/\d+/", drop="limit"))
        runs["dropped"] = site.run(controller_objects_instances=fewer)
        runs["absent"] = site.run(controller_objects_state="absent")
        yield Story(site, runs)


def test_wrong_passwords_versions_and_permissions_are_a_sentence_each(story: Story) -> None:
    """And nothing is written."""
    refused = story["wrong password"]
    assert (refused.code, refused.writes) == (2, [])
    assert "gave no token: Failed to get token: HTTP Error 401" in refused.text
    assert "Check controller_objects_host, controller_objects_username and controller_objects_password." in refused.text
    forbidden = story["not allowed"]
    assert (forbidden.code, forbidden.writes) == (2, [])
    for sentence in (
        "The controller runs version 23.9.0, but controller_objects_minimum_version requires 24.0.",
        "The account ann is no system administrator, who alone may create the organization 'SOC'.",
        "Nothing was written.",
    ):
        assert sentence in forbidden.text.replace("''", "'")


def test_accounts_of_unknown_instances_are_refused_before_the_first_request(story: Story) -> None:
    unknown = story["unknown instance"]
    assert (unknown.code, unknown.calls) == (2, [])
    assert (
        "controller_objects_instance_credentials has accounts of unknown instances: siem-b. Use names of "
        "controller_objects_instances, which are a, b."
    ) in unknown.text


def test_a_first_run_without_instances_says_so(story: Story) -> None:
    alone = story["no instance"]
    assert alone.code == 0, alone.output
    assert "controller_objects_instances is empty, so the inventory gets no hosts" in alone.text
    assert "is empty" not in story["check"].text


def test_a_check_on_an_empty_controller_shows_everything_and_writes_nothing(story: Story) -> None:
    """Parents that do not exist yet are no obstacle."""
    check = story["check"]
    assert (check.code, check.writes) == (0, []), check.output
    assert "create job template 'UTMStack triage plan'" in check.text
    assert "create schedule 'UTMStack nightly'" in check.text
    assert "changed=1 " in check.output


def test_the_first_run_makes_everything(story: Story) -> None:
    """In one run, with the nodes of the workflow linked."""
    assert story["first"].code == 0, story["first"].output
    nodes = [write for write in story["first"].writes if write.endswith("create_approval_template/")]
    assert len(nodes) == 1


def test_a_second_run_writes_nothing_with_few_requests(story: Story) -> None:
    """Only the token is made and removed."""
    second = story["second"]
    assert (second.code, second.writes) == (0, []), second.output
    assert "changed=0 " in second.output
    assert "unchanged" in second.text
    # Lists, surveys of three templates and the workflow, associations of templates, and the token.
    assert len(second.calls) <= 45


def test_drift_is_shown_by_field_and_by_whose_hand(story: Story) -> None:
    """And a check changes none of it."""
    drift = story["drift"]
    assert (drift.code, drift.writes) == (0, []), drift.output
    assert "update job template 'UTMStack undo' limit (edited by hand, is overwritten)" in drift.text
    assert "job template 'UTMStack undo' limit a -> " in drift.text
    assert "create host 'c'" in drift.text
    assert "remove host 'b'" in drift.text
    assert "stays host 'by-hand' It was added by hand." in drift.text


def test_a_field_that_the_controller_drops_fails_the_run(story: Story) -> None:
    """It answered 200."""
    dropped = story["dropped"]
    assert dropped.code == 2
    assert "The controller accepted these writes, but did not store them" in dropped.text
    assert "job template 'UTMStack undo' limit" in dropped.text.replace("''", "'")


def test_removal_leaves_what_it_did_not_make(story: Story) -> None:
    """A host that somebody added keeps its inventory and the organization."""
    absent, store = story["absent"], story.site.controller.store
    assert absent.code == 0, absent.output
    assert "stays inventory 'UTMStack instances' It is still used by host 'by-hand'." in absent.text
    assert store.names("hosts") == ["by-hand"]
    assert store.names("inventories") == ["UTMStack instances"]
    for kind in ("job_templates", "workflow_job_templates", "schedules", "projects", "credentials"):
        assert store.names(kind) == []
    assert "UTMStack" not in store.names("credential_types")


def test_no_output_holds_a_secret_and_no_token_is_left(story: Story) -> None:
    """Also with -vvv."""
    secrets = [*SECRETS.values(), story.site.controller.password]
    tokens = [call.token for ran in story.runs.values() for call in ran.calls if call.token]
    assert tokens
    for name, ran in story.runs.items():
        assert [secret for secret in secrets if secret in ran.output] == [], name
    assert [token["description"] for token in story.site.controller.access.tokens.values()] == []
