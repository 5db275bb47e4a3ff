//! Functions that a user's own macro makes raise no lint either, wherever their tokens come from.

#![forbid(unsafe_code, non_ascii_idents)]
#![deny(nonstandard_style)]
#![deny(warnings, missing_docs, unreachable_pub, unused, rust_2018_idioms, future_incompatible)]
#![deny(unused_qualifications, unused_lifetimes, unused_results, trivial_casts, trivial_numeric_casts, let_underscore)]
#![deny(missing_debug_implementations, missing_copy_implementations, single_use_lifetimes, elided_lifetimes_in_paths)]
#![deny(clippy::all)]
#![deny(clippy::pedantic)]
#![allow(
    clippy::many_single_char_names,
    clippy::must_use_candidate,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::needless_for_each,
    reason = "said of the functions as they are written"
)]

/// All tokens are the macro's but a name.
macro_rules! twin {
    ($m:ident) => {
        /// A module.
        mod $m {
            /// A loop.
            #[ad_runtime::differentiate]
            pub(crate) fn f(x: f64, n: usize) -> f64 {
                let mut s = x;
                for i in 0..n {
                    s *= x + i as f64;
                }
                s.sin()
            }
        }
    };
}

/// The body is the caller's.
macro_rules! function {
    ($(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),*) -> $out:ty $body:block) => {
        $(#[$doc])*
        #[ad_runtime::differentiate]
        $vis fn $name($($arg: $ty),*) -> $out $body
    };
}

/// Only an expression is the caller's.
macro_rules! formula {
    ($name:ident, $x:ident, $e:expr) => {
        /// A formula.
        #[ad_runtime::differentiate]
        pub fn $name($x: f64, scale: f64) -> f64 {
            let mut y = $e;
            if y > 1.0 {
                y *= scale;
            }
            (y + 1.0) * scale
        }
    };
}

/// Each constant with its function.
macro_rules! each {
    ($($name:ident = $value:literal),*) => {$(
        /// A power.
        #[ad_runtime::differentiate]
        fn $name(x: f64, w: &mut [f64]) -> f64 {
            w[0] *= x.powi($value);
            for v in w.iter_mut() {
                *v += x;
            }
            x.powi($value) + w[0]
        }
    )*};
}

twin!(a);
twin!(b);
function! {
    /// With a slice.
    pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
        let mut s = 0.0;
        for (x, y) in a.iter().zip(b) {
            s += x * y;
        }
        s
    }
}
function! {
    /// With a part that is not used.
    pub fn half(x: f64, n: usize) -> Vec<f64> {
        vec![x * 0.5; n]
    }
}
formula!(square, x, x * x);
formula!(wave, t, (t * 2.0).sin());
each!(two = 2, three = 3);

#[test]
fn from_macros() {
    twin!(inner);
    assert_eq!(inner::f::grad(0.5, 2), a::f::grad(0.5, 2));
    assert_eq!(b::f::grad(0.5, 2), a::f::grad(0.5, 2));
    ad_runtime::check_grad!(dot, &[0.3, 0.4], &[0.5, 0.6]);
    ad_runtime::check_grad!(half, 0.3, 2);
    ad_runtime::check_grad!(square, 0.3, 2.0);
    ad_runtime::check_grad!(wave, 0.3, 2.0);
    ad_runtime::check_grad!(two, 0.3, &mut [1.0, 2.0]);
    ad_runtime::check_grad!(three, 0.3, &mut [1.0, 2.0]);
}
