#!/usr/bin/env bash
# The tests of events with processes of ansible-rulebook: a sample, or all with --full; arguments go to pytest.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
tools/set-up-eda.sh
exec python -m pytest tests/eda --numprocesses 2 --dist worksteal "$@"
