//! Idioms of numeric Rust as found in the wild, by their numbers: 9 to 15.

#![allow(missing_docs, non_upper_case_globals, mixed_script_confusables, confusable_idents, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

// 9. Upper-case and Greek names, for variables and constants alike.

const g0: f64 = 9.80665;
const TABLE: [f64; 3] = [0.5, 0.25, 0.125];
static scale_of: f64 = 3.0;

#[differentiate]
#[allow(non_snake_case)]
fn capitals(T: f64, P: f64, ν: f64) -> f64 {
    let Q = P * ν + g0;
    let α = T.ln();
    let E_k = 0.5 * α * Q * Q;
    const K: f64 = 1.5;
    let mut S = TABLE[0] * E_k;
    for I in 0..TABLE.len() {
        S += TABLE[I] * K * α / scale_of;
    }
    S
}

#[test]
fn idiom_09_names_in_any_case() {
    check!(capitals, 1.3, 0.4, 2.5);
}

// 10. Integers that steer floats.

#[differentiate]
fn hue(h: f64, c: f64) -> (f64, f64, f64) {
    let hp = h / 60.0;
    let x = c * (1.0 - (hp % 2.0 - 1.0).abs());
    match hp as u32 {
        0 => (c, x, 0.0),
        1 => (x, c, 0.0),
        2 => (0.0, c, x),
        3 => (0.0, x, c),
        4 => (x, 0.0, c),
        _ => (c, 0.0, x),
    }
}

#[differentiate]
fn legendre(n: u32, m: u8, x: f64) -> f64 {
    if n == 0 {
        return f64::from(m);
    }
    let (mut p0, mut p1) = (1.0, x);
    for k in 2..=n {
        let p2 = (f64::from(2 * k - 1) * x * p1 - (k - 1) as f64 * p0) / f64::from(k);
        p0 = p1;
        p1 = p2;
    }
    if n & 1 == 1 { p1 * x } else { p1 + f64::from(m) * p0 }
}

#[differentiate]
fn parity(x: f64, n: i64) -> f64 {
    let sign = if n & 1 == 0 { 1.0 } else { -1.0 };
    let k = (n << 1) ^ 3;
    sign * x.powi((n >> 1) as i32) * (2 * n - 1) as f64 + (k % 5) as f64 * x + (1_u64 << (n as u64 & 7)) as f64 / x
}

#[test]
fn idiom_10_integers_steer_floats() {
    for h in [10.0, 70.0, 130.0, 190.0, 250.0, 310.0] {
        check!(hue, h, 0.7);
    }
    for n in 0..6 {
        check!(legendre, n, 3, 0.4);
        check!(parity, 0.8, n.into());
    }
}

// 11. Piecewise functions.

#[differentiate]
fn pieces(x: f64, m: f64) -> f64 {
    x % m + x.rem_euclid(m) * x.fract() + x.trunc() * x + x.floor() * m - x.ceil() / m + m.copysign(x) * x.signum()
}

#[differentiate]
fn wrap_angle(a: f64) -> f64 {
    let tau = 2.0 * std::f64::consts::PI;
    let mut a = a % tau;
    if a > std::f64::consts::PI {
        a -= tau;
    } else if a < -std::f64::consts::PI {
        a += tau;
    }
    a.sin() * a + a.round()
}

#[test]
fn idiom_11_piecewise_functions() {
    check!(pieces, 7.3, 2.1);
    check!(pieces, -7.3, 2.1);
    for a in [1.0, 4.0, -4.0, 17.0, -23.0] {
        check!(wrap_angle, a);
    }
}

// 12. Ranges that contain a float, equality of floats.

#[differentiate]
fn index_of_heat(h: f64, t: f64) -> f64 {
    if (86.0..=100.0).contains(&h) {
        t * h
    } else if (..20.0).contains(&h) || !(0.0..120.0).contains(&h) {
        t - h * h
    } else {
        t / h
    }
}

#[differentiate]
fn hsl_hue(r: f64, g: f64, b: f64) -> f64 {
    let max = r.max(g).max(b);
    let min = r.min(g).min(b);
    let d = max - min;
    if d == 0.0 {
        return 0.0;
    }
    let h = if max == r {
        (g - b) / d
    } else if max == g {
        2.0 + (b - r) / d
    } else {
        4.0 + (r - g) / d
    };
    h * 60.0
}

#[test]
fn idiom_12_ranges_and_equality_of_floats() {
    for h in [10.0, 50.0, 90.0, 110.0, 130.0] {
        check!(index_of_heat, h, 1.5);
    }
    check!(hsl_hue, 0.9, 0.2, 0.4);
    check!(hsl_hue, 0.1, 0.8, 0.4);
    check!(hsl_hue, 0.1, 0.2, 0.7);
    assert_eq!(hsl_hue::grad(0.5, 0.5, 0.5), (0.0, 0.0, 0.0));
}

// 13. `match` on a float with guards, on a bool, on a tuple of floats.

#[differentiate]
fn drag(re: f64) -> f64 {
    match re {
        r if r <= 0.0 => 0.0,
        r if r < 1.0 => 24.0 / r,
        r if r < 1000.0 => 24.0 / r * (1.0 + 0.15 * r.powf(0.687)),
        _ => 0.44 * re / 1000.0,
    }
}

#[differentiate]
fn quadrant(x: f64, y: f64, flip: bool) -> f64 {
    let s = match flip {
        true => -1.0,
        false => x,
    };
    s * match (x, y) {
        (a, b) if a > 0.0 && b > 0.0 => a * b,
        (a, b) if a > 0.0 => a / b,
        (_, b) if b > 0.0 => b.sin(),
        (a, _) => a.exp(),
    }
}

#[differentiate]
fn exact(x: f64, y: f64) -> f64 {
    match (x, y) {
        (0.0, 0.0) => 0.0,
        (0.0, b) => b * b,
        (a, 0.0) => a * 3.0,
        (a, b) => match a * b {
            1.0..=2.0 => a - b,
            3.0.. => a + b,
            p => p,
        },
    }
}

#[test]
fn idiom_13_match_on_floats() {
    for re in [-1.0, 0.5, 30.0, 2000.0] {
        check!(drag, re);
    }
    for (x, y) in [(1.0, 2.0), (1.0, -2.0), (-1.0, 2.0), (-1.0, -2.0)] {
        check!(quadrant, x, y, true);
        check!(quadrant, x, y, false);
    }
    for (x, y) in [(1.2, 1.1), (2.0, 2.0), (0.3, 0.4)] {
        check!(exact, x, y);
    }
    assert_eq!(exact::grad(0.0, 3.0), (0.0, 6.0));
    assert_eq!(exact::grad(3.0, 0.0), (3.0, 0.0));
    assert_eq!(exact::grad(0.0, 0.0), (0.0, 0.0));
}

// 14. Branches that select tables, then Horner.

const P8: [f64; 4] = [-2.97886665, 7.78696692, -1.0, 0.3];
const Q8: [f64; 3] = [1.0, 0.5, 0.25];
const P2: [f64; 4] = [0.7, -0.786, 0.14, 0.02];
const TAIL: [f64; 4] = [1.0, 0.5, 0.25, 0.2];
const Q2: [f64; 3] = [2.0, -0.5, 0.75];

#[differentiate]
fn rational(x: f64) -> f64 {
    let (p, q) = if x >= 8.0 { (&P8, &Q8) } else { (&P2, &Q2) };
    let z = 1.0 / x;
    let mut num = 0.0;
    for c in p.iter() {
        num = num * z + c;
    }
    let den = q[0] + z * (q[1] + z * q[2]);
    num / den
}

#[differentiate]
fn stirling_like(x: f64, which: u8) -> f64 {
    let c: &[f64] = match which {
        0 => &P8,
        1 => &Q8,
        2 => &TAIL,
        _ => &[1.5, 2.5],
    };
    c.iter().rev().fold(0.0, |acc, &c| acc * x + c)
}

#[test]
fn idiom_14_branches_select_tables() {
    check!(rational, 9.5);
    check!(rational, 2.5);
    for which in 0..4 {
        check!(stirling_like, 0.7, which);
    }
}

// 15. Convergence loops.

#[differentiate]
fn kepler(m: f64, e: f64) -> f64 {
    let mut x = m;
    let mut err = 1.0;
    let mut count = 0;
    while err > 1e-13 && count < 50 {
        let dx = (x - e * x.sin() - m) / (1.0 - e * x.cos());
        x -= dx;
        err = dx.abs();
        count += 1;
    }
    x
}

#[differentiate]
fn cube_root(a: f64) -> f64 {
    let mut x = 1.0;
    loop {
        let next = (2.0 * x + a / (x * x)) / 3.0;
        if (next - x).abs() < 1e-14 {
            break next;
        }
        x = next;
    }
}

#[differentiate]
fn exp_series(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for n in 1..200 {
        term *= x / n as f64;
        sum += term;
        if term.abs() < 1e-17 * sum.abs() {
            return sum;
        }
    }
    f64::NAN
}

#[differentiate]
fn continued_fraction(x: f64, a: f64) -> f64 {
    const TINY: f64 = 1e-30;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    let mut i = 1.0;
    loop {
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        if d.abs() < TINY {
            d = TINY;
        }
        c = b + an / c;
        if c.abs() < TINY {
            c = TINY;
        }
        d = 1.0 / d;
        let del = d * c;
        h *= del;
        if (del - 1.0).abs() < 1e-15 || i > 500.0 {
            break;
        }
        i += 1.0;
    }
    h
}

#[test]
fn idiom_15_convergence_loops() {
    check!(kepler, 0.8, 0.3);
    check!(cube_root, 5.0);
    check!(exp_series, 1.7);
    check!(exp_series, 0.0);
    check!(continued_fraction, 2.5, 0.7);
}
