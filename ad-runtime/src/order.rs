//! Comparisons as numbers, for emitted code: below, at or above zero, and 2 where two values have no order.

use core::cmp::Ordering;

/// A float that `total_cmp` orders.
#[diagnostic::on_unimplemented(message = "`{Self}` has no `total_cmp`")]
pub trait TotalOrder: Copy {
    /// `self.total_cmp(&other)`
    fn total(self, other: Self) -> Ordering;
}

macro_rules! floats {
    ($($t:ty)*) => {$(
        impl TotalOrder for $t {
            #[inline]
            fn total(self, other: Self) -> Ordering {
                self.total_cmp(&other)
            }
        }
    )*};
}

floats!(f32 f64);

/// `a.partial_cmp(&b)`
#[inline]
pub fn partial_order<T: PartialOrd>(a: T, b: T) -> i8 {
    a.partial_cmp(&b).map_or(2, |o| o as i8)
}

/// `a.total_cmp(&b)`
#[inline]
pub fn total_order<T: TotalOrder>(a: T, b: T) -> i8 {
    a.total(b) as i8
}

/// `a.cmp(&b)`
#[inline]
pub fn whole_order<T: Ord>(a: T, b: T) -> i8 {
    a.cmp(&b) as i8
}
