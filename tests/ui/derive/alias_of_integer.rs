use ad_runtime::Differentiable;

type Index = usize;

#[derive(Clone, Differentiable)]
struct Model {
    sigma: f64,
    at: Index,
}

fn main() {}
