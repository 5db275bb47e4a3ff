//! `det`: a determinant by expansion along the first row, over and over.

use ad_runtime::differentiate;

use crate::program::{Against, Program, numbers};

/// Of the rows from `row` on, without the columns that are unlinked from the ring `next` (whose entry `ell` is its head).
#[differentiate]
fn minor(a: &[f64], ell: usize, row: usize, next: &mut [usize]) -> f64 {
    if row + 1 == ell {
        return a[row * ell + next[ell]];
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut before = ell;
    while next[before] != ell {
        let column = next[before];
        next[before] = next[column];
        sum += sign * a[row * ell + column] * minor(a, ell, row + 1, next);
        next[before] = column;
        before = column;
        sign = -sign;
    }
    sum
}

#[differentiate]
fn determinant(a: &[f64], ell: usize) -> f64 {
    let mut next: Vec<usize> = (1..ell + 1).collect();
    next.push(0);
    minor(a, ell, 0, &mut next)
}

/// The cotangent of a minor is known before it is computed, so value and gradient are one recursion.
fn minor_by_hand(a: &[f64], ell: usize, row: usize, next: &mut [usize], sum_bar: f64, a_bar: &mut [f64]) -> f64 {
    if row + 1 == ell {
        let place = row * ell + next[ell];
        a_bar[place] += sum_bar;
        return a[place];
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut before = ell;
    while next[before] != ell {
        let column = next[before];
        next[before] = next[column];
        let factor = sign * a[row * ell + column];
        let minor = minor_by_hand(a, ell, row + 1, next, factor * sum_bar, a_bar);
        a_bar[row * ell + column] += sign * minor * sum_bar;
        sum += factor * minor;
        next[before] = column;
        before = column;
        sign = -sign;
    }
    sum
}

fn by_hand(a: &[f64], ell: usize, a_bar: &mut [f64]) -> f64 {
    let mut next: Vec<usize> = (1..ell + 1).collect();
    next.push(0);
    a_bar.fill(0.0);
    minor_by_hand(a, ell, 0, &mut next, 1.0, a_bar)
}

pub(crate) fn programs() -> Vec<Program> {
    let ell = 9;
    let a: &'static [f64] = numbers(7, ell * ell, 0.0, 1.0).leak();
    vec![
        Program::new(format!("det {ell}"), Against::Primal(1.4), 1, ell * ell)
            .primal(move |out| out[0] = determinant(a, ell))
            .ours(move |out| {
                let (value, gradient) = out.split_at_mut(1);
                value[0] = determinant::value_and_grad_into(a, ell, gradient);
            })
            .by_hand(move |out| {
                let (value, gradient) = out.split_at_mut(1);
                value[0] = by_hand(a, ell, gradient);
            }),
    ]
}
