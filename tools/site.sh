#!/usr/bin/env bash
# Makes the documentation site in build/site and checks it, or with the argument pages, writes the pages in docs/reference.
set -euo pipefail
"$(dirname "$0")/set-up-docs.sh"
# shellcheck source=tools/environment.sh
VENV=.venv-docs . "$(dirname "$0")/environment.sh"
python -m tools.site "${1:-build}"
if [ "${1:-build}" = build ]; then
    # shellcheck source=tools/environment.sh
    VENV=.venv . tools/environment.sh
    python -m pytest --quiet tests/site
fi
