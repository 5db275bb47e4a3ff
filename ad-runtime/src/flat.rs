//! Values as lists of their floats.

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
        let mut i = 0;
        self.write(&mut || {
            i += 1;
            if i == k + 1 { 1.0 } else { 0.0 }
        });
    }
}

impl Flat for f64 {
    fn read(&self, sink: &mut dyn FnMut(f64)) {
        sink(*self);
    }
    fn write(&mut self, source: &mut dyn FnMut() -> f64) {
        *self = source();
    }
}

impl Flat for f32 {
    fn read(&self, sink: &mut dyn FnMut(f64)) {
        sink(f64::from(*self));
    }
    fn write(&mut self, source: &mut dyn FnMut() -> f64) {
        *self = source() as f32;
    }
}

macro_rules! without_floats {
    ($($constant:ty),*) => {$(
        impl Flat for $constant {
            fn read(&self, _: &mut dyn FnMut(f64)) {}
            fn write(&mut self, _: &mut dyn FnMut() -> f64) {}
        }
    )*};
}
without_floats!(usize, u8, u16, u32, u64, u128, isize, i8, i16, i32, i64, i128, bool, char, str, String, ());

impl<T: Flat> Flat for [T] {
    fn read(&self, sink: &mut dyn FnMut(f64)) {
        self.iter().for_each(|x| x.read(sink));
    }
    fn write(&mut self, source: &mut dyn FnMut() -> f64) {
        self.iter_mut().for_each(|x| x.write(source));
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn read(&self, sink: &mut dyn FnMut(f64)) {
        self[..].read(sink);
    }
    fn write(&mut self, source: &mut dyn FnMut() -> f64) {
        self[..].write(source);
    }
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    fn read(&self, sink: &mut dyn FnMut(f64)) {
        self[..].read(sink);
    }
    fn write(&mut self, source: &mut dyn FnMut() -> f64) {
        self[..].write(source);
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
        }
    )*};
}
crate::tuples::up_to_12!(tuples);
