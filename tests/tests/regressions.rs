//! What random programs found: one test per finding, with the smallest program that showed it.
//!
//! Most were refused or did not compile, so the value and the gradient are asserted as in any other test.
#![allow(clippy::all)]

use ad_runtime::{check_grad, differentiate, stop_gradient};

/// A helper with `#[constant]` on a `&mut` parameter could not be called.
mod constant_scratch {
    use super::*;

    #[differentiate]
    fn square(x: f64, #[constant] w: &mut [f64]) -> f64 {
        w[0] = x * x;
        w[0] * 2.0
    }

    #[differentiate]
    fn once(x: f64) -> f64 {
        let mut w = vec![0.0; 3];
        square(x, &mut w[..]) * x
    }

    // What the call wrote is active for the caller.
    #[differentiate]
    fn read_again(x: f64) -> f64 {
        let mut w = [0.0; 2];
        let y = square(x, &mut w);
        y * w[0]
    }

    // And what it found there.
    #[differentiate]
    fn accumulate(x: f64, #[constant] w: &mut f64) -> f64 {
        let before = *w;
        *w += x;
        before * x
    }

    #[differentiate]
    fn twice(x: f64) -> f64 {
        let mut w = x;
        accumulate(x, &mut w) + accumulate(x, &mut w) * w
    }

    #[differentiate]
    fn fill(n: usize, x: f64, #[constant] w: &mut [f64]) -> f64 {
        if n == 0 {
            return w[0] * w[1];
        }
        w[n % 2] += x;
        fill(n - 1, x * x, w)
    }

    #[differentiate]
    fn recursive(x: f64) -> f64 {
        let mut w = [1.0, x];
        fill(3, x, &mut w) + w[0]
    }

    // Nothing active is written, and what is read goes on to a call.
    #[differentiate]
    fn read_only(n: usize, x: f64, #[constant] w: &mut [f64]) -> f64 {
        w[1] = 2.0;
        if n == 0 { recursive(w[0]) } else { read_only(n - 1, x * x, w) * x }
    }

    #[differentiate]
    fn reads(x: f64) -> f64 {
        let mut w = [x, x];
        read_only(1, x, &mut w) * w[1]
    }

    #[test]
    fn derivatives() {
        check_grad!(reads, 0.8);
        assert_eq!(once::value_and_grad(2.0), (16.0, 24.0));
        assert_eq!(read_again::value_and_grad(2.0), (32.0, 64.0));
        check_grad!(once, 1.3);
        check_grad!(read_again, 1.3);
        check_grad!(twice, 1.3);
        check_grad!(recursive, 0.7);
        // By itself it has no gradient for the buffer.
        assert_eq!(square::value_and_grad(3.0, &mut [0.0]), (18.0, 12.0));
        assert_eq!(fill::grad(2, 2.0, &mut [1.0, 1.0]), 4.0 * 3.0 + 5.0);
        assert_eq!(square::jvp((3.0, &mut [0.0][..]), 1.0), (18.0, 12.0));
    }
}

/// `stop_gradient` of anything but scalars was refused, and of references it did not compile.
mod stopped_aggregates {
    use super::*;

    #[differentiate]
    fn product(x: f64, w: &[f64; 3]) -> f64 {
        w[0] * x * w[1]
    }

    #[differentiate]
    fn weighted(a: f64, #[constant] x: &[f64]) -> f64 {
        a * x[1]
    }

    #[differentiate]
    fn pattern(x: f64) -> f64 {
        let [a, b] = stop_gradient([x, x * x]);
        a * x + b * x * x
    }

    #[differentiate]
    fn behind_a_reference(x: f64) -> f64 {
        product(x, &stop_gradient([x, x, 1.0]))
    }

    #[differentiate]
    fn literal_slice(x: f64) -> f64 {
        weighted(x, stop_gradient(&[x, x, 1.0][..]))
    }

    #[differentiate]
    fn parameter(v: &[f64]) -> f64 {
        weighted(v[0], stop_gradient(v)) + weighted(v[0], stop_gradient(&v[1..]))
    }

    #[differentiate]
    fn array(w: [f64; 2]) -> f64 {
        weighted(w[0], &stop_gradient(w)) + weighted(w[0], stop_gradient(&w))
    }

    // It may change afterwards: then it has a derivative again.
    #[differentiate]
    fn changed(x: f64) -> f64 {
        let mut w = stop_gradient([x, x]);
        w[0] *= x;
        w[0] * w[1]
    }

    #[test]
    fn derivatives() {
        assert_eq!(pattern::value_and_grad(3.0), (9.0 + 81.0, 3.0 + 54.0));
        assert_eq!(behind_a_reference::value_and_grad(3.0), (27.0, 9.0));
        assert_eq!(literal_slice::value_and_grad(3.0), (9.0, 3.0));
        assert_eq!(parameter::value_and_grad(&[2.0, 3.0, 4.0]), (14.0, vec![7.0, 0.0, 0.0]));
        assert_eq!(array::value_and_grad([2.0, 3.0]), (12.0, [6.0, 0.0]));
        assert_eq!(changed::value_and_grad(3.0), (27.0, 9.0));
        assert_eq!(changed::jvp(3.0, 1.0), (27.0, 9.0));
    }
}

/// References chosen at run time: parts, chunks and windows of them, choices among them, and writing through them.
mod chosen_references {
    use super::*;

    #[differentiate]
    fn element_in_a_literal(c: bool, d: bool, s: &[f64], t: &[f64]) -> f64 {
        let p = if c { s } else { t };
        let pairs = [
            (
                0.5,
                match d {
                    true => p[0],
                    false => p[1],
                },
            ),
            (1.0, 2.0),
        ];
        pairs[0].1 * pairs[0].1 * pairs[1].1
    }

    #[differentiate]
    fn chunks_and_windows(c: bool, a: &[f64], b: &[f64]) -> f64 {
        let t: &[f64] = if c { &a[..] } else { &b[..] };
        let mut s = 0.0;
        for d in t.chunks_exact(2) {
            s += d[0] * d[1];
        }
        s + t.windows(2).skip(1).map(|w| w[0] * w[1]).sum::<f64>()
    }

    #[differentiate]
    fn chosen_again(c: bool, d: bool, t: &[f64], u: &[f64]) -> f64 {
        let p = if c { t } else { &u[1..] };
        let s = if d { &p[1..] } else { p };
        s[0] * p[1]
    }

    #[differentiate]
    fn matched(c: bool, t: &[f64], u: &[f64]) -> f64 {
        let p = if c { t } else { u };
        match p {
            [a, .., b] => a * b,
            _ => 1.0,
        }
    }

    #[differentiate]
    fn written(c: bool, u: &mut [f64], w: &mut [f64]) -> f64 {
        {
            let t = if c { &mut u[..] } else { &mut w[1..] };
            for v in t.iter_mut() {
                *v *= *v;
            }
            t.swap(0, 1);
            t[1..].fill(3.0);
        }
        u[0] * w[1] + u[1]
    }

    #[test]
    fn derivatives() {
        for c in [true, false] {
            for d in [true, false] {
                check_grad!(element_in_a_literal, c, d, &[1.0, 2.0], &[3.0, 4.0]);
                check_grad!(chosen_again, c, d, &[1.0, 2.0, 3.0], &[3.0, 4.0, 5.0]);
            }
            check_grad!(chunks_and_windows, c, &[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0, 7.0]);
            check_grad!(matched, c, &[1.0, 2.0, 3.0, 4.0], &[5.0, 6.0]);
            check_grad!(written, c, &mut [1.0, 2.0, 3.0], &mut [3.0, 4.0, 5.0]);
        }
    }
}

/// The `fold` of a branch never taken ran anyway in the derivative.
mod arm_not_taken {
    use super::*;

    #[differentiate]
    fn f(q: &mut [f64; 3], r: &[f64], phi: f64) -> f64 {
        let mut u = Vec::<f64>::new();
        u.push('l: {
            let w = [
                phi,
                match (false, q[2] > 1e9) {
                    (true, true) => 2.0,
                    (false, _) => 0.5,
                    _ => {
                        q[0] = u.chunks(2).zip(r.iter()).enumerate().map(|(_, (_, _))| 0.5_f64).fold(u[0], f64::max);
                        0.5
                    }
                },
            ];
            if q[1] < 0.0 {
                break 'l w[0];
            }
            w[1] * w[0]
        });
        u[0] * q[0]
    }

    #[test]
    fn derivatives() {
        check_grad!(f, &mut [1.0, 2.0, 3.0], &[1.0], 2.0);
        check_grad!(f, &mut [1.0, -2.0, 3.0], &[1.0], 2.0);
    }
}

/// The slice that a function returns: passed on, used twice, read in the reverse sweep.
mod slice_results {
    use super::*;

    #[differentiate]
    fn rest(r: &[f64]) -> &[f64] {
        &r[1..]
    }

    #[differentiate]
    fn ends(c: &[f64]) -> f64 {
        c[0] * c[c.len() - 1]
    }

    #[differentiate]
    fn passed_on(x: f64) -> f64 {
        let p = [0.5, x, x];
        ends(rest(&p))
    }

    #[differentiate]
    fn nested(x: f64) -> f64 {
        let mut y = x * x;
        let acc = &mut y;
        ends(&[0.5, ends(rest(&[0.5, *acc, 0.1]))])
    }

    #[differentiate]
    fn read_twice(c: &[f64]) -> f64 {
        let s = rest(c);
        s.iter().take(2).zip(s.iter()).map(|(a, b)| a * b).sum::<f64>()
    }

    #[differentiate]
    fn passed_and_read(t: &[f64]) -> f64 {
        let b = rest(t);
        let z = rest(b);
        b[1] * z[0] * b[0]
    }

    #[differentiate]
    fn in_a_loop(t: &[f64], n: usize) -> f64 {
        let b = rest(t);
        let mut s = 1.0;
        for i in 0..n {
            let z = rest(b);
            s *= z[i] * ends(b) + ends(z);
        }
        s
    }

    #[test]
    fn derivatives() {
        check_grad!(passed_on, 1.5);
        check_grad!(nested, 1.5);
        check_grad!(read_twice, &[1.0, 2.0, 3.0, 4.0]);
        check_grad!(passed_and_read, &[1.0, 2.0, 3.0, 4.0]);
        check_grad!(in_a_loop, &[1.0, 0.2, 0.3, 0.4], 2);
    }
}

/// The `N` of a function inside a body was looked for outside of it.
mod const_generic_inside {
    use super::*;

    #[differentiate]
    fn f(s: f64) -> [f64; 2] {
        #[differentiate]
        fn same<const N: usize>(w: [f64; N]) -> [f64; N] {
            let again = w;
            again
        }
        let q = same::<3>([s, 0.5, s]);
        [0.5, q[2] * q[0]]
    }

    #[test]
    fn derivatives() {
        check_grad!(f, 1.5);
    }
}

/// Methods of literals whose type nothing told in the derivative.
mod ambiguous_numbers {
    use super::*;

    #[differentiate]
    fn pair(x: [f64; 3]) -> (f64, f64) {
        (x[0] * 2.0, x[1])
    }

    #[differentiate]
    fn larger(s: f64) -> f64 {
        let l = pair([s, 0.5, 0.5]);
        let m = l.0.max(3.0);
        if l.0.max(-3.0) == 0.5 { s } else { m * m }
    }

    #[differentiate]
    fn stepped(x: f64, n: u32) -> f64 {
        let u: usize = 1 << n;
        (0..(u & 1)).rev().step_by(2).map(|_| x).product::<f64>()
    }

    #[test]
    fn derivatives() {
        check_grad!(larger, 1.0);
        check_grad!(larger, 2.0);
        check_grad!(stepped, 1.5, 0);
        check_grad!(stepped, 1.5, 1);
    }
}

/// `chain` behind what comes to an end by itself was refused.
mod chain_behind_an_end {
    use super::*;

    #[differentiate]
    fn sum(x: &[f64]) -> f64 {
        x.iter().take_while(|&&v| v < 2.5).chain(x.iter()).sum::<f64>() * x[0]
    }

    macro_rules! three_parts {
        ($x:ident, $at:ident) => {{
            let mut s = 1.0;
            let first = $x.iter().filter(|v| **v > 0.5).take(2);
            for v in first.chain($x.iter().take_while(|v| **v < 10.0)).chain($x.iter().filter(|v| **v < 3.0).take(1)) {
                if *v == $at {
                    continue;
                }
                if *v == $at + 1.0 {
                    break;
                }
                s = s * *v + 1.0;
            }
            s
        }};
    }

    // The body stands in both parts: its constant was defined twice.
    #[differentiate]
    fn constant_inside(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for v in x.iter().chain(x.iter()) {
            const FACTOR: f64 = 3.0;
            s += FACTOR * *v * *v;
        }
        s
    }

    fn primal(x: &[f64], at: f64) -> f64 {
        three_parts!(x, at)
    }

    #[differentiate]
    fn left_in_each(x: &[f64], #[constant] at: f64) -> f64 {
        let mut s = 1.0;
        let first = x.iter().filter(|v| **v > 0.5).take(2);
        for v in first.chain(x.iter().take_while(|v| **v < 10.0)).chain(x.iter().filter(|v| **v < 3.0).take(1)) {
            if *v == at {
                continue;
            }
            if *v == at + 1.0 {
                break;
            }
            s = s * *v + 1.0;
        }
        s
    }

    #[test]
    fn derivatives() {
        let x = [1.0, 2.0, 3.0, 4.0];
        check_grad!(sum, &x);
        check_grad!(constant_inside, &x);
        for at in [-3.0, 0.0, 1.0, 2.0, 3.0, 4.0] {
            let (y, gradient) = left_in_each::value_and_grad(&x, at);
            assert_eq!(y, primal(&x, at));
            let direction = [1.0, 0.5, 0.25, 0.125];
            let (_, along) = left_in_each::jvp((&x, at), &direction);
            let product: f64 = gradient.iter().zip(direction).map(|(g, d)| g * d).sum();
            assert!((along - product).abs() < 1e-9, "{along} {product}");
        }
        // The differences see no test of equality at these.
        check_grad!(left_in_each, &x, -3.0);
        check_grad!(left_in_each, &[1.0, 2.0, 3.0, 11.0, 2.0], -3.0);
    }
}

/// A `&mut` parameter passed by its name stays borrowed as the callee borrows it.
mod borrowed_by_a_result {
    use super::*;

    #[differentiate]
    fn rest(g: &[f64], n: usize, y: f64) -> &[f64] {
        let _ = y;
        &g[n..]
    }

    #[differentiate]
    fn f(g: &mut [f64]) -> f64 {
        let t = rest(g, 1, g[0]);
        let z = g[0] * t[0] * t[1] + g[1] * g[0];
        g[1] = z;
        z
    }

    // A view by its name: the slice returned and the view are read both.
    #[differentiate]
    fn views(x: &[f64]) -> f64 {
        let mut u = x.to_vec();
        let mut s = 0.0;
        for v in u.chunks_exact_mut(2) {
            let t = rest(v, 1, v[0]);
            s += t[0] * v[0] * v[1];
            v[0] = s;
        }
        s * u[0]
    }

    // Its type written out.
    #[differentiate]
    fn annotated(x: f64, n: usize) -> f64 {
        let g = [x, x * x, 3.0];
        let total: &[f64] = rest(&g[..], 0, x);
        let again = rest(total, 1, total[0]);
        (0..n).map(|q| total.iter().skip(1).zip(&g).map(|(a, b)| a * b * again[q]).sum::<f64>()).sum::<f64>()
    }

    #[test]
    fn derivatives() {
        check_grad!(f, &mut [1.0, 2.0, 3.0]);
        check_grad!(views, &[1.0, 2.0, 3.0, 4.0]);
        check_grad!(annotated, 1.5, 2);
    }
}

/// Results of calls of other types than numbers go on to calls: references to constants, structs, Vecs moved and set again.
mod open_results {
    use super::*;

    #[derive(Clone)]
    struct Config {
        factor: f64,
    }

    fn config() -> Config {
        Config { factor: 3.0 }
    }

    fn factor(c: &Config) -> f64 {
        c.factor
    }

    #[differentiate]
    fn by_ref(x: f64, #[constant] c: &Config) -> f64 {
        x * x * factor(c)
    }

    #[differentiate]
    fn by_value(x: f64, #[constant] c: Config) -> f64 {
        x * x * factor(&c)
    }

    #[differentiate]
    fn structs(x: f64) -> f64 {
        let c = config();
        let d = config();
        by_ref(x, &c) * by_value(x, d)
    }

    #[differentiate]
    fn rest(x: &[f64]) -> &[f64] {
        &x[1..]
    }

    #[differentiate]
    fn scaled(x: f64, v: &[f64]) -> f64 {
        x * v[0]
    }

    const TABLE: [f64; 3] = [1.0, 2.0, 3.0];

    #[differentiate]
    fn constants(x: f64) -> f64 {
        scaled(x, rest(&TABLE)) * scaled(x * x, rest(&[5.0, 6.0]))
    }

    #[differentiate]
    fn grown(v: Vec<f64>, x: f64) -> Vec<f64> {
        let mut w = v;
        w[0] *= x;
        w.push(x);
        w
    }

    #[differentiate]
    fn set_again(x: f64, n: usize) -> f64 {
        let mut v = grown(vec![1.0], x);
        for _ in 0..n {
            v = grown(v, x);
        }
        let w = grown(v, x);
        v = grown(w, x * x);
        let n = v.len();
        v[0] * v[n - 1]
    }

    #[test]
    fn derivatives() {
        assert_eq!(structs::value_and_grad(2.0), (144.0, 288.0));
        check_grad!(constants, 1.5);
        check_grad!(set_again, 1.5, 0);
        check_grad!(set_again, 1.1, 3);
    }
}

/// A call's result in a tuple that a recursive call takes: its type is that of the parameter.
mod result_in_a_tuple_of_recursion {
    use super::*;

    #[differentiate]
    fn square(v: f64) -> f64 {
        v * v
    }

    #[differentiate]
    fn f(n: usize, p: (f64, f64), u: &[f64]) -> [f64; 2] {
        if n == 0 {
            return [p.0 * u[0], p.1];
        }
        let h = [u[0], u[1] * p.1, u[2]];
        let inner = f(n - 1, (p.0, square(p.1)), &h[..]);
        [inner[1] * h[1], inner[0]]
    }

    #[test]
    fn derivatives() {
        check_grad!(f, 2, (1.5, 0.7), &[0.5, 0.8, 1.2]);
    }
}

/// The slice that a call returned, as the argument of a recursive call.
mod slice_result_in_recursion {
    use super::*;

    #[differentiate]
    fn rest(x: &[f64]) -> &[f64] {
        &x[1..]
    }

    #[differentiate]
    fn product(x: &[f64]) -> f64 {
        if x.len() < 2 {
            return x[0] * x[0];
        }
        let others = rest(x);
        x[0] * product(others) + others[0] * product(rest(x))
    }

    #[test]
    fn derivatives() {
        check_grad!(product, &[1.5, 0.7, 0.9]);
    }
}

/// A result that is an array, kept for a call in a loop; a constant array passed as a Vec.
mod arrays_and_vecs {
    use super::*;

    #[differentiate]
    fn pair(x: f64) -> [f64; 2] {
        [x * x, x]
    }

    #[differentiate]
    fn total<const N: usize>(x: &[f64; N]) -> f64 {
        x[0] * x[N - 1]
    }

    #[differentiate]
    fn kept(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            let r = pair(s + r_of(i));
            s = s * total(&r) + r[i % 2];
        }
        s
    }

    fn r_of(i: usize) -> f64 {
        0.1 * i as f64
    }

    #[differentiate]
    fn product(v: Vec<f64>, x: f64) -> f64 {
        v[0] * v[1] * x * x
    }

    #[differentiate]
    fn constant(x: f64) -> f64 {
        const C: [f64; 2] = [2.0, 3.0];
        product(C.to_vec(), x)
    }

    #[test]
    fn derivatives() {
        check_grad!(kept, 0.8, 3);
        check_grad!(constant, 1.5);
    }
}

/// One half of a split slice by `&mut`, a copy of the other by value.
mod copy_beside_a_view {
    use super::*;

    #[differentiate]
    fn scale(out: &mut [f64], by: Vec<f64>) {
        out[0] *= by[0] * by[1];
    }

    #[differentiate]
    fn f(r: &mut [f64]) -> f64 {
        let (left, right) = r.split_at_mut(1);
        scale(left, right.to_vec());
        left[0] * right[1]
    }

    #[test]
    fn derivatives() {
        check_grad!(f, &mut [1.5, 0.7, 0.9]);
    }
}

/// `a.to_vec()` of an array as the argument of a recursive call was an array again.
mod array_to_vec_in_recursion {
    use super::*;

    #[differentiate]
    fn f(n: usize, v: Vec<f64>) -> f64 {
        let a = [v[0] * v[1], v[1]];
        if n == 0 { a[0] } else { f(n - 1, a.to_vec()) * a[1] }
    }

    #[test]
    fn derivatives() {
        check_grad!(f, 2, vec![1.5, 0.7]);
    }
}

/// A buffer swapped with an active one and then moved to where nothing uses it: the reverse sweep panicked.
mod moved_to_no_use {
    use super::*;

    #[differentiate]
    fn consumed(tmp: &mut [f64], n: usize) -> f64 {
        let mut c = tmp.to_vec();
        let mut e = vec![2.0, 3.0, 4.0];
        for _ in 0..n {
            std::mem::swap(&mut c, &mut e);
            c[0] *= e[1];
        }
        for _ in e {}
        c[0] * c[1]
    }

    #[differentiate]
    fn renamed(x: f64, n: usize) -> f64 {
        let mut c = vec![x, x * x];
        let mut e = vec![2.0, x, 3.0];
        for _ in 0..n {
            c.push(x);
            std::mem::swap(&mut c, &mut e);
        }
        let mut unused = e;
        unused.push(1.0);
        c[0] * c[1]
    }

    #[test]
    fn derivatives() {
        for n in 0..4 {
            check_grad!(consumed, &mut [1.0, 2.0], n);
            check_grad!(renamed, 1.5, n);
        }
    }
}

/// Casts and constants of the derivative where only rustc knows whether a call gives `f32` or `f64`.
mod casts_of_results {
    use super::*;

    #[differentiate]
    fn half(x: f32) -> f32 {
        x * 0.5
    }

    #[differentiate]
    fn pair(x: f32) -> (f32, f32) {
        (x * 0.5, x)
    }

    #[differentiate]
    fn cast(x: f32) -> f32 {
        ((half(x).tanh() as f64) as f32) * (half(x).powi(3) as f64) as f32
    }

    #[differentiate]
    fn constants(x: f32) -> f32 {
        (half(x).exp2() as f64) as f32 + (pair(x).0.log(2.0) as f64) as f32 * (pair(x).1.to_degrees() as f64) as f32
    }

    fn near(got: f32, expected: f64) {
        assert!((f64::from(got) - expected).abs() < 1e-5 * expected.abs(), "{got} {expected}");
    }

    #[test]
    fn derivatives() {
        let (x, h) = (1.5_f64, 0.75_f64);
        let t = h.tanh();
        near(cast::grad(1.5), 0.5 * (1.0 - t * t) * h.powi(3) + t * 1.5 * h * h);
        let ln2 = std::f64::consts::LN_2;
        let degrees = 180.0 / std::f64::consts::PI;
        near(constants::grad(1.5), 0.5 * h.exp2() * ln2 + (h.log2() + 1.0 / ln2) * degrees);
        assert_eq!(x, 2.0 * h);
    }
}

/// Rows swapped through the halves of `split_at_mut`.
mod rows_swapped {
    use super::*;

    #[differentiate]
    fn vecs(x: f64, y: f64) -> f64 {
        let mut m = vec![vec![x, y * y], vec![y * x, x]];
        let (a, b) = m.split_at_mut(1);
        std::mem::swap(&mut a[0], &mut b[0]);
        m[0][0] * m[1][1] * m[0][1]
    }

    #[differentiate]
    fn arrays(x: f64, y: f64) -> f64 {
        let mut m = [[x, y * y], [y * x, x], [x, x]];
        let (a, b) = m.split_at_mut(1);
        std::mem::swap(&mut a[0], &mut b[1]);
        m[0][0] * m[2][1] * m[1][1]
    }

    #[test]
    fn derivatives() {
        check_grad!(vecs, 1.5, 2.5);
        check_grad!(arrays, 1.5, 2.5);
    }
}

/// Items of one name in sibling blocks were refused.
mod items_of_sibling_blocks {
    use super::*;

    #[differentiate]
    fn f(x: f64) -> f64 {
        let a = {
            use std::f64::consts::SQRT_2;
            SQRT_2 * x
        };
        let b = {
            use std::f64::consts::SQRT_2;
            const C: f64 = 3.0;
            SQRT_2 * x * x * C
        };
        let c = {
            const C: f64 = 2.0;
            C * x
        };
        a + b + c
    }

    #[test]
    fn derivatives() {
        let root = std::f64::consts::SQRT_2;
        assert_eq!(f(1.0), root + root * 3.0 + 2.0);
        check_grad!(f, 1.5);
    }
}

/// A partial with a pole, `0.5 / y` of a square root, is guarded against a weight of zero. In second derivatives the guard cut
/// off the derivative by that weight: Hessians were 0 where an inner derivative is, and `grad` inside was 0 in a zero direction.
mod derivatives_by_weights_of_zero {
    use super::*;

    #[differentiate(order = 2)]
    fn root(x: f64) -> f64 {
        (x * x + 1.0).sqrt()
    }

    #[differentiate(order = 2)]
    fn inverse(x: f64, y: f64) -> f64 {
        1.0 / (x * x + y * y + 1.0).ln_1p()
    }

    #[differentiate(order = 2)]
    fn power(x: f64, p: f64) -> f64 {
        x.powf(p)
    }

    #[differentiate]
    fn slope(x: f64, unused: f64) -> f64 {
        root::grad(x) + unused
    }

    #[test]
    fn derivatives() {
        assert_eq!(root::hvp(0.0, 1.0), 1.0);
        assert_eq!(slope::value_and_grad(0.0, 0.0), (0.0, (1.0, 1.0)));
        assert_eq!(slope::jvp((2.0, 0.0), (0.0, 1.0)), (root::grad(2.0), 1.0));
        assert_eq!(slope::jvp((0.0, 0.0), (1.0, 0.0)), (0.0, 1.0));
        // In a direction along which the first derivative is zero.
        let (x, y) = (0.6, 0.8);
        let by_differences = |i: usize| {
            let g = |h: f64| inverse::grad(x + y * h, y - x * h);
            let (up, down) = (g(1e-5), g(-1e-5));
            [(up.0 - down.0) / 2e-5, (up.1 - down.1) / 2e-5][i]
        };
        let (a, b) = inverse::hvp((x, y), (y, -x));
        assert!((a - by_differences(0)).abs() < 1e-8 && (b - by_differences(1)).abs() < 1e-8);
        let ((xx, xp), (px, _)) = power::hessian(2.0, 0.0);
        assert_eq!((xx[[0, 0]], xp[[0, 0]], px[[0, 0]]), (0.0, 0.5, 0.5));
    }
}
