//! Parameters that are functions: `fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64`.
//!
//! In the derivatives such a parameter is `f: &dyn Fn(f64) -> f64`, whatever the user wrote. Its shadow is a function too, which
//! takes the arguments, a shadow for each of them and the cotangent of the result, and adds to the shadows, and to whatever the
//! function captured, out of sight. Its tangent gives value and tangent:
//!
//! ```text
//! f_bar: &mut dyn FnMut(f64, &mut f64, f64)          f_bar(x, &mut x_bar, y_bar)
//! f_dot: &dyn Fn(f64, &f64) -> (f64, f64)            let (y, y_dot) = f_dot(x, &x_dot)
//! ```
//!
//! So a call of the parameter is a joint call, as that of a recursive function is: nothing is kept of it but its arguments.

use crate::ir::ty::{Ty, TyTable};
use crate::signature::Passing;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The type of a parameter that is a function.
#[derive(Clone)]
pub struct Function {
    pub inputs: Vec<(syn::Type, Ty)>,
    pub output: (syn::Type, Ty),
    /// How the user's function takes it: `f`, `&f` or `&mut f`.
    pub passing: Passing,
    /// The type parameter that stands for it.
    pub param: Option<syn::Ident>,
}

/// What a type says of a function.
pub enum Parsed {
    /// It is none.
    No,
    Yes(Box<Function>),
    /// It is one that is not understood: the part of its type.
    Other(TokenStream),
}

/// Whether a bound is one of the traits of functions.
fn is_fn(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|s| matches!(s.ident.to_string().as_str(), "Fn" | "FnMut" | "FnOnce"))
}

/// The type parameters that stand for functions.
pub fn params(generics: &syn::Generics) -> Vec<syn::Ident> {
    let of = |p: &syn::GenericParam| match p {
        syn::GenericParam::Type(t) => {
            crate::generics::bounds_of(generics, t).into_iter().any(is_fn).then(|| t.ident.clone())
        }
        syn::GenericParam::Const(_) | syn::GenericParam::Lifetime(_) => None,
    };
    generics.params.iter().filter_map(of).collect()
}

/// Reads the type of a parameter: `impl Fn(f64) -> f64`, `F`, `&F`, `&dyn Fn(f64) -> f64`, `&mut impl FnMut(f64) -> f64`.
pub fn parse(ty: &syn::Type, generics: &syn::Generics, table: &mut TyTable) -> Parsed {
    let (passing, inner) = match ty {
        syn::Type::Reference(r) if r.mutability.is_some() => (Passing::MutRef, &*r.elem),
        syn::Type::Reference(r) => (Passing::SharedRef, &*r.elem),
        ty => (Passing::ByValue, ty),
    };
    let bare = match inner {
        syn::Type::Paren(p) => &*p.elem,
        other => other,
    };
    let mut param = None;
    let bounds: Vec<&syn::TypeParamBound> = match bare {
        syn::Type::ImplTrait(t) => t.bounds.iter().collect(),
        syn::Type::TraitObject(t) if passing != Passing::ByValue => t.bounds.iter().collect(),
        syn::Type::Path(p) if p.qself.is_none() => {
            let Some(t) = generics.params.iter().find_map(|g| match g {
                syn::GenericParam::Type(t) if p.path.is_ident(&t.ident) => Some(t),
                _ => None,
            }) else {
                return Parsed::No;
            };
            param = Some(t.ident.clone());
            let own = generics.where_clause.iter().flat_map(|w| &w.predicates).filter_map(|w| match w {
                syn::WherePredicate::Type(w)
                    if matches!(&w.bounded_ty, syn::Type::Path(q) if q.path.is_ident(&t.ident)) =>
                {
                    Some(&w.bounds)
                }
                _ => None,
            });
            t.bounds.iter().chain(own.flatten()).collect()
        }
        _ => return Parsed::No,
    };
    if !bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Trait(t) if is_fn(&t.path))) {
        return Parsed::No;
    }
    let mut found = None;
    for bound in bounds {
        let syn::TypeParamBound::Trait(t) = bound else { return Parsed::Other(bound.to_token_stream()) };
        if is_fn(&t.path) {
            found = t.path.segments.last().map(|s| &s.arguments);
        } else if !t.path.segments.last().is_some_and(|s| s.ident == "Copy" || s.ident == "Clone" || s.ident == "Sized")
        {
            return Parsed::Other(bound.to_token_stream());
        }
    }
    let Some(syn::PathArguments::Parenthesized(args)) = found else { return Parsed::Other(bare.to_token_stream()) };
    let mut inputs = Vec::new();
    for input in &args.inputs {
        let input = &input.ty;
        let known = Ty::parse(input, table);
        if !is_input(&known) {
            return Parsed::Other(input.to_token_stream());
        }
        inputs.push((input.clone(), known));
    }
    let output = match &args.output {
        syn::ReturnType::Default => (syn::parse_quote!(()), Ty::Unit),
        syn::ReturnType::Type(_, ty) => ((**ty).clone(), Ty::parse(ty, table)),
    };
    if !is_output(&output.1) {
        return Parsed::Other(output.0.to_token_stream());
    }
    Parsed::Yes(Box::new(Function { inputs, output, passing, param }))
}

fn is_number(ty: &Ty) -> bool {
    matches!(ty, Ty::Float(_) | Ty::Int(_) | Ty::Bool)
}

fn is_input(ty: &Ty) -> bool {
    match ty {
        Ty::Array(e, _) => is_number(e),
        Ty::Ref(e, _) => match &**e {
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) => is_number(e),
            other => is_number(other) && matches!(ty, Ty::Ref(_, false)),
        },
        other => is_number(other),
    }
}

fn is_output(ty: &Ty) -> bool {
    match ty {
        Ty::Array(e, _) | Ty::Vec(e) => is_number(e),
        Ty::Tuple(parts) => parts.iter().all(is_number),
        other => is_number(other) || matches!(other, Ty::Unit),
    }
}

impl Function {
    /// Whether argument `i` has a derivative.
    pub fn is_active(&self, i: usize) -> bool {
        self.inputs[i].1.may_hold_float()
    }

    /// Whether argument `i` is `&mut`.
    pub fn is_mut(&self, i: usize) -> bool {
        matches!(self.inputs[i].1, Ty::Ref(_, true))
    }

    /// The type that the shadow of argument `i` points to.
    pub fn shadow(&self, i: usize) -> TokenStream {
        self.inputs[i].1.shadow().to_token_stream()
    }

    /// `&dyn Fn(f64) -> f64`
    pub fn value_ty(&self) -> TokenStream {
        let (inputs, output) = (self.inputs.iter().map(|i| &i.0), &self.output.0);
        let output = (!matches!(self.output.1, Ty::Unit)).then(|| quote!(-> #output));
        quote!(&dyn Fn(#(#inputs),*) #output)
    }

    /// The cotangent of the result, as it is passed.
    pub fn seed_ty(&self) -> TokenStream {
        match &self.output.1 {
            Ty::Vec(e) => {
                let e = e.gradient();
                quote!(&[#e])
            }
            ty => ty.gradient().to_token_stream(),
        }
    }

    /// The tangent of the result.
    pub fn dot_ty(&self) -> TokenStream {
        self.output.1.gradient().to_token_stream()
    }

    /// The types of the shadows: of constants `Const`.
    pub fn shadow_tys(&self, krate: &TokenStream) -> Vec<TokenStream> {
        let each = (0..self.inputs.len()).map(|i| {
            let ty = self.shadow(i);
            if self.is_active(i) { quote!(&mut #ty) } else { quote!(#krate::Const) }
        });
        each.collect()
    }

    /// The types of the tangents.
    pub fn tangent_tys(&self, krate: &TokenStream) -> Vec<TokenStream> {
        let each = (0..self.inputs.len()).map(|i| {
            let ty = self.shadow(i);
            match (self.is_active(i), self.is_mut(i)) {
                (false, _) => quote!(#krate::Const),
                (true, true) => quote!(&mut #ty),
                (true, false) => quote!(&#ty),
            }
        });
        each.collect()
    }

    /// `&mut dyn FnMut(f64, &mut f64, f64)`
    pub fn shadow_ty(&self, krate: &TokenStream) -> TokenStream {
        let (inputs, shadows, seed) = (self.inputs.iter().map(|i| &i.0), self.shadow_tys(krate), self.seed_ty());
        quote!(&mut dyn FnMut(#(#inputs,)* #(#shadows,)* #seed))
    }

    /// `&dyn Fn(f64, &f64) -> (f64, f64)`
    pub fn tangent_ty(&self, krate: &TokenStream) -> TokenStream {
        let (inputs, tangents) = (self.inputs.iter().map(|i| &i.0), self.tangent_tys(krate));
        let (output, dot) = (&self.output.0, self.dot_ty());
        quote!(&dyn Fn(#(#inputs,)* #(#tangents),*) -> (#output, #dot))
    }
}
