//! `#[derive(Differentiable)]`: structs and enums that have a gradient.
//!
//! The gradient of `S` is an `S`. For `struct S { a: f64, #[constant] b: Table, n: usize }` stands, in short,
//!
//! ```text
//! impl Cotangent for S where Self: Clone {
//!     type Bar = Self;
//!     fn constants_within(depth: u8) -> bool { field::<f64>(); true }    // a field that is not differentiable is an error here, at its type
//!     fn zero(&self) -> Self {
//!         match self { Self { a: x0, b: x1, n: x2 } => Self { a: On::<f64>.zero(x0), b: Constant(x1).zero(), n: x2.clone() } }
//!     }
//!     fn add_assign(bar: &mut Self, other: &Self) {
//!         match (bar, other) { (Self { a: a0, .. }, Self { a: b0, .. }) => { On::<f64>.add_assign(a0, b0); } }
//!     }
//!     …
//! }
//! impl Differentiable for S …   impl Flat for S …   impl VectorSpace for S …
//! ```
//!
//! A struct is treated as an enum of one variant. Constant are the fields marked `#[constant]` and those whose type is known by
//! name to hold no float.

use crate::diag::Sink;
use crate::ir::ty::INTS;
use crate::messages as m;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

/// A field as the implementations need it.
struct Field {
    /// Its name, or its position.
    member: syn::Member,
    ty: syn::Type,
    role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Active,
    /// Marked `#[constant]`: it may hold floats.
    Marked,
    /// Known by the name of its type to hold none.
    Inert,
}

/// A variant of an enum, or the whole of a struct.
struct Variant {
    /// `Self::Circle`, or `Self`.
    path: TokenStream,
    name: String,
    fields: Vec<Field>,
}

/// The implementations for the derived item.
pub fn derive(item: TokenStream) -> TokenStream {
    let mut sink = Sink::default();
    let input: syn::DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(e) => return e.into_compile_error(),
    };
    let krate = runtime(&input, &mut sink);
    let variants: Vec<Variant> = match &input.data {
        syn::Data::Struct(s) => {
            let name = input.ident.to_string();
            vec![Variant { path: quote!(Self), name, fields: fields(&s.fields, &mut sink) }]
        }
        syn::Data::Enum(e) => e
            .variants
            .iter()
            .map(|v| {
                let name = &v.ident;
                Variant { path: quote!(Self::#name), name: name.to_string(), fields: fields(&v.fields, &mut sink) }
            })
            .collect(),
        syn::Data::Union(u) => {
            sink.error(u.union_token.span, m::DERIVE_UNION, "");
            Vec::new()
        }
    };
    if variants.is_empty() && sink.is_empty() {
        sink.error(input.ident.span(), m::DERIVE_EMPTY, input.ident.to_string());
    }
    match sink.finish() {
        Ok(()) => implementations(&input, &krate, &variants),
        Err(errors) => errors,
    }
}

/// `::ad_runtime`, or what `#[differentiable(crate = path)]` says.
fn runtime(input: &syn::DeriveInput, sink: &mut Sink) -> TokenStream {
    let mut krate = quote!(::ad_runtime);
    for attr in input.attrs.iter().filter(|a| a.path().is_ident("differentiable")) {
        let parsed = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                krate = meta.value()?.parse::<syn::Path>()?.to_token_stream();
                return Ok(());
            }
            Err(meta.error(""))
        });
        if parsed.is_err() {
            sink.error(attr.span(), m::DERIVE_OPTION, "");
        }
    }
    krate
}

fn fields(fields: &syn::Fields, sink: &mut Sink) -> Vec<Field> {
    fields
        .iter()
        .enumerate()
        .map(|(i, f)| {
            let marked = f.attrs.iter().any(|a| a.path().is_ident("constant"));
            let role = match (marked, holds(&f.ty)) {
                (_, Holds::Nothing) => Role::Inert,
                (true, _) => Role::Marked,
                (false, Holds::Both) => {
                    sink.error(f.ty.span(), m::DERIVE_MIXED, crate::diag::text(f.ty.to_token_stream()));
                    Role::Marked
                }
                (false, Holds::Borrowed) => {
                    sink.error(f.ty.span(), m::DERIVE_BORROWED, crate::diag::text(f.ty.to_token_stream()));
                    Role::Marked
                }
                (false, Holds::Floats) => Role::Active,
            };
            let member = match &f.ident {
                Some(name) => syn::Member::Named(name.clone()),
                None => syn::Member::Unnamed(syn::Index { index: i as u32, span: f.ty.span() }),
            };
            Field { member, ty: f.ty.clone(), role }
        })
        .collect()
}

/// What a type holds, as far as its name says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// No float: integers, `bool`, `char`, strings, and sequences of such.
    Nothing,
    /// Floats, or a type that only rustc knows.
    Floats,
    /// Floats and constants side by side in one sequence or tuple, so that the cotangent is of another type.
    Both,
    /// Floats behind a reference.
    Borrowed,
}

fn holds(ty: &syn::Type) -> Holds {
    let all = |parts: &mut dyn Iterator<Item = Holds>| {
        let parts: Vec<Holds> = parts.collect();
        let has = |what| parts.contains(&what);
        match () {
            () if has(Holds::Borrowed) => Holds::Borrowed,
            () if has(Holds::Both) || has(Holds::Floats) && has(Holds::Nothing) => Holds::Both,
            () if has(Holds::Floats) => Holds::Floats,
            () => Holds::Nothing,
        }
    };
    match ty {
        syn::Type::Reference(r) => match holds(&r.elem) {
            Holds::Nothing => Holds::Nothing,
            Holds::Floats | Holds::Both | Holds::Borrowed => Holds::Borrowed,
        },
        syn::Type::Tuple(t) => all(&mut t.elems.iter().map(holds)),
        syn::Type::Array(a) => holds(&a.elem),
        syn::Type::Slice(s) => holds(&s.elem),
        syn::Type::Paren(p) => holds(&p.elem),
        syn::Type::Group(g) => holds(&g.elem),
        syn::Type::Path(p) => {
            let Some(last) = p.path.segments.last().filter(|_| p.qself.is_none()) else { return Holds::Floats };
            let name = last.ident.to_string();
            if INTS.contains(&name.as_str())
                || matches!(name.as_str(), "bool" | "char" | "str" | "String" | "PhantomData")
            {
                return Holds::Nothing;
            }
            match (&last.arguments, name.as_str()) {
                (syn::PathArguments::AngleBracketed(args), "Vec" | "Option" | "Box") => {
                    all(&mut args.args.iter().filter_map(|a| match a {
                        syn::GenericArgument::Type(t) => Some(holds(t)),
                        _ => None,
                    }))
                }
                _ => Holds::Floats,
            }
        }
        _ => Holds::Floats,
    }
}

/// `Self::Circle { r: x0, 1: x1 }` with a letter for all bindings.
fn pattern(v: &Variant, letter: char) -> (TokenStream, Vec<Ident>) {
    let names: Vec<Ident> = (0..v.fields.len()).map(|i| format_ident!("{letter}{i}")).collect();
    let members = v.fields.iter().map(|f| &f.member);
    let path = &v.path;
    (quote!(#path { #(#members: #names),* }), names)
}

/// `match (a, b) { (Self { x: a0 }, Self { x: b0 }) => { … } }`: statements for the fields of two values of one variant.
fn pairs(
    krate: &TokenStream,
    variants: &[Variant],
    make: &dyn Fn(&Field, &Ident, &Ident) -> TokenStream,
) -> TokenStream {
    let arms = variants.iter().map(|v| {
        let ((left, a), (right, b)) = (pattern(v, 'a'), pattern(v, 'b'));
        let statements = v.fields.iter().zip(a.iter().zip(&b)).map(|(f, (a, b))| make(f, a, b));
        quote!((#left, #right) => { #(#statements)* })
    });
    let names = variants.iter().map(|v| {
        let (path, name) = (&v.path, &v.name);
        quote!(#path { .. } => #name)
    });
    let mismatch = (variants.len() > 1).then(|| {
        quote!((a, b) => {
            let name = |this: &Self| match this { #(#names),* };
            #krate::constants::other_variant(name(a), name(b))
        })
    });
    quote!({ #(#arms)* #mismatch })
}

/// `match x { Self { x: x0 } => { … } }`: statements for the fields of one value.
fn singles(variants: &[Variant], make: &dyn Fn(&Field, &Ident) -> TokenStream) -> TokenStream {
    let arms = variants.iter().map(|v| {
        let (pattern, names) = pattern(v, 'x');
        let statements = v.fields.iter().zip(&names).map(|(f, x)| make(f, x));
        quote!(#pattern => { #(#statements)* })
    });
    quote!({ #(#arms)* })
}

/// `match self { Self { x: x0 } => Self { x: … } }`: a value of the same variant.
fn made(variants: &[Variant], make: &dyn Fn(&Field, &Ident) -> TokenStream) -> TokenStream {
    let arms = variants.iter().map(|v| {
        let (pattern, names) = pattern(v, 'x');
        let members = v.fields.iter().map(|f| &f.member);
        let values = v.fields.iter().zip(&names).map(|(f, x)| make(f, x));
        let path = &v.path;
        quote!(#pattern => #path { #(#members: #values),* })
    });
    quote!({ #(#arms,)* })
}

/// What is asked of the types of fields: of those with type parameters by bounds, of all others by statements.
fn bounds(input: &syn::DeriveInput, krate: &TokenStream, variants: &[Variant]) -> (syn::Generics, TokenStream) {
    let mut generics = input.generics.clone();
    let wheres = generics.make_where_clause();
    let mut seen = ad_ir::hash::HashSet::default();
    let mut asked = TokenStream::new();
    for f in variants.iter().flat_map(|v| &v.fields) {
        let ty = &f.ty;
        // Of a type that holds itself the bound is what is being implemented.
        let typed = input.generics.type_params().any(|p| names(ty, &p.ident));
        let own = names(ty, &input.ident) || names(ty, &Ident::new("Self", Span::call_site()));
        if f.role == Role::Inert || !seen.insert(ty.to_token_stream().to_string()) {
            continue;
        }
        if typed && own {
            continue;
        }
        if typed {
            // Also of a constant field: only its instances tell whether it holds floats that could pass for derivatives.
            wheres.predicates.extend(syn::parse2::<syn::WherePredicate>(quote!(#ty: #krate::constants::Field)));
        } else if f.role == Role::Active {
            asked.extend(quote_spanned!(ty.span()=> #krate::constants::field::<#ty>();));
        }
    }
    let clone = quote_spanned!(Span::mixed_site()=> Self: ::core::clone::Clone);
    wheres.predicates.extend(syn::parse2::<syn::WherePredicate>(clone));
    (generics, asked)
}

fn implementations(input: &syn::DeriveInput, krate: &TokenStream, variants: &[Variant]) -> TokenStream {
    let name = &input.ident;
    let (generics, asked) = bounds(input, krate, variants);
    let (head, args, wheres) = generics.split_for_impl();
    let on = |ty: &syn::Type, call: TokenStream| quote!(#krate::constants::On::<#ty>::default().#call);
    let without_floats = |x: TokenStream| {
        quote!({
            #[allow(unused_imports)]
            use #krate::constants::{AsItIs as _, WithZeros as _, WithoutFloats as _};
            (&#krate::constants::Constant(#x)).zero()
        })
    };
    let zero = made(variants, &|f, x| match f.role {
        Role::Active => on(&f.ty, quote!(zero(#x))),
        Role::Marked => without_floats(quote!(#x)),
        Role::Inert => quote!(::core::clone::Clone::clone(#x)),
    });
    let clear = singles(variants, &|f, x| match f.role {
        Role::Active => on(&f.ty, quote!(clear_constants(#x);)),
        Role::Marked => {
            let cleared = without_floats(quote!(&*#x));
            quote!(*#x = #cleared;)
        }
        Role::Inert => quote!(let _ = #x;),
    });
    let restore = pairs(krate, variants, &|f, a, b| match f.role {
        Role::Active => on(&f.ty, quote!(restore_constants(#a, #b);)),
        Role::Marked | Role::Inert => quote!(::core::clone::Clone::clone_from(#a, #b);),
    });
    let of_active = |make: &dyn Fn(&syn::Type, &Ident, &Ident) -> TokenStream| {
        pairs(krate, variants, &|f, a, b| match f.role {
            Role::Active => make(&f.ty, a, b),
            Role::Marked | Role::Inert => quote!(let _ = (#a, #b);),
        })
    };
    let add_assign = pairs(krate, variants, &|f, a, b| match f.role {
        Role::Active => on(&f.ty, quote!(add_assign(#a, #b);)),
        Role::Marked => quote!({
            #[allow(unused_imports)]
            use #krate::constants::{AddFloats as _, AddNothing as _};
            #krate::constants::Sum(#a, #b).add();
        }),
        Role::Inert => quote!(let _ = (#a, #b);),
    });
    let scaled_add = of_active(&|ty, a, b| on(ty, quote!(scaled_add(#a, alpha, #b);)));
    let dot = of_active(&|ty, a, b| {
        let product = on(ty, quote!(dot(#a, #b)));
        quote!(sum += #product;)
    });
    let flat = |method: TokenStream| {
        singles(variants, &|f, x| match f.role {
            Role::Active => on(&f.ty, quote!(#method(#x, with);)),
            Role::Marked | Role::Inert => quote!(let _ = #x;),
        })
    };
    let (read, write) = (flat(quote!(read)), flat(quote!(write)));
    let marked = variants.iter().flat_map(|v| &v.fields).any(|f| f.role == Role::Marked);
    let active = variants.iter().flat_map(|v| &v.fields).filter(|f| f.role == Role::Active);
    let clear_all = singles(variants, &|f, x| match f.role {
        Role::Active => on(&f.ty, quote!(clear(#x);)),
        Role::Marked => {
            let cleared = without_floats(quote!(&*#x));
            quote!(*#x = #cleared;)
        }
        Role::Inert => quote!(let _ = #x;),
    });
    let nested = active.map(|f| on(&f.ty, quote!(constants_within(depth + 1))));
    let imports = quote!(#[allow(unused_imports)] use #krate::constants::{Fallback as _, Operations as _};);
    // A type parameter stands for what it borrows nothing.
    let parameter = generics.lifetimes().next().is_none().then(|| {
        let mut owned = generics.clone();
        let params: Vec<_> = generics.type_params().map(|t| t.ident.clone()).collect();
        if !params.is_empty() {
            let owned = owned.make_where_clause();
            owned.predicates.extend(params.iter().map(|t| -> syn::WherePredicate { syn::parse_quote!(#t: 'static) }));
        }
        let wheres = &owned.where_clause;
        quote! {
            #[automatically_derived]
            impl #head #krate::Parameter for #name #args #wheres {}
        }
    });
    quote! {
        #parameter
        #[automatically_derived]
        impl #head #krate::Cotangent for #name #args #wheres {
            type Bar = Self;
            type Seed<'seed> = Self where Self: 'seed;
            fn constants_within(depth: u8) -> bool { #asked #imports #marked || depth > 16 #(|| #nested)* }
            fn zero(&self) -> Self { #imports match self #zero }
            fn seed<'seed>(bar: &'seed Self) -> Self where Self: 'seed { ::core::clone::Clone::clone(bar) }
            fn add_assign(bar: &mut Self, other: &Self) { #imports match (bar, other) #add_assign }
            fn add_bar(&mut self, bar: &Self) { <Self as #krate::Cotangent>::add_assign(self, bar); }
            fn add_to_bar(&self, bar: &mut Self) { <Self as #krate::Cotangent>::add_assign(bar, self); }
            fn clear_constants(bar: &mut Self) { #imports match bar #clear }
            fn restore_constants(bar: &mut Self, primal: &Self) { #imports match (bar, primal) #restore }
        }
        #[automatically_derived]
        impl #head #krate::Component for #name #args #wheres {
            fn zeroed(&self) -> Self { #krate::Cotangent::zero(self) }
            fn clear(&mut self) { #imports match self #clear_all }
            fn add(&mut self, other: &Self) { <Self as #krate::Cotangent>::add_assign(self, other); }
        }
        #[automatically_derived]
        impl #head #krate::IntoDot<#name #args> for #name #args #wheres {
            fn into_dot<PRIMAL: #krate::Cotangent<Bar = Self> + ?Sized>(self, _: &PRIMAL) -> Self { self }
        }
        #[automatically_derived]
        impl #head #krate::Differentiable for #name #args #wheres {
            type Gradient = Self;
            fn zero_gradient(&self) -> Self {
                let mut bar = #krate::Cotangent::zero(self);
                <Self as #krate::Cotangent>::restore_constants(&mut bar, self);
                bar
            }
        }
        #[automatically_derived]
        impl #head #krate::Flat for #name #args #wheres {
            fn read(&self, with: &mut dyn FnMut(f64)) { #imports let _ = &with; match self #read }
            fn write(&mut self, with: &mut dyn FnMut() -> f64) { #imports let _ = &with; match self #write }
        }
        #[automatically_derived]
        impl #head #krate::VectorSpace for #name #args #wheres {
            fn scaled_add(&mut self, alpha: f64, other: &Self) { #imports let _ = alpha; match (self, other) #scaled_add }
            fn dot(&self, other: &Self) -> f64 {
                #imports
                #[allow(unused_mut)]
                let mut sum = 0.0;
                match (self, other) #dot
                sum
            }
        }
    }
}

/// Whether a type mentions a type parameter.
fn names(ty: &syn::Type, name: &Ident) -> bool {
    fn search(tokens: TokenStream, name: &Ident) -> bool {
        tokens.into_iter().any(|t| match t {
            proc_macro2::TokenTree::Ident(i) => i == *name,
            proc_macro2::TokenTree::Group(g) => search(g.stream(), name),
            proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
        })
    }
    search(ty.to_token_stream(), name)
}
