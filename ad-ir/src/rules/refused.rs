//! What has no derivative rule, why, and what to write instead.

/// A refused method or associated function.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    pub name: &'static str,
    /// Completes "`name` is not differentiated: …".
    pub reason: &'static str,
    /// What to do instead.
    pub remedy: &'static str,
}

const fn refusal(name: &'static str, reason: &'static str, remedy: &'static str) -> Refusal {
    Refusal { name, reason, remedy }
}

const BITS: &str = "the bits of a float are not a differentiable function of it";
const FROM_BYTES: &str = "a float made of bytes has no derivative that could be followed back to them";
const PASS_IN: &str = "decode the bytes outside of the function and pass the float as an argument";
const ALGEBRAIC: &str = "it is unstable, and its result may change with the optimiser";
const UNSTABLE: &str = "it is unstable in Rust 1.95";
const SPECIAL: &str = "wrap `libm` or `statrs` in a function marked `#[differentiate(partials(…))]`";
const DEPRECATED: &str = "it is deprecated";

/// All refusals.
#[rustfmt::skip] // one row, one line
pub static REFUSALS: &[Refusal] = &[
    // Bits.
    refusal("to_bits", BITS, "call it on `stop_gradient(x)` if no derivative is meant to pass"),
    refusal("to_be_bytes", BITS, "call it on `stop_gradient(x)` if no derivative is meant to pass"),
    refusal("to_le_bytes", BITS, "call it on `stop_gradient(x)` if no derivative is meant to pass"),
    refusal("to_ne_bytes", BITS, "call it on `stop_gradient(x)` if no derivative is meant to pass"),
    refusal("integer_decode", BITS, "call it on `stop_gradient(x)` if no derivative is meant to pass"),
    refusal("from_be_bytes", FROM_BYTES, PASS_IN),
    refusal("from_le_bytes", FROM_BYTES, PASS_IN),
    refusal("from_ne_bytes", FROM_BYTES, PASS_IN),
    refusal("to_int_unchecked", "it is unsafe, and cuts the derivative without a word",
        "use `x.trunc() as i64`, which is accepted as piecewise constant"),

    // Deprecated.
    refusal("abs_sub", "it is deprecated, and not what its name says", "use `(a - b).max(0.0)`, or `(a - b).abs()`"),
    refusal("is_positive", DEPRECATED, "use `x.is_sign_positive()`"),
    refusal("is_negative", DEPRECATED, "use `x.is_sign_negative()`"),

    // Unstable in Rust 1.95, or never part of the standard library.
    refusal("algebraic_add", ALGEBRAIC, "use `a + b`"),
    refusal("algebraic_sub", ALGEBRAIC, "use `a - b`"),
    refusal("algebraic_mul", ALGEBRAIC, "use `a * b`"),
    refusal("algebraic_div", ALGEBRAIC, "use `a / b`"),
    refusal("algebraic_rem", ALGEBRAIC, "use `a % b`"),
    refusal("maximum", UNSTABLE, "use `a.max(b)`, which ignores a NaN, or `if a >= b { a } else { b }`"),
    refusal("minimum", UNSTABLE, "use `a.min(b)`, which ignores a NaN, or `if a <= b { a } else { b }`"),
    refusal("clamp_magnitude", UNSTABLE, "use `x.clamp(-limit, limit)`"),
    refusal("lerp", "it was removed from Rust", "use `a + (b - a) * t`"),
    refusal("gamma", UNSTABLE, SPECIAL),
    refusal("ln_gamma", UNSTABLE, SPECIAL),
    refusal("erf", UNSTABLE, SPECIAL),
    refusal("erfc", UNSTABLE, SPECIAL),
];
