#!/usr/bin/env bash
# Sees to it that Chromium and its driver are there, for tests/browser; Debian's packages, when they are missing.
set -euo pipefail
if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
    exit 0
fi
sudo=()
if [ "$(id -u)" -ne 0 ]; then
    sudo=(sudo -n)
fi
echo "Chromium is missing; installing it with apt-get"
if command -v apt-get >/dev/null && "${sudo[@]}" apt-get update -qq \
    && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq --no-install-recommends chromium chromium-driver fonts-dejavu-core >/dev/null; then
    exit 0
fi
echo "Chromium could not be installed here. Install the commands chromium and chromedriver, then run this again." >&2
exit 1
