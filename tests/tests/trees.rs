//! Types that hold themselves in a `Box`, an `Option<Box<_>>` or a `Vec`: expressions, lists and trees.

#![allow(clippy::misrefactored_assign_op)]

use ad_runtime::{Cotangent, Differentiable, check_grad, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Expr {
    Const(f64),
    Var(usize),
    Add(Box<Expr>, Box<Expr>),
    Mul(Box<Expr>, Box<Expr>),
    Sin(Box<Expr>),
    Sum(Vec<Expr>),
    Weighted {
        by: f64,
        #[constant]
        power: f64,
        of: Box<Expr>,
    },
}

use Expr::{Add, Const, Mul, Sin, Sum, Var, Weighted};

fn add(a: Expr, b: Expr) -> Expr {
    Add(Box::new(a), Box::new(b))
}
fn mul(a: Expr, b: Expr) -> Expr {
    Mul(Box::new(a), Box::new(b))
}
fn sin(a: Expr) -> Expr {
    Sin(Box::new(a))
}

/// 2 sin(x0 + 0.5) + x0 x1 + (x1 + 3) + 1.5 * 4 * x0 x1
fn example() -> Expr {
    let product = mul(Var(0), Var(1));
    Sum(vec![
        mul(Const(2.0), sin(add(Var(0), Const(0.5)))),
        product.clone(),
        add(Var(1), Const(3.0)),
        Weighted { by: 1.5, power: 2.0, of: Box::new(product) },
    ])
}

/// The gradient of the example by hand.
fn by_hand(x: &[f64; 2]) -> (Expr, [f64; 2]) {
    let (s, c) = (x[0] + 0.5).sin_cos();
    let inner = mul(Var(0), Var(1));
    let of_expr = Sum(vec![
        mul(Const(s), sin(add(Var(0), Const(2.0 * c)))),
        inner.clone(),
        add(Var(1), Const(1.0)),
        Weighted { by: 2.0 * 1.5 * x[0] * x[1], power: 2.0, of: Box::new(inner) },
    ]);
    let weight = 1.0 + 1.5 * 1.5;
    (of_expr, [2.0 * c + weight * x[1], weight * x[0] + 1.0])
}

#[differentiate(recursive)]
fn eval(e: &Expr, x: &[f64]) -> f64 {
    match e {
        Const(c) => *c,
        Var(i) => x[*i],
        Add(a, b) => eval(a, x) + eval(b, x),
        Mul(a, b) => eval(a, x) * eval(b, x),
        Sin(a) => eval(a, x).sin(),
        Sum(all) => all.iter().map(|one| eval(one, x)).sum(),
        Weighted { by, power, of } => by.powf(*power) * eval(of, x),
    }
}

#[differentiate(recursive)]
impl Expr {
    fn eval(&self, x: &[f64]) -> f64 {
        match self {
            Const(c) => *c,
            Var(i) => x[*i],
            Add(a, b) => a.eval(x) + b.eval(x),
            Mul(a, b) => a.eval(x) * b.eval(x),
            Sin(a) => a.eval(x).sin(),
            Sum(all) => {
                let mut sum = 0.0;
                for one in all {
                    sum += one.eval(x);
                }
                sum
            }
            Weighted { by, power, of } => by.powf(*power) * of.eval(x),
        }
    }
}

#[differentiate]
mod inside {
    use ad_runtime::Differentiable;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub(crate) enum Tree {
        Leaf(f64),
        Node { left: Box<Tree>, right: Box<Tree>, weight: f64 },
    }

    pub(crate) fn total(t: &Tree, x: f64) -> f64 {
        match t {
            Tree::Leaf(v) => v * x,
            Tree::Node { left, right, weight } => weight * total(left, x * x) + total(right, x),
        }
    }

    impl Tree {
        pub(crate) fn total(&self, x: f64) -> f64 {
            match self {
                Tree::Leaf(v) => v * x,
                Tree::Node { left, right, weight } => weight * left.total(x * x) + right.total(x),
            }
        }
        /// In a circle with `odd`.
        pub(crate) fn even(&self, x: f64) -> f64 {
            match self {
                Tree::Leaf(v) => v * x,
                Tree::Node { left, right, weight } => weight * left.odd(x) + right.odd(x * weight),
            }
        }
        pub(crate) fn odd(&self, x: f64) -> f64 {
            match self {
                Tree::Leaf(v) => v.sin() * x,
                Tree::Node { left, right, weight } => left.even(x) * right.even(x) * weight,
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Node {
    value: f64,
    next: Option<Box<Node>>,
}

fn list(values: &[f64]) -> Node {
    let next = (values.len() > 1).then(|| Box::new(list(&values[1..])));
    Node { value: values[0], next }
}

/// The value of a polynomial.
#[differentiate]
fn horner(n: &Node, x: f64) -> f64 {
    let rest = match &n.next {
        Some(m) => horner(m, x),
        None => 0.0,
    };
    n.value + x * rest
}

#[differentiate]
fn horner_if(n: &Node, x: f64) -> f64 {
    if let Some(m) = &n.next { n.value + x * horner_if(m, x) } else { n.value }
}

#[differentiate]
fn horner_deref(n: &Node, x: f64) -> f64 {
    match n.next.as_deref() {
        Some(m) => n.value + x * horner_deref(m, x),
        None => n.value,
    }
}

#[differentiate(recursive)]
impl Node {
    fn horner(&self, x: f64) -> f64 {
        match &self.next {
            Some(m) => self.value + x * m.horner(x),
            None => self.value,
        }
    }
}

/// What is written on the way is what is read behind it.
#[differentiate]
fn scale(n: &mut Node, k: f64) {
    n.value *= k * n.value;
    if let Some(m) = &mut n.next {
        scale(m, k + n.value);
    }
}

#[differentiate]
fn scaled(n: &Node, k: f64) -> f64 {
    let mut n = n.clone();
    scale(&mut n, k);
    let before = horner(&n, k);
    n.value = before * before;
    scale(&mut n, 0.5);
    before.sin() + horner(&n, k * k)
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Owner {
    expr: Box<Expr>,
    more: Vec<Expr>,
    x: [f64; 2],
}

/// Of a part that stands in a box, in the split form, in a loop and in a branch.
#[differentiate]
fn owned(o: &Owner, k: f64) -> f64 {
    let mut sum = k * eval(&o.expr, &o.x[..]);
    for (i, e) in o.more.iter().enumerate() {
        let y = [o.x[0] * sum, k];
        if i % 2 == 0 {
            sum += eval(e, &y) * o.expr.eval(&y);
        } else {
            sum *= e.eval(&o.x[..]);
        }
    }
    sum
}

#[differentiate]
impl Owner {
    fn value(&self, k: f64) -> f64 {
        self.expr.eval(&self.x[..]) * k + eval(&self.expr, &[k, k])
    }
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-13 * (1.0 + b.abs()), "{a} {b}");
}

fn same(found: &Expr, wanted: &Expr) {
    use ad_runtime::Flat;
    assert_eq!(std::mem::discriminant(found), std::mem::discriminant(wanted));
    let (found, wanted) = (found.to_floats(), wanted.to_floats());
    assert_eq!(found.len(), wanted.len());
    found.iter().zip(&wanted).for_each(|(a, b)| close(*a, *b));
}

#[test]
fn expressions_by_hand() {
    let (e, x) = (example(), [0.7, -1.3]);
    let (of_expr, of_x) = by_hand(&x);
    let (y, g) = eval::value_and_grad(&e, &x);
    assert_eq!(y, eval(&e, &x));
    same(&g.0, &of_expr);
    close(g.1[0], of_x[0]);
    close(g.1[1], of_x[1]);
    let (y, g) = e.eval_value_and_grad(&x);
    assert_eq!(y, eval(&e, &x));
    same(&g.0, &of_expr);
    close(g.1[0], of_x[0]);
    close(g.1[1], of_x[1]);
    // What is constant is the primal's.
    let Sum(all) = &g.0 else { panic!() };
    assert_eq!(all[2], add(Var(1), Const(1.0)));
    assert!(matches!(all[3], Weighted { power: 2.0, .. }));
}

#[test]
fn expressions() {
    let (e, x) = (example(), [0.7, -1.3]);
    check_grad!(eval, &e, &x[..]);
    check_grad!(eval, &Const(2.0), &x[..]);
    check_grad!(eval, &mul(e.clone(), sin(e)), &x[..]);
}

#[test]
fn trees_of_a_module() {
    use inside::Tree;
    use inside::Tree::{Leaf, Node};
    let node = |left, right, weight| Node { left: Box::new(left), right: Box::new(right), weight };
    let t = node(node(Leaf(0.5), Leaf(-1.5), 2.0), node(Leaf(3.0), node(Leaf(0.25), Leaf(1.0), 0.5), -1.0), 0.7);
    check_grad!(inside::total, &t, 1.2);
    let (of_tree, of_x) = inside::total::grad(&node(Leaf(2.0), Leaf(3.0), 5.0), 0.5);
    assert_eq!((of_tree, of_x), (node(Leaf(1.25), Leaf(0.5), 0.5), 2.0 * 5.0 + 3.0));
    assert_eq!(t.total_grad(1.2), inside::total::grad(&t, 1.2));
    // The derivative along a direction, from both modes.
    let along = |of: fn(&Tree, f64) -> (Tree, f64), dot: f64| {
        use ad_runtime::Flat;
        let (g, gx) = of(&t, 1.2);
        close(g.to_floats().iter().sum::<f64>() + gx, dot);
    };
    let mut ones = t.clone();
    ad_runtime::Flat::set_floats(&mut ones, &[1.0; 9]);
    along(|t, x| t.even_grad(x), t.even_jvp(1.2, (&ones, 1.0)).1);
    along(|t, x| t.odd_grad(x), t.odd_jvp(1.2, (&ones, 1.0)).1);
}

#[test]
fn lists() {
    let n = list(&[1.5, -0.5, 2.0, 0.25]);
    let x: f64 = 1.3;
    let wanted = list(&[1.0, x, x * x, x * x * x]);
    let of_x = -0.5 + 2.0 * 2.0 * x + 3.0 * 0.25 * x * x;
    for (g, gx) in [horner::grad(&n, x), horner_if::grad(&n, x), horner_deref::grad(&n, x), n.horner_grad(x)] {
        use ad_runtime::Flat;
        g.to_floats().iter().zip(wanted.to_floats()).for_each(|(a, b)| close(*a, b));
        close(gx, of_x);
    }
    check_grad!(horner, &n, x);
    check_grad!(horner_if, &n, x);
    check_grad!(horner_deref, &n, x);
    check_grad!(scaled, &n, x);
}

#[test]
fn parts_in_boxes() {
    let o =
        Owner { expr: Box::new(example()), more: vec![Const(0.3), sin(Var(1)), mul(Var(0), Var(1))], x: [0.4, 0.9] };
    check_grad!(owned, &o, 0.8);
    let (g, k) = o.value_grad(0.8);
    let (of_expr, of_x) = by_hand(&o.x);
    let (of_expr2, of_k) = by_hand(&[0.8, 0.8]);
    use ad_runtime::Flat;
    let wanted = of_expr.to_floats().into_iter().zip(of_expr2.to_floats()).map(|(a, b)| 0.8 * a + b);
    g.expr.to_floats().into_iter().zip(wanted).for_each(|(a, b)| close(a, b));
    close(g.x[0], 0.8 * of_x[0]);
    close(g.x[1], 0.8 * of_x[1]);
    close(k, eval(&o.expr, &o.x) + of_k[0] + of_k[1]);
}

/// A type parameter, and types that hold each other.
#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Generic<T> {
    Leaf(T),
    Node(Box<Generic<T>>, Box<Self>),
}

#[derive(Clone, Debug, Differentiable)]
struct A {
    x: f64,
    b: Vec<B>,
}
#[derive(Clone, Debug, Differentiable)]
struct B {
    y: f64,
    a: Option<Box<A>>,
}

#[differentiate]
mod each_other {
    use super::{A, B};
    pub(crate) fn of_a(a: &A) -> f64 {
        let mut sum = a.x;
        for b in &a.b {
            sum = sum * a.x + of_b(b);
        }
        sum
    }
    pub(crate) fn of_b(b: &B) -> f64 {
        b.y * if let Some(a) = &b.a { of_a(a) } else { 1.0 }
    }
}

#[test]
fn derived() {
    let t = Generic::Node(Box::new(Generic::Leaf(1.0)), Box::new(Generic::Leaf(2.0)));
    assert_eq!(t.zero_gradient(), Generic::Node(Box::new(Generic::Leaf(0.0)), Box::new(Generic::Leaf(0.0))));
    // What is not known to have no constants may have some.
    assert!(Generic::<f64>::constants() && A::constants() && B::constants() && Node::constants());
    let leaf = A { x: 2.0, b: Vec::new() };
    let a = A { x: 1.5, b: vec![B { y: 0.5, a: Some(Box::new(leaf)) }, B { y: -2.0, a: None }] };
    check_grad!(each_other::of_a, &a);
}
