//! Functions built by hand, and the Rust that is printed for them.

mod functions;
#[path = "../../../../ad-ir/src/ir/sample.rs"]
mod sample;

use super::{Body, Ctx, body};
use crate::ir::*;
use ad_ir::hash::HashSet;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use sample::decay;

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
    let file: syn::File =
        syn::parse2(quote!(fn f() { #(#parts)* })).unwrap_or_else(|e| panic!("{e}: {}", quote!(#(#parts)*)));
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
        self.val(OpKind::Lit(text.to_string().into()), ty)
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
    assert_eq!(
        expression(|m, a, b, _| {
            let t = m.bin(Sub, a, b);
            m.bin(Sub, t, b)
        }),
        "a - b - b"
    );
    assert_eq!(
        expression(|m, a, b, _| {
            let t = m.bin(Sub, a, b);
            m.bin(Sub, b, t)
        }),
        "b - (a - b)"
    );
    assert_eq!(
        expression(|m, a, b, _| {
            let t = m.bin(Mul, a, b);
            m.bin(Mul, b, t)
        }),
        "b * (a * b)"
    );
    assert_eq!(
        expression(|m, a, b, _| {
            let t = m.bin(Add, a, b);
            m.bin(Mul, t, b)
        }),
        "(a + b) * b"
    );
    assert_eq!(
        expression(|m, a, b, _| {
            let t = m.bin(Mul, a, b);
            m.bin(Add, t, b)
        }),
        "a * b + b"
    );
    assert_eq!(
        expression(|m, a, b, _| {
            let t = m.bin(Lt, a, b);
            let u = m.bin(Lt, b, a);
            m.bin(Eq, t, u)
        }),
        "(a < b) == (b < a)"
    );
}

#[test]
fn signs_casts_and_methods() {
    use BinOp::*;
    assert_eq!(
        expression(|m, a, _, _| {
            let t = m.f(OpKind::Neg(a));
            m.rule("sqrt", &[t])
        }),
        "(-a).sqrt()"
    );
    assert_eq!(
        expression(|m, a, _, _| {
            let t = m.rule("sqrt", &[a]);
            m.f(OpKind::Neg(t))
        }),
        "-a.sqrt()"
    );
    assert_eq!(
        expression(|m, a, _, _| {
            let t = m.f(OpKind::Neg(a));
            m.f(OpKind::Neg(t))
        }),
        "-(-a)"
    );
    assert_eq!(
        expression(|m, a, b, _| {
            let t = m.bin(Mul, a, b);
            m.f(OpKind::Neg(t))
        }),
        "-(a * b)"
    );
    assert_eq!(
        expression(|m, a, _, n| {
            let t = m.f(OpKind::Cast(n, Ty::F64));
            m.bin(Lt, t, a)
        }),
        "(n as f64) < a"
    );
    assert_eq!(
        expression(|m, a, _, n| {
            let t = m.f(OpKind::Cast(n, Ty::F64));
            let u = m.bin(Add, a, t);
            m.bin(Lt, u, a)
        }),
        "(a + n as f64) < a"
    );
    assert_eq!(
        expression(|m, a, _, n| {
            let t = m.f(OpKind::Cast(n, Ty::F64));
            m.bin(Mul, t, a)
        }),
        "n as f64 * a"
    );
    assert_eq!(
        expression(|m, _, _, n| {
            let t = m.f(OpKind::Cast(n, Ty::F64));
            m.rule("sin", &[t])
        }),
        "(n as f64).sin()"
    );
    assert_eq!(
        expression(|m, a, b, _| {
            let c = m.bin(Lt, a, b);
            let s = m.f(OpKind::Select(c, a, b));
            m.bin(Mul, s, a)
        }),
        "(if a < b { a } else { b }) * a"
    );
}

#[test]
fn literals_say_their_type_where_nothing_else_does() {
    use BinOp::*;
    assert_eq!(
        expression(|m, _, _, _| {
            let t = m.lit("2.0", Ty::F64);
            m.rule("sqrt", &[t])
        }),
        "2.0_f64.sqrt()"
    );
    assert_eq!(
        expression(|m, _, _, _| {
            let t = m.lit("2.", Ty::F64);
            m.rule("sqrt", &[t])
        }),
        "2.0_f64.sqrt()"
    );
    assert_eq!(
        expression(|m, _, _, _| {
            let (t, u) = (m.lit("2.0", Ty::F64), m.lit("3.0", Ty::F64));
            let s = m.bin(Add, t, u);
            m.rule("sqrt", &[s])
        }),
        "(2.0_f64 + 3.0).sqrt()"
    );
    assert_eq!(
        expression(|m, a, _, _| {
            let t = m.lit("2.0", Ty::F64);
            let s = m.bin(Mul, t, a);
            m.rule("sqrt", &[s])
        }),
        "(2.0 * a).sqrt()"
    );
    assert_eq!(
        expression(|m, a, _, _| {
            let t = m.lit("2.0", Ty::F64);
            m.rule("powf", &[a, t])
        }),
        "a.powf(2.0)"
    );
    assert_eq!(
        expression(|m, _, _, _| {
            let t = m.lit("3", Ty::USIZE);
            m.f(OpKind::Cast(t, Ty::F64))
        }),
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
