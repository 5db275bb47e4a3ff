//! Constant fields of structs that derive `Differentiable`: what the derived code calls.
//!
//! Cotangents and tangents of a struct carry its constant fields along. So that emitted code need not know which fields
//! are constant, their floats are zero in what it reads as a tangent, and what it adds to them is thrown away in the end.

use crate::{Component, Cotangent, Flat, VectorSpace};

/// What an active field of a struct that derives `Differentiable` must be.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` has no gradient of its own type",
    label = "active by default, because only its name is known to the macro",
    note = "mark the field `#[constant]` if its derivative is not wanted; an alias of an integer type must be marked",
    note = "or derive `Differentiable` for `{Self}`"
)]
pub trait Field: Cotangent<Bar = Self> + Component + Flat + VectorSpace + Clone + Sized {}
#[diagnostic::do_not_recommend]
impl<T: Cotangent<Bar = T> + Component + Flat + VectorSpace + Clone> Field for T {}

/// Asks it of a type.
pub fn field<T: Field>() {}

/// Operations on an active field. For a type that is no [`Field`], which [`field`] reports, [`Fallback`] takes their place,
/// so that one mistake is one error: method resolution tries the trait on the value before that on its reference.
#[derive(Debug)]
pub struct On<T>(core::marker::PhantomData<T>);

impl<T> Default for On<T> {
    fn default() -> Self {
        On(core::marker::PhantomData)
    }
}

macro_rules! operations {
    ($($name:ident($($arg:ident: $ty:ty),*) $(-> $result:ty)? = $by:path;)*) => {
        /// What is done with an active field, each as the trait has it.
        #[allow(missing_docs)]
        pub trait Operations<T>: Sized {
            $(fn $name(self, $($arg: $ty),*) $(-> $result)?;)*
        }
        impl<T: Field> Operations<T> for On<T> {
            $(#[inline(always)] fn $name(self, $($arg: $ty),*) $(-> $result)? { $by($($arg),*) })*
        }
        /// Never runs.
        #[allow(missing_docs)]
        pub trait Fallback<T>: Sized {
            $(fn $name(self, $($arg: $ty),*) $(-> $result)? { $(let _ = $arg;)* unreachable!() })*
        }
        impl<T> Fallback<T> for &On<T> {}
    };
}
operations! {
    constants_within(depth: u8) -> bool = T::constants_within;
    zero(x: &T) -> T = T::zero;
    add_assign(bar: &mut T, other: &T) = T::add_assign;
    clear(bar: &mut T) = T::clear;
    clear_constants(bar: &mut T) = T::clear_constants;
    restore_constants(bar: &mut T, primal: &T) = T::restore_constants;
    scaled_add(x: &mut T, alpha: f64, other: &T) = T::scaled_add;
    dot(x: &T, other: &T) -> f64 = T::dot;
    read(x: &T, with: &mut dyn FnMut(f64)) = T::read;
    write(x: &mut T, with: &mut dyn FnMut() -> f64) = T::write;
}

/// A constant field, to be made free of floats. `(&Constant(&x)).zero()` is the zero of a type that has one, a clone with zeros
/// for floats of other plain data, `Vec<(usize, f64)>` for instance, and a clone of all the rest. Which of the three traits is
/// meant is decided by method resolution: the one on the reference before that on its reference before that on the value.
#[derive(Debug)]
pub struct Constant<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized> Clone for Constant<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Constant<'_, T> {}

/// Of types that have a zero.
pub trait WithoutFloats {
    /// The type of the field.
    type Field;
    /// The value with its floats made zero.
    fn zero(self) -> Self::Field;
}

impl<T: Cotangent<Bar = T>> WithoutFloats for &Constant<'_, T> {
    type Field = T;
    fn zero(self) -> T {
        self.0.zero()
    }
}

/// Of owned plain data in which floats and integers are mixed.
pub trait WithZeros {
    /// The type of the field.
    type Field;
    /// The value with its floats made zero.
    fn zero(self) -> Self::Field;
}

impl<T: Flat + Clone + Owned> WithZeros for &&Constant<'_, T> {
    type Field = T;
    fn zero(self) -> T {
        let mut copy = self.0.clone();
        copy.write(&mut || 0.0);
        copy
    }
}

/// Of all other types.
pub trait AsItIs {
    /// The type of the field.
    type Field;
    /// The value.
    fn zero(self) -> Self::Field;
}

impl<T: Clone> AsItIs for Constant<'_, T> {
    type Field = T;
    fn zero(self) -> T {
        self.0.clone()
    }
}

/// Plain data whose floats are its own, so that a copy may have others.
pub trait Owned {}

macro_rules! owned {
    ($([$($generics:tt)*] $t:ty),* $(,)?) => {$(impl<$($generics)*> Owned for $t {})*};
}
owned! {
    [] f32, [] f64, [] usize, [] u8, [] u16, [] u32, [] u64, [] u128, [] isize, [] i8, [] i16, [] i32, [] i64, [] i128,
    [] bool, [] char, [] String, [] (),
    [T: Owned] Vec<T>, [T: Owned, const N: usize] [T; N], [T: Owned] Option<T>, [T: Owned] Box<T>,
    [A: Owned] (A,), [A: Owned, B: Owned] (A, B), [A: Owned, B: Owned, C: Owned] (A, B, C),
    [A: Owned, B: Owned, C: Owned, D: Owned] (A, B, C, D), [A: Owned, B: Owned, C: Owned, D: Owned, E: Owned] (A, B, C, D, E),
}

/// Two values of a constant field: what code between the boundaries adds to it is followed like any other cotangent. So a
/// struct made of active values inside a function has the derivatives of its parts, in both modes.
#[derive(Debug)]
pub struct Sum<'a, T: ?Sized>(pub &'a mut T, pub &'a T);

/// Of types that have a cotangent.
pub trait AddFloats {
    /// Adds the second to the first.
    fn add(self);
}

impl<T: Cotangent<Bar = T> + Flat> AddFloats for Sum<'_, T> {
    #[inline]
    fn add(self) {
        // What a user's cotangent holds there is ignored, whatever its length.
        if self.0.count() == self.1.count() {
            T::add_assign(self.0, self.1);
        }
    }
}

/// Of all other types.
pub trait AddNothing: Sized {
    /// Does nothing.
    fn add(self) {}
}

impl<T: ?Sized> AddNothing for &Sum<'_, T> {}

/// Two values that should be of one variant are not.
#[cold]
#[inline(never)]
#[track_caller]
pub fn other_variant(expected: &str, found: &str) -> ! {
    panic!("a cotangent is of the variant `{found}` where its value is `{expected}`")
}

/// A value that has the constant fields of `of`, if its type has any: what [`restore`] gives to a gradient.
#[inline]
pub fn constants_of<T: Cotangent + ?Sized>(of: &T) -> Option<T::Bar> {
    T::constants().then(|| {
        let mut bar = of.zero();
        T::restore_constants(&mut bar, of);
        bar
    })
}

/// The same of a value that the function changes: its gradient starts from a cotangent of the user's, integers and all.
#[inline]
pub fn constants_of_changed<T: Cotangent + ?Sized>(of: &T) -> Option<T::Bar> {
    let mut bar = of.zero();
    T::restore_constants(&mut bar, of);
    Some(bar)
}

/// Gives a gradient its constant fields.
#[inline]
pub fn restore<B: Cotangent<Bar = B>>(bar: &mut B, from: &Option<B>) {
    if let Some(from) = from {
        B::restore_constants(bar, from);
    }
}

/// The same for a buffer.
#[inline]
pub fn restore_slice<B: Cotangent<Bar = B>>(bar: &mut [B], from: &Option<Vec<B>>) {
    if let Some(from) = from {
        bar.iter_mut().zip(from).for_each(|(b, f)| B::restore_constants(b, f));
    }
}

/// Takes its constant fields out of the cotangent of a gradient. There they belong to copies of the argument's, which are no
/// derivatives: [`give`] hands them on to the argument, and no direction of a second derivative has them.
#[inline]
pub fn taken<B: Cotangent<Bar = B>>(cotangent: &mut B) -> Option<B> {
    let kept = constants_of(&*cotangent);
    if kept.is_some() {
        B::clear_constants(cotangent);
    }
    kept
}

/// Adds what was taken to a shadow.
#[inline]
pub fn give<B: Cotangent<Bar = B>>(bar: Option<&mut B>, kept: &Option<B>) {
    if let (Some(bar), Some(kept)) = (bar, kept) {
        B::add_assign(bar, kept);
    }
}

/// The same for a list.
#[inline]
pub fn give_slice<B: Cotangent<Bar = B>>(bar: Option<&mut [B]>, kept: &Option<Vec<B>>) {
    if let (Some(bar), Some(kept)) = (bar, kept) {
        bar.iter_mut().zip(kept).for_each(|(b, k)| B::add_assign(b, k));
    }
}

/// Makes the constant fields of a tangent free of floats.
#[inline]
pub fn clean<B: Cotangent<Bar = B>>(dot: &mut B) {
    B::clear_constants(dot);
}

/// The same of a list.
#[inline]
pub fn clean_slice<B: Cotangent<Bar = B>>(dot: &mut [B]) {
    dot.iter_mut().for_each(B::clear_constants);
}

/// A tangent whose constant fields hold no floats.
#[inline]
pub fn cleaned<B: Cotangent<Bar = B> + Clone>(dot: &B) -> std::borrow::Cow<'_, B> {
    let mut dot = std::borrow::Cow::Borrowed(dot);
    if B::constants() {
        B::clear_constants(dot.to_mut());
    }
    dot
}

/// The same of a list.
#[inline]
pub fn cleaned_slice<B: Cotangent<Bar = B> + Clone>(dot: &[B]) -> std::borrow::Cow<'_, [B]> {
    let mut dot = std::borrow::Cow::Borrowed(dot);
    if B::constants() {
        dot.to_mut().iter_mut().for_each(B::clear_constants);
    }
    dot
}

/// A field of a struct in a tangent: whether what is read in it is a derivative. That of an active field is, and that of a
/// constant one which was made free of floats. A constant field of another type holds the primal's floats.
#[derive(Debug)]
pub struct Tracked<'a, T: ?Sized>(pub &'a T);

/// Of types with a cotangent of their own type, which active fields have.
pub trait IsTracked {
    /// True.
    fn is(&self) -> bool;
}
impl<T: Cotangent<Bar = T>> IsTracked for Tracked<'_, T> {
    #[inline(always)]
    fn is(&self) -> bool {
        true
    }
}

/// Of all other types.
pub trait IsNotTracked {
    /// False.
    fn is(&self) -> bool;
}
impl<T: ?Sized> IsNotTracked for &Tracked<'_, T> {
    #[inline(always)]
    fn is(&self) -> bool {
        false
    }
}

/// `tracked!(&s_dot.table; s_dot.table.factor)`: the value, or zero where it is no derivative.
#[macro_export]
#[doc(hidden)]
macro_rules! tracked {
    ($($field:expr),+; $value:expr) => {{
        use $crate::constants::{IsNotTracked as _, IsTracked as _};
        if true $(&& (&$crate::constants::Tracked($field)).is())+ { $value } else { ::core::default::Default::default() }
    }};
}

/// Asks of the type of a field, which a call is given or in which something active is stored, that its tangent is one.
#[inline(always)]
pub fn followed<T: Followed + ?Sized>(_: &T) {}

/// A type whose tangent can be handed to a function.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` has no tangent, in which an active value could be stored or which could be handed to a function",
    label = "it belongs to a constant field, and only owned plain data can be made free of floats",
    note = "derive `Differentiable` for it, own the data, or pass `stop_gradient(..)` of it"
)]
pub trait Followed {}
#[diagnostic::do_not_recommend]
impl<T: Cotangent<Bar = T>> Followed for T {}
