#!/usr/bin/env bash
# Installs what is missing on a fresh Debian machine that has Swift: libraries to build with, tools to test with.
set -euo pipefail

# ncurses and OpenSSL are the screen and the cryptography, curl the transport, zlib undoes content codings, libyaml reads configurations; make, tmux and
# python3 drive the tests, python3-venv and jose the third-party peers; procps has pgrep; git is what SwiftPM fetches packages with; g++ brings the C++
# headers TOMLKit is built with, the libstdc++ archive a release holds, and binutils.
packages=(libncurses-dev libncursesw5-dev libssl-dev libcurl4-openssl-dev zlib1g-dev libyaml-dev g++ make tmux python3 python3-venv procps git openssl jose)

if [ "$(uname)" != Linux ] || ! command -v apt-get >/dev/null; then
    echo "setup: not Debian; needs $(printf '%s ' "${packages[@]}")or their like" >&2
    exit 0
fi
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    echo "setup: installing ${missing[*]}"
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
command -v swift >/dev/null || { echo "setup: no 'swift' on PATH; install Swift 6.2 or newer from swift.org" >&2; exit 1; }
