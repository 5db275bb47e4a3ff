//! Copies that were made later than they are written: what was changed in between got into them.

use ad_runtime::{Differentiable, check_grad, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct State {
    v: Vec<f64>,
    s: f64,
}

#[differentiate]
fn in_a_tuple(x: f64, y: f64) -> f64 {
    let mut v = vec![x, y];
    let t = (v.clone(), {
        v[0] = 5.0 * x;
        2.0
    });
    t.0[0] * t.1 + v[0] * y
}

#[differentiate]
fn in_a_literal(x: f64, y: f64) -> f64 {
    let mut v = vec![x, y];
    let t = State {
        v: v.clone(),
        s: {
            v[0] *= y;
            v[0]
        },
    };
    t.v[0] * t.s + v[0] * y
}

#[differentiate]
fn first(v: Vec<f64>, s: f64) -> f64 {
    v[0] * s
}

#[differentiate]
fn double(s: &mut State) -> f64 {
    s.v[1] *= 2.0;
    s.s *= s.v[1];
    s.s
}

#[differentiate]
fn energy(s: State, factor: f64) -> f64 {
    s.v[1] * s.s * factor
}

#[differentiate]
fn as_arguments(x: f64, y: f64) -> f64 {
    let mut v = vec![x, y];
    let a = first(v.clone(), {
        v[0] *= y;
        v[0]
    });
    let b = first(v.to_vec(), {
        v[0] *= y;
        v[0]
    });
    let mut state = State { v, s: a };
    let c = energy(state.clone(), double(&mut state));
    a + b * state.v[0] + c
}

#[differentiate]
fn in_a_list(x: f64, y: f64) -> f64 {
    let mut q = State { v: vec![x, y], s: x * y };
    let r = [
        q.clone(),
        {
            q.v[1] *= 2.0;
            q.s = y;
            q.clone()
        },
        q,
    ];
    r[0].v[1] * r[1].v[1] * r[2].s * r[0].s
}

/// The derivative was that of the changed value, without a word.
#[test]
fn copies_before_a_change() {
    check_grad!(in_a_tuple, 0.3, 0.8);
    assert_eq!(in_a_tuple::grad(0.5, 2.0), (12.0, 2.5));
    check_grad!(in_a_literal, 0.3, 0.8);
    check_grad!(as_arguments, 0.3, 0.8);
    check_grad!(in_a_list, 0.3, 0.8);
}

#[differentiate]
fn popped_state(s: State, a: f64) -> f64 {
    let mut v = vec![s];
    let q = v.pop().unwrap();
    v.push(State { v: vec![a], s: a * q.s });
    q.v[0] * v[0].s
}

#[differentiate]
fn popped_rows(rows: &[Vec<f64>], x: f64) -> f64 {
    let mut rows = rows.to_vec();
    let last = rows.pop().unwrap();
    rows.push(vec![x, x * last[0]]);
    let mut sum = 0.0;
    while let Some(mut row) = rows.pop() {
        row[0] *= last[1];
        sum += row[0] * row[1];
    }
    sum
}

#[differentiate]
fn popped_tuples(x: f64, y: f64) -> f64 {
    let mut v = vec![(x, vec![y; 2], 3usize), (y, vec![x, x * y], 1)];
    let (a, b, n) = v.pop().unwrap();
    v.push((a * b[1], b, n + 1));
    let mut s = 0.0;
    while let Some((a, b, n)) = v.pop() {
        s += a * b[n % 2];
        if n > 1 {
            v.push((s, vec![a, b[0]], n - 1));
        }
    }
    s
}

/// Derivatives panicked: the element was looked at when the list had lost it.
#[test]
fn what_pop_gives() {
    check_grad!(popped_state, State { v: vec![0.3, 0.4], s: 0.7 }, 0.8);
    check_grad!(popped_rows, &[vec![0.3, 0.4], vec![0.5, 0.7]], 0.8);
    check_grad!(popped_tuples, 0.3, 0.8);
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Pair {
    x: f64,
    y: f64,
}

#[differentiate]
impl Pair {
    fn scaled(self, k: f64) -> Pair {
        Pair { x: self.x * k, y: self.y * k }
    }

    fn raise(&mut self, k: f64) -> f64 {
        self.x += k * self.y;
        self.x
    }

    fn raised(mut self, k: f64) -> f64 {
        self.scaled(self.raise(k)).y
    }

    fn norm(&self) -> f64 {
        self.x.hypot(self.y)
    }
}

#[differentiate]
fn receiver(a: f64, b: f64) -> f64 {
    let mut v = Pair { x: a, y: b };
    let w = v.scaled({
        v.x *= 3.0;
        v.x
    });
    let r = &mut v;
    let u = r.scaled({
        r.y += r.x;
        r.y
    });
    v.raise(v.norm());
    v.x * w.y + u.x * w.x + v.y
}

#[differentiate]
fn methods_in_arguments(start: Pair, k: f64) -> f64 {
    let mut v = start;
    v.raise(v.norm() * k);
    v.raise(v.scaled(v.x).y + if k > 0.5 { v.norm() } else { v.x });
    let r = &mut v;
    r.raise(r.scaled(r.norm().sin()).norm());
    v.x * v.y
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Two {
    a: Pair,
    b: Pair,
}

/// Neither of two fields beside each other.
#[differentiate]
fn of_fields(start: Pair, k: f64) -> f64 {
    let mut t = Two { a: start, b: start };
    t.a.raise(t.b.raise(k));
    t.a.raise({
        t.b.x *= k;
        t.b.x
    });
    let mut list = [t.a, t.b];
    let (l, r) = list.split_at_mut(1);
    l[0].raise(r[0].raise(k));
    l[0].raise({
        r[0].y *= k;
        k
    });
    t.a.x * t.b.x + list[0].x * list[1].x * list[1].y
}

/// The method got the changed value.
#[test]
fn receivers_before_a_change() {
    check_grad!(receiver, 0.3, 0.8);
    check_grad!(of_fields, Pair { x: 0.3, y: 0.7 }, 0.8);
    check_grad!(methods_in_arguments, Pair { x: 0.3, y: 0.7 }, 0.8);
    // y (x + k y)
    assert_eq!(Pair { x: 0.5, y: 3.0 }.raised(2.0), 19.5);
    let (of_self, k) = Pair { x: 0.5, y: 3.0 }.raised_grad(2.0);
    assert_eq!((of_self, k), (Pair { x: 3.0, y: 12.5 }, 9.0));
}
