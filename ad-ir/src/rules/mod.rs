//! The derivative rules of scalar primitives, as data.
//!
//! One row per primitive ([`scalar::ROWS`]): its name, its formals, and the partial with respect to each float
//! formal as a formula in the formals' names, in which `y` is the result. All else comes from the row: the
//! tangent, the adjoint, what the reverse sweep reads (the identifiers of the formula), the table in
//! `docs/rules.md` and the tests. What has no row is refused with a reason and a remedy ([`refused::REFUSALS`]).
//!
//! A formula uses rows and `if` only, so it can be differentiated again.

mod formula;
mod refused;
mod scalar;

#[cfg(test)]
mod tests;

pub use refused::Refusal;

pub use formula::{names as names_in, reciprocal};

use std::rc::Rc;
use syn::Expr;

/// What a formal takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// A float of the function's float type, by value.
    Float,
    /// The same by shared reference, as in `a.total_cmp(&b)`. A receiver is borrowed by rustc itself.
    FloatRef,
    /// An integer (`i32` for `powi`): never differentiated.
    Int,
}

/// One formal of a primitive. The receiver of a method is the first.
#[derive(Clone, Copy, Debug)]
pub struct Formal {
    pub name: &'static str,
    pub class: Class,
}

/// What a primitive returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultClass {
    Float,
    /// `(Float, Float)`; in formulas `y.0` and `y.1`.
    FloatPair,
    Bool,
    /// Another value without derivative: `Ordering`, `Option<Ordering>`, `FpCategory`.
    Opaque,
}

/// What evaluating the primitive again costs, for the choice between storing and recomputing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cost {
    /// A few cycles: `+`, `*`, `abs`, `min`, `floor`, …
    Cheap,
    /// Divisions, roots, transcendental functions.
    Costly,
}

/// Where the tests sample a formal: between `lo` and `hi`, evenly (integers: all between them).
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub lo: f64,
    pub hi: f64,
}

/// One primitive.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// A method's or operator's name: `sin`, `+`, `neg`.
    pub name: &'static str,
    pub formals: &'static [Formal],
    pub result: ResultClass,
    /// One formula per formal, `""` where there is nothing to differentiate. A [`ResultClass::FloatPair`] has
    /// the formulas of its first result, then those of its second.
    pub partials: &'static [&'static str],
    pub cost: Cost,
    /// Per formal: the partial has a pole or no value at a finite point of the domain's closure, where `0 * inf`
    /// would make NaN out of a cotangent that is zero. Overflow (`exp` of 800) does not count.
    pub singular: &'static [bool],
    /// Has corners or jumps; linear between them in each formal.
    pub piecewise: bool,
    /// One span per formal.
    pub domain: &'static [Span],
    /// What it computes, and what is worth knowing of its derivative.
    pub doc: &'static str,
}

/// A parsed partial.
#[derive(Clone)]
pub enum Partial {
    Zero,
    One,
    MinusOne,
    Formula(Rc<Expr>),
}

impl Rule {
    /// The number of formals.
    pub fn arity(&self) -> usize {
        self.formals.len()
    }

    /// The names of the formals, in order.
    #[cfg(test)]
    pub fn formal_names(&self) -> Vec<&'static str> {
        self.formals.iter().map(|f| f.name).collect()
    }

    /// The number of float results: none for `is_nan`, two for `sin_cos`.
    #[cfg(test)]
    pub fn results(&self) -> usize {
        match self.result {
            ResultClass::Float => 1,
            ResultClass::FloatPair => 2,
            ResultClass::Bool | ResultClass::Opaque => 0,
        }
    }

    /// The formula of result `r` with respect to formal `i`, as the row has it; `""` where there is none.
    pub fn formula(&self, r: usize, i: usize) -> &'static str {
        self.partials.get(r * self.arity() + i).copied().unwrap_or("")
    }
}

pub use formula::forget;
pub use scalar::GUARDED;

/// The row of a method or operator (`"+"`, `"-"`, `"*"`, `"/"`, `"%"`, `"neg"`).
pub fn lookup(name: &str) -> Option<&'static Rule> {
    scalar::ROWS.iter().find(|r| r.name == name)
}

/// Why a name of `f64`, `f32` or `num_traits::Float` has no row, and what to write instead.
pub fn refused(name: &str) -> Option<&'static Refusal> {
    refused::REFUSALS.iter().find(|r| r.name == name)
}

/// The partial with respect to formal `i`; for a pair, of its first result.
pub fn partial(rule: &Rule, i: usize) -> Partial {
    partial_of(rule, 0, i)
}

/// The partial of result `r` with respect to formal `i`.
pub fn partial_of(rule: &Rule, r: usize, i: usize) -> Partial {
    match rule.formula(r, i) {
        "" | "0.0" => Partial::Zero,
        "1.0" => Partial::One,
        "-1.0" => Partial::MinusOne,
        text => Partial::Formula(formula::parse(text)),
    }
}

/// What the partial with respect to formal `i` reads: the formals, ascending, and whether the result. For a
/// pair, what the partials of both results read.
#[cfg(test)]
pub fn reads(rule: &Rule, i: usize) -> (Vec<usize>, bool) {
    let mut formals = Vec::new();
    let mut result = false;
    for r in 0..rule.results() {
        if let Partial::Formula(expr) = partial_of(rule, r, i) {
            let names = formula::names(&expr);
            result |= names.iter().any(|n| n == formula::RESULT);
            formals.extend((0..rule.arity()).filter(|k| names.iter().any(|n| n == rule.formals[*k].name)));
        }
    }
    formals.sort_unstable();
    formals.dedup();
    (formals, result)
}
