//! The contract: every finer point of what the public functions promise.

#![allow(missing_docs, unused_qualifications, unused_variables, clippy::all)]

use ad_runtime::{Const, Function, Pass, check_grad, differentiate, func, stop_gradient};

/// `a` and `xs` are active, `w` is a constant, `n` an integer.
#[differentiate]
fn waves(a: f64, xs: &[f64], #[constant] w: &[f64], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        s += w[i] * (a * xs[i]).sin();
    }
    s
}

#[differentiate]
fn scale(u: &mut [f64], c: f64) -> f64 {
    let s = u[0] * c;
    for v in u.iter_mut() {
        *v *= c;
    }
    s
}

#[differentiate]
fn powers<const N: usize>(x: [f64; N], y: f32) -> Vec<f64> {
    let mut out = x.to_vec();
    out.push(f64::from(y));
    out.push(x[0] * x[1]);
    out
}

#[differentiate]
fn rotate(u: &mut [f64], v: &mut f64, (c, s): (f64, f64)) {
    let a = u[0];
    u[0] = c * a - s * *v;
    *v = s * a + c * *v;
}

const XS: [f64; 3] = [0.3, -0.2, 0.9];
const WS: [f64; 3] = [1.0, 2.0, -1.0];

#[test]
fn shapes_of_gradients() {
    #[differentiate]
    fn one(x: f64) -> f64 {
        x * x
    }
    #[differentiate]
    fn all(a: f64, b: f32, v: &[f64], w: Vec<f64>, m: &[[f64; 2]; 2], t: (f64, usize), r: &f64, n: &[usize]) -> f64 {
        a * f64::from(b) + v[0] * w[0] + m[1][0] * t.0 * *r + n[0] as f64
    }
    #[differentiate]
    fn nested(vv: &[Vec<f64>], s: &Vec<[f64; 2]>) -> f64 {
        vv[0][1] * s[1][0]
    }
    let g: f64 = one::grad(3.0);
    assert_eq!(g, 6.0);
    type All = (f64, f32, Vec<f64>, Vec<f64>, [[f64; 2]; 2], (f64, ()), f64);
    let g: All = all::grad(2.0, 3.0, &[4.0, 5.0], vec![6.0], &[[0.0; 2], [7.0, 0.0]], (8.0, 1), &9.0, &[1]);
    assert_eq!(g, (3.0, 2.0, vec![6.0, 0.0], vec![4.0], [[0.0, 0.0], [72.0, 0.0]], (63.0, ()), 56.0));
    let g: (Vec<Vec<f64>>, Vec<[f64; 2]>) = nested::grad(&[vec![1.0, 2.0], vec![]], &vec![[3.0, 4.0], [5.0, 6.0]]);
    assert_eq!(g, (vec![vec![0.0, 5.0], vec![]], vec![[0.0, 0.0], [2.0, 0.0]]));
}

#[test]
fn value_and_grad_and_into() {
    let (y, (a_bar, xs_bar)) = waves::value_and_grad(0.5, &XS, &WS, 3);
    assert_eq!(y.to_bits(), waves(0.5, &XS, &WS, 3).to_bits());
    assert_eq!((a_bar, xs_bar.clone()), waves::grad(0.5, &XS, &WS, 3));
    // Buffers are overwritten, whatever they held.
    let (mut a_out, mut xs_out) = (f64::NAN, [f64::INFINITY; 3]);
    assert_eq!(waves::value_and_grad_into(0.5, &XS, &WS, 3, &mut a_out, &mut xs_out), y);
    assert_eq!((a_bar, &xs_bar[..]), (a_out, &xs_out[..]));
    let mut out = [f64::NAN; 2];
    let mut u = [1.0, 2.0];
    assert_eq!(scale::value_and_grad_into(&mut u, 2.0, &mut out, &mut 0.0), 2.0);
    assert_eq!((out, u), ([2.0, 0.0], [2.0, 4.0]));
}

#[test]
fn adjoint_accumulates_and_constants_are_zero_sized() {
    let (_, (a_bar, xs_bar)) = waves::value_and_grad(0.5, &XS, &WS, 3);
    let (mut a, mut xs) = (10.0, vec![1.0, 2.0, 3.0]);
    let y = waves::adjoint(0.5, &XS, &WS, 3, &mut a, &mut xs, Const, Const, 2.0);
    assert_eq!(y, waves(0.5, &XS, &WS, 3));
    assert!((a - 10.0 - 2.0 * a_bar).abs() < 1e-14);
    for i in 0..3 {
        assert!((xs[i] - (i + 1) as f64 - 2.0 * xs_bar[i]).abs() < 1e-14);
    }
    // An active argument may be given as a constant.
    let mut only_xs = [0.0; 3];
    waves::adjoint(0.5, &XS, &WS, 3, Const, &mut only_xs[..], Const, Const, 1.0);
    assert_eq!(only_xs[..], xs_bar[..]);
    let mut only_a = 0.0;
    waves::adjoint(0.5, &XS, &WS, 3, &mut only_a, Const, Const, Const, 1.0);
    assert_eq!(only_a, a_bar);
    assert_eq!(size_of::<Const>(), 0);
    // The shadow of a `&mut` argument enters as the cotangent of its final value, and leaves as that of its initial value.
    let (mut u, mut u_bar, mut c_bar) = ([1.0, 2.0], [10.0, 100.0], 0.5);
    assert_eq!(scale::adjoint(&mut u, 3.0, &mut u_bar[..], &mut c_bar, 1.0), 3.0);
    assert_eq!((u, u_bar, c_bar), ([3.0, 6.0], [33.0, 300.0], 0.5 + 1.0 + 10.0 + 200.0));
}

#[test]
fn pullbacks_are_called_many_times() {
    let (y, pullback) = waves::vjp(0.5, &XS, &WS, 3);
    assert_eq!(y, waves(0.5, &XS, &WS, 3));
    let (a_bar, xs_bar) = waves::grad(0.5, &XS, &WS, 3);
    for _ in 0..3 {
        assert_eq!(pullback(1.0), (a_bar, xs_bar.clone()));
        assert_eq!(pullback(2.0).0, 2.0 * a_bar);
        assert_eq!(pullback(0.0).0, 0.0);
    }
    // A slice-like result takes anything that derefs to a slice.
    let (_, pullback) = powers::vjp([1.0, 2.0], 3.0);
    let expected = ([2001.0, 1010.0], 100.0f32);
    assert_eq!(pullback(&[1.0, 10.0, 100.0, 1000.0]), expected);
    assert_eq!(pullback(&vec![1.0, 10.0, 100.0, 1000.0]), expected);
    assert_eq!(pullback(&[0.0, 1.0, 10.0, 100.0, 1000.0][1..]), expected);
}

#[test]
fn pullbacks_for_mutable_arguments() {
    // With a result: `(ȳ, ū)`. The buffer may be read and changed before the pullback is called.
    let mut u = vec![1.0, 2.0];
    let (y, pullback) = scale::vjp(&mut u, 0.5);
    assert_eq!((y, &u[..]), (0.5, &[0.5, 1.0][..]));
    u[0] = 7.0;
    let seed = u.iter().map(|v| v - 7.0).collect::<Vec<_>>();
    assert_eq!(pullback((1.0, &seed)), (vec![0.5, -3.0], 1.0 - 12.0));
    assert_eq!(pullback((0.0, &[0.0, 0.0])), (vec![0.0, 0.0], 0.0));
    // Without: a tuple of the arguments' cotangents.
    let (mut u, mut v) = ([1.0], 2.0);
    let ((), pullback) = rotate::vjp(&mut u, &mut v, (0.6, 0.8));
    assert_eq!((u[0], v), (0.6 - 1.6, 0.8 + 1.2));
    let g: (Vec<f64>, f64, (f64, f64)) = pullback((&u, 1.0));
    assert_eq!(g.2, (u[0] + 2.0, 1.0 - 2.0 * u[0]));
    // One alone is bare.
    #[differentiate]
    fn double(u: &mut [f64], k: f64) {
        u[0] *= k;
    }
    let mut u = [3.0, 4.0];
    let ((), pullback) = double::vjp(&mut u, 2.0);
    assert_eq!(pullback(&[1.0, 1.0]), (vec![2.0, 1.0], 3.0));
    // `grad` takes the final cotangent as zero, and leaves the argument as the function does.
    let mut u = [1.0, 2.0];
    assert_eq!(scale::grad(&mut u, 3.0), (vec![3.0, 0.0], 1.0));
    assert_eq!(u, [3.0, 6.0]);
}

#[test]
fn a_pullback_outlives_its_arguments() {
    let pullback = {
        let mut u = vec![1.0, 2.0];
        scale::vjp(&mut u, 0.5).1
    };
    assert_eq!(pullback((1.0, &[0.0, 0.0])).1, 1.0);
    fn send<T: Send>(x: T) -> T {
        x
    }
    let pullback = send(powers::vjp([1.0, 2.0], 3.0).1);
    assert_eq!(std::thread::spawn(move || pullback(&[0.0, 0.0, 0.0, 1.0])).join().unwrap().0, [2.0, 1.0]);
}

#[test]
fn shapes_of_jvp() {
    #[differentiate]
    fn one(x: f64) -> f64 {
        x * x
    }
    assert_eq!(one::jvp(3.0, 1.0), (9.0, 6.0));
    let (y, y_dot) = waves::jvp((0.5, &XS, &WS, 3), (1.0, &[0.0, 0.0, 0.0]));
    assert_eq!(y, waves(0.5, &XS, &WS, 3));
    assert!((y_dot - waves::grad(0.5, &XS, &WS, 3).0).abs() < 1e-15);
    // One active argument among several: a bare tangent.
    #[differentiate]
    fn weighted(#[constant] w: &[f64], x: &[f64], n: usize) -> f64 {
        w[n] * x[n] * x[n]
    }
    assert_eq!(weighted::jvp((&[1.0, 2.0], &[3.0, 4.0], 1), &[1.0, 0.5]), (32.0, 8.0));
    assert_eq!(powers::jvp(([1.0, 2.0], 3.0), ([1.0, 0.0], 0.0)).1, [1.0, 0.0, 0.0, 2.0]);
    // The tangent of a `&mut` argument leaves as that of its final value.
    let (mut u, mut u_dot) = ([1.0, 2.0], [1.0, 0.0]);
    assert_eq!(scale::jvp((&mut u, 3.0), (&mut u_dot, 0.5)), (3.0, 3.5));
    assert_eq!((u, u_dot), ([3.0, 6.0], [3.5, 1.0]));
    let (mut u, mut v, mut u_dot, mut v_dot) = ([1.0], 2.0, [0.0], 0.0);
    rotate::jvp((&mut u, &mut v, (1.0, 0.0)), (&mut u_dot, &mut v_dot, (1.0, 0.0)));
    assert_eq!((u_dot, v_dot), ([1.0], 2.0));
}

#[test]
fn jacobians() {
    // Several arguments: a tuple of matrices; one: a matrix.
    let (da, dx) = waves::jacobian(0.5, &XS, &WS, 3);
    assert_eq!((da.dim(), dx.dim()), ((1, 1), (1, 3)));
    let (a_bar, xs_bar) = waves::grad(0.5, &XS, &WS, 3);
    assert!((da[[0, 0]] - a_bar).abs() < 1e-15);
    for i in 0..3 {
        assert!((dx[[0, i]] - xs_bar[i]).abs() < 1e-15);
    }
    let expected = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 1.0];
    for (dx, dy) in [
        powers::jacobian([1.0, 2.0], 3.0),
        powers::jacobian_fwd([1.0, 2.0], 3.0),
        powers::jacobian_rev([1.0, 2.0], 3.0),
    ] {
        assert_eq!(dx.dim(), (4, 2));
        assert_eq!(dx.iter().copied().collect::<Vec<_>>(), expected);
        assert_eq!(dy, ndarray::arr2(&[[0.0f32], [0.0], [1.0], [0.0]]));
    }
    let (mut dx, mut dy) = ([f64::NAN; 8], [f32::NAN; 4]);
    powers::jacobian_into([1.0, 2.0], 3.0, &mut dx, &mut dy);
    assert_eq!((dx, dy), (expected, [0.0, 0.0, 1.0, 0.0]));
    // Rows of a function without a result: the final values of its `&mut` arguments; those are no columns.
    for mode in [rotate::jacobian, rotate::jacobian_fwd, rotate::jacobian_rev] {
        let (mut u, mut v) = ([1.0], 2.0);
        let j = mode(&mut u, &mut v, (0.6, 0.8));
        assert_eq!(j, ndarray::arr2(&[[1.0, -2.0], [2.0, 1.0]]));
        assert_eq!((u[0], v), (0.6 - 1.6, 0.8 + 1.2));
    }
    // Rows are the result flattened, row-major.
    #[differentiate]
    fn matrix(x: &[f64]) -> ([[f64; 2]; 2], usize, f64) {
        ([[x[0], x[1]], [x[0] * x[0], 0.0]], 3, x[0] * x[1])
    }
    let rows = [[1.0, 0.0], [0.0, 1.0], [4.0, 0.0], [0.0, 0.0], [3.0, 2.0]];
    for j in [matrix::jacobian(&[2.0, 3.0]), matrix::jacobian_fwd(&[2.0, 3.0]), matrix::jacobian_rev(&[2.0, 3.0])] {
        assert_eq!(j, ndarray::arr2(&rows));
    }
}

#[test]
fn explain_is_there_and_the_same_in_every_build() {
    for text in [waves::EXPLAIN, scale::EXPLAIN, powers::EXPLAIN, rotate::EXPLAIN] {
        assert!(text.contains("primal") && text.contains("adjoint"), "{text}");
    }
    assert!(waves::EXPLAIN.contains("fn waves") && waves::EXPLAIN.contains("xs"));
    macro_rules! twin {
        ($m:ident) => {
            mod $m {
                #[ad_runtime::differentiate]
                pub(super) fn f(x: f64, n: usize) -> f64 {
                    let mut s = x;
                    for i in 0..n {
                        s *= x + i as f64;
                    }
                    s.sin()
                }
            }
        };
    }
    twin!(a);
    twin!(b);
    assert_eq!(a::f::EXPLAIN, b::f::EXPLAIN);
    assert_eq!(a::f::value_and_grad(0.5, 3), b::f::value_and_grad(0.5, 3));
}

#[test]
fn functions_as_types_and_values() {
    fn descend<F: for<'a, 'w> Function<(f64, &'a [f64], &'w [f64], usize), Output = f64>>() -> f64 {
        let args = (0.5, &XS[..], &WS[..], 3);
        let mut x = F::point(&args);
        assert_eq!(x, [0.5, 0.3, -0.2, 0.9]);
        assert_eq!(F::inputs(&args).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["a", "xs"]);
        let start = F::evaluate(&args, &x, Pass::Primal)[0];
        for _ in 0..10 {
            let g = F::evaluate(&args, &x, Pass::Reverse(&[1.0]));
            x.iter_mut().zip(&g).for_each(|(x, g)| *x -= 0.1 * g);
        }
        assert!(F::evaluate(&args, &x, Pass::Primal)[0] < start);
        F::call(args)
    }
    assert_eq!(descend::<waves>(), waves(0.5, &XS, &WS, 3));
    assert_eq!(<waves as Function<(f64, &[f64], &[f64], usize)>>::NAME, "waves");
    let mut u = [1.0, 2.0];
    assert_eq!(func::<scale>().vjp(&(&mut u[..], 3.0), &[1.0, 0.0, 0.0]), [3.0, 0.0, 1.0]);
    assert_eq!(func::<scale>().jvp(&(&mut u[..], 3.0), &[1.0, 0.0, 0.0]), [3.0, 3.0, 0.0]);
    assert_eq!(u, [1.0, 2.0]);
    assert_eq!(func::<powers>().call(([1.0, 2.0], 3.0)), [1.0, 2.0, 3.0, 2.0]);
}

#[test]
fn stop_gradient_cuts() {
    #[differentiate]
    fn cut(x: f64, v: &[f64]) -> f64 {
        let k = stop_gradient(x * x) * x;
        let w = ad_runtime::stop_gradient(v[0]);
        k + w * v[0] + stop_gradient(x) as i64 as f64 * x
    }
    assert_eq!(cut::grad(2.5, &[3.0]), (6.25 + 2.0, vec![3.0]));
    assert_eq!(cut::jvp((2.5, &[3.0]), (1.0, &[1.0])).1, 6.25 + 2.0 + 3.0);
    assert_eq!(cut::value_and_grad(2.5, &[3.0]).0, cut(2.5, &[3.0]));
}

#[test]
fn a_constant_mutable_argument_is_a_workspace() {
    // Its initial value is constant and its final cotangent zero; what is written in between is differentiated.
    #[differentiate]
    fn workspace(x: f64, #[constant] t: &mut [f64]) -> f64 {
        t[0] += x * x;
        t[1] = t[0] * x;
        t[1] * x
    }
    check_grad!(workspace, 1.5, &mut [2.0, 0.0]);
    let mut t = [2.0, 7.0];
    let (y, g) = workspace::value_and_grad(1.5, &mut t);
    assert_eq!((y, t), (4.25 * 1.5 * 1.5, [4.25, 4.25 * 1.5]));
    // y = (t + x²) x²
    assert_eq!(g, 2.0 * 2.0 * 1.5 + 4.0 * 1.5f64.powi(3));
    let mut t = [2.0, 7.0];
    assert_eq!(workspace::jvp((1.5, &mut t), 1.0), (y, g));
    #[differentiate]
    fn sums(x: &[f64], #[constant] t: &mut Vec<f64>) -> f64 {
        t.clear();
        for v in x {
            t.push(v * v);
        }
        t.iter().sum()
    }
    assert_eq!(sums::grad(&[1.0, 2.0], &mut vec![5.0; 7]), [2.0, 4.0]);
}

#[test]
fn arguments_that_are_not_used() {
    #[differentiate]
    fn half(x: f64, _y: f64, v: &[f64]) -> f64 {
        x * 0.5
    }
    assert_eq!(half::grad(1.0, 2.0, &[3.0, 4.0]), (0.5, 0.0, vec![0.0, 0.0]));
    assert!(half::EXPLAIN.contains("does not depend on _y, v"), "{}", half::EXPLAIN);
}

#[test]
fn values_are_bit_for_bit_those_of_the_function() {
    for k in 0..100 {
        let a = 0.1 + 0.037 * k as f64;
        let bits = waves(a, &XS, &WS, 3).to_bits();
        assert_eq!(waves::value_and_grad(a, &XS, &WS, 3).0.to_bits(), bits);
        assert_eq!(waves::vjp(a, &XS, &WS, 3).0.to_bits(), bits);
        assert_eq!(waves::jvp((a, &XS, &WS, 3), (1.0, &XS)).0.to_bits(), bits);
        assert_eq!(waves::adjoint(a, &XS, &WS, 3, Const, Const, Const, Const, 1.0).to_bits(), bits);
    }
}
