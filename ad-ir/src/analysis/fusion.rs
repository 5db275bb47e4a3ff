//! Fusion: which loops can run their reverse behind each iteration, which calls can be reversed where they are made.
//!
//! ```text
//! for t in ts { forward }              for t in ts { forward; reverse }
//! for t in ts.rev() { reverse }   =>
//!
//! y = f(x); …; f's reverse             y = f::adjoint(x, x_bar, y_bar)
//! ```
//!
//! In the joint form of an adjoint the cotangent of the result is there from the start. So whatever of the reverse sweep needs
//! nothing that comes later can run early ("early seeding"). A loop is fused if
//!
//! 1.  its iterations do not depend on each other in the reverse sweep: what they share is only read, or only added to, or
//!     each iteration has elements of its own, or begins by overwriting it;
//! 2.  the cotangents that its reverse reads are known before it runs: the operations behind it that contribute to them
//!     ask for nothing that is computed in or behind the loop.
//!
//! Nothing of such a loop is kept, and what is in it can be fused in turn. A call needs only the second. What runs early is listed
//! operation by operation, since of a product `w * s` the part that belongs to `s` may run before `s` is known, and the
//! part that belongs to `w` not.

use super::activity::Activity;
use super::fusion_loops::{Facts, Modes, independent, modes};
use crate::hash::HashMap;
use crate::ir::{
    Access, Arg, BinOp, Call, EntityMap, EntitySet, Float, Form, Func, Init, Op, OpKind, Place, Region, Ty, Value, Var,
    VarKind, for_each_place, for_each_value,
};
use crate::rules::{self, Cost, Partial};
use crate::transform::prepare::{Prepared, Shape, has_static_shape};
use std::collections::BTreeSet;

/// Operations that may run early for one loop: beyond this it stays as it is, so that the search is linear.
const LONGEST: usize = 200;

/// The part of an operation's reverse that runs early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// All of it.
    Whole,
    /// What goes to this operand.
    To(Value),
}

/// What the reverse runs early, and where.
#[derive(Clone, Debug, Default)]
pub struct Fusion {
    /// The bodies of fused loops, and the branches of which something is fused.
    pub homes: EntitySet<Region>,
    /// The conditions of fused `while`s.
    pub conditions: EntitySet<Region>,
    /// Whether the reverse sweep runs in the same function as the forward sweep, with all that it has.
    pub joint: bool,
    /// Per region, in order of their positions: the operations that are reversed where they stand.
    pub early: EntityMap<Region, Vec<Early>>,
    /// Why a loop is not fused.
    pub reasons: Vec<(Region, Reason)>,
}

/// An operation that is reversed where it stands.
#[derive(Clone, Debug)]
pub struct Early {
    pub at: usize,
    /// What of the reverse of later operations runs in front of it, the last operation first.
    pub parts: Vec<(usize, Part)>,
    /// The variables of this region whose shadows must be there.
    pub vars: Vec<Var>,
}

/// Why a loop is not fused.
#[derive(Clone, Debug)]
pub enum Reason {
    /// This variable goes from iteration to iteration.
    Carried(Var),
    /// The cotangent of this variable comes from what follows the loop, and that from what the loop computes.
    Late(Var),
}

impl Fusion {
    /// The function's body alone: forward, then reverse.
    pub fn none() -> Fusion {
        Fusion::default()
    }

    pub fn is_home(&self, func: &Func, region: Region) -> bool {
        region == func.body || self.homes.contains(&region) || self.conditions.contains(&region)
    }

    /// The region at whose end a region is reversed.
    pub fn home(&self, func: &Func, region: Region) -> Region {
        let mut at = region;
        while !self.is_home(func, at) {
            match func.parents[at.index()] {
                Some(parent) => at = parent,
                None => return at,
            }
        }
        at
    }

    /// Whether the same is fused.
    pub fn is_like(&self, other: &Fusion) -> bool {
        let homes = |f: &Fusion| f.homes.iter().chain(f.conditions.iter()).collect::<Vec<_>>();
        homes(self) == homes(other)
            && self.early.iter().map(|(r, e)| (r, e.len())).eq(other.early.iter().map(|(r, e)| (r, e.len())))
    }

    /// Whether a joint form of its own pays: a loop is fused, or as many calls as not.
    pub fn pays(&self, func: &Func) -> bool {
        let (mut loops, mut calls, mut fused) = (false, 0, 0);
        for (r, ops) in func.regions.iter().enumerate() {
            let early = self.early.get(&Region(r as u32));
            for (i, op) in ops.iter().enumerate() {
                let here = early.is_some_and(|e| e.iter().any(|e| e.at == i));
                match &op.kind {
                    OpKind::For { .. } | OpKind::While { .. } => loops |= here,
                    OpKind::Forward { .. } => {
                        calls += 1;
                        fused += usize::from(here);
                    }
                    OpKind::Call(call) if call.is_joint() => {
                        calls += 1;
                        fused += usize::from(here);
                    }
                    _ => {}
                }
            }
        }
        loops || fused > 0 && 2 * fused >= calls
    }
}

/// Finds what can be fused in the joint form of a prepared primal.
pub fn solve(func: &Func, prep: &Prepared, act: &Activity) -> Fusion {
    let before = Before::new(func);
    let out = Fusion { joint: true, ..Fusion::default() };
    let mut f = Finder { func, prep, act, out, before, around: Vec::new() };
    f.home(func.body);
    f.out
}

/// Variables whose length may change, each with the last operation of its own region in which it does.
pub fn resized(func: &Func) -> EntityMap<Var, usize> {
    let mut out = EntityMap::default();
    let mut path = Vec::new();
    walk(func, func.body, &mut path, &mut out);
    return out;

    fn walk(func: &Func, region: Region, path: &mut Vec<(Region, usize)>, out: &mut EntityMap<Var, usize>) {
        for (i, op) in func.regions[region.index()].iter().enumerate() {
            path.push((region, i));
            let mut note = |v: Var| {
                let own = path.iter().find(|(r, _)| *r == func.vars[v.index()].region);
                out.insert(v, own.map_or(usize::MAX, |(_, i)| *i));
            };
            match &op.kind {
                OpKind::Push(p, _) | OpKind::Pop(p) | OpKind::Truncate(p, _) | OpKind::Resize(p, ..) => note(p.base),
                OpKind::Store(p, init) if !matches!(init, Init::Scalar(_)) => note(p.base),
                OpKind::Swap(a, b) => {
                    note(a.base);
                    note(b.base);
                }
                kind => for_each_place(kind, &mut |p, access| {
                    let call = matches!(kind, OpKind::Call(_) | OpKind::Forward { .. });
                    if access == Access::Move || call && access == Access::ReadWrite {
                        note(p.base);
                    }
                }),
            }
            for nested in op.kind.regions() {
                walk(func, nested, path, out);
            }
            path.pop();
        }
    }
}

/// What must run before something is reversed, and the variables that this touches.
type Needs = (BTreeSet<(usize, Part)>, Vec<Var>);

struct Finder<'a> {
    func: &'a Func,
    prep: &'a Prepared,
    act: &'a Activity,
    out: Fusion,
    before: Before,
    /// The operations that the present region stands in.
    around: Vec<(Region, usize)>,
}

/// What a region's operations do to cotangents.
struct Uses {
    modes: Vec<Modes>,
    /// The operations that read a value, directly or inside.
    values: HashMap<Value, Vec<usize>>,
    vars: HashMap<Var, Vec<usize>>,
    /// Whether the reverse of an operation does anything.
    active: Vec<bool>,
}

impl Finder<'_> {
    /// A region whose reverse follows it at once.
    fn home(&mut self, region: Region) {
        let ops = &self.func.regions[region.index()];
        if !ops.iter().any(is_candidate) {
            return;
        }
        let uses = self.uses(region);
        let mut done: BTreeSet<(usize, Part)> = BTreeSet::new();
        for (at, op) in ops.iter().enumerate() {
            if !is_candidate(op) || !uses.active[at] {
                continue;
            }
            match self.early(region, at, op, &uses) {
                Ok((parts, vars)) => {
                    let fresh: Vec<(usize, Part)> = parts.iter().filter(|p| !done.contains(*p)).copied().collect();
                    let early = Early { at, parts: fresh, vars };
                    let list = self.out.early.slot(region).get_or_insert_default();
                    list.push(early);
                    self.around.push((region, at));
                    let worth = self.inside(op);
                    self.around.pop();
                    if worth {
                        done.extend(parts);
                    } else if let Some(list) = self.out.early.slot(region) {
                        list.pop();
                    }
                }
                Err(reason) => {
                    if let OpKind::For { body, .. } | OpKind::While { body, .. } = &op.kind {
                        self.out.reasons.push((*body, reason));
                    }
                }
            }
        }
    }

    /// Looks into what is fused; whether that is worth it: a branch is if something in it is.
    fn inside(&mut self, op: &Op) -> bool {
        match &op.kind {
            OpKind::For { body, .. } => {
                self.out.homes.insert(*body);
                self.home(*body);
                true
            }
            OpKind::While { cond, body, .. } => {
                self.out.conditions.insert(*cond);
                self.out.homes.insert(*body);
                self.home(*body);
                true
            }
            OpKind::If { then, els, .. } => {
                for branch in [*then, *els] {
                    self.out.homes.insert(branch);
                    self.home(branch);
                }
                let fused = |r: &Region| self.out.early.get(r).is_some_and(|e| !e.is_empty());
                let worth = fused(then) || fused(els);
                if !worth {
                    self.out.homes.remove(then);
                    self.out.homes.remove(els);
                }
                worth
            }
            _ => true,
        }
    }

    fn uses(&self, region: Region) -> Uses {
        let ops = &self.func.regions[region.index()];
        let mut uses =
            Uses { modes: Vec::new(), values: HashMap::default(), vars: HashMap::default(), active: Vec::new() };
        for (i, op) in ops.iter().enumerate() {
            let m = modes(self.func, self.act, &|v| self.prep.shadows.contains_key(&v), op);
            m.keys().for_each(|v| uses.vars.entry(*v).or_default().push(i));
            uses.modes.push(m);
            let mut read = BTreeSet::new();
            let mut note = |v: Value| {
                if self.act.value(v) {
                    read.insert(v);
                }
            };
            for_each_value(&op.kind, &mut note);
            for nested in op.kind.regions() {
                self.func.walk(nested, &mut |_, op| for_each_value(&op.kind, &mut note));
            }
            uses.active.push(!read.is_empty() || !uses.modes[i].is_empty());
            read.into_iter().for_each(|v| uses.values.entry(v).or_default().push(i));
        }
        uses
    }

    /// What must run before the reverse of the operation at `at`, and the variables that this touches.
    fn early(&self, region: Region, at: usize, op: &Op, uses: &Uses) -> Result<Needs, Reason> {
        if matches!(op.kind, OpKind::For { .. } | OpKind::While { .. }) {
            let used_later = |v: Var| self.used_later(v, region, at);
            let (positions, resized) = (&self.before.positions, &self.before.resized);
            let facts = Facts { func: self.func, positions, resized, used_later: &used_later };
            independent(&facts, op, &uses.modes[at]).map_err(Reason::Carried)?;
        }
        if let OpKind::Call(call) | OpKind::Forward { call, .. } = &op.kind
            && !self.can_be_joint(call, region, at)
        {
            return Err(Reason::Late(call.result.unwrap_or(Var(0))));
        }
        let ops = &self.func.regions[region.index()];
        let mut parts: BTreeSet<(usize, Part)> = BTreeSet::new();
        let mut vars: BTreeSet<Var> = BTreeSet::new();
        let mut work: Vec<(usize, Part)> = Vec::new();
        let some_var = uses.modes[at].keys().next().copied().unwrap_or(Var(0));
        self.conflicts(at, &uses.modes[at], uses, &mut vars, &mut work);
        while let Some((j, part)) = work.pop() {
            if parts.contains(&(j, part)) || parts.contains(&(j, Part::Whole)) {
                continue;
            }
            if parts.len() >= LONGEST {
                return Err(Reason::Late(some_var));
            }
            let culprit = || Reason::Late(vars.iter().next().copied().unwrap_or(some_var));
            let later = &ops[j];
            let needs = forward_needs(self.func, self.act, later, part).ok_or_else(culprit)?;
            if !needs.into_iter().all(|v| self.before.has(self.func, v, region, at)) {
                return Err(culprit());
            }
            parts.insert((j, part));
            // The cotangent of its own result must be complete.
            if let Some(v) = later.result.filter(|v| self.act.value(*v)) {
                for k in uses.values.get(&v).into_iter().flatten() {
                    work.push((*k, part_for(&ops[*k], v)));
                }
            }
            self.conflicts(j, &uses.modes[j], uses, &mut vars, &mut work);
        }
        let mut own = Vec::new();
        for v in vars {
            let data = &self.func.vars[v.index()];
            let ty = self.func.var_ty(v);
            if self.func.ret.gives(v) && (!has_static_shape(&ty) || matches!(ty, Ty::Ref(..) | Ty::Array(..))) {
                return Err(Reason::Late(v));
            }
            if data.region == region {
                if !self.can_open(v, region, at) {
                    return Err(Reason::Late(v));
                }
                own.push(v);
            }
        }
        Ok((parts, own))
    }

    /// Whether a call has a joint form that gives its value too, and the shadow of its result can be made before it.
    fn can_be_joint(&self, call: &Call, region: Region, at: usize) -> bool {
        let active = match &self.func.regions[region.index()][at].kind {
            OpKind::Forward { .. } => true,
            _ => self.prep.info.get(&(region, at)).is_some_and(|i| i.joint),
        };
        let form = matches!(call.form, Form::Function | Form::Associated | Form::Method);
        let plain = call.args.iter().all(|a| self.is_plain(a, call.recursive));
        let result = call.result.is_none_or(|v| matches!(self.func.var_ty(v), Ty::Float(_)));
        active && form && plain && result && call.prefix.is_empty() && call.captured == 0
    }

    /// Whether an argument goes to a joint form as it is. `adjoint` copies the constant fields of structs, which may be all the data
    /// that there are, so that a call with one is better split; recursions copy nothing.
    fn is_plain(&self, arg: &Arg, recursive: bool) -> bool {
        match arg {
            Arg::Function(_) | Arg::Reborrow(_) | Arg::Tuple(_) => false,
            Arg::Value(_) | Arg::Tokens(_) => true,
            Arg::Ref(p) | Arg::RefMut(p) => recursive || is_of_floats(&self.func.var_ty(p.base)),
            Arg::Owned(_, ty) => recursive || is_of_floats(&self.func.types.resolve(ty)),
        }
    }

    /// The operations behind `j` whose reverse must come before that of `j`.
    fn conflicts(&self, j: usize, modes: &Modes, uses: &Uses, vars: &mut BTreeSet<Var>, work: &mut Vec<(usize, Part)>) {
        for (var, mode) in modes {
            vars.insert(*var);
            for k in uses.vars.get(var).into_iter().flatten().filter(|k| **k > j) {
                if mode.conflicts(uses.modes[*k][var]) {
                    work.push((*k, Part::Whole));
                }
            }
        }
    }

    /// Whether the shadow of a variable can be made before the operation at `at` runs.
    fn can_open(&self, v: Var, region: Region, at: usize) -> bool {
        let ty = self.func.var_ty(v);
        if has_static_shape(&ty) {
            return true;
        }
        let resized = self.before.last_resized.get(&v).is_some_and(|last| *last >= at);
        if matches!(self.prep.shapes.get(&v), Some(Shape::Empty)) || resized {
            return false;
        }
        let data = &self.func.vars[v.index()];
        if matches!(data.kind, VarKind::Param(_)) {
            // The shadow that a workspace may need is made before anything runs.
            return !data.by_ref || !self.before.resized.contains(&v);
        }
        let declared = self.func.regions[region.index()].iter().position(|op| {
            matches!(&op.kind, OpKind::Declare(d, init) if *d == v && !matches!(init, Init::Uninit))
                || matches!(&op.kind, OpKind::Call(c) | OpKind::Forward { call: c, .. } if c.result == Some(v))
        });
        declared.is_some_and(|d| d < at)
    }

    /// Whether a variable is used behind an operation of a region, or is part of the result.
    fn used_later(&self, v: Var, region: Region, at: usize) -> bool {
        let behind = |(r, i): &(Region, usize)| {
            let mut found = false;
            let mut look = |_: Region, op: &Op| {
                for_each_place(&op.kind, &mut |p, access| found |= p.base == v && access != Access::LenOnly);
            };
            for op in &self.func.regions[r.index()][i + 1..] {
                look(*r, op);
                op.kind.regions().into_iter().for_each(|r| self.func.walk(r, &mut look));
            }
            found
        };
        self.func.ret.gives(v) || self.around.iter().chain([&(region, at)]).any(behind)
    }
}

/// What is there before an operation runs.
pub struct Before {
    pub positions: EntityMap<Value, (Region, usize)>,
    /// Variables whose length may change.
    pub resized: EntitySet<Var>,
    last_resized: EntityMap<Var, usize>,
}

impl Before {
    pub fn new(func: &Func) -> Before {
        let mut positions = EntityMap::default();
        for (r, ops) in func.regions.iter().enumerate() {
            for (i, op) in ops.iter().enumerate() {
                if let Some(v) = op.result {
                    positions.insert(v, (Region(r as u32), i));
                }
            }
        }
        let last_resized = resized(func);
        let mut resized = EntitySet::default();
        for (v, _) in last_resized.iter() {
            resized.insert(v);
        }
        Before { positions, resized, last_resized }
    }

    /// Whether a value of the forward sweep is there, or can be computed, before the operation at `at` of a region runs.
    pub fn has(&self, func: &Func, v: Value, region: Region, at: usize) -> bool {
        self.is_there(func, v, region, at) || self.can_compute(func, v, region, at, 0)
    }

    pub fn is_there(&self, func: &Func, v: Value, region: Region, at: usize) -> bool {
        match self.positions.get(&v) {
            Some((r, i)) => *r == region && *i < at || *r != region && func.encloses(*r, region),
            // A parameter, or the index of a loop around.
            None => func.encloses(func.values[v.index()].region, region),
        }
    }

    fn can_compute(&self, func: &Func, v: Value, region: Region, at: usize, depth: usize) -> bool {
        let Some((r, i)) = self.positions.get(&v) else { return false };
        let op = &func.regions[r.index()][*i];
        let again = match &op.kind {
            OpKind::Lit(_) | OpKind::Path(_) => return true,
            // What it could panic with it will panic with.
            OpKind::Neg(_) | OpKind::Not(_) | OpKind::Binary(..) | OpKind::Cast(..) | OpKind::Select(..) => true,
            OpKind::Rule(rule, _) => rule.cost == Cost::Cheap,
            OpKind::Method(name, _) => matches!(name.as_str(), "min" | "max" | "saturating_sub"),
            OpKind::Len(p) => {
                p.path.is_empty() && !self.resized.contains(&p.base) && {
                    let data = &func.vars[p.base.index()];
                    matches!(data.kind, VarKind::Param(_))
                        || data.region != region && func.encloses(data.region, region)
                }
            }
            _ => false,
        };
        let mut there = again && *r == region && depth <= 6;
        for_each_value(&op.kind, &mut |o| {
            there = there && (self.is_there(func, o, region, at) || self.can_compute(func, o, region, at, depth + 1));
        });
        there
    }
}

/// Loops, calls, and branches that hold some.
fn is_candidate(op: &Op) -> bool {
    matches!(
        op.kind,
        OpKind::For { .. } | OpKind::While { .. } | OpKind::If { .. } | OpKind::Call(_) | OpKind::Forward { .. }
    )
}

/// Whether a type holds numbers and nothing that only rustc knows.
fn is_of_floats(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => true,
        Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) | Ty::Ref(e, _) => is_of_floats(e),
        Ty::Tuple(parts) => parts.iter().all(is_of_floats),
        Ty::Option(_) | Ty::Result(..) | Ty::Var(_) | Ty::Other(_) => false,
    }
}

fn part_for(op: &Op, v: Value) -> Part {
    match op.kind {
        OpKind::Neg(_) | OpKind::Cast(..) | OpKind::Binary(..) | OpKind::Rule(..) | OpKind::Select(..) => Part::To(v),
        _ => Part::Whole,
    }
}

/// The values of the forward sweep that a part of an operation's reverse reads; `None` where it does not run early.
fn forward_needs(func: &Func, act: &Activity, op: &Op, part: Part) -> Option<Vec<Value>> {
    let of_place = |p: &Place| p.values().collect::<Vec<_>>();
    let whole = part == Part::Whole;
    let to = |v: Value| whole || part == Part::To(v);
    Some(match &op.kind {
        OpKind::Neg(_) => vec![],
        OpKind::Cast(a, _) => match func.ty(*a) {
            Ty::Float(f) if f != Float::Open => vec![],
            _ => vec![*a],
        },
        OpKind::Select(c, ..) => vec![*c],
        OpKind::Binary(b, x, y) => match b {
            BinOp::Add | BinOp::Sub => vec![],
            BinOp::Mul => {
                let mut out = Vec::new();
                if act.value(*x) && to(*x) {
                    out.push(*y);
                }
                if act.value(*y) && to(*y) {
                    out.push(*x);
                }
                out
            }
            BinOp::Div | BinOp::Rem => return rule_needs(func, act, rules::lookup(b.symbol())?, &[*x, *y], op, &to),
            BinOp::And | BinOp::Or | BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor | BinOp::Shl | BinOp::Shr => vec![],
            BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => vec![],
        },
        OpKind::Rule(rule, args) => return rule_needs(func, act, rule, args, op, &to),
        OpKind::Load(p) => of_place(p),
        OpKind::Store(p, Init::Scalar(_)) | OpKind::AddTo(p, _) => of_place(p),
        OpKind::Declare(_, Init::Scalar(_) | Init::Uninit) => vec![],
        _ => return None,
    })
}

fn rule_needs(
    func: &Func,
    act: &Activity,
    rule: &'static rules::Rule,
    args: &[Value],
    op: &Op,
    to: &dyn Fn(Value) -> bool,
) -> Option<Vec<Value>> {
    let mut out = BTreeSet::new();
    for (i, _) in args.iter().enumerate().filter(|(_, a)| act.value(**a) && to(**a)) {
        let Partial::Formula(formula) = rules::partial(rule, i) else { continue };
        for name in rules::names_in(&formula) {
            match rule.formals.iter().position(|f| f.name == name) {
                Some(k) => drop(out.insert(args[k])),
                None if name == "y" => drop(out.insert(op.result?)),
                None => {}
            }
        }
        // A number of the formula may be written in the type of the first operand.
        if !matches!(func.ty(op.result?).peel(), Ty::Float(f) if f.known().is_some()) {
            out.insert(args[0]);
        }
    }
    Some(out.into_iter().collect())
}
