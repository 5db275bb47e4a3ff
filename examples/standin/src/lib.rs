//! Temporary stand-in for `ad_runtime::differentiate`: the same names and signatures, by extrapolated central
//! differences. Delete this folder and point `ad-runtime` in `examples/Cargo.toml` at the real crate.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, FnArg, ItemFn, Pat, ReturnType, Type};

/// What an argument or a result looks like.
#[derive(Clone)]
enum Shape {
    Scalar,
    Slice,
    Vector,
    Array(Expr),
    ArrayRef(Expr),
    MutSlice,
    Tuple(usize),
    Unit,
    Other,
}

struct Arg {
    name: Ident,
    ty: Type,
    shape: Shape,
    active: bool,
}

fn text(ty: &Type) -> String {
    quote!(#ty).to_string().replace(' ', "")
}

fn shape(ty: &Type) -> Shape {
    match ty {
        Type::Path(_) if text(ty) == "f64" => Shape::Scalar,
        Type::Path(_) if text(ty) == "Vec<f64>" => Shape::Vector,
        Type::Array(a) if text(&a.elem) == "f64" => Shape::Array(a.len.clone()),
        Type::Tuple(t) if t.elems.is_empty() => Shape::Unit,
        Type::Tuple(t) if t.elems.iter().all(|e| text(e) == "f64") => Shape::Tuple(t.elems.len()),
        Type::Reference(r) => match (&*r.elem, text(ty).contains("mut")) {
            (Type::Slice(s), false) if text(&s.elem) == "f64" => Shape::Slice,
            (Type::Slice(s), true) if text(&s.elem) == "f64" => Shape::MutSlice,
            (Type::Array(a), false) if text(&a.elem) == "f64" => Shape::ArrayRef(a.len.clone()),
            _ => Shape::Other,
        },
        _ => Shape::Other,
    }
}

/// The stand-in attribute.
#[proc_macro_attribute]
pub fn differentiate(_options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let mut function: ItemFn = syn::parse_macro_input!(item as ItemFn);
    let mut args = Vec::new();
    for input in &mut function.sig.inputs {
        let FnArg::Typed(t) = input else { panic!("stand-in: no self") };
        let constant = t.attrs.iter().any(|a| a.path().is_ident("constant"));
        t.attrs.retain(|a| !a.path().is_ident("constant"));
        let Pat::Ident(p) = &*t.pat else { panic!("stand-in: plain argument names only") };
        let s = shape(&t.ty);
        let active = !constant && !matches!(s, Shape::Other);
        args.push(Arg {
            name: format_ident!("a_{}", p.ident.to_string().trim_start_matches('_')),
            ty: (*t.ty).clone(),
            shape: s,
            active,
        });
    }
    let result = match &function.sig.output {
        ReturnType::Default => Shape::Unit,
        ReturnType::Type(_, t) => shape(t),
    };
    expand(&function, &args, &result).into()
}

fn expand(function: &ItemFn, args: &[Arg], result: &Shape) -> TokenStream {
    let (name, vis) = (&function.sig.ident, &function.vis);
    let y_ty = match &function.sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, t) => quote!(#t),
    };
    let names: Vec<_> = args.iter().map(|a| &a.name).collect();
    let types: Vec<_> = args.iter().map(|a| &a.ty).collect();
    let fixed: Vec<TokenStream> = args // `&mut [f64]` seen as `&[f64]`
        .iter()
        .map(|a| {
            if let Shape::MutSlice = a.shape {
                quote!(&[f64])
            } else {
                let t = &a.ty;
                quote!(#t)
            }
        })
        .collect();
    let view: Vec<TokenStream> = args
        .iter()
        .map(|a| {
            let n = &a.name;
            match a.shape {
                Shape::MutSlice => quote!(&*#n),
                Shape::Vector => quote!(#n.clone()),
                _ => quote!(#n),
            }
        })
        .collect();
    let (mut flatten, mut rebuild, mut finals) = (vec![], vec![], vec![]);
    for a in args {
        let n = &a.name;
        match (&a.shape, a.active) {
            (Shape::Scalar, true) => {
                flatten.push(quote!(x.push(#n);));
                rebuild.push(quote!(let #n = x[k]; k += 1;));
            }
            (Shape::Slice, true) => {
                flatten.push(quote!(x.extend_from_slice(#n);));
                rebuild.push(quote!(let #n = &x[k..k + #n.len()]; k += #n.len();));
            }
            (Shape::Vector, true) => {
                flatten.push(quote!(x.extend_from_slice(&#n);));
                rebuild.push(quote!(let #n = x[k..k + #n.len()].to_vec(); k += #n.len();));
            }
            (Shape::ArrayRef(l), true) => {
                flatten.push(quote!(x.extend_from_slice(#n);));
                rebuild.push(quote!(let #n: &[f64; #l] = x[k..k + #l].try_into().unwrap(); k += #l;));
            }
            (Shape::Array(l), true) => {
                flatten.push(quote!(x.extend_from_slice(&#n);));
                rebuild.push(quote!(let #n: [f64; #l] = x[k..k + #l].try_into().unwrap(); k += #l;));
            }
            (Shape::MutSlice, active) => {
                if active {
                    flatten.push(quote!(x.extend_from_slice(#n);));
                    rebuild.push(quote!(let #n = &mut x[k..k + #n.len()].to_vec()[..]; k += #n.len();));
                } else {
                    rebuild.push(quote!(let #n = &mut #n.to_vec()[..];));
                }
                finals.push(quote!(y.extend_from_slice(#n);));
            }
            _ => {}
        }
    }
    let push_result = match result {
        Shape::Scalar => quote!(y.push(r);),
        Shape::Unit => quote!(let () = r;),
        Shape::Tuple(n) => {
            let i = (0..*n).map(syn::Index::from);
            quote!(#(y.push(r.#i);)*)
        }
        _ => quote!(y.extend_from_slice(&r);),
    };
    let active: Vec<&Arg> = args.iter().filter(|a| a.active).collect();
    let lens: Vec<TokenStream> = active
        .iter()
        .map(|a| {
            let n = &a.name;
            if let Shape::Scalar = a.shape { quote!(1) } else { quote!(#n.len()) }
        })
        .collect();
    let wrap = |parts: &[TokenStream]| if let [one] = parts { quote!(#one) } else { quote!((#(#parts),*)) };
    let grad_types: Vec<TokenStream> = active
        .iter()
        .map(|a| match &a.shape {
            Shape::Scalar => quote!(f64),
            Shape::Array(l) | Shape::ArrayRef(l) => quote!([f64; #l]),
            _ => quote!(Vec<f64>),
        })
        .collect();
    let g_ty = wrap(&grad_types);
    let unflatten: Vec<TokenStream> = active
        .iter()
        .enumerate()
        .map(|(i, a)| match a.shape {
            Shape::Scalar => quote!(g[starts[#i]]),
            Shape::Array(_) | Shape::ArrayRef(_) => quote!(g[starts[#i]..starts[#i + 1]].try_into().unwrap()),
            _ => quote!(g[starts[#i]..starts[#i + 1]].to_vec()),
        })
        .collect();
    let to_g = wrap(&unflatten);
    let (seed_ty, seed) = match result {
        Shape::Scalar => (quote!(f64), quote!(vec![seed])),
        Shape::Array(l) => (quote!([f64; #l]), quote!(seed.to_vec())),
        Shape::Tuple(n) => {
            let f = (0..*n).map(|_| quote!(f64));
            let i = (0..*n).map(syn::Index::from);
            (quote!((#(#f),*)), quote!(vec![#(seed.#i),*]))
        }
        _ => (quote!(&[f64]), quote!(seed.to_vec())),
    };
    let buffers: Vec<Ident> = active.iter().map(|a| format_ident!("buffer_{}", a.name)).collect();
    let buffer_types: Vec<TokenStream> = active
        .iter()
        .map(|a| match &a.shape {
            Shape::Scalar => quote!(&mut f64),
            Shape::Array(l) | Shape::ArrayRef(l) => quote!(&mut [f64; #l]),
            _ => quote!(&mut [f64]),
        })
        .collect();
    let store = |op: TokenStream| -> Vec<TokenStream> {
        active
            .iter()
            .enumerate()
            .map(|(i, a)| {
                let b = &buffers[i];
                match a.shape {
                    Shape::Scalar => quote!(*#b #op g[starts[#i]];),
                    Shape::MutSlice => quote!(#b.copy_from_slice(&g[starts[#i]..starts[#i + 1]]);),
                    _ => quote!(for (b, g) in #b.iter_mut().zip(&g[starts[#i]..starts[#i + 1]]) { *b #op *g; }),
                }
            })
            .collect()
    };
    let (overwrite, accumulate) = (store(quote!(=)), store(quote!(+=)));
    let seeds_of_outputs: Vec<TokenStream> = active
        .iter()
        .zip(&buffers)
        .filter(|(a, _)| matches!(a.shape, Shape::MutSlice))
        .map(|(_, b)| quote!(seed.extend_from_slice(#b);))
        .collect();
    let shadow_params: Vec<TokenStream> = args
        .iter()
        .map(|a| {
            let b = format_ident!("buffer_{}", a.name);
            match (a.active, &a.shape) {
                (false, _) => quote!(_: impl Sized),
                (_, Shape::Scalar) => quote!(#b: &mut f64),
                (_, Shape::Array(l) | Shape::ArrayRef(l)) => quote!(#b: &mut [f64; #l]),
                _ => quote!(#b: &mut [f64]),
            }
        })
        .collect();
    let adjoint_seed = match result {
        Shape::Unit => (quote!(()), quote!(let () = seed; let mut seed: Vec<f64> = vec![];)),
        _ => (seed_ty.clone(), quote!(let mut seed: Vec<f64> = #seed;)),
    };
    let (adjoint_seed_ty, adjoint_seed_let) = adjoint_seed;
    let tangent_types: Vec<TokenStream> = active
        .iter()
        .map(|a| match &a.shape {
            Shape::Scalar => quote!(f64),
            Shape::MutSlice => quote!(&mut [f64]),
            Shape::Array(l) => quote!([f64; #l]),
            Shape::ArrayRef(l) => quote!(&[f64; #l]),
            _ => quote!(&[f64]),
        })
        .collect();
    let types_tokens: Vec<TokenStream> = types.iter().map(|t| quote!(#t)).collect();
    let names_tokens: Vec<TokenStream> = names.iter().map(|t| quote!(#t)).collect();
    let buffers_tokens: Vec<TokenStream> = buffers.iter().map(|t| quote!(#t)).collect();
    let (primals, primals_ty) = (wrap(&names_tokens), wrap(&types_tokens));
    let (tangents, tangents_ty) = (wrap(&buffers_tokens), wrap(&tangent_types));
    let directions: Vec<TokenStream> = active
        .iter()
        .zip(&buffers)
        .map(
            |(a, b)| {
                if let Shape::Scalar = a.shape { quote!(v.push(#b);) } else { quote!(v.extend_from_slice(&#b[..]);) }
            },
        )
        .collect();
    let mut at = quote!(0);
    let tangent_result = match result {
        Shape::Scalar => {
            at = quote!(1);
            quote!(t[0])
        }
        Shape::Unit => quote!(()),
        Shape::Array(_) => {
            at = quote!(t.len());
            quote!(t[..].try_into().unwrap())
        }
        Shape::Tuple(n) => {
            at = quote!(#n);
            let i = 0..*n;
            quote!((#(t[#i]),*))
        }
        _ => {
            at = quote!(t.len());
            quote!(t.clone())
        }
    };
    let tangent_outputs = active
        .iter()
        .zip(&buffers)
        .filter(|(a, _)| matches!(a.shape, Shape::MutSlice))
        .map(|(_, b)| quote!(#b.copy_from_slice(&t[k..k + #b.len()]); k += #b.len();));
    let columns: Vec<usize> = (0..active.len()).filter(|&i| !matches!(active[i].shape, Shape::MutSlice)).collect();
    let matrices: Vec<TokenStream> = columns
        .iter()
        .map(|&i| quote!(::ndarray::Array2::from_shape_fn((m, starts[#i + 1] - starts[#i]), |(r, c)| j[r * n + starts[#i] + c])))
        .collect();
    let matrix_types: Vec<TokenStream> = columns.iter().map(|_| quote!(::ndarray::Array2<f64>)).collect();
    let (matrices, matrix_types) = (wrap(&matrices), wrap(&matrix_types));
    let into_params: Vec<Ident> = columns.iter().map(|&i| buffers[i].clone()).collect();
    let into_stores: Vec<TokenStream> = columns
        .iter()
        .map(|&i| {
            let b = &buffers[i];
            quote!(let w = starts[#i + 1] - starts[#i]; assert_eq!(#b.len(), m * w);
                   for r in 0..m { for c in 0..w { #b[r * w + c] = j[r * n + starts[#i] + c]; } })
        })
        .collect();
    let scalar_only = if let Shape::Scalar = result {
        quote! {
            pub fn grad(#(#names: #types),*) -> #g_ty { Self::value_and_grad(#(#names),*).1 }
            pub fn value_and_grad(#(#names: #types),*) -> (#y_ty, #g_ty) {
                let (_, n, j, starts) = Self::__jacobian(#(#view),*);
                let g = &j[..n];
                let g = #to_g;
                (#name(#(#names),*), g)
            }
            pub fn value_and_grad_into(#(#names: #types,)* #(#buffers: #buffer_types),*) -> #y_ty {
                let (_, n, j, starts) = Self::__jacobian(#(#view),*);
                let g = &j[..n];
                #(#overwrite)*
                #name(#(#names),*)
            }
        }
    } else {
        quote!()
    };
    quote! {
        #function
        #[allow(non_camel_case_types, missing_docs, unreachable_pub, dead_code)]
        #vis enum #name {}
        #[allow(missing_docs, unreachable_pub, dead_code, unused, clippy::all)]
        impl #name {
            fn __at(x: &[f64], #(#names: #fixed),*) -> Vec<f64> {
                let mut k = 0;
                #(#rebuild)*
                let mut y = Vec::new();
                let r = #name(#(#names),*);
                #push_result
                #(#finals)*
                y
            }
            /// Result, number of columns, Jacobian by rows, where each argument's columns start.
            fn __jacobian(#(#names: #fixed),*) -> (Vec<f64>, usize, Vec<f64>, Vec<usize>) {
                let mut starts = vec![0];
                #(starts.push(starts[starts.len() - 1] + #lens);)*
                let mut x: Vec<f64> = Vec::new();
                #(#flatten)*
                let y = Self::__at(&x, #(#view),*);
                let (m, n) = (y.len(), x.len());
                let mut j = vec![f64::NAN; m * n];
                for c in 0..n {
                    let x0 = x[c];
                    const LEVELS: usize = 6;
                    let mut table: Vec<Vec<Vec<f64>>> = Vec::new();
                    let mut best = vec![f64::INFINITY; m];
                    for level in 0..LEVELS {
                        let h = (if x0 == 0.0 { 1.0 } else { x0.abs() }) * 0.5f64.powi(5 + level as i32);
                        x[c] = x0 + h;
                        let (up, hi) = (Self::__at(&x, #(#view),*), x[c]);
                        x[c] = x0 - h;
                        let (down, lo) = (Self::__at(&x, #(#view),*), x[c]);
                        let mut row = vec![up.iter().zip(&down).map(|(u, d)| (u - d) / (hi - lo)).collect::<Vec<_>>()];
                        for p in 1..=level {
                            let w = 4f64.powi(p as i32);
                            let next: Vec<f64> =
                                (0..m).map(|r| (w * row[p - 1][r] - table[level - 1][p - 1][r]) / (w - 1.0)).collect();
                            for r in 0..m {
                                let error = (next[r] - row[p - 1][r]).abs().max((next[r] - table[level - 1][p - 1][r]).abs());
                                if error < best[r] { best[r] = error; j[r * n + c] = next[r]; }
                            }
                            row.push(next);
                        }
                        table.push(row);
                    }
                    x[c] = x0;
                }
                (y, n, j, starts)
            }
            #scalar_only
            pub fn adjoint(#(#names: #types,)* #(#shadow_params,)* seed: #adjoint_seed_ty) -> #y_ty {
                let (_, n, j, starts) = Self::__jacobian(#(#view),*);
                #adjoint_seed_let
                #(#seeds_of_outputs)*
                let g: Vec<f64> = (0..n).map(|c| seed.iter().enumerate().map(|(r, s)| s * j[r * n + c]).sum()).collect();
                #(#accumulate)*
                #name(#(#names),*)
            }
            pub fn vjp(#(#names: #types),*) -> (#y_ty, impl Fn(#seed_ty) -> #g_ty + use<>) {
                let (y, n, j, starts) = Self::__jacobian(#(#view),*);
                let m = y.len();
                (#name(#(#names),*), move |seed: #seed_ty| {
                    let mut seed: Vec<f64> = #seed;
                    seed.resize(m, 0.0);
                    let g: Vec<f64> = (0..n).map(|c| seed.iter().enumerate().map(|(r, s)| s * j[r * n + c]).sum()).collect();
                    #to_g
                })
            }
            pub fn jvp(primals: #primals_ty, tangents: #tangents_ty) -> (#y_ty, #y_ty) {
                let #primals = primals;
                let #tangents = tangents;
                let (y, n, j, starts) = Self::__jacobian(#(#view),*);
                let mut v: Vec<f64> = Vec::new();
                #(#directions)*
                let t: Vec<f64> = (0..y.len()).map(|r| (0..n).map(|c| j[r * n + c] * v[c]).sum()).collect();
                let mut k = #at;
                #(#tangent_outputs)*
                (#name(#(#names),*), #tangent_result)
            }
            pub fn jacobian(#(#names: #types),*) -> #matrix_types {
                let (y, n, j, starts) = Self::__jacobian(#(#view),*);
                let m = y.len();
                let _ = #name(#(#names),*);
                #matrices
            }
            pub fn jacobian_into(#(#names: #types,)* #(#into_params: &mut [f64]),*) {
                let (y, n, j, starts) = Self::__jacobian(#(#view),*);
                let m = y.len();
                #(#into_stores)*
                let _ = #name(#(#names),*);
            }
            pub const EXPLAIN: &'static str = "(the stand-in has no listing)";
        }
    }
}

/// The stand-in has nothing to check.
#[proc_macro]
pub fn check_grad(_: proc_macro::TokenStream) -> proc_macro::TokenStream {
    proc_macro::TokenStream::new()
}
