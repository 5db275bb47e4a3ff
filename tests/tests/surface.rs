//! The public surface around bodies written by hand: shapes, checks, and code that survives strict lints.

#![forbid(unsafe_code, nonstandard_style)]
#![deny(warnings, missing_docs, unreachable_pub)]

use ad_by_hand::by_hand;
use ad_runtime::{Check, Const, Function, Mismatch, Pass, check_grad, func};

by_hand! {
    /// A sum of sines, with a constant weight and a count.
    pub fn waves(a: f64, xs: &[f64], #[constant] w: &[f64], n: usize) -> f64 {
        let mut s = 0.0;
        for i in 0..n {
            s += w[i] * (a * xs[i]).sin();
        }
        s
    }
    forward {
        let mut s = 0.0;
        for i in 0..n {
            s += w[i] * (a * xs[i]).sin();
        }
        (s, move |(_, xs, w, _): _, (mut a_bar, mut xs_bar, _, _), seed| {
            for i in (0..n).rev() {
                let t = w[i] * (a * xs[i]).cos() * seed;
                if let Some(a_bar) = a_bar.present() { *a_bar += xs[i] * t; }
                if let Some(xs_bar) = xs_bar.present() { xs_bar[i] += a * t; }
            }
        })
    }
    tangent {
        let (mut s, mut s_dot) = (0.0, 0.0);
        for i in 0..n {
            let mut t = 0.0;
            if let Some(a_dot) = a_dot.present() { t += xs[i] * *a_dot; }
            if let Some(xs_dot) = xs_dot.present() { t += a * xs_dot[i]; }
            s_dot += w[i] * (a * xs[i]).cos() * t;
            s += w[i] * (a * xs[i]).sin();
        }
        (s, s_dot)
    }
}

by_hand! {
    /// In place, with a result.
    fn scale(u: &mut [f64], c: f64) -> f64 {
        let s = u[0] * c;
        for v in u.iter_mut() { *v *= c; }
        s
    }
    forward {
        let u_kept = u.to_vec();
        let s = u[0] * c;
        for v in u.iter_mut() { *v *= c; }
        (s, move |_: _, (u_bar, mut c_bar), seed| {
            for i in 0..u_kept.len() {
                if let Some(c_bar) = c_bar.present() { *c_bar += u_kept[i] * u_bar[i]; }
                u_bar[i] *= c;
            }
            u_bar[0] += c * seed;
            if let Some(c_bar) = c_bar.present() { *c_bar += u_kept[0] * seed; }
        })
    }
    tangent {
        let s = u[0] * c;
        let c_dot = c_dot.present().copied().unwrap_or(0.0);
        let s_dot = u_dot[0] * c + u[0] * c_dot;
        for (v, v_dot) in u.iter_mut().zip(u_dot.iter_mut()) {
            *v_dot = *v_dot * c + *v * c_dot;
            *v *= c;
        }
        (s, s_dot)
    }
}

by_hand! {
    /// A vector of results, by value, over a const generic.
    fn powers<const N: usize>(x: [f64; N], y: f32) -> Vec<f64> {
        let mut out = x.to_vec();
        out.push(f64::from(y));
        out.push(x[0] * x[1]);
        out
    }
    forward {
        let mut out = x.to_vec();
        out.push(f64::from(y));
        out.push(x[0] * x[1]);
        (out, move |_: _, (mut x_bar, mut y_bar), seed| {
            if let Some(x_bar) = x_bar.present() {
                for i in 0..N { x_bar[i] += seed[i]; }
                x_bar[0] += x[1] * seed[N + 1];
                x_bar[1] += x[0] * seed[N + 1];
            }
            if let Some(y_bar) = y_bar.present() { *y_bar += seed[N] as f32; }
        })
    }
    tangent {
        let x_dot = x_dot.present().copied().unwrap_or([0.0; N]);
        let mut out = x.to_vec();
        out.push(f64::from(y));
        out.push(x[0] * x[1]);
        let mut dot = x_dot.to_vec();
        dot.push(f64::from(y_dot.present().copied().unwrap_or(0.0)));
        dot.push(x_dot[0] * x[1] + x[0] * x_dot[1]);
        (out, dot)
    }
}

by_hand! {
    /// Nothing returned, two buffers, and a pattern.
    pub(crate) fn rotate(u: &mut [f64], v: &mut f64, (c, s): (f64, f64)) {
        let a = u[0];
        u[0] = c * a - s * *v;
        *v = s * a + c * *v;
    }
    forward {
        let (c, s) = arg2;
        let (a, b) = (u[0], *v);
        u[0] = c * a - s * b;
        *v = s * a + c * b;
        ((), move |_: _, (u_bar, v_bar, mut arg2_bar), _| {
            let (p, q) = (u_bar[0], *v_bar);
            u_bar[0] = c * p + s * q;
            *v_bar = c * q - s * p;
            if let Some((c_bar, s_bar)) = arg2_bar.present() {
                *c_bar += a * p + b * q;
                *s_bar += a * q - b * p;
            }
        })
    }
    tangent {
        let (c, s) = arg2;
        let (c_dot, s_dot) = arg2_dot.present().copied().unwrap_or((0.0, 0.0));
        let (a, b, a_dot, b_dot) = (u[0], *v, u_dot[0], *v_dot);
        u[0] = c * a - s * b;
        *v = s * a + c * b;
        u_dot[0] = c * a_dot - s * b_dot + c_dot * a - s_dot * b;
        *v_dot = s * a_dot + c * b_dot + s_dot * a + c_dot * b;
        ((), ())
    }
}

by_hand! {
    /// Calls itself.
    fn power(x: f64, n: usize, log: &mut Vec<f64>) -> f64 {
        log.push(x);
        if n == 0 { 1.0 } else { x * power(x, n - 1, log) }
    }
    tangent {
        log.push(x);
        let x_dot = x_dot.present().copied().unwrap_or(0.0);
        log_dot.push(x_dot);
        if n == 0 { return (1.0, 0.0); }
        let (t, t_dot) = Self::tangent(x, n - 1, log, (&x_dot, Const, log_dot));
        (x * t, x_dot * t + x * t_dot)
    }
    adjoint {
        log.push(x);
        if n == 0 {
            let l = log_bar.pop().unwrap_or_default();
            if let Some(x_bar) = x_bar.present() { *x_bar += l; }
            return 1.0;
        }
        let t = Self::adjoint(x, n - 1, log, x_bar.reborrow(), n_bar.reborrow(), log_bar, x * seed);
        let l = log_bar.pop().unwrap_or_default();
        if let Some(x_bar) = x_bar.present() { *x_bar += t * seed + l; }
        x * t
    }
}

const XS: [f64; 3] = [0.3, -0.2, 0.9];
const WS: [f64; 3] = [1.0, 2.0, -1.0];

#[test]
fn a_scalar_function() {
    let (y, (a_bar, xs_bar)) = waves::value_and_grad(0.5, &XS, &WS, 3);
    assert_eq!(y, waves(0.5, &XS, &WS, 3));
    assert_eq!((a_bar, xs_bar.clone()), waves::grad(0.5, &XS, &WS, 3));
    let (mut a_out, mut xs_out) = (f64::NAN, vec![f64::NAN; 3]);
    assert_eq!(y, waves::value_and_grad_into(0.5, &XS, &WS, 3, &mut a_out, &mut xs_out));
    assert_eq!((a_bar, &xs_bar), (a_out, &xs_out));
    let pullback = {
        let (value, pullback) = waves::vjp(0.5, &XS, &WS, 3);
        assert_eq!(value, y);
        pullback
    };
    assert_eq!(pullback(1.0), (a_bar, xs_bar.clone()));
    assert_eq!(pullback(2.0).0, 2.0 * a_bar);
    let (value, y_dot) = waves::jvp((0.5, &XS, &WS, 3), (1.0, &[0.0, 0.0, 0.0]));
    assert_eq!(value, y);
    assert!((y_dot - a_bar).abs() < 1e-15);
    // A shadow keeps what it held.
    let mut a_shadow = 10.0;
    let mut xs_shadow = vec![0.0; 3];
    waves::adjoint(0.5, &XS, &WS, 3, &mut a_shadow, &mut xs_shadow, Const, Const, 1.0);
    assert!((a_shadow - 10.0 - a_bar).abs() < 1e-14);
    assert_eq!(xs_shadow, xs_bar);
    waves::adjoint(0.5, &XS, &WS, 3, Const, &mut xs_shadow[..], Const, Const, 0.0);
    assert_eq!(waves::EXPLAIN, "by hand");
    let (da, dx) = waves::jacobian(0.5, &XS, &WS, 3);
    assert_eq!((da.dim(), dx.dim()), ((1, 1), (1, 3)));
    assert_eq!(dx.iter().copied().collect::<Vec<_>>(), xs_bar);
    assert_eq!(da[[0, 0]], a_bar);
}

#[test]
#[should_panic(
    expected = "waves::value_and_grad_into: the buffer for the gradient of `xs` must have 3 elements, but has 2"
)]
fn a_short_buffer() {
    waves::value_and_grad_into(0.5, &XS, &WS, 3, &mut 0.0, &mut [0.0; 2]);
}

#[test]
#[should_panic(expected = "waves::jvp: the tangent of `xs` must have 3 elements, but has 1")]
fn a_short_tangent() {
    let _ = waves::jvp((0.5, &XS, &WS, 3), (0.0, &[1.0]));
}

#[test]
#[should_panic(expected = "the pullback of powers: the cotangent of the result must have 4 elements, but has 1")]
fn a_short_cotangent() {
    powers::vjp([1.0, 2.0], 3.0).1(&[1.0]);
}

#[test]
#[should_panic(expected = "the buffer for the Jacobian of `x` must have 8 elements, but has 3")]
fn a_short_jacobian() {
    powers::jacobian_into([1.0, 2.0], 3.0, &mut [0.0; 3], &mut [0.0; 4]);
}

#[test]
fn a_mutable_argument_and_a_result() {
    let mut u = vec![1.0, 2.0];
    // `grad` takes the final cotangent as zero, and leaves `u` as the primal does.
    assert_eq!(scale::grad(&mut u, 3.0), (vec![3.0, 0.0], 1.0));
    assert_eq!(u, [3.0, 6.0]);
    let (y, pullback) = scale::vjp(&mut u, 0.5);
    assert_eq!((y, u[1]), (1.5, 3.0));
    u[0] = 7.0;
    assert_eq!(pullback((1.0, &[0.0, 1.0])), (vec![0.5, 0.5], 9.0));
    let mut u = [1.0, 2.0];
    let mut u_dot = vec![1.0, 0.0];
    assert_eq!(scale::jvp((&mut u, 3.0), (&mut u_dot, 0.0)), (3.0, 3.0));
    assert_eq!((u, u_dot), ([3.0, 6.0], vec![3.0, 0.0]));
    let mut out = [f64::NAN; 2];
    assert_eq!(scale::value_and_grad_into(&mut u, 2.0, &mut out, &mut 0.0), 6.0);
    assert_eq!(out, [2.0, 0.0]);
    assert_eq!(scale::jacobian(&mut [1.0, 2.0], 2.0)[[0, 0]], 1.0);
}

#[test]
fn results_in_a_vector() {
    let (x_bar, y_bar) = powers::vjp([1.0, 2.0], 3.0).1(&[1.0, 10.0, 100.0, 1000.0]);
    assert_eq!((x_bar, y_bar), ([2001.0, 1010.0], 100.0));
    let expected = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 1.0];
    for (dx, dy) in [
        powers::jacobian([1.0, 2.0], 3.0),
        powers::jacobian_fwd([1.0, 2.0], 3.0),
        powers::jacobian_rev([1.0, 2.0], 3.0),
    ] {
        assert_eq!(dx.iter().copied().collect::<Vec<_>>(), expected);
        assert_eq!(dy, ndarray::arr2(&[[0.0f32], [0.0], [1.0], [0.0]]));
    }
    let (mut dx, mut dy) = ([0.0; 8], [0.0f32; 4]);
    powers::jacobian_into([1.0, 2.0], 3.0, &mut dx, &mut dy);
    assert_eq!((dx, dy), (expected, [0.0, 0.0, 1.0, 0.0]));
    assert_eq!(powers::jvp(([1.0, 2.0], 3.0), ([1.0, 0.0], 0.0)).1, [1.0, 0.0, 0.0, 2.0]);
}

#[test]
fn nothing_returned() {
    let (mut u, mut v) = ([1.0], 2.0);
    let ((), pullback) = rotate::vjp(&mut u, &mut v, (0.6, 0.8));
    assert_eq!((u[0], v), (0.6 - 1.6, 0.8 + 1.2));
    assert_eq!(pullback((&u, 1.0)).2, (u[0] + 2.0, 1.0 - 2.0 * u[0]));
    for mode in [rotate::jacobian, rotate::jacobian_fwd, rotate::jacobian_rev] {
        let (mut u, mut v) = ([1.0], 2.0);
        let j = mode(&mut u, &mut v, (0.6, 0.8));
        assert_eq!(j, ndarray::arr2(&[[1.0, -2.0], [2.0, 1.0]]));
        assert_eq!((u[0], v), (0.6 - 1.6, 0.8 + 1.2)); // left as the primal leaves it
    }
    let (mut u_dot, mut v_dot) = ([0.0], 0.0);
    rotate::jvp((&mut u, &mut v, (1.0, 0.0)), (&mut u_dot, &mut v_dot, (1.0, 0.0)));
}

#[test]
fn recursion() {
    let mut log = vec![];
    assert_eq!(power::value_and_grad(2.0, 3, &mut log), (8.0, (12.0, vec![])));
    assert_eq!(log, [2.0; 4]);
    let mut log = vec![];
    let (_, pullback) = power::vjp(2.0, 3, &mut log);
    assert_eq!(pullback((1.0, &[1.0; 4])), (16.0, vec![]));
    let mut buffer = vec![];
    assert_eq!(power::value_and_grad_into(2.0, 3, &mut log, &mut 0.0, &mut buffer), 8.0);
    assert_eq!(buffer, [0.0; 4]);
}

#[test]
fn generic_code() {
    fn descend<F: for<'a, 'w> Function<(f64, &'a [f64], &'w [f64], usize), Output = f64>>() -> f64 {
        let args = (0.5, &XS[..], &WS[..], 3);
        let mut x = F::point(&args);
        let start = F::evaluate(&args, &x, Pass::Primal)[0];
        for _ in 0..10 {
            let g = F::evaluate(&args, &x, Pass::Reverse(&[1.0]));
            x.iter_mut().zip(&g).for_each(|(x, g)| *x -= 0.1 * g);
        }
        assert!(F::evaluate(&args, &x, Pass::Primal)[0] < start);
        F::call(args)
    }
    descend::<waves>();
    let mut u = [1.0, 2.0];
    assert_eq!(func::<scale>().vjp(&(&mut u[..], 3.0), &[1.0, 0.0, 0.0]), [3.0, 0.0, 1.0]);
    assert_eq!(func::<scale>().jvp(&(&mut u[..], 3.0), &[1.0, 0.0, 0.0]), [3.0, 3.0, 0.0]);
    assert_eq!(func::<powers>().call(([1.0, 2.0], 3.0)), [1.0, 2.0, 3.0, 2.0]);
}

#[test]
fn in_a_function_body() {
    by_hand! {
        fn square(x: f64) -> f64 { x * x }
        forward { (x * x, move |_: _, (mut x_bar,), seed| if let Some(x_bar) = x_bar.present() { *x_bar += 2.0 * x * seed; }) }
        tangent { (x * x, 2.0 * x * x_dot.present().copied().unwrap_or(0.0)) }
    }
    assert_eq!(square::grad(3.0), 6.0);
    assert_eq!(square::jvp(3.0, 1.0), (9.0, 6.0));
}

by_hand! {
    /// A wrong derivative.
    fn wrong(n: usize, xs: &[f64]) -> f64 { xs[0] * xs[n] }
    forward {
        (xs[0] * xs[n], move |(_, xs): _, (_, mut xs_bar), seed| if let Some(xs_bar) = xs_bar.present() {
            xs_bar[0] += xs[n] * seed;
            xs_bar[n] += 2.0 * xs[0] * seed;
        })
    }
    tangent {
        let d = |i: usize| xs_dot.present().map_or(0.0, |d| d[i]);
        (xs[0] * xs[n], xs[n] * d(0) + xs[0] * d(n))
    }
}

by_hand! {
    /// What a constant `&mut` argument held is constant; what is written there is not.
    fn workspace(x: f64, #[constant] t: &mut [f64]) -> f64 {
        t[0] += x * x;
        t[0] * x
    }
    forward {
        t[0] += x * x;
        let t0 = t[0];
        (t0 * x, move |_: _, (mut x_bar, _), seed| {
            let mut t_bar = [0.0];
            t_bar[0] += x * seed;
            if let Some(x_bar) = x_bar.present() { *x_bar += t0 * seed + 2.0 * x * t_bar[0]; }
        })
    }
    tangent {
        let x_dot = x_dot.present().copied().unwrap_or(0.0);
        t[0] += x * x;
        (t[0] * x, 2.0 * x * x_dot * x + t[0] * x_dot)
    }
}

by_hand! {
    /// Borrows from its argument; nested data, and an integer beside.
    fn tail(rows: &[Vec<f64>], n: usize) -> (&[f64], usize) { (&rows[n], n) }
    forward {
        (tail(rows, n), move |_: _, (mut rows_bar, _), (seed, ())| if let Some(rows_bar) = rows_bar.present() {
            rows_bar[n].iter_mut().zip(&seed).for_each(|(r, s)| *r += s);
        })
    }
    tangent {
        let dot = rows_dot.present().map_or_else(|| vec![0.0; rows[n].len()], |d| d[n].clone());
        (tail(rows, n), (dot, ()))
    }
}

#[test]
fn checks() {
    check_grad!(waves, 0.5, &XS, &WS, 3);
    let mut u = vec![1.0, 2.0];
    check_grad!(scale, &mut u, 3.0);
    assert_eq!(u, [1.0, 2.0]);
    check_grad!(rotate, &mut u, &mut 3.0, (0.6, 0.8));
    check_grad!(powers, [1.0, 2.0], 3.0; step = 1e-3, tolerance = 1e-3);
    check_grad!(power, 1.5, 3, &mut vec![0.5]);
    check_grad!(workspace, 1.5, &mut [2.0]);
    check_grad!(tail, &[vec![1.0], vec![2.0, 3.0]], 1);
    assert_eq!(workspace::grad(1.5, &mut [2.0]), 2.0 + 3.0 * 2.25);
    let rows = [vec![1.0], vec![2.0, 3.0]];
    let (y, pullback) = tail::vjp(&rows, 1);
    assert_eq!(y, (&[2.0, 3.0][..], 1));
    assert_eq!(pullback((vec![5.0, 6.0], ())), [vec![0.0], vec![5.0, 6.0]]);
    let error = Check::default().run::<wrong, _>(&wrong::arguments(1, &[2.0, 3.0])).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("the derivative of `wrong`, output 0, with respect to `xs`[1] is 4.0 in reverse mode, but the difference quotient is "), "{text}");
    assert!(text.contains("(step 3"), "{text}");
    assert!(matches!(error, Mismatch::Derivative { argument: "xs", index: 1, .. }));
}

#[test]
#[should_panic(expected = "with respect to `xs`[1] is 4.0")]
fn a_failing_check() {
    check_grad!(wrong, 1, &[2.0, 3.0]);
}
