//! Parameters that are functions of types that are not understood.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn gives_option(f: impl Fn(f64) -> Option<f64>, x: f64) -> f64 {
    x
}

#[differentiate]
fn takes_tuple<F: Fn((f64, f64)) -> f64>(f: F, x: f64) -> f64 {
    f((x, x))
}

#[differentiate]
fn sent<F: Fn(f64) -> f64 + Send>(f: F, x: f64) -> f64 {
    f(x)
}

#[differentiate]
fn marked(#[constant] f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

#[differentiate(order = 2)]
fn second(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

#[differentiate]
fn of_many<F: Fn(f64) -> f64>(fs: &[F], x: f64) -> f64 {
    fs[0](x)
}

#[differentiate]
fn given_back<F: Fn(f64) -> f64>(f: F, x: f64) -> (F, f64) {
    (f, x)
}

struct S(f64);

#[differentiate]
impl S {
    fn method(&self, f: &dyn Fn(f64) -> f64) -> f64 {
        f(self.0)
    }
    fn generic<F: Fn(f64) -> f64>(&self, f: F) -> f64 {
        f(self.0)
    }
}

fn main() {}
