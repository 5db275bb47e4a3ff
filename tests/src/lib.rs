//! Tests of the compiler as users see it; see the files under `tests/`. The Rust code of README and docs runs as doctests of this crate.

/// `check!(f, arguments…)`: `check_grad!`, and the value that comes with the derivative, and what `&mut` arguments hold
/// afterwards, are bit for bit those of the function itself.
#[macro_export]
macro_rules! check {
    ($f:ident $(, $($rest:tt)*)?) => {{
        ::ad_runtime::check_grad!($f $(, $($rest)*)?);
        $crate::same_bits!($f $(, $($rest)*)?);
    }};
}

/// The second half of [`check!`].
#[macro_export]
macro_rules! same_bits {
    ($f:ident $(, $($rest:tt)*)?) => {{
        let plain = $crate::same_bits!(@ plain $f [] [] [$($($rest)*)?]);
        let differentiated = $crate::same_bits!(@ vjp $f [] [] [$($($rest)*)?]);
        ::core::assert_eq!(plain, differentiated, "the value of `{}` that comes with its derivative", ::core::stringify!($f));
    }};
    (@ $how:ident $f:ident [$($args:tt)*] [$($muts:ident)*] [& mut $e:expr $(, $($rest:tt)*)?]) => {{
        let mut held = ::std::borrow::ToOwned::to_owned(&$e);
        let text = $crate::same_bits!(@ $how $f [$($args)* &mut held,] [$($muts)* held] [$($($rest)*)?]);
        text
    }};
    (@ $how:ident $f:ident [$($args:tt)*] [$($muts:ident)*] [& mut $e:expr ; $($options:tt)*]) => {
        $crate::same_bits!(@ $how $f [$($args)*] [$($muts)*] [& mut $e])
    };
    (@ $how:ident $f:ident [$($args:tt)*] [$($muts:ident)*] [$e:expr $(, $($rest:tt)*)?]) => {
        $crate::same_bits!(@ $how $f [$($args)* $e,] [$($muts)*] [$($($rest)*)?])
    };
    (@ $how:ident $f:ident [$($args:tt)*] [$($muts:ident)*] [$e:expr ; $($options:tt)*]) => {
        $crate::same_bits!(@ $how $f [$($args)* $e,] [$($muts)*] [])
    };
    (@ $how:ident $f:ident [$($args:tt)*] [$($muts:ident)*] []) => {{
        let mut text = $crate::same_bits!(@ $how $f ($($args)*));
        $(text += &::std::format!(", {:?}", $muts);)*
        text
    }};
    (@ plain $f:ident ($($args:tt)*)) => { ::std::format!("{:?}", $f($($args)*)) };
    (@ vjp $f:ident ($($args:tt)*)) => { ::std::format!("{:?}", $f::vjp($($args)*).0) };
}

/// The numbers of a gradient.
pub trait Numbers {
    /// In order.
    fn numbers(&self, out: &mut Vec<f64>);
}

impl Numbers for f64 {
    fn numbers(&self, out: &mut Vec<f64>) {
        out.push(*self);
    }
}

impl<T: Numbers> Numbers for Vec<T> {
    fn numbers(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|x| x.numbers(out));
    }
}

impl<T: Numbers, const N: usize> Numbers for [T; N] {
    fn numbers(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|x| x.numbers(out));
    }
}

impl<A: Numbers, B: Numbers> Numbers for (A, B) {
    fn numbers(&self, out: &mut Vec<f64>) {
        self.0.numbers(out);
        self.1.numbers(out);
    }
}

impl<A: Numbers, B: Numbers, C: Numbers> Numbers for (A, B, C) {
    fn numbers(&self, out: &mut Vec<f64>) {
        self.0.numbers(out);
        self.1.numbers(out);
        self.2.numbers(out);
    }
}

/// What `EXPLAIN` says of a function's loops, a letter for each: `F` is fused, `C` has something that goes from
/// iteration to iteration, `L` waits for what comes later.
#[must_use]
pub fn fused_loops(explain: &str) -> String {
    let lines = explain.lines().skip_while(|l| !l.starts_with("Loops, where")).skip(1).take_while(|l| !l.is_empty());
    lines
        .map(|l| match () {
            () if l.contains("runs forward and in reverse") => 'F',
            () if l.contains("goes from one iteration to the next") => 'C',
            () if l.contains("depends on what is computed later") => 'L',
            () => '?',
        })
        .collect()
}

/// # Panics
///
/// If two gradients differ by more than rounding.
pub fn assert_close(name: &str, joint: &impl Numbers, split: &impl Numbers) {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    joint.numbers(&mut a);
    split.numbers(&mut b);
    assert_eq!(a.len(), b.len(), "{name}");
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * a.abs().max(1.0) || a.is_nan() && b.is_nan() || a == b;
    assert!(a.iter().zip(&b).all(close), "`{name}`: joint form {a:?}, split form {b:?}");
}

/// `agree!(f, "FC", arguments…)`: [`check!`], the joint form (`value_and_grad`) against the split one (`vjp`), and which
/// loops are fused. The seed of a function with `&mut` arguments comes last: `…; (1.0, &[0.0])`.
#[macro_export]
macro_rules! agree {
    ($f:ident, $loops:expr, $($arg:expr),* $(,)?) => { $crate::agree!($f, $loops, $($arg),*; 1.0) };
    ($f:ident, $loops:expr, $($arg:expr),*; $seed:expr) => {{
        let y: f64 = $f($($arg),*);
        let (v, g) = $f::value_and_grad($($arg),*);
        let (w, pull) = $f::vjp($($arg),*);
        let name = ::core::stringify!($f);
        ::core::assert_eq!((y.to_bits(), y.to_bits()), (v.to_bits(), w.to_bits()), "the values of `{name}`");
        $crate::assert_close(name, &g, &pull($seed));
        ::ad_runtime::check_grad!($f, $($arg),*);
        ::core::assert_eq!($crate::fused_loops($f::EXPLAIN), $loops, "loops of `{name}`\n{}", $f::EXPLAIN);
    }};
}

/// A page whose Rust code is compiled and run.
#[cfg(doctest)]
macro_rules! pages {
    ($($name:ident $path:literal;)*) => {$(
        #[doc = include_str!($path)]
        pub struct $name;
    )*};
}

#[cfg(doctest)]
pages! {
    Readme "../../README.md";
    Guide "../../docs/guide.md";
    Nist "../../docs/nist.md";
}
