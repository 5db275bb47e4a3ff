//! Scalars, closures, references and places: order of evaluation, kinks, integers.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn vec_result(x: f64, n: usize) -> Vec<f64> {
    let mut v = Vec::new();
    for i in 0..n {
        v.push(x * i as f64);
    }
    v
}
#[differentiate]
fn result_replaced(x: f64) -> f64 {
    let mut v = vec_result(x, 3);
    v = vec_result(v[1], 2);
    v[1]
}
#[differentiate]
fn results_replaced_in_loop(x: f64) -> f64 {
    let mut v = vec_result(x, 3);
    for k in 0..2 {
        v = vec_result(v[0] + 1.0, k + 1);
    }
    v[0] * x
}
#[differentiate]
fn vec_replaced_by_result(x: f64) -> f64 {
    let w = vec_result(x, 2);
    let mut v = vec![x];
    v = vec_result(w[1], 2);
    v[1]
}
#[differentiate]
fn vec_replaced_by_vec(x: f64) -> f64 {
    let mut v = vec![x, x, x];
    let u = vec![v[1], 2.0];
    v = u;
    v[0]
}
#[differentiate]
fn result_grows(x: f64) -> f64 {
    let mut v = vec_result(x, 3);
    v.push(x);
    v[1] * v[3]
}
#[differentiate]
fn recursive_mut(v: &mut [f64], depth: usize, x: f64) -> f64 {
    if depth == 0 {
        return v[0] * x;
    }
    v[0] = v[0].sin() * x;
    let n = v.len();
    let r = recursive_mut(&mut v[n / 2..], depth - 1, x).sin();
    v[0] *= r;
    let q = recursive_mut(v, depth - 1, r);
    (v[0] + q * r).sin()
}

#[differentiate]
fn ties(x: f64, y: f64) -> f64 {
    x.max(y) + x.min(y) * 2.0 + x.clamp(y, 2.0) * 3.0 + (x - y).abs()
}
#[differentiate]
fn ints(x: f64, n: i32, u: u8) -> f64 {
    let a = n.wrapping_mul(1_000_003);
    let b = u.wrapping_add(200);
    let c = (n as u8) as f64;
    let d = (300 + n) as u8 as f64;
    let e = n.rem_euclid(3) as f64;
    let f = (n % 3) as f64;
    let g = (n >> 1) as f64;
    let h = !n as f64;
    let k = (-n).pow(2) as f64;
    let l = n / 2 * 2;
    x * (a as f64 * 1e-9 + b as f64 + c + d + e + f + g + h + k + l as f64) + x.powi(n) + x.powi(-2)
}
#[differentiate]
fn rems(x: f64, y: f64) -> f64 {
    x % y
        + x.rem_euclid(y) * 2.0
        + (-x) % y * 3.0
        + (-x).rem_euclid(y) * 5.0
        + x.div_euclid(y)
        + x.fract()
        + x.trunc()
        + x.signum() * y
        + x.copysign(-y)
}
#[differentiate]
fn precedence(x: f64) -> f64 {
    let a = -x.powi(2);
    let b = (-x).powi(2);
    let c = -x.exp_m1();
    let d = 2.0 - -x;
    let e = -(-x * 3.0);
    let f = 1.0 / (2.0 / x) / x;
    let g = x - (x - (x * x - 1.0));
    let h = (x + 1.0) * (x - 1.0);
    a * 2.0 + b * 3.0 + c * 5.0 + d * 7.0 + e * 11.0 + f + g * h - (h - g)
}
#[differentiate]
fn float_edges(x: f64) -> f64 {
    let a = 1e300 * 1e-10;
    let b = f64::EPSILON;
    let c = 0.1 + 0.2;
    let d = 1e-320;
    let e = 16777217.0f32 as f64;
    let k = 1u64 << 53;
    x * c
        + (k + 1) as f64 * 1e-16 * x
        + e * 1e-7
        + d
        + b
        + a * 0.0
        + (0.1f32 as f64) * x
        + x * (1 / 2) as f64
        + x * -0.0
}
#[differentiate]
fn side_effect_blocks(x: f64) -> f64 {
    let mut x = x;
    let mut k = 0usize;
    let a = [1.0, 2.0, 3.0];
    let s =
        x + {
            x = x * 2.0;
            x
        } * {
            k += 1;
            a[k]
        } + a[{
            k += 1;
            k
        }] * x;
    x += {
        x *= 3.0;
        1.0
    };
    let mut v = [x, s];
    v[{
        k -= 1;
        k
    }] += {
        k -= 1;
        x * v[0]
    };
    v[0] *= v[1];
    let t = if {
        x += 1.0;
        x > 2.0
    } && {
        x += 1.0;
        x > 1e9
    } || {
        x += 1.0;
        true
    } {
        x
    } else {
        s
    };
    (v[0] + t)
        * f64::max(
            {
                x += 1.0;
                x
            },
            {
                x *= 0.5;
                x
            },
        )
}
#[differentiate]
fn closures(x: f64, y: f64) -> f64 {
    let mut a = x;
    let mut n = 0;
    let mut f = |t: f64| {
        a += t * y;
        n += 1;
        a * n as f64
    };
    let p = f(1.0) * f(2.0);
    let q = {
        let g = move |t: f64| t * a;
        a = 5.0 * x;
        g(2.0)
    };
    let h = |k: f64| -> f64 {
        if k > 1.0 {
            return a * k;
        }
        a
    };
    let z = h(0.5) + h(2.0);
    let mut c = 1.0;
    (0..3).for_each(|i| c *= x + i as f64);
    let mut count = move || {
        c += y;
        c
    };
    let w = count() * count();
    p + q + z + w * c + a
}
#[differentiate]
fn match_places(x: f64, k: usize) -> f64 {
    let mut v = [(x, 1.0), (2.0, x * x)];
    let r = match v[k] {
        (a, b) if a > 1.5 => {
            v[k].0 = 7.0 * x;
            a * b
        }
        (a, _) => {
            v[k].1 = a;
            v[k].0 = 3.0;
            a * v[k].1
        }
    };
    let m = match (v[0].0, v[1].0) {
        (a, b) if a < b => {
            v[0].0 = 9.0;
            a * v[0].0
        }
        (a, b) => {
            v[1].0 = b * a;
            a - b
        }
    };
    let [(p, q), s] = v;
    v[0] = (0.0, 0.0);
    r * m + p * q * s.0 + v[1].1
}
#[differentiate]
fn nested_tuples(x: f64, y: f64) -> f64 {
    let mut t = ((x, y), [x * y, 1.0], 3u8);
    let u = t;
    t.0.0 = 5.0 * y;
    t.1[0] = t.0.0 * u.1[0];
    let ((a, b), c, k) = t;
    t.0.1 = 8.0;
    let mut w = vec![t; 2];
    w[1].0.1 = a * x;
    w[0] = u;
    w[0].1[1] *= b;
    let z = w[0].1;
    w[0].1[1] = 100.0;
    a * b + c[0] * k as f64 + w[1].0.1 * w[0].0.0 + z[1] * t.0.1
}
#[differentiate]
fn refs(x: f64, y: f64, c: bool) -> f64 {
    let mut a = [x, y, 1.0];
    let mut b = [y * y, x, 2.0];
    {
        let r = if c { &mut a } else { &mut b };
        r[0] = r[1] * x;
        r[2] *= r[0];
    }
    {
        let p = &mut a[1];
        *p *= 2.0;
        let q = &mut *p;
        *q += x;
    }
    let (l, r) = b.split_at_mut(1);
    l[0] += r[0];
    r[1] = l[0] * x;
    let mut cur = &a;
    let nxt = &b;
    let s = cur[0];
    cur = nxt;
    s * cur[2] + a[1] * b[0] + a[2]
}

#[test]
fn scalars() {
    check!(result_replaced, 0.7);
    check!(results_replaced_in_loop, 0.7);
    check!(vec_replaced_by_result, 0.7);
    check!(vec_replaced_by_vec, 0.7);
    check!(result_grows, 0.7);
    check!(recursive_mut, &mut [0.5, 0.7, 0.9], 3, 1.2);
    check!(ties, 1.3, 0.7);
    check!(ties, 0.3, 0.7);
    check!(ints, 0.7, 7, 100);
    check!(ints, 0.7, -7, 100);
    check!(rems, 3.3, 0.7);
    check!(rems, -3.3, 0.7);
    check!(precedence, 0.7);
    check!(float_edges, 0.7);
    check!(side_effect_blocks, 0.7);
    check!(closures, 0.7, 0.9);
    check!(match_places, 0.7, 0);
    check!(match_places, 0.7, 1);
    check!(match_places, 1.7, 0);
    check!(nested_tuples, 0.7, 0.9);
    check!(refs, 0.7, 0.9, true);
    check!(refs, 0.7, 0.9, false);
}
