//! The panics of the runtime, out of line so that the checks in emitted code stay small.

/// Two cotangents of one value differ in length.
#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn cotangent_length(expected: usize, found: usize) -> ! {
    panic!("a cotangent has {found} elements where its value has {expected}")
}
