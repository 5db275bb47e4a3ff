//! What a reverse half gets again of an argument whose passing only rustc knows.
//!
//! A variable of type `&mut T` passed by its name may go to a parameter `&mut T` or, by coercion, to `&T`. In the first
//! case the reverse half takes `()` for it, in the second a reference to what the call saw: the caller keeps a copy
//! exactly if the callee's `SHARED` says so, and [`again`] makes of it whichever the reverse half takes.

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
