//! The functions of `ad_runtime::math`: errors in units in the last place against references with about 100 bits, special
//! values against std, for each instruction set that the machine has.
//!
//! `cargo test` looks at some thousand points. The table in docs/math.md is printed by
//! `cargo test --release -p ad-runtime --test math -- --ignored --nocapture`.
//! `ONLY=exp,ln` in the environment takes these functions alone, `STEP=5` each fifth `f32`.

mod double_double;
mod golden;
mod special;
mod ulp;

use ad_runtime::math::Isa;

macro_rules! on_slices {
    ($float:ident: $($name:ident)*) => {
        /// By name, the function as a loop inside the dispatcher.
        pub(crate) mod $float {
            use super::Isa;
            $(
                pub(crate) fn $name(isa: Isa, xs: &mut [$float]) {
                    isa.run(#[inline(always)] |isa| {
                        for x in xs {
                            *x = isa.$name(*x);
                        }
                    });
                }
            )*
            pub(crate) fn pow(isa: Isa, xs: &mut [$float], ys: &[$float]) {
                isa.run(#[inline(always)] |isa| {
                    for (x, y) in xs.iter_mut().zip(ys) {
                        *x = isa.pow(*x, *y);
                    }
                });
            }
        }
    };
}
on_slices!(f64: exp exp2 exp_m1 ln ln_1p log2 sin cos tanh sigmoid softplus erf);
on_slices!(f32: exp exp2 exp_m1 ln ln_1p log2 sin cos tanh sigmoid softplus erf);
