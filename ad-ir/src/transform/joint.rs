//! The joint form of an adjoint: the cotangent of the result is there from the start, and what can be is reversed where it
//! stands. [`crate::analysis::fusion`] says what that is.
//!
//! ```text
//! s = 0                                  s = 0; s_bar = seed * 0.5
//! for t in ts { r = …; s += r * r }      for t in ts { r = …; s += r * r; r_bar = 2 * r * s_bar; … }
//! y = 0.5 * s                       =>   y = 0.5 * s
//! s_bar = seed * 0.5
//! for t in ts.rev() { … }
//! ```

use super::adjoint::{self, Builder, Filter, Frame, Insertion, Seeds};
use super::prepare::{self, Prepared, has_static_shape};
use crate::analysis::activity::Activity;
use crate::analysis::fusion::{self, Fusion, Part};
use crate::analysis::stability;
use crate::hash::HashMap;
use crate::ir::{Call, Func, Init, OpKind, Place, Region, Value, Var, VarKind};
use crate::signature::Signature;
use proc_macro2::Span;

/// The joint form, where something is fused; `prepared` is the primal as its split form needs it.
pub fn joint(primal: &Func, prepared: (&Func, &Prepared), act: &Activity, sig: &Signature) -> (Option<Func>, Fusion) {
    let found = fusion::solve(prepared.0, prepared.1, act);
    if !found.pays(prepared.0) {
        return (None, found);
    }
    let mut func = primal.clone();
    let stable = stability::solve(primal, &found);
    let mut prep = prepare::prepare(&mut func, sig, act, &stable, &found);
    // The operations have moved; what is fused must be the same.
    let again = fusion::solve(&func, &prep, act);
    if !again.is_like(&found) {
        return (None, found);
    }
    for (region, fused) in again.early.iter() {
        for (number, early) in fused.iter().enumerate() {
            prep.info.entry((region, early.at)).or_default().fused = Some(early.vars.clone());
            for (at, part) in &early.parts {
                prep.info.entry((region, *at)).or_default().early.push((number, *part));
            }
        }
    }
    (adjoint::fused(&func, &prep, act, sig, &again), found)
}

impl Builder<'_> {
    /// Reverses the fused operations of a region, with what must run before them.
    pub(super) fn fused_operations(&mut self, region: Region) {
        if !self.fusion.joint {
            return;
        }
        let n = self.func.regions[region.index()].len();
        let mut fused: Vec<(usize, Vec<Var>)> = Vec::new();
        let mut parts: HashMap<usize, Vec<(usize, Vec<Part>)>> = HashMap::default();
        for at in 0..n {
            let Some(info) = self.prep.info.get(&(region, at)) else { continue };
            if let Some(vars) = &info.fused {
                fused.push((at, vars.clone()));
            }
            for (number, part) in &info.early {
                let list = parts.entry(*number).or_default();
                match list.last_mut() {
                    Some((last, parts)) if *last == at => parts.push(*part),
                    _ => list.push((at, vec![*part])),
                }
            }
        }
        for (number, (at, vars)) in fused.into_iter().enumerate() {
            let list = self.func.region(Some(region));
            self.frames.push(Frame { fwd: region, rev: list, label: region, mapped: Vec::new(), opened: Vec::new() });
            self.early = Some((region, at));
            if number == 0 {
                self.declare_cells(region);
                if region == self.func.body {
                    self.seed_early(Seeds::Values);
                    self.seeded = true;
                }
            }
            vars.into_iter().for_each(|v| self.open_early(v));
            for (at, parts) in parts.remove(&number).unwrap_or_default().into_iter().rev() {
                let op = self.func.regions[region.index()][at].clone();
                self.filter = if parts.contains(&Part::Whole) { None } else { Some(Filter::Only(parts)) };
                self.op(&op, region, at);
                self.filter = None;
            }
            self.early = None;
            let op = self.func.regions[region.index()][at].clone();
            let mut replace = false;
            match &op.kind {
                OpKind::For { body, .. } | OpKind::While { body, .. } => self.home(*body),
                OpKind::If { then, els, .. } => {
                    self.home(*then);
                    self.home(*els);
                }
                OpKind::Call(call) | OpKind::Forward { call, .. } => {
                    self.fused_call(call, region, at, op.span);
                    replace = true;
                }
                _ => {}
            }
            self.close();
            self.insertions.push(Insertion { into: region, at: Some(at), replace, ops: list });
        }
    }

    /// A region with its reverse behind it.
    fn home(&mut self, body: Region) {
        self.fused_operations(body);
        let list = self.func.region(Some(body));
        self.frames.push(Frame { fwd: body, rev: list, label: body, mapped: Vec::new(), opened: Vec::new() });
        self.tops.push(Vec::new());
        self.homes.push(body);
        self.declare_shadows(body);
        self.region(body);
        self.homes.pop();
        let top = self.tops.pop().unwrap_or_default();
        self.func.regions[list.index()].splice(0..0, top);
        self.close();
        let last = self.func.regions[body.index()].last();
        if last.is_some_and(|op| matches!(op.kind, OpKind::Effect { diverges: true, .. })) {
            // A branch that panics is not reversed.
            self.func.regions[list.index()].clear();
            return;
        }
        self.insertions.push(Insertion { into: body, at: None, replace: false, ops: list });
    }

    fn close(&mut self) {
        if let Some(frame) = self.frames.pop() {
            for v in frame.mapped {
                self.mapped.remove(&v);
            }
        }
    }

    fn seed_early(&mut self, which: Seeds) {
        let (ret, span) = (self.func.ret.clone(), self.sig.ident.span());
        if let Some(seed) = self.seed_place.clone() {
            self.seed(&ret, &seed, which, span);
        }
    }

    /// The shadow of a variable before its shape is known from its end: it keeps the one that it has.
    fn open_early(&mut self, v: Var) {
        let Some(shadow) = self.prep.shadows.get(&v).copied() else { return };
        let given = matches!(self.func.vars[shadow.index()].kind, VarKind::ShadowParam { .. });
        if given || !self.opened.insert(v) {
            return;
        }
        let span = self.func.vars[v.index()].span;
        self.func.vars[shadow.index()].region = self.here();
        let ty = self.func.var_ty(v);
        let init = if has_static_shape(&ty) {
            self.zero_of(&ty, prepare::Shape::Type, span)
        } else {
            Init::ZeroLike(Place::whole(v))
        };
        self.push(OpKind::Declare(shadow, init), span);
        self.seed_early(Seeds::Var(v));
    }

    /// `let y = f::adjoint(x, x_bar, y_bar);` instead of `let y = f(x);`
    fn fused_call(&mut self, call: &Call, region: Region, at: usize, span: Span) {
        let info = self.prep.info.get(&(region, at)).cloned().unwrap_or_default();
        let mut joint = call.clone();
        if info.joint {
            joint.shadows = info.joint_shadows.clone();
        }
        self.shadows_of(&mut joint.shadows, &call.args, &info, span);
        let seed = self.seed_of(call, &info, span);
        let shadows = joint.shadows.clone();
        self.push(OpKind::Joint { call: joint, seed }, span);
        self.absorb(&call.args, &shadows, &info, span);
    }

    /// Whether the reverse of an operation has run early; else what is left of it is all that is wanted.
    pub(super) fn is_done(&mut self, region: Region, at: usize) -> bool {
        let Some(info) = self.prep.info.get(&(region, at)) else { return false };
        let parts: Vec<Part> = info.early.iter().map(|(_, part)| *part).collect();
        if info.fused.is_some() || parts.contains(&Part::Whole) {
            return true;
        }
        self.filter = (!parts.is_empty()).then_some(Filter::Not(parts));
        false
    }

    /// A value of the forward sweep for what runs early, computed again where it is computed later.
    pub(super) fn lookup_early(&mut self, v: Value, region: Region, at: usize, span: Span) -> Value {
        if self.before.is_there(&self.func, v, region, at) {
            return v;
        }
        let op = self.defs.of(&self.func, v).cloned();
        let Some(op) = op.filter(|_| self.before.has(&self.func, v, region, at)) else {
            self.failed = true;
            return v;
        };
        self.emit_again(op.kind, v, span)
    }

    /// Puts everything where it belongs.
    pub(super) fn insert(&mut self) {
        let mut insertions = std::mem::take(&mut self.insertions);
        // Ends first, then from the back, so that positions stay what they are.
        insertions.sort_by_key(|i| std::cmp::Reverse(i.at.unwrap_or(usize::MAX)));
        for i in insertions {
            let ops = std::mem::take(&mut self.func.regions[i.ops.index()]);
            let into = &mut self.func.regions[i.into.index()];
            match i.at {
                Some(at) => drop(into.splice(at..at + usize::from(i.replace), ops)),
                None => into.extend(ops),
            }
        }
    }
}
