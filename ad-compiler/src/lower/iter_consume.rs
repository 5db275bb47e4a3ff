//! Iterator adaptors and consumers by name, and the loop statements.

use super::cursor::Asked;
use super::env::Operand;
use super::iter::Iter;
use super::iter_search::By;
use super::{Lower, peeled};
use crate::ir::{BinOp, Init, OpKind, Place, Ty, Value};
use crate::messages as m;
use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprForLoop, ExprLoop, ExprMethodCall, ExprWhile};

impl Lower<'_> {
    pub(super) fn iterator_method(&mut self, receiver: Operand, c: &ExprMethodCall, want: Option<&Ty>) -> Operand {
        let span = c.method.span();
        let name = c.method.to_string();
        let args: Vec<&Expr> = c.args.iter().collect();
        if let Operand::Range(r) = &receiver {
            let r = r.clone();
            match (name.as_str(), args.len()) {
                ("contains", 1) => {
                    let Some(v) = self.scalar(args[0], None) else { return Operand::Never };
                    let mut test = None;
                    if let Some(lo) = r.lo {
                        // As in patterns.
                        test = Some(if r.hi.is_some() {
                            let below = self.binary(BinOp::Lt, v, lo, span);
                            self.push_value(OpKind::Not(below), Ty::Bool, span)
                        } else {
                            self.binary(BinOp::Le, lo, v, span)
                        });
                    }
                    if let Some(hi) = r.hi {
                        let op = if r.inclusive { BinOp::Le } else { BinOp::Lt };
                        let below = self.binary(op, v, hi, span);
                        test = Some(match test {
                            Some(t) => self.binary(BinOp::And, t, below, span),
                            None => below,
                        });
                    }
                    return test.map_or(Operand::Never, Operand::Value);
                }
                ("clone", 0) => return receiver,
                ("len", 0) => {
                    if let (Some(lo), Some(hi)) = (r.lo, r.hi) {
                        let path =
                            if r.inclusive { quote!((|a, b| (a..=b).len())) } else { quote!((|a, b| (a..b).len())) };
                        return Operand::Value(self.push_value(OpKind::PathCall(path, vec![lo, hi]), Ty::USIZE, span));
                    }
                }
                ("is_empty", 0) => {
                    if let (Some(lo), Some(hi)) = (r.lo, r.hi) {
                        let op = if r.inclusive { BinOp::Gt } else { BinOp::Ge };
                        return Operand::Value(self.binary(op, lo, hi, span));
                    }
                }
                _ => {}
            }
        }
        // A range in a variable stays one, so that it can index: what is left of it is not followed.
        if matches!(receiver, Operand::Range(_))
            && super::stmt::single_ident(&c.receiver).is_some()
            && super::cursor::BY_REF.contains(&name.as_str())
        {
            self.sink.error(span, m::ITERATOR_STATE, "");
            return Operand::Never;
        }
        let Some(iter) = self.iterate(receiver, span) else { return Operand::Never };
        let iter = match self.cursor_method(iter, c) {
            Asked::Done(done) => return done,
            Asked::Otherwise(iter) => iter,
        };
        let boxed = Box::new(iter.clone());
        let adapted = match (name.as_str(), args.len()) {
            ("iter" | "into_iter" | "iter_mut", 0) => iter,
            ("copied" | "cloned", 0) => Iter::Copied(boxed),
            ("fuse" | "peekable", 0) => iter,
            ("enumerate", 0) => Iter::Enumerate(boxed),
            ("rev", 0) => match reversed(iter) {
                Some(i) => i,
                None => {
                    self.sink.error(span, m::ITERATOR_FORM, "");
                    return Operand::Never;
                }
            },
            ("zip", 1) => {
                let other = self.expr(args[0], None);
                let Some(other) = self.iterate(other, args[0].span()) else { return Operand::Never };
                Iter::Zip(boxed, Box::new(other))
            }
            ("chain", 1) => {
                let other = self.expr(args[0], None);
                let Some(other) = self.iterate(other, args[0].span()) else { return Operand::Never };
                Iter::Chain(boxed, Box::new(other))
            }
            ("filter_map" | "map_while" | "flat_map", 1) => {
                let f = self.expr(args[0], None);
                match name.as_str() {
                    "filter_map" => Iter::FilterMap(boxed, f),
                    "map_while" => Iter::MapWhile(boxed, f),
                    _ => Iter::FlatMap(boxed, Some(f)),
                }
            }
            ("flatten", 0) => Iter::FlatMap(boxed, None),
            ("cycle", 0) => Iter::Cycle(boxed),
            ("scan", 2) => {
                let state = self.expr(args[0], None);
                let state = self.settled(state, args[0].span());
                let f = self.expr(args[1], None);
                Iter::Scan(boxed, state, f)
            }
            ("map" | "filter" | "take_while" | "skip_while" | "inspect", 1) => {
                let f = self.expr(args[0], None);
                match name.as_str() {
                    "map" => Iter::Map(boxed, f),
                    "filter" => Iter::Filter(boxed, f),
                    "take_while" => Iter::TakeWhile(boxed, f),
                    "skip_while" => Iter::SkipWhile(boxed, f),
                    _ => Iter::Inspect(boxed, f),
                }
            }
            ("take" | "skip" | "step_by", 1) => {
                let Some(n) = self.scalar(args[0], Some(&Ty::USIZE)) else { return Operand::Never };
                match name.as_str() {
                    "take" => Iter::Take(boxed, n),
                    "skip" => Iter::Skip(boxed, n),
                    _ => Iter::StepBy(boxed, n),
                }
            }
            _ => return self.consume(iter, c, &name, &args, want),
        };
        Operand::Iter(Box::new(adapted))
    }

    pub(super) fn zip_call(&mut self, args: Vec<Operand>, span: Span) -> Operand {
        let mut iters = Vec::new();
        for a in args {
            match self.iterate(a, span) {
                Some(i) => iters.push(i),
                None => return Operand::Never,
            }
        }
        match <[Iter; 2]>::try_from(iters) {
            Ok([a, b]) => Operand::Iter(Box::new(Iter::Zip(Box::new(a), Box::new(b)))),
            Err(_) => Operand::Never,
        }
    }

    fn consume(&mut self, iter: Iter, c: &ExprMethodCall, name: &str, args: &[&Expr], want: Option<&Ty>) -> Operand {
        let span = c.method.span();
        let turbofish = c.turbofish.as_ref().and_then(|t| t.args.first()).and_then(|a| match a {
            syn::GenericArgument::Type(t) => Some(Ty::parse(t, &mut self.func.types)),
            _ => None,
        });
        match (name, args.len()) {
            ("sum" | "product", 0) => {
                let into = match turbofish.as_ref().or(want).map(|t| self.func.types.head(t)) {
                    Some(Ty::Option(_)) => Some("an `Option`"),
                    Some(Ty::Result(..)) => Some("a `Result`"),
                    _ => None,
                };
                if let Some(into) = into {
                    self.sink.error(span, m::SUM_INTO, into);
                    return Operand::Never;
                }
                let ty = match (turbofish, want) {
                    (Some(t), _) => t,
                    (None, Some(t)) if t.is_scalar() => peeled(t),
                    _ => self.func.types.fresh(),
                };
                self.total(iter, name == "sum", ty, span)
            }
            ("count", 0) => {
                let zero = self.index_lit(0, span);
                let n = self.declare("count", Ty::USIZE, Init::Scalar(zero), span);
                self.for_each(iter, None, span, |this, _| {
                    let k = this.load(&Place::whole(n), span);
                    let one = this.index_lit(1, span);
                    let next = this.binary(BinOp::Add, k, one, span);
                    this.store(&Place::whole(n), Init::Scalar(next), span);
                    Operand::Unit
                });
                Operand::Value(self.load(&Place::whole(n), span))
            }
            ("fold", 2) => {
                let init = self.expr(args[0], None);
                let init = self.settled(init, args[0].span());
                let f = self.expr(args[1], None);
                let Some(acc) = self.accumulator("acc", init, span) else { return Operand::Never };
                let acc2 = acc.clone();
                self.for_each(iter, None, span, move |this, item| {
                    let now = this.settled(acc2.clone(), span);
                    let next = this.apply(&f, vec![now, item], None, span);
                    if matches!(next, Operand::Never) {
                        return next;
                    }
                    this.set_accumulator(&acc2, next, span);
                    Operand::Unit
                });
                self.settled(acc, span)
            }
            ("for_each", 1) => {
                let f = self.expr(args[0], None);
                self.for_each(iter, None, span, move |this, item| this.apply(&f, vec![item], Some(&Ty::Unit), span));
                Operand::Unit
            }
            ("any" | "all", 1) => {
                let f = self.expr(args[0], None);
                let all = name == "all";
                self.any(iter, span, all, move |this, item| {
                    let got = this.apply(&f, vec![item], Some(&Ty::Bool), span);
                    this.as_value(got, Some(&Ty::Bool), span)
                })
            }
            ("collect", 0) => self.collect(iter, turbofish.as_ref().or(want), span),
            ("unzip", 0) => self.unzip(iter, want, span),
            ("partition", 1) => {
                let f = self.expr(args[0], None);
                self.partition(iter, &f, span)
            }
            ("try_fold", 2) => {
                let init = self.expr(args[0], None);
                let init = self.settled(init, args[0].span());
                let f = self.expr(args[1], None);
                self.try_fold(iter, init, &f, span)
            }
            ("next", 0) => {
                let zero = self.index_lit(0, span);
                self.nth(iter, zero, span)
            }
            ("nth", 1) => match self.scalar(args[0], Some(&Ty::USIZE)) {
                Some(n) => self.nth(iter, n, span),
                None => Operand::Never,
            },
            ("last", 0) => self.last(iter, span),
            ("next_back", 0) => match reversed(iter) {
                Some(iter) => {
                    let zero = self.index_lit(0, span);
                    self.nth(iter, zero, span)
                }
                None => {
                    self.sink.error(span, m::ITERATOR_FORM, "");
                    Operand::Never
                }
            },
            ("max" | "min", 0) => self.best(iter, &By::Itself, name == "max", span),
            ("max_by" | "min_by" | "max_by_key" | "min_by_key", 1) => {
                let f = self.expr(args[0], None);
                let by = if name.ends_with("_key") { By::Key(f) } else { By::Comparison(f) };
                self.best(iter, &by, name.starts_with("max"), span)
            }
            ("find" | "find_map" | "position" | "reduce", 1) => {
                let f = self.expr(args[0], None);
                match name {
                    "find" => self.find(iter, &f, span),
                    "find_map" => self.find_map(iter, &f, span),
                    "position" => self.position(iter, &f, span),
                    _ => self.reduce(iter, &f, span),
                }
            }
            _ => {
                self.sink.error(span, m::ITERATOR_METHOD, name);
                Operand::Never
            }
        }
    }

    /// `sum`, `product`: std starts a float sum at -0.0, so that an empty sum and signed zeros come out as the primal's.
    fn total(&mut self, iter: Iter, sum: bool, ty: Ty, span: Span) -> Operand {
        let start = self.func.value(ty.clone(), span, self.cur);
        let cur = self.cur;
        let at = self.func.regions[cur.index()].len();
        self.func.regions[cur.index()].push(crate::ir::Op { kind: OpKind::Lit("0".into()), result: Some(start), span });
        let acc = self.declare(if sum { "sum" } else { "product" }, ty.clone(), Init::Scalar(start), span);
        let ty2 = ty.clone();
        let mut refused = false;
        self.for_each(iter, None, span, |this, item| {
            if this.refuses_total(sum, &item, span) {
                refused = true;
                return Operand::Never;
            }
            let Some(x) = this.as_value(item, None, span) else { return Operand::Never };
            let t = this.func.values[x.index()].ty.clone();
            let _ = this.func.types.unify(&ty2, &t);
            let old = this.load(&Place::whole(acc), span);
            let new = this.binary(if sum { BinOp::Add } else { BinOp::Mul }, old, x, span);
            this.store(&Place::whole(acc), Init::Scalar(new), span);
            Operand::Unit
        });
        if refused {
            return Operand::Never;
        }
        let lit = match (self.func.types.is_int(&ty), sum) {
            (true, true) => "0",
            (true, false) => "1",
            (false, true) => "-0.0",
            (false, false) => "1.0",
        };
        self.func.regions[cur.index()][at].kind = OpKind::Lit(lit.into());
        Operand::Value(self.load(&Place::whole(acc), span))
    }

    /// Variables that hold a fold's accumulator.
    pub(super) fn accumulator(&mut self, name: &str, init: Operand, span: Span) -> Option<Operand> {
        Some(match init {
            Operand::Tuple(parts) => Operand::Tuple(
                parts
                    .into_iter()
                    .enumerate()
                    .map(|(i, p)| self.accumulator(&format!("{name}_{i}"), p, span))
                    .collect::<Option<_>>()?,
            ),
            Operand::Unit => Operand::Unit,
            Operand::Never => return None,
            other => {
                let ty = peeled(&self.ty_of(&other));
                let init = self.as_init(other, span)?;
                Operand::Place(Place::whole(self.declare(name, ty, init, span)))
            }
        })
    }

    pub(super) fn set_accumulator(&mut self, acc: &Operand, next: Operand, span: Span) {
        match acc {
            Operand::Place(p) => {
                let (into, ty) = (self.func.place_ty(p), self.ty_of(&next));
                let _ = self.func.types.unify(&into, &ty);
                // `|mut v, x| { v.push(x); v }` gives back what it was given.
                if matches!(&next, Operand::Place(q) if q == p) {
                    return;
                }
                if let Some(init) = self.as_init(next, span) {
                    self.store(p, init, span);
                }
            }
            Operand::Tuple(parts) => {
                // All are computed before any is written.
                let next = self.settled(next, span);
                for (i, part) in parts.iter().enumerate() {
                    let v = self.field(next.clone(), i as u32, span);
                    self.set_accumulator(part, v, span);
                }
            }
            _ => {}
        }
    }

    /// `any` and `all`: a loop that leaves as soon as the answer is known.
    pub(super) fn any(
        &mut self,
        iter: Iter,
        span: Span,
        all: bool,
        mut test: impl FnMut(&mut Self, Operand) -> Option<Value>,
    ) -> Operand {
        let found = self.flag("found", all, span);
        self.known.remove(&found);
        self.for_each(iter, None, span, move |this, item| {
            let Some(mut hit) = test(this, item) else { return Operand::Never };
            if all {
                hit = this.push_value(OpKind::Not(hit), Ty::Bool, span);
            }
            let arm = this.arm(|this| {
                let v = this.lit(if all { "false" } else { "true" }, Ty::Bool, span);
                this.store(&Place::whole(found), Init::Scalar(v), span);
                let frame = this.frames.len() - 1;
                this.leave(frame, false, span)
            });
            let els = this.func.region(Some(this.cur));
            this.push(OpKind::If { cond: hit, then: arm.start, els }, span);
            this.absorb(&arm);
            Operand::Unit
        });
        self.known.remove(&found);
        Operand::Value(self.load(&Place::whole(found), span))
    }

    // ---- loop statements ----

    pub(super) fn for_loop(&mut self, f: &ExprForLoop) -> Operand {
        let span = f.for_token.span;
        let source = self.expr(&f.expr, None);
        let Some(iter) = self.iterate(source, f.expr.span()) else { return Operand::Never };
        let label = f.label.as_ref().map(|l| l.name.ident.to_string());
        self.for_each(iter, label, span, |this, item| {
            this.bind_pattern(&f.pat, item);
            let got = this.block(&f.body, None);
            if matches!(got, Operand::Never) { Operand::Never } else { Operand::Unit }
        });
        Operand::Unit
    }

    pub(super) fn while_loop(&mut self, w: &ExprWhile) -> Operand {
        let span = w.while_token.span;
        let label = w.label.as_ref().map(|l| l.name.ident.to_string());
        let flags = self.loop_flags(span);
        let known = self.known.clone();
        self.forget_mutable();
        let mut test = None;
        let cond = self.arm(|this| {
            test = this.scalar(&w.cond, Some(&Ty::Bool));
            Operand::Unit
        });
        self.known = known;
        let Some(test) = test else { return Operand::Never };
        self.absorb(&cond);
        let body = self.loop_body(label, span, flags, |this| {
            let got = this.block(&w.body, None);
            if matches!(got, Operand::Never) { Operand::Never } else { Operand::Unit }
        });
        if cond.end != cond.start {
            self.sink.error(w.cond.span(), m::CONDITION_EXITS, "");
        }
        self.push(OpKind::While { cond: cond.start, test, body: body.region, exit: body.exit }, span);
        self.after_loop(&body, span);
        Operand::Unit
    }

    pub(super) fn plain_loop(&mut self, l: &ExprLoop) -> Operand {
        let span = l.loop_token.span;
        let label = l.label.as_ref().map(|l| l.name.ident.to_string());
        let flags = self.loop_flags(span);
        let cond = self.func.region(Some(self.cur));
        let test = self.func.push_value(cond, OpKind::Lit("true".into()), Ty::Bool, span);
        let body = self.loop_body(label, span, flags, |this| {
            let got = this.block(&l.body, None);
            if matches!(got, Operand::Never) { Operand::Never } else { Operand::Unit }
        });
        self.push(OpKind::While { cond, test, body: body.region, exit: body.exit }, span);
        self.after_loop(&body, span);
        if !body.left {
            // It ends by `return` or never.
            return Operand::Never;
        }
        // No `break` of its own: it ends by `return`, or by a `break` of a loop around it.
        self.slot_operand(&body.slot, span)
    }
}

/// `iter.rev()`: what depends on one item at a time is moved outside.
fn reversed(iter: Iter) -> Option<Iter> {
    Some(match iter {
        Iter::Filter(i, f) => Iter::Filter(Box::new(reversed(*i)?), f),
        Iter::Inspect(i, f) => Iter::Inspect(Box::new(reversed(*i)?), f),
        Iter::Map(i, f) => Iter::Map(Box::new(reversed(*i)?), f),
        Iter::Copied(i) => Iter::Copied(Box::new(reversed(*i)?)),
        Iter::Chain(a, b) => Iter::Chain(Box::new(reversed(*b)?), Box::new(reversed(*a)?)),
        Iter::Rev(i) => *i,
        Iter::FilterMap(i, f) => Iter::FilterMap(Box::new(reversed(*i)?), f),
        Iter::Unfollowed(i) => reversed(*i)?,
        Iter::TakeWhile(..) | Iter::SkipWhile(..) | Iter::MapWhile(..) | Iter::Scan(..) | Iter::FlatMap(..) => {
            return None;
        }
        Iter::ByRef(of, back) => Iter::ByRef(of, !back),
        Iter::Cycle(_) | Iter::Successors(..) | Iter::FromFn(_) => return None,
        other @ (Iter::Range(_) | Iter::Elements(..) | Iter::Chunks(..) | Iter::Windows(..) | Iter::Repeat(_)) => {
            Iter::Rev(Box::new(other))
        }
        other @ (Iter::RChunks(..) | Iter::Left(_) | Iter::Zip(..) | Iter::Enumerate(_)) => Iter::Rev(Box::new(other)),
        other @ (Iter::Take(..) | Iter::Skip(..) | Iter::StepBy(..)) => Iter::Rev(Box::new(other)),
    })
}
