#!/usr/bin/env bash
# Installs what is missing on a Debian machine (12 or newer), Swift included where the archive has it.
# setup.sh: what `scripts/run.sh` builds with. setup.sh test, setup.sh bench: what tests and benchmarks need besides.
set -euo pipefail

# The screen, the cryptography and TLS, the transport, content codings, configurations in YAML and TOML, and the lab's
# HTTP; g++ brings the C++ headers and binutils, git is what SwiftPM looks at versions with.
packages=(libncurses-dev libssl-dev libcurl4-openssl-dev zlib1g-dev libyaml-dev libtomlplusplus-dev libboost-dev g++ git)
# tmux plays the person, python3 drives the cases, jose and what python3-venv makes room for are third-party peers,
# nghttpx puts HTTP/2 in front of the lab, wrk loads it, and completions are tried in fish and zsh.
testing=(tmux python3 python3-venv procps openssl curl jose nghttp2-proxy wrk fish zsh make)
# A real Keycloak is a peer where its folder is beside the project: packed with xz, and needs Java.
[ ! -d "$(dirname "$0")/../../shared/keycloak" ] || testing+=(xz-utils default-jre-headless)
benching=("${testing[@]}" tig jq nginx-light)
case "${1:-}" in
    test) packages+=("${testing[@]}") ;;
    bench) packages+=("${benching[@]}") ;;
    "") ;;
    *) echo "setup: expected nothing, test or bench, found '$1'" >&2; exit 2 ;;
esac

if [ "$(uname)" = Darwin ]; then
    echo "setup: with Homebrew: brew install openssl@3 libyaml tomlplusplus boost; curl, ncurses and zlib are the system's" >&2
elif ! command -v apt-get >/dev/null; then
    echo "setup: not Debian; needs the likes of $(printf '%s ' "${packages[@]}")" >&2
else
    sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    install() { # packages…
        local started=$SECONDS
        echo "setup: installing $*"
        $sudo apt-get update -qq
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
        echo "setup: installed in $((SECONDS - started)) s"
    }
    missing=()
    for package in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    # Without libswiftlang Debian's swiftc does not start.
    if ! command -v swift >/dev/null; then
        candidate() { apt-cache policy swiftlang 2>/dev/null | sed -n 's/^ *Candidate: *//p'; }
        [ -n "$(candidate)" ] || $sudo apt-get update -qq
        if dpkg --compare-versions "$(candidate)" ge 6.0 2>/dev/null && [ "$(candidate)" != "(none)" ]; then
            missing+=(swiftlang swiftlang-dev libswiftlang)
        fi
    fi
    [ ${#missing[@]} = 0 ] || install "${missing[@]}"
    # A browser engine is a peer where the archive has one; Ubuntu's is a snap.
    if [ "${1:-}" = test ] && ! command -v chromium >/dev/null; then
        echo "setup: installing chromium"
        $sudo apt-get update -qq || true
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null ||
            echo "setup: no chromium here: the tests in a real browser are skipped" >&2
    fi
fi

if ! command -v swift >/dev/null; then
    echo "setup: no 'swift' on PATH, and this archive has none of 6.0 or newer; take it from https://www.swift.org/install" >&2
    exit 1
fi
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1.\2/p')
if [ -n "$version" ] && [ "${version%%.*}" -lt 6 ]; then
    echo "setup: Swift $version is too old; 6.0 or newer is needed" >&2
    exit 1
fi
