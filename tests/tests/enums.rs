//! Enums with data: matched, built, stored, and their gradients.

use ad_runtime::{Differentiable, check_grad, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape {
    Point,
    Disc { radius: f64 },
    Rectangle(f64, f64),
    Path(Vec<f64>),
}

#[differentiate]
fn area(shape: &Shape, scale: f64) -> f64 {
    let a = match shape {
        Shape::Point => 0.0,
        Shape::Disc { radius } => std::f64::consts::PI * radius * radius,
        Shape::Rectangle(w, h) => w * h,
        Shape::Path(xs) => {
            let mut s = 0.0;
            for x in xs {
                s += x * x;
            }
            s
        }
    };
    a * scale * scale
}

#[test]
fn borrowed_and_matched() {
    check_grad!(area, &Shape::Point, 2.0);
    check_grad!(area, &Shape::Disc { radius: 0.5 }, 2.0);
    check_grad!(area, &Shape::Rectangle(2.0, 3.0), 2.0);
    check_grad!(area, &Shape::Path(vec![1.0, 2.0]), 2.0);
    let (g, _) = area::grad(&Shape::Rectangle(2.0, 3.0), 1.0);
    assert_eq!(g, Shape::Rectangle(3.0, 2.0));
}

#[differentiate]
fn total(shapes: &[Shape], scale: f64) -> f64 {
    let mut sum = 0.0;
    for s in shapes {
        sum += area(s, scale);
        sum += match s {
            Shape::Disc { radius: r } if *r > 1.0 => r.sin(),
            Shape::Rectangle(a, _) => *a,
            _ => scale,
        };
    }
    sum
}

#[test]
fn lists_of_enums() {
    let shapes = [
        Shape::Point,
        Shape::Disc { radius: 0.5 },
        Shape::Disc { radius: 1.5 },
        Shape::Rectangle(2.0, 3.0),
        Shape::Path(vec![1.0, 2.0]),
    ];
    check_grad!(total, &shapes, 1.2);
}

#[differentiate]
fn grow(shape: &mut Shape, by: f64) {
    match shape {
        Shape::Disc { radius } => *radius *= by,
        Shape::Rectangle(w, h) => {
            *w += by;
            *h = *w * by;
        }
        _ => {}
    }
}

#[test]
fn changed_in_place() {
    check_grad!(grow, &mut Shape::Disc { radius: 0.5 }, 2.0);
    check_grad!(grow, &mut Shape::Rectangle(0.5, 2.0), 2.0);
}

#[differentiate]
fn built(x: f64, kind: u8) -> f64 {
    let shape = match kind {
        0 => Shape::Disc { radius: x * x },
        1 => Shape::Rectangle(x, x.sin()),
        _ => Shape::Point,
    };
    area(&shape, x)
}

#[differentiate]
fn replaced(x: f64, n: usize) -> Shape {
    let mut shape = Shape::Point;
    for i in 0..n {
        shape = match shape {
            Shape::Point => Shape::Disc { radius: x },
            Shape::Disc { radius } => Shape::Rectangle(radius * x, x + i as f64),
            Shape::Rectangle(w, h) => Shape::Path(vec![w, h, x]),
            Shape::Path(xs) => Shape::Disc { radius: xs[0] * xs[2] },
        };
    }
    shape
}

#[test]
fn locals_and_results() {
    for kind in 0..3 {
        check_grad!(built, 0.7, kind);
    }
    for n in 0..7 {
        if n > 0 {
            check_grad!(replaced, 0.7, n);
        }
    }
}

/// Codes are matched on the way and hold no derivative: no derive is needed.
enum Op {
    Push(usize),
    Add,
    Mul,
    Sin,
}

#[differentiate]
fn machine(x: &[f64], #[constant] program: &[Op]) -> f64 {
    let mut stack: Vec<f64> = Vec::new();
    for op in program {
        match op {
            Op::Push(i) => stack.push(x[*i]),
            Op::Add => {
                let n = stack.len();
                let sum = stack[n - 2] + stack[n - 1];
                stack.truncate(n - 2);
                stack.push(sum);
            }
            Op::Mul => {
                let n = stack.len();
                let product = stack[n - 2] * stack[n - 1];
                stack.truncate(n - 2);
                stack.push(product);
            }
            Op::Sin => {
                let n = stack.len();
                stack[n - 1] = stack[n - 1].sin();
            }
        }
    }
    stack[0]
}

#[test]
fn a_stack_machine() {
    let program = [Op::Push(0), Op::Push(1), Op::Mul, Op::Sin, Op::Push(2), Op::Add];
    check_grad!(machine, &[0.5, 1.5, 2.0], &program);
}
