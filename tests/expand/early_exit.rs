//! `break`, `continue` and `return` inside a loop.
#[differentiate]
fn early_exit(x: f64, y: &[f64]) -> f64 {
    let mut s = x;
    for v in y {
        if *v < 0.0 {
            continue;
        }
        if *v > 10.0 {
            return s * v;
        }
        s += v * s;
        if s > 100.0 {
            break;
        }
    }
    s.sqrt()
}
