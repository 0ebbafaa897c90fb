#!/usr/bin/env bash
# All checks of a release, from a clean clone of the last commit. Ends with a table: what was checked, on which version,
# with which result, in which time; and below it, what was not checked. All parts run even if one fails.
# Usage: tools/release-check.sh. The table is also left in build/release-check.txt, beside the archive and the package of
# the simulator that were checked.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
if [ "${1:-}" != --in-clone ]; then
    if [ -n "$(git status --porcelain)" ]; then
        echo "The last commit is checked; changes that are not committed are not."
    fi
    clone=$(mktemp -d)
    trap 'rm -rf "$clone"' EXIT
    mkdir -p build
    rm -rf build/utmstack-siem-*.tar.gz build/simulator build/release-check.txt
    git clone --quiet . "$clone/siem"
    "$clone/siem/tools/release-check.sh" --in-clone
    status=$?
    for made in "$clone"/siem/build/{utmstack-siem-*.tar.gz,simulator,release-check.txt}; do
        if [ -e "$made" ]; then
            cp -r "$made" build/
        fi
    done
    exit "$status"
fi
# shellcheck source=tools/parts.sh
. tools/parts.sh

pair_parts() { # PATTERN...: a part for each pair of versions; PYTHON, CORE and PAIRED (its environment) stand for them
    local python core part
    while read -r python core; do
        for part in "$@"; do
            part=${part//PYTHON/$python} part=${part//CORE/$core}
            echo "${part//PAIRED/$(environment_of "$python" "$core")}"
        done
    done
}

environment_of() { # PYTHON CORE
    if [ "$1 $2" = "$own" ]; then
        echo .venv
    else
        echo ".venv-$1-$2"
    fi
}

make --no-print-directory set-up || exit 1
own=$(.venv/bin/python -c '
import importlib.metadata as metadata, sys
print("%d.%d" % sys.version_info[:2], ".".join(metadata.version("ansible-core").split(".")[:2]))')
others=$(grep --invert-match --line-regexp --fixed-strings "$own" tests/versions.txt)
# A third part goes on where two wait for their servers.
# shellcheck disable=SC2034
AT_A_TIME=3
# Before anything else, or two parts would make the same environment at once.
mapfile -t environments < <(
    echo "environment of the release: tools/set-up-release.sh"
    echo "environment of the controller: tools/set-up-controller.sh"
    echo "environment of the events: tools/set-up-eda.sh"
    echo "environment of the site: tools/set-up-docs.sh"
    pair_parts "environment @ Python PYTHON, ansible-core CORE: tools/set-up-pair.sh PYTHON CORE" <<<"$others"
)
run_parts "${environments[@]}"
# Pages before those that read them, and the archive before those that install it.
run_parts "stale pages: make stale" "simulator package: make build-simulator"
run_parts "archive: make build"
mapfile -t parts < <(
    # What takes long first. The fast tests are the unit tests of the pair of .venv as well.
    cat <<'PARTS'
fast tests: tools/test.sh --quiet
molecule: make molecule
controller: make controller-check
site and browser: make site browser
PARTS
    pair_parts "sanity @ Python PYTHON, ansible-core CORE: VENV=PAIRED tools/sanity.sh" <<'PAIRS'
3.11 2.19
3.12 2.21
3.13 2.21
PAIRS
    pair_parts "unit tests @ Python PYTHON, ansible-core CORE: VENV=PAIRED tools/test.sh tests/unit --quiet --numprocesses 1" \
        <<<"$others"
    cat <<'PARTS'
lint: make lint
Galaxy's importer: make importer
events: make test-eda
demo (v11): make demo
demo (v10): make demo DIALECT=v10
PARTS
    # All job templates with one pair, one of them with each other.
    pair_parts "archive installed @ Python PYTHON, ansible-core CORE: VENV=PAIRED tools/archive-check.sh --full" <<<"$own"
    pair_parts "archive installed @ Python PYTHON, ansible-core CORE: VENV=PAIRED tools/archive-check.sh" <<<"$others"
)
run_parts "${parts[@]}"

for index in "${!ended[@]}"; do
    echo "${codes[$index]} ${seconds_of[$index]} ${ended[$index]}"
done >"$results/rows"
mkdir -p build
{
    .venv/bin/python tools/release_table.py "$results" <"$results/rows" || note "table of the parts" 1 0
    echo
    echo "$(minutes "$SECONDS") minutes in all"
    failures
} | tee build/release-check.txt
exit "${PIPESTATUS[0]}"
