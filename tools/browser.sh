#!/usr/bin/env bash
# Opens the sample report and the documentation site of build/site in headless Chromium, see tests/browser. Pictures are left in tests/output/browser.
set -euo pipefail
"$(dirname "$0")/chromium.sh"
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python -m pytest tests/browser "$@"
