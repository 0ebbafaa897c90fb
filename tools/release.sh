#!/usr/bin/env bash
# Prepares a release here: version, changelog, archive, commit and tag. Nothing is pushed or uploaded; the commands for
# that are printed. See tools/release.py for what it refuses.
# Usage: tools/release.sh VERSION
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
exec python tools/release.py "$@"
