#!/usr/bin/env bash
# Gives the archive in build/ to galaxy-importer, which Galaxy runs on each upload, and fails on any warning or error.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
tools/set-up-release.sh
archives=("$PWD"/build/utmstack-siem-*.tar.gz)
archive=${archives[0]}
if [ ! -e "$archive" ]; then
    echo "There is no archive in build/. Run make build before." >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# Nothing of this repository, as on Galaxy.
unset ANSIBLE_COLLECTIONS_PATH ANSIBLE_CONFIG
PATH="$OLDPWD/.venv-release/bin:$PATH" HOME=$work python -m galaxy_importer.main "$archive" >log 2>&1 || {
    cat log
    exit 1
}
if grep --extended-regexp '^(WARNING|ERROR|CRITICAL)' log; then
    echo "galaxy-importer has something to say about $(basename "$archive")" >&2
    exit 1
fi
grep --fixed-strings "Importer processing completed successfully" log
