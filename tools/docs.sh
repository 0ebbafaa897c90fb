#!/usr/bin/env bash
# What is made from the code: the reference pages of the modules, and the schema of triage rules.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
python tools/module_pages.py
PYTHONPATH="$ANSIBLE_COLLECTIONS_PATH" python tools/rules_schema.py
