//! Errors that are no numbers and cannot be copied, leaving by `?`: the derivatives did not compile.

use ad_runtime::{check_grad, differentiate};

#[derive(Clone, Debug, PartialEq)]
enum Failure {
    Negative(String),
    Empty,
}

#[differentiate]
fn log(x: f64) -> Result<f64, Failure> {
    if x <= 0.0 { Err(Failure::Negative("log".to_string())) } else { Ok(x.ln()) }
}

#[differentiate]
fn element(y: f64, xs: &[f64], i: usize) -> Result<f64, String> {
    let x = xs.get(i).ok_or("no such element".to_string())?;
    Ok(x * y)
}

#[differentiate]
fn logs(xs: &[f64], w: f64) -> Result<f64, Failure> {
    if xs.is_empty() {
        return Err(Failure::Empty);
    }
    let logs = xs.iter().map(|x| log(*x * w)).collect::<Result<Vec<f64>, Failure>>()?;
    let mut sum = 0.0;
    for l in &logs {
        sum += l * l;
    }
    let chosen: Result<f64, Failure> = if sum > 2.0 { Ok(sum * w) } else { Err(Failure::Empty) };
    Ok(chosen? + log(sum)?)
}

#[derive(Debug, PartialEq)]
struct Unclonable;

/// What holds no active value is moved as it was.
#[differentiate]
fn inactive(x: f64, n: i64) -> Result<f64, Unclonable> {
    let n: Result<i64, Unclonable> = if n < 0 { Err(Unclonable) } else { Ok(n) };
    let n = n?;
    Ok(x * n as f64)
}

#[test]
fn errors_by_question_mark() {
    check_grad!(element, 0.3, &[0.4, 0.5], 1);
    assert_eq!(element::grad(0.3, &[0.4], 1), Err("no such element".to_string()));
    check_grad!(logs, &[0.3, 12.0], 1.2);
    assert_eq!(logs::grad(&[1.0, -1.0], 1.2), Err(Failure::Negative("log".to_string())));
    assert_eq!(logs::grad(&[1.0, 2.0], 1.2), Err(Failure::Empty));
    assert_eq!(inactive::grad(0.4, 3), Ok(3.0));
    assert_eq!(inactive::grad(0.4, -3), Err(Unclonable));
}
