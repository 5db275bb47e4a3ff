//! The error function: a polynomial in x² up to 1, and beyond 1 - e^(-x²) g(x), where g is smooth and little of the result
//! depends on it.

use super::exp::exp;
use super::real::{Real, select};

#[inline(always)]
pub(super) fn erf<T: Real, const FMA: bool>(x: T) -> T {
    let one = T::of(1.0);
    let a = x.abs();
    let near = a.mul_add::<FMA>(T::erf::<FMA>(a * a), a);
    let b = select(T::ERF_END < a, T::ERF_END, a);
    let v = (b - one) / (b + T::of(3.0));
    let far = one - exp::<T, FMA>(-(b * b)) * T::erfc::<FMA>(v);
    select(a < one, near, far).copysign(x)
}
