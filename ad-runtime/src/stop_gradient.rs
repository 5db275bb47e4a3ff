//! Cutting the derivative on purpose.

/// The identity, with derivative zero: what is computed from the result does not depend on `x` as far as
/// derivatives are concerned.
///
/// ```
/// use ad_runtime::stop_gradient;
/// let scale = stop_gradient(3.0); // a plain value for rustc, a constant for the compiler
/// assert_eq!(scale, 3.0);
/// ```
#[inline(always)]
#[must_use]
pub fn stop_gradient<T>(x: T) -> T {
    x
}
