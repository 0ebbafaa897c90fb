#!/usr/bin/env bash
# Starts a simulated UTMStack with a day of alerts, runs playbooks/demo.yml against it, and stops it.
# Usage: tools/demo.sh [v10|v11]. v11 is reached with an API key, v10 with a password.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python tools/demo.py "${1:-v11}"
