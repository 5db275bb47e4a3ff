//! Early returns: many in a row, and of what is not `Copy`, out of loops.

#![allow(clippy::assign_op_pattern, clippy::never_loop)]

use ad_runtime::{Differentiable, check_grad, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct P {
    a: f64,
    b: Vec<f64>,
}

/// Not `Copy`.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Q {
    a: f64,
    b: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct N {
    q: Q,
    k: usize,
}

#[differentiate]
fn buffer_and_number(x: &[f64], y: f64) -> P {
    let q = P { a: y * 2.0, b: x.to_vec() };
    for v in x {
        if *v > 2.0 {
            return q;
        }
    }
    P { a: y, b: vec![y] }
}

#[differentiate]
fn built_in_the_loop(x: &[f64], y: f64) -> P {
    let mut s = 0.0;
    for v in x {
        let q = P { a: y * v, b: x.to_vec() };
        if *v > 2.0 {
            return q;
        }
        s += q.a;
    }
    P { a: s, b: vec![y] }
}

#[differentiate]
fn changed_in_the_loop(x: &[f64], y: f64) -> Q {
    let mut q = Q { a: y, b: 1.0 };
    for v in x {
        if *v > 2.0 {
            return q;
        }
        q.a *= v;
        q.b += q.a.sin();
    }
    q.a += q.b;
    q
}

#[differentiate]
fn parameter(x: &[f64], q: Q) -> Q {
    for v in x {
        if *v > q.a {
            return q;
        }
    }
    Q { a: q.b, b: q.a }
}

#[differentiate]
fn by_while(x: f64, y: f64) -> Q {
    let mut q = Q { a: x, b: y };
    let mut i = 0;
    while i < 10 {
        if q.a > 100.0 {
            return q;
        }
        q = Q { a: q.a * q.a, b: q.b * 2.0 };
        i += 1;
    }
    q
}

#[differentiate]
fn broken_with(x: f64, y: f64) -> f64 {
    let q = Q { a: x * y, b: y };
    let mut i = 0;
    let r = loop {
        if i > 3 {
            break q;
        }
        i += 1;
        if q.a > 10.0 * (i as f64) {
            break Q { a: y, b: x };
        }
    };
    r.a * r.b
}

#[differentiate]
fn turned(q: Q, y: f64) -> Q {
    Q { a: q.b * y, b: q.a }
}
/// f7
#[differentiate]
fn moved_into_a_call(x: &[f64], y: f64) -> Q {
    let q = Q { a: y * 2.0, b: y };
    for v in x {
        if *v > 2.0 {
            return turned(q, *v);
        }
    }
    q
}

#[differentiate]
fn wrapped(x: &[f64], y: f64) -> Option<Q> {
    let q = Q { a: y * 2.0, b: y };
    for v in x {
        if *v > 2.0 {
            return Some(q);
        }
        if *v < -2.0 {
            return None;
        }
    }
    Some(Q { a: q.b, b: y * y })
}

#[differentiate]
fn in_a_tuple(x: &[f64], y: f64) -> (Q, f64) {
    let q = Q { a: y * 2.0, b: y };
    for v in x {
        for w in x {
            if *v > 2.1 * w {
                return (q, *v);
            }
        }
    }
    (q, y)
}

#[differentiate]
fn vector(x: &[f64], y: f64) -> Vec<f64> {
    let q = x.to_vec();
    for v in x {
        if *v > 2.0 {
            return q;
        }
    }
    vec![y; x.len()]
}

#[differentiate]
fn result_of_a_call(x: &[f64], y: f64) -> Q {
    let q = turned(Q { a: y * 2.0, b: y }, y);
    for v in x {
        if *v > 2.0 {
            return q;
        }
    }
    q
}

#[differentiate]
fn part_of_a_tuple(x: &[f64], y: f64) -> Q {
    let p = (Q { a: y * 2.0, b: y }, y);
    for v in x {
        if *v > 2.0 {
            return p.0;
        }
    }
    Q { a: y, b: p.1 }
}

#[differentiate]
fn field(x: &[f64], n: N) -> Q {
    for v in x {
        if *v > 2.0 {
            return n.q;
        }
    }
    Q { a: n.q.b, b: n.q.a }
}

#[differentiate]
fn rest(x: &[f64], y: f64) -> Q {
    let q = Q { a: y * 2.0, b: y };
    for v in x {
        if *v > 2.0 {
            return Q { a: *v, ..q };
        }
    }
    q
}

#[differentiate]
fn in_a_result(x: &[f64], y: f64) -> Result<Q, String> {
    let q = Q { a: y * 2.0, b: y };
    let mut i = 0;
    while i < x.len() {
        if x[i] > 2.0 {
            return Ok(q);
        }
        if x[i] < -2.0 {
            return Err("no".to_string());
        }
        i += 1;
    }
    Ok(turned(q, y))
}

#[differentiate]
fn moved_and_continued(x: &[f64], y: f64) -> Q {
    let mut q = Q { a: y * 2.0, b: y };
    for v in x {
        if *v > 2.0 {
            q = turned(q, *v);
            continue;
        }
        if *v < -2.0 {
            let r = q;
            q = Q { a: r.b, b: r.a * v };
        }
        q.a += q.b;
    }
    q
}

#[differentiate]
fn out_of_a_labelled_loop(x: &[f64], y: f64) -> Q {
    let q = Q { a: y * 2.0, b: y };
    let r = 'o: loop {
        for v in x {
            if *v > 2.0 {
                break 'o q;
            }
        }
        break Q { a: y * y, b: y };
    };
    turned(r, y)
}

#[differentiate]
fn by_match(x: &[f64], y: f64) -> Q {
    let q = Q { a: y * 2.0, b: y };
    let w = x.to_vec();
    for v in x {
        match *v {
            v if v > 2.0 => return q,
            v if v < -2.0 => return Q { a: w[0], b: y },
            _ => {}
        }
    }
    Q { a: w[0] * q.a, b: y }
}

#[differentiate(order = 2)]
fn second_order(x: f64, y: f64) -> f64 {
    let q = Q { a: x * y, b: y };
    let mut i = 0;
    let r = loop {
        if i > 3 {
            break q;
        }
        i += 1;
        if q.a > 10.0 * (i as f64) {
            break Q { a: y, b: x * x };
        }
    };
    r.a * r.b
}

/// A field of the rest is moved.
#[differentiate]
fn rest_of_a_buffer(x: &[f64], y: f64) -> P {
    let p = P { a: y * y, b: x.to_vec() };
    for v in x {
        if *v > 2.0 {
            return P { a: v * y, ..p };
        }
    }
    P { a: p.a, b: vec![p.b[0] * y] }
}

/// The struct is given another value in a branch before it is moved.
#[differentiate]
fn replaced_before(x: &[f64], y: f64) -> Q {
    let mut q = Q { a: y, b: 1.0 };
    for v in x {
        if *v < 0.0 {
            q = turned(q, *v);
        }
        if *v > 2.0 {
            return turned(q, y);
        }
        q.b += q.a * v;
    }
    q
}

/// `x` with and without an element that leaves, first and late.
const POINTS: [&[f64]; 5] = [
    &[0.5, 1.5, -0.5, 1.0],
    &[2.5, 0.3, 1.0, 3.0],
    &[0.5, 3.5, 1.0, 0.25],
    &[0.5, 0.7, -2.5, 2.5],
    &[1.5, -0.5, 1.75, 2.25],
];

#[test]
fn out_of_loops() {
    for x in POINTS {
        check_grad!(buffer_and_number, x, 0.7);
        check_grad!(built_in_the_loop, x, 0.7);
        check_grad!(changed_in_the_loop, x, 0.7);
        check_grad!(parameter, x, Q { a: 1.2, b: 0.4 });
        check_grad!(moved_into_a_call, x, 0.7);
        check_grad!(in_a_tuple, x, 0.7);
        check_grad!(vector, x, 0.7);
        check_grad!(result_of_a_call, x, 0.7);
        check_grad!(part_of_a_tuple, x, 0.7);
        check_grad!(field, x, N { q: Q { a: 1.2, b: 0.4 }, k: 3 });
        check_grad!(rest, x, 0.7);
        check_grad!(moved_and_continued, x, 0.7);
        check_grad!(out_of_a_labelled_loop, x, 0.7);
        check_grad!(by_match, x, 0.7);
        check_grad!(rest_of_a_buffer, x, 0.7);
        check_grad!(replaced_before, x, 0.7);
        if x.iter().all(|v| *v >= -2.0) {
            check_grad!(wrapped, x, 0.7);
            check_grad!(in_a_result, x, 0.7);
        } else {
            assert_eq!(wrapped(x, 0.7), None);
            assert!(wrapped::vjp(x, 0.7).is_none() && in_a_result::vjp(x, 0.7).is_err());
        }
    }
    for (x, y) in [(1.5, 0.7), (0.5, 0.25), (30.0, 2.0), (1.2, 3.0)] {
        check_grad!(by_while, x, y);
        check_grad!(broken_with, x, y);
        check_grad!(second_order, x, y);
    }
}

/// The same by hand.
#[test]
fn values_of_structs() {
    let (p, pullback) = buffer_and_number::vjp(&[0.5, 3.0], 0.7);
    assert_eq!(p, P { a: 1.4, b: vec![0.5, 3.0] });
    assert_eq!(pullback(P { a: 10.0, b: vec![1.0, 2.0] }), (vec![1.0, 2.0], 20.0));
    assert_eq!(pullback(P { a: 1.0, b: vec![0.0, 5.0] }), (vec![0.0, 5.0], 2.0));
    let (p, pullback) = buffer_and_number::vjp(&[0.5, 1.0], 0.7);
    assert_eq!(p, P { a: 0.7, b: vec![0.7] });
    assert_eq!(pullback(P { a: 10.0, b: vec![1.0] }), (vec![0.0, 0.0], 11.0));
    let (q, dq) = moved_into_a_call::jvp((&[1.0, 3.0], 0.5), (&[0.0, 1.0], 2.0));
    // (y * v, 2 y)
    assert_eq!((q, dq), (Q { a: 1.5, b: 1.0 }, Q { a: 6.5, b: 4.0 }));
    // x y y, left by the count; y x x, left by the size of x y.
    assert_eq!(second_order::hvp((1.5, 0.5), (1.0, 0.0)), (0.0, 1.0));
    assert_eq!(second_order::hvp((1.5, 0.5), (0.0, 1.0)), (1.0, 3.0));
    assert_eq!(second_order::hvp((30.0, 2.0), (1.0, 0.0)), (4.0, 60.0));
    assert_eq!(second_order::hvp((30.0, 2.0), (0.0, 1.0)), (60.0, 0.0));
}

/// `count` exits in a row: what each branch keeps goes straight to the head of the function.
macro_rules! many {
    ($name:ident, $x:ident, $y:ident, $($limit:literal)*) => {
        #[differentiate(order = 2)]
        fn $name($x: f64, $y: f64) -> f64 {
            let mut s = $x;
            $(
                if s > $limit {
                    return (s * $y).sin() * $limit;
                }
                let t = Q { a: (s * 0.5).exp() * $y, b: s };
                if t.a < -$limit {
                    return t.a * s.cos();
                }
                s = t.a.cos() + $limit * 0.2 * t.b;
            )*
            s
        }
    };
}

many!(many_exits, x, y, 2.0 2.2 2.4 2.6 2.8 3.0 3.2 3.4 3.6 3.8 4.0 4.2 4.4 4.6 4.8 5.0);

#[test]
fn many_in_a_row() {
    for i in 0..40 {
        let (x, y) = (-1.0 + 0.09 * f64::from(i), 0.3 + 0.05 * f64::from(i));
        check_grad!(many_exits, x, y);
        let step = 1e-5;
        let (p, m) = (many_exits::grad(x + step, y), many_exits::grad(x - step, y));
        let h = many_exits::hvp((x, y), (1.0, 0.0));
        for (found, difference) in [(h.0, (p.0 - m.0) / (2.0 * step)), (h.1, (p.1 - m.1) / (2.0 * step))] {
            assert!((found - difference).abs() <= 1e-5 * (1.0 + difference.abs()), "{x}: {found} {difference}");
        }
    }
}
