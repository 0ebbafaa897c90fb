#!/usr/bin/env bash
# Test every kill and every fault, and write what was measured into docs/reliability.md.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
measured=build/matrices.json
code=0
python -m pytest --numprocesses 2 --dist worksteal --full --matrices "$measured" \
    tests/integration/test_kills.py tests/integration/test_fault_matrix.py || code=$?
PYTHONPATH="$VENV/collections:." python -m tools.matrices "$measured"
exit "$code"
