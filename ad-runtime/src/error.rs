//! The panics of the runtime, out of line so that the checks in emitted code stay small.

/// Two cotangents of one value differ in length.
#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn cotangent_length(expected: usize, found: usize) -> ! {
    panic!("a cotangent has {found} elements where its value has {expected}")
}

/// Checks the length of a buffer, seed or tangent that belongs to an argument (or to the result).
///
/// # Panics
///
/// If the lengths differ: the message names the function, what was given, and both lengths.
///
/// ```should_panic
/// ad_runtime::check_len("f::jvp", "the tangent of `xs`", 3, 2);
/// ```
#[inline]
#[track_caller]
pub fn check_len(function: &str, what: &str, expected: usize, found: usize) {
    if expected != found {
        wrong_length(function, what, expected, found);
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn wrong_length(function: &str, what: &str, expected: usize, found: usize) -> ! {
    panic!("{function}: {what} must have {expected} elements, but has {found}")
}
