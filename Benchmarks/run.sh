#!/usr/bin/env bash
# Every figure of the README, measured against its peer in one run. Wants a quiet machine; takes some minutes.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
scripts/setup.sh
if command -v apt-get >/dev/null; then
    sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get install -y -qq --no-install-recommends tig jq curl python3-venv >/dev/null
fi
venv=Benchmarks/.venv data=Benchmarks/.data
[ -x $venv/bin/mitmproxy ] || { python3 -m venv $venv && $venv/bin/pip install -q mitmproxy==11.0.2 joserfc==1.5.0; }
mkdir -p $data
swift build -c release --static-swift-stdlib -Xswiftc -gnone || exit 1
# As `make install` leaves them.
bin=$data/bin
for product in dpop-tui dpop-lab proof-bench; do install -Dm755 .build/release/$product $bin/$product && strip $bin/$product || exit 1; done
make_har() { [ -f "$data/$1" ] || $venv/bin/python Benchmarks/generate.py -o "$data/$1" "${@:2}"; }
make_har 20.har --exchanges 20 --seed 5
make_har calls.har --exchanges 2010 --calls 100 --seed 3
make_har big.har --exchanges 100000 --seed 1 --tokens RS256
[ -f $data/20.mitm ] || $venv/bin/python Benchmarks/flows.py $data/20.har $data/20.mitm
failed=0
python3 Benchmarks/frames.py $bin/dpop-tui $data/20.har $venv/bin/mitmproxy $data/20.mitm || failed=1
python3 Benchmarks/proof.py $bin/proof-bench $data/calls.har $venv/bin/python || failed=1
python3 Benchmarks/big.py $bin/dpop-tui $data/big.har $venv/bin/python || failed=1
python3 Benchmarks/why.py $bin/dpop-tui || failed=1
python3 Benchmarks/live.py $bin $data/20.har || failed=1
[ $failed = 0 ] && echo "all figures hold" || echo "at least one figure does not hold"
exit $failed
