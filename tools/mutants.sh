#!/usr/bin/env bash
# Breaks the code in small ways and shows whether the tests notice.
# Usage: tools/mutants.sh [--sample NUMBER] [--only TEXT]
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python -m tools.mutants "$@"
