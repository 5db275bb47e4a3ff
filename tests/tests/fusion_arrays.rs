//! Fused loops and arrays: work arrays that each iteration overwrites, or seems to, and elements of an iteration's own.

#![allow(missing_docs, unused, clippy::all)]

use ad_runtime::{check_grad, differentiate};
use ad_tests::{agree, assert_close, fused_loops};

const X: [f64; 4] = [0.3, -0.7, 1.1, 0.4];
const Y: [f64; 4] = [0.9, 0.2, -0.5, 1.3];

// ---- work arrays ----

#[differentiate]
fn filled_wholly(x: &[f64], w: f64) -> f64 {
    let mut u = [0.0; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..3 {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2];
    }
    s * w
}
#[differentiate]
fn filled_partly(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..2 {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2] * x[t];
    }
    s * w
}
#[differentiate]
fn filled_partly_and_written_beyond(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..2 {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2] * x[t];
        u[2] = x[t];
    }
    s * w
}
#[differentiate]
fn filled_from_one(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 1..3 {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[1] * u[2];
        u[0] = s;
        s += u[0] * 0.1;
    }
    s * w
}
#[differentiate]
fn filled_in_a_branch(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        if x[t] > 0.0 {
            for j in 0..3 {
                u[j] = x[t] * (j as f64 + w);
            }
        }
        s += u[0] * u[1] + u[2];
    }
    s * w
}
#[differentiate]
fn filled_in_both_branches(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        if x[t] > 0.0 {
            for j in 0..3 {
                u[j] = x[t] * (j as f64 + w);
            }
        } else {
            u.fill(x[t] * x[t]);
        }
        s += u[0] * u[1] + u[2];
    }
    s * w
}
#[differentiate]
fn filled_and_read_in_a_branch(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        if x[t] > 0.0 {
            u.fill(x[t] * w);
            s += u[0] * u[1] + u[2];
        }
    }
    s * w
}
#[differentiate]
fn filled_in_a_branch_then_partly(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        if x[t] > 0.0 {
            u.fill(x[t] * w);
        }
        for j in 0..2 {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2];
    }
    s * w
}
#[differentiate]
fn changing_bound(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; x.len()];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..t {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2];
    }
    s * w
}
#[differentiate]
fn changing_bound_of_a_variable(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; x.len()];
    let mut s = 0.0;
    let mut n = 4;
    for t in 0..x.len() {
        for j in 0..n {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2];
        n -= 1;
    }
    s * w
}
#[differentiate]
fn other_bound(x: &[f64], w: f64, n: usize) -> f64 {
    let mut u = vec![w; x.len()];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..n {
            u[j] = x[t] * (j as f64 + w);
        }
        for j in 0..u.len() {
            s += u[j] * u[j];
        }
    }
    s * w
}
#[differentiate]
fn two_bounds(x: &[f64], w: f64, n: usize, m: usize) -> f64 {
    let mut u = vec![w; x.len()];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..n {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] * u[3];
        for j in 0..m {
            u[j] = x[t] * w;
        }
        s += u[0] * u[1] * u[2];
    }
    s * w
}
#[differentiate]
fn bound_of_another_slice(x: &[f64], y: &[f64]) -> f64 {
    let mut u = vec![0.5; x.len()];
    let mut s = 0.0;
    for t in 0..x.len() {
        for (u, y) in u.iter_mut().zip(y) {
            *u = x[t] * y;
        }
        s += u[0] * u[1] + u[3];
    }
    s
}
#[differentiate]
fn read_before_written(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        s += u[0] * u[1] * x[t];
        for j in 0..3 {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[2];
    }
    s * w
}
#[differentiate]
fn read_while_written(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 4];
    let mut s = 0.0;
    for t in 0..x.len() {
        u[0] = x[t];
        for j in 1..4 {
            u[j] = u[j - 1] * x[t];
        }
        s += u[3] + u[1];
    }
    s * w
}
#[differentiate]
fn read_ahead_while_written(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 4];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..4 {
            u[j] = u[(j + 1) % 4] * x[t] + w;
        }
        s += u[3] + u[1];
    }
    s * w
}
#[differentiate]
fn read_own_while_written(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 4];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..4 {
            u[j] = u[j] * x[t] + w;
        }
        s += u[3] + u[1];
    }
    s * w
}
#[differentiate]
fn added_first(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 4];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..4 {
            u[j] += x[t] * x[j];
        }
        s += u[3] * u[1];
    }
    s * w
}
#[differentiate]
fn added_only(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 4];
    for t in 0..x.len() {
        for j in 0..4 {
            u[j] += x[t] * x[j] * w;
        }
    }
    u[3] + u[1] * 2.0
}
#[differentiate]
fn read_after_the_loop(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..3 {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2];
    }
    s * w + u[2]
}
#[differentiate]
fn overwritten_after_the_loop(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 3];
    let mut s = u[2];
    for t in 0..x.len() {
        for j in 0..3 {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2];
    }
    u.fill(w);
    s * w + u[2]
}
#[differentiate]
fn swapped_wholly(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 3];
    let mut v = vec![w * w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..3 {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * v[1] + u[2] * v[2];
        std::mem::swap(&mut u, &mut v);
    }
    s * w
}
#[differentiate]
fn swapped_back(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 3];
    let mut v = vec![w * w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        u.fill(x[t]);
        v.fill(x[t] * w);
        u[0] = w * 2.0;
        std::mem::swap(&mut u, &mut v);
        s += u[0] * v[1] + u[2] * v[0];
    }
    s * w
}
#[differentiate]
fn elements_swapped(x: &[f64], w: f64) -> f64 {
    let mut u = [w, 1.0, 2.0];
    let mut s = 0.0;
    for t in 0..x.len() {
        u.fill(x[t]);
        u[1] = w;
        u.swap(0, 1);
        s += u[0] * u[0] * u[1] + u[2];
        u.rotate_left(1);
        u.reverse();
        s += u[0] * x[t];
    }
    s * w
}
#[differentiate]
fn copied_from(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 4];
    let mut s = 0.0;
    for t in 0..x.len() {
        u.copy_from_slice(x);
        u[t] *= w;
        s += u[0] * u[1] + u[2] * u[3];
    }
    s * w
}
#[differentiate]
fn copied_from_part(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 4];
    let mut s = 0.0;
    for t in 0..x.len() {
        u[1..].copy_from_slice(&x[1..]);
        u[0] *= x[t];
        s += u[0] * u[1] + u[2] * u[3];
    }
    s * w
}
#[differentiate]
fn assigned_wholly(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 2];
    let mut s = 0.0;
    for t in 0..x.len() {
        u = [x[t] * w, x[t].sin()];
        u[0] += u[1];
        s += u[0] * u[1];
    }
    s * w
}
#[differentiate]
fn assigned_from_itself(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 2];
    let mut s = 0.0;
    for t in 0..x.len() {
        u = [u[1] * x[t], u[0]];
        s += u[0] * u[1];
    }
    s * w
}
#[differentiate]
fn new_vec_each_time(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 2];
    let mut s = 0.0;
    for t in 0..x.len() {
        u = vec![x[t] * w; t + 1];
        u[0] += x[t];
        s += u[0] * u[t];
    }
    s * w
}
#[differentiate]
fn grown_before(x: &[f64], w: f64) -> f64 {
    let mut u = Vec::new();
    for &x in x {
        u.push(x * w);
    }
    let mut s = 0.0;
    for t in 0..u.len() {
        s += u[t] * u[0];
    }
    s * w
}
#[differentiate]
fn grown_after(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 2];
    let mut s = 0.0;
    for t in 0..x.len() {
        s += u[0] * u[1] * x[t];
    }
    u.push(x[0]);
    u.push(w);
    s * w + u[2] * u[3] * u[0]
}
#[differentiate]
fn grown_within(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w];
    let mut s = 0.0;
    for t in 0..x.len() {
        u.push(x[t] * w);
        s += u[t] * 2.0;
    }
    s * w
}
#[differentiate]
fn cleared_within(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w];
    let mut s = 0.0;
    for t in 0..x.len() {
        u.clear();
        for j in 0..=t {
            u.push(x[j] * w);
        }
        s += u[t] * u[0];
    }
    s * w
}
#[differentiate]
fn declared_within(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for t in 0..x.len() {
        let mut u = Vec::new();
        for j in 0..=t {
            u.push(x[j] * w);
            if u.len() > 2 {
                let last = u.pop().unwrap();
                u[0] += last * last;
            }
        }
        let mut k = vec![0.0; u.len()];
        for (k, u) in k.iter_mut().zip(&u) {
            *k = u * u;
            for _ in 0..2 {
                *k = k.sin() * w;
            }
        }
        s += k.iter().sum::<f64>();
    }
    s * w
}
#[differentiate]
fn rows_of_work(x: &[f64], w: f64) -> f64 {
    let mut u = vec![vec![w; 2]; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for i in 0..3 {
            for j in 0..2 {
                u[i][j] = x[t] * (i as f64 + w) + j as f64;
            }
        }
        s += u[0][0] * u[1][1] + u[2][0];
    }
    s * w
}
#[differentiate]
fn one_row_of_work(x: &[f64], w: f64) -> f64 {
    let mut u = vec![vec![w; 2]; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..2 {
            u[1][j] = x[t] * w + j as f64;
        }
        s += u[0][0] * u[1][1] + u[2][0];
        u[0][0] = u[1][0];
    }
    s * w
}
#[differentiate]
fn work_in_nested_loops(x: &[f64], w: f64) -> f64 {
    let mut u = vec![w; 2];
    let mut s = 0.0;
    for i in 0..x.len() {
        u[0] = x[i];
        u[1] = x[i] * w;
        for j in 0..x.len() {
            s += u[0] * u[1] * x[j];
            u[0] = x[j];
        }
    }
    s * w
}
#[differentiate]
fn work_of_the_inner_loop(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 2];
    let mut s = 0.0;
    for i in 0..x.len() {
        s += u[0] * x[i];
        for j in 0..x.len() {
            u = [x[j], x[i] * w];
            s += u[0] * u[1];
        }
    }
    s * w
}
#[differentiate]
fn work_of_the_inner_loop_only(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 2];
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in 0..x.len() {
            u = [x[j], x[i] * w];
            s += u[0] * u[1];
        }
        s += x[i];
    }
    s * w
}
#[differentiate]
fn work_in_a_while(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 2];
    let mut s = 0.0;
    let mut i = 0;
    while i < x.len() {
        u = [x[i], x[i] * w];
        u[1] *= u[0];
        s += u[0] * u[1];
        i += 1;
    }
    s * w
}
#[differentiate]
fn work_left_early(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..3 {
            if j == 2 && x[t] < 0.0 {
                break;
            }
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2];
    }
    s * w
}
#[differentiate]
fn work_skipped(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..3 {
            if j == 1 && x[t] < 0.0 {
                continue;
            }
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2];
    }
    s * w
}
#[differentiate]
fn work_backwards(x: &[f64], w: f64) -> f64 {
    let mut u = [w; 3];
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in (0..3).rev() {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1] + u[2];
    }
    s * w
}
#[differentiate]
fn work_of_a_parameter(x: &[f64], u: &mut [f64], w: f64) -> f64 {
    let mut s = 0.0;
    for t in 0..x.len() {
        for j in 0..u.len() {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1];
    }
    s * w
}
#[differentiate]
fn work_by_value(x: &[f64], mut u: Vec<f64>, w: f64) -> f64 {
    let mut s = u[0];
    for t in 0..x.len() {
        for j in 0..u.len() {
            u[j] = x[t] * (j as f64 + w);
        }
        s += u[0] * u[1];
    }
    s * w
}

#[test]
fn work_arrays() {
    agree!(filled_wholly, "FL", &X, 0.7);
    agree!(filled_partly, "FL", &X, 0.7);
    agree!(filled_partly_and_written_beyond, "C", &X, 0.7);
    agree!(filled_from_one, "C", &X, 0.7);
    agree!(filled_in_a_branch, "C", &X, 0.7);
    agree!(filled_in_both_branches, "C", &X, 0.7);
    agree!(filled_and_read_in_a_branch, "F", &X, 0.7);
    agree!(filled_in_a_branch_then_partly, "C", &X, 0.7);
    agree!(changing_bound, "C", &X, 0.7);
    agree!(changing_bound_of_a_variable, "C", &X, 0.7);
    agree!(other_bound, "FLF", &X, 0.7, 2);
    agree!(two_bounds, "C", &X, 0.7, 2, 4);
    agree!(two_bounds, "C", &X, 0.7, 4, 2);
    agree!(bound_of_another_slice, "FL", &X, &Y[..2]);
    agree!(read_before_written, "C", &X, 0.7);
    agree!(read_while_written, "C", &X, 0.7);
    agree!(read_ahead_while_written, "C", &X, 0.7);
    agree!(read_own_while_written, "C", &X, 0.7);
    agree!(added_first, "C", &X, 0.7);
    agree!(added_only, "FF", &X, 0.7);
    agree!(read_after_the_loop, "C", &X, 0.7);
    agree!(overwritten_after_the_loop, "C", &X, 0.7);
    agree!(swapped_wholly, "C", &X, 0.7);
    agree!(swapped_back, "C", &X, 0.7);
    agree!(elements_swapped, "C", &X, 0.7);
    agree!(copied_from, "F", &X, 0.7);
    agree!(copied_from_part, "C", &X, 0.7);
    agree!(assigned_wholly, "C", &X, 0.7);
    agree!(assigned_from_itself, "C", &X, 0.7);
    agree!(new_vec_each_time, "C", &X, 0.7);
    agree!(grown_before, "CF", &X, 0.7);
    agree!(grown_after, "L", &X, 0.7);
    agree!(grown_within, "C", &X, 0.7);
    agree!(cleared_within, "C", &X, 0.7);
    agree!(declared_within, "FCLF", &X, 0.7);
    agree!(rows_of_work, "C", &X, 0.7);
    agree!(one_row_of_work, "C", &X, 0.7);
    agree!(work_in_nested_loops, "C", &X, 0.7);
    agree!(work_of_the_inner_loop, "C", &X, 0.7);
    agree!(work_of_the_inner_loop_only, "C", &X, 0.7);
    agree!(work_in_a_while, "C", &X, 0.7);
    agree!(work_left_early, "C", &X, 0.7);
    agree!(work_skipped, "C", &X, 0.7);
    agree!(work_backwards, "FL", &X, 0.7);
    agree!(work_of_a_parameter, "C", &X, &mut [0.1, 0.2], 0.7; (1.0, &[0.0; 2]));
    agree!(work_by_value, "C", &X, vec![0.1, 0.2], 0.7);
}

// ---- elements ----

#[differentiate]
fn own_elements(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len()];
    for i in 0..x.len() {
        out[i] = x[i] * w;
        out[i] = out[i] * out[i] + x[0];
    }
    out[0] + 2.0 * out[3]
}
#[differentiate]
fn next_elements(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len() + 1];
    for i in 0..x.len() {
        out[i + 1] = x[i] * w;
    }
    out[0] + 2.0 * out[4] + out[1]
}
#[differentiate]
fn elements_of_the_one_before(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len() + 1];
    for i in 0..x.len() {
        out[i + 1] = x[i] * w + out[i];
    }
    out[0] + 2.0 * out[4] + out[1]
}
#[differentiate]
fn elements_with_the_one_before(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len()];
    for i in 1..x.len() {
        out[i] = out[i - 1] + out[i] * x[i];
    }
    out[0] + 2.0 * out[3] + out[1]
}
#[differentiate]
fn elements_of_two(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len() + 1];
    for i in 0..x.len() {
        out[i] = x[i] * w;
        out[i + 1] = x[i] * x[i];
    }
    out[0] + 2.0 * out[4] + out[1]
}
#[differentiate]
fn elements_added_around(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; x.len() + 1];
    for i in 0..x.len() {
        out[i] += x[i] * w;
        out[i + 1] -= x[i] * x[i];
    }
    out[0] + 2.0 * out[4] + out[1]
}
#[differentiate]
fn elements_backwards(x: &[f64], w: f64) -> f64 {
    let n = x.len();
    let mut out = vec![w; n];
    for i in 0..n {
        out[n - 1 - i] = x[i] * w;
    }
    for i in (0..n).rev() {
        out[i] = out[i] * x[i];
    }
    out[0] + 2.0 * out[3] + out[1]
}
#[differentiate]
fn elements_by_modulus(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 2];
    for i in 0..x.len() {
        out[i % 2] = x[i] * w + out[i % 2];
        out[i % 2] = out[i % 2] * x[0];
    }
    out[0] + 2.0 * out[1]
}
#[differentiate]
fn elements_by_halves(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 2];
    for i in 0..x.len() {
        out[i / 2] = x[i] * out[i / 2];
    }
    out[0] + 2.0 * out[1]
}
#[differentiate]
fn elements_by_a_table(x: &[f64], w: f64, k: &[usize]) -> f64 {
    let mut out = vec![w; 4];
    for i in 0..x.len() {
        out[k[i]] = x[i] * out[k[i]];
    }
    out[0] + 2.0 * out[1]
}
#[differentiate]
fn elements_strided(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 8];
    for i in 0..x.len() {
        out[2 * i] = x[i] * out[2 * i];
        out[2 * i + 1] = x[i] * out[2 * i + 1];
    }
    for i in (0..8).step_by(2) {
        out[i] = out[i] * w;
    }
    out[0] + 2.0 * out[1] + out[6] * out[7]
}
#[differentiate]
fn elements_strided_and_moving(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 12];
    let mut d = 0;
    for i in 0..x.len() {
        out[i + d] = x[i] * out[i + d] + w;
        d = if i % 2 == 0 { 1 } else { 0 };
    }
    out[0] + 2.0 * out[2] + out[1] + out[4]
}
#[differentiate]
fn elements_shifted(x: &[f64], w: f64, d: usize) -> f64 {
    let mut out = vec![w; 8];
    let e = d + 1;
    for i in 0..x.len() {
        out[i + e] = x[i] * out[i + e] + w;
        out[e + i] += x[i];
    }
    out[0] + 2.0 * out[2] + out[1] * out[4]
}
#[differentiate]
fn elements_shifted_by_two(x: &[f64], w: f64, d: usize, e: usize) -> f64 {
    let mut out = vec![w; 8];
    for i in 0..x.len() {
        out[i + e] = x[i] * out[i + d] + w;
    }
    out[0] + 2.0 * out[2] + out[1] * out[4]
}
#[differentiate]
fn chunks_of_own(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 8];
    for (i, row) in out.chunks_exact_mut(2).enumerate() {
        row[0] = x[i] * row[1];
        row[1] = row[0] * w + row[1];
    }
    out[0] + 2.0 * out[1] + out[6] * out[7]
}
#[differentiate]
fn ranges_of_own(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 8];
    for i in 0..x.len() {
        let row = &mut out[i * 2..(i + 1) * 2];
        row[0] = x[i] * row[1];
        row[1] = row[0] * w + row[1];
    }
    for i in 0..x.len() {
        let row = &mut out[i * 2..i * 2 + 2];
        row[0] *= row[1];
    }
    out[0] + 2.0 * out[1] + out[6] * out[7]
}
#[differentiate]
fn ranges_that_overlap(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 9];
    for i in 0..x.len() {
        let row = &mut out[i * 2..(i + 1) * 2 + 1];
        row[0] = x[i] * row[1];
        row[2] = row[0] * w + row[1];
    }
    for i in 0..x.len() {
        let row = &mut out[i..i + 2];
        row[0] *= row[1] * w;
    }
    out[0] + 2.0 * out[1] + out[6] * out[7]
}
#[differentiate]
fn ranges_and_a_whole(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 8];
    for i in 0..x.len() {
        let row = &mut out[i * 2..(i + 1) * 2];
        row[0] = x[i] * row[1];
        row[1] = row[0] * w + row[1];
        out[7] *= w;
    }
    out[0] + 2.0 * out[1] + out[6] * out[7]
}
#[differentiate]
fn elements_of_two_arrays(x: &[f64], w: f64) -> f64 {
    let (mut a, mut b) = (vec![w; 4], vec![w * w; 4]);
    for i in 0..x.len() {
        a[i] = x[i] * b[i];
        std::mem::swap(&mut a[i], &mut b[i]);
        b[i] *= a[i];
    }
    a[0] * b[1] + a[3] * b[2]
}
#[differentiate]
fn elements_of_two_arrays_crossed(x: &[f64], w: f64) -> f64 {
    let (mut a, mut b) = (vec![w; 4], vec![w * w; 4]);
    for i in 1..x.len() {
        a[i] = x[i] * b[i - 1];
        b[i] = a[i - 1] * w;
    }
    a[0] * b[1] + a[3] * b[2]
}
#[differentiate]
fn arrays_swapped_between(x: &[f64], w: f64) -> f64 {
    let (mut a, mut b) = (vec![w; 4], vec![w * w; 4]);
    for _ in 0..3 {
        for i in 0..x.len() {
            b[i] = x[i] * a[i] + a[(i + 1) % 4];
        }
        std::mem::swap(&mut a, &mut b);
    }
    a[0] * b[1] + a[3] * b[2]
}
#[differentiate]
fn elements_in_branches(x: &[f64], w: f64) -> f64 {
    let mut out = vec![w; 4];
    for i in 0..x.len() {
        if x[i] > 0.0 {
            out[i] = x[i] * out[i];
        } else {
            out[i] += w * x[i];
        }
    }
    out[0] + 2.0 * out[1] + out[3]
}
#[differentiate]
fn elements_of_rows(x: &[f64], w: f64) -> f64 {
    let mut out = vec![vec![w; 2]; 4];
    for i in 0..x.len() {
        for j in 0..2 {
            out[i][j] = x[i] * out[i][1 - j] + w;
        }
    }
    out[0][0] + 2.0 * out[1][1] + out[3][0]
}
#[differentiate]
fn elements_of_columns(x: &[f64], w: f64) -> f64 {
    let mut out = vec![vec![w; 4]; 2];
    for i in 0..x.len() {
        for j in 0..2 {
            out[j][i] = x[i] * out[1 - j][i] + w;
        }
    }
    out[0][0] + 2.0 * out[1][1] + out[0][3]
}
#[differentiate]
fn triangle(x: &[f64], w: f64) -> f64 {
    let n = x.len();
    let mut out = vec![0.0; n];
    for i in 0..n {
        let mut s = x[i];
        for j in 0..i {
            s -= w * out[j];
        }
        out[i] = s / 2.0;
    }
    out[0] + 2.0 * out[1] + out[3]
}
#[differentiate]
fn sums_of_rows(m: &[f64], x: &[f64]) -> f64 {
    let n = x.len();
    let mut out = vec![0.0; n];
    for i in 0..n {
        for j in 0..n {
            out[i] += m[i * n + j] * x[j];
        }
    }
    let mut s = 0.0;
    for i in 0..n {
        s += out[i] * x[i];
    }
    s
}
#[differentiate]
fn updates_in_place(x: &[f64], u: &mut [f64], w: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..u.len() {
        u[i] *= x[i] * w;
        u[i] = u[i].sin();
        s += u[i] * x[0];
    }
    s * w + u[0]
}
#[differentiate]
fn updates_by_iterators(x: &[f64], u: &mut [f64], w: f64) -> f64 {
    let mut s = 0.0;
    for (u, x) in u.iter_mut().zip(x) {
        *u = *u * x + w;
        s += *u * *u;
    }
    s * w + u[0]
}
#[differentiate]
fn pairs_of_own(x: &[f64], w: f64) -> f64 {
    let mut out = [(w, 1.0); 4];
    for i in 0..x.len() {
        out[i].0 = x[i] * out[i].1;
        out[i].1 = x[i] * out[i].0 * w;
    }
    out[0].0 + 2.0 * out[1].1 + out[3].0
}

#[test]
fn elements() {
    agree!(own_elements, "F", &X, 0.7);
    agree!(next_elements, "F", &X, 0.7);
    agree!(elements_of_the_one_before, "C", &X, 0.7);
    agree!(elements_with_the_one_before, "C", &X, 0.7);
    agree!(elements_of_two, "C", &X, 0.7);
    agree!(elements_added_around, "F", &X, 0.7);
    agree!(elements_backwards, "CF", &X, 0.7);
    agree!(elements_by_modulus, "C", &X, 0.7);
    agree!(elements_by_halves, "C", &X, 0.7);
    agree!(elements_by_a_table, "C", &X, 0.7, &[0, 1, 1, 0]);
    agree!(elements_strided, "CL", &X, 0.7);
    agree!(elements_strided_and_moving, "C", &X, 0.7);
    agree!(elements_shifted, "C", &X, 0.7, 1);
    agree!(elements_shifted_by_two, "C", &X, 0.7, 1, 2);
    agree!(elements_shifted_by_two, "C", &X, 0.7, 1, 1);
    agree!(chunks_of_own, "L", &X, 0.7);
    agree!(ranges_of_own, "LL", &X, 0.7);
    agree!(ranges_that_overlap, "CC", &X, 0.7);
    agree!(ranges_and_a_whole, "C", &X, 0.7);
    agree!(elements_of_two_arrays, "L", &X, 0.7);
    agree!(elements_of_two_arrays_crossed, "C", &X, 0.7);
    agree!(arrays_swapped_between, "C", &X, 0.7);
    agree!(elements_in_branches, "F", &X, 0.7);
    agree!(elements_of_rows, "FC", &X, 0.7);
    agree!(elements_of_columns, "C", &X, 0.7);
    agree!(triangle, "C", &X, 0.7);
    agree!(sums_of_rows, "LF", &[0.1, 0.2, 0.3, 0.4], &[0.5, 0.6]);
    agree!(updates_in_place, "F", &X, &mut Y.clone(), 0.7; (1.0, &[0.0; 4]));
    agree!(updates_by_iterators, "F", &X, &mut Y.clone(), 0.7; (1.0, &[0.0; 4]));
    agree!(pairs_of_own, "F", &X, 0.7);
}

// ---- outputs ----

/// `adjoint` against `vjp` for a function `(x, &mut out)`.
macro_rules! outputs_agree {
    ($f:ident, $loops:expr, $x:expr, $out:expr) => {{
        let x = $x;
        let (mut plain, mut joint, mut split) = ($out, $out, $out);
        $f(&x, &mut plain);
        let seeds: Vec<f64> = (0..plain.len()).map(|i| 0.3 + i as f64).collect();
        let (mut x_bar, mut out_bar) = (vec![0.25; x.len()], seeds.clone());
        $f::adjoint(&x, &mut joint, &mut x_bar[..], &mut out_bar[..], ());
        let ((), pull) = $f::vjp(&x, &mut split);
        let (mut gx, gout) = pull(&seeds);
        gx.iter_mut().for_each(|g| *g += 0.25);
        assert_eq!((&plain, &plain), (&joint, &split));
        assert_close(stringify!($f), &(x_bar, out_bar), &(gx, gout));
        check_grad!($f, &$x, &mut $out.clone());
        assert_eq!(fused_loops($f::EXPLAIN), $loops, "loops of `{}`", stringify!($f));
    }};
}

#[differentiate]
fn to_output(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = x[i] * x[i];
    }
}
#[differentiate]
fn through_output(x: &[f64], out: &mut [f64]) {
    let n = x.len();
    for i in 0..n {
        let mut s = 0.0;
        for j in 0..n {
            s += x[j] * x[(i + j) % n];
        }
        out[i] = out[i] * s;
        out[i] += s;
    }
}
#[differentiate]
fn output_scaled_after(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = x[i] * out[i];
    }
    out[0] *= x[0];
}
#[differentiate]
fn output_added_after(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = x[i] * out[i];
    }
    for i in 0..x.len() {
        out[i] += x[i].sin();
    }
    out[0] += x[0];
}
#[differentiate]
fn output_as_work(x: &[f64], out: &mut [f64]) {
    let mut s = 0.0;
    for i in 0..x.len() {
        for j in 0..out.len() {
            out[j] = x[i] * x[j];
        }
        s += out[0] * out[1];
    }
    out[2] = s;
}
#[differentiate]
fn output_sums(x: &[f64], out: &mut [f64]) {
    out.fill(x[0]);
    for i in 0..x.len() {
        out[0] += x[i] * x[i];
        for j in 0..i {
            out[j] += x[i] * x[j];
        }
    }
}

#[test]
fn outputs() {
    outputs_agree!(to_output, "F", X, Y);
    outputs_agree!(through_output, "FL", X, Y);
    outputs_agree!(output_scaled_after, "L", X, Y);
    outputs_agree!(output_added_after, "LF", X, Y);
    outputs_agree!(output_as_work, "C", X, Y);
    outputs_agree!(output_sums, "FF", X, Y);
}

#[differentiate]
fn part_of_an_output(x: &mut [f64], w: f64) {
    let (left, right) = x.split_at_mut(2);
    let mut s = 0.0;
    for y in left.iter_mut() {
        s += *y * w;
    }
    for y in right.iter_mut() {
        *y += s;
    }
}
#[differentiate]
fn part_of_a_parameter(x: &mut [f64], w: f64) -> f64 {
    let mut s = 0.0;
    for k in 0..2 {
        let (part, rest) = (&x[2 * k..2 * k + 2], w * 2.0);
        for y in part.iter() {
            s += y * y * rest;
        }
    }
    s
}
#[differentiate]
fn filled_part(x_bar: &mut [f64]) -> f64 {
    let phi = x_bar.len();
    let (left, right) = x_bar.split_at_mut(phi);
    if true {
        return right.chunks(2).map(|lo| (right[0].trunc() as i64) as f64).product::<f64>();
    }
    for _ in 0..2 {
        left.iter_mut().for_each(|y0| {
            *y0 = 0.5;
        });
    }
    0.5
}
#[differentiate]
fn rows_of_a_parameter(x: &mut [f64], w: f64) -> f64 {
    let mut p = 1.0;
    for i in 0..2 {
        let row = &x[2 * i..2 * i + 2];
        for j in 0..2 {
            p *= row[j] + w;
        }
    }
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * w;
    }
    p + s
}

#[test]
fn parts_of_parameters() {
    agree!(rows_of_a_parameter, "CF", &mut X.clone(), 0.7; (1.0, &[0.0; 4]));
    check_grad!(filled_part, &mut X.clone());
    check_grad!(part_of_an_output, &mut X.clone(), 0.7);
    agree!(part_of_a_parameter, "FF", &mut X.clone(), 0.7; (1.0, &[0.0; 4]));
}
