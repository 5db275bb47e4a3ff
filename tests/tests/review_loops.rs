//! Loops: conditions with effects, early exits, ranges of all kinds; guarded singularities.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn while_effects(x: f64) -> f64 {
    let mut k = 0.0;
    let mut s = x;
    while {
        k += 1.0;
        k < 5.0
    } {
        s = (s * k).sin() * k;
    }
    s
}
#[differentiate]
fn while_effects_array(x: f64) -> f64 {
    let mut k = [0.5, 1.0];
    let mut n = 0;
    let mut s = x;
    while {
        k[0] *= 1.5;
        n += 1;
        n < 5
    } {
        s = s * s * k[0] + k[1];
    }
    s * k[0]
}
#[differentiate]
fn while_active_condition(x: f64) -> f64 {
    let mut e = x;
    let mut s = 0.0;
    while {
        e = e * e * 0.9;
        e > 0.01
    } {
        s += e * x;
        if s > 10.0 {
            break;
        }
    }
    s + e
}
#[differentiate]
fn while_int_index(x: &[f64]) -> f64 {
    let mut i = x.len();
    let mut s = 1.0;
    while i > 0 && {
        i -= 1;
        x[i] > 0.1
    } {
        s *= x[i] * (i as f64 + 1.0);
    }
    s
}
#[differentiate]
fn nested_zero_trips(x: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        for j in i..2 {
            s = s.sin() * x + j as f64;
            let mut k = j;
            while k < i {
                s = s * s;
                k += 1;
            }
        }
        for _ in 2..i {
            s = (s * x).cos();
        }
        if i % 2 == 1 {
            for q in 0..i {
                s = s * x + (s * q as f64).sin();
            }
        }
    }
    s
}
#[differentiate]
fn leaving_nested(x: f64, n: usize) -> f64 {
    let mut s = x;
    'o: for i in 0..n {
        for j in 0..n {
            s = s.sin() + x * j as f64;
            if (i + j) % 3 == 2 {
                continue 'o;
            }
            if i == 3 && j == 1 {
                break 'o;
            }
            for k in (0..=j).rev() {
                s = s * 0.7 + (s * k as f64).cos();
                if k == 1 {
                    break;
                }
            }
        }
        s *= s;
    }
    s
}
#[differentiate]
fn bounds_changed(x: f64) -> f64 {
    let mut n = 3;
    let mut s = x;
    for i in 0..n {
        n += 2;
        s = s * x + (s * i as f64).sin();
    }
    for i in 0..n {
        n -= 1;
        s = s.sin() * n as f64 + i as f64 * x;
    }
    s
}
#[differentiate]
fn stepped_u64_inclusive(x: f64, a: u64, b: u64) -> f64 {
    let mut s = x;
    for k in (a..=b).step_by(2) {
        s = s.sin() + x * k as f64;
    }
    for k in (a..=b).rev() {
        s = s.sin() + x * k as f64;
    }
    s
}
#[differentiate]
fn negative_i32(x: f64, a: i32, b: i32) -> f64 {
    let mut s = x;
    for k in (a..b).rev() {
        s = s.sin() + x * k as f64;
        if k == 0 {
            continue;
        }
        s *= 1.1;
    }
    for k in (a..=b).step_by(2) {
        s = s.cos() * k as f64;
    }
    for k in (a..b).rev().step_by(2) {
        s += x * s * k as f64;
        if s > 1e3 {
            break;
        }
    }
    s
}
#[differentiate]
fn empty_ranges(x: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 3..n {
        s = s * s * i as f64;
    }
    for i in (n..=0).rev() {
        s = s.sin() + i as f64 * s;
    }
    for i in n..0 {
        s *= s * i as f64;
    }
    s * x
}
#[differentiate]
fn u8_edges(x: f64) -> f64 {
    let mut s = x;
    for k in (250..=255u8).rev() {
        s = (s * 0.01 * k as f64).sin();
    }
    for k in (250..=255u8).step_by(2) {
        s = s * 0.01 * k as f64 + x;
    }
    for k in (-128..=127i8).step_by(100) {
        s = (s * 0.01 * k as f64).cos();
    }
    s
}
#[differentiate]
fn labelled_value(x: f64, n: usize) -> f64 {
    let mut s = x;
    let r = 'b: {
        for i in 0..n {
            s = s * s + 0.1;
            if s > 2.0 {
                break 'b s * i as f64;
            }
            if i == 4 {
                break 'b s.sin();
            }
        }
        s * 3.0
    };
    r * s
}
#[differentiate]
fn loop_value(x: f64) -> f64 {
    let mut k = 0;
    let mut s = x;
    let r = loop {
        k += 1;
        s = s * 0.5 + x;
        if k > 6 {
            break s * s;
        }
        if s < 0.0 {
            return x * x;
        }
    };
    r * s
}
#[differentiate]
fn shadowed(x: f64) -> f64 {
    let mut x = x;
    let y = x * x;
    {
        let x = y * x;
        let y = x + 1.0;

        let _ = y;
    }
    for x in [x, y, 2.0] {
        let y = y * x;
        if y > 1.0 {
            let x = x * y;
            let _z = x;
        }
    }
    let x = {
        x *= 3.0;
        x * y
    };
    x
}
#[differentiate]
fn returns_in_loop(x: &[f64]) -> f64 {
    let mut m = 1.0;
    for (i, v) in x.iter().enumerate() {
        let mut t = *v;
        while t < 1.0 {
            t = t * 2.0 + 0.1 * m;
            if t > 5.0 {
                return t * m;
            }
        }
        m = m * t + i as f64;
        if m > 50.0 {
            return m;
        }
    }
    m
}

#[differentiate]
fn guard_div(x: f64, y: f64) -> f64 {
    let r = x / y;
    if y > 0.0 { r } else { x }
}
#[differentiate]
fn guard_recip(x: f64) -> f64 {
    let r = x.recip();
    if x > 0.0 { r } else { x }
}
#[differentiate]
fn guard_pow(x: f64) -> f64 {
    let r = x.powf(0.5) + x.powi(-1) + x.powf(-0.5) + x.cbrt() + x.log10() + x.ln_1p();
    if x > 0.0 { r } else { x }
}
#[differentiate]
fn guard_acos(x: f64) -> f64 {
    let r = x.acos() + x.asin() + x.atanh() + x.acosh();
    if x < 1.0 {
        1.0 * x
    } else if x > 2.0 {
        r
    } else {
        x
    }
}
#[differentiate]
fn guard_hypot(x: f64, y: f64) -> f64 {
    let r = x.hypot(y) + x.atan2(y);
    if x > 0.0 { r } else { x + y }
}
#[differentiate]
fn guard_array(x: f64, y: f64) -> f64 {
    let a = [x / y, x.sqrt(), y.ln()];
    if y > 0.0 { a[0] + a[2] } else { x }
}

#[test]
fn loops() {
    check!(while_effects, 0.7);
    check!(while_effects_array, 0.7);
    check!(while_active_condition, 0.95);
    check!(while_int_index, &[0.5, 0.05, 0.7, 1.2]);
    check!(nested_zero_trips, 0.7, 5);
    check!(nested_zero_trips, 0.7, 0);
    check!(leaving_nested, 0.7, 5);
    check!(bounds_changed, 0.7);
    check!(stepped_u64_inclusive, 0.7, 2, 7);
    check!(stepped_u64_inclusive, 0.7, 7, 2);
    check!(negative_i32, 0.7, -4, 5);
    check!(empty_ranges, 0.7, 0);
    check!(empty_ranges, 0.7, 5);
    check!(u8_edges, 0.7);
    check!(labelled_value, 0.7, 9);
    check!(labelled_value, 0.7, 2);
    check!(labelled_value, 1.4, 9);
    check!(loop_value, 0.7);
    check!(shadowed, 0.7);
    check!(returns_in_loop, &[0.5, 0.2, 0.7]);
    check!(returns_in_loop, &[0.5, 20.2, 0.7]);
}

#[test]
fn nothing_leaks_out_of_what_was_not_chosen() {
    assert_eq!(guard_div::grad(2.0, 0.0), (1.0, 0.0));
    assert_eq!(guard_div::grad(0.0, 0.0), (1.0, 0.0));
    assert_eq!(guard_div::jvp((0.0, 0.0), (1.0, 1.0)).1, 1.0);
    assert_eq!(guard_recip::grad(0.0), 1.0);
    assert_eq!(guard_pow::grad(0.0), 1.0);
    assert_eq!(guard_pow::grad(-1.0), 1.0);
    assert_eq!(guard_acos::grad(1.0), 1.0);
    assert_eq!(guard_acos::grad(1.5), 1.0);
    assert_eq!(guard_hypot::grad(0.0, 0.0), (1.0, 1.0));
    assert_eq!(guard_array::grad(0.0, 0.0), (1.0, 0.0));
}
