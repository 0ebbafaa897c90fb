# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiled files of module archives on the disk, which the modules of a test session share.

A module that runs as a process compiles all of its archive, which takes a third of its processor time. Python imports
this file when it starts, see `warm_ansible`.
"""

from __future__ import annotations

import marshal
import os
import zipimport
from hashlib import sha256

FOLDER = os.environ.get("SIEM_TEST_COMPILED", "")
_compile_anew = zipimport._compile_source


def _kept(path: str, source: bytes) -> object:
    # The archive has another name in each run, and its files the same ones.
    file = os.path.join(FOLDER, sha256(b"\0".join([path.rpartition(".zip")[2].encode(), source])).hexdigest())
    if os.path.exists(file):
        with open(file, "rb") as stream:
            return marshal.load(stream)
    code = _compile_anew(path, source)
    unfinished = f"{file}.{os.getpid()}"
    with open(unfinished, "wb") as stream:
        marshal.dump(code, stream)
    os.rename(unfinished, file)
    return code


if FOLDER:
    zipimport._compile_source = _kept
