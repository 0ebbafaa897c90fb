#!/usr/bin/env bash
# Runs a benchmark; it prints what it measured and passes no judgement.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python "$@"
