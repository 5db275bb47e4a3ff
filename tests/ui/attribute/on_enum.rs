//! On an enum.

use ad_runtime::differentiate;

#[differentiate]
enum Shape {
    Disc(f64),
}

fn main() {}
