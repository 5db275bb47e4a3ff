//! The loop of Hessians, once for all functions, and tangents as arguments.

use crate::{Const, Cotangent, Flat, check_len};

/// A row-major matrix over the floats of all active arguments, filled by rows. `Z` is the tuple of their zero gradients.
#[derive(Debug)]
pub struct Hessian<Z> {
    /// The present direction: a unit vector.
    pub direction: Z,
    /// What the reverse sweep adds the present row to.
    pub row: Z,
    zeros: Z,
    /// The number of floats of each argument.
    #[cfg_attr(not(feature = "ndarray"), expect(dead_code, reason = "for the matrices of ndarray"))]
    counts: Vec<usize>,
    at: usize,
    size: usize,
    data: Vec<f64>,
}

impl<Z: Flat + Clone + Counts> Hessian<Z> {
    /// An empty matrix.
    #[must_use]
    pub fn new(zeros: Z) -> Self {
        let (counts, size) = (zeros.counts(), zeros.count());
        Hessian {
            direction: zeros.clone(),
            row: zeros.clone(),
            zeros,
            counts,
            at: 0,
            size,
            data: Vec::with_capacity(size * size),
        }
    }
    /// Makes `direction` the next unit vector, if there is one, and `row` zero.
    pub fn next_row(&mut self) -> bool {
        let more = self.at < self.size;
        if more {
            self.direction.set_unit(self.at);
            self.row.clone_from(&self.zeros);
        }
        self.at += 1;
        more
    }
    /// Keeps the present row.
    pub fn keep_row(&mut self) {
        let data = &mut self.data;
        self.row.read(&mut |x| data.push(x));
    }
    /// The whole.
    ///
    /// # Panics
    ///
    /// If the buffer has another length.
    #[track_caller]
    pub fn copy_into(&self, out: &mut [f64], function: &str) {
        check_len(function, "the buffer for the Hessian", self.data.len(), out.len());
        out.copy_from_slice(&self.data);
    }
    /// The second derivatives by arguments `i` (rows) and `j` (columns).
    #[cfg(feature = "ndarray")]
    #[must_use]
    pub fn block(&self, i: usize, j: usize) -> ndarray::Array2<f64> {
        let start = |k: usize| self.counts[..k].iter().sum::<usize>();
        let (r, c) = (start(i), start(j));
        ndarray::Array2::from_shape_fn((self.counts[i], self.counts[j]), |(a, b)| {
            self.data[(r + a) * self.size + c + b]
        })
    }
}

/// The numbers of floats of the parts of a tuple.
pub trait Counts {
    /// One for each part.
    fn counts(&self) -> Vec<usize>;
}

macro_rules! counts {
    ($(($($part:ident $i:tt),+))*) => {$(
        impl<$($part: Flat),+> Counts for ($($part,)+) {
            fn counts(&self) -> Vec<usize> {
                vec![$(self.$i.count()),+]
            }
        }
    )*};
}
crate::tuples::up_to_12!(counts);

/// A tangent as an argument of the tangent as a function: itself, or zero for [`Const`].
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be a tangent of type `{T}`")]
pub trait IntoDot<T> {
    /// The tangent of `primal`.
    fn into_dot<P: Cotangent<Bar = T> + ?Sized>(self, primal: &P) -> T;
}

impl<T> IntoDot<T> for Const {
    #[inline(always)]
    fn into_dot<P: Cotangent<Bar = T> + ?Sized>(self, primal: &P) -> T {
        primal.zero()
    }
}

macro_rules! dots {
    ($([$($generics:tt)*] $t:ty),* $(,)?) => {$(
        impl<$($generics)*> IntoDot<$t> for $t {
            #[inline(always)]
            fn into_dot<PRIMAL: Cotangent<Bar = $t> + ?Sized>(self, _: &PRIMAL) -> $t {
                self
            }
        }
    )*};
}

/// The tangent of what is passed by its name, as a tangent as a function takes it: a copy for a `SHARED` reference.
#[derive(Debug)]
pub struct ByName<const SHARED: bool>;

impl ByName<true> {
    /// A copy.
    #[inline(always)]
    pub fn dot<T: ToOwned + ?Sized>(dot: &mut T) -> T::Owned {
        (*dot).to_owned()
    }
}

impl ByName<false> {
    /// The tangent itself.
    #[inline(always)]
    pub fn dot<T: ?Sized>(dot: &mut T) -> &mut T {
        dot
    }
}

/// Where a slice is taken, the tangent of an array or of what a name stands for is given.
macro_rules! given {
    ($([$($generics:tt)*] $from:ty => $to:ty { |$d:ident| $make:expr }),* $(,)?) => {$(
        impl<$($generics)*> IntoDot<$to> for $from {
            #[inline(always)]
            fn into_dot<PRIMAL: Cotangent<Bar = $to> + ?Sized>(self, _: &PRIMAL) -> $to {
                let $d = self;
                $make
            }
        }
    )*};
}
given! {
    [T, const N: usize] [T; N] => Vec<T> { |d| Vec::from(d) },
    [T: Clone] &[T] => Vec<T> { |d| d.to_vec() },
    [T: Clone] &mut [T] => Vec<T> { |d| d.to_vec() },
    [T: Clone] &mut T => T { |d| d.clone() },
    [T: Clone, const N: usize] &mut [T; N] => Vec<T> { |d| d.to_vec() },
}
dots! {
    [] f32,
    [] f64,
    [] (),
    [T] Vec<T>,
    [T, const N: usize] [T; N],
    [T] Box<T>,
    [T] Option<T>,
    [T] Result<T, ()>,
    [A] (A,),
    [A, B] (A, B),
    [A, B, C] (A, B, C),
    [A, B, C, D] (A, B, C, D),
    [A, B, C, D, E] (A, B, C, D, E),
    [A, B, C, D, E, F] (A, B, C, D, E, F),
}
