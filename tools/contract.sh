#!/usr/bin/env bash
# Replays the recorded exchanges against the simulator, each dialect; arguments are areas, none means all.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python -m tests.contract.play "$@"
