//! Rows: removed, stored, swapped, rotated; shapes that change.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn self_clone(x: f64, y: f64) -> f64 {
    let mut v = vec![x, y];
    v = v.clone();
    v[0] * v[1]
}
#[differentiate]
fn self_copy(x: f64, y: f64) -> f64 {
    let mut v = [x, y];
    v = v;
    v[0] * v[1]
}
#[differentiate]
fn pop_row(x: f64, y: f64) -> f64 {
    let mut m = vec![vec![x, y]];
    m.push(vec![x * y, 2.0, y]);
    let s = m[1][0] * m[1][2];
    m.pop();
    s * m[0][0]
}
#[differentiate]
fn truncate_rows(x: f64, y: f64) -> f64 {
    let mut m = vec![vec![x, y]; 4];
    let s = m[3][0] * m[2][1];
    m.truncate(2);
    s * m[0][0]
}
#[differentiate]
fn clear_rows(x: f64, y: f64) -> f64 {
    let mut m = vec![vec![x, y]; 4];
    let s = m[3][0] * m[2][1];
    m.clear();
    m.push(vec![s]);
    m[0][0] * y
}
#[differentiate]
fn resize_rows(x: f64, y: f64) -> f64 {
    let mut m = vec![vec![x, y]; 2];
    m.resize(4, vec![y, x * y]);
    let s = m[3][0] * m[2][1] * m[0][0];
    m.resize(1, vec![]);
    s * m[0][1]
}
#[differentiate]
fn array_of_vecs_stored(x: f64, y: f64) -> f64 {
    let mut a = [vec![x, y], vec![x]];
    let s = a[0][1] * a[1][0];
    a = [vec![x], vec![y, y, x]];
    s * a[1][2] * a[0][0]
}
#[differentiate]
fn tuple_of_vecs_stored(x: f64, y: f64) -> f64 {
    let mut a = vec![(vec![x, y], x), (vec![x], y)];
    let s = a[0].0[1] * a[1].0[0];
    a[0] = (vec![x], y);
    s * a[0].0[0] * a[0].1
}
#[differentiate]
fn pop_empty(mut v: Vec<f64>, x: f64) -> f64 {
    v.pop();
    v.pop();
    v.push(x * x);
    v[0] * x
}
#[differentiate]
fn pop_empty_local(x: f64, n: usize) -> f64 {
    let mut v = vec![x, x * x];
    let mut s = v[0] * v[1];
    for k in 0..n {
        v.pop();
        s += x * k as f64;
    }
    v.push(s);
    v.push(x);
    v[0] * v[v.len() - 1]
}
#[differentiate]
fn lengths_in_loop(x: f64, y: f64) -> f64 {
    let mut v = vec![x];
    let mut s = 0.0;
    for k in 0..4 {
        let n = v.len();
        s += v[n - 1] * v[0];
        v = vec![y * s; (k * 3) % 4 + 1];
        v[0] += x;
    }
    s + v[1]
}
#[differentiate]
fn vec_of_tuples(x: f64, y: f64) -> f64 {
    let mut v = vec![(x, 1u8, y); 3];
    v.push((y, 2, x));
    let mut s = 0.0;
    for i in 0..v.len() {
        let (a, k, b) = v[i];
        s += a * k as f64 * b;
        v[i].0 = s;
    }
    v.pop();
    v[2].0 * s
}

// R1 with Vecs and rows, R15
#[differentiate]
fn swap_rows(x: f64, y: f64) -> f64 {
    let mut m = [[x, 1.0], [y, x * y]];
    (m[0], m[1]) = (m[1], m[0]);
    m[0][0] * 3.0 + m[1][0] * 5.0 + m[0][1] * 7.0
}
#[differentiate]
fn swap_vecs(x: f64, y: f64) -> f64 {
    let mut a = vec![x, 1.0];
    let mut b = vec![y, x * y];
    (a, b) = (b, a);
    a[0] * 3.0 + b[0] * 5.0 + a[1] * 7.0
}
#[differentiate]
fn self_row(x: f64, y: f64) -> f64 {
    let mut m = [[x, y], [y, 2.0]];
    m[0] = m[0];
    m[0][0] * m[0][1]
}
#[differentiate]
fn same_row(x: f64, y: f64, i: usize, j: usize) -> f64 {
    let mut m = [[x, y], [y, 2.0]];
    m[i] = m[j];
    m[0][0] * m[0][1] * m[1][0]
}
#[differentiate]
fn same_row_vec(x: f64, y: f64, i: usize, j: usize) -> f64 {
    let mut m = vec![vec![x, y], vec![y, 2.0]];
    m[i] = m[j].clone();
    m[0][0] * m[0][1] * m[1][0]
}
#[differentiate]
fn rows_rotated(x: f64, y: f64) -> f64 {
    let mut m = [[x, y], [y, 2.0]];
    m = [m[1], m[0]];
    m[0][0] * 3.0 + m[1][0] * m[1][1]
}
#[differentiate]
fn rows_rotated_vec(x: f64, y: f64) -> f64 {
    let mut m = vec![vec![x, y], vec![y, 2.0]];
    m = vec![m[1].clone(), m[0].clone(), vec![x]];
    m[0][0] * 3.0 + m[1][0] * m[1][1] + m[2][0]
}
#[differentiate]
fn shifted_rows(m: &mut [[f64; 2]], x: f64) {
    let n = m.len();
    let first = m[0];
    for i in 1..n {
        m[i - 1] = m[i];
        m[i - 1][0] *= x;
    }
    m[n - 1] = first;
}
#[differentiate]
fn shifted_rows_vec(m: &mut Vec<Vec<f64>>, x: f64) {
    let n = m.len();
    let first = m[0].clone();
    for i in 1..n {
        m[i - 1] = m[i].clone();
        m[i - 1][0] *= x;
    }
    m[n - 1] = first;
    m.push(vec![x; n]);
}
#[differentiate]
fn stepped(x: f64, a: i64, b: i64) -> f64 {
    let mut s = x;
    for k in (a..b).step_by(3) {
        s = s.sin() + x * k as f64;
    }
    s
}

#[test]
fn removed_and_resized() {
    check!(self_clone, 1.3, 0.7);
    check!(self_copy, 1.3, 0.7);
    check!(pop_row, 1.3, 0.7);
    check!(truncate_rows, 1.3, 0.7);
    check!(clear_rows, 1.3, 0.7);
    check!(resize_rows, 1.3, 0.7);
    check!(array_of_vecs_stored, 1.3, 0.7);
    check!(tuple_of_vecs_stored, 1.3, 0.7);
    check!(pop_empty, vec![], 0.7);
    check!(pop_empty, vec![1.0, 2.0, 3.0], 0.7);
    check!(pop_empty_local, 0.7, 5);
    check!(pop_empty_local, 0.7, 1);
    check!(lengths_in_loop, 1.3, 0.7);
    check!(vec_of_tuples, 1.3, 0.7);
}

#[test]
fn stored_and_rotated() {
    check!(swap_rows, 0.7, 0.9);
    check!(swap_vecs, 0.7, 0.9);
    check!(self_row, 0.7, 0.9);
    check!(same_row, 0.7, 0.9, 0, 1);
    check!(same_row, 0.7, 0.9, 1, 1);
    check!(same_row_vec, 0.7, 0.9, 0, 0);
    check!(same_row_vec, 0.7, 0.9, 0, 1);
    check!(rows_rotated, 0.7, 0.9);
    check!(rows_rotated_vec, 0.7, 0.9);
    check!(shifted_rows, &mut [[0.5, 0.7], [0.9, 1.1], [0.2, 0.3]], 1.3);
    check!(shifted_rows_vec, &mut vec![vec![0.5, 0.7], vec![0.9], vec![0.2, 0.3]], 1.3);
    check!(stepped, 0.7, -4, 5);
    check!(stepped, 0.7, 5, 1);
}
