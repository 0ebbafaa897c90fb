# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inventory of assets refuses: mistakes in the file, expressions that fail, and a server that does."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData

from .inventories import ASSETS, InventoryFiles, listed, settle_estate
from .playing import SEARCH, Stage


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"onyl": {}}, "`onyl` is unknown. Did you mean only?"),
        ({"only": {}}, "`only` is empty. Leave it out, or set what to look for."),
        ({"query": {}}, "`query` is empty. Leave it out, or set what to look for."),
        ({"only": {"tpye": ["SERVER"]}}, "`only.tpye` is unknown. Did you mean type?"),
        ({"only": {"type": ["TOASTER"]}}, "`only.type` contains 'TOASTER'. Use one of DATABASE"),
        ({"only": {"ports": [0]}}, "`only`: `ports` contains an invalid port. Use numbers from 1 to 65535."),
        ({"only": "servers"}, "`only` is 'servers'. Use a dictionary."),
        ({"query": {"status": ["completed"]}}, "`query.status` contains 'completed'. Only alerts that are open or in"),
        ({"query": {"nmae": "x"}}, "`query.nmae` is unknown. Did you mean name?"),
        ({"query": {"since": "soon"}}, "`query.since` is 'soon'; write an age"),
        ({"group_by": ["osx"]}, "`group_by` contains 'osx'. Use one of os, type"),
        ({"alerts": "perhaps"}, "`alerts` is 'perhaps'. Use true or false."),
        ({"timeout": "abc"}, "`timeout` is 'abc'. Use a whole number."),
        ({"timeout": 0}, "`timeout` must be at least 1."),
        ({"dialect": "v9"}, "`dialect` is 'v9'. Use one of v10, v11."),
        ({"url": None}, "`url` is missing. Set it, or set the environment variable UTMSTACK_URL."),
        ({"url": "siem"}, "`url`"),
        ({"username": None}, "No credentials are given"),
        ({"password": "{{ nope }}"}, "`password` has a template that failed. Here, templates see extra variables"),
        ({"proxy": "{{ nope }}"}, "`proxy` has a template that failed. 'nope' is undefined. Here, templates see"),
        ({"time_zone": "Mars"}, "`time_zone` is 'Mars', which is no time zone"),
        ({"name_prefix": "a b"}, "`name_prefix` is 'a b'. Use letters"),
        ({"strict": "perhaps"}, "`strict` is 'perhaps'. Use true or false."),
        ({"compose": ["x"]}, "`compose` is ['x']. Use a dictionary."),
        ({"keyed_groups": "x"}, "`keyed_groups` is 'x'. Use a list."),
        ({"keyed_groups": [{"kye": "x"}]}, "`keyed_groups[0]` has no key 'kye'. Did you mean key?"),
        ({"plugin": "utmstack.siem.asset"}, "The line `plugin: utmstack.siem.assets` is missing. Add it."),
        ({"plugin": None}, "The line `plugin: utmstack.siem.assets` is missing. Add it."),
    ],
    ids=str,
)
def test_mistakes_name_file_and_option_before_the_first_request(
    v11_asset_files: InventoryFiles, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(AnsibleParserError) as refused:
        v11_asset_files.parsed(**options)
    assert refused.value.message.startswith(f"{v11_asset_files.directory}/siem.utmstack.yml: {said}")
    assert "Adm1n-pass" not in refused.value.message
    assert v11_asset_files.requests() == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"compose": {"x": "nope"}}, "`compose`: Could not set x for host web-1: 'nope' is undefined."),
        ({"groups": {"x": "nope"}}, "`groups`: Could not add host web-1 to group x: "),
        (
            {"keyed_groups": [{"key": "nope"}]},
            "`keyed_groups`: Could not generate group for host web-1 from nope entry",
        ),
        (
            {"keyed_groups": [{"key": "utmstack_id"}]},
            "`keyed_groups`: A key for host web-1 is a truth value",
        ),
        (
            {"keyed_groups": [{"key": "utmstack_group", "prefix": "group"}]},
            "utmstack_group is empty for host web-1. Add a `default_value` to its entry, or remove `strict`.",
        ),
    ],
    ids=str,
)
def test_an_expression_that_fails_leaves_no_host(
    asset_files: InventoryFiles, options: dict[str, Any], said: str
) -> None:
    asset_files.simulator.assets({"assets": [{"assetName": "web-1"}, {"assetName": "web-2"}]})
    mine = InventoryData()
    mine.add_group("prod")
    mine.add_host("bastion", "prod")
    with pytest.raises(AnsibleParserError) as refused:
        asset_files.read(asset_files.written(strict=True, **options), inventory=mine)
    assert refused.value.message.startswith(f"{asset_files.directory}/siem.utmstack.yml: `{next(iter(options))}`: ")
    assert said in refused.value.message
    assert (list(mine.hosts), list(mine.groups)) == (["bastion"], ["all", "ungrouped", "prod"])


@pytest.mark.parametrize("path", [ASSETS, SEARCH])
@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "drop-before"}], ids=str)
def test_a_failure_of_the_server_is_never_a_smaller_inventory(
    local_stage: Stage, asset_files: InventoryFiles, path: str, fault: dict[str, Any]
) -> None:
    """The second page of either list fails."""
    settle_estate(local_stage, 2400)
    local_stage.simulator.faults({**fault, "path": path, "nth": 2})
    mine = InventoryData()
    with pytest.raises(AnsibleParserError) as refused:
        asset_files.read(asset_files.written(), inventory=mine)
    assert refused.value.message.startswith(f"{asset_files.directory}/siem.utmstack.yml: ")
    assert list(mine.hosts) == []


def test_wrong_credentials_are_sent_once_and_not_shown(v11_asset_files: InventoryFiles) -> None:
    path = v11_asset_files.written(password="Wrong-pass-of-this-test")
    for _try in range(2):
        with pytest.raises(AnsibleParserError, match="password") as refused:
            v11_asset_files.read(path)
        assert "Wrong-pass" not in str(refused.value)
    assert v11_asset_files.requests() == []


def test_ansible_fails_only_if_told_to(v11_asset_files: InventoryFiles) -> None:
    path = v11_asset_files.written(url="http://127.0.0.1:9")
    for unparsed, code in (("false", 0), ("true", 1)):
        done = listed("--graph", path, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=unparsed)
        assert (done.returncode == 0) is (code == 0)
        assert f"{path}: " in done.stderr.replace("\n", " ")
        assert "Adm1n-pass" not in done.stdout + done.stderr
