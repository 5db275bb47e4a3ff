//! Compile-time automatic differentiation for stable Rust.

pub use ad_macros::differentiate;

mod again;
mod check;
mod convention;
mod cotangent;
mod differentiable;
mod error;
mod flat;
mod function;
mod jacobian;
#[doc(hidden)]
pub mod missing;
mod slices;
mod stop_gradient;

pub use again::{Again, again};
pub use check::{Check, Mismatch};
pub use convention::{Active, Callable, Const, ConstantParameter, Kind, MutableParameter, Shadow, TangentOf};
pub use cotangent::{Cotangent, accumulate, reset, seed, take, zero};
pub use differentiable::Differentiable;
#[doc(hidden)]
pub use error::check_len;
pub use flat::Flat;
#[doc(hidden)]
pub use function::Floats;
pub use function::{Func, Function, Pass, func};
#[doc(hidden)]
pub use jacobian::{FromFloat, Jacobian, Mode};
pub use slices::{accumulate_slice, clear_slice};
pub use stop_gradient::stop_gradient;

#[cfg(feature = "ndarray")]
#[doc(hidden)]
pub use ndarray;
