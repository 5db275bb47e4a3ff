use ad_runtime::differentiate;

// A differentiated caller may keep active values in `w`.
#[differentiate]
fn stepped(x: f64, #[constant] w: &mut [f64]) -> f64 {
    let k = w[0] as i64;
    w[1] = 2.0;
    k as f64 * x
}

fn main() {}
