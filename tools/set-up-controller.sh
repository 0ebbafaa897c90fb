#!/usr/bin/env bash
# Makes .venv-controller once: ansible-runner, ansible-builder and ansible-core, apart from the tools of the tests, and
# beside them the collection awx.awx, as .venv has it.
# A second run does nothing unless a list of requirements changed.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv-controller
wanted=$(cat tests/controller/requirements.txt tools/set-up-controller.sh | cksum)
if [ "$(cat "$venv/set-up-done" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
echo "Set-up of $venv (once; half a minute)"
.venv/bin/python -m venv "$venv"
"$venv/bin/pip" install -qq --disable-pip-version-check --require-hashes -r tests/controller/requirements.txt
ln -sfn ../.venv/community "$venv/community"
echo "$wanted" >"$venv/set-up-done"
