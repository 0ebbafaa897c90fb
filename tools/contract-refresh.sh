#!/usr/bin/env bash
# Copies the transcripts from ../shared/contract, byte for byte, and notes their checksums.
set -euo pipefail
cd "$(dirname "$0")/.."
cp -r ../shared/contract/{README.md,replay.py,v10,v11} tests/contract/
cd tests/contract
sha256sum README.md replay.py v10/*.json v11/*.json >SHA256SUMS
