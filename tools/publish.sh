#!/usr/bin/env bash
# Uploads the archive in build/ to Galaxy, which is what the workflow does on a tag. The token comes from the environment
# (ANSIBLE_GALAXY_SERVER_*) or from ~/.ansible/galaxy_token, never from an argument.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
version=$(sed -n 's/^version: *//p' galaxy.yml)
exec ansible-galaxy collection publish "build/utmstack-siem-$version.tar.gz"
