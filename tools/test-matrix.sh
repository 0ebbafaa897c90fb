#!/usr/bin/env bash
# The fast tests on every Python from 3.11 on that is found here, each with its ansible-core, in an environment of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
status=0
for version in 3.11 3.12 3.13; do
    interpreter=$(command -v "python$version" || ls -d "$HOME"/.pyenv/versions/"$version".*/bin/python 2>/dev/null | tail -1 || true)
    if [ -z "$interpreter" ]; then
        echo "Python $version: not found here"
        continue
    fi
    PYTHON=$interpreter tools/set-up.sh ".venv-$version"
    echo "Python $version:"
    VENV=.venv-$version tools/test.sh --quiet || status=1
done
exit "$status"
