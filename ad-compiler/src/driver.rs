//! The order of the stages. What each does stands in its own file.

use crate::analysis::{activity, fusion, stability};
use crate::diag::Sink;
use crate::emit::{self, Ctx, api::Parts};
use crate::ir::{Func, Op, OpKind, ParamSlot, RetShape, Ty, TyTable, verify};
use crate::messages as m;
use crate::options::{self, Attribute};
use crate::signature::{Param, Passing, Role, Signature, located};
use crate::transform::{adjoint, guarded, higher, joint, normalise, prepare, simplify, tangent};
use crate::words::{self, Words};
use crate::{check, explain, fence, hoist, lower, methods, module, traits};
use ad_ir::hash::HashSet;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// Expands `#[differentiate(options)] item`. On an error the user's function is emitted all the same, with the errors
/// beside it, so that one mistake does not hide the function from its callers.
pub fn expand(tokens: TokenStream, item: TokenStream) -> TokenStream {
    let mut sink = Sink::default();
    crate::rules::forget();
    let attribute = options::parse(tokens, &mut sink);
    let function: syn::ItemFn = match syn::parse2(item.clone()) {
        Ok(f) => f,
        Err(e) => {
            if let Ok(block) = syn::parse2::<syn::ItemImpl>(item.clone()) {
                if let Some(predicate) = body(&item).and_then(|b| attribute.cfgs.open(&b.stream())) {
                    return twice(&attribute, &predicate, &item);
                }
                refuse_skip(&attribute, &mut sink);
                let tokens = methods::expand(&block, &attribute, &mut sink);
                return methods::finish(tokens, sink);
            }
            if let Ok(declaration) = syn::parse2::<syn::ItemTrait>(item.clone()) {
                if let Some(predicate) = body(&item).and_then(|b| attribute.cfgs.open(&b.stream())) {
                    return twice(&attribute, &predicate, &item);
                }
                let tokens = traits::declaration(&declaration, &attribute, &mut sink);
                return methods::finish(tokens, sink);
            }
            if let Ok(module) = syn::parse2::<syn::ItemMod>(item.clone()) {
                if let Some(predicate) = module::open_cfg(&module, &attribute.cfgs) {
                    return twice(&attribute, &predicate, &item);
                }
                let tokens = module::expand(&module, &attribute, &mut sink);
                return methods::finish(tokens, sink);
            }
            check::wrong_item(&item, &e, &mut sink);
            let errors = sink.into_tokens();
            return quote!(#item #errors);
        }
    };
    let Some(body) = body(&item) else { return item };
    let words = words::count(item.clone());
    let primal = Signature::primal(&function, &body);
    // `#[cfg]`s inside the body are rustc's to decide: see `options::Cfgs`.
    if words.contains_key("cfg")
        && let Some(predicate) = attribute.cfgs.open(&body.stream())
    {
        return twice(&attribute, &predicate, &item);
    }
    refuse_skip(&attribute, &mut sink);
    let derivatives = differentiate(&function, &words, &attribute, &mut sink);
    match (derivatives, sink.finish()) {
        (Some(d), Ok(())) => quote!(#primal #d),
        (_, Err(errors)) => {
            let stub = check::stub(&function, &words, &attribute);
            quote!(#primal #errors #stub)
        }
        (None, Ok(())) => primal,
    }
}

/// `skip` says something inside of a module or block only.
fn refuse_skip(attribute: &Attribute, sink: &mut Sink) {
    if let Some(span) = attribute.skip {
        sink.error(span, m::SKIP_OUTSIDE, "");
    }
}

/// The item under a `#[cfg]` and under its opposite.
fn twice(attribute: &Attribute, predicate: &TokenStream, item: &TokenStream) -> TokenStream {
    let on = options::with_cfg(&attribute.tokens, predicate, true);
    let off = options::with_cfg(&attribute.tokens, predicate, false);
    let krate = attribute.signature.krate.clone().unwrap_or_else(|| quote!(::ad_runtime));
    quote! {
        #[cfg(#predicate)]
        #[#krate::differentiate(#on)]
        #item
        #[cfg(not(#predicate))]
        #[#krate::differentiate(#off)]
        #item
    }
}

/// The body of a function or an `impl`, as it came.
fn body(item: &TokenStream) -> Option<Group> {
    match item.clone().into_iter().last() {
        Some(TokenTree::Group(block)) => Some(block),
        Some(TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_)) | None => None,
    }
}

/// The pipeline.
pub fn differentiate(item: &syn::ItemFn, words: &Words, attribute: &Attribute, sink: &mut Sink) -> Option<TokenStream> {
    check::item(item, &attribute.signature, sink);
    let renamed = hoist::rename(item, words).map(|item| (words::count(item.to_token_stream()), item));
    let (words, item) = renamed.as_ref().map_or((words, item), |(words, item)| (words, item));
    if attribute.custom.is_none() {
        let options = &attribute.signature;
        let own = |name: &str| {
            options.within.as_ref().is_some_and(|w| w.module.types.is_record(name))
                || options.method.as_ref().is_some_and(|m| m.name() == name)
        };
        fence::check(item, words, &attribute.cfgs, &own, sink);
    }
    if !sink.is_empty() {
        return None;
    }
    let mut sig = signature(item, words, attribute, sink)?;
    if let Some(custom) = &attribute.custom {
        if let Some(float) = sig.floats.first() {
            sink.error(float.name.span(), m::GENERIC_RULE, float.name.to_string());
            return None;
        }
        // Whatever the body calls: the adjoint of a rule is made of its `forward`, that of a recursive function the other way round.
        sig.recursive = false;
        let parts = emit::custom::parts(&sig, custom, sink)?;
        return Some(emit::api::api(&sig, &parts));
    }
    let types = TyTable::within(sig.within.as_ref().map(|w| w.module.types.clone()));
    let lowered = lower::lower(item, &sig, &types, &attribute.cfgs, sink);
    if !sink.is_empty() {
        return None;
    }
    let mut primal = lowered.func;
    verified(&primal, "lowering", sink)?;
    normalise::normalise(&mut primal);
    verified(&primal, "normalise", sink)?;
    let inner = sig.of_body();
    let act = activity::solve(&primal, &inner);
    activity::assume_floats(&mut primal, &act, sig.usual_float());
    plain_callees(&primal, &act, sink);
    activity::check(&primal, &act, &inner, sink);
    if !sink.is_empty() {
        return None;
    }
    let mut tangent = tangent::tangent(&primal, &act, &inner);
    // What is differentiated again keeps its guarded products as they are: see `guarded.rs`.
    if sig.order == 1 {
        guarded::expand(&mut tangent);
    }
    verified(&tangent, "tangent", sink)?;
    simplify::simplify(&mut tangent);
    verified(&tangent, "simplify", sink)?;
    let levels = higher_levels(&tangent, &sig, &lowered.items, sink)?;
    let mut plain = primal.clone();
    simplify::simplify(&mut plain);
    let normal = primal.clone();
    let stable = stability::solve(&primal, &fusion::Fusion::none());
    let prepared = prepare::prepare(&mut primal, &inner, &act, &stable, &fusion::Fusion::none());
    verified(&primal, "prepare", sink)?;
    let (mut joint, fusion) = joint::joint(&normal, (&primal, &prepared), &act, &inner);
    if let Some(joint) = &mut joint {
        verified(joint, "joint", sink)?;
        simplify::simplify(joint);
        verified(joint, "simplify the joint form", sink)?;
    }
    let mut adjoint = adjoint::adjoint(&primal, &prepared, &act, &inner);
    verified(&adjoint, "adjoint", sink)?;
    simplify::simplify(&mut adjoint);
    verified(&adjoint, "simplify", sink)?;
    let explain = explain::text(&sig, &plain, &adjoint, &fusion);
    let mut parts = emit_parts(&sig, &lowered.items, (&adjoint, joint.as_ref()), &tangent, explain);
    parts.levels = levels;
    Some(emit::api::api(&sig, &parts))
}

/// The signature, if it has derivatives.
fn signature(item: &syn::ItemFn, words: &Words, attribute: &Attribute, sink: &mut Sink) -> Option<Signature> {
    let sig = match Signature::parse(item, words, &attribute.signature) {
        Ok(sig) => sig,
        Err(e) => {
            check::syn_error(&e, sink);
            return None;
        }
    };
    check::signature(&sig, sink);
    sink.is_empty().then_some(sig)
}

/// The siblings of a function that a trait declares without a body.
pub fn declared(item: &syn::ItemFn, words: &Words, attribute: &Attribute, sink: &mut Sink) -> Option<TokenStream> {
    check::item(item, &attribute.signature, sink);
    if !sink.is_empty() {
        return None;
    }
    let sig = signature(item, words, attribute, sink)?;
    let mut parts = traits::never(&sig.krate);
    let mut below = sig.clone();
    for _ in 1..sig.order {
        let above = higher::signature(&below);
        parts.levels.push(emit::api::level(&above, &traits::never(&sig.krate), &below));
        below = above;
    }
    Some(emit::api::api(&sig, &parts))
}

/// Calls on the way to a derivative of functions that have none, as far as that is known.
fn plain_callees(func: &Func, act: &activity::Activity, sink: &mut Sink) {
    func.walk(func.body, &mut |_, op| {
        if let OpKind::Call(call) = &op.kind
            && let Some(why) = call.plain.as_ref().filter(|_| act.call(call))
        {
            sink.error_over(&call.path, m::PLAIN_CALLEE, why);
        }
    });
}

/// The functions that `order = n` adds: the tangent as a function is differentiated as the function was, and so on.
fn higher_levels(tangent: &Func, sig: &Signature, items: &[TokenStream], sink: &mut Sink) -> Option<Vec<TokenStream>> {
    let mut out = Vec::new();
    if sig.order == 1 {
        return Some(out);
    }
    let (mut tangent, mut below) = (tangent.clone(), sig.clone());
    for _ in 1..sig.order {
        let (mut primal, above) = higher::as_function(&tangent, &below);
        verified(&primal, "the tangent as a function", sink)?;
        let act = activity::solve(&primal, &above);
        activity::assume_floats(&mut primal, &act, sig.usual_float());
        let mut next = tangent::tangent(&primal, &act, &above);
        verified(&next, "tangent of the tangent", sink)?;
        simplify::simplify(&mut next);
        let stable = stability::solve(&primal, &fusion::Fusion::none());
        let prepared = prepare::prepare(&mut primal, &above, &act, &stable, &fusion::Fusion::none());
        verified(&primal, "prepare the tangent", sink)?;
        let mut adjoint = adjoint::adjoint(&primal, &prepared, &act, &above);
        guarded::expand(&mut adjoint);
        verified(&adjoint, "adjoint of the tangent", sink)?;
        simplify::simplify(&mut adjoint);
        verified(&adjoint, "simplify the adjoint of the tangent", sink)?;
        let parts = emit_parts(&above, items, (&adjoint, None), &next, String::new());
        out.push(emit::api::level(&above, &parts, &below));
        (tangent, below) = (next, above);
    }
    Some(out)
}

/// A defect of ours is an error at the function, never a wrong derivative.
fn verified(func: &Func, stage: &str, sink: &mut Sink) -> Option<()> {
    match verify(func) {
        Ok(()) => Some(()),
        Err(e) => {
            sink.error(Span::call_site(), m::INTERNAL, format!("after {stage}: {e}\n{func}"));
            None
        }
    }
}

fn emit_parts(
    sig: &Signature,
    items: &[TokenStream],
    (adjoint, joint): (&Func, Option<&Func>),
    tangent: &Func,
    explain: String,
) -> Parts {
    // Repeated items may be unused in one of the bodies; lints are for what the user wrote.
    let items: Vec<TokenStream> = items.iter().map(|i| emit::respan(i.clone())).collect();
    let taken = &sig.used;
    let kinds = |generic: bool| -> Vec<TokenStream> {
        (0..sig.params.len())
            .map(|i| {
                let (kind, bar) = (sig.kind(i), sig.bar(i));
                if generic { quote!(#kind::default()) } else { quote!(#bar.kind()) }
            })
            .collect()
    };
    let forward = {
        let ctx = context(sig, kinds(true), taken);
        let body = emit::body(adjoint, &ctx);
        let muts = rebind(sig, adjoint, &body.mut_params);
        let (head, sweep, result, reverse) = (body.head, body.forward_sweep, body.result, body.reverse_sweep);
        let again =
            sig.params.iter().map(|p| if p.mode == Passing::SharedRef { p.name.to_token_stream() } else { quote!(_) });
        let bars = sig.params.iter().enumerate().map(|(i, p)| shadow_pattern(sig, i, p));
        let seed = sig.fresh("seed");
        let kept = body.kept_results;
        let (result, kept) = if kept.is_empty() {
            (result, kept)
        } else {
            let y = sig.fresh("y");
            (y.to_token_stream(), quote!(let #y = #result; #kept))
        };
        let (zeros, own) = scratch(sig, |i| {
            let (krate, kind) = (&sig.krate, sig.kind(i));
            quote!(<#kind as #krate::Kind>::ACTIVE)
        });
        quote! {
            #(#items)* #head #muts #sweep #kept #zeros
            (#result, move |(#(#again,)*): _, (#(#bars,)*), #seed| { #own #reverse })
        }
    };
    let fused = joint.is_some();
    let keeps = {
        let func = joint.unwrap_or(adjoint);
        let calls = |op: &Op| matches!(op.kind, OpKind::Forward { .. } | OpKind::Joint { .. });
        func.vars.iter().any(|v| v.buffer) || func.regions.iter().flatten().any(calls)
    };
    let joint = joint.or_else(|| sig.recursive.then_some(adjoint)).map(|func| {
        let ctx = context(sig, kinds(false), taken);
        let body = emit::body(func, &ctx);
        let muts = rebind(sig, func, &body.mut_params);
        let (head, sweep, result, reverse) = (body.head, body.forward_sweep, body.result, body.reverse_sweep);
        let y = sig.fresh("y");
        let (zeros, own) = scratch(sig, |i| {
            let (krate, bar) = (&sig.krate, sig.bar(i));
            quote!(#krate::Shadow::is_active(&#bar))
        });
        let seed = sig.fresh("seed");
        let check = matches!(sig.output.peel(), Ty::Vec(_) | Ty::Slice(_)).then(|| {
            let (krate, function) = (&sig.krate, format!("{}::adjoint", sig.ident));
            quote!(#krate::check_len(#function, "the cotangent of the result", #y.len(), #seed.len());)
        });
        // What is reversed early has its shadows early; the lengths are what they will be.
        let (early, late) = if fused { (quote!(#zeros #own), None) } else { (quote!(), Some(quote!(#zeros #own))) };
        let nothing = reverse.as_ref().is_none_or(TokenStream::is_empty) && check.is_none() && fused;
        match func.ret {
            RetShape::Unit => quote!(#(#items)* #head #muts #early #sweep #late #reverse),
            _ if nothing => quote!(#(#items)* #head #muts #early #sweep #result),
            _ => quote!(#(#items)* #head #muts #early #sweep let #y = #result; #check #late #reverse #y),
        }
    });
    let tangent = {
        let ctx = context(sig, kinds(true), taken);
        let written = (sig.order > 1).then(|| {
            let mut written = tangent.clone();
            guarded::expand(&mut written);
            written
        });
        let tangent = written.as_ref().unwrap_or(tangent);
        let body = emit::body(tangent, &ctx);
        let muts = rebind(sig, tangent, &body.mut_params);
        let (head, sweep, result, dot) = (body.head, body.forward_sweep, body.result, body.result_dot);
        // As `scratch`, of tangents.
        let own = sig.params.iter().enumerate().filter(|(_, p)| p.is_scratch()).map(|(i, p)| {
            let (krate, name, dot, ty) = (&sig.krate, &p.name, sig.dot(i), sig.shadow_ty(i));
            let zero = sig.fresh(&format!("{name}_zero"));
            quote! {
                let mut #zero = (!#krate::Shadow::is_active(&#dot)).then(|| #krate::zero(&*#name));
                let #dot = #krate::own_or::<#ty, _>(&mut #dot, &mut #zero);
            }
        });
        quote!(#(#items)* #head #(#own)* #muts #sweep (#result, #dot))
    };
    Parts { forward, tangent, adjoint: joint, keeps, explain, levels: Vec::new() }
}

fn context<'a>(sig: &Signature, kinds: Vec<TokenStream>, taken: &'a HashSet<String>) -> Ctx<'a> {
    Ctx {
        krate: sig.krate.clone(),
        param_names: sig.params.iter().map(|p| located(&p.name)).collect(),
        shadow_names: (0..sig.params.len()).map(|i| sig.bar(i)).collect(),
        tangent_names: (0..sig.params.len()).map(|i| sig.dot(i)).collect(),
        kinds,
        taken,
    }
}

fn shadow_pattern(sig: &Signature, i: usize, p: &Param) -> TokenStream {
    let bar: Ident = sig.bar(i);
    match (p.role, p.mode) {
        _ if p.is_scratch() => quote!(mut #bar),
        (Role::Active, Passing::MutRef) => quote!(#bar),
        (Role::Active, _) => quote!(mut #bar),
        (Role::Inert | Role::Constant, _) => quote!(_),
    }
}

/// The shadow of a `#[constant]` `&mut` parameter: the caller's, or one of the function's own.
///
/// ```text
/// let w_zero = w_bar.is_active().then(|| ::ad_runtime::zero(&*w));                    // behind the forward sweep
/// let mut w_zero = w_zero.clone();                                                    // before the reverse sweep
/// let w_bar = ::ad_runtime::own_or::<[f64], _>(&mut w_bar, &mut w_zero);
/// ```
fn scratch(sig: &Signature, active: impl Fn(usize) -> TokenStream) -> (TokenStream, TokenStream) {
    let (mut behind, mut before) = (TokenStream::new(), TokenStream::new());
    for (i, p) in sig.params.iter().enumerate().filter(|(_, p)| p.is_scratch()) {
        let (krate, name, bar, ty) = (&sig.krate, &p.name, sig.bar(i), sig.shadow_ty(i));
        let (zero, active) = (sig.fresh(&format!("{name}_zero")), active(i));
        behind.extend(quote!(let #zero = (!#active).then(|| #krate::zero(&*#name));));
        before.extend(quote! {
            let mut #zero = ::core::clone::Clone::clone(&#zero);
            let #bar = #krate::own_or::<#ty, _>(&mut #bar, &mut #zero);
        });
    }
    (behind, before)
}

/// `let mut v = v;` for parameters by value that the body changes.
fn rebind(sig: &Signature, func: &Func, mut_params: &[bool]) -> TokenStream {
    let mut out = TokenStream::new();
    for (i, p) in sig.params.iter().enumerate() {
        if mut_params[i] && matches!(func.params[i], ParamSlot::Var(_)) {
            let name = &p.name;
            out.extend(quote!(let mut #name = #name;));
        }
    }
    out
}
