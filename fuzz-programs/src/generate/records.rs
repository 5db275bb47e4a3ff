//! Structs and enums: their declarations, values, patterns and methods.

use super::Gen;
use super::build::{bin, deref, does, expr, field, index, int, neg, reference, yields};
use super::features::Feature as F;
use super::scope::{Access, Local};
use crate::records::{Member, Record, Sort, Variant};
use crate::tree::{Arm, ArmPat, BinOp, Block, Expr, Kind, Param, Pat, Stmt, Ty, VarId};
use std::sync::Arc;

const FIELDS: &[&str] = &["x", "y", "w", "gain", "bias", "rate", "slope", "data", "scale", "n", "on", "m", "z"];

impl Gen<'_> {
    /// The structs and enums of the program.
    pub(crate) fn declare_records(&mut self) {
        if self.coin(F::Structs, 0.45) {
            for name in ["Sa", "Sb"].iter().take(1 + self.dice.below(2)) {
                let made = self.record((*name).into(), Sort::Struct);
                self.records.push(Arc::new(made));
            }
        }
        if self.coin(F::Enums, 0.3) {
            let made = self.record("E".into(), Sort::Enum);
            self.records.push(Arc::new(made));
        }
        if self.coin(F::Options, 0.4) {
            let code = Member { name: "0".into(), ty: Ty::Usize, constant: false };
            let variant = |name: &str, members| Variant { name: name.into(), members, tuple: true };
            let variants = vec![variant("Low", Vec::new()), variant("High", vec![code])];
            let copy = self.dice.chance(0.5);
            self.failure = Some(Ty::Record(Arc::new(Record {
                name: "Failure".into(),
                sort: Sort::Enum,
                variants,
                copy,
                operators: false,
            })));
        }
    }

    fn record(&mut self, name: String, sort: Sort) -> Record {
        // Operators are of structs of floats.
        let simple = sort == Sort::Struct && self.features.weight(F::Operators) > 0.0 && self.coin(F::Operators, 0.7);
        let copyable = simple || self.dice.chance(0.5);
        let count = if sort == Sort::Struct { 1 } else { 2 + self.dice.below(2) };
        let mut variants = Vec::new();
        for k in 0..count {
            let tuple = self.dice.chance(if sort == Sort::Struct { 0.25 } else { 0.5 });
            // One variant holds nothing: results that a `return` leaves open start with a default value.
            let n = match sort {
                Sort::Enum if k + 1 == count => 0,
                Sort::Enum if k > 0 => 1 + self.dice.below(2),
                _ => 1 + self.dice.below(4),
            };
            let mut members: Vec<Member> = Vec::new();
            for i in 0..n {
                let (ty, constant) =
                    if simple || i == 0 && k == 0 { (self.real.clone(), false) } else { self.member_ty(copyable) };
                let free: Vec<&str> =
                    FIELDS.iter().copied().filter(|f| members.iter().all(|m: &Member| m.name != *f)).collect();
                let name = if tuple { i.to_string() } else { (*self.dice.pick(&free)).to_owned() };
                members.push(Member { name, ty, constant });
            }
            // The field that is always active need not be the first.
            if n > 1 && self.dice.chance(0.5) {
                let (a, b) = (members[0].ty.clone(), members[0].constant);
                (members[0].ty, members[0].constant) = (members[n - 1].ty.clone(), members[n - 1].constant);
                (members[n - 1].ty, members[n - 1].constant) = (a, b);
            }
            let name = if sort == Sort::Struct { name.clone() } else { ["Va", "Vb", "Vc"][k].into() };
            variants.push(Variant { name, members, tuple });
        }
        let copy = copyable && variants.iter().flat_map(|v| &v.members).all(|m| m.ty.is_copy());
        Record { name, sort, variants, copy, operators: simple }
    }

    fn member_ty(&mut self, copyable: bool) -> (Ty, bool) {
        let real = self.real.clone();
        let on = |f: F| self.features.weight(f) > 0.0;
        let (vecs, arrays, tuples) = (!copyable && on(F::Vecs), on(F::Arrays), on(F::Tuples));
        match self.dice.below(14) {
            0 => (Ty::Usize, false),
            1 => (Ty::Bool, false),
            2 => (Ty::I32, false),
            3 | 4 if self.coin(F::ConstantFields, 1.0) => match self.dice.below(3) {
                0 if vecs => (real.vec(), true),
                1 if arrays => (real.array(2), true),
                _ => (real, true),
            },
            5 if arrays => (real.array(2), false),
            6 | 7 if vecs => (real.vec(), false),
            8 if tuples => (Ty::Tuple(vec![real.clone(), real]), false),
            9 if self.coin(F::Options, 0.3) => (self.option(real), false),
            10 | 11 if !self.records.is_empty() => {
                let inner = self.dice.pick(&self.records).clone();
                if copyable && !inner.copy {
                    return (real, false);
                }
                let inner = Ty::Record(inner);
                (if !vecs || self.dice.chance(0.7) { inner } else { inner.vec() }, false)
            }
            _ => (real, false),
        }
    }

    /// A type of a parameter, a result or a variable.
    pub(crate) fn any_record(&mut self, sort: Option<Sort>) -> Option<Ty> {
        let found: Vec<Arc<Record>> =
            self.records.iter().filter(|r| sort.is_none_or(|s| r.sort == s)).cloned().collect();
        if found.is_empty() { None } else { Some(Ty::Record(self.dice.pick(&found).clone())) }
    }

    /// `S`, `&S`, `&mut S`, `&[S]`, … for a parameter.
    pub(crate) fn record_param(&mut self, in_out: bool) -> Option<Ty> {
        let ty = self.any_record(None)?;
        Some(match self.dice.below(10) {
            0..=2 => ty.reference(),
            3 | 4 => ty,
            5 | 6 if in_out => ty.mutable(),
            7 if in_out => ty.slice().mutable(),
            8 if self.features.weight(F::Vecs) > 0.0 => ty.vec(),
            _ => ty.slice().reference(),
        })
    }

    /// Something in scope of the type, as a value.
    fn copied(&mut self, ty: &Ty) -> Option<Expr> {
        let local = self.choose(|l| l.ty.peeled() == ty || l.ty.element() == Some(ty))?;
        let at = if local.ty.peeled() == ty {
            local.expr()
        } else {
            let i = self.index_of(&local.expr(), &local, 0, false);
            index(local.expr(), i)
        };
        Some(if ty.is_copy() { deref(at) } else { expr(ty.clone(), Kind::Clone(Box::new(at), false)) })
    }

    /// `s + t`, `s - t`, `s * x`, `-s`, and longer ones.
    fn operated(&mut self, ty: &Ty, left: Expr, depth: u32) -> Expr {
        let mut value = left;
        for _ in 0..1 + self.dice.below(2) {
            value = match self.dice.below(4) {
                0 => bin(BinOp::Add, value, self.record_value(ty, depth)),
                1 => bin(BinOp::Sub, value, self.record_value(ty, depth)),
                2 => bin(BinOp::Mul, value, self.float(depth.min(1))),
                _ => neg(value),
            };
        }
        value
    }

    pub(crate) fn record_value(&mut self, ty: &Ty, depth: u32) -> Expr {
        let Ty::Record(record) = ty.clone() else { unreachable!("a record, not {ty:?}") };
        if record.is_wrapper() {
            return self.wrapper_value(ty, depth);
        }
        if record.operators
            && depth > 0
            && self.dice.chance(0.5)
            && let Some(left) = self.copied(ty)
        {
            return self.operated(ty, left, depth - 1);
        }
        if self.dice.chance(0.35)
            && let Some(made) = self.copied(ty)
        {
            return made;
        }
        self.budget -= 2;
        if self.budget > 0
            && self.coin(F::Calls, 0.3)
            && let Some(call) = self.call_of(ty, depth.min(1))
        {
            return call;
        }
        let depth = depth.min(2);
        if depth > 0 && self.coin(F::If, 0.1) {
            let (cond, a, b) = (self.cond(1), self.record_value(ty, depth - 1), self.record_value(ty, depth - 1));
            return expr(ty.clone(), Kind::If(Box::new(cond), yields(a), Some(yields(b))));
        }
        let k = self.dice.below(record.variants.len());
        let members = &record.variants[k].members;
        let mut given: Vec<usize> = (0..members.len()).collect();
        let mut base = None;
        if record.sort == Sort::Struct && members.len() > 1 && self.dice.chance(0.25) {
            base = self.copied(ty);
            if base.is_some() {
                given.retain(|_| self.dice.chance(0.5));
                given.truncate(members.len() - 1);
            }
        }
        if !record.variants[k].tuple && self.dice.chance(0.3) {
            given.reverse();
        }
        let fields = given
            .into_iter()
            .map(|i| {
                let m = &members[i];
                let value =
                    if m.constant { self.constant_value(&m.ty) } else { self.value(&m.ty, depth.saturating_sub(1)) };
                (i, value)
            })
            .collect();
        expr(ty.clone(), Kind::Construct(k, fields, base.map(Box::new)))
    }

    /// A part of a variant or struct in a pattern: a name, or the parts of a nested struct.
    fn part_pat(&mut self, m: &Member, by: Option<bool>, bound: &mut Vec<VarId>) -> ArmPat {
        if let Some(inner) = m.ty.structure().filter(|_| m.ty.record().is_some())
            && self.dice.chance(0.4)
            && (by.is_some() || inner.copy)
        {
            let Ty::Record(inner) = m.ty.clone() else { unreachable!("a struct") };
            return ArmPat::Variant(inner.clone(), 0, self.parts(&inner, 0, by, bound));
        }
        let taken = self.scope.iter().any(|l| self.names[l.var] == m.name);
        let var = if taken || m.name.starts_with(char::is_numeric) {
            self.fresh()
        } else {
            self.names.push(m.name.clone());
            self.names.len() - 1
        };
        let ty = match by {
            None => m.ty.clone(),
            Some(mutable) => Ty::Ref(Box::new(m.ty.clone()), mutable && !m.constant),
        };
        self.declare(var, ty, false);
        if let (Some(true), true) = (by, m.constant) {
            // Bound by `&mut` all the same: nothing may use it.
            self.restrict(var, Access::Hidden);
        }
        bound.push(var);
        ArmPat::Bind(var)
    }

    /// Patterns for some of the parts; what they bind is declared, as references if `by` says so.
    fn parts(&mut self, r: &Arc<Record>, k: usize, by: Option<bool>, bound: &mut Vec<VarId>) -> Vec<(usize, ArmPat)> {
        let mut out = Vec::new();
        for (i, m) in r.variants[k].members.iter().enumerate() {
            if self.dice.chance(0.75) {
                out.push((i, self.part_pat(m, by, bound)));
            }
        }
        out
    }

    /// What is matched, with how its parts are bound: by reference (`true` when `&mut`) or by value.
    fn matched(&mut self, local: &Local, change: bool) -> (Expr, Option<bool>) {
        let ty = local.ty.peeled().clone();
        match local.ty {
            Ty::Ref(_, mutable) => {
                // A closure that borrows by `&mut` would itself have to be mutable.
                let by = mutable && local.access == Access::Free && self.closed == 0;
                self.restrict(local.var, if by { Access::Hidden } else { Access::ReadOnly });
                if by || !mutable {
                    return (local.expr(), Some(by));
                }
                (reference(deref(local.expr()), false), Some(false))
            }
            _ if change && local.writable() => {
                self.restrict(local.var, Access::Hidden);
                (reference(local.expr(), true), Some(true))
            }
            _ if ty.is_copy() && self.dice.chance(0.5) => (local.expr(), None),
            _ => {
                self.restrict(local.var, Access::ReadOnly);
                (reference(local.expr(), false), Some(false))
            }
        }
    }

    /// `match e { E::V { x, .. } if c => …, … }` with arms made by `body`.
    fn match_enum(&mut self, ty: Ty, change: bool, body: &mut dyn FnMut(&mut Self) -> Block) -> Option<Expr> {
        let local = self.choose(|l| l.ty.peeled().record().is_some_and(|r| r.sort == Sort::Enum))?;
        let Ty::Record(record) = local.ty.peeled().clone() else { return None };
        let outer = self.enter();
        let (scrutinee, by) = self.matched(&local, change);
        let mut arms = Vec::new();
        let mut open = false;
        for k in 0..record.variants.len() {
            let mark = self.enter();
            if self.dice.chance(0.8) {
                let pat = ArmPat::Variant(record.clone(), k, self.parts(&record, k, by, &mut Vec::new()));
                let guard = self.dice.chance(0.2).then(|| {
                    self.closed += 1;
                    let cond = self.cond(1);
                    self.closed -= 1;
                    cond
                });
                open |= guard.is_some();
                let body = body(self);
                arms.push(Arm { pat, guard, body });
            } else {
                open = true;
            }
            self.leave(mark);
        }
        if arms.len() > 1 && self.dice.chance(0.3) {
            arms.rotate_left(1);
        }
        if open {
            let mark = self.enter();
            arms.push(Arm { pat: ArmPat::Wild, guard: None, body: body(self) });
            self.leave(mark);
        }
        self.leave(outer);
        Some(expr(ty, Kind::Match(Box::new(scrutinee), arms)))
    }

    pub(crate) fn enum_float(&mut self, depth: u32) -> Option<Expr> {
        let real = self.real.clone();
        self.match_enum(real, false, &mut |g| g.float_block(depth))
    }

    pub(crate) fn record_statement(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        let mutable = self.features.weight(F::Mutation) > 0.0;
        match self.dice.below(10) {
            0 | 1 => {
                let ty = self.any_record(None)?;
                let init = self.record_value(&ty, 2);
                Some(vec![self.let_value(ty, init, mutable)])
            }
            2 if self.closed == 0 && mutable => {
                // A whole value anew, also of another variant.
                let local = self.choose(|l| {
                    l.writable()
                        && (l.ty.peeled().record().is_some() || l.ty.element().is_some_and(|t| t.record().is_some()))
                })?;
                let target = match local.ty.element() {
                    Some(_) => {
                        let i = self.index_of(&local.expr(), &local, 0, true);
                        index(local.expr(), i)
                    }
                    None => deref(local.expr()),
                };
                let ty = target.ty.clone();
                let value = self.value(&ty, 2);
                Some(vec![Stmt::Assign(target, value)])
            }
            3 => self.unpack_struct(),
            4 if self.closed == 0 && depth > 0 => {
                // `s = match s { V0 { x } => V1 { … }, … }`
                let target =
                    self.choose(|l| l.writable() && l.ty.peeled().record().is_some_and(|r| r.sort == Sort::Enum))?;
                let place = deref(target.expr());
                let ty = place.ty.clone();
                let made = self.match_enum(ty.clone(), false, &mut |g| yields(g.record_value(&ty, 1)))?;
                Some(vec![Stmt::Assign(place, made)])
            }
            5 => self.move_record(),
            6 => {
                // `let v = s.w;` by a name of its own, or a reference to a part.
                let local = self.choose(|l| l.ty.structure().is_some())?;
                let place = deref(local.expr());
                let part = reference(place, false);
                self.restrict(local.var, Access::ReadOnly);
                let ty = part.ty.clone();
                Some(vec![self.let_value(ty, part, false)])
            }
            _ if depth > 0 && self.closed == 0 => {
                let made = self.match_enum(Ty::Unit, true, &mut |g| {
                    let n = 1 + g.dice.below(2);
                    does(g.stmts(n, depth - 1))
                })?;
                Some(vec![Stmt::Expr(made)])
            }
            _ => None,
        }
    }

    /// `let S { x, w: v, .. } = s;`, `… = &s;`
    fn unpack_struct(&mut self) -> Option<Vec<Stmt>> {
        let local = self.choose(|l| l.ty.structure().is_some())?;
        let Ty::Record(record) = local.ty.peeled().clone() else { return None };
        let (init, by) = self.matched(&local, false);
        // A `let` leaves its names in scope, and the place borrowed with them.
        let mut bound = Vec::new();
        let parts = self.parts(&record, 0, by, &mut bound);
        let pat = self.irrefutable(ArmPat::Variant(record, 0, parts));
        Some(vec![Stmt::Let { pat, ty: None, init: Some(init) }])
    }

    fn irrefutable(&mut self, pat: ArmPat) -> Pat {
        match pat {
            ArmPat::Bind(var) => Pat::bind(var),
            ArmPat::Variant(r, _, parts) => {
                Pat::Record(r, parts.into_iter().map(|(i, p)| (i, self.irrefutable(p))).collect())
            }
            other => unreachable!("{other:?} is not made for structs"),
        }
    }

    /// `let b = a;` where `a` is gone.
    fn move_record(&mut self) -> Option<Vec<Stmt>> {
        let here = self.loops.len();
        if self.closed > 0 || self.inside_value > 0 {
            return None;
        }
        let local = self.choose(|l| {
            l.place.is_none() && l.ty.record().is_some() && l.access == Access::Free && l.loop_depth == here
        })?;
        if !local.ty.is_copy() {
            self.scope.iter_mut().filter(|l| l.var == local.var).for_each(|l| l.moved = true);
        }
        Some(vec![self.let_value(local.ty.clone(), local.expr(), true)])
    }

    /// Two different fields of one struct for a call that changes both.
    pub(crate) fn two_fields(&mut self) -> Option<Vec<Stmt>> {
        let local = self.choose(|l| l.writable() && l.ty.structure().is_some())?;
        let members = local.ty.structure()?.variants[0].members.clone();
        let places: Vec<Expr> = (0..members.len())
            .filter(|i| !members[*i].constant)
            .map(|i| reference(field(local.expr(), i), true))
            .collect();
        let mut pairs = Vec::new();
        for (i, a) in places.iter().enumerate() {
            pairs.extend(places.iter().enumerate().filter(|(j, _)| i != *j).map(|(_, b)| (a.clone(), b.clone())));
        }
        while !pairs.is_empty() {
            let at = self.dice.below(pairs.len());
            let (a, b) = pairs.swap_remove(at);
            if let Some(made) = self.call_on_two(&a, &b) {
                return Some(made);
            }
        }
        None
    }

    /// Parameters for a helper that is given two fields of a struct, if there is a struct with two.
    pub(crate) fn two_field_params(&mut self) -> Option<[Ty; 2]> {
        let ty = self.any_record(Some(Sort::Struct))?;
        let members = &ty.structure()?.variants[0].members;
        let active: Vec<Ty> =
            members.iter().filter(|m| !m.constant && m.ty.is_active()).map(|m| m.ty.clone()).collect();
        let [a, .., b] = &active[..] else { return None };
        Some([a.clone().mutable(), b.clone().mutable()])
    }

    /// The receiver's type of a new method, if it has one, and the type it belongs to.
    pub(crate) fn method_home(&mut self) -> Option<(Arc<Record>, Option<Ty>)> {
        let Ty::Record(r) = self.any_record(None)? else { return None };
        let ty = Ty::Record(r.clone());
        let receiver = match self.dice.below(6) {
            0 | 1 => Some(ty.reference()),
            2 => Some(ty),
            3 | 4 if self.features.weight(F::InOut) > 0.0 => Some(ty.mutable()),
            _ => None,
        };
        Some((r, receiver))
    }

    /// The first parameter becomes `self`.
    pub(crate) fn name_self(&mut self, params: &[Param]) {
        let var = params[0].var;
        self.names[var] = "self".into();
        self.pin(var);
    }

    /// A constant value of a record: what its fields hold is constant.
    pub(crate) fn constant_record(&mut self, ty: &Ty) -> Expr {
        let Ty::Record(r) = ty.clone() else { unreachable!("a record") };
        let k = self.dice.below(r.variants.len());
        let fields = (0..r.variants[k].members.len())
            .map(|i| {
                let m = &r.variants[k].members[i];
                (i, if m.ty.is_active() { self.constant_value(&m.ty) } else { self.plain(&m.ty) })
            })
            .collect();
        expr(ty.clone(), Kind::Construct(k, fields, None))
    }

    fn plain(&mut self, ty: &Ty) -> Expr {
        match ty {
            Ty::Bool => expr(Ty::Bool, Kind::Bool(self.dice.chance(0.5))),
            Ty::Usize | Ty::I32 => int(ty.clone(), self.dice.below(4) as i64),
            ty => self.value(ty, 1),
        }
    }
}
