//! Compile-time automatic differentiation for stable Rust.

pub use ad_macros::differentiate;

mod convention;
mod cotangent;
mod error;
#[doc(hidden)]
pub mod missing;

pub use convention::{Active, Callable, Const, ConstantParameter, Kind, MutableParameter, Shadow, TangentOf};
pub use cotangent::{Cotangent, accumulate, seed, take, zero};
