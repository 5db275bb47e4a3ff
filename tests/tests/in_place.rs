//! Operations that move the elements of a slice.

use ad_runtime::{check_grad, differentiate};

/// A running window: each step drops the oldest value and appends a new one, then a part is turned the other way.
#[differentiate]
fn window(u: &mut [f64], gain: f64, steps: usize) -> f64 {
    let n = u.len();
    let mut shift = 1;
    let mut total = 0.0;
    for step in 0..steps {
        u.rotate_left(shift);
        u[n - 1] = gain * u[0] * u[1];
        u[1..].rotate_right(step % 3);
        total += u[0] * u[step % n];
        shift = 1 + step % 2;
    }
    total
}

#[differentiate]
fn rows(table: &[[f64; 2]], x: f64) -> f64 {
    let mut table = table.to_vec();
    let bits = 5u32.rotate_left(1); // of integers: another method of this name
    table.rotate_right(1);
    table[0][1] *= x;
    let mut ring = [x, x * x, f64::from(bits)];
    ring.rotate_left(2);
    table[0][0] * table[1][1] * ring[0] + table[0][1] * ring[1] * ring[2]
}

#[test]
fn rotations() {
    for steps in 0..5 {
        check_grad!(window, &mut [0.5, -1.5, 2.0, 0.7], 0.9, steps);
    }
    check_grad!(rows, &[[1.0, 2.0], [0.5, -0.3], [0.8, 0.2]], 1.2);
    let mut u = [1.0, 2.0, 3.0];
    assert_eq!(window::grad(&mut u, 2.0, 1), (vec![0.0, 4.0, 0.0], 0.0));
    assert_eq!(u, [2.0, 3.0, 12.0]);
}
