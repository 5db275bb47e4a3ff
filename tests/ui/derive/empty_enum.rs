use ad_runtime::Differentiable;

#[derive(Clone, Differentiable)]
enum Never {}

fn main() {}
