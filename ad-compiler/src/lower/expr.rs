//! Expressions.

use super::env::{Closure, Operand, RangeOperand};
use super::location::start;
use super::{Lower, peeled};
use crate::ir::ty::Class;
use crate::ir::{BinOp, CopyHow, Count, Init, OpKind, Place, Proj, Ty, Value};
use crate::messages as m;
use proc_macro2::Span;
use quote::ToTokens;
use std::rc::Rc;
use syn::spanned::Spanned;
use syn::{Expr, ExprBinary, Lit};

impl Lower<'_> {
    /// Lowers an expression. `want` is the type that the context asks for, where it does.
    pub(super) fn expr(&mut self, e: &Expr, want: Option<&Ty>) -> Operand {
        let span = start(e);
        match e {
            Expr::Lit(l) => self.literal(&l.lit, want),
            Expr::Path(p) => self.path(p),
            Expr::Paren(p) => self.expr(&p.expr, want),
            Expr::Group(g) => self.expr(&g.expr, want),
            Expr::Unary(u) => self.unary(u, want),
            Expr::Binary(b) => self.binary_expr(b, want),
            Expr::Assign(a) => self.assign(&a.left, &a.right),
            Expr::Block(b) => match &b.label {
                Some(label) => self.labelled_block(label.name.ident.to_string(), &b.block, want),
                None => self.block(&b.block, want),
            },
            Expr::If(i) => self.if_expr(i, want),
            Expr::Match(m) => self.match_expr(m, want),
            Expr::ForLoop(f) => self.for_loop(f),
            Expr::While(w) if Self::let_chain(&w.cond).is_some() => self.while_let(w),
            Expr::While(w) => self.while_loop(w),
            Expr::Loop(l) => self.plain_loop(l),
            Expr::Break(b) => self.break_expr(b),
            Expr::Continue(c) => {
                let label = c.label.as_ref().map(|l| l.ident.to_string());
                match self.target(label.as_deref()) {
                    Some(t) => self.leave(t, true, span),
                    None => Operand::Never,
                }
            }
            Expr::Return(r) => self.return_expr(r),
            Expr::Call(c) => self.call_expr(c, want),
            Expr::MethodCall(c) => self.method_call(c, want),
            Expr::Macro(mac) => self.macro_call(&mac.mac, want),
            Expr::Index(i) => self.index(i),
            Expr::Field(f) => match &f.member {
                syn::Member::Unnamed(n) => {
                    let base = self.expr(&f.base, None);
                    self.field(base, n.index, span)
                }
                syn::Member::Named(name) => {
                    let base = self.expr(&f.base, None);
                    self.named_field(base, name)
                }
            },
            Expr::Tuple(t) if t.elems.is_empty() => Operand::Unit,
            Expr::Tuple(t) => {
                let wants: Vec<Option<Ty>> = match want.map(|w| self.func.types.head(w)) {
                    Some(Ty::Tuple(tys)) if tys.len() == t.elems.len() => tys.into_iter().map(Some).collect(),
                    _ => vec![None; t.elems.len()],
                };
                let mut parts = Vec::new();
                for (i, (e, w)) in t.elems.iter().zip(&wants).enumerate() {
                    let op = self.expr(e, w.as_ref());
                    let mut op = self.settled(op, start(e));
                    if t.elems.iter().skip(i + 1).any(may_write) {
                        op = self.secured(op, start(e));
                    }
                    if matches!(op, Operand::Never) {
                        return Operand::Never;
                    }
                    parts.push(op);
                }
                Operand::Tuple(parts)
            }
            Expr::Array(a) => self.list(a.elems.iter(), false, want, span),
            Expr::Repeat(r) => {
                let elem_want = want.and_then(|w| self.func.types.head(w).element().cloned());
                let elem = self.expr(&r.expr, elem_want.as_ref());
                let ty = self.ty_of(&elem);
                let Some(init) = self.as_repeated_init(elem, span) else { return Operand::Never };
                let len = Count::Const(r.len.to_token_stream());
                let ty =
                    Ty::Array(Box::new(peeled(&ty)), crate::ir::ty::Len::Known(r.len.to_token_stream().to_string()));
                Operand::Fresh(Init::Repeat { elem: Box::new(init), len, vec: false }, ty)
            }
            Expr::Reference(r) => self.reference(r, want),
            Expr::Cast(c) => self.cast(c),
            Expr::Closure(c) => self.closure(c),
            Expr::Range(r) => self.range(r),
            Expr::Const(c) => {
                let ty = self.func.types.fresh();
                Operand::Value(self.push_value(OpKind::Path(c.to_token_stream()), ty, span))
            }
            Expr::Infer(_) => Operand::Unit,
            Expr::Struct(s) => self.struct_expr(s),
            Expr::Try(t) => self.question_mark(t),
            Expr::Let(_) | Expr::Unsafe(_) | Expr::Async(_) | Expr::Await(_) => self.fenced(span),
            Expr::RawAddr(_) | Expr::TryBlock(_) | Expr::Yield(_) | Expr::Verbatim(_) => self.fenced(span),
            _ => self.fenced(span),
        }
    }

    /// What the fence refuses never gets here.
    pub(super) fn fenced(&mut self, span: Span) -> Operand {
        self.sink.error(span, m::INTERNAL, "syntax that the fence should have refused");
        Operand::Never
    }

    fn closure(&mut self, c: &syn::ExprClosure) -> Operand {
        let mut env = self.env.clone();
        if c.capture.is_some() {
            // `move` copies what it captures now: later changes on either side are not seen on the other.
            env.open();
            let names = crate::emit::identifiers(&c.body.to_token_stream());
            let mut names: Vec<String> = names.into_iter().collect();
            names.sort();
            for name in names {
                let Some(binding) = self.env.get(&name).cloned() else { continue };
                if let Some(copy) = self.captured(&name, binding.operand, start(&c.body)) {
                    let region = self.cur;
                    env.bind(name, copy, region);
                }
            }
        }
        Operand::Closure(Rc::new(Closure { syntax: c.clone(), env, region: self.cur }))
    }

    /// What a `move` closure has of a variable: a copy, unless nothing can change it or it moves.
    fn captured(&mut self, name: &str, operand: Operand, span: Span) -> Option<Operand> {
        match operand {
            Operand::Place(p) if !self.is_immutable(&p) => {
                let ty = self.func.place_ty(&p);
                if super::place::holds_vec(&self.func.types.resolve(&ty)) {
                    return None;
                }
                let init = self.as_init(Operand::Place(p), span)?;
                let var = self.declare(name, ty, init, span);
                self.mutable.insert(var);
                Some(Operand::Place(Place::whole(var)))
            }
            Operand::Tuple(parts) => {
                let parts = parts.into_iter().map(|p| self.captured(name, p.clone(), span).unwrap_or(p)).collect();
                Some(Operand::Tuple(parts))
            }
            _ => None,
        }
    }

    /// An expression as a scalar.
    pub(super) fn scalar(&mut self, e: &Expr, want: Option<&Ty>) -> Option<Value> {
        let op = self.expr(e, want);
        self.as_value(op, want, start(e))
    }

    /// Reads scalar places now: what follows may write to them.
    pub(super) fn settled(&mut self, operand: Operand, span: Span) -> Operand {
        match operand {
            Operand::Place(p) => {
                if self.is_scalar_place(&p) || self.is_open_and_mutable(&p) {
                    Operand::Value(self.load(&p, span))
                } else {
                    Operand::Place(p)
                }
            }
            Operand::Tuple(parts) => Operand::Tuple(parts.into_iter().map(|p| self.settled(p, span)).collect()),
            // An element of whichever slice was chosen.
            Operand::Choice(which, of) if of.iter().all(|o| matches!(o, Operand::Place(_))) => {
                let done = self.choose(which, &of, span, |this, o| {
                    let o = this.settled(o, span);
                    Some(this.copied(o, CopyHow::Bits, span))
                });
                done.unwrap_or(Operand::Never)
            }
            other => other,
        }
    }

    /// Copies an aggregate that may change before it is used.
    pub(super) fn secured(&mut self, operand: Operand, span: Span) -> Operand {
        match operand {
            Operand::Place(p) if !self.is_immutable(&p) => {
                let ty = self.func.place_ty(&p);
                let Some(init) = self.as_init(Operand::Place(p), span) else { return Operand::Never };
                if let Init::Scalar(v) = init {
                    return Operand::Value(v);
                }
                Operand::Owned(self.declare("copy", ty, init, span))
            }
            // `(v.clone(), { v[0] = 1.0; 2.0 })`: the copy is made now.
            Operand::Fresh(init, ty) if self.reads_what_changes(&init) => {
                Operand::Owned(self.declare("copy", ty, init, span))
            }
            Operand::Tuple(parts) => Operand::Tuple(parts.into_iter().map(|p| self.secured(p, span)).collect()),
            other => other,
        }
    }

    /// Whether what a variable would begin with depends on when that is.
    fn reads_what_changes(&self, init: &Init) -> bool {
        match init {
            Init::Uninit | Init::Scalar(_) | Init::NewVec { .. } | Init::Shape(_) => false,
            Init::Repeat { elem, .. } => self.reads_what_changes(elem),
            Init::List { elems, .. } | Init::Tuple(elems) => elems.iter().any(|e| self.reads_what_changes(e)),
            Init::Record { fields, rest, .. } => {
                fields.iter().any(|(_, e)| self.reads_what_changes(e))
                    || rest.iter().any(|(p, _)| !self.is_immutable(p))
            }
            Init::Copy { from: p, .. } | Init::Move(p) | Init::ZeroLike(p) => !self.is_immutable(p),
            Init::Take(_) | Init::Popped(_) => true,
        }
    }

    /// A place of open type that may change must be read now; then it is taken for a scalar.
    fn is_open_and_mutable(&mut self, p: &Place) -> bool {
        let ty = self.func.place_ty(p);
        let ty = self.func.types.resolve(&ty);
        matches!(ty, Ty::Var(_)) && !self.is_immutable(p) && !p.path.is_empty()
    }

    fn literal(&mut self, lit: &Lit, want: Option<&Ty>) -> Operand {
        let span = lit.span();
        let ty = match lit {
            Lit::Int(i) => match i.suffix() {
                "" => self.func.types.fresh_of(Class::IntLiteral),
                "f64" => Ty::F64,
                "f32" => Ty::Float(crate::ir::Float::F32),
                s => crate::ir::ty::INTS.iter().find(|n| **n == s).map_or(Ty::USIZE, |n| Ty::Int(n)),
            },
            Lit::Float(f) => match f.suffix() {
                "f32" => Ty::Float(crate::ir::Float::F32),
                "f64" => Ty::F64,
                _ => self.func.types.fresh_of(Class::FloatLiteral),
            },
            Lit::Bool(_) => Ty::Bool,
            Lit::Char(_) => Ty::Char,
            Lit::Byte(_) => Ty::Int("u8"),
            Lit::Str(_) | Lit::ByteStr(_) | Lit::CStr(_) => Ty::Ref(Box::new(Ty::Str), false),
            _ => self.func.types.fresh(),
        };
        if let Some(want) = want {
            let _ = self.func.types.unify(&ty, want);
        }
        Operand::Value(self.push_value(OpKind::literal(lit), ty, span))
    }

    fn path(&mut self, p: &syn::ExprPath) -> Operand {
        if p.qself.is_none()
            && let Some(id) = p.path.get_ident()
        {
            let name = id.to_string();
            if let Some(binding) = self.env.get(&name) {
                return binding.operand.clone();
            }
        }
        Operand::Path(Rc::new(self.of_float(p)))
    }

    /// `f64::max` of `Real::max`, where an alias that is seen says that `Real` is a float.
    fn of_float(&mut self, p: &syn::ExprPath) -> syn::ExprPath {
        let mut out = p.clone();
        if p.qself.is_none()
            && let [of, _] = &p.path.segments.iter().collect::<Vec<_>>()[..]
            && let Ty::Float(float) = self.func.types.alias_of(&of.ident)
            && let Some(name) = float.known().filter(|name| of.ident != name)
            && let Some(first) = out.path.segments.first_mut()
        {
            first.ident = syn::Ident::new(name, of.ident.span());
        }
        out
    }

    fn unary(&mut self, u: &syn::ExprUnary, want: Option<&Ty>) -> Operand {
        let span = u.op.span();
        match u.op {
            syn::UnOp::Deref(_) => self.expr(&u.expr, None).dereferenced(),
            syn::UnOp::Neg(_) => {
                // `-1.0` is a literal for the reader and for rustc.
                let of = self.expr(&u.expr, want);
                if let Some(done) = self.struct_negation(&u.expr, &of, want, span) {
                    return done;
                }
                let Some(v) = self.as_value(of, want, start(&u.expr)) else { return Operand::Never };
                let ty = peeled(&self.func.values[v.index()].ty);
                Operand::Value(self.push_value(OpKind::Neg(v), ty, span))
            }
            syn::UnOp::Not(_) => {
                let Some(v) = self.scalar(&u.expr, None) else { return Operand::Never };
                let ty = peeled(&self.func.values[v.index()].ty);
                Operand::Value(self.push_value(OpKind::Not(v), ty, span))
            }
            _ => self.fenced(span),
        }
    }

    fn binary_expr(&mut self, b: &ExprBinary, want: Option<&Ty>) -> Operand {
        use syn::BinOp as S;
        let span = start(&b.left);
        let (op, assign) = match &b.op {
            S::Add(_) => (BinOp::Add, false),
            S::Sub(_) => (BinOp::Sub, false),
            S::Mul(_) => (BinOp::Mul, false),
            S::Div(_) => (BinOp::Div, false),
            S::Rem(_) => (BinOp::Rem, false),
            S::And(_) => return self.short_circuit(&b.left, &b.right, true),
            S::Or(_) => return self.short_circuit(&b.left, &b.right, false),
            S::BitXor(_) => (BinOp::BitXor, false),
            S::BitAnd(_) => (BinOp::BitAnd, false),
            S::BitOr(_) => (BinOp::BitOr, false),
            S::Shl(_) => (BinOp::Shl, false),
            S::Shr(_) => (BinOp::Shr, false),
            S::Eq(_) => (BinOp::Eq, false),
            S::Lt(_) => (BinOp::Lt, false),
            S::Le(_) => (BinOp::Le, false),
            S::Ne(_) => (BinOp::Ne, false),
            S::Ge(_) => (BinOp::Ge, false),
            S::Gt(_) => (BinOp::Gt, false),
            S::AddAssign(_) => (BinOp::Add, true),
            S::SubAssign(_) => (BinOp::Sub, true),
            S::MulAssign(_) => (BinOp::Mul, true),
            S::DivAssign(_) => (BinOp::Div, true),
            S::RemAssign(_) => (BinOp::Rem, true),
            S::BitXorAssign(_) => (BinOp::BitXor, true),
            S::BitAndAssign(_) => (BinOp::BitAnd, true),
            S::BitOrAssign(_) => (BinOp::BitOr, true),
            S::ShlAssign(_) => (BinOp::Shl, true),
            S::ShrAssign(_) => (BinOp::Shr, true),
            _ => return self.fenced(span),
        };
        if assign {
            return self.compound_assign(op, &b.left, &b.right, span);
        }
        let operand_want = self.operand_want(op, want);
        let left = self.expr(&b.left, operand_want);
        if op.is_comparison()
            && let Operand::Tuple(parts) = left
        {
            return self.compare_tuples(op, parts, &b.right, span);
        }
        if op.is_comparison()
            && let Operand::Maybe(..) | Operand::Ordering(_) = left
        {
            return self.compare_lazily(op, left, &b.right, span);
        }
        let left = match self.left_operand(left, operand_want, &b.right, start(&b.left)) {
            Operand::Never => return Operand::Never,
            left => left,
        };
        let right = self.expr(&b.right, None);
        if let Some(done) = self.struct_operator(op, b, &left, &right, want, span) {
            return done;
        }
        let Some(left) = self.as_value(left, operand_want, start(&b.left)) else { return Operand::Never };
        let Some(right) = self.as_value(right, None, start(&b.right)) else { return Operand::Never };
        Operand::Value(self.binary(op, left, right, span))
    }

    fn compare_tuples(&mut self, op: BinOp, left: Vec<Operand>, right: &Expr, span: Span) -> Operand {
        let right = self.expr(right, None);
        if !matches!(op, BinOp::Eq | BinOp::Ne) {
            self.sink.error(span, m::TUPLE_COMPARISON, "");
            return Operand::Never;
        }
        let mut all: Option<Value> = None;
        for (i, l) in left.into_iter().enumerate() {
            let r = self.field(right.clone(), i as u32, span);
            let (Some(l), Some(r)) = (self.as_value(l, None, span), self.as_value(r, None, span)) else {
                return Operand::Never;
            };
            let eq = self.binary(BinOp::Eq, l, r, span);
            all = Some(match all {
                None => eq,
                Some(a) => self.binary(BinOp::And, a, eq, span),
            });
        }
        let Some(all) = all else { return Operand::Never };
        Operand::Value(if op == BinOp::Eq { all } else { self.push_value(OpKind::Not(all), Ty::Bool, span) })
    }

    /// `a && b`: the right side is computed only if it is needed, unless computing it can neither fail nor be seen.
    fn short_circuit(&mut self, left: &Expr, right: &Expr, and: bool) -> Operand {
        let span = start(left);
        let Some(l) = self.scalar(left, Some(&Ty::Bool)) else { return Operand::Never };
        self.lazy_and(l, and, span, |this| this.scalar(right, Some(&Ty::Bool))).map_or(Operand::Never, Operand::Value)
    }

    /// `l && right()` (or `l || right()`).
    pub(super) fn lazy_and(
        &mut self,
        l: Value,
        and: bool,
        span: Span,
        right: impl FnOnce(&mut Self) -> Option<Value>,
    ) -> Option<Value> {
        let mut right = Some(right);
        self.lazy_and_of(l, and, span, &mut |this| right.take()?(this))
    }

    /// Compiled once for all closures.
    fn lazy_and_of(
        &mut self,
        l: Value,
        and: bool,
        span: Span,
        right: &mut dyn FnMut(&mut Self) -> Option<Value>,
    ) -> Option<Value> {
        let mut r = None;
        let mut arm = self.arm(|this| {
            r = right(this);
            r.map_or(Operand::Never, Operand::Value)
        });
        let short = |this: &mut Self| {
            let known = if and { "false" } else { "true" };
            this.lit(known, Ty::Bool, span)
        };
        let Some(r) = r else {
            // `ok || return x`: who goes on did not come here.
            let els = self.func.region(Some(self.cur));
            let (then, els) = if and { (arm.start, els) } else { (els, arm.start) };
            self.push(OpKind::If { cond: l, then, els }, span);
            self.absorb_and_guard(&arm, span);
            return Some(short(self));
        };
        let simple =
            arm.end == arm.start && self.func.regions[arm.start.index()].iter().all(|op| self.cannot_fail(&op.kind));
        if simple {
            // Nothing can go wrong in it: it joins this region.
            let ops = std::mem::take(&mut self.func.regions[arm.start.index()]);
            for op in &ops {
                if let Some(v) = op.result {
                    self.func.values[v.index()].region = self.cur;
                }
            }
            let cur = self.cur;
            self.func.regions[cur.index()].extend(ops);
            return Some(self.binary(if and { BinOp::And } else { BinOp::Or }, l, r, span));
        }
        let var = self.declare("holds", Ty::Bool, Init::Uninit, span);
        self.append(&mut arm, |this| this.store(&Place::whole(var), Init::Scalar(r), span));
        let short = self.arm(|this| {
            let v = short(this);
            this.store(&Place::whole(var), Init::Scalar(v), span);
            Operand::Unit
        });
        let (then, els) = if and { (arm.start, short.start) } else { (short.start, arm.start) };
        self.push(OpKind::If { cond: l, then, els }, span);
        self.absorb(&short);
        self.touched(var);
        self.absorb_and_guard(&arm, span);
        Some(self.load(&Place::whole(var), span))
    }

    fn cannot_fail(&self, kind: &OpKind) -> bool {
        match kind {
            OpKind::Load(p) => p.path.is_empty(),
            other => crate::ir::purity(&self.func, other) == crate::ir::Purity::Pure,
        }
    }

    // ---- references, indexing, casts ----

    fn reference(&mut self, r: &syn::ExprReference, want: Option<&Ty>) -> Operand {
        let span = r.and_token.span;
        let mutable = r.mutability.is_some();
        let inner = want.map(|w| w.peel().clone());
        // `&[1.5, 2.5]` is a constant of the program: rustc promotes it.
        if !mutable && is_constant_array(&r.expr) {
            let tokens = r.expr.to_token_stream();
            let elem = inner.as_ref().and_then(|i| self.func.types.head(i).element().cloned());
            return Operand::Ref(Place::whole(self.constant_array(tokens, elem, span)), false);
        }
        match self.expr(&r.expr, inner.as_ref()) {
            Operand::Place(p) => {
                if mutable {
                    self.known.remove(&p.base);
                }
                Operand::Ref(p, mutable)
            }
            // `&u` of `u: &mut [f64]` is a `&[f64]` wherever that is wanted.
            Operand::Ref(p, m) => Operand::Ref(p, m && mutable),
            Operand::Owned(var) => Operand::Ref(Place::whole(var), mutable),
            Operand::Fresh(init, ty) => Operand::Ref(Place::whole(self.declare("temp", ty, init, span)), mutable),
            Operand::Path(p) => {
                // `&TABLE`; functions by reference are refused where they are called.
                let var = self.extern_var(&p.path);
                Operand::Ref(Place::whole(var), mutable)
            }
            // A tuple of locals: a reference to it is a tuple of references.
            Operand::Tuple(parts) => Operand::Tuple(parts.into_iter().map(|p| referenced(p, mutable)).collect()),
            // A part of whichever slice was chosen, or that slice again.
            choice @ Operand::Choice(..) => {
                let mutable = mutable && choice.reference() != Some(false);
                choice.dereferenced().referenced(mutable)
            }
            Operand::Iter(iter) if mutable => self.iter_by_ref(*iter, span),
            // What is left of a range is state that is not followed.
            Operand::Range(_) if mutable => {
                self.sink.error_over(r, m::ITERATOR_STATE, "");
                Operand::Never
            }
            Operand::Value(v) if mutable => {
                let ty = self.func.values[v.index()].ty.clone();
                Operand::Ref(Place::whole(self.declare("temp", ty, Init::Scalar(v), span)), true)
            }
            other => other,
        }
    }

    fn index(&mut self, i: &syn::ExprIndex) -> Operand {
        let span = start(&i.expr);
        let base = self.expr(&i.expr, None);
        if matches!(base, Operand::Never) {
            return Operand::Never;
        }
        let index = self.expr(&i.index, Some(&Ty::USIZE));
        match index {
            Operand::Range(r) => {
                let step = Proj::Range { lo: r.lo, hi: r.hi, inclusive: r.inclusive };
                for v in [r.lo, r.hi].into_iter().flatten() {
                    let ty = self.func.values[v.index()].ty.clone();
                    let _ = self.func.types.unify(&ty, &Ty::USIZE);
                }
                self.project(base, step, span)
            }
            other => match self.as_value(other, Some(&Ty::USIZE), start(&i.index)) {
                Some(v) => self.project(base, Proj::Index(v), span),
                None => Operand::Never,
            },
        }
    }

    /// The tokens of a type that is a name the compiler does not know.
    fn unseen_name(&mut self, ty: &syn::Type) -> Option<String> {
        // Without leave for open names it is what it is in a signature.
        match Ty::parse(ty, &mut self.func.types.of_signatures()) {
            Ty::Other(name) => Some(name),
            _ => None,
        }
    }

    fn cast(&mut self, c: &syn::ExprCast) -> Operand {
        let span = c.as_token.span;
        let ty = Ty::parse(&c.ty, &mut self.func.types);
        let operand = self.expr(&c.expr, None);
        if let (Operand::Ref(..) | Operand::Tuple(_) | Operand::Fresh(..), true) = (&operand, !ty.is_scalar()) {
            return operand;
        }
        let Some(v) = self.as_value(operand, None, span) else { return Operand::Never };
        if let Some(name) = self.unseen_name(&c.ty) {
            // Of integers it is a number of that type, whichever it is. Of floats it may be what keeps the derivative, or
            // what cuts it.
            let from = peeled(&self.func.ty(v));
            let inert = self.func.types.is_int(&from) || matches!(from, Ty::Bool | Ty::Char) || self.casts.contains(&v);
            if !inert {
                self.sink.error_over(&c.ty, m::UNSEEN_CAST, crate::diag::text(c.ty.to_token_stream()));
                return Operand::Never;
            }
            let cast = self.push_value(OpKind::Cast(v, Ty::Other(name)), ty, span);
            self.casts.insert(cast);
            return Operand::Value(cast);
        }
        Operand::Value(self.push_value(OpKind::Cast(v, ty.clone()), ty, span))
    }

    fn range(&mut self, r: &syn::ExprRange) -> Operand {
        let lo = match &r.start {
            Some(e) => match self.scalar(e, None) {
                Some(v) => Some(v),
                None => return Operand::Never,
            },
            None => None,
        };
        let hi = match &r.end {
            Some(e) => match self.scalar(e, None) {
                Some(v) => Some(v),
                None => return Operand::Never,
            },
            None => None,
        };
        if let (Some(a), Some(b)) = (lo, hi) {
            let (ta, tb) = (self.func.values[a.index()].ty.clone(), self.func.values[b.index()].ty.clone());
            let _ = self.func.types.unify(&ta, &tb);
        }
        Operand::Range(Rc::new(RangeOperand { lo, hi, inclusive: matches!(r.limits, syn::RangeLimits::Closed(_)) }))
    }

    /// `[a, b, c]` and `vec![a, b, c]`
    pub(super) fn list<'e>(
        &mut self,
        elems: impl Iterator<Item = &'e Expr>,
        vec: bool,
        want: Option<&Ty>,
        span: Span,
    ) -> Operand {
        let elem_want = want.and_then(|w| self.func.types.head(w).element().cloned());
        let elem_ty = elem_want.clone().unwrap_or_else(|| self.func.types.fresh());
        let mut inits = Vec::new();
        let elems: Vec<&Expr> = elems.collect();
        for (i, e) in elems.iter().enumerate() {
            let mut op = self.expr(e, Some(&elem_ty));
            if elems[i + 1..].iter().any(|e| may_write(e)) {
                op = self.secured(op, start(e));
            }
            if matches!(op, Operand::Never) {
                return Operand::Never;
            }
            let ty = self.ty_of(&op);
            let _ = self.func.types.unify(&elem_ty, &ty);
            match self.as_init(op, start(e)) {
                Some(init) => inits.push(init),
                None => return Operand::Never,
            }
        }
        let n = inits.len();
        let ty = if vec {
            Ty::Vec(Box::new(elem_ty))
        } else {
            Ty::Array(Box::new(elem_ty), crate::ir::ty::Len::Known(n.to_string()))
        };
        let _ = span;
        Operand::Fresh(Init::List { elems: inits, vec }, ty)
    }

    /// A copy of an aggregate, for `.clone()`, `.to_vec()` and the like.
    pub(super) fn copied(&mut self, operand: Operand, how: CopyHow, span: Span) -> Operand {
        match operand {
            Operand::Value(v) => Operand::Value(v),
            Operand::Tuple(parts) => Operand::Tuple(parts.into_iter().map(|p| self.copied(p, how, span)).collect()),
            Operand::Fresh(i, t) => Operand::Fresh(i, t),
            Operand::Choice(which, of) => {
                let done = self.choose(which, &of, span, |this, o| Some(this.copied(o, how, span)));
                done.unwrap_or(Operand::Never)
            }
            Operand::Never => Operand::Never,
            other => {
                let Some(place) = self.as_place(other, span) else { return Operand::Never };
                if self.is_scalar_place(&place) {
                    return Operand::Value(self.load(&place, span));
                }
                let ty = peeled(&self.func.place_ty(&place));
                let ty = match (how, self.func.types.resolve(&ty)) {
                    (CopyHow::ToVec, Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e)) => Ty::Vec(e),
                    (CopyHow::ToVec, _) => {
                        let e = self.func.types.fresh();
                        Ty::Vec(Box::new(e))
                    }
                    (_, t) => t,
                };
                Operand::Fresh(Init::Copy { from: place, how }, ty)
            }
        }
    }
}

/// `&part`
pub(super) fn referenced(part: Operand, mutable: bool) -> Operand {
    match part {
        Operand::Place(p) => Operand::Ref(p, mutable),
        Operand::Tuple(parts) => Operand::Tuple(parts.into_iter().map(|p| referenced(p, mutable)).collect()),
        other => other,
    }
}

/// Whether computing an expression may change a variable, as far as its form tells: anything but names, literals, operators,
/// fields and indices.
pub(super) fn may_write(e: &Expr) -> bool {
    match e {
        Expr::Lit(_) | Expr::Path(_) => false,
        Expr::Paren(p) => may_write(&p.expr),
        Expr::Group(g) => may_write(&g.expr),
        Expr::Unary(u) => may_write(&u.expr),
        Expr::Binary(b) => {
            use syn::BinOp as S;
            let pure = matches!(
                b.op,
                S::Add(_)
                    | S::Sub(_)
                    | S::Mul(_)
                    | S::Div(_)
                    | S::Rem(_)
                    | S::And(_)
                    | S::Or(_)
                    | S::Eq(_)
                    | S::Ne(_)
                    | S::Lt(_)
                    | S::Le(_)
                    | S::Gt(_)
                    | S::Ge(_)
            );
            !pure || may_write(&b.left) || may_write(&b.right)
        }
        Expr::Field(f) => may_write(&f.base),
        Expr::Index(i) => may_write(&i.expr) || may_write(&i.index),
        Expr::Cast(c) => may_write(&c.expr),
        Expr::Reference(r) => r.mutability.is_some() || may_write(&r.expr),
        _ => true,
    }
}

/// An array of literals.
fn is_constant_array(e: &Expr) -> bool {
    fn literal(e: &Expr) -> bool {
        match e {
            Expr::Lit(_) => true,
            Expr::Unary(u) => matches!(u.op, syn::UnOp::Neg(_)) && literal(&u.expr),
            Expr::Array(_) => is_constant_array(e),
            _ => false,
        }
    }
    matches!(e, Expr::Array(a) if !a.elems.is_empty() && a.elems.iter().all(literal))
}

/// The attributes of an expression statement.
pub(crate) fn attrs(e: &Expr) -> &[syn::Attribute] {
    match e {
        // They stand in front of the leftmost part.
        Expr::Assign(x) => attrs(&x.left),
        Expr::Binary(x) => attrs(&x.left),
        Expr::Cast(x) => attrs(&x.expr),
        Expr::Array(x) => &x.attrs,
        Expr::Async(x) => &x.attrs,
        Expr::Await(x) => &x.attrs,
        Expr::Block(x) => &x.attrs,
        Expr::Break(x) => &x.attrs,
        Expr::Call(x) => &x.attrs,
        Expr::Closure(x) => &x.attrs,
        Expr::Const(x) => &x.attrs,
        Expr::Continue(x) => &x.attrs,
        Expr::Field(x) => &x.attrs,
        Expr::ForLoop(x) => &x.attrs,
        Expr::Group(x) => &x.attrs,
        Expr::If(x) => &x.attrs,
        Expr::Index(x) => &x.attrs,
        Expr::Infer(x) => &x.attrs,
        Expr::Let(x) => &x.attrs,
        Expr::Lit(x) => &x.attrs,
        Expr::Loop(x) => &x.attrs,
        Expr::Macro(x) => &x.attrs,
        Expr::Match(x) => &x.attrs,
        Expr::MethodCall(x) => &x.attrs,
        Expr::Paren(x) => &x.attrs,
        Expr::Path(x) => &x.attrs,
        Expr::Range(x) => &x.attrs,
        Expr::RawAddr(x) => &x.attrs,
        Expr::Reference(x) => &x.attrs,
        Expr::Repeat(x) => &x.attrs,
        Expr::Return(x) => &x.attrs,
        Expr::Struct(x) => &x.attrs,
        Expr::Try(x) => &x.attrs,
        Expr::TryBlock(x) => &x.attrs,
        Expr::Tuple(x) => &x.attrs,
        Expr::Unary(x) => &x.attrs,
        Expr::Unsafe(x) => &x.attrs,
        Expr::While(x) => &x.attrs,
        Expr::Yield(x) => &x.attrs,
        // The fence refuses what syn does not know.
        _ => &[],
    }
}
