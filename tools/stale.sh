#!/usr/bin/env bash
# Fails with the names of pages that `make docs` would change, and leaves them changed. Files that are not committed count
# as they are.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

snapshot() { # All files as they are, without touching what is staged.
    GIT_INDEX_FILE=$work/index git add --all
    GIT_INDEX_FILE=$work/index git write-tree
}

before=$(snapshot)
tools/docs.sh >/dev/null
after=$(snapshot)
if [ "$before" != "$after" ]; then
    git diff --name-only "$before" "$after" | sed 's/$/: stale, and made anew by make docs; commit it/'
    exit 1
fi
