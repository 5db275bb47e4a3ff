//! Shared parts of the runnable examples; see `src/bin`.

pub mod nist;
