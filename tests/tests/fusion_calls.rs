//! Calls in fused loops, calls that are reversed where they stand, and what else can stand in a fused loop.

#![allow(missing_docs, unused, clippy::all)]

use ad_runtime::{Differentiable, check_grad, differentiate};
use ad_tests::{agree, fused_loops};

const X: [f64; 4] = [0.3, -0.7, 1.1, 0.4];
const Y: [f64; 4] = [0.9, 0.2, -0.5, 1.3];

#[differentiate]
fn curve(x: f64, w: f64) -> f64 {
    (x * w).sin() + w
}
#[differentiate]
fn energy(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for i in 1..x.len() {
        s += (x[i] - x[i - 1]) * (x[i] - x[i - 1]) * w;
    }
    s * w
}
#[differentiate]
fn product(x: &[f64]) -> f64 {
    let mut p = 1.0;
    for &x in x {
        p *= x;
    }
    p
}
#[differentiate]
fn smooth(x: &[f64], out: &mut [f64]) {
    for i in 1..x.len() {
        out[i] = x[i] * x[i - 1] + out[i];
    }
}
#[differentiate]
fn step(u: &mut [f64], w: f64) {
    for i in 0..u.len() {
        u[i] = u[i] * w + u[i] * u[i];
    }
}
#[differentiate]
fn scaled(x: &[f64], w: f64) -> Vec<f64> {
    x.iter().map(|x| x * w).collect()
}
#[differentiate]
fn doubled(x: &mut f64) -> f64 {
    *x = *x * *x;
    *x * 2.0
}

// ---- calls in loops ----

#[differentiate]
fn call_of_each(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += curve(x, w);
    }
    s * w
}
#[differentiate]
fn call_in_a_condition(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        if curve(x, w) > 0.7 {
            s += curve(x, w) * x;
        }
    }
    s * w
}
#[differentiate]
fn call_of_rows(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for row in x.chunks(2) {
        s += energy(row, w) * row[0];
    }
    s * w
}
#[differentiate]
fn call_of_a_call(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        let y = curve(x, w);
        s += curve(y, x);
    }
    s
}
#[differentiate]
fn call_into_work(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    let mut u = vec![w; 4];
    for t in 0..x.len() {
        u.fill(x[t] * w);
        smooth(x, &mut u);
        s += u[1] * u[2];
    }
    s * w
}
#[differentiate]
fn call_into_kept_work(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    let mut u = vec![w; 4];
    for t in 0..x.len() {
        smooth(x, &mut u);
        s += u[1] * u[2];
    }
    s * w
}
#[differentiate]
fn call_into_own_rows(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 8];
    for i in 0..x.len() {
        step(&mut u[i * 2..(i + 1) * 2], x[i]);
    }
    let mut s = 0.0;
    for &u in &u {
        s += u * u;
    }
    s * w
}
#[differentiate]
fn call_into_fresh_work(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for t in 0..x.len() {
        let mut u = [x[t], w, x[t] * w];
        step(&mut u, w);
        step(&mut u[1..], x[t]);
        s += u[0] * u[1] * u[2];
    }
    s * w
}
#[differentiate]
fn call_of_a_sum(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += x * w;
        s = curve(s, w);
    }
    s * w
}
#[differentiate]
fn call_changes_a_sum(x: &[f64], w: f64) -> f64 {
    let mut s = 0.5;
    let mut t = 0.0;
    for &x in x {
        t += doubled(&mut s) * x;
    }
    t * w
}
#[differentiate]
fn call_changes_a_local(x: &[f64], w: f64) -> f64 {
    let mut t = 0.0;
    for &x in x {
        let mut s = x * w;
        t += doubled(&mut s) * x;
        t -= s;
    }
    t * w
}
#[differentiate]
fn call_gives_a_vec(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for t in 0..x.len() {
        let u = scaled(x, x[t]);
        s += u[0] * u[t];
        let v = scaled(&u, w);
        s += v[1];
    }
    s * w
}
#[differentiate]
fn captured(x: &[f64], w: f64) -> f64 {
    let a = w * 2.0;
    let f = |x: f64, k: usize| x * a + w.powi(k as i32);
    let mut s = 0.0;
    for (k, &x) in x.iter().enumerate() {
        s += f(x, k) * f(w, 1);
    }
    s * a
}
#[differentiate]
fn apply<F: Fn(f64) -> f64>(f: F, x: f64) -> f64 {
    f(x) * f(2.0 * x)
}
#[differentiate]
fn passed(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += apply(|t| t * w + x, x);
    }
    s * w
}
#[differentiate]
fn passed_after(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += x * w;
    }
    apply(|t| t * w, w) * s
}

#[test]
fn calls_in_loops() {
    agree!(call_of_each, "F", &X, 0.7);
    agree!(call_in_a_condition, "F", &X, 0.7);
    agree!(call_of_rows, "F", &X, 0.7);
    agree!(call_of_a_call, "F", &X, 0.7);
    agree!(call_into_work, "C", &X, 0.7);
    agree!(call_into_kept_work, "C", &X, 0.7);
    agree!(call_into_own_rows, "LF", &X, 0.7);
    agree!(call_into_fresh_work, "F", &X, 0.7);
    agree!(call_of_a_sum, "C", &X, 0.7);
    agree!(call_changes_a_sum, "F", &X, 0.7);
    agree!(call_changes_a_local, "C", &X, 0.7);
    agree!(call_gives_a_vec, "C", &X, 0.7);
    agree!(captured, "F", &X, 0.7);
    agree!(passed, "F", &X, 0.7);
    agree!(passed_after, "L", &X, 0.7);
}

// ---- calls by themselves ----

#[differentiate]
fn in_a_row(x: &[f64], y: &[f64], w: f64) -> f64 {
    let a = energy(x, w);
    let b = product(y);
    let c = curve(w, w);
    a * w + 2.0 * b - c
}
#[differentiate]
fn one_after_the_other(x: &[f64], y: &[f64], w: f64) -> f64 {
    let a = energy(x, w);
    let b = energy(y, a);
    let c = curve(b, a);
    a + b * c
}
#[differentiate]
fn times_each_other(x: &[f64], y: &[f64], w: f64) -> f64 {
    energy(x, w) * energy(y, w)
}
#[differentiate]
fn argument_changes_after(x: &[f64], w: f64) -> f64 {
    let mut u = x.to_vec();
    let a = energy(&u, w);
    u[0] *= w;
    u[1] = a;
    let b = energy(&u, w);
    u[2] = b * w;
    a * 2.0 + b + u[2]
}
#[differentiate]
fn argument_changes_after_linear(x: &[f64], w: f64) -> f64 {
    let mut u = x.to_vec();
    let a = energy(&u, w);
    u[0] *= w;
    let b = energy(&u, w);
    u.fill(w);
    let c = energy(&u, w) + product(&u);
    a * 2.0 + b * w - c
}
#[differentiate]
fn changed_in_between(x: &[f64], w: f64) -> f64 {
    let mut u = x.to_vec();
    step(&mut u, w);
    let a = energy(&u, w);
    step(&mut u, a);
    let b = energy(&u, w);
    step(&mut u[1..], w);
    a + b * 3.0 + u[3]
}
#[differentiate]
fn in_branches(x: &[f64], w: f64) -> f64 {
    let mut s = w;
    if x[0] > 0.0 {
        s += energy(x, w);
    } else {
        s -= product(x);
    }
    if w > 0.5 {
        s += product(x) * w;
    }
    s * 2.0
}
#[differentiate]
fn in_a_branch_that_returns(x: &[f64], w: f64) -> f64 {
    let s = energy(x, w);
    if x[0] > 0.0 {
        return s * 2.0;
    }
    product(x) + s
}
#[differentiate]
fn same_argument_twice(x: &[f64], w: f64) -> f64 {
    let a = curve(w, w);
    let b = curve(a, a);
    energy(x, b) + energy(x, b)
}
#[differentiate(recursive)]
fn determinant(m: &[f64], n: usize) -> f64 {
    if n == 1 {
        return m[0];
    }
    let mut d = 0.0;
    for j in 0..n {
        let mut minor = Vec::new();
        for i in 1..n {
            for k in 0..n {
                if k != j {
                    minor.push(m[i * n + k]);
                }
            }
        }
        let sign = if j % 2 == 0 { 1.0 } else { -1.0 };
        d += sign * m[j] * determinant(&minor, n - 1);
    }
    d
}
#[differentiate(recursive)]
fn halves(x: &[f64], w: f64) -> f64 {
    if x.len() == 1 {
        return x[0] * x[0] * w;
    }
    let m = x.len() / 2;
    halves(&x[..m], w) + 2.0 * halves(&x[m..], w * w)
}
#[differentiate(recursive)]
fn halves_multiplied(x: &[f64], w: f64) -> f64 {
    if x.len() == 1 {
        return x[0] * x[0] + w;
    }
    let m = x.len() / 2;
    halves_multiplied(&x[..m], w) * halves_multiplied(&x[m..], w * w)
}
#[differentiate(recursive)]
fn halves_in_place(x: &mut [f64], w: f64) -> f64 {
    if x.len() == 1 {
        x[0] *= w;
        return x[0] * x[0];
    }
    let m = x.len() / 2;
    let a = halves_in_place(&mut x[..m], w);
    x[m] += x[0];
    let b = halves_in_place(&mut x[m..], w);
    a + b * 2.0
}

#[test]
fn calls_by_themselves() {
    agree!(in_a_row, "", &X, &Y, 0.7);
    agree!(one_after_the_other, "", &X, &Y, 0.3);
    agree!(times_each_other, "", &X, &Y, 0.7);
    agree!(argument_changes_after, "", &X, 0.7);
    agree!(argument_changes_after_linear, "", &X, 0.7);
    agree!(changed_in_between, "", &X, 0.7);
    agree!(in_branches, "", &X, 0.7);
    agree!(in_branches, "", &[-0.3, 0.1, 0.8], 0.3);
    agree!(in_a_branch_that_returns, "", &X, 0.7);
    agree!(in_a_branch_that_returns, "", &[-0.3, 0.1, 0.8], 0.7);
    agree!(same_argument_twice, "", &X, 0.7);
    agree!(determinant, "FC", &[0.4, 1.2, -0.3, 0.9, 0.1, 0.7, -1.1, 0.5, 0.8], 3);
    agree!(halves, "", &X, 0.7);
    agree!(halves_multiplied, "", &X, 0.7);
    agree!(halves_in_place, "", &mut X.clone(), 0.7; (1.0, &[0.0; 4]));
}

// ---- structs, options, results ----

#[derive(Differentiable, Clone, Debug, PartialEq)]
struct Sums {
    first: f64,
    second: f64,
    rows: Vec<f64>,
}

#[differentiate]
fn fields_as_sums(x: &[f64], w: f64) -> f64 {
    let mut s = Sums { first: 0.0, second: w, rows: vec![0.0; 2] };
    for (i, &x) in x.iter().enumerate() {
        s.first += x * w;
        s.second -= x.sin();
        s.rows[i % 2] += x * x;
    }
    s.first * 2.0 + s.second * w - s.rows[0] + s.rows[1] * w
}
#[differentiate]
fn fields_that_mix(x: &[f64], w: f64) -> f64 {
    let mut s = Sums { first: 0.0, second: w, rows: vec![] };
    for &x in x {
        s.first += x * w;
        s.second -= s.first;
    }
    s.first * 2.0 + s.second * w
}
#[differentiate]
fn fields_replaced(x: &[f64], w: f64) -> f64 {
    let mut s = Sums { first: 0.0, second: w, rows: vec![] };
    let mut t = 0.0;
    for &x in x {
        s = Sums { first: x * w, ..s };
        t += s.first * s.second;
    }
    t
}
#[differentiate]
fn field_replaced(x: &[f64], w: f64) -> f64 {
    let mut s = Sums { first: 0.0, second: w, rows: vec![] };
    let mut t = 0.0;
    for &x in x {
        s.first = x * w;
        t += s.first * s.second;
    }
    t
}
#[differentiate]
fn struct_of_each(x: &[f64], w: f64) -> f64 {
    let mut t = 0.0;
    for &x in x {
        let s = Sums { first: x * w, second: x, rows: vec![w, x] };
        let Sums { first, second, rows } = s;
        t += first * second + rows[0] * rows[1];
    }
    t * w
}
#[differentiate]
fn struct_as_argument(s: &Sums, w: f64) -> f64 {
    let mut t = 0.0;
    for &x in &s.rows {
        t += x * s.first * w;
    }
    t * s.second
}

impl Sums {
    fn numbers(&self) -> Vec<f64> {
        let mut out = vec![self.first, self.second];
        out.extend(&self.rows);
        out
    }
}

#[differentiate]
fn option_in_the_loop(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() + 1 {
        if let Some(&x) = x.get(i) {
            s += x * w;
        }
        let next = if i % 2 == 0 { Some(w * x[0]) } else { None };
        s -= next.unwrap_or(w);
    }
    s * w
}
#[differentiate]
fn option_carried(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    let mut last: Option<f64> = None;
    for &x in x {
        if let Some(l) = last {
            s += l * x;
        }
        last = Some(x * w);
    }
    s * w
}
#[differentiate]
fn fails(x: &[f64], w: f64) -> Result<f64, String> {
    let mut s = 0.0;
    for &x in x {
        if x > 10.0 {
            return Err("large".to_string());
        }
        s += root(x)? * w;
    }
    Ok(s * w)
}
#[differentiate]
fn root(x: f64) -> Result<f64, String> {
    if x < 0.0 { Err("negative".to_string()) } else { Ok(x.sqrt()) }
}
#[differentiate]
fn fails_inside(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        match root(x) {
            Ok(r) => s += r * w,
            Err(_) => s -= x,
        }
    }
    s * w
}

#[test]
fn structs_and_options() {
    agree!(fields_as_sums, "F", &X, 0.7);
    agree!(fields_that_mix, "C", &X, 0.7);
    agree!(fields_replaced, "C", &X, 0.7);
    agree!(field_replaced, "C", &X, 0.7);
    agree!(struct_of_each, "F", &X, 0.7);
    agree!(option_in_the_loop, "F", &X, 0.7);
    agree!(option_carried, "C", &X, 0.7);
    agree!(fails_inside, "F", &X, 0.7);
    let s = Sums { first: 0.3, second: 0.9, rows: X.to_vec() };
    let (v, (g, gw)) = struct_as_argument::value_and_grad(&s, 0.7);
    let (y, pull) = struct_as_argument::vjp(&s, 0.7);
    let (h, hw) = pull(1.0);
    assert_eq!((v, struct_as_argument(&s, 0.7)), (y, y));
    ad_tests::assert_close("struct_as_argument", &(g.numbers(), gw), &(h.numbers(), hw));
    check_grad!(struct_as_argument, &s, 0.7);
    for x in [[0.3, 0.4], [0.3, -0.4], [20.0, 1.0]] {
        assert_eq!(fails(&x, 0.7), fails::vjp(&x, 0.7).map(|(y, _)| y), "{x:?}");
        let joint = fails::value_and_grad(&x, 0.7);
        let split = fails::vjp(&x, 0.7).map(|(y, pull)| (y, pull(1.0)));
        assert_eq!(joint, split, "{x:?}");
    }
}

// ---- panics ----

#[differentiate]
fn too_short(x: &[f64], y: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += x[i] * y[i];
    }
    s * 2.0
}
#[differentiate]
fn row_too_short(x: &[f64], n: usize, d: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        let row = &x[i * d..(i + 1) * d];
        for j in 0..d {
            s += row[j] * row[0];
        }
    }
    s
}
#[differentiate]
fn rows_not_visited(x: &[f64], n: usize, m: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        for j in 0..m {
            let row = &x[i * 2..(i + 1) * 2];
            s += row[j] * x[0];
        }
    }
    s
}
#[differentiate]
fn output_too_short(x: &[f64], w: f64, n: usize) -> f64 {
    let mut out = vec![w; n];
    for i in 0..x.len() {
        out[i] = x[i] * w;
    }
    out[0] * 2.0
}
#[differentiate]
fn popped_while_counted(x: &[f64], m: usize) -> f64 {
    let mut v = x.to_vec();
    let mut s = 0.0;
    for i in 0..v.len() {
        for j in 0..m {
            s += v[i] * x[j];
        }
        v.pop();
    }
    s
}
#[differentiate]
fn out_of_range_behind(x: &[f64], w: f64, k: usize) -> f64 {
    let mut s = 0.0;
    for &x in x {
        assert!(x < 1.0, "large: {x}");
        s += x * w;
    }
    let rest = x.len() - k;
    s * x[k] * (rest as f64)
}

fn message(f: impl FnOnce() -> f64 + std::panic::UnwindSafe) -> String {
    match std::panic::catch_unwind(f) {
        Ok(y) => format!("{y:?}"),
        Err(e) => e.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic".into()),
    }
}

macro_rules! same_panic {
    ($f:ident, $($arg:expr),*) => {{
        let plain = message(|| $f($($arg),*));
        assert_eq!(plain, message(|| $f::value_and_grad($($arg),*).0), "{}", stringify!($f));
        assert_eq!(plain, message(|| $f::vjp($($arg),*).0), "{}", stringify!($f));
        plain
    }};
}

#[test]
fn panics_are_those_of_the_function() {
    assert!(same_panic!(too_short, &X, &Y[..2], 4).contains("the len is 2 but the index is 2"));
    assert!(same_panic!(too_short, &X[..1], &Y[..2], 4).contains("the len is 1 but the index is 1"));
    same_panic!(row_too_short, &X, 3, 2);
    same_panic!(row_too_short, &X, 3, 0);
    same_panic!(rows_not_visited, &X, 3, 2);
    same_panic!(rows_not_visited, &X, 3, 0);
    same_panic!(rows_not_visited, &[], 3, 0);
    same_panic!(output_too_short, &X, 0.7, 2);
    same_panic!(output_too_short, &[], 0.7, 0);
    same_panic!(popped_while_counted, &X, 0);
    same_panic!(popped_while_counted, &X, 1);
    same_panic!(out_of_range_behind, &X[..2], 0.7, 1);
    same_panic!(out_of_range_behind, &X, 0.7, 1);
}

// ---- what the joint form must not lose ----

/// A branch that panics ends where it panics: nothing of it is reversed.
#[differentiate]
fn panics_in_a_mode(x: &[f64], out: &mut [f64], mode: usize) -> f64 {
    let mut s = 0.0;
    if mode == 0 {
        for v in x {
            s += v * v;
        }
    } else {
        out[0] = x[0] * x[0];
        s = out[0];
        panic!("no mode {mode}, {}", out[0]);
    }
    s * 2.0
}

/// What a branch keeps is kept in front of its panic.
#[differentiate]
fn keeps_and_panics(x: &[f64], mode: usize) -> f64 {
    let mut s = 0.0;
    for k in 0..2 {
        if mode > 5 {
            let mut t = x.to_vec();
            t[0] = s * x[0];
            let u = vec![t.clone(); 2];
            s = u[0][0] * t[1];
            for v in x {
                s *= v.exp();
            }
            panic!("mode {s}");
        } else {
            s += x[k] * x[k];
            s *= 1.5;
        }
    }
    s
}

/// A loop behind which nothing comes.
#[differentiate]
fn loops_and_panics(x: f64) -> f64 {
    for _ in 0..0 {
        for _ in 0..1 {
            for _ in 0..3 {}
            panic!("unexpected {}", 0.5);
        }
    }
    x * x
}

#[test]
fn branches_that_panic() {
    agree!(keeps_and_panics, "C", &X, 0);
    agree!(loops_and_panics, "", 0.5);
    agree!(panics_in_a_mode, "F", &X, &mut [0.5], 0; (1.0, &[0.0]));
    assert!(std::panic::catch_unwind(|| panics_in_a_mode::grad(&X, &mut [0.5], 1)).is_err());
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Problem {
    scale: f64,
    count: i32,
    #[constant]
    weight: f64,
    #[constant]
    data: Vec<f64>,
    offsets: Vec<f64>,
}

#[differentiate]
fn misfit(p: &Problem, x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (v, d) in x.iter().zip(&p.data) {
        s += (v * p.scale * p.weight - d) * p.offsets[0];
    }
    s
}

/// Of a struct each call by itself would copy the data.
#[differentiate]
fn misfits(p: &Problem, x: &[f64]) -> f64 {
    let mut s = 0.0;
    for k in 0..x.len() {
        s += misfit(p, &x[k..]) * x[k];
    }
    s
}

/// A gradient has what is constant in its argument, whatever the shadow held there.
#[test]
fn constant_fields_of_shadows() {
    let p = Problem { scale: 2.0, count: 7, weight: 3.0, data: Y.to_vec(), offsets: vec![1.5] };
    let other = Problem { scale: 0.0, count: 1, weight: 9.0, data: vec![0.5; 4], offsets: vec![0.0] };
    for adjoint in
        [(|p, b, x| misfit::adjoint(p, &X, b, x, 1.0)) as fn(&Problem, &mut Problem, &mut [f64]) -> f64, |p, b, x| {
            misfits::adjoint(p, &X, b, x, 1.0)
        }]
    {
        let (mut p_bar, mut x_bar) = (other.clone(), [0.0; 4]);
        adjoint(&p, &mut p_bar, &mut x_bar);
        assert_eq!((p_bar.count, p_bar.weight, &p_bar.data), (7, 3.0, &p.data));
    }
    check_grad!(misfit, &p, &X);
    check_grad!(misfits, &p, &X);
    assert_eq!(fused_loops(misfit::EXPLAIN), "F");
    assert_eq!(fused_loops(misfits::EXPLAIN), "F");
    let (mut p_bar, mut x_bar) = (p.clone(), [0.0; 4]);
    (p_bar.scale, p_bar.offsets) = (0.0, vec![0.0]);
    misfit::adjoint(&p, &X, &mut p_bar, &mut x_bar[..], 1.0);
    assert_eq!((p_bar, x_bar.to_vec()), misfit::grad(&p, &X));
}
