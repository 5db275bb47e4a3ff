//! What stands for a callee that has no derivative, so that the mistake is one error at the callee.
//!
//! In the block of an emitted function stands, for each callee `helper` of two arguments,
//!
//! ```text
//! mod __m { pub type __c_helper = ::ad_runtime::missing::Callee2<()>; }
//! use __m::*;
//! use helper as __c_helper;
//!
//! let _: Option<<__c_helper as ::ad_runtime::Callable>::Derivatives> = None;
//! ```
//!
//! and the call is `__c_helper::forward(..)`. An annotated function's type wins over the glob. Without one the stub
//! is found: it fits the call in shape, and the one complaint is that it is not [`Callable`](crate::Callable), which
//! rustc reports once however many of the emitted functions say it.

macro_rules! stub {
    ($name:ident, $($arg:ident $shadow:ident),+) => {
        /// A callee without a derivative.
        #[derive(Debug)]
        pub struct $name<M>(core::marker::PhantomData<M>);

        impl<M> $name<M> {
            /// Has the shape of a function type's constant of this name.
            pub const SHARED: [bool; 12] = [false; 12];
            /// Has the shape of a function type's `forward`; never runs.
            #[allow(clippy::too_many_arguments)]
            pub fn forward<$($arg,)+ Kinds, Y, Again, Shadows, Seed>(
                $(_: $arg,)+
                _: Kinds,
            ) -> (Y, fn(Again, Shadows, Seed)) {
                unreachable!()
            }
            /// Has the shape of a function type's `adjoint`; never runs.
            #[allow(clippy::too_many_arguments)]
            pub fn adjoint<$($arg,)+ $($shadow,)+ Seed, Y>($(_: $arg,)+ $(_: $shadow,)+ _: Seed) -> Y {
                unreachable!()
            }
            /// Has the shape of a function type's `tangent`; never runs.
            #[allow(clippy::too_many_arguments)]
            pub fn tangent<$($arg,)+ Tangents, Y>($(_: $arg,)+ _: Tangents) -> (Y, Y) {
                unreachable!()
            }
        }

        /// So that a residual without a derivative is the one error of not being `Callable`.
        impl<M, Args> crate::Function<Args> for $name<M> {
            const NAME: &'static str = "";
            type Output = ();
            type Derivatives = Self;
            fn call(_: Args) {}
            fn inputs(_: &Args) -> Vec<(&'static str, Vec<f64>)> {
                unreachable!()
            }
            fn evaluate(_: &Args, _: &[f64], _: crate::Pass<'_>) -> Vec<f64> {
                unreachable!()
            }
        }
    };
}
macro_rules! stubs {
    ($($name:ident: $($arg:ident $shadow:ident),+;)*) => {$(stub!($name, $($arg $shadow),+);)*};
}
stubs! {
    Callee1: A P;
    Callee2: A P, B Q;
    Callee3: A P, B Q, C R;
    Callee4: A P, B Q, C R, D S;
    Callee5: A P, B Q, C R, D S, E T;
    Callee6: A P, B Q, C R, D S, E T, F U;
    Callee7: A P, B Q, C R, D S, E T, F U, G V;
    Callee8: A P, B Q, C R, D S, E T, F U, G V, H W;
    Callee9: A P, B Q, C R, D S, E T, F U, G V, H W, I X;
    Callee10: A P, B Q, C R, D S, E T, F U, G V, H W, I X, J Z;
    Callee11: A P, B Q, C R, D S, E T, F U, G V, H W, I X, J Z, K A1;
    Callee12: A P, B Q, C R, D S, E T, F U, G V, H W, I X, J Z, K A1, L A2;
}

/// Never implemented: the bound of the `grad` of a function whose result is no scalar. The lifetime keeps rustc from
/// judging the bound before somebody calls `grad`.
#[diagnostic::on_unimplemented(
    message = "a result of type `{Self}` has no gradient: `grad`, `value_and_grad` and `value_and_grad_into` are those of functions whose result is one float",
    label = "the result of the function is no scalar",
    note = "`vjp` gives the pullback of its cotangent, `jacobian` and `jacobian_into` all derivatives, `jvp` those in one direction"
)]
pub trait ScalarResult<'a> {}

/// Stands in the body of what is emitted beside errors; never runs.
pub fn never<T>() -> T {
    unreachable!()
}

/// A callee without a derivative that is called with a turbofish or more than twelve arguments.
#[derive(Debug)]
pub struct Callee;

/// Never implemented: the bound under which every type has the derivatives of a method or an associated function. Its name
/// is found where the method has none, and rustc says that the bound does not hold:
///
/// ```text
/// trait __PutDifferentiateOnItsImpl { fn energy_forward(&self) {} }
/// impl<T: ?Sized + ::ad_runtime::missing::Sibling> __PutDifferentiateOnItsImpl for T {}
/// ```
#[diagnostic::on_unimplemented(
    message = "this method or associated function of `{Self}` is called on the way to a derivative, but it has none itself",
    label = "called here with a value that depends on what is differentiated",
    note = "put `#[differentiate]` on the `impl` block that it stands in; of a trait's method on the trait and on each of its impls",
    note = "or cut the derivative on purpose: `ad_runtime::stop_gradient(..)` around each active argument"
)]
pub trait Sibling {}

/// The same of second derivatives: of `h::grad` in a differentiated function, and of what a function with `order = 2` calls.
#[diagnostic::on_unimplemented(
    message = "this function has no second derivative, which is needed here",
    label = "called here with a value that depends on what is differentiated",
    note = "write `#[differentiate(order = 2)]` on the called function (more where its derivatives are differentiated again)",
    note = "or cut the derivative on purpose: `ad_runtime::stop_gradient(..)` around each active argument"
)]
pub trait HigherOrder {}
