//! Shared parts of the runnable examples; see `src/bin`.

pub mod bundle;
pub mod descent;
pub mod nist;
