#!/usr/bin/env bash
# Style, types, spelling and licenses: all parts, or those that are named.
# Usage: tools/lint.sh [PART...]
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
# shellcheck source=tools/parts.sh
. tools/parts.sh

# Those that take long first.
all=(playbooks types yaml spelling licenses shell style changelog)

playbooks() { # Its module checks are ansible-test's; offline, because it would ask Galaxy for the newest versions.
    ANSIBLE_COLLECTIONS_PATH="$ANSIBLE_COLLECTIONS_PATH:$PWD/$VENV/community" ansible-lint --offline --strict \
        --profile production playbooks roles extensions/molecule extensions/eda/rulebooks \
        simulator/utmstack_simulator/molecule
}

types() { # What the collection installs has its full name, and is reported by its path here.
    local collection=ansible_collections.utmstack.siem
    MYPYPATH="$VENV/collections:simulator" mypy -p $collection.plugins -p $collection.extensions.eda.plugins \
        -p utmstack_simulator | sed "s#^$VENV/collections/ansible_collections/utmstack/siem/##"
    MYPYPATH=simulator mypy tools
}

yaml() {
    yamllint --strict --format parsable .
}

spelling() { # Tests give mistyped words as input, in quotes. Lists of packages and recordings are not ours.
    git ls-files -z -- . ':!tests' ':!*/requirements.txt' ':!LICENSE' ':!LICENSES' | xargs -0 codespell
    git ls-files -z -- tests ':!tests/contract' ':!tests/*.txt' \
        | xargs -0 codespell --ignore-regex "(?<!\")\"[^\"]+\"(?!\")|'\w+'"
}

licenses() {
    reuse lint --lines
}

shell() {
    git ls-files -z -- '*.sh' .ci/run | xargs -0 shellcheck --format gcc --external-sources
}

style() {
    ruff check --output-format concise .
    ruff format --check .
}

changelog() { # It is reStructuredText, which does not know the markup of Ansible's documentation.
    antsibull-changelog lint
    ! grep --recursive --line-number --extended-regexp '\b[BCEIMOUV]\(' --include='*.y*ml' changelogs
}

[ "$#" -gt 0 ] || set -- "${all[@]}"
export -f "${all[@]}"
parts=()
for part in "$@"; do
    parts+=("$part: set -euo pipefail; $part")
done
run_parts "${parts[@]}"
failures
echo "lint: nothing to complain about"
