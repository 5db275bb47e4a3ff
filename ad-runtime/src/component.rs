//! Parts of structs and enums, of types that only rustc knows.

/// What the cotangent of a struct is made of. The cotangent of `S` is an `S`, so that of a field has the field's own type,
/// integers and other constants included: these are carried along and take no part. Emitted code calls it where a field's type
/// is not known to the macro.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` is used on the way to a derivative, and `{Self}` has none",
    note = "derive `Differentiable` for it, or cut the derivative on purpose: `ad_runtime::stop_gradient(..)`"
)]
pub trait Component {
    /// The same with all floats made zero.
    fn zeroed(&self) -> Self
    where
        Self: Sized;
    /// Makes all floats zero.
    fn clear(&mut self);
    /// `self += other`
    ///
    /// # Panics
    ///
    /// If the two differ in length or variant somewhere.
    fn add(&mut self, other: &Self);
}

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl Component for $float {
            #[inline(always)]
            fn zeroed(&self) -> $float {
                0.0
            }
            #[inline(always)]
            fn clear(&mut self) {
                *self = 0.0;
            }
            #[inline(always)]
            fn add(&mut self, other: &$float) {
                *self += *other;
            }
        }
    )*};
}
floats!(f32 f64);

macro_rules! constants {
    ($($constant:ty),*) => {$(
        impl Component for $constant {
            #[inline(always)]
            fn zeroed(&self) -> $constant {
                self.clone()
            }
            #[inline(always)]
            fn clear(&mut self) {}
            #[inline(always)]
            fn add(&mut self, _: &$constant) {}
        }
    )*};
}
constants!(usize, u8, u16, u32, u64, u128, isize, i8, i16, i32, i64, i128, bool, char, String, ());

impl<T: Component> Component for [T] {
    #[inline]
    fn clear(&mut self) {
        self.iter_mut().for_each(T::clear);
    }
    #[inline]
    fn add(&mut self, other: &[T]) {
        crate::check_len("reverse sweep", "cotangent", self.len(), other.len());
        self.iter_mut().zip(other).for_each(|(a, b)| a.add(b));
    }
}

impl<T: Component> Component for Vec<T> {
    #[inline]
    fn zeroed(&self) -> Vec<T> {
        self.iter().map(T::zeroed).collect()
    }
    #[inline]
    fn clear(&mut self) {
        self[..].clear();
    }
    #[inline]
    fn add(&mut self, other: &Vec<T>) {
        self[..].add(&other[..]);
    }
}

impl<T: Component, const N: usize> Component for [T; N] {
    #[inline]
    fn zeroed(&self) -> [T; N] {
        core::array::from_fn(|i| self[i].zeroed())
    }
    #[inline]
    fn clear(&mut self) {
        self[..].clear();
    }
    #[inline]
    fn add(&mut self, other: &[T; N]) {
        self[..].add(&other[..]);
    }
}

impl<T: Component> Component for Box<T> {
    #[inline]
    fn zeroed(&self) -> Box<T> {
        Box::new((**self).zeroed())
    }
    #[inline]
    fn clear(&mut self) {
        (**self).clear();
    }
    #[inline]
    fn add(&mut self, other: &Box<T>) {
        (**self).add(other);
    }
}

impl<T: Component> Component for Option<T> {
    #[inline]
    fn zeroed(&self) -> Option<T> {
        self.as_ref().map(T::zeroed)
    }
    #[inline]
    fn clear(&mut self) {
        self.iter_mut().for_each(T::clear);
    }
    #[inline]
    fn add(&mut self, other: &Option<T>) {
        match (self, other) {
            (Some(a), Some(b)) => a.add(b),
            (None, None) => {}
            (Some(_), None) => crate::constants::other_variant("Some", "None"),
            (None, Some(_)) => crate::constants::other_variant("None", "Some"),
        }
    }
}

impl<T: Component> Component for Result<T, ()> {
    #[inline]
    fn zeroed(&self) -> Result<T, ()> {
        match self {
            Ok(x) => Ok(x.zeroed()),
            Err(()) => Err(()),
        }
    }
    #[inline]
    fn clear(&mut self) {
        self.iter_mut().for_each(T::clear);
    }
    #[inline]
    fn add(&mut self, other: &Result<T, ()>) {
        match (self, other) {
            (Ok(a), Ok(b)) => a.add(b),
            (Err(()), Err(())) => {}
            (Ok(_), Err(())) => crate::constants::other_variant("Ok", "Err"),
            (Err(()), Ok(_)) => crate::constants::other_variant("Err", "Ok"),
        }
    }
}

macro_rules! tuples {
    ($(($($part:ident $i:tt),+))*) => {$(
        impl<$($part: Component),+> Component for ($($part,)+) {
            #[inline]
            fn zeroed(&self) -> Self {
                ($(self.$i.zeroed(),)+)
            }
            #[inline]
            fn clear(&mut self) {
                $(self.$i.clear();)+
            }
            #[inline]
            fn add(&mut self, other: &Self) {
                $(self.$i.add(&other.$i);)+
            }
        }
    )*};
}
crate::tuples::up_to_6!(tuples);

/// A number of unknown type that is cast: of a float the cast passes the derivative on, of an integer there is none.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` is cast on the way to a derivative",
    note = "annotate its type: `let n: usize = …;`"
)]
pub trait Cast<F> {
    /// The tangent of `x as F`, from the tangent of `x`.
    fn cast_dot(self) -> F;
    /// `self += bar as Self`, where `bar` is the cotangent of `x as F`.
    fn add_cast(&mut self, bar: F);
}

macro_rules! casts {
    (floats $($from:ty)*) => {$(
        impl Cast<f64> for $from {
            #[inline(always)]
            fn cast_dot(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn add_cast(&mut self, bar: f64) {
                *self += bar as $from;
            }
        }
        impl Cast<f32> for $from {
            #[inline(always)]
            fn cast_dot(self) -> f32 {
                self as f32
            }
            #[inline(always)]
            fn add_cast(&mut self, bar: f32) {
                *self += bar as $from;
            }
        }
    )*};
    (integers $($from:ty)*) => {$(
        impl<F: Default> Cast<F> for $from {
            #[inline(always)]
            fn cast_dot(self) -> F {
                F::default()
            }
            #[inline(always)]
            fn add_cast(&mut self, _: F) {}
        }
    )*};
}
casts!(floats f32 f64);
casts!(integers usize u8 u16 u32 u64 u128 isize i8 i16 i32 i64 i128 bool);

/// A field of a struct that is computed with as with a float.
#[diagnostic::on_unimplemented(
    message = "the compiler takes this field for a float, and it is of type `{Self}`",
    label = "its type is not known to the macro",
    note = "say what it is: `let n: {Self} = s.n;`"
)]
pub trait Float: Copy {}
impl Float for f32 {}
impl Float for f64 {}

/// The value of a field that must be a float.
#[inline(always)]
pub fn float<T: Float>(x: T) -> T {
    x
}

/// A field of a struct that is computed with as with an integer.
#[diagnostic::on_unimplemented(
    message = "the compiler takes this field for an integer, and it is of type `{Self}`",
    label = "its type is not known to the macro",
    note = "say what it is: `let n: {Self} = s.n;`"
)]
pub trait Integer: Copy {}

macro_rules! integers {
    ($($t:ty)*) => {$(impl Integer for $t {})*};
}
integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// The value of a field that must be an integer.
#[inline(always)]
pub fn integer<T: Integer>(x: T) -> T {
    x
}
