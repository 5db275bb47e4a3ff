//! Closures, patterns, blocks, labels.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn chains(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 1.0;
    let mut n = 0;
    for (i, v) in x.iter().chain(y).enumerate() {
        if i == 1 {
            continue;
        }
        s = s * 0.5 + v * i as f64;
        if s > 5.0 {
            break;
        }
    }
    let t: f64 = x
        .iter()
        .chain(y.iter().rev())
        .zip(y.iter().rev())
        .map(|(a, b)| {
            n += 1;
            a * b * n as f64
        })
        .sum();
    let u = x.iter().chain(y).filter(|v| **v > 0.55).take(2).fold(1.0, |p, v| p * v);
    let w = x.iter().chain(y).skip(1).step_by(2).map(|v| v * v).sum::<f64>();
    let all = x.iter().chain(y).all(|v| {
        n += 1;
        *v < 0.8
    });
    let z: Vec<f64> = x.iter().chain(y).take_while(|v| **v < 0.8).copied().collect();
    s + t * u + w * n as f64 * z[0] + if all { x[0] } else { y[0] }
}
#[differentiate]
fn returns_in_closures(x: f64, n: usize) -> f64 {
    let mut s = x;
    let mut f = |k: usize| {
        if k % 3 == 2 {
            return s * x;
        }
        s += x * k as f64;
        for j in 0..k {
            if j == 2 {
                return s * j as f64;
            }
            s *= 1.1;
        }
        s
    };
    let mut t = 0.0;
    for i in 0..n {
        t += f(i);
        if i == 5 {
            break;
        }
    }
    let g = |v: f64| {
        let mut w = v;
        loop {
            w *= 2.0;
            if w > 3.0 {
                return w;
            }
            if w > 2.0 {
                break w * x;
            }
        }
    };
    t * g(x) + g(0.6)
}
#[differentiate]
fn deferred(x: f64, k: u8) -> f64 {
    let a;
    let b: f64;
    let (c, d);
    if k > 1 {
        a = x * x;
        b = a;
    } else {
        b = x;
        a = b * 3.0;
    }
    match k {
        0 => {
            c = a;
            d = 1.0;
        }
        1 | 2 => {
            c = b * a;
            d = c;
        }
        _ => return a * b,
    }
    let e;
    loop {
        e = c * d;
        break;
    }
    let t;
    for i in 0..2 {
        let u;
        if i == 0 {
            u = x;
        } else {
            u = e;
        }
        if u > 100.0 {
            return u;
        }
    }
    t = [e, a];
    t[0] * t[1] + b
}
#[differentiate]
fn closure_state(x: f64, xs: &[f64]) -> f64 {
    let mut prev = x;
    let d: Vec<f64> = xs
        .iter()
        .map(|&v| {
            let r = v * prev;
            prev = v;
            r
        })
        .collect();
    let mut run = [1.0, x];
    let c: Vec<[f64; 2]> = xs
        .iter()
        .map(|v| {
            run[0] *= v;
            run = [run[1], run[0]];
            run
        })
        .collect();
    let k = {
        let run = run;
        move |i: usize| run[i]
    };
    run[0] = 100.0;
    d[1] * d[2] + c[0][0] * c[1][1] + c[2][0] * prev + k(0) * k(1)
}
#[differentiate]
fn nested_closures(x: f64, y: f64) -> f64 {
    let mut a = x;
    let mut add = |v: f64| a += v * y;
    let twice = |f: f64| f * 2.0 * y;
    add(twice(x));
    add(twice(y));
    let sq = |v: f64| v * v;
    let comp = |v: f64| sq(sq(v) + x);
    let z = comp(a);
    let y = 3.0;
    let a = a + y;
    z * a * sq(y) + twice(1.0)
}
#[differentiate]
fn tables(x: f64, k: usize, w: bool) -> f64 {
    const A: [f64; 3] = [1.0, 2.0, 3.0];
    const B: [f64; 3] = [0.5, 0.25, 0.125];
    let local = [x, x * x, 1.0];
    let t = if w { &A } else { &B };
    let u: &[f64] = match k {
        0 => &A[1..],
        1 => &B,
        _ => &A[..2],
    };
    let r = if w { &local } else { &A };
    let mut s = 0.0;
    for (i, c) in t.iter().rev().enumerate() {
        s = s * x + c * i as f64;
    }
    for c in u {
        s = s * x + c;
    }
    s + r[1] * r[0]
}
#[differentiate]
fn or_patterns(x: f64, k: i32, c: char, b: (bool, u8)) -> f64 {
    let a = match k {
        i32::MIN..=-1 => x,
        0 | 7 => x * x,
        1..3 => x.sin(),
        n if n % 2 == 0 => x * n as f64,
        3.. => x.cos(),
    };
    let d = match (c, b) {
        ('a'..='f', (true, _)) => a * 2.0,
        ('a' | 'z', (_, n @ 1..=3)) => a * n as f64,
        (_, (false, 0)) => 1.0 * x,
        _ => a * a,
    };
    let e = match x {
        v if v < 0.0 => -v,
        0.5 => 100.0 * x,
        0.0..=1.0 => x * d,
        _ => d,
    };
    let f = match [k > 0, b.0] {
        [true, true] => e,
        [false, _] => e * x,
        [_, false] => e + x,
    };
    a * d + f
}
#[differentiate]
fn slice_patterns(x: &[f64]) -> f64 {
    match x {
        [] => 1.0,
        [a] => a * a,
        [a, b] => a * b,
        [first, .., last] if first > last => first * last * 2.0,
        [a, rest @ ..] => {
            let mut s = *a;
            for r in rest {
                s = s * r + 1.0;
            }
            match rest {
                [p, .., q] => s * p * q,
                _ => s,
            }
        }
    }
}
#[differentiate]
fn blocks(x: f64, k: usize) -> f64 {
    let v = [x, 2.0 * x, {
        let x = x * x;
        x + 1.0
    }];
    let a = v[if k > 0 { 1 } else { 2 }] * if k == 1 { x } else { 1.0 };
    let b = {
        let mut s = 0.0;
        for i in 0..k {
            s += v[i % 3];
        }
        s
    }
    .max(x)
    .powi({ 1 + k as i32 });
    let c = (if x > 0.5 { a } else { b }) as f64;
    let d = match k {
        0 => v,
        _ => [a, b, c],
    }[1];
    let (e, f) = if k > 1 {
        (d, v[0])
    } else {
        let t = (c, d);
        t
    };
    let g = [[e, f], [a, b]][k % 2][1];
    -{ e } * f + (-g).abs() + !k as f64 * 0.0
}
#[differentiate]
fn labels(x: f64, n: usize) -> f64 {
    let mut s = x;
    let mut c = 0;
    let r = 'a: loop {
        c += 1;
        'b: for i in 0..n {
            'c: while s < 50.0 {
                s = s * 1.3 + x;
                for j in 0..9 {
                    if j > 2 {
                        break 'c;
                    }
                    if s > 20.0 + i as f64 {
                        continue 'b;
                    }
                    if c > 4 {
                        break 'a s * j as f64;
                    }
                    s += 0.1 * j as f64 * x;
                }
            }
            if i == 2 {
                continue 'a;
            }
            s *= 0.9;
        }
        if c > 7 {
            break s;
        }
        s *= 0.3;
    };
    r * s
}
#[differentiate]
fn overflow_guarded(x: f64, n: u8) -> f64 {
    let mut s = x;
    let mut k = n;
    while k > 0 {
        k -= 1;
        let d = k.wrapping_sub(3);
        let e = k.checked_sub_or(1);
        s = s.sin() + x * d as f64 * 0.01 * e as f64;
    }
    s
}
trait CheckedSubOr {
    fn checked_sub_or(self, o: u8) -> u8;
}
impl CheckedSubOr for u8 {
    fn checked_sub_or(self, o: u8) -> u8 {
        self.saturating_sub(o)
    }
}
#[differentiate]
fn float_counter(x: f64) -> f64 {
    let mut t = 0.0;
    let mut s = x;
    let dt = 0.1;
    while t < 1.0 - 1e-9 {
        s += dt * (s * t).sin() * x;
        t += dt;
    }
    let mut h = x;
    let mut it = 0;
    while (h * h - x).abs() > 1e-12 && it < 50 {
        h = 0.5 * (h + x / h);
        it += 1;
    }
    s * h
}

#[test]
fn language() {
    check!(chains, &[0.5, 0.7], &[0.9, 0.6, 0.3]);
    check!(chains, &[0.5], &[0.9]);
    check!(returns_in_closures, 0.7, 9);
    check!(returns_in_closures, 0.4, 3);
    check!(deferred, 0.7, 0);
    check!(deferred, 0.7, 2);
    check!(deferred, 0.7, 3);
    check!(closure_state, 0.7, &[0.5, 0.9, 1.1]);
    check!(nested_closures, 0.7, 0.9);
    check!(tables, 0.7, 0, true);
    check!(tables, 0.7, 1, false);
    check!(tables, 0.7, 2, true);
    check!(or_patterns, 0.7, -3, 'a', (true, 1));
    check!(or_patterns, 0.7, 7, 'z', (false, 2));
    check!(or_patterns, 0.7, 2, 'q', (false, 0));
    check!(or_patterns, 1.7, 8, 'z', (false, 5));
    check!(or_patterns, -0.7, 3, 'b', (true, 5));
    check!(slice_patterns, &[0.5]);
    check!(slice_patterns, &[0.5, 0.7]);
    check!(slice_patterns, &[0.9, 0.7, 0.3]);
    check!(slice_patterns, &[0.5, 0.7, 0.9, 1.1]);
    check!(slice_patterns, &[0.5, 0.6, 0.9]);
    check!(blocks, 0.7, 0);
    check!(blocks, 0.7, 1);
    check!(blocks, 0.3, 2);
    check!(blocks, 0.7, 3);
    check!(labels, 0.7, 4);
    check!(labels, 0.2, 2);
    check!(labels, 0.7, 0);
    check!(float_counter, 0.7);
    check!(overflow_guarded, 0.7, 5);
}
