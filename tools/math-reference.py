#!/usr/bin/env python3
"""Prints ad-runtime/tests/math/golden.rs: values by mpmath that the tests' own reference functions are held to.

Usage: tools/math-reference.py > ad-runtime/tests/math/golden.rs
"""

from mpmath import cos, erf, exp, expm1, floor, ln, log, log1p, mp, mpf, sin, tanh

mp.dps = 400
FUNCTIONS = {
    "exp": (exp, [1e-300, -0.3, 0.75, 10.0, -100.25, 709.7, -745.1]),
    "exp2": (lambda x: mpf(2) ** x, [1e-300, -0.3, 0.75, 10.5, -100.25, 1023.99, -1074.4]),
    "exp_m1": (expm1, [1e-300, -1e-9, 0.3, -0.3, 0.7, -0.7, 10.0, -35.0, 709.7]),
    "ln": (ln, [5e-324, 1e-300, 0.3, 0.999999999999, 1.0000000000000002, 1.05, 3.0, 1e300]),
    "ln_1p": (log1p, [1e-300, -1e-9, 0.3, -0.3, -0.999, 10.0, 1e15, 1e300]),
    "log2": (lambda x: log(x, 2), [5e-324, 1e-300, 0.3, 0.999999999999, 1.0000000000000002, 3.0, 1e300]),
    "sin": (sin, [1e-300, 0.3, -0.8, 3.141592653589793, 1e6, 6.381956970095103, 123456789012345.6]),
    "cos": (cos, [1e-300, 0.3, -0.8, 1.5707963267948966, 1e6, 6.381956970095103, 123456789012345.6]),
    "tanh": (tanh, [1e-300, -1e-9, 0.3, -0.3, 0.7, 3.0, -18.0]),
    "sigmoid": (lambda x: 1 / (1 + exp(-x)), [1e-300, -0.3, 0.75, 10.0, -100.25, 36.0, -745.1]),
    "softplus": (lambda x: log1p(exp(mpf(x))), [1e-300, -0.3, 0.75, 10.0, -100.25, 36.0, -745.1]),
    "erf": (erf, [1e-300, -1e-9, 0.3, -0.9, 1.1, 3.0, -5.9]),
}

print("//! Printed by `tools/math-reference.py`, with mpmath: name, x, and the value as (high + low) * 2^e. Do not edit.\n")
print("#[rustfmt::skip]\n#[allow(clippy::excessive_precision, clippy::approx_constant, reason = \"printed so that they read back exactly\")]")
print("pub(crate) const VALUES: &[(&str, f64, f64, f64, i32)] = &[")
for name, (f, points) in FUNCTIONS.items():
    for x in points:
        y = f(mpf(x))
        e = int(floor(log(abs(y), 2)))
        m = y / mpf(2) ** e
        high = float(m)
        print(f'    ("{name}", {x!r}, {high!r}, {float(m - mpf(high))!r}, {e}),')
print("];")
