use ad_runtime::Differentiable;

#[derive(Clone)]
struct Table {
    factor: f64,
}

#[derive(Clone, Differentiable)]
struct Model {
    sigma: f64,
    table: Table,
}

fn main() {}
