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
    constants() -> bool = T::constants;
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

/// A constant field, to be made free of floats: `Constant(&x).zero()` is the zero of a type that has one, and a clone of all
/// others. Which of the two traits is meant is decided by method resolution: the one on the value before that on its reference.
#[derive(Debug)]
pub struct Constant<'a, T: ?Sized>(pub &'a T);

/// Of types that have a zero.
pub trait WithoutFloats {
    /// The type of the field.
    type Field;
    /// The value with its floats made zero.
    fn zero(self) -> Self::Field;
}

impl<T: Cotangent<Bar = T>> WithoutFloats for Constant<'_, T> {
    type Field = T;
    fn zero(self) -> T {
        self.0.zero()
    }
}

/// Of all other types.
pub trait AsItIs {
    /// The type of the field.
    type Field;
    /// The value.
    fn zero(self) -> Self::Field;
}

impl<T: Clone> AsItIs for &Constant<'_, T> {
    type Field = T;
    fn zero(self) -> T {
        self.0.clone()
    }
}

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
