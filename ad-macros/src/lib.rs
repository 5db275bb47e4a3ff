//! The macros that `ad_runtime` re-exports. A proc-macro crate offers nothing else to anyone, so the compiler is in `ad-compiler`.

use proc_macro::TokenStream;

/// Compiles a function into its derivatives, which stand in a type of the function's name beside it.
///
/// What the type offers is in the documentation of the crate `ad_runtime`. Options, separated by commas:
///
/// | | |
/// |---|---|
/// | `type = Name` | the type's name, where the function's is taken by a module or another type |
/// | `crate = path` | where `ad_runtime` is, if the dependency was renamed |
/// | `recursive` | on one function of a circle of functions that call each other; self recursion is found |
/// | `order = n` | how often the function can be differentiated |
/// | `partials(…)`, `vjp = path`, `jvp = path` | rules of your own |
/// | `skip` | on a function in an annotated module: it has no derivatives |
///
/// On `impl S { … }` its methods get siblings, `S::energy_grad` beside `S::energy`. On an inline module, the form for large programs,
/// its functions and blocks of methods are differentiated, and know each other's types.
///
/// `#[constant]` before a parameter: its derivative is not wanted.
#[proc_macro_attribute]
pub fn differentiate(options: TokenStream, item: TokenStream) -> TokenStream {
    ad_compiler::differentiate(options.into(), item.into()).into()
}

/// Gives a struct or an enum a gradient, which is a value of the same type. See `ad_runtime::Differentiable`.
///
/// Fields marked `#[constant]`, and fields whose types are known by name to hold no float, have no derivative: a gradient
/// carries the primal's. `#[differentiable(crate = path)]` says where `ad_runtime` is, if the dependency was renamed.
#[proc_macro_derive(Differentiable, attributes(constant, differentiable))]
pub fn derive_differentiable(item: TokenStream) -> TokenStream {
    ad_compiler::derive_differentiable(item.into()).into()
}
