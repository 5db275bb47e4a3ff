//! Numbers as floats of a type.

use crate::ir::ty::{Float, Ty};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

/// `0.0`, and of a type parameter `<T as ::ad_runtime::Scalar>::ZERO`.
pub fn float(ty: &Ty, text: &str, krate: &TokenStream, span: Span) -> TokenStream {
    let sp = Span::call_site().located_at(span);
    let lit = text.trim_start_matches('-').parse::<Literal>().ok().map(|mut lit| {
        lit.set_span(sp);
        lit
    });
    let minus = text.starts_with('-').then(|| quote_spanned!(sp=> -));
    let Ty::Float(Float::Param(_)) = ty else { return quote!(#minus #lit) };
    match text {
        "0.0" => quote_spanned!(sp=> <#ty as #krate::Scalar>::ZERO),
        "1.0" => quote_spanned!(sp=> <#ty as #krate::Scalar>::ONE),
        _ => quote_spanned!(sp=> <#ty as #krate::Scalar>::of(#minus #lit)),
    }
}
