//! Operands as values, places and initial values.

use super::env::Operand;
use super::{Lower, peeled};
use crate::ir::ty::Class;
use crate::ir::{BinOp, CopyHow, Init, OpKind, Place, Proj, Ty, Value, Var, VarKind};
use crate::messages as m;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use std::rc::Rc;

impl Lower<'_> {
    /// The type of an operand as far as it is known.
    pub(super) fn ty_of(&mut self, operand: &Operand) -> Ty {
        match operand {
            Operand::Unit | Operand::Never => Ty::Unit,
            Operand::Value(v) => self.func.values[v.index()].ty.clone(),
            Operand::Place(p) => self.func.place_ty(p),
            Operand::Ref(p, mutable) => Ty::Ref(Box::new(self.func.place_ty(p)), *mutable),
            Operand::Owned(var) => self.func.vars[var.index()].ty.clone(),
            Operand::Fresh(_, ty) => ty.clone(),
            Operand::Tuple(parts) => Ty::Tuple(parts.iter().map(|p| self.ty_of(p)).collect()),
            Operand::Choice(_, of) => match of.first() {
                Some(first) => self.ty_of(&first.clone()),
                None => self.func.types.fresh(),
            },
            Operand::Path(p) => self.path_ty(&p.path),
            Operand::Maybe(_, held) => {
                let held = self.ty_of(held);
                Ty::Option(Box::new(if held.is_scalar() { peeled(&held) } else { held }))
            }
            Operand::Closure(_)
            | Operand::Function(_)
            | Operand::Range(_)
            | Operand::Iter(_)
            | Operand::Ordering(_) => self.func.types.fresh(),
        }
    }

    pub(super) fn head_of(&mut self, operand: &Operand) -> Ty {
        let ty = self.ty_of(operand);
        peeled(&self.func.types.resolve(&self.func.types.head(&ty)))
    }

    pub(super) fn is_scalar_place(&mut self, place: &Place) -> bool {
        let ty = self.func.place_ty(place);
        let head = peeled(&self.func.types.resolve(&ty));
        head.is_scalar()
            || matches!(self.func.types.class(&head), Some(Class::IntLiteral | Class::FloatLiteral | Class::Float))
    }

    pub(super) fn is_extern(&self, var: Var) -> bool {
        matches!(self.func.vars[var.index()].kind, VarKind::Extern(_))
    }

    pub(super) fn extern_tokens(&self, var: Var) -> TokenStream {
        match &self.func.vars[var.index()].kind {
            VarKind::Extern(tokens) => tokens.clone(),
            _ => TokenStream::new(),
        }
    }

    /// The type of a constant by its path, where the path says it.
    pub(super) fn path_ty(&mut self, path: &syn::Path) -> Ty {
        if path.is_ident("None") {
            let inner = self.func.types.fresh();
            return Ty::Option(Box::new(inner));
        }
        if super::record::is_unit(path) {
            return Ty::Other(super::record::record_ty(path));
        }
        let segments: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if segments.len() >= 2 {
            for s in &segments[..segments.len() - 1] {
                match s.as_str() {
                    "f64" => return Ty::F64,
                    "f32" => return Ty::Float(crate::ir::Float::F32),
                    _ => {}
                }
                if let Some(int) = crate::ir::ty::INTS.iter().find(|i| *i == s) {
                    // `usize::BITS` is a u32; all others have the type's own type.
                    return if segments.last().is_some_and(|l| l == "BITS") { Ty::Int("u32") } else { Ty::Int(int) };
                }
            }
        }
        let var = self.extern_var(path);
        self.func.vars[var.index()].ty.clone()
    }

    /// The variable that stands for a constant outside.
    pub(super) fn extern_var(&mut self, path: &syn::Path) -> Var {
        let tokens = path.to_token_stream();
        let key = tokens.to_string();
        if let Some(var) = self.externs.get(&key) {
            return *var;
        }
        let ty = self.listed_constant(path).unwrap_or_else(|| self.func.types.fresh());
        let span = path.segments.first().map_or_else(Span::call_site, |s| s.ident.span());
        let body = self.func.body;
        let var = self.func.var(&key, ty, span, VarKind::Extern(tokens), body);
        self.externs.insert(key, var);
        var
    }

    /// A variable for an array of literals.
    pub(super) fn constant_array(&mut self, tokens: TokenStream, elem: Option<Ty>, span: Span) -> Var {
        let key = tokens.to_string();
        if let Some(var) = self.externs.get(&key) {
            return *var;
        }
        let (depth, elem) = (array_depth(&tokens), elem);
        let mut ty = match elem {
            Some(e) if depth == 1 => e,
            _ => {
                let class =
                    if key.contains('.') || key.contains('e') { Class::FloatLiteral } else { Class::IntLiteral };
                self.func.types.fresh_of(class)
            }
        };
        for _ in 0..depth {
            ty = Ty::Array(Box::new(ty), crate::ir::ty::Len::Open);
        }
        let body = self.func.body;
        let var = self.func.var("constants", ty, span, VarKind::Extern(tokens), body);
        self.externs.insert(key, var);
        var
    }

    /// The operand as a scalar.
    pub(super) fn as_value(&mut self, operand: Operand, want: Option<&Ty>, span: Span) -> Option<Value> {
        let v = match operand {
            Operand::Value(v) => v,
            Operand::Place(p) | Operand::Ref(p, _) => self.load(&p, span),
            Operand::Owned(var) => self.load(&Place::whole(var), span),
            Operand::Fresh(Init::Scalar(v), _) => v,
            Operand::Choice(which, of) => {
                return self
                    .choose(which, &of, span, |this, o| this.as_value(o, None, span).map(Operand::Value))
                    .and_then(|o| self.as_value(o, want, span));
            }
            Operand::Path(p) => {
                let ty = self.path_ty(&p.path);
                let tokens = p.to_token_stream();
                self.push_value(OpKind::Path(tokens), ty, span)
            }
            Operand::Unit => {
                self.sink.error(span, m::EXPECTED_SCALAR, "the empty tuple");
                return None;
            }
            Operand::Never => return None,
            Operand::Tuple(_) => {
                self.sink.error(span, m::EXPECTED_SCALAR, "a tuple");
                return None;
            }
            Operand::Fresh(..) => {
                self.sink.error(span, m::EXPECTED_SCALAR, "an array or Vec");
                return None;
            }
            Operand::Closure(_) | Operand::Function(_) => {
                self.sink.error(span, m::CLOSURE_VALUE, "");
                return None;
            }
            Operand::Range(_) => {
                self.sink.error(span, m::EXPECTED_SCALAR, "a range");
                return None;
            }
            Operand::Iter(_) => {
                self.sink.error(span, m::EXPECTED_SCALAR, "an iterator");
                return None;
            }
            Operand::Maybe(..) => {
                self.sink.error(span, m::EXPECTED_SCALAR, "an `Option`");
                return None;
            }
            Operand::Ordering(_) => {
                self.sink.error(span, m::ORDERING, "");
                return None;
            }
        };
        if let Some(want) = want
            && want.is_scalar()
        {
            let ty = self.func.values[v.index()].ty.clone();
            let _ = self.func.types.unify(&ty, want);
        }
        Some(v)
    }

    /// Does something with whichever operand was chosen.
    pub(super) fn choose(
        &mut self,
        which: Value,
        of: &Rc<Vec<Operand>>,
        span: Span,
        mut f: impl FnMut(&mut Self, Operand) -> Option<Operand>,
    ) -> Option<Operand> {
        self.choose_of(which, of, span, &mut f)
    }

    /// Compiled once for all closures.
    fn choose_of(
        &mut self,
        which: Value,
        of: &Rc<Vec<Operand>>,
        span: Span,
        f: &mut dyn FnMut(&mut Self, Operand) -> Option<Operand>,
    ) -> Option<Operand> {
        let f = std::cell::RefCell::new(f);
        let arms = of
            .iter()
            .enumerate()
            .map(|(k, o)| {
                let o = o.clone();
                let f = &f;
                super::control::ChainArm {
                    cond: Some(Box::new(move |this: &mut Self| {
                        let n = this.index_lit(k, span);
                        Some(this.binary(BinOp::Eq, which, n, span))
                    })),
                    body: Box::new(move |this: &mut Self| {
                        let got = (f.borrow_mut())(this, o);
                        got.unwrap_or(Operand::Never)
                    }),
                    last: k + 1 == of.len(),
                }
            })
            .collect();
        match self.chain(arms, span) {
            Operand::Never => None,
            op => Some(op),
        }
    }

    /// The operand as a place; values get a variable of their own.
    pub(super) fn as_place(&mut self, operand: Operand, span: Span) -> Option<Place> {
        match operand {
            Operand::Place(p) | Operand::Ref(p, _) => Some(p),
            Operand::Owned(var) => Some(Place::whole(var)),
            Operand::Path(p) => Some(Place::whole(self.extern_var(&p.path))),
            Operand::Never => None,
            Operand::Choice(..) => {
                self.sink.error(span, m::REFERENCE_CHOSEN, "");
                None
            }
            other => {
                let ty = self.ty_of(&other);
                let init = self.as_init(other, span)?;
                Some(Place::whole(self.declare("temp", ty, init, span)))
            }
        }
    }

    /// The operand as what a variable is set to.
    pub(super) fn as_init(&mut self, operand: Operand, span: Span) -> Option<Init> {
        match operand {
            Operand::Value(v) => Some(Init::Scalar(v)),
            Operand::Fresh(init, _) => Some(init),
            Operand::Owned(var) => {
                let place = Place::whole(var);
                if self.is_scalar_place(&place) {
                    Some(Init::Scalar(self.load(&place, span)))
                } else {
                    Some(Init::Move(place))
                }
            }
            Operand::Tuple(parts) => {
                Some(Init::Tuple(parts.into_iter().map(|p| self.as_init(p, span)).collect::<Option<_>>()?))
            }
            Operand::Place(place) => {
                let ty = self.func.place_ty(&place);
                let ty = self.func.types.resolve(&ty);
                if self.is_scalar_place(&place) {
                    Some(Init::Scalar(self.load(&place, span)))
                } else if holds_vec(&ty) && (is_element(&place) || self.func.is_part(&place)) {
                    // Rust moves elements out of iterators only; here they are read where they are.
                    Some(Init::Copy { from: place, how: CopyHow::Clone })
                } else if holds_vec(&ty) {
                    self.touched(place.base);
                    Some(Init::Move(place))
                } else if matches!(ty, Ty::Var(_)) && place.path.is_empty() && self.is_call_result(place.base) {
                    Some(Init::Move(place))
                } else {
                    Some(Init::Copy { from: place, how: CopyHow::Bits })
                }
            }
            Operand::Ref(place, _) => {
                if self.is_scalar_place(&place) {
                    Some(Init::Scalar(self.load(&place, span)))
                } else {
                    self.sink.error(span, m::REFERENCE_STORED, "");
                    None
                }
            }
            Operand::Never => None,
            // A constant array outside: its elements are copied.
            Operand::Path(p) if matches!(self.path_ty(&p.path).peel(), Ty::Array(..) | Ty::Tuple(_)) => {
                let from = Place::whole(self.extern_var(&p.path));
                Some(Init::Copy { from, how: CopyHow::Bits })
            }
            Operand::Unit => Some(Init::Tuple(Vec::new())),
            Operand::Maybe(some, held) => {
                let built = self.built(some, &held, span);
                if let Operand::Owned(var) = built { Some(Init::Move(Place::whole(var))) } else { None }
            }
            Operand::Path(p) if super::record::is_unit(&p.path) => {
                let ty = self.path_ty(&p.path);
                let init = Init::Record { path: p.to_token_stream(), fields: Vec::new(), rest: None };
                Some(Init::Move(Place::whole(self.declare("value", ty, init, span))))
            }
            other => self.as_value(other, None, span).map(Init::Scalar),
        }
    }

    /// The operand as what several elements are set to: none of them may take it away from the others.
    pub(super) fn as_repeated_init(&mut self, operand: Operand, span: Span) -> Option<Init> {
        let mut init = self.as_init(operand, span)?;
        clone_moves(&mut init);
        Some(init)
    }

    /// Whether a variable holds the result of a call, whose type only rustc may know.
    fn is_call_result(&self, var: Var) -> bool {
        self.results.contains(&var)
    }

    /// `operand.n`
    pub(super) fn field(&mut self, operand: Operand, n: u32, span: Span) -> Operand {
        match operand {
            Operand::Tuple(parts) => match parts.into_iter().nth(n as usize) {
                Some(p) => p,
                None => {
                    self.sink.error(span, m::NO_SUCH_FIELD, n.to_string());
                    Operand::Never
                }
            },
            Operand::Place(p) => Operand::Place(p.then(Proj::Field(n))),
            Operand::Ref(p, mutable) => {
                let _ = mutable;
                Operand::Place(p.then(Proj::Field(n)))
            }
            Operand::Owned(var) => Operand::Place(Place::whole(var).then(Proj::Field(n))),
            Operand::Fresh(Init::Tuple(inits), ty) => {
                let part = match (&ty, inits.get(n as usize)) {
                    (Ty::Tuple(tys), Some(init)) => Some((init.clone(), tys[n as usize].clone())),
                    _ => None,
                };
                match part {
                    Some((Init::Scalar(v), _)) => Operand::Value(v),
                    Some((init, ty)) => Operand::Fresh(init, ty),
                    None => Operand::Never,
                }
            }
            Operand::Never => Operand::Never,
            Operand::Path(p) => {
                let var = self.extern_var(&p.path);
                Operand::Place(Place::whole(var).then(Proj::Field(n)))
            }
            Operand::Choice(which, of) => {
                let parts = of.iter().map(|o| self.field(o.clone(), n, span)).collect();
                Operand::Choice(which, Rc::new(parts))
            }
            _ => {
                self.sink.error(span, m::NO_SUCH_FIELD, n.to_string());
                Operand::Never
            }
        }
    }

    /// `operand[step]`, as a place; a reference chosen at run time stays a choice.
    pub(super) fn project(&mut self, operand: Operand, step: Proj, span: Span) -> Operand {
        match operand {
            Operand::Choice(which, of) => {
                let parts = of.iter().map(|o| self.project(o.clone(), step.clone(), span)).collect();
                Operand::Choice(which, Rc::new(parts))
            }
            other => match self.as_place(other, span) {
                Some(p) => {
                    // An element written when the variable was made and never since.
                    let place = p.then(step);
                    let _ = self.func.place_ty(&place);
                    Operand::Place(place)
                }
                None => Operand::Never,
            },
        }
    }

    /// `stop_gradient(operand)`: of a scalar the value, of all else a copy in a variable that has no derivative. Of a
    /// reference it is a reference to the copy.
    pub(super) fn stopped(&mut self, operand: Operand, span: Span) -> Operand {
        if let Operand::Tuple(parts) = operand {
            return Operand::Tuple(parts.into_iter().map(|p| self.stopped(p, span)).collect());
        }
        let reference = operand.reference().is_some();
        let ty = self.head_of(&operand);
        let aggregate = matches!(ty, Ty::Array(..) | Ty::Vec(_) | Ty::Slice(_) | Ty::Tuple(_));
        if !aggregate {
            let Some(v) = self.as_value(operand, None, span) else { return Operand::Never };
            let ty = peeled(&self.func.values[v.index()].ty);
            return Operand::Value(self.push_value(OpKind::Stop(v), ty, span));
        }
        let slice = matches!(ty, Ty::Slice(_));
        let copy = match operand {
            Operand::Place(_) | Operand::Ref(..) | Operand::Choice(..) => {
                let how = match ty {
                    _ if slice => CopyHow::ToVec,
                    Ty::Vec(_) => CopyHow::Clone,
                    _ => CopyHow::Bits,
                };
                self.copied(operand.dereferenced(), how, span)
            }
            fresh => fresh,
        };
        let ty = peeled(&self.ty_of(&copy));
        let Some(init) = self.as_init(copy, span) else { return Operand::Never };
        let var = self.declare("stopped", ty.clone(), init, span);
        self.func.vars[var.index()].cut = true;
        let place = Place::whole(var);
        if reference && slice {
            return Operand::Ref(place.then(Proj::Range { lo: None, hi: None, inclusive: false }), false);
        }
        if reference {
            return Operand::Ref(place, false);
        }
        let how = if holds_vec(&self.func.types.resolve(&ty)) { CopyHow::Clone } else { CopyHow::Bits };
        Operand::Fresh(Init::Copy { from: place, how }, ty)
    }

    /// `place.len()`
    pub(super) fn len(&mut self, operand: Operand, span: Span) -> Option<Value> {
        match operand {
            Operand::Choice(which, of) => {
                let got = self.choose(which, &of, span, |this, o| this.len(o, span).map(Operand::Value))?;
                self.as_value(got, None, span)
            }
            other => {
                let place = self.as_place(other, span)?;
                let ty = self.func.place_ty(&place);
                let ty = self.func.types.resolve(&ty);
                if let (Ty::Array(_, crate::ir::ty::Len::Known(n)), true) = (ty.peel(), true) {
                    let kind = if syn::parse_str::<syn::LitInt>(n).is_ok() {
                        OpKind::Lit(n.clone().into())
                    } else {
                        let n: TokenStream = n.parse().unwrap_or_default();
                        OpKind::Path(quote!((#n)))
                    };
                    return Some(self.push_value(kind, Ty::USIZE, span));
                }
                Some(self.push_value(OpKind::Len(place), Ty::USIZE, span))
            }
        }
    }
}

/// What is moved is cloned instead.
fn clone_moves(init: &mut Init) {
    match init {
        Init::Move(place) => *init = Init::Copy { from: place.clone(), how: CopyHow::Clone },
        Init::Repeat { elem, .. } => clone_moves(elem),
        Init::List { elems, .. } | Init::Tuple(elems) => elems.iter_mut().for_each(clone_moves),
        Init::Record { fields, .. } => fields.iter_mut().for_each(|(_, e)| clone_moves(e)),
        Init::Uninit | Init::Scalar(_) | Init::NewVec { .. } | Init::Copy { .. } => {}
        Init::Take(_) | Init::Popped(_) | Init::ZeroLike(_) | Init::Shape(_) => {}
    }
}

/// How deep an array literal is nested.
fn array_depth(tokens: &TokenStream) -> usize {
    match tokens.clone().into_iter().next() {
        Some(proc_macro2::TokenTree::Group(g)) if g.delimiter() == proc_macro2::Delimiter::Bracket => {
            1 + array_depth(&g.stream())
        }
        _ => 0,
    }
}

/// Whether a place is an element of something, or within one.
pub(super) fn is_element(place: &Place) -> bool {
    place.path.iter().any(|step| matches!(step, Proj::Index(_)))
}

/// Whether values of the type own a heap buffer: they move, they do not copy.
pub(super) fn holds_vec(ty: &Ty) -> bool {
    match ty {
        Ty::Vec(_) | Ty::Slice(_) => true,
        Ty::Tuple(parts) => parts.iter().any(holds_vec),
        Ty::Array(e, _) => holds_vec(e),
        _ => false,
    }
}
