#!/usr/bin/env bash
# The pages in docs/ that are made from the code: the modules' and the query language's.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
python tools/module_pages.py
PYTHONPATH="$VENV/collections:." exec python -m tools.query_page
