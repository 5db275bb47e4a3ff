//! Iterator chains. They are evaluated stage by stage: closures of `map` and `filter` are pure, so laziness cannot be
//! seen, and only `for_each` has effects.

use super::{Eval, Frame, Interpreter, fail};
use crate::tree::{Adaptor, Chain, Closure, Expr, OPEN_ROUNDS, Source, Terminal, Ty};
use crate::value::{Place, Step, Value};

impl<'p> Interpreter<'p> {
    fn elements(&mut self, place: &Place) -> Eval<Vec<Value>> {
        Ok((0..self.memory.len(place)?).map(|i| Value::Ref(place.then(Step::Index(i)))).collect())
    }

    fn windows(&mut self, frame: &mut Frame<'p>, base: &'p Expr, width: &'p Expr, how: Cut) -> Eval<Vec<Value>> {
        let place = self.peeled(frame, base)?;
        let k = self.index(frame, width)?;
        let n = self.memory.len(&place)?;
        if k == 0 {
            return fail("chunks of width zero");
        }
        let ranges: Vec<(usize, usize)> = match how {
            Cut::Windows => (0..(n + 1).saturating_sub(k)).map(|i| (i, i + k)).collect(),
            Cut::Chunks => (0..n).step_by(k).map(|i| (i, (i + k).min(n))).collect(),
            Cut::Exact => (0..n / k).map(|i| (i * k, i * k + k)).collect(),
            Cut::Back => (0..n).step_by(k).map(|i| ((n - i).saturating_sub(k), n - i)).collect(),
            Cut::BackExact => (0..n / k).map(|i| (n - i * k - k, n - i * k)).collect(),
        };
        Ok(ranges.into_iter().map(|(lo, hi)| Value::Ref(place.then(Step::Range(lo, hi)))).collect())
    }

    pub(super) fn items(&mut self, frame: &mut Frame<'p>, chain: &'p Chain) -> Eval<Vec<Value>> {
        let mut items = match &chain.source {
            Source::Range(lo, hi, inclusive) => {
                let lo = self.int(frame, lo)?;
                let hi = self.int(frame, hi)? + i64::from(*inclusive);
                (lo..hi).map(Value::Int).collect()
            }
            Source::From(lo) => {
                let lo = self.int(frame, lo)?;
                (lo..lo + OPEN_ROUNDS).map(Value::Int).collect()
            }
            Source::Iter(e) | Source::IterMut(e) | Source::Borrow(e) | Source::BorrowMut(e) => {
                let place = self.peeled(frame, e)?;
                self.elements(&place)?
            }
            Source::Value(e) => match self.expr(frame, e)? {
                Value::Seq(vs) => vs,
                Value::Ref(place) => self.elements(&place)?,
                other => return fail(&format!("no iteration over {other:?}")),
            },
            Source::Chunks(e, k, exact) | Source::ChunksMut(e, k, exact) => {
                self.windows(frame, e, k, if *exact { Cut::Exact } else { Cut::Chunks })?
            }
            Source::Windows(e, k) => self.windows(frame, e, k, Cut::Windows)?,
            Source::RChunks(e, k, exact) => {
                self.windows(frame, e, k, if *exact { Cut::BackExact } else { Cut::Back })?
            }
            Source::Rest(var, _) => self.rest(frame, *var)?,
        };
        for adaptor in &chain.adaptors {
            items = self.adapt(frame, adaptor, items)?;
        }
        Ok(items)
    }

    /// What the closure of `filter` and the like says of an item, which it sees by reference.
    pub(super) fn holds(&mut self, frame: &mut Frame<'p>, closure: &'p Closure, item: &Value) -> Eval<bool> {
        let slot = self.memory.alloc(item.clone());
        let answer = self.apply(frame, closure, vec![Value::Ref(Place { slot, path: Vec::new() })])?;
        let answer = answer == Value::Bool(true);
        self.decide(i64::from(answer));
        Ok(answer)
    }

    fn adapt(&mut self, frame: &mut Frame<'p>, adaptor: &'p Adaptor, items: Vec<Value>) -> Eval<Vec<Value>> {
        Ok(match adaptor {
            Adaptor::Copied | Adaptor::Cloned => {
                let mut out = Vec::new();
                for item in items {
                    let Value::Ref(place) = item else { return fail("copied() of a value") };
                    out.push(self.memory.read(&place)?);
                }
                out
            }
            Adaptor::Enumerate => {
                items.into_iter().enumerate().map(|(i, v)| Value::Tuple(vec![Value::Int(i as i64), v])).collect()
            }
            Adaptor::Zip(other) => {
                let other = self.items(frame, other)?;
                items.into_iter().zip(other).map(|(a, b)| Value::Tuple(vec![a, b])).collect()
            }
            Adaptor::Rev => items.into_iter().rev().collect(),
            Adaptor::Take(n) => {
                let n = self.index(frame, n)?;
                items.into_iter().take(n).collect()
            }
            Adaptor::Skip(n) => {
                let n = self.index(frame, n)?;
                items.into_iter().skip(n).collect()
            }
            Adaptor::StepBy(n) => {
                let n = self.index(frame, n)?;
                if n == 0 {
                    return fail("step_by(0)");
                }
                items.into_iter().step_by(n).collect()
            }
            Adaptor::Map(closure) => {
                let mut out = Vec::new();
                for item in items {
                    out.push(self.apply(frame, closure, vec![item])?);
                }
                out
            }
            Adaptor::MapPath(f, ty) => {
                let mut out = Vec::new();
                for item in items {
                    out.push(self.float_fn(*f, *ty == Ty::F32, &[item])?);
                }
                out
            }
            Adaptor::Chain(other) => {
                let mut items = items;
                items.extend(self.items(frame, other)?);
                items
            }
            Adaptor::TakeWhile(closure) | Adaptor::SkipWhile(closure) => {
                let mut kept = 0;
                for item in &items {
                    if !self.holds(frame, closure, item)? {
                        break;
                    }
                    kept += 1;
                }
                let mut head = items;
                let tail = head.split_off(kept);
                if matches!(adaptor, Adaptor::TakeWhile(_)) { head } else { tail }
            }
            Adaptor::Inspect(closure) => {
                for item in &items {
                    let slot = self.memory.alloc(item.clone());
                    self.apply(frame, closure, vec![Value::Ref(Place { slot, path: Vec::new() })])?;
                }
                items
            }
            Adaptor::FilterMap(closure) | Adaptor::MapWhile(closure) => {
                let mut out = Vec::new();
                for item in items {
                    match self.decided(frame, closure, vec![item])? {
                        Some(value) => out.push(value),
                        None if matches!(adaptor, Adaptor::MapWhile(_)) => break,
                        None => {}
                    }
                }
                out
            }
            Adaptor::Scan(init, closure) => {
                let state = self.expr(frame, init)?;
                let slot = self.memory.alloc(state);
                let mut out = Vec::new();
                for item in items {
                    let state = Value::Ref(Place { slot, path: Vec::new() });
                    match self.decided(frame, closure, vec![state, item])? {
                        Some(value) => out.push(value),
                        None => break,
                    }
                }
                out
            }
            Adaptor::FlatMap(closure) => {
                let mut out = Vec::new();
                for item in items {
                    let Value::Seq(more) = self.apply(frame, closure, vec![item])? else {
                        return fail("an array is expected");
                    };
                    out.extend(more);
                }
                out
            }
            Adaptor::Flatten => {
                let mut out = Vec::new();
                for item in items {
                    let Value::Ref(place) = item else { return fail("a reference is expected") };
                    out.extend(self.elements(&place)?);
                }
                out
            }
            Adaptor::CycleTake(n) => {
                let n = self.index(frame, n)?;
                items.iter().cycle().take(n).cloned().collect()
            }
            Adaptor::Filter(closure) => {
                let mut out = Vec::new();
                for item in items {
                    if self.holds(frame, closure, &item)? {
                        out.push(item);
                    }
                }
                out
            }
        })
    }

    pub(super) fn chain(
        &mut self,
        frame: &mut Frame<'p>,
        ty: &Ty,
        chain: &'p Chain,
        terminal: &'p Terminal,
    ) -> Eval<Value> {
        let items = self.items(frame, chain)?;
        match terminal {
            Terminal::Sum | Terminal::Product => {
                let items = items.into_iter().map(|v| self.unref(v)).collect::<Result<Vec<_>, _>>()?;
                let sum = matches!(terminal, Terminal::Sum);
                // The library's own start value (-0.0 for a sum) is part of the result.
                let values = items.iter().map(|x| x.0);
                let v = match (sum, ty == &Ty::F32) {
                    (true, false) => values.sum::<f64>(),
                    (false, false) => values.product::<f64>(),
                    (true, true) => f64::from(values.map(|v| v as f32).sum::<f32>()),
                    (false, true) => f64::from(values.map(|v| v as f32).product::<f32>()),
                };
                let d = if sum {
                    items.iter().map(|x| x.1).sum::<f64>()
                } else {
                    items.iter().fold((1.0, 0.0), |(p, dp), (v, d)| (p * v, dp * v + p * d)).1
                };
                if v.abs() > super::MAX_MAGNITUDE { fail("magnitude") } else { Ok(Value::Float { v, d }) }
            }
            Terminal::Fold(init, closure) => {
                let mut acc = self.expr(frame, init)?;
                for item in items {
                    acc = self.apply(frame, closure, vec![acc, item])?;
                }
                Ok(acc)
            }
            Terminal::FoldPath(init, f) => {
                let mut acc = self.expr(frame, init)?;
                for item in items {
                    acc = self.float_fn(*f, *ty == Ty::F32, &[acc, item])?;
                }
                Ok(acc)
            }
            Terminal::ForEach(closure) => {
                for item in items {
                    self.apply(frame, closure, vec![item])?;
                }
                Ok(Value::Unit)
            }
            Terminal::Any(closure) | Terminal::All(closure) => {
                let any = matches!(terminal, Terminal::Any(_));
                for item in items {
                    let answer = self.apply(frame, closure, vec![item])? == Value::Bool(true);
                    self.decide(i64::from(answer));
                    if answer == any {
                        return Ok(Value::Bool(any));
                    }
                }
                Ok(Value::Bool(!any))
            }
            Terminal::Collect => Ok(Value::Seq(items)),
            Terminal::Count => Ok(Value::Int(items.len() as i64)),
        }
    }
}

enum Cut {
    Windows,
    Chunks,
    Exact,
    Back,
    BackExact,
}
