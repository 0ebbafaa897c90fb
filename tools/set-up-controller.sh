#!/usr/bin/env bash
# Makes .venv-controller once: ansible-runner, ansible-builder and ansible-core, and beside them the collection awx.awx,
# as .venv has it.
set -euo pipefail
# shellcheck source=tools/venvs.sh
. "$(dirname "$0")/venvs.sh"
make_once .venv-controller tests/controller/requirements.txt
ln -sfn ../.venv/community .venv-controller/community
