//! The language accepted: work in place, and buffers.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn overwritten(u: &mut [f64], c: f64) {
    let n = u.len();
    u[0] = u[0] * u[0];
    for i in 1..n {
        u[i] = u[i] * u[i - 1] + c;
        u[i] *= u[i];
        u[i - 1] += u[i].sin();
    }
    u[n - 1] = u[0];
}

#[differentiate]
fn cumulative(x: &[f64], out: &mut [f64]) -> f64 {
    let mut run = 1.0;
    for (o, v) in out.iter_mut().zip(x) {
        run *= v;
        *o = run * *o;
    }
    run
}

#[test]
fn elements_overwritten() {
    check!(overwritten, &mut [0.5, 0.7, -0.3, 0.9], 0.2);
    check!(cumulative, &[1.5, 0.7, 2.0], &mut [0.3, 0.4, 0.5]);
    check!(cumulative, &[1.5, 0.7, 2.0], &mut [0.3, 0.4]);
}

#[differentiate]
fn swaps(v: &mut [f64], a: f64, b: f64) -> f64 {
    let (mut a, mut b) = (a, b);
    std::mem::swap(&mut a, &mut b);
    v.swap(0, 2);
    v[0] *= a;
    let old = std::mem::replace(&mut v[1], a * b);
    let mut x = [old, a];
    let mut y = [b, old * old];
    core::mem::swap(&mut x, &mut y);
    let z = core::mem::replace(&mut x, [v[0], v[1]]);
    v[2] = x[0] * y[1] + z[0];
    v.swap(1, 1);
    x[1] * z[1]
}

#[differentiate]
fn vec_swaps(x: &[f64]) -> Vec<f64> {
    let mut a = x.to_vec();
    let mut b: Vec<f64> = x.iter().map(|v| v * v).collect();
    for k in 0..3 {
        for i in 0..a.len() {
            b[i] = a[i] * b[i] + k as f64;
        }
        std::mem::swap(&mut a, &mut b);
    }
    let c = std::mem::replace(&mut a, vec![x[0]; 2]);
    a.extend_from_slice(&c);
    a.push(b[0]);
    a
}

#[test]
fn swap_and_replace() {
    check!(swaps, &mut [0.5, 0.7, -0.3], 1.5, 2.5);
    check!(vec_swaps, &[0.5, 0.7, -0.3]);
}

#[differentiate]
fn fills(v: &mut [f64], x: f64) -> f64 {
    let mut a = [1.0; 4];
    a.fill(x * x);
    a[1..3].fill(x);
    let mut b = vec![0.0; 4];
    b.copy_from_slice(&a);
    b[2] = b[0] * v[0];
    let s: f64 = b.iter().sum();
    v.fill(s);
    v[1..].copy_from_slice(&b[1..3]);
    v[..2].clone_from_slice(&a[1..3]);
    s * v[0]
}

#[differentiate]
fn halves(u: &mut [f64]) -> f64 {
    let n = u.len();
    let mid = n / 2;
    {
        let (a, b) = u.split_at_mut(mid);
        for (x, y) in a.iter_mut().zip(b.iter_mut()) {
            let (s, d) = (*x + *y, *x - *y * *x);
            *x = s;
            *y = d;
        }
        a[0] *= b[0];
    }
    let (a, b) = u.split_at(mid);
    let mut s = 0.0;
    for i in 0..mid {
        s += a[i] * b[i];
    }
    let (first, rest) = u.split_at_mut(1);
    first[0] = rest[0] * s;
    s
}

#[test]
fn fill_copy_and_split() {
    check!(fills, &mut [0.5, 0.7, -0.3], 1.5);
    check!(halves, &mut [0.5, 0.7, -0.3, 0.8]);
    check!(halves, &mut [0.5, 0.7, -0.3, 0.8, 0.1]);
}

#[differentiate]
fn blocks(x: &[f64], out: &mut [f64]) -> f64 {
    let mut s = 0.0;
    for c in x.chunks(2) {
        s += c[0] * c.len() as f64;
        for v in c {
            s += v * v;
        }
    }
    for (c, o) in x.chunks_exact(2).zip(out.iter_mut()) {
        *o = c[0] * c[1] + *o;
    }
    for c in out.chunks_mut(2) {
        c[0] *= s;
        for v in c.iter_mut() {
            *v += 1.0;
        }
    }
    for (i, c) in out.chunks_exact_mut(2).enumerate() {
        c[1] = c[0] * (i as f64 + 0.5);
    }
    for w in x.windows(3) {
        s += w[0] * w[1] - w[2];
    }
    s
}

#[test]
fn chunks_and_windows() {
    check!(blocks, &[0.5, 0.7, -0.3, 0.8, 0.1], &mut [1.0, 2.0, 3.0]);
    check!(blocks, &[0.5, 0.7], &mut [1.0, 2.0, 3.0, 4.0]);
}

#[differentiate]
fn stack(x: &[f64], n: usize) -> f64 {
    let mut v = Vec::with_capacity(x.len());
    for a in x {
        v.push(a * a);
        if *a > 1.0 {
            v.push(a.sin());
        }
    }
    v.pop();
    v.resize(n, x[0]);
    let mut s = 0.0;
    for (i, a) in v.iter().enumerate() {
        s += a * (i + 1) as f64;
    }
    v.truncate(1);
    v.push(s);
    v.extend(x.iter().map(|a| a * s));
    let w: Vec<f64> = v.clone();
    v.clear();
    v.extend_from_slice(&w[1..]);
    s * v[0] + v[v.len() - 1] + w.iter().sum::<f64>() + v.len() as f64
}

#[differentiate]
fn made(x: f64, n: usize) -> Vec<f64> {
    let mut a = vec![x, x * x];
    let b = vec![x.sin(); n];
    let mut c: Vec<f64> = Vec::new();
    let e: Vec<f64> = vec![];
    c.extend_from_slice(&b);
    c.extend(e);
    a.extend_from_slice(&c);
    if a.is_empty() { b } else { a }
}

#[test]
fn growing_vecs() {
    for n in [0, 2, 6] {
        check!(stack, &[0.5, 1.7, -0.3], n + 1);
        check!(made, 0.6, n);
    }
}

#[differentiate]
fn table(x: &[f64], y: &[f64]) -> f64 {
    // Dynamic time warping, softened.
    let (n, m) = (x.len(), y.len());
    let mut d = vec![vec![0.0f64; m + 1]; n + 1];
    for i in 1..=n {
        d[i][0] = 1e3;
    }
    for j in 1..=m {
        d[0][j] = 1e3;
    }
    for i in 1..=n {
        for j in 1..=m {
            let c = (x[i - 1] - y[j - 1]).powi(2);
            d[i][j] = c + d[i - 1][j].min(d[i][j - 1]).min(d[i - 1][j - 1]);
        }
    }
    d[n][m]
}

#[differentiate]
fn lu(a: &[[f64; 3]; 3], b: &[f64; 3]) -> [f64; 3] {
    let mut m = *a;
    let mut x = *b;
    for k in 0..3 {
        let mut p = k;
        for i in k + 1..3 {
            if m[i][k].abs() > m[p][k].abs() {
                p = i;
            }
        }
        m.swap(k, p);
        x.swap(k, p);
        for i in k + 1..3 {
            let f = m[i][k] / m[k][k];
            for j in k..3 {
                m[i][j] -= f * m[k][j];
            }
            x[i] -= f * x[k];
        }
    }
    for i in (0..3).rev() {
        for j in i + 1..3 {
            x[i] -= m[i][j] * x[j];
        }
        x[i] /= m[i][i];
    }
    x
}

#[differentiate]
fn rows_of_vecs(m: &mut Vec<Vec<f64>>, x: f64) -> f64 {
    for row in m.iter_mut() {
        let first = row[0];
        for v in row.iter_mut() {
            *v *= first * x;
        }
        row.push(first);
    }
    m.push(vec![x; 2]);
    let row = &mut m[0];
    row[1] += x;
    m[1][0] * m[0][1] + m.iter().map(|r| r.iter().sum::<f64>()).sum::<f64>()
}

#[differentiate]
fn flat_matrix(n: usize, a: &[f64], l: &mut [f64]) -> f64 {
    // Cholesky.
    let mut det = 1.0;
    for i in 0..n {
        for j in 0..=i {
            let mut s = a[i * n + j];
            for k in 0..j {
                s -= l[i * n + k] * l[j * n + k];
            }
            l[i * n + j] = if i == j { s.sqrt() } else { s / l[j * n + j] };
        }
        det *= l[i * n + i] * l[i * n + i];
    }
    det
}

#[test]
fn two_dimensional_work() {
    check!(table, &[0.5, 1.7, -0.3], &[0.4, 1.2, 0.1, 0.9]);
    check!(table, &[0.5], &[0.4]);
    check!(lu, &[[0.5, 1.7, -0.3], [2.5, 0.4, 1.1], [0.3, 3.2, 1.9]], &[1.0, 2.0, 3.0]);
    check!(rows_of_vecs, &mut vec![vec![0.5, 0.7], vec![0.3]], 1.5; step = 1e-6);
    check!(flat_matrix, 3, &[4.0, 1.0, 0.5, 1.0, 3.0, 0.3, 0.5, 0.3, 2.0], &mut [0.0; 9]; step = 1e-6);
}

#[differentiate]
fn ping_pong(u0: &[f64], v0: &mut [f64], k: f64, steps: usize) -> f64 {
    let n = u0.len();
    let mut cur = u0.to_vec();
    let mut old = v0.to_vec();
    let mut next = vec![0.0; n];
    for t in 0..steps {
        for i in 0..n {
            let (l, r) = (cur[(i + n - 1) % n], cur[(i + 1) % n]);
            next[i] = 2.0 * cur[i] - old[i] + k * (l - 2.0 * cur[i] + r) * cur[i];
        }
        std::mem::swap(&mut old, &mut cur);
        std::mem::swap(&mut cur, &mut next);
        if t % 2 == 1 {
            cur[0] *= cur[0];
        }
    }
    v0.copy_from_slice(&cur);
    cur.iter().zip(&old).map(|(a, b)| a * b).sum()
}

#[differentiate]
fn copy_from_ping_pong(u: &mut [f64; 4], k: f64, steps: usize) {
    let mut next = [0.0; 4];
    for _ in 0..steps {
        for i in 0..4 {
            next[i] = u[i] + k * u[(i + 1) % 4] * u[i];
        }
        *u = next;
    }
}

#[test]
fn ping_pong_buffers() {
    check!(ping_pong, &[0.5, 0.7, 0.3, 0.9], &mut [0.4, 0.6, 0.3, 0.8], 0.2, 5);
    check!(ping_pong, &[0.5, 0.7, 0.3, 0.9], &mut [0.4, 0.6, 0.3, 0.8], 0.2, 0);
    check!(copy_from_ping_pong, &mut [0.5, 0.7, 0.3, 0.9], 0.2, 3);
}

#[differentiate]
fn queue(x: &[f64], taps: &[f64; 3]) -> Vec<f64> {
    let mut window = [0.0; 3];
    let mut head = 0;
    let mut y = Vec::new();
    for &v in x {
        window[head] = v;
        head = (head + 1) % 3;
        let mut s = 0.0;
        for k in 0..3 {
            s += taps[k] * window[(head + k) % 3];
        }
        y.push(s);
        window[0] *= 0.9;
    }
    y
}

#[differentiate]
fn rotated(v: &mut [f64], x: f64) -> f64 {
    v.reverse();
    v[0] *= x;
    v[0] *= x;
    v[0] * v[1]
}

#[test]
fn circular_buffers() {
    check!(queue, &[0.5, 0.7, 0.3, 0.9, 0.2], &[1.0, 0.5, 0.25]);
    check!(rotated, &mut [0.5, 0.7, 0.3], 1.5);
}
