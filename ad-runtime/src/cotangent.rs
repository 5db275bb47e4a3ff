//! Cotangent spaces of plain data.

use crate::{constants, error};

/// A type whose values have cotangents (and tangents): what the emitted code calls when only rustc
/// knows a type. Plain data only: floats, integers, tuples, arrays, `Vec`s, slices and references.
/// Integers, `bool`, `char` and strings have the zero-sized cotangent `()`.
///
/// ```
/// use ad_runtime::{zero, Cotangent};
/// let y = (2.0, vec![1.0, 2.0], 3usize);
/// assert_eq!(zero(&y), (0.0, vec![0.0, 0.0], ()));
/// let mut bar = vec![1.0, 2.0];
/// Vec::<f64>::add_assign(&mut bar, &vec![10.0, 20.0]);
/// assert_eq!(bar, [11.0, 22.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no cotangent",
    note = "floats, integers, tuples, arrays, slices, `Vec`s and references to them have one",
    note = "a struct or an enum of yours gets one by `#[derive(Clone, ad_runtime::Differentiable)]`; fields without derivative are marked `#[constant]`",
    note = "mark the parameter `#[constant]`, or cut the derivative with `ad_runtime::stop_gradient`"
)]
pub trait Cotangent {
    /// The owned type of a cotangent: `f64` for `f64`, `Vec<f64>` for `[f64]`, `()` for `usize`.
    type Bar: Clone;
    /// How a cotangent is handed to a reverse half: slices by reference, all else by value.
    type Seed<'a>
    where
        Self: 'a;
    /// The zero cotangent of this shape.
    fn zero(&self) -> Self::Bar;
    /// A cotangent as a seed.
    fn seed<'a>(bar: &'a Self::Bar) -> Self::Seed<'a>
    where
        Self: 'a;
    /// `bar += other`, elementwise.
    ///
    /// # Panics
    ///
    /// If the two differ in length somewhere.
    fn add_assign(bar: &mut Self::Bar, other: &Self::Bar);
    /// `self += bar`, where `self` is a part of the cotangent of a struct: there a field has its own type, integers included.
    fn add_bar(&mut self, bar: &Self::Bar);
    /// `bar += self`, where `self` is a part of the cotangent of a struct.
    fn add_to_bar(&self, bar: &mut Self::Bar);
    /// Whether values of this type have constant fields, which cotangents carry along (see [`Differentiable`](crate::Differentiable)).
    #[inline(always)]
    fn constants() -> bool {
        Self::constants_within(0)
    }
    /// The same at a depth of nested types. A type that holds itself, in a `Box` or a `Vec`, would go on for ever: from some depth on,
    /// what is not known to have none is taken to have some.
    #[doc(hidden)]
    #[inline(always)]
    fn constants_within(_depth: u8) -> bool {
        false
    }
    /// Makes the floats in the constant fields of a tangent zero, whatever the caller put there.
    #[inline(always)]
    fn clear_constants(_bar: &mut Self::Bar) {}
    /// Gives the constant fields of a gradient the values that `primal` has.
    #[inline(always)]
    fn restore_constants(_bar: &mut Self::Bar, _primal: &Self) {}
}

/// What derivatives ask of a type that their compiler knows by name only: its cotangent is a value of the type itself.
#[doc(hidden)]
pub trait Record: Cotangent<Bar = Self> + crate::Flat + Clone {}

impl<T: Cotangent<Bar = T> + crate::Flat + Clone> Record for T {}

/// The same of a type parameter, of which nothing is known but its bounds. The derive implements it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` stands for a type parameter on the way to a derivative, and has no gradient",
    note = "a struct or an enum of yours gets one by `#[derive(Clone, ad_runtime::Differentiable)]`; fields without derivative are marked `#[constant]`",
    note = "where it has none, mark the parameter `#[constant]`, in a trait `#[constant] &self`"
)]
pub trait Parameter:
    Record + for<'a> Cotangent<Bar = Self, Seed<'a> = Self> + crate::Component + crate::IntoDot<Self> + 'static
{
}

impl Parameter for f64 {}
impl Parameter for f32 {}

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl Cotangent for $float {
            type Bar = $float;
            type Seed<'a> = $float where Self: 'a;
            #[inline(always)]
            fn zero(&self) -> $float {
                0.0
            }
            #[inline(always)]
            fn seed<'a>(bar: &'a $float) -> Self::Seed<'a>
    where
        Self: 'a,
    {
                *bar
            }
            #[inline(always)]
            fn add_assign(bar: &mut $float, other: &$float) {
                *bar += *other;
            }
            #[inline(always)]
            fn add_bar(&mut self, bar: &$float) {
                *self += *bar;
            }
            #[inline(always)]
            fn add_to_bar(&self, bar: &mut $float) {
                *bar += *self;
            }
        }
    )*};
}
floats!(f32 f64);

macro_rules! constants {
    ($($constant:ty),*) => {$(
        impl Cotangent for $constant {
            type Bar = ();
            type Seed<'a> = () where Self: 'a;
            #[inline(always)]
            fn zero(&self) {}
            #[inline(always)]
            fn seed<'a>((): &'a ()) where Self: 'a {}
            #[inline(always)]
            fn add_assign((): &mut (), (): &()) {}
            #[inline(always)]
            fn add_bar(&mut self, (): &()) {}
            #[inline(always)]
            fn add_to_bar(&self, (): &mut ()) {}
        }
    )*};
}
constants!(usize, u8, u16, u32, u64, u128, isize, i8, i16, i32, i64, i128, bool, char, str, String, ());

macro_rules! tuples {
    ($(($($part:ident $i:tt),+))*) => {$(
        impl<$($part: Cotangent),+> Cotangent for ($($part,)+) {
            type Bar = ($($part::Bar,)+);
            type Seed<'a> = ($($part::Bar,)+) where Self: 'a;
            #[inline]
            fn zero(&self) -> Self::Bar {
                ($(self.$i.zero(),)+)
            }
            #[inline]
            fn seed<'a>(bar: &'a Self::Bar) -> Self::Seed<'a>
    where
        Self: 'a,
    {
                bar.clone()
            }
            #[inline]
            fn add_assign(bar: &mut Self::Bar, other: &Self::Bar) {
                $($part::add_assign(&mut bar.$i, &other.$i);)+
            }
            #[inline]
            fn add_bar(&mut self, bar: &Self::Bar) {
                $(self.$i.add_bar(&bar.$i);)+
            }
            #[inline]
            fn add_to_bar(&self, bar: &mut Self::Bar) {
                $(self.$i.add_to_bar(&mut bar.$i);)+
            }
            #[inline(always)]
            fn constants_within(depth: u8) -> bool {
                false $(|| $part::constants_within(depth))+
            }
            #[inline]
            fn clear_constants(bar: &mut Self::Bar) {
                $($part::clear_constants(&mut bar.$i);)+
            }
            #[inline]
            fn restore_constants(bar: &mut Self::Bar, primal: &Self) {
                $($part::restore_constants(&mut bar.$i, &primal.$i);)+
            }
        }
    )*};
}
crate::tuples::up_to_12!(tuples);

impl<T: Cotangent, const N: usize> Cotangent for [T; N] {
    type Bar = [T::Bar; N];
    type Seed<'a>
        = [T::Bar; N]
    where
        Self: 'a;
    #[inline]
    fn zero(&self) -> Self::Bar {
        core::array::from_fn(|i| self[i].zero())
    }
    #[inline]
    fn seed<'a>(bar: &'a Self::Bar) -> Self::Seed<'a>
    where
        Self: 'a,
    {
        bar.clone()
    }
    #[inline]
    fn add_assign(bar: &mut Self::Bar, other: &Self::Bar) {
        bar.iter_mut().zip(other).for_each(|(b, o)| T::add_assign(b, o));
    }
    #[inline]
    fn add_bar(&mut self, bar: &Self::Bar) {
        self.iter_mut().zip(bar).for_each(|(s, b)| s.add_bar(b));
    }
    #[inline]
    fn add_to_bar(&self, bar: &mut Self::Bar) {
        self.iter().zip(bar).for_each(|(s, b)| s.add_to_bar(b));
    }

    #[inline(always)]
    fn constants_within(depth: u8) -> bool {
        T::constants_within(depth)
    }
    #[inline]
    fn clear_constants(bar: &mut Self::Bar) {
        if T::constants() {
            bar.iter_mut().for_each(T::clear_constants);
        }
    }
    #[inline]
    fn restore_constants(bar: &mut Self::Bar, primal: &Self) {
        bar.iter_mut().zip(primal).for_each(|(b, p)| T::restore_constants(b, p));
    }
}

impl<T: Cotangent> Cotangent for [T] {
    type Bar = Vec<T::Bar>;
    type Seed<'a>
        = &'a [T::Bar]
    where
        Self: 'a;
    #[inline]
    fn zero(&self) -> Self::Bar {
        self.iter().map(T::zero).collect()
    }
    #[inline]
    fn seed<'a>(bar: &'a Self::Bar) -> Self::Seed<'a>
    where
        Self: 'a,
    {
        bar
    }
    #[inline]
    fn add_assign(bar: &mut Self::Bar, other: &Self::Bar) {
        if bar.len() != other.len() {
            error::cotangent_length(bar.len(), other.len());
        }
        bar.iter_mut().zip(other).for_each(|(b, o)| T::add_assign(b, o));
    }
    #[inline]
    fn add_bar(&mut self, bar: &Self::Bar) {
        if self.len() != bar.len() {
            error::cotangent_length(self.len(), bar.len());
        }
        self.iter_mut().zip(bar).for_each(|(s, b)| s.add_bar(b));
    }
    #[inline]
    fn add_to_bar(&self, bar: &mut Self::Bar) {
        if self.len() != bar.len() {
            error::cotangent_length(bar.len(), self.len());
        }
        self.iter().zip(bar).for_each(|(s, b)| s.add_to_bar(b));
    }

    #[inline(always)]
    fn constants_within(depth: u8) -> bool {
        T::constants_within(depth)
    }
    #[inline]
    fn clear_constants(bar: &mut Self::Bar) {
        if T::constants() {
            bar.iter_mut().for_each(T::clear_constants);
        }
    }
    #[inline]
    fn restore_constants(bar: &mut Self::Bar, primal: &Self) {
        bar.iter_mut().zip(primal).for_each(|(b, p)| T::restore_constants(b, p));
    }
}

/// Smart pointers and references have the cotangents of what they hold.
macro_rules! forwards {
    ($([$($generics:tt)*] $owner:ty => $inner:ty { |$s:pat_param, $b:pat_param| $add:expr }),*) => {$(
        impl<$($generics)*> Cotangent for $owner {
            type Bar = <$inner as Cotangent>::Bar;
            type Seed<'a> = <$inner as Cotangent>::Seed<'a> where Self: 'a;
            #[inline]
            fn zero(&self) -> Self::Bar {
                <$inner>::zero(self)
            }
            #[inline]
            fn seed<'a>(bar: &'a Self::Bar) -> Self::Seed<'a>
    where
        Self: 'a,
    {
                <$inner>::seed(bar)
            }
            #[inline]
            fn add_assign(bar: &mut Self::Bar, other: &Self::Bar) {
                <$inner>::add_assign(bar, other);
            }
            #[inline]
            fn add_bar(&mut self, bar: &Self::Bar) {
                let ($s, $b) = (self, bar);
                $add
            }
            #[inline]
            fn add_to_bar(&self, bar: &mut Self::Bar) {
                <$inner>::add_to_bar(self, bar);
            }
            #[inline(always)]
            fn constants_within(depth: u8) -> bool {
                <$inner>::constants_within(depth)
            }
            #[inline]
            fn clear_constants(bar: &mut Self::Bar) {
                <$inner>::clear_constants(bar);
            }
            #[inline]
            fn restore_constants(bar: &mut Self::Bar, primal: &Self) {
                <$inner>::restore_constants(bar, primal);
            }
        }
    )*};
}
forwards!(
    [T: Cotangent] Vec<T> => [T] { |s, bar| s[..].add_bar(bar) },
    // A field that borrows is constant.
    [T: Cotangent + ?Sized] &T => T { |_, _| () },
    [T: Cotangent + ?Sized] &mut T => T { |s, bar| (**s).add_bar(bar) }
);

impl<T: Cotangent> Cotangent for Box<T> {
    type Bar = Box<T::Bar>;
    type Seed<'a>
        = Box<T::Bar>
    where
        Self: 'a;
    #[inline]
    fn zero(&self) -> Self::Bar {
        Box::new((**self).zero())
    }
    #[inline]
    fn seed<'a>(bar: &'a Self::Bar) -> Self::Seed<'a>
    where
        Self: 'a,
    {
        bar.clone()
    }
    #[inline]
    fn add_assign(bar: &mut Self::Bar, other: &Self::Bar) {
        T::add_assign(bar, other);
    }
    #[inline]
    fn add_bar(&mut self, bar: &Self::Bar) {
        (**self).add_bar(bar);
    }
    #[inline]
    fn add_to_bar(&self, bar: &mut Self::Bar) {
        (**self).add_to_bar(bar);
    }
    #[inline(always)]
    fn constants_within(depth: u8) -> bool {
        T::constants_within(depth)
    }
    #[inline]
    fn clear_constants(bar: &mut Self::Bar) {
        T::clear_constants(bar);
    }
    #[inline]
    fn restore_constants(bar: &mut Self::Bar, primal: &Self) {
        T::restore_constants(bar, primal);
    }
}

/// A cotangent has the variant of its value.
impl<T: Cotangent> Cotangent for Option<T> {
    type Bar = Option<T::Bar>;
    type Seed<'a>
        = Option<T::Bar>
    where
        Self: 'a;
    #[inline]
    fn zero(&self) -> Self::Bar {
        self.as_ref().map(T::zero)
    }
    #[inline]
    fn seed<'a>(bar: &'a Self::Bar) -> Self::Seed<'a>
    where
        Self: 'a,
    {
        bar.clone()
    }
    #[inline]
    fn add_assign(bar: &mut Self::Bar, other: &Self::Bar) {
        match (bar, other) {
            (Some(b), Some(o)) => T::add_assign(b, o),
            (None, None) => {}
            (Some(_), None) => constants::other_variant("Some", "None"),
            (None, Some(_)) => constants::other_variant("None", "Some"),
        }
    }
    #[inline]
    fn add_bar(&mut self, bar: &Self::Bar) {
        match (self, bar) {
            (Some(s), Some(b)) => s.add_bar(b),
            (None, None) => {}
            (Some(_), None) => constants::other_variant("Some", "None"),
            (None, Some(_)) => constants::other_variant("None", "Some"),
        }
    }
    #[inline]
    fn add_to_bar(&self, bar: &mut Self::Bar) {
        match (self, bar) {
            (Some(s), Some(b)) => s.add_to_bar(b),
            (None, None) => {}
            (Some(_), None) => constants::other_variant("None", "Some"),
            (None, Some(_)) => constants::other_variant("Some", "None"),
        }
    }
    #[inline(always)]
    fn constants_within(depth: u8) -> bool {
        T::constants_within(depth)
    }
    #[inline]
    fn clear_constants(bar: &mut Self::Bar) {
        bar.iter_mut().for_each(T::clear_constants);
    }
    #[inline]
    fn restore_constants(bar: &mut Self::Bar, primal: &Self) {
        bar.iter_mut().zip(primal).for_each(|(b, p)| T::restore_constants(b, p));
    }
}

/// A cotangent has the variant of its value; errors have none.
impl<T: Cotangent, E> Cotangent for Result<T, E> {
    type Bar = Result<T::Bar, ()>;
    type Seed<'a>
        = Result<T::Bar, ()>
    where
        Self: 'a;
    #[inline]
    fn zero(&self) -> Self::Bar {
        self.as_ref().map(T::zero).map_err(|_| ())
    }
    #[inline]
    fn seed<'a>(bar: &'a Self::Bar) -> Self::Seed<'a>
    where
        Self: 'a,
    {
        bar.clone()
    }
    #[inline]
    fn add_assign(bar: &mut Self::Bar, other: &Self::Bar) {
        match (bar, other) {
            (Ok(b), Ok(o)) => T::add_assign(b, o),
            (Err(()), Err(())) => {}
            (Ok(_), Err(())) => constants::other_variant("Ok", "Err"),
            (Err(()), Ok(_)) => constants::other_variant("Err", "Ok"),
        }
    }
    #[inline]
    fn add_bar(&mut self, bar: &Self::Bar) {
        match (self, bar) {
            (Ok(s), Ok(b)) => s.add_bar(b),
            (Err(_), Err(())) => {}
            (Ok(_), Err(())) => constants::other_variant("Ok", "Err"),
            (Err(_), Ok(_)) => constants::other_variant("Err", "Ok"),
        }
    }
    #[inline]
    fn add_to_bar(&self, bar: &mut Self::Bar) {
        match (self, bar) {
            (Ok(s), Ok(b)) => s.add_to_bar(b),
            (Err(_), Err(())) => {}
            (Ok(_), Err(())) => constants::other_variant("Err", "Ok"),
            (Err(_), Ok(_)) => constants::other_variant("Ok", "Err"),
        }
    }
    #[inline(always)]
    fn constants_within(depth: u8) -> bool {
        T::constants_within(depth)
    }
    #[inline]
    fn clear_constants(bar: &mut Self::Bar) {
        bar.iter_mut().for_each(T::clear_constants);
    }
    #[inline]
    fn restore_constants(bar: &mut Self::Bar, primal: &Self) {
        bar.iter_mut().zip(primal).for_each(|(b, p)| T::restore_constants(b, p));
    }
}

/// The zero cotangent of a value like `of`.
#[inline]
pub fn zero<T: Cotangent + ?Sized>(of: &T) -> T::Bar {
    of.zero()
}

/// A cotangent of a value like `of`, as its reverse half takes it.
#[inline]
pub fn seed<'a, T: Cotangent + ?Sized + 'a>(_of: &T, bar: &'a T::Bar) -> T::Seed<'a> {
    T::seed(bar)
}

/// `bar += other`, for cotangents of a value like `of`.
#[inline]
pub fn accumulate<T: Cotangent + ?Sized>(_of: &T, bar: &mut T::Bar, other: &T::Bar) {
    T::add_assign(bar, other);
}

/// The cotangent in `bar`, which becomes zero: what an overwritten place leaves to its last writer.
#[inline]
pub fn take<T: Cotangent + ?Sized>(of: &T, bar: &mut T::Bar) -> T::Bar {
    core::mem::replace(bar, of.zero())
}

/// Makes a buffer for the gradient of a slice zero, whatever it held before.
///
/// # Panics
///
/// If the lengths differ; the message names `function` and `what`.
#[inline]
#[track_caller]
pub fn reset<T: Cotangent>(bar: &mut [T::Bar], of: &[T], function: &str, what: &str) {
    error::check_len(function, what, of.len(), bar.len());
    bar.iter_mut().zip(of).for_each(|(b, x)| *b = x.zero());
}
