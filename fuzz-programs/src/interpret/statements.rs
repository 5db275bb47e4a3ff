//! Blocks, statements and control flow.

use super::{Bound, Eval, Flow, Frame, Interpreter, fail};
use crate::tree::{Action, ArmPat, Attribute, Block, Expr, Kind, LoopId, Stmt};
use crate::value::{Place, Step, Value};

impl<'p> Interpreter<'p> {
    pub(super) fn block(&mut self, frame: &mut Frame<'p>, block: &'p Block) -> Eval<Value> {
        let closures = frame.closures.len();
        for stmt in &block.stmts {
            self.stmt(frame, stmt)?;
        }
        let value = block.tail.as_ref().map_or(Ok(Value::Unit), |e| self.expr(frame, e))?;
        frame.closures.truncate(closures);
        Ok(value)
    }

    pub(super) fn store(&mut self, place: &Place, value: Value) -> Eval<()> {
        Ok(self.memory.update(place, |old| *old = value)?)
    }

    fn stmt(&mut self, frame: &mut Frame<'p>, stmt: &'p Stmt) -> Eval<()> {
        self.step()?;
        match stmt {
            Stmt::Let { pat, init, .. } => {
                let value = init.as_ref().map_or(Ok(Value::Uninit), |e| self.expr(frame, e))?;
                self.bind_pat(frame, pat, value)
            }
            Stmt::LetClosure { var, closure, .. } => {
                let mut copies = Vec::new();
                if closure.moves {
                    for captured in closure.captures() {
                        if let Some(slot) = frame.slots[captured] {
                            let value = self.memory.read(&Place { slot, path: Vec::new() })?;
                            copies.push((captured, self.memory.alloc(value)));
                        }
                    }
                }
                frame.closures.push(Bound { var: *var, closure, copies });
                Ok(())
            }
            Stmt::Attribute(Attribute::Dropped, _) => Ok(()),
            Stmt::Attribute(_, stmt) => self.stmt(frame, stmt),
            Stmt::Const { var, value, .. } | Stmt::Use { var, value, .. } => {
                let value = self.expr(frame, value)?;
                self.bind(frame, *var, value);
                Ok(())
            }
            Stmt::Assign(target, e) => {
                let value = self.expr(frame, e)?;
                let place = self.place(frame, target)?;
                self.store(&place, value)
            }
            Stmt::OpAssign(op, target, e) => {
                // Primitive operands: the right side first, then the place.
                let value = self.expr(frame, e)?;
                let place = self.place(frame, target)?;
                let old = self.memory.read(&place)?;
                let new = self.binary(*op, &target.ty, &target.ty, old, value)?;
                self.store(&place, new)
            }
            Stmt::Destructure(targets, e) => {
                let Value::Tuple(values) = self.expr(frame, e)? else { return fail("expected a tuple") };
                for (target, value) in targets.iter().zip(values) {
                    let place = self.place(frame, target)?;
                    self.store(&place, value)?;
                }
                Ok(())
            }
            Stmt::Expr(e) => self.expr(frame, e).map(drop),
            Stmt::For { id, pat, over, body, .. } if matches!(over.source, crate::tree::Source::Rest(_, true)) => {
                self.by_ref(frame, *id, pat, over, body)
            }
            Stmt::For { id, pat, over, body, .. } => {
                let items = self.items(frame, over)?;
                self.decide(items.len() as i64);
                for item in items {
                    self.bind_pat(frame, pat, item)?;
                    if self.iteration(frame, *id, body)?.is_some() {
                        break;
                    }
                }
                Ok(())
            }
            Stmt::While { id, cond, body, .. } => loop {
                let more = self.condition(frame, cond)?;
                self.decide(i64::from(more));
                if !more || self.iteration(frame, *id, body)?.is_some() {
                    return Ok(());
                }
            },
            Stmt::WhileLet { id, pat, value, body, .. } => loop {
                let value = self.expr(frame, value)?;
                let more = self.matches(frame, pat, &value)?;
                self.decide(i64::from(more));
                if !more || self.iteration(frame, *id, body)?.is_some() {
                    return Ok(());
                }
            },
            Stmt::LetIter { var, chain } => {
                let items = self.items(frame, chain)?;
                self.bind(frame, *var, Value::Seq(items));
                Ok(())
            }
            Stmt::WhileNext { id, pat, iter, body, .. } => loop {
                let item = self.next(frame, *iter, crate::tree::Next::Front)?;
                self.decide(i64::from(item.is_some()));
                let Some(item) = item else { return Ok(()) };
                self.bind_pat(frame, pat, item)?;
                if self.iteration(frame, *id, body)?.is_some() {
                    return Ok(());
                }
            },
            Stmt::LetElse(pat, value, otherwise) => {
                let value = self.expr(frame, value)?;
                let matched = self.matches(frame, pat, &value)?;
                self.decide(i64::from(matched));
                if matched { Ok(()) } else { self.block(frame, otherwise).map(drop) }
            }
            Stmt::Break { id, value, .. } => {
                let value = value.as_ref().map_or(Ok(Value::Unit), |e| self.expr(frame, e))?;
                Err(Flow::Break(*id, value))
            }
            Stmt::Continue { id, .. } => Err(Flow::Continue(*id)),
            Stmt::Return(e) => {
                let value = e.as_ref().map_or(Ok(Value::Unit), |e| self.expr(frame, e))?;
                Err(Flow::Return(value))
            }
            Stmt::Println(es) => self.all(frame, es).map(drop),
            Stmt::Assert(e, _) => {
                if self.condition(frame, e)? {
                    Ok(())
                } else {
                    fail("assertion")
                }
            }
            Stmt::Panic(es) => {
                self.all(frame, es)?;
                fail("panic")
            }
            Stmt::Do(action, operands) => self.act(frame, *action, operands),
        }
    }

    /// One iteration; `Some` when the loop is to be left.
    pub(super) fn iteration(&mut self, frame: &mut Frame<'p>, id: LoopId, body: &'p Block) -> Eval<Option<Value>> {
        self.step()?;
        let closures = frame.closures.len();
        let flow = self.block(frame, body);
        frame.closures.truncate(closures);
        match flow {
            Ok(_) => Ok(None),
            Err(Flow::Continue(target)) if target == id => {
                self.decide(-2);
                Ok(None)
            }
            Err(Flow::Break(target, value)) if target == id => {
                self.decide(-1);
                Ok(Some(value))
            }
            Err(other) => Err(other),
        }
    }

    pub(super) fn control(&mut self, frame: &mut Frame<'p>, e: &'p Expr) -> Eval<Value> {
        match &e.kind {
            Kind::If(cond, then, otherwise) => {
                let taken = self.condition(frame, cond)?;
                self.decide(i64::from(taken));
                match (taken, otherwise) {
                    (true, _) => self.block(frame, then),
                    (false, Some(block)) => self.block(frame, block),
                    (false, None) => Ok(Value::Unit),
                }
            }
            Kind::Match(scrutinee, arms) => {
                let value = self.expr(frame, scrutinee)?;
                for (i, arm) in arms.iter().enumerate() {
                    if !self.matches(frame, &arm.pat, &value)? {
                        continue;
                    }
                    if let Some(guard) = &arm.guard
                        && !self.condition(frame, guard)?
                    {
                        continue;
                    }
                    self.decide(i as i64);
                    return self.block(frame, &arm.body);
                }
                fail("no arm matches")
            }
            Kind::Loop { id, body, .. } => loop {
                if let Some(value) = self.iteration(frame, *id, body)? {
                    return Ok(value);
                }
            },
            Kind::Labelled(id, block) => match self.block(frame, block) {
                Err(Flow::Break(target, value)) if target == *id => {
                    self.decide(-3);
                    Ok(value)
                }
                other => other,
            },
            _ => fail("not a control expression"),
        }
    }

    pub(super) fn matches(&mut self, frame: &mut Frame<'p>, pat: &ArmPat, value: &Value) -> Eval<bool> {
        Ok(match (pat, value) {
            (ArmPat::Wild, _) => true,
            (ArmPat::Bind(var), value) => {
                self.bind(frame, *var, value.clone());
                true
            }
            (ArmPat::Int(i), Value::Int(v)) => i == v,
            (ArmPat::Between(lo, hi), Value::Int(v)) => (lo..=hi).contains(&v),
            (ArmPat::From(lo), Value::Int(v)) => v >= lo,
            (ArmPat::Bool(b), Value::Bool(v)) => b == v,
            (ArmPat::Char(c), Value::Int(v)) => i64::from(u32::from(*c)) == *v,
            (ArmPat::Chars(lo, hi), Value::Int(v)) => {
                (i64::from(u32::from(*lo))..=i64::from(u32::from(*hi))).contains(v)
            }
            (ArmPat::Or(ps), value) => {
                for p in ps {
                    if self.matches(frame, p, value)? {
                        return Ok(true);
                    }
                }
                false
            }
            (ArmPat::Tuple(ps), Value::Tuple(vs)) => {
                for (p, v) in ps.iter().zip(vs) {
                    if !self.matches(frame, p, v)? {
                        return Ok(false);
                    }
                }
                true
            }
            (ArmPat::Slice(ps, open), Value::Ref(place)) => {
                let n = self.memory.len(place)?;
                if n < ps.len() || (!open && n != ps.len()) {
                    return Ok(false);
                }
                for (i, p) in ps.iter().enumerate() {
                    if !self.matches(frame, p, &Value::Ref(place.then(Step::Index(i))))? {
                        return Ok(false);
                    }
                }
                true
            }
            (ArmPat::Variant(_, k, ps), Value::Variant(v, vs)) => {
                if k != v {
                    return Ok(false);
                }
                for (i, p) in ps {
                    if !self.matches(frame, p, &vs[*i])? {
                        return Ok(false);
                    }
                }
                true
            }
            // A pattern on a reference binds references.
            (ArmPat::Variant(_, k, ps), Value::Ref(place)) => {
                let is = match self.memory.read(place)? {
                    Value::Variant(v, _) => v == *k,
                    other => return fail(&format!("no variant of {other:?}")),
                };
                for (i, p) in ps {
                    if !is || !self.matches(frame, p, &Value::Ref(place.then(Step::Field(*i))))? {
                        return Ok(false);
                    }
                }
                is
            }
            // A literal looks through the reference that a pattern around it made.
            (ArmPat::Int(_) | ArmPat::Between(..) | ArmPat::From(_) | ArmPat::Bool(_), Value::Ref(place)) => {
                let value = self.memory.read(place)?;
                self.matches(frame, pat, &value)?
            }
            (pat, value) => return fail(&format!("{pat:?} cannot match {value:?}")),
        })
    }

    fn act(&mut self, frame: &mut Frame<'p>, action: Action, operands: &'p [Expr]) -> Eval<()> {
        let target = self.peeled(frame, &operands[0])?;
        let n = match action {
            Action::MemSwap => 0,
            _ => self.memory.len(&target)?,
        };
        match action {
            Action::Swap => {
                let i = self.index(frame, &operands[1])?;
                let j = self.index(frame, &operands[2])?;
                if i >= n || j >= n {
                    return fail("swap out of bounds");
                }
                let (a, b) = (target.then(Step::Index(i)), target.then(Step::Index(j)));
                self.exchange(&a, &b)
            }
            Action::MemSwap => {
                // What is swapped is the variable itself, be it a Vec or a reference (ping-pong buffers).
                let a = self.place(frame, &operands[0])?;
                let b = self.place(frame, &operands[1])?;
                self.exchange(&a, &b)
            }
            Action::Fill => {
                let value = self.expr(frame, &operands[1])?;
                (0..n).try_for_each(|i| self.store(&target.then(Step::Index(i)), value.clone()))
            }
            Action::CopyFrom | Action::CloneFrom => {
                let source = self.peeled(frame, &operands[1])?;
                if self.memory.len(&source)? != n {
                    return fail("slices of different lengths");
                }
                for i in 0..n {
                    let value = self.memory.read(&source.then(Step::Index(i)))?;
                    self.store(&target.then(Step::Index(i)), value)?;
                }
                Ok(())
            }
            Action::Sort(by) => self.sort(&target, n, by),
            Action::Push => {
                let value = self.expr(frame, &operands[1])?;
                self.sequence(&target, |vs| vs.push(value))
            }
            Action::Pop => self.sequence(&target, |vs| drop(vs.pop())),
            Action::Resize => {
                let n = self.index(frame, &operands[1])?;
                let value = self.expr(frame, &operands[2])?;
                if n > 200 { fail("too long") } else { self.sequence(&target, |vs| vs.resize(n, value)) }
            }
            Action::Truncate => {
                let n = self.index(frame, &operands[1])?;
                self.sequence(&target, |vs| vs.truncate(n))
            }
            Action::Clear => self.sequence(&target, Vec::clear),
            Action::Extend => {
                let source = self.peeled(frame, &operands[1])?;
                let Value::Seq(more) = self.memory.read(&source)? else { return fail("expected a sequence") };
                self.sequence(&target, |vs| vs.extend(more))
            }
            Action::RotateLeft | Action::RotateRight => {
                let by = self.index(frame, &operands[1])?;
                if by > n {
                    return fail("rotation beyond the length");
                }
                let shift = if action == Action::RotateLeft { by } else { n - by };
                let mut old = Vec::new();
                for i in 0..n {
                    old.push(self.memory.read(&target.then(Step::Index(i)))?);
                }
                (0..n).try_for_each(|i| self.store(&target.then(Step::Index(i)), old[(i + shift) % n].clone()))
            }
            Action::Reverse => {
                for i in 0..n / 2 {
                    self.exchange(&target.then(Step::Index(i)), &target.then(Step::Index(n - 1 - i)))?;
                }
                Ok(())
            }
        }
    }

    fn exchange(&mut self, a: &Place, b: &Place) -> Eval<()> {
        let x = self.memory.read(a)?;
        let y = self.memory.read(b)?;
        self.store(a, y)?;
        self.store(b, x)
    }

    fn sequence(&mut self, place: &Place, f: impl FnOnce(&mut Vec<Value>)) -> Eval<()> {
        self.memory.update(place, |value| match value {
            Value::Seq(vs) => {
                f(vs);
                Ok(())
            }
            _ => fail("expected a Vec"),
        })?
    }
}
