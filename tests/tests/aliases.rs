//! Names of types that are made outside the function, in its body: what they are tied to says what they are.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

type Real = f64;
type Count = u32;
type Vector = Vec<f64>;
type Pair = [f64; 2];
mod units {
    pub(crate) type Metre = f64;
}

#[differentiate]
fn annotated(x: f64, n: u32) -> f64 {
    let y: Real = x * 2.0;
    let v: Vec<Real> = vec![x, y];
    let w: [Real; 2] = [y, 1.0];
    let all: Vector = vec![x; 3];
    let pair: Pair = [y, x];
    let c = |a: Real| -> Real { a * a };
    let mut s: units::Metre = 0.0;
    for e in &v {
        s += e * w[1];
    }
    let k: Count = n + 1;
    let late: Real;
    if s > 0.0 {
        late = s.sin();
    } else {
        late = y;
    }
    s * c(y) + all[1] * pair[0] * f64::from(k) + late
}

#[differentiate]
fn cast(x: f64, n: usize) -> f64 {
    let k = n as Real;
    let m = (n + 300) as Count as f64;
    let mut v = Vec::<Real>::new();
    v.push(x * k);
    v[0] * (0..n).map(|i| x * i as Real).sum::<Real>() + m * x + (x > 0.0) as Count as Real
}

#[differentiate]
fn constant(#[constant] scale: Real, #[constant] table: &[Real], #[constant] n: Count, x: f64) -> f64 {
    const HALF: Real = 0.5;
    fn twice(x: Real) -> Real {
        x * 2.0
    }
    let t = twice(scale);
    x * x * scale * table[0] * HALF + f64::from(n) * x * t
}

#[test]
fn in_bodies() {
    check!(annotated, 0.7, 3);
    check!(annotated, -0.7, 3);
    check!(cast, 0.7, 3);
    let (y, dx) = constant::value_and_grad(0.7, &[1.5], 3, 0.4);
    assert_eq!(y, constant(0.7, &[1.5], 3, 0.4));
    assert!((dx - (2.0 * 0.4 * 0.7 * 1.5 * 0.5 + 3.0 * 1.4)).abs() < 1e-12);
    assert_eq!(constant::jvp((0.7, &[1.5], 3, 0.4), 1.0).1, dx);
}
