//! Statements and control flow.

use super::call::{Callee, Siblings, head};
use super::expr::{Prec, Want};
use super::inline::{Plan, plan};
use super::names::{Names, ident};
use super::place::{is_plain, tuple};
use super::toks::Toks;
use super::view::View;
use super::{Body, Ctx, at, respan};
use crate::analysis::fusion;
use crate::ir::ty::Class;
use crate::ir::{
    Access, BinOp, Count, EntityMap, EntitySet, Func, Init, Keeping, Op, OpKind, ParamSlot, Piece, Place, Range,
    Region, Residual,
};
use crate::ir::{Purity, RetShape, Ty, Value, Var, VarKind, for_each_place, purity};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use std::collections::BTreeSet;

/// Prints a function's body.
///
/// The result must be evaluated between the two sweeps: `(result, move |..| { reverse_sweep })`, or bound by a `let`.
pub fn body<'a>(func: &'a Func, ctx: &'a Ctx<'a>) -> Body {
    let plan = plan(func);
    let mut names = Names::new(func, ctx);
    for (slot, name) in func.params.iter().zip(&ctx.param_names) {
        if let ParamSlot::Value(v) = slot {
            names.set_value(*v, name);
        }
    }
    let mut printer = Printer {
        source: func,
        // The operations stay where they are.
        func: Func {
            name: String::new(),
            values: func.values.clone(),
            vars: func.vars.clone(),
            regions: Vec::new(),
            parents: Vec::new(),
            types: func.types.clone(),
            body: func.body,
            reverse: func.reverse,
            reverse_from: func.reverse_from,
            params: Vec::new(),
            mut_params: Vec::new(),
            ret: RetShape::Unit,
            ret_dot: None,
        },
        anchors: vec![None; func.values.len()],
        ctx,
        plan,
        names,
        kept: kept(func),
        mutated: mutated(func),
        opened: EntityMap::default(),
        this_names: EntityMap::default(),
        unwrapped: Vec::new(),
        views: Vec::new(),
        resized: fusion::resized(func),
        cursors: Vec::new(),
        callees: Vec::new(),
        siblings: Siblings::default(),
        span: Span::call_site(),
    };
    let forward_sweep = printer.block(func.body);
    let result = printer.ret(&func.ret);
    let result_dot = func.ret_dot.as_ref().map(|r| printer.ret(r));
    let reverse_sweep = func.reverse.map(|r| {
        let statements = printer.block(r);
        let cursors = std::mem::take(&mut printer.cursors).into_iter().map(|(v, cursor)| {
            let cursor = ident(&cursor, func.vars[v.index()].span);
            let tape = printer.base(v, func.vars[v.index()].span);
            quote!(let mut #cursor = #tape.len();)
        });
        let cursors: TokenStream = cursors.collect();
        quote!(#cursors #statements)
    });
    let mut mut_params = vec![false; func.params.len()];
    for (i, data) in func.vars.iter().enumerate() {
        if let VarKind::Param(n) = data.kind
            && !data.by_ref
        {
            mut_params[n] = printer.mutated.contains(&Var(i as u32));
        }
    }
    let kept_results = func.reverse.map(|r| printer.kept_results(r)).unwrap_or_default();
    let head = head(&printer.callees, &printer.siblings, &ctx.krate);
    Body { kept_results, head, forward_sweep, reverse_sweep, result, result_dot, mut_params }
}

pub(super) struct Printer<'a> {
    /// The function itself.
    pub(super) source: &'a Func,
    /// Its tables, without its operations.
    pub(super) func: Func,
    /// Per value: whether rustc knows its type without help, once it was asked.
    pub(super) anchors: Vec<Option<bool>>,
    pub(super) ctx: &'a Ctx<'a>,
    pub(super) plan: Plan,
    pub(super) names: Names,
    /// How each residual that is declared before it is kept is kept.
    kept: EntityMap<Var, Keeping>,
    pub(super) mutated: EntitySet<Var>,
    /// The names of residuals that are open in the present region.
    pub(super) opened: EntityMap<Var, String>,
    /// The names that residuals get when opened.
    pub(super) this_names: EntityMap<Var, String>,
    /// Optional shadows inside their `if let Some(x_bar) = x_bar.present()`.
    pub(super) unwrapped: Vec<Var>,
    /// Slices that stand for parts of variables inside of a loop.
    pub(super) views: Vec<View>,
    /// Variables whose length may change.
    pub(super) resized: EntityMap<Var, usize>,
    /// The tapes that are read, each with its cursor.
    pub(super) cursors: Vec<(Var, String)>,
    pub(super) callees: Vec<Callee>,
    pub(super) siblings: Siblings,
    /// Of the operation being printed.
    pub(super) span: Span,
}

pub(super) struct Stmt {
    pub(super) tokens: Toks,
    is_if: bool,
}

impl Stmt {
    pub(super) fn new(tokens: impl Into<Toks>) -> Stmt {
        Stmt { tokens: tokens.into(), is_if: false }
    }
}

fn kept(func: &Func) -> EntityMap<Var, Keeping> {
    let mut out = EntityMap::default();
    for op in func.regions.iter().flatten() {
        match &op.kind {
            OpKind::Forward { residual: Residual(v), keeping, .. }
            | OpKind::KeepShape { residual: Residual(v), keeping, .. }
            | OpKind::KeepCopy { residual: Residual(v), keeping, .. } => drop(out.insert(*v, *keeping)),
            _ => {}
        }
    }
    out
}

fn mutated(func: &Func) -> EntitySet<Var> {
    let mut out = EntitySet::default();
    for op in func.regions.iter().flatten() {
        for_each_place(&op.kind, &mut |p, access| match access {
            Access::Write | Access::ReadWrite => drop(out.insert(p.base)),
            Access::Read | Access::Declare | Access::LenOnly | Access::Move => {}
        });
    }
    out
}

impl<'a> Printer<'a> {
    /// Results of calls that may be references and that the reverse sweep reads: it must own what it keeps.
    ///
    /// ```text
    /// let s = ::ad_runtime::keep!(s);
    /// ```
    fn kept_results(&mut self, reverse: Region) -> TokenStream {
        let (source, mut read) = (self.source, BTreeSet::new());
        source.walk(reverse, &mut |_, op| {
            for_each_place(&op.kind, &mut |p, _| {
                read.insert(p.base);
            });
        });
        let mut out = TokenStream::new();
        for v in read {
            let data = &source.vars[v.index()];
            let ty = source.var_ty(v);
            let open = matches!(ty.peel(), Ty::Slice(_)) || source.types.class(&ty) == Some(Class::Any);
            if open && matches!(data.kind, VarKind::Local) && data.region == source.body {
                let (krate, name) = (&self.ctx.krate, ident(self.names.var(v), data.span));
                let sp = at(data.span);
                out.extend(quote_spanned!(sp=> let #name = #krate::keep!(#name);));
            }
        }
        out
    }

    fn block(&mut self, region: Region) -> TokenStream {
        self.statements(region).stream()
    }

    fn statements(&mut self, region: Region) -> Toks {
        let mut out = Toks::default();
        self.region(region).into_iter().for_each(|s| out.append(s.tokens));
        out
    }

    /// The statements of a region. Residuals opened in it are closed behind it.
    fn region(&mut self, region: Region) -> Vec<Stmt> {
        let opened = self.opened.clone();
        let source = self.source;
        let statements = source.regions[region.index()]
            .iter()
            .filter_map(|op| self.op(op))
            .filter(|s| !s.tokens.is_empty())
            .collect();
        self.opened = opened;
        statements
    }

    fn op(&mut self, op: &'a Op) -> Option<Stmt> {
        self.span = op.span;
        if let Some(v) = op.result
            && !matches!(op.kind, OpKind::Pop(_))
        {
            return self.binding_of(v, op);
        }
        let optional = self.optional_operands(&op.kind);
        self.unwrapped.extend(&optional);
        let mut stmt = self.statement(op);
        for v in optional.iter().rev() {
            // if let Some(xs_bar) = xs_bar.present() { xs_bar[i] += e; }
            self.unwrapped.pop();
            let inner = stmt.tokens;
            let sp = at(op.span);
            stmt = Stmt::new(match self.optional_view(*v).map(|view| view.name.clone()) {
                Some(row) => {
                    quote_spanned!(sp=> if let ::core::option::Option::Some(#row) = #row.as_deref_mut() { #inner })
                }
                None => {
                    let name = self.base(*v, op.span);
                    quote_spanned!(sp=> if let ::core::option::Option::Some(#name) = #name.present() { #inner })
                }
            });
        }
        Some(stmt)
    }

    /// The optional shadows and tangents that a statement works on; calls take them as they are.
    fn optional_operands(&self, kind: &OpKind) -> Vec<Var> {
        let mut out = Vec::new();
        match kind {
            OpKind::Call(_) | OpKind::Forward { .. } | OpKind::Reverse { .. } => {}
            OpKind::Joint { .. } | OpKind::Tangent { .. } => {}
            // What is declared must be in scope behind it.
            OpKind::Declare(..) => {}
            kind => for_each_place(kind, &mut |p, _| {
                if self.is_optional(p.base) && !out.contains(&p.base) {
                    out.push(p.base);
                }
            }),
        }
        out
    }

    /// `let v = …;` for a value that is not printed inline; `let v: f64 = …;` where the expression alone would not make
    /// rustc refuse what we took for an `f64` and is none.
    fn binding_of(&mut self, v: Value, op: &Op) -> Option<Stmt> {
        let unused = self.plan.uses[v.index()] == 0 && purity(&self.func, &op.kind) == Purity::Pure;
        if self.plan.inline[v.index()] || unused {
            return None;
        }
        let ty = match self.func.ty(v) {
            Ty::Float(f) => f.known(),
            _ => None,
        };
        let want = if ty.is_some() { Want::Known } else { Want::Open };
        let value = self.operation(v, &op.kind, want, op.span).tokens;
        let (mut out, sp) = (Toks::default(), at(op.span));
        out.word("let", sp);
        out.push(TokenTree::Ident(self.names.value(self.source, v)));
        if let Some(ty) = ty.filter(|_| !self.is_certain(&op.kind)) {
            out.op(":", sp);
            out.word(ty, Span::call_site());
        }
        out.op("=", sp);
        out.append(value);
        out.op(";", sp);
        Some(Stmt::new(out))
    }

    /// `followed(&t_dot.table);` in front of `t_dot.table.k = x_dot;`: what a constant field of a type without cotangent holds
    /// is followed in neither mode, so that nothing active may be stored there.
    fn followed(&mut self, to: &Place, init: &Init) -> TokenStream {
        if let Init::Scalar(v) = init
            && matches!(self.inlined(*v), Some(OpKind::Lit(_)))
        {
            return TokenStream::new();
        }
        self.follow(&[to])
    }

    fn follow(&mut self, to: &[&Place]) -> TokenStream {
        let (sp, krate) = (at(self.span), self.ctx.krate.clone());
        let fields: Vec<Place> = to.iter().flat_map(|p| self.fields_on_the_way(p)).collect();
        let fields: Vec<TokenStream> = fields.iter().map(|f| self.shared(f)).collect();
        quote_spanned!(sp=> #(#krate::constants::followed(#fields);)*)
    }

    fn statement(&mut self, op: &Op) -> Stmt {
        let sp = at(op.span);
        let span = op.span;
        let tokens = match &op.kind {
            OpKind::Declare(v, init) => self.declare(*v, init),
            OpKind::Store(p, init) => {
                let checks = self.followed(p, init);
                let store = self.store(p, init);
                quote!(#checks #store)
            }
            // The field of a struct that is cast: an integer's has no cotangent.
            OpKind::AddTo(p, v) if self.func.is_part(p) && matches!(self.place_ty(p), Ty::Var(_)) => {
                let krate = self.ctx.krate.clone();
                let (place, v) = (self.exclusive(p), self.alone(*v, Want::Known));
                quote_spanned!(sp=> #krate::Cast::add_cast(#place, #v);)
            }
            OpKind::AddTo(p, v) => {
                let place = self.target(p, span);
                match self.inlined(*v) {
                    Some(OpKind::Neg(w)) => {
                        let w = *w;
                        let w = self.alone(w, Want::Known);
                        quote_spanned!(sp=> #place -= #w;)
                    }
                    _ => {
                        let v = self.alone(*v, Want::Known);
                        quote_spanned!(sp=> #place += #v;)
                    }
                }
            }
            OpKind::Accumulate(dst, src) => self.accumulate(dst, src),
            OpKind::Zero(p) => self.zero(p),
            OpKind::Fill(p, v) => {
                let (place, v) = (self.receiver_target(p), self.alone(*v, Want::Known));
                let checks = self.follow(&[p]);
                quote_spanned!(sp=> #checks #place.fill(#v);)
            }
            OpKind::CopyFrom(to, src) => {
                let dst = to;
                let plain =
                    matches!(self.place_ty(dst).element(), Some(Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char));
                let (dst, src) = (self.receiver_target(dst), self.shared(src));
                let method = ident(if plain { "copy_from_slice" } else { "clone_from_slice" }, span);
                let checks = self.follow(&[to]);
                quote_spanned!(sp=> #checks #dst.#method(#src);)
            }
            OpKind::Swap(a, b) => {
                let checks = self.follow(&[a, b]);
                let (a, b) = (self.exclusive(a), self.exclusive(b));
                quote_spanned!(sp=> #checks ::core::mem::swap(#a, #b);)
            }
            OpKind::SwapElements(p, i, j) => {
                let p = self.receiver_target(p);
                let (i, j) = (self.alone(*i, Want::Known), self.alone(*j, Want::Known));
                quote_spanned!(sp=> #p.swap(#i, #j);)
            }
            OpKind::ReverseSlice(p) => {
                let p = self.receiver_target(p);
                quote_spanned!(sp=> #p.reverse();)
            }
            OpKind::Rotate { place, by, left } => {
                let (p, by) = (self.receiver_target(place), self.alone(*by, Want::Known));
                let method = ident(if *left { "rotate_left" } else { "rotate_right" }, span);
                quote_spanned!(sp=> #p.#method(#by);)
            }
            OpKind::Push(p, init) => {
                let want = self.want(p);
                let checks = self.follow(&[p]);
                let (p, init) = (self.receiver_target(p), self.init(init, want));
                quote_spanned!(sp=> #checks #p.push(#init);)
            }
            OpKind::Pop(p) => {
                let p = self.receiver_target(p);
                match op.result.filter(|v| self.plan.uses[v.index()] > 0) {
                    Some(v) => {
                        let name = self.names.value(self.source, v);
                        quote_spanned! {sp=>
                            let ::core::option::Option::Some(#name) = #p.pop() else {
                                ::core::panic!("`pop` of an empty `Vec`")
                            };
                        }
                    }
                    None => quote_spanned!(sp=> #p.pop();),
                }
            }
            OpKind::Truncate(p, n) => {
                let (p, n) = (self.receiver_target(p), self.alone(*n, Want::Known));
                quote_spanned!(sp=> #p.truncate(#n);)
            }
            OpKind::Resize(p, n, init) => {
                let want = self.want(p);
                let (p, n) = (self.receiver_target(p), self.alone(*n, Want::Known));
                let init = self.init(init, want);
                quote_spanned!(sp=> #p.resize(#n, #init);)
            }
            OpKind::If { cond, then, els } => return self.branch(*cond, *then, *els, span),
            OpKind::For { index, range: range_of, body, exit } => {
                let open = self.views.len();
                let views = self.open_views(*index, range_of, *body);
                let range = self.range(range_of, *index);
                let used = self.plan.uses[index.index()] > 0;
                let name = if used {
                    let name = self.names.value(self.source, *index);
                    quote!(#name)
                } else {
                    quote!(_)
                };
                let body = self.block(*body);
                self.views.truncate(open);
                let exit = self.exit(*exit, span);
                quote_spanned!(sp=> #views for #name in #range { #body #exit })
            }
            OpKind::While { cond, test, body, exit } => self.while_loop(*cond, *test, *body, *exit, span),
            OpKind::Call(call) => return self.call(call),
            OpKind::Effect { path, pieces, diverges: _ } => {
                let path = respan(path.clone());
                let pieces: TokenStream = pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Tokens(tokens) => respan(tokens.clone()),
                        Piece::Value(v) => self.value(*v, Want::Open).within(Prec::Unary).stream(),
                        Piece::Place(p) => self.shared(p),
                    })
                    .collect();
                quote_spanned!(sp=> #path!(#pieces);)
            }
            OpKind::Forward { call, residual, keeping } => return self.forward(call, *residual, *keeping),
            OpKind::Reverse { call, residual, keeping, seed } => return self.reverse(call, *residual, *keeping, *seed),
            OpKind::Joint { call, seed } => return self.joint(call, *seed),
            OpKind::Tangent { call, result_dot } => return self.tangent_call(call, *result_dot),
            OpKind::KeepShape { place, residual, keeping } => {
                let value = self.zero_like(place);
                return self.keep_value(*residual, *keeping, &value);
            }
            OpKind::KeepCopy { place, residual, keeping } => {
                let value = self.copy_of(place);
                return self.keep_value(*residual, *keeping, &value);
            }
            OpKind::Open { residual, keeping } => return self.open(*residual, *keeping),
            other => unreachable!("{other:?} is no statement"),
        };
        Stmt::new(tokens)
    }

    /// `let mut x: f64 = e;`
    fn declare(&mut self, v: Var, init: &Init) -> TokenStream {
        let sp = at(self.span);
        let data_span = self.func.vars[v.index()].span;
        let name = ident(self.names.var(v), data_span);
        match (init, self.kept.get(&v)) {
            (Init::Uninit, Some(Keeping::Option)) => {
                return quote_spanned!(sp=> let mut #name = ::core::option::Option::None;);
            }
            (Init::Uninit, Some(Keeping::Tape | Keeping::Stack)) => {
                return quote_spanned!(sp=> let mut #name = ::std::vec::Vec::new(););
            }
            (_, Some(_) | None) => {}
        }
        let ty = self.func.var_ty(v);
        let annotated = match (&ty, init) {
            (Ty::Float(_), _) | (Ty::Int(_) | Ty::Bool, Init::Uninit) => Some(quote!(: #ty)),
            (Ty::Int(_), Init::Scalar(v)) if !self.anchored(*v) => Some(quote!(: #ty)),
            // `None` says nothing of what might be there.
            (Ty::Option(_), Init::Record { fields, .. }) if fields.is_empty() && is_plain(&ty) => Some(quote!(: #ty)),
            // `Ok` and `Err` each leave one of the two types open, which the user has written.
            (Ty::Result(good, error), _) if is_plain(good) && error != "_" => Some(quote!(: #ty)),
            (_, Init::Uninit | Init::NewVec { .. }) if is_plain(&ty) => Some(quote!(: #ty)),
            (_, _) => None,
        };
        let want = if annotated.is_some() { Want::Known } else { Want::Open };
        let mutable = self.mutated.contains(&v).then(|| quote!(mut));
        match init {
            Init::Uninit => quote_spanned!(sp=> let #mutable #name #annotated;),
            Init::Repeat { elem, len: Count::Value(n), .. } if self.func.vars[v.index()].buffer => {
                let krate = &self.ctx.krate.clone();
                let (elem, n) = (self.init(elem, Want::Open), self.alone(*n, Want::Known));
                quote_spanned!(sp=> let #mutable #name = #krate::Buffer::filled(#elem, #n);)
            }
            Init::NewVec { .. } if self.func.vars[v.index()].buffer => {
                let krate = &self.ctx.krate.clone();
                quote_spanned!(sp=> let #mutable #name = #krate::Buffer::empty();)
            }
            init => {
                let init = self.init(init, want);
                quote_spanned!(sp=> let #mutable #name #annotated = #init;)
            }
        }
    }

    /// `x = e;`, and `x -= e;` where the value is `x - e`.
    fn store(&mut self, p: &Place, init: &Init) -> TokenStream {
        let sp = at(self.span);
        let place = self.target(p, self.span);
        if let Init::Scalar(v) = init
            && let Some(OpKind::Binary(op, a, b)) = self.inlined(*v).cloned()
            && matches!(op, BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::Div | BinOp::Rem)
            && matches!(self.func.ty(*v), Ty::Float(_) | Ty::Int(_))
            && let Some(b) = self.other_operand(p, op, a, b)
        {
            let mut op: TokenStream = format!("{}=", op.symbol()).parse().unwrap_or_default();
            op = op
                .into_iter()
                .map(|mut t: TokenTree| {
                    t.set_span(sp);
                    t
                })
                .collect();
            let b = self.alone(b, Want::Known);
            return quote_spanned!(sp=> #place #op #b;);
        }
        let want = self.want(p);
        let init = self.init(init, want);
        quote_spanned!(sp=> #place = #init;)
    }

    /// What stands behind `op=` where one operand is the place itself; sums and products may be turned round.
    fn other_operand(&mut self, p: &Place, op: BinOp, a: Value, b: Value) -> Option<Value> {
        if self.is_load_of(a, p) {
            Some(b)
        } else if matches!(op, BinOp::Add | BinOp::Mul) && self.is_load_of(b, p) {
            Some(a)
        } else {
            None
        }
    }

    /// Whether the value is printed as the place is.
    fn is_load_of(&mut self, v: Value, p: &Place) -> bool {
        let Some(OpKind::Load(from)) = self.inlined(v).cloned() else { return false };
        from == *p
            || from.base == p.base
                && from.path.len() == p.path.len()
                && !self.is_optional(from.base)
                && self.place(&from, self.span).tokens.to_string() == self.place(p, self.span).tokens.to_string()
    }

    /// `x_bar += y_bar;`, and for sequences `::ad_runtime::accumulate_slice(&mut x_bar[..], &y_bar[..]);`
    fn accumulate(&mut self, dst: &Place, src: &Place) -> TokenStream {
        let mut fields = self.fields_on_the_way(src);
        if self.func.vars[src.base.index()].tangent && self.func.is_part(src) {
            fields.push(src.clone());
        }
        let sum = self.sum(dst, src);
        if fields.is_empty() {
            return sum;
        }
        let (sp, krate) = (at(self.span), self.ctx.krate.clone());
        let fields: Vec<TokenStream> = fields.iter().map(|f| self.shared(f)).collect();
        quote_spanned!(sp=> #krate::tracked!(#(#fields),*; { #sum });)
    }

    fn sum(&mut self, dst: &Place, src: &Place) -> TokenStream {
        let sp = at(self.span);
        let krate = self.ctx.krate.clone();
        let known = match self.place_ty(dst) {
            Ty::Var(_) | Ty::Other(_) => self.place_ty(src),
            ty => ty,
        };
        match known {
            Ty::Float(_) => {
                let (dst, src) = (self.target(dst, self.span), self.place(src, self.span).tokens);
                quote_spanned!(sp=> #dst += #src;)
            }
            Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) => {
                let (dst, src) = (self.slice(dst, true), self.slice(src, false));
                quote_spanned!(sp=> #krate::accumulate_slice(#dst, #src);)
            }
            // A part of a struct has its field's type, a variable that of a cotangent: for integers `()`.
            Ty::Var(_) if self.func.is_part(dst) && !self.func.is_part(src) => {
                let (dst, src) = (self.exclusive(dst), self.shared(src));
                quote_spanned!(sp=> #krate::Cotangent::add_bar(#dst, #src);)
            }
            // A tangent that is copied out of a struct has the field's type as well.
            Ty::Var(_) if self.func.is_part(src) && self.func.vars[src.base.index()].tangent => {
                let (dst, src) = (self.exclusive(dst), self.shared(src));
                quote_spanned!(sp=> #krate::Component::add(#dst, #src);)
            }
            Ty::Var(_) if !self.func.is_part(dst) && self.func.is_part(src) => {
                let (dst, src) = (self.exclusive(dst), self.shared(src));
                quote_spanned!(sp=> #krate::Cotangent::add_to_bar(#src, #dst);)
            }
            Ty::Other(_) | Ty::Var(_) if matches!(known, Ty::Other(_)) || self.func.is_part(dst) => {
                let (dst, src) = (self.exclusive(dst), self.shared(src));
                quote_spanned!(sp=> #krate::Component::add(#dst, #src);)
            }
            _ => {
                let (dst, src) = (self.exclusive(dst), self.shared(src));
                quote_spanned!(sp=> #krate::accumulate(#src, #dst, #src);)
            }
        }
    }

    /// `x_bar = 0.0;`, `xs_bar.fill(0.0);`, and for what is nested or unknown by the runtime.
    fn zero(&mut self, p: &Place) -> TokenStream {
        let sp = at(self.span);
        let krate = self.ctx.krate.clone();
        let ty = self.place_ty(p);
        match &ty {
            Ty::Float(_) => {
                let place = self.target(p, self.span);
                let zero = super::number::float(&ty, "0.0", &krate, self.span);
                quote_spanned!(sp=> #place = #zero;)
            }
            Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) if matches!(**e, Ty::Float(_)) => {
                let place = self.receiver_target(p);
                let zero = super::number::float(e, "0.0", &krate, self.span);
                quote_spanned!(sp=> #place.fill(#zero);)
            }
            Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) => {
                let place = self.slice(p, true);
                quote_spanned!(sp=> #krate::clear_slice(#place);)
            }
            Ty::Other(_) | Ty::Var(_) if matches!(ty, Ty::Other(_)) || self.func.is_part(p) => {
                let place = self.exclusive(p);
                quote_spanned!(sp=> #krate::Component::clear(#place);)
            }
            _ => {
                let (place, shared) = (self.target(p, self.span), self.shared(p));
                quote_spanned!(sp=> #place = #krate::zero(#shared);)
            }
        }
    }

    /// `if c { … } else if d { … } else { … }`
    fn branch(&mut self, cond: Value, then: Region, els: Region, span: Span) -> Stmt {
        let sp = at(span);
        let mut cond = self.value(cond, Want::Known);
        let mut then = self.block(then);
        let mut els = self.region(els);
        if then.is_empty() && els.is_empty() {
            return Stmt::new(TokenStream::new());
        }
        if then.is_empty() {
            then = els.drain(..).map(|s| s.tokens.stream()).collect();
            let negated = cond.within(Prec::Unary);
            cond = super::expr::Expr::new(quote_spanned!(sp=> !#negated), Prec::Unary);
        }
        let cond = cond.tokens;
        let els = match &els[..] {
            [] => None,
            [only] if only.is_if => {
                let inner = &only.tokens;
                Some(quote_spanned!(sp=> else #inner))
            }
            many => {
                let inner = many.iter().map(|s| &s.tokens);
                Some(quote_spanned!(sp=> else { #(#inner)* }))
            }
        };
        Stmt { tokens: quote_spanned!(sp=> if #cond { #then } #els).into(), is_if: true }
    }

    /// `lo..hi`, `(lo..=hi).rev()`, `(lo..hi).step_by(n).rev()`
    fn range(&mut self, range: &Range, index: Value) -> TokenStream {
        let sp = at(self.span);
        // The bounds are all that tells the type of the index where the body does not use it any more.
        let known = !matches!(self.func.ty(index), Ty::Int(_)) || self.anchored(range.lo) || self.anchored(range.hi);
        let lo = self.value(range.lo, if known { Want::Known } else { Want::Open }).within(Prec::Or);
        let hi = self.value(range.hi, Want::Known).within(Prec::Or);
        let range_tokens = if range.inclusive { quote_spanned!(sp=> #lo..=#hi) } else { quote_spanned!(sp=> #lo..#hi) };
        let step = range.step.map(|n| {
            let n = self.alone(n, Want::Known);
            quote_spanned!(sp=> .step_by(#n))
        });
        let rev = range.rev.then(|| quote_spanned!(sp=> .rev()));
        if step.is_none() && rev.is_none() { range_tokens } else { quote_spanned!(sp=> (#range_tokens) #step #rev) }
    }

    fn exit(&mut self, exit: Option<Var>, span: Span) -> Option<TokenStream> {
        let sp = at(span);
        let flag = self.place(&Place::whole(exit?), span).tokens;
        Some(quote_spanned!(sp=> if #flag { break; }))
    }

    /// `while c { … }` where the condition is an expression, else `loop { …; if !c { break; } … }`
    fn while_loop(&mut self, cond: Region, test: Value, body: Region, exit: Option<Var>, span: Span) -> TokenStream {
        let sp = at(span);
        let before = self.block(cond);
        let exit_tokens = self.exit(exit, span);
        let forever = matches!(self.inlined(test), Some(OpKind::Lit(t)) if t == "true");
        if before.is_empty() && !forever {
            let test = self.alone(test, Want::Known);
            let body = self.block(body);
            return quote_spanned!(sp=> while #test { #body #exit_tokens });
        }
        let leave = (!forever).then(|| {
            let negated = match self.inlined(test) {
                Some(OpKind::Not(positive)) => {
                    let positive = *positive;
                    self.alone(positive, Want::Known)
                }
                _ => {
                    let test = self.value(test, Want::Known).within(Prec::Unary);
                    quote_spanned!(sp=> !#test).into()
                }
            };
            quote_spanned!(sp=> if #negated { break; })
        });
        let body = self.block(body);
        quote_spanned!(sp=> loop { #before #leave #body #exit_tokens })
    }

    fn ret(&mut self, ret: &RetShape) -> TokenStream {
        match ret {
            RetShape::Unit => quote!(()),
            RetShape::Value(v) => self.alone(*v, Want::Known).stream(),
            RetShape::Var(v) => self.base(*v, self.func.vars[v.index()].span),
            RetShape::Ref(p) => self.shared(p),
            RetShape::Tuple(parts) => tuple(&parts.iter().map(|p| self.ret(p)).collect::<Vec<_>>()),
        }
    }
}
