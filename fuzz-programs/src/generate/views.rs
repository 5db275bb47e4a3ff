//! Views that live for a block: sub-slices, the halves of a split, rows, chunks and windows.

use super::Gen;
use super::build::{bin, does, expr, len, reference, usize_lit};
use super::features::Feature as F;
use super::scope::{Access, Dim};
use crate::tree::{BinOp, Chain, Expr, Kind, Pat, Source, Stmt, Ty};

#[derive(Clone, Copy)]
enum V {
    Sub,
    Split,
    Chunks,
    Row,
}

impl Gen<'_> {
    pub(crate) fn view_statement(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        if self.closed > 0 {
            return None;
        }
        let p = self.weighted(&[
            (4.0, Some(F::SubSlices), V::Sub),
            (3.0, Some(F::SplitAt), V::Split),
            (3.0, Some(F::Chunks), V::Chunks),
            (2.0, Some(F::Arrays), V::Row),
        ]);
        match p {
            V::Sub if self.features.weight(F::SubSlices) > 0.0 => self.sub_view(depth),
            V::Sub => None,
            V::Split => self.split(depth),
            V::Chunks => self.chunks(depth),
            V::Row => self.row(depth),
        }
    }

    fn in_block(stmts: Vec<Stmt>) -> Stmt {
        Stmt::Expr(expr(Ty::Unit, Kind::Block(does(stmts))))
    }

    /// `let s = &v[a..b];` for the rest of the scope, or `{ let s = &mut v[a..b]; … }`.
    fn sub_view(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        let real = self.real.clone();
        if self.dice.chance(0.5) {
            let local = self.choose(|l| l.ty.element() == Some(&real))?;
            let view = reference(self.sub_slice(local.expr(), false), false);
            self.restrict(local.var, Access::ReadOnly);
            let ty = real.slice().reference();
            let stmt = self.let_value(ty, view, false);
            if let Stmt::Let { pat, init, .. } = stmt {
                return Some(vec![Stmt::Let { pat, ty: None, init }]);
            }
            return None;
        }
        let local = self.choose(|l| l.writable() && l.ty.element() == Some(&real))?;
        let mark = self.enter();
        let (half, k) = self.half_of(local.expr());
        let part = match self.dice.below(4) {
            0 => super::build::range(local.expr(), None, Some(k)),
            1 => super::build::range(local.expr(), Some(k), None),
            _ => self.sub_slice(local.expr(), true),
        };
        let view = reference(part, true);
        self.restrict(local.var, Access::Hidden);
        let var = self.fresh();
        self.declare(var, real.slice().mutable(), false);
        let mut stmts = vec![half, Stmt::Let { pat: Pat::bind(var), ty: None, init: Some(view) }];
        stmts.extend(self.stmts(2, depth));
        self.leave(mark);
        Some(vec![Self::in_block(stmts)])
    }

    /// `let half = v.len() / 2;`, because a mutable view cannot ask for the length on the way.
    fn half_of(&mut self, base: Expr) -> (Stmt, Expr) {
        let half = bin(BinOp::Div, len(base), usize_lit(2));
        let stmt = self.let_value(Ty::Usize, half, false);
        let local = self.scope.last_mut().expect("just declared");
        local.pinned = true;
        (stmt, local.expr())
    }

    fn split(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        let real = self.real.clone();
        let mutable = self.dice.chance(0.7);
        let local = self.choose(|l| l.ty.element() == Some(&real) && (!mutable || l.writable()))?;
        let mark = self.enter();
        let (let_half, half_len) = self.half_of(local.expr());
        let k = if self.dice.chance(0.3) { usize_lit(1) } else { half_len };
        let half = Ty::Ref(Box::new(real.slice()), mutable);
        let pair = Ty::Tuple(vec![half.clone(), half.clone()]);
        let halves = expr(pair, Kind::SplitAt(Box::new(local.expr()), Box::new(k), mutable));
        self.restrict(local.var, if mutable { Access::Hidden } else { Access::ReadOnly });
        let a = self.fresh();
        self.declare(a, half.clone(), false);
        let b = self.fresh();
        self.declare(b, half, false);
        let pat = Pat::Tuple(vec![Pat::bind(a), Pat::bind(b)]);
        let mut stmts = vec![let_half, Stmt::Let { pat, ty: None, init: Some(halves) }];
        let two = [a, b].map(|v| self.local(v).expect("just declared").expr());
        if self.coin(F::TwoViews, 1.0)
            && let Some(call) = self.call_on_two(&two[0], &two[1])
        {
            stmts.extend(call);
        }
        stmts.extend(self.stmts(3, depth));
        self.leave(mark);
        Some(vec![Self::in_block(stmts)])
    }

    /// `for c in v.chunks(2)`, `windows`, or their mutable forms.
    fn chunks(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        if self.loops.len() >= 3 {
            return None;
        }
        let real = self.real.clone();
        let mutable = self.features.weight(F::Mutation) > 0.0 && self.dice.chance(0.6);
        let local = self.choose(|l| l.ty.element() == Some(&real) && (!mutable || l.writable()))?;
        let k = 2 + self.dice.below(2);
        let base = local.expr();
        let (source, exact) = match (mutable, self.dice.below(3)) {
            (true, n) => (Source::ChunksMut(base, usize_lit(k), n == 0), n == 0),
            (false, 0) => (Source::Windows(base, usize_lit(k)), true),
            (false, n) => (Source::Chunks(base, usize_lit(k), n == 1), n == 1),
        };
        let mark = self.enter();
        self.restrict(local.var, if mutable { Access::Hidden } else { Access::ReadOnly });
        let item = Ty::Ref(Box::new(real.slice()), mutable);
        let var = self.fresh();
        let declared = self.declare(var, item.clone(), false);
        if exact {
            declared.dims = vec![Dim::Fixed(k)];
        }
        let chain = Chain { source, adaptors: Vec::new(), item };
        let stmt = self.for_over(Pat::bind(var), chain, depth);
        self.leave(mark);
        Some(vec![stmt])
    }

    /// `let row = &m[i];` or `{ let row = &mut m[i]; … }` of a nested array or table.
    fn row(&mut self, depth: u32) -> Option<Vec<Stmt>> {
        let real = self.real.clone();
        let mutable = self.dice.chance(0.5);
        let local = self.choose(|l| {
            l.ty.element().and_then(Ty::element) == Some(&real) && (!mutable || l.writable()) && l.dims.len() == 2
        })?;
        let i = self.index_of(&local.expr(), &local, 0, mutable);
        let place = super::build::index(local.expr(), i);
        let mark = self.enter();
        self.restrict(local.var, if mutable { Access::Hidden } else { Access::ReadOnly });
        let var = self.fresh();
        let view = reference(place, mutable);
        self.declare(var, view.ty.clone(), false).dims = vec![local.dims[1]];
        let mut stmts = vec![Stmt::Let { pat: Pat::bind(var), ty: None, init: Some(view) }];
        stmts.extend(self.stmts(2, depth));
        self.leave(mark);
        Some(vec![Self::in_block(stmts)])
    }
}
