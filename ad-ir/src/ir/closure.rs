//! A closure that is passed to another function: compiled as a function of its own, of what it captures and of its arguments.

use super::Func;
use crate::signature::Signature;

/// A closure.
#[derive(Clone)]
pub struct Closure {
    /// First what it captures, then its own parameters.
    pub sig: Signature,
    pub func: Func,
    /// How many of the parameters are captured.
    pub captures: usize,
    /// Whether it calls a parameter of the function that it stands in.
    pub calls_parameter: bool,
}
