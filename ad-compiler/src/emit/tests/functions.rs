//! Whole functions: sweeps, loops, calls, tangents.

use super::*;

/// The adjoint of `decay`, in the form of the first example of what good code looks like.
#[test]
fn the_adjoint_of_decay() {
    let mut m = Maker::new();
    let (x0, k, n) = (m.scalar("x0", Ty::F64), m.scalar("k", Ty::F64), m.scalar("n", Ty::USIZE));
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
            if let ::core::option::Option::Some(k_bar) = k_bar.present() {
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
    Call { shadows, ..Call::new(Form::Function, syn::parse_quote!(lib::helper), args, result) }
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
        (
            vec![Arg::Value(i), Arg::Ref(Place::whole(xs).then(tail.clone()))],
            vec![ArgShadow::Const, ArgShadow::Place(Place::whole(xs_bar).then(tail))],
        )
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
                (::ad_runtime::Const, xs_bar.view(|whole| &mut whole[t2..])),
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
(t1.sin(), t1.cos() * xs_dot.present().map_or(0.0_f64, |whole| whole[i]))
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
