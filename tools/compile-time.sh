#!/bin/sh
# What #[differentiate] costs at compile time; see docs/performance-notes.md.
# Usage: tools/compile-time.sh [clean|check|linear]
cd "$(dirname "$0")/.." && exec cargo run --quiet --release -p ad-benches --bin compile_time -- "$@"
