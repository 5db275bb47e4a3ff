//! `Option` and `Result`: values, their methods, and the statements that take them apart.

use super::Gen;
use super::build::{does, expr, usize_lit, yields};
use super::features::Feature as F;
use crate::records::{GOOD, Member, Record, Sort, Variant};
use crate::tree::{Arm, ArmPat, BinOp, Block, Closure, Conjunct, Expr, Kind, Pat, Stmt, Ty, WrapFn};
use std::sync::Arc;

fn wrapper(name: &str, sort: Sort, bad: (&str, Vec<Ty>), good: (&str, Ty)) -> Ty {
    let variant = |name: &str, tys: Vec<Ty>| Variant {
        name: name.into(),
        members: tys.into_iter().map(|ty| Member { name: "0".into(), ty, constant: false }).collect(),
        tuple: true,
    };
    let copy = good.1.is_copy() && bad.1.iter().all(Ty::is_copy);
    let variants = vec![variant(bad.0, bad.1), variant(good.0, vec![good.1])];
    Ty::Record(Arc::new(Record { name: name.into(), sort, variants, copy, operators: false }))
}

impl Gen<'_> {
    pub(crate) fn option(&self, inner: Ty) -> Ty {
        wrapper("Option", Sort::Option, ("None", Vec::new()), ("Some", inner))
    }

    pub(crate) fn result_of(&self, inner: Ty) -> Option<Ty> {
        let failure = self.failure.clone()?;
        Some(wrapper("Result", Sort::Result, ("Err", vec![failure]), ("Ok", inner)))
    }

    fn either(&mut self, inner: Ty) -> Option<Ty> {
        if self.dice.chance(0.5) { self.result_of(inner) } else { self.failure.as_ref().map(|_| self.option(inner)) }
    }

    /// The type of a helper's result.
    pub(crate) fn wrapped_result(&mut self) -> Option<Ty> {
        let inner = match self.dice.below(6) {
            0 => self.any_record(None).unwrap_or_else(|| self.real.clone()),
            1 => Ty::Tuple(vec![self.real.clone(), self.real.clone()]),
            _ => self.real.clone(),
        };
        self.either(inner)
    }

    fn bad(&mut self, ty: &Ty) -> Expr {
        let fields = match ty.wrapper() {
            Some(r) if r.sort == Sort::Result => vec![(0, self.failure_value())],
            _ => Vec::new(),
        };
        expr(ty.clone(), Kind::Construct(0, fields, None))
    }

    fn failure_value(&mut self) -> Expr {
        let ty = self.failure.clone().expect("programs with `Result` have an error type");
        let k = self.dice.below(2);
        let fields = if k == 1 { vec![(0, self.small_int(Ty::Usize))] } else { Vec::new() };
        expr(ty, Kind::Construct(k, fields, None))
    }

    pub(crate) fn good(&mut self, ty: &Ty, depth: u32) -> Expr {
        let inner = ty.wrapper().expect("a wrapper").inner().clone();
        let value = self.value(&inner, depth);
        expr(ty.clone(), Kind::Construct(GOOD, vec![(0, value)], None))
    }

    /// Something that is an `Option<inner>` or `Result<inner, _>` without being written as one.
    fn found(&mut self, inner: &Ty, depth: u32) -> Option<Expr> {
        let is = |ty: &Ty| ty.wrapper().is_some_and(|r| r.inner() == inner);
        if self.dice.chance(0.5)
            && let Some(local) = self.choose(|l| is(l.ty.peeled()))
        {
            return Some(self.read_wrapper(&local));
        }
        let (a, b) = (self.option(inner.clone()), self.result_of(inner.clone())?);
        let (a, b) = if self.dice.chance(0.5) { (a, b) } else { (b, a) };
        self.call_of(&a, depth).or_else(|| self.call_of(&b, depth))
    }

    /// The same with a name of a known type: which methods a call's result has is not known where it is called.
    fn named(&mut self, from: Expr) -> Expr {
        if matches!(from.kind, Kind::Var(_)) {
            return from;
        }
        let var = self.fresh();
        let ty = from.ty.clone();
        let named = Stmt::Let { pat: Pat::bind(var), ty: Some(ty.clone()), init: Some(from) };
        let tail = Some(Box::new(expr(ty.clone(), Kind::Var(var))));
        expr(ty, Kind::Block(Block { stmts: vec![named], tail }))
    }

    fn read_wrapper(&mut self, local: &super::scope::Local) -> Expr {
        let ty = local.ty.peeled().clone();
        if ty.is_copy() {
            return super::build::deref(local.expr());
        }
        expr(ty, Kind::Clone(Box::new(local.expr()), false))
    }

    pub(crate) fn wrapper_value(&mut self, ty: &Ty, depth: u32) -> Expr {
        self.budget -= 2;
        let depth = if self.budget > 0 { depth.min(2) } else { 0 };
        let inner = ty.wrapper().expect("a wrapper").inner().clone();
        match self.dice.below(8) {
            0 => {
                if let Some(local) = self.choose(|l| l.ty.peeled() == ty) {
                    return self.read_wrapper(&local);
                }
            }
            1 | 2 if self.budget > 0 => {
                if let Some(call) = self.call_of(ty, depth.min(1)) {
                    return call;
                }
            }
            3 if depth > 0 => {
                let cond = self.cond(1);
                let (a, b) = (self.good(ty, depth - 1), self.bad(ty));
                return expr(ty.clone(), Kind::If(Box::new(cond), yields(a), Some(yields(b))));
            }
            4 if depth > 0 && inner == self.real => {
                if let Some(from) = self.found(&inner, depth.min(1)) {
                    let from = self.named(from);
                    return self.converted(from, ty);
                }
            }
            5 => return self.bad(ty),
            _ => {}
        }
        self.good(ty, depth)
    }

    /// A wrapper of floats made of another by `map`, `and_then`, `ok` or `ok_or`.
    fn converted(&mut self, from: Expr, ty: &Ty) -> Expr {
        let sort = |t: &Ty| t.wrapper().expect("a wrapper").sort;
        let boxed = Box::new(from.clone());
        match (sort(&from.ty), sort(ty)) {
            (Sort::Option, Sort::Result) => {
                let e = self.failure_value();
                expr(ty.clone(), Kind::Wrapped(WrapFn::OkOr, boxed, vec![e], None))
            }
            (Sort::Result, Sort::Option) => expr(ty.clone(), Kind::Wrapped(WrapFn::Ok, boxed, Vec::new(), None)),
            _ if self.dice.chance(0.5) => {
                let closure = self.of_inner(None);
                expr(ty.clone(), Kind::Wrapped(WrapFn::Map, boxed, Vec::new(), Some(closure)))
            }
            _ => {
                let closure = self.of_inner(Some(ty.clone()));
                expr(ty.clone(), Kind::Wrapped(WrapFn::AndThen, boxed, Vec::new(), Some(closure)))
            }
        }
    }

    /// `|v| …` of the float inside, to a float or to a wrapper.
    fn of_inner(&mut self, to: Option<Ty>) -> Closure {
        let mark = self.enter();
        let var = self.fresh();
        self.declare(var, self.real.clone(), false);
        self.closed += 1;
        let body = match &to {
            None => self.float(2),
            Some(ty) => {
                let (cond, a, b) = (self.cond(1), self.good(ty, 1), self.bad(ty));
                expr(ty.clone(), Kind::If(Box::new(cond), yields(a), Some(yields(b))))
            }
        };
        self.closed -= 1;
        self.leave(mark);
        Closure { params: vec![(Pat::bind(var), None)], body: Box::new(body), moves: false }
    }

    /// Whether `?` on this leaves the function with what the function returns.
    fn propagates(&self, ty: &Ty) -> bool {
        let sort = |t: &Ty| t.wrapper().map(|r| r.sort);
        self.closed == 0 && self.steady == 0 && sort(ty).is_some() && sort(ty) == sort(&self.ret)
    }

    pub(crate) fn wrapped_float(&mut self, depth: u32) -> Option<Expr> {
        let real = self.real.clone();
        let from = self.found(&real, depth.min(1))?;
        let ty = from.ty.clone();
        if self.propagates(&ty) && self.dice.chance(0.5) {
            return Some(expr(real, Kind::Try(Box::new(from))));
        }
        let is_option = ty.wrapper()?.sort == Sort::Option;
        let from = self.named(from);
        let boxed = Box::new(from.clone());
        match self.dice.below(9) {
            0 => {
                let e = self.float(depth.min(2));
                call_of(&real, WrapFn::UnwrapOr, boxed, vec![e], None)
            }
            1 => {
                let mark = self.enter();
                self.closed += 1;
                let body = self.float(depth.min(2));
                self.closed -= 1;
                self.leave(mark);
                let params = if is_option { Vec::new() } else { vec![(Pat::Wild, None)] };
                let closure = Closure { params, body: Box::new(body), moves: false };
                call_of(&real, WrapFn::UnwrapOrElse, boxed, Vec::new(), Some(closure))
            }
            2 => {
                let (e, closure) = (self.float(1), self.of_inner(None));
                call_of(&real, WrapFn::MapOr, boxed, vec![e], Some(closure))
            }
            3 | 4 => {
                let to = self.either(real.clone())?;
                let made = Box::new(self.converted(from, &to));
                let e = self.literal();
                call_of(&real, WrapFn::UnwrapOr, made, vec![e], None)
            }
            5 if is_option || matches!(from.kind, Kind::Var(_)) => {
                // `if o.is_some() { o.unwrap() } else { … }`
                let local = self.choose(|l| l.ty == ty && ty.is_copy())?;
                let positive = self.dice.chance(0.5);
                let asked = if positive { WrapFn::IsGood } else { WrapFn::IsBad };
                let test = expr(Ty::Bool, Kind::Wrapped(asked, Box::new(local.expr()), Vec::new(), None));
                let inner = expr(real.clone(), Kind::Wrapped(WrapFn::Unwrap, Box::new(local.expr()), Vec::new(), None));
                let other = self.float(1);
                let (then, otherwise) = if positive { (inner, other) } else { (other, inner) };
                Some(expr(real, Kind::If(Box::new(test), yields(then), Some(yields(otherwise)))))
            }
            6 | 7 => {
                let (conjuncts, var) = self.conjuncts(from);
                let mark = self.enter();
                self.declare(var, real.clone(), false);
                let extra = self.extra();
                let then = self.float_block(depth.min(2));
                self.leave(mark);
                let otherwise = self.float_block(depth.min(1));
                let all = conjuncts.into_iter().chain(extra).collect();
                Some(expr(real, Kind::IfLet(all, then, Some(otherwise))))
            }
            _ => self.match_wrapper(from, real, &mut |g| g.float_block(1)),
        }
    }

    fn conjuncts(&mut self, from: Expr) -> (Vec<Conjunct>, usize) {
        let var = self.fresh();
        (vec![Conjunct::Let(some(&from.ty, ArmPat::Bind(var)), from)], var)
    }

    /// `&& c`
    fn extra(&mut self) -> Option<Conjunct> {
        self.dice.chance(0.4).then(|| Conjunct::If(self.cond(0)))
    }

    fn match_wrapper(&mut self, from: Expr, to: Ty, body: &mut dyn FnMut(&mut Self) -> Block) -> Option<Expr> {
        let inner = from.ty.wrapper()?.inner().clone();
        let Ty::Record(r) = from.ty.clone() else { return None };
        let mut arms = Vec::new();
        for guarded in [true, false] {
            if guarded && self.dice.chance(0.6) {
                continue;
            }
            let mark = self.enter();
            let var = self.fresh();
            self.declare(var, inner.clone(), false);
            let guard = guarded.then(|| {
                self.closed += 1;
                let cond = self.cond(1);
                self.closed -= 1;
                cond
            });
            let body = body(self);
            self.leave(mark);
            arms.push(Arm { pat: some(&from.ty, ArmPat::Bind(var)), guard, body });
        }
        let last = match (r.sort, self.dice.below(3)) {
            (_, 0) => ArmPat::Wild,
            (Sort::Option, _) => ArmPat::Variant(r, 0, Vec::new()),
            (_, 1) => ArmPat::Variant(r, 0, vec![(0, ArmPat::Wild)]),
            _ => {
                // Errors are told apart.
                let Some(Ty::Record(failure)) = self.failure.clone() else { return None };
                let low = ArmPat::Variant(failure, 0, Vec::new());
                let mark = self.enter();
                arms.push(Arm { pat: ArmPat::Variant(r.clone(), 0, vec![(0, low)]), guard: None, body: body(self) });
                self.leave(mark);
                ArmPat::Variant(r, 0, vec![(0, ArmPat::Wild)])
            }
        };
        let mark = self.enter();
        arms.push(Arm { pat: last, guard: None, body: body(self) });
        self.leave(mark);
        Some(expr(to, Kind::Match(Box::new(from), arms)))
    }

    /// What an `else` of a `let` may do.
    fn leaving(&mut self) -> Option<Block> {
        if let Some(inner) = self.loops.last()
            && !inner.block
            && !inner.value
            && self.dice.chance(0.6)
        {
            let (id, no_continue) = (inner.id, inner.no_continue);
            let jump = if no_continue || self.dice.chance(0.5) {
                Stmt::Break { id, label: false, value: None }
            } else {
                Stmt::Continue { id, label: false }
            };
            return Some(does(vec![jump]));
        }
        if matches!(self.ret, Ty::Ref(..)) || self.features.weight(F::EarlyReturn) == 0.0 {
            return None;
        }
        let ret = self.ret.clone();
        let value = (ret != Ty::Unit).then(|| self.value(&ret, 1));
        Some(does(vec![Stmt::Return(value)]))
    }

    pub(crate) fn wrapped_statement(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        if self.closed > 0 {
            return None;
        }
        let real = self.real.clone();
        let mutable = self.features.weight(F::Mutation) > 0.0;
        match self.dice.below(8) {
            0 | 1 => {
                let ty = self.either(real)?;
                let init = self.wrapper_value(&ty, 2);
                Some(vec![self.let_value(ty, init, mutable)])
            }
            2 => {
                let local = self.choose(|l| l.writable() && l.ty.peeled().wrapper().is_some())?;
                let place = super::build::deref(local.expr());
                let ty = place.ty.clone();
                let value = self.wrapper_value(&ty, 1);
                Some(vec![Stmt::Assign(place, value)])
            }
            3 | 4 => {
                let from = self.found(&real, 1)?;
                let else_block = self.leaving()?;
                let var = self.fresh();
                let pat = some(&from.ty, ArmPat::Bind(var));
                self.declare(var, real, false);
                Some(vec![Stmt::LetElse(pat, from, else_block)])
            }
            5 if depth > 0 => {
                let from = self.found(&real, 1)?;
                let (conjuncts, var) = self.conjuncts(from);
                let mark = self.enter();
                self.declare(var, real, false);
                let extra = self.extra();
                let then = self.body(2, depth - 1);
                self.leave(mark);
                let otherwise = self.dice.chance(0.5).then(|| self.body(1, depth - 1));
                let all = conjuncts.into_iter().chain(extra).collect();
                Some(vec![Stmt::Expr(expr(Ty::Unit, Kind::IfLet(all, then, otherwise)))])
            }
            6 if depth > 0 && mutable => self.while_some(depth),
            _ if depth > 0 => {
                let from = self.found(&real, 1)?;
                let made = self.match_wrapper(from, Ty::Unit, &mut |g| g.body(1, depth - 1))?;
                Some(vec![Stmt::Expr(made)])
            }
            _ => None,
        }
    }

    /// `let mut o = Some(x); let mut k = 0; while let Some(v) = o { k += 1; o = if k < 3 { Some(…) } else { None }; … }`
    fn while_some(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        let real = self.real.clone();
        let ty = self.option(real.clone());
        self.failure.as_ref()?;
        let init = self.good(&ty, 2);
        let first = self.let_value(ty.clone(), init, true);
        let o = self.scope.last()?.clone();
        self.pin(o.var);
        let counter = self.let_value(Ty::Usize, usize_lit(0), true);
        let k = self.scope.last()?.clone();
        self.pin(k.var);
        // Nobody else may set the counter.
        self.scope.last_mut()?.mutable = false;
        let (id, label) = self.open_loop(false, false);
        let mark = self.enter();
        let var = self.fresh();
        self.declare(var, real.clone(), false);
        let bump = Stmt::OpAssign(BinOp::Add, k.expr(), usize_lit(1));
        let few = super::build::bin(BinOp::Lt, k.expr(), usize_lit(1 + self.dice.below(3)));
        let old = expr(real, Kind::Var(var));
        let next = self.update(old, 1);
        let next = expr(ty.clone(), Kind::Construct(GOOD, vec![(0, next)], None));
        let end = self.bad(&ty);
        let chosen = expr(ty.clone(), Kind::If(Box::new(few), yields(next), Some(yields(end))));
        let mut stmts = vec![bump, Stmt::Assign(o.expr(), chosen)];
        self.restrict(o.var, super::scope::Access::ReadOnly);
        stmts.extend(self.loop_body(depth - 1));
        self.leave(mark);
        self.loops.pop();
        let pat = some(&ty, ArmPat::Bind(var));
        Some(vec![first, counter, Stmt::WhileLet { id, label, pat, value: o.expr(), body: does(stmts) }])
    }
}

fn call_of(real: &Ty, f: WrapFn, from: Box<Expr>, args: Vec<Expr>, closure: Option<Closure>) -> Option<Expr> {
    Some(expr(real.clone(), Kind::Wrapped(f, from, args, closure)))
}

/// `Some(p)`, `Ok(p)`
fn some(ty: &Ty, inner: ArmPat) -> ArmPat {
    let Ty::Record(r) = ty else { unreachable!("a wrapper, not {ty:?}") };
    ArmPat::Variant(r.clone(), GOOD, vec![(0, inner)])
}
