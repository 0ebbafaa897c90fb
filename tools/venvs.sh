# Sourced by the scripts that make an environment beside .venv, whose programs cannot change versions under the tests.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Makes an environment with what a list locks. Does nothing unless the list or the calling script changed.
make_once() { # VENV REQUIREMENTS
    local wanted
    wanted=$(cat "$2" "tools/$(basename "$0")" tools/venvs.sh | cksum)
    if [ "$(cat "$1/set-up-done" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    echo "Set-up of $1 (once; up to a minute)"
    .venv/bin/python -m venv --clear "$1"
    "$1/bin/pip" install -qq --disable-pip-version-check --require-hashes -r "$2"
    echo "$wanted" >"$1/set-up-done"
}
