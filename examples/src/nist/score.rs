//! How many digits of a number are right.

/// NIST certifies 11 significant digits; more agreement than that says nothing.
const CERTIFIED_DIGITS: f64 = 11.0;

/// The log relative error: the number of leading digits of `certified` that `value` reproduces, 0 to 11.
#[must_use]
pub fn digits(value: f64, certified: f64) -> f64 {
    let scale = if certified == 0.0 { 1.0 } else { certified.abs() };
    let error = (value - certified).abs() / scale;
    if error.is_nan() { 0.0 } else { (-error.log10()).clamp(0.0, CERTIFIED_DIGITS) }
}

/// The worst of [`digits`] over two lists of equal length.
#[must_use]
pub fn worst_digits(values: &[f64], certified: &[f64]) -> f64 {
    assert_eq!(values.len(), certified.len());
    values.iter().zip(certified).map(|(&v, &c)| digits(v, c)).fold(CERTIFIED_DIGITS, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_digits() {
        assert_eq!(digits(2.5, 2.5), 11.0);
        assert!((digits(2.0 + 2e-7, 2.0) - 7.0).abs() < 1e-6);
        assert!((digits(-2e-9 * (1.0 + 1e-3), -2e-9) - 3.0).abs() < 1e-6);
        assert!((digits(1e-4, 0.0) - 4.0).abs() < 1e-12);
        assert_eq!(digits(-1.0, 1.0), 0.0);
        assert_eq!(digits(f64::NAN, 1.0), 0.0);
        assert_eq!(digits(f64::INFINITY, 1.0), 0.0);
        assert!((worst_digits(&[1.0, 2.002], &[1.0, 2.0]) - 3.0).abs() < 1e-6);
    }
}
