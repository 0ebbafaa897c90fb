#!/usr/bin/env bash
# The archive for Galaxy, in build/.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
mkdir -p build
ansible-galaxy collection build --force --output-path build
