//! Values of any type.

use super::Gen;
use super::build::{bin, call1, expr, float, range, reference, usize_lit};
use super::features::Feature as F;
use super::scope::{Access, Dim, Local};
use crate::ops::FloatFn;
use crate::tree::{BinOp, Expr, Kind, Ty};

impl Gen<'_> {
    pub(crate) fn value(&mut self, ty: &Ty, depth: u32) -> Expr {
        if *ty == self.real {
            return self.float(depth);
        }
        if ty.is_copy()
            && ty.element().is_some()
            && self.dice.chance(0.5)
            && let Some(local) = self.choose(|l| l.ty == *ty)
        {
            return local.expr();
        }
        match ty {
            Ty::Bool => self.cond(1),
            Ty::Usize | Ty::U8 | Ty::U32 | Ty::I32 | Ty::I64 => self.small_int(ty.clone()),
            Ty::Char => self.character(),
            Ty::ArrayN(_) => {
                let local = self.choose(|l| l.ty.peeled() == ty).expect("the parameter with N stays visible");
                super::build::deref(local.expr())
            }
            Ty::Unit => expr(Ty::Unit, Kind::Tuple(Vec::new())),
            Ty::Tuple(ts) => {
                let es = ts.iter().map(|t| self.value(t, depth)).collect();
                expr(ty.clone(), Kind::Tuple(es))
            }
            Ty::Array(t, n) => {
                if self.dice.chance(0.2) {
                    let e = self.value(t, depth);
                    return expr(ty.clone(), Kind::Repeat(Box::new(e), *n));
                }
                let es = (0..*n).map(|_| self.value(t, depth)).collect();
                expr(ty.clone(), Kind::Array(es))
            }
            Ty::Vec(t) => self.vec_value(t, depth),
            Ty::Record(_) => self.record_value(ty, depth),
            Ty::Ref(t, false) => {
                if let Some(local) = self.choose(|l| l.ty == *ty)
                    && self.dice.chance(0.7)
                {
                    return local.expr();
                }
                self.borrowed(t, depth)
            }
            // `&mut` values are made by the calls that need them.
            _ => unreachable!("no value of {ty:?}"),
        }
    }

    fn vec_value(&mut self, element: &Ty, depth: u32) -> Expr {
        let ty = element.clone().vec();
        if self.dice.chance(0.5)
            && let Some(local) = self.choose(|l| l.ty.element() == Some(element))
        {
            let to_vec = !matches!(local.ty.peeled(), Ty::Vec(_)) || self.dice.chance(0.3);
            return expr(ty, Kind::Clone(Box::new(local.expr()), to_vec));
        }
        if *element == self.real
            && self.coin(F::Chains, 0.3)
            && let Some(collected) = self.collected(depth)
        {
            return collected;
        }
        if self.dice.chance(0.4) {
            let (e, n) = (self.value(element, depth), self.count());
            return expr(ty, Kind::VecRepeat(Box::new(e), Box::new(n)));
        }
        let n = 1 + self.dice.below(3);
        let es = (0..n).map(|_| self.value(element, depth)).collect();
        expr(ty, Kind::VecList(es))
    }

    /// `&place` or `&literal` of a type behind a reference.
    fn borrowed(&mut self, target: &Ty, depth: u32) -> Expr {
        if let Ty::Slice(element) = target {
            if self.closed == 0
                && self.coin(F::SliceResults, 0.4)
                && let Some(call) = self.call_of(&target.clone().reference(), depth.min(1))
            {
                return call;
            }
            let found = self.choose(|l| l.ty.element() == Some(element));
            let Some(local) = found else {
                let list: Vec<Expr> = (0..3).map(|_| self.value(element, depth)).collect();
                let n = list.len();
                return reference(expr((**element).clone().array(n), Kind::Array(list)), false);
            };
            if self.coin(F::SubSlices, 0.3) {
                return reference(self.sub_slice(local.expr(), false), false);
            }
            return match local.ty.peeled() {
                Ty::Slice(_) if !matches!(local.ty, Ty::Ref(_, true)) => local.expr(),
                _ => reference(range(local.expr(), None, None), false),
            };
        }
        if let Some(local) = self.choose(|l| l.ty == *target) {
            return reference(local.expr(), false);
        }
        if target.record().is_some()
            && let Some(local) = self.choose(|l| l.ty.element() == Some(target))
        {
            let i = self.index_of(&local.expr(), &local, 0, false);
            return reference(super::build::index(local.expr(), i), false);
        }
        reference(self.value(target, depth), false)
    }

    /// `base[lo..hi]` that fits for most lengths. A mutable one cannot ask for the length on the way.
    pub(crate) fn sub_slice(&mut self, base: Expr, mutable: bool) -> Expr {
        if mutable {
            return match self.dice.below(3) {
                0 => range(base, Some(usize_lit(1)), None),
                1 => range(base, None, Some(usize_lit(2))),
                _ => range(base, Some(usize_lit(1)), Some(usize_lit(3))),
            };
        }
        let n = super::build::len(base.clone());
        let half = bin(BinOp::Div, n.clone(), usize_lit(2));
        match self.dice.below(4) {
            0 => range(base, Some(usize_lit(1)), None),
            1 => range(base, None, Some(half)),
            2 => range(base, Some(half), None),
            _ => range(base, Some(usize_lit(1)), Some(bin(BinOp::Sub, n, usize_lit(1)))),
        }
    }

    /// An expression that depends on much of what is in scope, so that little of a program is dead.
    pub(crate) fn summary(&mut self) -> Expr {
        let mut total = self.float(2);
        let n = 2 + self.dice.below(3);
        for _ in 0..n {
            let part = match self.dice.below(4) {
                0 => self.float_chain(1).unwrap_or_else(|| self.float_leaf()),
                _ => self.float_leaf(),
            };
            let op = *self.dice.pick(&[BinOp::Add, BinOp::Sub, BinOp::Mul]);
            total = bin(op, total, part);
        }
        total
    }

    /// Something to store into a place carried by a loop: kept small.
    pub(crate) fn update(&mut self, old: Expr, depth: u32) -> Expr {
        let change = self.bounded(depth);
        match self.dice.below(4) {
            0 => bin(BinOp::Add, bin(BinOp::Mul, float(&self.real, 0.5), old), change),
            1 if self.features.weight(F::Functions) > 0.0 => {
                let sum = bin(BinOp::Add, old, change);
                call1(FloatFn::Sin, vec![sum], false)
            }
            2 => change,
            _ => bin(BinOp::Mul, old, bin(BinOp::Sub, float(&self.real, 1.0), bin(BinOp::Mul, change.clone(), change))),
        }
    }

    /// `&mut` of a place of the given type, hidden until the scope is left.
    pub(crate) fn borrow_mut(&mut self, target: &Ty) -> Option<Expr> {
        match target {
            Ty::Slice(element) => {
                let local = self.choose(|l| l.writable() && l.ty.element() == Some(element))?;
                self.restrict(local.var, Access::Hidden);
                if matches!(local.ty, Ty::Ref(..)) && local.ty.peeled() == target && self.dice.chance(0.6) {
                    return Some(local.expr());
                }
                if !matches!(local.ty, Ty::Ref(..)) && self.coin(F::ByName, 0.3) {
                    return Some(reference(local.expr(), true));
                }
                let all = if self.coin(F::SubSlices, 0.2) {
                    self.sub_slice(local.expr(), true)
                } else {
                    range(local.expr(), None, None)
                };
                Some(reference(all, true))
            }
            t if *t == self.real => {
                let place = self.float_place(true)?;
                let base = base_of(&place);
                self.restrict(base?, Access::Hidden);
                Some(reference(place, true))
            }
            t => {
                let behind = t.clone().mutable();
                let fits =
                    |l: &Local| l.ty == *t || l.ty == behind || (t.record().is_some() && l.ty.element() == Some(t));
                let local = self.choose(|l| l.writable() && fits(l))?;
                if local.ty.element() == Some(t) && local.ty != *t {
                    let i = self.index_of(&local.expr(), &local, 0, true);
                    self.restrict(local.var, Access::Hidden);
                    return Some(reference(super::build::index(local.expr(), i), true));
                }
                self.restrict(local.var, Access::Hidden);
                Some(if local.ty == behind { local.expr() } else { reference(local.expr(), true) })
            }
        }
    }

    pub(crate) fn dims_of(&self, e: &Expr) -> Option<Vec<Dim>> {
        match &e.kind {
            Kind::Var(v) => self.local(*v).map(|l| l.dims.clone()),
            Kind::Clone(a, _) => self.dims_of(a),
            _ => None,
        }
    }
}

/// The variable that a place is part of.
pub(crate) fn base_of(place: &Expr) -> Option<usize> {
    match &place.kind {
        Kind::Var(v) => Some(*v),
        Kind::Index(a, _) | Kind::Field(a, _) | Kind::Deref(a) | Kind::Range(a, ..) | Kind::Ref(a, _) => base_of(a),
        _ => None,
    }
}
