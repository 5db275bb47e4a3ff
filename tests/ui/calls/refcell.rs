//! An active value put into a RefCell.
#![allow(unused)]

use ad_runtime::differentiate;

#[differentiate]
fn f(x: f64) -> f64 {
    let c = std::cell::RefCell::new(x);
    *c.borrow_mut() *= 2.0;
    c.into_inner()
}

fn main() {}
