//! Types as far as a macro can know them, and inference by unification.
//!
//! A macro sees tokens, not types. Signatures, literals, annotations, casts and the rule table give types to
//! nearly everything; what they leave open is an inference variable, resolved when some operator ties it to a
//! known type. A type that stays open is printed as `_` and left to rustc, unless the derivative needs it.

use super::known::Known;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use std::rc::Rc;

/// A floating-point type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Float {
    F32,
    F64,
    /// A float whose literals nothing ties to a type the macro can see: rustc decides, by default `f64`.
    Open,
    /// A type parameter of the function, by its name: see [`crate::generics`].
    Param(&'static str),
}

impl Float {
    /// The name of the type, where the macro knows it.
    pub fn known(self) -> Option<&'static str> {
        match self {
            Float::F32 => Some("f32"),
            Float::F64 => Some("f64"),
            Float::Param(name) => Some(name),
            Float::Open => None,
        }
    }

    /// The name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Float::F32 => "f32",
            Float::F64 | Float::Open => "f64",
            Float::Param(name) => name,
        }
    }
}

/// An inference variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct TyVar(pub u32);

/// The length of an array, as the user wrote it.
#[derive(Clone, Debug)]
pub enum Len {
    /// The tokens between `;` and `]`.
    Known(String),
    /// Known to rustc only.
    Open,
}

/// A type of plain data.
#[derive(Clone, Debug)]
pub enum Ty {
    Float(Float),
    /// An integer type by name (`usize`, `i32`, …).
    Int(&'static str),
    Bool,
    Char,
    Unit,
    /// `&str`, `String`: constants that pass through.
    Str,
    Tuple(Vec<Ty>),
    Array(Box<Ty>, Len),
    Slice(Box<Ty>),
    Vec(Box<Ty>),
    Ref(Box<Ty>, /* mutable */ bool),
    Option(Box<Ty>),
    /// With the error's type as tokens: errors have no derivative.
    Result(Box<Ty>, String),
    /// Open: resolved through [`TyTable`].
    Var(TyVar),
    /// A type the macro does not know, as tokens.
    Other(String),
}

/// The integer type names.
pub const INTS: [&str; 12] = ["usize", "u8", "u16", "u32", "u64", "u128", "isize", "i8", "i16", "i32", "i64", "i128"];

impl Ty {
    /// `f64`.
    pub const F64: Ty = Ty::Float(Float::F64);
    /// `usize`.
    pub const USIZE: Ty = Ty::Int("usize");

    /// Reads a type. `Self`, paths of unknown types and the like become [`Ty::Other`]; `_` becomes a fresh variable.
    pub fn parse(ty: &syn::Type, table: &mut TyTable) -> Ty {
        match ty {
            syn::Type::Path(p) if p.qself.is_none() => {
                let last = p.path.segments.last();
                let Some(last) = last else { return Ty::Other(p.to_token_stream().to_string()) };
                let name = last.ident.to_string();
                if let syn::PathArguments::None = last.arguments {
                    match name.as_str() {
                        "f64" => return Ty::F64,
                        "f32" => return Ty::Float(Float::F32),
                        "bool" => return Ty::Bool,
                        "char" => return Ty::Char,
                        "str" | "String" => return Ty::Str,
                        _ => {}
                    }
                    if let Some(int) = INTS.iter().find(|i| **i == name) {
                        return Ty::Int(int);
                    }
                }
                if let syn::PathArguments::AngleBracketed(args) = &last.arguments
                    && name == "Vec"
                    && let Some(syn::GenericArgument::Type(elem)) = args.args.first()
                {
                    return Ty::Vec(Box::new(Ty::parse(elem, table)));
                }
                if let syn::PathArguments::AngleBracketed(args) = &last.arguments
                    && let Some(syn::GenericArgument::Type(inner)) = args.args.first()
                {
                    match (name.as_str(), args.args.len()) {
                        ("Option", 1) => return Ty::Option(Box::new(Ty::parse(inner, table))),
                        ("Result", 2) => {
                            let error = args.args[1].to_token_stream().to_string();
                            return Ty::Result(Box::new(Ty::parse(inner, table)), error);
                        }
                        _ => {}
                    }
                }
                if let Some(known) = table.alias(&name).or_else(|| table.module.as_ref()?.named(&p.path)) {
                    return known;
                }
                if let (Some(_), syn::PathArguments::None) = (&table.unseen, &last.arguments) {
                    return table.unseen(p.to_token_stream());
                }
                Ty::Other(p.to_token_stream().to_string())
            }
            syn::Type::Reference(r) => Ty::Ref(Box::new(Ty::parse(&r.elem, table)), r.mutability.is_some()),
            syn::Type::Slice(s) => Ty::Slice(Box::new(Ty::parse(&s.elem, table))),
            syn::Type::Array(a) => {
                let len = match &a.len {
                    syn::Expr::Infer(_) => Len::Open,
                    len => Len::Known(len.to_token_stream().to_string()),
                };
                Ty::Array(Box::new(Ty::parse(&a.elem, table)), len)
            }
            syn::Type::Tuple(t) if t.elems.is_empty() => Ty::Unit,
            syn::Type::Tuple(t) => Ty::Tuple(t.elems.iter().map(|e| Ty::parse(e, table)).collect()),
            syn::Type::Paren(p) => Ty::parse(&p.elem, table),
            syn::Type::Group(g) => Ty::parse(&g.elem, table),
            syn::Type::Infer(_) => table.fresh(),
            other => Ty::Other(other.to_token_stream().to_string()),
        }
    }

    /// The type behind any references.
    pub fn peel(&self) -> &Ty {
        match self {
            Ty::Ref(inner, _) => inner.peel(),
            _ => self,
        }
    }

    /// Whether values of this type are scalars, held in SSA values.
    pub fn is_scalar(&self) -> bool {
        matches!(self.peel(), Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str)
    }

    /// Whether a value of this type holds a float somewhere; an open type may.
    pub fn may_hold_float(&self) -> bool {
        match self {
            Ty::Float(_) | Ty::Var(_) | Ty::Other(_) => true,
            Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => false,
            Ty::Tuple(parts) => parts.iter().any(Ty::may_hold_float),
            Ty::Option(inner) | Ty::Result(inner, _) => inner.may_hold_float(),
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => e.may_hold_float(),
        }
    }

    /// Whether values of this type are structs or enums: in variables, with a cotangent of their variant.
    pub fn is_record(&self) -> bool {
        matches!(self, Ty::Other(_) | Ty::Option(_) | Ty::Result(..))
    }

    /// The element type of an array, slice or Vec, behind any references.
    pub fn element(&self) -> Option<&Ty> {
        match self.peel() {
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) => Some(e),
            _ => None,
        }
    }

    /// The owned type of a gradient of a value of this type, as the contract has it: `Vec<f64>` for `&[f64]`,
    /// `()` for integers inside tuples. `None` where the macro does not know the type.
    pub fn gradient(&self) -> Option<Ty> {
        Some(match self {
            Ty::Float(f) => Ty::Float(*f),
            Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => Ty::Unit,
            Ty::Tuple(parts) => Ty::Tuple(parts.iter().map(Ty::gradient).collect::<Option<_>>()?),
            Ty::Array(e, n) => Ty::Array(Box::new(e.gradient()?), n.clone()),
            Ty::Slice(e) | Ty::Vec(e) => Ty::Vec(Box::new(e.gradient()?)),
            Ty::Ref(e, _) => e.gradient()?,
            Ty::Option(inner) => Ty::Option(Box::new(inner.gradient()?)),
            Ty::Result(inner, _) => Ty::Result(Box::new(inner.gradient()?), "()".into()),
            // The cotangent of a struct or enum has its own type.
            Ty::Other(name) => Ty::Other(name.clone()),
            Ty::Var(_) => return None,
        })
    }

    /// The type a shadow of a parameter of this type points to: `[f64]` for `&[f64]` and `Vec<f64>`.
    pub fn shadow(&self) -> Option<Ty> {
        Some(match self {
            Ty::Vec(e) => Ty::Slice(Box::new(e.gradient()?)),
            Ty::Ref(e, false) => e.shadow()?,
            Ty::Ref(e, true) => match &**e {
                Ty::Slice(e) => Ty::Slice(Box::new(e.gradient()?)),
                other => other.gradient()?,
            },
            Ty::Slice(e) => Ty::Slice(Box::new(e.gradient()?)),
            other => other.gradient()?,
        })
    }
}

impl ToTokens for Ty {
    fn to_tokens(&self, out: &mut TokenStream) {
        let tokens = match self {
            Ty::Float(Float::F32) => quote!(f32),
            Ty::Float(Float::F64) => quote!(f64),
            Ty::Float(Float::Param(name)) => {
                let id: TokenStream = name.parse().unwrap_or_default();
                quote!(#id)
            }
            Ty::Float(Float::Open) => quote!(_),
            Ty::Int(name) => {
                let id = proc_macro2::Ident::new(name, proc_macro2::Span::call_site());
                quote!(#id)
            }
            Ty::Bool => quote!(bool),
            Ty::Char => quote!(char),
            Ty::Unit => quote!(()),
            Ty::Str => quote!(_),
            Ty::Tuple(parts) => quote!((#(#parts,)*)),
            Ty::Array(e, Len::Known(n)) => {
                let n: TokenStream = n.parse().unwrap_or_default();
                quote!([#e; #n])
            }
            Ty::Array(e, Len::Open) => quote!([#e; _]),
            Ty::Slice(e) => quote!([#e]),
            Ty::Vec(e) => quote!(::std::vec::Vec<#e>),
            Ty::Ref(e, false) => quote!(&#e),
            Ty::Ref(e, true) => quote!(&mut #e),
            Ty::Option(inner) => quote!(::core::option::Option<#inner>),
            Ty::Result(inner, error) => {
                let error: TokenStream = error.parse().unwrap_or_default();
                quote!(::core::result::Result<#inner, #error>)
            }
            Ty::Var(_) => quote!(_),
            Ty::Other(s) => s.parse().unwrap_or_default(),
        };
        out.extend(tokens);
    }
}

/// What is known of an inference variable.
#[derive(Clone, Debug)]
enum Slot {
    Open(Class),
    Bound(Ty),
}

/// What a literal says of its type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Any,
    /// An integer literal without suffix.
    IntLiteral,
    /// A float literal without suffix.
    FloatLiteral,
    /// A float, since it is treated as one.
    Float,
}

/// The inference variables of one function, and the type aliases it can see.
#[derive(Clone, Default, Debug)]
pub struct TyTable {
    slots: Vec<Slot>,
    aliases: Vec<(String, Ty)>,
    /// The types of fields of types known by name, as far as they are known.
    fields: crate::hash::HashMap<(String, String), Ty>,
    /// In bodies: the names that were written as types and are unknown, each with the type that stands for it.
    unseen: Option<Vec<(TokenStream, Ty)>>,
    /// The types of the annotated module that the function stands in.
    module: Option<Rc<Known>>,
}

impl TyTable {
    /// The table of a function in an annotated module.
    pub fn within(module: Option<Rc<Known>>) -> TyTable {
        TyTable { module, ..TyTable::default() }
    }

    /// A fresh variable.
    pub fn fresh(&mut self) -> Ty {
        self.fresh_of(Class::Any)
    }

    /// A fresh variable of a literal's class.
    pub fn fresh_of(&mut self, class: Class) -> Ty {
        self.slots.push(Slot::Open(class));
        Ty::Var(TyVar(self.slots.len() as u32 - 1))
    }

    /// Makes `type name = ty;` known.
    pub fn add_alias(&mut self, name: String, ty: Ty) {
        self.aliases.push((name, ty));
    }

    /// The type of a field of a type that is known by its name: one and the same for all its values.
    pub fn field(&mut self, of: &str, member: &str) -> Ty {
        let key = (of.to_string(), member.to_string());
        if let Some(ty) = self.fields.get(&key) {
            return ty.clone();
        }
        let declared = self.module.as_ref().and_then(|m| m.field(of, member)).cloned();
        let ty = match declared {
            Some(ty) => self.instance(&ty),
            None => self.fresh(),
        };
        self.fields.insert(key, ty.clone());
        ty
    }

    /// A type that the module declares, as a body has it: what the module does not declare itself is open, and so are
    /// references to anything but slices.
    pub fn instance(&mut self, ty: &Ty) -> Ty {
        let mut inner = |e: &Ty| Box::new(self.instance(e));
        match ty {
            Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => ty.clone(),
            Ty::Tuple(parts) => Ty::Tuple(parts.iter().map(|t| *inner(t)).collect()),
            Ty::Array(e, n) => Ty::Array(inner(e), n.clone()),
            Ty::Slice(e) => Ty::Slice(inner(e)),
            Ty::Vec(e) => Ty::Vec(inner(e)),
            Ty::Option(e) => Ty::Option(inner(e)),
            Ty::Result(e, error) => Ty::Result(inner(e), error.clone()),
            Ty::Ref(e, mutable) if matches!(**e, Ty::Slice(_) | Ty::Str) => Ty::Ref(inner(e), *mutable),
            Ty::Other(name) if self.is_declared(name) => ty.clone(),
            Ty::Ref(..) | Ty::Other(_) | Ty::Var(_) => self.fresh(),
        }
    }

    /// Whether a type that is known by its name is a struct or enum of the module.
    pub fn is_declared(&self, name: &str) -> bool {
        self.module.as_ref().is_some_and(|m| m.is_record(name))
    }

    /// Whether a value of this type holds a float somewhere; an open type may. Of the structs of the module this is known.
    pub fn may_hold_float(&self, ty: &Ty) -> bool {
        match &self.module {
            Some(module) => module.may_hold_float(&self.resolve(ty)),
            None => self.resolve(ty).may_hold_float(),
        }
    }

    /// Whether a value of this type holds integers and no float.
    pub fn holds_integers_only(&self, ty: &Ty) -> bool {
        let ty = self.resolve(ty);
        match &self.module {
            Some(module) => module.may_hold_integer(&ty) && !module.may_hold_float(&ty),
            None => !ty.may_hold_float() && !matches!(ty, Ty::Bool | Ty::Unit | Ty::Str),
        }
    }

    /// From here on a name that is unknown, an alias made outside for instance, is an open type: what it is tied to
    /// says what it is. In signatures it stays [`Ty::Other`].
    pub fn leave_names_open(&mut self) {
        self.unseen.get_or_insert_default();
    }

    /// The same names and aliases, where unknown names are [`Ty::Other`].
    pub fn of_signatures(&self) -> TyTable {
        TyTable { aliases: self.aliases.clone(), module: self.module.clone(), ..TyTable::default() }
    }

    fn unseen(&mut self, name: TokenStream) -> Ty {
        let ty = self.fresh();
        if let Some(names) = &mut self.unseen {
            names.push((name, ty.clone()));
        }
        ty
    }

    /// Whether a type is that of an unknown name in the body, which nothing is tied to so far.
    pub fn is_unseen(&self, ty: &Ty) -> bool {
        let Ty::Var(v) = self.head(ty).peel().clone() else { return false };
        self.unseen.iter().flatten().any(|(_, ty)| matches!(self.head(ty), Ty::Var(w) if w == v))
    }

    /// The unknown names that nothing but literals is tied to. Without the name the literals would have rustc's default
    /// type, which need not be the alias's.
    pub fn names_of_literals(&self) -> Vec<TokenStream> {
        let open = |ty: &Ty| matches!(self.class(ty), Some(Class::FloatLiteral | Class::Float | Class::IntLiteral));
        self.unseen.iter().flatten().filter(|(_, ty)| open(ty)).map(|(name, _)| name.clone()).collect()
    }

    fn alias(&self, name: &str) -> Option<Ty> {
        self.aliases.iter().rev().find(|(n, _)| n == name).map(|(_, t)| t.clone())
    }

    /// The type that a name stands for, if it is an alias that is seen.
    pub fn alias_of(&self, name: &proc_macro2::Ident) -> Ty {
        let known = || self.module.as_ref()?.named(&syn::Path::from(name.clone()));
        self.alias(&name.to_string()).or_else(known).unwrap_or(Ty::Unit)
    }

    /// The type with bound variables at its head replaced.
    pub fn head(&self, ty: &Ty) -> Ty {
        let mut ty = ty.clone();
        while let Ty::Var(v) = &ty {
            match &self.slots[v.0 as usize] {
                Slot::Bound(t) => ty = t.clone(),
                Slot::Open(_) => break,
            }
        }
        ty
    }

    /// The class of an open variable.
    pub fn class(&self, ty: &Ty) -> Option<Class> {
        match self.head(ty) {
            Ty::Var(v) => match &self.slots[v.0 as usize] {
                Slot::Open(c) => Some(*c),
                Slot::Bound(_) => None,
            },
            _ => None,
        }
    }

    /// Whether nothing says what a type is, or what it holds.
    pub fn is_open(&self, ty: &Ty) -> bool {
        match self.head(ty) {
            Ty::Var(_) => self.class(ty) == Some(Class::Any),
            Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str | Ty::Other(_) => false,
            Ty::Tuple(parts) => parts.iter().any(|p| self.is_open(p)),
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) | Ty::Option(e) | Ty::Result(e, _) => {
                self.is_open(&e)
            }
        }
    }

    /// Which integer it is, of those whose types rustc decides.
    pub fn open_integer(&self, ty: &Ty) -> Option<u32> {
        match self.head(ty) {
            Ty::Var(v) if matches!(self.slots[v.0 as usize], Slot::Open(Class::IntLiteral)) => Some(v.0),
            _ => None,
        }
    }

    /// Takes floats of open type that hang together with a call's result, or with a field, for floats of the type parameter:
    /// literals cannot be of its type, all else of a generic function is. A wrong guess is rustc's error.
    pub fn assume(&mut self, results: &[Ty], float: Float) {
        let fields: Vec<Ty> = self.fields.values().cloned().collect();
        for ty in results.iter().chain(&fields) {
            self.assume_in(ty, float);
        }
    }

    fn assume_in(&mut self, ty: &Ty, float: Float) {
        match self.head(ty) {
            open @ Ty::Var(_) if self.class(&open) == Some(Class::Float) => drop(self.unify(&open, &Ty::Float(float))),
            Ty::Tuple(parts) => parts.iter().for_each(|p| self.assume_in(p, float)),
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => self.assume_in(&e, float),
            Ty::Option(e) | Ty::Result(e, _) => self.assume_in(&e, float),
            _ => {}
        }
    }

    /// Ends inference: float literals that nothing fixed are floats of a type left to rustc; integers stay open.
    pub fn settle(&mut self) {
        for slot in &mut self.slots {
            if let Slot::Open(Class::FloatLiteral | Class::Float) = slot {
                *slot = Slot::Bound(Ty::Float(Float::Open));
            }
        }
    }

    /// The type with all bound variables replaced.
    pub fn resolve(&self, ty: &Ty) -> Ty {
        match self.head(ty) {
            Ty::Tuple(parts) => Ty::Tuple(parts.iter().map(|p| self.resolve(p)).collect()),
            Ty::Array(e, n) => Ty::Array(Box::new(self.resolve(&e)), n),
            Ty::Slice(e) => Ty::Slice(Box::new(self.resolve(&e))),
            Ty::Vec(e) => Ty::Vec(Box::new(self.resolve(&e))),
            Ty::Option(e) => Ty::Option(Box::new(self.resolve(&e))),
            Ty::Result(e, error) => Ty::Result(Box::new(self.resolve(&e)), error),
            Ty::Ref(e, m) => Ty::Ref(Box::new(self.resolve(&e)), m),
            known => known,
        }
    }

    /// Whether the type is a float or a float literal's.
    pub fn is_float(&self, ty: &Ty) -> bool {
        let head = self.head(ty);
        matches!(head, Ty::Float(_)) || matches!(self.class(&head), Some(Class::FloatLiteral | Class::Float))
    }

    /// Whether the type is an integer or an integer literal's.
    pub fn is_int(&self, ty: &Ty) -> bool {
        let head = self.head(ty);
        matches!(head, Ty::Int(_)) || self.class(&head) == Some(Class::IntLiteral)
    }

    /// Makes two types equal as far as possible. References are looked through, since operators and method
    /// calls do so too. False where the two cannot be equal: then rustc will say so better than we could.
    pub fn unify(&mut self, a: &Ty, b: &Ty) -> bool {
        let a = self.head(a);
        let b = self.head(b);
        match (a, b) {
            (Ty::Var(x), Ty::Var(y)) if x == y => true,
            (Ty::Var(x), Ty::Var(y)) => {
                let class = match (&self.slots[x.0 as usize], &self.slots[y.0 as usize]) {
                    (Slot::Open(Class::Any), Slot::Open(c)) | (Slot::Open(c), Slot::Open(Class::Any)) => *c,
                    (Slot::Open(c), Slot::Open(d)) if c == d => *c,
                    // In `x.sqrt() + 2.0` the literal is the stronger witness: it is no type parameter's.
                    (Slot::Open(Class::Float), Slot::Open(Class::FloatLiteral))
                    | (Slot::Open(Class::FloatLiteral), Slot::Open(Class::Float)) => Class::FloatLiteral,
                    _ => return false,
                };
                self.slots[x.0 as usize] = Slot::Open(class);
                self.slots[y.0 as usize] = Slot::Bound(Ty::Var(x));
                true
            }
            (Ty::Var(x), t) | (t, Ty::Var(x)) => {
                let fits = match (&self.slots[x.0 as usize], &t) {
                    (Slot::Open(Class::Any), _) => true,
                    (Slot::Open(Class::IntLiteral), Ty::Int(_)) => true,
                    (Slot::Open(Class::FloatLiteral | Class::Float), Ty::Float(_)) => true,
                    (_, Ty::Ref(inner, _)) => {
                        let inner = (**inner).clone();
                        return self.unify(&Ty::Var(x), &inner);
                    }
                    _ => false,
                };
                if fits && !self.occurs(x, &t) {
                    self.slots[x.0 as usize] = Slot::Bound(t);
                }
                fits
            }
            (Ty::Ref(x, _), Ty::Ref(y, _)) => self.unify(&x, &y),
            (Ty::Ref(x, _), y) => self.unify(&x, &y),
            (x, Ty::Ref(y, _)) => self.unify(&x, &y),
            (Ty::Tuple(x), Ty::Tuple(y)) => {
                x.len() == y.len() && x.iter().zip(&y).fold(true, |ok, (p, q)| self.unify(p, q) && ok)
            }
            (Ty::Array(x, _) | Ty::Slice(x) | Ty::Vec(x), Ty::Array(y, _) | Ty::Slice(y) | Ty::Vec(y)) => {
                self.unify(&x, &y)
            }
            (Ty::Option(x), Ty::Option(y)) | (Ty::Result(x, _), Ty::Result(y, _)) => self.unify(&x, &y),
            (Ty::Float(x), Ty::Float(y)) => x == y || x == Float::Open || y == Float::Open,
            (Ty::Int(x), Ty::Int(y)) => x == y,
            (Ty::Bool, Ty::Bool) | (Ty::Char, Ty::Char) | (Ty::Unit, Ty::Unit) | (Ty::Str, Ty::Str) => true,
            (Ty::Other(_), _) | (_, Ty::Other(_)) => true,
            _ => false,
        }
    }

    fn occurs(&self, v: TyVar, ty: &Ty) -> bool {
        match self.head(ty) {
            Ty::Var(w) => v == w,
            Ty::Tuple(parts) => parts.iter().any(|p| self.occurs(v, p)),
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => self.occurs(v, &e),
            Ty::Option(e) | Ty::Result(e, _) => self.occurs(v, &e),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_take_the_type_of_what_they_meet() {
        let mut t = TyTable::default();
        let lit = t.fresh_of(Class::FloatLiteral);
        assert!(t.unify(&lit, &Ty::Ref(Box::new(Ty::Float(Float::F32)), false)));
        assert!(matches!(t.resolve(&lit), Ty::Float(Float::F32)));
        let int = t.fresh_of(Class::IntLiteral);
        assert!(!t.unify(&int, &Ty::F64));
        let open = t.fresh();
        let v = Ty::Vec(Box::new(open.clone()));
        assert!(t.unify(&v, &Ty::Slice(Box::new(Ty::F64))));
        assert!(t.is_float(&open));
    }

    #[test]
    fn an_infinite_type_is_not_built() {
        let mut t = TyTable::default();
        let open = t.fresh();
        let v = Ty::Vec(Box::new(open.clone()));
        let _ = t.unify(&open, &v);
        let _ = t.resolve(&open);
    }
}
