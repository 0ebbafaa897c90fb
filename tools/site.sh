#!/usr/bin/env bash
# Makes the documentation site in build/site and checks it, or with the argument pages, the pages in docs/reference.
set -euo pipefail
"$(dirname "$0")/set-up-docs.sh"
export VENV=.venv-docs
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python -m tools.site "${1:-build}"
