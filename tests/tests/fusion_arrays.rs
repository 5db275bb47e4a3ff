//! Fused loops and work arrays, which each iteration overwrites, or seems to.

#![allow(missing_docs, unused, clippy::all)]

use ad_runtime::{check_grad, differentiate};
use ad_tests::{agree, assert_close, fused_loops};

const X: [f64; 4] = [0.3, -0.7, 1.1, 0.4];
const Y: [f64; 4] = [0.9, 0.2, -0.5, 1.3];

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
