//! From the compiler's parts to the tokens that the user's crate compiles.

pub mod api;
mod function;
mod gradient;
mod jacobian;
mod pullback;
