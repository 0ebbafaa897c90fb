#!/usr/bin/env bash
# Runs the Molecule scenarios of the collection and of its roles, each on simulated servers of its own.
# Arguments are names of scenarios or roles; none means all.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
UTMSTACK_MOLECULE=$(utmstack-simulator --molecule)
export UTMSTACK_MOLECULE
root=$PWD
found=0
while read -r file; do
    folder=${file%/molecule/*}
    scenario=$(basename "$(dirname "$file")")
    if [ "$#" -gt 0 ] && [[ " $* " != *" $scenario "* && " $* " != *" ${folder##*/} "* ]]; then
        continue
    fi
    found=$((found + 1))
    echo "== ${file%/molecule.yml}"
    # Scenarios of the collection are looked for from its root, those of a role from the role.
    (cd "${folder/#extensions/.}" && molecule --base-config "$root/extensions/molecule/config.yml" test --scenario-name "$scenario")
done < <(find extensions/molecule roles/*/molecule -mindepth 2 -maxdepth 2 -name molecule.yml 2>/dev/null | sort)
if [ "$found" -eq 0 ]; then
    echo "No such scenario: $*" >&2
    exit 1
fi
echo "molecule: $found scenario(s) passed"
