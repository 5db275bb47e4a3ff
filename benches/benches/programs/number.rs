//! One generic text of each program for the crates that differentiate by their own number types.

use std::ops::{Add, Div, Mul, Neg, Sub};

use ad_trait::AD;
use ad_trait::forward_ad::adfn::adfn;
use ad_trait::reverse_ad::adr::{GlobalComputationGraph, adr};
use num_dual::{Dual64, DualNum, DualSVec64};
use reverse::{Gradient, Tape, Var};
use simba::scalar::ComplexField;

/// What the programs ask of a number.
pub(crate) trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    fn value(self) -> f64;
    fn plus(self, c: f64) -> Self;
    fn times(self, c: f64) -> Self;
    fn recip(self) -> Self;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sqrt(self) -> Self;
    fn tanh(self) -> Self;
}

/// The sum of at least one number.
pub(crate) fn sum<N: Number>(terms: impl Iterator<Item = N>) -> N {
    terms.reduce(|a, b| a + b).expect("nothing to sum")
}

impl Number for Var<'_> {
    fn value(self) -> f64 {
        self.val()
    }
    fn plus(self, c: f64) -> Self {
        self + c
    }
    fn times(self, c: f64) -> Self {
        self * c
    }
    fn recip(self) -> Self {
        Var::recip(&self)
    }
    fn exp(self) -> Self {
        Var::exp(&self)
    }
    fn ln(self) -> Self {
        Var::ln(&self)
    }
    fn sqrt(self) -> Self {
        Var::sqrt(&self)
    }
    fn tanh(self) -> Self {
        Var::tanh(&self)
    }
}

macro_rules! number_by_ad_trait {
    ([$($generics:tt)*] $name:ty) => {
        impl<$($generics)*> Number for $name {
            fn value(self) -> f64 {
                self.to_constant()
            }
            fn plus(self, c: f64) -> Self {
                AD::add_scalar(c, self)
            }
            fn times(self, c: f64) -> Self {
                AD::mul_scalar(c, self)
            }
            fn recip(self) -> Self {
                ComplexField::recip(self)
            }
            fn exp(self) -> Self {
                ComplexField::exp(self)
            }
            fn ln(self) -> Self {
                ComplexField::ln(self)
            }
            fn sqrt(self) -> Self {
                ComplexField::sqrt(self)
            }
            fn tanh(self) -> Self {
                ComplexField::tanh(self)
            }
        }
    };
}

number_by_ad_trait!([] adr);
number_by_ad_trait!([const K: usize] adfn<K>);

macro_rules! number_by_num_dual {
    ([$($generics:tt)*] $name:ty) => {
        impl<$($generics)*> Number for $name {
            fn value(self) -> f64 {
                self.re
            }
            fn plus(self, c: f64) -> Self {
                self + c
            }
            fn times(self, c: f64) -> Self {
                self * c
            }
            fn recip(self) -> Self {
                DualNum::recip(&self)
            }
            fn exp(self) -> Self {
                DualNum::exp(&self)
            }
            fn ln(self) -> Self {
                DualNum::ln(&self)
            }
            fn sqrt(self) -> Self {
                DualNum::sqrt(&self)
            }
            fn tanh(self) -> Self {
                DualNum::tanh(&self)
            }
        }
    };
}

number_by_num_dual!([] Dual64);
number_by_num_dual!([const K: usize] DualSVec64<K>);

/// A program in terms of any number: the active inputs in one slice, the result a scalar.
pub(crate) trait Generic {
    fn call<N: Number>(&self, inputs: &[N]) -> N;
}

/// `reverse`: one sweep over its tape. The tape is kept between calls, so that its memory is allocated once.
pub(crate) fn by_reverse(f: &impl Generic, tape: &Tape, inputs: &[f64], out: &mut [f64]) {
    tape.clear();
    let vars = tape.add_vars(inputs);
    let y = f.call(&vars);
    out[0] = y.val();
    out[1..].copy_from_slice(&y.grad().wrt(&vars));
}

/// `ad_trait`, reverse mode: one sweep over its thread's graph, which it keeps between calls.
pub(crate) fn by_adr(f: &impl Generic, inputs: &[f64], out: &mut [f64]) {
    GlobalComputationGraph::get().reset();
    let vars: Vec<adr> = inputs.iter().map(|&x| adr::new_variable(x, false)).collect();
    let y = f.call(&vars);
    out[0] = y.value();
    let gradient = y.get_backwards_mode_grad();
    out[1..].iter_mut().zip(&vars).for_each(|(g, v)| *g = gradient.wrt(v));
}

/// `ad_trait`, forward mode: all inputs at once as `K` lanes.
pub(crate) fn by_adfn<const K: usize>(f: &impl Generic, inputs: &[f64; K], out: &mut [f64]) {
    let vars: [adfn<K>; K] =
        std::array::from_fn(|i| adfn::new(inputs[i], std::array::from_fn(|j| if i == j { 1.0 } else { 0.0 })));
    let y = f.call(&vars);
    out[0] = y.value();
    out[1..].copy_from_slice(&y.tangent());
}

/// `num-dual`: all inputs at once as a vector of `K` dual parts.
pub(crate) fn by_dual_vector<const K: usize>(f: &impl Generic, inputs: &[f64; K], out: &mut [f64]) {
    let vars: [DualSVec64<K>; K] = std::array::from_fn(|i| DualSVec64::from_re(inputs[i]).derivative(i));
    let y = f.call(&vars);
    out[0] = y.re;
    out[1..].copy_from_slice(y.eps.0.expect("y depends on the inputs").as_slice());
}

/// `num-dual`, one directional derivative; a gradient takes as many of these as there are inputs.
pub(crate) fn along_one_direction(f: &impl Generic, inputs: &[f64], out: &mut [f64]) {
    let vars: Vec<Dual64> = inputs.iter().enumerate().map(|(i, &x)| Dual64::new(x, super::direction(i))).collect();
    let y = f.call(&vars);
    (out[0], out[1]) = (y.re, y.eps);
}
