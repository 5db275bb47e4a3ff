//! Compile-time automatic differentiation for stable Rust.

pub use ad_macros::differentiate;

mod convention;
mod cotangent;

pub use convention::{Active, Const, ConstantParameter, Kind, Shadow, TangentOf};
pub use cotangent::{Cotangent, accumulate};
