# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the pages of a built site: links, anchors, what they load, and their size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

MAX_PAGE = 300_000
# Attributes that make a browser load something.
_LOADING = {
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("object", "data"),
}
# Links that load nothing.
_RELATIONS = {"canonical", "next", "prev", "index", "search", "author", "license"}


@dataclass
class _Page(HTMLParser):
    """What a page refers to, each with its line, and the anchors that it has."""

    links: list[tuple[int, str]] = field(default_factory=list)
    loads: list[tuple[int, str]] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors.update(found[name] for name in ("id", "name") if name in found)
        for name, value in found.items():
            if (tag, name) in _LOADING and not (tag == "link" and found.get("rel") in _RELATIONS):
                self.loads.append((self.getpos()[0], value))
            elif tag == "a" and name == "href":
                self.links.append((self.getpos()[0], value))


def _read(site: Path) -> dict[Path, _Page]:
    pages = {}
    for path in sorted(site.rglob("*.html")):
        pages[path.resolve()] = page = _Page()
        page.feed(path.read_text(encoding="utf-8"))
    return pages


def mistakes(site: Path) -> list[str]:
    """Each mistake with page and line."""
    pages = _read(site)
    found = []
    for path, page in pages.items():
        name = path.relative_to(site.resolve()).as_posix()
        if path.stat().st_size > MAX_PAGE:
            found.append(f"{name}:1: The page has {path.stat().st_size} bytes, more than {MAX_PAGE}.")
        found += [f"{name}:{line}: {text}" for line, text in _wrong(path, page, pages)]
    return found


def _wrong(path: Path, page: _Page, pages: dict[Path, _Page]) -> Iterator[tuple[int, str]]:
    for line, address in page.loads:
        parts = urlsplit(address)
        if parts.scheme == "data":
            continue
        if parts.scheme or parts.netloc:
            yield line, f"The page loads {address} from elsewhere."
        elif not (path.parent / unquote(parts.path)).exists():
            yield line, f"The page loads {address}, which is not there."
    for line, address in page.links:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.exists():
            yield line, f"The link leads to {address}, which is not there."
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
            yield line, f"The link leads to {address}, which has no such anchor."


def figures(site: Path) -> str:
    """How many pages there are, and how large they are."""
    sizes = {path: path.stat().st_size for path in site.rglob("*") if path.is_file()}
    pages = [path for path in sizes if path.suffix == ".html"]
    largest = max(pages, key=lambda path: sizes[path])
    return (
        f"{len(pages)} pages, the largest {largest.relative_to(site)} with {sizes[largest] / 1000:.0f} kB; "
        f"the site {sum(sizes.values()) / 1e6:.1f} MB"
    )
