//! In place, overwritten while it is read.
#[differentiate]
fn heat(u: &mut [f64], c: &[f64], steps: usize) {
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
