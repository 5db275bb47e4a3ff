//! A method of an atomic.
#![allow(unused)]

use ad_runtime::differentiate;

static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

#[differentiate]
fn f(x: f64) -> f64 {
    let n = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    x * f64::from(n)
}

fn main() {}
