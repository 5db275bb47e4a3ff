//! The rows. `docs/add-a-primitive.md` says how to add one.

use super::{Class, Cost, Formal, ResultClass, Rule, Span};

const fn float(name: &'static str) -> Formal {
    Formal { name, class: Class::Float }
}

const fn float_ref(name: &'static str) -> Formal {
    Formal { name, class: Class::FloatRef }
}

const fn int(name: &'static str) -> Formal {
    Formal { name, class: Class::Int }
}

const fn span(lo: f64, hi: f64) -> Span {
    Span { lo, hi }
}

const NONE: &[Formal] = &[];
const X: &[Formal] = &[float("x")];
const XN: &[Formal] = &[float("x"), int("n")];
const AB: &[Formal] = &[float("a"), float("b")];

/// A smooth float primitive that is costly to evaluate and whose partials are finite; the other constructors
/// and the methods below say what is different.
const fn costly(
    name: &'static str,
    formals: &'static [Formal],
    partials: &'static [&'static str],
    domain: &'static [Span],
    doc: &'static str,
) -> Rule {
    let result = ResultClass::Float;
    let singular = &[false; 3].split_at(formals.len()).0;
    Rule { name, formals, result, partials, cost: Cost::Costly, singular, piecewise: false, domain, doc }
}

/// A smooth float primitive of a few cycles.
const fn cheap(
    name: &'static str,
    formals: &'static [Formal],
    partials: &'static [&'static str],
    domain: &'static [Span],
    doc: &'static str,
) -> Rule {
    Rule { cost: Cost::Cheap, ..costly(name, formals, partials, domain, doc) }
}

impl Rule {
    const fn singular(self, singular: &'static [bool]) -> Rule {
        Rule { singular, ..self }
    }
}

const REAL: &[Span] = &[span(-8.0, 8.0)];
const REAL2: &[Span] = &[span(-8.0, 8.0), span(-8.0, 8.0)];

/// All rows: operators first, then by family.
pub static ROWS: &[Rule] = &[
    cheap("+", AB, &["1.0", "1.0"], REAL2, "sum"),
    cheap("-", AB, &["1.0", "-1.0"], REAL2, "difference"),
    cheap("*", AB, &["b", "a"], REAL2, "product"),
    costly("/", AB, &["1.0 / b", "-(y / b)"], REAL2, "quotient").singular(&[true, true]),
    cheap("neg", X, &["-1.0"], REAL, "unary minus"),
    costly("sin", X, &["x.cos()"], REAL, "sine"),
    costly("cos", X, &["-x.sin()"], REAL, "cosine"),
    costly("exp", X, &["y"], REAL, "e to the x"),
    costly("ln", X, &["1.0 / x"], &[span(0.05, 20.0)], "natural logarithm").singular(&[true]),
    costly("sqrt", X, &["0.5 / y"], &[span(0.05, 20.0)], "square root").singular(&[true]),
    costly(
        "powi",
        XN,
        &["if n == 0 { 0.0 } else if n < 0 { (n as Float) * x.powi(n) / x } else { (n as Float) * x.powi(n - 1) }", ""],
        &[span(0.2, 3.0), span(-6.0, 6.0)],
        "integer power",
    )
    .singular(&[true, false]),
];
