//! What may not be there, iterators in variables, and sorting.

use super::{Eval, Frame, Interpreter, fail};
use crate::records::GOOD;
use crate::tree::{Adaptor, Block, Chain, Closure, Expr, Finish, LoopId, Maybe, Next, Pat, SortBy, Ty, VarId};
use crate::value::{Place, Step, Value};
use std::cmp::Ordering;

impl<'p> Interpreter<'p> {
    pub(super) fn maybe(
        &mut self,
        frame: &mut Frame<'p>,
        ty: &Ty,
        maybe: &'p Maybe,
        finish: &'p Finish,
    ) -> Eval<Value> {
        let found = self.found(frame, ty, maybe)?;
        self.decide(i64::from(found.is_some()));
        match (finish, found) {
            (Finish::Or(e), found) => {
                let other = self.expr(frame, e)?;
                found.map_or(Ok(other), |v| self.owned(v))
            }
            (Finish::Unwrap, Some(v)) => self.owned(v),
            (Finish::Unwrap, None) => fail("unwrap"),
            (Finish::MapOr(e, closure), found) => {
                let other = self.expr(frame, e)?;
                found.map_or(Ok(other), |v| self.apply(frame, closure, vec![v]))
            }
            (Finish::Branch { pat, there, .. }, Some(v)) => {
                self.bind_pat(frame, pat, v)?;
                self.block(frame, there)
            }
            (Finish::Branch { other, .. }, None) => self.block(frame, other),
        }
    }

    fn owned(&mut self, value: Value) -> Eval<Value> {
        match value {
            Value::Ref(place) => Ok(self.memory.read(&place)?),
            value => Ok(value),
        }
    }

    fn found(&mut self, frame: &mut Frame<'p>, ty: &Ty, maybe: &'p Maybe) -> Eval<Option<Value>> {
        Ok(match maybe {
            Maybe::Get(base, i) => {
                let place = self.peeled(frame, base)?;
                let i = self.index(frame, i)?;
                (i < self.memory.len(&place)?).then(|| Value::Ref(place.then(Step::Index(i))))
            }
            Maybe::End(base, last) => {
                let place = self.peeled(frame, base)?;
                let n = self.memory.len(&place)?;
                (n > 0).then(|| Value::Ref(place.then(Step::Index(if *last { n - 1 } else { 0 }))))
            }
            Maybe::Best { chain, greatest, total } => {
                let mut best: Option<(f64, Value)> = None;
                for (i, item) in self.items(frame, chain)?.into_iter().enumerate() {
                    let (v, _) = self.unref(item.clone())?;
                    let better = match &best {
                        None => true,
                        Some((old, _)) => match (self.order(*old, v, *total)?, greatest) {
                            (Ordering::Greater, greatest) => !greatest,
                            (Ordering::Less | Ordering::Equal, greatest) => *greatest,
                        },
                    };
                    if better {
                        self.decide(i as i64);
                        best = Some((v, item));
                    }
                }
                best.map(|(_, item)| item)
            }
            Maybe::Find(chain, test) => {
                for item in self.items(frame, chain)? {
                    if self.holds(frame, test, &item)? {
                        return Ok(Some(item));
                    }
                }
                None
            }
            Maybe::FindMap(chain, f) => {
                for item in self.items(frame, chain)? {
                    if let Some(value) = self.decided(frame, f, vec![item])? {
                        return Ok(Some(value));
                    }
                }
                None
            }
            Maybe::Position(chain, test) => {
                for (i, item) in self.items(frame, chain)?.into_iter().enumerate() {
                    let hit = self.apply(frame, test, vec![item])? == Value::Bool(true);
                    self.decide(i64::from(hit));
                    if hit {
                        return Ok(Some(Value::Int(i as i64)));
                    }
                }
                None
            }
            Maybe::Nth(chain, n) => {
                let items = self.items(frame, chain)?;
                let n = self.index(frame, n)?;
                items.into_iter().nth(n)
            }
            Maybe::Last(chain) => self.items(frame, chain)?.pop(),
            Maybe::Reduce(chain, f) => {
                let mut items = self.items(frame, chain)?.into_iter();
                let Some(mut acc) = items.next() else { return Ok(None) };
                for item in items {
                    acc = self.apply(frame, f, vec![acc, item])?;
                }
                Some(acc)
            }
            Maybe::ReducePath(chain, f) => {
                let mut items = self.items(frame, chain)?.into_iter();
                let Some(mut acc) = items.next() else { return Ok(None) };
                for item in items {
                    acc = self.float_fn(*f, *ty == Ty::F32, &[acc, item])?;
                }
                Some(acc)
            }
            Maybe::Next(var, how, _) => self.next(frame, *var, *how)?,
        })
    }

    fn order(&mut self, a: f64, b: f64, total: bool) -> Eval<Ordering> {
        match (total, a.partial_cmp(&b)) {
            (true, _) => Ok(a.total_cmp(&b)),
            (false, Some(order)) => Ok(order),
            (false, None) => fail("no order"),
        }
    }

    /// What a closure says that gives an `Option`.
    pub(super) fn decided(
        &mut self,
        frame: &mut Frame<'p>,
        closure: &'p Closure,
        args: Vec<Value>,
    ) -> Eval<Option<Value>> {
        match self.apply(frame, closure, args)? {
            Value::Variant(k, mut parts) => {
                self.decide(k as i64);
                Ok(if k == GOOD { Some(parts.remove(0)) } else { None })
            }
            other => fail(&format!("expected an option, found {other:?}")),
        }
    }

    pub(super) fn by_order(
        &mut self,
        frame: &mut Frame<'p>,
        a: &'p Expr,
        b: &'p Expr,
        total: bool,
        arms: &'p [Block],
    ) -> Eval<Value> {
        let (a, _) = self.float(frame, a)?;
        let (b, _) = self.float(frame, b)?;
        let order = self.order(a, b, total)?;
        self.decide(order as i64);
        self.block(frame, &arms[(order as i8 + 1) as usize])
    }

    // ---- iterators in variables ----

    fn iterator(&mut self, frame: &Frame<'p>, var: VarId) -> Eval<Place> {
        match frame.slots[var] {
            Some(slot) => Ok(Place { slot, path: Vec::new() }),
            None => fail("unknown iterator"),
        }
    }

    fn left(&mut self, frame: &Frame<'p>, var: VarId) -> Eval<Vec<Value>> {
        let place = self.iterator(frame, var)?;
        match self.memory.read(&place)? {
            Value::Seq(items) => Ok(items),
            other => fail(&format!("expected an iterator, found {other:?}")),
        }
    }

    pub(super) fn rest(&mut self, frame: &Frame<'p>, var: VarId) -> Eval<Vec<Value>> {
        self.left(frame, var)
    }

    pub(super) fn next(&mut self, frame: &mut Frame<'p>, var: VarId, how: Next) -> Eval<Option<Value>> {
        let mut items = self.left(frame, var)?;
        let item = match how {
            Next::Front => (!items.is_empty()).then(|| items.remove(0)),
            Next::Back => items.pop(),
            Next::Nth(n) => {
                let n = n.min(items.len());
                items.drain(..n);
                (!items.is_empty()).then(|| items.remove(0))
            }
        };
        let place = self.iterator(frame, var)?;
        self.store(&place, Value::Seq(items))?;
        Ok(item)
    }

    /// `for pat in it.by_ref() { … }`, also with `take`.
    pub(super) fn by_ref(
        &mut self,
        frame: &mut Frame<'p>,
        id: LoopId,
        pat: &'p Pat,
        over: &'p Chain,
        body: &'p Block,
    ) -> Eval<()> {
        let crate::tree::Source::Rest(var, _) = over.source else { return fail("an iterator is expected") };
        let mut most = usize::MAX;
        for adaptor in &over.adaptors {
            let Adaptor::Take(n) = adaptor else { return fail("only `take` stands here") };
            most = self.index(frame, n)?;
        }
        for _ in 0..most {
            let item = self.next(frame, var, Next::Front)?;
            self.decide(i64::from(item.is_some()));
            let Some(item) = item else { break };
            self.bind_pat(frame, pat, item)?;
            if self.iteration(frame, id, body)?.is_some() {
                break;
            }
        }
        Ok(())
    }

    // ---- sorting ----

    pub(super) fn sort(&mut self, target: &Place, n: usize, by: SortBy) -> Eval<()> {
        let mut old = Vec::new();
        for i in 0..n {
            let value = self.memory.read(&target.then(Step::Index(i)))?;
            old.push((i, self.unref(value.clone())?.0, value));
        }
        if n > 1 && matches!(by, SortBy::Partial | SortBy::Down) && old.iter().any(|(_, v, _)| v.is_nan()) {
            return fail("no order");
        }
        old.sort_by(|(_, a, _), (_, b, _)| match by {
            SortBy::Partial => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            SortBy::Down => b.partial_cmp(a).unwrap_or(Ordering::Equal),
            SortBy::Total | SortBy::Unstable => a.total_cmp(b),
            SortBy::Size => a.abs().total_cmp(&b.abs()),
        });
        for (k, (i, _, value)) in old.into_iter().enumerate() {
            self.decide(i as i64);
            self.store(&target.then(Step::Index(k)), value)?;
        }
        Ok(())
    }
}
