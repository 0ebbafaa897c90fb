#!/usr/bin/env bash
# Lock the packages of the tests and of the simulator with their hashes, for all supported versions of Python at once.
# Locked versions stay as long as they satisfy requirements.in; with --upgrade, all are renewed.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
lock() { # FILE OPTION-OR-SOURCE...
    local file=$1
    shift
    # No address of a registry: pip takes the packages from the one that it is configured for.
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
        --custom-compile-command "make requirements" --output-file "$file" "$@"
}
lock tests/requirements.txt tests/requirements.in simulator/pyproject.toml "$@"
# Two collections of it are taken, so that what it depends on is not wanted.
lock tests/community.txt tests/community.in --no-deps "$@"
lock tests/controller/requirements.txt tests/controller/requirements.in "$@"
lock tests/eda/requirements.txt tests/eda/requirements.in "$@"
lock tests/release/requirements.txt tests/release/requirements.in "$@"
lock tests/site/requirements.txt tests/site/requirements.in "$@"
lock simulator/requirements.txt simulator/pyproject.toml --constraints tests/requirements.txt "$@"
# The versions of ansible-core beside the one that each Python has in tests/requirements.txt: that package and the one
# of which each release wants other versions. All others stay the same.
same=$(mktemp)
trap 'rm -f "$same"' EXIT
sed --quiet 's/^\([a-z].*\) \\$/\1/p' tests/requirements.txt | grep --invert-match '^\(ansible-core\|resolvelib\)==' >"$same"
mkdir -p tests/ansible-core
cut --delimiter=' ' --fields=2 tests/versions.txt | sort --unique | while read -r core; do
    oldest=$(grep " $core\$" tests/versions.txt | head -1 | cut --delimiter=' ' --fields=1)
    echo "ansible-core~=$core.0; python_version >= '$oldest'" | lock "tests/ansible-core/$core.txt" - --constraints "$same" \
        --no-emit-package={cffi,cryptography,jinja2,markupsafe,packaging,pycparser,pyyaml} "$@"
done
