use ad_runtime::Differentiable;

#[derive(Clone, Differentiable)]
struct Model<'a> {
    sigma: f64,
    data: &'a [f64],
}

fn main() {}
