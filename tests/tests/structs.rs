//! Structs: fields read and written, literals, update syntax, nesting, and their gradients.

use ad_runtime::{Differentiable, check_grad, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Line {
    slope: f64,
    offset: f64,
}

#[differentiate]
fn value(line: &Line, x: f64) -> f64 {
    line.slope * x + line.offset
}

#[differentiate]
fn residuals(line: &Line, #[constant] data: &[(f64, f64)]) -> f64 {
    let mut sum = 0.0;
    for (x, y) in data {
        let r = line.slope * x + line.offset - y;
        sum += r * r;
    }
    sum
}

#[test]
fn fields_are_read() {
    let line = Line { slope: 2.0, offset: 1.0 };
    let (y, (line_bar, x_bar)) = value::value_and_grad(&line, 3.0);
    assert_eq!((y, line_bar, x_bar), (7.0, Line { slope: 3.0, offset: 1.0 }, 2.0));
    check_grad!(value, &line, 3.0);
    check_grad!(residuals, &line, &[(0.0, 1.0), (1.0, 2.5), (2.0, 5.5)]);
    let (_, dot) = value::jvp((&line, 3.0), (&Line { slope: 1.0, offset: 0.5 }, 0.0));
    assert_eq!(dot, 3.5);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model {
    line: Line,
    weights: Vec<f64>,
    matrix: [[f64; 2]; 2],
    #[constant]
    scale: f64,
    #[constant]
    data: Vec<f64>,
    steps: usize,
    on: bool,
}

fn model() -> Model {
    Model {
        line: Line { slope: 0.3, offset: -0.2 },
        weights: vec![0.5, 1.5, -1.0],
        matrix: [[1.0, 2.0], [0.5, -1.0]],
        scale: 2.0,
        data: vec![0.1, 0.2, 0.3],
        steps: 3,
        on: true,
    }
}

#[differentiate]
fn nested(m: &Model, x: f64) -> f64 {
    let mut s = m.line.slope * x * m.scale + m.line.offset;
    for (w, d) in m.weights.iter().zip(&m.data) {
        s += w * w * d;
    }
    for _ in 0..m.steps {
        s = s.sin() + m.matrix[0][1] * m.matrix[1][0] * x;
    }
    if m.on { s / m.steps as f64 } else { m.weights[0] }
}

#[test]
fn nested_structs_and_constant_fields() {
    check_grad!(nested, &model(), 0.7);
    let (_, (g, _)) = nested::value_and_grad(&model(), 0.7);
    let m = model();
    assert_eq!((g.scale, g.data, g.steps, g.on), (m.scale, m.data, m.steps, m.on));
    // What a tangent has in constant fields is ignored.
    let mut v = nested::grad(&model(), 0.7).0;
    let clean = nested::jvp((&model(), 0.7), (&v, 0.0)).1;
    v.scale = 1e9;
    v.data = vec![7.0; 3];
    v.steps = 77;
    assert_eq!(nested::jvp((&model(), 0.7), (&v, 0.0)).1, clean);
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Body {
    x: f64,
    v: f64,
}

#[differentiate]
fn pendulum(start: Body, omega: f64, steps: usize) -> Body {
    let mut body = start;
    for _ in 0..steps {
        let a = -omega * omega * body.x.sin();
        body.v += 0.1 * a;
        body.x += 0.1 * body.v;
    }
    body
}

#[differentiate]
fn literals(a: f64, b: f64) -> f64 {
    let p = Body { x: a * b, v: b.sin() };
    let q = Body { x: p.v * 2.0, ..p };
    let r = Body { v: 3.0, ..q };
    p.x * q.x + r.v * q.v + r.x
}

#[differentiate]
fn advance(body: &mut Body, omega: f64) {
    body.v -= omega * body.x;
    body.x += body.v * body.v;
}

#[differentiate]
fn swing(x: f64, omega: f64) -> f64 {
    let mut body = Body { x, v: 0.5 };
    for _ in 0..3 {
        advance(&mut body, omega);
    }
    body.x * body.v
}

#[test]
fn locals_and_results() {
    check_grad!(pendulum, Body { x: 0.5, v: 0.1 }, 1.2, 4);
    check_grad!(literals, 0.7, 1.1);
    check_grad!(advance, &mut Body { x: 0.4, v: 0.2 }, 0.3);
    check_grad!(swing, 0.4, 0.3);
    let (y, pullback) = pendulum::vjp(Body { x: 0.5, v: 0.1 }, 1.2, 4);
    assert!(y.x != 0.5);
    let (body_bar, _) = pullback(Body { x: 1.0, v: 0.0 });
    assert!(body_bar.x != 0.0);
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Point(f64, f64);

#[differentiate]
fn turn(p: Point, angle: f64) -> Point {
    let Point(x, y) = p;
    let (s, c) = angle.sin_cos();
    Point(c * x - s * y, s * x + c * y)
}

#[differentiate]
fn spread(points: &[Point], angle: f64) -> f64 {
    let mut sum = Point(0.0, 0.0);
    for p in points {
        let q = turn(*p, angle * p.0);
        sum.0 += q.0 * q.1;
        sum.1 += q.1;
    }
    sum.0 * sum.1
}

#[test]
fn tuple_structs() {
    check_grad!(turn, Point(1.0, 2.0), 0.3);
    check_grad!(spread, &[Point(1.0, 2.0), Point(-0.5, 0.7)], 0.3);
}
