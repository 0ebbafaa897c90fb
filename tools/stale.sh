#!/usr/bin/env bash
# Fails with the names of pages that `make docs` would change, and leaves them changed.
set -euo pipefail
cd "$(dirname "$0")/.."
before=$(git status --porcelain)
tools/docs.sh >/dev/null
after=$(git status --porcelain)
if [ "$before" != "$after" ]; then
    diff <(echo "$before") <(echo "$after") | sed -n 's/^> .. \(.*\)/\1: stale, and made anew by make docs; commit it/p'
    exit 1
fi
