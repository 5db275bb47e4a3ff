//! The GradBench tool as a benchmark sees it: spawned, and talked to a line at a time.

mod golden;
mod protocol;
mod real;
mod tool;
