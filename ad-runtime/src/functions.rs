//! Functions as arguments of differentiated functions.

use crate::missing::{Callee, never};
use crate::{Callable, Const, Flat, Func, Function, Scalar, check_len};

/// A function that knows its derivative, for parameters that are functions: made by [`func`](crate::func) of an annotated
/// function, or by [`with_derivative`].
///
/// ```
/// use ad_runtime::{differentiate, func, with_derivative};
///
/// #[differentiate]
/// fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 { f(f(x)) }
///
/// #[differentiate]
/// fn square(x: f64) -> f64 { x * x }
///
/// assert_eq!(twice(square, 3.0), 81.0);
/// assert_eq!(twice::grad(func::<square>(), 3.0), 108.0);
/// let sine = with_derivative(f64::sin, f64::cos);
/// assert_eq!(twice::value_and_grad(sine, 0.0), (0.0, 1.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "this is no function of `{Args}` that knows its derivative",
    label = "its derivative cannot be found",
    note = "put `#[differentiate]` on the function `f` and pass `ad_runtime::func::<f>()`, or pass `ad_runtime::with_derivative(f, df)`",
    note = "inside a differentiated function closures and names of annotated functions can be passed as they are"
)]
pub trait FunctionValue<Args, Output> {
    /// Calls it.
    fn call(&self, args: Args) -> Output;
    /// The cotangents of the floats in the arguments, for those in the result and in the final values of `&mut` arguments.
    fn vjp(&self, args: &Args, cotangent: &[f64]) -> Vec<f64>;
    /// The tangents of the floats in the result and in the final values of `&mut` arguments.
    fn jvp(&self, args: &Args, tangent: &[f64]) -> Vec<f64>;
}

#[diagnostic::do_not_recommend]
impl<F: Function<Args>, Args> FunctionValue<Args, F::Output> for Func<F> {
    fn call(&self, args: Args) -> F::Output {
        F::call(args)
    }
    fn vjp(&self, args: &Args, cotangent: &[f64]) -> Vec<f64> {
        Func::vjp(*self, args, cotangent)
    }
    fn jvp(&self, args: &Args, tangent: &[f64]) -> Vec<f64> {
        Func::jvp(*self, args, tangent)
    }
}

/// A function of numbers, and a function for its derivative: see [`with_derivative`].
#[derive(Clone, Copy, Debug)]
pub struct WithDerivative<F, D> {
    function: F,
    derivative: D,
}

/// A function of one to three numbers together with its derivative: of one number a number, of several a tuple of partial
/// derivatives.
///
/// ```
/// use ad_runtime::{differentiate, with_derivative};
///
/// #[differentiate]
/// fn diagonal(f: &impl Fn(f64, f64) -> f64, x: f64) -> f64 { f(x, x) }
///
/// let product = with_derivative(|a, b| a * b, |a, b| (b, a));
/// assert_eq!(diagonal::grad(product, 3.0), 6.0);
/// ```
pub fn with_derivative<F, D>(function: F, derivative: D) -> WithDerivative<F, D> {
    WithDerivative { function, derivative }
}

macro_rules! with_derivative {
    ($(($($x:ident $i:tt $same:ident),+) $partials:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<X: Scalar, F: Fn($($same),+) -> X, D: Fn($($same),+) -> $partials> FunctionValue<($($same,)+), X> for WithDerivative<F, D> {
            fn call(&self, args: ($($same,)+)) -> X {
                (self.function)($(args.$i),+)
            }
            fn vjp(&self, args: &($($same,)+), cotangent: &[f64]) -> Vec<f64> {
                let partials = (self.derivative)($(args.$i),+);
                let mut out = Vec::new();
                partials.read(&mut |p| out.push(p * cotangent[0]));
                out
            }
            fn jvp(&self, args: &($($same,)+), tangent: &[f64]) -> Vec<f64> {
                let partials = (self.derivative)($(args.$i),+);
                let (mut sum, mut next) = (0.0, tangent.iter());
                partials.read(&mut |p| sum += p * next.next().copied().unwrap_or(0.0));
                vec![sum]
            }
        }
    )*};
}
with_derivative! {
    (a 0 X) X;
    (a 0 X, b 1 X) (X, X);
    (a 0 X, b 1 X, c 2 X) (X, X, X);
}

/// An annotated function that is passed by its name; what stands in for one without derivative, which is an error by itself, can
/// be anything.
pub trait Named {
    /// The value.
    type Value: Default;
}

impl<F: Callable> Named for F {
    type Value = Func<F>;
}

impl Named for Callee {
    type Value = Anything;
}

/// Stands in for a function without derivative.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anything;

#[diagnostic::do_not_recommend]
impl<Args, Output> FunctionValue<Args, Output> for Anything {
    fn call(&self, _: Args) -> Output {
        never()
    }
    fn vjp(&self, _: &Args, _: &[f64]) -> Vec<f64> {
        never()
    }
    fn jvp(&self, _: &Args, _: &[f64]) -> Vec<f64> {
        never()
    }
}

/// How a parameter takes what is passed to it by a lower-case name: as a function. Its helpers are those of the callee.
#[derive(Clone, Copy, Debug)]
pub struct TakesFunction;

impl TakesFunction {
    /// The function as a value; one without derivative is an error here.
    pub fn named<F: Callable + Named>(self) -> F::Value {
        F::Value::default()
    }
    /// The argument.
    pub fn value<V: ?Sized>(self, value: &V) -> &V {
        value
    }
    /// The argument for the reverse half.
    pub fn again<V: ?Sized>(self, value: &V) -> &V {
        value
    }
    /// Its shadow.
    pub fn shadow<V: ?Sized>(self, shadow: &mut V) -> &mut V {
        shadow
    }
    /// Its tangent.
    pub fn tangent<V: ?Sized>(self, tangent: &V) -> &V {
        tangent
    }
}

/// The same of a parameter that is no function: the name is that of a constant, `const g: f64 = 9.81;`.
#[derive(Clone, Copy, Debug)]
pub struct TakesConstant;

impl TakesConstant {
    /// There is no function.
    pub fn named<F>(self) {}
    /// The argument.
    pub fn value<V: Clone>(self, value: &V) -> V {
        value.clone()
    }
    /// The argument for the reverse half.
    pub fn again<V: ?Sized>(self, _: &V) {}
    /// Its shadow.
    pub fn shadow<V>(self, _: &mut V) -> Const {
        Const
    }
    /// Its tangent.
    pub fn tangent<V>(self, _: &V) -> Const {
        Const
    }
}

macro_rules! takes {
    ($($takes:ident $adjoint:ident $tangent:ident,)*) => {
        /// What a callee has for parameters that are no functions, where its own type has nothing of the name. A macro cannot see
        /// whether `g` in `helper(g, x)` is a function or a constant; the type of `helper` knows what it takes:
        ///
        /// ```text
        /// helper::TAKES_0.value(&g)
        /// helper::TAKES_0.shadow(&mut helper::shadow_of_0(helper::TAKES_0.named::<__c_g>()))
        /// ```
        pub trait Takes {
            $(
                /// No function.
                const $takes: TakesConstant = TakesConstant;
                /// There is none.
                fn $adjoint((): ()) {}
                /// There is none.
                fn $tangent((): ()) {}
            )*
        }
    };
}
takes! {
    TAKES_0 shadow_of_0 dot_of_0,
    TAKES_1 shadow_of_1 dot_of_1,
    TAKES_2 shadow_of_2 dot_of_2,
    TAKES_3 shadow_of_3 dot_of_3,
    TAKES_4 shadow_of_4 dot_of_4,
    TAKES_5 shadow_of_5 dot_of_5,
    TAKES_6 shadow_of_6 dot_of_6,
    TAKES_7 shadow_of_7 dot_of_7,
    TAKES_8 shadow_of_8 dot_of_8,
    TAKES_9 shadow_of_9 dot_of_9,
    TAKES_10 shadow_of_10 dot_of_10,
    TAKES_11 shadow_of_11 dot_of_11,
    TAKES_12 shadow_of_12 dot_of_12,
    TAKES_13 shadow_of_13 dot_of_13,
    TAKES_14 shadow_of_14 dot_of_14,
    TAKES_15 shadow_of_15 dot_of_15,
}

impl<F: ?Sized> Takes for F {}

/// A shadow, or a tangent, as a list of floats.
pub trait Slot {
    /// The number of floats.
    fn count(&self) -> usize;
    /// Adds floats, or sets them.
    fn put(&mut self, found: &[f64], set: bool);
}

impl<T: Flat + ?Sized> Slot for &mut T {
    fn count(&self) -> usize {
        (**self).count()
    }
    fn put(&mut self, found: &[f64], set: bool) {
        let mut new = self.to_floats();
        for (x, found) in new.iter_mut().zip(found) {
            *x = if set { *found } else { *x + found };
        }
        self.set_floats(&new);
    }
}

/// Hands out what a function found to the shadows of its arguments: adds to each, or sets it.
///
/// # Panics
///
/// If the function has more or fewer active arguments than the one that calls it takes it to have.
pub fn add(function: &str, found: &[f64], slots: &mut [(&mut dyn Slot, bool)]) {
    let wanted = slots.iter().map(|(slot, _)| slot.count()).sum();
    check_len(function, "the derivative (has it `#[constant]` arguments?)", wanted, found.len());
    let mut rest = found;
    for (slot, set) in slots {
        let (now, later) = rest.split_at(slot.count());
        slot.put(now, *set);
        rest = later;
    }
}
