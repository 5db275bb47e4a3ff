//! Fields of structs that the compiler knows by name only: integers, floats and structs are assigned alike.

#![allow(missing_docs, clippy::manual_swap)]

use ad_runtime::{Differentiable, check_grad, differentiate};

#[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
struct Inner {
    x: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Differentiable)]
struct State {
    rate: i32,
    n: i32,
    slope: f64,
    a: Inner,
    b: Inner,
}

fn state(x: f64) -> State {
    State { rate: 2, n: 3, slope: 1.5 * x, a: Inner { x }, b: Inner { x: x - 0.25 } }
}

#[differentiate]
fn integers(s: &mut State, t: &State, y: f64) -> f64 {
    s.n = 0;
    s.n = t.rate + 1;
    s.n += 2;
    s.rate = t.n;
    s.slope * y * f64::from(s.n + s.rate)
}

#[differentiate]
fn counted(s: &mut State, y: f64) -> f64 {
    for i in 0..3 {
        s.n = i;
        if s.n > s.rate - 2 {
            s.a = Inner { x: s.a.x * s.slope };
            s.rate = s.n;
        }
    }
    s.a.x * y
}

#[differentiate]
fn beside(s: &mut State, y: f64) -> f64 {
    let k = s.n;
    s.n = k + 1;
    s.a = s.b;
    s.n = s.rate;
    s.a.x *= y;
    let u = s.a.x;
    s.slope = s.b.x * u;
    s.b.x = s.a.x;
    s.slope + s.b.x * y
}

#[differentiate]
fn exchanged(s: &mut State, y: f64) -> f64 {
    let old = s.a;
    s.a = s.b;
    s.b = old;
    s.slope = s.b.x;
    s.a.x * s.b.x * y
}

#[differentiate]
fn of_elements(s: &mut [State], y: f64) -> f64 {
    s[1].a = s[0].a;
    s[0].n = s[1].n;
    s[1].a.x *= y;
    s[0].b = s[1].a;
    s[0].slope = s[1].slope;
    s[0].slope * s[1].a.x * s[0].b.x
}

#[differentiate]
fn in_a_loop(s: &State, y: f64) -> f64 {
    let mut now = *s;
    for _ in 0..3 {
        let mut next = now;
        next.a = now.b;
        next.b = now.a;
        next.n = now.n + 1;
        next.b.x *= y;
        now = next;
    }
    now.a.x * now.slope + now.b.x * f64::from(now.n)
}

#[derive(Clone, Debug, Default, PartialEq, Differentiable)]
struct Pair(f64, i32);

#[differentiate]
fn named(p: &Pair) -> State {
    State { slope: p.0, n: p.1, ..State::default() }
}

#[differentiate(order = 2)]
fn numbered(s: &State) -> Pair {
    let n = s.n;
    Pair(s.slope * s.slope, n)
}

#[differentiate(order = 2)]
fn copied(p: &Pair, y: f64) -> f64 {
    let q = Pair(p.0, p.1);
    let r = Pair(q.0 * y, q.1);
    r.0 * r.0 * f64::from(r.1)
}

#[differentiate(order = 2)]
fn of_list(xs: Vec<f64>, y: f64) -> f64 {
    xs[0] * xs[1] * y
}

#[test]
fn second_derivatives() {
    // 3 x² y²
    assert_eq!(copied::hvp((&Pair(0.5, 3), 2.0), (&Pair(1.0, 9), 0.0)), (Pair(24.0, 3), 12.0));
    assert_eq!(of_list::hvp((vec![2.0, 3.0], 5.0), (vec![1.0, 0.0], 0.0)), (vec![0.0, 5.0], 3.0));
    assert_eq!(of_list::hessian(vec![2.0, 3.0], 5.0).0.0[[0, 1]], 5.0);
}

#[test]
fn tuple_structs() {
    check_grad!(named, &Pair(0.5, 3));
    check_grad!(numbered, &state(0.7));
    check_grad!(copied, &Pair(0.5, 3), 1.5);
}

#[test]
fn derivatives() {
    check_grad!(integers, &mut state(0.7), &state(0.4), 1.3);
    check_grad!(counted, &mut state(0.7), 1.3);
    check_grad!(beside, &mut state(0.7), 1.3);
    check_grad!(exchanged, &mut state(0.7), 1.3);
    check_grad!(of_elements, &mut [state(0.7), state(0.4)], 1.3);
    check_grad!(in_a_loop, &state(0.7), 1.3);
}

#[test]
fn by_hand() {
    // y = slope · y · (2 + 1 + 2 + 3)
    let (s_bar, t_bar, y_bar) = integers::grad(&mut state(1.0), &state(1.0), 2.0);
    assert_eq!((s_bar.slope, t_bar.slope, y_bar), (16.0, 0.0, 12.0));
    assert_eq!((s_bar.n, s_bar.rate, t_bar.n), (3, 2, 3));
    // b · a · y, the two exchanged
    let (s_bar, y_bar) = exchanged::grad(&mut state(1.0), 2.0);
    assert_eq!((s_bar.a.x, s_bar.b.x, s_bar.slope, y_bar), (1.5, 2.0, 0.0, 0.75));
}
