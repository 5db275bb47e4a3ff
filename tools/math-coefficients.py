#!/usr/bin/env python3
"""Prints ad-runtime/src/math/coefficients.rs: polynomials fitted by weighted least squares over
Chebyshev's points, which is close to minimax.

Each coefficient is rounded to its type and the ones after it are fitted again, so that the rounding of one is made up
for by the others. What is printed as the error is that of the rounded polynomial, over the whole interval, relative to
the function it serves (absolute for erfc). Needs mpmath; takes some seconds.

Usage: tools/math-coefficients.py > ad-runtime/src/math/coefficients.rs
"""

import struct
from mpmath import mp, mpf, cos, erf, erfc, exp, ln, log, matrix, nstr, pi, polyval, qr_solve, sin, sqrt, tanh

mp.dps = 60
TINY = mpf(10) ** -16
POINTS = 60


def fit(f, a, b, degrees, weight, var):
    """Coefficients of the powers `degrees` of var(x) with the least sum of (weight(x) (f(x) - p))² over Chebyshev's points:
    within a bit or so of the polynomial whose largest error is least."""
    points = [(a + b) / 2 - (b - a) / 2 * cos(pi * (k + mpf(1) / 2) / POINTS) for k in range(POINTS)]
    system, right = matrix(POINTS, len(degrees)), matrix(POINTS, 1)
    for i, x in enumerate(points):
        v, w = var(x), weight(x)
        for j, d in enumerate(degrees):
            system[i, j] = w * v**d
        right[i] = w * f(x)
    return qr_solve(system, right)[0]


def nearest(x, single):
    x = float(x)
    return struct.unpack("f", struct.pack("f", x))[0] if single else x


def polynomial(name, says, f, a, b, degree, single=False, weight=lambda x: mpf(1), var=lambda x: x):
    a, b, fixed = mpf(a), mpf(b), []
    while len(fixed) <= degree:
        rest = lambda x: f(x) - polyval(fixed[::-1] or [0], var(x))
        c = fit(rest, a, b, range(len(fixed), degree + 1), weight, var)
        fixed.append(mpf(nearest(c[0], single)))
    grid = [a + (b - a) * k / 2000 for k in range(2001)]
    error = max(abs(weight(x) * (f(x) - polyval(fixed[::-1], var(x)))) for x in grid)
    print(f"    /// {says}; error 2^{nstr(log(error, 2), 3)}.")
    print(f"    {name}: {', '.join(repr(float(c)) if not single else shortest_single(c) for c in fixed)};")


def shortest_single(c):
    for digits in range(6, 12):
        text = f"{float(c):.{digits}g}"
        if nearest(text, True) == float(c):
            return text if "." in text or "e" in text else text + ".0"


def both(single, exp_degree, log_degree, log_1p_degree, tanh_degree, erf_degree, erfc_degree, end):
    r = ln(2) / 2 * mpf("1.0001")
    of_exp = lambda r: (exp(r) - 1 - r) / r**2 if abs(r) > TINY else mpf(1) / 2 + r / 6
    polynomial("exp", "(eʳ - 1 - r) / r² of r, |r| ≤ ln 2 / 2, where eʳ is wanted", of_exp, -r, r, exp_degree, single,
               weight=lambda r: r**2 / exp(r) + TINY)
    polynomial("exp_m1", "the same, where eʳ - 1 is wanted", of_exp, -r, r, exp_degree + 1, single,
               weight=lambda r: r**2 / abs(exp(r) - 1) if abs(r) > TINY else TINY)
    s2 = (sqrt(2) - 1) ** 2 / (sqrt(2) + 1) ** 2 * mpf("1.0001")
    atanh = lambda z, skip: sum(2 * z**k / (2 * (k + skip) + 1) for k in range(60))
    polynomial("log", "(ln((1 + s) / (1 - s)) / s - 2) / s² of z = s², |s| ≤ (√2 - 1) / (√2 + 1)",
               lambda z: atanh(z, 1), 0, s2, log_degree, single, weight=lambda z: z / 2 + TINY)
    polynomial("log_1p", "the same, |s| ≤ 1/3", lambda z: atanh(z, 1), 0, mpf(1) / 9, log_1p_degree, single,
               weight=lambda z: z / 2 + TINY)
    of_tanh = lambda z: (tanh(sqrt(z)) / sqrt(z) - 1) / z if z > TINY else -mpf(1) / 3 + z * 2 / 15
    polynomial("tanh", "(tanh(x) / x - 1) / x² of z = x², |x| ≤ 0.55", of_tanh, 0, mpf("0.5501") ** 2, tanh_degree, single,
               weight=lambda z: z / (1 + z * of_tanh(z)) + TINY)
    of_erf = lambda z: erf(sqrt(z)) / sqrt(z) if z > TINY else 2 / sqrt(pi) * (1 - z / 3)
    polynomial("erf", "erf(x) / x - 1 of z = x², x ≤ 1", lambda z: of_erf(z) - 1, 0, 1, erf_degree, single,
               weight=lambda z: 1 / of_erf(z))
    polynomial("erfc", f"exp(x²) erfc(x) of v = (x - 1) / (x + 3), 1 ≤ x ≤ {end}", lambda x: exp(x * x) * erfc(x), 1, end,
               erfc_degree, single, weight=lambda x: exp(-x * x), var=lambda x: (x - 1) / (x + 3))


def trigonometric(suffix, sin_degree, cos_degree):
    end = (pi / 4 * mpf("1.02")) ** 2
    of_sin = lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z if z > TINY else -mpf(1) / 6 + z / 120
    of_cos = lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2 if z > TINY else mpf(1) / 24 - z / 720
    polynomial("sin" + suffix, "(sin(x) / x - 1) / x² of z = x², |x| ≤ π/4 and a little more", of_sin, 0, end, sin_degree,
               weight=lambda z: z + TINY)
    polynomial("cos" + suffix, "(cos(x) - 1 + x²/2) / x⁴ of z = x², the same x", of_cos, 0, end, cos_degree,
               weight=lambda z: z**2 + TINY)


print("""//! Coefficients, lowest power first. Printed by `tools/math-coefficients.py`; do not edit.

#![allow(clippy::excessive_precision, clippy::unreadable_literal, reason = "printed so that they read back exactly")]

use super::real::{Polynomials, horner, polynomial, polynomials};
""")
print("polynomials! { impl Polynomials for f64:")
both(False, 9, 6, 10, 9, 11, 12, 6)
print("}\n\npolynomials! { impl Polynomials for f32:")
both(True, 4, 2, 4, 4, 6, 5, 4)
print("}\n\npolynomials! { f64:")
trigonometric("", 5, 5)
trigonometric("_single", 3, 2)
s2 = (sqrt(2) - 1) ** 2 / (sqrt(2) + 1) ** 2 * mpf("1.0001")
polynomial("pow", "(ln((1 + s) / (1 - s)) - 2 s - 2 s³ / 3) / s⁵ of z = s², the same s as in `log`",
           lambda z: sum(2 * z**k / (2 * k + 5) for k in range(60)), 0, s2, 7, weight=lambda z: z**2 / 2 + TINY)
print("}")
