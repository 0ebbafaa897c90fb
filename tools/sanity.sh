#!/usr/bin/env bash
# ansible-test sanity in a copy of the tracked files, where the path has the collection's name.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
# Where pip cannot be downloaded, ansible-test takes the one that Python carries.
bootstrap=$HOME/.ansible/test/cache/get_pip_24_2.py
if [ ! -e "$bootstrap" ]; then
    mkdir -p "$(dirname "$bootstrap")"
    echo "import ensurepip; ensurepip.bootstrap()" >"$bootstrap"
fi
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tree=$copy/ansible_collections/utmstack/siem
mkdir -p "$tree"
# Of the tests only the settings for ansible-test belong to the collection; the simulator is a package of its own.
git ls-files -z -- . ':!simulator' ':!extensions/molecule' ':!tests/contract' ':!tests/controller' ':!tests/eda' ':!tests/unit' ':!tests/integration' ':!tests/benchmarks' ':!tests/browser' ':!tools' \
    | xargs -0 cp --parents -t "$tree"
cd "$tree"
git init --quiet
git add --all
version=$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
ansible-test sanity --requirements --python "$version" --color no
