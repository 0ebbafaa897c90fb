#!/usr/bin/env bash
# Runs a module of tests/benchmarks; it prints what it measured and passes no judgement.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
PYTHONPATH="$VENV/collections:." exec python -m "tests.benchmarks.$1" "${@:2}"
