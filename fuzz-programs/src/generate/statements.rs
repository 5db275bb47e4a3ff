//! Statements other than loops and buffers.

use super::Gen;
use super::build::{bin, does, expr, float, if_then, index, usize_lit, yields};
use super::conditions::closed_by_last;
use super::features::Feature as F;
use super::scope::{Dim, Local};
use crate::ops::FloatFn;
use crate::tree::{Action, Arm, Attribute, BinOp, Block, Expr, Kind, Pat, Stmt, Ty};

#[derive(Clone, Copy)]
enum S {
    Let,
    LetInt,
    LetBool,
    LetTuple,
    LetArray,
    LetNested,
    SinCos,
    Shadow,
    Deferred,
    Const,
    Assign,
    OpAssign,
    Destructure,
    If,
    Match,
    Return,
    Jump,
    Print,
    Assert,
    Replace,
    LateChange,
    Loop,
    Buffer,
    View,
    Closure,
    Call,
    ForEach,
    NanEarly,
    IntState,
    Select,
    Panic,
    Unpack,
    BlockMethod,
    BlockOperand,
    IndexEffect,
    SwapArrays,
    Pairs,
    Use,
    Record,
    TwoFields,
    Wrapped,
    IteratorState,
}

impl Gen<'_> {
    /// `n` statements; `depth` bounds how deep control may still nest.
    pub(crate) fn stmts(&mut self, n: usize, depth: u32) -> Vec<Stmt> {
        let mut out = Vec::new();
        for _ in 0..n {
            if self.budget < 0 {
                break;
            }
            // A production may find nothing to work on; another is tried then.
            for _ in 0..6 {
                if let Some(made) = self.statement(depth) {
                    let mut made = self.dressed(made);
                    out.append(&mut made);
                    break;
                }
            }
        }
        out
    }

    /// Attributes on statements now and then.
    fn dressed(&mut self, mut made: Vec<Stmt>) -> Vec<Stmt> {
        if !self.coin(F::Attributes, 0.2) {
            return made;
        }
        let at = self.dice.below(made.len().max(1));
        let Some(stmt) = made.get(at) else { return made };
        let attribute = match stmt {
            Stmt::Println(_) | Stmt::Assert(..) => Attribute::Debug,
            Stmt::Let { init: Some(_), .. } if self.dice.chance(0.5) => Attribute::Allow,
            Stmt::Let { init: Some(_), .. } | Stmt::For { .. } | Stmt::While { .. } => Attribute::Kept,
            _ => return made,
        };
        let inner = made.remove(at);
        if self.dice.chance(0.2)
            && let Some(target) = self.float_place(true)
        {
            let value = self.literal();
            let gone = does(vec![Stmt::Assign(target, value)]);
            let gone = Stmt::Expr(expr(Ty::Unit, Kind::If(Box::new(expr(Ty::Bool, Kind::Bool(true))), gone, None)));
            made.insert(at, Stmt::Attribute(Attribute::Dropped, Box::new(gone)));
        }
        made.insert(at, Stmt::Attribute(attribute, Box::new(inner)));
        made
    }

    pub(crate) fn body(&mut self, n: usize, depth: u32) -> Block {
        let mark = self.enter();
        let stmts = self.stmts(n, depth);
        self.leave(mark);
        does(stmts)
    }

    /// Lets only: the inside of a pure closure.
    pub(crate) fn pure_lets(&mut self, n: usize) -> Vec<Stmt> {
        (0..n).map(|_| self.let_float()).collect()
    }

    fn statement(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        self.budget -= 1;
        let nest = f64::from(u8::from(depth > 0));
        let p = self.weighted(&[
            (14.0, None, S::Let),
            (4.0, Some(F::Casts), S::LetInt),
            (2.0, None, S::LetBool),
            (5.0, Some(F::Tuples), S::LetTuple),
            (4.0, Some(F::Arrays), S::LetArray),
            (1.5, Some(F::Arrays), S::LetNested),
            (1.0, Some(F::Functions), S::SinCos),
            (5.0, Some(F::Shadowing), S::Shadow),
            (3.0, Some(F::Deferred), S::Deferred),
            (1.0, Some(F::Const), S::Const),
            (14.0, Some(F::Mutation), S::Assign),
            (12.0, Some(F::Mutation), S::OpAssign),
            (4.0, Some(F::Destructuring), S::Destructure),
            (10.0 * nest, Some(F::If), S::If),
            (4.0 * nest, Some(F::Match), S::Match),
            (5.0, Some(F::EarlyReturn), S::Return),
            (6.0, Some(F::Break), S::Jump),
            (1.0, Some(F::Print), S::Print),
            (1.0, Some(F::Assert), S::Assert),
            (2.0, Some(F::Swap), S::Replace),
            (24.0 * nest, None, S::Loop),
            (18.0, None, S::Buffer),
            (9.0 * nest, None, S::View),
            (4.0, Some(F::Closures), S::Closure),
            (6.0, Some(F::CallsInOut), S::Call),
            (3.0, Some(F::Chains), S::ForEach),
            (2.0, Some(F::NanEarly), S::NanEarly),
            (4.0, Some(F::Argmax), S::IntState),
            (2.0, Some(F::Select), S::Select),
            (1.0, Some(F::Panic), S::Panic),
            (2.0, Some(F::Arrays), S::Unpack),
            (2.0, Some(F::BlockMethods), S::BlockMethod),
            (3.0, Some(F::BlockOperands), S::BlockOperand),
            (2.0, Some(F::IndexEffects), S::IndexEffect),
            (3.0, Some(F::LateChanges), S::LateChange),
            (2.0, Some(F::SwapArrays), S::SwapArrays),
            (2.0, Some(F::PairArrays), S::Pairs),
            (1.0, Some(F::Use), S::Use),
            (if self.records.is_empty() { 0.0 } else { 22.0 }, None, S::Record),
            (if self.records.is_empty() { 0.0 } else { 3.0 }, Some(F::Structs), S::TwoFields),
            (if self.failure.is_some() { 16.0 } else { 0.0 }, Some(F::Options), S::Wrapped),
            (4.0 * nest, Some(F::IteratorState), S::IteratorState),
        ]);
        match p {
            S::Let => Some(vec![self.let_float()]),
            S::LetInt => {
                let ty = self.dice.pick(&[Ty::Usize, Ty::Usize, Ty::I32]).clone();
                let init = self.small_int(ty.clone());
                let mutable = self.coin(F::Argmax, 0.4);
                Some(vec![self.let_value(ty, init, mutable)])
            }
            S::LetBool => {
                let init = self.cond(1);
                let mutable = self.coin(F::Argmax, 0.4);
                Some(vec![self.let_value(Ty::Bool, init, mutable)])
            }
            S::LetTuple => Some(vec![self.let_tuple()]),
            S::LetArray => {
                let ty = self.real.clone().array(2 + self.dice.below(3));
                let init = self.value(&ty, 2);
                let mutable = self.features.weight(F::Mutation) > 0.0;
                Some(vec![self.let_value(ty, init, mutable)])
            }
            S::LetNested => {
                let (n, m) = (2 + self.dice.below(2), 2 + self.dice.below(2));
                let ty = self.real.clone().array(n).array(m);
                let init = self.value(&ty, 1);
                let mutable = self.features.weight(F::Mutation) > 0.0;
                Some(vec![self.let_value(ty, init, mutable)])
            }
            S::SinCos => {
                let x = self.float(1);
                let pair = Ty::Tuple(vec![self.real.clone(), self.real.clone()]);
                let init = expr(pair, Kind::SinCos(Box::new(x)));
                Some(vec![self.let_pair(init)])
            }
            S::Shadow => self.let_shadow(),
            S::Deferred => Some(self.deferred()),
            S::Const => {
                self.names.push(format!("C_{}", self.names.len()));
                let var = self.names.len() - 1;
                let real = self.real.clone();
                let (ty, value) = if self.coin(F::Arrays, 0.5) {
                    let ty = real.array(3);
                    let es = (0..3).map(|_| self.literal()).collect();
                    (ty.clone(), expr(ty, Kind::Array(es)))
                } else {
                    (real, self.literal())
                };
                self.declare(var, ty.clone(), false).pinned = true;
                Some(vec![Stmt::Const { var, ty, value }])
            }
            S::Assign => {
                let target = self.float_place(true)?;
                let value = if self.loops.is_empty() { self.float(3) } else { self.update(target.clone(), 2) };
                Some(vec![Stmt::Assign(target, value)])
            }
            S::OpAssign => {
                let target = self.float_place(true)?;
                let op = *self.dice.pick(&[BinOp::Add, BinOp::Add, BinOp::Sub, BinOp::Mul, BinOp::Div]);
                let value = match op {
                    BinOp::Div => self.positive(1),
                    _ if self.loops.is_empty() => self.float(2),
                    _ => self.bounded(2),
                };
                Some(vec![Stmt::OpAssign(op, target, value)])
            }
            S::Destructure => {
                let (a, b) = (self.float_place(true)?, self.float_place(true)?);
                let values = if self.loops.is_empty() {
                    vec![self.float(2), self.float(2)]
                } else {
                    vec![self.update(b.clone(), 1), self.update(a.clone(), 1)]
                };
                let pair = Ty::Tuple(vec![self.real.clone(), self.real.clone()]);
                Some(vec![Stmt::Destructure(vec![a, b], expr(pair, Kind::Tuple(values)))])
            }
            S::If => Some(vec![self.if_statement(depth - 1)]),
            S::Match => Some(vec![self.match_statement(depth - 1)]),
            S::Return => {
                if matches!(self.ret, Ty::Ref(..)) {
                    return None;
                }
                let cond = self.cond(1);
                let ret = self.ret.clone();
                let value = (ret != Ty::Unit).then(|| self.value(&ret, 2));
                Some(vec![if_then(cond, vec![Stmt::Return(value)])])
            }
            S::Jump => self.jump().map(|s| vec![s]),
            S::Print => {
                let es = (0..1 + self.dice.below(2)).map(|_| self.float_leaf()).collect();
                Some(vec![Stmt::Println(es)])
            }
            S::Assert => {
                let x = self.float_leaf();
                let finite = bin(BinOp::Lt, x, float(&self.real, 4096.0));
                Some(vec![Stmt::Assert(finite, self.dice.chance(0.4))])
            }
            S::Replace => self.replace(),
            S::LateChange => self.late_change(),
            S::Loop => self.loop_statement(depth - 1),
            S::Buffer => self.buffer_statement(),
            S::View => self.view_statement(depth - 1),
            S::Closure => self.closure_statement(),
            S::Call => self.call_statement(),
            S::ForEach => self.for_each(),
            S::IntState => self.int_state(),
            S::Select => self.select(),
            S::Panic => {
                let x = self.float_leaf();
                let beyond = bin(BinOp::Gt, x.clone(), float(&self.real, 1e6));
                if depth == 0 || self.dice.chance(0.5) {
                    return Some(vec![if_then(beyond, vec![Stmt::Panic(vec![x])])]);
                }
                // What stands in front of it in its branch has a derivative that nobody asks for.
                let mark = self.enter();
                let mut then = self.stmts(1, depth - 1);
                self.leave(mark);
                then.push(Stmt::Panic(vec![x]));
                let otherwise = self.body(2, depth - 1);
                Some(vec![Stmt::Expr(expr(Ty::Unit, Kind::If(Box::new(beyond), does(then), Some(otherwise))))])
            }
            S::Record => self.record_statement(depth),
            S::TwoFields if self.closed == 0 => self.two_fields(),
            S::TwoFields => None,
            S::Wrapped => self.wrapped_statement(depth),
            S::IteratorState => self.iterator_state(depth),
            S::Unpack => self.unpack().map(|s| vec![s]),
            S::BlockMethod => {
                let (cond, a, b) = (self.cond(1), self.float_block(2), self.float_block(2));
                let chosen = expr(self.real.clone(), Kind::If(Box::new(cond), a, Some(b)));
                let f = *self.dice.pick(&[FloatFn::Sin, FloatFn::Tanh, FloatFn::Abs, FloatFn::Atan]);
                let mutable = self.coin(F::Mutation, 0.3);
                let applied = super::build::call1(f, vec![chosen], false);
                Some(vec![self.let_value(self.real.clone(), applied, mutable)])
            }
            S::BlockOperand => {
                let target = self.float_place(true)?;
                let op = *self.dice.pick(&[BinOp::Add, BinOp::Sub, BinOp::Mul]);
                self.inside_value += 1;
                let mark = self.enter();
                let mut stmts = Vec::new();
                // The place is read after the right side has run.
                if self.dice.chance(0.5) && self.closed == 0 {
                    let value = self.update(target.clone(), 1);
                    stmts.push(Stmt::Assign(target.clone(), value));
                }
                stmts.extend(self.stmts(1, 0));
                let tail = Some(Box::new(self.bounded(2)));
                self.leave(mark);
                self.inside_value -= 1;
                let block = expr(self.real.clone(), Kind::Block(Block { stmts, tail }));
                Some(vec![Stmt::OpAssign(op, target, block)])
            }
            S::IndexEffect => {
                let target = self.counted_index(true)?;
                let value = self.bounded(2);
                Some(vec![if self.dice.chance(0.5) {
                    Stmt::Assign(target, value)
                } else {
                    Stmt::OpAssign(BinOp::Add, target, value)
                }])
            }
            S::SwapArrays => self.swap_arrays(),
            S::Pairs => {
                let pair = Ty::Tuple(vec![self.real.clone(), self.real.clone()]);
                let ty = pair.array(2 + self.dice.below(2));
                let init = self.value(&ty, 1);
                let mutable = self.features.weight(F::Mutation) > 0.0;
                Some(vec![self.let_value(ty, init, mutable)])
            }
            S::Use => {
                if self.closed > 0 {
                    return None;
                }
                use std::f64::consts as c;
                let (name, v) =
                    *self.dice.pick(&[("PI", c::PI), ("E", c::E), ("SQRT_2", c::SQRT_2), ("LN_2", c::LN_2)]);
                let real = self.real.clone();
                let single = real == Ty::F32;
                let path = format!("std::{}::consts::{name}", if single { "f32" } else { "f64" });
                let v = if single { f64::from(v as f32) } else { v };
                let taken = self.names.iter().any(|n| n == name);
                self.names.push(if taken { format!("{name}_{}", self.names.len()) } else { name.to_owned() });
                let var = self.names.len() - 1;
                self.declare(var, real.clone(), false).pinned = true;
                Some(vec![Stmt::Use { var, path, value: float(&real, v) }])
            }
            S::NanEarly => {
                let x = self.float_leaf();
                let root = self.apply_fn(FloatFn::Sqrt, vec![x]);
                let made = self.let_value(self.real.clone(), root, false);
                let Stmt::Let { pat: Pat::Bind { var, .. }, .. } = made else { return None };
                let r = expr(self.real.clone(), Kind::Var(var));
                let nan = Kind::Predicate(crate::tree::Predicate::Nan, Box::new(r.clone()));
                let (a, b) = (yields(self.float(1)), yields(r));
                let safe = expr(self.real.clone(), Kind::If(Box::new(expr(Ty::Bool, nan)), a, Some(b)));
                // The raw value must not be used again.
                self.restrict(var, super::scope::Access::Hidden);
                let safe = self.let_value(self.real.clone(), safe, false);
                Some(vec![made, safe])
            }
        }
    }

    /// `let name = init;`, with a type one time in four.
    pub(crate) fn let_value(&mut self, ty: Ty, init: Expr, mutable: bool) -> Stmt {
        let dims = self.dims_of(&init);
        let var = self.fresh();
        let local = self.declare(var, ty.clone(), mutable);
        if let Some(dims) = dims
            && local.ty.element().is_some()
            && !matches!(local.ty, Ty::Array(..))
        {
            local.dims = dims;
        }
        // What is in an `Option` or `Result` is often known only later.
        let wrapped = ty.wrapper().is_some();
        let mut annotation = (wrapped || self.dice.chance(0.25)).then_some(ty);
        if self.bare && !wrapped {
            annotation = None;
        }
        Stmt::Let { pat: Pat::Bind { var, mutable }, ty: annotation, init: Some(init) }
    }

    pub(crate) fn let_float(&mut self) -> Stmt {
        let init = self.float(4);
        let mutable = self.closed == 0 && self.coin(F::Mutation, 0.5);
        self.let_value(self.real.clone(), init, mutable)
    }

    /// `let (a, mut b) = pair;`
    fn let_pair(&mut self, init: Expr) -> Stmt {
        let Ty::Tuple(ts) = init.ty.clone() else { unreachable!("a pair") };
        let pats = ts
            .into_iter()
            .map(|t| {
                let var = self.fresh();
                let mutable = self.coin(F::Mutation, 0.3);
                self.declare(var, t, mutable);
                Pat::Bind { var, mutable }
            })
            .collect();
        Stmt::Let { pat: Pat::Tuple(pats), ty: None, init: Some(init) }
    }

    fn let_tuple(&mut self) -> Stmt {
        let real = self.real.clone();
        let ty = match self.dice.below(4) {
            0 => Ty::Tuple(vec![real.clone(), Ty::Usize]),
            1 => Ty::Tuple(vec![real.clone(), real.clone(), real]),
            2 => Ty::Tuple(vec![real.clone(), Ty::Tuple(vec![real.clone(), real])]),
            _ => Ty::Tuple(vec![real.clone(), real]),
        };
        let mut init = self.value(&ty, 2);
        if self.coin(F::If, 0.25) {
            let other = self.value(&ty, 1);
            let cond = self.cond(1);
            init = expr(ty.clone(), Kind::If(Box::new(cond), yields(init), Some(yields(other))));
        }
        if self.dice.chance(0.5) {
            return self.let_pair(init);
        }
        let mutable = self.coin(F::Mutation, 0.5);
        self.let_value(ty, init, mutable)
    }

    fn let_shadow(&mut self) -> Option<Vec<Stmt>> {
        // The initialiser still sees the old variable.
        let init = self.float(3);
        let old = self.shadowing()?;
        // An integer hidden by a float of the same name: `let k = k as f64;`
        let shadowed = self.visible().find(|l| self.names[l.var] == self.names[old]).cloned();
        let init = match shadowed {
            Some(l) if l.ty.is_int() => super::build::cast(&self.real, l.expr()),
            _ => init,
        };
        let real = self.real.clone();
        let mutable = self.coin(F::Mutation, 0.5);
        self.declare(old, real, mutable);
        Some(vec![Stmt::Let { pat: Pat::Bind { var: old, mutable }, ty: None, init: Some(init) }])
    }

    fn deferred(&mut self) -> Vec<Stmt> {
        let cond = self.cond(1);
        let (a, b) = (self.float(2), self.float(2));
        let var = self.fresh();
        let real = self.real.clone();
        let target = expr(real.clone(), Kind::Var(var));
        let annotation = self.dice.chance(0.3).then_some(real.clone());
        let declared = Stmt::Let { pat: Pat::bind(var), ty: annotation, init: None };
        let branch = |value| does(vec![Stmt::Assign(target.clone(), value)]);
        let chosen = Kind::If(Box::new(cond), branch(a), Some(branch(b)));
        self.declare(var, real, false);
        vec![declared, Stmt::Expr(expr(Ty::Unit, chosen))]
    }

    fn if_statement(&mut self, depth: u32) -> Stmt {
        let cond = self.cond(2);
        let n = 1 + self.dice.below(2);
        let then = self.body(n, depth);
        let otherwise = match self.dice.below(3) {
            0 => None,
            1 => Some(self.body(1, depth)),
            _ => {
                let cond = self.cond(1);
                let inner = Kind::If(Box::new(cond), self.body(1, depth), Some(self.body(1, depth)));
                Some(yields(expr(Ty::Unit, inner)))
            }
        };
        Stmt::Expr(expr(Ty::Unit, Kind::If(Box::new(cond), then, otherwise)))
    }

    fn match_statement(&mut self, depth: u32) -> Stmt {
        let (scrutinee, pats) = self.scrutinee();
        let mut arms = Vec::new();
        for (pat, binds) in pats {
            let mark = self.enter();
            let guard = binds.is_some().then(|| self.cond(1));
            if let Some((var, ty)) = binds {
                self.declare(var, ty, false);
            }
            let n = self.dice.below(3);
            let stmts = self.stmts(n, depth);
            self.leave(mark);
            arms.push(Arm { pat, guard, body: does(stmts) });
        }
        Stmt::Expr(expr(Ty::Unit, Kind::Match(Box::new(scrutinee), closed_by_last(arms))))
    }

    /// `if cond { break 'label; }` or `continue`.
    fn jump(&mut self) -> Option<Stmt> {
        let innermost = self.loops.len().checked_sub(1)?;
        let at = if self.dice.chance(0.7) { innermost } else { self.dice.below(self.loops.len()) };
        let target = &self.loops[at];
        let by_label = at != innermost || self.loops[at..].iter().any(|l| l.block);
        if by_label && !target.label {
            return None;
        }
        let (id, label) = (target.id, target.label && (by_label || self.dice.chance(0.5)));
        let (value, no_continue) = (target.value, target.no_continue);
        let cond = self.cond(1);
        if !no_continue && self.dice.chance(0.4) {
            return Some(if_then(cond, vec![Stmt::Continue { id, label }]));
        }
        let value = value.then(|| self.float(2));
        Some(if_then(cond, vec![Stmt::Break { id, label, value }]))
    }

    /// Integers and bools as state: counters, the place of the largest so far, flags.
    fn int_state(&mut self) -> Option<Vec<Stmt>> {
        if self.dice.chance(0.25) {
            let flag = self.choose(|l| l.ty == Ty::Bool && l.writable())?;
            let value = self.cond(1);
            return Some(vec![Stmt::Assign(flag.expr(), value)]);
        }
        let k = self.choose(|l| l.ty.is_int() && l.writable())?;
        let change = match self.dice.below(3) {
            0 => Stmt::OpAssign(BinOp::Add, k.expr(), super::build::int(k.ty.clone(), 1)),
            1 => {
                let next = bin(BinOp::Add, k.expr(), super::build::int(k.ty.clone(), 1));
                Stmt::Assign(k.expr(), bin(BinOp::Rem, next, super::build::int(k.ty.clone(), 3)))
            }
            _ => Stmt::Assign(k.expr(), self.small_int(k.ty.clone())),
        };
        if self.dice.chance(0.4) {
            return Some(vec![change]);
        }
        // `if x > best { best = x; k = i; }`
        let best = self.float_place(true)?;
        let x = self.float(1);
        let larger = bin(BinOp::Gt, x.clone(), best.clone());
        Some(vec![if_then(larger, vec![Stmt::Assign(best, x), change])])
    }

    /// `let t = if c { &a[..] } else { &b[..] };`
    fn select(&mut self) -> Option<Vec<Stmt>> {
        let real = self.real.clone();
        let a = self.choose(|l| l.ty.element() == Some(&real))?;
        let b = self.choose(|l| l.ty.element() == Some(&real) && l.var != a.var)?;
        let cond = self.cond(1);
        let view = |l: &Local| super::build::reference(super::build::range(l.expr(), None, None), false);
        let ty = real.slice().reference();
        let chosen = Kind::If(Box::new(cond), yields(view(&a)), Some(yields(view(&b))));
        self.restrict(a.var, super::scope::Access::ReadOnly);
        self.restrict(b.var, super::scope::Access::ReadOnly);
        Some(vec![self.let_value(ty.clone(), expr(ty, chosen), false)])
    }

    /// `let [a, b] = v;` of an array, or `*v` of a reference to one.
    fn unpack(&mut self) -> Option<Stmt> {
        let real = self.real.clone();
        let local = self.choose(|l| matches!(l.ty.peeled(), Ty::Array(t, _) if **t == real))?;
        let Ty::Array(_, n) = local.ty.peeled().clone() else { return None };
        let init = super::build::deref(local.expr());
        let pats = (0..n)
            .map(|_| {
                let var = self.fresh();
                let mutable = self.coin(F::Mutation, 0.3);
                self.declare(var, real.clone(), mutable);
                Pat::Bind { var, mutable }
            })
            .collect();
        Some(Stmt::Let { pat: Pat::Array(pats), ty: None, init: Some(init) })
    }

    /// `mem::swap` of whole arrays, of rows, or `mem::replace` of an array.
    fn swap_arrays(&mut self) -> Option<Vec<Stmt>> {
        use super::scope::Access;
        let real = self.real.clone();
        let array = |l: &Local| l.writable() && matches!(l.ty, Ty::Array(..)) && super::floats::holds(&l.ty, &real);
        match self.dice.below(3) {
            0 => {
                let a = self.choose(array)?;
                let b = self.choose(|l| l.ty == a.ty && l.writable() && l.var != a.var);
                let Some(b) = b else {
                    let copy = self.let_value(a.ty.clone(), a.expr(), true);
                    return Some(vec![copy]);
                };
                Some(vec![Stmt::Do(Action::MemSwap, vec![a.expr(), b.expr()])])
            }
            1 => {
                let a = self.choose(array)?;
                let mark = self.enter();
                self.restrict(a.var, Access::Hidden);
                let fresh = self.value(&a.ty, 1);
                self.leave(mark);
                let old = expr(a.ty.clone(), Kind::Replace(Box::new(a.expr()), Box::new(fresh)));
                Some(vec![self.let_value(a.ty, old, true)])
            }
            _ => {
                let table = self.choose(|l| {
                    l.writable()
                        && matches!(l.ty.peeled(), Ty::Vec(_) | Ty::Array(..))
                        && l.ty.element().and_then(Ty::element) == Some(&real)
                })?;
                let element = table.ty.element()?.clone();
                let half = element.slice().mutable();
                let pair = Ty::Tuple(vec![half.clone(), half.clone()]);
                let one = usize_lit(1);
                let halves = expr(pair, Kind::SplitAt(Box::new(table.expr()), Box::new(one), true));
                let (a, b) = (self.fresh(), {
                    self.names.push("other_rows".into());
                    self.names.len() - 1
                });
                let row = |v: usize| index(expr(half.clone(), Kind::Var(v)), usize_lit(0));
                let stmts = vec![
                    Stmt::Let { pat: Pat::Tuple(vec![Pat::bind(a), Pat::bind(b)]), ty: None, init: Some(halves) },
                    Stmt::Do(Action::MemSwap, vec![row(a), row(b)]),
                ];
                Some(vec![Stmt::Expr(expr(Ty::Unit, Kind::Block(does(stmts))))])
            }
        }
    }

    /// `let t = (v.to_vec(), { v[0] = …; v[1] });`, or a list of copies with the change between them.
    fn late_change(&mut self) -> Option<Vec<Stmt>> {
        if self.closed > 0 {
            return None;
        }
        let real = self.real.clone();
        let fixed = |l: &Local| matches!(l.dims.first(), Some(Dim::Fixed(n)) if *n > 0);
        let local = self.choose(|l| l.ty.element() == Some(&real) && fixed(l) && l.writable())?;
        let Some(Dim::Fixed(n)) = local.dims.first().copied() else { return None };
        let v = local.expr();
        let at = |k: usize| index(v.clone(), usize_lit(k % n));
        let value = self.update(at(0), 1);
        let change = Stmt::Assign(at(0), value);
        let copy = || expr(real.clone().vec(), Kind::Clone(Box::new(v.clone()), true));
        let after = |tail: Expr| {
            let ty = tail.ty.clone();
            expr(ty, Kind::Block(Block { stmts: vec![change.clone()], tail: Some(Box::new(tail)) }))
        };
        let init = if self.dice.chance(0.7) {
            let parts = vec![copy(), after(at(1))];
            expr(Ty::Tuple(parts.iter().map(|p| p.ty.clone()).collect()), Kind::Tuple(parts))
        } else {
            let parts = vec![copy(), after(copy())];
            expr(real.clone().vec().array(2), Kind::Array(parts))
        };
        Some(vec![self.let_value(init.ty.clone(), init, false)])
    }

    fn replace(&mut self) -> Option<Vec<Stmt>> {
        if self.dice.chance(0.5) {
            let place = self.float_place(true)?;
            let mark = self.enter();
            self.restrict(super::values::base_of(&place)?, super::scope::Access::Hidden);
            let value = self.bounded(2);
            self.leave(mark);
            let old = expr(self.real.clone(), Kind::Replace(Box::new(place), Box::new(value)));
            return Some(vec![self.let_value(self.real.clone(), old, true)]);
        }
        let real = self.real.clone();
        let a = self.choose(|l| l.ty == real && l.writable())?;
        let b = self.choose(|l| l.ty == real && l.writable() && l.var != a.var)?;
        Some(vec![Stmt::Do(Action::MemSwap, vec![a.expr(), b.expr()])])
    }
}
