#!/usr/bin/env bash
# Prints the home of a Java 17 or later, which the rule engine of ansible-rulebook needs; Debian's package, when there is none.
set -euo pipefail

usable() { # HOME: whether it holds the library of a Java 17 or later
    [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -e "$1/lib/server/libjvm.so" ] || return 1
    local version
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
    [ "${version:-0}" -ge 17 ]
}

find_java() {
    local path home
    path=$(command -v java || true)
    for home in "${JAVA_HOME:-}" "${path:+$(dirname "$(dirname "$(readlink -f "$path")")")}" /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk*; do
        if usable "$home"; then
            (cd "$home" && pwd -P)
            return
        fi
    done
    return 1
}

if find_java; then
    exit 0
fi
sudo=()
if [ "$(id -u)" -ne 0 ]; then
    sudo=(sudo -n)
fi
if command -v apt-get >/dev/null; then
    echo "There is no Java 17 or later; installing it with apt-get" >&2
    for package in openjdk-17-jre-headless default-jre-headless; do
        if "${sudo[@]}" apt-get update -qq >&2 \
            && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq --no-install-recommends "$package" >/dev/null \
            && find_java; then
            exit 0
        fi
    done
fi
echo "ansible-rulebook needs Java 17 or later, which could not be found or installed here. Install the package" \
    "openjdk-17-jre-headless (Debian, Ubuntu) or java-17-openjdk-headless (RHEL, Fedora), or set JAVA_HOME, then run this again." >&2
exit 1
