use ad_runtime::Differentiable;

#[derive(Differentiable)]
struct Model {
    sigma: f64,
}

fn main() {}
