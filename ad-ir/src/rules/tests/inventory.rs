//! Every inherent method and associated function of `f64` and `f32` is a row or a refusal.

use super::super::refused::REFUSALS;
use super::super::{lookup, refused, scalar};

/// Lists the names, and names each function of both types, so that a name which rustc does not know is an error.
macro_rules! inventory {
    ($($name:ident)*) => {
        const BOTH: &[&str] = &[$(stringify!($name)),*];

        #[test]
        #[expect(deprecated, reason = "the deprecated ones are in the list to be refused")]
        fn the_inventory_exists() {
            $(let _ = (f64::$name, f32::$name);)*
            let _ = (f64::is_positive, f64::is_negative);
            let _ = (f64::to_int_unchecked::<i32>, f32::to_int_unchecked::<i32>);
        }
    };
}

// The stable ones of Rust 1.95. Derived by asking rustc for `f64::NAME` and `f32::NAME`, without the prelude, for
// every identifier in the metadata of `core` and `std`.
inventory! {
    abs abs_sub acos acosh asin asinh atan atan2 atanh cbrt ceil clamp classify copysign cos cosh div_euclid exp exp2
    exp_m1 floor fract from_be_bytes from_bits from_le_bytes from_ne_bytes hypot is_finite is_infinite is_nan is_normal
    is_sign_negative is_sign_positive is_subnormal ln ln_1p log log10 log2 max midpoint min mul_add next_down next_up
    powf powi recip rem_euclid round round_ties_even signum sin sin_cos sinh sqrt tan tanh to_be_bytes to_bits
    to_degrees to_le_bytes to_ne_bytes to_radians total_cmp trunc
}

/// Those that the macro above cannot name the same way for both: an unsafe generic one, and two that only `f64` has.
const IRREGULAR: &[&str] = &["to_int_unchecked", "is_positive", "is_negative"];

/// The unstable ones of both types in Rust 1.95.
const UNSTABLE: &[&str] = &[
    "algebraic_add",
    "algebraic_sub",
    "algebraic_mul",
    "algebraic_div",
    "algebraic_rem",
    "clamp_magnitude",
    "erf",
    "erfc",
    "gamma",
    "ln_gamma",
    "maximum",
    "minimum",
];

/// The functions of `num_traits::Float` 0.2.19 that are no inherent ones.
const NUM_TRAITS: &[&str] = &[
    "nan",
    "infinity",
    "neg_infinity",
    "neg_zero",
    "min_value",
    "min_positive_value",
    "epsilon",
    "max_value",
    "integer_decode",
];

const OPERATORS: &[&str] = &["+", "-", "*", "/", "%", "neg"];

#[test]
fn every_function_has_a_row_or_a_refusal() {
    for name in [BOTH, IRREGULAR, UNSTABLE, NUM_TRAITS, OPERATORS].concat() {
        match (lookup(name), refused(name)) {
            (Some(_), Some(_)) => panic!("`{name}` has a row and a refusal"),
            (None, None) => panic!("`{name}` has neither row nor refusal"),
            _ => {}
        }
    }
    assert_eq!(BOTH.len() + IRREGULAR.len(), 69);
}

/// What is unstable cannot be called on stable Rust, so no row may promise it.
#[test]
fn unstable_functions_are_refused() {
    assert!(UNSTABLE.iter().all(|name| refused(name).is_some()));
}

#[test]
fn refusals_say_why_and_what_instead() {
    for refusal in REFUSALS {
        assert!(!refusal.reason.is_empty() && !refusal.remedy.is_empty(), "`{}`", refusal.name);
        assert!(scalar::ROWS.iter().all(|r| r.name != refusal.name), "`{}` has a row", refusal.name);
    }
}
