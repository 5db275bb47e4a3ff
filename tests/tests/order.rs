//! `order = n`: products with the Hessian, the Hessian, and gradients called inside differentiated functions.

use ad_runtime::{Differentiable, check_grad, differentiate};

#[differentiate(order = 2)]
fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x) * (1.0 - x) + 100.0 * (y - x * x) * (y - x * x)
}

#[test]
fn numbers() {
    let (x, y) = (0.3, -0.7);
    let (xx, xy, yy) = (2.0 - 400.0 * (y - x * x) + 800.0 * x * x, -400.0 * x, 200.0);
    assert_eq!(rosenbrock::hvp((x, y), (0.0, 1.0)), (xy, yy));
    let (a, b) = rosenbrock::hvp((x, y), (1.0, 0.0));
    assert!((a - xx).abs() < 1e-12 && (b - xy).abs() < 1e-12);
    let ((hxx, hxy), (hyx, hyy)) = rosenbrock::hessian(x, y);
    assert!((hxx[[0, 0]] - xx).abs() < 1e-12);
    assert_eq!((hxy[[0, 0]], hyx[[0, 0]], hyy[[0, 0]]), (xy, xy, yy));
    let mut out = [0.0; 4];
    rosenbrock::hessian_into(x, y, &mut out);
    assert_eq!(out[1..], [xy, xy, yy]);
}

#[differentiate(order = 2)]
fn chain(xs: &[f64], #[constant] w: &[f64], n: usize) -> f64 {
    let mut u = xs.to_vec();
    let mut sum = 0.0;
    for k in 0..n {
        for i in 1..u.len() {
            u[i] = (u[i] * u[i - 1]).sin() + w[i] * u[i];
        }
        if u[0] > 0.2 {
            sum += u[u.len() - 1] * u[0];
        } else {
            sum -= u[1].exp() / (1.0 + k as f64);
        }
        u[0] *= 0.8;
    }
    sum
}

/// The Hessian by differences of gradients.
fn differences(f: impl Fn(&[f64]) -> Vec<f64>, at: &[f64]) -> Vec<f64> {
    let mut out = Vec::new();
    for i in 0..at.len() {
        let (mut up, mut down) = (at.to_vec(), at.to_vec());
        up[i] += 1e-5;
        down[i] -= 1e-5;
        out.extend(f(&up).iter().zip(&f(&down)).map(|(u, d)| (u - d) / 2e-5));
    }
    out
}

fn close(a: &[f64], b: &[f64]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() < 1e-7 * (1.0 + a.abs()), "{a} and {b}");
    }
}

#[test]
fn slices_and_loops() {
    let (xs, w) = ([0.4, 0.7, -0.3, 1.1], [0.1, 0.2, 0.3, 0.4]);
    let h = chain::hessian(&xs, &w, 4);
    let expected = differences(|x| chain::grad(x, &w, 4), &xs);
    close(&h.iter().copied().collect::<Vec<_>>(), &expected);
    let v = [1.0, -2.0, 0.5, 0.25];
    let hv = chain::hvp((&xs, &w, 4), &v);
    let by_rows: Vec<f64> = (0..4).map(|i| (0..4).map(|j| h[[i, j]] * v[j]).sum()).collect();
    close(&hv, &by_rows);
    for i in 0..4 {
        for j in 0..4 {
            assert!((h[[i, j]] - h[[j, i]]).abs() < 1e-12);
        }
    }
}

#[differentiate(order = 2)]
fn outer(a: f64, xs: &[f64]) -> f64 {
    let mut total = 0.0;
    for k in 0..2 {
        total += chain(xs, &[0.1, 0.2, 0.3], 2) * a + rosenbrock(a, xs[k]);
    }
    total * total
}

#[test]
fn calls() {
    let xs = [0.4, 0.7, -0.3];
    let ((aa, ax), (xa, xx)) = outer::hessian(0.6, &xs);
    let flat = |p: &[f64]| {
        let (a, x) = outer::grad(p[0], &p[1..]);
        let mut g = vec![a];
        g.extend(x);
        g
    };
    let expected = differences(flat, &[0.6, 0.4, 0.7, -0.3]);
    let mut found = vec![aa[[0, 0]]];
    found.extend(ax.iter());
    for i in 0..3 {
        found.push(xa[[i, 0]]);
        found.extend(xx.row(i).iter());
    }
    for (a, b) in found.iter().zip(&expected) {
        assert!((a - b).abs() < 1e-5 * (1.0 + a.abs()), "{a} and {b}");
    }
}

/// A step of gradient descent, differentiated in both modes.
#[differentiate]
fn step(x: f64, y: f64, eta: f64) -> f64 {
    let (gx, gy) = rosenbrock::grad(x, y);
    let (value, (hx, _)) = rosenbrock::value_and_grad(x - eta * gx, y - eta * gy);
    value + hx * x
}

#[differentiate]
fn descent(start: &[f64], eta: f64, steps: usize) -> f64 {
    let mut x = start.to_vec();
    let w = [0.1, 0.2, 0.3];
    for _ in 0..steps {
        let g = chain::grad(&x, &w, 2);
        for i in 0..x.len() {
            x[i] -= eta * g[i];
        }
    }
    chain(&x, &w, 2)
}

#[test]
fn gradients_inside() {
    check_grad!(step, 0.3, 0.2, 0.0001; tolerance = 1e-5);
    check_grad!(descent, &[0.4, 0.7, -0.3], 0.05, 3);
}

#[differentiate(order = 2)]
fn mixed(x: [f64; 2], c: f64) -> f64 {
    x[0] * x[0] * c + x[1] * c * c
}

#[differentiate(order = 2)]
fn sines(xs: &[f64], c: f64) -> f64 {
    let mut s = c;
    for x in xs {
        s += (x * s).sin();
    }
    s
}

#[differentiate]
fn directions(x: f64, t: f64) -> f64 {
    let (y, dot) = rosenbrock::jvp((x, t), (1.0, t * x));
    let mut p = [x, t];
    let mut sum = y * dot;
    for i in 0..3 {
        let (y, dot) = mixed::jvp((p, x), ([1.0, t], 0.0));
        p[1] += dot;
        p[0] *= y;
        sum += dot * y * i as f64;
    }
    sum + p[0]
}

#[differentiate]
fn directions_of_slices(xs: &[f64], direction: &[f64]) -> f64 {
    let (_, d) = sines::jvp((xs, 0.3), (direction, 1.0));
    let fixed = vec![1.0, 0.0, 0.5];
    let (y, e) = sines::jvp((xs, d), (&fixed, xs[0]));
    d * e + y
}

#[test]
fn pushforwards_inside() {
    check_grad!(directions, 0.3, 0.7; tolerance = 1e-6);
    check_grad!(directions_of_slices, &[0.3, 0.7, 1.1], &[0.1, 0.2, 0.3]);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Params {
    a: f64,
    b: Vec<f64>,
    #[constant]
    c: f64,
}

#[differentiate(order = 2)]
fn model(p: &Params, t: f64) -> f64 {
    let mut s = p.a * t * p.c;
    for b in &p.b {
        s = (s * b).sin() + p.a * b;
    }
    s * s
}

#[test]
fn structs() {
    use ad_runtime::Flat;
    let p = Params { a: 0.7, b: vec![0.3, 1.2], c: 2.0 };
    let ((pp, _), _) = model::hessian(&p, 0.4);
    let f = |x: &[f64]| {
        let mut q = p.clone();
        q.set_floats(x);
        model::grad(&q, 0.4).0.to_floats()
    };
    close(&pp.iter().copied().collect::<Vec<_>>(), &differences(f, &p.to_floats()));
    let (hv, _) = model::hvp((&p, 0.4), (&Params { a: 1.0, b: vec![0.0, 0.0], c: 9.0 }, 0.0));
    assert_eq!(hv.c, 2.0);
    close(&hv.to_floats(), &pp.row(0).to_vec());
}
