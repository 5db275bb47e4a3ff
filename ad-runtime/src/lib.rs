//! Compile-time automatic differentiation for stable Rust: `#[differentiate]` compiles an ordinary function into its
//! derivatives, forward and reverse.
//!
//! ```
//! use ad_runtime::differentiate;
//!
//! #[differentiate]
//! fn f(x1: f64, x2: f64) -> f64 {
//!     x1.ln() + x1 * x2 - x2.sin()
//! }
//!
//! let (y, (g1, g2)) = f::value_and_grad(2.0, 5.0);
//! assert!((y - 11.6521).abs() < 1e-4 && (g1 - 5.5).abs() < 1e-12 && (g2 - 1.7163).abs() < 1e-4);
//! let (_, y_dot) = f::jvp((2.0, 5.0), (1.0, 0.0)); // forward mode
//! assert_eq!(y_dot, g1);
//! ```
//!
//! The function stays as it is. Beside it stands a type of the same name and visibility with these functions; `use m::f;` brings
//! both. `#[differentiate(type = Name)]` names the type otherwise, `#[differentiate(crate = path)]` says where this crate is.
//!
//! | | returns | |
//! |---|---|---|
//! | `f::grad(args…)` | `G` | gradient of a scalar function |
//! | `f::value_and_grad(args…)` | `(Y, G)` | value and gradient from one pass |
//! | `f::value_and_grad_into(args…, &mut bufs…)` | `Y` | overwrites one buffer for each active argument |
//! | `f::vjp(args…)` | `(Y, impl Fn(seed) -> G)` | the pullback of any result, to be called many times |
//! | `f::jvp(primals, tangents)` | `(Y, tangent of Y)` | forward mode; `primals` has all arguments, `tangents` the active ones |
//! | `f::jacobian(args…)` | an `Array2` for each active argument | feature `ndarray`; the cheaper mode, or `_fwd`, `_rev` |
//! | `f::jacobian_into(args…, &mut bufs…)` | | the same, row-major into slices |
//! | `f::adjoint(args…, shadows…, seed)` | `Y` | adds into one shadow for each argument, [`Const`] for none |
//! | `f::EXPLAIN` | `&str` | the function and its adjoint as the compiler sees them |
//!
//! `G`, `primals` and `tangents` are bare for one argument, tuples for several. Floats and what holds floats are active, integers
//! and the like are not; `#[constant]` before a parameter makes it constant, [`stop_gradient`] cuts inside a function. The
//! gradient of a value has its owned type ([`Differentiable::Gradient`]):
//!
//! | argument | gradient, cotangent, tangent |
//! |---|---|
//! | `f64`, `f32` | the same |
//! | `&[f64]`, `Vec<f64>`, `&mut [f64]` | `Vec<f64>`; tangents and seeds are passed as `&[f64]`, buffers as `&mut [f64]` |
//! | `[f64; N]`, `&[f64; N]` | `[f64; N]` |
//! | `(f64, usize)` | `(f64, ())` |
//!
//! A `&mut` argument is input and output: its cotangent enters as that of the final value and leaves as that of the initial value.
//!
//! [`check_grad!`] compares both modes with differences, for tests. [`Function`] and [`func`] are for code that is generic over
//! differentiated functions. The traits of the calling convention ([`Kind`], [`Shadow`], [`TangentOf`], [`Cotangent`]) are
//! what emitted code is written against; programs rarely name them.

pub use ad_macros::{Differentiable, differentiate};

mod again;
#[doc(hidden)]
pub mod boxed;
mod casts;
mod check;
mod component;
#[doc(hidden)]
pub mod constants;
mod convention;
mod cotangent;
mod differentiable;
mod error;
mod flat;
mod function;
#[doc(hidden)]
pub mod functions;
#[doc(hidden)]
pub mod hessian;
#[doc(hidden)]
pub mod implicit;
mod jacobian;
mod like;
mod lu;
pub mod math;
#[doc(hidden)]
pub mod missing;
pub mod operators;
mod order;
mod range;
mod scalar;
mod slices;
pub mod sparse;
mod stop_gradient;
mod tuples;
mod vector_space;
mod workspace;
mod wrapped;

pub use again::{Again, Keep, again};
#[doc(hidden)]
pub use again::{Argument, Held, KeptAsIs, KeptBy, PassedAsNothing, PassedBy};
#[doc(hidden)]
pub use casts::{CastOperand, cast_cotangent, cast_tangent};
pub use check::{Check, Mismatch};
#[doc(hidden)]
pub use component::{Cast, Component, Float, Integer, float, integer};
pub use convention::{Active, Callable, Const, ConstantParameter, Kind, MutableParameter, Shadow, TangentOf, own_or};
pub use cotangent::{Cotangent, accumulate, reset, seed, take, zero};
#[doc(hidden)]
pub use cotangent::{Parameter, Record};
pub use differentiable::Differentiable;
#[doc(hidden)]
pub use error::check_len;
pub use flat::Flat;
pub use function::{Func, Function, Pass, func};
#[doc(hidden)]
pub use function::{fill, floats, inputs};
pub use functions::{FunctionValue, WithDerivative, with_derivative};
#[doc(hidden)]
pub use hessian::{ByName, Hessian, IntoDot};
#[cfg(feature = "ndarray")]
#[doc(hidden)]
pub use jacobian::no_matrix;
#[doc(hidden)]
pub use jacobian::{Apart, Block, InPlace, Jacobian, Mode};
#[doc(hidden)]
pub use like::{CastFrom, like};
#[doc(hidden)]
pub use order::{TotalOrder, partial_order, total_order, whole_order};
#[doc(hidden)]
pub use range::{Number, nth_of_range};
pub use scalar::Scalar;
#[doc(hidden)]
pub use scalar::{FromScalar, ToScalar, to_integer};
pub use slices::{accumulate_slice, clear_slice};
pub use stop_gradient::stop_gradient;
pub use vector_space::VectorSpace;
#[doc(hidden)]
pub use workspace::Buffer;
#[doc(hidden)]
pub use workspace::Workspace;
#[doc(hidden)]
pub use wrapped::Wrapped;

#[cfg(feature = "ndarray")]
#[doc(hidden)]
pub use ndarray;
