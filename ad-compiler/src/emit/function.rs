//! `impl Function<Args> for f`: the hook of generic code.

use proc_macro2::TokenStream;
use quote::quote;

use super::api::Api;
use super::jacobian::{can_replay, is_number, unknown};
use crate::ir::ty::Ty;
use crate::signature::{Param, Passing, located};

/// The implementation, if the arguments can be cloned and filled from a list of floats.
pub fn function(api: &Api<'_>, bounds: &TokenStream) -> TokenStream {
    let Api { sig, krate, vis, name, wheres, output, .. } = api;
    let (extra, tys) = sig.function_args();
    let bounded = super::bounds::clause(bounds, wheres);
    let fits = |p: &Param| {
        p.constant()
            || !unknown(&p.ty)
                && !matches!(&p.ty, Ty::Ref(inner, _) if holds_reference(inner))
                && !matches!(p.mode, Passing::ByValue if holds_reference(&p.ty))
    };
    let constrained = sig.generic_args().iter().all(|g| tys.iter().any(|t| mentions(quote!(#t), &g.to_string())));
    if sig.has_functions()
        || api.params().count() > 12
        || !can_replay(api)
        || unknown(&sig.output)
        || !constrained
        || !sig.params.iter().all(fits)
    {
        return TokenStream::new();
    }
    let cfgs = &sig.cfgs;
    let generics = &api.generics;
    let fname = sig.ident.to_string();
    let f = located(&sig.ident);
    let args: Vec<_> = api.args.clone();
    let [given, x, pass, y, y_dot, reverse, seed, flat] =
        ["args", "x", "pass", "y", "dy", "reverse", "seed", "flat"].map(|n| sig.fresh(n));
    let fish = api.turbofish(0);
    let forward_fish = api.turbofish(args.len());

    let at = |i: usize| {
        let i = syn::Index::from(i);
        quote!(#given.#i)
    };
    let inputs = api.each_active(|i, p| {
        let (at, label) = (at(i), p.name.to_string());
        match p.mode {
            Passing::ByValue => quote!((#label, &#at)),
            Passing::SharedRef | Passing::MutRef => quote!((#label, &&*#at)),
        }
    });
    let own = api.each(|i, p| {
        let (at, name) = (at(i), &p.name);
        let owned = match (p.mode, p.constant()) {
            (Passing::ByValue, _) if is_number(&p.ty) => at,
            (Passing::ByValue, _) => quote!(::core::clone::Clone::clone(&#at)),
            (Passing::SharedRef, true) => return quote!(let #name = #at;),
            (Passing::SharedRef, false) => quote!(::std::borrow::ToOwned::to_owned(#at)),
            (Passing::MutRef, _) => quote!(::std::borrow::ToOwned::to_owned(&*#at)),
        };
        quote!(let mut #name = #owned;)
    });
    let filled: Vec<_> = api.each_active(|_, p| {
        let name = &p.name;
        quote!(&mut #name)
    });
    let call = api.each(|_, p| {
        let name = &p.name;
        match (p.mode, p.constant()) {
            (Passing::ByValue, _) | (Passing::SharedRef, true) => quote!(#name),
            (Passing::SharedRef, false) => quote!(&#name),
            (Passing::MutRef, _) => quote!(&mut #name),
        }
    });
    let zero = |p: &Param| {
        let name = &p.name;
        quote!(#krate::zero(&#name))
    };
    let muts: Vec<_> = api.params().filter(|(_, p)| p.is_active_mut()).collect();
    // Primal.
    let final_values = muts.iter().map(|(_, p)| {
        let name = &p.name;
        quote!(&#name)
    });
    // Forward.
    let dots = api.each_active(|i, p| {
        let (dot, zero) = (sig.dot(i), zero(p));
        quote!(let mut #dot = #zero;)
    });
    let filled_dots = api.each_active(|i, _| {
        let dot = sig.dot(i);
        quote!(&mut #dot)
    });
    let tangents = api.each(|i, p| {
        let dot = sig.dot(i);
        match (p.constant(), p.mode) {
            (true, _) => quote!(#krate::Const),
            (false, Passing::MutRef) => quote!(&mut #dot),
            (false, _) => quote!(&#dot),
        }
    });
    let final_dots = muts.iter().map(|(i, _)| {
        let dot = sig.dot(*i);
        quote!(&#dot)
    });
    // Reverse.
    let bars = api.each_active(|i, p| {
        let (bar, zero) = (sig.bar(i), zero(p));
        if p.mode == Passing::MutRef { quote!() } else { quote!(let mut #bar = #zero;) }
    });
    let mut_bars = muts.iter().map(|(i, p)| {
        let (bar, zero) = (sig.bar(*i), zero(p));
        quote!(let mut #bar = #zero;)
    });
    let filled_bars = muts.iter().map(|(i, _)| {
        let bar = sig.bar(*i);
        quote!(&mut #bar)
    });
    let shadows = api.each(|i, p| {
        let bar = sig.bar(i);
        if p.constant() { quote!(#krate::Const) } else { quote!(&mut #bar) }
    });
    let again = api.again(|p| {
        let name = &p.name;
        if p.constant() { quote!(#name) } else { quote!(&#name) }
    });
    let gather = api.each_active(|i, _| {
        let bar = sig.bar(i);
        quote!(&#bar)
    });
    let kinds = api.kinds();
    let many = api.allow_many(args.len());
    quote! {
        #(#cfgs)*
        impl #name {
            /// The arguments as the tuple that `ad_runtime::Function` takes.
            #[inline]
            #many
            #vis fn arguments<#(#extra,)* #(#generics),*>(#(#args: #tys),*) -> (#(#tys,)*) #wheres {
                (#(#args,)*)
            }
        }
        #(#cfgs)*
        impl<#(#extra,)* #(#generics),*> #krate::Function<(#(#tys,)*)> for #name #bounded {
            const NAME: &'static str = #fname;
            type Output = #output;
            type Derivatives = Self;
            fn call((#(#args,)*): (#(#tys,)*)) -> Self::Output {
                #f #fish(#(#args),*)
            }
            fn inputs(#given: &(#(#tys,)*)) -> ::std::vec::Vec<(&'static str, ::std::vec::Vec<f64>)> {
                let _ = #given;
                #krate::inputs(&[#(#inputs),*])
            }
            fn evaluate(#given: &(#(#tys,)*), #x: &[f64], #pass: #krate::Pass<'_>) -> ::std::vec::Vec<f64> {
                let _ = #given;
                #(#own)*
                #krate::fill(#fname, "the point", #x, &mut [#(#filled),*]);
                match #pass {
                    #krate::Pass::Primal => {
                        let #y = #f #fish(#(#call),*);
                        #krate::floats(&[&#y, #(#final_values),*])
                    }
                    #krate::Pass::Forward(#flat) => {
                        #(#dots)*
                        #krate::fill(#fname, "the tangent", #flat, &mut [#(#filled_dots),*]);
                        let (_, #y_dot) = Self::tangent #fish(#(#call,)* (#(#tangents,)*));
                        #krate::floats(&[&#y_dot, #(#final_dots),*])
                    }
                    #krate::Pass::Reverse(#flat) => {
                        #(#bars)*
                        let (#y, #reverse) = Self::forward #forward_fish(#(#call,)* #kinds);
                        let mut #seed = #krate::zero(&#y);
                        #(#mut_bars)*
                        #krate::fill(#fname, "the cotangent", #flat, &mut [&mut #seed, #(#filled_bars),*]);
                        #reverse(#again, (#(#shadows,)*), #krate::seed(&#y, &#seed));
                        #krate::floats(&[#(#gather),*])
                    }
                }
            }
        }
    }
}

fn holds_reference(ty: &Ty) -> bool {
    match ty {
        Ty::Ref(..) => true,
        Ty::Tuple(parts) => parts.iter().any(holds_reference),
        Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Option(e) | Ty::Result(e, _) => holds_reference(e),
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str | Ty::Var(_) | Ty::Other(_) => false,
    }
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), name),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
    })
}
