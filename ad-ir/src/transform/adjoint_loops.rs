//! Reversed loops, and the records that their iterations read.

use super::adjoint::Builder;
use super::formula::Target;
use super::keep;
use crate::analysis::fusion_loops;
use crate::ir::{BinOp, Init, Op, OpKind, Place, Proj, Range, Region, Ty, Value, Var, VarKind};
use proc_macro2::Span;

impl Builder<'_> {
    pub(super) fn counted_loop(&mut self, op: &Op, index: Value, range: &Range, body: Region, exits: bool) {
        let span = op.span;
        let ty = self.func.values[index.index()].ty.clone();
        let free = keep::index_is_free(&self.func, range, exits);
        let trips = self.prep.trips.get(&body).copied();
        let run = self.enter_records(body, trips, span);
        let forms = !exits && free;
        let here = self.here();
        let placeholder = self.func.value(if forms { ty.clone() } else { Ty::USIZE }, span, here);
        self.func.values[placeholder.index()].name = self.func.values[index.index()].name.clone();
        let rev = self.nested(body, |this| {
            let region = this.here();
            this.func.values[placeholder.index()].region = region;
            let mut k = None;
            if forms {
                this.map_in(index, placeholder);
                if keep::is_plain(&this.func, range) {
                    k = Some(this.offset(placeholder, range.lo, span));
                }
            } else {
                k = Some(placeholder);
                if free && keep::is_zero(&this.func, range.lo) {
                    this.map_in(index, placeholder);
                } else if free {
                    // lo + k
                    let lo = this.lookup(range.lo, span);
                    let i = this.emit(OpKind::Binary(BinOp::Add, lo, placeholder), ty.clone(), span);
                    this.map_in(index, i);
                }
            }
            this.read_record(body, run, k, span);
        });
        self.func.values[placeholder.index()].region = rev;
        if !self.has_effect(rev) {
            return;
        }
        let range = if forms {
            let (lo, hi) = (self.lookup(range.lo, span), self.lookup(range.hi, span));
            let step = range.step.map(|s| self.lookup(s, span));
            Range { lo, hi, inclusive: range.inclusive, rev: range.rev == self.in_any_order(op, body), step }
        } else {
            let Some(n) = trips else { return };
            let hi = self.lookup(n, span);
            let lo = self.emit(OpKind::Lit("0".into()), Ty::USIZE, span);
            Range { lo, hi, inclusive: false, rev: true, step: None }
        };
        self.push(OpKind::For { index: placeholder, range, body: rev, exit: None }, span);
    }

    /// Whether the iterations of a loop may be reversed in any order, and are as they ran: in memory's order, which
    /// vector code likes better. Only of innermost loops: what others keep is read from its end.
    fn in_any_order(&self, op: &Op, body: Region) -> bool {
        let mut simple = true;
        self.func.walk(body, &mut |_, op| {
            simple &= !matches!(
                op.kind,
                OpKind::For { .. }
                    | OpKind::While { .. }
                    | OpKind::Forward { .. }
                    | OpKind::Call(_)
                    | OpKind::KeepShape { .. }
                    | OpKind::KeepCopy { .. }
                    | OpKind::Push(..)
                    | OpKind::Pop(_)
                    | OpKind::Truncate(..)
                    | OpKind::Resize(..)
            );
        });
        if !simple || self.kept.tapes.get(&body).is_some_and(|tape| !tape.indexed) {
            return false;
        }
        let shadowed = |v: Var| self.prep.shadows.contains_key(&v);
        let modes = fusion_loops::modes(&self.func, self.act, &shadowed, op);
        let (positions, resized) = (&self.before.positions, &self.before.resized);
        let facts = fusion_loops::Facts { func: &self.func, positions, resized, used_later: &|_| true };
        fusion_loops::independent(&facts, op, &modes).is_ok()
    }

    /// `index - lo`, or the index itself.
    pub(super) fn offset(&mut self, index: Value, lo: Value, span: Span) -> Value {
        if keep::is_zero(&self.func, lo) {
            return index;
        }
        let lo = self.lookup(lo, span);
        self.emit(OpKind::Binary(BinOp::Sub, index, lo), Ty::USIZE, span)
    }

    pub(super) fn uncounted_loop(&mut self, body: Region, span: Span) {
        let Some(trips) = self.prep.trips.get(&body).copied() else { return };
        let run = self.enter_records(body, Some(trips), span);
        let here = self.here();
        let k = self.func.value(Ty::USIZE, span, here);
        let rev = self.nested(body, |this| {
            let region = this.here();
            this.func.values[k.index()].region = region;
            this.read_record(body, run, Some(k), span);
        });
        self.func.values[k.index()].region = rev;
        if !self.has_effect(rev) {
            return;
        }
        let lo = self.emit(OpKind::Lit("0".into()), Ty::USIZE, span);
        let hi = self.lookup(trips, span);
        let range = Range { lo, hi, inclusive: false, rev: true, step: None };
        self.push(OpKind::For { index: k, range, body: rev, exit: None }, span);
    }

    /// Before a reversed loop: where the records of this run begin, for a buffer shared by several runs.
    pub(super) fn enter_records(&mut self, body: Region, trips: Option<Value>, span: Span) -> Option<(Value, Value)> {
        if self.dry {
            // Whether there will be a buffer is not known yet; if so, its reading needs the count.
            if let Some(n) = trips {
                self.lookup(n, span);
            }
            return None;
        }
        let tape = self.kept.tapes.get(&body)?.clone();
        if !(tape.nested && tape.indexed) {
            return None;
        }
        let cursor = self.cursor(tape.var, span);
        let n = self.lookup(trips?, span);
        let at = self.emit(OpKind::Load(Place::whole(cursor)), Ty::USIZE, span);
        let base = self.emit(OpKind::Binary(BinOp::Sub, at, n), Ty::USIZE, span);
        self.push(OpKind::Store(Place::whole(cursor), Init::Scalar(base)), span);
        Some((base, at))
    }

    /// `let mut kept_at = kept.len();` at the head of the reverse sweep.
    pub(super) fn cursor(&mut self, tape: Var, span: Span) -> Var {
        if let Some(c) = self.cursors.get(&tape) {
            return *c;
        }
        let rev = self.homes.last().copied().unwrap_or(self.func.body);
        let name = format!("{}_at", self.func.vars[tape.index()].name);
        let cursor = self.func.var(&name, Ty::USIZE, span, VarKind::Generated, rev);
        let len = self.func.value(Ty::USIZE, span, rev);
        if let Some(top) = self.tops.last_mut() {
            top.push(Op { kind: OpKind::Len(Place::whole(tape)), result: Some(len), span });
            top.push(Op { kind: OpKind::Declare(cursor, Init::Scalar(len)), result: None, span });
        }
        self.cursors.insert(tape, cursor);
        cursor
    }

    /// At the head of a reversed body: what the iteration recorded.
    pub(super) fn read_record(&mut self, body: Region, run: Option<(Value, Value)>, k: Option<Value>, span: Span) {
        let Some(tape) = self.kept.tapes.get(&body).cloned() else { return };
        let at = match (tape.indexed, tape.nested, k) {
            (true, true, Some(k)) => k,
            (_, false, Some(k)) => k,
            _ => {
                let cursor = self.cursor(tape.var, span);
                let old = self.emit(OpKind::Load(Place::whole(cursor)), Ty::USIZE, span);
                let one = self.emit(OpKind::Lit("1".into()), Ty::USIZE, span);
                let at = self.emit(OpKind::Binary(BinOp::Sub, old, one), Ty::USIZE, span);
                self.push(OpKind::Store(Place::whole(cursor), Init::Scalar(at)), span);
                at
            }
        };
        let mut place = Place::whole(tape.var);
        if let Some((lo, hi)) = run.filter(|_| tape.indexed && tape.nested) {
            place = place.then(Proj::Range { lo: Some(lo), hi: Some(hi), inclusive: false });
        }
        let place = place.then(Proj::Index(at));
        let many = tape.fields.len() > 1;
        for (i, v) in tape.fields.iter().enumerate() {
            let place = if many { place.then(Proj::Field(i as u32)) } else { place.clone() };
            let data = self.func.values[v.index()].clone();
            let m = self.emit(OpKind::Load(place), data.ty, data.span);
            self.func.values[m.index()].name = data.name;
            self.map_in(*v, m);
        }
    }
}
