//! Every formula lies in the language of `formula.rs`, is closed, and is built of rows: so it can be
//! differentiated again.

use super::super::{Class, ResultClass, Rule, formula, lookup, scalar};
use super::eval::operator;
use syn::{BinOp, Expr, Lit, Member, UnOp};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Float,
    Int,
    Bool,
}

type Checked = Result<Kind, String>;

/// Types a formula of a rule. An error says what lies outside of the language.
fn check(rule: &Rule, expr: &Expr) -> Checked {
    match expr {
        Expr::Lit(l) => match &l.lit {
            Lit::Float(f) if f.suffix().is_empty() => Ok(Kind::Float),
            Lit::Int(i) if i.suffix().is_empty() => Ok(Kind::Int),
            _ => Err("a literal that is neither an untyped float nor an untyped integer".into()),
        },
        Expr::Path(_) => name(rule, &formula::name(expr).ok_or("a path")?),
        Expr::Field(f) => {
            let pair = rule.result == ResultClass::FloatPair;
            let result = formula::name(&f.base).is_some_and(|n| n == formula::RESULT);
            match &f.member {
                Member::Unnamed(i) if pair && result && i.index < 2 => Ok(Kind::Float),
                _ => Err("a field other than `y.0` and `y.1` of a pair".into()),
            }
        }
        Expr::Paren(p) => check(rule, &p.expr),
        Expr::Cast(c) => {
            let float = matches!(&*c.ty, syn::Type::Path(p) if p.path.is_ident("Float"));
            expect(float, "a cast to something else than `Float`")?;
            expect(check(rule, &c.expr)? == Kind::Int, "a cast of something else than an integer")?;
            Ok(Kind::Float)
        }
        Expr::Unary(u) => match (u.op, check(rule, &u.expr)?) {
            (UnOp::Neg(_), Kind::Float) => Ok(Kind::Float),
            (UnOp::Not(_), Kind::Bool) => Ok(Kind::Bool),
            (_, kind) => Err(format!("a unary operator on {kind:?}")),
        },
        Expr::Binary(b) => binary(&b.op, check(rule, &b.left)?, check(rule, &b.right)?),
        Expr::MethodCall(m) => method(rule, m),
        Expr::If(i) => {
            expect(check(rule, &i.cond)? == Kind::Bool, "a condition that is not a bool")?;
            let then = check(rule, formula::block_value(&i.then_branch).ok_or("a block with statements")?)?;
            let (_, other) = i.else_branch.as_ref().ok_or("an `if` without `else`")?;
            expect(check(rule, other)? == then, "branches of two types")?;
            Ok(then)
        }
        Expr::Block(b) => check(rule, formula::block_value(&b.block).ok_or("a block with statements")?),
        _ => Err("an expression outside of the language".into()),
    }
}

fn expect(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

fn name(rule: &Rule, name: &str) -> Checked {
    if let Some(formal) = rule.formals.iter().find(|f| f.name == name) {
        return Ok(if formal.class == Class::Int { Kind::Int } else { Kind::Float });
    }
    let result = name == formula::RESULT && rule.result == ResultClass::Float;
    expect(result || formula::CONSTANTS.contains(&name), &format!("`{name}`, which nothing binds"))?;
    Ok(Kind::Float)
}

fn binary(op: &BinOp, a: Kind, b: Kind) -> Checked {
    expect(a == b, "an operator between two types")?;
    match (op, a) {
        (BinOp::And(_) | BinOp::Or(_), Kind::Bool) => Ok(Kind::Bool),
        (BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) | BinOp::Eq(_) | BinOp::Ne(_), a) => {
            expect(a != Kind::Bool, "a comparison of bools")?;
            Ok(Kind::Bool)
        }
        (BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_), Kind::Int) => Ok(Kind::Int),
        (op, Kind::Float) => {
            let row = operator(op).ok_or("an operator outside of the language")?;
            expect(lookup(row).is_some(), "an operator without row")?;
            Ok(Kind::Float)
        }
        (_, kind) => Err(format!("an operator outside of the language on {kind:?}")),
    }
}

fn method(rule: &Rule, m: &syn::ExprMethodCall) -> Checked {
    expect(!matches!(&*m.receiver, Expr::Lit(_)), "a method on a literal, whose type is open")?;
    expect(m.turbofish.is_none(), "a turbofish")?;
    let callee = m.method.to_string();
    let row = lookup(&callee).ok_or(format!("`{callee}`, which has no row"))?;
    expect(row.arity() == m.args.len() + 1, &format!("`{callee}` with a wrong number of arguments"))?;
    for (formal, arg) in row.formals.iter().zip(std::iter::once(&*m.receiver).chain(&m.args)) {
        let want = if formal.class == Class::Int { Kind::Int } else { Kind::Float };
        expect(check(rule, arg)? == want, &format!("`{callee}`: an argument that is no {want:?}"))?;
    }
    match row.result {
        ResultClass::Float => Ok(Kind::Float),
        ResultClass::Bool => Ok(Kind::Bool),
        ResultClass::FloatPair | ResultClass::Opaque => Err(format!("`{callee}`, whose result formulas cannot use")),
    }
}

#[test]
fn formulas_lie_in_the_language() {
    for rule in scalar::ROWS {
        let reserved = |n: &str| n == formula::RESULT || n == "Float" || formula::CONSTANTS.contains(&n);
        assert!(rule.formal_names().iter().all(|n| !reserved(n)), "`{}` has a formal with a reserved name", rule.name);
        for text in rule.partials.iter().filter(|p| !p.is_empty()) {
            match syn::parse_str(text).map_err(|e| e.to_string()).and_then(|e| check(rule, &e)) {
                Ok(kind) => assert_eq!(kind, Kind::Float, "`{}`: `{text}` is no float", rule.name),
                Err(what) => panic!("`{}`: `{text}` contains {what}", rule.name),
            }
        }
    }
}

/// The checker finds what it is for.
#[test]
fn formulas_outside_of_the_language_are_found() {
    let rule = lookup("powi").expect("a row");
    for text in
        ["z", "x.gamma()", "2.0.sqrt()", "n", "x + n", "x.powi(2.0)", "if x > 0.0 { x }", "x as f64", "2.0f32 * x"]
    {
        let checked = check(rule, &formula::parse(text));
        assert_ne!(checked.ok(), Some(Kind::Float), "`{text}` passes");
    }
}
