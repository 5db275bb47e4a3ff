//! `select_nth_unstable_by`, which leaves the others in any order.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(xs: &[f64]) -> f64 {
    let mut v = xs.to_vec();
    let (_, median, _) = v.select_nth_unstable_by(2, |a, b| a.total_cmp(b));
    *median
}

fn main() {}
