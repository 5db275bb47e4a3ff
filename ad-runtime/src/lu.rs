//! Dense systems of linear equations.

/// A square matrix in factors: LU with partial pivoting of the matrix with rows and columns scaled to a largest element of one
/// (Golub, Van Loan, *Matrix Computations*, 3.4 and 3.5.2), so that what counts as singular does not depend on units.
#[derive(Clone, Debug)]
pub(crate) struct Lu {
    n: usize,
    /// Row-major: below the diagonal L, whose diagonal is one, and U.
    factors: Vec<f64>,
    /// Row `i` of the factors is row `rows[i]` of the matrix.
    rows: Vec<usize>,
    row_scale: Vec<f64>,
    column_scale: Vec<f64>,
}

impl Lu {
    /// Of a matrix that is given row-major; `None` if it is singular to rounding, or not finite.
    pub(crate) fn new(mut a: Vec<f64>, n: usize) -> Option<Lu> {
        assert_eq!(a.len(), n * n, "a matrix of {n} rows and columns");
        let reciprocal = |largest: f64| (largest > 0.0 && largest.is_finite()).then(|| 1.0 / largest);
        let mut row_scale = Vec::with_capacity(n);
        for row in a.chunks_exact_mut(n.max(1)) {
            if row.iter().any(|x| !x.is_finite()) {
                return None;
            }
            let scale = reciprocal(row.iter().fold(0.0, |m: f64, x| m.max(x.abs())))?;
            row.iter_mut().for_each(|x| *x *= scale);
            row_scale.push(scale);
        }
        let mut column_scale = Vec::with_capacity(n);
        for j in 0..n {
            let scale = reciprocal((0..n).fold(0.0, |m: f64, i| m.max(a[i * n + j].abs())))?;
            (0..n).for_each(|i| a[i * n + j] *= scale);
            column_scale.push(scale);
        }
        let mut rows: Vec<usize> = (0..n).collect();
        for k in 0..n {
            let size = |i: usize| a[i * n + k].abs();
            let pivot = (k..n).fold(k, |best, i| if size(i) > size(best) { i } else { best });
            // Elements begin at one, so a pivot of this size is what rounding left of zero.
            let regular = size(pivot) > n as f64 * f64::EPSILON;
            if !regular {
                return None;
            }
            if pivot != k {
                rows.swap(pivot, k);
                (0..n).for_each(|j| a.swap(pivot * n + j, k * n + j));
            }
            let (above, below) = a.split_at_mut((k + 1) * n);
            let row = &above[k * n..];
            for other in below.chunks_exact_mut(n) {
                let factor = other[k] / row[k];
                other[k] = factor;
                if factor != 0.0 {
                    other[k + 1..].iter_mut().zip(&row[k + 1..]).for_each(|(x, r)| *x -= factor * r);
                }
            }
        }
        Some(Lu { n, factors: a, rows, row_scale, column_scale })
    }

    /// The `x` of `A x = b`.
    pub(crate) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let n = self.n;
        let mut x: Vec<f64> = self.rows.iter().map(|&r| b[r] * self.row_scale[r]).collect();
        for i in 0..n {
            x[i] -= (0..i).map(|j| self.factors[i * n + j] * x[j]).sum::<f64>();
        }
        for i in (0..n).rev() {
            let sum: f64 = (i + 1..n).map(|j| self.factors[i * n + j] * x[j]).sum();
            x[i] = (x[i] - sum) / self.factors[i * n + i];
        }
        x.iter_mut().zip(&self.column_scale).for_each(|(x, s)| *x *= s);
        x
    }

    /// The `x` of `Aᵀ x = b`.
    pub(crate) fn solve_transposed(&self, b: &[f64]) -> Vec<f64> {
        let n = self.n;
        let mut z: Vec<f64> = b.iter().zip(&self.column_scale).map(|(b, s)| b * s).collect();
        for i in 0..n {
            z[i] /= self.factors[i * n + i];
            for j in i + 1..n {
                z[j] -= self.factors[i * n + j] * z[i];
            }
        }
        for i in (0..n).rev() {
            for j in 0..i {
                z[j] -= self.factors[i * n + j] * z[i];
            }
        }
        let mut x = vec![0.0; n];
        for (&row, z) in self.rows.iter().zip(z) {
            x[row] = z * self.row_scale[row];
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::Lu;

    fn product(a: &[f64], x: &[f64], transposed: bool) -> Vec<f64> {
        let n = x.len();
        (0..n).map(|i| (0..n).map(|j| x[j] * if transposed { a[j * n + i] } else { a[i * n + j] }).sum()).collect()
    }

    #[test]
    fn both_systems() {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1u32 << 30) - 1.0
        };
        for n in [0, 1, 2, 3, 7, 20] {
            let mut a: Vec<f64> = (0..n * n).map(|_| next()).collect();
            // Rows and columns of very different units, and a zero where the first pivot would be.
            for i in 0..n {
                for j in 0..n {
                    a[i * n + j] *= 10f64.powi(5 * (i as i32 % 3) - 7 * (j as i32 % 2));
                }
            }
            if n > 1 {
                a[0] = 0.0;
            }
            let x: Vec<f64> = (0..n).map(|_| next()).collect();
            let lu = Lu::new(a.clone(), n).expect("regular");
            // The residual, relative to the terms of each row.
            let check = |x: &[f64], b: &[f64], transposed: bool| {
                let size = |v: &[f64]| v.iter().map(|x| x.abs()).collect::<Vec<_>>();
                let (found, terms) = (product(&a, x, transposed), product(&size(&a), &size(x), transposed));
                for i in 0..n {
                    assert!((found[i] - b[i]).abs() <= 1e-12 * terms[i], "{n}: {} {}", found[i], b[i]);
                }
            };
            check(&lu.solve(&x), &x, false);
            check(&lu.solve_transposed(&x), &x, true);
        }
    }

    #[test]
    fn singular_ones_whatever_their_units() {
        let third = 1.0 / 3.0;
        for scale in [1e-200, 1e-9, 1.0, 1e150] {
            assert!(Lu::new(vec![scale * third, 2.0 * third, scale, 2.0], 2).is_none());
            assert!(Lu::new(vec![scale, 0.0, 0.0, 0.0], 2).is_none());
            let regular = Lu::new(vec![scale, 2.0 * scale, 1.0, 2.0 + 1e-6], 2).expect("regular");
            let x = regular.solve(&[3.0 * scale, 3.0 + 1e-6]);
            assert!((x[0] - 1.0).abs() < 1e-6 && (x[1] - 1.0).abs() < 1e-6, "{x:?}");
        }
        assert!(Lu::new(vec![f64::NAN], 1).is_none() && Lu::new(vec![f64::INFINITY], 1).is_none());
    }
}
