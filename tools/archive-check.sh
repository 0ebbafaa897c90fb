#!/usr/bin/env bash
# Installs the archive in build/ into an empty collections path, and uses it from there: the demo, a rulebook, the
# inventory and the job templates of a controller; see tests/archive.
# Usage: tools/archive-check.sh [PYTHON CORE [PYTEST-ARGUMENT...]], with a pair of tests/versions.txt; without one, what
# .venv has.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "$#" -ge 2 ]; then
    tools/set-up-pair.sh "$1" "$2"
    export VENV=.venv-$1-$2
    shift 2
fi
tools/set-up-controller.sh
tools/set-up-eda.sh
# shellcheck source=tools/environment.sh
. tools/environment.sh
exec python -m pytest tests/archive "$@"
