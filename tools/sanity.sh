#!/usr/bin/env bash
# ansible-test sanity in a copy of the tracked files, where the path has the collection's name.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
# ansible-test keeps its environments in the home directory, where two runs at a time break each other: each environment
# of ours has a home of its own, with the user's settings of pip.
home=$PWD/$VENV/home
mkdir -p "$home/.ansible/test/cache"
for shared in .config .cache .pip; do
    ln -sfn "$HOME/$shared" "$home/$shared"
done
# Where pip cannot be downloaded, ansible-test takes the one that Python carries.
requirements=("$VENV"/lib/python3*/site-packages/ansible_test/_internal/python_requirements.py)
sed --quiet "s/^ *pip='\([0-9.]*\)',$/\1/p" "${requirements[0]}" | while read -r version; do
    echo "import ensurepip; ensurepip.bootstrap()" >"$home/.ansible/test/cache/get_pip_${version//./_}.py"
done
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tree=$copy/ansible_collections/utmstack/siem
mkdir -p "$tree"
# Of the tests only the settings for ansible-test belong to the collection; the simulator is a package of its own.
{
    git ls-files -z -- . ':!simulator' ':!extensions/molecule' ':!tests' ':!tools'
    git ls-files -z tests/config.yml
} | xargs -0 cp --parents -t "$tree"
cd "$tree"
git init --quiet
git add --all
version=$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
HOME=$home ansible-test sanity --requirements --python "$version" --color no
