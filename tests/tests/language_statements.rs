//! The language accepted: statements, expressions and control flow.

#![allow(missing_docs, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn lets(x: f64, y: f64) -> f64 {
    let a = x * y;
    let b: f64 = a + 1.0;
    let (c, d) = (a * b, b - x);
    let [e, f] = [c, d];
    let ((g, h), [i, _]) = ((e, f), [a, b]);
    let k;
    k = g * h;
    let a = k as f32;
    let _ = i;
    let r = &k;
    let s = &c;
    *r * *s + r.sin() + f64::from(a) * 0.0 + i
}

#[differentiate]
fn assignments(x: f64, n: i32) -> f64 {
    let mut a = x;
    let mut v = [x, 2.0 * x, 3.0];
    let mut t = (x, 1.0);
    a += v[1];
    a *= a;
    a -= 0.5;
    a /= 1.0 + x * x;
    a %= 7.0;
    v[2] = a;
    v[0] *= v[2];
    v[(n & 1) as usize] += t.0;
    t.1 += v[0];
    t.0 = t.1 * t.0;
    (a, t.1) = (t.1, a);
    [v[0], _, v[2]] = [a, 0.0, v[1]];
    let r = &mut v[1];
    *r += a;
    *r *= 2.0;
    let mut k = n;
    k <<= 1;
    k |= 1;
    k ^= 3;
    a + t.0 * t.1 + v[0] * v[1] + v[2] * k as f64
}

#[test]
fn lets_and_assignments() {
    check!(lets, 0.5, 1.5);
    check!(assignments, 0.7, 1);
    check!(assignments, 0.7, 2);
}

#[differentiate]
fn blocks(x: f64, n: u32) -> f64 {
    let a = {
        let b = x.sin();
        b * b
    };
    let c = if a > 0.3 {
        let d = a + x;
        d * d
    } else if x > 0.0 {
        x
    } else {
        return a;
    };
    let e = match n {
        0 => c,
        1 | 2 => {
            let f = c * a;
            f + 1.0
        }
        3..=5 => c.exp(),
        6.. => -c,
    };
    let g = 'found: {
        if e > 2.0 {
            break 'found e * 0.5;
        }
        if e < -1.0 {
            break 'found e * e;
        }
        e + x
    };
    ({ g }) * (if n % 2 == 0 { x } else { 1.0 })
        + match (n > 2, a > 0.5) {
            (true, true) => x,
            (true, _) => 2.0 * x,
            (false, b) => {
                if b {
                    a
                } else {
                    c
                }
            }
        }
}

#[differentiate]
fn patterns_of_slices(x: &[f64]) -> f64 {
    match x {
        [] => 0.0,
        [a] => a * a,
        [a, b] if a > b => a - b,
        [a, b] => a * b,
        [first, .., last] => first * last + x.len() as f64,
    }
}

#[differentiate]
fn patterns_of_arrays(p: [f64; 3], k: (i32, bool)) -> f64 {
    let s = match p {
        [a, b, c] if a > b => c,
        [a, rest @ ..] => a * rest[0] * rest[1],
    };
    match k {
        (0, true) => s,
        (n @ 1..=9, _) => s * n as f64,
        (-1 | -2, false) => -s,
        (n, flag) => {
            if flag {
                s
            } else {
                s / n as f64
            }
        }
    }
}

#[test]
fn blocks_ifs_and_matches() {
    for n in [0, 1, 2, 3, 5, 6, 9] {
        for x in [0.2, 0.9, 1.4, -0.3, -1.2] {
            check!(blocks, x, n);
        }
    }
    check!(patterns_of_slices, &[3.0]);
    check!(patterns_of_slices, &[3.0, 2.0]);
    check!(patterns_of_slices, &[2.0, 3.0]);
    check!(patterns_of_slices, &[2.0, 3.0, 4.0, 5.0]);
    assert_eq!(patterns_of_slices::grad(&[]), []);
    for k in [(0, true), (4, false), (-1, false), (-2, true), (12, false), (12, true)] {
        check!(patterns_of_arrays, [1.0, 2.0, 3.0], k);
        check!(patterns_of_arrays, [2.5, 2.0, 3.0], k);
    }
}

#[differentiate]
fn ranges(x: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += x[i] * x[i];
    }
    for i in (0..n).rev() {
        s = s * 0.5 + x[i];
    }
    for i in (1..n).step_by(2) {
        s *= 1.0 + x[i] * x[i - 1];
    }
    for i in 0..=n - 1 {
        s += x[i].sin() * s;
    }
    for i in (0..=n - 1).rev().step_by(2) {
        s -= x[i] * s * 0.1;
    }
    for i in -2i32..2 {
        s += i as f64 * x[0] * s;
    }
    for _ in n..0 {
        s *= x[100];
    }
    s
}

#[differentiate]
fn walks(x: &[f64], a: [f64; 3], v: Vec<f64>, m: &mut [f64]) -> f64 {
    let mut s = 1.0;
    for e in x {
        s += e * s;
    }
    for e in x.iter() {
        s += *e;
    }
    for &e in x {
        s *= 1.0 + 0.1 * e;
    }
    for e in a {
        s += e * e;
    }
    for e in &a {
        s += e * s * 0.1;
    }
    for e in &v {
        s -= e;
    }
    for e in m.iter_mut() {
        *e *= s;
        s += *e;
    }
    for e in &mut *m {
        *e += 1.0;
        s *= 1.0 + *e * 0.01;
    }
    for e in &m[1..] {
        s += e * e;
    }
    for (i, e) in v.into_iter().enumerate() {
        s += e * i as f64 * s;
    }
    s
}

#[test]
fn for_loops() {
    check!(ranges, &[0.3, 0.5, -0.2, 0.7], 4);
    check!(ranges, &[0.3, 0.5, -0.2, 0.7], 1);
    check!(walks, &[0.3, 0.5], [0.1, 0.2, 0.3], vec![0.4, 0.6], &mut [0.7, 0.8]);
    check!(walks, &[], [0.1, 0.2, 0.3], vec![], &mut [0.7]);
}

#[differentiate]
fn whiles(x: f64, n: i32) -> f64 {
    let mut s = x;
    let mut k = n;
    while k > 0 && s < 10.0 {
        s *= 1.5 + x * 0.1;
        k -= 1;
    }
    let mut count = 0;
    let t = loop {
        count += 1;
        if count > 3 {
            break s * count as f64;
        }
        if s > 8.0 {
            s = s.sqrt();
            continue;
        }
        s += x;
    };
    t + s
}

#[differentiate]
fn labels(m: &[[f64; 3]], limit: f64) -> f64 {
    let mut s = 0.0;
    'rows: for row in m {
        for (j, v) in row.iter().enumerate() {
            if *v < 0.0 {
                continue 'rows;
            }
            if *v > limit {
                s *= v;
                break 'rows;
            }
            if j == 1 {
                continue;
            }
            s += v * v;
        }
        s += 0.1 * s * row[0];
    }
    s
}

#[differentiate]
fn search(m: &[[f64; 3]], limit: f64) -> f64 {
    let mut s = 1.0;
    for row in m {
        let mut k = 0;
        while k < 3 {
            if row[k] > limit {
                return s * row[k] * limit;
            }
            s += row[k] * row[k];
            k += 1;
        }
        if s > 50.0 {
            return s.sqrt();
        }
    }
    loop {
        s *= 0.5;
        if s < 1.0 {
            return s + limit;
        }
    }
}

#[differentiate]
fn value_of_outer(x: f64, limit: f64) -> f64 {
    let found = 'outer: loop {
        let mut y = x;
        loop {
            y *= 1.5;
            if y > limit {
                break 'outer y;
            }
            if y > 100.0 {
                break;
            }
        }
        break y * 2.0;
    };
    found * found
}

#[test]
fn while_loop_labels_and_returns() {
    for n in [0, 2, 9] {
        check!(whiles, 0.7, n);
        check!(whiles, 2.7, n);
    }
    let m = [[1.0, 2.0, 3.0], [-1.0, 5.0, 6.0], [0.5, 4.0, 8.0]];
    for limit in [0.8, 2.5, 3.5, 7.0, 20.0] {
        check!(labels, &m, limit);
        check!(search, &m, limit);
        check!(value_of_outer, 1.1, limit);
    }
    check!(value_of_outer, 1.1, 500.0);
}

#[differentiate]
fn early(x: f64, y: f64) -> (f64, f64) {
    if x < 0.0 {
        return (y, 0.0);
    }
    let t = match y {
        t if t > 5.0 => return (x, t),
        t => t * x,
    };
    let u = if t > 1.0 { t } else { return (t, t * t) };
    (u.ln(), x)
}

#[differentiate]
fn leaves_in_place(u: &mut [f64], limit: f64) {
    for i in 0..u.len() {
        if u[i] > limit {
            return;
        }
        u[i] *= limit;
    }
    u[0] = 1.0;
}

#[test]
fn early_returns() {
    for (x, y) in [(-1.0, 2.0), (1.5, 7.0), (1.5, 2.0), (0.5, 0.7)] {
        check!(early, x, y);
    }
    check!(leaves_in_place, &mut [1.0, 2.0, 3.0], 2.5);
    check!(leaves_in_place, &mut [1.0, 2.0, 3.0], 9.0);
}

#[differentiate]
fn indexing(m: &[Vec<f64>], k: &[usize], c: &[[f64; 2]; 2], x: &[f64]) -> f64 {
    let i = k[0];
    let row = &m[i];
    let tail = &x[1..];
    let part = &tail[..2][1..];
    let mut s = row[k[1]] * m[k[1]][i] + c[i][k[1]];
    s += part[0] * tail[k[k[0]]] * x[x.len() - 1];
    s * m[0].len() as f64 + c[1][0].sin() * (&c[0])[1] + x[1..=2][0] * x[..][2]
}

#[differentiate]
fn casts(x: f64, n: i64) -> f64 {
    let k = x.floor() as i64;
    let m = (x * 3.0).round() as usize;
    let j = x as usize;
    let table = [1.5, 2.5, 3.5, 4.5];
    (n as f64) * x
        + (k as f64) * x
        + m as f64
        + table[j] * x
        + (n as u8) as f64
        + (x > 1.0) as i32 as f64 * x
        + ('a' as u32) as f64 * 0.01 * x
}

#[differentiate]
fn conditions(x: f64, y: f64, n: usize) -> f64 {
    let a = x > 0.0 && y > 0.0;
    let b = !(x < y) || n == 3;
    let c = a ^ b;
    let d = a & b | (n != 0);
    let s = if c { x } else { y };
    let t = if d { s * s } else { s };
    if x.is_nan() || y.is_finite() && matches!(n, 1 | 3..=4) { t * y } else { t + y }
}

#[test]
fn indexing_casts_and_conditions() {
    check!(indexing, &[vec![1.0, 2.0], vec![3.0, 4.0]], &[1, 0], &[[0.1, 0.2], [0.3, 0.4]], &[5.0, 6.0, 7.0, 8.0]);
    check!(casts, 1.3, 4);
    for n in 0..5 {
        check!(conditions, 0.5, 1.5, n);
        check!(conditions, 1.5, 0.5, n);
        check!(conditions, -1.5, 0.5, n);
    }
}

const SCALE: f64 = 2.5;
const lower: [f64; 2] = [0.5, 1.5];
static TABLE: [[f64; 2]; 2] = [[1.0, 2.0], [3.0, 4.0]];

mod inner {
    pub const DEEP: f64 = 0.25;
    pub mod more {
        pub const N: usize = 2;
    }
}

#[differentiate]
fn constants(x: f64) -> f64 {
    const A: f64 = 3.0;
    const B: [f64; 2] = [A, 0.5];
    use inner::more;
    use std::f64::consts::{E, LN_2 as LOG};
    let mut s = x * A + B[1] * SCALE + E * LOG * x + core::f64::consts::PI;
    for i in 0..more::N {
        s += TABLE[i][1] * x * lower[i] * inner::DEEP;
    }
    s * f64::EPSILON.max(x) + if x < f64::MAX { f64::MIN_POSITIVE } else { 0.0 }
}

#[differentiate]
fn nested_items(x: f64) -> f64 {
    fn constant_of(n: usize) -> f64 {
        n as f64 * 0.5
    }
    #[differentiate]
    fn cube(x: f64) -> f64 {
        x * x * x
    }
    let a = cube(x) * constant_of(3);
    {
        #[differentiate]
        fn square(x: f64) -> f64 {
            x * x
        }
        square(a) + x
    }
}

#[test]
fn constants_and_nested_items() {
    check!(constants, 0.7);
    check!(nested_items, 0.7);
}

#[differentiate]
fn cfgs(x: f64) -> f64 {
    #[cfg(debug_assertions)]
    let y = x * 2.0;
    #[cfg(not(debug_assertions))]
    let y = x * 2.0;
    #[cfg(all(unix, not(any())))]
    let y = y + 0.0;
    let mut s = 0.0;
    #[allow(clippy::needless_range_loop)]
    for i in 0..3 {
        #[cfg(any())]
        {
            s += nonsense(i);
        }
        s += y * i as f64;
    }
    if cfg!(any()) { 0.0 } else { s * y }
}

#[test]
fn attributes_in_bodies() {
    check!(cfgs, 0.7);
}

#[differentiate]
fn operators(x: f64, y: f64) -> f64 {
    let r = &x;
    let s = r + y;
    let t = &s * &y - r / &y;
    let n = 7 / 2 * 3 % 4 + (1 << 3) - !2i32;
    t + -r * 2.0 + (x + y) % 0.7 + n as f64 * x
}

#[test]
fn arithmetic() {
    check!(operators, 0.7, 1.9);
}
