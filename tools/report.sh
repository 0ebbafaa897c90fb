#!/usr/bin/env bash
# Writes the sample report into tests/output/report, from a simulated day on which some of the work is done meanwhile.
# Usage: tools/report.sh [v10|v11]
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python -m tools.report "${1:-v11}"
