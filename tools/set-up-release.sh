#!/usr/bin/env bash
# Makes .venv-release once: galaxy-importer, build and twine.
set -euo pipefail
# shellcheck source=tools/venvs.sh
. "$(dirname "$0")/venvs.sh"
make_once .venv-release tests/release/requirements.txt
