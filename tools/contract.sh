#!/usr/bin/env bash
# Replays the recorded exchanges against the simulator, both dialects; arguments are areas, none means all.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python tests/contract/play.py "$@"
