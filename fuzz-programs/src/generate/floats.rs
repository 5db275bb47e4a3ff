//! Float expressions.

use super::build::{bin, call1, cast, deref, expr, field, float, index, int, len, neg, usize_lit, yields};
use super::features::Feature as F;
use super::scope::{Dim, Local};
use super::{Gen, conditions};
use crate::ops::{ALL, Domain, FloatFn};
use crate::records::{Member, Sort};
use crate::tree::{Arm, ArmPat, BinOp, Block, Expr, Kind, Ty, VarId};

#[derive(Clone, Copy)]
enum P {
    Leaf,
    Arithmetic,
    Divide,
    Function,
    Powi,
    Neg,
    If,
    Match,
    FloatMatch,
    SliceMatch,
    Block,
    Call,
    Closure,
    FromInt,
    Chain,
    Guard,
    Labelled,
    Stop,
    IndexEffect,
    Enum,
    Wrapped,
    Element,
    Search,
    Order,
}

impl Gen<'_> {
    pub(crate) fn literal(&mut self) -> Expr {
        const VALUES: &[f64] = &[0.5, 1.0, 2.0, 0.25, 1.5, 0.1, 3.0, 0.75, 1e-2, 0.3, 1.25, 0.7];
        let v = *self.dice.pick(VALUES);
        float(&self.real, v)
    }

    pub(crate) fn float(&mut self, depth: u32) -> Expr {
        self.budget -= 1;
        if depth == 0 || self.budget < 0 {
            return self.float_leaf();
        }
        let p = self.weighted(&[
            (14.0, None, P::Leaf),
            (30.0, None, P::Arithmetic),
            (6.0, None, P::Divide),
            (22.0, Some(F::Functions), P::Function),
            (4.0, Some(F::Functions), P::Powi),
            (3.0, None, P::Neg),
            (4.0, Some(F::If), P::If),
            (3.0, Some(F::Match), P::Match),
            (2.0, Some(F::FloatMatch), P::FloatMatch),
            (1.5, Some(F::SliceMatch), P::SliceMatch),
            (2.0, Some(F::Blocks), P::Block),
            (7.0, Some(F::Calls), P::Call),
            (6.0, Some(F::Closures), P::Closure),
            (4.0, Some(F::Casts), P::FromInt),
            (6.0, Some(F::Chains), P::Chain),
            (2.0, Some(F::NanGuard), P::Guard),
            (2.0, Some(F::Labelled), P::Labelled),
            (1.0, Some(F::StopGradient), P::Stop),
            (2.0, Some(F::IndexEffects), P::IndexEffect),
            (if self.records.is_empty() { 0.0 } else { 8.0 }, Some(F::Enums), P::Enum),
            (5.0, Some(F::Elements), P::Element),
            (if self.features.weight(F::Chains) > 0.0 { 5.0 } else { 0.0 }, Some(F::Searches), P::Search),
            (2.0, Some(F::Orderings), P::Order),
            (if self.failure.is_some() { 14.0 } else { 0.0 }, Some(F::Options), P::Wrapped),
        ]);
        let made = match p {
            P::Leaf => None,
            P::Arithmetic => {
                let op = *self.dice.pick(&[BinOp::Add, BinOp::Sub, BinOp::Mul, BinOp::Mul]);
                let (a, b) = (self.float(depth - 1), self.float(depth - 1));
                Some(bin(op, a, b))
            }
            P::Divide => {
                let a = self.float(depth - 1);
                let b = self.positive(depth - 1);
                let op = if self.dice.chance(0.12) { BinOp::Rem } else { BinOp::Div };
                Some(bin(op, a, b))
            }
            P::Function => Some(self.function_call(depth)),
            P::Powi => {
                let base = self.bounded(depth - 1);
                let n = if self.dice.chance(0.7) {
                    int(Ty::I32, *self.dice.pick(&[2, 3, 1, 4, 0]))
                } else {
                    self.small_int(Ty::I32)
                };
                let path = self.coin(F::CallForm, 1.0);
                Some(expr(self.real.clone(), Kind::Powi(Box::new(base), Box::new(n), path)))
            }
            P::Neg => Some(neg(self.float(depth - 1))),
            P::If => {
                let cond = self.cond(2);
                let (a, b) = (self.float_block(depth - 1), self.float_block(depth - 1));
                Some(expr(self.real.clone(), Kind::If(Box::new(cond), a, Some(b))))
            }
            P::Match => Some(self.match_expr(depth)),
            P::FloatMatch => Some(self.float_match(depth)),
            P::SliceMatch => self.slice_match(depth),
            P::Block => {
                let block = self.value_block(depth - 1);
                Some(expr(self.real.clone(), Kind::Block(block)))
            }
            P::Call => self.call_of(&self.real.clone(), depth - 1),
            P::Closure => self.closure_call(depth - 1),
            P::FromInt => Some(self.int_as_float()),
            P::Chain => self.float_chain(depth - 1),
            P::Guard => Some(self.guarded(depth - 1)),
            P::Labelled => Some(self.labelled(depth - 1)),
            P::Stop => {
                let e = self.float(depth - 1);
                Some(expr(self.real.clone(), Kind::Stop(Box::new(e))))
            }
            P::IndexEffect => self.counted_index(false),
            P::Enum => self.enum_float(depth - 1),
            P::Wrapped => self.wrapped_float(depth - 1),
            P::Element => self.element(depth - 1),
            P::Search => self.search(depth - 1),
            P::Order => self.by_order(depth - 1),
        };
        made.unwrap_or_else(|| self.float_leaf())
    }

    /// A block that yields a float, with a few statements of its own now and then.
    fn value_block(&mut self, depth: u32) -> Block {
        self.inside_value += 1;
        let mark = self.enter();
        let n = 1 + self.dice.below(2);
        let stmts = if self.closed > 0 { self.pure_lets(n) } else { self.stmts(n, 1) };
        let tail = self.float(depth);
        self.leave(mark);
        self.inside_value -= 1;
        Block { stmts, tail: Some(Box::new(tail)) }
    }

    /// `'l: { …; if cond { break 'l value; } …; value }`
    fn labelled(&mut self, depth: u32) -> Expr {
        let id = self.loop_count;
        self.loop_count += 1;
        self.loops.push(super::LoopContext { id, label: true, no_continue: true, value: true, block: true });
        self.inside_value += 1;
        let mark = self.enter();
        let mut stmts = if self.closed > 0 { self.pure_lets(1) } else { self.stmts(1, 1) };
        let cond = self.cond(1);
        let value = Some(self.float(depth.min(2)));
        stmts.push(super::build::if_then(cond, vec![crate::tree::Stmt::Break { id, label: true, value }]));
        if self.closed == 0 && self.dice.chance(0.5) {
            stmts.extend(self.stmts(1, 1));
        }
        let tail = Some(Box::new(self.float(depth)));
        self.leave(mark);
        self.inside_value -= 1;
        self.loops.pop();
        expr(self.real.clone(), Kind::Labelled(id, Block { stmts, tail }))
    }

    /// `v[{ k += 1; k % n }]` of a sequence with a known length and a counter.
    pub(crate) fn counted_index(&mut self, write: bool) -> Option<Expr> {
        if self.closed > 0 {
            return None;
        }
        let real = self.real.clone();
        let k = self.choose(|l| l.ty == Ty::Usize && l.writable())?;
        let fixed = |l: &Local| matches!(l.dims.first(), Some(Dim::Fixed(n)) if *n > 0);
        let v = self.choose(|l| l.ty.element() == Some(&real) && fixed(l) && (!write || l.writable()))?;
        let Some(Dim::Fixed(n)) = v.dims.first().copied() else { return None };
        let bump = crate::tree::Stmt::OpAssign(BinOp::Add, k.expr(), usize_lit(1));
        let at = bin(BinOp::Rem, k.expr(), usize_lit(n));
        let block = Block { stmts: vec![bump], tail: Some(Box::new(at)) };
        Some(index(v.expr(), expr(Ty::Usize, Kind::Block(block))))
    }

    pub(crate) fn float_block(&mut self, depth: u32) -> Block {
        if self.coin(F::Blocks, 0.25) { self.value_block(depth) } else { yields(self.float(depth)) }
    }

    /// Something in scope, or a literal.
    pub(crate) fn float_leaf(&mut self) -> Expr {
        if self.dice.chance(0.2) {
            return self.literal();
        }
        self.float_place(false).unwrap_or_else(|| self.literal())
    }

    /// A place that holds a float: a variable, an element, a field, what a reference points to.
    pub(crate) fn float_place(&mut self, write: bool) -> Option<Expr> {
        let real = self.real.clone();
        let reaches = |ty: &Ty| holds(ty, &real);
        let local = self.choose(|l| reaches(&l.ty) && (!write || l.writable()))?;
        self.descend(local.expr(), &local, 0, write)
    }

    /// Follows indices and fields from a base to a float.
    pub(crate) fn descend(&mut self, at: Expr, base: &Local, level: usize, write: bool) -> Option<Expr> {
        let peeled = at.ty.peeled().clone();
        if peeled == self.real {
            return Some(deref(at));
        }
        match peeled {
            Ty::Tuple(ts) => {
                let real = self.real.clone();
                let fields: Vec<usize> = (0..ts.len()).filter(|i| holds(&ts[*i], &real)).collect();
                let i = *self.dice.pick(&fields);
                self.descend(field(at, i), base, level, write)
            }
            Ty::Record(r) if r.sort == Sort::Struct => {
                let real = self.real.clone();
                let reaches = |m: &Member| holds(&m.ty, &real) && !(write && m.constant);
                let members = &r.variants[0].members;
                let fields: Vec<usize> = (0..members.len()).filter(|i| reaches(&members[*i])).collect();
                if fields.is_empty() {
                    return None;
                }
                let i = *self.dice.pick(&fields);
                self.descend(field(at, i), base, level, write)
            }
            Ty::Array(..) | Ty::Vec(_) | Ty::Slice(_) => {
                let i = self.index_of(&at, base, level, write);
                self.descend(index(at, i), base, level + 1, write)
            }
            _ => None,
        }
    }

    /// An index into `at`: a loop variable known to stay inside, or something made to fit.
    pub(crate) fn index_of(&mut self, at: &Expr, base: &Local, level: usize, write: bool) -> Expr {
        let fixed = match at.ty.peeled() {
            Ty::Array(_, n) => Some(Dim::Fixed(*n)),
            _ => None,
        };
        let dim = base.dims.get(level).copied().or(fixed);
        if self.dice.chance(0.8)
            && let Some(dim) = dim
            && let Some(i) = self.choose(|l| match (l.bound, dim) {
                (Some((Dim::Fixed(a), ..)), Dim::Fixed(b)) => a <= b,
                (Some((b, ..)), d) => b == d,
                _ => false,
            })
        {
            let (_, low, high) = i.bound.expect("chosen by its bound");
            return match self.dice.below(4) {
                0 if low > 0 => bin(BinOp::Sub, i.expr(), usize_lit(1)),
                1 if high > 0 => bin(BinOp::Add, i.expr(), usize_lit(1)),
                _ => i.expr(),
            };
        }
        if let Some(Dim::Fixed(n)) = dim
            && n > 0
        {
            return match self.choose(|l| l.ty == Ty::Usize) {
                Some(i) if self.dice.chance(0.3) => bin(BinOp::Rem, i.expr(), usize_lit(n)),
                _ => usize_lit(self.dice.below(n)),
            };
        }
        if write && matches!(at.ty.peeled(), Ty::Vec(_) | Ty::ArrayN(_)) {
            // rustc borrows a Vec before it evaluates the index of a store, so its length cannot be asked there.
            return match self.choose(|l| l.ty == Ty::Usize) {
                Some(i) => bin(BinOp::Rem, i.expr(), usize_lit(2)),
                None => usize_lit(self.dice.below(2)),
            };
        }
        match self.dice.below(5) {
            0 => usize_lit(0),
            1 => bin(BinOp::Sub, len(at.clone()), usize_lit(1)),
            2 if self.coin(F::Casts, 1.0) && level == 0 => {
                let x = self.float_scalar();
                let steer = cast(&Ty::Usize, call1(FloatFn::Abs, vec![x], false));
                bin(BinOp::Rem, steer, len(at.clone()))
            }
            _ => {
                let i = self.small_int(Ty::Usize);
                bin(BinOp::Rem, i, len(at.clone()))
            }
        }
    }

    /// A scalar variable (no indexing), or a literal.
    fn float_scalar(&mut self) -> Expr {
        let real = self.real.clone();
        self.choose(|l| l.ty == real).map_or_else(|| self.literal(), |l| l.expr())
    }

    /// A float in about [-1, 1].
    pub(crate) fn bounded(&mut self, depth: u32) -> Expr {
        let e = self.float(depth);
        if self.features.weight(F::Functions) == 0.0 {
            let square = bin(BinOp::Mul, e.clone(), e.clone());
            return bin(BinOp::Div, e, bin(BinOp::Add, float(&self.real, 1.0), square));
        }
        let f = *self.dice.pick(&[FloatFn::Sin, FloatFn::Tanh, FloatFn::Cos, FloatFn::Tanh]);
        self.apply_fn(f, vec![e])
    }

    /// A float away from zero.
    pub(crate) fn positive(&mut self, depth: u32) -> Expr {
        let e = if self.dice.chance(0.6) { self.float_leaf() } else { self.bounded(depth) };
        let start = self.literal();
        if self.dice.chance(0.4) && self.features.weight(F::Functions) > 0.0 {
            return bin(BinOp::Add, self.apply_fn(FloatFn::Abs, vec![e]), start);
        }
        bin(BinOp::Add, bin(BinOp::Mul, e.clone(), e), start)
    }

    pub(crate) fn apply_fn(&mut self, f: FloatFn, args: Vec<Expr>) -> Expr {
        let path = self.coin(F::CallForm, 1.0);
        call1(f, args, path)
    }

    fn function_call(&mut self, depth: u32) -> Expr {
        let f = loop {
            let f = *self.dice.pick(ALL);
            if !f.is_flat() || self.dice.chance(0.3) {
                break f;
            }
        };
        let d = depth - 1;
        let args = match f.domain() {
            Domain::Any => (0..f.arity()).map(|_| self.float(d)).collect(),
            Domain::Small => vec![self.bounded(d)],
            Domain::Positive => vec![self.positive(d)],
            Domain::Unit => vec![bin(BinOp::Mul, float(&self.real, 0.9), self.bounded(d))],
            Domain::AboveOne => {
                let e = self.float(d);
                vec![bin(BinOp::Add, bin(BinOp::Mul, e.clone(), e), float(&self.real, 1.5))]
            }
            Domain::Divisor => vec![self.float(d), self.positive(d)],
            Domain::Power => {
                let exponent = if self.dice.chance(0.5) { self.literal() } else { self.bounded(d) };
                vec![self.positive(d), exponent]
            }
            Domain::Log => {
                let base = bin(BinOp::Add, self.positive(d), float(&self.real, 1.5));
                vec![self.positive(d), base]
            }
            Domain::Clamp => {
                let lo = neg(self.literal());
                vec![self.float(d), lo, self.literal()]
            }
        };
        if self.real == Ty::F32 && !self.bare && self.dice.chance(0.1) {
            let wide: Vec<Expr> = args.into_iter().map(|a| cast(&Ty::F64, a)).collect();
            return cast(&Ty::F32, call1(f, wide, true));
        }
        self.apply_fn(f, args)
    }

    fn int_as_float(&mut self) -> Expr {
        let real = self.real.clone();
        match self.dice.below(4) {
            0 if real == Ty::F64 => {
                let i = self.small_int(Ty::I32);
                expr(real, Kind::From(Box::new(i)))
            }
            1 => {
                // Piecewise constant on the way through an integer.
                let x = self.float(1);
                let f = *self.dice.pick(&[FloatFn::Floor, FloatFn::Round, FloatFn::Ceil, FloatFn::Trunc]);
                let i = cast(&Ty::I64, self.apply_fn(f, vec![x]));
                cast(&real, i)
            }
            3 if self.coin(F::Chains, 0.25) => {
                let mark = self.enter();
                let chain = self.counted();
                self.leave(mark);
                let n = chain.unwrap_or_else(|| usize_lit(1));
                cast(&real, n)
            }
            2 if self.dice.chance(0.3) => {
                let flag = self.cond(0);
                cast(&real, cast(&Ty::I32, flag))
            }
            3 if real == Ty::F64 && self.coin(F::F32, 0.2) => {
                let narrow = cast(&Ty::F32, self.float(1));
                cast(&real, narrow)
            }
            2 => match self.choose(|l| matches!(l.ty, Ty::U8 | Ty::U32 | Ty::I64 | Ty::Char)) {
                Some(l) if l.ty == Ty::Char => {
                    let code = cast(&Ty::U32, l.expr());
                    cast(&real, bin(BinOp::Sub, code, int(Ty::U32, 96)))
                }
                Some(l) => cast(&real, self.small_int(l.ty)),
                None => cast(&real, self.small_int(Ty::I32)),
            },
            _ => cast(&real, self.small_int(Ty::Usize)),
        }
    }

    /// A function evaluated only where it is defined; the other branch must not see its NaN.
    fn guarded(&mut self, depth: u32) -> Expr {
        let x = self.float_leaf();
        let zero = float(&self.real, 0.0);
        let (f, cond) = match self.dice.below(3) {
            0 => (FloatFn::Sqrt, bin(BinOp::Gt, x.clone(), zero)),
            1 => (FloatFn::Ln, bin(BinOp::Gt, x.clone(), float(&self.real, 0.1))),
            _ => {
                let inside = Kind::Contains(-0.95, 0.95, self.dice.chance(0.5), Box::new(x.clone()));
                (FloatFn::Asin, expr(Ty::Bool, inside))
            }
        };
        let inner = self.apply_fn(f, vec![x]);
        let then = if self.dice.chance(0.5) { inner } else { bin(BinOp::Mul, inner, self.float(depth.min(1))) };
        let otherwise = self.float(depth);
        expr(self.real.clone(), Kind::If(Box::new(cond), yields(then), Some(yields(otherwise))))
    }

    fn match_expr(&mut self, depth: u32) -> Expr {
        let (scrutinee, pats) = self.scrutinee();
        // Guards only before a final `_`, which keeps the match complete.
        let open = matches!(pats.last(), Some((ArmPat::Wild, _)));
        let arms = pats
            .into_iter()
            .map(|(pat, binds)| {
                let mark = self.enter();
                if let Some((var, ty)) = binds {
                    self.declare(var, ty, false);
                }
                let guard = (open && (matches!(pat, ArmPat::Bind(_)) || self.dice.chance(0.1))).then(|| self.cond(1));
                let body = self.float_block(depth - 1);
                self.leave(mark);
                Arm { pat, guard, body }
            })
            .collect::<Vec<_>>();
        expr(self.real.clone(), Kind::Match(Box::new(scrutinee), conditions::closed_by_last(arms)))
    }

    fn float_match(&mut self, depth: u32) -> Expr {
        let scrutinee = self.float(depth - 1);
        let mut arms = Vec::new();
        for _ in 0..1 + self.dice.below(2) {
            let mark = self.enter();
            let var = self.fresh();
            self.declare(var, self.real.clone(), false);
            let x = expr(self.real.clone(), Kind::Var(var));
            let op = *self.dice.pick(&[BinOp::Lt, BinOp::Gt, BinOp::Le]);
            let guard = bin(op, x, self.literal());
            let body = yields(self.float(depth - 1));
            self.leave(mark);
            arms.push(Arm { pat: ArmPat::Bind(var), guard: Some(guard), body });
        }
        arms.push(Arm { pat: ArmPat::Wild, guard: None, body: yields(self.float(depth - 1)) });
        expr(self.real.clone(), Kind::Match(Box::new(scrutinee), arms))
    }

    fn slice_match(&mut self, depth: u32) -> Option<Expr> {
        let slice = self.real.clone().slice().reference();
        let local = self.choose(|l| l.ty == slice)?;
        let mut arms = Vec::new();
        for (n, open) in [(1, false), (2, true)] {
            let mark = self.enter();
            let vars: Vec<VarId> = (0..n)
                .map(|_| {
                    let var = self.fresh();
                    self.declare(var, self.real.clone().reference(), false);
                    var
                })
                .collect();
            let body = yields(self.float(depth - 1));
            self.leave(mark);
            arms.push(Arm {
                pat: ArmPat::Slice(vars.into_iter().map(ArmPat::Bind).collect(), open),
                guard: None,
                body,
            });
        }
        arms.push(Arm { pat: ArmPat::Slice(Vec::new(), false), guard: None, body: yields(self.literal()) });
        Some(expr(self.real.clone(), Kind::Match(Box::new(local.expr()), arms)))
    }
}

/// Whether a float of type `real` can be reached inside a value of type `ty`.
pub(crate) fn holds(ty: &Ty, real: &Ty) -> bool {
    match ty {
        t if t == real => true,
        Ty::Tuple(ts) => ts.iter().any(|t| holds(t, real)),
        Ty::Array(t, n) => *n > 0 && holds(t, real),
        Ty::Vec(t) | Ty::Slice(t) | Ty::Ref(t, _) => holds(t, real),
        Ty::Record(r) => r.sort == Sort::Struct && r.members().any(|m| !m.constant && holds(&m.ty, real)),
        _ => false,
    }
}
