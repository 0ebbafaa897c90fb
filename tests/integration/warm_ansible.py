# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-playbook from a process that has everything imported: each run is a fork of it, in a fraction of the time.

A run is like one from the command line: it has its own environment and its own directory for temporary files, and
Ansible's own exit code.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COLLECTION = Path(__file__).parents[2]
# Where Python finds what keeps the compiled files of modules.
MODULE_SITE = Path(__file__).with_name("module_site")


@dataclass
class Run:
    """How a run ended, and what it printed."""

    code: int
    output: str


class WarmAnsible:
    """The process; `environment` is what every run has in common and what Ansible reads while it is imported."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, arguments: Sequence[str], environment: Mapping[str, str], timeout: int) -> Run:
        """Run ansible-playbook with these arguments and this environment."""
        (run,) = self.run_together([(arguments, environment)], timeout)
        return run

    def run_together(self, runs: Sequence[tuple[Sequence[str], Mapping[str, str]]], timeout: int) -> list[Run]:
        """Run ansible-playbook several times at once, each with its arguments and its environment."""
        with contextlib.ExitStack() as stack:
            outputs = [
                stack.enter_context(tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace"))
                for _run in runs
            ]
            orders = [
                {"arguments": list(arguments), "environment": dict(environment), "output": output.name}
                for (arguments, environment), output in zip(runs, outputs, strict=True)
            ]
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            together = {"orders": orders, "directory": os.getcwd(), "timeout": timeout}
            self._process.stdin.write(json.dumps(together) + "\n")
            self._process.stdin.flush()
            codes = json.loads(self._process.stdout.readline())["codes"]
            return [Run(code, output.read()) for code, output in zip(codes, outputs, strict=True)]

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)


def _play(order: Mapping[str, Any], directory: str, kept: str) -> int:
    """In the fork: become ansible-playbook."""
    from ansible import constants
    from ansible.cli.playbook import PlaybookCLI

    # A run is over before collecting garbage pays.
    gc.disable()
    os.setsid()
    # What ends runs that take too long is none of a run's own alarms.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    output = os.open(order["output"], os.O_WRONLY | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(order["environment"])
    paths = [str(MODULE_SITE), os.environ.get("PYTHONPATH", "")]
    os.environ.update(PYTHONPATH=os.pathsep.join(filter(None, paths)), SIEM_TEST_COMPILED=f"{kept}/modules")
    constants.DEFAULT_LOCAL_TMP = tempfile.mkdtemp(prefix="ansible-local-")
    # The archives in which modules travel are the same in all runs.
    os.symlink(f"{kept}/archives", Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache"))
    try:
        PlaybookCLI.cli_executor(["ansible-playbook", *order["arguments"]])
    except SystemExit as stop:
        return int(stop.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        shutil.rmtree(constants.DEFAULT_LOCAL_TMP)
    return 0


def _load_plugins() -> None:
    """Load what Ansible loads in every run: its own plugins with their documentation, and the collection's."""
    from ansible.plugins import loader

    loader.init_plugin_loader()
    # Every fork sets up again what is set up here.
    warnings.filterwarnings("ignore", message="AnsibleCollectionFinder has already been configured")
    # Not those for `vars`: Ansible reads group_vars only if it loads them itself.
    for kind in ("inventory", "callback", "connection", "shell", "become", "strategy", "action", "lookup"):
        list(getattr(loader, f"{kind}_loader").all(class_only=True))
    # The first of each that is wanted brings all of them.
    loader.filter_loader.get("default")
    loader.test_loader.get("defined")
    for kind in ("action", "filter"):
        for path in sorted((COLLECTION / "plugins" / kind).glob("*.py")):
            importlib.import_module(f"ansible_collections.utmstack.siem.plugins.{kind}.{path.stem}")


def _start(order: Mapping[str, Any], directory: str, kept: str) -> int:
    """Play in a fork; its process number."""
    child = os.fork()
    if child == 0:
        code = 250
        try:
            code = _play(order, directory, kept)
        finally:
            os._exit(code)
    return child


def _carry_out(together: Mapping[str, Any], kept: str) -> list[int]:
    """Play orders at the same time; their exit codes."""
    children = [_start(order, together["directory"], kept) for order in together["orders"]]

    def end(*_arguments: Any) -> None:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, end)
    signal.alarm(together["timeout"])
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    signal.alarm(0)
    return codes


def main(keep_compiled: Callable[[Path], None]) -> None:
    """Take orders from standard input, one a line, until it ends.

    :param keep_compiled: makes Ansible keep its compiled templates in a folder.
    """
    # Imported here once, so that no run has to.
    import ansible.cli.playbook
    import ansible.executor.playbook_executor
    import ansible.plugins.action.normal
    import ansible.plugins.callback.default
    import ansible.plugins.connection.local
    import ansible.plugins.strategy.linear  # noqa: F401
    import requests  # noqa: F401

    _load_plugins()
    # What is the same in all runs: the archives in which modules travel, and what is compiled.
    with tempfile.TemporaryDirectory(prefix="ansible-kept-") as kept:
        for name in ("archives", "templates", "modules"):
            Path(kept, name).mkdir()
        keep_compiled(Path(kept, "templates"))
        gc.freeze()
        for line in sys.stdin:
            print(json.dumps({"codes": _carry_out(json.loads(line), kept)}), flush=True)


if __name__ == "__main__":
    from warm_templates import keep_compiled

    if Path(sys.path[0]) == Path(__file__).parent:
        # The tests' folder holds modules of names that could stand before those of others.
        del sys.path[0]
    main(keep_compiled)
