//! Checks of the item and its signature, before any work; and what is emitted beside errors.

use crate::diag::Sink;
use crate::emit::{self, api::Parts};
use crate::functions::{self, Parsed};
use crate::generics;
use crate::ir::Ty;
use crate::messages as m;
use crate::options::Attribute;
use crate::signature::{Role, Signature, located};
use crate::words::Words;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

/// The attribute stands on something that is no function.
pub fn wrong_item(item: &TokenStream, error: &syn::Error, sink: &mut Sink) {
    const KINDS: [(&str, &str); 10] = [
        ("struct", "a struct"),
        ("enum", "an enum"),
        ("impl", "an impl block"),
        ("trait", "a trait"),
        ("mod", "a module"),
        ("const", "a constant"),
        ("static", "a static"),
        ("type", "a type alias"),
        ("use", "a `use` declaration"),
        ("union", "a union"),
    ];
    let mut function = false;
    if let Some((first, bang)) = item
        .clone()
        .into_iter()
        .zip(item.clone().into_iter().skip(1))
        .find(|(_, t)| matches!(t, TokenTree::Punct(p) if p.as_char() == '!'))
        && let (TokenTree::Ident(id), TokenTree::Punct(_)) = (&first, &bang)
    {
        sink.error(id.span(), m::WRONG_ITEM, "a macro");
        return;
    }
    let bodiless = matches!(item.clone().into_iter().last(), Some(TokenTree::Punct(p)) if p.as_char() == ';');
    for t in item.clone() {
        let TokenTree::Ident(id) = &t else { continue };
        if id == "fn" && bodiless {
            sink.error(id.span(), m::WRONG_ITEM, "a function without a body");
            return;
        }
        if id == "fn" {
            function = true;
            break;
        }
        if let Some((_, what)) = KINDS.iter().find(|(k, _)| id == *k) {
            sink.error(id.span(), m::WRONG_ITEM, what);
            return;
        }
    }
    if function {
        syn_error(error, sink);
    } else {
        sink.error(Span::call_site(), m::WRONG_ITEM, "something else");
    }
}

/// A syntax error, as syn says it.
pub fn syn_error(error: &syn::Error, sink: &mut Sink) {
    for e in error.clone() {
        sink.error(e.span(), m::SYNTAX, e.to_string());
    }
}

/// What no differentiated function may be.
pub fn item(item: &syn::ItemFn, options: &crate::signature::Options, sink: &mut Sink) {
    let sig = &item.sig;
    let name = options.type_name.as_ref().unwrap_or(&sig.ident);
    if options.method.is_none() && is_primitive(&name.to_string()) {
        sink.error(name.span(), m::PRIMITIVE_NAME, sig.ident.to_string());
    }
    if let Some(t) = &sig.asyncness {
        sink.error(t.span(), m::ASYNC, "");
    }
    if !matches!(sig.safety, syn::Safety::Default | syn::Safety::Safe(_)) {
        sink.error(sig.safety.span(), m::UNSAFE, "");
    }
    let floats = generics::floats(&sig.generics);
    let functions = functions::params(&sig.generics);
    let mut table = crate::ir::TyTable::default();
    generics::known(&floats, &mut table);
    for p in &sig.generics.params {
        if let syn::GenericParam::Type(t) = p
            && !crate::traits::is_of_users_trait(t, &sig.generics)
            && floats.iter().all(|f| f.name != t.ident)
            && !functions.contains(&t.ident)
        {
            sink.error(t.ident.span(), m::GENERIC_TYPE, t.ident.to_string());
        }
    }
    for a in &sig.inputs {
        match a {
            syn::FnArg::Receiver(r) => {
                if options.method.is_none() {
                    sink.error(r.self_token.span(), m::SELF_PARAMETER, "");
                }
            }
            syn::FnArg::Typed(t) => {
                match functions::parse(&t.ty, &sig.generics, &mut table) {
                    Parsed::Yes(_) if options.method.is_none() => {
                        if let Some(constant) = t.attrs.iter().find(|a| a.path().is_ident("constant")) {
                            sink.error_over(constant, m::FUNCTION_CONSTANT, "");
                        }
                        if options.order > 1 {
                            sink.error_over(&t.ty, m::FUNCTION_ORDER, "");
                        }
                        continue;
                    }
                    Parsed::Other(part) if options.method.is_none() => {
                        sink.error_over(&part, m::FUNCTION_TYPE, crate::diag::text(part.clone()));
                        continue;
                    }
                    Parsed::Yes(_) | Parsed::Other(_) => {
                        sink.error_over(&t.ty, m::FUNCTION_OF_METHOD, "");
                        continue;
                    }
                    Parsed::No => {
                        if let Some(name) = functions.iter().find(|f| names(&t.ty.to_token_stream(), f)) {
                            sink.error_over(&t.ty, m::FUNCTION_INSIDE, name.to_string());
                            continue;
                        }
                    }
                }
                types(&t.ty, sink);
                if !t.attrs.iter().any(|a| a.path().is_ident("constant")) {
                    interior(&t.ty, sink);
                    opaque(&t.ty, m::PARAMETER_TYPE, sink);
                }
            }
        }
    }
    if let syn::ReturnType::Type(_, ty) = &sig.output {
        if let Some(name) = functions.iter().find(|f| names(&ty.to_token_stream(), f)) {
            sink.error_over(ty, m::FUNCTION_INSIDE, name.to_string());
        }
        types(ty, sink);
        opaque(ty, m::RESULT_TYPE, sink);
    }
}

/// Whether the tokens name something.
fn names(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        TokenTree::Ident(id) => id == *name,
        TokenTree::Group(g) => names(&g.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn is_primitive(name: &str) -> bool {
    crate::ir::ty::INTS.contains(&name) || matches!(name, "f32" | "f64" | "bool" | "char" | "str")
}

/// `&Cell<f64>`: what it holds changes unseen.
fn interior(ty: &syn::Type, sink: &mut Sink) {
    match ty {
        syn::Type::Reference(r) => interior(&r.elem, sink),
        syn::Type::Slice(s) => interior(&s.elem, sink),
        syn::Type::Array(a) => interior(&a.elem, sink),
        syn::Type::Tuple(t) => t.elems.iter().for_each(|e| interior(e, sink)),
        syn::Type::Path(p) => {
            if let Some(last) = p.path.segments.last() {
                // A bare `Cell` is a struct of the user's: std's has a type argument.
                let stds = !last.arguments.is_none() || last.ident.to_string().starts_with("Atomic");
                if stds && crate::fence::is_interior(&last.ident) {
                    sink.error(last.ident.span(), m::INTERIOR, last.ident.to_string());
                } else if let syn::PathArguments::AngleBracketed(args) = &last.arguments {
                    for arg in &args.args {
                        if let syn::GenericArgument::Type(t) = arg {
                            interior(t, sink);
                        }
                    }
                }
            }
        }
        _ => {}
    }
}

/// What can have no cotangent: function pointers, and boxes of slices.
fn opaque(ty: &syn::Type, message: m::Message, sink: &mut Sink) {
    match ty {
        syn::Type::FnPtr(t) => sink.error_over(t, message, crate::diag::text(t.to_token_stream())),
        syn::Type::Reference(r) => opaque(&r.elem, message, sink),
        syn::Type::Slice(s) => opaque(&s.elem, message, sink),
        syn::Type::Array(a) => opaque(&a.elem, message, sink),
        syn::Type::Tuple(t) => t.elems.iter().for_each(|e| opaque(e, message, sink)),
        syn::Type::Paren(p) => opaque(&p.elem, message, sink),
        syn::Type::Path(p) => {
            let Some(last) = p.path.segments.last() else { return };
            let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return };
            for arg in &args.args {
                match arg {
                    syn::GenericArgument::Type(syn::Type::Slice(_)) => {
                        sink.error_over(ty, m::BOXED_SLICE, crate::diag::text(ty.to_token_stream()));
                    }
                    syn::GenericArgument::Type(t) => opaque(t, message, sink),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn types(ty: &syn::Type, sink: &mut Sink) {
    match ty {
        syn::Type::ImplTrait(t) => sink.error(t.span(), m::IMPL_TRAIT, ""),
        syn::Type::TraitObject(t) => sink.error(t.span(), m::DYN_TRAIT, ""),
        syn::Type::Ptr(t) => sink.error(t.span(), m::RAW_POINTER, ""),
        syn::Type::Reference(r) => types(&r.elem, sink),
        syn::Type::Slice(s) => types(&s.elem, sink),
        syn::Type::Array(a) => types(&a.elem, sink),
        syn::Type::Tuple(t) => t.elems.iter().for_each(|e| types(e, sink)),
        syn::Type::Paren(p) => types(&p.elem, sink),
        _ => {}
    }
}

/// Types that the compiler cannot see into.
pub fn signature(sig: &Signature, sink: &mut Sink) {
    for p in &sig.params {
        // A type that is known by name only is active, and rustc asks whether it is `Differentiable`.
        if p.role == Role::Active
            && let Some(unknown) = unknown(&p.ty, &p.syntax)
        {
            sink.error_over(&p.syntax, m::PARAMETER_TYPE, unknown);
        }
    }
    if let Some(unknown) = unknown(&sig.output, &sig.output_syntax) {
        sink.error_over(&sig.output_syntax, m::RESULT_TYPE, unknown);
    }
}

/// The part of a type that the compiler does not know, as the user wrote it.
fn unknown(ty: &Ty, syntax: &syn::Type) -> Option<String> {
    let whole = || crate::diag::text(crate::signature::anonymous(syntax).to_token_stream());
    match (ty, syntax) {
        (_, syn::Type::Paren(p)) => unknown(ty, &p.elem),
        (_, syn::Type::Group(g)) => unknown(ty, &g.elem),
        (Ty::Var(_), _) => Some(whole()),
        (Ty::Other(_) | Ty::Option(_) | Ty::Result(..), _) => None,
        (Ty::Tuple(tys), syn::Type::Tuple(t)) => tys.iter().zip(&t.elems).find_map(|(ty, s)| unknown(ty, s)),
        (Ty::Array(e, _), syn::Type::Array(a)) => unknown(e, &a.elem),
        (Ty::Slice(e), syn::Type::Slice(s)) => unknown(e, &s.elem),
        (Ty::Ref(e, _), syn::Type::Reference(r)) => unknown(e, &r.elem),
        (Ty::Vec(e), syn::Type::Path(p)) => match p.path.segments.last().map(|s| &s.arguments) {
            Some(syn::PathArguments::AngleBracketed(args)) => args.args.iter().find_map(|arg| match arg {
                syn::GenericArgument::Type(t) => unknown(e, t),
                _ => None,
            }),
            Some(_) | None => None,
        },
        (Ty::Tuple(_) | Ty::Array(..) | Ty::Slice(_) | Ty::Ref(..) | Ty::Vec(_), _) => None,
        (Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str, _) => None,
    }
}

/// Beside errors: the type of the same name with functions that never run, so that uses of `f::grad(…)` elsewhere do
/// not fail a second time. Where the signature is understood they have the types that the derivatives would have;
/// otherwise they take anything and give anything. Methods get none: a type cannot stand inside an `impl`.
pub fn stub(item: &syn::ItemFn, words: &Words, attribute: &Attribute) -> TokenStream {
    if item.sig.receiver().is_some() {
        return TokenStream::new();
    }
    let krate = attribute.signature.krate.clone().unwrap_or_else(|| quote!(::ad_runtime));
    let mut sink = Sink::default();
    self::item(item, &attribute.signature, &mut sink);
    if sink.is_empty()
        && let Ok(sig) = Signature::parse(item, words, &attribute.signature)
    {
        signature(&sig, &mut sink);
        if sink.is_empty() {
            let never = quote!(#krate::missing::never());
            let parts = Parts {
                forward: quote!((#never, move |_: _, _: _, _: _| ())),
                tangent: never.clone(),
                adjoint: Some(never),
                keeps: false,
                explain: String::new(),
                levels: Vec::new(),
            };
            return emit::api::api(&sig, &parts);
        }
    }
    let _ = sink.into_tokens();
    let name: Ident = located(attribute.signature.type_name.as_ref().unwrap_or(&item.sig.ident));
    if is_primitive(&name.to_string()) {
        return TokenStream::new();
    }
    let vis = &item.vis;
    let cfgs: Vec<_> = item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
    let about = format!("Stands in for the derivatives of `{}`, which could not be made.", item.sig.ident);
    let args: Vec<Ident> = (0..item.sig.inputs.len()).map(|i| quote::format_ident!("A{i}")).collect();
    let outs: Vec<Ident> = (0..item.sig.inputs.len()).map(|i| quote::format_ident!("B{i}")).collect();
    let count = args.len();
    let never = quote!({ #krate::missing::never() });
    quote! {
        #(#cfgs)*
        #[doc = #about]
        #vis enum #name {}
        #(#cfgs)*
        #[doc(hidden)]
        impl #name {
            #vis const EXPLAIN: &'static str = "";
            #vis const SHARED: [bool; #count] = [false; #count];
            #vis fn grad<#(#args,)* G>(#(_: #args),*) -> G #never
            #vis fn value_and_grad<#(#args,)* Y, G>(#(_: #args),*) -> (Y, G) #never
            #vis fn vjp<#(#args,)* Y, S, G>(#(_: #args),*) -> (Y, fn(S) -> G) #never
            #vis fn jvp<X, V, Y>(_: X, _: V) -> (Y, Y) #never
            #vis fn jacobian<#(#args,)* J>(#(_: #args),*) -> J #never
            #vis fn forward<#(#args,)* Kinds, Y, Again, Shadows, Seed>(#(_: #args,)* _: Kinds) -> (Y, fn(Again, Shadows, Seed)) #never
            #vis fn adjoint<#(#args,)* #(#outs,)* Seed, Y>(#(_: #args,)* #(_: #outs,)* _: Seed) -> Y #never
            #vis fn tangent<#(#args,)* Tangents, Y>(#(_: #args,)* _: Tangents) -> (Y, Y) #never
        }
        #(#cfgs)*
        impl #krate::Callable for #name { type Derivatives = Self; }
    }
}
