//! Rewrites of the IR.

pub mod adjoint;
mod adjoint_call;
mod adjoint_loops;
mod adjoint_memory;
mod adjoint_rules;
mod formula;
pub mod guarded;
pub mod higher;
pub mod joint;
pub mod keep;
pub mod normalise;
pub mod prepare;
mod prepare_call;
mod share;
pub mod simplify;
pub mod tangent;
mod updates;
mod zero;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// A float of which only rustc knows the type, or whether it is one at all: the result of a call.
fn is_open_float(ty: &crate::ir::Ty) -> bool {
    matches!(ty, crate::ir::Ty::Float(crate::ir::Float::Open) | crate::ir::Ty::Var(_))
}

/// `::ad_runtime::name`, all of it at one token of the user's: rustc's errors point there.
fn of_runtime(krate: &TokenStream, name: &str, span: Span) -> TokenStream {
    let name = Ident::new(name, span);
    let mut out = krate.clone();
    out.extend(quote!(::#name));
    out.into_iter()
        .map(|mut t| {
            t.set_span(span);
            t
        })
        .collect()
}
