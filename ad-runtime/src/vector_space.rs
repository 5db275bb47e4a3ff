//! Values as vectors: what an optimiser does with parameters and gradients.

/// Values that hold floats, as elements of a vector space: what an optimiser does with parameters and gradients. Integers
/// and constant fields have no part in it. To and from a list of floats go [`Flat::to_floats`](crate::Flat::to_floats) and
/// [`Flat::set_floats`](crate::Flat::set_floats).
///
/// ```
/// use ad_runtime::{Differentiable, VectorSpace};
///
/// #[derive(Clone, Debug, PartialEq, Differentiable)]
/// struct Line {
///     slope: f64,
///     offset: f64,
///     #[constant]
///     at: f64,
/// }
/// let mut line = Line { slope: 1.0, offset: 2.0, at: 5.0 };
/// let gradient = Line { slope: 3.0, offset: 4.0, at: 5.0 };
/// line.scaled_add(-0.1, &gradient); // line -= 0.1 * gradient
/// assert_eq!(line, Line { slope: 0.7, offset: 1.6, at: 5.0 });
/// assert_eq!((gradient.dot(&gradient), gradient.norm()), (25.0, 5.0));
/// ```
pub trait VectorSpace {
    /// `self += alpha * other`. `f32`s are computed in `f32`.
    ///
    /// # Panics
    ///
    /// If the two differ in length or variant somewhere.
    fn scaled_add(&mut self, alpha: f64, other: &Self);
    /// The sum of the products of all floats.
    ///
    /// # Panics
    ///
    /// If the two differ in length or variant somewhere.
    fn dot(&self, other: &Self) -> f64;
    /// The Euclidean length.
    fn norm(&self) -> f64 {
        self.dot(self).sqrt()
    }
}

impl VectorSpace for f64 {
    #[inline]
    fn scaled_add(&mut self, alpha: f64, other: &f64) {
        *self += alpha * other;
    }
    #[inline]
    fn dot(&self, other: &f64) -> f64 {
        self * other
    }
}

impl VectorSpace for f32 {
    #[inline]
    fn scaled_add(&mut self, alpha: f64, other: &f32) {
        *self += alpha as f32 * other;
    }
    #[inline]
    fn dot(&self, other: &f32) -> f64 {
        f64::from(*self) * f64::from(*other)
    }
}

macro_rules! without_floats {
    ($($constant:ty),*) => {$(
        impl VectorSpace for $constant {
            #[inline]
            fn scaled_add(&mut self, _: f64, _: &Self) {}
            #[inline]
            fn dot(&self, _: &Self) -> f64 {
                0.0
            }
        }
    )*};
}
without_floats!(usize, u8, u16, u32, u64, u128, isize, i8, i16, i32, i64, i128, bool, char, str, String, ());

impl<T: VectorSpace> VectorSpace for [T] {
    #[inline]
    #[track_caller]
    fn scaled_add(&mut self, alpha: f64, other: &[T]) {
        crate::check_len("scaled_add", "the other value", self.len(), other.len());
        self.iter_mut().zip(other).for_each(|(a, b)| a.scaled_add(alpha, b));
    }
    #[inline]
    #[track_caller]
    fn dot(&self, other: &[T]) -> f64 {
        crate::check_len("dot", "the other value", self.len(), other.len());
        self.iter().zip(other).map(|(a, b)| a.dot(b)).sum()
    }
}

impl<T: VectorSpace> VectorSpace for Vec<T> {
    #[inline]
    #[track_caller]
    fn scaled_add(&mut self, alpha: f64, other: &Vec<T>) {
        self[..].scaled_add(alpha, &other[..]);
    }
    #[inline]
    #[track_caller]
    fn dot(&self, other: &Vec<T>) -> f64 {
        self[..].dot(&other[..])
    }
}

impl<T: VectorSpace, const N: usize> VectorSpace for [T; N] {
    #[inline]
    fn scaled_add(&mut self, alpha: f64, other: &[T; N]) {
        self[..].scaled_add(alpha, &other[..]);
    }
    #[inline]
    fn dot(&self, other: &[T; N]) -> f64 {
        self[..].dot(&other[..])
    }
}

impl<T: VectorSpace> VectorSpace for Box<T> {
    #[inline]
    fn scaled_add(&mut self, alpha: f64, other: &Box<T>) {
        (**self).scaled_add(alpha, other);
    }
    #[inline]
    fn dot(&self, other: &Box<T>) -> f64 {
        (**self).dot(other)
    }
}

impl<T: VectorSpace> VectorSpace for Option<T> {
    #[inline]
    fn scaled_add(&mut self, alpha: f64, other: &Option<T>) {
        match (self, other) {
            (Some(a), Some(b)) => a.scaled_add(alpha, b),
            (None, None) => {}
            (Some(_), None) => crate::constants::other_variant("Some", "None"),
            (None, Some(_)) => crate::constants::other_variant("None", "Some"),
        }
    }
    #[inline]
    fn dot(&self, other: &Option<T>) -> f64 {
        match (self, other) {
            (Some(a), Some(b)) => a.dot(b),
            (None, None) => 0.0,
            (Some(_), None) => crate::constants::other_variant("Some", "None"),
            (None, Some(_)) => crate::constants::other_variant("None", "Some"),
        }
    }
}

macro_rules! tuples {
    ($(($($part:ident $i:tt),+))*) => {$(
        impl<$($part: VectorSpace),+> VectorSpace for ($($part,)+) {
            #[inline]
            fn scaled_add(&mut self, alpha: f64, other: &Self) {
                $(self.$i.scaled_add(alpha, &other.$i);)+
            }
            #[inline]
            fn dot(&self, other: &Self) -> f64 {
                0.0 $(+ self.$i.dot(&other.$i))+
            }
        }
    )*};
}
crate::tuples::up_to_8!(tuples);
