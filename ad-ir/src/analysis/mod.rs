//! Analyses: side tables about a function, which they do not change.

pub mod activity;
pub mod fusion;
pub mod fusion_loops;
pub mod stability;
