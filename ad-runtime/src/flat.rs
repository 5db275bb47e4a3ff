//! Values as lists of their floats.

use crate::Scalar;

/// Plain data seen as the list of the floats in it, row-major and in order of fields; integers and the like are
/// skipped. Jacobians and checks count rows and columns in this order.
///
/// ```
/// use ad_runtime::Flat;
/// let mut v = (1.0f64, 7usize, vec![[2.0f64, 3.0], [4.0, 5.0]]);
/// assert_eq!(v.to_floats(), [1.0, 2.0, 3.0, 4.0, 5.0]);
/// v.set_floats(&[0.0, 1.0, 0.0, 0.0, 0.0]);
/// assert_eq!(v, (0.0, 7, vec![[1.0, 0.0], [0.0, 0.0]]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of floats",
    note = "a struct or an enum of yours is one by `#[derive(Clone, ad_runtime::Differentiable)]`"
)]
pub trait Flat {
    /// Hands each float to `sink`, in order.
    fn read(&self, sink: &mut dyn FnMut(f64));
    /// Replaces each float by the next from `source`, in order.
    fn write(&mut self, source: &mut dyn FnMut() -> f64);
    /// The number of floats.
    fn count(&self) -> usize {
        let mut n = 0;
        self.read(&mut |_| n += 1);
        n
    }
    /// The floats.
    fn to_floats(&self) -> Vec<f64> {
        let mut floats = Vec::new();
        self.read(&mut |x| floats.push(x));
        floats
    }
    /// Replaces all floats.
    ///
    /// # Panics
    ///
    /// If `floats` has not exactly [`count`](Flat::count) elements.
    fn set_floats(&mut self, floats: &[f64]) {
        let mut next = floats.iter();
        let mut short = false;
        self.write(&mut || {
            next.next().copied().unwrap_or_else(|| {
                short = true;
                0.0
            })
        });
        assert!(
            !short && next.next().is_none(),
            "{} floats are given for a value that holds {}",
            floats.len(),
            self.count()
        );
    }
    /// Makes this the `k`-th unit vector.
    fn set_unit(&mut self, k: usize) {
        self.set_zero();
        self.set_alone(k, 1.0);
    }
    /// The number of floats, where all values of this type have as many.
    #[doc(hidden)]
    #[inline(always)]
    fn fixed() -> Option<usize>
    where
        Self: Sized,
    {
        None
    }
    /// Makes all floats zero.
    #[doc(hidden)]
    fn set_zero(&mut self) {
        self.write(&mut || 0.0);
    }
    /// Replaces the `k`-th float, if there is one. All others are zero, and stay so.
    #[doc(hidden)]
    fn set_alone(&mut self, k: usize, x: f64) {
        let mut i = 0;
        self.write(&mut || {
            i += 1;
            if i == k + 1 { x } else { 0.0 }
        });
    }
    /// Puts the floats into `out[at]`, `out[at + stride]`, …; what comes behind them is the result.
    #[doc(hidden)]
    fn scatter<S: Scalar>(&self, out: &mut [S], mut at: usize, stride: usize) -> usize
    where
        Self: Sized,
    {
        self.read(&mut |x| {
            out[at] = S::from_double(x);
            at += stride;
        });
        at
    }
}

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl Flat for $float {
            #[inline]
            fn read(&self, sink: &mut dyn FnMut(f64)) {
                sink((*self).into());
            }
            #[inline]
            fn write(&mut self, source: &mut dyn FnMut() -> f64) {
                *self = source() as $float;
            }
            #[inline(always)]
            fn count(&self) -> usize {
                1
            }
            #[inline(always)]
            fn fixed() -> Option<usize> {
                Some(1)
            }
            #[inline(always)]
            fn set_zero(&mut self) {
                *self = 0.0;
            }
            #[inline(always)]
            fn set_alone(&mut self, k: usize, x: f64) {
                if k == 0 {
                    *self = x as $float;
                }
            }
            #[inline(always)]
            fn scatter<S: Scalar>(&self, out: &mut [S], at: usize, stride: usize) -> usize {
                out[at] = S::from_double((*self).into());
                at + stride
            }
        }
    )*};
}
floats!(f64 f32);

macro_rules! without_floats {
    ($($constant:ty),*) => {$(
        impl Flat for $constant {
            fn read(&self, _: &mut dyn FnMut(f64)) {}
            fn write(&mut self, _: &mut dyn FnMut() -> f64) {}
            #[inline(always)]
            fn fixed() -> Option<usize> {
                Some(0)
            }
        }
    )*};
}
without_floats!(usize, u8, u16, u32, u64, u128, isize, i8, i16, i32, i64, i128, bool, char, String, ());

impl Flat for str {
    fn read(&self, _: &mut dyn FnMut(f64)) {}
    fn write(&mut self, _: &mut dyn FnMut() -> f64) {}
}

impl<T: Flat> Flat for [T] {
    fn read(&self, sink: &mut dyn FnMut(f64)) {
        self.iter().for_each(|x| x.read(sink));
    }
    fn write(&mut self, source: &mut dyn FnMut() -> f64) {
        self.iter_mut().for_each(|x| x.write(source));
    }
    #[inline]
    fn count(&self) -> usize {
        T::fixed().map_or_else(|| self.iter().map(T::count).sum(), |each| each * self.len())
    }
    #[inline]
    fn set_zero(&mut self) {
        self.iter_mut().for_each(T::set_zero);
    }
    #[inline]
    fn set_alone(&mut self, mut k: usize, x: f64) {
        match T::fixed() {
            Some(0) => {}
            Some(each) => self.get_mut(k / each).into_iter().for_each(|part| part.set_alone(k % each, x)),
            None => {
                for part in self {
                    let count = part.count();
                    if k < count {
                        return part.set_alone(k, x);
                    }
                    k -= count;
                }
            }
        }
    }
}

/// What arrays and the like have of the slices of their elements.
macro_rules! as_slice {
    () => {
        fn read(&self, sink: &mut dyn FnMut(f64)) {
            self[..].read(sink);
        }
        fn write(&mut self, source: &mut dyn FnMut() -> f64) {
            self[..].write(source);
        }
        #[inline]
        fn count(&self) -> usize {
            self[..].count()
        }
        #[inline]
        fn set_zero(&mut self) {
            self[..].set_zero();
        }
        #[inline]
        fn set_alone(&mut self, k: usize, x: f64) {
            self[..].set_alone(k, x);
        }
        #[inline]
        fn scatter<S: Scalar>(&self, out: &mut [S], at: usize, stride: usize) -> usize {
            self.iter().fold(at, |at, x| x.scatter(out, at, stride))
        }
    };
}

impl<T: Flat> Flat for Vec<T> {
    as_slice!();
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    as_slice!();
    #[inline(always)]
    fn fixed() -> Option<usize> {
        T::fixed().map(|each| N * each)
    }
}

impl<T: Flat> Flat for Box<T> {
    fn read(&self, sink: &mut dyn FnMut(f64)) {
        (**self).read(sink);
    }
    fn write(&mut self, source: &mut dyn FnMut() -> f64) {
        (**self).write(source);
    }
}

/// The floats of `Some`; `None` has none.
impl<T: Flat> Flat for Option<T> {
    fn read(&self, sink: &mut dyn FnMut(f64)) {
        self.iter().for_each(|x| x.read(sink));
    }
    fn write(&mut self, source: &mut dyn FnMut() -> f64) {
        self.iter_mut().for_each(|x| x.write(source));
    }
}

/// The floats of `Ok`; errors have none.
impl<T: Flat, E> Flat for Result<T, E> {
    fn read(&self, sink: &mut dyn FnMut(f64)) {
        self.iter().for_each(|x| x.read(sink));
    }
    fn write(&mut self, source: &mut dyn FnMut() -> f64) {
        self.iter_mut().for_each(|x| x.write(source));
    }
}

/// References are read through; a shared one cannot be written.
impl<T: Flat + ?Sized> Flat for &T {
    fn read(&self, sink: &mut dyn FnMut(f64)) {
        (**self).read(sink);
    }
    fn write(&mut self, _: &mut dyn FnMut() -> f64) {
        unreachable!("the floats behind a shared reference cannot be replaced")
    }
}

macro_rules! tuples {
    ($(($($part:ident $i:tt),+))*) => {$(
        impl<$($part: Flat),+> Flat for ($($part,)+) {
            fn read(&self, sink: &mut dyn FnMut(f64)) {
                $(self.$i.read(sink);)+
            }
            fn write(&mut self, source: &mut dyn FnMut() -> f64) {
                $(self.$i.write(source);)+
            }
            #[inline]
            fn count(&self) -> usize {
                0 $(+ self.$i.count())+
            }
            #[inline(always)]
            fn fixed() -> Option<usize> {
                Some(0 $(+ $part::fixed()?)+)
            }
            #[inline]
            fn set_zero(&mut self) {
                $(self.$i.set_zero();)+
            }
            #[inline]
            fn set_alone(&mut self, mut k: usize, x: f64) {
                $(
                    let count = self.$i.count();
                    if k < count {
                        return self.$i.set_alone(k, x);
                    }
                    k -= count;
                )+
                let _ = k;
            }
            #[inline]
            fn scatter<S: Scalar>(&self, out: &mut [S], at: usize, stride: usize) -> usize {
                $(let at = self.$i.scatter(out, at, stride);)+
                at
            }
        }
    )*};
}
crate::tuples::up_to_12!(tuples);
