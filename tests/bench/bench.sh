#!/usr/bin/env bash
# Builds the program and measures it: the speed figures of the README. Options go to bench.py (--rows, --runs, ...).
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --release
exec python3 tests/bench/bench.py "${CARGO_TARGET_DIR:-target}/release/funnel" "$@"
