#!/usr/bin/env bash
# Makes .venv-release once: galaxy-importer, build and twine, apart from the tools of the tests.
# A second run does nothing unless a list of requirements changed.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv-release
wanted=$(cat tests/release/requirements.txt tools/set-up-release.sh | cksum)
if [ "$(cat "$venv/set-up-done" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
echo "Set-up of $venv (once; half a minute)"
.venv/bin/python -m venv "$venv"
"$venv/bin/pip" install -qq --disable-pip-version-check --require-hashes -r tests/release/requirements.txt
echo "$wanted" >"$venv/set-up-done"
