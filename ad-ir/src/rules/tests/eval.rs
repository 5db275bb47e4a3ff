//! An interpreter of formulas over dual numbers, so that a formula can be differentiated again.

use super::super::{Class, Partial, Rule, formula, lookup, partial_of};
use super::real::{Real, Value};
use crate::hash::HashMap;
use std::cell::RefCell;
use std::rc::Rc;
use syn::{BinOp, Expr, Lit, Member, UnOp};

/// A value and its derivative in the direction of interest; zero for all but floats.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dual<R> {
    pub(super) value: Value<R>,
    pub(super) tangent: R,
}

impl<R: Real> Dual<R> {
    pub(super) fn constant(value: Value<R>) -> Self {
        Dual { value, tangent: R::of(0.0) }
    }

    pub(super) fn float(self) -> R {
        match self.value {
            Value::F(x) => x,
            other => panic!("{other:?} is not a float"),
        }
    }

    fn truth(self) -> bool {
        match self.value {
            Value::B(b) => b,
            other => panic!("{other:?} is not a bool"),
        }
    }
}

/// [`partial_of`], parsed once per thread: the tests evaluate each formula thousands of times.
fn parsed(rule: &Rule, r: usize, i: usize) -> Rc<Partial> {
    type Seen = HashMap<(&'static str, usize, usize), Rc<Partial>>;
    thread_local! {
        static SEEN: RefCell<Seen> = RefCell::default();
    }
    let parse = || Rc::new(partial_of(rule, r, i));
    SEEN.with_borrow_mut(|seen| Rc::clone(seen.entry((rule.name, r, i)).or_insert_with(parse)))
}

/// The arguments and results of one call of a primitive, as its formulas name them.
pub(super) struct Call<'a, R> {
    rule: &'a Rule,
    args: Vec<Dual<R>>,
    results: Vec<Dual<R>>,
}

impl<'a, R: Real> Call<'a, R> {
    /// Evaluates the primitive, and its tangent by the row's formulas where an argument has one.
    pub(super) fn new(rule: &'a Rule, args: Vec<Dual<R>>) -> Self {
        let values: Vec<_> = args.iter().map(|a| a.value).collect();
        let results = match R::call(rule.name, &values) {
            Value::Pair(a, b) => vec![Value::F(a), Value::F(b)],
            single => vec![single],
        };
        let results = results.into_iter().map(Dual::constant).collect();
        let mut call = Call { rule, args: values.into_iter().map(Dual::constant).collect(), results };
        let tangents: Vec<_> = (0..rule.results()).map(|r| call.tangent(r, &args)).collect();
        call.args = args;
        for (result, tangent) in call.results.iter_mut().zip(tangents) {
            result.tangent = tangent;
        }
        call
    }

    fn tangent(&self, r: usize, args: &[Dual<R>]) -> R {
        let mut sum = 0.0;
        for (i, arg) in args.iter().enumerate() {
            // As in generated code: a zero tangent meets no infinite partial.
            if arg.tangent.wide() != 0.0 {
                sum += self.partial(r, i).float().wide() * arg.tangent.wide();
            }
        }
        R::of(sum)
    }

    /// The partial of result `r` with respect to formal `i`.
    pub(super) fn partial(&self, r: usize, i: usize) -> Dual<R> {
        let number = |x| Dual::constant(Value::F(R::of(x)));
        match &*parsed(self.rule, r, i) {
            Partial::Zero => number(0.0),
            Partial::One => number(1.0),
            Partial::MinusOne => number(-1.0),
            Partial::Formula(expr) => self.eval(expr),
        }
    }

    fn eval(&self, expr: &Expr) -> Dual<R> {
        match expr {
            Expr::Lit(l) => Dual::constant(match &l.lit {
                Lit::Float(f) => Value::F(R::of(f.base10_parse().expect("a float"))),
                Lit::Int(i) => Value::I(i.base10_parse().expect("an integer")),
                _ => panic!("a literal outside of the language"),
            }),
            Expr::Path(_) => self.named(&formula::name(expr).expect("a name")),
            Expr::Field(f) => match &f.member {
                Member::Unnamed(index) => self.results[index.index as usize],
                Member::Named(_) => panic!("a field outside of the language"),
            },
            Expr::Paren(p) => self.eval(&p.expr),
            Expr::Cast(c) => match self.eval(&c.expr).value {
                Value::I(n) => Dual::constant(Value::F(R::of(n as f64))),
                other => panic!("a cast of {other:?}"),
            },
            Expr::Unary(u) => match (u.op, self.eval(&u.expr)) {
                (UnOp::Neg(_), arg) => self.apply("neg", vec![arg]),
                (UnOp::Not(_), arg) => Dual::constant(Value::B(!arg.truth())),
                _ => panic!("an operator outside of the language"),
            },
            Expr::Binary(b) => self.binary(&b.op, &b.left, &b.right),
            Expr::MethodCall(m) => {
                let args = std::iter::once(&*m.receiver).chain(&m.args).map(|a| self.eval(a)).collect();
                self.apply(&m.method.to_string(), args)
            }
            Expr::If(i) => {
                if self.eval(&i.cond).truth() {
                    self.eval(formula::block_value(&i.then_branch).expect("one expression"))
                } else {
                    self.eval(&i.else_branch.as_ref().expect("an else").1)
                }
            }
            Expr::Block(b) => self.eval(formula::block_value(&b.block).expect("one expression")),
            _ => panic!("an expression outside of the language"),
        }
    }

    fn named(&self, name: &str) -> Dual<R> {
        if let Some(i) = self.rule.formals.iter().position(|f| f.name == name) {
            return self.args[i];
        }
        if name == formula::RESULT {
            return self.results[0];
        }
        Dual::constant(Value::F(R::constant(name).unwrap_or_else(|| panic!("`{name}` is not bound"))))
    }

    fn apply(&self, name: &str, args: Vec<Dual<R>>) -> Dual<R> {
        let rule = lookup(name).unwrap_or_else(|| panic!("`{name}` has no row"));
        Call::new(rule, args).results[0]
    }

    fn binary(&self, op: &BinOp, left: &Expr, right: &Expr) -> Dual<R> {
        let a = self.eval(left);
        match op {
            BinOp::And(_) => return Dual::constant(Value::B(a.truth() && self.eval(right).truth())),
            BinOp::Or(_) => return Dual::constant(Value::B(a.truth() || self.eval(right).truth())),
            _ => {}
        }
        let b = self.eval(right);
        let order = match (a.value, b.value) {
            (Value::F(x), Value::F(y)) => x.partial_cmp(&y),
            (Value::I(x), Value::I(y)) => Some(x.cmp(&y)),
            (x, y) => panic!("{x:?} and {y:?} do not go together"),
        };
        let truth = match op {
            BinOp::Lt(_) => order.is_some_and(|o| o.is_lt()),
            BinOp::Le(_) => order.is_some_and(|o| o.is_le()),
            BinOp::Gt(_) => order.is_some_and(|o| o.is_gt()),
            BinOp::Ge(_) => order.is_some_and(|o| o.is_ge()),
            BinOp::Eq(_) => order.is_some_and(|o| o.is_eq()),
            BinOp::Ne(_) => !order.is_some_and(|o| o.is_eq()),
            _ => return self.arithmetic(op, a, b),
        };
        Dual::constant(Value::B(truth))
    }

    fn arithmetic(&self, op: &BinOp, a: Dual<R>, b: Dual<R>) -> Dual<R> {
        if let (Value::I(x), Value::I(y)) = (a.value, b.value) {
            let n = match op {
                BinOp::Add(_) => x + y,
                BinOp::Sub(_) => x - y,
                BinOp::Mul(_) => x * y,
                _ => panic!("an integer operator outside of the language"),
            };
            assert!(i32::try_from(n).is_ok(), "`{}`: an integer overflows", self.rule.name);
            return Dual::constant(Value::I(n));
        }
        let name = operator(op).unwrap_or_else(|| panic!("an operator outside of the language"));
        self.apply(name, vec![a, b])
    }
}

/// The row's name of an arithmetic operator.
pub(super) fn operator(op: &BinOp) -> Option<&'static str> {
    Some(match op {
        BinOp::Add(_) => "+",
        BinOp::Sub(_) => "-",
        BinOp::Mul(_) => "*",
        BinOp::Div(_) => "/",
        BinOp::Rem(_) => "%",
        _ => return None,
    })
}

/// Evaluates a row at a point, all but formal `active` being constant. Integer formals take the rounded number.
pub(super) fn call_at<'a, R: Real>(rule: &'a Rule, at: &[f64], active: Option<usize>) -> Call<'a, R> {
    let args = at.iter().enumerate().map(|(i, x)| match rule.formals[i].class {
        Class::Float | Class::FloatRef => {
            Dual { value: Value::F(R::of(*x)), tangent: R::of(f64::from(u8::from(active == Some(i)))) }
        }
        Class::Int => Dual::constant(Value::I(*x as i64)),
    });
    Call::new(rule, args.collect())
}

impl<R: Real> Call<'_, R> {
    /// Result `r` as a number.
    pub(super) fn result(&self, r: usize) -> f64 {
        self.results[r].float().wide()
    }
}
