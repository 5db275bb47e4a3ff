//! `#[differentiate] mod m { … }`: the functions and the blocks of methods of an inline module are differentiated, and
//! see each other's signatures, the module's types and its constants. The stages are those of a single function.
//!
//! ```text
//! #[differentiate]                        mod m {
//! mod m {                                     type Real = f64;
//!     type Real = f64;                        pub struct Well { depth: Real, steps: usize }
//!     pub struct Well { … }          =>       impl Well { fn energy(&self, x: Real) -> Real { … } }
//!     impl Well { … }                         impl Well { fn energy_grad(…) … }
//!     pub fn f(w: &Well) -> Real { … }        pub fn f(w: &Well) -> Real { … }
//! }                                           pub enum f {}  impl f { fn grad(…) … } …
//!                                         }
//! ```
//!
//! Functions from and to which nothing active goes, and those whose signature has no derivative, are left as they are.
//! A call that needs their derivative is an error at the call, so that leaving them is safe.

mod graph;
#[cfg(test)]
mod tests;

use crate::table::{self, Table};

use crate::diag::Sink;
use crate::ir::{Known, Ty, name_of};
use crate::messages as m;
use crate::options::{self, Attribute, Cfgs};
use crate::signature::{Method, Options, Signature, Within};
use crate::{check, driver, methods, words};
use ad_ir::hash::HashSet;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use std::rc::Rc;

/// A function of the module, or of a block in it.
struct Unit<'m> {
    /// The item, and the function in the block.
    at: (usize, Option<usize>),
    function: syn::ItemFn,
    block: Option<&'m syn::ItemImpl>,
    method: Option<Method>,
    attribute: Attribute,
    /// Whether the user asked for this function by an attribute of its own.
    asked: bool,
    /// Why it has no derivative.
    plain: Option<Rc<str>>,
    /// The mistakes in it.
    sink: Sink,
    /// What was emitted for it.
    out: TokenStream,
    failed: bool,
}

/// The open `#[cfg]` predicates of what is read here: rustc decides them first. Other modules have their own.
pub fn open_cfg(item: &syn::ItemMod, cfgs: &Cfgs) -> Option<TokenStream> {
    let (_, items) = item.content.as_ref()?;
    items.iter().filter(|i| !matches!(i, syn::Item::Mod(_))).find_map(|i| cfgs.open(&i.to_token_stream()))
}

/// The module with the derivatives of its functions.
pub fn expand(item: &syn::ItemMod, attribute: &Attribute, sink: &mut Sink) -> TokenStream {
    refuse_options(attribute, sink);
    let Some((brace, items)) = &item.content else {
        sink.error(item.mod_token.span, m::FILE_MODULE, item.ident.to_string());
        return item.to_token_stream();
    };
    let mut stripped = items.clone();
    // Which items are there, by the `#[cfg]`s on them, which the driver has resolved.
    let there: Vec<bool> =
        stripped.iter_mut().map(|item| attrs_of(item).is_none_or(|attrs| cfgs_hold(attrs, &attribute.cfgs))).collect();
    let present: Vec<&syn::Item> = items.iter().zip(&there).filter(|(_, on)| **on).map(|(item, _)| item).collect();
    let units = units(items, &there, &mut stripped, attribute, sink);
    let derivatives = derivatives(items.len(), &present, units, sink);
    let attrs = item.attrs.iter().filter(|a| matches!(a.style, syn::AttrStyle::Outer));
    let inner = item.attrs.iter().filter(|a| matches!(a.style, syn::AttrStyle::Inner(_)));
    let (vis, name) = (&item.vis, &item.ident);
    let mut body = quote!(#(#inner)*);
    for (item, more) in stripped.iter().zip(derivatives) {
        item.to_tokens(&mut body);
        body.extend(more);
    }
    let mut group = proc_macro2::Group::new(proc_macro2::Delimiter::Brace, body);
    group.set_span(brace.span.join());
    quote!(#(#attrs)* #vis mod #name #group)
}

/// Options that are for one function.
fn refuse_options(attribute: &Attribute, sink: &mut Sink) {
    let options = &attribute.signature;
    let custom = attribute.custom.as_ref().map(|c| (c.span(), "partials"));
    let recursive = options.recursive.then(|| (Span::call_site(), "recursive"));
    let named = options.type_name.as_ref().map(|n| (n.span(), "type"));
    let skip = attribute.skip.map(|span| (span, "skip"));
    for (span, name) in [custom, recursive, named, skip].into_iter().flatten() {
        sink.error(span, m::OPTION_ON_MODULE, name);
    }
}

/// The functions of the module, with their options; our attributes are taken off.
fn units<'m>(
    items: &'m [syn::Item],
    there: &[bool],
    stripped: &mut [syn::Item],
    attribute: &Attribute,
    sink: &mut Sink,
) -> Vec<Unit<'m>> {
    let mut out = Vec::new();
    for (i, item) in items.iter().enumerate() {
        if !there[i] {
            continue;
        }
        match (item, &mut stripped[i]) {
            (syn::Item::Fn(f), syn::Item::Fn(bare)) => {
                if ours_later(&f.attrs) {
                    continue;
                }
                let mut unit = Unit::new((i, None), f.clone(), attribute);
                unit.own(&mut bare.attrs);
                unit.function.attrs = bare.attrs.clone();
                bare.sig = Signature::without_ours(&bare.sig);
                out.push(unit);
            }
            (syn::Item::Impl(block), syn::Item::Impl(bare)) if block.trait_.is_none() => {
                if ours_later(&block.attrs) {
                    continue;
                }
                units_of_block(i, block, bare, attribute, sink, &mut out);
            }
            // What else carries the attribute is expanded by itself; there is nothing to skip.
            (_, bare) => drop(attrs_of(bare).map(|attrs| attrs.retain(|a| !is_skip(a)))),
        }
    }
    out
}

fn units_of_block<'m>(
    i: usize,
    block: &'m syn::ItemImpl,
    bare: &mut syn::ItemImpl,
    attribute: &Attribute,
    sink: &mut Sink,
    out: &mut Vec<Unit<'m>>,
) {
    // The block's own attribute holds for its functions.
    let mut of_block = Unit::new(
        (i, None),
        syn::parse_quote!(
            fn block() {}
        ),
        attribute,
    );
    of_block.own(&mut bare.attrs);
    let Unit { attribute: of_block, asked, sink: mut found, .. } = of_block;
    let mut method = methods::method(block, &of_block, &mut found);
    if !found.is_empty() && !asked {
        let _ = std::mem::take(&mut found).into_tokens();
    }
    sink.append(found, "");
    if let Some(method) = &mut method {
        // The table of the module has them.
        method.outputs.clear();
    }
    for (k, (item, bare)) in block.items.iter().zip(&mut bare.items).enumerate() {
        let (syn::ImplItem::Fn(f), syn::ImplItem::Fn(bare)) = (item, bare) else { continue };
        if f.attrs.iter().any(|a| a.path().is_ident("cfg")) && !cfgs_hold(&f.attrs, &attribute.cfgs) {
            continue;
        }
        let mut unit = Unit::new((i, Some(k)), methods::function(f), &of_block);
        unit.asked = asked;
        unit.own(&mut bare.attrs);
        unit.function.attrs = bare.attrs.clone();
        unit.block = Some(block);
        unit.method = method.clone();
        if let Some(custom) = &unit.attribute.custom {
            unit.sink.error(custom.span(), m::OPTION_ON_IMPL, "partials");
        }
        if of_block.skip.is_some() {
            unit.plain = Some(SKIPPED.into());
        }
        if method.is_none() {
            unit.plain.get_or_insert_with(|| "its block has type parameters".into());
        }
        bare.sig = Signature::without_ours(&bare.sig);
        out.push(unit);
    }
}

const SKIPPED: &str = "`#[differentiate(skip)]` leaves it out";

impl Unit<'_> {
    fn new<'m>(at: (usize, Option<usize>), function: syn::ItemFn, attribute: &Attribute) -> Unit<'m> {
        let attribute = attribute.for_method();
        let (sink, out) = (Sink::default(), TokenStream::new());
        Unit { at, function, block: None, method: None, attribute, asked: false, plain: None, sink, out, failed: false }
    }

    /// Reads the attribute that the function carries itself, and takes it off.
    fn own(&mut self, attrs: &mut Vec<syn::Attribute>) {
        for a in attrs.iter().filter(|a| is_ours(a)) {
            let tokens = match &a.meta {
                syn::Meta::List(list) => list.tokens.clone(),
                _ => TokenStream::new(),
            };
            let own = options::parse(tokens, &mut self.sink);
            self.asked = own.skip.is_none();
            if own.skip.is_some() {
                self.plain = Some(SKIPPED.into());
                self.attribute.skip = own.skip;
            }
            let (all, given) = (&mut self.attribute.signature, own.signature);
            all.type_name = given.type_name.or(all.type_name.take());
            all.krate = given.krate.or(all.krate.take());
            all.order = given.order.max(all.order);
            all.recursive |= given.recursive;
            self.attribute.custom = own.custom.or(self.attribute.custom.take());
        }
        attrs.retain(|a| !is_ours(a));
    }

    fn node(&self) -> graph::Node {
        graph::Node {
            of: self.block.map(|b| name_of(&b.self_ty)),
            name: self.function.sig.ident.to_string(),
            body: self.function.block.to_token_stream(),
        }
    }
}

/// Differentiates the functions: for each of the module's items what stands behind it.
fn derivatives(items: usize, present: &[&syn::Item], mut units: Vec<Unit<'_>>, sink: &mut Sink) -> Vec<TokenStream> {
    let mut table = Table::of(present);
    for unit in units.iter_mut().filter(|u| u.plain.is_none() && !u.asked) {
        unit.plain = without_derivative(unit, &table.types).map(Into::into);
    }
    // Functions without derivative are in no circle of derivatives.
    let members: Vec<usize> = (0..units.len()).filter(|i| units[*i].plain.is_none()).collect();
    let nodes: Vec<graph::Node> = members.iter().map(|i| units[*i].node()).collect();
    let calls = graph::calls(&nodes);
    let mut circles = vec![None; units.len()];
    for (i, circle) in members.iter().zip(graph::circles(&calls)) {
        circles[*i] = circle;
    }
    let themselves: HashSet<usize> = members
        .iter()
        .enumerate()
        .filter(|(k, i)| calls[*k].contains(k) && units[**i].block.is_some_and(|b| holds_itself(&b.self_ty, present)))
        .map(|(_, i)| *i)
        .collect();
    for (unit, circle) in units.iter().zip(&circles) {
        table.add(&unit.function.sig, unit.block, unit.plain.clone(), *circle);
    }
    of_traits(present, &mut table);
    let module = Rc::new(table);
    for (i, unit) in units.iter_mut().enumerate().filter(|(_, u)| u.plain.is_none()) {
        if clashes(unit, present) {
            unit.failed = true;
            continue;
        }
        let options = &mut unit.attribute.signature;
        options.method = unit.method.clone();
        options.within = Some(Within { module: module.clone(), circle: circles[i] });
        options.recursive |= circles[i].is_some() || themselves.contains(&i);
        let words = words::count(unit.function.to_token_stream());
        let done = if unit.sink.is_empty() {
            driver::differentiate(&unit.function, &words, &unit.attribute, &mut unit.sink)
        } else {
            None
        };
        unit.failed = !unit.sink.is_empty();
        unit.out = match done {
            Some(done) if !unit.failed => done,
            _ if unit.method.is_none() => check::stub(&unit.function, &words, &unit.attribute),
            _ => TokenStream::new(),
        };
    }
    silence_callers(&mut units, &members, &calls);
    let mut out = vec![TokenStream::new(); items];
    for unit in units {
        out[unit.at.0].extend(unit.out);
        let remedy = if unit.asked {
            String::new()
        } else {
            format!(" (or leave `{}` out: `#[differentiate(skip)]`)", unit.function.sig.ident)
        };
        sink.append(unit.sink, &remedy);
    }
    out
}

/// Whether a type of the module has a field in whose type its own name stands, so that a method which calls one of its own name may
/// call itself.
fn holds_itself(ty: &syn::Type, present: &[&syn::Item]) -> bool {
    fn stands(tokens: TokenStream, name: &str) -> bool {
        tokens.into_iter().any(|t| match t {
            proc_macro2::TokenTree::Ident(i) => i == name || i == "Self",
            proc_macro2::TokenTree::Group(g) => stands(g.stream(), name),
            proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
        })
    }
    let name = name_of(ty);
    present.iter().any(|item| match item {
        syn::Item::Enum(e) if e.ident == name => e.variants.iter().any(|v| stands(v.fields.to_token_stream(), &name)),
        syn::Item::Struct(s) if s.ident == name => stands(s.fields.to_token_stream(), &name),
        _ => false,
    })
}

/// A method that failed has no stub: who calls it would fail a second time, and gets none of its own.
fn silence_callers(units: &mut [Unit<'_>], members: &[usize], calls: &[Vec<usize>]) {
    let mut missing: HashSet<usize> =
        (0..members.len()).filter(|k| units[members[*k]].failed && units[members[*k]].method.is_some()).collect();
    let mut changed = !missing.is_empty();
    while changed {
        changed = false;
        for (k, i) in members.iter().enumerate() {
            let unit = &mut units[*i];
            if unit.failed || !calls[k].iter().any(|callee| missing.contains(callee)) {
                continue;
            }
            unit.failed = true;
            changed = true;
            if unit.method.is_some() {
                missing.insert(k);
                unit.out = TokenStream::new();
            } else {
                let words = words::count(unit.function.to_token_stream());
                unit.out = check::stub(&unit.function, &words, &unit.attribute);
            }
        }
    }
}

/// Methods of traits are known by their signatures. Those of blocks with our attribute have derivatives.
fn of_traits(items: &[&syn::Item], table: &mut Table) {
    for item in items {
        let syn::Item::Impl(block) = item else { continue };
        if block.trait_.is_none() {
            continue;
        }
        let differentiated = block.attrs.iter().any(is_ours) || ours_later(&block.attrs);
        for item in &block.items {
            if let syn::ImplItem::Fn(f) = item {
                let plain = (!differentiated).then(|| "it is a method of a trait".into());
                table.add(&f.sig, Some(block), plain, None);
            }
        }
    }
}

/// The type of the derivatives has the function's name, which the module may use for a type or a module of its own.
fn clashes(unit: &mut Unit<'_>, items: &[&syn::Item]) -> bool {
    if unit.method.is_some() {
        return false;
    }
    let name = unit.attribute.signature.type_name.as_ref().unwrap_or(&unit.function.sig.ident);
    let other = items.iter().find_map(|item| match item {
        syn::Item::Mod(i) if i.ident == *name => Some("module"),
        syn::Item::Struct(i) if i.ident == *name => Some("struct"),
        syn::Item::Enum(i) if i.ident == *name => Some("enum"),
        syn::Item::Type(i) if i.ident == *name => Some("type"),
        syn::Item::Trait(i) if i.ident == *name => Some("trait"),
        _ => None,
    });
    if let Some(other) = other {
        unit.sink.error(name.span(), m::NAME_CLASH, other);
    }
    other.is_some()
}

/// Why a function that nobody asked for by itself is left as it is.
fn without_derivative(unit: &Unit<'_>, types: &Known) -> Option<String> {
    let sig = &unit.function.sig;
    if sig.abi.is_some() {
        return Some("it has an ABI of its own".into());
    }
    let hides = sig.generics.type_params().find(|t| types.is_record(&t.ident.to_string()));
    if let Some(t) = hides {
        return Some(format!("its type parameter `{}` hides a type of the module", t.ident));
    }
    let mut found = Sink::default();
    let options = Options { method: unit.method.clone(), ..Options::default() };
    check::item(&unit.function, &options, &mut found);
    let refused = !found.is_empty();
    let reason = found.first();
    let _ = found.into_tokens();
    if refused {
        return Some(format!("its signature has none ({reason})"));
    }
    let own = unit.block.map(|b| &*b.self_ty);
    let read = |ty: &syn::Type| match own.and_then(|own| table::of_self(ty, own)) {
        Some(ty) => types.read(&ty),
        None => types.read(ty),
    };
    let (mut goes_in, mut comes_out) = (false, false);
    let mut used = Vec::new();
    for arg in &sig.inputs {
        let (attrs, ty) = match arg {
            syn::FnArg::Typed(t) => (&t.attrs, read(&t.ty)),
            syn::FnArg::Receiver(r) => match own {
                Some(own) => (&r.attrs, read(own)),
                None => continue,
            },
        };
        let constant = attrs.iter().any(|a| a.path().is_ident("constant"));
        let active = types.may_hold_float(&ty);
        let changes = crate::signature::passing(arg) == crate::signature::Passing::MutRef;
        goes_in |= active && !constant;
        comes_out |= active && changes;
        if !constant {
            used.push(ty);
        }
    }
    if let syn::ReturnType::Type(_, ty) = &sig.output {
        let ty = read(ty);
        // What cuts a derivative on its way to an integer is found where the integer is made.
        comes_out |= types.may_hold_float(&ty) || holds_integer(&ty);
        used.push(ty);
    }
    if !goes_in {
        return Some("none of its parameters holds a float".into());
    }
    if !comes_out {
        return Some("its result holds no number".into());
    }
    let missing = used.iter().find_map(|ty: &Ty| types.without_gradient(ty))?;
    Some(format!("`{missing}` in its signature does not derive `Differentiable`"))
}

fn holds_integer(ty: &Ty) -> bool {
    match ty {
        Ty::Int(_) => true,
        Ty::Tuple(parts) => parts.iter().any(holds_integer),
        Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Option(e) | Ty::Result(e, _) | Ty::Ref(e, _) => {
            holds_integer(e)
        }
        Ty::Float(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str | Ty::Var(_) | Ty::Other(_) => false,
    }
}

/// `#[differentiate]`, by whatever path.
fn is_ours(a: &syn::Attribute) -> bool {
    a.path().segments.last().is_some_and(|s| s.ident == "differentiate")
}

/// `#[cfg_attr(…, differentiate)]`, which rustc expands later: the item is left to it.
fn ours_later(attrs: &[syn::Attribute]) -> bool {
    let ours = HashSet::from_iter(["differentiate"]);
    attrs.iter().any(|a| {
        a.path().is_ident("cfg_attr") && a.meta.require_list().is_ok_and(|list| table::mentions(&list.tokens, &ours))
    })
}

fn is_skip(a: &syn::Attribute) -> bool {
    is_ours(a) && a.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "skip")
}

fn cfgs_hold(attrs: &[syn::Attribute], cfgs: &Cfgs) -> bool {
    attrs.iter().all(|a| match &a.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => cfgs.is_on(&list.tokens.to_string()),
        _ => true,
    })
}

fn attrs_of(item: &mut syn::Item) -> Option<&mut Vec<syn::Attribute>> {
    match item {
        syn::Item::Const(i) => Some(&mut i.attrs),
        syn::Item::Enum(i) => Some(&mut i.attrs),
        syn::Item::ExternCrate(i) => Some(&mut i.attrs),
        syn::Item::Fn(i) => Some(&mut i.attrs),
        syn::Item::ForeignMod(i) => Some(&mut i.attrs),
        syn::Item::Impl(i) => Some(&mut i.attrs),
        syn::Item::Macro(i) => Some(&mut i.attrs),
        syn::Item::Mod(i) => Some(&mut i.attrs),
        syn::Item::Static(i) => Some(&mut i.attrs),
        syn::Item::Struct(i) => Some(&mut i.attrs),
        syn::Item::Trait(i) => Some(&mut i.attrs),
        syn::Item::TraitAlias(i) => Some(&mut i.attrs),
        syn::Item::Type(i) => Some(&mut i.attrs),
        syn::Item::Union(i) => Some(&mut i.attrs),
        syn::Item::Use(i) => Some(&mut i.attrs),
        _ => None,
    }
}
