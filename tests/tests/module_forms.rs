//! One program in both forms, the attribute on each function and on a module around them all: the same derivatives bit for
//! bit. (In a module, functions may carry the attribute all the same.)

use ad_runtime::{Differentiable, differentiate};

macro_rules! both {
    ($($items:tt)*) => {
        mod single {
            use super::*;
            $($items)*
        }
        #[differentiate]
        mod module {
            use super::*;
            $($items)*
        }
    };
}

both! {
    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub(crate) struct Net {
        pub(crate) weights: Vec<Vec<f64>>,
        pub(crate) bias: [f64; 2],
        pub(crate) layers: usize,
        pub(crate) leaky: bool,
        #[constant]
        pub(crate) rate: f64,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub(crate) enum Shape {
        Disc(f64),
        Box { a: f64, b: f64 },
        Dot,
    }

    #[differentiate]
    impl Shape {
        fn area(&self) -> f64 {
            match self {
                Shape::Disc(r) => 3.0 * r * r,
                Shape::Box { a, b } => a * b,
                Shape::Dot => 0.0,
            }
        }
        pub(crate) fn scaled(&self, k: f64) -> Shape {
            match self {
                Shape::Disc(r) => Shape::Disc(r * k),
                Shape::Box { a, b } => Shape::Box { a: a * k, b: b * k },
                Shape::Dot => Shape::Dot,
            }
        }
    }

    #[differentiate]
    impl Net {
        fn act(&self, x: f64) -> f64 {
            if self.leaky { x.max(0.1 * x) } else { x.tanh() }
        }
        pub(crate) fn apply(&self, x: &[f64]) -> Vec<f64> {
            let mut y = x.to_vec();
            for _ in 0..self.layers {
                y = step(self, &y);
            }
            y
        }
        fn shift(&mut self, by: f64) {
            self.bias[0] += by * self.rate;
            self.weights[0][1] *= by;
        }
    }

    #[differentiate]
    fn step(net: &Net, x: &[f64]) -> Vec<f64> {
        let mut out = Vec::with_capacity(x.len());
        for (row, b) in net.weights.iter().zip(net.bias) {
            let mut s = b;
            for (w, x) in row.iter().zip(x) {
                s += w * x;
            }
            out.push(net.act(s));
        }
        out
    }

    #[differentiate]
    pub(crate) fn loss(net: &Net, x: &[f64]) -> f64 {
        let mut moved = net.clone();
        moved.shift(x[0]);
        let y: Vec<f64> = moved.apply(x);
        let z: Vec<f64> = net.apply(&y);
        dot::<2>([y[0], z[1]], &net.bias) + norm(&z)
    }

    #[differentiate]
    fn dot<const N: usize>(a: [f64; N], b: &[f64; N]) -> f64 {
        let mut s = 0.0;
        for i in 0..N {
            s += a[i] * b[i];
        }
        s
    }

    #[differentiate]
    fn norm(x: &[f64]) -> f64 {
        x.iter().map(|v| v * v).sum::<f64>().sqrt()
    }

    #[differentiate]
    fn tail(x: &[f64], n: usize) -> &[f64] {
        &x[n..]
    }

    #[differentiate]
    fn ratio(a: f64, b: f64) -> Option<f64> {
        if b.abs() < 1e-9 { None } else { Some(a / b) }
    }

    #[differentiate]
    fn relax(u: &mut [f64], k: f64) -> f64 {
        let n = u.len();
        for i in 1..n {
            u[i] += k * u[i - 1];
        }
        u[n - 1]
    }

    #[differentiate]
    pub(crate) fn mixed(x: &[f64], shape: &Shape, k: f64) -> f64 {
        let mut u = x.to_vec();
        let last: f64 = relax(&mut u, k);
        let rest: &[f64] = tail(&u, 1);
        let r: Option<f64> = ratio(last, k);
        let grown = shape.scaled(r.unwrap_or(1.0));
        norm(rest) * grown.area() + fib(k, 6)
    }

    #[differentiate]
    pub(crate) fn fib(x: f64, n: usize) -> f64 {
        if n < 2 { x.sin() } else { fib(x, n - 1) + x * fib(x * 0.5, n - 2) }
    }

    #[differentiate(order = 2)]
    fn well(x: f64, y: f64) -> f64 {
        (x * y).sin() * x.exp()
    }

    #[differentiate(order = 2)]
    pub(crate) fn twice(x: f64, y: f64) -> f64 {
        well(x, y * y) + well(y, 2.0)
    }

    #[differentiate(vjp = rule_vjp)]
    fn odd_rule(x: f64, k: f64) -> f64 {
        x * x + k
    }

    fn rule_vjp(x: f64, k: f64) -> (f64, impl Fn(f64) -> (f64, f64)) {
        (x * x + k, move |bar| (bar * (2.0 * x - 0.5), bar))
    }

    #[differentiate]
    pub(crate) fn with_rule(x: f64) -> f64 {
        odd_rule(x, x * 3.0) * x
    }

    #[differentiate(recursive)]
    pub(crate) fn even(x: f64, n: usize) -> f64 {
        if n == 0 { x } else { odd(x * x.sin(), n - 1) * x }
    }

    #[differentiate]
    fn odd(x: f64, n: usize) -> f64 {
        if n == 0 { 1.0 + x } else { even(x + x.cos(), n - 1) }
    }
}

macro_rules! same {
    ($($what:tt)*) => {{
        // The shortest text that reads back as the same number: equal texts are equal bits.
        let one = { use single::*; format!("{:?}", $($what)*) };
        let other = { use module::*; format!("{:?}", $($what)*) };
        assert_eq!(one, other);
    }};
}

#[test]
fn both_forms_give_the_same_bits() {
    for k in 0..6 {
        let t = k as f64;
        let x = [0.3 + 0.2 * t, 0.7 - 0.1 * t];
        macro_rules! net {
            () => {
                Net {
                    weights: vec![vec![0.4, 0.1 * t], vec![-0.2, 0.9]],
                    bias: [0.05, 0.3],
                    layers: k,
                    leaky: k % 2 == 0,
                    rate: 0.7,
                }
            };
        }
        macro_rules! shape {
            () => {
                match k % 3 {
                    0 => Shape::Disc(0.4 + t),
                    1 => Shape::Box { a: 1.5, b: t },
                    _ => Shape::Dot,
                }
            };
        }
        same!(loss::value_and_grad(&net!(), &x));
        same!({
            let net = net!();
            let (y, pullback) = loss::vjp(&net, &x);
            (y, pullback(2.5))
        });
        same!(loss::jvp((&net!(), &x[..]), (&net!(), &[1.0, -2.0][..])));
        same!(mixed::value_and_grad(&x, &shape!(), 0.6 + t));
        same!(mixed::jvp((&x[..], &shape!(), 0.6), (&[0.5, 1.0][..], &shape!(), 1.0)));
        same!(net!().apply_vjp(&x).1(&[1.0, -1.0]));
        same!(shape!().scaled_vjp(0.5 + t).1(shape!()));
        same!(fib::value_and_grad(0.3 + t, k));
        same!(twice::grad(0.3, 0.2 + t));
        same!(twice::hvp((0.3, 0.2 + t), (1.0, -0.5)));
        same!(with_rule::value_and_grad(0.4 + t));
        same!(even::value_and_grad(0.4 + t, k));
        same!(even::jvp((0.4 + t, k), 1.0));
    }
}

#[test]
fn the_module_is_right_too() {
    let net = module::Net {
        weights: vec![vec![0.4, 0.3], vec![-0.2, 0.9]],
        bias: [0.05, 0.3],
        layers: 3,
        leaky: false,
        rate: 0.7,
    };
    ad_runtime::check_grad!(module::loss, &net, &[0.5, 0.8][..]);
    let shape = module::Shape::Box { a: 0.5, b: 1.5 };
    ad_runtime::check_grad!(module::mixed, &[0.5, 0.8][..], &shape, 0.4);
    ad_runtime::check_grad!(module::even, 0.4, 7);
}
