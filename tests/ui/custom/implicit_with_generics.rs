use ad_runtime::differentiate;

#[differentiate]
fn squares<const N: usize>(y: &[f64; N], a: f64) -> [f64; N] {
    y.map(|y| y * y - a)
}

#[differentiate(implicit = squares::<2>)]
fn roots(a: f64) -> [f64; 2] {
    [a.sqrt(), -a.sqrt()]
}

fn main() {}
