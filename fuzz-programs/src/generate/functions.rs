//! Whole functions, and calls between them.

use super::build::{bin, expr, float, if_then, usize_lit};
use super::features::{Feature as F, Features};
use super::scope::Access;
use super::{Gen, Recursion};
use crate::dice::Dice;
use crate::tree::{BinOp, Block, Expr, Function, Home, Import, Kind, Param, Pat, Program, Stmt, Ty};

/// What kind of function comes next.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Plain,
    Cycle,
    Halves,
    SliceResult,
    Generic,
    TwoViews,
    Method,
    TwoFields,
}

pub(crate) fn program(features: &Features, mut dice: Dice) -> Program {
    let real = if dice.chance(features.weight(F::F32)) { Ty::F32 } else { Ty::F64 };
    let bare = real == Ty::F32 && dice.chance(features.weight(F::F32Literals));
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
        before: Vec::new(),
        bare,
        budget: 0,
        records: Vec::new(),
        failure: None,
        steady: 0,
    };
    g.declare_records();
    let rich = !g.records.is_empty() || g.failure.is_some();
    let helpers = if g.coin(F::Calls, if rich { 0.9 } else { 0.6 }) { 1 + g.dice.below(2) } else { 0 };
    for _ in 0..helpers {
        let shape = g.weighted(&[
            (10.0, None, Shape::Plain),
            (1.5, Some(F::Cycles), Shape::Cycle),
            (2.0, Some(F::Halves), Shape::Halves),
            (1.5, Some(F::SliceResults), Shape::SliceResult),
            (2.5, Some(F::ConstGenerics), Shape::Generic),
            (1.5, Some(F::TwoViews), Shape::TwoViews),
            (if g.records.is_empty() { 0.0 } else { 12.0 }, Some(F::Methods), Shape::Method),
            (if g.records.is_empty() { 0.0 } else { 2.0 }, Some(F::Structs), Shape::TwoFields),
        ]);
        g.helper(shape);
    }
    g.function("f", true, Shape::Plain);
    g.homes();
    let mut records = g.records;
    if let Some(Ty::Record(failure)) = g.failure {
        records.push(failure);
    }
    Program { names: g.names, functions: g.functions, loops: g.loop_count, records, order: 1 }
}

/// Whether an argument may be borrowed for longer than its statement.
fn lasts(e: &Expr) -> bool {
    match &e.kind {
        Kind::Ref(inner, _) => super::values::base_of(inner).is_some(),
        Kind::Var(_) => true,
        _ => !matches!(e.ty, Ty::Ref(..)),
    }
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
            (2.0, Some(F::Chars), 17),
            (1.5, Some(F::Ints), 18),
            (1.5, Some(F::Ints), 19),
            (1.0, Some(F::Ints), 20),
            (1.5, Some(F::PairArrays), 21),
            (1.0, Some(F::PairArrays), 22),
        ];
        let pair = Ty::Tuple(vec![real.clone(), real.clone()]);
        if !self.records.is_empty()
            && self.dice.chance(0.5)
            && let Some(ty) = self.record_param(self.features.weight(F::InOut) > 0.0)
        {
            return ty;
        }
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
            17 => Ty::Char,
            18 => Ty::U8,
            19 => Ty::I64,
            20 => Ty::U32,
            21 => pair.array(2),
            22 => pair.array(2).reference(),
            _ => real,
        }
    }

    fn result_ty(&mut self, in_out: bool) -> Ty {
        let real = self.real.clone();
        if in_out && self.dice.chance(0.5) {
            return Ty::Unit;
        }
        if self.coin(F::Options, 0.5)
            && let Some(ty) = self.wrapped_result()
        {
            return ty;
        }
        if !self.records.is_empty()
            && self.coin(F::Results, 0.35)
            && let Some(ty) = self.any_record(None)
        {
            return ty;
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

    /// Where the helpers are written: at the top, inside their only caller, or in a module.
    fn homes(&mut self) {
        let n = self.functions.len();
        for i in 0..n.saturating_sub(1) {
            if matches!(self.functions[i].home, Home::Impl(_)) {
                continue;
            }
            let callers: Vec<usize> = (0..n)
                .filter(|j| {
                    let mut found = false;
                    let mut expr = |e: &mut Expr| found |= matches!(e.kind, Kind::Call(k, ..) if k == i);
                    let mut body = self.functions[*j].body.clone();
                    crate::walk::Walk { expr: &mut expr, block: &mut |_| {} }.block(&mut body);
                    found && *j != i
                })
                .collect();
            // Members of a cycle call later functions; they stay at the top.
            let in_cycle = callers.iter().any(|j| *j < i) || self.functions[i].recursive;
            let nested = self.coin(F::NestedFn, 0.5);
            let module = self.coin(F::Modules, 0.5);
            let how = self.dice.below(3);
            let calls_later = {
                let mut found = false;
                let mut expr = |e: &mut Expr| found |= matches!(e.kind, Kind::Call(k, ..) if k > i);
                let mut body = self.functions[i].body.clone();
                crate::walk::Walk { expr: &mut expr, block: &mut |_| {} }.block(&mut body);
                found
            };
            if in_cycle || calls_later {
                continue;
            }
            if let ([host], true) = (&callers[..], nested) {
                self.functions[i].home = Home::Nested(*host);
            } else if module {
                let alias = format!("imported_{i}");
                self.functions[i].home = Home::Module(match how {
                    0 => Import::Path,
                    1 => Import::Top(alias),
                    _ => Import::Body(alias),
                });
            }
        }
    }

    fn helper(&mut self, shape: Shape) {
        let name = format!("h{}", self.functions.len());
        match shape {
            Shape::Cycle => self.cycle(),
            Shape::Halves => self.halves(&name),
            Shape::SliceResult => self.slice_result(&name),
            _ => self.function(&name, false, shape),
        }
    }

    /// Declares parameters for a new function.
    fn open_function(&mut self, tys: Vec<Ty>, constants: &[bool], mutables: bool) -> Vec<Param> {
        self.scope.clear();
        self.loops.clear();
        let mut params = Vec::new();
        for (i, ty) in tys.into_iter().enumerate() {
            let var = self.fresh();
            let constant = constants.get(i).copied().unwrap_or(false);
            let mutable = mutables
                && !constant
                && !matches!(ty, Ty::Ref(..) | Ty::ArrayN(_))
                && ty.is_active()
                && self.coin(F::Mutation, 0.15);
            let grows =
                matches!((&ty, ty.peeled()), (Ty::Ref(_, true), Ty::Vec(_))) || (mutable && matches!(ty, Ty::Vec(_)));
            let in_out = matches!(ty, Ty::Ref(_, true));
            let local = self.declare(var, ty.clone(), mutable);
            if grows {
                local.dims.clear();
            }
            self.scope.iter_mut().filter(|l| l.var == var).for_each(|l| l.constant = constant && !in_out);
            params.push(Param { var, ty, constant, mutable });
        }
        params
    }

    fn close_function(&mut self, name: &str, params: Vec<Param>, body: Block) -> &mut Function {
        let ret = self.ret.clone();
        let references = params.iter().filter(|p| matches!(p.ty, Ty::Ref(..))).count();
        let needed = matches!(ret, Ty::Ref(..)) && references > 1;
        let in_out = params.iter().any(Param::is_in_out) && name == "f";
        let lifetimes =
            needed || (references > 0 && self.coin(F::Lifetimes, 0.3) && (!in_out || self.coin(F::MutLifetimes, 1.0)));
        let name = name.to_owned();
        self.functions.push(Function { name, params, ret, body, lifetimes, recursive: false, home: Home::Top });
        self.functions.last_mut().expect("just pushed")
    }

    /// `if n == 0 { return …; }` at the head of a function that counts down.
    fn count_down(&mut self, counter: usize) -> Stmt {
        self.pin(counter);
        let zero = bin(BinOp::Eq, expr(Ty::Usize, Kind::Var(counter)), usize_lit(0));
        let ret = self.ret.clone();
        let value = (ret != Ty::Unit).then(|| self.value(&ret, 2));
        if_then(zero, vec![Stmt::Return(value)])
    }

    /// Two functions that call each other.
    fn cycle(&mut self) {
        let mut tys = vec![Ty::Usize, self.real.clone()];
        tys.extend((0..self.dice.below(3)).map(|_| self.param_ty(false)));
        let in_out = tys.iter().any(|t| matches!(t, Ty::Ref(_, true)));
        self.ret = self.result_ty(in_out);
        let first = self.functions.len();
        for (i, target) in [(0, first + 1), (1, first)] {
            self.budget = 40;
            let params = self.open_function(tys.clone(), &[], true);
            let counter = params[0].var;
            let mut stmts = vec![self.count_down(counter)];
            self.recursion = Some(Recursion { counter, params: params.clone(), left: 1, target });
            stmts.extend(self.stmts(2, 1));
            if let Some(call) = self.self_call() {
                stmts.extend(call);
            }
            let ret = self.ret.clone();
            let tail = if ret == Ty::Unit { None } else { Some(Box::new(self.result(&ret))) };
            self.recursion = None;
            let name = format!("h{}", first + i);
            self.close_function(&name, params, Block { stmts, tail }).recursive = i == 0;
        }
    }

    /// A function that works on the two halves of a slice by itself.
    fn halves(&mut self, name: &str) {
        let real = self.real.clone();
        let in_out = self.coin(F::InOut, 0.6);
        let data = if in_out { real.clone().slice().mutable() } else { real.clone().slice().reference() };
        let mut tys = vec![data, real.clone()];
        if self.dice.chance(0.3) {
            tys.push(self.param_ty(false));
            if matches!(tys[2], Ty::Ref(_, true)) {
                tys.pop();
            }
        }
        self.ret = if in_out && self.dice.chance(0.6) { Ty::Unit } else { real.clone() };
        self.budget = 40;
        let params = self.open_function(tys, &[], false);
        let me = self.functions.len();
        let (data, c) = (params[0].clone(), params[1].clone());
        self.pin(data.var);
        self.pin(c.var);
        let (u, c) = (expr(data.ty.clone(), Kind::Var(data.var)), expr(real.clone(), Kind::Var(c.var)));
        let n = super::build::len(u.clone());
        let ret = self.ret.clone();
        let mut ending = Vec::new();
        let one = bin(BinOp::Eq, n.clone(), usize_lit(1));
        let first = super::build::index(u.clone(), usize_lit(0));
        if in_out {
            let value = self.update(first.clone(), 1);
            ending.push(if_then(one, vec![Stmt::Assign(first, value)]));
            ending.push(Stmt::Return((ret != Ty::Unit).then(|| c.clone())));
        } else {
            let square = bin(BinOp::Mul, first, c.clone());
            ending.push(if_then(one, vec![Stmt::Return(Some(square))]));
            ending.push(Stmt::Return(Some(self.literal())));
        }
        let mut stmts = vec![if_then(bin(BinOp::Lt, n.clone(), usize_lit(2)), ending)];
        let half = bin(BinOp::Div, n, usize_lit(2));
        let let_half = self.let_value(Ty::Usize, half, false);
        stmts.push(let_half);
        let m = self.scope.last().expect("just declared").clone();
        self.pin(m.var);
        if in_out {
            // In a block: a view of the data must not live on.
            let mark = self.enter();
            let inner = Block { stmts: self.stmts(1, 1), tail: None };
            self.leave(mark);
            stmts.push(Stmt::Expr(expr(Ty::Unit, Kind::Block(inner))));
        } else {
            stmts.extend(self.stmts(1, 1));
        }
        let others: Vec<Ty> = params[2..].iter().map(|p| p.ty.clone()).collect();
        let split = self.coin(F::SplitAt, 0.4);
        let slice = real.clone().slice();
        let mut parts = vec![
            super::build::reference(super::build::range(u.clone(), None, Some(m.expr())), in_out),
            super::build::reference(super::build::range(u.clone(), Some(m.expr()), None), in_out),
        ];
        let mut inner = Vec::new();
        let mark = self.enter();
        if split {
            let half = Ty::Ref(Box::new(slice), in_out);
            let pair = Ty::Tuple(vec![half.clone(), half.clone()]);
            let halves = expr(pair, Kind::SplitAt(Box::new(u.clone()), Box::new(m.expr()), in_out));
            let (a, b) = (self.fresh(), {
                self.names.push("right_half".into());
                self.names.len() - 1
            });
            let pat = Pat::Tuple(vec![Pat::bind(a), Pat::bind(b)]);
            inner.push(Stmt::Let { pat, ty: None, init: Some(halves) });
            parts = vec![expr(half.clone(), Kind::Var(a)), expr(half, Kind::Var(b))];
        }
        self.restrict(data.var, if in_out { Access::Hidden } else { Access::ReadOnly });
        let mut results = Vec::new();
        for part in parts {
            let mut args = vec![part, bin(BinOp::Mul, c.clone(), self.literal())];
            args.extend(others.iter().map(|t| self.value(t, 1)));
            let call = expr(ret.clone(), Kind::Call(me, args, None));
            if ret == Ty::Unit {
                inner.push(Stmt::Expr(call));
            } else {
                let made = self.let_value(real.clone(), call, false);
                inner.push(made);
                results.push(self.scope.last().expect("just declared").expr());
            }
        }
        let total = results.into_iter().reduce(|a, b| bin(BinOp::Add, bin(BinOp::Mul, a, float(&real, 0.5)), b));
        self.leave(mark);
        let merged = match total {
            Some(total) if split => {
                let block = Block { stmts: inner, tail: Some(Box::new(total)) };
                let made = self.let_value(real.clone(), expr(real.clone(), Kind::Block(block)), false);
                stmts.push(made);
                Some(self.scope.last().expect("just declared").expr())
            }
            None if split => {
                stmts.push(Stmt::Expr(expr(Ty::Unit, Kind::Block(Block { stmts: inner, tail: None }))));
                None
            }
            total => {
                stmts.extend(inner);
                total
            }
        };
        if in_out {
            // The butterfly of the two halves.
            let i = self.fresh();
            let i_e = expr(Ty::Usize, Kind::Var(i));
            let upper = super::build::index(u.clone(), bin(BinOp::Add, m.expr(), i_e.clone()));
            let lower = super::build::index(u, i_e);
            let new = self.update(lower.clone(), 0);
            let id = self.loop_count;
            self.loop_count += 1;
            let body = Block {
                stmts: vec![
                    Stmt::Assign(lower.clone(), new),
                    Stmt::OpAssign(BinOp::Sub, upper, bin(BinOp::Mul, lower, c)),
                ],
                tail: None,
            };
            let over = super::loops::range_chain(usize_lit(0), m.expr(), false);
            stmts.push(Stmt::For { id, label: false, pat: Pat::bind(i), over, body });
        }
        let tail = (ret != Ty::Unit).then(|| Box::new(merged.unwrap_or_else(|| c_or(&real))));
        self.close_function(name, params, Block { stmts, tail });
    }

    /// `fn h(x: &[f64], k: usize) -> &[f64]`
    fn slice_result(&mut self, name: &str) {
        let real = self.real.clone();
        let slice = real.clone().slice().reference();
        let mut tys = vec![slice.clone(), Ty::Usize];
        if self.dice.chance(0.3) {
            tys.push(slice.clone());
        }
        if self.dice.chance(0.3) {
            tys.push(real);
        }
        self.ret = slice;
        self.budget = 20;
        let params = self.open_function(tys, &[], false);
        let x = expr(params[0].ty.clone(), Kind::Var(params[0].var));
        let k = expr(Ty::Usize, Kind::Var(params[1].var));
        self.pin(params[0].var);
        self.pin(params[1].var);
        let n = self.dice.below(2);
        let mut stmts = self.stmts(n, 1);
        if self.features.weight(F::EarlyReturn) > 0.0 && self.coin(F::ChosenResults, 0.5) {
            let cond = self.cond(1);
            let early = self.view_of(&x, &k);
            stmts.push(if_then(cond, vec![Stmt::Return(Some(early))]));
        }
        let mut tail = self.view_of(&x, &k);
        if self.coin(F::ChosenResults, 0.5) {
            let cond = Box::new(self.cond(1));
            let other = self.view_of(&x, &k);
            let block = |e: Expr| Block { stmts: Vec::new(), tail: Some(Box::new(e)) };
            tail = expr(tail.ty.clone(), Kind::If(cond, block(other), Some(block(tail))));
        }
        self.close_function(name, params, Block { stmts, tail: Some(Box::new(tail)) });
    }

    /// A part of `x`, or all of it.
    fn view_of(&mut self, x: &Expr, k: &Expr) -> Expr {
        let n = super::build::len(x.clone());
        let cut = expr(Ty::Usize, Kind::IntFn(crate::tree::IntFn::Min, Box::new(k.clone()), Box::new(n)));
        let part = match self.dice.below(5) {
            0 => super::build::range(x.clone(), Some(cut), None),
            1 => super::build::range(x.clone(), None, Some(cut)),
            2 => return x.clone(),
            _ => self.sub_slice(x.clone(), false),
        };
        super::build::reference(part, false)
    }

    fn function(&mut self, name: &str, entry: bool, shape: Shape) {
        self.budget = if entry { 140 } else { 60 };
        let n = 1 + self.dice.below(4);
        let mut tys: Vec<Ty> = (0..n).map(|_| self.param_ty(entry)).collect();
        let real = self.real.clone();
        let array_n = Ty::ArrayN(Box::new(real.clone()));
        match shape {
            Shape::Generic => {
                tys.truncate(2);
                tys.insert(0, if self.dice.chance(0.6) { array_n.clone().reference() } else { array_n.clone() });
            }
            Shape::TwoViews => {
                tys.truncate(2);
                tys.insert(0, real.clone().slice().mutable());
                let second = real.clone().slice();
                tys.insert(1, if self.dice.chance(0.6) { second.mutable() } else { second.reference() });
            }
            Shape::TwoFields => {
                if let Some([a, b]) = self.two_field_params() {
                    tys.truncate(2);
                    tys.insert(0, b);
                    tys.insert(0, a);
                }
            }
            Shape::Plain | Shape::Cycle | Shape::Halves | Shape::SliceResult | Shape::Method => {}
        }
        let home = if shape == Shape::Method { self.method_home() } else { None };
        if let Some((_, Some(receiver))) = &home {
            tys.insert(0, receiver.clone());
        }
        if !tys.iter().any(Ty::is_active) {
            tys.push(real.clone());
        }
        let in_out = tys.iter().any(|t| matches!(t, Ty::Ref(_, true)));
        let recursive = shape == Shape::Plain && self.coin(F::Recursion, if entry { 0.08 } else { 0.2 });
        if recursive {
            tys.insert(0, Ty::Usize);
        }
        let mut constants = vec![false; tys.len()];
        let feature = if entry { F::Constants } else { F::ConstantHelpers };
        if tys.iter().filter(|t| t.is_active()).count() > 1 && self.coin(feature, if entry { 0.25 } else { 0.5 }) {
            let generic = |t: &Ty| matches!(t.peeled(), Ty::ArrayN(_));
            let receiver = matches!(home, Some((_, Some(_))));
            let candidates: Vec<usize> = (usize::from(receiver)..tys.len())
                .filter(|i| tys[*i].is_active() && !matches!(tys[*i], Ty::Ref(_, true)) && !generic(&tys[*i]))
                .collect();
            if candidates.len() > 1 {
                constants[*self.dice.pick(&candidates)] = true;
            }
        }
        let feature = if entry { F::ConstantInOut } else { F::ConstantInOutHelpers };
        if self.coin(feature, 0.2) && (!recursive || self.features.weight(F::ConstantInOutHelpers) > 0.0) {
            tys.push(match self.dice.below(3) {
                0 => real.clone().mutable(),
                1 => real.clone().array(3).mutable(),
                _ => real.clone().slice().mutable(),
            });
            constants.push(true);
        }
        self.ret = self.result_ty(in_out);
        if shape == Shape::Generic && self.dice.chance(0.3) {
            self.ret = array_n.clone();
        }
        if let Some((of, None)) = &home
            && self.dice.chance(0.7)
        {
            self.ret = Ty::Record(of.clone());
        }
        let params = self.open_function(tys, &constants, true);
        if let Some((_, Some(_))) = &home {
            self.name_self(&params);
        }
        let mut stmts = Vec::new();
        if recursive {
            let counter = params[0].var;
            stmts.push(self.count_down(counter));
            let target = self.functions.len();
            self.recursion = Some(Recursion { counter, params: params.clone(), left: 2, target });
        }
        let mut kept = None;
        if shape == Shape::Generic {
            // `let mut w = *x;` and something that depends on N.
            let x = expr(params[0].ty.clone(), Kind::Var(params[0].var));
            self.pin(params[0].var);
            let made = self.let_value(array_n.clone(), super::build::deref(x.clone()), true);
            stmts.push(made);
            let w = self.scope.last_mut().expect("just declared");
            w.pinned = true;
            w.dims = vec![super::scope::Dim::LenOf(params[0].var)];
            kept = Some(w.clone());
            let size = super::build::cast(&real, expr(Ty::Usize, Kind::ConstN(Box::new(x))));
            let scaled = bin(BinOp::Div, self.float_leaf(), bin(BinOp::Add, size, float(&real, 1.0)));
            let made = self.let_value(real.clone(), scaled, true);
            stmts.push(made);
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
        let tail = match (&ret, kept) {
            (Ty::Unit, _) => None,
            (Ty::ArrayN(_), Some(w)) => Some(Box::new(w.expr())),
            _ => Some(Box::new(self.result(&ret))),
        };
        self.recursion = None;
        let made = self.close_function(name, params, Block { stmts, tail });
        if let Some((of, _)) = home {
            made.home = Home::Impl(of);
        }
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
                let local = self.choose(|l| l.ty == *ty && l.place.is_none() && l.access == Access::Free);
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
            Ty::Record(r) => {
                let local = self.choose(|l| l.ty == *ty && l.place.is_none() && l.access == Access::Free);
                if let Some(local) = local
                    && self.dice.chance(0.7)
                {
                    return local.expr();
                }
                if r.is_wrapper() && self.dice.chance(0.6) {
                    let value = self.result(r.inner());
                    return expr(ty.clone(), Kind::Construct(crate::records::GOOD, vec![(0, value)], None));
                }
                self.value(ty, 2)
            }
            _ => self.value(ty, 2),
        }
    }

    /// A value without derivative.
    pub(crate) fn constant_value(&mut self, ty: &Ty) -> Expr {
        if let Some(local) = self.choose(|l| l.constant && l.ty == *ty && l.ty.is_copy())
            && self.dice.chance(0.5)
        {
            return local.expr();
        }
        let cuttable = match ty {
            // Records are made of constants instead.
            t if t.peeled().record().is_some() || t.element().is_some_and(|t| t.record().is_some()) => false,
            Ty::Ref(t, _) => matches!(**t, Ty::Slice(_)),
            t => *t == self.real || self.coin(F::StopAggregates, 1.0),
        };
        if cuttable && self.coin(F::StopGradient, 1.0) {
            // rustc coerces nothing inside a generic call: a slice is written as one.
            let value = match ty {
                Ty::Ref(..) => self.whole_slice(ty),
                _ => self.value(ty, 1),
            };
            if lasts(&value) || self.coin(F::StopAggregates, 1.0) {
                return expr(ty.clone(), Kind::Stop(Box::new(value)));
            }
        }
        match ty {
            Ty::Tuple(ts) => {
                let es = ts.iter().map(|t| self.constant_value(t)).collect();
                expr(ty.clone(), Kind::Tuple(es))
            }
            Ty::Array(t, n) => {
                let es = (0..*n).map(|_| self.constant_value(t)).collect();
                expr(ty.clone(), Kind::Array(es))
            }
            Ty::Vec(t) => {
                let es = (0..3).map(|_| self.constant_value(t)).collect();
                expr(ty.clone(), Kind::VecList(es))
            }
            Ty::Ref(t, false) => {
                let owned = match &**t {
                    Ty::Slice(t) => (**t).clone().array(3),
                    t => t.clone(),
                };
                let value = self.constant_value(&owned);
                super::build::reference(value, false)
            }
            Ty::Record(_) => self.constant_record(ty),
            t if *t == self.real => self.literal(),
            t => self.value(t, 1),
        }
    }

    /// A value of type `&[T]` that needs no coercion.
    fn whole_slice(&mut self, ty: &Ty) -> Expr {
        let made = self.value(ty, 1);
        match &made.kind {
            Kind::Ref(inner, _) if matches!(inner.ty, Ty::Array(..)) => {
                super::build::reference(super::build::range((**inner).clone(), None, None), false)
            }
            _ => made,
        }
    }

    /// `&mut scratch` for a constant `&mut` parameter: a buffer made for this call.
    fn scratch(&mut self, target: &Ty) -> Expr {
        let ty = match target {
            Ty::Slice(t) if self.coin(F::Vecs, 0.5) => (**t).clone().vec(),
            Ty::Slice(t) => (**t).clone().array(3),
            t => t.clone(),
        };
        let init = match &ty {
            Ty::Vec(t) => expr(ty.clone(), Kind::VecRepeat(Box::new(float(t, 0.0)), Box::new(usize_lit(3)))),
            Ty::Array(t, n) => expr(ty.clone(), Kind::Repeat(Box::new(float(t, 0.5)), *n)),
            _ => self.literal(),
        };
        let made = self.let_value(ty.clone(), init, true);
        self.before.push(made);
        let local = self.scope.last_mut().expect("just declared");
        (local.pinned, local.moved) = (true, true);
        let place = local.expr();
        match target {
            Ty::Slice(_) if self.coin(F::ByName, 0.5) => super::build::reference(place, true),
            Ty::Slice(_) => super::build::reference(super::build::range(place, None, None), true),
            _ => super::build::reference(place, true),
        }
    }

    /// Something passed by its name where the parameter is another kind of reference to the same elements.
    fn by_name(&mut self, target: &Ty) -> Option<Expr> {
        if !self.coin(F::ByName, 0.4) {
            return None;
        }
        let element = target.element()?.clone();
        let Ty::Slice(_) = target else { return None };
        let local = self.choose(|l| l.ty.element() == Some(&element) && !matches!(l.ty.peeled(), Ty::ArrayN(_)))?;
        Some(match local.ty {
            Ty::Ref(..) => local.expr(),
            _ => super::build::reference(local.expr(), false),
        })
    }

    /// An array for a parameter `[T; N]`.
    fn array_argument(&mut self, ty: &Ty, depth: u32) -> Expr {
        let real = self.real.clone();
        let by_reference = matches!(ty, Ty::Ref(..));
        let found = self.choose(|l| matches!(l.ty.peeled(), Ty::Array(t, _) if **t == real));
        match found {
            Some(l) if by_reference && matches!(l.ty, Ty::Ref(_, false)) => l.expr(),
            Some(l) => {
                let place = super::build::deref(l.expr());
                if by_reference { super::build::reference(place, false) } else { place }
            }
            None => {
                let n = 2 + self.dice.below(3);
                let es = (0..n).map(|_| self.value(&real, depth)).collect();
                let array = expr(real.array(n), Kind::Array(es));
                if by_reference { super::build::reference(array, false) } else { array }
            }
        }
    }

    /// Arguments of a call. `&mut` ones come first and hide what they borrow from the others.
    fn arguments(&mut self, params: &[Param], depth: u32, given: &[Expr]) -> Option<Vec<Expr>> {
        let start = self.before.len();
        let mut scratch: Vec<Option<Expr>> = Vec::new();
        for p in params {
            let Ty::Ref(target, true) = &p.ty else {
                scratch.push(None);
                continue;
            };
            scratch.push(p.constant.then(|| self.scratch(target)));
        }
        let mark = self.enter();
        let mut args: Vec<Option<Expr>> = scratch;
        for (arg, e) in args.iter_mut().zip(given) {
            if let Some(base) = super::values::base_of(e) {
                self.restrict(base, Access::Hidden);
            }
            *arg = Some(e.clone());
        }
        for (arg, p) in args.iter_mut().zip(params) {
            if let (Ty::Ref(target, true), None) = (&p.ty, &arg) {
                let Some(made) = self.borrow_mut(target) else {
                    self.leave(mark);
                    self.before.truncate(start);
                    return None;
                };
                *arg = Some(made);
            }
        }
        for (arg, p) in args.iter_mut().zip(params) {
            if arg.is_none() {
                let made = match &p.ty {
                    ty if p.constant => self.constant_value(ty),
                    ty if matches!(ty.peeled(), Ty::ArrayN(_)) => self.array_argument(ty, depth.min(2)),
                    Ty::Ref(target, false) => match self.by_name(target) {
                        Some(made) => made,
                        None => self.value(&p.ty, depth.min(2)),
                    },
                    ty => self.value(ty, depth.min(2)),
                };
                if let Ty::Ref(..) = p.ty {
                    self.freeze_named(&made);
                }
                *arg = Some(made);
            }
        }
        self.leave(mark);
        args.into_iter().collect()
    }

    /// The turbofish of a call, some of the time.
    fn turbofish(&mut self, params: &[Param], args: &[Expr]) -> Option<usize> {
        let at = params.iter().position(|p| matches!(p.ty.peeled(), Ty::ArrayN(_)))?;
        match args[at].ty.peeled() {
            Ty::Array(_, n) if self.dice.chance(0.4) => Some(*n),
            _ => None,
        }
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
        if let Some(recursion) = self.recursion.clone()
            && self.ret == *ty
            && recursion.left > 0
            && self.loops.is_empty()
            && self.closed == 0
            && self.dice.chance(0.4)
            && !recursion.params.iter().any(|p| matches!(p.ty, Ty::Ref(_, true)))
            && self.visible().any(|l| l.var == recursion.counter)
        {
            let recursion = Recursion { left: recursion.left - 1, ..recursion };
            self.recursion = Some(recursion.clone());
            return self.recursive_call(&recursion, depth);
        }
        // The functions of a cycle call each other only with a smaller counter.
        let outside = self.recursion.is_none();
        let f = self.callee(|f, in_out| f.ret == *ty && !in_out && (outside || !f.recursive))?;
        let params = self.functions[f].params.clone();
        let args = self.arguments(&params, depth, &[])?;
        let turbofish = self.turbofish(&params, &args);
        Some(expr(ty.clone(), Kind::Call(f, args, turbofish)))
    }

    fn recursive_call(&mut self, recursion: &Recursion, depth: u32) -> Option<Expr> {
        let mut args = self.arguments(&recursion.params, depth, &[])?;
        let n = expr(Ty::Usize, Kind::Var(recursion.counter));
        args[0] = bin(if self.dice.chance(0.7) { BinOp::Sub } else { BinOp::Div }, n, usize_lit(1));
        if let Kind::Binary(BinOp::Div, _, by) = &mut args[0].kind {
            **by = usize_lit(2);
        }
        Some(expr(self.ret.clone(), Kind::Call(recursion.target, args, None)))
    }

    /// A call as a statement, after what it needs.
    fn statement_of(&mut self, call: Expr) -> Vec<Stmt> {
        let mut stmts = std::mem::take(&mut self.before);
        let ret = call.ty.clone();
        if ret == Ty::Unit {
            stmts.push(Stmt::Expr(call));
        } else {
            if matches!(ret, Ty::Ref(..)) {
                self.freeze_named(&call);
            }
            let made = self.let_value(ret, call, false);
            stmts.push(made);
        }
        stmts
    }

    /// The call of itself as a statement, also with `&mut` arguments.
    fn self_call(&mut self) -> Option<Vec<Stmt>> {
        let recursion = self.recursion.clone()?;
        self.with_own_needs(|this| {
            let call = this.recursive_call(&recursion, 1)?;
            Some(this.statement_of(call))
        })
    }

    /// A call for its effects, or bound to a name.
    pub(crate) fn call_statement(&mut self) -> Option<Vec<Stmt>> {
        if self.closed > 0 {
            return None;
        }
        let outside = self.recursion.is_none();
        let f = self.callee(|f, _| outside || !f.recursive)?;
        self.call_with(f, &[])
    }

    /// A call with the first arguments given.
    fn call_with(&mut self, f: usize, given: &[Expr]) -> Option<Vec<Stmt>> {
        self.with_own_needs(|this| this.call_with_needs(f, given))
    }

    /// What a statement needs stands before it, and not before the statement that it is part of.
    fn with_own_needs(&mut self, make: impl FnOnce(&mut Self) -> Option<Vec<Stmt>>) -> Option<Vec<Stmt>> {
        let outer = std::mem::take(&mut self.before);
        let made = make(self);
        self.before = outer;
        made
    }

    fn call_with_needs(&mut self, f: usize, given: &[Expr]) -> Option<Vec<Stmt>> {
        let params = self.functions[f].params.clone();
        let args = self.arguments(&params, 2, given)?;
        let mut ret = self.functions[f].ret.clone();
        if matches!(ret, Ty::Ref(..)) && !args.iter().all(lasts) {
            return None;
        }
        if let Ty::ArrayN(t) = ret {
            let n = params.iter().zip(&args).find(|(p, _)| matches!(p.ty.peeled(), Ty::ArrayN(_)));
            let Some(Ty::Array(_, n)) = n.map(|(_, a)| a.ty.peeled()) else { return None };
            ret = Ty::Array(t, *n);
        }
        let turbofish = self.turbofish(&params, &args);
        Some(self.statement_of(expr(ret, Kind::Call(f, args, turbofish))))
    }

    /// A call that takes two views of one buffer.
    pub(crate) fn call_on_two(&mut self, a: &Expr, b: &Expr) -> Option<Vec<Stmt>> {
        let fits = |p: &Param, e: &Expr| {
            !p.constant
                && p.ty.peeled() == e.ty.peeled()
                && matches!((&p.ty, &e.ty), (Ty::Ref(_, m), Ty::Ref(_, n)) if m <= n)
        };
        let f =
            self.callee(|f, _| !f.recursive && f.params.len() > 1 && fits(&f.params[0], a) && fits(&f.params[1], b))?;
        self.call_with(f, &[a.clone(), b.clone()])
    }
}

fn c_or(real: &Ty) -> Expr {
    float(real, 0.5)
}
