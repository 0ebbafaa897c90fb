# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface under /simulator, which needs no credentials and is for loopback only."""

from __future__ import annotations

from aiohttp import web

from ..backend.producer import repeat
from ..backend.rule_engine import run_rule_engine
from ..backend.start import Start, fill
from ..engine.scripts import CAPACITY, SECONDS
from ..spring.answers import empty, json_answer
from ..spring.context import world
from ..state.gate import holds

SETTLE_SECONDS = 10.0


async def reset(request: web.Request) -> web.Response:
    """POST /simulator/reset."""
    world(request).reset()
    return empty()


async def add_documents(request: web.Request) -> web.Response:
    """POST /simulator/documents [{"index","id","source"}]: the number of stored documents, and the rejected ones."""
    store = world(request).documents
    rejected = []
    for row in await request.json():
        try:
            store.put(row["index"], row["id"], row["source"])
        except ValueError as error:
            rejected.append({"id": row["id"], "reason": str(error)})
    return json_answer({"stored": len(store), "rejected": rejected})


async def add_state(request: web.Request) -> web.Response:
    """POST /simulator/state {"documents", "history", "incidents", "tag_rules", "assets", "users"}, each optional."""
    here = world(request)
    fill(here, Start(**await request.json()))
    return json_answer({"stored": len(here.documents)})


async def add_assets(request: web.Request) -> web.Response:
    """POST /simulator/assets {"groups", "assets", "dataInputs"}."""
    world(request).assets.seed(await request.json())
    return empty()


async def add_users(request: web.Request) -> web.Response:
    """POST /simulator/users [{"login","password",…}]."""
    for row in await request.json():
        world(request).accounts.seed(row)
    return empty()


async def change_settings(request: web.Request) -> web.Response:
    """POST /simulator/settings {"utmstack.tfa.enable": "true"}."""
    world(request).settings.update(await request.json())
    return empty()


async def tick(request: web.Request) -> web.Response:
    """POST /simulator/tick: run the rule engine."""
    return json_answer({"released": run_rule_engine(world(request))})


async def repeat_alerts(request: web.Request) -> web.Response:
    """POST /simulator/repeat {"ids"}: the new echoes."""
    return json_answer({"echoes": repeat(world(request), (await request.json())["ids"])})


async def set_faults(request: web.Request) -> web.Response:
    """POST /simulator/faults with a list that replaces the active faults."""
    here, wanted = world(request), await request.json()
    try:
        at_once = {options["kind"]: options for options in here.faults.replace(wanted)}
    except ValueError as error:
        return json_answer({"error": str(error)}, 400)
    here.gate.reset()
    if "restart" in at_once:
        here.restart()
    budget = at_once.get("compile-budget", {})
    here.compile_budget.resize(budget.get("capacity", CAPACITY), budget.get("seconds", SECONDS))
    return empty()


async def wait_for_held(request: web.Request) -> web.Response:
    """GET /simulator/held?seconds=: the number of held requests, as soon as there is one or the time is over."""
    gate = world(request).gate
    await holds(lambda: gate.held > 0, float(request.query.get("seconds", "0")))
    return json_answer({"held": gate.held})


async def settle(request: web.Request) -> web.Response:
    """POST /simulator/settle: end all faults and wait until every request has been carried out or dropped."""
    here = world(request)
    here.faults.reset()
    here.gate.reset()
    if not await holds(lambda: here.gate.in_progress == 0, SETTLE_SECONDS):
        return json_answer({"error": f"{here.gate.in_progress} requests are still in progress."}, 500)
    return empty()


async def show_requests(request: web.Request) -> web.Response:
    """GET /simulator/requests?method=&path=&writing=true."""
    asked = request.query
    rows = world(request).journal.find(asked.get("method"), asked.get("path"), asked.get("writing") == "true")
    return json_answer(rows)


async def clear_requests(request: web.Request) -> web.Response:
    """DELETE /simulator/requests."""
    world(request).journal.reset()
    return empty()


async def show_alerts(request: web.Request) -> web.Response:
    """GET /simulator/alerts: the stored documents."""
    rows = world(request).documents.all()
    return json_answer([{"index": row.index, "id": row.id, "source": row.source} for row in rows])


async def make_api_key(request: web.Request) -> web.Response:
    """POST /simulator/api-keys {"login"}: a key that never expires."""
    body = await request.json()
    return json_answer({"key": world(request).api_keys.make(body["login"])})
