//! Whole cotangents of sequences, in place: what emitted code calls for `shadow += other` and `shadow = 0`.

use crate::{Cotangent, check_len};

/// `bar += other`, element by element.
///
/// # Panics
///
/// If the two differ in length.
#[inline]
pub fn accumulate_slice<T: Cotangent<Bar = T>>(bar: &mut [T], other: &[T]) {
    check_len("reverse sweep", "cotangent", bar.len(), other.len());
    for (b, o) in bar.iter_mut().zip(other) {
        T::add_assign(b, o);
    }
}

/// Sets every element to its zero; the shape stays.
#[inline]
pub fn clear_slice<T: Cotangent<Bar = T>>(bar: &mut [T]) {
    for b in bar {
        *b = b.zero();
    }
}
