//! Programs that look odd, and whose derivative must be that of what Rust does, or a compile error: cfgs, captures by
//! `move`, shadowed constants, patterns with `..`, callees that are not pure.
#![allow(non_upper_case_globals, unused_assignments, unused_mut, unused_variables, clippy::all)]

use ad_runtime::differentiate;

#[differentiate]
fn cfg_assign(x: f64) -> f64 {
    let mut y = x;
    #[cfg(any())]
    {
        y = 5.0 * x;
    }
    #[cfg(all())]
    {
        y += x;
    }
    y
}

#[differentiate]
fn cfg_break(x: f64) -> f64 {
    let mut y = x;
    for _ in 0..3 {
        #[cfg(any())]
        break;
        y *= x;
    }
    y
}

#[differentiate]
fn lower_case_constant(x: f64, n: u32) -> f64 {
    const zero: u32 = 0;
    match n {
        zero => 3.0 * x,
        _ => x * x,
    }
}

#[differentiate]
fn rest_in_tuple(x: f64, n: u32) -> f64 {
    match (n, 1, 2) {
        (.., 1) => 3.0 * x,
        _ => x * x,
    }
}

#[differentiate]
fn move_copies(x: f64) -> f64 {
    let mut a = x;
    let f = move |t: f64| a * t;
    a = 10.0;
    f(2.0) + a
}

#[differentiate]
fn move_changes(x: f64) -> f64 {
    let mut c = 1.0;
    let mut f = move |t: f64| {
        c += t;
        c
    };
    let first = f(x);
    let second = f(x);
    first + second + c * x
}

fn ticks() -> f64 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    f64::from(COUNT.fetch_add(1, Ordering::Relaxed) % 1000)
}

#[differentiate]
fn impure(x: f64) -> f64 {
    let mut y = 0.0;
    for _ in 0..3 {
        y += x * ticks() * x;
    }
    y
}

#[differentiate]
fn lower_case_tuple(x: f64, n: u32) -> f64 {
    const zero: u32 = 0;
    match (n, x) {
        (zero, y) => 3.0 * y,
        (n, y) if n < 3 => y * y * f64::from(n),
        (_, y) => y,
    }
}

#[differentiate]
fn slice_names(x: &[f64]) -> f64 {
    match x {
        [] => 0.0,
        [a] => 3.0 * a,
        [a, 2.0] => *a,
        [first, .., last] => first * last,
    }
}

#[differentiate]
fn move_vec(x: f64) -> f64 {
    let mut v = vec![x, 2.0 * x];
    v[0] *= x;
    let w = [x, x];
    let f = move |i: usize| v[i] * w[i];
    f(0) + f(1) * w[0]
}

#[differentiate]
fn move_in_iterator(xs: &[f64]) -> f64 {
    let mut shift = xs[0];
    let mut s = 0.0;
    for i in 0..xs.len() {
        s += xs.iter().map(move |v| v * shift).sum::<f64>();
        shift += 1.0;
        s *= xs[i];
    }
    s
}

#[differentiate]
fn cast_is_index(x: f64, t: &[f64]) -> f64 {
    let i = x as usize;
    let n = (x.floor() as i32) + 1;
    if i as i64 > 5 { x } else { t[i] * x * f64::from(n) }
}

#[differentiate]
fn struct_like(x: f64) -> f64 {
    let (a, b) = (x, 2.0 * x);
    let (b, a) = (a, b);
    a * 3.0 + b
}

#[differentiate]
fn shadowed_capture(x: f64) -> f64 {
    let a = 2.0 * x;
    let f = |t: f64| a * t;
    let a = 100.0;
    f(x) + a
}

#[differentiate]
fn by_ref_capture(x: f64) -> f64 {
    let mut a = x;
    let mut add = |t: f64| a += t;
    add(x);
    add(2.0 * x);
    a * x
}

#[differentiate]
fn block_shadow(x: f64) -> f64 {
    let y = {
        let x = 3.0 * x;
        x * x
    };
    y + x
}

#[differentiate]
fn label_shadow(x: f64) -> f64 {
    let mut y = x;
    'a: for i in 0..3 {
        'b: for j in 0..3 {
            if i == j {
                continue 'a;
            }
            if j == 2 {
                break 'b;
            }
            y *= x;
        }
    }
    y
}

#[differentiate]
fn range_value(x: f64) -> f64 {
    let r = 0..3;
    let mut y = 1.0;
    for _ in r.clone() {
        y *= x;
    }
    for _ in r {
        y *= x;
    }
    y
}

#[differentiate]
fn binding_at(x: f64, n: i32) -> f64 {
    match n {
        k @ 1..=3 => x * f64::from(k),
        k @ (5 | 7) => x * x * f64::from(k),
        -1 => -x,
        _ => 0.0,
    }
}

#[differentiate]
fn guard_falls_through(x: f64, n: i32) -> f64 {
    match (n, x > 1.0) {
        (0, _) | (_, true) if n < 5 => x,
        (0..=9, false) => 2.0 * x,
        (_, b) if b => 3.0 * x,
        _ => 4.0 * x,
    }
}

#[differentiate]
fn swap_in_tuple(x: f64) -> f64 {
    let mut v = [x, 2.0 * x, 3.0];
    (v[0], v[1]) = (v[1], v[0] * v[2]);
    v[0] * v[1]
}

#[differentiate]
fn index_moves(x: f64) -> f64 {
    let mut v = [x, 0.0, 0.0];
    let mut i = 0;
    v[{
        i += 1;
        i
    }] = x * x;
    v[i] += {
        i = 2;
        x
    };
    v[i] = v[1] * 2.0;
    v[0] + v[1] + v[2]
}

#[differentiate]
fn recursive_with_constant(x: f64, #[constant] c: f64, n: u32) -> f64 {
    if n == 0 { c * x } else { x * recursive_with_constant(x, c, n - 1) }
}

#[differentiate]
fn calls_recursive(x: f64) -> f64 {
    recursive_with_constant(x, 2.0, 3) * x
}

#[differentiate]
fn constant_row(x: f64, i: usize) -> f64 {
    const C: [f64; 3] = [0.3, 0.25, 0.1];
    let m = [[C[i], x, 2.0 * x], C];
    m[0][1] * m[1][i] * m[0][2]
}

fn check(name: &str, f: impl Fn(f64) -> f64, g: f64, x: f64) {
    let h = 1e-6;
    let d = (f(x + h) - f(x - h)) / (2.0 * h);
    if (d - g).abs() > 1e-5 * (1.0 + d.abs()) {
        panic!("{name}: gradient {g}, differences {d}");
    }
}

#[test]
fn odd() {
    let x = 1.3;
    check("cfg_assign", cfg_assign, cfg_assign::grad(x), x);
    check("cfg_break", cfg_break, cfg_break::grad(x), x);
    check("lower_case_constant", |x| lower_case_constant(x, 7), lower_case_constant::grad(x, 7), x);
    check("rest", |x| rest_in_tuple(x, 7), rest_in_tuple::grad(x, 7), x);
    check("move_copies", move_copies, move_copies::grad(x), x);
    check("move_changes", move_changes, move_changes::grad(x), x);
    for n in [0, 1, 7] {
        check("lower_case_constant", |x| lower_case_constant(x, n), lower_case_constant::grad(x, n), x);
        check("lower_case_tuple", |x| lower_case_tuple(x, n), lower_case_tuple::grad(x, n), x);
    }
    for v in [&[1.5][..], &[1.5, 3.0], &[1.5, 2.5, 3.5]] {
        ad_runtime::check_grad!(slice_names, v);
    }
    assert_eq!(slice_names::grad(&[1.5, 2.0]), [1.0, 0.0]);
    check("calls_recursive", calls_recursive, calls_recursive::grad(x), x);
    check("constant_row", |x| constant_row(x, 1), constant_row::grad(x, 1), x);
    check("move_vec", move_vec, move_vec::grad(x), x);
    ad_runtime::check_grad!(move_in_iterator, &[1.5, 2.0, -1.0][..]);
    check("cast_is_index", |x| cast_is_index(x, &[3.0, 4.0, 5.0]), cast_is_index::grad(x, &[3.0, 4.0, 5.0]).0, x);
    let (y, g) = impure::value_and_grad(x);
    if (2.0 * y / x - g).abs() > 1e-9 {
        panic!("impure: {y} {g}");
    }
    check("struct_like", struct_like, struct_like::grad(x), x);
    check("shadowed_capture", shadowed_capture, shadowed_capture::grad(x), x);
    check("by_ref_capture", by_ref_capture, by_ref_capture::grad(x), x);
    check("block_shadow", block_shadow, block_shadow::grad(x), x);
    check("label_shadow", label_shadow, label_shadow::grad(x), x);
    check("range_value", range_value, range_value::grad(x), x);
    for n in [-1, 0, 1, 3, 5, 6, 7, 12] {
        check("binding_at", |x| binding_at(x, n), binding_at::grad(x, n), x);
        check("guard", |x| guard_falls_through(x, n), guard_falls_through::grad(x, n), x);
        check("guard", |x| guard_falls_through(x, n), guard_falls_through::grad(0.5, n), 0.5);
    }
    check("swap_in_tuple", swap_in_tuple, swap_in_tuple::grad(x), x);
    check("index_moves", index_moves, index_moves::grad(x), x);
}
