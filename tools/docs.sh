#!/usr/bin/env bash
# Write what is made from the code: the documentation fragments of the connection options and the query keys, the page of the query language, the schema of triage rules, the arguments of the event source, the surveys of a controller, and the pages in docs/reference.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
export PYTHONPATH="$VENV/collections:."
# First: the others show what it holds.
python -m tools.fragments
python -m tools.query_page
python -m tools.rules_schema
python -m tools.event_source
python -m tools.controller_page
python -m tools.surveys
# Last: these show what all of them hold.
tools/site.sh pages
