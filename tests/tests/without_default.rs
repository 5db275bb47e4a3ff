//! Structs and enums without `Default` that get their value late, on some paths, or on the way out; sorted and chosen ones.

#![allow(clippy::needless_range_loop, clippy::needless_late_init)]

use ad_runtime::{Differentiable, check_grad, differentiate};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct P {
    x: f64,
    y: f64,
}

/// Not a copy, and with what is constant.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Body {
    v: Vec<f64>,
    m: f64,
    #[constant]
    scale: f64,
    name: String,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape {
    Disc(f64),
    Box { w: f64, h: f64 },
}

#[differentiate]
fn early_return(xs: &[f64], k: f64) -> P {
    let mut s = 0.0;
    for &x in xs {
        if x < 0.0 {
            return P { x: s * k, y: x };
        }
        s += x * k;
    }
    P { x: s, y: k }
}

#[differentiate]
fn broken_off(xs: &[f64], k: f64) -> f64 {
    let mut i = 0;
    let mut p = loop {
        if xs[i] < 0.0 {
            break P { x: xs[i] * k, y: k };
        }
        i += 1;
    };
    for &x in xs {
        p.x *= p.y * x;
        p = P { x: p.y.sin(), y: p.x + x };
    }
    p.x * p.y
}

#[differentiate]
fn bodies(xs: &[f64], k: f64) -> Body {
    let mut m = k;
    for (i, &x) in xs.iter().enumerate() {
        if x < 0.0 {
            return Body { v: vec![x, m * k], m, scale: 2.0, name: "early".to_string() };
        }
        if x > 5.0 && i > 1 {
            let mut b = Body { v: xs.to_vec(), m: k * x, scale: 3.0, name: "large".to_string() };
            b.v[0] *= b.m;
            return b;
        }
        m *= x;
    }
    Body { v: vec![m], m: k, scale: 4.0, name: "late".to_string() }
}

#[differentiate]
fn of_bodies(xs: &[f64], k: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..xs.len() {
        let b = bodies(&xs[i..], k * xs[0]);
        sum += b.m * b.v[0] * b.scale;
    }
    sum
}

#[differentiate]
fn tuples(xs: &[f64], k: f64) -> (P, f64, [P; 2]) {
    let mut s = k;
    for &x in xs {
        s *= x;
        if s < 0.0 {
            let p = P { x: s, y: k };
            return (p, x, [p, P { x: p.y, y: s * s }]);
        }
    }
    (P { x: k, y: k * k }, s, [P { x: s, y: s }, P { x: 1.0, y: k }])
}

#[differentiate]
fn results(xs: &[f64], k: f64) -> Result<P, String> {
    let mut s = k;
    for &x in xs {
        if x > 100.0 {
            return Err("large".to_string());
        }
        if x < 0.0 {
            return Ok(P { x: s, y: x * k });
        }
        s += x * s;
    }
    Ok(P { x: s, y: s.sin() })
}

#[differentiate]
fn shapes(xs: &[f64]) -> Shape {
    for (i, &x) in xs.iter().enumerate() {
        if x < 0.0 {
            return if i > 1 { Shape::Disc(x * xs[0]) } else { Shape::Box { w: x, h: x * xs[1] } };
        }
    }
    Shape::Disc(xs[0])
}

/// Deferred, in branches that rustc does not see to be all, and read in between.
#[differentiate]
fn deferred(xs: &[f64], k: f64) -> f64 {
    let mut sum = 0.0;
    'rows: for i in 0..xs.len() {
        let p;
        if xs[i] > 1.0 {
            if xs[i] > 3.0 {
                continue 'rows;
            }
            p = P { x: xs[i], y: k };
        } else {
            let shape = loop {
                sum += 0.5 * k;
                if sum > k * i as f64 {
                    break Shape::Box { w: sum, h: xs[i] };
                }
                if i == 3 {
                    break 'rows;
                }
            };
            p = match shape {
                Shape::Disc(r) => P { x: r, y: r },
                Shape::Box { w, h } => P { x: w, y: h },
            };
        }
        sum += p.x * p.y * p.y;
    }
    sum
}

#[differentiate]
impl P {
    fn moved(&self, xs: &[f64]) -> P {
        for &x in xs {
            if x > self.x {
                return P { x: x * self.x, ..*self };
            }
        }
        *self
    }
    fn doubled(self, k: f64) -> Self {
        let mut q = self;
        while q.x < 10.0 {
            if q.y > k {
                return P { x: q.x * k, y: q.y };
            }
            q = P { x: q.x * 2.0, y: q.y * q.x };
        }
        q
    }
}

#[differentiate]
fn chosen(ps: &[P], k: f64) -> f64 {
    let big = ps.iter().copied().max_by(|a, b| a.x.total_cmp(&b.x)).unwrap();
    let first = ps.first().copied().unwrap();
    let Some(found) = ps.iter().copied().find(|p| p.y > k) else { return k * first.x };
    big.moved(&[k, first.y]).x * found.y + first.doubled(k).x * found.x
}

#[differentiate]
fn sorted(bodies: &[Body], k: f64) -> f64 {
    let mut all = bodies.to_vec();
    all[0].m *= k;
    all.sort_by(|a, b| a.m.total_cmp(&b.m));
    let mut sum = 0.0;
    for (i, b) in all.iter().enumerate() {
        sum += b.m.powi(i as i32) * b.v[0] * b.scale;
    }
    all.sort_unstable_by(|a, b| b.v[0].partial_cmp(&a.v[0]).unwrap());
    sum * all[0].m + all[1].v[0] * k
}

#[differentiate(order = 2)]
fn second(xs: &[f64], k: f64) -> f64 {
    let p = 'out: {
        for &x in xs {
            if x < 0.0 {
                break 'out P { x: x * x * k, y: k };
            }
        }
        P { x: k, y: k * k }
    };
    p.x * p.y * p.y
}

#[test]
fn by_hand() {
    let (y, pullback) = early_return::vjp(&[1.0, -2.0], 3.0);
    assert_eq!(y, P { x: 9.0, y: -2.0 });
    assert_eq!(pullback(P { x: 1.0, y: 10.0 }), (vec![9.0, 10.0], 6.0));
    let (y, pullback) = early_return::vjp(&[1.0, 2.0], 3.0);
    assert_eq!(y, P { x: 9.0, y: 3.0 });
    assert_eq!(pullback(P { x: 1.0, y: 10.0 }), (vec![3.0, 3.0], 13.0));
    let b = bodies::vjp(&[2.0, -3.0], 0.5);
    assert_eq!(b.0, Body { v: vec![-3.0, 0.5], m: 1.0, scale: 2.0, name: "early".into() });
    let g = b.1(Body { v: vec![1.0, 10.0], m: 100.0, scale: f64::NAN, name: String::new() });
    assert_eq!(g, (vec![0.5 * 0.5 * 10.0 + 0.5 * 100.0, 1.0], 2.0 * 2.0 * 0.5 * 10.0 + 2.0 * 100.0));
}

#[test]
fn exits() {
    for xs in [[0.5, 1.5, -2.0, 0.7], [-1.0, 2.0, 0.3, 4.0], [0.5, 1.2, 6.0, 2.0], [0.4, 0.5, 2.0, 2.9]] {
        check_grad!(early_return, &xs, 0.8);
        check_grad!(bodies, &xs, 0.8);
        check_grad!(of_bodies, &xs, 0.8);
        check_grad!(tuples, &xs, 0.8);
        check_grad!(tuples, &xs, -0.8);
        check_grad!(shapes, &xs);
        check_grad!(deferred, &xs, 0.8);
        check_grad!(deferred, &xs, 0.1);
        check_grad!(second, &xs, 0.8);
        let (value, g) = results::jvp((&xs, 0.8), (&[1.0, 2.0, -1.0, 0.5], 0.3)).unwrap();
        let (_, pullback) = results::vjp(&xs, 0.8).unwrap();
        let (gx, gk) = pullback(P { x: 1.0, y: -2.0 });
        let along = gx[0] + 2.0 * gx[1] - gx[2] + 0.5 * gx[3] + 0.3 * gk;
        assert!((along - (g.x - 2.0 * g.y)).abs() < 1e-12 && value == results(&xs, 0.8).unwrap());
    }
    assert!(results::vjp(&[1.0, 200.0], 0.8).is_err());
    check_grad!(broken_off, &[0.5, -0.7, 1.3], 0.8);
    check_grad!(broken_off, &[-0.5], 0.8);
    // x^2 k^3 of the first that is negative.
    let (of_x, of_k) = second::hvp((&[2.0, -3.0], 0.5), (&[1.0, 10.0], 100.0));
    assert_eq!(of_x, [0.0, 2.0 * 0.125 * 10.0 - 6.0 * 0.75 * 100.0]);
    assert_eq!(of_k, -6.0 * 0.75 * 10.0 + 9.0 * 3.0 * 100.0);
}

#[test]
fn choices() {
    let ps = [P { x: 1.0, y: 0.3 }, P { x: 3.0, y: 4.0 }, P { x: 2.0, y: 6.0 }];
    check_grad!(chosen, &ps, 2.0);
    check_grad!(chosen, &ps, 5.0);
    check_grad!(chosen, &ps, 7.0);
    let body = |v: f64, m, scale| Body { v: vec![v, 1.0], m, scale, name: "b".into() };
    let all = [body(0.5, 3.0, 1.5), body(2.0, 1.0, 0.5), body(1.2, 2.0, 2.5)];
    check_grad!(sorted, &all, 0.8);
    check_grad!(sorted, &all, 0.2);
}
