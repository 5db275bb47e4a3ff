//! Type parameters that are floats: `fn f<T: Float>(x: T) -> T`.
//!
//! The bound says what `T` is: a trait by the name of one of `num_traits`. Inside the function `T` is a float type like
//! `f64`, by another name ([`Float::Param`]). The function stays as it is; its derivatives ask for the runtime's `Scalar`
//! beside the user's bound, and what they emit for floats goes through it where `f64` has a literal or a method:
//!
//! ```text
//! x * x.sin()         <T as Scalar>::sin(x) * x_bar + x * <T as Scalar>::cos(x) * x_bar
//! ```
//!
//! The name alone might be that of a trait of the user's with methods of other meanings. So emitted code asks it for a
//! function that only the one of `num_traits` has ([`witnesses`]).

use crate::ir::ty::{Float, Ty, TyTable};
use proc_macro2::TokenStream;
use quote::quote_spanned;
use std::cell::RefCell;
use syn::spanned::Spanned;

/// A type parameter that is a float.
#[derive(Clone)]
pub struct FloatParam {
    pub name: syn::Ident,
    /// The bound that says so, as the user wrote it: `num_traits::Float`.
    pub bound: syn::Path,
}

impl FloatParam {
    /// The type, as the compiler has it.
    pub fn float(&self) -> Float {
        Float::Param(interned(&self.name.to_string()))
    }
}

/// The traits whose types are floats.
pub fn is_float_trait(name: &str) -> bool {
    matches!(name, "Float" | "Real" | "FloatCore")
}

/// The type parameters that are floats by their bounds, written inline or in the `where` clause.
pub fn floats(generics: &syn::Generics) -> Vec<FloatParam> {
    let params = generics.params.iter().filter_map(|p| match p {
        syn::GenericParam::Type(t) => Some(t),
        syn::GenericParam::Const(_) | syn::GenericParam::Lifetime(_) => None,
    });
    params
        .filter_map(|t| {
            let bound =
                bounds_of(generics, t).into_iter().find(|path| named(path).is_some_and(|n| is_float_trait(&n)))?;
            Some(FloatParam { name: t.ident.clone(), bound: bound.clone() })
        })
        .collect()
}

/// The traits that a type parameter is bound by.
pub fn bounds_of<'g>(generics: &'g syn::Generics, param: &'g syn::TypeParam) -> Vec<&'g syn::Path> {
    let predicates = generics.where_clause.iter().flat_map(|w| &w.predicates).filter_map(|p| match p {
        syn::WherePredicate::Type(t) => Some(t),
        _ => None,
    });
    let own = predicates
        .filter(|t| matches!(&t.bounded_ty, syn::Type::Path(p) if p.qself.is_none() && p.path.is_ident(&param.ident)))
        .flat_map(|t| &t.bounds);
    param
        .bounds
        .iter()
        .chain(own)
        .filter_map(|b| match b {
            syn::TypeParamBound::Trait(t) => Some(&t.path),
            _ => None,
        })
        .collect()
}

fn named(path: &syn::Path) -> Option<String> {
    path.segments.last().map(|s| s.ident.to_string())
}

/// Makes the parameters known as types.
pub fn known(floats: &[FloatParam], table: &mut TyTable) {
    for f in floats {
        table.add_alias(f.name.to_string(), Ty::Float(f.float()));
    }
}

/// Adds what the derivatives ask for, where the user's bound stands: `T: Float + ::ad_runtime::Scalar`.
pub fn ask(generics: &mut syn::Generics, floats: &[FloatParam], krate: &TokenStream) {
    let mut said: Vec<&syn::Ident> = Vec::new();
    for predicate in generics.where_clause.iter_mut().flat_map(|w| &mut w.predicates) {
        if let syn::WherePredicate::Type(t) = predicate
            && let syn::Type::Path(p) = &t.bounded_ty
            && let Some(f) = floats.iter().find(|f| p.qself.is_none() && p.path.is_ident(&f.name))
            && !said.contains(&&f.name)
        {
            said.push(&f.name);
            t.bounds.push(syn::parse_quote!(#krate::Scalar));
        }
    }
    for param in &mut generics.params {
        if let syn::GenericParam::Type(t) = param
            && floats.iter().any(|f| f.name == t.ident)
            && !said.contains(&&t.ident)
        {
            t.bounds.push(syn::parse_quote!(#krate::Scalar));
        }
    }
}

/// Statements that only compile if the bounds are the traits that they are taken for.
///
/// ```text
/// let _: fn(T) -> (u64, i16, i8) = <T as Float>::integer_decode;
/// ```
pub fn witnesses(floats: &[FloatParam]) -> TokenStream {
    let all = floats.iter().map(|FloatParam { name, bound }| {
        let sp = bound.span();
        match named(bound).as_deref() {
            Some("Real") => quote_spanned!(sp=> let _: fn() -> #name = <#name as #bound>::min_positive_value;),
            _ => quote_spanned!(sp=> let _: fn(#name) -> (u64, i16, i8) = <#name as #bound>::integer_decode;),
        }
    });
    all.collect()
}

/// The constants of `num_traits::FloatConst`, all of them in the runtime's `Scalar` too.
pub const CONSTANTS: [&str; 19] = [
    "E",
    "FRAC_1_PI",
    "FRAC_1_SQRT_2",
    "FRAC_2_PI",
    "FRAC_2_SQRT_PI",
    "FRAC_PI_2",
    "FRAC_PI_3",
    "FRAC_PI_4",
    "FRAC_PI_6",
    "FRAC_PI_8",
    "LN_10",
    "LN_2",
    "LOG10_2",
    "LOG10_E",
    "LOG2_10",
    "LOG2_E",
    "PI",
    "SQRT_2",
    "TAU",
];

/// The associated functions of `num_traits::Float` that are constants, as `Scalar` names them.
pub fn constant(function: &str) -> Option<&'static str> {
    Some(match function {
        "zero" => "ZERO",
        "one" => "ONE",
        "nan" => "NAN",
        "infinity" => "INFINITY",
        "neg_infinity" => "NEG_INFINITY",
        "min_value" => "MIN",
        "max_value" => "MAX",
        "min_positive_value" => "MIN_POSITIVE",
        "epsilon" => "EPSILON",
        other => return CONSTANTS.iter().find(|c| **c == other).copied(),
    })
}

/// The name for as long as the program runs: a type is copied, and a name of a type parameter is one of a handful.
fn interned(name: &str) -> &'static str {
    thread_local! {
        static NAMES: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    }
    NAMES.with_borrow_mut(|names| {
        if let Some(known) = names.iter().find(|n| **n == name) {
            return *known;
        }
        let new: &'static str = Box::leak(name.to_owned().into_boxed_str());
        names.push(new);
        new
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_says_what_a_parameter_is() {
        let item: syn::ItemFn =
            syn::parse_str("fn f<'a, T: Copy + num_traits::Float, S, R, const N: usize>() where S: Float, R: Copy {}")
                .unwrap();
        let floats = floats(&item.sig.generics);
        let names: Vec<String> = floats.iter().map(|f| f.name.to_string()).collect();
        assert_eq!(names, ["T", "S"]);
        assert_eq!(floats[0].float().name(), "T");
    }

    #[test]
    fn constants_are_found_by_both_names() {
        assert_eq!(constant("epsilon"), Some("EPSILON"));
        assert_eq!(constant("PI"), Some("PI"));
        assert_eq!(constant("sin"), None);
    }
}
