# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of assets: compared with a plain computation, under hostile names, with mistakes and failures."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleParserError, AnsibleTemplateError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.plugins.loader import fragment_loader
from ansible.template import Templar, trust_as_template
from ansible.utils.plugin_docs import get_docstring
from ansible_collections.utmstack.siem.plugins.module_utils.model.asset_types import ASSET_TYPES
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_hosts import GROUPINGS
from ansible_collections.utmstack.siem.plugins.module_utils.operations.assets.asset_search import FILTERS

from .inventories import ASSETS, PLUGIN, InventoryFiles, groups_of, listed, settle_estate
from .playing import ROOT, Stage, alert, ansible_environment, on_11_2_too


def plain(value: Any) -> Any:
    """A value of ansible-inventory without the marks of unsafe texts, each of which must have one."""
    if isinstance(value, dict):
        if set(value) == {"__ansible_unsafe"}:
            return value["__ansible_unsafe"]
        return {name: plain(item) for name, item in value.items()}
    assert not isinstance(value, str)
    return [plain(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("size", "requests"), [(400, 3), pytest.param(5000, 7, marks=pytest.mark.full)])
def test_graph_and_list_are_what_a_plain_computation_says(
    v11_stage: Stage, v11_asset_files: InventoryFiles, size: int, requests: int
) -> None:
    """Without a cache, and with one that is filled and then used: the same hosts, groups and counts."""
    made = settle_estate(v11_stage, size)
    addresses = {row["assetName"]: row["assetIp"] for row in made.assets["assets"]}
    uncached = v11_asset_files.parsed()
    assert len(v11_asset_files.requests()) <= requests
    assert groups_of(uncached) == made.groups
    assert {name: host.vars["utmstack_alerts"] for name, host in uncached.hosts.items()} == made.counts
    path = v11_asset_files.written(**cache_in(v11_asset_files.directory))
    v11_stage.simulator.forget_requests()
    done = listed("--list", path)
    assert (done.returncode, done.stderr, len(v11_asset_files.requests())) == (0, "", requests)
    found = json.loads(done.stdout)
    hosts = {name: plain(variables) for name, variables in found.pop("_meta")["hostvars"].items()}
    assert {name: row["utmstack_alerts"] for name, row in hosts.items()} == made.counts
    assert {name: row["utmstack_ip"] for name, row in hosts.items()} == addresses
    assert {name: sorted(row["hosts"]) for name, row in found.items() if name != "all"} == made.groups
    v11_stage.simulator.forget_requests()
    done = listed("--graph", path)
    assert (done.returncode, done.stderr, v11_asset_files.requests()) == (0, "", [])
    assert graphed(done.stdout) == made.groups


def cache_in(directory: Path) -> dict[str, Any]:
    """Options for a cache of asset_files."""
    return {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(directory)}


def graphed(output: str) -> dict[str, list[str]]:
    """The hosts of each group in a graph."""
    found: dict[str, list[str]] = {}
    for line in output.splitlines():
        text = line.strip().lstrip("|- ")
        if text.startswith("@"):
            hosts = found.setdefault(text[1:-1], [])
        else:
            hosts.append(text)
    return {name: sorted(hosts) for name, hosts in found.items() if hosts and name != "all"}


@on_11_2_too
def test_every_major_version_gives_the_same_groups(local_stage: Stage, asset_files: InventoryFiles) -> None:
    made = settle_estate(local_stage, 240)
    found = asset_files.parsed()
    assert groups_of(found) == made.groups
    assert {host.name: host.vars["utmstack_alerts"] for host in found.hosts.values()} == made.counts


@pytest.mark.parametrize(
    ("only", "hosts"),
    [
        ({"type": ["SERVER", "PC"]}, ["pc", "server"]),
        ({"type": ["SERVER", "PC"], "alive": True}, ["server"]),
        ({"groups": "Lab", "agent": False}, ["pc"]),
        ({"contains": "erv"}, ["server"]),
        ({"status": ["new", "missing"], "os_platform": ["windows", "ubuntu"]}, ["pc"]),
        ({"ports": [22, 3389]}, ["pc", "server"]),
        ({"data_types": ["linux"]}, ["server"]),
    ],
    ids=str,
)
def test_only_some_assets(asset_files: InventoryFiles, only: dict[str, Any], hosts: list[str]) -> None:
    rows = [
        {"assetName": "server", "assetTypeId": 5, "assetAlive": True, "ports": [{"port": 22}], "assetStatus": "CHECK"},
        {"assetName": "pc", "assetTypeId": 7, "groupId": 1, "assetStatus": "NEW", "assetOsPlatform": "windows"},
        {"assetName": "other", "assetTypeId": 8, "assetStatus": "CHECK", "isAgent": True, "groupId": 1},
    ]
    rows[1].update(ports=[{"port": 3389}], isAgent=False)
    groups, inputs = [{"id": 1, "groupName": "Lab"}], [{"dataType": "linux", "source": "server", "timestamp": 1}]
    asset_files.simulator.assets({"groups": groups, "assets": rows, "dataInputs": inputs})
    assert sorted(asset_files.parsed(only=only, alerts=False).hosts) == hosts
    assert set(asset_files.requests()) - {"/api/authenticate"} == {ASSETS}


def test_alerts_of_a_query_are_counted(local_stage: Stage, asset_files: InventoryFiles) -> None:
    local_stage.simulator.assets({"assets": [{"assetName": "web"}]})
    local_stage.seed(
        alert(1, dataSource="web", name="Scan"), alert(2, dataSource="web"), alert(3, dataSource="web", status=3)
    )
    assert asset_files.parsed(query={"name": "Scan"}).hosts["web"].vars["utmstack_alerts"]["total"] == 1
    assert asset_files.parsed(query={"status": "in_review"}).hosts["web"].vars["utmstack_alerts"]["total"] == 1
    found = asset_files.parsed(group_by=["agent"])
    assert groups_of(found) == {"no_agent": ["web"]}
    assert found.hosts["web"].vars["utmstack_alerts"]["total"] == 3
    assert "utmstack_alerts" not in asset_files.parsed(alerts=False).hosts["web"].vars


def test_expressions_see_the_variables_and_groups_of_a_host(v11_asset_files: InventoryFiles) -> None:
    v11_asset_files.simulator.assets(
        {"assets": [{"assetName": "web", "assetIp": "10.0.0.5", "assetOsPlatform": "ubuntu"}]}
    )
    found = v11_asset_files.parsed(
        strict=True,
        compose={"ansible_host": "utmstack_ip", "label": "inventory_hostname ~ '/' ~ (group_names | join(','))"},
        groups={"linux": "utmstack_os_platform == 'ubuntu'", "composed": "label is defined", "windows": "false"},
        keyed_groups=[
            {"key": "utmstack_os_platform", "prefix": "platform", "parent_group": "platforms"},
            {"key": "utmstack_agent_state", "prefix": "state", "separator": "-"},
            {"key": "utmstack_agent_state"},
        ],
        leading_separator=False,
        group_by=["os"],
    )
    web = found.hosts["web"].get_vars()
    assert (web["ansible_host"], web["label"]) == ("10.0.0.5", "web/os_ubuntu")
    names = {"os_ubuntu", "linux", "composed", "platform_ubuntu", "state_no_agent", "no_agent"}
    assert set(groups_of(found)) == names
    assert [group.name for group in found.groups["platforms"].child_groups] == ["platform_ubuntu"]


def test_extra_variables_are_used_if_asked_for(v11_asset_files: InventoryFiles) -> None:
    """And templates of other options see them in any case."""
    v11_asset_files.simulator.assets({"assets": [{"assetName": "web"}]})
    path = v11_asset_files.written(
        strict=True, use_extra_vars=True, compose={"a": "given"}, groups={"g": "given == 'x'"}, url="{{ siem }}"
    )
    extra = ("-e", "given=x", "-e", f"siem={v11_asset_files.simulator.url}")
    done = json.loads(listed("--list", path, *extra).stdout)
    assert done["_meta"]["hostvars"]["web"]["a"] == "x"
    assert done["g"]["hosts"] == ["web"]
    path = v11_asset_files.written(strict=True, compose={"a": "given"})
    assert "`compose`: Could not set a for host web: 'given' is undefined." in listed("--list", path, *extra).stderr


def test_templates_and_vaults_in_the_file(v11_asset_files: InventoryFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIEM_TEST_USER", "admin")
    v11_asset_files.simulator.assets({"assets": [{"assetName": "web"}]})
    vault = VaultLib([("default", VaultSecret(b"vault-pass"))])
    path = v11_asset_files.written(
        username="{{ lookup('ansible.builtin.env', 'SIEM_TEST_USER') }}", password=None, timeout="{{ 10 * 3 }}"
    )
    text = vault.encrypt("Adm1n-pass").decode().replace("\n", "\n  ")
    path.write_text(f"{path.read_text()}password: !vault |\n  {text}\n", encoding="utf-8")
    secret = v11_asset_files.directory / "vault-pass"
    secret.write_text("vault-pass", encoding="utf-8")
    done = listed("--graph", path, "--vault-password-file", str(secret))
    assert "--web" in done.stdout, done.stderr


def test_the_connection_comes_from_the_environment(
    v11_asset_files: InventoryFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A blank variable is not set."""
    v11_asset_files.simulator.assets({"assets": [{"assetName": "web"}]})
    given = {
        "URL": v11_asset_files.simulator.url,
        "USERNAME": "admin",
        "PASSWORD": "Adm1n-pass",
        "BYPASS_TWO_FACTOR": "yes",
    }
    blank = dict.fromkeys(("TIMEOUT", "DIALECT", "VALIDATE_CERTS", "PROXY", "API_KEY"), "")
    for name, value in {**given, **blank}.items():
        monkeypatch.setenv(f"UTMSTACK_{name}", value)
    nothing = dict.fromkeys(("url", "username", "password", "bypass_two_factor"))
    assert list(v11_asset_files.parsed(**nothing).hosts) == ["web"]


def test_an_inventory_without_hosts_says_why(v11_asset_files: InventoryFiles) -> None:
    v11_asset_files.parsed()
    v11_asset_files.simulator.assets({"assets": [{"assetName": "web"}]})
    v11_asset_files.parsed(only={"groups": ["Datacentre"]})
    name = f"{v11_asset_files.directory}/siem.utmstack.yml"
    said = [text for text in v11_asset_files.warnings if text.startswith(name)]
    assert said == [
        f"{name}: UTMStack has no assets.",
        f"{name}: No asset matches `only`. Check its values.",
    ]
    v11_asset_files.parsed(only={"contains": "web"})
    assert [text for text in v11_asset_files.warnings if text.startswith(name)] == said


def test_two_assets_of_one_name_are_kept_apart_and_reported(v11_asset_files: InventoryFiles) -> None:
    rows = [{"assetName": name, "assetIp": ip} for name, ip in (("a b", "10.0.0.1"), ("a_b", ""), ("all", ""))]
    v11_asset_files.simulator.assets({"assets": rows})
    found = v11_asset_files.parsed()
    assert list(found.hosts) == ["a_b-1", "a_b", "all-3"]
    assert found.hosts["a_b-1"].vars["utmstack_name"] == "a b"
    (said,) = [text for text in v11_asset_files.warnings if "same name" in text]
    assert said == (
        f"{v11_asset_files.directory}/siem.utmstack.yml: 2 assets have the same name as another asset, a group or "
        "localhost, so their hosts have the ID of the asset added: a_b-1, all-3."
    )


def test_an_asset_cannot_pass_for_a_group_or_a_host_of_others(v11_asset_files: InventoryFiles) -> None:
    """Its variables would be those of the whole group, and its address that of the other host."""
    names = ("prod", "urgent", "alert_high", "bastion", "web")
    v11_asset_files.simulator.assets({"assets": [{"assetName": name, "assetIp": "10.6.6.6"} for name in names]})
    mine = InventoryData()
    mine.add_group("prod")
    mine.add_host("bastion", "prod")
    path = v11_asset_files.written(set_ansible_host=True, groups={"urgent": "inventory_hostname == 'web'"})
    found = v11_asset_files.read(path, inventory=mine)
    assert sorted(found.hosts) == ["alert_high-3", "bastion", "prod-1", "urgent-2", "web"]
    assert found.groups["prod"].vars == {}
    assert groups_of(found)["prod"] == ["bastion"]
    assert groups_of(found)["urgent"] == ["web"]
    addresses = {name: host.vars.get("ansible_host") for name, host in found.hosts.items()}
    assert addresses == {**dict.fromkeys(found.hosts, "10.6.6.6"), "bastion": None}


def test_the_cache_is_used_until_it_is_refreshed(v11_asset_files: InventoryFiles) -> None:
    v11_asset_files.simulator.assets({"assets": [{"assetName": "web"}]})
    folder = v11_asset_files.directory / "cache"
    cached = cache_in(folder)
    path = v11_asset_files.written(**cached)
    assert list(v11_asset_files.read(path).hosts) == ["web"]
    v11_asset_files.simulator.assets({"assets": [{"assetName": "new"}]})
    assert (list(v11_asset_files.read(path).hosts), v11_asset_files.requests()) == (["web"], [])
    narrow = v11_asset_files.written("new.utmstack.yml", **cached, only={"contains": "new"})
    assert list(v11_asset_files.read(narrow).hosts) == ["new"]
    assert list(v11_asset_files.read(path, cache=False).hosts) == ["web", "new"]
    assert list(v11_asset_files.read(path).hosts) == ["web", "new"]
    kept = list(folder.iterdir())
    assert len(kept) == 2
    for one in kept:
        assert not any(secret in f"{one.name}{one.read_text()}" for secret in ("Adm1n-pass", "admin", "Bearer", "eyJ"))
        one.write_text("{", encoding="utf-8")
    with pytest.raises(AnsibleParserError, match="corrupt"):
        v11_asset_files.read(path)
    assert list(v11_asset_files.read(path).hosts) == ["web", "new"]


HOSTILE = (
    "{{ lookup('pipe', 'touch CANARY') }}",
    "{% set x = lookup('pipe', 'touch CANARY') %}{{ x }}",
    "{{{ lookup('pipe', 'touch CANARY') }}}",
    "x' ~ lookup('pipe', 'touch CANARY') ~ '",
    "\x1b[2J\u202e!unsafe",
)
TEXTS = (
    *("assetName", "assetAlias", "assetAliases", "assetMac", "assetOs", "assetOsPlatform", "assetOsVersion"),
    *("assetNotes", "serverName", "assetAddresses", "assetOsArch", "assetIp"),
)


def hostile_assets(stage: Stage) -> Path:
    """Put hostile texts into all fields of assets and alerts. :returns: the canary."""
    canary = stage.directory / "canary"
    texts = [text.replace("CANARY", str(canary)) for text in HOSTILE]
    assets = [{**dict.fromkeys(TEXTS, text), "groupId": number} for number, text in enumerate(texts, 1)]
    groups = [{"id": number, "groupName": text} for number, text in enumerate(texts, 1)]
    inputs = [{"dataType": text, "source": text, "timestamp": 1} for text in texts]
    stage.simulator.assets({"groups": groups, "assets": assets, "dataInputs": inputs})
    stage.seed(*(alert(number, dataSource=text, name=text) for number, text in enumerate(texts)))
    return canary


EXPRESSIONS: dict[str, Any] = {
    "compose": {"composed": "utmstack_name ~ utmstack_group", "first": "utmstack_aliases | first"},
    "groups": {"noted": "utmstack_notes is truthy"},
    "keyed_groups": [{"key": "utmstack_name", "prefix": "name"}, {"key": "utmstack_data_types", "prefix": "sends"}],
    "set_ansible_host": True,
}


def test_no_text_of_an_asset_is_executed(local_stage: Stage, asset_files: InventoryFiles) -> None:
    """A playbook templates every variable of hosts that have hostile texts in all fields."""
    canary = hostile_assets(local_stage)
    path = asset_files.written(**EXPRESSIONS)
    show = "{{ query('ansible.builtin.vars', *query('ansible.builtin.varnames', '^(utmstack_|composed|first)')) }}"
    messages = {"msg": [show, "{{ utmstack_name }} {{ utmstack_notes }} {{ composed }} {{ first }} {{ group_names }}"]}
    tasks = [{"name": "it", "ansible.builtin.debug": messages}]
    play = {"hosts": "all", "gather_facts": False, "connection": "local", "tasks": tasks}
    book = asset_files.directory / "play.yml"
    book.write_text(yaml.safe_dump([play]), encoding="utf-8")
    run = ["ansible-playbook", "-i", str(path), str(book), "-e", f"ansible_python_interpreter={sys.executable}"]
    done = subprocess.run(run, capture_output=True, text=True, timeout=120, env=ansible_environment())
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok=1") == len(HOSTILE)
    assert "lookup('pipe', 'touch" in done.stdout
    assert not canary.exists()


@pytest.mark.parametrize("protected", [True, False])
def test_the_protection_is_what_keeps_texts_from_being_executed(
    v11_stage: Stage, v11_asset_files: InventoryFiles, monkeypatch: pytest.MonkeyPatch, protected: bool
) -> None:
    canary = hostile_assets(v11_stage)
    path = v11_asset_files.written(**EXPRESSIONS)
    if not protected:
        v11_asset_files.read(path)
        plugin = sys.modules[f"ansible_collections.{PLUGIN.rpartition('.')[0]}.plugins.inventory.assets"]
        monkeypatch.setattr(plugin, "wrap_var", lambda value: trust_as_template(value) if type(value) is str else value)
    found = v11_asset_files.read(path)
    for host in found.hosts.values():
        for name in host.vars:
            templar = Templar(loader=DataLoader(), variables=host.vars)
            # Some of the texts are no templates even where they may be.
            with contextlib.suppress(AnsibleTemplateError):
                templar.template(trust_as_template(f"{{{{ {name} }}}}"))
    assert canary.exists() is not protected


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("siem.utmstack.yml", True),
        ("siem.utmstack.yaml", True),
        ("siem.yml", False),
        ("utmstack.json", False),
        ("siem.utmstack.yml.j2", False),
    ],
)
def test_files_are_known_by_their_names(v11_asset_files: InventoryFiles, name: str, wanted: bool) -> None:
    path = v11_asset_files.written(name)
    if wanted:
        assert list(v11_asset_files.read(path).hosts) == []
    else:
        with pytest.raises(AssertionError):
            v11_asset_files.read(path)


def documentation() -> tuple[dict[str, Any], str]:
    """Documentation with its fragments, and examples."""
    path = ROOT / "plugins" / "inventory" / "assets.py"
    text, examples, _returns, _metadata = get_docstring(
        str(path), fragment_loader, collection_name="utmstack.siem", plugin_type="inventory"
    )
    return text, examples


def test_the_examples_are_read(v11_asset_files: InventoryFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIEM_KEY", v11_asset_files.simulator.api_key("admin"))
    monkeypatch.setenv("UTMSTACK_API_KEY", v11_asset_files.simulator.api_key("admin"))
    monkeypatch.chdir(v11_asset_files.directory)
    monkeypatch.setenv("HOME", str(v11_asset_files.directory))
    rows = [{"assetName": "web", "assetTypeId": 5, "assetAlive": True, "assetIp": "10.0.0.5", "assetStatus": "NEW"}]
    v11_asset_files.simulator.assets({"assets": rows})
    examples = list(yaml.safe_load_all(documentation()[1]))
    assert len(examples) == 3
    for example in examples:
        nothing = dict.fromkeys(("username", "password", "bypass_two_factor"))
        found = v11_asset_files.parsed(**{**nothing, **example, "url": v11_asset_files.simulator.url})
        assert list(found.hosts) == ["web"]
        assert not v11_asset_files.warnings or all("not encrypted" in text for text in v11_asset_files.warnings)
    assert set(groups_of(found)) >= {"status_new", "type_server", "alive"}


def test_the_documentation_names_what_the_plugin_takes() -> None:
    options = documentation()[0]["options"]
    only = options["only"]["suboptions"]
    assert {name: {key: row[key] for key in ("type", "elements") if key in row} for name, row in only.items()} == {
        name: {key: row[key] for key in ("type", "elements") if key in row} for name, row in FILTERS.items()
    }
    assert only["status"]["choices"] == FILTERS["status"]["choices"]
    assert only["registered_mode"]["choices"] == FILTERS["registered_mode"]["choices"]
    assert set(FILTERS["type"]["choices"]) == set(ASSET_TYPES)
    assert tuple(options["group_by"]["choices"]) == tuple(options["group_by"]["default"]) == GROUPINGS
