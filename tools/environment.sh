# Sourced by the other tools: where Ansible finds the collection, and nothing of the user's own configuration.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
export VENV=${VENV:-.venv}
PATH="$PWD/$VENV/bin:$PATH"
export PATH
export ANSIBLE_COLLECTIONS_PATH="$PWD/$VENV/collections"
export ANSIBLE_CONFIG="$PWD/tests/ansible.cfg"
export PYTHONDONTWRITEBYTECODE=1
