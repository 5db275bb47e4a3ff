//! Tests of the compiler as users see it; see the files under `tests/`.
use ad_runtime::differentiate;

/// x
#[differentiate]
pub fn decay(x0: f64, k: f64, n: usize) -> f64 {
    let mut x = x0;
    for _ in 0..n {
        x -= k * x * x;
    }
    x
}

/// x
#[differentiate]
pub fn heat(u: &mut [f64], c: &[f64], steps: usize) {
    let n = u.len();
    for _ in 0..steps {
        let mut left = u[0];
        for i in 1..n - 1 {
            let here = u[i];
            u[i] = here + c[i] * (left - 2.0 * here + u[i + 1]);
            left = here;
        }
    }
}

/// x
#[differentiate]
pub fn residual(a: f64, b: f64, t: f64, y: f64) -> f64 { y - a * (-b * t).exp() }

/// x
#[differentiate]
pub fn loss(p: &[f64; 2], #[constant] ts: &[f64], #[constant] ys: &[f64]) -> f64 {
    let mut s = 0.0;
    for (&t, &y) in ts.iter().zip(ys) { let r = residual(p[0], p[1], t, y); s += r * r; }
    0.5 * s
}
