use ad_runtime::Differentiable;

#[derive(Clone, Copy, Differentiable)]
union Word {
    float: f64,
    bits: u64,
}

fn main() {}
