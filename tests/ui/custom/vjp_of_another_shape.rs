use ad_runtime::differentiate;

#[differentiate(vjp = product_vjp)]
fn product(a: f64, b: f64) -> f64 {
    a * b
}

// The gradient of two active arguments is a pair.
fn product_vjp(a: f64, b: f64) -> (f64, impl Fn(f64) -> f64) {
    (a * b, move |seed| seed * b)
}

fn main() {}
