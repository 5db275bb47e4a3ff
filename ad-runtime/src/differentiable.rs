//! What may be differentiated with respect to.

use crate::{Cotangent, zero};

/// A type that an active parameter may have: floats, plain data that holds floats, and what derives it. Integers do not
/// implement it: a parameter that holds none is a constant.
///
/// ```
/// use ad_runtime::Differentiable;
/// assert_eq!([1.0, 2.0].zero_gradient(), [0.0; 2]);
/// assert_eq!(vec![1.0f32].zero_gradient(), [0.0f32]);
/// ```
///
/// The gradient of a struct or enum that derives it is a value of the same type. Fields marked `#[constant]`, and fields of types
/// that hold no float by their names (integers, `bool`, strings, …), are constant: a gradient has the primal's, cloned, and
/// what a cotangent or tangent holds there is ignored. Inside a function a struct is the sum of its parts: what was computed from
/// active values is followed through a constant field too, and constant is the field of an argument. All other fields must be `Differentiable` themselves. The gradient of
/// an enum has the variant of its value. `Clone` is needed as well.
///
/// ```
/// use ad_runtime::Differentiable;
///
/// #[derive(Clone, Debug, PartialEq, Differentiable)]
/// enum Shape {
///     Disc { radius: f64, #[constant] density: f64 },
///     Box(f64, f64),
/// }
/// let disc = Shape::Disc { radius: 2.0, density: 5.0 };
/// assert_eq!(disc.zero_gradient(), Shape::Disc { radius: 0.0, density: 5.0 });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not differentiable",
    label = "active by default, because the macro does not know this type",
    note = "mark the parameter `#[constant]` if its derivative is not wanted",
    note = "derive `Differentiable` for a struct or enum that holds floats"
)]
pub trait Differentiable {
    /// The owned type of a gradient: `f64` for `f64`, `Vec<f64>` for `&[f64]` and `Vec<f64>`, `[f64; N]` for `[f64; N]`.
    type Gradient: Clone;
    /// The gradient that is zero, in the shape of this value.
    fn zero_gradient(&self) -> Self::Gradient;
}

macro_rules! plain {
    ($([$($generics:tt)*] $t:ty),* $(,)?) => {$(
        impl<$($generics)*> Differentiable for $t {
            type Gradient = <$t as Cotangent>::Bar;
            #[inline]
            fn zero_gradient(&self) -> Self::Gradient {
                let mut bar = zero(self);
                <$t as Cotangent>::restore_constants(&mut bar, self);
                bar
            }
        }
    )*};
}
plain! {
    [] f32,
    [] f64,
    [T: Differentiable + Cotangent, const N: usize] [T; N],
    [T: Differentiable + Cotangent] Vec<T>,
    [T: Differentiable + Cotangent] [T],
    ['a, T: Differentiable + Cotangent + ?Sized] &'a T,
    ['a, T: Differentiable + Cotangent + ?Sized] &'a mut T,
    [T: Differentiable + Cotangent] Box<T>,
    [T: Differentiable + Cotangent] Option<T>,
    [T: Differentiable + Cotangent, E] Result<T, E>,
    [A: Cotangent] (A,),
    [A: Cotangent, B: Cotangent] (A, B),
    [A: Cotangent, B: Cotangent, C: Cotangent] (A, B, C),
    [A: Cotangent, B: Cotangent, C: Cotangent, D: Cotangent] (A, B, C, D),
    [A: Cotangent, B: Cotangent, C: Cotangent, D: Cotangent, E: Cotangent] (A, B, C, D, E),
    [A: Cotangent, B: Cotangent, C: Cotangent, D: Cotangent, E: Cotangent, F: Cotangent] (A, B, C, D, E, F),
}
