//! Exits in lazy conditions; `&mut` parameters that come last and are named `y`.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn scaled_by_reference(x: &f64, y: &mut f64) -> f64 {
    *y *= *x;
    *y += x * 2.0;
    1.0 * x
}
#[differentiate]
fn halved_in_place(x: f64, y: &mut f64) {
    *y += x * 2.0;
    let w = *y;
    *y = 0.5 * w;
}
#[differentiate]
fn scaled_last(x: f64, y: &mut f64) {
    *y *= x;
}
#[differentiate]
fn added_and_scaled(x: f64, y: &mut f64) {
    *y += x;
    *y *= x;
}
#[differentiate]
fn slice_last(x: f64, y: &mut [f64]) {
    y[0] *= x;
    y[0] += x;
    y[0] *= x;
}
#[differentiate]
fn return_behind_and(x: f64, c: u8) -> f64 {
    let mut s = x;
    if x > 0.0 && {
        if c == 1 {
            return x * 3.0;
        }
        c > 1
    } {
        s *= x;
    }
    s * 2.0
}
#[differentiate]
fn return_in_block(x: f64, c: u8) -> f64 {
    let mut s = x;
    if {
        if c == 1 {
            return x * 3.0;
        }
        c > 1
    } {
        s *= x;
    }
    s * 2.0
}
#[differentiate]
fn return_behind_or(x: f64, c: u8) -> f64 {
    let mut s = x;
    let b = x > 0.0 || {
        if c == 1 {
            return x * 3.0;
        }
        c > 1
    };
    if b {
        s *= x;
    }
    s * 2.0
}
#[differentiate]
fn return_in_match_guard(x: f64, c: u8) -> f64 {
    let mut s = x;
    match c {
        0 if {
            if x > 0.5 {
                return x * x;
            }
            true
        } =>
        {
            s *= 3.0
        }
        _ => s *= 2.0,
    }
    s * x
}
#[differentiate]
fn return_in_else_if(x: f64, c: u8) -> f64 {
    let mut s = x;
    if c == 7 {
        s *= 2.0;
    } else if c > 0 && {
        if c == 1 {
            return x * 3.0;
        }
        c > 2
    } {
        s *= x;
    } else if {
        s += 1.0;
        s > 2.0
    } {
        s *= 7.0;
    }
    s * 2.0
}

#[differentiate]
fn return_as_operand(x: f64, c: u8) -> f64 {
    let s = x * x;
    let _ = c > 0 || return x * 3.0;
    s * 2.0
}
#[differentiate]
fn break_and_continue_in_conditions(x: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        if i > 0 && {
            if s > 2.0 {
                break;
            }
            i % 2 == 0
        } {
            s *= x;
        } else if i == 1 || {
            if i == 5 {
                continue;
            }
            s > 1.2
        } {
            s += x;
        }
        s *= 1.3;
    }
    s
}
#[differentiate]
fn return_and_continue_in_values(x: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        let ok = i < 3 || {
            s *= 1.1;
            if s > 3.0 {
                return s * x;
            }
            s > 0.5
        };
        let k = i > 1
            && (s < 2.0 || {
                s = s.sin();
                continue;
            });
        if ok && k {
            s += x;
        }
        s *= 1.2;
    }
    s * 2.0
}

#[test]
fn short_circuits() {
    check!(scaled_by_reference, &0.7, &mut 0.9);
    check!(halved_in_place, 0.7, &mut 0.9);
    check!(scaled_last, 0.7, &mut 0.9);
    check!(added_and_scaled, 0.7, &mut 0.9);
    check!(slice_last, 0.7, &mut [0.9]);
    check!(return_behind_and, 0.7, 0);
    check!(return_behind_and, 0.7, 1);
    check!(return_behind_and, 0.7, 2);
    check!(return_in_block, 0.7, 1);
    check!(return_in_block, 0.7, 2);
    check!(return_behind_or, -0.7, 1);
    check!(return_behind_or, -0.7, 2);
    check!(return_in_match_guard, 0.7, 0);
    check!(return_in_match_guard, 0.3, 0);
    check!(return_in_match_guard, 0.3, 1);
    check!(return_in_else_if, 0.7, 0);
    check!(return_in_else_if, 0.7, 1);
    check!(return_in_else_if, 0.7, 2);
    check!(return_in_else_if, 0.7, 3);
    check!(return_in_else_if, 1.7, 2);
}

#[test]
fn in_loops() {
    check!(return_as_operand, 0.7, 0);
    check!(return_as_operand, 0.7, 1);
    check!(break_and_continue_in_conditions, 0.7, 7);
    check!(break_and_continue_in_conditions, 0.3, 7);
    check!(break_and_continue_in_conditions, 0.7, 0);
    check!(return_and_continue_in_values, 0.7, 9);
    check!(return_and_continue_in_values, 0.2, 9);
    check!(return_and_continue_in_values, 0.2, 3);
}
