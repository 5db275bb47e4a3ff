//! The attribute on a module: exact types, activity and recursion across calls.

use ad_runtime::{Differentiable, differentiate};

#[differentiate]
mod springs {
    use super::*;

    pub(crate) type Real = f64;
    pub(crate) const DIM: usize = 3;
    const STIFF: Real = 2.5;

    /// Springs in a row.
    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub(crate) struct Row {
        pub rest: Vec<f64>,
        pub count: usize,
        pub stiff: bool,
    }

    impl Row {
        pub(crate) fn energy(&self, x: &[Real]) -> Real {
            let mut sum = 0.0;
            for i in 0..self.count {
                let d = x[i] - self.rest[i];
                sum += self.weight(i) * d.abs() * d;
            }
            sum / self.count as f64
        }
        fn weight(&self, i: usize) -> Real {
            if self.stiff { STIFF } else { 1.0 / (i as Real + Self::shift(i)) }
        }
        fn shift(i: usize) -> Real {
            i.min(DIM) as f64 + 1.5
        }
        #[differentiate(skip)]
        pub(crate) fn text(&self) -> String {
            format!("{} springs", self.count)
        }
    }

    pub(crate) fn even(x: Real, n: usize) -> Real {
        if n == 0 { x } else { odd(x * x.sin(), n - 1) }
    }

    fn odd(x: Real, n: usize) -> Real {
        if n == 0 { 1.0 + x } else { even(x + x.cos(), n - 1) }
    }

    fn longest(row: &Row) -> usize {
        row.rest.len()
    }

    fn largest(x: &[f64]) -> Option<f64> {
        if x.is_empty() {
            return None;
        }
        let mut best = x[0];
        for v in x {
            best = best.max(*v);
        }
        Some(best)
    }

    pub(crate) fn total(row: &Row, x: &[f64]) -> Real {
        let best = largest(&row.rest).map(|b| b * b).unwrap_or(0.0);
        let n = longest(row);
        best + row.energy(x).exp() + even(x[0], n) + largest(&[x[1], 0.5]).unwrap_or(1.0)
    }
}

#[test]
fn springs_in_a_row() {
    let row = springs::Row { rest: vec![0.2, 0.7, -0.4], count: 3, stiff: false };
    let x = [1.1, 0.6, 0.3];
    ad_runtime::check_grad!(springs::total, &row, &x[..]);
    ad_runtime::check_grad!(springs::even, 0.7, 5);
    let stiff = springs::Row { stiff: true, ..row.clone() };
    let (y, (row_bar, x_bar)) = springs::total::value_and_grad(&stiff, &x);
    assert_eq!(y, springs::total(&stiff, &x));
    assert_eq!(row_bar.count, 3);
    assert_eq!(x_bar.len(), 3);
    assert_eq!(row.text(), "3 springs");
    let (_, gx) = row.energy_grad(&x);
    assert!(gx[0] != 0.0);
}
