#!/usr/bin/env bash
# Makes .venv-eda once: ansible-rulebook and ansible-core. Looks for Java each time, and leaves its home in
# .venv-eda/java-home.
set -euo pipefail
# shellcheck source=tools/venvs.sh
. "$(dirname "$0")/venvs.sh"
java=$(tools/java.sh)
make_once .venv-eda tests/eda/requirements.txt
echo "$java" >.venv-eda/java-home
