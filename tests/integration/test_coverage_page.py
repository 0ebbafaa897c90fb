# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/coverage.md lists the endpoints that the collection uses, and its requests work."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.site.sources import texts_of
from utmstack_simulator.process import SimulatorProcess

from .playing import ROOT
from .walks import environment_of, walk

PAGE = ROOT / "docs" / "coverage.md"
UTILS = ROOT / "plugins" / "module_utils"
_ENDPOINT = re.compile(r"/(?!api$|simulator)[a-z][\w-]*(/[\w{}.-]+)*")


def part(heading: str) -> Iterator[tuple[int, str]]:
    """The lines below a heading, with their numbers."""
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    begin = lines.index(f"## {heading}") + 1
    for number, line in enumerate(lines[begin:], begin + 1):
        if line.startswith("## "):
            return
        yield number, line


def endpoints_in(heading: str) -> dict[str, int]:
    """The endpoints in a part of the page, without the names of their variables, and their lines."""
    found = {}
    for number, line in part(heading):
        for span in re.findall(r"`(/[^`]+)`", line):
            found[_anonymous(span)] = number
    return found


def _anonymous(endpoint: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", endpoint)


def endpoints_of_the_code() -> dict[str, str]:
    """The endpoints that files of the client and of the dialects name, and where."""
    found = {}
    for path in sorted([*(UTILS / "client").glob("*.py"), UTILS / "dialects.py"]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = texts_of(path)
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            text = "" if id(node) in parts else _text_of(node, texts)
            if text and _ENDPOINT.fullmatch(text):
                endpoint = text if text.startswith(("/api/", "/management")) else f"/api{text}"
                found[_anonymous(endpoint)] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def _text_of(node: ast.AST, texts: dict[str, str]) -> str:
    """A text, or one that is made of a named text and other parts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    pieces = []
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            pieces.append(str(piece.value))
        elif isinstance(piece, ast.FormattedValue):
            pieces.append(texts.get(ast.unparse(piece.value), "{}"))
    return "".join(pieces)


USED = endpoints_of_the_code()


def test_each_endpoint_of_the_code_is_covered() -> None:
    covered = endpoints_in("Covered")
    missing = [f"{place}: {endpoint} is not on the page" for endpoint, place in USED.items() if endpoint not in covered]
    gone = [f"{PAGE}:{line}: nothing uses {endpoint}" for endpoint, line in covered.items() if endpoint not in USED]
    assert not missing + gone, "\n".join(missing + gone)


def test_no_endpoint_of_the_code_is_listed_as_not_covered() -> None:
    # Searches also reach logs.
    listed = {**endpoints_in("Not covered")}
    del listed["/api/elasticsearch/search"]
    assert [f"{PAGE}:{line}: {endpoint}" for endpoint, line in listed.items() if endpoint in USED] == []


@pytest.mark.parametrize("kind", ["modules", "roles"])
def test_each_module_and_role_is_listed(kind: str) -> None:
    names = {
        "modules": [path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")],
        # These reach no endpoint by themselves.
        "roles": sorted({path.name for path in (ROOT / "roles").iterdir()} - {"notification", "controller_objects"}),
    }[kind]
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in names if name not in text] == []


def test_requests_of_your_own_work(utmstack_simulator: Callable[..., SimulatorProcess], tmp_path: Path) -> None:
    server = utmstack_simulator("v11")
    server.reset()
    server.users([{"login": "automation", "password": "Adm1n-pass", "roles": ["ROLE_USER"]}])
    row = {"id": "linux-web-01", "source": "web-01", "dataType": "linux", "timestamp": 4102444800, "median": 60}
    server.assets({"dataInputs": [row]})
    connection = {"UTMSTACK_URL": server.url, "UTMSTACK_API_KEY": server.api_key(), "SIEM_PASSWORD": "Adm1n-pass"}
    walk("docs/coverage.md", tmp_path, environment_of(tmp_path, **connection))
