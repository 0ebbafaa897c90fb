#!/usr/bin/env bash
# Makes .venv-docs once: the tools of the documentation site, which the tests do not need, and the link that gives the collection its name.
# A second run does nothing unless the list of requirements changed.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=$(cat tests/site/requirements.txt tools/set-up-docs.sh | cksum)
if [ "$(cat .venv-docs/set-up-done 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
tools/set-up.sh
echo "Set-up of the documentation tools: .venv-docs (once; a minute)"
rm -rf .venv-docs
.venv/bin/python -m venv .venv-docs
.venv-docs/bin/pip install -qq --disable-pip-version-check --require-hashes -r tests/site/requirements.txt
mkdir -p .venv-docs/collections/ansible_collections/utmstack
ln -sfn ../../../.. .venv-docs/collections/ansible_collections/utmstack/siem
echo "$wanted" >.venv-docs/set-up-done
