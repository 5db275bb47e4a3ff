//! `jacobian` and its variants: one function that fills a matrix in either mode, and the forms that hand it out.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::api::{Api, changes_shape, is_slice};
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
    let matrices = Api::bare_or_tuple(&outs.iter().map(ToTokens::to_token_stream).collect::<Vec<_>>());
    let mut out = core;
    for (name, mode, doc, doc_into) in forms {
        let into = format!("{name}_into");
        let function = format!("{}::{into}", sig.ident);
        let (name, into) = (api.own(name), api.own(&into));
        out.extend(quote! {
            #[doc = #doc_into]
            #[inline]
            #many_into
            #vis fn #into<#(#generics),*>(#(#decls,)* #(#outs: &mut [#floats]),*) #wheres {
                #receiver
                Self::#matrix_name #fish(#(#args,)* #krate::Mode::#mode, #function, (#(#outs,)*));
            }
        });
        if cfg!(feature = "ndarray") {
            out.extend(quote! {
                #[doc = #doc]
                #[inline]
                #many
                #vis fn #name<#(#generics),*>(#(#decls),*) -> #ty #wheres {
                    #receiver
                    #(let mut #outs = #krate::no_matrix();)*
                    Self::#matrix_name #fish(#(#args,)* #krate::Mode::#mode, #function, (#(&mut #outs,)*));
                    #matrices
                }
            });
        }
    }
    out
}

/// `fn jacobian_matrix(args…, mode, function, blocks)`:
///
/// ```text
/// // `None` where only an evaluation tells the rows
/// let mut matrix = Jacobian::new((InPlace::new(zero(x), blocks.0, "x"),), mode, Some(3), function);
/// while matrix.next_column() {
///     let (_, y_dot) = Self::tangent(x, (&matrix.arguments.0.part,));
///     matrix.column(&y_dot);
/// }
/// if matrix.by_rows() {
///     let (y, reverse) = &Self::forward(x, (Active,));             // what is kept stays where it is
///     let mut seed = zero(y);
///     while let Some(row) = matrix.next_row(&mut seed) {
///         reverse((x,), (matrix.arguments.0.shadow(row),), seed(y, &seed));
///         matrix.row(row);
///     }
/// }
/// ```
fn core(api: &Api<'_>, columns: &[(usize, &Param)]) -> TokenStream {
    let Api { sig, krate, args, decls, generics, wheres, .. } = api;
    let [mode, function, blocks, matrix] = ["mode", "function", "blocks", "matrix"].map(|n| sig.fresh(n));
    let [y, y_dot, dots, reverse, seed, bars] = ["y", "dy", "dots", "reverse", "seed", "bars"].map(|n| sig.fresh(n));
    let row = sig.fresh("row");
    let unit = matches!(sig.output, Ty::Unit);
    let parts = columns.iter().enumerate().map(|(at, (_, p))| {
        let (zero, at, name) = (api.zero(p), syn::Index::from(at), p.name.to_string());
        let kind = if is_row(&p.ty) { quote!(InPlace) } else { quote!(Apart) };
        quote!(#krate::#kind::new(#zero, #blocks.#at, #name))
    });
    let block_tys = columns.iter().map(|(_, p)| {
        let float = float_of(&p.ty);
        quote!(impl #krate::Block<Number = #float>)
    });
    let column_of = |i: usize| {
        let at = columns.iter().position(|(j, _)| *j == i).map(syn::Index::from);
        quote!(#matrix.arguments.#at)
    };
    let muts: Vec<_> = api.params().filter(|(_, p)| p.mode == Passing::MutRef).collect();
    let active_muts: Vec<_> = muts.iter().copied().filter(|(_, p)| p.is_active_mut()).collect();
    let zeros: Vec<_> = active_muts.iter().map(|(_, p)| api.zero(p)).collect();
    let of_mut = |i: usize| active_muts.iter().position(|(j, _)| *j == i).map(syn::Index::from);
    let rows = if unit {
        let counted = active_muts.iter().zip(&zeros).map(|((_, p), zero)| {
            let name = &p.name;
            if only_named(&p.ty) { quote!(&#zero) } else { quote!(&*#name) }
        });
        quote!(::core::option::Option::Some(0 #(+ #krate::Flat::count(#counted))*))
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
        quote!(let #kept = #matrix.repeats().then(|| ::std::borrow::ToOwned::to_owned(&*#name));)
    });
    let restored = muts.iter().map(|(_, p)| {
        let (kept, name) = (kept(p), &p.name);
        let restore = if is_slice(p) {
            quote!(#name.clone_from_slice(#kept))
        } else {
            quote!(::core::clone::Clone::clone_from(#name, #kept))
        };
        quote!(if let ::core::option::Option::Some(#kept) = &#kept { #restore; })
    });
    let restore: TokenStream = restored.collect();
    // Their tangents begin with zero, and so do their cotangents, or with the seed where there is no result.
    let tuple = |name: &Ident| (!zeros.is_empty()).then(|| quote!(let mut #name = (#(#zeros,)*);));
    let renewed = |tuple: &Ident| -> TokenStream {
        let each = active_muts.iter().zip(&zeros).enumerate().map(|(m, ((_, p), zero))| {
            let m = syn::Index::from(m);
            if changes_shape(p) { quote!(#tuple.#m = #zero;) } else { quote!(#krate::Flat::set_zero(&mut #tuple.#m);) }
        });
        each.collect()
    };
    let seeded = active_muts.iter().enumerate().map(|(m, _)| {
        let m = syn::Index::from(m);
        quote!(::core::clone::Clone::clone_from(&mut #bars.#m, &#seed.#m);)
    });
    let (make_dots, renew_dots, make_bars) = (tuple(&dots), renewed(&dots), tuple(&bars));
    let renew_bars: TokenStream = if unit { seeded.collect() } else { renewed(&bars) };
    let pass = api.each(|_, p @ Param { name, mode, .. }| match mode {
        Passing::ByValue if is_number(&p.ty) => quote!(#name),
        Passing::ByValue => quote!(::core::clone::Clone::clone(&#name)),
        Passing::SharedRef => quote!(#name),
        Passing::MutRef => quote!(&mut *#name),
    });
    let tangents = api.each(|i, p| {
        let (column, m) = (column_of(i), of_mut(i));
        match (p.constant(), p.mode) {
            (true, _) => quote!(#krate::Const),
            (false, Passing::MutRef) => quote!(&mut #dots.#m),
            (false, _) => quote!(&#column.part),
        }
    });
    // Reverse.
    let shadows = api.each(|i, p| {
        let (column, m) = (column_of(i), of_mut(i));
        match (p.constant(), p.mode) {
            (true, _) => quote!(#krate::Const),
            (false, Passing::MutRef) => quote!(&mut #bars.#m),
            (false, _) => quote!(#column.shadow(#row)),
        }
    });
    let (again, kinds) = (
        api.again(|p| {
            let n = &p.name;
            quote!(#n)
        }),
        api.kinds(),
    );
    let reverse_args = args.iter().zip(&sig.params).map(|(name, p)| match p.mode {
        Passing::MutRef => quote!(&mut *#name),
        Passing::ByValue | Passing::SharedRef => quote!(#name),
    });
    let (fish, forward_fish) = (api.turbofish(0), api.turbofish(args.len()));
    // The result, or the final values of the `&mut` arguments.
    let (value, value_dot, column) =
        if unit { (quote!(_), quote!(_), &dots) } else { (quote!(#y), quote!(#y_dot), &y_dot) };
    let (first_seed, pass_seed) = if unit {
        (quote!((#(#zeros,)*)), quote!(()))
    } else {
        (quote!(#krate::zero(#y)), quote!(#krate::seed(#y, &#seed)))
    };
    let many = api.allow_many(args.len() + 3);
    let (name, receiver) = (api.own("jacobian_matrix"), api.receiver());
    let (tangent, forward) = (api.own("tangent"), api.own("forward"));
    quote! {
        #[inline]
        #many
        fn #name<#(#generics),*>(
            #(#decls,)*
            #mode: #krate::Mode,
            #function: &'static str,
            #blocks: (#(#block_tys,)*),
        ) #wheres {
            #receiver
            let mut #matrix = #krate::Jacobian::new((#(#parts,)*), #mode, #rows, #function);
            #(#keep)*
            #make_dots
            while #matrix.next_column() {
                #restore
                #renew_dots
                let (_, #value_dot) = Self::#tangent #fish(#(#pass,)* (#(#tangents,)*));
                #matrix.column(&#column);
            }
            if #matrix.by_rows() {
                #restore
                let (#value, #reverse) = &Self::#forward #forward_fish(#(#reverse_args,)* #kinds);
                let mut #seed = #first_seed;
                #make_bars
                while let ::core::option::Option::Some(#row) = #matrix.next_row(&mut #seed) {
                    #renew_bars
                    #reverse(#again, (#(#shadows,)*), #pass_seed);
                    #matrix.row(#row);
                }
            }
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

/// Whether a row of an argument's Jacobian can be its shadow: a float, or an array, slice or Vec of floats.
fn is_row(ty: &Ty) -> bool {
    let float = |ty: &Ty| matches!(ty, Ty::Float(Float::F32 | Float::F64));
    match ty {
        Ty::Ref(e, false) => is_row(e),
        Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) => float(e),
        ty => float(ty),
    }
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
