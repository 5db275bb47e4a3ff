//! What a module declares, as its functions see it: signatures, constants and types.

use crate::hash::{HashMap, HashSet};
use crate::ir::{Known, Ty, name_of, param_name, told};
use crate::signature::Passing;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::rc::Rc;

/// A function of the module as its callers see it.
pub struct Callee {
    pub params: Vec<(Passing, Option<Ty>)>,
    /// The type of the result, if it can be told here.
    pub output: Option<Ty>,
    /// Why it has no derivative, if it has none.
    pub plain: Option<Rc<str>>,
    /// The circle of functions that it belongs to.
    pub circle: Option<usize>,
}

/// The module.
#[derive(Default)]
pub struct Table {
    pub types: Rc<Known>,
    functions: HashMap<String, Option<Rc<Callee>>>,
    /// By the type's name and their own; nothing is said where two blocks have one name.
    methods: HashMap<(String, String), Option<Rc<Callee>>>,
    constants: HashMap<String, Option<Ty>>,
    associated: HashMap<(String, String), Option<Ty>>,
}

impl Table {
    /// The types and constants of the module.
    pub fn of(items: &[&syn::Item]) -> Table {
        let mut table = Table { types: Rc::new(Known::of(items)), ..Table::default() };
        for item in items {
            match item {
                syn::Item::Const(c) => add(&mut table.constants, c.ident.to_string(), table.types.read(&c.ty)),
                syn::Item::Static(s) => add(&mut table.constants, s.ident.to_string(), table.types.read(&s.ty)),
                syn::Item::Impl(block) if block.trait_.is_none() => {
                    let of = name_of(&block.self_ty);
                    for item in &block.items {
                        if let syn::ImplItem::Const(c) = item {
                            let ty = table.types.read(&c.ty);
                            add(&mut table.associated, (of.clone(), c.ident.to_string()), ty);
                        }
                    }
                }
                _ => {}
            }
        }
        table
    }

    /// Makes a function known. `plain` and `circle` are as in [`Callee`].
    pub fn add(
        &mut self,
        sig: &syn::Signature,
        block: Option<&syn::ItemImpl>,
        plain: Option<Rc<str>>,
        circle: Option<usize>,
    ) {
        let callee = Rc::new(self.callee(sig, block, plain, circle));
        let name = sig.ident.to_string();
        match block {
            None => add(&mut self.functions, name, callee),
            Some(block) => {
                let key = (name_of(&block.self_ty), name);
                // A method of its own goes before one of a trait.
                if block.trait_.is_some() && self.methods.contains_key(&key) {
                    return;
                }
                add(&mut self.methods, key, callee);
            }
        }
    }

    fn callee(
        &self,
        sig: &syn::Signature,
        block: Option<&syn::ItemImpl>,
        plain: Option<Rc<str>>,
        circle: Option<usize>,
    ) -> Callee {
        let mut params: Vec<String> = sig.generics.params.iter().filter_map(param_name).collect();
        params.extend(block.iter().flat_map(|b| b.generics.params.iter().filter_map(param_name)));
        let read = |ty: &syn::Type| {
            let ty = match block {
                Some(block) => of_self(ty, &block.self_ty)?,
                None => ty.clone(),
            };
            told(&ty, &params).map(|ty| self.types.seen_through(&ty))
        };
        let output = match &sig.output {
            syn::ReturnType::Default => Some(Ty::Unit),
            syn::ReturnType::Type(_, ty) => match read(ty) {
                // A slice is used as what it refers to; other references stay with rustc.
                Some(Ty::Ref(e, _)) if matches!(*e, Ty::Slice(_)) => Some(*e),
                Some(ty) if holds_reference(&ty) => None,
                other => other,
            },
        };
        let params = sig.inputs.iter().map(|arg| match arg {
            syn::FnArg::Typed(t) => (crate::signature::passing(arg), read(&t.ty)),
            syn::FnArg::Receiver(_) => (crate::signature::passing(arg), None),
        });
        Callee { params: params.collect(), output, plain, circle }
    }

    /// The function that a path names, if it is one of the module.
    pub fn function(&self, path: &syn::Path) -> Option<Rc<Callee>> {
        self.functions.get(&here(path)?)?.clone()
    }

    /// A function of a type's blocks.
    pub fn method(&self, of: &str, name: &str) -> Option<Rc<Callee>> {
        self.methods.get(&(of.to_string(), name.to_string()))?.clone()
    }

    /// The type of a constant, if it is one of the module.
    pub fn constant(&self, path: &syn::Path) -> Option<Ty> {
        self.constants.get(&here(path)?)?.clone()
    }

    /// The type of `S::N`.
    pub fn associated(&self, of: &str, name: &str) -> Option<Ty> {
        self.associated.get(&(of.to_string(), name.to_string()))?.clone()
    }
}

/// `h` or `self::h`: a name of the module.
fn here(path: &syn::Path) -> Option<String> {
    let last = path.segments.last()?;
    let here = path.segments.len() == 1 || path.segments.len() == 2 && path.segments[0].ident == "self";
    (here && path.leading_colon.is_none()).then(|| last.ident.to_string())
}

/// A name that stands twice says nothing.
fn add<K: std::hash::Hash + Eq, T>(map: &mut HashMap<K, Option<T>>, key: K, value: T) {
    match map.entry(key) {
        std::collections::hash_map::Entry::Occupied(mut slot) => drop(slot.insert(None)),
        std::collections::hash_map::Entry::Vacant(slot) => drop(slot.insert(Some(value))),
    }
}

/// The type with `Self` written out.
pub fn of_self(ty: &syn::Type, of: &syn::Type) -> Option<syn::Type> {
    fn replaced(tokens: TokenStream, of: &TokenStream) -> TokenStream {
        let one = |t: TokenTree| match t {
            TokenTree::Ident(id) if id == "Self" => of.clone(),
            TokenTree::Group(g) => {
                TokenTree::Group(proc_macro2::Group::new(g.delimiter(), replaced(g.stream(), of))).into()
            }
            other => other.into(),
        };
        tokens.into_iter().flat_map(one).collect()
    }
    syn::parse2(replaced(ty.to_token_stream(), &of.to_token_stream())).ok()
}

fn holds_reference(ty: &Ty) -> bool {
    match ty {
        Ty::Ref(..) => true,
        Ty::Tuple(parts) => parts.iter().any(holds_reference),
        Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Option(e) | Ty::Result(e, _) => holds_reference(e),
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str | Ty::Var(_) => false,
        Ty::Other(text) => text.contains('&'),
    }
}

/// The names that stand in some tokens.
pub fn mentions(tokens: &TokenStream, names: &HashSet<&str>) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        TokenTree::Ident(id) => names.contains(id.to_string().as_str()),
        TokenTree::Group(g) => mentions(&g.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
