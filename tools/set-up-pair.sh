#!/usr/bin/env bash
# Makes .venv-PYTHON-CORE, such as .venv-3.12-2.21: what .venv holds, with this version of Python and of ansible-core.
# A second run does nothing unless a list of requirements changed. uv of .venv installs, in a quarter of the time of pip;
# it has settings of its own (UV_DEFAULT_INDEX).
# Usage: tools/set-up-pair.sh PYTHON CORE, with a pair of tests/versions.txt. Then: VENV=.venv-3.12-2.21 tools/test.sh
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:?the version of Python is missing} core=${2:?the version of ansible-core is missing}
if ! grep --quiet --line-regexp --fixed-strings "$python $core" tests/versions.txt; then
    echo "Python $python with ansible-core $core is no line of tests/versions.txt" >&2
    exit 2
fi
# A name on the path is no interpreter yet: that of pyenv says so only when it is run.
interpreter=
for candidate in "python$python" "$HOME"/.pyenv/versions/"$python".*/bin/python; do
    if [ "$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$python" ]; then
        interpreter=$candidate
        break
    fi
done
if [ -z "$interpreter" ]; then
    echo "Python $python is not installed: no python$python on the path or in ~/.pyenv" >&2
    exit 1
fi
venv=.venv-$python-$core
tools/set-up.sh
export UV=$PWD/.venv/bin/uv
PYTHON=$interpreter tools/set-up.sh "$venv"
wanted=$(cat "$venv/set-up-done" tests/ansible-core/"$core".txt tools/set-up-pair.sh | cksum)
if [ "$(cat "$venv/set-up-pair-done" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
"$UV" pip install --quiet --compile-bytecode --python "$venv/bin/python" --no-deps --require-hashes -r tests/ansible-core/"$core".txt
found=$("$venv/bin/python" -c '
import importlib.metadata as metadata, sys
print("%d.%d" % sys.version_info[:2], *metadata.version("ansible-core").split(".")[:2], sep=" ")')
if [ "$found" != "$python ${core/./ }" ]; then
    echo "$venv was to have Python $python with ansible-core $core, and has $found" >&2
    exit 1
fi
echo "$wanted" >"$venv/set-up-pair-done"
