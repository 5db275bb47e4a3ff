//! Functions built by hand, and the Rust that is printed for them.

use super::{Body, Ctx, body};
use crate::ir::tests::decay;
use crate::ir::*;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use std::collections::HashSet;

fn here() -> Span {
    Span::call_site()
}

/// Prints a body with the user's identifiers given.
fn print_with(func: &Func, taken: &[&str], params: &[&str]) -> Body {
    let names = |suffix: &str| -> Vec<Ident> { params.iter().map(|p| format_ident!("{p}{suffix}")).collect() };
    let taken: HashSet<String> = taken.iter().chain(params).map(|s| s.to_string()).collect();
    let kinds = (0..params.len()).map(|i| format_ident!("K{i}")).map(|k| quote!(#k::default())).collect();
    let ctx = Ctx {
        krate: quote!(::ad_runtime),
        param_names: names(""),
        shadow_names: names("_bar"),
        tangent_names: names("_dot"),
        kinds,
        taken: &taken,
    };
    verify(func).unwrap();
    body(func, &ctx)
}

/// The statements and the result as text.
fn text(body: &Body) -> String {
    let Body { head, forward_sweep, reverse_sweep, result, result_dot, .. } = body;
    let mut parts: Vec<TokenStream> = vec![quote!(#head #forward_sweep)];
    let dot = result_dot.iter();
    parts.push(match reverse_sweep {
        Some(reverse) => quote!((#result #(, #dot)*, move |again, shadows, seed| { #reverse })),
        None => quote!((#result #(, #dot)*)),
    });
    let file: syn::File = syn::parse2(quote!(fn f() { #(#parts)* })).unwrap_or_else(|e| panic!("{e}: {}", quote!(#(#parts)*)));
    let text = prettyplease::unparse(&file);
    let lines: Vec<&str> = text.lines().collect();
    lines[1..lines.len() - 1].iter().map(|l| format!("{}\n", l.strip_prefix("    ").unwrap_or(l))).collect()
}

struct Maker {
    func: Func,
    params: Vec<String>,
    at: Region,
}

impl Maker {
    fn new() -> Maker {
        let func = Func::new("f".to_string());
        let at = func.body;
        Maker { func, params: Vec::new(), at }
    }

    fn scalar(&mut self, name: &str, ty: Ty) -> Value {
        let v = self.func.value(ty, here(), self.func.body);
        self.func.values[v.index()].name = Some(name.to_string());
        self.func.params.push(ParamSlot::Value(v));
        self.params.push(name.to_string());
        v
    }

    fn memory(&mut self, name: &str, ty: Ty) -> Var {
        let by_ref = matches!(ty, Ty::Ref(..));
        let n = self.params.len();
        let v = self.func.var(name, ty, here(), VarKind::Param(n), self.func.body);
        self.func.vars[v.index()].by_ref = by_ref;
        self.func.params.push(ParamSlot::Var(v));
        self.params.push(name.to_string());
        v
    }

    fn var(&mut self, name: &str, ty: Ty, kind: VarKind) -> Var {
        let at = self.at;
        self.func.var(name, ty, here(), kind, at)
    }

    fn val(&mut self, kind: OpKind, ty: Ty) -> Value {
        let at = self.at;
        self.func.push_value(at, kind, ty, here())
    }

    fn f(&mut self, kind: OpKind) -> Value {
        self.val(kind, Ty::F64)
    }

    fn lit(&mut self, text: &str, ty: Ty) -> Value {
        self.val(OpKind::Lit(text.parse().unwrap()), ty)
    }

    fn bin(&mut self, op: BinOp, a: Value, b: Value) -> Value {
        let ty = if op.is_comparison() { Ty::Bool } else { self.func.ty(a) };
        self.val(OpKind::Binary(op, a, b), ty)
    }

    fn rule(&mut self, name: &str, args: &[Value]) -> Value {
        self.f(OpKind::Rule(crate::rules::lookup(name).unwrap(), args.to_vec()))
    }

    fn load(&mut self, p: &Place) -> Value {
        self.f(OpKind::Load(p.clone()))
    }

    fn push(&mut self, kind: OpKind) {
        let at = self.at;
        self.func.push(at, kind, here());
    }

    fn inside(&mut self, region: Region, f: impl FnOnce(&mut Maker)) {
        let outer = std::mem::replace(&mut self.at, region);
        f(self);
        self.at = outer;
    }

    fn region(&mut self) -> Region {
        let at = self.at;
        self.func.region(Some(at))
    }

    fn print(&self) -> String {
        let params: Vec<&str> = self.params.iter().map(String::as_str).collect();
        text(&print_with(&self.func, &[], &params))
    }
}

fn slice(mutable: bool) -> Ty {
    Ty::Ref(Box::new(Ty::Slice(Box::new(Ty::F64))), mutable)
}

/// What is printed for one expression of two floats `a`, `b` and an integer `n`.
fn expression(build: impl FnOnce(&mut Maker, Value, Value, Value) -> Value) -> String {
    let mut m = Maker::new();
    let (a, b, n) = (m.scalar("a", Ty::F64), m.scalar("b", Ty::F64), m.scalar("n", Ty::USIZE));
    let v = build(&mut m, a, b, n);
    m.func.ret = RetShape::Value(v);
    let printed = print_with(&m.func, &[], &["a", "b", "n"]);
    assert!(printed.forward_sweep.is_empty(), "{}", printed.forward_sweep);
    let result = printed.result;
    let file: syn::File = syn::parse2(quote!(const X: T = #result;)).unwrap();
    let text = prettyplease::unparse(&file);
    text.trim().trim_start_matches("const X: T = ").trim_end_matches(';').to_string()
}

#[test]
fn association_is_kept_and_parentheses_are_few() {
    use BinOp::*;
    assert_eq!(expression(|m, a, b, _| { let t = m.bin(Sub, a, b); m.bin(Sub, t, b) }), "a - b - b");
    assert_eq!(expression(|m, a, b, _| { let t = m.bin(Sub, a, b); m.bin(Sub, b, t) }), "b - (a - b)");
    assert_eq!(expression(|m, a, b, _| { let t = m.bin(Mul, a, b); m.bin(Mul, b, t) }), "b * (a * b)");
    assert_eq!(expression(|m, a, b, _| { let t = m.bin(Add, a, b); m.bin(Mul, t, b) }), "(a + b) * b");
    assert_eq!(expression(|m, a, b, _| { let t = m.bin(Mul, a, b); m.bin(Add, t, b) }), "a * b + b");
    assert_eq!(
        expression(|m, a, b, _| { let t = m.bin(Lt, a, b); let u = m.bin(Lt, b, a); m.bin(Eq, t, u) }),
        "(a < b) == (b < a)"
    );
}

#[test]
fn signs_casts_and_methods() {
    use BinOp::*;
    assert_eq!(expression(|m, a, _, _| { let t = m.f(OpKind::Neg(a)); m.rule("sqrt", &[t]) }), "(-a).sqrt()");
    assert_eq!(expression(|m, a, _, _| { let t = m.rule("sqrt", &[a]); m.f(OpKind::Neg(t)) }), "-a.sqrt()");
    assert_eq!(expression(|m, a, _, _| { let t = m.f(OpKind::Neg(a)); m.f(OpKind::Neg(t)) }), "-(-a)");
    assert_eq!(expression(|m, a, b, _| { let t = m.bin(Mul, a, b); m.f(OpKind::Neg(t)) }), "-(a * b)");
    assert_eq!(
        expression(|m, a, _, n| { let t = m.f(OpKind::Cast(n, Ty::F64)); m.bin(Lt, t, a) }),
        "(n as f64) < a"
    );
    assert_eq!(
        expression(|m, a, _, n| { let t = m.f(OpKind::Cast(n, Ty::F64)); let u = m.bin(Add, a, t); m.bin(Lt, u, a) }),
        "(a + n as f64) < a"
    );
    assert_eq!(expression(|m, a, _, n| { let t = m.f(OpKind::Cast(n, Ty::F64)); m.bin(Mul, t, a) }), "n as f64 * a");
    assert_eq!(expression(|m, _, _, n| { let t = m.f(OpKind::Cast(n, Ty::F64)); m.rule("sin", &[t]) }), "(n as f64).sin()");
    assert_eq!(
        expression(|m, a, b, _| { let c = m.bin(Lt, a, b); let s = m.f(OpKind::Select(c, a, b)); m.bin(Mul, s, a) }),
        "(if a < b { a } else { b }) * a"
    );
}

#[test]
fn literals_say_their_type_where_nothing_else_does() {
    use BinOp::*;
    assert_eq!(expression(|m, _, _, _| { let t = m.lit("2.0", Ty::F64); m.rule("sqrt", &[t]) }), "2.0_f64.sqrt()");
    assert_eq!(expression(|m, _, _, _| { let t = m.lit("2.", Ty::F64); m.rule("sqrt", &[t]) }), "2.0_f64.sqrt()");
    assert_eq!(
        expression(|m, _, _, _| {
            let (t, u) = (m.lit("2.0", Ty::F64), m.lit("3.0", Ty::F64));
            let s = m.bin(Add, t, u);
            m.rule("sqrt", &[s])
        }),
        "(2.0_f64 + 3.0).sqrt()"
    );
    assert_eq!(
        expression(|m, a, _, _| { let t = m.lit("2.0", Ty::F64); let s = m.bin(Mul, t, a); m.rule("sqrt", &[s]) }),
        "(2.0 * a).sqrt()"
    );
    assert_eq!(expression(|m, a, _, _| { let t = m.lit("2.0", Ty::F64); m.rule("powf", &[a, t]) }), "a.powf(2.0)");
    assert_eq!(
        expression(|m, _, _, _| { let t = m.lit("3", Ty::USIZE); m.f(OpKind::Cast(t, Ty::F64)) }),
        "3_usize as f64"
    );
}

#[test]
fn decay_reads_like_its_source() {
    let body = print_with(&decay(), &["x"], &["x0", "k", "n"]);
    let expected = "\
let mut x: f64 = x0;
for _ in 0..n {
    let t1: f64 = x;
    x = t1 - k * t1 * t1;
}
(x)
";
    assert_eq!(text(&body), expected);
}

/// The adjoint of `decay`, in the form of the first example of what good code looks like.
#[test]
fn the_adjoint_of_decay() {
    let mut m = Maker::new();
    let (x0, k, n) = (m.scalar("x0", Ty::F64), m.scalar("k", Ty::F64), m.scalar("n", Ty::USIZE));
    let _ = x0;
    let x = m.var("x", Ty::F64, VarKind::Local);
    m.push(OpKind::Declare(x, Init::Scalar(x0)));
    let kept = m.var("x_kept", Ty::Vec(Box::new(Ty::F64)), VarKind::Generated);
    let zero = m.lit("0.0", Ty::F64);
    let elem = Box::new(Init::Scalar(zero));
    m.push(OpKind::Declare(kept, Init::Repeat { elem, len: Count::Value(n), vec: true }));
    let start = m.lit("0", Ty::USIZE);
    let step = m.region();
    let i = m.func.value(Ty::USIZE, here(), step);
    m.func.values[i.index()].name = Some("i".to_string());
    let range = Range { lo: start, hi: n, inclusive: false, rev: false, step: None };
    m.push(OpKind::For { index: i, range: range.clone(), body: step, exit: None });
    m.inside(step, |m| {
        let old = m.load(&Place::whole(x));
        m.func.values[old.index()].name = Some("x".to_string());
        m.push(OpKind::Store(Place::whole(kept).then(Proj::Index(i)), Init::Scalar(old)));
        let kx = m.bin(BinOp::Mul, k, old);
        let kxx = m.bin(BinOp::Mul, kx, old);
        let again = m.load(&Place::whole(x));
        let new = m.bin(BinOp::Sub, again, kxx);
        m.push(OpKind::Store(Place::whole(x), Init::Scalar(new)));
    });
    let last = m.load(&Place::whole(x));
    m.func.ret = RetShape::Value(last);
    let body = m.func.body;
    let reverse = m.func.region(Some(body));
    m.func.reverse = Some(reverse);
    m.inside(reverse, |m| {
        let k_shadow = m.var("k_bar", Ty::F64, VarKind::ShadowParam { param: 1, optional: true });
        let x_bar = m.var("x_bar", Ty::F64, VarKind::Generated);
        let one = m.lit("1.0", Ty::F64);
        m.push(OpKind::Declare(x_bar, Init::Scalar(one)));
        let back = m.region();
        let i = m.func.value(Ty::USIZE, here(), back);
        m.func.values[i.index()].name = Some("i".to_string());
        m.push(OpKind::For { index: i, range: Range { rev: true, ..range }, body: back, exit: None });
        m.inside(back, |m| {
            let x = m.load(&Place::whole(kept).then(Proj::Index(i)));
            m.func.values[x.index()].name = Some("x".to_string());
            let xx = m.bin(BinOp::Mul, x, x);
            let bar = m.load(&Place::whole(x_bar));
            let e = m.bin(BinOp::Mul, xx, bar);
            let minus = m.f(OpKind::Neg(e));
            m.push(OpKind::AddTo(Place::whole(k_shadow), minus));
            let two = m.lit("2.0", Ty::F64);
            let t = m.bin(BinOp::Mul, two, k);
            let t = m.bin(BinOp::Mul, t, x);
            let bar = m.load(&Place::whole(x_bar));
            let t = m.bin(BinOp::Mul, t, bar);
            let minus = m.f(OpKind::Neg(t));
            m.push(OpKind::AddTo(Place::whole(x_bar), minus));
        });
    });
    let expected = "\
let mut x: f64 = x0;
let mut x_kept = ::std::vec![0.0_f64; n];
for i in 0..n {
    let x_2: f64 = x;
    x_kept[i] = x_2;
    x -= k * x_2 * x_2;
}
(
    x,
    move |again, shadows, seed| {
        let mut x_bar: f64 = 1.0;
        for i_2 in (0..n).rev() {
            let x_3: f64 = x_kept[i_2];
            if let ::core::option::Option::Some(k_bar) = k_bar.get() {
                *k_bar -= x_3 * x_3 * x_bar;
            }
            x_bar -= 2.0 * k * x_3 * x_bar;
        }
    },
)
";
    assert_eq!(m.print(), expected);
}

#[test]
fn loads_stay_in_front_of_writes() {
    let mut m = Maker::new();
    let u = m.memory("u", slice(true));
    let i = m.scalar("i", Ty::USIZE);
    let p = Place::whole(u).then(Proj::Index(i));
    let one = m.lit("1", Ty::USIZE);
    let next = m.bin(BinOp::Add, i, one);
    let q = Place::whole(u).then(Proj::Index(next));
    let old = m.load(&p);
    let doubled = m.bin(BinOp::Add, old, old);
    let other = m.load(&q);
    m.push(OpKind::Store(p.clone(), Init::Scalar(doubled)));
    m.push(OpKind::AddTo(p, other));
    let n = m.val(OpKind::Len(Place::whole(u)), Ty::USIZE);
    let whole = m.val(OpKind::Cast(n, Ty::F64), Ty::F64);
    m.func.ret = RetShape::Value(whole);
    let expected = "\
let t1: f64 = u[i];
let t2: f64 = u[i + 1];
u[i] = t1 + t1;
u[i] += t2;
(u.len() as f64)
";
    assert_eq!(m.print(), expected);
}

fn call(args: Vec<Arg>, result: Option<Var>, shadows: Vec<ArgShadow>) -> Call {
    Call { path: syn::parse_quote!(lib::helper), turbofish: None, args, result, recursive: false, shadows }
}

/// A call in a loop: its residual goes on a tape, and the reverse sweep opens it there.
#[test]
fn a_call_in_a_loop() {
    let mut m = Maker::new();
    let (xs, n) = (m.memory("xs", slice(false)), m.scalar("n", Ty::USIZE));
    let rev = m.var("rev", Ty::Unit, VarKind::Generated);
    let xs_bar = m.var("xs_bar", slice(true), VarKind::ShadowParam { param: 0, optional: true });
    m.push(OpKind::Declare(rev, Init::Uninit));
    let s = m.var("s", Ty::F64, VarKind::Local);
    let zero = m.lit("0.0", Ty::F64);
    m.push(OpKind::Declare(s, Init::Scalar(zero)));
    let start = m.lit("0", Ty::USIZE);
    let step = m.region();
    let i = m.func.value(Ty::USIZE, here(), step);
    let range = Range { lo: start, hi: n, inclusive: false, rev: false, step: None };
    m.push(OpKind::For { index: i, range: range.clone(), body: step, exit: None });
    let args = |i: Value| {
        let tail = Proj::Range { lo: Some(i), hi: None, inclusive: false };
        (vec![Arg::Value(i), Arg::Ref(Place::whole(xs).then(tail.clone()))],
         vec![ArgShadow::Const, ArgShadow::Place(Place::whole(xs_bar).then(tail))])
    };
    m.inside(step, |m| {
        let y = m.var("y", Ty::F64, VarKind::Local);
        let (args, shadows) = args(i);
        let call = call(args, Some(y), shadows);
        m.push(OpKind::Forward { call, residual: Residual(rev), keeping: Keeping::Tape });
        let y = m.load(&Place::whole(y));
        m.push(OpKind::AddTo(Place::whole(s), y));
    });
    let last = m.load(&Place::whole(s));
    m.func.ret = RetShape::Value(last);
    let body = m.func.body;
    let reverse = m.func.region(Some(body));
    m.func.reverse = Some(reverse);
    m.inside(reverse, |m| {
        let s_bar = m.var("s_bar", Ty::F64, VarKind::Generated);
        let one = m.lit("1.0", Ty::F64);
        m.push(OpKind::Declare(s_bar, Init::Scalar(one)));
        let back = m.region();
        let i = m.func.value(Ty::USIZE, here(), back);
        m.push(OpKind::For { index: i, range: Range { rev: true, ..range }, body: back, exit: None });
        m.inside(back, |m| {
            m.push(OpKind::Open { residual: Residual(rev), keeping: Keeping::Tape });
            let (args, shadows) = args(i);
            let call = call(args, None, shadows);
            m.push(OpKind::Reverse { call, residual: Residual(rev), keeping: Keeping::Tape, seed: Some(s_bar) });
        });
    });
    let expected = "\
mod __m {
    pub type __c_helper = ::ad_runtime::missing::Callee2<()>;
}
use __m::*;
use lib::helper as __c_helper;
let _: ::core::option::Option<<__c_helper as ::ad_runtime::Callable>::Derivatives> = ::core::option::Option::None;
let mut rev = ::std::vec::Vec::new();
let mut s: f64 = 0.0;
for t1 in 0..n {
    let (y, this_rev): (f64, _) = __c_helper::forward(
        t1,
        &xs[t1..],
        (::ad_runtime::Const, K0::default()),
    );
    rev.push(this_rev);
    s += y;
}
(
    s,
    move |again, shadows, seed| {
        let mut rev_at = rev.len();
        let s_bar: f64 = 1.0;
        for t2 in (0..n).rev() {
            rev_at -= 1;
            let this_rev = &rev[rev_at];
            this_rev(
                ((), &xs[t2..]),
                (::ad_runtime::Const, xs_bar.view(|s| &mut s[t2..])),
                s_bar,
            );
        }
    },
)
";
    assert_eq!(m.print(), expected);
}

#[test]
fn tangents_of_parameters() {
    let mut m = Maker::new();
    let (xs, i) = (m.memory("xs", slice(false)), m.scalar("i", Ty::USIZE));
    let dot = m.var("xs_dot", slice(false), VarKind::TangentParam { param: 0, optional: true });
    let (x, dx) = (Place::whole(xs).then(Proj::Index(i)), Place::whole(dot).then(Proj::Index(i)));
    let (x, dx) = (m.load(&x), m.load(&dx));
    let (y, y_dot) = (m.rule("sin", &[x]), m.rule("cos", &[x]));
    let y_dot = m.bin(BinOp::Mul, y_dot, dx);
    m.func.ret = RetShape::Value(y);
    m.func.ret_dot = Some(RetShape::Value(y_dot));
    let expected = "\
let t1: f64 = xs[i];
(t1.sin(), t1.cos() * xs_dot.get().map_or(0.0_f64, |d| d[i]))
";
    assert_eq!(m.print(), expected);
}

#[test]
fn control_flow() {
    let mut m = Maker::new();
    let a = m.scalar("a", Ty::F64);
    let x = m.var("x", Ty::F64, VarKind::Local);
    m.push(OpKind::Declare(x, Init::Scalar(a)));
    let exit = m.var("exit", Ty::Bool, VarKind::Local);
    let no = m.lit("false", Ty::Bool);
    m.push(OpKind::Declare(exit, Init::Scalar(no)));
    let one = m.lit("1.0", Ty::F64);
    let (cond, test) = {
        let cond = m.region();
        let mut test = Value(0);
        m.inside(cond, |m| {
            let v = m.load(&Place::whole(x));
            test = m.bin(BinOp::Gt, v, one);
        });
        (cond, test)
    };
    let body = m.region();
    m.push(OpKind::While { cond, test, body, exit: Some(exit) });
    m.inside(body, |m| {
        let v = m.load(&Place::whole(x));
        let (small, mid) = (m.bin(BinOp::Lt, v, one), m.bin(BinOp::Gt, v, a));
        let (then, els) = (m.region(), m.region());
        m.push(OpKind::If { cond: small, then, els });
        m.inside(then, |m| {
            let yes = m.lit("true", Ty::Bool);
            m.push(OpKind::Store(Place::whole(exit), Init::Scalar(yes)));
        });
        m.inside(els, |m| {
            let (then, els) = (m.region(), m.region());
            m.push(OpKind::If { cond: mid, then, els });
            m.inside(els, |m| {
                let v = m.load(&Place::whole(x));
                let half = m.lit("0.5", Ty::F64);
                let v = m.bin(BinOp::Mul, v, half);
                m.push(OpKind::Store(Place::whole(x), Init::Scalar(v)));
            });
        });
    });
    let x = m.load(&Place::whole(x));
    m.func.ret = RetShape::Value(x);
    let expected = "\
let mut x: f64 = a;
let mut exit = false;
while x > 1.0 {
    let t1: f64 = x;
    let t2 = t1 > a;
    if t1 < 1.0 {
        exit = true;
    } else if !t2 {
        x *= 0.5;
    }
    if exit {
        break;
    }
}
(x)
";
    assert_eq!(m.print(), expected);
}
