#!/usr/bin/env bash
# The simulator as a package of its own, in build/simulator: source and wheel. Then the wheel is installed into an empty
# environment and started.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
tools/set-up-release.sh
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Tracked files alone, with the license that the collection has.
git ls-files -z simulator | xargs -0 cp --parents -t "$work"
cp LICENSE "$work/simulator"
rm -rf build/simulator
"$root/.venv-release/bin/python" -m build --no-isolation --outdir build/simulator "$work/simulator" >"$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
}
"$root/.venv-release/bin/twine" check --strict build/simulator/*
python -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check --require-hashes -r simulator/requirements.txt
"$work/venv/bin/pip" install -qq --disable-pip-version-check --no-deps --no-index "$root"/build/simulator/*.whl
"$work/venv/bin/pip" check
cd "$work"
"$work/venv/bin/utmstack-simulator" --help >/dev/null
"$work/venv/bin/python" "$root/tools/simulator_check.py"
