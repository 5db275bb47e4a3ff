//! Which mode `jacobian` takes, and the forms that say it.

use ad_runtime::{check_grad, differentiate};
use std::cell::Cell;

thread_local! {
    static FORWARD: Cell<usize> = const { Cell::new(0) };
    static REVERSE: Cell<usize> = const { Cell::new(0) };
}

/// The tangents and the reverse sweeps of [`seen`] that `run` makes.
fn counted(run: impl FnOnce()) -> (usize, usize) {
    FORWARD.set(0);
    REVERSE.set(0);
    run();
    (FORWARD.get(), REVERSE.get())
}

/// The identity, which counts.
#[differentiate(vjp = seen_vjp, jvp = seen_jvp)]
fn seen(x: f64) -> f64 {
    x
}

fn seen_vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
    (x, |bar| {
        REVERSE.set(REVERSE.get() + 1);
        bar
    })
}

fn seen_jvp(x: f64, dot: f64) -> (f64, f64) {
    FORWARD.set(FORWARD.get() + 1);
    (x, dot)
}

/// `rows` sums of the columns, weighted; only an evaluation tells the number of rows.
#[differentiate]
fn weighted(x: &[f64], rows: usize) -> Vec<f64> {
    let once = seen(x[0]);
    let mut out = Vec::new();
    for i in 0..rows {
        let mut row = once * once;
        for j in 1..x.len() {
            row += (i * x.len() + j) as f64 * x[j];
        }
        out.push(row);
    }
    out
}

fn expected(x: &[f64], rows: usize) -> Vec<f64> {
    let n = x.len();
    (0..rows * n).map(|k| if k % n == 0 { 2.0 * x[0] } else { (k / n * n + k % n) as f64 }).collect()
}

#[test]
fn the_mode_by_the_shape_of_a_vec() {
    let x = [3.0, 1.0, 2.0];
    let run = |rows: usize, sweeps: [usize; 2]| {
        type Form = fn(&[f64], usize, &mut [f64]);
        let forms: [(Form, [usize; 2]); 3] = [
            (weighted::jacobian_into, sweeps),
            (weighted::jacobian_fwd_into, [3, 0]),
            (weighted::jacobian_rev_into, [0, rows]),
        ];
        for (form, sweeps) in forms {
            let mut j = vec![f64::NAN; 3 * rows];
            let found = counted(|| form(&x, rows, &mut j));
            assert_eq!(([found.0, found.1], j), (sweeps, expected(&x, rows)), "{rows} rows");
        }
        assert_eq!(weighted::jacobian(&x, rows).into_iter().collect::<Vec<_>>(), expected(&x, rows));
    };
    run(5, [3, 0]);
    run(4, [3, 0]);
    // One tangent shows that there are fewer rows than columns, or as many.
    run(3, [1, 3]);
    run(2, [1, 2]);
    run(1, [1, 1]);
    // A matrix without rows needs nothing but the evaluation that shows it.
    let mut none: [f64; 0] = [];
    assert_eq!(counted(|| weighted::jacobian_into(&x, 0, &mut none)), (1, 0));
    // One without columns needs no tangent.
    #[differentiate]
    fn constant(x: &[f64], rows: usize) -> Vec<f64> {
        vec![x.iter().sum::<f64>(); rows]
    }
    assert_eq!(constant::jacobian(&[], 2).dim(), (2, 0));
}

#[differentiate]
fn wide(x: &[f64]) -> [f64; 2] {
    [seen(x[0]) * x[1], x[2] * x[2]]
}

#[differentiate]
fn tall(x: &[f64]) -> [f64; 4] {
    [seen(x[0]) * x[1], x[0] * x[0], x[1], 1.0]
}

#[test]
fn the_mode_by_the_shape_of_an_array() {
    let mut j = [f64::NAN; 6];
    assert_eq!(counted(|| wide::jacobian_into(&[1.0, 2.0, 3.0], &mut j)), (0, 2));
    assert_eq!(j, [2.0, 1.0, 0.0, 0.0, 0.0, 6.0]);
    let mut j = [f64::NAN; 8];
    assert_eq!(counted(|| tall::jacobian_into(&[3.0, 2.0], &mut j)), (2, 0));
    assert_eq!(j, [2.0, 3.0, 6.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
}

/// A result of unknown length and a buffer that changes: each sweep begins with what the buffer held.
#[differentiate]
fn both(x: &[f64], u: &mut [f64], rows: usize) -> Vec<f64> {
    let mut out = Vec::new();
    for i in 0..rows {
        out.push(x[0] * u[0] + x[1] * i as f64 + x[2]);
    }
    u[0] += 1.0 + x[0];
    out
}

#[test]
fn a_buffer_is_restored_between_the_modes() {
    let x = [2.0, 3.0, 5.0];
    for rows in [1, 2, 3, 4, 5] {
        let expected: Vec<f64> = (0..rows).flat_map(|i| [10.0, i as f64, 1.0]).collect();
        let mut j = vec![f64::NAN; 3 * rows];
        type Form = fn(&[f64], &mut [f64], usize, &mut [f64]);
        let forms: [Form; 3] = [both::jacobian_into, both::jacobian_fwd_into, both::jacobian_rev_into];
        for form in forms {
            let mut u = [10.0];
            form(&x, &mut u, rows, &mut j);
            assert_eq!((&j, u), (&expected, [13.0]), "{rows} rows");
            j.fill(f64::NAN);
        }
    }
    check_grad!(both, &x, &mut [10.0], 2);
}
