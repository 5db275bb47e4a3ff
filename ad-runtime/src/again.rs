//! What a reverse half gets again of an argument whose passing only rustc knows.
//!
//! A variable of type `&mut T` passed by its name may go to a parameter `&mut T` or, by coercion, to `&T`. In the first
//! case the reverse half takes `()` for it, in the second a reference to what the call saw: the caller keeps a copy
//! exactly if the callee's `SHARED` says so, and [`again`] makes of it whichever the reverse half takes.
//!
//! The result of another call may be a reference too: see [`Keep`].

/// What a reverse half may ask for, made from a kept copy.
pub trait Again<'a, K: ?Sized>: Sized {
    /// From what was kept, if anything was.
    fn from_kept(kept: Option<&'a K>) -> Self;
}

/// What the reverse half asks for.
#[inline(always)]
pub fn again<'a, K: ?Sized, A: Again<'a, K>>(kept: Option<&'a K>) -> A {
    A::from_kept(kept)
}

impl<'a, K: ?Sized> Again<'a, K> for () {
    #[inline(always)]
    fn from_kept(_: Option<&'a K>) {}
}

impl<'a, K: ?Sized> Again<'a, K> for &'a K {
    #[inline(always)]
    fn from_kept(kept: Option<&'a K>) -> &'a K {
        kept.expect("kept in the forward sweep, since the callee takes a shared reference")
    }
}

impl<'a, K: ?Sized> Again<'a, &'a K> for &'a K {
    #[inline(always)]
    fn from_kept(kept: Option<&'a &'a K>) -> &'a K {
        kept.expect("a constant is always there")
    }
}

impl<'a, T> Again<'a, Vec<T>> for &'a [T] {
    #[inline(always)]
    fn from_kept(kept: Option<&'a Vec<T>>) -> &'a [T] {
        kept.expect("kept in the forward sweep, since the callee takes a shared reference")
    }
}

impl<'a, T, const N: usize> Again<'a, [T; N]> for &'a [T] {
    #[inline(always)]
    fn from_kept(kept: Option<&'a [T; N]>) -> &'a [T] {
        kept.expect("kept in the forward sweep, since the callee takes a shared reference")
    }
}

impl<'a, T> Again<'a, Box<T>> for &'a T {
    #[inline(always)]
    fn from_kept(kept: Option<&'a Box<T>>) -> &'a T {
        kept.expect("kept in the forward sweep, since the callee takes a shared reference")
    }
}

impl<'a> Again<'a, String> for &'a str {
    #[inline(always)]
    fn from_kept(kept: Option<&'a String>) -> &'a str {
        kept.expect("kept in the forward sweep, since the callee takes a shared reference")
    }
}

/// What the reverse half has of a value that may be a reference, where only rustc knows: the result of a call.
///
/// The reverse half owns what it keeps. Of `&[f64]` it keeps a `Vec<f64>`, of what owns its data that itself.
pub trait Keep {
    /// `Vec<f64>` for `&[f64]` and for `Vec<f64>`.
    type Kept;
    /// What is kept of an argument by value: of a reference what it refers to, of all else `()`, since a reverse half
    /// asks for shared references only.
    type Passed;
    /// A copy of what is kept.
    fn copied(&self) -> Self::Kept;
    /// What is kept, made of the value.
    #[inline]
    fn kept(self) -> Self::Kept
    where
        Self: Sized,
    {
        self.copied()
    }
    /// See [`Keep::Passed`].
    fn passed(&self) -> Self::Passed;
}

/// Keeps a value for the reverse half: by [`Keep`], and as it is where it is of another type, which is a constant.
///
/// A method is looked for by value before it is looked for by reference: [`KeptBy`] comes first where it is implemented.
#[macro_export]
#[doc(hidden)]
macro_rules! keep {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::{KeptAsIs as _, KeptBy as _};
        (&mut $crate::Held(::core::option::Option::Some($value))).kept()
    }};
}

/// Keeps, in front of a call, what its reverse half may ask for of an argument; of a type without [`Keep`] nothing.
#[macro_export]
#[doc(hidden)]
macro_rules! passed {
    ($argument:expr) => {{
        #[allow(unused_imports)]
        use $crate::{PassedAsNothing as _, PassedBy as _};
        (&$crate::Argument($argument)).passed()
    }};
}

/// A value about to be kept.
pub struct Held<T>(pub Option<T>);

/// See [`keep!`](crate::keep).
pub trait KeptBy {
    /// [`Keep::Kept`]
    type Kept;
    /// [`Keep::kept`]
    fn kept(&mut self) -> Self::Kept;
}

impl<T: Keep> KeptBy for Held<T> {
    type Kept = T::Kept;
    #[inline(always)]
    fn kept(&mut self) -> T::Kept {
        self.0.take().expect("asked once").kept()
    }
}

/// See [`keep!`](crate::keep).
pub trait KeptAsIs {
    /// The type of the value.
    type Kept;
    /// The value.
    fn kept(&mut self) -> Self::Kept;
}

impl<T> KeptAsIs for &mut Held<T> {
    type Kept = T;
    #[inline(always)]
    fn kept(&mut self) -> T {
        self.0.take().expect("asked once")
    }
}

/// An argument about to be passed.
pub struct Argument<'a, T: ?Sized>(pub &'a T);

/// See [`passed!`](crate::passed).
pub trait PassedBy {
    /// [`Keep::Passed`]
    type Passed;
    /// [`Keep::passed`]
    fn passed(&self) -> Self::Passed;
}

impl<T: Keep + ?Sized> PassedBy for Argument<'_, T> {
    type Passed = T::Passed;
    #[inline(always)]
    fn passed(&self) -> T::Passed {
        self.0.passed()
    }
}

/// See [`passed!`](crate::passed).
pub trait PassedAsNothing {
    /// Nothing.
    fn passed(&self) {}
}

impl<T: ?Sized> PassedAsNothing for &Argument<'_, T> {}

macro_rules! scalars {
    ($($scalar:ty)*) => {$(
        impl Keep for $scalar {
            type Kept = $scalar;
            type Passed = ();
            #[inline(always)]
            fn copied(&self) -> $scalar {
                *self
            }
            #[inline(always)]
            fn kept(self) -> $scalar {
                self
            }
            #[inline(always)]
            fn passed(&self) {}
        }
    )*};
}
scalars!(f32 f64 usize u8 u16 u32 u64 u128 isize i8 i16 i32 i64 i128 bool char);

impl Keep for () {
    type Kept = ();
    type Passed = ();
    #[inline(always)]
    fn copied(&self) {}
    #[inline(always)]
    fn passed(&self) {}
}

macro_rules! tuples {
    ($(($($part:ident $i:tt),+))*) => {$(
        impl<$($part: Keep),+> Keep for ($($part,)+) {
            type Kept = ($($part::Kept,)+);
            type Passed = ();
            #[inline]
            fn copied(&self) -> Self::Kept {
                ($(self.$i.copied(),)+)
            }
            #[inline]
            fn kept(self) -> Self::Kept {
                ($(self.$i.kept(),)+)
            }
            #[inline(always)]
            fn passed(&self) {}
        }
    )*};
}
crate::tuples::up_to_12!(tuples);

impl<T: Keep, const N: usize> Keep for [T; N] {
    type Kept = [T::Kept; N];
    type Passed = ();
    #[inline]
    fn copied(&self) -> Self::Kept {
        core::array::from_fn(|i| self[i].copied())
    }
    #[inline]
    fn kept(self) -> Self::Kept {
        self.map(T::kept)
    }
    #[inline(always)]
    fn passed(&self) {}
}

impl<T: Keep> Keep for Vec<T> {
    type Kept = Vec<T::Kept>;
    type Passed = ();
    #[inline]
    fn copied(&self) -> Self::Kept {
        self[..].copied()
    }
    #[inline]
    fn kept(self) -> Self::Kept {
        // In place: std reuses the buffer.
        self.into_iter().map(T::kept).collect()
    }
    #[inline(always)]
    fn passed(&self) {}
}

impl<T: Keep> Keep for [T] {
    type Kept = Vec<T::Kept>;
    type Passed = ();
    #[inline]
    fn copied(&self) -> Self::Kept {
        self.iter().map(T::copied).collect()
    }
    #[inline(always)]
    fn passed(&self) {}
}

impl Keep for str {
    type Kept = String;
    type Passed = ();
    fn copied(&self) -> String {
        self.to_owned()
    }
    #[inline(always)]
    fn passed(&self) {}
}

impl Keep for String {
    type Kept = String;
    type Passed = ();
    fn copied(&self) -> String {
        self.clone()
    }
    fn kept(self) -> String {
        self
    }
    #[inline(always)]
    fn passed(&self) {}
}

macro_rules! references {
    ($($reference:ty)*) => {$(
        impl<T: Keep + ?Sized> Keep for $reference {
            type Kept = T::Kept;
            type Passed = T::Kept;
            #[inline]
            fn copied(&self) -> T::Kept {
                (**self).copied()
            }
            #[inline]
            fn passed(&self) -> T::Kept {
                (**self).copied()
            }
        }
    )*};
}
references!(&T &mut T);
