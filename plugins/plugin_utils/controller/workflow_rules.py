# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for workflows, their nodes and approvals. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .questions import survey_of
from .rule import (
    JOB_TEMPLATE,
    NODE,
    WORKFLOW,
    Finding,
    Rule,
    Scene,
    Subject,
    quoted,
)

_ON_SUCCESS, _ON_FAILURE, _ALWAYS = "success_nodes", "failure_nodes", "always_nodes"
_LINKS = (_ON_SUCCESS, _ON_FAILURE, _ALWAYS)
_FROM_STATS = "_plan_from_stats"
_PLAN = "_plan"


def _approvals(scene: Scene) -> list[Subject]:
    return [node for node in scene.of(NODE) if node.mapping("approval_node")]


def _text_template(scene: Scene) -> Iterator[Finding]:
    for node in _approvals(scene):
        texts = [str(text) for text in node.mapping("approval_node").values()]
        if any("{{" in text or "{%" in text for text in texts):
            yield (
                node,
                "the text of an approval is fixed, and a template in it stays as it is. Write plain text, and refer "
                "to the last lines of the plan job.",
            )


def _nodes_at_once(scene: Scene) -> Iterator[Finding]:
    for workflow in scene.of(WORKFLOW):
        if workflow.arguments.get("workflow_nodes"):
            yield (
                workflow,
                "workflow_nodes with an approval reports a change in each run. Make each node an object of its own.",
            )


def _unknown_link(scene: Scene) -> Iterator[Finding]:
    for workflow in scene.of(WORKFLOW):
        known = {node.name for node in scene.nodes_of(workflow)}
        for node in scene.nodes_of(workflow):
            unknown = [target for link in _LINKS for target in node.names(link) if target not in known]
            if unknown:
                yield (
                    node,
                    f"it leads to {quoted(unknown)}, which {workflow.label} does not have. Correct the identifier.",
                )


def _unknown_workflow(scene: Scene) -> Iterator[Finding]:
    known = scene.by_name(WORKFLOW)
    for node in scene.of(NODE):
        if node.text("workflow_job_template") not in known:
            yield node, f"there is no workflow `{node.text('workflow_job_template')}`. Correct the name."


def _applies(scene: Scene, node: Subject) -> list[str]:
    """The variables with which the job of a node takes its plan from the artifacts of an earlier one."""
    template = scene.by_name(JOB_TEMPLATE).get(node.text("unified_job_template"))
    variables = template.mapping("extra_vars") if template else {}
    return [name for name, value in variables.items() if name.endswith(_FROM_STATS) and value]


def _without_approval(scene: Scene) -> Iterator[Finding]:
    for workflow in scene.of(WORKFLOW):
        nodes = scene.nodes_of(workflow)
        for node in nodes:
            if _applies(scene, node) and not _is_approved(node, nodes):
                yield (
                    node,
                    "it applies a plan without an approval. Let it follow the success of an approval only.",
                )


def _is_approved(node: Subject, nodes: list[Subject]) -> bool:
    """Whether a node runs after the success of an approval, and in no other case."""
    ways = [(parent, link) for parent in nodes for link in _LINKS if node.name in parent.names(link)]
    return bool(ways) and all(link == _ON_SUCCESS and parent.mapping("approval_node") for parent, link in ways)


def _denial_unreported(scene: Scene) -> Iterator[Finding]:
    for node in _approvals(scene):
        if not node.names(_ON_FAILURE) and not node.names(_ALWAYS):
            yield node, "nothing runs if the approval is denied or times out. Add a report to failure_nodes."


def _plan_asked(scene: Scene) -> Iterator[Finding]:
    for workflow in scene.of(WORKFLOW):
        asked = {question.variable for question in survey_of(workflow)}
        wired = [name for node in scene.nodes_of(workflow) for name in _applies(scene, node)]
        plans = sorted({name.removesuffix(_FROM_STATS) + _PLAN for name in wired} & asked)
        if plans:
            yield (
                workflow,
                f"an answer for {quoted(plans)} would take the place of the approved plan. Remove the question.",
            )


RULES = (
    Rule("approval-text-template", "The text of an approval holds no template, because it is fixed.", _text_template),
    Rule("workflow-nodes-not-idempotent", "The nodes of a workflow are objects of their own.", _nodes_at_once),
    Rule("node-link-unknown", "A node leads to nodes of its workflow only.", _unknown_link),
    Rule("workflow-unknown", "A node belongs to a workflow that exists.", _unknown_workflow),
    Rule(
        "apply-without-approval",
        "A job that applies a plan runs after the success of an approval only.",
        _without_approval,
    ),
    Rule("denial-unreported", "A node reports that an approval was denied or timed out.", _denial_unreported),
    Rule("plan-in-survey", "The survey of a workflow does not ask for the plan that it applies.", _plan_asked),
)
