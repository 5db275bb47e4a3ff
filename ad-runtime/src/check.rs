//! Checking derivatives against difference quotients.

use core::fmt;

use crate::{Function, Pass};

/// How [`check_grad!`](crate::check_grad) compares; the default suits `f64` and values of order one.
///
/// ```
/// use ad_runtime::{Check, differentiate};
/// #[differentiate]
/// fn square(x: f64) -> f64 { x * x }
/// Check::default().tolerance(1e-8).run::<square, _>(&(3.0,)).unwrap();
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// The step of the central differences, relative to inputs that are larger than one. For functions of `f32` take `1e-2`.
    pub step: f64,
    /// The relative error that is allowed against the differences. For functions of `f32` take `1e-2`.
    pub tolerance: f64,
}

impl Default for Check {
    fn default() -> Self {
        Check { step: 1e-5, tolerance: 1e-6 }
    }
}

/// What [`Check::run`] found wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Mismatch {
    /// A derivative differs from the difference quotient.
    Derivative {
        /// The name of the function.
        function: &'static str,
        /// `"reverse"` or `"forward"`.
        mode: &'static str,
        /// The argument.
        argument: &'static str,
        /// Which of the argument's floats.
        index: usize,
        /// Which of the outputs: the floats of the result, then those of the final values of `&mut` arguments.
        output: usize,
        /// The derivative that the function has.
        found: f64,
        /// The difference quotient.
        quotient: f64,
        /// The step of the difference quotient.
        step: f64,
    },
    /// `<w, J v>` is not `<J' w, v>`: forward and reverse mode contradict each other.
    Transpose {
        /// The name of the function.
        function: &'static str,
        /// `<w, J v>`, by forward mode.
        forward: f64,
        /// `<J' w, v>`, by reverse mode.
        reverse: f64,
    },
    /// The number of outputs depends on the inputs, so that there are no differences.
    Length {
        /// The name of the function.
        function: &'static str,
        /// The outputs at the point.
        expected: usize,
        /// The outputs (or inputs, of a cotangent) found.
        found: usize,
    },
    /// No active inputs, or no outputs.
    Nothing {
        /// The name of the function.
        function: &'static str,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::Derivative { function, mode, argument, index, output, found, quotient, step } => write!(
                f,
                "the derivative of `{function}`, output {output}, with respect to `{argument}`[{index}] is {found:?} in \
                 {mode} mode, but the difference quotient is {quotient:?} (step {step:?})"
            ),
            Mismatch::Transpose { function, forward, reverse } => write!(
                f,
                "forward and reverse mode of `{function}` contradict each other: <w, Jv> is {forward:?}, <J'w, v> is {reverse:?}"
            ),
            Mismatch::Length { function, expected, found } => write!(
                f,
                "`{function}` gives {found} values near a point where {expected} are expected, so there is no difference quotient"
            ),
            Mismatch::Nothing { function } => {
                write!(f, "`{function}` has no active inputs or no outputs: nothing is checked")
            }
        }
    }
}

impl core::error::Error for Mismatch {}

impl Check {
    /// The same with another step.
    #[must_use]
    pub fn step(self, step: f64) -> Self {
        Check { step, ..self }
    }
    /// The same with another tolerance.
    #[must_use]
    pub fn tolerance(self, tolerance: f64) -> Self {
        Check { tolerance, ..self }
    }
    /// Compares reverse mode, forward mode and central differences at `args`, all outputs by all inputs, and checks
    /// `<w, J v> = <J' w, v>`. The arguments are not changed.
    ///
    /// # Errors
    ///
    /// The first [`Mismatch`], in the order of inputs.
    pub fn run<F, Args>(&self, args: &Args) -> Result<(), Mismatch>
    where
        F: Function<Args>,
    {
        let function = F::NAME;
        let x = F::point(args);
        let y = F::evaluate(args, &x, Pass::Primal);
        let (n, m) = (x.len(), y.len());
        if n == 0 || m == 0 {
            return Err(Mismatch::Nothing { function });
        }
        let of_length = |expected: usize, v: Vec<f64>| {
            if v.len() == expected { Ok(v) } else { Err(Mismatch::Length { function, expected, found: v.len() }) }
        };
        let mut rows = Vec::with_capacity(m);
        for i in 0..m {
            rows.push(of_length(n, F::evaluate(args, &x, Pass::Reverse(&unit(m, i))))?);
        }
        let names = F::inputs(args).into_iter().flat_map(|(name, v)| (0..v.len()).map(move |index| (name, index)));
        for (j, (argument, index)) in names.enumerate() {
            let column = of_length(m, F::evaluate(args, &x, Pass::Forward(&unit(n, j))))?;
            let step = self.step * x[j].abs().max(1.0);
            let at = |h: f64| {
                let mut moved = x.clone();
                moved[j] += h;
                of_length(m, F::evaluate(args, &moved, Pass::Primal))
            };
            let (above, below) = (at(step)?, at(-step)?);
            for i in 0..m {
                let quotient = (above[i] - below[i]) / (2.0 * step);
                // The quotient itself is off by the rounding of what it subtracts.
                let rounding = 4.0 * f64::EPSILON * (above[i].abs() + below[i].abs()) / step;
                let allowed = self.tolerance * quotient.abs().max(1.0) + rounding;
                for (mode, found) in [("reverse", rows[i][j]), ("forward", column[i])] {
                    let agree = (found - quotient).abs() <= allowed; // false for NaN
                    if !agree {
                        return Err(Mismatch::Derivative {
                            function,
                            mode,
                            argument,
                            index,
                            output: i,
                            found,
                            quotient,
                            step,
                        });
                    }
                }
            }
        }
        let (v, w) = (directions(n, 1), directions(m, 2));
        let jv = of_length(m, F::evaluate(args, &x, Pass::Forward(&v)))?;
        let wj = of_length(n, F::evaluate(args, &x, Pass::Reverse(&w)))?;
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let (forward, reverse) = (dot(&w, &jv), dot(&wj, &v));
        let size: f64 = w.iter().zip(&jv).chain(wj.iter().zip(&v)).map(|(a, b)| (a * b).abs()).sum();
        let agree = (forward - reverse).abs() <= self.tolerance * size.max(1.0);
        if agree { Ok(()) } else { Err(Mismatch::Transpose { function, forward, reverse }) }
    }
}

fn unit(n: usize, k: usize) -> Vec<f64> {
    let mut e = vec![0.0; n];
    e[k] = 1.0;
    e
}

/// Numbers in [-1, 1) without pattern, the same in every run.
fn directions(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 30) - 1.0
    };
    next();
    (0..n).map(|_| next()).collect()
}

/// Checks the derivatives of a differentiated function at a point: reverse mode, forward mode and central differences,
/// every output by every active input, and that forward and reverse mode are each other's transpose.
///
/// `check_grad!(f, arguments…)` takes the arguments as `f` does and changes none of them, also not those behind `&mut`.
/// Options of [`Check`] follow after a semicolon: `check_grad!(f, 2.0f32; step = 1e-2, tolerance = 1e-2)`.
///
/// # Panics
///
/// If they disagree: the message names the argument, the index in it, the derivative found, the difference quotient
/// and its step.
///
/// ```
/// use ad_runtime::{check_grad, differentiate};
/// #[differentiate]
/// fn norm(xs: &[f64], p: i32) -> f64 {
///     let mut s = 0.0;
///     for &x in xs { s += x.powi(p); }
///     s.sqrt()
/// }
/// check_grad!(norm, &[1.0, 2.0], 2);
/// ```
#[macro_export]
macro_rules! check_grad {
    ($f:ty $(, $arg:expr)* $(,)? $(; $($option:ident = $value:expr),* $(,)?)?) => {
        match $crate::Check::default()$($(.$option($value))*)?
            .run::<$f, _>(&<$f>::arguments($($arg),*))
        {
            ::core::result::Result::Ok(()) => {}
            ::core::result::Result::Err(mismatch) => ::core::panic!("{}", mismatch),
        }
    };
}
