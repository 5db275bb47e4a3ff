//! The types that a module declares: its structs and enums with the types of their fields, and its aliases. The
//! functions of an annotated module have them exactly, where a function by itself leaves them to inference and to rustc.

use super::ty::{Len, Ty, TyTable};
use crate::hash::{HashMap, HashSet};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// A struct or an enum.
#[derive(Default, Clone, Debug)]
struct Record {
    /// By their names; of a variant as `Variant.name`. Types that cannot be told are left out.
    fields: HashMap<String, Ty>,
    /// Whether some field cannot be told, and may be anything.
    opaque: bool,
    /// Whether it has a gradient.
    differentiable: bool,
    /// Whether a value of it may hold a float, and an integer.
    floats: bool,
    integers: bool,
}

/// The types of a module.
#[derive(Default, Debug)]
pub struct Known {
    aliases: HashMap<String, Ty>,
    records: HashMap<String, Record>,
}

/// How deep aliases of aliases are followed: deeper ones are circles.
const DEPTH: usize = 32;

impl Known {
    /// Reads the types among the items. A name that has two declarations says nothing.
    pub fn of(items: &[&syn::Item]) -> Known {
        let mut known = Known::default();
        let mut twice: HashSet<String> = HashSet::default();
        let mut seen: HashSet<String> = HashSet::default();
        for item in items {
            let name = match item {
                syn::Item::Type(t) => &t.ident,
                syn::Item::Struct(s) => &s.ident,
                syn::Item::Enum(e) => &e.ident,
                _ => continue,
            };
            if !seen.insert(name.to_string()) {
                twice.insert(name.to_string());
            }
        }
        for item in items {
            match item {
                syn::Item::Type(t) if t.generics.params.is_empty() && !twice.contains(&t.ident.to_string()) => {
                    let ty = Ty::parse(&t.ty, &mut TyTable::default());
                    known.aliases.insert(t.ident.to_string(), ty);
                }
                syn::Item::Struct(s) if !twice.contains(&s.ident.to_string()) => {
                    let mut record = Record { differentiable: derives(&s.attrs), ..Record::default() };
                    record.add("", &s.fields, &s.generics);
                    known.records.insert(s.ident.to_string(), record);
                }
                syn::Item::Enum(e) if !twice.contains(&e.ident.to_string()) => {
                    let mut record = Record { differentiable: derives(&e.attrs), ..Record::default() };
                    for v in &e.variants {
                        record.add(&format!("{}.", v.ident), &v.fields, &e.generics);
                    }
                    known.records.insert(e.ident.to_string(), record);
                }
                _ => {}
            }
        }
        for item in items {
            let syn::Item::Impl(block) = item else { continue };
            let by_hand = block
                .trait_
                .as_ref()
                .is_some_and(|(path, _)| path.segments.last().is_some_and(|s| s.ident == "Differentiable"));
            if let (true, Some(record)) = (by_hand, known.records.get_mut(&name_of(&block.self_ty))) {
                record.differentiable = true;
            }
        }
        let mut records = std::mem::take(&mut known.records);
        for record in records.values_mut() {
            for ty in record.fields.values_mut() {
                *ty = known.seen_through(ty);
            }
        }
        known.records = records;
        known.find_numbers();
        known
    }

    /// Structs of structs without floats have none: starting from none, until nothing changes. Of integers likewise.
    fn find_numbers(&mut self) {
        loop {
            let found: Vec<(String, bool, bool)> = self
                .records
                .iter()
                .map(|(name, r)| {
                    let floats = r.opaque || r.fields.values().any(|ty| self.may_hold_float(ty));
                    let integers = r.opaque || r.fields.values().any(|ty| self.may_hold_integer(ty));
                    (name.clone(), floats, integers)
                })
                .filter(|(name, floats, integers)| {
                    let r = &self.records[name];
                    (*floats, *integers) != (r.floats, r.integers)
                })
                .collect();
            if found.is_empty() {
                return;
            }
            for (name, floats, integers) in found {
                if let Some(record) = self.records.get_mut(&name) {
                    (record.floats, record.integers) = (floats, integers);
                }
            }
        }
    }

    /// Reads a type as it stands in the module, aliases seen through.
    pub fn read(&self, ty: &syn::Type) -> Ty {
        self.seen_through(&Ty::parse(ty, &mut TyTable::default()))
    }

    /// What a path of a type stands for, if the module declares it.
    pub fn named(&self, path: &syn::Path) -> Option<Ty> {
        let last = path.segments.last()?;
        let here = path.segments.len() == 1 || path.segments.len() == 2 && path.segments[0].ident == "self";
        if !here || path.leading_colon.is_some() || !last.arguments.is_none() {
            return None;
        }
        let name = last.ident.to_string();
        match self.aliases.get(&name) {
            Some(ty) => Some(self.seen_through(ty)),
            None => self.records.contains_key(&name).then_some(Ty::Other(name)),
        }
    }

    /// The type with the aliases of the module in it written out.
    pub fn seen_through(&self, ty: &Ty) -> Ty {
        self.through(ty, DEPTH)
    }

    fn through(&self, ty: &Ty, depth: usize) -> Ty {
        let inner = |t: &Ty| Box::new(self.through(t, depth));
        match ty {
            Ty::Other(text) => {
                let name = base(text);
                match self.aliases.get(name) {
                    Some(ty) if depth > 0 && !text.contains('<') => self.through(ty, depth - 1),
                    Some(_) => ty.clone(),
                    None if self.records.contains_key(name) && text.starts_with("self") => {
                        Ty::Other(text.trim_start_matches("self").trim_start_matches([' ', ':']).to_string())
                    }
                    None => ty.clone(),
                }
            }
            Ty::Tuple(parts) => Ty::Tuple(parts.iter().map(|t| self.through(t, depth)).collect()),
            Ty::Array(e, n) => Ty::Array(inner(e), n.clone()),
            Ty::Slice(e) => Ty::Slice(inner(e)),
            Ty::Vec(e) => Ty::Vec(inner(e)),
            Ty::Option(e) => Ty::Option(inner(e)),
            Ty::Result(e, error) => Ty::Result(inner(e), error.clone()),
            Ty::Ref(e, m) => Ty::Ref(inner(e), *m),
            Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str | Ty::Var(_) => ty.clone(),
        }
    }

    /// Whether the module declares a struct or an enum of this name (with arguments or without).
    pub fn is_record(&self, text: &str) -> bool {
        self.records.contains_key(base(text))
    }

    /// The type of a field, if it is known.
    pub fn field(&self, of: &str, member: &str) -> Option<&Ty> {
        self.records.get(base(of))?.fields.get(member)
    }

    /// Whether a value of this type may hold a float whose derivative is followed: of a struct without floats that has no
    /// gradient, it is known not to.
    pub fn may_hold_float(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Float(_) | Ty::Var(_) => true,
            Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => false,
            Ty::Tuple(parts) => parts.iter().any(|t| self.may_hold_float(t)),
            Ty::Option(e) | Ty::Result(e, _) => self.may_hold_float(e),
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => self.may_hold_float(e),
            Ty::Other(text) => self.records.get(base(text)).is_none_or(|r| r.floats || r.differentiable),
        }
    }

    /// Whether a value of this type may hold an integer.
    pub fn may_hold_integer(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Int(_) | Ty::Char | Ty::Var(_) => true,
            Ty::Float(_) | Ty::Bool | Ty::Unit | Ty::Str => false,
            Ty::Tuple(parts) => parts.iter().any(|t| self.may_hold_integer(t)),
            Ty::Option(e) | Ty::Result(e, _) => self.may_hold_integer(e),
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => self.may_hold_integer(e),
            Ty::Other(text) => self.records.get(base(text)).is_none_or(|r| r.integers),
        }
    }

    /// The name of a struct or enum in the type that holds floats and has no gradient.
    pub fn without_gradient(&self, ty: &Ty) -> Option<String> {
        match ty {
            Ty::Float(_) | Ty::Var(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => None,
            Ty::Tuple(parts) => parts.iter().find_map(|t| self.without_gradient(t)),
            Ty::Option(e) | Ty::Result(e, _) => self.without_gradient(e),
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => self.without_gradient(e),
            Ty::Other(text) => {
                let record = self.records.get(base(text))?;
                (record.floats && !record.differentiable).then(|| base(text).to_string())
            }
        }
    }
}

impl Record {
    fn add(&mut self, prefix: &str, fields: &syn::Fields, generics: &syn::Generics) {
        let params: Vec<String> = generics.params.iter().filter_map(param_name).collect();
        for (i, field) in fields.iter().enumerate() {
            let name = field.ident.as_ref().map_or_else(|| i.to_string(), ToString::to_string);
            match told(&field.ty, &params) {
                Some(ty) => drop(self.fields.insert(format!("{prefix}{name}"), ty)),
                None => self.opaque = true,
            }
        }
    }
}

/// The type, unless a parameter of its declaration stands in it. Lengths may be parameters: they are left open.
pub fn told(ty: &syn::Type, params: &[String]) -> Option<Ty> {
    fn open(ty: Ty, params: &[String]) -> Option<Ty> {
        let inner = |e: Box<Ty>| open(*e, params).map(Box::new);
        Some(match ty {
            Ty::Array(e, Len::Known(n)) if names(&n.parse().unwrap_or_default(), params) => {
                Ty::Array(inner(e)?, Len::Open)
            }
            Ty::Array(e, n) => Ty::Array(inner(e)?, n),
            Ty::Tuple(parts) => Ty::Tuple(parts.into_iter().map(|t| open(t, params)).collect::<Option<_>>()?),
            Ty::Slice(e) => Ty::Slice(inner(e)?),
            Ty::Vec(e) => Ty::Vec(inner(e)?),
            Ty::Option(e) => Ty::Option(inner(e)?),
            Ty::Result(e, error) => Ty::Result(inner(e)?, error),
            Ty::Ref(e, m) => Ty::Ref(inner(e)?, m),
            Ty::Other(text) => {
                if names(&text.parse().unwrap_or_default(), params) {
                    return None;
                }
                Ty::Other(text)
            }
            Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str | Ty::Var(_) => ty,
        })
    }
    if matches!(ty, syn::Type::ImplTrait(_) | syn::Type::Infer(_)) {
        return None;
    }
    open(Ty::parse(ty, &mut TyTable::default()), params)
}

/// The name of a type or const parameter.
pub fn param_name(p: &syn::GenericParam) -> Option<String> {
    match p {
        syn::GenericParam::Type(t) => Some(t.ident.to_string()),
        syn::GenericParam::Const(c) => Some(c.ident.to_string()),
        syn::GenericParam::Lifetime(_) => None,
    }
}

fn names(tokens: &TokenStream, params: &[String]) -> bool {
    !params.is_empty()
        && tokens.clone().into_iter().any(|t| match t {
            TokenTree::Ident(id) => params.contains(&id.to_string()),
            TokenTree::Group(g) => names(&g.stream(), params),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
}

/// `Grid` of `Grid < 3 >` and of `self :: Grid`; of other paths the path, which no declaration of the module has.
fn base(text: &str) -> &str {
    let text = text.split('<').next().unwrap_or(text).trim();
    match text.strip_prefix("self") {
        Some(rest) if rest.trim_start().starts_with("::") => rest.trim_start().trim_start_matches(':').trim_start(),
        Some(_) | None => text,
    }
}

/// The name of the type of an `impl`.
pub fn name_of(ty: &syn::Type) -> String {
    base(&ty.to_token_stream().to_string()).to_string()
}

/// Whether the attributes derive `Differentiable`, also where a `#[cfg_attr]` does.
fn derives(attrs: &[syn::Attribute]) -> bool {
    let says = |tokens: &TokenStream| names(tokens, &["Differentiable".to_string()]);
    attrs.iter().any(|a| {
        (a.path().is_ident("derive") || a.path().is_ident("cfg_attr"))
            && a.meta.require_list().is_ok_and(|list| says(&list.tokens))
    })
}
