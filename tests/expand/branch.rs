//! A branch with an early return.
#[differentiate]
fn branch(x: f64, y: f64) -> f64 {
    if x < 0.0 {
        return -x * y;
    }
    let z = if y > x { y.exp() } else { x * y };
    z * z
}
