//! Which values go back into the expression that uses them.
//!
//! A value is printed inline when it is used once, in the region that defines it, and when moving its evaluation
//! from its definition to its use cannot be noticed. What computes without memory and without panics can always
//! move. A load must not move past a write to the variable it reads, what may panic must not move past output, calls
//! and control flow; both must not move into the lazy side of `&&`, `||` or `if`. Literals and constants are always
//! inline. The plan is made in one pass in program order: linear in the size of the function (times the number of
//! candidates pending, which the size limit of expressions keeps small).

use crate::ir::{Access, Arg, BinOp, Func, Init, OpKind, Purity, Region, RetShape, Value, Var};
use crate::ir::{VarKind, for_each_place, for_each_value, purity};

/// Operations in one expression: beyond this it no longer reads well.
const LARGEST: usize = 16;

pub(super) struct Plan {
    /// Per value: printed where it is used.
    pub(super) inline: Vec<bool>,
    /// Per value: how often it is read.
    pub(super) uses: Vec<u32>,
    /// Per value: the operation that defines it.
    pub(super) defs: Vec<Option<(Region, usize)>>,
}

/// A value that may still go inline.
struct Pending {
    value: Value,
    /// The variables that its expression reads.
    loads: Vec<Var>,
    panics: bool,
    size: usize,
}

pub(super) fn plan(func: &Func) -> Plan {
    let n = func.values.len();
    let mut maker = Maker {
        func,
        plan: Plan { inline: vec![false; n], uses: vec![0; n], defs: vec![None; n] },
        used_in: vec![None; n],
    };
    for (r, ops) in func.regions.iter().enumerate() {
        let region = Region(r as u32);
        for (i, op) in ops.iter().enumerate() {
            if let Some(v) = op.result {
                maker.plan.defs[v.index()] = Some((region, i));
            }
            let reader = match &op.kind {
                OpKind::While { cond, .. } => *cond,
                _ => region,
            };
            for_each_value(&op.kind, &mut |v| maker.read(v, reader));
        }
    }
    maker.ret(&func.ret);
    func.ret_dot.iter().for_each(|r| maker.ret(r));
    (0..func.regions.len()).for_each(|r| maker.region(Region(r as u32)));
    maker.plan
}

struct Maker<'a> {
    func: &'a Func,
    plan: Plan,
    used_in: Vec<Option<Region>>,
}

impl Maker<'_> {
    fn read(&mut self, v: Value, region: Region) {
        self.plan.uses[v.index()] += 1;
        self.used_in[v.index()] = Some(region);
    }

    fn ret(&mut self, ret: &RetShape) {
        let body = self.func.body;
        match ret {
            RetShape::Unit | RetShape::Var(_) => {}
            RetShape::Value(v) => self.read(*v, body),
            RetShape::Ref(p) => p.values().for_each(|v| self.read(v, body)),
            RetShape::Tuple(parts) => parts.iter().for_each(|p| self.ret(p)),
        }
    }

    fn region(&mut self, region: Region) {
        let func = self.func;
        let mut pending: Vec<Pending> = Vec::new();
        for op in &func.regions[region.index()] {
            let mut reads = Vec::new();
            match op.kind {
                OpKind::While { .. } => {}
                _ => for_each_value(&op.kind, &mut |v| reads.push(v)),
            }
            let purity = purity(func, &op.kind);
            let mut mine =
                Pending { value: Value(0), loads: Vec::new(), panics: purity == Purity::PureMayPanic, size: 1 };
            if let OpKind::Load(p) | OpKind::Len(p) | OpKind::Matches(p, _) = &op.kind
                && !matches!(func.vars[p.base.index()].kind, VarKind::Extern(_))
            {
                mine.loads.push(p.base);
            }
            // What the operation takes in, or forces into a `let`.
            let mut rest = Vec::new();
            for p in pending.drain(..) {
                let operand = reads.contains(&p.value);
                let moves =
                    if operand { may_enter(func, &op.kind, &p, mine.size) } else { may_pass(&op.kind, purity, &p) };
                if operand && moves {
                    self.plan.inline[p.value.index()] = true;
                    mine.loads.extend(&p.loads);
                    mine.panics |= p.panics;
                    mine.size += p.size;
                } else if !operand && moves {
                    rest.push(p);
                }
            }
            pending = rest;
            if let Some(v) = op.result {
                mine.value = v;
                match op.kind {
                    OpKind::Lit(_) | OpKind::Path(_) => self.plan.inline[v.index()] = true,
                    _ if purity == Purity::Effect => {}
                    _ if self.plan.uses[v.index()] == 1 && self.used_in[v.index()] == Some(region) => {
                        pending.push(mine)
                    }
                    _ => {}
                }
            }
        }
        // What is left is read by the end of the region: the result of the function, the test of a `while`.
        let moved = if region == func.body { moved_by(&func.ret, &func.ret_dot) } else { Vec::new() };
        for p in pending {
            if !p.loads.iter().any(|v| moved.contains(v)) {
                self.plan.inline[p.value.index()] = true;
            }
        }
    }
}

/// The variables that the result takes.
fn moved_by(ret: &RetShape, dot: &Option<RetShape>) -> Vec<Var> {
    fn collect(ret: &RetShape, out: &mut Vec<Var>) {
        match ret {
            RetShape::Unit | RetShape::Value(_) | RetShape::Ref(_) => {}
            RetShape::Var(v) => out.push(*v),
            RetShape::Tuple(parts) => parts.iter().for_each(|p| collect(p, out)),
        }
    }
    let mut out = Vec::new();
    collect(ret, &mut out);
    dot.iter().for_each(|d| collect(d, &mut out));
    out
}

fn written(kind: &OpKind) -> Vec<Var> {
    let mut out = Vec::new();
    for_each_place(kind, &mut |p, access| match access {
        Access::Write | Access::ReadWrite | Access::Move => out.push(p.base),
        Access::Read | Access::Declare | Access::LenOnly => {}
    });
    out
}

/// Whether the evaluation of a pending value may move past an operation that does not read it.
fn may_pass(kind: &OpKind, purity: Purity, p: &Pending) -> bool {
    if purity != Purity::Effect || (p.loads.is_empty() && !p.panics) {
        return true;
    }
    match kind {
        OpKind::If { .. } | OpKind::For { .. } | OpKind::While { .. } | OpKind::Effect { .. } => false,
        OpKind::Call(_) | OpKind::Forward { .. } | OpKind::Reverse { .. } | OpKind::Joint { .. } => false,
        OpKind::Tangent { .. } => false,
        other => !p.loads.iter().any(|v| written(other).contains(v)),
    }
}

/// Whether a pending value may be printed inside an operation that reads it.
fn may_enter(func: &Func, kind: &OpKind, p: &Pending, size: usize) -> bool {
    if size + p.size > LARGEST {
        return false;
    }
    let firm = p.loads.is_empty() && !p.panics;
    match kind {
        OpKind::Binary(BinOp::And | BinOp::Or, _, b) => firm || *b != p.value,
        OpKind::Select(_, a, b) => firm || (*a != p.value && *b != p.value),
        // The right-hand side is evaluated before the place: `x[i] = x[j] + …` borrows nothing twice.
        OpKind::Store(place, Init::Scalar(v)) | OpKind::AddTo(place, v) => {
            let in_place = place.values().any(|i| i == p.value) && *v != p.value;
            !(in_place && p.loads.contains(&place.base))
        }
        // A panic in the index of a shadow's view belongs in front of the call, not inside the closure.
        OpKind::Reverse { call, .. } | OpKind::Joint { call, .. } | OpKind::Tangent { call, .. } => {
            let plain = call.args.iter().any(|a| matches!(a, Arg::Value(v) if *v == p.value));
            firm || (plain && !clashes(kind, p))
        }
        _ => firm || purity(func, kind) != Purity::Effect || !clashes(kind, p),
    }
}

/// Whether the operation borrows mutably, or takes, what the value reads.
fn clashes(kind: &OpKind, p: &Pending) -> bool {
    let written = written(kind);
    p.loads.iter().any(|v| written.contains(v))
}
