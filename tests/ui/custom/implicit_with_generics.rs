use ad_runtime::differentiate;

#[differentiate]
fn squares<const N: usize>(y: &[f64; N], a: f64) -> [f64; N] {
    let mut r = *y;
    for r in &mut r {
        *r = *r * *r - a;
    }
    r
}

#[differentiate(implicit = squares::<2>)]
fn roots(a: f64) -> [f64; 2] {
    [a.sqrt(), -a.sqrt()]
}

fn main() {}
