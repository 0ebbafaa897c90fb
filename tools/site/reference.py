# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the page of every module, plugin, role, playbook and rulebook with the templates of antsibull-docs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from antsibull_core import app_context
from antsibull_core.venv import FakeVenvRunner
from antsibull_docs.augment_docs import augment_docs
from antsibull_docs.collection_links import load_collections_links
from antsibull_docs.docs_parsing import AnsibleCollectionMetadata
from antsibull_docs.docs_parsing.parsing import get_ansible_plugin_info
from antsibull_docs.jinja2 import FilenameGenerator, OutputFormat
from antsibull_docs.jinja2.environment import doc_environment, get_template_filename
from antsibull_docs.process_docs import normalize_all_plugin_info
from antsibull_docs.schemas.app_context import (
    DEFAULT_COLLECTION_INSTALL_CMD,
    DEFAULT_COLLECTION_URL_TRANSFORM,
    DocsAppContext,
)
from antsibull_docs.schemas.docs import DOCS_SCHEMAS
from antsibull_docs.utils.collection_name_transformer import CollectionNameTransformer
from antsibull_docs.write_docs.plugins import create_plugin_rst
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from tools.site import rule_files, sources

COLLECTION = "utmstack.siem"
SIMPLE, SITE = OutputFormat.SIMPLIFIED_RST, OutputFormat.ANSIBLE_DOCSITE
TEMPLATES = Path(__file__).parent / "templates"
EVENT_KINDS = ("event_source", "event_filter")
_CONTENTS = re.compile(r"^\.\. contents::\n(?:   :\w+:.*\n)+\n", re.MULTILINE)
_EVENT_OPTION = re.compile(r"(?<=:ansopt:`)utmstack\.siem\.\w+#event\\_\w+:")
_GUIDE = re.compile(r"docs/([\w-]+)\.md")


class PagesError(Exception):
    """Documentation from which no page can be made; a line for each mistake."""


@dataclass(frozen=True)
class Family:
    """The pages of one kind, with the page that lists them."""

    title: str
    file: str
    kinds: tuple[str, ...]
    about: str


FAMILIES = (
    Family("Modules", "modules", ("module",), "Tasks on alerts, incidents, tags, tag rules and assets."),
    Family("Roles", "roles", ("role",), "Whole procedures, to include in playbooks."),
    Family("Playbooks", "playbooks", ("playbook",), "Run them as `ansible-playbook utmstack.siem.NAME`."),
    Family(
        "Event-driven use",
        "event-driven",
        ("event_source", "event_filter", "rulebook"),
        "Event source, event filter and rulebooks for `ansible-rulebook` and Event-Driven Ansible.",
    ),
    Family(
        "Inventory and lookups",
        "inventory-and-lookups",
        ("inventory", "lookup"),
        "Assets as hosts, alerts in expressions.",
    ),
    Family(
        "Filters and tests",
        "filters-and-tests",
        ("filter", "test"),
        "Filters and tests for your own playbooks, and those that the roles use.",
    ),
)


@dataclass(frozen=True)
class Reference:
    """Everything that has a page.

    :param root: directory of the collection.
    :param records: documentation by kind and full name, as antsibull-docs has checked it.
    """

    root: Path
    records: Mapping[str, Mapping[str, Any]]

    @classmethod
    def load(cls, root: Path) -> Reference:
        """Read all documentation once. Raises PagesError with all mistakes if any is wrong."""
        for kind in EVENT_KINDS:
            DOCS_SCHEMAS.setdefault(kind, DOCS_SCHEMAS["inventory"])
        with app_context.app_and_lib_context(app_context.create_contexts(app_context_model=DocsAppContext)):
            found, _metadata = asyncio.run(
                get_ansible_plugin_info(FakeVenvRunner(), None, collection_names=[COLLECTION])
            )
            for kind in EVENT_KINDS:
                found[kind] = sources.event_plugins(root, kind)
            found["role"] = {**found["role"], **_playbook_options(root)}
            records, errors = asyncio.run(normalize_all_plugin_info(found))
        mistakes = [
            f"{name} {kind}: {error}"
            for kind, plugins in errors.items()
            for name, texts in plugins.items()
            for error in texts
        ]
        if mistakes:
            raise PagesError("\n".join(mistakes))
        augment_docs(records, {})
        return cls(root, {kind: dict(plugins) for kind, plugins in records.items() if plugins})

    def pages(self, form: OutputFormat) -> dict[str, str]:
        """Every page by its file name, in reStructuredText, and the lists of the kinds in Markdown."""
        return {**dict(_Writer(self, form).pages()), **self.lists()}

    def lists(self) -> dict[str, str]:
        """A page for each kind, with what each plugin of the kind does, and the one about rule files."""
        lists = {f"{family.file}.md": self._list(family) for family in FAMILIES}
        return {**lists, "rule-files.md": rule_files.page(self.root)}

    def _list(self, family: Family) -> str:
        lines = [f"# {family.title}", "", family.about, ""]
        for kind in family.kinds:
            if len(family.kinds) > 1:
                lines += [f"## {_heading(kind)}", ""]
            lines += ["| Name | What it does |", "|---|---|"]
            for name, about in self.abouts[kind].items():
                more = f" ([example and results](../../roles/{name}/README.md))" if kind == "role" else ""
                lines.append(f"| [{name}]({name}_{kind}.rst) | {about}{more} |")
            lines.append("")
        return "\n".join(lines)

    @cached_property
    def abouts(self) -> dict[str, dict[str, str]]:
        """What each thing with a page does, by kind and name."""
        found: dict[str, dict[str, str]] = {}
        for kind, plugins in self.records.items():
            for name, record in sorted(plugins.items()):
                short = name.removeprefix(f"{COLLECTION}.")
                if "." in short:
                    continue
                about = record["doc"] if kind != "role" else record["entry_points"]["main"]
                found.setdefault(kind, {})[short] = about["short_description"]
        for kind, paths in (("playbook", sources.playbooks(self.root)), ("rulebook", sources.rulebooks(self.root))):
            found[kind] = {name: _first_sentence(path) for name, path in paths.items()}
        return found


def _heading(kind: str) -> str:
    return {"inventory": "Inventory", "lookup": "Lookups"}.get(kind, f"{kind[0].upper()}{kind[1:]}s".replace("_", " "))


def _first_sentence(path: Path) -> str:
    first = next(part for part in sources.introduction(path) if not part.is_code)
    sentence = re.split(r"\.(?: |$)", first.text, maxsplit=1)[0]
    before = sentence.partition(": ")[0]
    return before if " " in before else sentence


def _playbook_options(root: Path) -> dict[str, Any]:
    """The variables of playbooks, as roles named playbook.NAME, so that antsibull-docs checks them, too."""
    return {
        f"{COLLECTION}.playbook.{name}": {
            "path": str(path.parent),
            "entry_points": {
                "main": {"short_description": name, "description": [name], "options": sources.own_options(path)}
            },
        }
        for name, path in sources.playbooks(root).items()
    }


class _Writer:
    """Writes pages in one form."""

    def __init__(self, reference: Reference, form: OutputFormat) -> None:
        self._reference = reference
        self._form = form
        self._environment = self._make_environment()
        # Without a version: galaxy.yml is the only place that names it.
        self._metadata = AnsibleCollectionMetadata.empty(str(reference.root))
        with app_context.app_and_lib_context(app_context.create_contexts(app_context_model=DocsAppContext)):
            self._links = asyncio.run(load_collections_links({COLLECTION: str(reference.root)}))[COLLECTION]

    def _make_environment(self) -> Environment:
        environment: Environment = doc_environment(
            collection_url=CollectionNameTransformer({}, DEFAULT_COLLECTION_URL_TRANSFORM),
            collection_install=CollectionNameTransformer({}, DEFAULT_COLLECTION_INSTALL_CMD),
            referable_envvars=set(),
            output_format=self._form,
            filename_generator=FilenameGenerator(),
        )
        environment.loader = ChoiceLoader(
            [FileSystemLoader(TEMPLATES), *([environment.loader] if environment.loader else [])]
        )
        environment.globals["simple"] = self._form == SIMPLE
        environment.filters["paragraph"] = self._paragraph
        return environment

    def pages(self) -> Iterator[tuple[str, str]]:
        """File names and texts."""
        for kind, plugins in self._reference.records.items():
            template = self._template("role" if kind == "role" else "plugin")
            for name, record in plugins.items():
                short = name.removeprefix(f"{COLLECTION}.")
                if "." not in short:
                    yield f"{short}_{kind}.rst", self._finished(self._plugin(short, kind, record, template), kind)
        for name, path in sources.playbooks(self._reference.root).items():
            record = self._reference.records["role"][f"{COLLECTION}.playbook.{name}"]
            options = record["entry_points"]["main"]["options"]
            yield (
                f"{name}_playbook.rst",
                self._own("playbook", name, path, options=options, roles=sources.roles_in(path)),
            )
        for name, path in sources.rulebooks(self._reference.root).items():
            yield f"{name}_rulebook.rst", self._own("rulebook", name, path, variables=sources.variables_of(path))

    def _template(self, name: str) -> Any:
        return self._environment.get_template(get_template_filename(name, self._form))

    def _plugin(self, name: str, kind: str, record: dict[str, Any], template: Any) -> str:
        return str(
            create_plugin_rst(
                COLLECTION,
                self._metadata,
                self._links,
                name,
                kind,
                record,
                [],
                template,
                self._template("plugin-error"),
                add_version=False,
            )
        )

    def _own(self, kind: str, name: str, path: Path, **values: Any) -> str:
        text = self._environment.get_template(f"{kind}.rst.j2").render(
            collection=COLLECTION,
            plugin_name=f"{COLLECTION}.{name}",
            plugin_type=kind,
            about=self._reference.abouts[kind][name],
            parts=sources.introduction(path),
            content=path.read_text(encoding="utf-8"),
            file=path.relative_to(self._reference.root).as_posix(),
            **values,
        )
        return self._finished(text, kind)

    def _paragraph(self, text: str) -> str:
        """A sentence of a comment in reStructuredText, with links to the guides that it names."""
        pieces = []
        for number, piece in enumerate(text.split("`")):
            if number % 2:
                pieces.append(f"``{piece}``")
            else:
                pieces.append(
                    _GUIDE.sub(self._guide, self._environment.filters["rst_escape"](piece).replace("\\-", "-"))
                )
        return "".join(pieces)

    def _guide(self, match: re.Match[str]) -> str:
        name = match[1]
        return f"`{name} <../{name}.md>`__" if self._form == SIMPLE else f":doc:`/docs/{name}`"

    def _finished(self, text: str, kind: str) -> str:
        """Mend what the templates do not foresee, and leave the table of contents to the theme of the site."""
        if self._form == SITE:
            text = _CONTENTS.sub("", text)
        if kind in EVENT_KINDS:
            words = kind.replace("_", " ")
            text = re.sub(rf"(?<=[Tt]his ){kind}\b|(?<= ){kind}(?= --)", words, text)
            text = text.replace("To use it in a playbook, specify", "To use it in a rulebook, specify")
            # The extension of Sphinx knows no kind of this name, so options are shown without a link.
            text = _EVENT_OPTION.sub("", text)
        text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
        return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
