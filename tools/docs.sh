#!/usr/bin/env bash
# Write what is made from the code: the documentation fragments of the connection options and the query keys, the pages of the modules, of the query language and of the roles, the schema of triage rules, the arguments of the event source and their page, and the surveys of a controller.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
export PYTHONPATH="$VENV/collections:."
# First: the pages show what it holds.
python -m tools.fragments
python tools/module_pages.py
python -m tools.query_page
python -m tools.rules_schema
python -m tools.event_source
python -m tools.role_pages
python -m tools.controller_page
python -m tools.surveys
