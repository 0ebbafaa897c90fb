#!/usr/bin/env bash
# Try secrets, hostile texts and blank answers, and write what was tried into docs/security.md.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
measured=build/tried.json
code=0
python -m pytest --numprocesses 2 --dist worksteal --full --matrices "$measured" \
    tests/integration/test_secrets.py tests/unit/plugins/module_utils/entrypoints tests/unit/plugins/filter || code=$?
PYTHONPATH="$VENV/collections:." python -m tools.tried "$measured"
exit "$code"
