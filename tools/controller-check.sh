#!/usr/bin/env bash
# Check what is made for a controller, without one: see tests/controller.
set -euo pipefail
"$(dirname "$0")/set-up-controller.sh"
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python -m pytest tests/controller "$@"
