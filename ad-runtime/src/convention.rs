//! The calling convention between differentiated functions.
//!
//! A macro cannot see the signature of a function that is called, so the convention is uniform: one
//! *shadow* (reverse mode) or one *tangent* (forward mode) per argument, in argument order, and
//! constants pass the zero-sized [`Const`]. Callees are generic over the *kinds* of their arguments,
//! so monomorphisation is the interprocedural activity analysis: what is done for a constant shadow
//! sits behind `Option`s that are `None` by type, and vanishes.
//!
//! For `fn helper(a: f64, xs: &[f64], n: usize) -> f64` the macro emits, in short:
//!
//! ```text
//! helper::forward(a, xs, n, (k0, k1, Const)) -> (y, reverse)       // split form
//!     reverse: impl Fn(((), &[f64], ()), (K0::Shadow<'_, f64>, K1::Shadow<'_, [f64]>, Const), y_bar)
//! helper::adjoint(a, xs, n, a_bar, xs_bar, Const, y_bar) -> y      // joint form
//! helper::tangent(a, xs, n, (a_dot, xs_dot, Const)) -> (y, y_dot)
//! ```
//!
//! The reverse half owns what it keeps and borrows nothing. Arguments that are shared references are
//! passed to it again, with the contents they had at the call; for all others it takes `()`.

/// The shadow or tangent of an argument that is constant: zero-sized, and no work is done for it.
///
/// ```
/// use ad_runtime::{differentiate, Const};
/// #[differentiate]
/// fn scale(a: f64, x: f64) -> f64 { a * x }
/// let mut a_bar = 10.0; // a shadow keeps what it held and gains the gradient
/// let y = scale::adjoint(2.0, 3.0, &mut a_bar, Const, 1.0);
/// assert_eq!((y, a_bar), (6.0, 13.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Const;

/// The kind of an argument that has a shadow; the counterpart of [`Const`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Active;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Const {}
    impl Sealed for super::Active {}
}

/// Whether an argument is [`Active`] or [`Const`], as a type.
pub trait Kind: sealed::Sealed + Copy + Default + 'static {
    /// True for [`Active`].
    const ACTIVE: bool;
    /// What stands for the shadow of a place of type `T`: `&mut T`, or `Const`.
    type Shadow<'a, T: ?Sized + 'a>: Shadow<T, Kind = Self>;
    /// What stands for the tangent of a place of type `T`: `&T`, or `Const`.
    type Tangent<'a, T: ?Sized + 'a>: TangentOf<T, Kind = Self>;
}

impl Kind for Const {
    const ACTIVE: bool = false;
    type Shadow<'a, T: ?Sized + 'a> = Const;
    type Tangent<'a, T: ?Sized + 'a> = Const;
}

impl Kind for Active {
    const ACTIVE: bool = true;
    type Shadow<'a, T: ?Sized + 'a> = &'a mut T;
    type Tangent<'a, T: ?Sized + 'a> = &'a T;
}

/// A place that cotangents of type `T` are accumulated into, or [`Const`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the shadow of an argument whose gradient is `{T}`",
    note = "pass `&mut` of the gradient's type (`&mut [f64]` for slices and Vecs), or `Const` for a constant argument"
)]
pub trait Shadow<T: ?Sized> {
    /// [`Active`] or [`Const`].
    type Kind: Kind;
    /// The kind as a value, to choose it in a call.
    #[inline(always)]
    fn kind(&self) -> Self::Kind {
        Self::Kind::default()
    }
    /// Whether there is a place; known at compile time.
    #[inline(always)]
    fn is_active(&self) -> bool {
        Self::Kind::ACTIVE
    }
    /// The place, or `None` for a constant. Not `get`: that is what slices have, of which `x.get(3)` in a derivative would find this one.
    fn present(&mut self) -> Option<&mut T>;
    /// The same shadow for a shorter time.
    fn reborrow(&mut self) -> <Self::Kind as Kind>::Shadow<'_, T>;
    /// The shadow of a part of the place.
    fn view<U: ?Sized>(&mut self, part: impl FnOnce(&mut T) -> &mut U) -> <Self::Kind as Kind>::Shadow<'_, U>;
}

impl<T: ?Sized> Shadow<T> for Const {
    type Kind = Const;
    #[inline(always)]
    fn present(&mut self) -> Option<&mut T> {
        None
    }
    #[inline(always)]
    fn reborrow(&mut self) -> Const {
        Const
    }
    #[inline(always)]
    fn view<U: ?Sized>(&mut self, _: impl FnOnce(&mut T) -> &mut U) -> Const {
        Const
    }
}

impl<T: ?Sized> Shadow<T> for &mut T {
    type Kind = Active;
    #[inline(always)]
    fn present(&mut self) -> Option<&mut T> {
        Some(self)
    }
    #[inline(always)]
    fn reborrow(&mut self) -> &mut T {
        self
    }
    #[inline(always)]
    fn view<U: ?Sized>(&mut self, part: impl FnOnce(&mut T) -> &mut U) -> &mut U {
        part(self)
    }
}

/// The shadows of a slice: a `&mut Vec<T>` or `&mut [T; N]` may stand for a `&mut [T]`.
macro_rules! slice_shadow {
    ($([$($generics:tt)*] $owner:ty),*) => {$(
        impl<T, $($generics)*> Shadow<[T]> for &mut $owner {
            type Kind = Active;
            #[inline(always)]
            fn present(&mut self) -> Option<&mut [T]> {
                Some(&mut self[..])
            }
            #[inline(always)]
            fn reborrow(&mut self) -> &mut [T] {
                &mut self[..]
            }
            #[inline(always)]
            fn view<U: ?Sized>(&mut self, part: impl FnOnce(&mut [T]) -> &mut U) -> &mut U {
                part(&mut self[..])
            }
        }
    )*};
}
slice_shadow!([] Vec<T>, [const N: usize] [T; N]);

/// A box may stand for what is in it, as it may for the argument.
impl<T: ?Sized> Shadow<T> for &mut Box<T> {
    type Kind = Active;
    #[inline(always)]
    fn present(&mut self) -> Option<&mut T> {
        Some(self)
    }
    #[inline(always)]
    fn reborrow(&mut self) -> &mut T {
        self
    }
    #[inline(always)]
    fn view<U: ?Sized>(&mut self, part: impl FnOnce(&mut T) -> &mut U) -> &mut U {
        part(self)
    }
}

/// The tangent of an argument, or [`Const`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the tangent of an argument whose tangent is `{T}`",
    note = "pass `&` of the tangent, or `Const` for a constant argument"
)]
pub trait TangentOf<T: ?Sized> {
    /// [`Active`] or [`Const`].
    type Kind: Kind;
    /// The kind as a value, to choose it in a call.
    #[inline(always)]
    fn kind(&self) -> Self::Kind {
        Self::Kind::default()
    }
    /// Whether there is a tangent; known at compile time.
    #[inline(always)]
    fn is_active(&self) -> bool {
        Self::Kind::ACTIVE
    }
    /// The tangent, or `None` for a constant.
    fn present(&self) -> Option<&T>;
    /// The tangent of a part of the place.
    fn view<'a, U: ?Sized + 'a>(&'a self, part: impl FnOnce(&'a T) -> &'a U) -> <Self::Kind as Kind>::Tangent<'a, U>
    where
        T: 'a;
}

impl<T: ?Sized> TangentOf<T> for Const {
    type Kind = Const;
    #[inline(always)]
    fn present(&self) -> Option<&T> {
        None
    }
    #[inline(always)]
    fn view<'a, U: ?Sized + 'a>(&'a self, _: impl FnOnce(&'a T) -> &'a U) -> Const
    where
        T: 'a,
    {
        Const
    }
}

impl<T: ?Sized> TangentOf<T> for &T {
    type Kind = Active;
    #[inline(always)]
    fn present(&self) -> Option<&T> {
        Some(self)
    }
    #[inline(always)]
    fn view<'a, U: ?Sized + 'a>(&'a self, part: impl FnOnce(&'a T) -> &'a U) -> &'a U
    where
        T: 'a,
    {
        part(self)
    }
}

/// A `&mut` variable's tangent, where the variable is passed by its name to a parameter that takes `&`.
impl<T: ?Sized> TangentOf<T> for &mut T {
    type Kind = Active;
    #[inline(always)]
    fn present(&self) -> Option<&T> {
        Some(self)
    }
    #[inline(always)]
    fn view<'a, U: ?Sized + 'a>(&'a self, part: impl FnOnce(&'a T) -> &'a U) -> &'a U
    where
        T: 'a,
    {
        part(self)
    }
}

/// The tangents of a slice: a `&Vec<T>` or `&[T; N]` may stand for a `&[T]`.
macro_rules! slice_tangent {
    ($([$($generics:tt)*] $owner:ty),*) => {$(
        impl<T, $($generics)*> TangentOf<[T]> for $owner {
            type Kind = Active;
            #[inline(always)]
            fn present(&self) -> Option<&[T]> {
                Some(&self[..])
            }
            #[inline(always)]
            fn view<'a, U: ?Sized + 'a>(&'a self, part: impl FnOnce(&'a [T]) -> &'a U) -> &'a U
            where
                [T]: 'a,
            {
                part(&self[..])
            }
        }
    )*};
}
/// The tangent of what is in a box.
macro_rules! box_tangent {
    ($($owner:ty),*) => {$(
        impl<T: ?Sized> TangentOf<T> for $owner {
            type Kind = Active;
            #[inline(always)]
            fn present(&self) -> Option<&T> {
                Some(self)
            }
            #[inline(always)]
            fn view<'a, U: ?Sized + 'a>(&'a self, part: impl FnOnce(&'a T) -> &'a U) -> &'a U
            where
                T: 'a,
            {
                part(self)
            }
        }
    )*};
}
box_tangent!(&Box<T>, &mut Box<T>);
slice_tangent!([] &Vec<T>, [const N: usize] &[T; N], [] &mut Vec<T>, [const N: usize] &mut [T; N]);

/// The kind that a `#[constant]` parameter takes. Only [`Const`] has it, so passing an active value
/// to a parameter that its function declares constant is an error and never a zero.
#[diagnostic::on_unimplemented(
    message = "an active value is passed to a parameter that is constant in the called function",
    label = "this argument depends on what is differentiated",
    note = "its derivative would be lost: remove `#[constant]` from the parameter, or pass `ad_runtime::stop_gradient(x)` to cut the derivative on purpose"
)]
pub trait ConstantParameter: Kind {}
impl ConstantParameter for Const {}

/// The shadow of a `#[constant]` `&mut` parameter, or its tangent: the caller's, or one of the function's own.
#[inline(always)]
pub fn own_or<'a, T: ?Sized, O: core::borrow::BorrowMut<T>>(
    callers: &'a mut impl Shadow<T>,
    own: &'a mut Option<O>,
) -> &'a mut T {
    match (callers.present(), own) {
        (Some(shadow), _) => shadow,
        (None, Some(own)) => own.borrow_mut(),
        (None, None) => unreachable!("made where the caller has none"),
    }
}

/// The kind that a `&mut` parameter takes. Only [`Active`] has it: what the call writes may be active
/// whatever was there before, so such an argument always has a shadow (and a tangent).
#[diagnostic::on_unimplemented(
    message = "a `&mut` argument needs a shadow",
    label = "pass `ad_runtime::Active` and `&mut` of the gradient's type"
)]
pub trait MutableParameter: Kind {}
impl MutableParameter for Active {}

/// A function with a derivative: implemented by the type that `#[differentiate]` puts beside the function.
/// Calls in differentiated functions go through it, so that a callee without a derivative is one clear error.
#[diagnostic::on_unimplemented(
    message = "this function is called on the way to a derivative, but it has none itself",
    label = "called here with an argument that depends on what is differentiated",
    note = "put `#[differentiate]` on the called function (if it is imported with `use`, its derivative comes along)",
    note = "or cut the derivative on purpose: `ad_runtime::stop_gradient(..)` around each active argument"
)]
pub trait Callable {
    /// The type that has the derivatives as associated functions: `Self`.
    type Derivatives;
}
