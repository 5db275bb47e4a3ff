use ad_runtime::differentiate;

#[differentiate(vjp = twice_vjp)]
fn twice(x: f64) -> [f64; 2] {
    [x, x]
}

fn twice_vjp(x: f64) -> ([f64; 2], impl Fn([f64; 2]) -> f64) {
    ([x, x], |seed| seed[0] + seed[1])
}

fn main() {}
