#!/usr/bin/env bash
# What is made from the code: the pages of the modules, of the query language and of the roles, and the schema of triage rules.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
python tools/module_pages.py
export PYTHONPATH="$VENV/collections:."
python -m tools.query_page
python -m tools.rules_schema
python -m tools.role_pages
