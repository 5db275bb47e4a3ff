//! Benchmarks; see the files under `benches/`.
