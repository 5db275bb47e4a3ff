//! Sparse Jacobians and Hessians of differentiated functions, against dense ones and by-hand numbers of colours.

use ad_runtime::sparse::{Csr, InvalidPattern, Pattern, SparseError, SparseHessian, SparseJacobian};
use ad_runtime::{differentiate, func};

/// Numbers in [-1, 1) without pattern.
fn numbers(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 30) - 1.0
    };
    next();
    (0..n).map(|_| next()).collect()
}

fn close(found: &Csr, expected: &[f64]) {
    let found = found.to_dense();
    assert_eq!(found.len(), expected.len());
    for (k, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= 1e-12 * e.abs().max(1.0), "element {k}: {f} and not {e}");
    }
}

/// Broyden's tridiagonal function.
#[differentiate]
fn broyden(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut y = vec![0.0; n];
    for i in 0..n {
        y[i] = (3.0 - 2.0 * x[i]) * x[i] + 1.0;
        if i > 0 {
            y[i] -= x[i - 1];
        }
        if i + 1 < n {
            y[i] -= 2.0 * x[i + 1];
        }
    }
    y
}

#[test]
fn tridiagonal() {
    let n = 40;
    let jacobian = SparseJacobian::detect(func::<broyden>(), &(&numbers(n, 1)[..],)).unwrap();
    assert_eq!(jacobian.pattern(), &Pattern::banded(n, 1, 1));
    assert!(jacobian.colors() == 3 && jacobian.by_columns());
    for seed in 2..5 {
        let x = numbers(n, seed);
        let mut dense = vec![0.0; n * n];
        broyden::jacobian_into(&x, &mut dense);
        close(&jacobian.evaluate(func::<broyden>(), &(&x[..],)).unwrap(), &dense);
        let mut products = 0;
        let j = jacobian.evaluate_forward(|dx| {
            products += 1;
            broyden::jvp(&x, dx).1
        });
        close(&j.unwrap(), &dense);
        assert_eq!(products, 4);
        let pullback = broyden::vjp(&x).1;
        close(&jacobian.evaluate_reverse(|dy| pullback(dy)).unwrap(), &dense);
        assert_eq!(jacobian.pattern(), SparseJacobian::detect_reverse(n, pullback).unwrap().pattern());
    }
}

#[test]
fn a_large_one() {
    let n = 20_000;
    let x = numbers(n, 3);
    let mut products = 0;
    let jacobian = SparseJacobian::detect_forward(n, |dx| {
        products += 1;
        broyden::jvp(&x, dx).1
    });
    let jacobian = jacobian.unwrap();
    assert_eq!((jacobian.colors(), jacobian.pattern()), (3, &Pattern::banded(n, 1, 1)));
    assert!(products < 100, "{products} products");
    let j = jacobian.evaluate(func::<broyden>(), &(&x[..],)).unwrap();
    assert_eq!((j.get(7, 7), j.get(7, 8), j.get(n - 1, 0)), (3.0 - 4.0 * x[7], -2.0, 0.0));
}

/// The Bratu problem, -Δu = λ exp(u) on a square, with five points.
#[differentiate]
fn bratu(u: &[f64], lambda: f64, n: usize) -> Vec<f64> {
    let h = 1.0 / (n as f64 + 1.0);
    let mut r = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            let k = i * n + j;
            let mut around = 0.0;
            if i > 0 {
                around += u[k - n];
            }
            if i + 1 < n {
                around += u[k + n];
            }
            if j > 0 {
                around += u[k - 1];
            }
            if j + 1 < n {
                around += u[k + 1];
            }
            r[k] = (4.0 * u[k] - around) / (h * h) - lambda * u[k].exp();
        }
    }
    r
}

#[test]
fn five_points() {
    let n = 9;
    let u = numbers(n * n, 1);
    // `λ` is an active argument: the last column, which is full.
    let jacobian = SparseJacobian::detect(func::<bratu>(), &(&u[..], 2.0, n)).unwrap();
    let [mut by_u, mut by_lambda] = [vec![0.0; n * n * n * n], vec![0.0; n * n]];
    bratu::jacobian_into(&u, 2.0, n, &mut by_u, &mut by_lambda);
    let j = jacobian.evaluate(func::<bratu>(), &(&u[..], 2.0, n)).unwrap();
    assert_eq!((j.rows(), j.columns()), (n * n, n * n + 1));
    for (i, k, a) in j.triplets() {
        let expected = if k < n * n { by_u[i * n * n + k] } else { by_lambda[i] };
        assert!((a - expected).abs() < 1e-12 * expected.abs().max(1.0));
    }
    let elements = 5 * n * n - 4 * n;
    assert_eq!(j.pattern.nnz(), elements + n * n);
    // Alone: five colours would be the least, for a row has five elements.
    let alone = SparseJacobian::detect_forward(n * n, |du| bratu::jvp((&u, 2.0, n), (du, 0.0)).1).unwrap();
    assert_eq!(alone.pattern().nnz(), elements);
    assert_eq!(alone.colors(), 6);
    close(&alone.evaluate_forward(|du| bratu::jvp((&u, 2.0, n), (du, 0.0)).1).unwrap(), &by_u);
}

/// Points seen by cameras: each observation has two rows, which depend on one camera and one point.
#[differentiate]
fn projections(cameras: &[f64], points: &[f64], #[constant] seen: &[(usize, usize)]) -> Vec<f64> {
    let mut r = Vec::new();
    for &(c, p) in seen {
        let camera = &cameras[5 * c..5 * c + 5];
        let point = &points[3 * p..3 * p + 3];
        let (s, co) = (camera[0].sin(), camera[0].cos());
        let x = co * point[0] - s * point[1] + camera[1];
        let y = s * point[0] + co * point[1] + camera[2];
        let z = point[2] + camera[3] + 5.0;
        r.push(camera[4] * x / z);
        r.push(camera[4] * y / z);
    }
    r
}

#[test]
fn blocks() {
    let (cameras, points) = (4, 30);
    let seen: Vec<(usize, usize)> =
        (0..points).flat_map(|p| [(p % cameras, p), ((p * 7 + 1) % cameras, p), ((p / 5) % cameras, p)]).collect();
    let args = (&numbers(5 * cameras, 1)[..], &numbers(3 * points, 2)[..], &seen[..]);
    let jacobian = SparseJacobian::detect(func::<projections>(), &args).unwrap();
    // Of a camera four parameters go into each row, of a point all three; those of different cameras go together, and so do the
    // two that no row has both of.
    assert_eq!(jacobian.colors(), 4 + 3);
    let j = jacobian.evaluate(func::<projections>(), &args).unwrap();
    let (by_cameras, by_points) = projections::jacobian(args.0, args.1, args.2);
    let array = j.to_array();
    assert_eq!(array.dim(), (2 * seen.len(), 5 * cameras + 3 * points));
    for ((i, k), a) in array.indexed_iter() {
        let e = if k < 5 * cameras { by_cameras[[i, k]] } else { by_points[[i, k - 5 * cameras]] };
        assert!((a - e).abs() < 1e-12);
    }
}

/// Few rows, each of many columns: rows go together.
#[differentiate]
fn sums(x: &[f64], parts: usize) -> Vec<f64> {
    let mut y = vec![0.0; parts];
    for i in 0..x.len() {
        y[i % parts] += x[i] * x[i].sin() + x[i / parts % 3];
    }
    y
}

#[test]
fn by_rows() {
    let x = numbers(60, 1);
    let jacobian = SparseJacobian::detect(func::<sums>(), &(&x[..], 6)).unwrap();
    assert!(!jacobian.by_columns() && jacobian.colors() == 6);
    let mut dense = vec![0.0; 6 * 60];
    sums::jacobian_into(&x, 6, &mut dense);
    close(&jacobian.evaluate(func::<sums>(), &(&x[..], 6)).unwrap(), &dense);
    close(&jacobian.evaluate_forward(|dx| sums::jvp((&x, 6), dx).1).unwrap(), &dense);
}

/// In place: the inputs are the initial values, the outputs the final ones.
#[differentiate]
fn diffuse(u: &mut [f64], #[constant] c: f64, steps: usize) {
    for _ in 0..steps {
        let mut left = u[0];
        for i in 1..u.len() - 1 {
            let here = u[i];
            u[i] = here + c * (left - 2.0 * here * here + u[i + 1]);
            left = here;
        }
    }
}

#[test]
fn in_place() {
    let n = 30;
    let mut u = numbers(n, 1);
    let args = (&mut u[..], 0.1, 3);
    let jacobian = SparseJacobian::detect(func::<diffuse>(), &args).unwrap();
    assert_eq!(jacobian.colors(), 7);
    let j = jacobian.evaluate(func::<diffuse>(), &args).unwrap();
    for k in 0..n {
        let (mut v, mut e) = (numbers(n, 1), vec![0.0; n]);
        e[k] = 1.0;
        diffuse::jvp((&mut v, 0.1, 3), &mut e);
        (0..n).for_each(|i| assert!((j.get(i, k) - e[i]).abs() < 1e-14));
    }
}

/// Rosenbrock's function, chained.
#[differentiate(order = 2)]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut y = 0.0;
    for i in 0..x.len() - 1 {
        y += 100.0 * (x[i + 1] - x[i] * x[i]).powi(2) + (1.0 - x[i]).powi(2);
    }
    y
}

/// All variables meet the first one: an arrow.
#[differentiate(order = 2)]
fn arrow(x: &[f64]) -> f64 {
    let mut y = x[0].exp();
    for i in 1..x.len() {
        y += (x[0] * x[i]).sin() + x[i].powi(4);
    }
    y
}

/// Neighbours of the first and second kind, and a few far ones.
#[differentiate(order = 2)]
fn chain(x: &[f64]) -> f64 {
    let n = x.len();
    let mut y = 0.0;
    for i in 0..n {
        y += (x[i] * x[(i + 1) % n]).cos() * x[(i * i + 3) % n] + x[i].powi(3);
    }
    y
}

#[test]
fn hessians() {
    fn test(n: usize, hvp: impl Fn(&[f64], &[f64]) -> Vec<f64>, dense: impl Fn(&[f64], &mut [f64])) -> usize {
        let hessian = SparseHessian::detect(n, |v| hvp(&numbers(n, 1), v)).unwrap();
        for seed in 2..5 {
            let x = numbers(n, seed);
            let mut products = 0;
            let h = hessian.evaluate(|v| {
                products += 1;
                hvp(&x, v)
            });
            assert_eq!(products, hessian.colors() + 1);
            let mut expected = vec![0.0; n * n];
            dense(&x, &mut expected);
            close(&h.unwrap(), &expected);
        }
        hessian.colors()
    }
    assert_eq!(test(30, rosenbrock::hvp, rosenbrock::hessian_into), 3);
    assert_eq!(test(30, arrow::hvp, arrow::hessian_into), 2);
    let colors = test(40, chain::hvp, chain::hessian_into);
    assert!(colors < 20, "{colors} colours");
}

/// Its second derivatives by the last two are zero where the first argument is.
#[differentiate(order = 2)]
fn quotient(x: &[f64]) -> f64 {
    x[0] * (x[1] / x[2])
}

/// A first derivative that is zero by chance can hide a second one, as the module says; never from an evaluation.
#[test]
fn a_first_derivative_that_is_zero_by_chance() {
    let (special, general) = ([0.0, 2.0, 3.0], [0.5, 2.0, 3.0]);
    let mut hessian = SparseHessian::detect(3, |v| quotient::hvp(&special, v)).unwrap();
    let all = SparseHessian::detect(3, |v| quotient::hvp(&general, v)).unwrap();
    assert!(all.pattern().contains(2, 2) && all.pattern().contains(1, 2) && !all.pattern().row(0).is_empty());
    assert!(!hessian.pattern().contains(1, 2));
    let found = hessian.evaluate(|v| quotient::hvp(&general, v));
    assert!(matches!(found, Err(SparseError::Pattern { .. })), "{found:?}");
    hessian.detect_more(|v| quotient::hvp(&general, v)).unwrap();
    let mut dense = [0.0; 9];
    quotient::hessian_into(&general, &mut dense);
    close(&hessian.evaluate(|v| quotient::hvp(&general, v)).unwrap(), &dense);
}

/// The pattern of one's own: one triangle is enough.
#[test]
fn a_given_pattern() {
    let x = numbers(25, 1);
    let hessian = SparseHessian::new(&Pattern::banded(25, 1, 0));
    let mut dense = vec![0.0; 25 * 25];
    rosenbrock::hessian_into(&x, &mut dense);
    close(&hessian.evaluate(|v| rosenbrock::hvp(&x, v)).unwrap(), &dense);
    let mut dense = vec![0.0; 25 * 25];
    broyden::jacobian_into(&x, &mut dense);
    // More than there is does no harm.
    let jacobian = SparseJacobian::new(Pattern::banded(25, 2, 3));
    assert_eq!(jacobian.colors(), 6);
    close(&jacobian.evaluate(func::<broyden>(), &(&x[..],)).unwrap(), &dense);
}

#[test]
fn a_wrong_pattern_is_no_result() {
    let x = numbers(25, 1);
    let args = (&x[..],);
    let wrong = |pattern: Pattern| {
        let jacobian = SparseJacobian::new(pattern);
        let forward = jacobian.evaluate(func::<broyden>(), &args);
        let pullback = broyden::vjp(&x).1;
        let reverse = jacobian.evaluate_reverse(|dy| pullback(dy));
        assert!(matches!(forward, Err(SparseError::Pattern { .. })), "{forward:?}");
        assert!(matches!(reverse, Err(SparseError::Pattern { .. })), "{reverse:?}");
        jacobian
    };
    wrong(Pattern::banded(25, 0, 0));
    wrong(Pattern::banded(25, 1, 0));
    let without = |i: usize, j: usize| {
        let all = Pattern::banded(25, 1, 1);
        let rest: Vec<_> = all.coordinates().filter(|&c| c != (i, j)).collect();
        Pattern::from_coordinates(25, 25, rest)
    };
    wrong(without(0, 1));
    wrong(without(13, 12));
    let unchecked = wrong(without(24, 24)).unchecked();
    assert!(unchecked.evaluate(func::<broyden>(), &args).is_ok());
    let diagonal = SparseHessian::new(&Pattern::banded(25, 0, 0));
    assert!(matches!(diagonal.evaluate(|v| rosenbrock::hvp(&x, v)), Err(SparseError::Pattern { .. })));
    let message = SparseJacobian::new(Pattern::banded(25, 0, 0)).evaluate(func::<broyden>(), &args).unwrap_err();
    assert!(message.to_string().contains("the pattern lacks an element in row 0"), "{message}");
}

/// What is left of large terms has their rounding.
#[differentiate]
fn cancelling(x: &[f64]) -> [f64; 2] {
    let a = 1e7 * (x[0] + x[1] * x[1]).sin();
    let b = 1e7 * x[0].sin() * (x[1] * x[1]).cos() + 1e7 * x[0].cos() * (x[1] * x[1]).sin();
    [a - b + 1e-3 * x[0], 1e-3 * x[2] + (a - b)]
}

#[test]
fn rounding_is_no_wrong_pattern() {
    let f = func::<cancelling>();
    let jacobian = SparseJacobian::detect(f, &(&numbers(3, 1)[..],)).unwrap();
    for seed in 1..50 {
        let x = numbers(3, seed);
        let j = jacobian.evaluate(f, &(&x[..],)).unwrap();
        assert!((j.get(0, 0) - 1e-3).abs() < 1e-7 && (j.get(1, 2) - 1e-3).abs() < 1e-7, "{j:?}");
        // An element that is missing is seen all the same.
        let wrong = SparseJacobian::new(Pattern::from_coordinates(3, 3, [(0, 0), (0, 1), (1, 0), (1, 1)]));
        let y = wrong.evaluate_forward(|dx| {
            let [a, b] = cancelling::jvp(&x, dx).1;
            [a, b, 0.0]
        });
        assert!(matches!(y, Err(SparseError::Pattern { row: 0 | 1, .. })), "{y:?}");
    }
}

/// Two columns that go together, and a row that has both although the pattern has one: nothing but the sum is seen.
#[differentiate]
fn hidden(x: &[f64], small: f64) -> [f64; 3] {
    [x[0] * x[0], x[0] + small * x[2] + x[1], x[2] * x[2]]
}

#[test]
fn elements_that_hide_in_others() {
    let pattern = Pattern::from_coordinates(3, 3, [(0, 0), (1, 0), (1, 1), (2, 2)]);
    let (jacobian, x) = (SparseJacobian::new(pattern), [1.0, 2.0, 3.0]);
    assert_eq!(jacobian.colors(), 2);
    for small in [1.0, -1e-3, 1e-7] {
        let j = jacobian.evaluate_forward(|dx| hidden::jvp((&x, small), (dx, 0.0)).1);
        assert!(matches!(j, Err(SparseError::Pattern { row: 1, .. })), "{j:?}");
    }
    // As documented: below the tolerance nothing is seen, and the neighbour is off by as much.
    let j = jacobian.evaluate_forward(|dx| hidden::jvp((&x, 1e-10), (dx, 0.0)).1).unwrap();
    assert!((j.get(1, 0) - 1.0).abs() <= 1.1e-10);
    let strict = jacobian.clone().tolerance(1e-12);
    assert!(strict.evaluate_forward(|dx| hidden::jvp((&x, 1e-10), (dx, 0.0)).1).is_err());
    // One that stands alone is seen however small it is, to rounding.
    let pattern = Pattern::from_coordinates(3, 3, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 1), (2, 2)]);
    let j = SparseJacobian::new(pattern).evaluate_forward(|dx| {
        let y = hidden::jvp((&x, 0.0), (dx, 0.0)).1;
        vec![y[0], y[1], y[2] + 1e-12 * dx[0]]
    });
    assert!(matches!(j, Err(SparseError::Pattern { row: 2, .. })), "{j:?}");
    // Wrong numbers where nothing is checked.
    let j = jacobian.unchecked().evaluate_forward(|dx| hidden::jvp((&x, 1.0), (dx, 0.0)).1).unwrap();
    assert_eq!(j.get(1, 0), 2.0);
}

/// Upwind: the sign of the flow says on which neighbour a row depends.
#[differentiate]
fn upwind(u: &[f64]) -> Vec<f64> {
    let n = u.len();
    let mut y = vec![0.0; n];
    for i in 1..n - 1 {
        if u[i] > 0.0 {
            y[i] = u[i] * (u[i] - u[i - 1]);
        } else {
            y[i] = u[i] * (u[i + 1] - u[i]);
        }
    }
    y
}

#[test]
fn branches_that_change_the_pattern() {
    let (n, f) = (20, func::<upwind>());
    let (right, left) = (vec![1.0; n], vec![-1.0; n]);
    let mut jacobian = SparseJacobian::detect(f, &(&right[..],)).unwrap();
    assert_eq!(jacobian.colors(), 2);
    assert!(jacobian.evaluate(f, &(&right[..],)).is_ok());
    let varied = |at: &[f64]| at.iter().zip(numbers(n, 1)).map(|(u, x)| u + 0.1 * x).collect::<Vec<_>>();
    let other = varied(&left);
    let error = jacobian.evaluate(f, &(&other[..],)).unwrap_err();
    assert!(matches!(error, SparseError::Pattern { .. }), "{error}");
    jacobian.detect_more(f, &(&other[..],)).unwrap();
    assert_eq!(jacobian.colors(), 3);
    for at in [varied(&right), other, numbers(n, 4)] {
        let mut dense = vec![0.0; n * n];
        upwind::jacobian_into(&at, &mut dense);
        close(&jacobian.evaluate(f, &(&at[..],)).unwrap(), &dense);
    }
}

/// Derivatives that are zero at a point by chance, at corners and by saturation.
#[differentiate]
fn chance(x: &[f64]) -> [f64; 6] {
    [
        x[0] * x[1],
        x[1].max(x[2]),
        x[2].abs() * x[3].min(0.0),
        x[3].clamp(-1.0, 1.0) + x[0].powi(2),
        (1e3 * x[0] + 1e3).tanh(),
        x[3].floor() + x[1] * 0.0,
    ]
}

#[test]
fn zeros_by_chance_belong_to_the_pattern() {
    let f = func::<chance>();
    let jacobian = SparseJacobian::detect(f, &(&[0.0; 4][..],)).unwrap();
    let rows: Vec<_> = (0..6).map(|i| jacobian.pattern().row(i).to_vec()).collect();
    assert_eq!(rows, [vec![0, 1], vec![1, 2], vec![2, 3], vec![0, 3], vec![0], vec![1]]);
    for seed in 1..20 {
        let x: Vec<f64> = numbers(4, seed).iter().map(|x| 3.0 * x).collect();
        let mut dense = vec![0.0; 24];
        chance::jacobian_into(&x, &mut dense);
        close(&jacobian.evaluate(f, &(&x[..],)).unwrap(), &dense);
    }
}

/// Row `i` depends on the columns `lists[i]`, in a way that goes through buffers, branches and another function.
#[differentiate]
fn listed(x: &[f64], #[constant] lists: &[Vec<usize>]) -> Vec<f64> {
    let mut y = Vec::new();
    let mut work = [0.0; 8];
    for list in lists {
        let mut s = 1.0;
        for (k, &j) in list.iter().enumerate() {
            work[k % 8] = term(x[j], k);
            if k % 3 == 0 {
                s += work[k % 8];
            } else {
                s *= 1.0 + 0.1 * work[k % 8];
            }
        }
        y.push(s);
    }
    y
}

#[differentiate]
fn term(x: f64, k: usize) -> f64 {
    if x > 0.0 { (x * (k as f64 + 1.0)).sin() } else { x * x - x }
}

#[test]
fn random_patterns() {
    for seed in 0..60 {
        let r = numbers(400, 100 + seed);
        let (rows, columns) = (1 + seed as usize % 23, 1 + seed as usize % 31);
        let mut next = r.iter().map(|r| ((r + 1.0) * 1e6) as usize);
        let lists: Vec<Vec<usize>> = (0..rows)
            .map(|_| {
                let length = next.next().unwrap() % 5;
                (0..length).map(|_| next.next().unwrap() % columns).collect()
            })
            .collect();
        let x = numbers(columns, seed);
        let args = (&x[..], &lists[..]);
        let expected: Vec<(usize, usize)> =
            lists.iter().enumerate().flat_map(|(i, l)| l.iter().map(move |&j| (i, j))).collect();
        let expected = Pattern::from_coordinates(rows, columns, expected);
        let jacobian = SparseJacobian::detect(func::<listed>(), &args).unwrap();
        assert_eq!(jacobian.pattern(), &expected);
        let mut dense = vec![0.0; rows * columns];
        listed::jacobian_into(&x, &lists, &mut dense);
        close(&jacobian.evaluate(func::<listed>(), &args).unwrap(), &dense);
        close(&jacobian.evaluate_forward(|dx| listed::jvp((&x, &lists), dx).1).unwrap(), &dense);
        let pullback = listed::vjp(&x, &lists).1;
        close(&jacobian.evaluate_reverse(&pullback).unwrap(), &dense);
        assert_eq!(
            SparseJacobian::detect_forward(columns, |dx| listed::jvp((&x, &lists), dx).1).unwrap().pattern(),
            &expected
        );
        assert_eq!(SparseJacobian::detect_reverse(rows, &pullback).unwrap().pattern(), &expected);
    }
}

#[test]
fn functions_of_f32() {
    #[differentiate]
    fn squares(x: &[f32]) -> Vec<f32> {
        let mut y = Vec::new();
        for i in 0..x.len() {
            y.push(x[i] * x[i] + 0.3 * x[(i + 1) % x.len()]);
        }
        y
    }
    let x: Vec<f32> = numbers(20, 1).iter().map(|&x| x as f32).collect();
    let jacobian = SparseJacobian::detect(func::<squares>(), &(&x[..],)).unwrap().tolerance(1e-3);
    let j = jacobian.evaluate(func::<squares>(), &(&x[..],)).unwrap();
    assert_eq!((j.get(3, 3), j.get(19, 0)), (f64::from(2.0 * x[3]), f64::from(0.3f32)));
}

#[test]
fn what_cannot_be_done() {
    // A derivative that is NaN in all directions.
    #[differentiate]
    fn overflow(x: &[f64]) -> [f64; 2] {
        [x[0], (x[1] * 1e200) * (x[1] * 1e200) * x[0]]
    }
    let f = func::<overflow>();
    assert_eq!(SparseJacobian::detect(f, &(&[1.0, 1.0][..],)).unwrap_err(), SparseError::NotFinite { row: 1 });
    let jacobian = SparseJacobian::detect(f, &(&[1.0, 0.0][..],)).unwrap();
    assert!(jacobian.evaluate(f, &(&[1.0, 1.0][..],)).unwrap().get(1, 1).is_nan());
    // Another size.
    let error = jacobian.evaluate(func::<broyden>(), &(&[1.0, 2.0, 3.0][..],)).unwrap_err();
    assert_eq!(error, SparseError::Shape { expected: 2, found: 3 });
    let error = jacobian.evaluate_forward(|_| vec![0.0; 5]).unwrap_err();
    assert_eq!(error.to_string(), "the pattern is for 2 elements, and the derivative has 5");
    // A function that is not one.
    let mut calls = 0;
    let error = SparseJacobian::detect_forward(100, |dx| {
        calls += 1;
        if calls % 2 == 0 { dx.to_vec() } else { dx.iter().rev().copied().collect() }
    });
    assert_eq!(error.unwrap_err(), SparseError::Unsteady);
    // Index arrays that are no pattern.
    let pattern = |indptr: &[usize], indices: &[usize]| Pattern::new(3, indptr.to_vec(), indices.to_vec());
    assert!(pattern(&[0, 2, 3], &[0, 2, 1]).is_ok());
    for indptr in [&[][..], &[1, 3], &[0, 2], &[0, 3, 2, 3]] {
        assert_eq!(pattern(indptr, &[0, 1, 2]), Err(InvalidPattern::Indptr));
    }
    assert_eq!(pattern(&[0, 1, 3], &[0, 2, 1]), Err(InvalidPattern::Row(1)));
    assert_eq!(pattern(&[0, 1, 3], &[0, 2, 3]), Err(InvalidPattern::Row(1)));
    assert_eq!(pattern(&[0, 2], &[1, 1]), Err(InvalidPattern::Row(0)));
}

#[test]
fn nothing_at_all() {
    let jacobian = SparseJacobian::detect(func::<sums>(), &(&[][..], 3)).unwrap();
    assert_eq!((jacobian.colors(), jacobian.pattern().rows(), jacobian.pattern().columns()), (0, 3, 0));
    assert_eq!(jacobian.evaluate(func::<sums>(), &(&[][..], 3)).unwrap().values, []);
    let hessian = SparseHessian::detect(0, |_| [0.0; 0]).unwrap();
    assert_eq!(hessian.evaluate(|_| [0.0; 0]).unwrap().values, []);
}
