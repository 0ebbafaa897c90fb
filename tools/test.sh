#!/usr/bin/env bash
# The fast tests, or all with --full; arguments go to pytest.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python -m pytest --numprocesses 2 --dist worksteal "$@"
