#!/usr/bin/env bash
# Fails if a tag is not that of the version in galaxy.yml.
# Usage: tools/tag-check.sh TAG
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version: *//p' galaxy.yml)
if [ "${1:-}" != "v$version" ]; then
    echo "The tag is ${1:-missing}, and galaxy.yml has version $version, whose tag is v$version" >&2
    exit 1
fi
