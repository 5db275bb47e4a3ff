//! The adjoint: a primal, prepared, to a forward and a reverse sweep.
//!
//! The reverse sweep visits the operations in the opposite order. Each value has a cotangent, each active variable a
//! shadow of its own shape:
//!
//! ```text
//! y = f(x)               x_bar += f'(x) y_bar
//! v = load p             p_bar += v_bar
//! store p, v             v_bar += p_bar; p_bar = 0
//! for i in a..b { … }    for i in (a..b).rev() { … }
//! if c { … } else { … }  if c { … } else { … }          the same condition, kept or recomputed
//! ```
//!
//! What the reverse sweep reads of the forward sweep is found by building it once for the reads alone; then the
//! storage plan ([`super::keep`]) is made and carried out, and the reverse sweep is built again for good. So the rules
//! are written once and what is kept is what is read.

use super::formula::Target;
use super::keep::{self, Definitions, Kept, Via};
use super::prepare::{Prepared, Shape};
use super::zero;
use crate::analysis::activity::Activity;
use crate::analysis::fusion::{Before, Fusion, Part};
use crate::ir::{
    BinOp, EntityMap, EntitySet, Func, Init, Op, OpKind, ParamSlot, Place, Proj, Range, Region, Residual, RetShape, Ty,
    Value, Var, VarKind,
};
use crate::signature::{Role, Signature};
use proc_macro2::Span;
use std::collections::BTreeSet;

/// Builds the adjoint. `func` is the prepared primal.
pub fn adjoint(func: &Func, prep: &Prepared, act: &Activity, sig: &Signature) -> Func {
    let fusion = Fusion::none();
    let mut reads = Builder::new(func.clone(), prep.clone(), Kept::default(), act, sig, &fusion, true);
    reads.run();
    build(func, prep, act, sig, &fusion, &reads.needed)
}

/// The same with what can be fused of it, as [`super::joint`] found out; `None` where something is not there early after all.
pub(super) fn fused(func: &Func, prep: &Prepared, act: &Activity, sig: &Signature, fusion: &Fusion) -> Option<Func> {
    let mut reads = Builder::new(func.clone(), prep.clone(), Kept::default(), act, sig, fusion, true);
    reads.run();
    (!reads.failed).then(|| build(func, prep, act, sig, fusion, &reads.needed))
}

fn build(
    func: &Func,
    prep: &Prepared,
    act: &Activity,
    sig: &Signature,
    fusion: &Fusion,
    needed: &BTreeSet<Value>,
) -> Func {
    let decided = keep::decide(func, fusion, needed);
    let mut real = func.clone();
    let mut prep = prep.clone();
    let kept = keep::apply(&mut real, fusion, &mut prep, &decided);
    let mut builder = Builder::new(real, prep, kept, act, sig, fusion, false);
    builder.run();
    builder.func
}

/// The cotangent of a value while the reverse sweep is built.
#[derive(Clone, Copy)]
pub(super) enum Bar {
    /// The sum so far.
    Ssa(Value),
    /// A variable that nested regions add to.
    Cell(Var),
}

/// A region being reversed.
pub(super) struct Frame {
    pub(super) fwd: Region,
    /// Where operations go.
    pub(super) rev: Region,
    /// The region that this is, or will be, part of.
    pub(super) label: Region,
    /// Forward values that were made available here.
    pub(super) mapped: Vec<Value>,
    /// Kept copies that are open here.
    pub(super) opened: Vec<Residual>,
}

pub(super) struct Builder<'a> {
    pub(super) func: Func,
    pub(super) prep: Prepared,
    pub(super) kept: Kept,
    pub(super) act: &'a Activity,
    pub(super) sig: &'a Signature,
    pub(super) dry: bool,
    pub(super) needed: BTreeSet<Value>,
    pub(super) defs: Definitions,
    pub(super) frames: Vec<Frame>,
    pub(super) mapped: EntityMap<Value, Value>,
    pub(super) bars: EntityMap<Value, Bar>,
    /// Values read in a region other than their own.
    pub(super) crossing: EntitySet<Value>,
    /// The read position of each buffer that nested loops filled.
    pub(super) cursors: EntityMap<Var, Var>,
    /// What goes to the head of the reverse of each open home.
    pub(super) tops: Vec<Vec<Op>>,
    /// The regions that these reverses are in.
    pub(super) homes: Vec<Region>,
    pub(super) fusion: &'a Fusion,
    pub(super) before: Before,
    /// While something runs early: in front of which operation.
    pub(super) early: Option<(Region, usize)>,
    /// Which part of an operation's reverse is wanted, where some of it runs early.
    pub(super) filter: Option<Filter>,
    /// Variables whose shadows are there early.
    pub(super) opened: EntitySet<Var>,
    /// Whether the cotangents of the result's values are there early.
    pub(super) seeded: bool,
    pub(super) seed_place: Option<Place>,
    /// Something was asked for early that is not there.
    pub(super) failed: bool,
    pub(super) insertions: Vec<Insertion>,
}

/// Which of the result's parts get their cotangents.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seeds {
    /// The values, before anything that runs early.
    Values,
    /// A variable whose shadow has come into being early.
    Var(Var),
    /// All that have none yet.
    Rest,
}

/// Some of the operands of an operation.
pub(super) enum Filter {
    Only(Vec<Part>),
    Not(Vec<Part>),
}

/// Operations that go in front of one of the forward sweep or into its place, or to the end of a region.
pub(super) struct Insertion {
    pub(super) into: Region,
    pub(super) at: Option<usize>,
    pub(super) replace: bool,
    pub(super) ops: Region,
}

impl Target for Builder<'_> {
    fn emit(&mut self, kind: OpKind, ty: Ty, span: Span) -> Value {
        let (label, rev) = (self.here(), self.list());
        let v = self.func.value(ty, span, label);
        self.func.regions[rev.index()].push(Op { kind, result: Some(v), span });
        v
    }

    fn ty(&self, v: Value) -> Ty {
        self.func.ty(v)
    }
}

impl<'a> Builder<'a> {
    fn new(
        mut func: Func,
        prep: Prepared,
        kept: Kept,
        act: &'a Activity,
        sig: &'a Signature,
        fusion: &'a Fusion,
        dry: bool,
    ) -> Self {
        func.reverse_from = Some((Value(func.values.len() as u32), Var(func.vars.len() as u32)));
        let before = Before::new(&func);
        let defs = Definitions::new(&func);
        let mut crossing = EntitySet::default();
        func.walk(func.body, &mut |region, op| {
            crate::ir::for_each_value(&op.kind, &mut |v| {
                if func.values[v.index()].region != region && act.value(v) {
                    crossing.insert(v);
                }
            });
        });
        Builder {
            func,
            prep,
            kept,
            act,
            sig,
            dry,
            needed: BTreeSet::new(),
            defs,
            frames: Vec::new(),
            mapped: EntityMap::default(),
            bars: EntityMap::default(),
            crossing,
            cursors: EntityMap::default(),
            tops: Vec::new(),
            homes: Vec::new(),
            fusion,
            before,
            early: None,
            filter: None,
            opened: EntitySet::default(),
            seeded: false,
            seed_place: None,
            failed: false,
            insertions: Vec::new(),
        }
    }

    fn run(&mut self) {
        let body = self.func.body;
        let rev = self.func.region(Some(body));
        self.func.reverse = Some(rev);
        self.frames.push(Frame { fwd: body, rev, label: rev, mapped: Vec::new(), opened: Vec::new() });
        self.tops.push(Vec::new());
        self.homes.push(rev);
        let span = self.sig.ident.span();
        let seed_ty = self.sig.output.gradient().unwrap_or_else(|| self.sig.output.clone());
        let seed = self.func.var(&self.sig.fresh("seed").to_string(), seed_ty, span, VarKind::Seed, body);
        self.func.vars[seed.index()].by_ref = matches!(self.sig.output.peel(), Ty::Vec(_) | Ty::Slice(_));
        let ret = self.func.ret.clone();
        self.seed_place = Some(Place::whole(seed));
        self.fused_operations(body);
        // Parameters changed or moved inside have shadows of their own, as locals have.
        for slot in self.func.params.clone() {
            if let ParamSlot::Var(v) = slot {
                self.declare_shadow(v);
            }
        }
        self.declare_shadows(body);
        self.seed(&ret, &Place::whole(seed), Seeds::Rest, span);
        self.region(body);
        self.finish_params();
        let top = self.tops.pop().unwrap_or_default();
        self.func.regions[rev.index()].splice(0..0, top);
        self.frames.pop();
        self.insert();
    }

    /// The region in which the reverse is.
    pub(super) fn here(&self) -> Region {
        self.frames.last().map_or(self.func.body, |f| f.label)
    }

    /// Where its operations go for the time being.
    fn list(&self) -> Region {
        self.frames.last().map_or(self.func.body, |f| f.rev)
    }

    pub(super) fn push(&mut self, kind: OpKind, span: Span) {
        let rev = self.list();
        self.func.push(rev, kind, span);
    }

    pub(super) fn float_zero(&mut self, ty: &Ty, span: Span) -> Value {
        self.emit(OpKind::Lit("0.0".into()), ty.clone(), span)
    }

    /// Whether a value has a cotangent that is wanted now.
    pub(super) fn active(&self, v: Value) -> bool {
        self.act.value(v)
            && match &self.filter {
                None => true,
                Some(Filter::Only(parts)) => parts.contains(&Part::To(v)),
                Some(Filter::Not(parts)) => !parts.contains(&Part::To(v)),
            }
    }

    pub(super) fn active_var(&self, v: Var) -> bool {
        self.prep.shadows.contains_key(&v)
    }

    // ---- cotangents ----

    /// `v_bar += c`
    pub(super) fn add(&mut self, v: Value, c: Value, span: Span) {
        if !self.active(v) {
            return;
        }
        match self.bars.get(&v).copied() {
            Some(Bar::Cell(cell)) => self.push(OpKind::AddTo(Place::whole(cell), c), span),
            Some(Bar::Ssa(old)) => {
                let ty = self.func.ty(old);
                let sum = self.emit(OpKind::Binary(BinOp::Add, old, c), ty, span);
                self.bars.insert(v, Bar::Ssa(sum));
            }
            None => drop(self.bars.insert(v, Bar::Ssa(c))),
        }
    }

    /// The cotangent of a value, complete where its definition is reversed.
    fn take_bar(&mut self, v: Value, span: Span) -> Option<Value> {
        // The rest of the operation's reverse needs it again.
        let again = matches!(self.filter, Some(Filter::Only(_)));
        let bar = if again { self.bars.get(&v).copied()? } else { self.bars.remove(&v)? };
        match bar {
            Bar::Ssa(c) => {
                let name = self.func.values[v.index()].name.clone();
                let data = &mut self.func.values[c.index()];
                if let (None, Some(n)) = (&data.name, name) {
                    data.name = Some(format!("{n}_bar"));
                }
                Some(c)
            }
            Bar::Cell(cell) => {
                let ty = self.func.var_ty(cell);
                Some(self.emit(OpKind::Load(Place::whole(cell)), ty, span))
            }
        }
    }

    /// Opens the cotangents and shadows of what a region defines.
    pub(super) fn declare_shadows(&mut self, fwd: Region) {
        self.declare_cells(fwd);
        for op in self.func.regions[fwd.index()].clone() {
            match &op.kind {
                OpKind::Declare(var, _) => self.declare_shadow(*var),
                OpKind::Call(c) | OpKind::Forward { call: c, .. } => {
                    if let Some(r) = c.result {
                        self.declare_shadow(r);
                    }
                }
                _ => {}
            }
        }
    }

    /// Variables for the cotangents of values that nested regions read.
    pub(super) fn declare_cells(&mut self, fwd: Region) {
        let ops = self.func.regions[fwd.index()].clone();
        let params: Vec<Value> = match fwd == self.func.body {
            true => self
                .func
                .params
                .iter()
                .filter_map(|p| if let ParamSlot::Value(v) = p { Some(*v) } else { None })
                .collect(),
            false => Vec::new(),
        };
        let defined = params.into_iter().chain(ops.iter().filter_map(|o| o.result));
        for v in defined.collect::<Vec<_>>() {
            if self.crossing.contains(&v) && !matches!(self.bars.get(&v), Some(Bar::Cell(_))) {
                self.open_cell(v);
            }
        }
    }

    fn open_cell(&mut self, v: Value) {
        let data = self.func.values[v.index()].clone();
        let ty = self.func.ty(v).peel().clone();
        let zero = self.float_zero(&ty, data.span);
        let name = format!("{}_bar", data.name.as_deref().unwrap_or("value"));
        let here = self.here();
        let cell = self.func.var(&name, ty, data.span, VarKind::Generated, here);
        self.push(OpKind::Declare(cell, Init::Scalar(zero)), data.span);
        self.bars.insert(v, Bar::Cell(cell));
    }

    fn declare_shadow(&mut self, var: Var) {
        let Some(shadow) = self.prep.shadows.get(&var).copied() else { return };
        let given = matches!(self.func.vars[shadow.index()].kind, VarKind::ShadowParam { .. });
        if given || self.opened.contains(&var) {
            return;
        }
        let span = self.func.vars[var.index()].span;
        let here = self.here();
        self.func.vars[shadow.index()].region = here;
        let shape = self.prep.shapes.get(&var).copied().unwrap_or(Shape::Type);
        let ty = self.func.var_ty(var);
        let init = self.zero_of(&ty, shape, span);
        self.push(OpKind::Declare(shadow, init), span);
    }

    /// A zero cotangent of a given shape.
    pub(super) fn zero_of(&mut self, ty: &Ty, shape: Shape, span: Span) -> Init {
        match shape {
            Shape::Type => {
                let (label, list) = (self.here(), self.list());
                let n = self.func.regions[list.index()].len();
                let init = zero::of_type(&mut self.func, list, ty, span).unwrap_or(Init::NewVec { capacity: None });
                for v in self.func.regions[list.index()][n..].iter().filter_map(|op| op.result) {
                    self.func.values[v.index()].region = label;
                }
                init
            }
            Shape::Empty => Init::NewVec { capacity: None },
            Shape::Flat(n) => {
                let n = self.lookup(n, span);
                let elem = ty.element().cloned().unwrap_or(Ty::F64);
                let zero = self.float_zero(&elem, span);
                Init::Repeat { elem: Box::new(Init::Scalar(zero)), len: crate::ir::Count::Value(n), vec: true }
            }
            Shape::Kept(residual, keeping) => {
                self.push(OpKind::Open { residual, keeping }, span);
                Init::Shape(residual)
            }
        }
    }

    /// The shadow of a place.
    pub(super) fn shadow(&mut self, place: &Place, span: Span) -> Option<Place> {
        let base = *self.prep.shadows.get(&place.base)?;
        if self.func.is_inert_part(place) {
            return None;
        }
        Some(self.mapped_place(place, base, span))
    }

    /// A place of the forward sweep as the reverse sweep can name it.
    pub(super) fn mapped_place(&mut self, place: &Place, base: Var, span: Span) -> Place {
        let found: Vec<Value> = place.values().map(|v| self.lookup(v, span)).collect();
        let mut found = found.into_iter();
        place.map(base, |v| found.next().unwrap_or(v))
    }

    /// The cotangents of the parts of the result.
    pub(super) fn seed(&mut self, ret: &RetShape, seed: &Place, which: Seeds, span: Span) {
        match ret {
            RetShape::Unit => {}
            RetShape::Value(v) => {
                let now = which == Seeds::Values || which == Seeds::Rest && !self.seeded;
                if now && self.act.value(*v) {
                    let ty = self.func.ty(*v).peel().clone();
                    let c = self.emit(OpKind::Load(seed.clone()), ty, span);
                    self.add(*v, c, span);
                }
            }
            RetShape::Var(var) => {
                let now = which == Seeds::Var(*var) || which == Seeds::Rest && !self.opened.contains(var);
                if let Some(shadow) = self.prep.shadows.get(var).copied().filter(|_| now) {
                    self.push(OpKind::Accumulate(Place::whole(shadow), seed.clone()), span);
                }
            }
            RetShape::Ref(place) => {
                if which == Seeds::Rest
                    && let Some(shadow) = self.shadow(place, span)
                {
                    self.push(OpKind::Accumulate(shadow, seed.clone()), span);
                }
            }
            RetShape::Tuple(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    self.seed(part, &seed.then(Proj::Field(i as u32)), which, span);
                }
            }
        }
    }

    /// The gradients of parameters go to the caller's shadows.
    fn finish_params(&mut self) {
        for (i, slot) in self.func.params.clone().into_iter().enumerate() {
            let p = &self.sig.params[i];
            let span = p.name.span();
            if p.role != Role::Active {
                continue;
            }
            match slot {
                ParamSlot::Value(v) => {
                    let Some(c) = self.take_bar(v, span) else { continue };
                    let ty = self.func.ty(v).peel().clone();
                    let shadow = self.param_shadow(i, ty);
                    self.push(OpKind::AddTo(Place::whole(shadow), c), span);
                }
                ParamSlot::Var(_) => {
                    if let Some((_, local)) = self.prep.local_params.iter().find(|(n, _)| *n == i).copied() {
                        let ty = p.ty.shadow().unwrap_or(Ty::F64);
                        let shadow = self.param_shadow(i, ty);
                        self.push(OpKind::Accumulate(Place::whole(shadow), Place::whole(local)), span);
                    }
                }
            }
        }
    }

    fn param_shadow(&mut self, param: usize, ty: Ty) -> Var {
        let p = &self.sig.params[param];
        let optional = p.is_optional();
        let body = self.func.body;
        let var = self.func.var(
            &self.sig.bar(param).to_string(),
            ty,
            p.name.span(),
            VarKind::ShadowParam { param, optional },
            body,
        );
        self.func.vars[var.index()].by_ref = true;
        var
    }

    // ---- values of the forward sweep ----

    /// A value of the forward sweep, in the reverse sweep.
    pub(super) fn lookup(&mut self, v: Value, span: Span) -> Value {
        if let Some(m) = self.mapped.get(&v) {
            return *m;
        }
        if let Some(op) = self.defs.of(&self.func, v)
            && let kind @ (OpKind::Lit(_) | OpKind::Path(_)) = &op.kind
        {
            let (kind, ty) = (kind.clone(), self.func.values[v.index()].ty.clone());
            return self.emit(kind, ty, span);
        }
        if let Some((region, at)) = self.early {
            return self.lookup_early(v, region, at, span);
        }
        if self.fusion.is_home(&self.func, self.func.values[v.index()].region) {
            return v;
        }
        if self.dry {
            self.needed.insert(v);
            return v;
        }
        match self.kept.via.get(&v).copied() {
            Some(Via::Cell(outer)) => {
                let m = self.lookup(outer, span);
                self.map_in(v, m);
                m
            }
            Some(Via::Recompute) => self.recompute(v, span),
            // Records are mapped when their body is entered.
            Some(Via::Record(..)) | None => v,
        }
    }

    /// Computes a value again, in the reverse of the region that defines it.
    fn recompute(&mut self, v: Value, span: Span) -> Value {
        let Some(op) = self.defs.of(&self.func, v).cloned() else { return v };
        let region = self.func.values[v.index()].region;
        let Some(depth) = self.frames.iter().rposition(|f| f.fwd == region) else { return v };
        let inner = self.frames.split_off(depth + 1);
        let m = self.emit_again(op.kind, v, span);
        self.frames.extend(inner);
        m
    }

    /// The operation that defines a value once more, on what stands for its operands here.
    pub(super) fn emit_again(&mut self, mut kind: OpKind, v: Value, span: Span) -> Value {
        let mut operands = Vec::new();
        crate::ir::for_each_value(&kind, &mut |o| operands.push(o));
        let found: Vec<(Value, Value)> = operands.into_iter().map(|o| (o, self.lookup(o, span))).collect();
        let again = |o| found.iter().find(|(v, _)| *v == o).map_or(o, |(_, m)| *m);
        crate::ir::map(&mut kind, &mut { again }, &mut |var| var);
        let data = self.func.values[v.index()].clone();
        let m = self.emit(kind, data.ty, data.span);
        self.func.values[m.index()].name = data.name;
        self.map_in(v, m);
        m
    }

    /// Makes a value available as long as the present frame is open.
    pub(super) fn map_in(&mut self, v: Value, m: Value) {
        self.mapped.insert(v, m);
        if let Some(f) = self.frames.last_mut() {
            f.mapped.push(v);
        }
    }

    // ---- regions ----

    /// Reverses a nested region into a new one.
    pub(super) fn nested(&mut self, fwd: Region, f: impl FnOnce(&mut Self)) -> Region {
        let here = self.here();
        let rev = self.func.region(Some(here));
        self.frames.push(Frame { fwd, rev, label: rev, mapped: Vec::new(), opened: Vec::new() });
        f(self);
        self.declare_shadows(fwd);
        self.region(fwd);
        if let Some(frame) = self.frames.pop() {
            for v in frame.mapped {
                self.mapped.remove(&v);
            }
        }
        rev
    }

    /// A generated loop over `0..n`.
    pub(super) fn each(&mut self, n: Value, span: Span, f: impl FnOnce(&mut Self, Value)) {
        let here = self.here();
        let fwd = self.frames.last().map_or(self.func.body, |f| f.fwd);
        let lo = self.emit(OpKind::Lit("0".into()), Ty::USIZE, span);
        let rev = self.func.region(Some(here));
        let index = self.func.value(Ty::USIZE, span, rev);
        self.frames.push(Frame { fwd, rev, label: rev, mapped: Vec::new(), opened: Vec::new() });
        f(self, index);
        if let Some(frame) = self.frames.pop() {
            for v in frame.mapped {
                self.mapped.remove(&v);
            }
        }
        let range = Range { lo, hi: n, inclusive: false, rev: false, step: None };
        self.push(OpKind::For { index, range, body: rev, exit: None }, span);
    }

    pub(super) fn has_effect(&self, rev: Region) -> bool {
        self.func.regions[rev.index()].iter().any(|op| match &op.kind {
            OpKind::Declare(..) | OpKind::Open { .. } => false,
            // The read position of a buffer matters to what reads the buffer only.
            OpKind::Store(p, _) if self.cursors.values().any(|c| *c == p.base) => false,
            kind => crate::ir::purity(&self.func, kind) == crate::ir::Purity::Effect,
        })
    }

    pub(super) fn region(&mut self, fwd: Region) {
        let n = self.func.regions[fwd.index()].len();
        for i in (0..n).rev() {
            if self.fusion.joint && self.is_done(fwd, i) {
                continue;
            }
            let op = self.func.regions[fwd.index()][i].clone();
            self.op(&op, fwd, i);
            self.filter = None;
        }
    }

    pub(super) fn op(&mut self, op: &Op, fwd: Region, index: usize) {
        let span = op.span;
        match &op.kind {
            OpKind::Neg(a) => {
                if let Some(c) = self.result_bar(op) {
                    let ty = self.func.ty(c);
                    let n = self.emit(OpKind::Neg(c), ty, span);
                    self.add(*a, n, span);
                }
            }
            OpKind::Binary(b, x, y) => {
                if let Some(c) = self.result_bar(op) {
                    self.binary(*b, *x, *y, c, op);
                }
            }
            OpKind::Rule(rule, args) => {
                if let Some(c) = self.result_bar(op) {
                    self.rule(rule, args, c, op);
                }
            }
            OpKind::Cast(a, _) => {
                if let Some(c) = self.result_bar(op)
                    && self.active(*a)
                {
                    let ty = self.func.ty(*a).peel().clone();
                    let c = if let Ty::Var(_) = ty {
                        // Of a field that may be an integer the runtime decides: see `Cast` there.
                        c
                    } else {
                        let kind = if super::is_open_float(&ty) {
                            // A call's result: rustc knows whether it is a float.
                            let path = super::of_runtime(&self.sig.krate, "cast_cotangent", span);
                            let y = self.lookup(*a, span);
                            let c = self.emit(OpKind::Cast(c, Ty::F64), Ty::F64, span);
                            OpKind::PathCall(path, vec![y, c])
                        } else {
                            OpKind::Cast(c, ty.clone())
                        };
                        self.emit(kind, ty, span)
                    };
                    self.add(*a, c, span);
                }
            }
            OpKind::Select(cond, a, b) => {
                if let Some(c) = self.result_bar(op) {
                    let cond = self.lookup(*cond, span);
                    let ty = self.func.ty(c);
                    let zero = self.float_zero(&ty, span);
                    let to_a = self.emit(OpKind::Select(cond, c, zero), ty.clone(), span);
                    self.add(*a, to_a, span);
                    let to_b = self.emit(OpKind::Select(cond, zero, c), ty, span);
                    self.add(*b, to_b, span);
                }
            }
            OpKind::Load(p) => {
                if let Some(c) = self.result_bar(op)
                    && let Some(shadow) = self.shadow(p, span)
                {
                    self.push(OpKind::AddTo(shadow, c), span);
                }
            }
            OpKind::If { cond, then, els } => {
                let t = self.nested(*then, |_| {});
                let e = self.nested(*els, |_| {});
                if self.has_effect(t) || self.has_effect(e) {
                    let cond = self.lookup(*cond, span);
                    self.push(OpKind::If { cond, then: t, els: e }, span);
                }
            }
            OpKind::For { index, range, body, exit } => self.counted_loop(op, *index, range, *body, exit.is_some()),
            OpKind::While { body, .. } => self.uncounted_loop(*body, span),
            OpKind::Lit(_) | OpKind::Path(_) | OpKind::Not(_) | OpKind::Method(..) | OpKind::PathCall(..) => {}
            OpKind::Stop(_) | OpKind::Len(_) | OpKind::Matches(..) | OpKind::Effect { .. } => {
                if let Some(v) = op.result {
                    self.bars.remove(&v);
                }
            }
            OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } => {}
            OpKind::Declare(..) | OpKind::Store(..) | OpKind::AddTo(..) | OpKind::Accumulate(..) | OpKind::Zero(_) => {
                self.memory(op, fwd, index);
            }
            OpKind::Fill(..)
            | OpKind::CopyFrom(..)
            | OpKind::Swap(..)
            | OpKind::SwapElements(..)
            | OpKind::ReverseSlice(_) => {
                self.memory(op, fwd, index);
            }
            OpKind::Push(..) | OpKind::Pop(_) | OpKind::Truncate(..) | OpKind::Resize(..) => {
                self.memory(op, fwd, index)
            }
            OpKind::Rotate { .. } => self.memory(op, fwd, index),
            OpKind::Call(call) => self.joint(call, fwd, index, span),
            OpKind::Forward { call, residual, keeping } => self.split(call, *residual, *keeping, fwd, index, span),
            // Only derivatives contain these, and derivatives of derivatives go through joint calls.
            OpKind::Reverse { .. } | OpKind::Joint { .. } | OpKind::Tangent { .. } | OpKind::Open { .. } => {}
        }
    }

    fn result_bar(&mut self, op: &Op) -> Option<Value> {
        let v = op.result?;
        let bar = self.take_bar(v, op.span);
        if self.act.value(v) { bar } else { None }
    }
}
