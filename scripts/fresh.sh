#!/usr/bin/env bash
# Tries a new user's two commands on a bare Debian: fresh.sh [SUITE] (trixie when none is named). Wants root.
#
# A system of the distribution's archive alone is made in a temporary folder, with a clone of this checkout's HEAD in it
# and ../shared beside. There scripts/run.sh runs in a terminal until its first frame and one `n`, then scripts/test.sh.
# Both times are printed without apt's. The folder is removed.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${1:-trixie}
[ "$(id -u)" = 0 ] || { echo "fresh: only root can make a system in a folder" >&2; exit 1; }
for tool in debootstrap tmux git; do
    command -v $tool >/dev/null || apt-get install -y -qq --no-install-recommends $tool >/dev/null
done

root=$(mktemp -d "${TMPDIR:-/tmp}/dpop-fresh.XXXXXX")
socket=$root/tmux
cleanup() {
    tmux -S "$socket" kill-server 2>/dev/null || true
    for place in dev/pts dev/shm dev proc; do umount -l "$root/$place" 2>/dev/null || true; done
    # Never into something that is still mounted.
    rm -rf --one-file-system "$root"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "fresh: making a bare $suite"
chmod 755 "$root"
debootstrap --variant=minbase "$suite" "$root" >"$root.log" 2>&1 || { tail -5 "$root.log" >&2; exit 1; }
mv "$root.log" "$root/debootstrap.log"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mkdir -p "$root/dev/pts" && mount --bind /dev/pts "$root/dev/pts" 2>/dev/null || true
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
mkdir -p "$root/work"
git clone -q . "$root/work/main" 2>/dev/null || git clone -q "$PWD" "$root/work/main"
[ ! -d ../shared ] || cp -r ../shared "$root/work/shared"

# Nothing of the machine around gets in but the terminal and where its package registries are: their address, and whose
# certificates they have.
registries=(CI="${CI:-}")
if [ -n "${PIP_INDEX_URL:-}" ]; then registries+=(PIP_INDEX_URL="$PIP_INDEX_URL"); fi
if [ -f "${PIP_CERT:-}" ]; then
    cp "$PIP_CERT" "$root/work/registries.pem"
    registries+=(PIP_CERT=/work/registries.pem)
fi
cat >"$root/work/enter" <<'IN'
#!/bin/bash
cd /work/main
exec "$@"
IN
chmod 755 "$root/work/enter"
inside() { # command…
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM="${TERM:-xterm-256color}" "${registries[@]}" \
        chroot "$root" /work/enter "$@"
}
apt_seconds() { sed -n 's/.*setup: installed in \([0-9]*\) s.*/\1/p' "$1" | awk '{ sum += $1 } END { print sum + 0 }'; }

echo "fresh: scripts/run.sh"
started=$SECONDS
log=$root/run.log
tmux -S "$socket" -f /dev/null new-session -d -x 120 -y 40 \
    "env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=screen-256color chroot $root /work/enter scripts/run.sh; echo 'run.sh ended'; sleep 600"
tmux -S "$socket" pipe-pane "cat >$log"
see() { tmux -S "$socket" capture-pane -p; }
wait_for() { # words, seconds
    for ((waited = 0; waited < $2 * 5; waited++)); do
        if see | grep -qF "$1"; then return 0; fi
        if see | grep -qF "run.sh ended"; then break; fi
        sleep 0.2
    done
    see >&2
    echo "fresh: '$1' did not come up" >&2
    exit 1
}
wait_for "step 2 waits" 900
ran=$((SECONDS - started - $(apt_seconds "$log")))
see
tmux -S "$socket" send-keys n
wait_for "step 2/8" 30
tmux -S "$socket" send-keys Q
for ((waited = 0; waited < 50; waited++)); do see | grep -qF "run.sh ended" && break; sleep 0.2; done

echo "fresh: scripts/test.sh"
started=$SECONDS
log=$root/test.log
inside scripts/test.sh 2>&1 | tee "$log" || { echo "fresh: scripts/test.sh failed on $suite" >&2; exit 1; }
tested=$((SECONDS - started - $(apt_seconds "$log")))

echo "fresh: $suite, $(inside swift --version 2>/dev/null | head -1)"
echo "fresh: scripts/run.sh to the first frame: $ran s; scripts/test.sh: $tested s (apt apart)"
