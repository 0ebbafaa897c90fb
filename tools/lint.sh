#!/usr/bin/env bash
# Style and types of Python, YAML, playbooks, shell and the changelog.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
ruff check .
ruff format --check .
MYPYPATH="$VENV/collections" mypy \
    -p ansible_collections.utmstack.siem.plugins.module_utils -p ansible_collections.utmstack.siem.plugins.plugin_utils
MYPYPATH=simulator mypy -p utmstack_simulator
yamllint --strict .
# Its module checks are ansible-test's; offline, because it would ask Galaxy for the newest versions.
ANSIBLE_COLLECTIONS_PATH="$ANSIBLE_COLLECTIONS_PATH:$PWD/$VENV/community" ansible-lint --offline --strict --profile production playbooks roles extensions/molecule simulator/utmstack_simulator/molecule
antsibull-changelog lint
echo "lint: nothing to complain about"
