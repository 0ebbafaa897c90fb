#!/usr/bin/env bash
# Makes .venv-docs once: antsibull-docs and Sphinx, and the link that gives the collection its name.
set -euo pipefail
# shellcheck source=tools/venvs.sh
. "$(dirname "$0")/venvs.sh"
tools/set-up.sh
make_once .venv-docs tests/site/requirements.txt
mkdir -p .venv-docs/collections/ansible_collections/utmstack
ln -sfn ../../../.. .venv-docs/collections/ansible_collections/utmstack/siem
