//! Fused loops and elements of an iteration's own, or nearly so: in arrays, in outputs, in parts of parameters.

#![allow(missing_docs, unused, clippy::all)]

use ad_runtime::{check_grad, differentiate};
use ad_tests::{agree, assert_close, fused_loops};

const X: [f64; 4] = [0.3, -0.7, 1.1, 0.4];
const Y: [f64; 4] = [0.9, 0.2, -0.5, 1.3];

#[differentiate]
fn own_elements(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len()];
    for i in 0..x.len() {
        out[i] = x[i] * w;
        out[i] = out[i] * out[i] + x[0];
    }
    out[0] + 2.0 * out[3]
}
#[differentiate]
fn next_elements(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len() + 1];
    for i in 0..x.len() {
        out[i + 1] = x[i] * w;
    }
    out[0] + 2.0 * out[4] + out[1]
}
#[differentiate]
fn elements_of_the_one_before(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len() + 1];
    for i in 0..x.len() {
        out[i + 1] = x[i] * w + out[i];
    }
    out[0] + 2.0 * out[4] + out[1]
}
#[differentiate]
fn elements_with_the_one_before(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len()];
    for i in 1..x.len() {
        out[i] = out[i - 1] + out[i] * x[i];
    }
    out[0] + 2.0 * out[3] + out[1]
}
#[differentiate]
fn elements_of_two(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len() + 1];
    for i in 0..x.len() {
        out[i] = x[i] * w;
        out[i + 1] = x[i] * x[i];
    }
    out[0] + 2.0 * out[4] + out[1]
}
#[differentiate]
fn elements_added_around(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len() + 1];
    for i in 0..x.len() {
        out[i] += x[i] * w;
        out[i + 1] -= x[i] * x[i];
    }
    out[0] + 2.0 * out[4] + out[1]
}
#[differentiate]
fn elements_backwards(x: &[f64], w: f64) -> f64 {
    let n = x.len();
    let mut out = vec![w; n];
    for i in 0..n {
        out[n - 1 - i] = x[i] * w;
    }
    for i in (0..n).rev() {
        out[i] = out[i] * x[i];
    }
    out[0] + 2.0 * out[3] + out[1]
}
#[differentiate]
fn elements_by_modulus(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 2];
    for i in 0..x.len() {
        out[i % 2] = x[i] * w + out[i % 2];
        out[i % 2] = out[i % 2] * x[0];
    }
    out[0] + 2.0 * out[1]
}
#[differentiate]
fn elements_by_halves(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 2];
    for i in 0..x.len() {
        out[i / 2] = x[i] * out[i / 2];
    }
    out[0] + 2.0 * out[1]
}
#[differentiate]
fn elements_by_a_table(x: &[f64], w: f64, k: &[usize]) -> f64 {
    let mut out = vec![w; 4];
    for i in 0..x.len() {
        out[k[i]] = x[i] * out[k[i]];
    }
    out[0] + 2.0 * out[1]
}
#[differentiate]
fn elements_strided(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 8];
    for i in 0..x.len() {
        out[2 * i] = x[i] * out[2 * i];
        out[2 * i + 1] = x[i] * out[2 * i + 1];
    }
    for i in (0..8).step_by(2) {
        out[i] = out[i] * w;
    }
    out[0] + 2.0 * out[1] + out[6] * out[7]
}
#[differentiate]
fn elements_strided_and_moving(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 12];
    let mut d = 0;
    for i in 0..x.len() {
        out[i + d] = x[i] * out[i + d] + w;
        d = if i % 2 == 0 { 1 } else { 0 };
    }
    out[0] + 2.0 * out[2] + out[1] + out[4]
}
#[differentiate]
fn elements_shifted(x: &[f64], w: f64, d: usize) -> f64 {
    let mut out = vec![w; 8];
    let e = d + 1;
    for i in 0..x.len() {
        out[i + e] = x[i] * out[i + e] + w;
        out[e + i] += x[i];
    }
    out[0] + 2.0 * out[2] + out[1] * out[4]
}
#[differentiate]
fn elements_shifted_by_two(x: &[f64], w: f64, d: usize, e: usize) -> f64 {
    let mut out = vec![w; 8];
    for i in 0..x.len() {
        out[i + e] = x[i] * out[i + d] + w;
    }
    out[0] + 2.0 * out[2] + out[1] * out[4]
}
#[differentiate]
fn chunks_of_own(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 8];
    for (i, row) in out.chunks_exact_mut(2).enumerate() {
        row[0] = x[i] * row[1];
        row[1] = row[0] * w + row[1];
    }
    out[0] + 2.0 * out[1] + out[6] * out[7]
}
#[differentiate]
fn ranges_of_own(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 8];
    for i in 0..x.len() {
        let row = &mut out[i * 2..(i + 1) * 2];
        row[0] = x[i] * row[1];
        row[1] = row[0] * w + row[1];
    }
    for i in 0..x.len() {
        let row = &mut out[i * 2..i * 2 + 2];
        row[0] *= row[1];
    }
    out[0] + 2.0 * out[1] + out[6] * out[7]
}
#[differentiate]
fn ranges_that_overlap(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 9];
    for i in 0..x.len() {
        let row = &mut out[i * 2..(i + 1) * 2 + 1];
        row[0] = x[i] * row[1];
        row[2] = row[0] * w + row[1];
    }
    for i in 0..x.len() {
        let row = &mut out[i..i + 2];
        row[0] *= row[1] * w;
    }
    out[0] + 2.0 * out[1] + out[6] * out[7]
}
#[differentiate]
fn ranges_and_a_whole(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 8];
    for i in 0..x.len() {
        let row = &mut out[i * 2..(i + 1) * 2];
        row[0] = x[i] * row[1];
        row[1] = row[0] * w + row[1];
        out[7] *= w;
    }
    out[0] + 2.0 * out[1] + out[6] * out[7]
}
#[differentiate]
fn elements_of_two_arrays(x: &[f64], w: f64) -> f64 {
    let (mut a, mut b) = (vec![w; 4], vec![w * w; 4]);
    for i in 0..x.len() {
        a[i] = x[i] * b[i];
        std::mem::swap(&mut a[i], &mut b[i]);
        b[i] *= a[i];
    }
    a[0] * b[1] + a[3] * b[2]
}
#[differentiate]
fn elements_of_two_arrays_crossed(x: &[f64], w: f64) -> f64 {
    let (mut a, mut b) = (vec![w; 4], vec![w * w; 4]);
    for i in 1..x.len() {
        a[i] = x[i] * b[i - 1];
        b[i] = a[i - 1] * w;
    }
    a[0] * b[1] + a[3] * b[2]
}
#[differentiate]
fn arrays_swapped_between(x: &[f64], w: f64) -> f64 {
    let (mut a, mut b) = (vec![w; 4], vec![w * w; 4]);
    for _ in 0..3 {
        for i in 0..x.len() {
            b[i] = x[i] * a[i] + a[(i + 1) % 4];
        }
        std::mem::swap(&mut a, &mut b);
    }
    a[0] * b[1] + a[3] * b[2]
}
#[differentiate]
fn elements_in_branches(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 4];
    for i in 0..x.len() {
        if x[i] > 0.0 {
            out[i] = x[i] * out[i];
        } else {
            out[i] += w * x[i];
        }
    }
    out[0] + 2.0 * out[1] + out[3]
}
#[differentiate]
fn elements_of_rows(x: &[f64], w: f64) -> f64 {
    let mut out = vec![vec![w; 2]; 4];
    for i in 0..x.len() {
        for j in 0..2 {
            out[i][j] = x[i] * out[i][1 - j] + w;
        }
    }
    out[0][0] + 2.0 * out[1][1] + out[3][0]
}
#[differentiate]
fn elements_of_columns(x: &[f64], w: f64) -> f64 {
    let mut out = vec![vec![w; 4]; 2];
    for i in 0..x.len() {
        for j in 0..2 {
            out[j][i] = x[i] * out[1 - j][i] + w;
        }
    }
    out[0][0] + 2.0 * out[1][1] + out[0][3]
}
#[differentiate]
fn triangle(x: &[f64], w: f64) -> f64 {
    let n = x.len();
    let mut out = vec![0.0; n];
    for i in 0..n {
        let mut s = x[i];
        for j in 0..i {
            s -= w * out[j];
        }
        out[i] = s / 2.0;
    }
    out[0] + 2.0 * out[1] + out[3]
}
#[differentiate]
fn sums_of_rows(m: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut out = vec![0.0; n];
    for i in 0..n {
        for j in 0..n {
            out[i] += m[i * n + j] * x[j];
        }
    }
    let mut s = 0.0;
    for i in 0..n {
        s += out[i] * x[i];
    }
    s
}
#[differentiate]
fn updates_in_place(x: &[f64], u: &mut [f64], w: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..u.len() {
        u[i] *= x[i] * w;
        u[i] = u[i].sin();
        s += u[i] * x[0];
    }
    s * w + u[0]
}
#[differentiate]
fn updates_by_iterators(x: &[f64], u: &mut [f64], w: f64) -> f64 {
    let mut s = 0.0;
    for (u, x) in u.iter_mut().zip(x) {
        *u = *u * x + w;
        s += *u * *u;
    }
    s * w + u[0]
}
#[differentiate]
fn pairs_of_own(x: &[f64], w: f64) -> f64 {
    let mut out = [(w, 1.0); 4];
    for i in 0..x.len() {
        out[i].0 = x[i] * out[i].1;
        out[i].1 = x[i] * out[i].0 * w;
    }
    out[0].0 + 2.0 * out[1].1 + out[3].0
}

#[test]
fn elements() {
    agree!(own_elements, "F", &X, 0.7);
    agree!(next_elements, "F", &X, 0.7);
    agree!(elements_of_the_one_before, "C", &X, 0.7);
    agree!(elements_with_the_one_before, "C", &X, 0.7);
    agree!(elements_of_two, "C", &X, 0.7);
    agree!(elements_added_around, "F", &X, 0.7);
    agree!(elements_backwards, "CF", &X, 0.7);
    agree!(elements_by_modulus, "C", &X, 0.7);
    agree!(elements_by_halves, "C", &X, 0.7);
    agree!(elements_by_a_table, "C", &X, 0.7, &[0, 1, 1, 0]);
    agree!(elements_strided, "CL", &X, 0.7);
    agree!(elements_strided_and_moving, "C", &X, 0.7);
    agree!(elements_shifted, "C", &X, 0.7, 1);
    agree!(elements_shifted_by_two, "C", &X, 0.7, 1, 2);
    agree!(elements_shifted_by_two, "C", &X, 0.7, 1, 1);
    agree!(chunks_of_own, "L", &X, 0.7);
    agree!(ranges_of_own, "LL", &X, 0.7);
    agree!(ranges_that_overlap, "CC", &X, 0.7);
    agree!(ranges_and_a_whole, "C", &X, 0.7);
    agree!(elements_of_two_arrays, "L", &X, 0.7);
    agree!(elements_of_two_arrays_crossed, "C", &X, 0.7);
    agree!(arrays_swapped_between, "C", &X, 0.7);
    agree!(elements_in_branches, "F", &X, 0.7);
    agree!(elements_of_rows, "FC", &X, 0.7);
    agree!(elements_of_columns, "C", &X, 0.7);
    agree!(triangle, "C", &X, 0.7);
    agree!(sums_of_rows, "LF", &[0.1, 0.2, 0.3, 0.4], &[0.5, 0.6]);
    agree!(updates_in_place, "F", &X, &mut Y.clone(), 0.7; (1.0, &[0.0; 4]));
    agree!(updates_by_iterators, "F", &X, &mut Y.clone(), 0.7; (1.0, &[0.0; 4]));
    agree!(pairs_of_own, "F", &X, 0.7);
}

// ---- outputs ----

/// `adjoint` against `vjp` for a function `(x, &mut out)`.
macro_rules! outputs_agree {
    ($f:ident, $loops:expr, $x:expr, $out:expr) => {{
        let x = $x;
        let (mut plain, mut joint, mut split) = ($out, $out, $out);
        $f(&x, &mut plain);
        let seeds: Vec<f64> = (0..plain.len()).map(|i| 0.3 + i as f64).collect();
        let (mut x_bar, mut out_bar) = (vec![0.25; x.len()], seeds.clone());
        $f::adjoint(&x, &mut joint, &mut x_bar[..], &mut out_bar[..], ());
        let ((), pull) = $f::vjp(&x, &mut split);
        let (mut gx, gout) = pull(&seeds);
        gx.iter_mut().for_each(|g| *g += 0.25);
        assert_eq!((&plain, &plain), (&joint, &split));
        assert_close(stringify!($f), &(x_bar, out_bar), &(gx, gout));
        check_grad!($f, &$x, &mut $out.clone());
        assert_eq!(fused_loops($f::EXPLAIN), $loops, "loops of `{}`", stringify!($f));
    }};
}

#[differentiate]
fn to_output(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = x[i] * x[i];
    }
}
#[differentiate]
fn through_output(x: &[f64], out: &mut [f64]) {
    let n = x.len();
    for i in 0..n {
        let mut s = 0.0;
        for j in 0..n {
            s += x[j] * x[(i + j) % n];
        }
        out[i] = out[i] * s;
        out[i] += s;
    }
}
#[differentiate]
fn output_scaled_after(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = x[i] * out[i];
    }
    out[0] *= x[0];
}
#[differentiate]
fn output_added_after(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = x[i] * out[i];
    }
    for i in 0..x.len() {
        out[i] += x[i].sin();
    }
    out[0] += x[0];
}
#[differentiate]
fn output_as_work(x: &[f64], out: &mut [f64]) {
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in 0..out.len() {
            out[j] = x[i] * x[j];
        }
        s += out[0] * out[1];
    }
    out[2] = s;
}
#[differentiate]
fn output_sums(x: &[f64], out: &mut [f64]) {
    out.fill(x[0]);
    for i in 0..x.len() {
        out[0] += x[i] * x[i];
        for j in 0..i {
            out[j] += x[i] * x[j];
        }
    }
}

#[test]
fn outputs() {
    outputs_agree!(to_output, "F", X, Y);
    outputs_agree!(through_output, "FL", X, Y);
    outputs_agree!(output_scaled_after, "L", X, Y);
    outputs_agree!(output_added_after, "LF", X, Y);
    outputs_agree!(output_as_work, "C", X, Y);
    outputs_agree!(output_sums, "FF", X, Y);
}

#[differentiate]
fn part_of_an_output(x: &mut [f64], w: f64) {
    let (left, right) = x.split_at_mut(2);
    let mut s = 0.0;
    for y in left.iter_mut() {
        s += *y * w;
    }
    for y in right.iter_mut() {
        *y += s;
    }
}
#[differentiate]
fn part_of_a_parameter(x: &mut [f64], w: f64) -> f64 {
    let mut s = 0.0;
    for k in 0..2 {
        let (part, rest) = (&x[2 * k..2 * k + 2], w * 2.0);
        for y in part.iter() {
            s += y * y * rest;
        }
    }
    s
}
#[differentiate]
fn filled_part(x_bar: &mut [f64]) -> f64 {
    let phi = x_bar.len();
    let (left, right) = x_bar.split_at_mut(phi);
    if true {
        return right.chunks(2).map(|lo| (right[0].trunc() as i64) as f64).product::<f64>();
    }
    for _ in 0..2 {
        left.iter_mut().for_each(|y0| {
            *y0 = 0.5;
        });
    }
    0.5
}
#[differentiate]
fn rows_of_a_parameter(x: &mut [f64], w: f64) -> f64 {
    let mut p = 1.0;
    for i in 0..2 {
        let row = &x[2 * i..2 * i + 2];
        for j in 0..2 {
            p *= row[j] + w;
        }
    }
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * w;
    }
    p + s
}

#[test]
fn parts_of_parameters() {
    agree!(rows_of_a_parameter, "CF", &mut X.clone(), 0.7; (1.0, &[0.0; 4]));
    check_grad!(filled_part, &mut X.clone());
    check_grad!(part_of_an_output, &mut X.clone(), 0.7);
    agree!(part_of_a_parameter, "FF", &mut X.clone(), 0.7; (1.0, &[0.0; 4]));
}
