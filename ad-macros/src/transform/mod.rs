//! Rewrites of the IR.

pub mod adjoint;
mod adjoint_call;
mod adjoint_loops;
mod adjoint_memory;
mod adjoint_rules;
mod formula;
pub mod keep;
pub mod normalise;
pub mod prepare;
mod prepare_call;
pub mod simplify;
pub mod tangent;
mod zero;
