//! Cotangent spaces of plain data.

/// A type whose values have cotangents (and tangents): what the emitted code calls when only rustc
/// knows a type. Plain data only: floats, integers, tuples, arrays, `Vec`s, slices and references.
/// Integers, `bool` and `char` have the zero-sized cotangent `()`.
pub trait Cotangent {
    /// The owned type of a cotangent: `f64` for `f64`, `Vec<f64>` for `[f64]`, `()` for `usize`.
    type Bar: Clone;
    /// How a cotangent is handed to a reverse half: slices by reference, all else by value.
    type Seed<'a>
    where
        Self::Bar: 'a;
    /// The zero cotangent of this shape.
    fn zero(&self) -> Self::Bar;
    /// A cotangent as a seed.
    fn seed(bar: &Self::Bar) -> Self::Seed<'_>;
    /// `bar += other`, elementwise.
    fn add_assign(bar: &mut Self::Bar, other: &Self::Bar);
}

/// `bar += other`, for cotangents of a value like `of`.
#[inline]
pub fn accumulate<T: Cotangent + ?Sized>(_of: &T, bar: &mut T::Bar, other: &T::Bar) {
    T::add_assign(bar, other);
}
