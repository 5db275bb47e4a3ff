//! `#[derive(Differentiable)]`: gradients of structs and enums, their constant fields, and both as vectors.

use ad_runtime::{Cotangent, Differentiable, Flat, VectorSpace, zero};
use std::rc::Rc;

/// Neither `Cotangent` nor made of plain data.
#[derive(Clone, Debug, PartialEq)]
struct Table {
    factor: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Params {
    rate: f64,
    weights: Vec<f64>,
    bias: [f32; 2],
    pair: (f64, Vec<[f64; 2]>),
    maybe: Option<f64>,
    boxed: Box<f64>,
    #[constant]
    scale: f64,
    #[constant]
    data: Vec<(usize, f64)>,
    #[constant]
    table: Rc<Table>,
    steps: usize,
    name: String,
    flags: Vec<bool>,
    at: Option<(u8, char)>,
}

fn params() -> Params {
    Params {
        rate: 1.0,
        weights: vec![2.0, 3.0],
        bias: [4.0, 5.0],
        pair: (6.0, vec![[7.0, 8.0]]),
        maybe: Some(9.0),
        boxed: Box::new(10.0),
        scale: 11.0,
        data: vec![(1, 12.0)],
        table: Rc::new(Table { factor: 13.0 }),
        steps: 14,
        name: "p".into(),
        flags: vec![true],
        at: Some((1, 'x')),
    }
}

#[test]
fn a_gradient_is_zero_and_carries_the_constants() {
    let g = params().zero_gradient();
    let expected = Params {
        rate: 0.0,
        weights: vec![0.0; 2],
        bias: [0.0; 2],
        pair: (0.0, vec![[0.0; 2]]),
        maybe: Some(0.0),
        boxed: Box::new(0.0),
        ..params()
    };
    assert_eq!(g, expected);
}

#[test]
fn constants_of_a_tangent_are_free_of_floats() {
    // What emitted code reads as the tangent of `scale` must be zero.
    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Plain {
        x: f64,
        #[constant]
        scale: f64,
        #[constant]
        data: Vec<f64>,
        n: usize,
    }
    assert!(Plain::constants());
    let p = Plain { x: 1.0, scale: 2.0, data: vec![3.0], n: 4 };
    assert_eq!(zero(&p), Plain { x: 0.0, scale: 0.0, data: vec![0.0], n: 4 });
    let mut dot = Plain { x: 5.0, scale: 6.0, data: vec![7.0], n: 9 };
    Plain::clear_constants(&mut dot);
    assert_eq!(dot, Plain { x: 5.0, scale: 0.0, data: vec![0.0], n: 9 });
    Plain::restore_constants(&mut dot, &p);
    assert_eq!(dot, Plain { x: 5.0, ..p });
}

#[test]
fn constants_are_not_floats_of_the_value() {
    let mut p = params();
    assert_eq!(p.to_floats(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
    p.set_floats(&[0.5; 10]);
    assert_eq!((p.weights, p.scale, p.pair), (vec![0.5; 2], 11.0, (0.5, vec![[0.5; 2]])));
}

#[test]
fn values_are_vectors() {
    let (mut p, g) = (params(), params());
    p.scaled_add(2.0, &g);
    assert_eq!((p.rate, &p.weights[..], p.maybe, p.scale), (3.0, &[6.0, 9.0][..], Some(27.0), 11.0));
    assert_eq!(g.dot(&g), (1..=10).map(|i| f64::from(i * i)).sum::<f64>());
    assert_eq!(g.norm(), g.dot(&g).sqrt());
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape {
    Point,
    Disc {
        radius: f64,
        #[constant]
        density: f64,
    },
    Rectangle(f64, f64),
    Path(Vec<Corner>),
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Corner(f64, f64);

#[test]
fn the_gradient_of_an_enum_has_its_variant() {
    assert_eq!(Shape::Point.zero_gradient(), Shape::Point);
    assert_eq!(Shape::Disc { radius: 2.0, density: 3.0 }.zero_gradient(), Shape::Disc { radius: 0.0, density: 3.0 });
    let path = Shape::Path(vec![Corner(1.0, 2.0); 2]);
    let mut bar = zero(&path);
    Shape::add_assign(&mut bar, &path);
    Shape::add_assign(&mut bar, &path);
    assert_eq!(bar, Shape::Path(vec![Corner(2.0, 4.0); 2]));
    assert_eq!(bar.to_floats(), [2.0, 4.0, 2.0, 4.0]);
}

#[test]
#[should_panic(expected = "a cotangent is of the variant `Disc` where its value is `Rectangle`")]
fn a_cotangent_of_another_variant_panics_with_both_names() {
    let mut bar = zero(&Shape::Rectangle(1.0, 2.0));
    Shape::add_assign(&mut bar, &Shape::Disc { radius: 1.0, density: 1.0 });
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Pair<T, const N: usize> {
    first: T,
    rest: [T; N],
    #[constant]
    limit: T,
}

#[test]
fn generic_structs() {
    let pair = Pair { first: 1.0f32, rest: [2.0], limit: 3.0 };
    assert_eq!(pair.zero_gradient(), Pair { first: 0.0, rest: [0.0], limit: 3.0 });
    assert_eq!(zero(&pair).limit, 0.0);
    let nested = Pair { first: pair.clone(), rest: [pair.clone(), pair.clone()], limit: pair.clone() };
    assert_eq!(nested.to_floats(), [1.0, 2.0, 1.0, 2.0, 1.0, 2.0]);
    let gradient = nested.zero_gradient();
    assert_eq!((gradient.first.limit, gradient.limit.first), (3.0, 1.0));
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Borrowing<'a> {
    sigma: f64,
    #[constant]
    data: &'a [f64],
    name: &'a str,
}

#[test]
fn borrowed_constants() {
    let data = [1.0, 2.0];
    let model = Borrowing { sigma: 2.0, data: &data, name: "m" };
    assert_eq!(model.zero_gradient(), Borrowing { sigma: 0.0, data: &data, name: "m" });
}

#[derive(Clone, Debug, Default, PartialEq, Differentiable)]
struct Nothing;

#[test]
fn a_struct_without_fields() {
    assert_eq!(Nothing.zero_gradient(), Nothing);
    assert!(Nothing.to_floats().is_empty());
}
