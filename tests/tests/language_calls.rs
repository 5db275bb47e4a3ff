//! The language accepted: calls between differentiated functions.

#![allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all)]

use ad_extern_crate::shapes::norms as row_norms;
use ad_runtime::{differentiate, stop_gradient};
use ad_tests::check;

mod physics {
    use ad_runtime::differentiate;

    #[differentiate]
    pub fn spring(x: f64, k: f64) -> f64 {
        0.5 * k * x * x
    }

    pub mod deep {
        #[ad_runtime::differentiate]
        pub fn damp(v: &mut [f64], c: f64) {
            for x in v.iter_mut() {
                *x *= (-c).exp();
            }
        }

        #[ad_runtime::differentiate]
        pub(in super::super) fn both(x: f64) -> (f64, f64) {
            (super::spring(x, x), x.sin())
        }
    }
}

use physics::deep::{self, both as pair};
use physics::spring as potential;

#[differentiate]
fn modules(x: &[f64], k: f64) -> f64 {
    let mut v = x.to_vec();
    deep::damp(&mut v, k);
    self::deep::damp(&mut v[1..], 0.5);
    let (a, b) = pair(v[0]);
    let e = self::physics::spring(v[1], k) + potential(a, b);
    e * ad_extern_crate::inner(&v, x)
}

#[differentiate]
fn other_crate(x: &[f64], m: &[[f64; 2]], c: f64) -> f64 {
    let mut u = x.to_vec();
    let first = ad_extern_crate::scale(&mut u, c);
    let n: Vec<f64> = row_norms(m);
    let s = ad_extern_crate::inner(&u, &n);
    s * first
}

#[test]
fn modules_renamed_imports_and_other_crates() {
    check!(modules, &[0.5, 0.7], 1.3);
    check!(other_crate, &[0.5, 0.7], &[[1.0, 2.0], [0.3, 0.4]], 1.5);
    use ad_extern_crate::inner;
    check!(inner, &[0.5, 0.7], &[1.5, 2.0]);
    assert_eq!(ad_extern_crate::scale::grad(&mut [1.0, 2.0], 3.0), (vec![3.0, 0.0], 1.0));
}

#[differentiate]
fn repeat<const N: usize>(x: f64) -> [f64; N] {
    let mut a = [x; N];
    for i in 0..N {
        a[i] *= i as f64 + x;
    }
    a
}

#[differentiate]
fn chosen<const UP: bool>(x: f64) -> f64 {
    if UP { x * x } else { x.sin() }
}

#[differentiate]
fn turbofish(x: f64) -> f64 {
    let a = repeat::<3>(x);
    let b: [f64; 2] = repeat(x * 2.0);
    a[2] * b[1] + chosen::<true>(x) * chosen::<false>(a[0])
}

#[test]
fn turbofishes() {
    check!(turbofish, 0.7);
}

#[differentiate]
fn g(x: f64, y: f64) -> f64 {
    x * y.cos()
}

#[differentiate]
fn step(u: &mut [f64], f: &[f64], h: f64) -> f64 {
    let mut change = 0.0;
    for i in 0..u.len() {
        let d = h * f[i] * u[i];
        u[i] += d;
        change += d * d;
    }
    change
}

#[differentiate]
fn in_loops_and_branches(x: &[f64], y: f64, n: usize) -> f64 {
    let mut u = x.to_vec();
    let mut s = y;
    for i in 0..n {
        s = if i % 2 == 0 { g(s, x[0]) } else { g(u[i], s) + g(y, g(y, s)) };
        if s > 0.3 {
            let c = step(&mut u, x, s);
            if c > 1.0 {
                break;
            }
        } else {
            step(&mut u, &x[..], 0.1);
        }
        u[0] = u[0].sin();
    }
    let mut k = 0;
    while g(s, 0.1) > 0.05 && k < 4 {
        s *= g(0.5, u[0]);
        k += 1;
    }
    let last = x.iter().map(|v| g(*v, y)).fold(s, |a, b| g(a, b));
    last + u.iter().zip(x).map(|(a, b)| g(*a, *b)).sum::<f64>()
}

#[differentiate]
fn arguments_that_alias(x: f64, v: &[f64]) -> f64 {
    let mut u = v.to_vec();
    let a = g(x, x) + g(x * x, 1.0) + g(2.0, 3.0) * x;
    let b = step(&mut u, v, x);
    let (l, r) = u.split_at_mut(1);
    let c = step(l, r, a) + step(r, &v[1..], a);
    a * b + c + dot(&u, &u) + dot(&u[..1], &v[1..2])
}

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..a.len() {
        s += a[i] * b[i];
    }
    s
}

#[test]
fn calls_in_loops_and_branches() {
    for n in [0, 1, 3] {
        check!(in_loops_and_branches, &[0.5, 0.7, 0.9], 0.8, n);
        check!(in_loops_and_branches, &[0.5, 0.7, 0.9], -0.8, n);
    }
    check!(arguments_that_alias, 0.7, &[0.5, 0.9]);
}

#[differentiate]
fn sequences(
    a: &[f64; 2],
    b: [f64; 2],
    rows: &[[f64; 2]],
    v: &Vec<f64>,
    m: &[Vec<f64>],
    out: &mut [[f64; 2]; 2],
) -> f64 {
    let local = [a[0], b[1]];
    let made = vec![a[0] * b[0]; 2];
    let s = dot(a, &b) + dot(&rows[0], &rows[1]) * dot(v, &m[0]) + dot(&local, &made) + dot(&[s_of(a), 1.0], a);
    let mut work = *a;
    let c = step(&mut work, &b, s) + step(&mut out[0], a, s) + step(&mut out[1][..1], &v[..], 0.5);
    rows.iter().map(|r| dot(r, &work)).sum::<f64>() + c
}

#[differentiate]
fn s_of(a: &[f64]) -> f64 {
    a.iter().sum()
}

#[test]
fn arrays_and_vecs_where_slices_are_taken() {
    check!(
        sequences,
        &[0.5, 0.7],
        [0.3, 0.4],
        &[[0.1, 0.2], [0.6, 0.8]],
        &vec![1.1, 1.2],
        &[vec![0.9, 0.8]],
        &mut [[1.0, 2.0], [3.0, 4.0]]
    );
}

#[differentiate]
fn norm(a: &[f64]) -> f64 {
    a.iter().map(|x| x * x).sum()
}

#[differentiate]
fn rescale(u: &mut [f64], c: f64) {
    for v in u.iter_mut() {
        *v *= c;
    }
}

#[differentiate]
fn normalise(u: &mut [f64]) -> f64 {
    let s = norm(&u) + norm(u);
    for v in u.iter_mut() {
        *v /= s;
    }
    s * norm(&*u)
}

#[differentiate]
fn reborrows(u: &mut Vec<f64>, v: &Vec<f64>) -> f64 {
    let s = norm(&u[..]) + norm(&v) + norm(v);
    rescale(u, s);
    rescale(&mut u[1..], s);
    rescale(&mut *u, 0.5);
    let w = &mut u[..1];
    rescale(w, s);
    rescale(w, s);
    s * norm(&*u)
}

#[differentiate]
fn rows_in_place(u: &mut [[f64; 2]; 2], x: f64) -> f64 {
    for row in u.iter_mut() {
        rescale(row, x);
        row[0] *= norm(&row[..]);
    }
    rescale(&mut u[1], x);
    let [a, b] = u;
    rescale(a, x);
    b[0] *= a[1];
    let (p, q) = (x, x * x);
    norm(&[p, q]) + norm(&vec![x; 3]) + norm(&[x, 1.0][..1])
}

#[test]
fn mutable_references_passed_on() {
    check!(normalise, &mut [1.0, 2.0]);
    check!(reborrows, &mut vec![1.0, 2.0], &vec![0.5]; step = 1e-6, tolerance = 1e-5);
    check!(rows_in_place, &mut [[1.0, 2.0], [0.5, 0.3]], 0.7);
}

#[differentiate]
fn constants_into_calls(x: f64, #[constant] w: &[f64], n: usize) -> f64 {
    let k = stop_gradient(x);
    g(x, w[0]) + g(w[1], x) * n as f64 + 0.0 * k + plain(n)
}

fn plain(n: usize) -> f64 {
    n as f64 * 0.5
}

#[test]
fn constants_in_calls() {
    check!(constants_into_calls, 0.7, &[0.3, 0.4], 2);
}

#[test]
fn functions_in_function_bodies() {
    #[differentiate]
    fn helper(x: f64) -> f64 {
        x.sin() * x
    }
    #[differentiate]
    fn local(x: f64, n: usize) -> f64 {
        let mut s = x;
        for _ in 0..n {
            s = helper(s) + g(s, x);
        }
        s
    }
    check!(local, 0.7, 3);
    let closure = || {
        #[differentiate]
        fn inside(x: f64) -> f64 {
            x * x
        }
        inside::grad(3.0)
    };
    assert_eq!(closure(), 6.0);
}

mod loss {
    pub const WEIGHT: f64 = 2.0;
}

#[differentiate(type = Loss)]
fn loss(x: f64) -> f64 {
    loss::WEIGHT * x * x
}

#[differentiate(crate = ad_runtime, type = Renamed)]
fn both_options(x: f64) -> f64 {
    x * x
}

#[test]
fn options() {
    assert_eq!(Loss::value_and_grad(3.0), (18.0, 12.0));
    assert_eq!(loss(3.0), 18.0);
    ad_runtime::check_grad!(Loss, 3.0);
    assert_eq!(Renamed::grad(3.0), 6.0);
    assert_eq!(both_options(3.0), 9.0);
}
