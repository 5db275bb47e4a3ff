//! The language of partials: a small part of Rust's expressions.
//!
//! ```text
//! formula   ::= float literal | formal | y | y.0 | y.1 | constant | int formal as Float | (formula)
//!             | -formula | formula (+ | - | * | / | %) formula
//!             | formula.row(formula, …) | if condition { formula } else { formula | if … }
//! condition ::= formula (< | <= | > | >= | == | !=) formula | the same of int formals and int literals
//!             | formula.row() of result Bool | condition (&& | ||) condition | !condition | (condition)
//! int       ::= int formal | int literal | int (+ | - | *) int
//! ```
//!
//! A method is the row of that name; an int argument stands where the row's formal is an int. A float literal
//! is never a receiver: its type would be open.

use std::cell::RefCell;
use std::rc::Rc;
use syn::Expr;
use syn::punctuated::Punctuated;

/// The name of the result in formulas.
#[cfg(test)]
pub const RESULT: &str = "y";

/// The constants that a formula may name, as they stand in `core::{f64, f32}::consts` (`NAN` and `INFINITY`: as
/// associated constants of the type).
#[cfg(test)]
pub const CONSTANTS: [&str; 6] = ["PI", "LN_2", "LN_10", "FRAC_2_SQRT_PI", "NAN", "INFINITY"];

/// Parses a row's formula. The tests check every row, so that this cannot fail at a user's.
pub fn parse(text: &'static str) -> Rc<Expr> {
    PARSED.with_borrow_mut(|parsed| {
        if let Some((_, expr)) = parsed.iter().find(|(t, _)| std::ptr::eq(*t, text)) {
            return expr.clone();
        }
        let expr: Expr = syn::parse_str(text).unwrap_or_else(|e| panic!("the formula `{text}` does not parse: {e}"));
        let expr = Rc::new(expr);
        parsed.push((text, expr.clone()));
        expr
    })
}

thread_local! {
    /// The few formulas that a function needs, by where their text stands.
    static PARSED: RefCell<Vec<(&'static str, Rc<Expr>)>> = Default::default();
}

/// The `x` of the formula `1.0 / x`: what is multiplied by it is better divided by `x`.
pub fn reciprocal(expr: &Expr) -> Option<&Expr> {
    let Expr::Binary(syn::ExprBinary { left, op: syn::BinOp::Div(_), right, .. }) = expr else { return None };
    match &**left {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Float(one), .. }) if one.base10_digits() == "1.0" => Some(right),
        _ => None,
    }
}

/// Forgets what was parsed: spans live only as long as one expansion.
pub fn forget() {
    PARSED.with_borrow_mut(|parsed| parsed.clear());
}

/// The formals, results and constants that a formula names, each once.
pub fn names(expr: &Expr) -> Vec<String> {
    let mut out = Vec::new();
    collect(expr, &mut out);
    out
}

fn collect(expr: &Expr, out: &mut Vec<String>) {
    if let Some(name) = name(expr) {
        if !out.contains(&name) {
            out.push(name);
        }
        return;
    }
    for child in children(expr) {
        collect(child, out);
    }
}

/// The identifier that an expression consists of.
pub fn name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(p) => p.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

/// The expression that a block consists of.
pub fn block_value(block: &syn::Block) -> Option<&Expr> {
    match block.stmts.as_slice() {
        [syn::Stmt::Expr(e, None)] => Some(e),
        _ => None,
    }
}

/// The parts of an expression of the language; nothing for what lies outside of it.
fn children(expr: &Expr) -> Vec<&Expr> {
    fn all(args: &Punctuated<Expr, syn::Token![,]>) -> impl Iterator<Item = &Expr> {
        args.iter()
    }
    match expr {
        Expr::Paren(p) => vec![&p.expr],
        Expr::Unary(u) => vec![&u.expr],
        Expr::Binary(b) => vec![&b.left, &b.right],
        Expr::Cast(c) => vec![&c.expr],
        Expr::Field(f) => vec![&f.base],
        Expr::MethodCall(m) => std::iter::once(&*m.receiver).chain(all(&m.args)).collect(),
        Expr::If(i) => {
            let mut parts = vec![&*i.cond];
            parts.extend(block_value(&i.then_branch));
            parts.extend(i.else_branch.as_ref().map(|(_, e)| &**e));
            parts
        }
        Expr::Block(b) => block_value(&b.block).into_iter().collect(),
        _ => Vec::new(),
    }
}
