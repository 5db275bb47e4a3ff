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
use super::join::{Merged, Shape};
use super::{Lower, peeled};
use crate::ir::{BinOp, Init, OpKind, Place, Region, Ty, Value, Var};
use crate::messages as m;
use ad_ir::hash::HashMap;
use proc_macro2::Span;
use std::collections::BTreeSet;

/// A branch or body that was lowered into a region of its own.
pub(super) struct Arm {
    pub(super) start: Region,
    /// Where its last operations went: deeper than `start` if an exit moved the rest into a branch.
    pub(super) end: Region,
    pub(super) operand: Operand,
    known: HashMap<Var, Value>,
    pub(super) stored: BTreeSet<Var>,
    pub(super) exits: BTreeSet<Var>,
}

impl Arm {
    pub(super) fn falls(&self) -> bool {
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
        let around = self.enter(start);
        let operand = f(self);
        self.leave_arm(around, operand)
    }

    /// Turns to a region; gives the arm that is interrupted by it.
    fn enter(&mut self, start: Region) -> Arm {
        self.env.open();
        Arm {
            start,
            end: std::mem::replace(&mut self.cur, start),
            operand: Operand::Unit,
            known: self.known.clone(),
            stored: std::mem::take(&mut self.stored),
            exits: std::mem::take(&mut self.exits),
        }
    }

    /// Goes back to the arm that was interrupted.
    fn leave_arm(&mut self, around: Arm, operand: Operand) -> Arm {
        self.env.close();
        Arm {
            start: around.start,
            end: std::mem::replace(&mut self.cur, around.end),
            operand,
            known: std::mem::replace(&mut self.known, around.known),
            stored: std::mem::replace(&mut self.stored, around.stored),
            exits: std::mem::replace(&mut self.exits, around.exits),
        }
    }

    /// What a nested region stored to is no longer known here.
    pub(super) fn absorb(&mut self, arm: &Arm) {
        for var in &arm.stored {
            self.touched(*var);
        }
        self.exits.extend(arm.exits.iter().copied());
    }

    /// The same, where operations follow that must not run once the arm has left.
    pub(super) fn absorb_and_guard(&mut self, arm: &Arm, span: Span) {
        self.absorb(arm);
        self.guard(&arm.exits, span);
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
        let operand = self.chain_from(arms.into(), &mut done);
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
        let els = self.arm(|this| match this.chain_from(arms, &mut nested) {
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
                arm.exits.extend(els.exits.iter().copied());
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
        let diverging_value = falling == 1
            && arms.iter().any(|a| !a.falls())
            && arms.iter().any(|a| !matches!(a.operand, Operand::Unit | Operand::Never));
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
        let yes = self.lit("true", Ty::Bool, span);
        self.store(&Place::whole(flag), Init::Scalar(yes), span);
        // A flag is read where control joins again: never forwarded.
        self.known.remove(&flag);
        if record {
            self.exits.insert(flag);
        }
    }

    /// Ends a loop after this iteration, whose body still runs.
    pub(super) fn stop_after_body(&mut self, frame: usize, span: Span) {
        self.set_flag(frame, false, false, span);
    }

    /// Puts a value into the slot of a frame.
    pub(super) fn fill(&mut self, frame: usize, operand: Operand, span: Span) {
        let slot = self.frames[frame].slot.clone();
        let output = self.sig.output.clone();
        let want = (self.frames[frame].kind == FrameKind::Function).then_some(&output);
        let filled = self.fill_slot(slot, operand, want, span);
        self.frames[frame].slot = filled;
    }

    pub(super) fn fill_slot(&mut self, slot: Slot, operand: Operand, want: Option<&Ty>, span: Span) -> Slot {
        let part_of = |want: Option<&Ty>, i: usize| match want {
            Some(Ty::Tuple(tys)) => tys.get(i).cloned(),
            Some(_) | None => None,
        };
        match (slot, operand) {
            (slot, Operand::Never) => slot,
            (Slot::Pending { .. } | Slot::Unit, Operand::Unit) => Slot::Unit,
            (Slot::Unit, _) => Slot::Unit,
            (Slot::Pending { region, at }, Operand::Tuple(parts)) => {
                let fill = |(i, p)| self.fill_slot(Slot::Pending { region, at }, p, part_of(want, i).as_ref(), span);
                Slot::Tuple(parts.into_iter().enumerate().map(fill).collect())
            }
            (Slot::Pending { region, at }, Operand::Maybe(some, held)) if want.is_none() => {
                let flag = self.declared_at("some", Ty::Bool, region, at, span);
                let slot = Slot::Maybe(flag, Box::new(Slot::Pending { region, at }));
                self.fill_slot(slot, Operand::Maybe(some, held), want, span)
            }
            (Slot::Maybe(flag, held), operand) => {
                let Some((some, there)) = self.maybe_parts(operand, span) else { return Slot::Maybe(flag, held) };
                self.store(&Place::whole(flag), Init::Scalar(some), span);
                self.known.remove(&flag);
                let Some(there) = there else { return Slot::Maybe(flag, held) };
                let mut slot = *held;
                if self.trues.contains(&some) || Self::is_at_hand(&there) {
                    slot = self.fill_slot(slot, there, None, span);
                } else {
                    let filled = self.arm(|this| {
                        slot = this.fill_slot(slot.clone(), there, None, span);
                        Operand::Unit
                    });
                    self.conditional(some, filled, span);
                }
                Slot::Maybe(flag, Box::new(slot))
            }
            (Slot::Pending { region, at }, Operand::Ordering(v)) => {
                let var = self.declared_at("order", Ty::Int("i8"), region, at, span);
                self.fill_slot(Slot::Ordering(var), Operand::Ordering(v), want, span)
            }
            // `return Ordering::Less`, where a later exit may compare.
            (Slot::Pending { region, at }, Operand::Path(p)) if want.is_none() && Self::is_ordering(&p.path) => {
                let var = self.declared_at("order", Ty::Int("i8"), region, at, span);
                self.fill_slot(Slot::Ordering(var), Operand::Path(p), want, span)
            }
            (Slot::Ordering(var), operand) => {
                if let Some(v) = self.ordering(operand, span) {
                    self.store(&Place::whole(var), Init::Scalar(v), span);
                }
                Slot::Ordering(var)
            }
            (Slot::Pending { region, at }, Operand::Ref(p, mutable)) if mutable || !self.is_scalar_place(&p) => {
                let operand = Operand::Ref(p, mutable);
                let ty = match want {
                    Some(ty) => ty.clone(),
                    None => self.ty_of(&operand),
                };
                // A later exit may give a part of what this one gives the whole of.
                let slice = matches!(self.func.types.resolve(&ty).peel(), Ty::Slice(_) | Ty::Str | Ty::Var(_));
                let named = |this: &mut Self, name: &str| this.declared_at(name, Ty::USIZE, region, at, span);
                match self.common_view(std::slice::from_ref(&operand), slice, named) {
                    Some(view) if self.view_is_visible(&view, region) => {
                        let view = std::rc::Rc::new(view);
                        let _ = self.fill_view(&view, &operand, span);
                        Slot::View(view)
                    }
                    Some(_) | None => {
                        self.sink.error(span, self.reference_message(want), "");
                        Slot::Unit
                    }
                }
            }
            (Slot::View(view), operand) => {
                if !self.fill_view(&view, &operand, span) {
                    self.sink.error(span, self.reference_message(want), "");
                    return Slot::Unit;
                }
                Slot::View(view)
            }
            (Slot::Pending { .. }, Operand::Choice(..)) if want.is_some_and(|t| matches!(t, Ty::Ref(..))) => {
                self.sink.error(span, m::RESULT_CHOSEN, "");
                Slot::Unit
            }
            (Slot::Pending { region, at }, operand) => {
                let ty = peeled(&self.ty_of(&operand));
                let var = self.declared_at("result", ty, region, at, span);
                self.fill_slot(Slot::Var(var), operand, want, span)
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
                        self.fill_slot(s, part, part_of(want, i).as_ref(), span)
                    })
                    .collect(),
            ),
        }
    }

    /// What is said of a reference that cannot be followed: it is the function's result, or a block's.
    fn reference_message(&self, result: Option<&Ty>) -> m::Message {
        if result.is_some() { m::RESULT_CHOSEN } else { m::REFERENCE_CHOSEN }
    }

    /// What a filled slot holds, read here.
    pub(super) fn slot_operand(&mut self, slot: &Slot, span: Span) -> Operand {
        match slot {
            Slot::Pending { .. } => Operand::Never,
            Slot::Unit => Operand::Unit,
            Slot::Var(var) => self.load_shape(&Shape::Var(*var), span),
            Slot::View(view) => {
                self.forget_view(view);
                self.load_shape(&Shape::View(view.clone()), span)
            }
            Slot::Tuple(parts) => Operand::Tuple(parts.iter().map(|p| self.slot_operand(p, span)).collect()),
            Slot::Maybe(flag, held) => {
                self.known.remove(flag);
                let some = self.load(&Place::whole(*flag), span);
                Operand::Maybe(some, std::rc::Rc::new(self.slot_operand(held, span)))
            }
            Slot::Ordering(var) => {
                self.known.remove(var);
                Operand::Ordering(self.load(&Place::whole(*var), span))
            }
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
        let yes = self.lit("true", Ty::Bool, span);
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
        let mut f = Some(f);
        self.loop_body_of(label, span, before, &mut |this| f.take().map_or(Operand::Never, |f| f(this)))
    }

    /// Compiled once for all closures.
    fn loop_body_of(
        &mut self,
        label: Option<String>,
        span: Span,
        before: LoopFlags,
        f: &mut dyn FnMut(&mut Self) -> Operand,
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

/// Computes a condition; `None` where that does not return.
pub(super) type Condition<'c, L> = Box<dyn FnOnce(&mut L) -> Option<Value> + 'c>;

/// A condition and a body of a chain, lowered when their turn comes.
pub(super) struct ChainArm<'c, L> {
    pub(super) cond: Option<Condition<'c, L>>,
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
    pub(super) fn empty() -> Arm {
        Arm {
            start: Region(0),
            end: Region(0),
            operand: Operand::Never,
            known: HashMap::default(),
            stored: BTreeSet::new(),
            exits: BTreeSet::new(),
        }
    }
}
