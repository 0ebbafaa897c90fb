#!/usr/bin/env bash
# The unit tests, or what is given to pytest, with each version of Python and ansible-core of tests/versions.txt, in an
# environment of its own. Ends with one line a pair, and fails if one of them failed or could not be set up.
# Usage: tools/test-matrix.sh [PYTEST-ARGUMENT...]
set -uo pipefail
cd "$(dirname "$0")/.." || exit
[ "$#" -gt 0 ] || set -- tests/unit
results=()
status=0
while read -r python core <&3; do
    pair="Python $python, ansible-core $core"
    echo "== $pair"
    if ! tools/set-up-pair.sh "$python" "$core"; then
        results+=("$pair: not run") status=1
    elif VENV=.venv-$python-$core tools/test.sh --quiet "$@"; then
        results+=("$pair: passed")
    else
        results+=("$pair: FAILED") status=1
    fi
done 3<tests/versions.txt
printf '%s\n' "${results[@]}"
exit "$status"
