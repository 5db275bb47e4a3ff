//! Casts to the type of another value, where emitted code cannot name it.

/// A float that a float of type `F` can be cast to.
pub trait CastFrom<F> {
    /// `x as Self`
    fn cast(x: F) -> Self;
}

macro_rules! casts {
    ($($from:ty => $to:ty),*) => {$(
        impl CastFrom<$from> for $to {
            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless)]
            fn cast(x: $from) -> $to {
                x as $to
            }
        }
    )*};
}
casts!(f32 => f32, f32 => f64, f64 => f32, f64 => f64);

/// `x` as a float of the type of `of`: the cotangent of what a cast was made from.
#[inline(always)]
pub fn like<T: CastFrom<F>, F>(_of: T, x: F) -> T {
    T::cast(x)
}
