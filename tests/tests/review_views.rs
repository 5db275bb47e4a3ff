//! Views, indices that change, chosen references, and whole algorithms: elimination with pivots, Runge-Kutta.

#![allow(missing_docs, unused, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn index_moves(x: &[f64]) -> f64 {
    let mut i = 0;
    let mut v = x.to_vec();
    let n = v.len();
    let mut s = 0.0;
    while i < n {
        let p = &mut v[i];
        i += 1;
        *p *= 2.0;
        s += *p * x[i % n];
        let q = v[i - 1];
        v[i % n] = q * s;
    }
    let k = i % n;
    let r = &v[k..];
    i = 0;
    s * r[0] + v[i]
}
#[differentiate]
fn sub_views(x: &mut [f64], a: usize) -> f64 {
    let mut a = a;
    let w = &mut x[a..];
    a += 1;
    let u = &mut w[a - 1..a + 1];
    a = 0;
    u[0] *= u[1];
    u[a + 1] += u[a];
    let l = u.len();
    let (p, q) = w.split_at_mut(l);
    q[0] = p[0] * p[1];
    let mut t = 0.0;
    for c in w.chunks_exact_mut(2) {
        let (h, r) = c.split_at_mut(1);
        std::mem::swap(&mut h[0], &mut r[0]);
        t += h[0] * r[0];
    }
    t
}
#[differentiate]
fn matrix_views(m: &mut [[f64; 3]; 3], k: f64) -> f64 {
    for i in 0..3 {
        let (top, rest) = m.split_at_mut(i);
        let row = &mut rest[0];
        for t in top.iter() {
            for j in 0..3 {
                row[j] -= t[j] * row[i] * k;
            }
        }
        let d = row[i];
        for v in row.iter_mut() {
            *v /= d + 2.0;
        }
    }
    let mut d = 1.0;
    for (i, r) in m.iter().enumerate() {
        d *= r[i];
    }
    for [a, b, c] in m.iter() {
        d += a * b * c;
    }
    for r in m.iter_mut() {
        r.swap(0, 2);
        r[1..].fill(d);
    }
    m[1][2] * m[2][0]
}
#[differentiate]
fn lu(a: &[f64], n: usize, b: &[f64]) -> Vec<f64> {
    let mut m = a.to_vec();
    let mut x = b.to_vec();
    let mut p: Vec<usize> = (0..n).collect();
    for k in 0..n {
        let mut best = k;
        for i in k + 1..n {
            if m[i * n + k].abs() > m[best * n + k].abs() {
                best = i;
            }
        }
        if best != k {
            for j in 0..n {
                m.swap(k * n + j, best * n + j);
            }
            x.swap(k, best);
            p.swap(k, best);
        }
        for i in k + 1..n {
            let f = m[i * n + k] / m[k * n + k];
            m[i * n + k] = f;
            for j in k + 1..n {
                m[i * n + j] -= f * m[k * n + j];
            }
            x[i] -= f * x[k];
        }
    }
    for i in (0..n).rev() {
        for j in i + 1..n {
            x[i] -= m[i * n + j] * x[j];
        }
        x[i] /= m[i * n + i];
    }
    x[p[0] % n] *= 2.0;
    x
}
#[differentiate]
fn rk4(x0: &[f64; 2], dt: f64, n: usize) -> [f64; 2] {
    let f = |s: &[f64; 2]| [s[1], -s[0].sin() - 0.1 * s[1]];
    let mut s = *x0;
    for _ in 0..n {
        let k1 = f(&s);
        let mid = [s[0] + 0.5 * dt * k1[0], s[1] + 0.5 * dt * k1[1]];
        let k2 = f(&mid);
        let mut e = s;
        for i in 0..2 {
            e[i] += dt * k2[i];
        }
        let k3 = f(&e);
        for i in 0..2 {
            s[i] += dt / 6.0 * (k1[i] + 4.0 * k2[i] + k3[i]);
        }
        if s[0].abs() > 10.0 {
            break;
        }
    }
    s
}
#[differentiate]
fn pick(x: &[f64], y: &[f64], c: bool, k: usize) -> f64 {
    let r = if c { x } else { &y[1..] };
    let q = r;
    let mut s = 0.0;
    for (i, v) in q.iter().enumerate() {
        s = s * 0.5 + v * r[i % r.len()];
    }
    let (a, b) = if c { (x, &y[k..]) } else { (y, &x[..k]) };
    s * a[0] + b[b.len() - 1] * helper(a, b)
}
#[differentiate]
fn helper(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(p, q)| p * q).sum()
}
#[differentiate]
fn pick_mut(x: &mut [f64], c: bool) -> f64 {
    let n = x.len();
    let (l, r) = x.split_at_mut(n / 2);
    let t = if c { &mut *l } else { &mut *r };
    t[0] *= 3.0;
    for i in 0..t.len() {
        t[i] *= t[i];
    }
    let s = if c { l[0] } else { r[0] };
    s * r[0]
}
#[differentiate]
fn early_index(x: &[f64], lo: f64) -> f64 {
    let mut k = x.len();
    for (i, v) in x.iter().enumerate() {
        if *v > lo {
            k = i;
            break;
        }
    }
    if k == x.len() {
        return 0.0 * x[0];
    }
    let w = x[k];
    let j = (w * 10.0) as usize % x.len();
    let t = [x[j], w][usize::from(w > 1.0)];
    w * x[j] * t
}
#[differentiate]
fn generic_ref<'a>(x: &'a [f64], n: usize) -> &'a [f64] {
    &x[n..]
}
#[differentiate]
fn scratch(x: f64, n: usize) -> f64 {
    let mut buf = [0.0; 8];
    let mut len = 0;
    let mut s = x;
    for i in 0..n {
        if len < 8 {
            buf[len] = s * x;
            len += 1;
        }
        while len > 2 && buf[len - 1] < buf[len - 2] {
            len -= 1;
            s += buf[len] * 0.3;
        }
        s = s.sin() + buf[len - 1];
        let tmp;
        if i % 2 == 0 {
            tmp = s;
        } else {
            tmp = buf[0];
        }
        buf[0] = tmp;
    }
    s * buf[0]
}
#[test]
fn views() {
    check!(index_moves, &[0.5, 0.7, 0.9]);
    check!(sub_views, &mut [0.5, 0.7, 0.9, 1.1, 0.3], 1);
    check!(matrix_views, &mut [[0.5, 0.7, 0.9], [0.2, 0.3, 1.4], [0.6, 0.7, 0.8]], 0.3);
    check!(lu, &[0.5, 0.7, 0.9, 2.0, 0.3, 1.4, 0.6, 3.7, 0.8], 3, &[0.3, 0.4, 0.5]);
    check!(rk4, &[0.5, 0.7], 0.1, 5);
    check!(rk4, &[0.5, 0.7], 0.1, 0);
    check!(pick, &[0.5, 0.7, 0.9], &[0.2, 0.3, 0.4, 0.6], true, 2);
    check!(pick, &[0.5, 0.7, 0.9], &[0.2, 0.3, 0.4, 0.6], false, 1);
    check!(pick, &[0.5, 0.7], &[0.2, 0.3], true, 1);
    check!(pick_mut, &mut [0.5, 0.7, 0.9, 1.1], true);
    check!(pick_mut, &mut [0.5, 0.7, 0.9, 1.1], false);
    check!(early_index, &[0.53, 0.74, 1.95], 0.6);
    check!(early_index, &[0.53, 0.74, 1.95], 0.8);
    check!(early_index, &[0.53, 0.74, 1.95], 2.8);
    check!(generic_ref, &[0.5, 0.7, 0.9], 1);
    check!(scratch, 0.7, 9);
    check!(scratch, 0.7, 0);
}
