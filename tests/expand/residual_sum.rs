//! A sum over constant data, with a call in the loop.
#[differentiate]
fn residual_sum(p: &[f64; 2], #[constant] ts: &[f64], #[constant] ys: &[f64]) -> f64 {
    let mut s = 0.0;
    for (&t, &y) in ts.iter().zip(ys) {
        let r = residual(p[0], p[1], t, y);
        s += r * r;
    }
    0.5 * s
}
