//! Patterns: what they bind, and when they match.

use super::Lower;
use super::env::Operand;
use super::location::start_of_pattern;
use crate::ir::{BinOp, CopyHow, Init, OpKind, Place, Proj, Ty, Value};
use crate::messages as m;
use proc_macro2::Span;
use quote::ToTokens;
use syn::{Expr, Pat};

impl Lower<'_> {
    /// `let pat = operand`
    pub(super) fn bind_irrefutable(&mut self, pat: &Pat, operand: Operand) {
        self.bind_pattern(pat, operand);
    }

    /// Binds the names of a pattern that need not have matched, and did.
    pub(super) fn bind_matched(&mut self, pat: &Pat, operand: Operand) {
        let refutable = std::mem::replace(&mut self.refutable, true);
        self.bind_pattern(pat, operand);
        self.refutable = refutable;
    }

    /// Binds the names of a pattern, which is known to match.
    pub(super) fn bind_pattern(&mut self, pat: &Pat, operand: Operand) {
        let span = start_of_pattern(pat);
        if matches!(operand, Operand::Never) {
            return;
        }
        match pat {
            // `None` and its like are no names.
            Pat::Ident(id) if self.refutable && super::record::is_unit(&syn::Path::from(id.ident.clone())) => {}
            Pat::Ident(id) => {
                if let Some((_, sub)) = &id.subpat {
                    self.bind_pattern(sub, operand.clone());
                }
                let by_ref = id.by_ref.is_some();
                let operand = if by_ref { operand.referenced(id.mutability.is_some()) } else { operand };
                self.bind_name(&id.ident, id.mutability.is_some() && !by_ref, by_ref, operand);
            }
            Pat::Wild(_) | Pat::Rest(_) | Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) => {}
            Pat::Paren(p) => self.bind_pattern(&p.pat, operand),
            Pat::Type(t) => {
                let ty = Ty::parse(&t.ty, &mut self.func.types);
                self.annotate(&operand, &ty, span);
                self.bind_pattern(&t.pat, operand);
            }
            Pat::Reference(r) => {
                self.bind_pattern(&r.pat, operand.dereferenced());
            }
            Pat::Tuple(t) => {
                let rest = t.elems.iter().position(|p| matches!(p, Pat::Rest(_)));
                let n = t.elems.len();
                let arity = match &operand {
                    Operand::Tuple(parts) => Some(parts.len()),
                    other => match self.head_of(other) {
                        Ty::Tuple(parts) => Some(parts.len()),
                        _ => None,
                    },
                };
                if arity.is_none() && rest.is_some_and(|r| r + 1 < n) {
                    self.sink.error(span, m::NO_SUCH_FIELD, "..");
                    return;
                }
                if arity.is_none() && rest.is_none() {
                    // The pattern says that it is a tuple.
                    let parts = (0..n).map(|_| self.func.types.fresh()).collect();
                    let ty = self.ty_of(&operand);
                    let _ = self.func.types.unify(&ty, &Ty::Tuple(parts));
                }
                let by_ref = operand.reference();
                for (i, p) in t.elems.iter().enumerate() {
                    let at = match (rest, arity) {
                        (Some(r), _) if i == r => continue,
                        (Some(r), Some(arity)) if i > r => arity - (n - i),
                        _ => i,
                    };
                    let part = self.field(operand.clone(), at as u32, span);
                    // Matching through a reference binds references.
                    let part = match by_ref {
                        Some(mutable) => part.referenced(mutable),
                        None => part,
                    };
                    self.bind_pattern(p, part);
                }
            }
            Pat::Slice(s) => {
                let rest = s.elems.iter().position(is_rest);
                let n = s.elems.len();
                let by_ref = operand.reference();
                let Some(operand) = self.viewed(operand, span) else { return };
                let len = match rest {
                    Some(_) => self.len(operand.clone(), span),
                    None => None,
                };
                for (i, p) in s.elems.iter().enumerate() {
                    let step = match (rest, len) {
                        (Some(r), Some(len)) if i == r => {
                            let lo = self.index_lit(i, span);
                            let after = self.index_lit(n - 1 - i, span);
                            let hi = self.binary(BinOp::Sub, len, after, span);
                            Proj::Range { lo: Some(lo), hi: Some(hi), inclusive: false }
                        }
                        (Some(r), Some(len)) if i > r => {
                            let back = self.index_lit(n - i, span);
                            Proj::Index(self.binary(BinOp::Sub, len, back, span))
                        }
                        _ => Proj::Index(self.index_lit(i, span)),
                    };
                    let part = self.project(operand.clone(), step, span);
                    match (p, by_ref) {
                        (Pat::Rest(_), _) => {}
                        (Pat::Ident(id), _) if id.subpat.is_some() && rest == Some(i) => {
                            self.bind_name(&id.ident, false, true, part.referenced(by_ref.unwrap_or(false)));
                        }
                        (p, Some(mutable)) => self.bind_pattern(p, part.referenced(mutable)),
                        (p, None) => self.bind_pattern(p, part),
                    }
                }
            }
            Pat::Struct(_) | Pat::TupleStruct(_) => {
                if let (Pat::TupleStruct(s), Operand::Maybe(_, held)) = (pat, &operand) {
                    // `Some(part)`
                    if let [part] = &s.elems.iter().collect::<Vec<_>>()[..] {
                        self.bind_pattern(part, (**held).clone());
                    }
                    return;
                }
                if super::record::counts_from_the_end(pat) {
                    self.sink.error(span, m::PATTERN, crate::diag::text(pat.to_token_stream()));
                } else if let Some((parts, path)) = super::record::record_parts(pat) {
                    let refutable = self.refutable;
                    self.bind_record(parts, path, refutable, operand);
                }
            }
            Pat::Or(o) => {
                // All alternatives bind the same names; those without bindings need nothing.
                if let Some(first) = o.cases.first() {
                    if o.cases.iter().any(binds_names) {
                        self.sink.error(span, m::PATTERN, crate::diag::text(pat.to_token_stream()));
                    } else {
                        self.bind_pattern(first, operand);
                    }
                }
            }
            _ => {
                self.fenced(span);
            }
        }
    }

    fn bind_name(&mut self, id: &syn::Ident, mutable: bool, by_ref: bool, operand: Operand) {
        let name = id.to_string();
        let span = id.span();
        let region = self.cur;
        if by_ref {
            self.env.bind(name, operand, region);
            return;
        }
        let operand = self.owned_binding(&name, operand, mutable, span);
        if let (Operand::Place(p), false) = (&operand, mutable)
            && p.path.is_empty()
        {
            self.settled_vars.insert(p.base);
        }
        self.env.bind(name, operand, region);
    }

    /// What a name stands for when it is bound to an operand by value.
    pub(super) fn owned_binding(&mut self, name: &str, operand: Operand, mutable: bool, span: Span) -> Operand {
        let operand = match operand {
            choice @ Operand::Choice(..) => self.settled(choice, span),
            operand => operand,
        };
        match operand {
            Operand::Value(v) => {
                if mutable {
                    let ty = self.func.values[v.index()].ty.clone();
                    // Scalars that change are variables: see `Lower::mutable`.
                    return Operand::Place(Place::whole(self.declare(name, ty, Init::Scalar(v), span)));
                }
                let data = &mut self.func.values[v.index()];
                if data.name.is_none() {
                    data.name = Some(name.to_string());
                }
                Operand::Value(v)
            }
            Operand::Place(place) => {
                if self.is_scalar_place(&place) {
                    let v = self.load(&place, span);
                    // The value read has the new name from here on, unless it is known by another.
                    return self.owned_binding(name, Operand::Value(v), mutable, span);
                }
                let ty = self.func.place_ty(&place);
                let resolved = self.func.types.resolve(&ty);
                let open = matches!(resolved, Ty::Var(_));
                // An alias is as good as a copy where nothing can change.
                if !mutable && self.is_immutable(&place) {
                    return Operand::Place(place);
                }
                if self.func.is_part(&place) && (open || resolved.is_record()) {
                    // A field of a type that only rustc knows: a copy of its own, whatever it is.
                    let var = self.declare(name, ty, Init::Copy { from: place, how: CopyHow::Clone }, span);
                    if mutable {
                        self.mutable.insert(var);
                    }
                    return Operand::Place(Place::whole(var));
                }
                if open && !place.path.is_empty() {
                    // An element of open type that may change must be read now; then it is taken for a scalar.
                    let v = self.load(&place, span);
                    return self.owned_binding(name, Operand::Value(v), mutable, span);
                }
                if super::place::holds_vec(&resolved)
                    && place.path.is_empty()
                    && place.base.index() < self.func.vars.len()
                {
                    // A move of a whole Vec renames it, at its own level.
                    if self.func.vars[place.base.index()].region == self.cur
                        && matches!(self.func.vars[place.base.index()].kind, crate::ir::VarKind::Local)
                        && !self.mutable.contains(&place.base)
                    {
                        return Operand::Place(place);
                    }
                    self.touched(place.base);
                    let var = self.declare(name, ty, Init::Move(place), span);
                    if mutable {
                        self.mutable.insert(var);
                    }
                    return Operand::Place(Place::whole(var));
                }
                let how = if super::place::holds_vec(&resolved)
                    && (super::place::is_element(&place) || self.func.is_part(&place))
                {
                    CopyHow::Clone
                } else {
                    CopyHow::Bits
                };
                let init = Init::Copy { from: place, how };
                let var = self.declare(name, ty, init, span);
                if mutable {
                    self.mutable.insert(var);
                }
                Operand::Place(Place::whole(var))
            }
            Operand::Owned(var) => {
                self.func.vars[var.index()].name = name.to_string();
                if mutable {
                    self.mutable.insert(var);
                }
                let place = Place::whole(var);
                if self.is_scalar_place(&place) && !mutable {
                    let v = self.load(&place, span);
                    return self.owned_binding(name, Operand::Value(v), false, span);
                }
                Operand::Place(place)
            }
            Operand::Fresh(init, ty) => {
                let var = self.declare(name, ty, init, span);
                if mutable {
                    self.mutable.insert(var);
                }
                Operand::Place(Place::whole(var))
            }
            Operand::Tuple(parts) => Operand::Tuple(
                parts
                    .into_iter()
                    .enumerate()
                    .map(|(i, p)| self.owned_binding(&format!("{name}_{i}"), p, mutable, span))
                    .collect(),
            ),
            Operand::Iter(iter) if mutable => Operand::Iter(Box::new(self.followed(*iter, name, span))),
            // An option that may be given another value is built.
            Operand::Maybe(..) if mutable => match self.as_place(operand, span) {
                Some(place) => self.owned_binding(name, Operand::Owned(place.base), true, span),
                None => Operand::Never,
            },
            Operand::Path(p) if mutable && super::record::is_unit(&p.path) => {
                let value = self.constructor(&p.path, Vec::new(), span);
                self.owned_binding(name, value, mutable, span)
            }
            Operand::Path(p) if mutable => {
                let ty = self.path_ty(&p.path);
                if !self.func.types.resolve(&ty).is_scalar() {
                    // A constant of a type that may be an array.
                    let from = Place::whole(self.extern_var(&p.path));
                    let init = Init::Copy { from, how: CopyHow::Bits };
                    let var = self.declare(name, ty, init, span);
                    self.mutable.insert(var);
                    return Operand::Place(Place::whole(var));
                }
                let v = self.push_value(OpKind::Path(p.to_token_stream()), ty.clone(), span);
                Operand::Place(Place::whole(self.declare(name, ty, Init::Scalar(v), span)))
            }
            other => other,
        }
    }

    /// Whether nothing can write to the place while the function runs.
    pub(super) fn is_immutable(&self, place: &Place) -> bool {
        let data = &self.func.vars[place.base.index()];
        match data.kind {
            crate::ir::VarKind::Extern(_) => true,
            crate::ir::VarKind::Param(i) => {
                let p = &self.sig.params[i];
                p.mode == crate::signature::Passing::SharedRef
                    || p.mode == crate::signature::Passing::ByValue && !p.mutable && p.pattern.is_none()
            }
            // A plain `let` of an aggregate.
            crate::ir::VarKind::Local => {
                (self.settled_vars.contains(&place.base) || self.results.contains(&place.base))
                    && !self.mutable.contains(&place.base)
            }
            _ => false,
        }
    }

    /// The condition under which an arm of a `match` is taken.
    pub(super) fn arm_condition(&mut self, pat: &Pat, guard: Option<&Expr>, scrutinee: Operand) -> Option<Value> {
        let span = start_of_pattern(pat);
        let cond = self.matches(pat, &scrutinee)?;
        let Some(guard) = guard else {
            return match cond {
                Test::Always => Some(self.lit("true", Ty::Bool, span)),
                Test::If(v) => Some(v),
            };
        };
        match cond {
            Test::Always => {
                self.env.open();
                self.bind_matched(pat, scrutinee);
                let v = self.scalar(guard, Some(&Ty::Bool));
                self.env.close();
                v
            }
            Test::If(c) => self.lazy_and(c, true, span, |this| {
                this.bind_matched(pat, scrutinee);
                this.scalar(guard, Some(&Ty::Bool))
            }),
        }
    }

    /// When a pattern matches.
    pub(super) fn matches(&mut self, pat: &Pat, operand: &Operand) -> Option<Test> {
        let span = start_of_pattern(pat);
        match pat {
            Pat::Wild(_) | Pat::Rest(_) => Some(Test::Always),
            Pat::Paren(p) => self.matches(&p.pat, operand),
            Pat::Type(t) => self.matches(&t.pat, operand),
            Pat::Reference(r) => self.matches(&r.pat, &operand.clone().dereferenced()),
            Pat::Ident(id) => match &id.subpat {
                Some((_, sub)) => self.matches(sub, operand),
                None if matches!(operand, Operand::Maybe(..)) && id.ident == "None"
                    || matches!(operand, Operand::Ordering(_))
                        && Self::ordering_named(&syn::Path::from(id.ident.clone())).is_some() =>
                {
                    self.test_tokens(pat, operand, span)
                }
                // A name may be a constant in scope; `matches!` tells it from a binding, as the primal does.
                None if super::record::is_unit(&syn::Path::from(id.ident.clone()))
                    && matches!(operand, Operand::Place(_) | Operand::Ref(..) | Operand::Owned(_))
                    && !self.is_scalar(operand) =>
                {
                    let place = self.as_place(operand.clone(), span)?;
                    let pattern = pat.to_token_stream();
                    Some(Test::If(self.push_value(OpKind::Matches(place, pattern), Ty::Bool, span)))
                }
                // Of a slice or an array it is a binding, or rustc says that it is none.
                None if id.mutability.is_none()
                    && id.by_ref.is_none()
                    && !self.is_sequence(operand)
                    && (may_be_constant(&id.ident.to_string()) || self.externs.contains_key(&id.ident.to_string())) =>
                {
                    self.test_tokens(pat, operand, span)
                }
                None => {
                    self.bindings.entry(id.ident.to_string()).or_insert(id.ident.span());
                    Some(Test::Always)
                }
            },
            Pat::Path(_) => self.test_tokens(pat, operand, span),
            Pat::Lit(l) => {
                let v = self.as_value(operand.clone(), None, span)?;
                let ty = self.func.values[v.index()].ty.clone();
                let lit = self.scalar(&Expr::Lit(l.clone()), Some(&ty))?;
                Some(Test::If(self.binary(BinOp::Eq, v, lit, span)))
            }
            Pat::Range(r) => {
                let v = self.as_value(operand.clone(), None, span)?;
                let ty = self.func.values[v.index()].ty.clone();
                let mut test = None;
                if let Some(lo) = &r.start {
                    let lo = self.scalar(lo, Some(&ty))?;
                    // Not `v >= lo && v <= hi`, which clippy would have written as `contains`; NaN is in neither.
                    test = Some(if r.end.is_some() {
                        let below = self.binary(BinOp::Lt, v, lo, span);
                        self.push_value(OpKind::Not(below), Ty::Bool, span)
                    } else {
                        self.binary(BinOp::Ge, v, lo, span)
                    });
                }
                if let Some(hi) = &r.end {
                    let hi = self.scalar(hi, Some(&ty))?;
                    let op = if matches!(r.limits, syn::RangeLimits::Closed(_)) { BinOp::Le } else { BinOp::Lt };
                    let below = self.binary(op, v, hi, span);
                    test = Some(match test {
                        Some(t) => self.binary(BinOp::And, t, below, span),
                        None => below,
                    });
                }
                Some(test.map_or(Test::Always, Test::If))
            }
            Pat::Or(o) => {
                let mut any: Option<Value> = None;
                for case in &o.cases {
                    match self.matches(case, operand)? {
                        Test::Always => return Some(Test::Always),
                        Test::If(v) => {
                            any = Some(match any {
                                None => v,
                                Some(a) => self.binary(BinOp::Or, a, v, span),
                            });
                        }
                    }
                }
                any.map(Test::If)
            }
            Pat::Tuple(t) => {
                let mut all = Test::Always;
                let rest = t.elems.iter().position(|p| matches!(p, Pat::Rest(_)));
                for (i, p) in t.elems.iter().enumerate() {
                    // What follows `..` counts from the end.
                    let at = match rest {
                        Some(r) if i == r => continue,
                        Some(r) if i > r => {
                            let arity = match operand {
                                Operand::Tuple(parts) => parts.len(),
                                other => match self.head_of(other) {
                                    Ty::Tuple(parts) => parts.len(),
                                    _ => {
                                        self.sink.error(span, m::NO_SUCH_FIELD, "..");
                                        return None;
                                    }
                                },
                            };
                            arity - (t.elems.len() - i)
                        }
                        _ => i,
                    };
                    let part = self.field(operand.clone(), at as u32, span);
                    let test = self.matches(p, &part)?;
                    all = self.both(all, test, span);
                }
                Some(all)
            }
            Pat::Slice(s) => {
                let operand = self.viewed(operand.clone(), span)?;
                let len = self.len(operand.clone(), span)?;
                let rest = s.elems.iter().position(is_rest);
                let least = self.index_lit(s.elems.len() - usize::from(rest.is_some()), span);
                let op = if rest.is_some() { BinOp::Ge } else { BinOp::Eq };
                let enough = self.binary(op, len, least, span);
                let n = s.elems.len();
                if s.elems.iter().all(|p| is_rest(p) || matches!(p, Pat::Wild(_))) {
                    return Some(Test::If(enough));
                }
                let v = self.lazy_and(enough, true, span, |this| {
                    let mut all = Test::Always;
                    for (i, p) in s.elems.iter().enumerate() {
                        if is_rest(p) {
                            continue;
                        }
                        let index = match rest {
                            Some(r) if i > r => {
                                let back = this.index_lit(n - i, span);
                                this.binary(BinOp::Sub, len, back, span)
                            }
                            _ => this.index_lit(i, span),
                        };
                        let part = this.project(operand.clone(), Proj::Index(index), span);
                        let test = this.matches(p, &part)?;
                        all = this.both(all, test, span);
                    }
                    match all {
                        Test::Always => Some(this.lit("true", Ty::Bool, span)),
                        Test::If(v) => Some(v),
                    }
                })?;
                Some(Test::If(v))
            }
            Pat::Struct(_) | Pat::TupleStruct(_) => {
                if let (Pat::TupleStruct(s), Operand::Maybe(some, held)) = (pat, operand) {
                    let (some, held) = (*some, held.clone());
                    return match &s.elems.iter().collect::<Vec<_>>()[..] {
                        [part] if !is_irrefutable(part) => {
                            let v = self.lazy_and(some, true, span, |this| {
                                let test = this.matches(part, &held)?;
                                Some(this.truth(test, span))
                            })?;
                            Some(Test::If(v))
                        }
                        _ => Some(Test::If(some)),
                    };
                }
                if super::record::counts_from_the_end(pat) {
                    self.sink.error(span, m::PATTERN, crate::diag::text(pat.to_token_stream()));
                    return None;
                }
                let (parts, path) = super::record::record_parts(pat)?;
                self.matches_record(parts, path, operand, span)
            }
            _ => {
                self.fenced(span);
                None
            }
        }
    }

    fn is_scalar(&mut self, operand: &Operand) -> bool {
        match operand {
            Operand::Place(p) | Operand::Ref(p, _) => self.is_scalar_place(p),
            Operand::Owned(var) => self.is_scalar_place(&Place::whole(*var)),
            _ => true,
        }
    }

    pub(super) fn both(&mut self, a: Test, b: Test, span: Span) -> Test {
        match (a, b) {
            (Test::Always, t) | (t, Test::Always) => t,
            (Test::If(a), Test::If(b)) => Test::If(self.binary(BinOp::And, a, b, span)),
        }
    }

    /// `matches!(value, PATTERN)`, for a pattern that only rustc can read.
    pub(super) fn test_tokens(&mut self, pat: &Pat, operand: &Operand, span: Span) -> Option<Test> {
        match operand {
            // `None`
            Operand::Maybe(some, _) => return Some(Test::If(self.push_value(OpKind::Not(*some), Ty::Bool, span))),
            Operand::Ordering(order) => {
                let path = match pat {
                    Pat::Path(p) => Some(p.path.clone()),
                    Pat::Ident(id) => Some(syn::Path::from(id.ident.clone())),
                    _ => None,
                };
                let Some(op) = path.as_ref().and_then(Self::ordering_named) else {
                    self.sink.error(span, m::ORDERING, "");
                    return None;
                };
                return Some(Test::If(self.is_order(*order, op, span)));
            }
            _ => {}
        }
        // A unit struct or a variant without fields.
        if let (Pat::Path(_), Operand::Place(place) | Operand::Ref(place, _)) = (pat, operand)
            && !self.is_scalar_place(place)
        {
            let v = self.push_value(OpKind::Matches(place.clone(), pat.to_token_stream()), Ty::Bool, span);
            return Some(Test::If(v));
        }
        let v = self.as_value(operand.clone(), None, span)?;
        let tokens = quote::quote!(::core::matches!);
        let v = self.push_value(OpKind::PathCall(tokens, vec![v]), Ty::Bool, span);
        // The pattern goes along as the method's name would: see `emit`.
        if let Some(op) = self.func.regions[self.cur.index()].last_mut()
            && let OpKind::PathCall(path, _) = &mut op.kind
        {
            let pat = pat.to_token_stream();
            *path = quote::quote!((|v| ::core::matches!(v, #pat)));
        }
        Some(Test::If(v))
    }
}

/// When a pattern matches.
#[derive(Clone, Copy)]
pub(super) enum Test {
    Always,
    If(Value),
}

/// Constants are written in capitals, but case does not tell: a lower-case name in a pattern is a binding unless rustc
/// refuses `let name = ();` for it, which the emitted code contains (see `Lower::bindings`).
fn may_be_constant(name: &str) -> bool {
    name.chars().any(char::is_uppercase)
}

/// `PAT if GUARD`
pub(super) fn split_guard(pat: &Pat) -> (&Pat, Option<&Expr>) {
    match pat {
        Pat::Guard(g) => (&g.pat, Some(&g.guard)),
        pat => (pat, None),
    }
}

/// `name`
pub(super) fn is_plain_name(pat: &Pat) -> bool {
    matches!(pat, Pat::Ident(id) if id.subpat.is_none() && id.by_ref.is_none() && id.mutability.is_none())
}

fn is_rest(p: &Pat) -> bool {
    match p {
        Pat::Rest(_) => true,
        Pat::Ident(id) => id.subpat.as_ref().is_some_and(|(_, s)| matches!(**s, Pat::Rest(_))),
        _ => false,
    }
}

/// Whether a pattern matches whatever it is given, as far as tokens tell.
pub(super) fn is_irrefutable(pat: &Pat) -> bool {
    match pat {
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Ident(id) => match &id.subpat {
            Some((_, s)) => is_irrefutable(s),
            None => !may_be_constant(&id.ident.to_string()),
        },
        Pat::Paren(p) => is_irrefutable(&p.pat),
        Pat::Type(t) => is_irrefutable(&t.pat),
        Pat::Reference(r) => is_irrefutable(&r.pat),
        Pat::Tuple(t) => t.elems.iter().all(is_irrefutable),
        _ => false,
    }
}

fn binds_names(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(id) => !may_be_constant(&id.ident.to_string()),
        Pat::Paren(p) => binds_names(&p.pat),
        Pat::Reference(r) => binds_names(&r.pat),
        Pat::Tuple(t) => t.elems.iter().any(binds_names),
        Pat::Struct(s) => s.fields.iter().any(|f| binds_names(&f.pat)),
        Pat::TupleStruct(s) => s.elems.iter().any(binds_names),
        Pat::Slice(s) => s.elems.iter().any(binds_names),
        Pat::Or(o) => o.cases.iter().any(binds_names),
        _ => false,
    }
}
