//! Rows of a matrix, stores to a buffer.
#[differentiate]
fn matvec(m: &[[f64; 3]], x: &[f64; 3], y: &mut [f64]) {
    for (i, row) in m.iter().enumerate() {
        y[i] = 0.0;
        for j in 0..3 {
            y[i] += row[j] * x[j];
        }
    }
}
