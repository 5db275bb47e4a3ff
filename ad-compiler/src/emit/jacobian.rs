//! `jacobian` and its variants: one function that fills a matrix in either mode, and the forms that hand it out.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::api::{Api, is_slice};
use crate::ir::ty::{Float, Len, Ty};
use crate::signature::{Param, Passing};

/// The Jacobians of a function, if it has rows and columns.
pub fn jacobian(api: &Api<'_>) -> TokenStream {
    let columns: Vec<(usize, &Param)> = api.params().filter(|(_, p)| p.is_column()).collect();
    let has_rows = if let Ty::Unit = api.sig.output {
        api.params().any(|(_, p)| p.is_active_mut())
    } else {
        !unknown(&api.sig.output)
    };
    // A failure has no rows, and an empty matrix would hide it.
    let wrapped = matches!(api.sig.output, Ty::Option(_) | Ty::Result(..));
    if api.sig.has_functions() || wrapped || columns.is_empty() || columns.len() > 12 || !has_rows || !can_replay(api) {
        return TokenStream::new();
    }
    let Api { sig, krate, vis, args, decls, generics, wheres, .. } = api;
    let (core, fish) = (core(api, &columns), api.turbofish(0));
    let floats: Vec<_> = columns.iter().map(|(_, p)| float_of(&p.ty)).collect();
    let outs: Vec<_> = columns.iter().map(|(i, _)| sig.bar(*i)).collect();
    let names: Vec<_> = columns.iter().map(|(_, p)| p.name.to_string()).collect();
    let (many, many_into) = (api.allow_many(args.len()), api.allow_many(args.len() + outs.len()));
    let (matrix_name, receiver) = (api.own("jacobian_matrix"), api.receiver());
    let forms = [
        (
            "jacobian",
            quote!(Auto),
            "The Jacobian, one matrix per active argument that is not `&mut`, by the mode that is cheaper for the shapes.",
            "The Jacobian, row-major, overwrites one buffer per active argument that is not `&mut`; panics if one has not its size.",
        ),
        (
            "jacobian_fwd",
            quote!(Forward),
            "The Jacobian by forward mode: one evaluation per column.",
            "The same by forward mode: one evaluation per column.",
        ),
        (
            "jacobian_rev",
            quote!(Reverse),
            "The Jacobian by reverse mode: one forward sweep, and one reverse sweep per row.",
            "The same by reverse mode: one forward sweep, and one reverse sweep per row.",
        ),
    ];
    let tys: Vec<_> = floats.iter().map(|float| quote!(#krate::ndarray::Array2<#float>)).collect();
    let ty = Api::bare_or_tuple(&tys);
    let mut out = core;
    for (name, mode, doc, doc_into) in forms {
        let into = format!("{name}_into");
        let function = format!("{}::{into}", sig.ident);
        let (name, into) = (api.own(name), api.own(&into));
        out.extend(quote! {
            #[doc = #doc_into]
            #[inline]
            #many_into
            #vis fn #into<#(#generics),*>(#(#decls,)* #(mut #outs: &mut [#floats]),*) #wheres {
                #receiver
                Self::#matrix_name #fish(#(#args,)* #krate::Mode::#mode)
                    .copy_into(&mut [#(&mut #outs),*], #function, &[#(#names),*]);
            }
        });
        if cfg!(feature = "ndarray") {
            out.extend(quote! {
                #[doc = #doc]
                #[inline]
                #many
                #vis fn #name<#(#generics),*>(#(#decls),*) -> #ty #wheres {
                    #receiver
                    Self::#matrix_name #fish(#(#args,)* #krate::Mode::#mode).arrays()
                }
            });
        }
    }
    out
}

/// `fn jacobian_matrix(args…, mode) -> Jacobian`:
///
/// ```text
/// let mut matrix = Jacobian::new((zero(x),), mode, Some(3));       // `None` where only an evaluation tells the rows
/// while matrix.next_column() {
///     let (_, y_dot) = Self::tangent(x, (&matrix.parts.0,));
///     matrix.column(&y_dot);
/// }
/// if matrix.by_rows() {
///     let (y, reverse) = Self::forward(x, (Active,));
///     let mut seed = zero(&y);
///     while matrix.next_row(&mut seed) {
///         reverse((x,), (&mut matrix.parts.0,), seed(&y, &seed));
///         matrix.row();
///     }
/// }
/// matrix
/// ```
fn core(api: &Api<'_>, columns: &[(usize, &Param)]) -> TokenStream {
    let Api { sig, krate, args, decls, generics, wheres, .. } = api;
    let [mode, matrix, y, y_dot, reverse, seed] =
        ["mode", "matrix", "y", "dy", "reverse", "seed"].map(|n| sig.fresh(n));
    let unit = matches!(sig.output, Ty::Unit);
    let zero = columns.iter().map(|(_, p)| api.zero(p));
    let tys = columns.iter().map(|(i, _)| sig.gradient_ty(*i));
    let place = |i: usize| columns.iter().position(|(j, _)| *j == i).map(syn::Index::from);
    let muts: Vec<_> = api.params().filter(|(_, p)| p.mode == Passing::MutRef).collect();
    let active_muts: Vec<_> = muts.iter().copied().filter(|(_, p)| p.is_active_mut()).collect();
    let rows = if unit {
        let counts = active_muts.iter().map(|(_, p)| {
            let zero = api.zero(p);
            quote!(#krate::Flat::count(&#zero))
        });
        quote!(::core::option::Option::Some(0 #(+ #counts)*))
    } else {
        match static_count(&sig.output) {
            Some(count) => quote!(::core::option::Option::Some(#count)),
            None => quote!(::core::option::Option::None),
        }
    };
    // `&mut` arguments start each time from what they held.
    let kept = |p: &Param| sig.fresh(&format!("{}_kept", p.name));
    let keep = muts.iter().map(|(_, p)| {
        let (kept, name) = (kept(p), &p.name);
        quote!(let #kept = ::std::borrow::ToOwned::to_owned(&*#name);)
    });
    let restored = muts.iter().map(|(_, p)| {
        let (kept, name) = (kept(p), &p.name);
        if is_slice(p) {
            quote!(#name.clone_from_slice(&#kept);)
        } else {
            quote!(::core::clone::Clone::clone_from(#name, &#kept);)
        }
    });
    let restore: TokenStream = restored.collect();
    let dots = active_muts.iter().map(|(i, p)| {
        let (dot, zero) = (sig.dot(*i), api.zero(p));
        quote!(let mut #dot = #zero;)
    });
    let pass = api.each(|_, p @ Param { name, mode, .. }| match mode {
        Passing::ByValue if is_number(&p.ty) => quote!(#name),
        Passing::ByValue => quote!(::core::clone::Clone::clone(&#name)),
        Passing::SharedRef => quote!(#name),
        Passing::MutRef => quote!(&mut *#name),
    });
    let tangents = api.each(|i, p| {
        let (dot, place) = (sig.dot(i), place(i));
        match (p.constant(), p.mode) {
            (true, _) => quote!(#krate::Const),
            (false, Passing::MutRef) => quote!(&mut #dot),
            (false, _) => quote!(&#matrix.parts.#place),
        }
    });
    let column = if unit {
        let dots = active_muts.iter().map(|(i, _)| sig.dot(*i));
        quote!(&(#(#dots,)*))
    } else {
        quote!(&#y_dot)
    };
    // Reverse.
    let first_seed = if unit {
        let zeros = active_muts.iter().map(|(_, p)| api.zero(p));
        quote!((#(#zeros,)*))
    } else {
        quote!(#krate::zero(&#y))
    };
    let mut_bars = active_muts.iter().enumerate().map(|(m, (i, p))| {
        let (bar, m, zero) = (sig.bar(*i), syn::Index::from(m), api.zero(p));
        if unit {
            quote!(let mut #bar = ::core::clone::Clone::clone(&#seed.#m);)
        } else {
            quote!(let mut #bar = #zero;)
        }
    });
    let shadows = api.each(|i, p| {
        let (bar, place) = (sig.bar(i), place(i));
        match (p.constant(), p.mode) {
            (true, _) => quote!(#krate::Const),
            (false, Passing::MutRef) => quote!(&mut #bar),
            (false, _) => quote!(&mut #matrix.parts.#place),
        }
    });
    let (again, kinds) = (
        api.again(|p| {
            let n = &p.name;
            quote!(#n)
        }),
        api.kinds(),
    );
    let pass_seed = if unit { quote!(()) } else { quote!(#krate::seed(&#y, &#seed)) };
    let reverse_args = args.iter().zip(&sig.params).map(|(name, p)| match p.mode {
        Passing::MutRef => quote!(&mut *#name),
        Passing::ByValue | Passing::SharedRef => quote!(#name),
    });
    let (fish, forward_fish) = (api.turbofish(0), api.turbofish(args.len()));
    let (value, value_dot) = if unit { (quote!(_), quote!(_)) } else { (quote!(#y), quote!(#y_dot)) };
    let many = api.allow_many(args.len() + 1);
    let (name, receiver) = (api.own("jacobian_matrix"), api.receiver());
    let (tangent, forward) = (api.own("tangent"), api.own("forward"));
    quote! {
        #many
        fn #name<#(#generics),*>(#(#decls,)* #mode: #krate::Mode) -> #krate::Jacobian<(#(#tys,)*)> #wheres {
            #receiver
            let mut #matrix = #krate::Jacobian::new((#(#zero,)*), #mode, #rows);
            #(#keep)*
            while #matrix.next_column() {
                #restore
                #(#dots)*
                let (_, #value_dot) = Self::#tangent #fish(#(#pass,)* (#(#tangents,)*));
                #matrix.column(#column);
            }
            if #matrix.by_rows() {
                #restore
                let (#value, #reverse) = Self::#forward #forward_fish(#(#reverse_args,)* #kinds);
                let mut #seed = #first_seed;
                while #matrix.next_row(&mut #seed) {
                    #(#mut_bars)*
                    #reverse(#again, (#(#shadows,)*), #pass_seed);
                    #matrix.row();
                }
            }
            #matrix
        }
    }
}

/// The number of floats in a value, where its type tells.
fn static_count(ty: &Ty) -> Option<TokenStream> {
    Some(match ty {
        Ty::Float(_) => quote!(1),
        Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => quote!(0),
        Ty::Tuple(parts) => {
            let parts = parts.iter().map(static_count).collect::<Option<Vec<_>>>()?;
            quote!((0 #(+ #parts)*))
        }
        Ty::Array(e, Len::Known(n)) => {
            let (n, e): (TokenStream, _) = (n.parse().ok()?, static_count(e)?);
            quote!(({ #n }) * #e)
        }
        Ty::Ref(e, _) => static_count(e)?,
        Ty::Array(_, Len::Open) | Ty::Slice(_) | Ty::Vec(_) | Ty::Var(_) | Ty::Other(_) => return None,
        Ty::Option(_) | Ty::Result(..) => return None,
    })
}

/// The float type of an argument's Jacobian.
fn float_of(ty: &Ty) -> TokenStream {
    fn find(ty: &Ty) -> Option<Float> {
        match ty {
            Ty::Float(f) => Some(*f),
            Ty::Tuple(parts) => parts.iter().find_map(find),
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => find(e),
            Ty::Option(e) | Ty::Result(e, _) => find(e),
            Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str | Ty::Var(_) | Ty::Other(_) => None,
        }
    }
    match find(ty) {
        Some(Float::Open) | None => quote!(f64),
        Some(float) => Ty::Float(float).to_token_stream(),
    }
}

/// Whether a type is left open. A type that is known by name only is `Differentiable` if it is active.
pub fn unknown(ty: &Ty) -> bool {
    match ty {
        Ty::Var(_) => true,
        Ty::Other(_) => false,
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => false,
        Ty::Tuple(parts) => parts.iter().any(unknown),
        Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => unknown(e),
        Ty::Option(e) | Ty::Result(e, _) => unknown(e),
    }
}

/// Whether a type is one that only rustc knows, or holds one.
pub(crate) fn only_named(ty: &Ty) -> bool {
    match ty {
        Ty::Other(_) => true,
        Ty::Var(_) | Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => false,
        Ty::Tuple(parts) => parts.iter().any(only_named),
        Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => only_named(e),
        Ty::Option(e) | Ty::Result(e, _) => only_named(e),
    }
}

/// Whether the arguments can be cloned, so that the function can be called again.
pub fn can_replay(api: &Api<'_>) -> bool {
    // A constant of a user's type need not be `Clone`.
    api.params().all(|(_, p)| p.mode == Passing::SharedRef || !(unknown(&p.ty) || p.constant() && only_named(&p.ty)))
}

/// A number, which is copied.
pub fn is_number(ty: &Ty) -> bool {
    matches!(ty, Ty::Float(_) | Ty::Int(_))
}
