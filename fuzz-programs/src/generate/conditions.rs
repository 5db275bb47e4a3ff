//! Integers, conditions, and what `match` looks at.

use super::Gen;
use super::build::{bin, call1, cast, expr, float, int, len, usize_lit};
use super::features::Feature as F;
use crate::ops::FloatFn;
use crate::tree::{Arm, ArmPat, BinOp, Expr, IntFn, Kind, Predicate, Ty, VarId};

/// A pattern and the variable it binds, if any.
pub(crate) type Covering = (ArmPat, Option<(VarId, Ty)>);

/// The last arm catches everything.
pub(crate) fn closed_by_last(mut arms: Vec<Arm>) -> Vec<Arm> {
    if let Some(last) = arms.last_mut() {
        last.guard = None;
    }
    arms
}

impl Gen<'_> {
    /// A small integer of the given type.
    pub(crate) fn small_int(&mut self, ty: Ty) -> Expr {
        let local = self.choose(|l| l.ty == ty);
        let Some(local) = local.filter(|_| self.dice.chance(0.85)) else {
            if matches!(ty, Ty::I32 | Ty::I64)
                && self.coin(F::Casts, 0.5)
                && let Some(n) = self.choose(|l| l.ty == Ty::Usize)
            {
                return cast(&ty, n.expr());
            }
            return int(ty, self.dice.below(4) as i64);
        };
        let x = local.expr();
        let signed = matches!(ty, Ty::I32 | Ty::I64);
        let two = |e: Expr, f: IntFn, k: i64| {
            expr(e.ty.clone(), Kind::IntFn(f, Box::new(e.clone()), Box::new(int(e.ty.clone(), k))))
        };
        match self.dice.below(9) {
            0 => bin(BinOp::Add, x, int(ty, 1)),
            1 => bin(BinOp::Rem, x, int(ty, 3)),
            2 => bin(BinOp::Mul, int(ty, 2), x),
            3 if !signed => two(x, IntFn::SaturatingSub, 1),
            4 if self.dice.chance(0.3) => bin(BinOp::Rem, two(x, IntFn::Max, 1), int(ty, 4)),
            4 => two(x, IntFn::Min, 3),
            5 if signed => two(x, IntFn::RemEuclid, 4),
            6 if signed => bin(BinOp::Sub, x, int(ty, 1)),
            7 if self.dice.chance(0.3) => {
                bin(BinOp::Rem, bin(BinOp::Shl, int(ty.clone(), 1), bin(BinOp::Rem, x, int(ty.clone(), 3))), int(ty, 3))
            }
            7 => bin(BinOp::BitAnd, x, int(ty, 1)),
            _ => x,
        }
    }

    pub(crate) fn character(&mut self) -> Expr {
        match self.choose(|l| l.ty == Ty::Char) {
            Some(c) if self.dice.chance(0.7) => c.expr(),
            _ => int(Ty::Char, 97 + self.dice.below(8) as i64),
        }
    }

    /// A trip count.
    pub(crate) fn count(&mut self) -> Expr {
        if self.features.weight(F::Functions) > 0.0 && self.coin(F::Newton, 0.15) {
            // By active data.
            let size = call1(FloatFn::Abs, vec![self.float_leaf()], false);
            let n = cast(&Ty::Usize, bin(BinOp::Mul, size, float(&self.real, 2.0)));
            return expr(Ty::Usize, Kind::IntFn(IntFn::Min, Box::new(n), Box::new(usize_lit(4))));
        }
        match self.dice.below(4) {
            0 => usize_lit(1 + self.dice.below(4)),
            1 => {
                let sequence = self.choose(|l| l.ty.element().is_some());
                sequence.map_or_else(|| usize_lit(3), |l| len(l.expr()))
            }
            _ => self.small_int(Ty::Usize),
        }
    }

    pub(crate) fn cond(&mut self, depth: u32) -> Expr {
        self.steady += 1;
        let made = self.any_cond(depth);
        self.steady -= 1;
        made
    }

    fn any_cond(&mut self, depth: u32) -> Expr {
        self.budget -= 1;
        match self.dice.below(12) {
            0 if depth > 0 => {
                let op = *self.dice.pick(&[BinOp::And, BinOp::Or]);
                let (a, b) = (self.cond(depth - 1), self.cond(depth - 1));
                bin(op, a, b)
            }
            10 if self.coin(F::AnyAll, 1.0) => self.any_all().unwrap_or_else(|| self.float_cond()),
            11 if self.coin(F::Chars, 0.5) => match self.choose(|l| l.ty == Ty::Char) {
                Some(c) => bin(*self.dice.pick(&[BinOp::Eq, BinOp::Ne, BinOp::Lt]), c.expr(), self.character()),
                None => self.float_cond(),
            },
            1 if depth > 0 => expr(Ty::Bool, Kind::Not(Box::new(self.cond(depth - 1)))),
            2 => match self.choose(|l| l.ty == Ty::Bool) {
                Some(b) => b.expr(),
                None => self.float_cond(),
            },
            3 | 4 => {
                let i = self.small_int(Ty::Usize);
                match self.dice.below(3) {
                    0 => bin(BinOp::Eq, bin(BinOp::Rem, i, usize_lit(2)), usize_lit(0)),
                    1 => bin(BinOp::Lt, i, usize_lit(2)),
                    _ => bin(BinOp::Ge, i, usize_lit(1)),
                }
            }
            5 => match self.choose(|l| l.ty.element().is_some()) {
                Some(l) => expr(Ty::Bool, Kind::Not(Box::new(expr(Ty::Bool, Kind::IsEmpty(Box::new(l.expr())))))),
                None => self.float_cond(),
            },
            6 => {
                let p = *self.dice.pick(&[Predicate::Nan, Predicate::Finite, Predicate::SignNegative]);
                let x = self.float(1);
                expr(Ty::Bool, Kind::Predicate(p, Box::new(x)))
            }
            7 if self.real == Ty::F64 => {
                let (lo, width) = (self.dice.float(-1.0, 0.5), self.dice.float(0.2, 1.5));
                let lo = (lo * 16.0).round() / 16.0;
                let hi = lo + (width * 16.0).round() / 16.0;
                let x = self.float_leaf();
                expr(Ty::Bool, Kind::Contains(lo, hi, self.dice.chance(0.5), Box::new(x)))
            }
            8 if self.features.weight(F::Functions) > 0.0 => {
                // `max == r`: a float equality that chooses a branch.
                let (a, b) = (self.float_leaf(), self.float_leaf());
                let largest = call1(FloatFn::Max, vec![a.clone(), b], false);
                bin(BinOp::Eq, largest, a)
            }
            _ => self.float_cond(),
        }
    }

    fn float_cond(&mut self) -> Expr {
        let op = *self.dice.pick(&[BinOp::Lt, BinOp::Gt, BinOp::Le, BinOp::Ge]);
        let a = self.float(1);
        let b = if self.dice.chance(0.6) { self.literal() } else { self.float(1) };
        bin(op, a, b)
    }

    /// A scrutinee and patterns that cover it, each with what it binds.
    pub(crate) fn scrutinee(&mut self) -> (Expr, Vec<Covering>) {
        let plain = |pats: Vec<ArmPat>| pats.into_iter().map(|p| (p, None)).collect::<Vec<_>>();
        if self.coin(F::Chars, 0.6)
            && let Some(c) = self.choose(|l| l.ty == Ty::Char)
        {
            let either = ArmPat::Or(vec![ArmPat::Char('b'), ArmPat::Char('d')]);
            let var = self.fresh();
            let mut pats = plain(vec![ArmPat::Char('a'), either, ArmPat::Chars('e', 'h')]);
            if self.dice.chance(0.3) {
                pats.push((ArmPat::Bind(var), Some((var, Ty::Char))));
            }
            pats.push((ArmPat::Wild, None));
            return (c.expr(), pats);
        }
        match self.dice.below(6) {
            0 => {
                let b = self.cond(1);
                (b, plain(vec![ArmPat::Bool(true), ArmPat::Bool(false)]))
            }
            1 if self.features.weight(F::Tuples) > 0.0 => {
                let (a, b) = (self.cond(1), self.cond(1));
                let pair = expr(Ty::Tuple(vec![Ty::Bool, Ty::Bool]), Kind::Tuple(vec![a, b]));
                let pat = |a, b| ArmPat::Tuple(vec![a, b]);
                let yes = || ArmPat::Bool(true);
                (pair, plain(vec![pat(yes(), yes()), pat(ArmPat::Bool(false), ArmPat::Wild), ArmPat::Wild]))
            }
            2 if self.features.weight(F::Casts) > 0.0 => {
                // A bare cast of an active float, used as a condition only.
                let x = self.float(1);
                let i = cast(&Ty::I32, bin(BinOp::Mul, x, float(&self.real, 2.0)));
                (i, plain(vec![ArmPat::Between(-1, 0), ArmPat::From(1), ArmPat::Wild]))
            }
            3 => {
                let i = self.small_int(Ty::Usize);
                let var = self.fresh();
                (
                    i,
                    vec![
                        (ArmPat::Or(vec![ArmPat::Int(0), ArmPat::Int(2)]), None),
                        (ArmPat::Bind(var), Some((var, Ty::Usize))),
                        (ArmPat::Wild, None),
                    ],
                )
            }
            _ => {
                let i = self.small_int(Ty::Usize);
                (i, plain(vec![ArmPat::Int(0), ArmPat::Int(1), ArmPat::Between(2, 3), ArmPat::Wild]))
            }
        }
    }
}
