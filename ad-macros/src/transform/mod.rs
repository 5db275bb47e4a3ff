//! Rewrites of the IR.

pub mod adjoint;
mod adjoint_call;
mod adjoint_memory;
mod formula;
pub mod keep;
pub mod normalise;
pub mod prepare;
pub mod tangent;
pub mod simplify;
mod zero;
