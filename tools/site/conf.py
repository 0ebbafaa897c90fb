# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration of Sphinx for the documentation site."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx

_ROOT = Path(os.environ["SITE_ROOT"])
_REPOSITORY = yaml.safe_load((_ROOT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
_ANSIBLE = "https://docs.ansible.com/projects/ansible/latest"
# Labels of Ansible's own documentation in the templates of antsibull-docs, written out so that nothing is loaded.
_LABELS = {
    "action_plugins": f"{_ANSIBLE}/plugins/action.html",
    "ansible_configuration_settings": f"{_ANSIBLE}/reference_appendices/config.html",
    "common_return_values": f"{_ANSIBLE}/reference_appendices/common_return_values.html",
}
_PLUGIN = re.compile(r"ansible_collections\.(?!utmstack\.)(\w+)\.(\w+)\.(\w+)")
_LINK = re.compile(r"(?<=\]\()([^)#:\s]+)(#[^)\s]*)?(?=\))")
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_INDEX = "docs/index"

project = "utmstack.siem"
author = "UTMStack SIEM collection contributors"
copyright = f"2026, {author}"
root_doc = _INDEX
extensions = ["myst_parser", "sphinx_antsibull_ext"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
myst_heading_anchors = 5
html_theme = "furo"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["extra"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_permalinks_icon = "#"
# Summaries of search results are requests, which a browser refuses for a page of file://.
html_show_search_summary = False
html_theme_options = {"top_of_page_buttons": [], "source_repository": ""}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
antsibull_ext_color_scheme = "none"


def _add_contents(_app: Sphinx, name: str, source: list[str]) -> None:
    """Make the navigation from the links in the index and in the lists of the reference."""
    text = source[0]
    if name == _INDEX:
        caption = ""
        for number, part in enumerate(_SECTION.split(text)):
            if number % 2:
                caption = part
            else:
                source[0] += _toctree(name, part, caption)
    elif posixpath.dirname(name) == "docs/reference":
        source[0] += _toctree(name, text, "")


def _toctree(name: str, text: str, caption: str) -> str:
    """A hidden table of contents with the pages to which a text links."""
    links = dict.fromkeys(match[1] for match in _LINK.finditer(text) if match[1].endswith((".md", ".rst")))
    if not links:
        return ""
    entries = [f"/{posixpath.normpath(posixpath.join(posixpath.dirname(name), link))}" for link in links]
    option = [f":caption: {caption}"] if caption else []
    return "\n".join(["", "```{toctree}", ":hidden:", *option, *entries, "```", ""])


def _link_to_repository(app: Sphinx, name: str, source: list[str]) -> None:
    """Let links to files that are no pages lead to the repository."""
    if not os.fspath(app.env.doc2path(name)).endswith(".md"):
        return

    def target(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), match[1]))
        if (Path(app.srcdir) / path).exists() or not (_ROOT / path).exists():
            return match[0]
        kind = "tree" if (_ROOT / path).is_dir() else "blob"
        return f"{_REPOSITORY}/{kind}/main/{path}{match[2] or ''}"

    source[0] = _LINK.sub(target, source[0])


def _resolve(_app: Sphinx, _env: Any, node: nodes.Element, content: nodes.Element) -> nodes.reference | None:
    """Resolve labels of Ansible's documentation, those of other collections among them."""
    label = node.get("reftarget", "")
    plugin = _PLUGIN.fullmatch(label)
    if node.get("reftype") != "ref" or not (label in _LABELS or plugin):
        return None
    address = "{}/collections/{}/{}/{}.html".format(_ANSIBLE, *plugin.groups()) if plugin else _LABELS[label]
    return nodes.reference("", "", content, refuri=address, internal=False)


def setup(app: Sphinx) -> None:
    """Connect what is above."""
    app.connect("source-read", _link_to_repository)
    app.connect("source-read", _add_contents)
    app.connect("missing-reference", _resolve)
