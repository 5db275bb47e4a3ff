//! The signature of a differentiated function, as the compiler and the emitter of the public surface need it.

use crate::hash::HashSet;
use std::rc::Rc;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};

use crate::functions::{self, Function, Parsed};
use crate::generics::{self, FloatParam};
use crate::ir::operator::Operator;
use crate::ir::ty::{Float, Ty, TyTable};
use crate::table::Table;
use crate::words::{self, Words};

/// How an argument is passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passing {
    ByValue,
    SharedRef,
    MutRef,
}

/// How a parameter is passed.
pub fn passing(arg: &syn::FnArg) -> Passing {
    let of_type = |ty: &syn::Type| match ty {
        syn::Type::Reference(r) if r.mutability.is_some() => Passing::MutRef,
        syn::Type::Reference(_) => Passing::SharedRef,
        _ => Passing::ByValue,
    };
    match arg {
        syn::FnArg::Typed(t) => of_type(&t.ty),
        syn::FnArg::Receiver(r) => match &r.kind {
            syn::ReceiverKind::Reference(_, _, Some(_)) => Passing::MutRef,
            syn::ReceiverKind::Reference(_, _, None) => Passing::SharedRef,
            syn::ReceiverKind::Typed(_, ty) => of_type(ty),
            _ => Passing::ByValue,
        },
    }
}

/// What an argument is to the derivative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// It has a gradient.
    Active,
    /// Its type holds no float.
    Inert,
    /// It is marked `#[constant]`.
    Constant,
}

/// A parameter.
#[derive(Clone)]
pub struct Param {
    /// The user's name, or a made one for a pattern.
    pub name: Ident,
    /// The pattern, if it is not just a name (`(a, b): (f64, f64)`, `_: f64`).
    pub pattern: Option<syn::Pat>,
    /// The type as the compiler sees it.
    pub ty: Ty,
    /// The type as emitted signatures have it: the user's tokens, with elided lifetimes of shared references named.
    pub syntax: syn::Type,
    /// Whether it has a gradient.
    pub role: Role,
    /// By value, `&` or `&mut`.
    pub mode: Passing,
    /// `mut x: f64`.
    pub mutable: bool,
    /// `self` of a method.
    pub receiver: bool,
    /// In the tangent as a function: the parameter whose tangent this is.
    pub dot_of: Option<usize>,
    /// It is a function.
    pub function: Option<Rc<Function>>,
    /// Its shadow and its tangent are references, whatever the kinds: of the parameters of closures.
    pub concrete: bool,
    /// The lifetimes in its type, if it is a shared reference or by value: what a pullback captures.
    pub lifetimes: Vec<syn::Lifetime>,
}

impl Param {
    /// Marked constant, or of a type without floats.
    pub fn constant(&self) -> bool {
        self.role != Role::Active
    }
    /// Active and not `&mut`: a column of a Jacobian.
    pub fn is_column(&self) -> bool {
        self.role == Role::Active && self.mode != Passing::MutRef
    }
    /// `#[constant] w: &mut [f64]`: who calls the function for its gradient gives and gets no cotangent for it, but a
    /// differentiated caller has a shadow, since what is written to it may be active. The bodies treat it as active.
    pub fn is_scratch(&self) -> bool {
        self.role == Role::Constant
            && self.mode == Passing::MutRef
            && self.ty.may_hold_float()
            && self.ty.shadow().is_some()
    }
    /// Whether its shadow may be absent, by its kind.
    pub fn is_optional(&self) -> bool {
        self.mode != Passing::MutRef && !self.concrete
    }
    /// Active and `&mut`.
    pub fn is_active_mut(&self) -> bool {
        self.role == Role::Active && self.mode == Passing::MutRef
    }
}

/// The options of the attribute that concern the signature.
#[derive(Default, Clone)]
pub struct Options {
    /// `type = Name`.
    pub type_name: Option<Ident>,
    /// `crate = path`.
    pub krate: Option<TokenStream>,
    /// `recursive`: keep the arguments and recompute, also where the function does not call itself directly.
    pub recursive: bool,
    /// The block that the function stands in.
    pub method: Option<Method>,
    /// `order = n`: how often the function can be differentiated.
    pub order: usize,
    /// The annotated module that the function stands in.
    pub within: Option<Within>,
}

/// What a function knows of the annotated module that it stands in.
#[derive(Clone)]
pub struct Within {
    pub module: Rc<Table>,
    /// The circle of functions that call each other which it belongs to, by a number.
    pub circle: Option<usize>,
}

/// The impl block of a method or associated function.
#[derive(Clone)]
pub struct Method {
    /// `<'a, T>` behind `impl`.
    pub generics: TokenStream,
    pub self_ty: syn::Type,
    pub wheres: TokenStream,
    /// The block's type and const parameters.
    pub params: Vec<TokenStream>,
    /// The type parameters that are floats.
    pub floats: Vec<FloatParam>,
    /// The functions of the block by their names.
    pub outputs: Vec<(String, syn::Signature)>,
    /// What the block implements.
    pub block: Block,
}

impl Method {
    /// The name of the block's type, without its arguments.
    pub fn name(&self) -> String {
        crate::ir::name_of(&self.self_ty)
    }
}

/// What an impl block implements.
#[derive(Clone)]
pub enum Block {
    /// `impl S`
    Own,
    /// `impl Mul<f64> for S`: the operator, and the type of its right operand.
    Operator(Operator, Box<syn::Type>),
    /// The declaration of a trait, `trait Potential`.
    Trait,
    /// `impl Potential for S`, with the trait's path.
    Implementation(Box<syn::Path>),
}

/// The signature of a differentiated function.
#[derive(Clone)]
pub struct Signature {
    pub ident: Ident,
    /// The type beside the function: the function's name unless `type = Name` says otherwise.
    pub type_name: Ident,
    pub vis: syn::Visibility,
    pub generics: syn::Generics,
    /// The type parameters that are floats, the block's among them.
    pub floats: Vec<FloatParam>,
    pub params: Vec<Param>,
    pub output: Ty,
    /// The type of the result in emitted signatures, `()` if there is none.
    pub output_syntax: syn::Type,
    /// The block of a method.
    pub method: Option<Method>,
    /// The annotated module.
    pub within: Option<Within>,
    /// How often it can be differentiated; one where nothing is said.
    pub order: usize,
    /// How many tangents it is: 0 for the function itself.
    pub level: usize,
    /// The function calls itself, or is said to be part of a cycle.
    pub recursive: bool,
    /// Path of the runtime.
    pub krate: TokenStream,
    /// The `#[cfg]` attributes of the function.
    pub cfgs: Vec<syn::Attribute>,
    /// The lints that the user allows (or expects) in the function: allowed in what repeats it.
    pub allows: Vec<TokenStream>,
    /// All identifiers of the function: made names avoid them.
    pub used: HashSet<String>,
}

impl Signature {
    /// Reads the signature. All mistakes are reported together. The words are those of the item.
    pub fn parse(item: &syn::ItemFn, words: &Words, options: &Options) -> syn::Result<Signature> {
        let name = item.sig.ident.to_string();
        let names_itself = words.get(&name) > words::count(item.sig.to_token_stream()).get(&name);
        let mut used: HashSet<String> = words.keys().cloned().collect();
        let mut lifetimes: HashSet<String> =
            item.sig.generics.lifetimes().map(|l| l.lifetime.ident.to_string()).collect();
        lifetimes.insert("static".into());
        let mut table = TyTable::within(options.within.as_ref().map(|w| w.module.types.clone()));
        let own_floats = generics::floats(&item.sig.generics);
        let mut floats = options.method.as_ref().map_or_else(Vec::new, |m| m.floats.clone());
        floats.extend(own_floats.iter().cloned());
        generics::known(&floats, &mut table);
        if let Some(method) = &options.method {
            let ty = Ty::parse(&method.self_ty, &mut table);
            table.add_alias("Self".into(), ty);
        }
        let mut errors: Option<syn::Error> = None;
        let mut fail = |error: syn::Error| match &mut errors {
            Some(all) => all.combine(error),
            None => errors = Some(error),
        };
        let krate = options.krate.clone().unwrap_or_else(|| quote!(::ad_runtime));
        let mut generics = item.sig.generics.clone();
        generics::ask(&mut generics, &own_floats, &krate);
        let returns_reference = matches!(&item.sig.output, syn::ReturnType::Type(_, ty) if holds_reference(ty));
        let mut params = Vec::new();
        for (i, arg) in item.sig.inputs.iter().enumerate() {
            let receiver = matches!(arg, syn::FnArg::Receiver(_));
            let typed = match arg {
                syn::FnArg::Typed(typed) => typed.clone(),
                syn::FnArg::Receiver(r) => match &options.method {
                    Some(method) => received(r, method, fresh(&used, "this")),
                    None => {
                        fail(syn::Error::new_spanned(
                            r,
                            "`#[differentiate]` stands on the impl block, not on a method",
                        ));
                        continue;
                    }
                },
            };
            let typed = &typed;
            if options.method.is_none()
                && let Parsed::Yes(function) = functions::parse(&typed.ty, &item.sig.generics, &mut table)
            {
                let name = match &*typed.pat {
                    syn::Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none() && p.ident != item.sig.ident => {
                        located(&p.ident)
                    }
                    _ => fresh(&used, &format!("arg{i}")),
                };
                used.insert(name.to_string());
                without(&mut generics, function.param.as_ref());
                let syntax = syn::parse2(function.value_ty()).unwrap_or_else(|_| (*typed.ty).clone());
                params.push(Param {
                    name,
                    pattern: None,
                    ty: Ty::Unit,
                    syntax,
                    role: Role::Inert,
                    mode: Passing::SharedRef,
                    mutable: false,
                    receiver: false,
                    dot_of: None,
                    function: Some(Rc::new(*function)),
                    concrete: false,
                    lifetimes: Vec::new(),
                });
                continue;
            }
            let ty = Ty::parse(&typed.ty, &mut table);
            let mode = match &ty {
                Ty::Ref(_, true) => Passing::MutRef,
                Ty::Ref(_, false) => Passing::SharedRef,
                _ => Passing::ByValue,
            };
            let marked = typed.attrs.iter().any(|a| a.path().is_ident("constant"));
            let role = if !table.may_hold_float(&ty) {
                Role::Inert
            } else if marked {
                Role::Constant
            } else {
                Role::Active
            };
            let (name, pattern, mutable) = match &*typed.pat {
                // A parameter named like the function would hide it where emitted code calls it.
                syn::Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none() && p.ident != item.sig.ident => {
                    (located(&p.ident), None, p.mutability.is_some())
                }
                other => (fresh(&used, &format!("arg{i}")), Some(other.clone()), false),
            };
            used.insert(name.to_string());
            let mut syntax = (*typed.ty).clone();
            let mut named = Vec::new();
            let mut namer =
                Lifetimes { base: name.to_string(), taken: &mut lifetimes, made: Vec::new(), seen: &mut named };
            if mode != Passing::MutRef {
                namer.name(&mut syntax);
            } else if let (syn::Type::Reference(r), false) = (&mut syntax, returns_reference) {
                // A pullback captures the lifetimes of shared references, never that of a `&mut`, even where both
                // were given the same name.
                r.lifetime = None;
            }
            let made = namer.made;
            // A struct's gradient has its type, with its lifetimes by name.
            let ty = match &ty {
                Ty::Other(_) => Ty::parse(&syntax, &mut table),
                Ty::Ref(inner, mutable) if matches!(**inner, Ty::Other(_)) => match &syntax {
                    syn::Type::Reference(r) => Ty::Ref(Box::new(Ty::parse(&r.elem, &mut table)), *mutable),
                    _ => ty,
                },
                _ => ty,
            };
            generics.params = made
                .into_iter()
                .map(|l| syn::GenericParam::Lifetime(syn::LifetimeParam::new(l)))
                .chain(generics.params)
                .collect();
            params.push(Param {
                name,
                pattern,
                ty,
                syntax,
                role,
                mode,
                mutable,
                receiver,
                dot_of: None,
                function: None,
                concrete: false,
                lifetimes: named,
            });
        }
        let (output, mut output_syntax) = match &item.sig.output {
            syn::ReturnType::Default => (Ty::Unit, syn::parse_quote!(())),
            syn::ReturnType::Type(_, ty) => (Ty::parse(ty, &mut table), (**ty).clone()),
        };
        // Rust's elision: a result with an elided lifetime borrows from the one argument that has a lifetime.
        let inputs: Vec<_> = params.iter().flat_map(|p| p.lifetimes.clone()).collect();
        if let [only] = &inputs[..] {
            elided_lifetimes(&mut output_syntax, &mut |slot| *slot = Some(only.clone()));
        }
        if let Some(errors) = errors {
            return Err(errors);
        }
        let has_functions = params.iter().any(|p| p.function.is_some());
        Ok(Signature {
            ident: item.sig.ident.clone(),
            type_name: options.type_name.clone().unwrap_or_else(|| item.sig.ident.clone()),
            vis: located_vis(&item.vis),
            generics,
            floats,
            params,
            output,
            output_syntax,
            method: options.method.clone(),
            within: options.within.clone(),
            order: options.order.max(1),
            level: 0,
            recursive: options.recursive || has_functions || names_itself && calls_itself(item),
            krate,
            cfgs: item.attrs.iter().filter(|a| a.path().is_ident("cfg")).cloned().collect(),
            allows: item
                .attrs
                .iter()
                .filter(|a| a.path().is_ident("allow") || a.path().is_ident("expect"))
                .filter_map(|a| a.meta.require_list().ok())
                .map(|list| {
                    let lints = &list.tokens;
                    quote!(#[allow(#lints)])
                })
                .collect(),
            used,
        })
    }

    /// The function without our own attributes; the body is given as it came.
    pub fn primal(item: &syn::ItemFn, body: &dyn ToTokens) -> TokenStream {
        let sig = Signature::without_ours(&item.sig);
        // `#![…]` stand in the body.
        let attrs = item.attrs.iter().filter(|a| matches!(a.style, syn::AttrStyle::Outer));
        let vis = &item.vis;
        quote!(#(#attrs)* #vis #sig #body)
    }

    /// A signature without our own attributes.
    pub fn without_ours(sig: &syn::Signature) -> syn::Signature {
        let mut sig = sig.clone();
        for arg in &mut sig.inputs {
            let attrs = match arg {
                syn::FnArg::Typed(typed) => &mut typed.attrs,
                syn::FnArg::Receiver(receiver) => &mut receiver.attrs,
            };
            attrs.retain(|a| !a.path().is_ident("constant"));
        }
        sig
    }

    /// Whether functions are among the parameters.
    pub fn has_functions(&self) -> bool {
        self.params.iter().any(|p| p.function.is_some())
    }

    /// A name that the function does not use: `base`, or `base` with a number.
    pub fn fresh(&self, base: &str) -> Ident {
        fresh(&self.used, base)
    }
    /// The name of the shadow of parameter `i`: `x_bar`.
    pub fn bar(&self, i: usize) -> Ident {
        self.fresh(&format!("{}_bar", plain(&self.params[i].name)))
    }
    /// The name of the tangent of parameter `i`: `x_dot`.
    pub fn dot(&self, i: usize) -> Ident {
        self.fresh(&format!("{}_dot", plain(&self.params[i].name)))
    }
    /// The kind type parameter of parameter `i`: `K0`.
    pub fn kind(&self, i: usize) -> Ident {
        self.fresh(&format!("K{i}"))
    }
    /// The float type of what the compiler sees to be a float, and no more of it: in a function that is generic over its float
    /// the type parameter.
    pub fn usual_float(&self) -> Float {
        match &self.floats[..] {
            [only] => only.float(),
            _ => Float::Open,
        }
    }
    /// The type and const parameters of the function as arguments: `N, T`.
    pub fn generic_args(&self) -> Vec<Ident> {
        self.generics
            .params
            .iter()
            .filter_map(|p| match p {
                syn::GenericParam::Type(t) => Some(t.ident.clone()),
                syn::GenericParam::Const(c) => Some(c.ident.clone()),
                syn::GenericParam::Lifetime(_) => None,
            })
            .collect()
    }
    /// The type that a shadow of parameter `i` points to.
    pub fn shadow_ty(&self, i: usize) -> TokenStream {
        let p = &self.params[i];
        match p.ty.shadow() {
            Some(ty) => ty.to_token_stream(),
            None => self.bar_ty(&p.syntax),
        }
    }
    /// The signature as the bodies see it: see [`Param::is_scratch`].
    pub fn of_body(&self) -> Signature {
        let mut out = self.clone();
        for p in &mut out.params {
            if p.is_scratch() {
                p.role = Role::Active;
            }
        }
        out
    }
    /// The owned type of the gradient of parameter `i`.
    pub fn gradient_ty(&self, i: usize) -> TokenStream {
        let p = &self.params[i];
        match p.ty.gradient() {
            Some(ty) => ty.to_token_stream(),
            None => self.bar_ty(&p.syntax),
        }
    }
    /// The owned type of a cotangent (and tangent) of the result.
    pub fn output_bar_ty(&self) -> TokenStream {
        match self.output.gradient() {
            Some(ty) => ty.to_token_stream(),
            None => self.bar_ty(&self.output_syntax),
        }
    }
    /// The argument types for `impl Function<(…)>`: no lifetime is elided; those made for `&mut` come first.
    pub fn function_args(&self) -> (Vec<syn::Lifetime>, Vec<syn::Type>) {
        let mut taken: HashSet<String> = self.generics.lifetimes().map(|l| l.lifetime.ident.to_string()).collect();
        taken.insert("static".into());
        let (mut extra, mut tys) = (Vec::new(), Vec::new());
        for p in &self.params {
            let mut ty = p.syntax.clone();
            let mut seen = Vec::new();
            let mut namer =
                Lifetimes { base: p.name.to_string(), taken: &mut taken, made: Vec::new(), seen: &mut seen };
            namer.name(&mut ty);
            extra.extend(namer.made);
            tys.push(ty);
        }
        (extra, tys)
    }
    fn bar_ty(&self, ty: &syn::Type) -> TokenStream {
        let krate = &self.krate;
        let ty = anonymous(ty);
        quote!(<#ty as #krate::Cotangent>::Bar)
    }
}

/// Takes the type parameter of a function out.
fn without(generics: &mut syn::Generics, param: Option<&Ident>) {
    let Some(param) = param else { return };
    let params = std::mem::take(&mut generics.params);
    generics.params =
        params.into_iter().filter(|p| !matches!(p, syn::GenericParam::Type(t) if t.ident == *param)).collect();
    if let Some(clause) = &mut generics.where_clause {
        let predicates = std::mem::take(&mut clause.predicates);
        let of = |p: &syn::WherePredicate| {
            matches!(p, syn::WherePredicate::Type(t)
                if matches!(&t.bounded_ty, syn::Type::Path(q) if q.path.is_ident(param)))
        };
        clause.predicates = predicates.into_iter().filter(|p| !of(p)).collect();
        if clause.predicates.is_empty() {
            generics.where_clause = None;
        }
    }
}

/// The user's name with a macro's span: it resolves like the name, and lints know that we wrote it.
pub fn located(name: &Ident) -> Ident {
    let mut name = name.clone();
    name.set_span(Span::call_site().located_at(name.span()));
    name
}

/// The same for a visibility: an item begins with it, and where a macro of the user's made it, lints would take the item
/// for the user's.
fn located_vis(vis: &syn::Visibility) -> syn::Visibility {
    let mut vis = vis.clone();
    match &mut vis {
        syn::Visibility::Public(token) => token.span = Span::call_site().located_at(token.span),
        syn::Visibility::Restricted(r) => r.pub_token.span = Span::call_site().located_at(r.pub_token.span),
        syn::Visibility::Inherited => {}
    }
    vis
}

/// `self`, `&self` or `&mut self` as a parameter like any other.
fn received(r: &syn::Receiver, method: &Method, name: Ident) -> syn::PatType {
    let of = &method.self_ty;
    let ty: syn::Type = match &r.kind {
        syn::ReceiverKind::Reference(and, lifetime, mutability) => syn::parse_quote!(#and #lifetime #mutability #of),
        syn::ReceiverKind::Typed(_, ty) => (**ty).clone(),
        _ => of.clone(),
    };
    let mutability = &r.mutability;
    let name = located(&Ident::new(&name.to_string(), r.self_token.span));
    let typed: syn::PatType = syn::parse_quote!(#mutability #name: #ty);
    syn::PatType { attrs: r.attrs.clone(), ..typed }
}

/// A type with all lifetimes but `'static` elided, as it stands in the arguments of an `impl Fn`.
pub fn anonymous(ty: &syn::Type) -> syn::Type {
    let mut ty = ty.clone();
    each_lifetime(&mut ty, &mut |slot, in_path| {
        if slot.as_ref().is_some_and(|l| l.ident != "static") {
            *slot = in_path.then(|| syn::Lifetime::new("'_", Span::call_site()));
        }
    });
    ty
}

/// `r#type` without `r#`.
fn plain(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

fn fresh(used: &HashSet<String>, base: &str) -> Ident {
    let mut name = base.to_owned();
    let mut n = 2;
    while used.contains(&name) {
        name = format!("{base}{n}");
        n += 1;
    }
    format_ident!("{name}", span = Span::call_site())
}

/// Whether the body calls the function by its name, `f(..)` or `f::<N>(..)`.
fn calls_itself(item: &syn::ItemFn) -> bool {
    fn search(tokens: TokenStream, name: &Ident) -> bool {
        let tokens: Vec<_> = tokens.into_iter().collect();
        tokens.iter().enumerate().any(|(i, token)| match token {
            TokenTree::Group(group) => search(group.stream(), name),
            TokenTree::Ident(ident) if ident == name => {
                let after = tokens.get(i + 1);
                let method =
                    matches!(i.checked_sub(1).map(|j| &tokens[j]), Some(TokenTree::Punct(p)) if p.as_char() == '.');
                let call = match after {
                    Some(TokenTree::Group(g)) => g.delimiter() == proc_macro2::Delimiter::Parenthesis,
                    Some(TokenTree::Punct(p)) if p.as_char() == ':' => {
                        matches!(tokens.get(i + 3), Some(TokenTree::Punct(p)) if p.as_char() == '<')
                    }
                    _ => false,
                };
                call && !method
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    search(item.block.to_token_stream(), &item.sig.ident)
}

/// Names the elided lifetimes of a type after its parameter.
struct Lifetimes<'a> {
    base: String,
    taken: &'a mut HashSet<String>,
    made: Vec<syn::Lifetime>,
    seen: &'a mut Vec<syn::Lifetime>,
}

impl Lifetimes<'_> {
    fn name(&mut self, ty: &mut syn::Type) {
        each_lifetime(ty, &mut |slot, _| match slot {
            Some(l) if l.ident != "_" => {
                if l.ident != "static" {
                    self.seen.push(l.clone());
                }
            }
            _ => {
                // No keyword is a lifetime's name, raw or not.
                let base = self.base.strip_prefix("r#").map_or_else(|| self.base.clone(), |name| format!("{name}_"));
                let mut name = base.clone();
                let mut n = 2;
                while !self.taken.insert(name.clone()) {
                    name = format!("{base}{n}");
                    n += 1;
                }
                let l = syn::Lifetime::new(&format!("'{name}"), Span::call_site());
                self.made.push(l.clone());
                self.seen.push(l.clone());
                *slot = Some(l);
            }
        });
    }
}

/// Names the elided lifetimes of a type in the head of an impl block.
pub fn name_elided(ty: &mut syn::Type, base: &str, made: &mut Vec<syn::Lifetime>) {
    each_lifetime(ty, &mut |slot, _| {
        if slot.as_ref().is_none_or(|l| l.ident == "_") {
            let l = syn::Lifetime::new(&format!("'{base}{}", made.len()), Span::call_site());
            made.push(l.clone());
            *slot = Some(l);
        }
    });
}

fn elided_lifetimes(ty: &mut syn::Type, visit: &mut dyn FnMut(&mut Option<syn::Lifetime>)) {
    each_lifetime(ty, &mut |slot, _| {
        if slot.as_ref().is_none_or(|l| l.ident == "_") {
            visit(slot);
        }
    });
}

/// Visits each place where a lifetime stands or is elided; the flag says that it stands in a path, where it cannot be left out.
fn each_lifetime(ty: &mut syn::Type, visit: &mut dyn FnMut(&mut Option<syn::Lifetime>, bool)) {
    match ty {
        syn::Type::Reference(r) => {
            visit(&mut r.lifetime, false);
            each_lifetime(&mut r.elem, visit);
        }
        syn::Type::Slice(s) => each_lifetime(&mut s.elem, visit),
        syn::Type::Array(a) => each_lifetime(&mut a.elem, visit),
        syn::Type::Paren(p) => each_lifetime(&mut p.elem, visit),
        syn::Type::Group(g) => each_lifetime(&mut g.elem, visit),
        syn::Type::Tuple(t) => t.elems.iter_mut().for_each(|t| each_lifetime(t, visit)),
        syn::Type::Path(p) => {
            for segment in &mut p.path.segments {
                if let syn::PathArguments::AngleBracketed(args) = &mut segment.arguments {
                    for arg in &mut args.args {
                        match arg {
                            syn::GenericArgument::Lifetime(l) => {
                                let mut slot = Some(l.clone());
                                visit(&mut slot, true);
                                if let Some(new) = slot {
                                    *l = new;
                                }
                            }
                            syn::GenericArgument::Type(t) => each_lifetime(t, visit),
                            _ => {}
                        }
                    }
                }
            }
        }
        _ => {}
    }
}

/// Whether a type holds a reference or names a lifetime.
fn holds_reference(ty: &syn::Type) -> bool {
    let mut found = false;
    each_lifetime(&mut ty.clone(), &mut |_, _| found = true);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(code: &str) -> Signature {
        let item: syn::ItemFn = syn::parse_str(code).unwrap();
        let words = words::count(item.to_token_stream());
        Signature::parse(&item, &words, &Options::default()).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn parameters() {
        let s = parse(
            "fn f(mut x: f64, (a, b): (f64, f64), _: &[f64], #[constant] c: &[&f64], n: usize, u: &mut [f64]) { let x_bar = x; }",
        );
        let names: Vec<_> = s.params.iter().map(|p| p.name.to_string()).collect();
        assert_eq!(names, ["x", "arg1", "arg2", "c", "n", "u"]);
        let roles: Vec<_> = s.params.iter().map(|p| p.role).collect();
        use Role::*;
        assert_eq!(roles, [Active, Active, Active, Constant, Inert, Active]);
        assert!(s.params[0].mutable && s.params[5].is_active_mut() && !s.recursive);
        assert_eq!(s.bar(0), "x_bar2");
        assert_eq!(s.params[3].syntax.to_token_stream().to_string(), "& 'c [& 'c2 f64]");
        assert_eq!(s.shadow_ty(2).to_string(), "[f64]");
        assert_eq!(s.params[5].syntax.to_token_stream().to_string(), "& mut [f64]");
    }

    #[test]
    fn elision_and_recursion() {
        let s = parse("fn f(xs: &[f64], n: usize) -> &[f64] { if n == 0 { xs } else { f(xs, n - 1) } }");
        assert!(s.recursive);
        assert_eq!(s.output_syntax.to_token_stream().to_string(), "& 'xs [f64]");
        assert_eq!(anonymous(&s.params[0].syntax).to_token_stream().to_string(), "& [f64]");
        assert!(!parse("fn f(x: f64) -> f64 { x.f(f) }").recursive);
    }
}
