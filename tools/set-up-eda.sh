#!/usr/bin/env bash
# Makes .venv-eda once: ansible-rulebook and ansible-core, apart from the tools of the tests. Looks for Java each time,
# and leaves its home in .venv-eda/java-home.
# A second run installs nothing unless a list of requirements changed.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv-eda
java=$(tools/java.sh)
wanted=$(cat tests/eda/requirements.txt tools/set-up-eda.sh | cksum)
if [ "$(cat "$venv/set-up-done" 2>/dev/null)" != "$wanted" ]; then
    echo "Set-up of $venv (once; half a minute)"
    .venv/bin/python -m venv "$venv"
    "$venv/bin/pip" install -qq --disable-pip-version-check --require-hashes -r tests/eda/requirements.txt
    echo "$wanted" >"$venv/set-up-done"
fi
echo "$java" >"$venv/java-home"
