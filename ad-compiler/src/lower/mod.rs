//! Lowering: the syntax of a function to SSA over structured regions.
//!
//! What the lowering removes, so that later stages need not know it:
//!
//! * closures and iterator chains: inlined, iterators as counted loops ([`iter`]);
//! * patterns and `match`: comparisons and `if` chains ([`pattern`], [`control`]);
//! * references and views: resolved to places ([`env::Operand::Ref`]);
//! * tuples that are not elements of something: taken apart;
//! * `break`, `continue`, `return`: what follows moves into the branch that goes on ([`control`]).

mod assign;
mod binding;
mod branch;
mod call;
mod control;
mod cursor;
mod element;
mod env;
mod expr;
mod iter;
mod iter_chain;
mod iter_collect;
mod iter_consume;
mod iter_items;
mod iter_more;
mod iter_search;
mod join;
mod listed;
mod location;
mod maybe;
mod method;
mod method_names;
mod numeric;
mod operator;
mod option;
mod order;
mod passed;
mod passthrough;
mod pattern;
mod place;
mod record;
mod sort;
mod stmt;
mod user_call;
mod user_method;
mod view;

pub(crate) use expr::attrs;
pub(crate) use passthrough::FORMATTING;

use crate::diag::Sink;
use crate::ir::{Float, Func, Init, Op, OpKind, Place, Region, RetShape, Ty, Value, Var, VarKind};
use crate::messages as m;
use crate::options::Cfgs;
use crate::signature::{Passing as Mode, Signature};
use ad_ir::hash::HashMap;
use env::{Env, Frame, FrameKind, Operand, Slot};
use proc_macro2::{Span, TokenStream};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The result of lowering: the function, and the items of its body that emitted code must repeat.
pub struct Lowered {
    pub func: Func,
    pub items: Vec<TokenStream>,
}

/// Lowers a function. Errors go to the sink; with any, the result is not used.
pub fn lower(item: &syn::ItemFn, sig: &Signature, types: &crate::ir::TyTable, cfgs: &Cfgs, sink: &mut Sink) -> Lowered {
    let mut func = Func::new(sig.ident.to_string());
    func.types = types.clone();
    crate::generics::known(&sig.floats, &mut func.types);
    if let Some(method) = &sig.method {
        let ty = Ty::parse(&method.self_ty, &mut func.types);
        func.types.add_alias("Self".into(), ty);
    }
    func.types.leave_names_open();
    // Without structs first: most functions have no operators of them.
    let mut own = Sink::default();
    let this = Lower::new(func.clone(), sig, cfgs, operator::Mode::default(), &mut own);
    let (lowered, found) = this.all(item);
    if !found {
        sink.absorb(own);
        return lowered;
    }
    own.forget();
    Lower::new(func, sig, cfgs, operator::Mode { structs: true, found }, sink).all(item).0
}

/// Lowers the body of a closure that is passed to a function; `known`: the type of its result is. The functions are bound
/// behind its parameters.
fn lower_closure(
    sig: &Signature,
    types: &crate::ir::TyTable,
    cfgs: &Cfgs,
    sink: &mut Sink,
    body: &syn::Expr,
    known: bool,
    bound: passed::Bound,
) -> (Func, Vec<TokenStream>, operator::Mode) {
    let mut func = Func::new("closure".into());
    func.types = types.clone();
    func.types.leave_names_open();
    let mut this = Lower::new(func, sig, cfgs, bound.operators, sink);
    this.params();
    for name in bound.values {
        if let Some(Operand::Ref(place, _)) = this.env.get(&name).map(|b| b.operand.clone()) {
            let region = this.cur;
            this.env.bind(name, Operand::Place(place), region);
        }
    }
    for (name, parts) in bound.tuples {
        let parts = parts.iter().map(|p| this.env.get(p).map_or(Operand::Unit, |b| b.operand.clone())).collect();
        let region = this.cur;
        this.env.bind(name, Operand::Tuple(parts), region);
    }
    for (name, operand) in bound.functions {
        let region = this.cur;
        let operand = match operand {
            Operand::Closure(c) => {
                let (syntax, env) = (c.syntax.clone(), this.env.clone());
                Operand::Closure(std::rc::Rc::new(env::Closure { syntax, env, region }))
            }
            other => other,
        };
        this.env.bind(name, operand, region);
    }
    if known {
        let item: syn::ItemFn = syn::parse_quote!(fn closure() { #body });
        this.body(&item);
    } else {
        this.frames.push(Frame::new(None, FrameKind::Function, None, None));
        let result = this.expr(body, None);
        let result = this.settled(result, location::start(body));
        let ty = this.ty_of(&result);
        let ty = this.func.types.resolve(&ty);
        let shape = this.ret_shape(result, &ty, location::start(body));
        this.func.ret = shape;
    }
    let operators = this.operators;
    let lowered = this.finish();
    (lowered.func, lowered.items, operators)
}

impl<'a> Lower<'a> {
    fn new(func: Func, sig: &'a Signature, cfgs: &'a Cfgs, operators: operator::Mode, sink: &'a mut Sink) -> Lower<'a> {
        let body = func.body;
        Lower {
            func,
            operators,
            sink,
            cfgs,
            sig,
            env: Env::default(),
            cur: body,
            known: HashMap::default(),
            stored: BTreeSet::new(),
            exits: BTreeSet::new(),
            frames: Vec::new(),
            late: Vec::new(),
            zeros: BTreeSet::new(),
            trues: BTreeSet::new(),
            casts: BTreeSet::new(),
            pending_ifs: Vec::new(),
            externs: HashMap::default(),
            items: Vec::new(),
            tables: Vec::new(),
            numbers: Vec::new(),
            scalars_back: Vec::new(),
            outputs: HashMap::default(),
            hidden: BTreeSet::new(),
            all_hidden: false,
            explicit: Vec::new(),
            mutable: BTreeSet::new(),
            settled_vars: BTreeSet::new(),
            results: BTreeSet::new(),
            bindings: std::collections::BTreeMap::new(),
            refutable: false,
            depth: 0,
            budget: 200_000,
            captured: Vec::new(),
            passings: Vec::new(),
        }
    }

    /// Lowers the function; true if an operator of a struct was found.
    fn all(mut self, item: &syn::ItemFn) -> (Lowered, bool) {
        self.params();
        self.body(item);
        let found = self.operators.found;
        (self.finish(), found)
    }
}

/// The state of lowering one function.
pub(crate) struct Lower<'a> {
    func: Func,
    /// Whether what is open may be a struct with operators.
    operators: operator::Mode,
    sink: &'a mut Sink,
    cfgs: &'a Cfgs,
    sig: &'a Signature,
    env: Env,
    /// Where operations go now.
    cur: Region,
    /// Scalars whose present value is known in this region: stores forwarded to loads.
    known: HashMap<Var, Value>,
    /// What the innermost open branch or loop has stored to.
    stored: BTreeSet<Var>,
    /// Flags of the exits taken somewhere in the innermost open branch or loop.
    exits: BTreeSet<Var>,
    frames: Vec<Frame>,
    /// Declarations that go to an earlier position once all is lowered.
    late: Vec<(Region, usize, Op)>,
    /// Constants and statics outside the function, one variable each.
    /// The `if`s of chains whose results are not declared yet: region, condition, branches.
    pending_ifs: Vec<(Region, Value, Region, Region)>,
    /// Values that are the literal `0`.
    zeros: BTreeSet<Value>,
    /// Values that are the literal `true`.
    trues: BTreeSet<Value>,
    /// Integers cast to types whose names are unknown.
    casts: BTreeSet<Value>,
    externs: HashMap<String, Var>,
    items: Vec<TokenStream>,
    /// References to constants outside that were chosen at run time: where, the value, and the constant.
    tables: Vec<(Region, Value, TokenStream)>,
    /// Numbers of ranges whose integer type is not known yet: where, and the value.
    numbers: Vec<(Region, Value)>,
    /// Variables of aggregates bound by `let mut`: what is read of them must be read at once.
    mutable: BTreeSet<Var>,
    /// Variables bound by a plain `let`: nothing changes them any more.
    settled_vars: BTreeSet<Var>,
    /// Scalars that were passed by copies and go back after the call.
    scalars_back: Vec<(Place, Var)>,
    /// Which arguments of the call being lowered are written `&mut x`.
    explicit: Vec<bool>,
    /// The result types of functions nested in the body.
    outputs: HashMap<String, Ty>,
    /// Names of items and imports in the body, which hide those of the module; all of them, behind a glob import.
    hidden: BTreeSet<String>,
    all_hidden: bool,
    /// Variables that hold results of calls: only rustc may know their types.
    results: BTreeSet<Var>,
    /// The names that patterns of `match` were taken to bind. Should one be a constant of that name, `let name = ();`
    /// in the emitted code is rustc's error: it would be a comparison and no binding.
    bindings: std::collections::BTreeMap<String, Span>,
    /// Whether the pattern being bound may fail to match: then a lone name is taken for that of a variant.
    refutable: bool,
    /// Nesting of inlined closures.
    depth: usize,
    /// Operations left before inlining is refused as too large.
    budget: usize,
    /// What the closures among the arguments of the call being lowered capture.
    captured: Vec<crate::ir::Arg>,
    /// How the arguments of the call being lowered are written.
    passings: Vec<Mode>,
}

impl Lower<'_> {
    fn params(&mut self) {
        use crate::ir::ParamSlot;
        let body = self.cur;
        for (i, p) in self.sig.params.iter().enumerate() {
            let span = p.name.span();
            let name = p.name.to_string();
            let scalar_by_value = p.mode == Mode::ByValue && p.ty.is_scalar();
            let slot = if scalar_by_value {
                let v = self.func.value(p.ty.clone(), span, body);
                self.func.values[v.index()].name = Some(name.clone());
                ParamSlot::Value(v)
            } else {
                let var = self.func.var(&name, p.ty.peel().clone(), span, VarKind::Param(i), body);
                self.func.vars[var.index()].by_ref = p.mode != Mode::ByValue;
                if p.mode == Mode::MutRef {
                    self.func.mut_params.push(var);
                }
                ParamSlot::Var(var)
            };
            self.func.params.push(slot);
        }
        // Bindings come after all parameters, since patterns emit operations.
        for (i, p) in self.sig.params.iter().enumerate() {
            let span = p.name.span();
            let operand = match self.func.params[i] {
                ParamSlot::Value(v) if p.mutable => {
                    let var = self.declare(&p.name.to_string(), p.ty.clone(), Init::Scalar(v), span);
                    Operand::Place(Place::whole(var))
                }
                ParamSlot::Value(v) => Operand::Value(v),
                ParamSlot::Var(var) => match p.mode {
                    Mode::ByValue => Operand::Place(Place::whole(var)),
                    Mode::SharedRef => Operand::Ref(Place::whole(var), false),
                    Mode::MutRef => Operand::Ref(Place::whole(var), true),
                },
            };
            if let Some(f) = &p.function {
                self.bind_function(i, f);
                continue;
            }
            if p.receiver {
                self.env.bind("self".into(), operand.clone(), body);
            }
            match &p.pattern {
                None => self.env.bind(p.name.to_string(), operand, body),
                Some(pattern) => self.bind_irrefutable(pattern, operand),
            }
        }
    }

    fn body(&mut self, item: &syn::ItemFn) {
        let span = self.sig.ident.span();
        self.frames.push(Frame::new(None, FrameKind::Function, None, None));
        let returned = self.late_var("returned", Ty::Bool, span);
        self.frames[0].break_flag = Some(returned);
        self.frames[0].slot = Slot::Pending { region: self.cur, at: self.func.regions[self.cur.index()].len() };
        let has_return = self.sig.used.contains("return") && stmt::contains_return(&item.block);
        self.frames[0].has_return = has_return;
        let output = self.sig.output.clone();
        let result = self.block(&item.block, Some(&output));
        if let (Operand::Choice(..), Ty::Ref(..), Some(last)) = (&result, &output, item.block.stmts.last())
            && !output.is_scalar()
        {
            self.sink.error_over(last, m::RESULT_CHOSEN, "");
            return;
        }
        // Behind an arm that panics the rest of the body stands in the other arm: then too the result goes through a slot.
        if !has_return && self.cur == self.func.body {
            let shape = self.ret_shape(result, &output, item_end(item));
            self.func.ret = shape;
            return;
        }
        if !matches!(result, Operand::Never) {
            self.fill(0, result, item_end(item));
        }
        let slot = self.frames[0].slot.clone();
        self.cur = self.func.body;
        self.func.ret = self.slot_shape(&slot);
    }

    /// A declaration `let mut name = false;` at this point, which later operations may use from nested regions.
    fn late_var(&mut self, name: &str, ty: Ty, span: Span) -> Var {
        let region = self.cur;
        let var = self.func.var(name, ty, span, VarKind::Local, region);
        let no = self.lit("false", Ty::Bool, span);
        self.push(OpKind::Declare(var, Init::Scalar(no)), span);
        var
    }

    fn slot_shape(&mut self, slot: &Slot) -> RetShape {
        match slot {
            Slot::Pending { .. } | Slot::Unit => RetShape::Unit,
            Slot::Var(var) => {
                if self.is_scalar_place(&Place::whole(*var)) {
                    let place = Place::whole(*var);
                    let span = self.func.vars[var.index()].span;
                    self.known.remove(var);
                    RetShape::Value(self.load(&place, span))
                } else {
                    RetShape::Var(*var)
                }
            }
            Slot::View(view) => {
                self.forget_view(view);
                RetShape::Ref(self.load_view(view, self.sig.ident.span()))
            }
            Slot::Tuple(parts) => RetShape::Tuple(parts.iter().map(|p| self.slot_shape(p)).collect()),
            // Not in the slot of a function.
            Slot::Maybe(..) | Slot::Ordering(_) => RetShape::Unit,
        }
    }

    fn ret_shape(&mut self, result: Operand, ty: &Ty, span: Span) -> RetShape {
        match (result, ty) {
            (Operand::Unit | Operand::Never, _) => RetShape::Unit,
            (Operand::Tuple(parts), Ty::Tuple(tys)) if parts.len() == tys.len() => {
                RetShape::Tuple(parts.into_iter().zip(tys).map(|(p, t)| self.ret_shape(p, t, span)).collect())
            }
            (result, Ty::Tuple(tys)) if matches!(result, Operand::Place(_) | Operand::Owned(_) | Operand::Ref(..)) => {
                let parts = (0..tys.len()).map(|i| self.field(result.clone(), i as u32, span)).collect::<Vec<_>>();
                RetShape::Tuple(parts.into_iter().zip(tys).map(|(p, t)| self.ret_shape(p, t, span)).collect())
            }
            (Operand::Ref(place, _), Ty::Ref(..)) if !ty.is_scalar() => {
                let place_ty = self.func.place_ty(&place);
                let _ = self.func.types.unify(&place_ty, ty);
                RetShape::Ref(place)
            }
            (Operand::Choice(..), Ty::Ref(..)) if !ty.is_scalar() => {
                self.sink.error(span, m::RESULT_CHOSEN, "");
                RetShape::Unit
            }
            (result, Ty::Ref(..)) if ty.is_scalar() => {
                self.sink.error(span, m::RETURNS_SCALAR_REFERENCE, "");
                let _ = result;
                RetShape::Unit
            }
            (result, ty) if ty.is_scalar() => match self.as_value(result, Some(ty), span) {
                Some(v) => {
                    let _ = self.func.types.unify(&self.func.values[v.index()].ty.clone(), ty);
                    RetShape::Value(v)
                }
                None => RetShape::Unit,
            },
            (Operand::Owned(var), ty) => {
                let _ = self.func.types.unify(&self.func.vars[var.index()].ty.clone(), ty);
                RetShape::Var(var)
            }
            (result, ty) => {
                let from = self.ty_of(&result);
                let _ = self.func.types.unify(&from, ty);
                match self.as_init(result, span) {
                    Some(init) => RetShape::Var(self.declare("result", ty.clone(), init, span)),
                    None => RetShape::Unit,
                }
            }
        }
    }

    fn finish(mut self) -> Lowered {
        let mut late = std::mem::take(&mut self.late);
        late.sort_by_key(|(region, at, _)| std::cmp::Reverse((*region, *at)));
        for (region, at, op) in late {
            self.func.regions[region.index()].insert(at, op);
        }
        if !self.bindings.is_empty() {
            let names = self.bindings.iter().filter_map(|(name, span)| {
                let mut id = syn::parse_str::<syn::Ident>(name).ok()?;
                id.set_span(Span::call_site().located_at(*span));
                Some(id)
            });
            self.items.push(quote::quote!(const _: fn() = || { #(let #names = (); let _ = #names;)* };));
        }
        for name in self.func.types.names_of_literals() {
            self.sink.error_over(&name, m::UNSEEN_NAME, crate::diag::text(name.clone()));
        }
        if let float @ Float::Param(_) = self.sig.usual_float() {
            let results: Vec<Ty> = self.results.iter().map(|v| self.func.vars[v.index()].ty.clone()).collect();
            self.func.types.assume(&results, float);
        } else if let [first, _, ..] = &self.sig.floats[..] {
            for v in &self.results {
                let data = &self.func.vars[v.index()];
                if self.func.types.class(&data.ty) == Some(crate::ir::ty::Class::Float) {
                    self.sink.error(data.span, m::OPEN_FLOAT, first.name.to_string());
                }
            }
        }
        let witnesses = crate::generics::witnesses(&self.sig.floats);
        if !witnesses.is_empty() {
            self.items.push(witnesses);
        }
        self.func.types.settle();
        self.settle_numbers();
        // Tables of several lengths have one type as slices.
        for (region, v, tokens) in std::mem::take(&mut self.tables) {
            if self.func.ty(v).element().is_none() {
                continue;
            }
            for op in &mut self.func.regions[region.index()] {
                if op.result == Some(v) {
                    op.kind = OpKind::Path(quote::quote!(&#tokens[..]));
                }
            }
        }
        Lowered { func: self.func, items: self.items }
    }

    // ---- operations ----

    fn push(&mut self, kind: OpKind, span: Span) {
        let cur = self.cur;
        self.func.push(cur, kind, span);
        self.spend(span);
    }

    fn push_value(&mut self, kind: OpKind, ty: Ty, span: Span) -> Value {
        let cur = self.cur;
        self.spend(span);
        let zero = matches!(&kind, OpKind::Lit(t) if t == "0");
        let yes = matches!(&kind, OpKind::Lit(t) if t == "true");
        let v = self.func.push_value(cur, kind, ty, span);
        if zero {
            self.zeros.insert(v);
        }
        if yes {
            self.trues.insert(v);
        }
        v
    }

    fn spend(&mut self, span: Span) {
        if self.budget == 1 {
            self.sink.error(span, m::TOO_LARGE, "");
        }
        self.budget = self.budget.saturating_sub(1);
    }

    fn lit(&mut self, text: impl Into<Cow<'static, str>>, ty: Ty, span: Span) -> Value {
        self.push_value(OpKind::Lit(text.into()), ty, span)
    }

    fn index_lit(&mut self, n: usize, span: Span) -> Value {
        self.lit(n.to_string(), Ty::USIZE, span)
    }

    fn declare(&mut self, name: &str, ty: Ty, init: Init, span: Span) -> Var {
        let region = self.cur;
        let var = self.func.var(name, ty, span, VarKind::Local, region);
        if let Init::Scalar(v) = &init {
            self.known.insert(var, *v);
        }
        if let Init::Move(p) = &init
            && p.path.is_empty()
            && self.results.contains(&p.base)
        {
            self.results.insert(var);
        }
        self.push(OpKind::Declare(var, init), span);
        var
    }

    /// Reads a scalar. A value that is known to be there is not read again.
    fn load(&mut self, place: &Place, span: Span) -> Value {
        if place.path.is_empty()
            && let Some(v) = self.known.get(&place.base)
        {
            return *v;
        }
        let ty = self.func.place_ty(place);
        let v = self.push_value(OpKind::Load(place.clone()), ty, span);
        if place.path.is_empty() {
            self.known.insert(place.base, v);
            if let VarKind::Local = self.func.vars[place.base.index()].kind {
                let name = self.func.vars[place.base.index()].name.clone();
                self.func.values[v.index()].name = Some(name);
            }
        }
        v
    }

    fn store(&mut self, place: &Place, init: Init, span: Span) {
        self.touched(place.base);
        if let (Init::Scalar(v), true) = (&init, place.path.is_empty()) {
            self.known.insert(place.base, *v);
        }
        self.push(OpKind::Store(place.clone(), init), span);
    }

    /// Records that a variable was written to.
    fn touched(&mut self, var: Var) {
        self.known.remove(&var);
        self.stored.insert(var);
    }

    fn binary(&mut self, op: crate::ir::BinOp, a: Value, b: Value, span: Span) -> Value {
        use crate::ir::BinOp::*;
        let (ta, tb) = (self.func.values[a.index()].ty.clone(), self.func.values[b.index()].ty.clone());
        let ty = match op {
            Shl | Shr => peeled(&self.func.types.head(&ta)),
            Add | Sub | Mul | Div | Rem | BitAnd | BitOr | BitXor => {
                let (ra, rb) = (peeled(&self.func.types.resolve(&ta)), peeled(&self.func.types.resolve(&tb)));
                if !self.func.types.unify(&ta, &tb)
                    && matches!((&ra, &rb), (Ty::Float(_) | Ty::Int(_), Ty::Float(_) | Ty::Int(_)))
                {
                    use quote::ToTokens;
                    let found = format!("`{}` and `{}`", ra.to_token_stream(), rb.to_token_stream());
                    self.sink.error(span, m::MIXED_TYPES, found);
                }
                let head = peeled(&self.func.types.head(&ta));
                // `&str + ..` and the like stay what they are.
                head
            }
            And | Or => Ty::Bool,
            Eq | Ne | Lt | Le | Gt | Ge => {
                let _ = self.func.types.unify(&ta, &tb);
                Ty::Bool
            }
        };
        self.push_value(OpKind::Binary(op, a, b), ty, span)
    }
}

fn peeled(ty: &Ty) -> Ty {
    ty.peel().clone()
}

fn item_end(item: &syn::ItemFn) -> Span {
    match item.block.stmts.last() {
        Some(stmt) => {
            use syn::spanned::Spanned;
            stmt.span()
        }
        None => item.block.brace_token.span.close(),
    }
}
