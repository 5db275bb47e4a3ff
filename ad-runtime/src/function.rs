//! Differentiated functions as type arguments and as values.

use core::marker::PhantomData;

use crate::{Flat, check_len};

/// What [`Function::evaluate`] computes.
#[derive(Clone, Copy, Debug)]
pub enum Pass<'a> {
    /// The outputs.
    Primal,
    /// The tangents of the outputs, for this tangent of the inputs.
    Forward(&'a [f64]),
    /// The cotangents of the inputs, for this cotangent of the outputs.
    Reverse(&'a [f64]),
}

/// A function with a derivative, for code that is generic over functions: `#[differentiate] fn f` implements it for
/// the type `f`, with `Args` the tuple of the argument types.
///
/// The *inputs* are the floats of the active arguments, those of `&mut` arguments (their initial values) included; the
/// *outputs* are the floats of the result, then the final values of the active `&mut` arguments; both as [`Flat`] has them.
/// Arguments are only looked at, never changed.
///
/// ```
/// use ad_runtime::{Function, Pass, differentiate};
///
/// fn steepest_descent<F>(mut x: Vec<f64>, steps: usize) -> Vec<f64>
/// where
///     F: for<'a> Function<(&'a [f64],), Output = f64>,
/// {
///     for _ in 0..steps {
///         let g = F::evaluate(&(&x,), &x, Pass::Reverse(&[1.0]));
///         x.iter_mut().zip(&g).for_each(|(x, g)| *x -= 0.1 * g);
///     }
///     x
/// }
///
/// #[differentiate]
/// fn bowl(x: &[f64]) -> f64 { (x[0] - 1.0) * (x[0] - 1.0) + x[1] * x[1] }
/// let x = steepest_descent::<bowl>(vec![3.0, 2.0], 100);
/// assert!((x[0] - 1.0).abs() < 1e-6 && x[1].abs() < 1e-6);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a differentiated function of the arguments `{Args}`",
    note = "`Args` is the tuple of all argument types, `(&'a [f64],)` for one; put `#[differentiate]` on the function"
)]
pub trait Function<Args> {
    /// The name of the function.
    const NAME: &'static str;
    /// What it returns.
    type Output;
    /// The type that has the derivatives as associated functions: `Self`.
    type Derivatives;
    /// Calls it.
    fn call(args: Args) -> Self::Output;
    /// The active arguments: their names, and the floats that they hold.
    fn inputs(args: &Args) -> Vec<(&'static str, Vec<f64>)>;
    /// Outputs or derivatives at the point whose inputs are `x`; everything else is as in `args`.
    ///
    /// # Panics
    ///
    /// If `x`, a tangent or a cotangent has the wrong length.
    fn evaluate(args: &Args, x: &[f64], pass: Pass<'_>) -> Vec<f64>;
    /// The inputs that `args` hold.
    fn point(args: &Args) -> Vec<f64> {
        Self::inputs(args).into_iter().flat_map(|(_, floats)| floats).collect()
    }
}

/// The floats of each argument, with its name.
#[must_use]
pub fn inputs(args: &[(&'static str, &dyn Flat)]) -> Vec<(&'static str, Vec<f64>)> {
    args.iter().map(|(name, arg)| (*name, arg.to_floats())).collect()
}

/// The floats of all values, one after the other.
#[must_use]
pub fn floats(values: &[&dyn Flat]) -> Vec<f64> {
    let mut out = Vec::new();
    values.iter().for_each(|v| v.read(&mut |x| out.push(x)));
    out
}

/// Replaces the floats in the values by those given.
///
/// # Panics
///
/// If there are not exactly enough.
#[track_caller]
pub fn fill(function: &str, what: &str, given: &[f64], values: &mut [&mut dyn Flat]) {
    let mut used = 0;
    for value in values {
        value.write(&mut || {
            used += 1;
            given.get(used - 1).copied().unwrap_or(0.0)
        });
    }
    check_len(function, what, used, given.len());
}

/// A differentiated function as a value: zero-sized, and it knows its derivative. Made by [`func`].
pub struct Func<F>(PhantomData<fn() -> F>);

impl<F> Clone for Func<F> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<F> Copy for Func<F> {}
impl<F> Default for Func<F> {
    fn default() -> Self {
        func()
    }
}
impl<F> core::fmt::Debug for Func<F> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(core::any::type_name::<F>())
    }
}

/// The annotated function `f` as a value.
///
/// ```
/// use ad_runtime::{Func, Function, differentiate, func};
/// #[differentiate]
/// fn square(x: f64) -> f64 { x * x }
/// fn slope<F: Function<(f64,)>>(f: Func<F>, x: f64) -> f64 { f.vjp(&(x,), &[1.0])[0] }
/// assert_eq!(slope(func::<square>(), 3.0), 6.0);
/// assert_eq!(func::<square>().call((3.0,)), 9.0);
/// ```
#[must_use]
pub fn func<F>() -> Func<F> {
    Func(PhantomData)
}

impl<F> Func<F> {
    /// Calls the function.
    pub fn call<Args>(self, args: Args) -> F::Output
    where
        F: Function<Args>,
    {
        F::call(args)
    }
    /// The cotangents of the inputs, for cotangents of the outputs, at `args`.
    pub fn vjp<Args>(self, args: &Args, cotangent: &[f64]) -> Vec<f64>
    where
        F: Function<Args>,
    {
        F::evaluate(args, &F::point(args), Pass::Reverse(cotangent))
    }
    /// The tangents of the outputs, for tangents of the inputs, at `args`.
    pub fn jvp<Args>(self, args: &Args, tangent: &[f64]) -> Vec<f64>
    where
        F: Function<Args>,
    {
        F::evaluate(args, &F::point(args), Pass::Forward(tangent))
    }
}
