#!/usr/bin/env bash
# The reference pages of the modules, in docs/modules/, from their documentation.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python tools/module_pages.py
