use ad_runtime::*;
#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 { a.iter().zip(b).map(|(x, y)| x * y).sum() }
#[differentiate]
fn local_arrays(x: f64) -> f64 { let a = [x, x * x]; let b = [x; 2]; dot(&a, &b) + dot(&[x, 1.0], &a) }
#[differentiate]
fn params(x: &[f64; 2], y: [f64; 2]) -> f64 { dot(x, &y) }
#[differentiate]
fn rows(x: &[[f64; 2]]) -> f64 { dot(&x[0], &x[1]) }
#[differentiate]
fn vecs(x: &Vec<f64>, m: &[Vec<f64>]) -> f64 { let v = vec![1.0, 2.0]; dot(x, &v) + dot(&m[0], x) }
#[test] fn t() {}
