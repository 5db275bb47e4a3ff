use ad_runtime::differentiate;

#[differentiate(vjp = square_vjp, jvp = square_jvp)]
fn square(x: f64) -> f64 {
    x * x
}

fn square_vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
    (x * x, move |seed| seed * 2.0 * x)
}

// Value and tangent come together.
fn square_jvp(x: f64, dx: f64) -> f64 {
    2.0 * x * dx
}

fn main() {}
