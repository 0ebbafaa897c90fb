# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of Event-Driven Ansible of a setup. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .setup import PER_INSTANCE, Setup

# The data of these have a title.
_NAMED = ("decision_environment", "project", "credential", "credential_type")
# The certificates of jobs are a file of the job.
_ONLY_FOR_JOBS = ("ca",)


def event_objects(settings: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The names of the objects, the accounts of event sources, and the activations of all rulebooks.

    A rulebook follows one server, so each instance has an account and activations of its own.

    :param settings: the variables of the role without its prefix.
    :param data: the content of controller/objects/events.yml.
    """
    setup = Setup(settings, {})
    sources = [_source(setup, data, instance) for instance in setup.instances]
    return {
        "names": {kind: setup.name(data[kind]["title"]) for kind in _NAMED},
        "sources": sources,
        "activations": [
            _activation(setup, data, rulebook, source) for source in sources for rulebook in data["rulebooks"]
        ],
    }


def _source(setup: Setup, data: Mapping[str, Any], instance: Mapping[str, Any]) -> dict[str, Any]:
    name = str(instance["name"])
    if setup.ways_in == PER_INSTANCE:
        account = (setup.settings.get("instance_credentials") or {}).get(name) or {}
    else:
        account = setup.settings.get("credential") or {}
    url = {"url": instance["url"]} if instance.get("url") else {}
    inputs = {**account, **url, **(setup.settings.get("events_credential") or {})}
    return {
        "instance": name,
        "name": setup.name(data["source"]["title"], name),
        "inputs": {key: value for key, value in inputs.items() if key not in _ONLY_FOR_JOBS},
    }


def _activation(setup: Setup, data: Mapping[str, Any], rulebook: str, source: Mapping[str, Any]) -> dict[str, Any]:
    entry, instance = data["rulebooks"][rulebook], source["instance"]
    variables = {
        **(setup.settings.get("rulebook_variables") or {}),
        "utmstack_job_template": setup.name(entry["template"], instance if setup.ways_in == PER_INSTANCE else ""),
        "utmstack_organization": setup.organization,
        "utmstack_instance": instance,
    }
    return {
        "rulebook": rulebook,
        "name": setup.name(entry["title"], instance),
        "description": entry["description"],
        "source": source["name"],
        "variables": variables,
    }
