use ad_runtime::Differentiable;

#[derive(Clone, Differentiable)]
struct Samples {
    points: Vec<(usize, f64)>,
    first: (f64, bool),
}

fn main() {}
