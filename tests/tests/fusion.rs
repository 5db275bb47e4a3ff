//! Loops that run forward and in reverse together: sums, and what is made of them. Each function has a neighbour that looks
//! like it and must not be fused.

#![allow(missing_docs, unused, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::agree;

const X: [f64; 4] = [0.3, -0.7, 1.1, 0.4];
const Y: [f64; 4] = [0.9, 0.2, -0.5, 1.3];

// ---- what follows a sum ----

#[differentiate]
fn weighted(x: &[f64], w: f64) -> f64 {
    let mut total = 0.0;
    for &x in x {
        total += (x * w).sin();
    }
    total * w
}
#[differentiate]
fn weighted_both(x: &[f64], w: f64) -> f64 {
    let (mut a, mut b) = (0.0, 0.0);
    for &x in x {
        a += x.exp();
        b -= x.cos() * w;
    }
    let scale = w * w + 1.0;
    let c = a / scale;
    -(c - b * 3.0) + w
}
#[differentiate]
fn divided_by_the_sum(x: &[f64], w: f64) -> f64 {
    let mut total = 1.0;
    for &x in x {
        total += x * x;
    }
    w / total
}
#[differentiate]
fn product_of_sums(x: &[f64], y: &[f64]) -> f64 {
    let (mut a, mut b) = (0.0, 0.0);
    for i in 0..x.len() {
        a += x[i] * x[i];
        b += y[i].sin();
    }
    a * b
}
#[differentiate]
fn second_depends_on_first(x: &[f64], y: &[f64]) -> f64 {
    let mut a = 0.0;
    for &x in x {
        a += x * x;
    }
    let mut b = 0.0;
    for &y in y {
        b += (y * a).sin();
    }
    b
}
#[differentiate]
fn root_of_a_sum(x: &[f64]) -> f64 {
    let mut s = 0.1;
    for &x in x {
        s += x * x;
    }
    s.sqrt()
}
#[differentiate]
fn root_of_something_else(x: &[f64], w: f64) -> f64 {
    let mut s = 0.1;
    for &x in x {
        s += x * x;
    }
    s * (w * w + 1.0).sqrt()
}
#[differentiate]
fn stored_and_loaded(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += x * x;
    }
    let mut out = [0.0; 2];
    out[0] = s * 2.0;
    out[1] = s * w;
    out[0] + 3.0 * out[1]
}
#[differentiate]
fn scaled_in_place(x: &[f64], w: f64) -> f64 {
    let mut s = 1.5;
    for &x in x {
        s += x * x;
    }
    s *= w;
    s += w;
    s /= 3.0;
    s
}
#[differentiate]
fn squared_in_place(x: &[f64], w: f64) -> f64 {
    let mut s = 1.5;
    for &x in x {
        s += x * x;
    }
    s *= s;
    s * w
}
#[differentiate]
fn between_two_loops(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += x * x;
    }
    s *= w;
    for &x in x {
        s += x.sin();
    }
    s * 2.0
}
#[differentiate]
fn chosen_by_the_sum(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += x * x;
    }
    if s > 0.5 { s * 2.0 } else { w }
}
#[differentiate]
fn chosen_by_something_else(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += x * x;
    }
    let scale = if w > 0.5 { 2.0 * w } else { w };
    s * scale
}
#[differentiate]
fn capped(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += x * x;
    }
    s.min(w) + s.abs()
}
#[differentiate]
fn tuple_of_sums(x: &[f64], w: f64) -> f64 {
    let mut t = (0.0, 1.0);
    for &x in x {
        t.0 += x * w;
        t.1 += x.sin();
    }
    t.0 * 2.0 - t.1 * w
}
#[differentiate]
fn weights_known_before(x: &[f64], w: &[f64]) -> f64 {
    let scale = w[0] * w[1];
    let mut s = 0.0;
    for &x in x {
        s += x.tanh() * scale;
    }
    let k = w[2] * 2.0;
    s * w[1] * k
}
#[differentiate]
fn weight_changes_in_the_loop(x: &[f64], w: f64) -> f64 {
    let mut k = w;
    let mut s = 0.0;
    for &x in x {
        s += x * k;
        k = x * 2.0;
    }
    s * k
}
#[differentiate]
fn used_by_two(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += x * x;
    }
    let t = s * w;
    let u = s + t * w;
    t * 2.0 + u * w
}

#[test]
fn what_follows_a_sum() {
    agree!(weighted, "F", &X, 0.7);
    agree!(weighted_both, "F", &X, 0.7);
    agree!(divided_by_the_sum, "L", &X, 0.7);
    agree!(product_of_sums, "L", &X, &Y);
    agree!(second_depends_on_first, "LF", &X, &Y);
    agree!(root_of_a_sum, "L", &X);
    agree!(root_of_something_else, "L", &X, 0.7);
    agree!(stored_and_loaded, "F", &X, 0.7);
    agree!(scaled_in_place, "F", &X, 0.7);
    agree!(squared_in_place, "L", &X, 0.7);
    agree!(between_two_loops, "LF", &X, 0.7);
    agree!(chosen_by_the_sum, "L", &X, 0.7);
    agree!(chosen_by_something_else, "L", &X, 0.7);
    agree!(chosen_by_something_else, "L", &X, 0.3);
    agree!(capped, "L", &X, 0.7);
    agree!(tuple_of_sums, "F", &X, 0.7);
    agree!(weights_known_before, "L", &X, &Y);
    agree!(weight_changes_in_the_loop, "C", &X, 0.7);
    agree!(used_by_two, "F", &X, 0.7);
}

// ---- what a loop does with its sums ----

#[differentiate]
fn sum_feeds_another(x: &[f64], w: f64) -> f64 {
    let (mut a, mut b) = (w, 0.0);
    for &x in x {
        a += x;
        b += a * x;
    }
    a + b
}
#[differentiate]
fn sum_before_feeds_another(x: &[f64], w: f64) -> f64 {
    let (mut a, mut b) = (w, 0.0);
    let before = a * 2.0;
    for &x in x {
        a += x;
        b += before * x;
    }
    a + b
}
#[differentiate]
fn sum_of_itself(x: &[f64], w: f64) -> f64 {
    let mut s = w;
    for &x in x {
        s += s * x;
    }
    s
}
#[differentiate]
fn subtracted_from(x: &[f64], w: f64) -> f64 {
    let mut s = w;
    for &x in x {
        s = x - s;
    }
    s
}
#[differentiate]
fn added_on_the_right(x: &[f64], w: f64) -> f64 {
    let mut s = w;
    for &x in x {
        s = x * w + s;
        s = s - x.sin();
    }
    s
}
#[differentiate]
fn added_to_an_older_one(x: &[f64], w: f64) -> f64 {
    let mut s = w;
    for &x in x {
        let old = s;
        s += x * x;
        s = old + x * w;
    }
    s
}
#[differentiate]
fn kept_from_the_last(x: &[f64], w: f64) -> f64 {
    let mut last = w;
    let mut s = 0.0;
    for &x in x {
        s += last * x;
        last = x * x;
    }
    s + last
}
#[differentiate]
fn last_one_only(x: &[f64], w: f64) -> f64 {
    let mut last = w;
    let mut s = 0.0;
    for &x in x {
        last = x * x;
        s += last * w;
    }
    s
}
#[differentiate]
fn last_one_is_used(x: &[f64], w: f64) -> f64 {
    let mut last = w;
    let mut s = 0.0;
    for &x in x {
        last = x * x;
        s += last * w;
    }
    s + last
}
#[differentiate]
fn last_one_of_a_branch(x: &[f64], w: f64) -> f64 {
    let mut last = w;
    let mut s = 0.0;
    for &x in x {
        if x > 0.0 {
            last = x * x;
        }
        s += last * w;
    }
    s
}
#[differentiate]
fn last_one_within_a_branch(x: &[f64], w: f64) -> f64 {
    let mut last = w;
    let mut s = 0.0;
    for &x in x {
        if x > 0.0 {
            last = x * x;
            s += last * w;
        }
    }
    s
}
#[differentiate]
fn reset_in_a_branch(x: &[f64], w: f64) -> f64 {
    let mut s = w;
    for &x in x {
        if x < 0.0 {
            s = x * w;
        }
        s += x * x;
    }
    s
}
#[differentiate]
fn read_in_the_condition(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    let mut i = 0;
    while i < x.len() && s < 1.0 {
        s += x[i] * x[i] * w;
        i += 1;
    }
    s * w
}
#[differentiate]
fn read_in_a_branch_condition(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        if s < 0.8 {
            s += x * x * w;
        }
    }
    s * w
}
#[differentiate]
fn read_in_a_branch(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    let mut t = 0.0;
    for &x in x {
        s += x * x * w;
        if x > 0.0 {
            t += s;
        }
    }
    s * w + t
}
#[differentiate]
fn breaks(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        if x > 1.0 {
            break;
        }
        s += x.exp() * w;
    }
    s * w
}
#[differentiate]
fn breaks_late(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += x.exp() * w;
        if s > 1.0 {
            break;
        }
        s += x * x;
    }
    s * w
}
#[differentiate]
fn continues(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for (i, &x) in x.iter().enumerate() {
        if i % 2 == 1 {
            continue;
        }
        s += x.exp() * w;
        if x < 0.35 {
            continue;
        }
        s += x * x;
    }
    s * w
}
#[differentiate]
fn returns(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        if x > 1.0 {
            return s * w * x;
        }
        s += x.exp() * w;
    }
    s * w
}
#[differentiate]
fn leaves_the_outer(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    'outer: for i in 0..x.len() {
        for j in 0..x.len() {
            if j > i {
                continue 'outer;
            }
            if i == 3 && j == 2 {
                break 'outer;
            }
            s += x[i] * x[j] * w;
        }
        s += x[i];
    }
    s * w
}
#[differentiate]
fn while_with_counter(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    let mut i = 0;
    while i < x.len() {
        let y = x[i] * w;
        i += 1;
        s += y * y;
        i += 1;
    }
    s * w
}
#[differentiate]
fn endless(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    let mut i = 0;
    loop {
        s += x[i].sin() * w;
        i += 1;
        if i == x.len() {
            break;
        }
    }
    s * w
}
#[differentiate]
fn matched(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for (i, &x) in x.iter().enumerate() {
        s += match i {
            0 => x * w,
            1 | 2 => x.sin(),
            _ => w,
        };
        match i % 2 {
            0 => s -= x * x,
            _ => {}
        }
    }
    s * w
}
#[differentiate]
fn zero_trips(x: &[f64], w: f64, n: usize) -> f64 {
    let mut s = w;
    for i in 0..n {
        s += x[i] * w;
    }
    for i in n..n {
        s += x[i] * x[i];
    }
    s * w
}
#[differentiate]
fn shadowed_names(x: &[f64], w: f64) -> f64 {
    let s = w * 2.0;
    let mut total = 0.0;
    for &x in x {
        let s = s * x;
        let x = s + x;
        let total_bar = x * s;
        total += total_bar;
        let total = x;
        let s = total * s;
        let _ = s;
    }
    let total = total * s;
    let s = total;
    s
}
#[differentiate]
fn nan_not_taken(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        s += if x > 0.0 { x.sqrt() * w } else { x };
    }
    s * w
}
#[differentiate]
fn squares_by_iterators(x: &[f64], w: f64) -> f64 {
    let total: f64 = x.iter().zip(x.iter().skip(1)).map(|(a, b)| (a - b) * (a - b) * w).sum();
    total * w
}
#[differentiate]
fn asserted(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    for &x in x {
        assert!(x < 10.0, "large: {x}");
        s += x * w;
    }
    assert!(s < 100.0);
    s * w
}
#[differentiate]
fn closure_adds(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    let mut add = |v: f64| s += v * w;
    for &x in x {
        add(x * x);
    }
    s * w
}
#[differentiate]
fn for_each_adds(x: &[f64], w: f64) -> f64 {
    let mut s = 0.0;
    x.iter().enumerate().for_each(|(i, x)| s += x.sin() * (i as f64) * w);
    s * w
}

#[test]
fn what_a_loop_does_with_its_sums() {
    agree!(sum_feeds_another, "C", &X, 0.7);
    agree!(sum_before_feeds_another, "F", &X, 0.7);
    agree!(sum_of_itself, "C", &X, 0.7);
    agree!(subtracted_from, "C", &X, 0.7);
    agree!(added_on_the_right, "C", &X, 0.7);
    agree!(added_to_an_older_one, "C", &X, 0.7);
    agree!(kept_from_the_last, "C", &X, 0.7);
    agree!(last_one_only, "F", &X, 0.7);
    agree!(last_one_is_used, "C", &X, 0.7);
    agree!(last_one_of_a_branch, "C", &X, 0.7);
    agree!(last_one_within_a_branch, "F", &X, 0.7);
    agree!(reset_in_a_branch, "C", &X, 0.7);
    agree!(read_in_the_condition, "F", &X, 0.7);
    agree!(read_in_a_branch_condition, "C", &X, 0.7);
    agree!(read_in_a_branch, "C", &X, 0.7);
    agree!(breaks, "F", &X, 0.7);
    agree!(breaks_late, "C", &X, 0.7);
    agree!(continues, "C", &X, 0.7);
    agree!(returns, "C", &X, 0.7);
    agree!(returns, "C", &Y, 0.7);
    agree!(leaves_the_outer, "FF", &X, 0.7);
    agree!(while_with_counter, "F", &X, 0.7);
    agree!(endless, "F", &X, 0.7);
    agree!(matched, "C", &X, 0.7);
    agree!(zero_trips, "FF", &X, 0.7, 0);
    agree!(zero_trips, "FF", &X, 0.7, 3);
    agree!(shadowed_names, "F", &X, 0.7);
    agree!(nan_not_taken, "F", &X, 0.7);
    agree!(squares_by_iterators, "F", &X, 0.7);
    agree!(asserted, "F", &X, 0.7);
    agree!(closure_adds, "F", &X, 0.7);
    agree!(for_each_adds, "F", &X, 0.7);
}
