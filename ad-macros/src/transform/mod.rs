//! Rewrites of the IR.

pub mod adjoint;
mod adjoint_call;
mod adjoint_memory;
mod formula;
pub mod keep;
pub mod prepare;
pub mod tangent;
mod zero;
