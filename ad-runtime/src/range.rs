//! Ranges whose integer type only rustc knows: what emitted code calls for their items.

/// An integer type that ranges go over.
#[diagnostic::on_unimplemented(message = "`{Self}` is no integer that a range goes over")]
pub trait Number: Copy {
    /// `self + k`, as the `k`th step of a range gives it.
    fn nth_after(self, k: usize) -> Self;
}

macro_rules! numbers {
    ($($t:ty)*) => {$(
        impl Number for $t {
            #[inline]
            fn nth_after(self, k: usize) -> Self {
                // `-100i8..100` has more items than an i8 counts.
                self.wrapping_add(k as $t)
            }
        }
    )*};
}

numbers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// The `k`th item of `lo..`. As a function of its own it leaves the type of `lo` to rustc, which a method could not.
#[inline]
pub fn nth_of_range<T: Number>(lo: T, k: usize) -> T {
    lo.nth_after(k)
}
