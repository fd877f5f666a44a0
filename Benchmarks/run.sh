#!/usr/bin/env bash
# Every figure of the README, measured against its peer in one run. Wants a quiet machine; takes some minutes.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
scripts/setup.sh bench || exit 1
venv=Benchmarks/.venv data=Benchmarks/.data
[ -x $venv/bin/mitmproxy ] || { python3 -m venv $venv && $venv/bin/pip install -q mitmproxy==11.0.2 joserfc==1.5.0; }
mkdir -p $data
# As `make install` leaves them.
bin=$data/bin
scripts/release.sh $bin dpop-tui dpop-lab proof-bench || exit 1
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
python3 Benchmarks/lab.py $bin || failed=1
[ $failed = 0 ] && echo "all figures hold" || echo "at least one figure does not hold"
exit $failed
