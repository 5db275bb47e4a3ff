//! What moves the price of a European call option? All first-order Greeks from one compiled gradient.

use ad_runtime::differentiate;
use std::f64::consts::PI;

/// Numerator and denominator of Hart's approximation to the tail of the normal distribution.
const NUMERATOR: [f64; 7] = [
    220.206867912376,
    221.213596169931,
    112.079291497871,
    33.912866078383,
    6.37396220353165,
    0.700383064443688,
    0.0352624965998911,
];
const DENOMINATOR: [f64; 8] = [
    440.413735824752,
    793.826512519948,
    637.333633378831,
    296.564248779674,
    86.7807322029461,
    16.064177579207,
    1.75566716318264,
    0.0883883476483184,
];

#[differentiate]
fn horner(#[constant] coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// The cumulative normal distribution, to about 14 digits.
#[differentiate]
fn normal_cdf(x: f64) -> f64 {
    let z = x.abs();
    let tail = if z > 37.0 {
        0.0
    } else if z < 50f64.sqrt() {
        (-0.5 * z * z).exp() * horner(&NUMERATOR, z) / horner(&DENOMINATOR, z)
    } else {
        let mut fraction = z + 0.65;
        for k in (1..=4).rev() {
            fraction = z + k as f64 / fraction;
        }
        (-0.5 * z * z).exp() / (fraction * (2.0 * PI).sqrt())
    };
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// The Black-Scholes price of a call.
#[differentiate]
fn call(spot: f64, #[constant] strike: f64, rate: f64, volatility: f64, time: f64) -> f64 {
    let spread = volatility * time.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility.powi(2)) * time) / spread;
    spot * normal_cdf(d1) - strike * (-rate * time).exp() * normal_cdf(d1 - spread)
}

fn main() {
    let (spot, rate, volatility, time) = (100.0, 0.05, 0.2, 1.0);
    println!("A call on a stock at 100, 5 % interest, 20 % volatility, one year");
    println!("strike     price    delta      rho     vega    theta");
    for strike in [60.0, 80.0, 100.0, 120.0, 140.0] {
        let (price, (delta, rho, vega, by_time)) = call::value_and_grad(spot, strike, rate, volatility, time);
        println!("{strike:>6}{price:>10.4}{delta:>9.4}{rho:>9.4}{vega:>9.4}{:>9.4}", -by_time);
        let d1 = ((spot / strike).ln() + (rate + volatility * volatility / 2.0) * time) / (volatility * time.sqrt());
        let density = (-d1 * d1 / 2.0).exp() / (2.0 * PI).sqrt();
        let discounted = strike * (-rate * time).exp() * normal_cdf(d1 - volatility * time.sqrt());
        close(delta, normal_cdf(d1));
        close(rho, time * discounted);
        close(vega, spot * density * time.sqrt());
        close(by_time, spot * density * volatility / (2.0 * time.sqrt()) + rate * discounted);
    }
    close(call(100.0, 100.0, 0.05, 0.2, 1.0), 10.450583572185565);
    println!("\nall as their closed forms say");
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-10 * expected.abs().max(1.0), "{found}, expected {expected}");
}
