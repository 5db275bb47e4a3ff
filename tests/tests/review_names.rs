//! Names: like generated ones, like those of std, hidden and raw.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, unreachable_pub, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

const half: u8 = 2;
#[differentiate]
fn lower_case_const(x: f64, w: u8) -> f64 {
    match w {
        half => x * x,
        _ => x,
    }
}
#[differentiate]
fn rest_first(x: f64, k: u8) -> f64 {
    match (1u8, k, 0u8) {
        (.., 0) => x * x,
        _ => x,
    }
}
#[differentiate]
fn rest_middle(x: f64, k: u8) -> f64 {
    match (1u8, k, 0u8, 3u8) {
        (1, .., 0, 3) => x * x,
        _ => x,
    }
}

#[differentiate]
fn generated_names(seed: f64, again: f64, kept: f64, t1: f64) -> f64 {
    let x_bar = seed * again;
    let y = x_bar.sin();
    let whole = y * kept;
    let K0 = whole + t1;
    let result = K0 * y;
    let returned = result * 2.0;
    let stop = returned + x_bar;
    let trips = stop * 0.5;
    let v1 = trips.cos();
    let reverse = v1 * trips;
    let mut kept_at = reverse;
    for i in 0..3 {
        kept_at = kept_at.sin() * seed;
        let shape = kept_at;
        kept_at += shape * i as f64;
    }
    let value = kept_at;
    let acc = value;
    let temp = acc * t1;
    temp + result
}
#[differentiate]
fn bars(x: f64, x_bar: f64, x_dot: f64, y_bar: f64) -> f64 {
    let y = x * x_bar;
    let y_dot = y * x_dot;
    let mut z = [y_bar, y_dot];
    z[0] *= y;
    z[0] * z[1]
}
#[differentiate]
fn raw(r#type: f64, r#match: &[f64], größe: f64) -> f64 {
    let r#loop = r#type * r#match[0];
    let ñ = r#loop.sin() * größe;
    ñ * r#match[1]
}
mod odd_consts {
    pub const t1: f64 = 2.0;
    pub const v: f64 = 3.0;
    pub const t: f64 = 5.0;
    pub const e: f64 = 7.0;
    pub const x_bar: f64 = 1.5;
    pub const kept: f64 = 1.5;
    pub const c: f64 = 0.5;
}
mod with_consts {
    use super::*;
    use odd_consts::*;
    #[differentiate]
    pub fn constants_like_temporaries(x: f64, y: f64) -> f64 {
        let mut s = x.sin() * t1 * v + y.cos() * e * t;
        for i in 0..3 {
            s = (s * x).sin() * c + kept * x_bar;
        }
        if s > 0.0 { s * x * y } else { s.exp() }
    }
}
mod e_consts {
    use super::*;
    use std::f64::consts::*;
    #[differentiate]
    pub fn std_consts(x: f64) -> f64 {
        let t = PI * x + E;
        let s = (t * TAU).sin() * LN_2;
        s * FRAC_PI_2
    }
}
#[differentiate]
fn body_imports(x: f64) -> f64 {
    use std::f64::consts::{E, PI as P};
    const A: f64 = 2.0;
    const T: [f64; 3] = [1.0, A, 3.0];
    fn twice(v: u8) -> f64 {
        2.0 * v as f64
    }
    (x * P).sin() * E * T[1] * twice(3)
}
const TABLE: [f64; 3] = [1.0, 2.0, 3.0];
#[differentiate]
fn local_named_table(x: f64) -> f64 {
    let a = TABLE[1] * x;
    let TABLE_ = [x, a];
    let b = TABLE_[0] * TABLE[2];
    {
        let r = [a, x, b];
        r[0] * TABLE[0] + r[2]
    }
}
// user functions named like std's
#[differentiate]
fn swap(a: f64, b: f64) -> f64 {
    a * b * b
}
#[differentiate]
fn min(a: f64, b: f64) -> f64 {
    a * b + a
}
#[differentiate]
fn replace(a: f64, b: f64) -> f64 {
    a / b
}
#[differentiate]
fn zip(a: f64, b: f64) -> f64 {
    a.sin() * b
}
#[differentiate]
fn from(a: f64) -> f64 {
    a * a * a
}
#[differentiate]
fn sin(a: f64) -> f64 {
    a * a + 1.0
}
#[differentiate]
fn user_named(x: f64, y: f64) -> f64 {
    swap(x, y) + min(x, y) * replace(x, y) + zip(x, from(y)) + sin(x) + x.sin()
}
mod own_types {
    use ad_runtime::differentiate;
    pub mod Vec {
        pub fn marker() {}
    }
    #[allow(dead_code)]
    pub struct Option;
    #[allow(dead_code)]
    pub struct Some;
    pub struct Box;
    pub struct None;
    pub fn Ok() {}
    pub struct Default;
    pub struct Clone;
    pub trait Into {}
    pub mod ad_runtime_ {}
    #[differentiate]
    pub fn shadowed_prelude(x: f64, xs: &[f64]) -> f64 {
        let mut s = x;
        for v in xs {
            if *v > 1.0 {
                break;
            }
            s = s * v + s.sin();
        }
        s
    }
}
mod traits {
    use ad_runtime::differentiate;
    pub trait Odd {
        fn sin(self) -> f64;
        fn get(&self) -> f64;
        fn value(&self) -> f64;
        fn add_to(self) -> f64;
        fn len(&self) -> usize {
            7
        }
    }
    impl Odd for f64 {
        fn sin(self) -> f64 {
            77.0
        }
        fn get(&self) -> f64 {
            5.0
        }
        fn value(&self) -> f64 {
            5.0
        }
        fn add_to(self) -> f64 {
            5.0
        }
    }
    #[differentiate]
    pub fn trait_methods(x: f64, xs: &[f64]) -> f64 {
        let mut s = x.sin();
        for v in xs {
            s += v.sin() * s;
        }
        s
    }
}

#[test]
fn patterns_and_constants() {
    check!(lower_case_const, 0.5, 1);
    check!(lower_case_const, 0.5, 2);
    check!(rest_first, 0.5, 7);
    check!(rest_middle, 0.5, 7);
}

#[test]
fn names() {
    use e_consts::*;
    use own_types::shadowed_prelude;
    use traits::*;
    use with_consts::*;
    check!(generated_names, 0.5, 0.7, 0.9, 1.1);
    check!(bars, 0.5, 0.7, 0.9, 1.1);
    check!(raw, 0.5, &[0.7, 0.9], 1.3);
    check!(constants_like_temporaries, 0.5, 0.7);
    check!(std_consts, 0.3);
    check!(body_imports, 0.3);
    check!(local_named_table, 0.3);
    check!(user_named, 0.5, 0.7);
    check!(shadowed_prelude, 0.5, &[0.5, 0.7]);
    check!(trait_methods, 0.5, &[0.5, 0.7]);
}
