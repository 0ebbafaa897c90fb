# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiled templates on the disk, which the runs of a test session share.

Ansible compiles the templates of a task in the process of that task, which takes a third of the processor time of a
role. What a template does stays the same. One that does not compile is not kept.
"""

from __future__ import annotations

import hashlib
import marshal
import os
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

# What the code of a template depends on, beside its text.
SETTINGS = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix"),
    *("trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline", "optimized", "autoescape"),
)


def keep_compiled(folder: Path) -> None:
    """Keep compiled templates in this folder, from ansible-core 2.19 on."""
    try:
        from ansible._internal._templating._jinja_bits import AnsibleEnvironment, _TemplateCompileContext
    except ImportError:
        return
    from jinja2.environment import TemplateExpression

    compile_anew, expression_anew = AnsibleEnvironment.compile, AnsibleEnvironment.compile_expression
    translate = AnsibleEnvironment._compile
    translated: list[CodeType] = []

    def remember(environment: Any, source: str, filename: str) -> CodeType:
        translated.append(translate(environment, source, filename))
        return translated[-1]

    def kept(environment: Any, kind: str, source: str, anew: Callable[[], object]) -> CodeType:
        context = _TemplateCompileContext.current(optional=True)
        settings = [getattr(environment, name) for name in SETTINGS]
        key = repr([kind, str.__str__(source), settings, context and context.escape_backslashes])
        path = folder / hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
        if path.exists():
            code: CodeType = marshal.loads(path.read_bytes())
            return code
        anew()
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(marshal.dumps(translated[-1]))
        unfinished.rename(path)
        return translated[-1]

    def template(environment: Any, source: Any, *arguments: Any, **options: Any) -> Any:
        if arguments or options or not isinstance(source, str):
            return compile_anew(environment, source, *arguments, **options)
        return kept(environment, "template", source, lambda: compile_anew(environment, source))

    def expression(environment: Any, source: str, undefined_to_none: bool = True) -> TemplateExpression:
        code = kept(environment, "expression", source, lambda: expression_anew(environment, source))
        found = environment.template_class.from_code(environment, code, environment.make_globals(None), None)
        return TemplateExpression(found, undefined_to_none)

    AnsibleEnvironment._compile = remember
    AnsibleEnvironment.compile = template
    AnsibleEnvironment.compile_expression = expression
