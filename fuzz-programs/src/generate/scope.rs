//! What a program under construction may use at each point: names in scope, and what rustc's borrow checker allows.

use super::Gen;
use crate::tree::{Expr, Kind, Ty, VarId};

/// What may be done with a local now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Access {
    Free,
    /// Borrowed: read only.
    ReadOnly,
    /// Mutably borrowed: not usable.
    Hidden,
}

/// The length of a sequence, as far as it is known by name: an index with the same bound is inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Dim {
    Fixed(usize),
    LenOf(VarId),
    Count(VarId),
}

#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(crate) var: VarId,
    /// A field of the struct in the variable, which may be used like a variable.
    pub(crate) place: Option<Expr>,
    pub(crate) ty: Ty,
    /// Declared `mut`.
    pub(crate) mutable: bool,
    pub(crate) access: Access,
    pub(crate) moved: bool,
    /// May not be shadowed: a construct under way still needs its name.
    pub(crate) pinned: bool,
    /// For a sequence: its lengths, outermost first.
    pub(crate) dims: Vec<Dim>,
    /// For an index variable: what it stays below, and by how much it stays away from both ends.
    pub(crate) bound: Option<(Dim, usize, usize)>,
    pub(crate) loop_depth: usize,
    /// Holds no derivative: a `#[constant]` parameter that nothing changes.
    pub(crate) constant: bool,
    /// For a bound closure: the number of float parameters.
    pub(crate) closure: Option<usize>,
}

impl Local {
    /// Whether values behind this local may be stored to.
    pub(crate) fn writable(&self) -> bool {
        self.access == Access::Free
            && !self.moved
            && match self.ty {
                Ty::Ref(_, mutable) => mutable,
                _ => self.mutable,
            }
    }

    pub(crate) fn expr(&self) -> Expr {
        self.place.clone().unwrap_or_else(|| Expr { ty: self.ty.clone(), kind: Kind::Var(self.var) })
    }
}

pub(crate) struct Mark {
    len: usize,
    access: Vec<Access>,
}

const NAMES: &[&str] = &[
    "a", "b", "c", "d", "e", "g", "h", "p", "q", "r", "s", "t", "u", "v", "w", "z", "acc", "sum", "phi", "rho", "lo",
    "tmp", "mean", "K", "Q1", "λ", "θ", "dx", "rate", "x_bar", "total", "step", "y0", "cur", "grad", "value", "out",
    "again",
];

impl Gen<'_> {
    pub(crate) fn enter(&mut self) -> Mark {
        Mark { len: self.scope.len(), access: self.scope.iter().map(|l| l.access).collect() }
    }

    /// Leaves a scope: its locals are gone and its borrows end.
    pub(crate) fn leave(&mut self, mark: Mark) {
        self.scope.truncate(mark.len);
        for (local, access) in self.scope.iter_mut().zip(mark.access) {
            local.access = access;
        }
    }

    /// A new name that shadows nothing.
    pub(crate) fn fresh(&mut self) -> VarId {
        let base = *self.dice.pick(NAMES);
        let taken = |name: &str| self.scope.iter().any(|l| self.names[l.var] == name);
        let mut name = base.to_owned();
        let mut k = 1;
        while taken(&name) {
            k += 1;
            name = format!("{base}_{k}");
        }
        self.names.push(name);
        self.names.len() - 1
    }

    /// A new variable with the name of a visible one, if any may be shadowed.
    pub(crate) fn shadowing(&mut self) -> Option<VarId> {
        let candidates: Vec<VarId> =
            self.visible().filter(|l| !l.pinned && l.ty.element().is_none()).map(|l| l.var).collect();
        if candidates.is_empty() {
            return None;
        }
        let old = *self.dice.pick(&candidates);
        self.names.push(self.names[old].clone());
        Some(self.names.len() - 1)
    }

    pub(crate) fn declare(&mut self, var: VarId, ty: Ty, mutable: bool) -> &mut Local {
        self.declare_parts(var, &Expr { ty: ty.clone(), kind: Kind::Var(var) }, mutable, 2);
        let mut dims = Vec::new();
        if let Some(mut element) = ty.element() {
            dims.push(match ty.peeled() {
                Ty::Array(_, n) => Dim::Fixed(*n),
                _ => Dim::LenOf(var),
            });
            while let Ty::Array(inner, n) = element {
                dims.push(Dim::Fixed(*n));
                element = inner;
            }
        }
        self.scope.push(Local {
            var,
            place: None,
            pinned: ty.element().is_some(),
            ty,
            mutable,
            access: Access::Free,
            moved: false,
            dims,
            bound: None,
            loop_depth: self.loops.len(),
            constant: false,
            closure: None,
        });
        self.scope.last_mut().expect("just pushed")
    }

    /// The fields of a struct, in front of the struct itself.
    fn declare_parts(&mut self, var: VarId, at: &Expr, mutable: bool, depth: usize) {
        let Some(record) = at.ty.structure() else { return };
        let writable = match at.ty {
            Ty::Ref(_, m) => m,
            _ => mutable,
        };
        let record = record.clone();
        for (i, m) in record.variants[0].members.iter().enumerate() {
            let place = super::build::field(at.clone(), i);
            if depth > 0 {
                self.declare_parts(var, &place, writable, depth - 1);
            }
            let dims = match &m.ty {
                Ty::Array(_, n) => vec![Dim::Fixed(*n)],
                _ => Vec::new(),
            };
            self.scope.push(Local {
                var,
                ty: m.ty.clone(),
                place: Some(place),
                pinned: true,
                mutable: writable && !m.constant,
                access: Access::Free,
                moved: false,
                dims,
                bound: None,
                loop_depth: self.loops.len(),
                constant: false,
                closure: None,
            });
        }
    }

    /// The usable locals, newest first.
    pub(crate) fn visible(&self) -> impl Iterator<Item = &Local> {
        self.scope
            .iter()
            .enumerate()
            .rev()
            .filter(|(i, l)| {
                l.access != Access::Hidden
                    && !l.moved
                    && self.scope[i + 1..]
                        .iter()
                        .all(|newer| newer.var == l.var || self.names[newer.var] != self.names[l.var])
            })
            .map(|(_, l)| l)
    }

    /// A random usable local that satisfies the predicate; newer ones are likelier.
    pub(crate) fn choose(&mut self, predicate: impl Fn(&Local) -> bool) -> Option<Local> {
        let found: Vec<Local> = self.visible().filter(|l| predicate(l)).cloned().collect();
        if found.is_empty() {
            return None;
        }
        let n = found.len();
        let i = self.dice.below(n).min(self.dice.below(n));
        Some(found[i].clone())
    }

    pub(crate) fn restrict(&mut self, var: VarId, access: Access) {
        for local in &mut self.scope {
            if local.var == var && local.access != Access::Hidden {
                local.access = access;
            }
        }
    }

    /// Everything an expression names becomes read-only: a closure or view that lives on borrows it.
    pub(crate) fn freeze_named(&mut self, e: &Expr) {
        let mut named = Vec::new();
        crate::walk::each_in(e, &mut |e| {
            if let Kind::Var(v) = e.kind {
                named.push(v);
            }
        });
        named.into_iter().for_each(|v| self.restrict(v, Access::ReadOnly));
    }

    pub(crate) fn local(&self, var: VarId) -> Option<&Local> {
        self.scope.iter().find(|l| l.var == var && l.place.is_none())
    }

    pub(crate) fn pin(&mut self, var: VarId) {
        self.scope.iter_mut().filter(|l| l.var == var).for_each(|l| l.pinned = true);
    }
}
