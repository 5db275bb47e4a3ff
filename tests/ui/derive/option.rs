use ad_runtime::Differentiable;

#[derive(Clone, Differentiable)]
#[differentiable(path = ad_runtime)]
struct Params {
    rate: f64,
}

fn main() {}
