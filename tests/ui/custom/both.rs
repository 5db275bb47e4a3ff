use ad_runtime::differentiate;

#[differentiate(partials(2.0 * x), vjp = square_vjp)]
fn square(x: f64) -> f64 {
    x * x
}

fn square_vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
    (x * x, move |seed| seed * 2.0 * x)
}

fn main() {}
