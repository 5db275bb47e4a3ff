//! Whole functions, and calls between them.

use super::Gen;
use super::build::{bin, expr, if_then, usize_lit};
use super::features::{Feature as F, Features};
use super::scope::Access;
use crate::dice::Dice;
use crate::tree::{BinOp, Block, Expr, Function, Kind, Param, Program, Stmt, Ty};

pub(crate) fn program(features: &Features, mut dice: Dice) -> Program {
    let real = if dice.chance(features.weight(F::F32)) { Ty::F32 } else { Ty::F64 };
    let mut g = Gen {
        dice,
        features,
        names: Vec::new(),
        functions: Vec::new(),
        scope: Vec::new(),
        loops: Vec::new(),
        loop_count: 0,
        ret: Ty::Unit,
        real,
        closed: 0,
        inside_value: 0,
        recursion: None,
        budget: 0,
    };
    let helpers = if g.coin(F::Calls, 0.6) { 1 + g.dice.below(2) } else { 0 };
    for i in 0..helpers {
        g.function(&format!("h{i}"), false);
    }
    g.function("f", true);
    Program { names: g.names, functions: g.functions, loops: g.loop_count }
}

impl Gen<'_> {
    fn param_ty(&mut self, entry: bool) -> Ty {
        let real = self.real.clone();
        let table: &[(f64, Option<F>, u8)] = &[
            (10.0, None, 0),
            (9.0, Some(F::Slices), 1),
            (5.0, Some(F::InOut), 2),
            (4.0, Some(F::Casts), 3),
            (1.0, Some(F::Casts), 4),
            (1.0, None, 5),
            (3.0, Some(F::Arrays), 6),
            (2.0, Some(F::SliceRefs), 7),
            (1.0, Some(F::SliceRefs), 8),
            (1.5, Some(F::Vecs), 9),
            (1.5, Some(F::Tuples), 10),
            (1.5, Some(F::InOut), 11),
            (1.0, Some(F::SliceRefs), 12),
            (if entry { 0.0 } else { self.features.weight(F::InOut) }, Some(F::Vecs), 13),
            (1.0, Some(F::InOut), 14),
            (1.0, Some(F::PairSlices), 15),
            (1.0, Some(F::NestedSlices), 16),
        ];
        match self.weighted(table) {
            1 => real.slice().reference(),
            2 => real.slice().mutable(),
            3 => Ty::Usize,
            4 => Ty::I32,
            5 => Ty::Bool,
            6 => real.array(2 + self.dice.below(2)),
            7 => real.array(3).reference(),
            8 => real.array(2).slice().reference(),
            9 => real.vec(),
            10 => Ty::Tuple(vec![real.clone(), real]),
            11 => real.mutable(),
            12 => real.reference(),
            13 => real.vec().mutable(),
            14 => real.array(3).mutable(),
            15 => Ty::Tuple(vec![real.clone(), real]).slice().reference(),
            16 => real.vec().slice().reference(),
            _ => real,
        }
    }

    fn result_ty(&mut self, in_out: bool) -> Ty {
        let real = self.real.clone();
        if in_out && self.dice.chance(0.5) {
            return Ty::Unit;
        }
        if !self.coin(F::Results, 0.35) {
            return real;
        }
        let options = [
            (2.0, Some(F::Tuples), Ty::Tuple(vec![real.clone(), real.clone()])),
            (1.0, Some(F::Tuples), Ty::Tuple(vec![real.clone(), Ty::Usize])),
            (2.0, Some(F::Arrays), real.clone().array(2)),
            (2.0, Some(F::Vecs), real.clone().vec()),
            (0.5, Some(F::Vecs), Ty::Tuple(vec![real.clone(), real.clone().vec()])),
        ];
        let rows: Vec<(f64, Option<F>, usize)> = options.iter().enumerate().map(|(i, (w, f, _))| (*w, *f, i)).collect();
        let i = self.weighted(&rows);
        let (weight, feature, ty) = &options[i];
        if *weight * feature.map_or(1.0, |f| self.features.weight(f)) > 0.0 { ty.clone() } else { real }
    }

    fn function(&mut self, name: &str, entry: bool) {
        self.scope.clear();
        self.loops.clear();
        self.budget = if entry { 140 } else { 60 };
        let n = 1 + self.dice.below(4);
        let mut tys: Vec<Ty> = (0..n).map(|_| self.param_ty(entry)).collect();
        if !tys.iter().any(Ty::is_active) {
            tys.push(self.real.clone());
        }
        let in_out = tys.iter().any(|t| matches!(t, Ty::Ref(_, true)));
        let recursive = self.coin(F::Recursion, if entry { 0.08 } else { 0.2 });
        if recursive {
            tys.insert(0, Ty::Usize);
        }
        self.ret = self.result_ty(in_out);
        let mut params = Vec::new();
        for ty in tys {
            let var = self.fresh();
            let mutable = !matches!(ty, Ty::Ref(..)) && ty.is_active() && self.coin(F::Mutation, 0.15);
            let grows =
                matches!((&ty, ty.peeled()), (Ty::Ref(_, true), Ty::Vec(_))) || (mutable && matches!(ty, Ty::Vec(_)));
            let local = self.declare(var, ty.clone(), mutable);
            if grows {
                local.dims.clear();
            }
            params.push(Param { var, ty, constant: false, mutable });
        }
        if entry && params.iter().filter(|p| p.is_active()).count() > 1 && self.coin(F::Constants, 0.25) {
            let candidates: Vec<usize> =
                (0..params.len()).filter(|i| params[*i].is_active() && !params[*i].is_in_out()).collect();
            if candidates.len() > 1 {
                let i = *self.dice.pick(&candidates);
                params[i].constant = true;
            }
        }
        let mut stmts = Vec::new();
        if recursive {
            let counter = params[0].var;
            self.pin(counter);
            let zero = bin(BinOp::Eq, expr(Ty::Usize, Kind::Var(counter)), usize_lit(0));
            let ret = self.ret.clone();
            let value = (ret != Ty::Unit).then(|| self.value(&ret, 2));
            stmts.push(if_then(zero, vec![Stmt::Return(value)]));
            let tys = params.iter().map(|p| p.ty.clone()).collect();
            self.recursion = Some((counter, tys, 2));
        }
        if self.features.weight(F::Mutation) > 0.0 {
            let init = self.float(2);
            stmts.push(self.let_value(self.real.clone(), init, true));
        }
        let count = if entry { 4 + self.dice.below(6) } else { 2 + self.dice.below(3) };
        stmts.extend(self.stmts(count, 2));
        if recursive && let Some(call) = self.self_call() {
            stmts.extend(call);
        }
        let ret = self.ret.clone();
        self.budget = self.budget.max(20);
        let tail = if ret == Ty::Unit { None } else { Some(Box::new(self.result(&ret))) };
        self.recursion = None;
        let body = Block { stmts, tail };
        self.functions.push(Function { name: name.to_owned(), params, ret, body });
    }

    /// The tail of a function: depends on much of what it computed.
    fn result(&mut self, ty: &Ty) -> Expr {
        if *ty == self.real {
            return self.summary();
        }
        match ty {
            Ty::Tuple(ts) => {
                let es = ts.iter().map(|t| self.result(t)).collect();
                expr(ty.clone(), Kind::Tuple(es))
            }
            Ty::Vec(_) => {
                let local = self.choose(|l| l.ty == *ty && l.access == Access::Free);
                match local {
                    Some(local) => {
                        self.scope.iter_mut().filter(|l| l.var == local.var).for_each(|l| l.moved = true);
                        local.expr()
                    }
                    None => self.value(ty, 2),
                }
            }
            Ty::Array(t, n) => {
                let es = (0..*n).map(|_| self.result(t)).collect();
                expr(ty.clone(), Kind::Array(es))
            }
            _ => self.value(ty, 2),
        }
    }

    /// Arguments of a call. `&mut` ones come first and hide what they borrow from the others.
    fn arguments(&mut self, tys: &[Ty], depth: u32) -> Option<Vec<Expr>> {
        let mark = self.enter();
        let mut args: Vec<Option<Expr>> = vec![None; tys.len()];
        for (arg, ty) in args.iter_mut().zip(tys) {
            if let Ty::Ref(target, true) = ty {
                let Some(made) = self.borrow_mut(target) else {
                    self.leave(mark);
                    return None;
                };
                *arg = Some(made);
            }
        }
        for (arg, ty) in args.iter_mut().zip(tys) {
            if arg.is_none() {
                let made = self.value(ty, depth.min(2));
                if let Ty::Ref(..) = ty {
                    self.freeze_named(&made);
                }
                *arg = Some(made);
            }
        }
        self.leave(mark);
        args.into_iter().collect()
    }

    fn callee(&mut self, wanted: impl Fn(&Function, bool) -> bool) -> Option<usize> {
        let found: Vec<usize> = (0..self.functions.len())
            .filter(|i| {
                let f = &self.functions[*i];
                let in_out = f.params.iter().any(|p| matches!(p.ty, Ty::Ref(_, true)));
                wanted(f, in_out)
            })
            .collect();
        if found.is_empty() { None } else { Some(*self.dice.pick(&found)) }
    }

    /// A call that gives a value of the type, without `&mut` arguments.
    pub(crate) fn call_of(&mut self, ty: &Ty, depth: u32) -> Option<Expr> {
        if let Some((counter, tys, left)) = self.recursion.clone()
            && self.ret == *ty
            && left > 0
            && self.loops.is_empty()
            && self.closed == 0
            && self.dice.chance(0.4)
            && !tys.iter().any(|t| matches!(t, Ty::Ref(_, true)))
            && self.visible().any(|l| l.var == counter)
        {
            self.recursion = Some((counter, tys.clone(), left - 1));
            return self.recursive_call(counter, &tys, depth);
        }
        let f = self.callee(|f, in_out| f.ret == *ty && !in_out)?;
        let tys: Vec<Ty> = self.functions[f].params.iter().map(|p| p.ty.clone()).collect();
        let args = self.arguments(&tys, depth)?;
        Some(expr(ty.clone(), Kind::Call(f, args)))
    }

    fn recursive_call(&mut self, counter: usize, tys: &[Ty], depth: u32) -> Option<Expr> {
        let mut args = self.arguments(tys, depth)?;
        let n = expr(Ty::Usize, Kind::Var(counter));
        args[0] = bin(if self.dice.chance(0.7) { BinOp::Sub } else { BinOp::Div }, n, usize_lit(1));
        if let Kind::Binary(BinOp::Div, _, by) = &mut args[0].kind {
            **by = usize_lit(2);
        }
        Some(expr(self.ret.clone(), Kind::Call(self.functions.len(), args)))
    }

    /// The call of itself as a statement, also with `&mut` arguments.
    fn self_call(&mut self) -> Option<Vec<Stmt>> {
        let (counter, tys, _) = self.recursion.clone()?;
        let call = self.recursive_call(counter, &tys, 1)?;
        let ret = self.ret.clone();
        Some(vec![if ret == Ty::Unit { Stmt::Expr(call) } else { self.let_value(ret, call, false) }])
    }

    /// A call for its effects, or bound to a name.
    pub(crate) fn call_statement(&mut self) -> Option<Vec<Stmt>> {
        if self.closed > 0 {
            return None;
        }
        let f = self.callee(|_, _| true)?;
        let ret = self.functions[f].ret.clone();
        let tys: Vec<Ty> = self.functions[f].params.iter().map(|p| p.ty.clone()).collect();
        let args = self.arguments(&tys, 2)?;
        let call = expr(ret.clone(), Kind::Call(f, args));
        Some(vec![if ret == Ty::Unit { Stmt::Expr(call) } else { self.let_value(ret, call, false) }])
    }
}
