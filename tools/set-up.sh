#!/usr/bin/env bash
# Makes .venv once: Python packages, the simulator, the link that gives the collection its name, and two collections of
# others: community.general for the notifier mail, and awx.awx for the objects of a controller.
# A second run does nothing unless a list of requirements changed.
# Usage: tools/set-up.sh [DIRECTORY], with PYTHON naming the interpreter to use, and UV an uv that installs in place of pip.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${1:-.venv}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 or later is needed; set PYTHON to one, as in: make test PYTHON=/usr/bin/python3.12" >&2
    return 1
}

wanted=$(cat tests/requirements.txt tests/community.txt simulator/pyproject.toml tools/set-up.sh | cksum)
if [ "$(cat "$venv/set-up-done" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
python=$(find_python)
echo "Set-up 1/4: $venv with $("$python" --version)"
"$python" -m venv "$venv"
install=("$venv/bin/pip" install -qq --disable-pip-version-check)
if [ -n "${UV:-}" ]; then
    install=("$UV" pip install --quiet --compile-bytecode --python "$venv/bin/python")
fi
echo "Set-up 2/4: Python packages (once; a minute or two)"
"${install[@]}" --require-hashes -r tests/requirements.txt
"${install[@]}" --no-deps --no-build-isolation -e simulator
echo "Set-up 3/4: the collection as utmstack.siem"
mkdir -p "$venv/collections/ansible_collections/utmstack"
ln -sfn ../../../.. "$venv/collections/ansible_collections/utmstack/siem"
echo "Set-up 4/4: community.general and awx.awx"
# Out of the way of all tests that do not need them: a path of its own, and nothing else of the package.
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT
"$venv/bin/pip" download -qq --disable-pip-version-check --no-deps --require-hashes -r tests/community.txt -d "$wheels"
"$venv/bin/python" - "$wheels" "$venv/community" <<'PYTHON'
import pathlib
import sys
import zipfile

(wheel,) = pathlib.Path(sys.argv[1]).glob("*.whl")
with zipfile.ZipFile(wheel) as archive:
    folders = ("ansible_collections/community/general/", "ansible_collections/awx/awx/")
    wanted = [name for name in archive.namelist() if name.startswith(folders)]
    archive.extractall(sys.argv[2], wanted)
PYTHON
echo "$wanted" >"$venv/set-up-done"
