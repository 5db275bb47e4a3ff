//! The language accepted: statements and expressions.

#![allow(missing_docs, unreachable_pub, non_upper_case_globals, clippy::all)]

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
