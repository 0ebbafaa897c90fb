# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for AWX refuses what a controller refuses, when it is saved and when it is launched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .awx.access import User
from .awx.server import Controller

FIELDS = [{"id": "url", "label": "URL", "type": "string"}, {"id": "off", "label": "Off", "type": "boolean"}]
SURVEY = {
    "name": "",
    "description": "",
    "spec": [{"question_name": "Q", "variable": "q", "type": "integer", "required": True, "default": 5, "max": 9}],
}
RULE = "DTSTART:20270101T020000Z RRULE:FREQ=DAILY;INTERVAL=1"


class Asking:
    """A controller that is asked without HTTP."""

    def __init__(self) -> None:
        self.controller = Controller()
        self.controller.projects.playbooks = ["triage.yml"]
        self.headers = {"Authorization": f"Bearer {self.controller.token()}"}

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The answer to a request."""
        return self.controller.answer(method, f"/api/v2/{path}", self.headers, json.dumps(body) if body else "")

    def made(self, endpoint: str, **fields: Any) -> int:
        """The ID of an object that was made."""
        status, answer = self.ask("POST", f"{endpoint}/", fields)
        assert status == 201, answer
        return int(answer["id"])

    def refused(self, endpoint: str, **fields: Any) -> Any:
        """What is answered to an object that is refused."""
        status, answer = self.ask("POST", f"{endpoint}/", fields)
        assert status == 400, answer
        return answer


@pytest.fixture
def asking() -> Asking:
    """A controller with an organization, a credential type, a project, an inventory and a job template."""
    asked = Asking()
    organization = asked.made("organizations", name="SOC")
    asked.made("credential_types", name="UTMStack", kind="cloud", inputs={"fields": FIELDS})
    project = asked.made(
        "projects", name="p", organization=organization, scm_type="git", scm_url="https://example.com/p"
    )
    inventory = asked.made("inventories", name="SIEMs", organization=organization)
    asked.made("job_templates", name="Triage", project=project, inventory=inventory, playbook="triage.yml")
    return asked


def _id(asking: Asking, endpoint: str, name: str) -> int:
    return int(asking.controller.store.found(endpoint, name)["id"])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"kind": "ssh"}, {"kind": ["Must be 'cloud' or 'net', not ssh"]}),
        ({"kind": "odd"}, {"kind": ['"odd" is not a valid choice.']}),
        ({"inputs": {"fields": [{"id": "tower", "label": "x"}]}}, {"inputs": ['"tower" is a reserved field name']}),
        ({"inputs": {"fields": [*FIELDS, FIELDS[0]]}}, {"inputs": ["field IDs must be unique (url)"]}),
        (
            {"inputs": {"fields": [{**FIELDS[1], "choices": ["a"]}]}},
            {"inputs": ["choices not allowed for boolean type (off)"]},
        ),
        ({"inputs": {"fields": [{"id": "a b", "label": "x"}]}}, {"inputs": ["a b is an invalid variable name"]}),
        ({"inputs": {"fields": [{"id": "a"}]}}, {"inputs": ["'label' is a required property"]}),
        ({"inputs": {"fields": [{**FIELDS[1], "default": "yes"}]}}, {"inputs": ["yes is not a boolean"]}),
        (
            {"injectors": {"env": {"X": "{{ nowhere }}"}}},
            {"injectors": ["X uses an undefined field ('nowhere' is undefined)"]},
        ),
        (
            {"injectors": {"env": {"ANSIBLE_FORKS": "5"}}},
            {
                "injectors": [
                    "Environment variable ANSIBLE_FORKS may affect Ansible configuration so its use is not allowed in "
                    "credentials."
                ]
            },
        ),
        (
            {"injectors": {"env": {"X": "{{ tower.filename }}"}}},
            {
                "injectors": [
                    "X uses an undefined field (Must define unnamed file injector in order to reference "
                    "`tower.filename`.)"
                ]
            },
        ),
        (
            {"injectors": {"file": {"template": "a", "template.b": "c"}}},
            {"injectors": ["Must use multi-file syntax when injecting multiple files"]},
        ),
        ({"injectors": {"env": {"X": 5}}}, {"injectors": ["5 is not of type 'string'"]}),
    ],
)
def test_a_broken_credential_type_is_refused(asking: Asking, changes: dict[str, Any], error: dict[str, Any]) -> None:
    """Fields and injectors are looked through when the type is saved."""
    whole = {"name": "T", "kind": "cloud", "inputs": {"fields": FIELDS}, "injectors": {}, **changes}
    assert asking.refused("credential_types", **whole) == error


def test_templates_of_injectors_may_have_conditions_and_several_files(asking: Asking) -> None:
    """A field without a type is text, also when the type is saved again."""
    injectors = {"env": {"X": "{% if url %}{{ tower.filename.ca }}{% endif %}"}, "file": {"template.ca": "{{ url }}"}}
    inputs = {"fields": [{"id": "url", "label": "URL"}]}
    number = asking.made("credential_types", name="T", kind="cloud", inputs=inputs, injectors=injectors)
    assert asking.ask("GET", f"credential_types/{number}/")[1]["inputs"]["fields"][0]["type"] == "string"


def test_the_fields_of_a_credential_type_in_use_stay(asking: Asking) -> None:
    """The same fields are accepted, and another name."""
    organization, of_type = _id(asking, "organizations", "SOC"), _id(asking, "credential_types", "UTMStack")
    asking.made("credentials", name="c", organization=organization, credential_type=of_type)
    path = f"credential_types/{of_type}/"
    assert asking.ask("PATCH", path, {"inputs": {"fields": FIELDS}, "description": "x"})[0] == 200
    assert asking.ask("PATCH", path, {"inputs": {"fields": FIELDS[:1]}}) == (
        403,
        {"detail": "Modifications to inputs are not allowed for credential types that are in use"},
    )
    managed = _id(asking, "credential_types", "Vault")
    assert asking.ask("PATCH", f"credential_types/{managed}/", {"name": "x"})[0] == 403


def test_a_credential_has_an_owner_and_the_fields_of_its_type(asking: Asking) -> None:
    """A boolean is none as text."""
    credential = {"name": "c", "credential_type": _id(asking, "credential_types", "UTMStack")}
    assert asking.refused("credentials", **credential) == {"detail": "Missing 'user', 'team', or 'organization'."}
    credential["organization"] = _id(asking, "organizations", "SOC")
    unknown = asking.refused("credentials", **credential, inputs={"host": "x"})
    assert unknown == {"inputs": ["Additional properties are not allowed ('host' was unexpected)"]}
    wrong = asking.refused("credentials", **credential, inputs={"off": "true"})
    assert wrong == {"inputs": {"off": ["'true' is not of type 'boolean'"]}}


def test_a_job_template_has_one_credential_of_a_type_and_of_vault_one_for_each_id(asking: Asking) -> None:
    """The second is refused when it is associated."""
    organization, path = _id(asking, "organizations", "SOC"), f"job_templates/{_id(asking, 'job_templates', 'Triage')}"
    custom, vault = _id(asking, "credential_types", "UTMStack"), _id(asking, "credential_types", "Vault")
    ids = [
        asking.made("credentials", name=f"c{number}", organization=organization, credential_type=of_type, inputs=inputs)
        for number, (of_type, inputs) in enumerate(
            [(custom, {}), (custom, {}), (vault, {"vault_id": "a"}), (vault, {"vault_id": "b"})]
        )
    ]
    answers = [asking.ask("POST", f"{path}/credentials/", {"id": number}) for number in ids]
    assert [status for status, _answer in answers] == [204, 400, 204, 204]
    assert answers[1][1] == {"error": "Cannot assign multiple UTMStack credentials."}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"playbook": "utmstack.siem.triage"}, {"playbook": ["Playbook not found for project."]}),
        ({"playbook": "playbooks/triage.yml"}, {"playbook": ["Playbook not found for project."]}),
        ({"playbook": ""}, {"playbook": ["Must select playbook for project."]}),
        ({"project": None}, {"project": ["Job Templates must have a project assigned."]}),
        ({"inventory": None}, {"inventory": ["You must either set a default value or ask to prompt on launch."]}),
        ({"scm_branch": "x"}, {"scm_branch": ["Project does not allow overriding branch."]}),
        ({"job_type": "scan"}, {"job_type": ['"scan" is not a valid choice.']}),
        ({"inventory": 999}, {"inventory": ['Invalid pk "999" - object does not exist.']}),
        ({"extra_vars": "[1]"}, {"extra_vars": ["Input type `list` is not a dictionary"]}),
        ({"name": "Triage"}, {"__all__": ["Job template with this Name and Organization already exists."]}),
        ({"name": ""}, {"name": ["This field is required."]}),
    ],
)
def test_a_broken_job_template_is_refused(asking: Asking, changes: dict[str, Any], error: dict[str, Any]) -> None:
    """It names a playbook of its project."""
    whole = {"project": _id(asking, "projects", "p"), "inventory": _id(asking, "inventories", "SIEMs")}
    whole |= {"name": "T", "playbook": "triage.yml"}
    assert asking.refused("job_templates", **{**whole, **changes}) == error


def test_the_organization_of_a_job_template_is_that_of_its_project(asking: Asking) -> None:
    """Another one that is given is ignored."""
    path = f"job_templates/{_id(asking, 'job_templates', 'Triage')}/"
    status, answer = asking.ask("PATCH", path, {"organization": _id(asking, "organizations", "Default")})
    assert (status, answer["organization"]) == (200, _id(asking, "organizations", "SOC"))


def _with_survey(asking: Asking) -> str:
    path = f"job_templates/{_id(asking, 'job_templates', 'Triage')}"
    assert asking.ask("POST", f"{path}/survey_spec/", SURVEY)[0] == 200
    assert asking.ask("PATCH", f"{path}/", {"survey_enabled": True})[0] == 200
    return path


def test_a_broken_survey_is_refused_and_the_old_one_stays(asking: Asking) -> None:
    """The reason is in `error`, which the modules show."""
    path = _with_survey(asking)
    assert asking.ask("POST", f"{path}/survey_spec/", {**SURVEY, "spec": []}) == (
        400,
        {"error": "'spec' doesn't contain any items."},
    )
    assert asking.ask("GET", f"{path}/survey_spec/") == (200, SURVEY)
    assert asking.ask("DELETE", f"{path}/survey_spec/")[0] == 200
    assert asking.ask("GET", f"{path}/survey_spec/") == (200, {})


def test_a_launch_is_refused_without_a_required_answer_and_with_a_text_for_a_number(asking: Asking) -> None:
    """What is outside of the survey is ignored, and named."""
    path = _with_survey(asking)
    assert asking.ask("POST", f"{path}/launch/", {}) == (400, {"variables_needed_to_start": ["'q' value missing"]})
    assert asking.ask("POST", f"{path}/launch/", {"extra_vars": {"q": "7"}})[0] == 400
    status, answer = asking.ask("POST", f"{path}/launch/", {"extra_vars": {"q": 7, "other": 1}})
    assert (status, answer["ignored_fields"]) == (201, {"extra_vars": {"other": 1}})
    assert json.loads(asking.ask("GET", f"jobs/{answer['job']}/")[1]["extra_vars"]) == {"q": 7}


def test_a_schedule_needs_answers_and_a_good_rule(asking: Asking) -> None:
    """A default in the survey is no answer."""
    _with_survey(asking)
    schedule = {"name": "nightly", "unified_job_template": _id(asking, "job_templates", "Triage"), "rrule": RULE}
    assert asking.refused("schedules", **schedule) == {"variables_needed_to_start": ["'q' value missing"]}
    assert "extra_data" in asking.refused("schedules", **schedule, extra_data={"q": 1, "other": 1})
    broken = asking.refused("schedules", **{**schedule, "rrule": "DTSTART:20270101T020000Z RRULE:FREQ=DAILY"})
    assert broken == {"rrule": ["INTERVAL required in rrule: RULE:FREQ=DAILY"]}
    number = asking.made("schedules", **schedule, extra_data={"q": 1})
    assert asking.ask("PATCH", f"schedules/{number}/", {"enabled": False})[0] == 200
    twice = asking.refused("schedules", **schedule, extra_data={"q": 1})
    assert twice == {"__all__": ["Schedule with this Unified job template and Name already exists."]}


def test_a_node_may_leave_out_answers_and_may_not_have_prompts_that_are_not_asked_for(asking: Asking) -> None:
    """An approval node has a template of its own, whose text is kept as it is."""
    workflow = asking.made("workflow_job_templates", name="w", organization=_id(asking, "organizations", "SOC"))
    _with_survey(asking)
    node = {"workflow_job_template": workflow, "unified_job_template": _id(asking, "job_templates", "Triage")}
    prompted = asking.refused("workflow_job_template_nodes", **node, job_type="check")
    assert prompted == {"job_type": ["Field is not configured to prompt on launch."]}
    assert "extra_data" in asking.refused("workflow_job_template_nodes", **node, extra_data={"other": 1})
    asking.made("workflow_job_template_nodes", **node, job_type="run", identifier="plan")
    number = asking.made("workflow_job_template_nodes", workflow_job_template=workflow, identifier="approve")
    path = f"workflow_job_template_nodes/{number}/create_approval_template/"
    status, answer = asking.ask("POST", path, {"name": "Approve", "description": "{{ plan_digest }}", "timeout": 60})
    assert (status, answer["description"]) == (201, "{{ plan_digest }}")
    assert asking.ask("DELETE", f"workflow_job_templates/{workflow}/")[0] == 204
    assert asking.controller.store.names("workflow_approval_templates") == []


def test_a_notification_lacks_nothing(asking: Asking) -> None:
    """What it need not have is filled in, and its password is hidden."""
    hook = {"name": "hook", "organization": _id(asking, "organizations", "SOC"), "notification_type": "webhook"}
    missing = asking.refused("notification_templates", **hook, notification_configuration={"headers": {}})
    assert missing == {"__all__": ["Missing required fields for Notification Configuration: ['url']."]}
    given = {"url": "https://example.com", "password": "S3cret", "headers": {}}
    status, answer = asking.ask("POST", "notification_templates/", {**hook, "notification_configuration": given})
    assert (status, answer["notification_configuration"]["password"]) == (201, "$encrypted$")
    assert answer["notification_configuration"]["http_method"] == "POST"


def test_lists_are_filtered_and_paged(asking: Asking) -> None:
    """The next page is named until there is none."""
    inventory = _id(asking, "inventories", "SIEMs")
    for number in range(30):
        asking.made("hosts", name=f"siem-{number:02}", inventory=inventory, variables=f"n: {number}")
    first = asking.ask("GET", f"hosts/?inventory={inventory}&order_by=-name")[1]
    assert (first["count"], len(first["results"]), first["results"][0]["name"]) == (30, 25, "siem-29")
    second = asking.ask("GET", first["next"].removeprefix("/api/v2/"))[1]
    assert (len(second["results"]), second["next"]) == (5, None)
    for query, count in (
        ("name__startswith=siem-0", 10),
        ("name__in=siem-01,siem-02", 2),
        ("not__name__icontains=SIEM-0", 20),
        ("inventory__organization__name=SOC", 30),
        (f"or__id={first['results'][0]['id']}&or__name=siem-00", 2),
        ("page_size=500&id__gt=0", 30),
    ):
        assert asking.ask("GET", f"hosts/?{query}")[1]["count"] == count
    types = [one["type"] for one in asking.ask("GET", "unified_job_templates/?type=job_template,project")[1]["results"]]
    assert sorted(types) == ["job_template", "project"]
    assert asking.ask("GET", "hosts/?colour=red") == (400, {"detail": "Host has no field named 'colour'"})
    assert asking.ask("GET", "hosts/?page=9") == (404, {"detail": "Invalid page."})


def test_who_may_change_what(asking: Asking) -> None:
    """Without credentials nothing is answered but a ping; what is system-wide is for administrators."""
    controller = asking.controller
    assert controller.answer("GET", "/api/v2/me/", {}, "")[0] == 401
    assert controller.answer("GET", "/api/v2/ping/", {}, "")[1]["version"] == "24.6.1"
    controller.access.add_user("owner", User("S3cret", superuser=False, may_change=frozenset({"inventories"})))
    token = controller.access.tokens[next(iter(controller.access.tokens))]
    token["user"] = "owner"
    assert asking.ask("GET", "me/")[1]["results"][0]["is_superuser"] is False
    assert asking.ask("POST", "organizations/", {"name": "x"})[0] == 403
    asking.made("inventories", name="mine", organization=_id(asking, "organizations", "SOC"))
    token["scope"] = "read"
    assert asking.ask("POST", "inventories/", {"name": "x"})[0] == 403
    assert asking.ask("GET", "inventories/SIEMs++SOC/")[0] == 200
    assert asking.ask("GET", "inventories/999/")[0] == 404
