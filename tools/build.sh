#!/usr/bin/env bash
# The archive for Galaxy, in build/, made of the tracked files alone; lists what is in it, and fails if it is too large,
# or if something is missing or does not belong there.
set -euo pipefail
# shellcheck source=tools/environment.sh
. "$(dirname "$0")/environment.sh"
root=$PWD
version=$(sed -n 's/^version: *//p' galaxy.yml)
if ! grep --quiet "^  $version:" changelogs/changelog.yaml; then
    echo "changelogs/changelog.yaml has no version $version, which galaxy.yml names; make release VERSION=... writes both." >&2
    exit 1
fi
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p build
git ls-files -z | xargs -0 cp --parents -t "$copy"
cd "$copy"
if ls changelogs/fragments/*.yml >/dev/null 2>&1; then
    echo "Changes since $version are not in the changelog of this archive; make release VERSION=... puts them there."
fi
# Made pages of plugins and roles stay out, as ansible-doc and Galaxy show the same: links lead to the pages of this version.
pages=$(sed -n 's/^repository: *//p' galaxy.yml)/blob/v$version/docs/reference
sed --in-place --regexp-extended "s#\]\((\.\./)*(docs/)?reference/#](${pages}/#g" README.md docs/*.md controller/*.md roles/*/README.md
# Of several versions, only the one that was built is in build/.
rm -f "$root"/build/utmstack-siem-*.tar.gz
ansible-galaxy collection build --output-path "$root/build" >/dev/null
cd "$root"
exec python tools/archive.py "build/utmstack-siem-$version.tar.gz"
