use ad_runtime::differentiate;

#[differentiate(vjp = missing::square_vjp)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
