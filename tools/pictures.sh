#!/usr/bin/env bash
# Remakes the pictures of README.md from real runs: a terminal as SVG, and the sample report in headless Chromium.
set -euo pipefail
"$(dirname "$0")/chromium.sh"
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
python -m tools.recording
exec python -m tools.screenshot
