//! Which values of the forward sweep the reverse sweep gets, and how: the storage plan.
//!
//! A value that the reverse sweep reads is, by where it is defined:
//!
//! * at the top of the function: still there, nothing to do;
//! * in a branch: assigned to a variable of the region around it, and so on outwards; from far inside (as behind many
//!   early returns) straight to a variable of the loop's body or function around all of them;
//! * in a loop's body: recomputed if that is cheap and its operands are there, else recorded. All records of a body go
//!   into one buffer, one tuple per iteration:
//!
//! ```text
//! let mut kept = vec![(0.0, 0.0); n];           let mut kept = Vec::new();        // leaves early, or nested
//! for i in 0..n { …; kept[i] = (x, y); }        while c { …; kept.push((x, y)); }
//! ```
//!
//! The reverse sweep visits iterations in the opposite order, so a buffer filled in nested loops is read from its end.

use super::prepare::{Prepared, loop_bodies};
use super::zero;
use crate::analysis::fusion::Fusion;
use crate::analysis::stability::{self, Stability};
use crate::hash::HashMap;
use crate::ir::ty::Len;
use crate::ir::{
    BinOp, Count, EntityMap, EntitySet, Float, Func, Init, Op, OpKind, Place, Proj, Region, Ty, Value, Var, VarKind,
    for_each_value,
};
use crate::rules::Cost;
use proc_macro2::{Span, TokenStream};
use std::collections::BTreeSet;

/// How a value comes to the reverse sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Computed again there.
    Recompute,
    /// The value of this name in the region around was given what it was.
    Cell(Value),
    /// Field of the record of this loop body.
    Record(Region, usize),
}

/// The buffer of a loop's body.
#[derive(Clone, Debug)]
pub struct Tape {
    pub var: Var,
    pub fields: Vec<Value>,
    /// The buffer has one record per iteration of a counted loop, at the iteration's number; else it was pushed to.
    pub indexed: bool,
    /// Whether the loop stands in another loop: then the buffer holds the records of all its runs.
    pub nested: bool,
}

/// The plan, carried out.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub via: EntityMap<Value, Via>,
    pub tapes: EntityMap<Region, Tape>,
}

/// Where each value is defined, and by what.
pub struct Definitions {
    ops: EntityMap<Value, (Region, usize)>,
    /// Loop indices that the reverse loop has by itself.
    free: EntitySet<Value>,
}

impl Definitions {
    pub fn new(func: &Func) -> Definitions {
        let mut ops = EntityMap::default();
        let mut free = EntitySet::default();
        for (r, region) in func.regions.iter().enumerate() {
            for (i, op) in region.iter().enumerate() {
                if let Some(v) = op.result {
                    ops.insert(v, (Region(r as u32), i));
                }
                if let OpKind::For { index, range, exit, .. } = &op.kind
                    && index_is_free(func, range, exit.is_some())
                {
                    free.insert(*index);
                }
            }
        }
        Definitions { ops, free }
    }

    pub fn of<'f>(&self, func: &'f Func, v: Value) -> Option<&'f Op> {
        let (r, i) = self.ops.get(&v)?;
        func.regions[r.index()].get(*i)
    }

    pub fn position(&self, v: Value) -> Option<(Region, usize)> {
        self.ops.get(&v).copied()
    }

    /// Whether the reverse sweep has the value without being given it.
    pub fn is_free(&self, func: &Func, fusion: &Fusion, v: Value) -> bool {
        fusion.is_home(func, func.values[v.index()].region)
            || self.free.contains(&v)
            || matches!(self.of(func, v).map(|o| &o.kind), Some(OpKind::Lit(_) | OpKind::Path(_)))
    }
}

/// Whether a reversed loop can compute its own index.
pub fn index_is_free(func: &Func, range: &crate::ir::Range, exits: bool) -> bool {
    if exits {
        return is_plain(func, range);
    }
    // A stepped range can be reversed if it knows its length: `Range<i64>` and `RangeInclusive<i32>` do not.
    let sized = !range.inclusive && !matches!(func.ty(range.hi), Ty::Int("i64" | "u64" | "i128" | "u128"));
    range.step.is_none() || sized
}

/// `lo..hi` of `usize`, upwards.
pub fn is_plain(func: &Func, range: &crate::ir::Range) -> bool {
    matches!(func.ty(range.hi), Ty::Int("usize")) && !range.inclusive && !range.rev && range.step.is_none()
}

/// Decides, for what the reverse sweep reads, between recomputing and keeping.
pub fn decide(func: &Func, fusion: &Fusion, needed: &BTreeSet<Value>) -> EntityMap<Value, bool> {
    let defs = Definitions::new(func);
    let stab = stability::solve(func, fusion);
    let mut d = Decide { func, fusion, defs: &defs, stab: &stab, needed: needed.clone(), keep: EntityMap::default() };
    // Later values first: their operands become needed before they are looked at.
    while let Some(v) = d.needed.pop_last() {
        if d.keep.contains_key(&v) || defs.is_free(func, fusion, v) {
            continue;
        }
        let again = d.recomputable(v, needed, 0);
        d.keep.insert(v, !again);
        if again && let Some(op) = defs.of(func, v) {
            let mut operands = Vec::new();
            for_each_value(&op.kind, &mut |o| operands.push(o));
            d.needed.extend(operands.into_iter().filter(|o| !d.keep.contains_key(o)));
        }
    }
    d.keep
}

struct Decide<'a> {
    func: &'a Func,
    fusion: &'a Fusion,
    defs: &'a Definitions,
    stab: &'a Stability,
    needed: BTreeSet<Value>,
    keep: EntityMap<Value, bool>,
}

impl Decide<'_> {
    fn recomputable(&self, v: Value, asked: &BTreeSet<Value>, depth: usize) -> bool {
        let Some(op) = self.defs.of(self.func, v) else { return false };
        let cheap = match &op.kind {
            OpKind::Neg(_) | OpKind::Not(_) | OpKind::Cast(..) | OpKind::Stop(_) | OpKind::Select(..) => true,
            OpKind::Binary(b, x, _) => match b {
                BinOp::Div | BinOp::Rem => !self.func.types.is_float(&self.func.values[x.index()].ty),
                _ => true,
            },
            OpKind::Rule(rule, _) => rule.cost == Cost::Cheap,
            OpKind::Method(..) => true,
            OpKind::PathCall(..) => false,
            OpKind::Len(p) => {
                let (r, i) = self.defs.position(v).unwrap_or((self.func.body, 0));
                self.stab.holds_length(self.func, p, r, i)
            }
            OpKind::Load(p) | OpKind::Matches(p, _) => {
                let (r, i) = self.defs.position(v).unwrap_or((self.func.body, 0));
                self.stab.holds(self.func, p, r, i)
            }
            _ => false,
        };
        if !cheap || depth > 6 {
            return false;
        }
        let mut there = true;
        for_each_value(&op.kind, &mut |o| {
            there = there
                && (self.defs.is_free(self.func, self.fusion, o)
                    || asked.contains(&o)
                    || self.needed.contains(&o)
                    || self.keep.contains_key(&o)
                    || self.recomputable(o, asked, depth + 1));
        });
        there
    }
}

/// Carries the plan out: the forward sweep keeps what is to be kept.
pub fn apply(func: &mut Func, fusion: &Fusion, prep: &mut Prepared, decided: &EntityMap<Value, bool>) -> Kept {
    let loops = loop_bodies(func);
    let mut a = Apply {
        func,
        fusion,
        loops,
        kept: Kept::default(),
        records: EntityMap::default(),
        cells: EntityMap::default(),
        stores: EntityMap::default(),
        bases: EntityMap::default(),
        heads: EntityMap::default(),
        top: Vec::new(),
        emptied: EntityMap::default(),
    };
    let mut keep: Vec<Value> = Vec::new();
    for (v, k) in decided.iter() {
        if *k {
            keep.push(v);
        } else {
            a.kept.via.insert(v, Via::Recompute);
        }
    }
    for v in keep {
        a.keep(v);
    }
    let body = a.func.body;
    let mut info = HashMap::default();
    let mut old = std::mem::take(&mut prep.info);
    a.rebuild(body, prep, &mut old, &mut info);
    // Buffers that loops inside branches or loops fill are declared at the head of the function.
    let mut heads = std::mem::take(&mut a.emptied);
    heads.insert(body, std::mem::take(&mut a.top));
    let mut shifts: EntityMap<Region, usize> = EntityMap::default();
    for (region, ops) in heads.iter() {
        shifts.insert(region, ops.len());
        a.func.regions[region.index()].splice(0..0, ops.iter().cloned());
    }
    prep.info = info.into_iter().map(|((r, i), x)| ((r, i + shifts.get(&r).copied().unwrap_or(0)), x)).collect();
    a.kept
}

/// The longest buffer that is an array.
const ON_STACK: usize = 64;

/// A value goes outwards step by step through at most so many branches around its own.
const STEPS: usize = 6;

struct Apply<'a> {
    func: &'a mut Func,
    fusion: &'a Fusion,
    loops: EntitySet<Region>,
    kept: Kept,
    /// What each loop body records.
    records: EntityMap<Region, Vec<Value>>,
    /// What each branch hands to the region around it: the variable, and the value read from it.
    cells: EntityMap<Region, Vec<(Var, Value)>>,
    /// What is assigned at the end of each branch.
    stores: EntityMap<Region, Vec<(Value, Var)>>,
    /// Where the records of the present run of an indexed, nested loop begin and end.
    bases: EntityMap<Region, (Value, Value)>,
    /// The index and lower bound of counted loops.
    heads: EntityMap<Region, (Value, Value)>,
    /// Declarations for the head of the function.
    top: Vec<Op>,
    /// Buffers that are filled anew in each run of a home.
    emptied: EntityMap<Region, Vec<Op>>,
}

impl Apply<'_> {
    fn keep(&mut self, v: Value) {
        let region = self.func.values[v.index()].region;
        if self.fusion.is_home(self.func, region) || self.kept.via.contains_key(&v) {
            return;
        }
        if self.loops.contains(&region) {
            let fields = self.records.slot(region).get_or_insert_default();
            self.kept.via.insert(v, Via::Record(region, fields.len()));
            fields.push(v);
            return;
        }
        let Some((around, branch)) = self.around(region) else { return };
        let data = self.func.values[v.index()].clone();
        let name = format!("{}_kept", data.name.as_deref().unwrap_or("value"));
        let cell = self.func.var(&name, data.ty.clone(), data.span, VarKind::Generated, around);
        let outer = self.func.value(data.ty, data.span, around);
        self.func.values[outer.index()].name = data.name;
        self.cells.slot(branch).get_or_insert_default().push((cell, outer));
        self.stores.slot(region).get_or_insert_default().push((v, cell));
        self.kept.via.insert(v, Via::Cell(outer));
        self.keep(outer);
    }

    /// The region that what a branch keeps goes to, and its branch that leads there: one level outwards, or all of them at
    /// once where they are many, since a variable in each would make the code grow with the square of the depth.
    fn around(&self, region: Region) -> Option<(Region, Region)> {
        let next = (self.func.parents[region.index()]?, region);
        let (mut far, mut levels) = (next, 0);
        while !self.fusion.is_home(self.func, far.0) && !self.loops.contains(&far.0) {
            far = (self.func.parents[far.0.index()]?, far.0);
            levels += 1;
        }
        Some(if levels > STEPS { far } else { next })
    }

    fn rebuild(
        &mut self,
        region: Region,
        prep: &Prepared,
        old: &mut HashMap<(Region, usize), super::prepare::Info>,
        new: &mut HashMap<(Region, usize), super::prepare::Info>,
    ) {
        let ops = std::mem::take(&mut self.func.regions[region.index()]);
        for (index, op) in ops.into_iter().enumerate() {
            let span = op.span;
            let nested = op.kind.regions();
            let mut after: Vec<Op> = Vec::new();
            for r in &nested {
                for (cell, outer) in self.cells.get(r).cloned().unwrap_or_default() {
                    let ty = self.func.ty(outer);
                    let init = zero::placeholder(self.func, region, &ty, span);
                    self.func.push(region, OpKind::Declare(cell, init), span);
                    after.push(Op { kind: OpKind::Load(Place::whole(cell)), result: Some(outer), span });
                }
            }
            if let OpKind::For { body, .. } | OpKind::While { body, .. } = &op.kind {
                self.tape(&op, *body, region, prep);
            }
            for r in &nested {
                self.rebuild(*r, prep, old, new);
            }
            self.func.regions[region.index()].push(op);
            let at = self.func.regions[region.index()].len() - 1;
            if !old.is_empty()
                && let Some(info) = old.remove(&(region, index))
            {
                new.insert((region, at), info);
            }
            self.func.regions[region.index()].extend(after);
        }
        let last = self.func.take_diverging(region);
        for (v, cell) in self.stores.get(&region).cloned().unwrap_or_default() {
            let span = self.func.values[v.index()].span;
            self.func.push(region, OpKind::Store(Place::whole(cell), Init::Scalar(v)), span);
        }
        if let Some(tape) = self.kept.tapes.get(&region).cloned() {
            self.record(region, &tape);
        }
        self.func.regions[region.index()].extend(last);
    }

    /// Declares the buffer of a loop, and makes room in it.
    fn tape(&mut self, op: &Op, body: Region, region: Region, prep: &Prepared) {
        let Some(fields) = self.records.get(&body).cloned() else { return };
        let span = op.span;
        let home = self.fusion.home(self.func, region);
        let nested = self.is_in_loop(region, home);
        let tys: Vec<Ty> = fields.iter().map(|v| self.func.ty(*v)).collect();
        let elem = if tys.len() == 1 { tys[0].clone() } else { Ty::Tuple(tys.clone()) };
        let known = tys.iter().all(|t| matches!(t, Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char));
        let plain = match &op.kind {
            OpKind::For { range, exit: None, .. } => is_plain(self.func, range),
            _ => false,
        };
        let indexed = plain && known;
        let top = region == home;
        let name = match &fields[..] {
            [one] => format!("{}_kept", self.func.values[one.index()].name.as_deref().unwrap_or("value")),
            _ => "kept".to_string(),
        };
        let var = self.func.var(&name, Ty::Vec(Box::new(elem)), span, VarKind::Generated, self.func.body);
        self.func.vars[var.index()].tape = indexed;
        let named = |t: &Ty| !matches!(t, Ty::Float(f) if *f != Float::F64 && *f != Float::F32);
        self.func.vars[var.index()].buffer = known && tys.iter().all(named);
        let n = prep.trips.get(&body).copied();
        if let (true, Some(n)) = (indexed, n) {
            let zero = self.blank(&tys, region, span);
            if let Some(len) = self.literal(n).filter(|_| top) {
                // On the stack, in each iteration of a fused loop anew.
                let data = &mut self.func.vars[var.index()];
                let Ty::Vec(elem) = data.ty.clone() else { return };
                data.ty = Ty::Array(elem, Len::Known(len.to_string()));
                (data.region, data.buffer) = (region, false);
                let (elem, len) = (Box::new(zero), Count::Const(len));
                self.func.push(region, OpKind::Declare(var, Init::Repeat { elem, len, vec: false }), span);
            } else if top && home == self.func.body {
                let len = Count::Value(n);
                self.func.push(
                    region,
                    OpKind::Declare(var, Init::Repeat { elem: Box::new(zero), len, vec: true }),
                    span,
                );
            } else if top {
                self.declare_at_top(var, span);
                self.lengthen(var, n, zero, region, span);
            } else {
                self.declare_at_top(var, span);
                self.empty(var, home, span);
                let base = self.func.push_value(region, OpKind::Len(Place::whole(var)), Ty::USIZE, span);
                let len = self.func.push_value(region, OpKind::Binary(BinOp::Add, base, n), Ty::USIZE, span);
                self.func.push(region, OpKind::Resize(Place::whole(var), len, zero), span);
                self.bases.insert(body, (base, len));
            }
        } else {
            self.declare_at_top(var, span);
            self.empty(var, home, span);
        }
        if let OpKind::For { index, range, .. } = &op.kind {
            self.heads.insert(body, (*index, range.lo));
        }
        self.kept.tapes.insert(body, Tape { var, fields, indexed, nested });
    }

    /// A number of iterations that is written down, and small.
    fn literal(&self, n: Value) -> Option<TokenStream> {
        let region = self.func.values[n.index()].region;
        let op = self.func.regions[region.index()].iter().find(|op| op.result == Some(n))?;
        let OpKind::Lit(text) = &op.kind else { return None };
        let small = text.parse::<usize>().is_ok_and(|n| n <= ON_STACK);
        small.then(|| text.parse().ok())?
    }

    /// Whether a loop that is not fused stands between a home and a region in it.
    fn is_in_loop(&self, region: Region, home: Region) -> bool {
        let mut at = region;
        while at != home {
            if self.loops.contains(&at) {
                return true;
            }
            match self.func.parents[at.index()] {
                Some(parent) => at = parent,
                None => return false,
            }
        }
        false
    }

    /// `if kept.len() < n { kept.resize(n, 0.0); }`: a buffer that each iteration of a fused loop fills anew.
    fn lengthen(&mut self, var: Var, n: Value, zero: Init, region: Region, span: Span) {
        let len = self.func.push_value(region, OpKind::Len(Place::whole(var)), Ty::USIZE, span);
        let short = self.func.push_value(region, OpKind::Binary(BinOp::Lt, len, n), Ty::Bool, span);
        let (then, els) = (self.func.region(Some(region)), self.func.region(Some(region)));
        self.func.push(then, OpKind::Resize(Place::whole(var), n, zero), span);
        self.func.push(region, OpKind::If { cond: short, then, els }, span);
    }

    /// `kept.truncate(0);` at the head of a fused loop's body.
    fn empty(&mut self, var: Var, home: Region, span: Span) {
        if home == self.func.body {
            return;
        }
        let zero = self.func.value(Ty::USIZE, span, home);
        let ops = self.emptied.slot(home).get_or_insert_default();
        ops.push(Op { kind: OpKind::Lit("0".into()), result: Some(zero), span });
        ops.push(Op { kind: OpKind::Truncate(Place::whole(var), zero), result: None, span });
    }

    fn blank(&mut self, tys: &[Ty], region: Region, span: Span) -> Init {
        let mut parts: Vec<Init> = tys.iter().map(|t| zero::placeholder(self.func, region, t, span)).collect();
        if parts.len() == 1 { parts.remove(0) } else { Init::Tuple(parts) }
    }

    fn declare_at_top(&mut self, var: Var, span: Span) {
        self.top.push(Op { kind: OpKind::Declare(var, Init::NewVec { capacity: None }), result: None, span });
    }

    /// The record of an iteration, at the end of the body.
    fn record(&mut self, body: Region, tape: &Tape) {
        let span = self.func.vars[tape.var.index()].span;
        let mut parts: Vec<Init> = tape.fields.iter().map(|v| Init::Scalar(*v)).collect();
        let record = if parts.len() == 1 { parts.remove(0) } else { Init::Tuple(parts) };
        let place = Place::whole(tape.var);
        if !tape.indexed {
            self.func.push(body, OpKind::Push(place, record), span);
            return;
        }
        let Some((index, lo)) = self.heads.get(&body).copied() else { return };
        let mut k = index;
        if !self.is_zero(lo) {
            k = self.func.push_value(body, OpKind::Binary(BinOp::Sub, k, lo), Ty::USIZE, span);
        }
        let run = match self.bases.get(&body).copied() {
            Some((base, end)) => place.then(Proj::Range { lo: Some(base), hi: Some(end), inclusive: false }),
            None => place,
        };
        self.func.push(body, OpKind::Store(run.then(Proj::Index(k)), record), span);
    }

    fn is_zero(&self, v: Value) -> bool {
        is_zero(self.func, v)
    }
}

/// Whether a value is the literal `0`.
pub fn is_zero(func: &Func, v: Value) -> bool {
    let region = func.values[v.index()].region;
    func.regions[region.index()].iter().any(|op| op.result == Some(v) && matches!(&op.kind, OpKind::Lit(t) if t == "0"))
}
