#!/usr/bin/env bash
# Copies the transcripts of every major version from ../shared/contract, byte for byte, and notes their checksums.
set -euo pipefail
cd "$(dirname "$0")/.."
# A transcript that is gone there must not stay here.
rm -rf tests/contract/v[0-9]*
cp -r ../shared/contract/{README.md,replay.py,v[0-9]*} tests/contract/
cd tests/contract
sha256sum README.md replay.py v[0-9]*/*.json >SHA256SUMS
