//! All mistakes of a body at once, those inside the arguments of macros too.
#![allow(unused)]

use ad_runtime::differentiate;

macro_rules! twice {
    ($x:expr) => {
        2.0 * $x
    };
}

#[differentiate]
fn f(x: f64) -> f64 {
    let p = Point { x };
    let y = checked(x)?;
    println!("{}", unsafe { y });
    let v = vec![p.x, twice!(x)];
    if let Some(z) = y { z } else { v[0] }
}

fn main() {}
