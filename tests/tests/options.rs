//! `Option` and `Result`: `?`, conditions that bind, methods, and derivatives in the result's wrapper.

use ad_runtime::{check_grad, differentiate};

#[derive(Debug, PartialEq)]
enum Failure {
    Negative,
    NoConvergence(usize),
}

#[derive(Debug, PartialEq)]
struct Outer(String);

impl From<Failure> for Outer {
    fn from(f: Failure) -> Outer {
        Outer(format!("{f:?}"))
    }
}

#[differentiate]
fn root(x: f64) -> Result<f64, Failure> {
    if x < 0.0 {
        return Err(Failure::Negative);
    }
    Ok(x.sqrt())
}

#[differentiate]
fn newton(a: f64) -> Result<f64, Failure> {
    let mut x = 1.0;
    for i in 0..50 {
        let next = 0.5 * (x + a / x);
        if (next - x).abs() < 1e-14 {
            return Ok(next);
        }
        x = next;
        if x > 1e6 {
            return Err(Failure::NoConvergence(i));
        }
    }
    Err(Failure::NoConvergence(50))
}

#[differentiate]
fn chained(x: f64, y: f64) -> Result<f64, Outer> {
    let a = root(x)?;
    let b = newton(y * a)? * 2.0;
    Ok(a * b + root(b - 0.1)?)
}

#[test]
fn errors_pass_through() {
    assert_eq!(root::grad(4.0), Ok(0.25));
    assert_eq!(root::value_and_grad(4.0), Ok((2.0, 0.25)));
    assert_eq!(root::grad(-1.0), Err(Failure::Negative));
    assert_eq!(root::jvp(4.0, 2.0), Ok((2.0, 0.5)));
    assert_eq!(root::jvp(-1.0, 2.0), Err(Failure::Negative));
    let (y, pullback) = root::vjp(4.0).unwrap();
    assert_eq!((y, pullback(8.0)), (2.0, 2.0));
    assert!(root::vjp(-4.0).is_err());
    let mut bar = 7.0;
    assert_eq!(root::value_and_grad_into(4.0, &mut bar), Ok(2.0));
    assert_eq!(bar, 0.25);
    assert_eq!(root::value_and_grad_into(-4.0, &mut bar), Err(Failure::Negative));
    assert_eq!(bar, 0.0);
    check_grad!(newton, 7.0);
    check_grad!(chained, 2.0, 3.0);
    assert_eq!(chained::grad(-2.0, 3.0), Err(Outer("Negative".into())));
    assert_eq!(chained::grad(1.0, 0.0), Err(Outer("Negative".into())));
}

#[differentiate]
fn first_over(xs: &[f64], limit: f64) -> Option<f64> {
    for x in xs {
        if *x > limit {
            return Some(*x * *x);
        }
    }
    None
}

#[differentiate]
fn bound(xs: &[f64], limit: f64) -> f64 {
    let a = if let Some(v) = first_over(xs, limit) { v * 2.0 } else { limit };
    let b = match first_over(xs, 2.0 * limit) {
        Some(v) if v > 100.0 => 1.0,
        Some(v) => v.sin(),
        None => limit * limit,
    };
    let Some(c) = first_over(xs, limit) else {
        return a;
    };
    let d: Option<f64> = first_over(xs, 0.0);
    let e = d.map(|v| v * limit).unwrap_or(3.0);
    let f = d.map_or(limit, |v| v.cos());
    let g = d.and_then(|v| if v > 1.0 { Some(v * v) } else { None }).unwrap_or_else(|| limit.exp());
    let h = if d.is_some() && d.is_none() { 1.0 } else { d.unwrap() };
    a + b * c + e * f + g - h
}

#[test]
fn conditions_that_bind_and_methods() {
    let xs = [0.3, 0.9, 1.7, 2.5];
    for limit in [0.2, 0.5, 1.0, 2.0, 3.0] {
        check_grad!(bound, &xs, limit);
    }
    assert_eq!(first_over::grad(&xs, 1.0), Some((vec![0.0, 0.0, 3.4, 0.0], 0.0)));
    assert_eq!(first_over::grad(&xs, 9.0), None);
}

#[differentiate]
fn locals(x: f64, n: usize) -> f64 {
    let mut best: Option<f64> = None;
    for i in 0..n {
        let y = (x * i as f64).sin();
        best = match best {
            Some(b) if b > y => Some(b),
            _ => Some(y),
        };
    }
    let mut k = 0;
    let mut sum = 0.0;
    while let Some(b) = best {
        sum += b * x;
        k += 1;
        if k > 3 {
            best = None;
        } else if let Some(c) = best
            && c > 0.5
        {
            best = Some(c * 0.75);
        } else {
            best = Some(b * b);
        }
    }
    sum
}

#[test]
fn options_in_variables() {
    for n in 0..6 {
        check_grad!(locals, 0.7, n);
        check_grad!(locals, 1.9, n);
    }
}

#[differentiate]
fn expected(x: f64) -> f64 {
    root(x).unwrap() + root(x * 2.0).expect("positive")
}

#[test]
#[should_panic(expected = "called `Result::unwrap()` on an `Err` value: Negative")]
fn unwrap_panics_as_the_primal_does() {
    let _ = expected::grad(-1.0);
}

#[test]
fn unwrapped() {
    // `expected` has no type for its results but the patterns: see the annotation.
    #[differentiate]
    fn annotated(x: f64) -> f64 {
        let r: Result<f64, Failure> = root(x);
        r.unwrap() * x
    }
    check_grad!(annotated, 2.0);
}
