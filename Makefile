# One line each; scripts/ has the work.
.PHONY: run test record e2e lint bench install docs

run: ; @scripts/run.sh
test: ; @scripts/test.sh
record: ; @RECORD_SCREENS=1 swift test --filter GoldenScreenTests
e2e: ; @scripts/setup.sh && swift build && python3 Tests/e2e/run.py .build/debug/dpop-tui
lint: ; @scripts/lint.sh
bench: ; @Benchmarks/run.sh
docs: ; @swift build && for page in keys checks causes; do .build/debug/dpop-tui docs $$page > docs/$$page.md; done
install: ; @scripts/install.sh
