//! What is read when: copies of aggregates, moves, tuples behind references.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn swap_arrays(x: f64, y: f64) -> f64 {
    let mut a = [x, 1.0];
    let mut b = [y, x * y];
    (a, b) = (b, a);
    a[0] * 3.0 + b[0] * 5.0 + a[1] * 7.0
}
#[differentiate]
fn swap_fields(x: f64, y: f64) -> f64 {
    let mut v = [(x, y), (y, x * y)];
    (v[0].1, v[0].0) = v[0];
    v[0].0 * 3.0 + v[0].1 * 5.0
}
#[differentiate]
fn tuple_of_changed(x: f64, y: f64) -> f64 {
    let mut r = [x, y];
    let (a, b) = (r, {
        r[0] = 5.0 * y;
        r
    });
    a[0] * 3.0 + b[0] * 7.0
}
#[differentiate]
fn list_of_changed(x: f64, y: f64) -> f64 {
    let mut r = [x, y];
    let m = [
        r,
        {
            r[0] = 5.0 * y;
            r
        },
        {
            r[1] = x * x;
            r
        },
    ];
    m[0][0] * 3.0 + m[1][0] * 7.0 + m[0][1] * 11.0 + m[2][1]
}
#[differentiate]
fn first_two(a: [f64; 2], b: f64) -> f64 {
    a[0] * a[1] * b
}
#[differentiate]
fn argument_changed(x: f64, y: f64) -> f64 {
    let mut r = [x, y];
    first_two(r, {
        r[0] = 5.0 * y;
        r[0]
    }) + r[0]
}
#[differentiate]
fn two(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[0] + a[1] * b[1] * 3.0
}
#[differentiate]
fn closure_gives_buffer(x: f64, y: f64) -> f64 {
    let mut buf = [0.0; 2];
    let mut g = |k: f64| {
        buf[0] = k * x;
        buf[1] += y;
        buf
    };
    let a = two(g(2.0), g(3.0));
    let m = [g(1.0), g(2.0)];
    a + m[0][0] * 3.0 + m[1][0] + m[0][1] * m[1][1]
}
#[differentiate]
fn map_gives_buffer(x: f64, y: f64) -> f64 {
    let mut buf = [0.0; 2];
    let m = [1.0, 2.0, 3.0].map(|k| {
        buf[0] = k * x;
        buf[1] += y * k;
        buf
    });
    m[0][0] * 3.0 + m[1][0] + m[0][1] * m[1][1] + m[2][1]
}
#[differentiate]
fn moved_then_reassigned(x: f64, y: f64) -> f64 {
    let mut a = vec![x, y];
    let b = a;
    a = vec![y * y, 2.0];
    b[0] * 3.0 + a[0] * b[1]
}
#[differentiate]
fn moved_tuple_then_reassigned(x: f64, y: f64) -> f64 {
    let mut t = (vec![x, y], x);
    let u = t;
    t = (vec![y * y, 2.0], y);
    u.0[0] * 3.0 + t.0[0] * u.0[1] + u.1 * t.1
}
#[differentiate]
fn moved_into_iter_then_reassigned(x: f64, y: f64) -> f64 {
    let mut a = vec![x, y];
    let it = a.into_iter();
    a = vec![y * y, 2.0, x];
    let mut s = 0.0;
    for v in it {
        s = s * x + v;
    }
    s * a[0]
}

#[differentiate]
fn tuple_pattern_through_reference(x: f64, y: f64) -> f64 {
    let mut t = ([x, y], y);
    let (a, _) = &mut t;
    a[0] = 3.0 * y * x;
    t.0[0] * t.1
}
#[differentiate]
fn replace_tuple(x: f64, y: f64) -> f64 {
    let mut t = (x, y);
    let old = std::mem::replace(&mut t, (y * y, 2.0 * x));
    t.0 * 3.0 + t.1 * old.0 * old.1
}
#[differentiate]
fn swap_nested_tuples(x: f64, y: f64) -> f64 {
    let mut t = (x, (y, 1.0));
    let mut u = (y * y, (x, 2.0 * x));
    std::mem::swap(&mut t, &mut u);
    t.0 * 3.0 + t.1.0 * 5.0 + u.1.0 * u.1.1 + t.1.1
}

#[test]
fn aggregates_are_read_in_order() {
    check!(swap_arrays, 1.3, 0.7);
    check!(swap_fields, 1.3, 0.7);
    check!(tuple_of_changed, 1.3, 0.7);
    check!(list_of_changed, 1.3, 0.7);
    check!(argument_changed, 1.3, 0.7);
    check!(closure_gives_buffer, 1.3, 0.7);
    check!(map_gives_buffer, 1.3, 0.7);
    check!(moved_then_reassigned, 1.3, 0.7);
    check!(moved_tuple_then_reassigned, 1.3, 0.7);
    check!(moved_into_iter_then_reassigned, 1.3, 0.7);
}

#[test]
fn references_to_tuples() {
    check!(tuple_pattern_through_reference, 1.3, 0.7);
    check!(replace_tuple, 1.3, 0.7);
    check!(swap_nested_tuples, 1.3, 0.7);
}
