//! Operators of a struct, one of them in a loop.
#[differentiate]
fn swing(start: Point, pull: &[Point], dt: f64) -> f64 {
    let mut at = start;
    for p in pull {
        at += *p * dt;
    }
    at.x * at.y
}
