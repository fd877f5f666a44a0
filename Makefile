# One line each; scripts/ has the work, and needs no make.
.PHONY: run test record e2e lint format bench fuzz soak install docs fresh

run: ; @scripts/run.sh
test: ; @scripts/test.sh
record: ; @RECORD_SCREENS=1 swift test --filter "GoldenScreenTests|StepScreenTests"
e2e: ; @scripts/setup.sh test && swift build && python3 Tests/e2e/run.py .build/debug/dpop-tui
lint: ; @scripts/lint.sh
format: ; @swift format -i -r Sources Tests Benchmarks Package.swift
bench: ; @Benchmarks/run.sh
fuzz: ; @scripts/fuzz.sh $(or $(SECONDS),10)
soak: ; @scripts/soak.sh
docs: ; @swift build --product dpop-tui && scripts/docs.sh
install: ; @scripts/install.sh
fresh: ; @scripts/fresh.sh
