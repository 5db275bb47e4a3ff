//! A walk along a list by a reference that gets a new target: a function that calls itself on the rest does it.
#![allow(unused)]

use ad_runtime::{Differentiable, differentiate};

#[derive(Clone, Debug, Differentiable)]
struct Node {
    value: f64,
    next: Option<Box<Node>>,
}

#[differentiate]
fn walk(n: &Node, x: f64) -> f64 {
    let mut cur = Some(n);
    let mut s = 0.0;
    while let Some(n) = cur {
        s = s * x + n.value;
        cur = n.next.as_deref();
    }
    s
}

#[differentiate]
fn walk_of_references(n: &Node, x: f64) -> f64 {
    let mut cur = n;
    let mut s = n.value;
    while let Some(m) = &cur.next {
        s = s * x + m.value;
        cur = m;
    }
    s
}

fn main() {}
