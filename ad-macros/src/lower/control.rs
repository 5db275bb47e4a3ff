//! Branches, loops and exits.
//!
//! There is no jump in the IR. What follows an exit moves into the branch that goes on:
//!
//! ```text
//! if c { return a; }              if c { result = a; returned = true } else {
//! rest                                rest
//!                                 }
//! ```
//!
//! When more than one branch goes on, what follows is guarded by the flag that the exit set. Loops stop when
//! their `exit` flag is set at the end of a body.

use super::env::{Frame, FrameKind, Operand, Slot};
use super::{Lower, peeled};
use crate::ir::{BinOp, Init, OpKind, Place, Region, Ty, Value, Var};
use crate::messages as m;
use proc_macro2::Span;
use quote::quote;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// A branch or body that was lowered into a region of its own.
pub(super) struct Arm {
    pub(super) start: Region,
    /// Where its last operations went: deeper than `start` if an exit moved the rest into a branch.
    pub(super) end: Region,
    pub(super) operand: Operand,
    known: HashMap<Var, Value>,
    pub(super) stored: BTreeSet<Var>,
    exits: BTreeSet<Var>,
}

impl Arm {
    fn falls(&self) -> bool {
        !matches!(self.operand, Operand::Never)
    }
}

impl Lower<'_> {
    /// Lowers something into a new region.
    pub(super) fn arm(&mut self, f: impl FnOnce(&mut Self) -> Operand) -> Arm {
        let start = self.func.region(Some(self.cur));
        self.arm_in(start, f)
    }

    fn arm_in(&mut self, start: Region, f: impl FnOnce(&mut Self) -> Operand) -> Arm {
        let cur = std::mem::replace(&mut self.cur, start);
        let known = self.known.clone();
        let stored = std::mem::take(&mut self.stored);
        let exits = std::mem::take(&mut self.exits);
        self.env.open();
        let operand = f(self);
        self.env.close();
        Arm {
            start,
            end: std::mem::replace(&mut self.cur, cur),
            operand,
            known: std::mem::replace(&mut self.known, known),
            stored: std::mem::replace(&mut self.stored, stored),
            exits: std::mem::replace(&mut self.exits, exits),
        }
    }

    /// What a nested region stored to is no longer known here.
    pub(super) fn absorb(&mut self, arm: &Arm) {
        for var in &arm.stored {
            self.touched(*var);
        }
        self.exits.extend(arm.exits.iter().copied());
    }

    /// Appends to the end of an arm that was closed.
    pub(super) fn append(&mut self, arm: &mut Arm, f: impl FnOnce(&mut Self)) {
        let cur = std::mem::replace(&mut self.cur, arm.end);
        let known = std::mem::replace(&mut self.known, arm.known.clone());
        let stored = std::mem::take(&mut self.stored);
        f(self);
        arm.end = std::mem::replace(&mut self.cur, cur);
        arm.known = std::mem::replace(&mut self.known, known);
        arm.stored.extend(std::mem::replace(&mut self.stored, stored));
    }

    /// `if c0 { a0 } else if c1 { a1 } else { last }`, where each condition is computed only if those before it
    /// failed. `arms` gives, for each, a condition (`None`: always) and a body.
    pub(super) fn chain<'c>(&mut self, arms: Vec<ChainArm<'c, Self>>, span: Span) -> Operand {
        let mut done: Vec<Arm> = Vec::new();
        let ifs = self.pending_ifs.len();
        let operand = self.chain_from(arms.into(), &mut done, span);
        match operand {
            Some(op) => op,
            None => self.join(done, ifs, span),
        }
    }

    /// Lowers the arms from here on. Gives the operand at once where the first arm always runs.
    fn chain_from<'c>(
        &mut self,
        mut arms: std::collections::VecDeque<ChainArm<'c, Self>>,
        done: &mut Vec<Arm>,
        span: Span,
    ) -> Option<Operand> {
        let Some(first) = arms.pop_front() else { return Some(Operand::Unit) };
        let cond = match first.cond {
            None => None,
            // The last arm of a match without guard always runs when it is reached: rustc has checked it in the primal.
            Some(_) if first.last => None,
            Some(c) => match c(self) {
                Some(v) => Some(v),
                None => return Some(Operand::Never),
            },
        };
        let Some(cond) = cond else {
            let body = first.body;
            self.env.open();
            let operand = body(self);
            self.env.close();
            return Some(operand);
        };
        let body = first.body;
        let then = self.arm(body);
        let then_region = then.start;
        done.push(then);
        let mut nested: Vec<Arm> = Vec::new();
        let els = self.arm(|this| match this.chain_from(arms, &mut nested, span) {
            Some(op) => op,
            None => Operand::Unit,
        });
        let els_region = els.start;
        if nested.is_empty() {
            done.push(els);
        } else {
            // The conditions of the rest were computed in the else region; its arms are ours.
            for arm in &mut nested {
                arm.stored.extend(els.stored.iter().copied());
            }
            done.extend(nested);
        }
        // The operation itself is pushed by `join`, after the declarations of its results.
        self.pending_ifs.push((self.cur, cond, then_region, els_region));
        None
    }

    /// Ends a chain: declares what it results in, fills it at the end of each arm, and goes on where an arm goes on.
    fn join(&mut self, mut arms: Vec<Arm>, ifs: usize, span: Span) -> Operand {
        let falling = arms.iter().filter(|a| a.falls()).count();
        let leaving = arms.iter().any(|a| !a.falls() && !a.exits.is_empty());
        let diverging_value =
            falling == 1 && arms.iter().any(|a| !a.falls()) && arms.iter().any(|a| !matches!(a.operand, Operand::Unit | Operand::Never));
        if falling == 0 {
            self.flush_ifs(ifs, span);
            for arm in &arms {
                self.absorb(arm);
            }
            return Operand::Never;
        }
        if falling == 1 && (leaving || diverging_value) {
            self.flush_ifs(ifs, span);
            for arm in &arms {
                self.absorb(arm);
            }
            let at = arms.iter().position(Arm::falls).unwrap_or(0);
            let arm = arms.swap_remove(at);
            self.cur = arm.end;
            self.known = arm.known;
            self.guard(&arm.exits, span);
            return arm.operand;
        }
        let operand = self.merge(&mut arms, span);
        self.flush_ifs(ifs, span);
        for arm in &arms {
            self.absorb(arm);
        }
        let exits: BTreeSet<Var> = arms.iter().flat_map(|a| a.exits.iter().copied()).collect();
        self.guard(&exits, span);
        match operand {
            Merged::Now(op) => op,
            Merged::Load(shape) => self.load_shape(&shape, span),
        }
    }

    /// Pushes the chain's `if` operations, each into the region where its condition was computed.
    fn flush_ifs(&mut self, from: usize, span: Span) {
        for (region, cond, then, els) in self.pending_ifs.split_off(from) {
            self.func.push(region, OpKind::If { cond, then, els }, span);
        }
    }

    /// From here on, operations run only if none of these exits was taken.
    pub(super) fn guard(&mut self, exits: &BTreeSet<Var>, span: Span) {
        let mut any: Option<Value> = None;
        for flag in exits {
            let v = self.load(&Place::whole(*flag), span);
            any = Some(match any {
                None => v,
                Some(a) => self.binary(BinOp::Or, a, v, span),
            });
        }
        let Some(cond) = any else { return };
        let then = self.func.region(Some(self.cur));
        let els = self.func.region(Some(self.cur));
        self.push(OpKind::If { cond, then, els }, span);
        self.cur = els;
    }

    // ---- joining values ----

    fn merge(&mut self, arms: &mut [Arm], span: Span) -> Merged {
        let live: Vec<usize> = (0..arms.len()).filter(|&i| arms[i].falls()).collect();
        let operands: Vec<Operand> = live.iter().map(|&i| arms[i].operand.clone()).collect();
        if operands.iter().any(|o| matches!(o, Operand::Unit)) {
            return Merged::Now(Operand::Unit);
        }
        if let Some(same) = self.same_reference(&operands) {
            return Merged::Now(same);
        }
        let shape = self.shape_of(&operands, span);
        let Some(shape) = shape else { return Merged::Now(Operand::Never) };
        for (k, &i) in live.iter().enumerate() {
            let operand = operands[k].clone();
            let mut arm = std::mem::replace(&mut arms[i], Arm::empty());
            self.append(&mut arm, |this| this.fill_shape(&shape, operand, k, span));
            arms[i] = arm;
        }
        Merged::Load(shape)
    }

    fn same_reference(&self, operands: &[Operand]) -> Option<Operand> {
        let Operand::Ref(first, mutable) = operands.first()? else { return None };
        operands
            .iter()
            .all(|o| matches!(o, Operand::Ref(p, _) if p == first))
            .then(|| Operand::Ref(first.clone(), *mutable))
    }

    /// Decides how the results of the arms are joined, and declares the variables for it.
    fn shape_of(&mut self, operands: &[Operand], span: Span) -> Option<Shape> {
        let arity = operands.iter().find_map(|o| match o {
            Operand::Tuple(parts) => Some(parts.len()),
            _ => None,
        });
        if let Some(arity) = arity {
            let mut parts = Vec::new();
            for i in 0..arity {
                let column: Vec<Operand> = operands
                    .iter()
                    .map(|o| match o {
                        Operand::Tuple(p) if p.len() == arity => p[i].clone(),
                        other => self.field(other.clone(), i as u32, span),
                    })
                    .collect();
                parts.push(self.shape_of(&column, span)?);
            }
            return Some(Shape::Tuple(parts));
        }
        if operands.iter().all(|o| matches!(o, Operand::Unit)) {
            return Some(Shape::Unit);
        }
        if let Some(bad) = operands.iter().find(|o| matches!(o, Operand::Closure(_) | Operand::Iter(_) | Operand::Range(_))) {
            let what = match bad {
                Operand::Closure(_) => "closure",
                Operand::Iter(_) => "iterator",
                _ => "range",
            };
            self.sink.error(span, m::CHOSEN_AT_RUN_TIME, what);
            return None;
        }
        // References chosen at run time: to constants outside, they are values; to our own data, a choice.
        let scalar = operands.iter().any(|o| matches!(o, Operand::Value(_)));
        let references = !scalar && operands.iter().any(|o| match o {
            Operand::Ref(p, _) => !self.is_scalar_place(p),
            Operand::Choice(..) => true,
            _ => false,
        });
        if references {
            if operands.iter().all(|o| matches!(o, Operand::Ref(p, false) if p.path.is_empty() && self.is_extern(p.base))) {
                let mut ty = self.func.types.fresh();
                for o in operands {
                    if let Operand::Ref(p, _) = o {
                        let t = self.func.place_ty(p);
                        if !self.func.types.unify(&ty, &t) {
                            ty = t;
                        }
                    }
                }
                let var = self.declare("table", Ty::Ref(Box::new(ty), false), Init::Uninit, span);
                return Some(Shape::Table(var));
            }
            let mut chosen = Chosen::default();
            for o in operands {
                let first = chosen.options.len();
                let places = match o {
                    Operand::Ref(p, mutable) => vec![(p.clone(), *mutable)],
                    // One of several already: its number comes on top.
                    Operand::Choice(_, of) => of
                        .iter()
                        .filter_map(|o| if let Operand::Ref(p, mutable) = o { Some((p.clone(), *mutable)) } else { None })
                        .collect(),
                    _ => Vec::new(),
                };
                let visible = places.iter().all(|(p, _)| self.func.encloses(self.func.vars[p.base.index()].region, self.cur));
                if !visible || places.is_empty() {
                    self.sink.error(span, m::REFERENCE_CHOSEN, "");
                    return None;
                }
                // Indices computed in the branch are carried out of it.
                let mut cells = Vec::new();
                for v in places.iter().flat_map(|(p, _)| p.values().collect::<Vec<_>>()) {
                    if !self.func.encloses(self.func.values[v.index()].region, self.cur) {
                        let ty = self.func.values[v.index()].ty.clone();
                        let zero = self.index_lit(0, span);
                        self.func.values[zero.index()].ty = ty.clone();
                        cells.push((v, self.declare("index", ty, Init::Scalar(zero), span)));
                    }
                }
                chosen.options.extend(places);
                chosen.arms.push((first, cells));
            }
            let which = self.declare("which", Ty::USIZE, Init::Uninit, span);
            return Some(Shape::Choice(which, Rc::new(chosen)));
        }
        let mut ty = self.func.types.fresh();
        for o in operands {
            let t = peeled(&self.ty_of(o));
            if !self.func.types.unify(&ty, &t) {
                ty = t;
            }
        }
        let var = self.declare("value", ty, Init::Uninit, span);
        Some(Shape::Var(var))
    }

    fn fill_shape(&mut self, shape: &Shape, operand: Operand, arm: usize, span: Span) {
        match shape {
            Shape::Unit => {}
            Shape::Var(var) => {
                if let Some(init) = self.as_init(operand, span) {
                    self.store(&Place::whole(*var), init, span);
                }
            }
            Shape::Table(var) => {
                if let Operand::Ref(place, _) = operand {
                    let tokens = self.extern_tokens(place.base);
                    let ty = Ty::Ref(Box::new(self.func.place_ty(&place)), false);
                    let v = self.push_value(OpKind::Path(quote!(&#tokens)), ty, span);
                    self.tables.push((self.cur, v, tokens));
                    self.store(&Place::whole(*var), Init::Scalar(v), span);
                }
            }
            Shape::Choice(which, chosen) => {
                let (first, cells) = &chosen.arms[arm];
                for (v, cell) in cells {
                    self.store(&Place::whole(*cell), Init::Scalar(*v), span);
                }
                let mut n = self.index_lit(*first, span);
                if let Operand::Choice(inner, _) = operand {
                    n = self.binary(BinOp::Add, n, inner, span);
                }
                self.store(&Place::whole(*which), Init::Scalar(n), span);
            }
            Shape::Tuple(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    let field = self.field(operand.clone(), i as u32, span);
                    self.fill_shape(part, field, arm, span);
                }
            }
        }
    }

    fn load_shape(&mut self, shape: &Shape, span: Span) -> Operand {
        match shape {
            Shape::Unit => Operand::Unit,
            Shape::Var(var) => {
                let ty = self.func.var_ty(*var);
                let open = self.func.types.class(&ty) == Some(crate::ir::ty::Class::Any);
                if ty.is_scalar() || self.func.types.class(&ty).is_some() && !open {
                    Operand::Value(self.load(&Place::whole(*var), span))
                } else {
                    Operand::Owned(*var)
                }
            }
            Shape::Table(var) => Operand::Ref(Place::whole(*var), false),
            Shape::Choice(which, chosen) => {
                let which = self.load(&Place::whole(*which), span);
                let mut now: HashMap<Value, Value> = HashMap::new();
                for (v, cell) in chosen.arms.iter().flat_map(|(_, cells)| cells) {
                    now.insert(*v, self.load(&Place::whole(*cell), span));
                }
                let mut of = Vec::new();
                for (p, mutable) in &chosen.options {
                    of.push(Operand::Ref(p.map(p.base, |v| now.get(&v).copied().unwrap_or(v)), *mutable));
                }
                Operand::Choice(which, Rc::new(of))
            }
            Shape::Tuple(parts) => Operand::Tuple(parts.iter().map(|p| self.load_shape(p, span)).collect()),
        }
    }

    // ---- exits ----

    /// Leaves the frame at `target`: `break` and `return`, or `continue` where `again`.
    pub(super) fn leave(&mut self, target: usize, again: bool, span: Span) -> Operand {
        for i in (target + 1..self.frames.len()).rev() {
            if self.frames[i].kind == FrameKind::Loop {
                self.set_flag(i, false, false, span);
            }
        }
        self.set_flag(target, again, true, span);
        Operand::Never
    }

    fn set_flag(&mut self, frame: usize, again: bool, record: bool, span: Span) {
        let flag = if again { self.frames[frame].continue_flag } else { self.frames[frame].break_flag };
        if !again {
            self.frames[frame].left = true;
        }
        let Some(flag) = flag else { return };
        let yes = self.lit(quote!(true), Ty::Bool, span);
        self.store(&Place::whole(flag), Init::Scalar(yes), span);
        // A flag is read where control joins again: never forwarded.
        self.known.remove(&flag);
        if record {
            self.exits.insert(flag);
        }
    }

    /// Puts a value into the slot of a frame.
    pub(super) fn fill(&mut self, frame: usize, operand: Operand, span: Span) {
        let slot = self.frames[frame].slot.clone();
        let filled = self.fill_slot(slot, operand, span);
        self.frames[frame].slot = filled;
    }

    fn fill_slot(&mut self, slot: Slot, operand: Operand, span: Span) -> Slot {
        match (slot, operand) {
            (slot, Operand::Never) => slot,
            (Slot::Pending { .. } | Slot::Unit, Operand::Unit) => Slot::Unit,
            (Slot::Unit, _) => Slot::Unit,
            (Slot::Pending { region, at }, Operand::Tuple(parts)) => Slot::Tuple(
                parts.into_iter().map(|p| self.fill_slot(Slot::Pending { region, at }, p, span)).collect(),
            ),
            (Slot::Pending { region, at }, operand) => {
                let ty = peeled(&self.ty_of(&operand));
                if matches!(&operand, Operand::Ref(p, _) if !self.is_scalar_place(p)) {
                    self.sink.error(span, m::REFERENCE_CHOSEN, "");
                    return Slot::Unit;
                }
                let var = self.func.var("result", ty, span, crate::ir::VarKind::Local, region);
                self.late.push((region, at, crate::ir::Op {
                    kind: OpKind::Declare(var, Init::Uninit),
                    result: None,
                    span,
                }));
                self.fill_slot(Slot::Var(var), operand, span)
            }
            (Slot::Var(var), operand) => {
                let t = self.ty_of(&operand);
                let into = self.func.vars[var.index()].ty.clone();
                let _ = self.func.types.unify(&into, &t);
                if let Some(init) = self.as_init(operand, span) {
                    self.store(&Place::whole(var), init, span);
                }
                Slot::Var(var)
            }
            (Slot::Tuple(slots), operand) => Slot::Tuple(
                slots
                    .into_iter()
                    .enumerate()
                    .map(|(i, s)| {
                        let part = self.field(operand.clone(), i as u32, span);
                        self.fill_slot(s, part, span)
                    })
                    .collect(),
            ),
        }
    }

    /// What a filled slot holds, read here.
    pub(super) fn slot_operand(&mut self, slot: &Slot, span: Span) -> Operand {
        match slot {
            Slot::Pending { .. } => Operand::Never,
            Slot::Unit => Operand::Unit,
            Slot::Var(var) => self.load_shape(&Shape::Var(*var), span),
            Slot::Tuple(parts) => Operand::Tuple(parts.iter().map(|p| self.slot_operand(p, span)).collect()),
        }
    }

    /// A slot whose variables are declared here, whatever they will be.
    pub(super) fn pending_slot(&self) -> Slot {
        Slot::Pending { region: self.cur, at: self.func.regions[self.cur.index()].len() }
    }

    /// Runs something that `break`s or `return`s may leave early, and reads its result.
    pub(super) fn framed(&mut self, mut frame: Frame, span: Span, f: impl FnOnce(&mut Self) -> Operand) -> Operand {
        let flag = self.late_var("left", Ty::Bool, span);
        self.known.remove(&flag);
        frame.break_flag = Some(flag);
        frame.slot = self.pending_slot();
        self.frames.push(frame);
        let index = self.frames.len() - 1;
        let outer = self.cur;
        // A region of its own, so that what comes after runs whether or not it was left.
        let yes = self.lit(quote!(true), Ty::Bool, span);
        let arm = self.arm(|this| {
            let op = f(this);
            this.fill(index, op.clone(), span);
            op
        });
        debug_assert_eq!(outer, self.cur);
        let els = self.func.region(Some(self.cur));
        self.push(OpKind::If { cond: yes, then: arm.start, els }, span);
        self.absorb(&arm);
        self.exits.remove(&flag);
        let Some(frame) = self.frames.pop() else { return Operand::Never };
        let others: BTreeSet<Var> = arm.exits.iter().copied().filter(|f| *f != flag).collect();
        self.guard(&others, span);
        if matches!(arm.operand, Operand::Never) && !frame.left {
            return Operand::Never;
        }
        self.slot_operand(&frame.slot, span)
    }

    // ---- loops ----

    /// Lowers a loop body. `head` binds what the iteration brings; gives the body region and the exit flag if used.
    pub(super) fn loop_body(
        &mut self,
        label: Option<String>,
        span: Span,
        before: LoopFlags,
        f: impl FnOnce(&mut Self) -> Operand,
    ) -> LoopBody {
        // Nothing that the body may store to is known inside it: it may be a later iteration.
        let known = self.known.clone();
        self.forget_mutable();
        let mut frame = Frame::new(label, FrameKind::Loop, Some(before.exit), None);
        frame.slot = before.slot;
        self.frames.push(frame);
        let index = self.frames.len() - 1;
        let mut continue_flag = None;
        let arm = self.arm(|this| {
            let flag = this.late_var("skipped", Ty::Bool, span);
            this.known.remove(&flag);
            this.frames[index].continue_flag = Some(flag);
            continue_flag = Some(flag);
            f(this)
        });
        self.known = known;
        let frame = self.frames.pop();
        let mut exits = arm.exits.clone();
        exits.remove(&before.exit);
        if let Some(c) = continue_flag {
            exits.remove(&c);
        }
        let left = frame.as_ref().is_some_and(|f| f.left);
        LoopBody {
            region: arm.start,
            exit: left.then_some(before.exit),
            stored: arm.stored,
            exits,
            slot: frame.map_or(Slot::Unit, |f| f.slot),
            left,
        }
    }

    /// The flags and the slot of a loop, declared before it.
    pub(super) fn loop_flags(&mut self, span: Span) -> LoopFlags {
        let exit = self.late_var("stop", Ty::Bool, span);
        self.known.remove(&exit);
        LoopFlags { exit, slot: self.pending_slot() }
    }

    /// Goes on after a loop.
    pub(super) fn after_loop(&mut self, body: &LoopBody, span: Span) {
        for var in &body.stored {
            self.touched(*var);
        }
        self.exits.extend(body.exits.iter().copied());
        let exits = body.exits.clone();
        self.guard(&exits, span);
    }

    /// At the head of a loop, forgets what the body might change.
    pub(super) fn forget_mutable(&mut self) {
        let vars = &self.func.vars;
        let keep = |v: &Var| matches!(vars[v.index()].kind, crate::ir::VarKind::Extern(_));
        self.known.retain(|v, _| keep(v));
    }
}

/// A condition and a body of a chain, lowered when their turn comes.
pub(super) struct ChainArm<'c, L> {
    #[expect(clippy::type_complexity, reason = "one closure type, used here alone")]
    pub(super) cond: Option<Box<dyn FnOnce(&mut L) -> Option<Value> + 'c>>,
    pub(super) body: Box<dyn FnOnce(&mut L) -> Operand + 'c>,
    /// Whether the condition must hold when it is reached.
    pub(super) last: bool,
}

pub(super) struct LoopFlags {
    exit: Var,
    slot: Slot,
}

pub(super) struct LoopBody {
    pub(super) region: Region,
    pub(super) exit: Option<Var>,
    stored: BTreeSet<Var>,
    exits: BTreeSet<Var>,
    pub(super) slot: Slot,
    pub(super) left: bool,
}

impl Arm {
    fn empty() -> Arm {
        Arm {
            start: Region(0),
            end: Region(0),
            operand: Operand::Never,
            known: HashMap::new(),
            stored: BTreeSet::new(),
            exits: BTreeSet::new(),
        }
    }
}

enum Merged {
    Now(Operand),
    Load(Shape),
}

/// How the results of several arms are joined.
enum Shape {
    Unit,
    Var(Var),
    /// A variable that holds a reference to a constant outside.
    Table(Var),
    /// The number of what was chosen, and what there is to choose from.
    Choice(Var, Rc<Chosen>),
    Tuple(Vec<Shape>),
}

/// References to choose from.
#[derive(Default)]
struct Chosen {
    /// Each place, and whether the reference is `&mut`.
    options: Vec<(Place, bool)>,
    /// For each arm the number of its first option, and the variables that carry its indices.
    arms: Vec<(usize, Vec<(Value, Var)>)>,
}
