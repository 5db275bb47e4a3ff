//! The tangent: beside each operation, what it does to first order.
//!
//! ```text
//! y = f(x)          y = f(x);      y_dot = f'(x) x_dot
//! v = load p        v = load p;    v_dot = load p_dot
//! store p, v        store p, v;    store p_dot, v_dot
//! ```
//!
//! Values that depend on no active input have no tangent; where one is needed all the same it is zero.

use super::formula::{Formula, Target, like_of};
use super::zero;
use crate::analysis::activity::Activity;
use crate::ir::{
    Access, Arg, ArgShadow, BinOp, Call, CopyHow, EntityMap, EntitySet, Float, Form, Func, Init, Op, OpKind, ParamSlot,
    Place, Proj, Region, RetShape, Ty, Value, Var, VarKind, for_each_place,
};
use crate::rules::{self, Partial, Rule};
use crate::signature::{Passing, Role, Signature};
use proc_macro2::Span;
use quote::quote;

/// Builds the tangent of a primal.
pub fn tangent(func: &Func, act: &Activity, sig: &Signature) -> Func {
    let mut changed = EntitySet::default();
    func.walk(func.body, &mut |_, op| {
        for_each_place(&op.kind, &mut |p, access| match access {
            Access::Write | Access::ReadWrite | Access::Move => drop(changed.insert(p.base)),
            Access::Read | Access::Declare | Access::LenOnly => {}
        });
    });
    returned(&func.ret, &mut changed);
    let body = func.body;
    let mut t = Tangent {
        func: func.clone(),
        act,
        sig,
        here: body,
        dots: EntityMap::default(),
        vars: EntityMap::default(),
        changed,
    };
    t.variables();
    let ops = std::mem::take(&mut t.func.regions[body.index()]);
    t.params();
    t.region(ops, body);
    t.here = body;
    let ret = t.func.ret.clone();
    let dot = t.ret(&ret);
    t.func.ret_dot = Some(dot);
    t.func
}

fn returned(ret: &RetShape, out: &mut EntitySet<Var>) {
    match ret {
        RetShape::Var(v) => drop(out.insert(*v)),
        RetShape::Tuple(parts) => parts.iter().for_each(|p| returned(p, out)),
        RetShape::Unit | RetShape::Value(_) | RetShape::Ref(_) => {}
    }
}

struct Tangent<'a> {
    func: Func,
    act: &'a Activity,
    sig: &'a Signature,
    here: Region,
    dots: EntityMap<Value, Value>,
    vars: EntityMap<Var, Var>,
    changed: EntitySet<Var>,
}

impl Target for Tangent<'_> {
    fn emit(&mut self, kind: OpKind, ty: Ty, span: Span) -> Value {
        self.func.push_value(self.here, kind, ty, span)
    }

    fn ty(&self, v: Value) -> Ty {
        self.func.ty(v)
    }
}

impl Tangent<'_> {
    fn push(&mut self, kind: OpKind, span: Span) {
        self.func.push(self.here, kind, span);
    }

    /// A variable for the tangent of each varied variable.
    fn variables(&mut self) {
        for i in 0..self.func.vars.len() {
            let var = Var(i as u32);
            if !self.act.varied_var(var) {
                continue;
            }
            let data = self.func.vars[i].clone();
            let ty = self.func.var_ty(var);
            let ty = ty.gradient().unwrap_or(ty);
            let name = format!("{}_dot", data.name);
            let (kind, by_ref) = match data.kind {
                VarKind::Param(n) => {
                    let p = &self.sig.params[n];
                    let local = p.role != Role::Active || (p.mode == Passing::ByValue && self.changed.contains(&var));
                    if local {
                        (VarKind::Generated, false)
                    } else {
                        (VarKind::TangentParam { param: n, optional: p.is_optional() }, true)
                    }
                }
                _ => (VarKind::Generated, false),
            };
            let dot = self.func.var(&name, ty, data.span, kind, data.region);
            self.func.vars[dot.index()].by_ref = by_ref;
            self.func.vars[dot.index()].tangent = true;
            self.vars.insert(var, dot);
        }
    }

    fn params(&mut self) {
        for (i, slot) in self.func.params.clone().into_iter().enumerate() {
            let p = &self.sig.params[i];
            let span = p.name.span();
            match slot {
                ParamSlot::Value(v) if p.role == Role::Active => {
                    let ty = p.ty.peel().clone();
                    let dot = self.param_tangent(i, ty.clone());
                    let d = self.emit(OpKind::Load(Place::whole(dot)), ty, span);
                    self.func.values[d.index()].name = Some(format!("{}_dot", p.name));
                    self.dots.insert(v, d);
                }
                ParamSlot::Var(v) => {
                    let Some(dot) = self.vars.get(&v).copied() else { continue };
                    if let VarKind::Generated = self.func.vars[dot.index()].kind {
                        // A parameter that changes has a tangent of its own, from the caller's.
                        self.push(OpKind::Declare(dot, Init::ZeroLike(Place::whole(v))), span);
                        if p.role == Role::Active {
                            let ty = p.ty.shadow().unwrap_or(Ty::F64);
                            let from = self.param_tangent(i, ty);
                            self.push(OpKind::Accumulate(Place::whole(dot), Place::whole(from)), span);
                        }
                    }
                }
                ParamSlot::Value(_) => {}
            }
        }
    }

    fn param_tangent(&mut self, param: usize, ty: Ty) -> Var {
        let p = &self.sig.params[param];
        let body = self.func.body;
        let optional = p.is_optional();
        let var = self.func.var(
            &self.sig.dot(param).to_string(),
            ty,
            p.name.span(),
            VarKind::TangentParam { param, optional },
            body,
        );
        self.func.vars[var.index()].by_ref = true;
        self.func.vars[var.index()].tangent = true;
        var
    }

    fn region(&mut self, ops: Vec<Op>, region: Region) {
        for op in ops {
            self.here = region;
            self.op(op);
        }
    }

    fn keep(&mut self, op: Op) {
        self.func.regions[self.here.index()].push(op);
    }

    fn op(&mut self, op: Op) {
        let span = op.span;
        let kind = op.kind.clone();
        match &kind {
            OpKind::Neg(_)
            | OpKind::Binary(..)
            | OpKind::Rule(..)
            | OpKind::Cast(..)
            | OpKind::Select(..)
            | OpKind::Load(_) => {
                self.keep(op.clone());
                if let Some(v) = op.result
                    && self.act.varied(v)
                    && let Some(d) = self.value_dot(&kind, v, span)
                {
                    let name = self.func.values[v.index()].name.clone();
                    let data = &mut self.func.values[d.index()];
                    if let (None, Some(n)) = (&data.name, name) {
                        data.name = Some(format!("{n}_dot"));
                    }
                    self.dots.insert(v, d);
                }
            }
            OpKind::Declare(var, Init::Record { path, fields, rest }) => {
                self.record(*var, path, fields, rest.as_ref().map(|(from, _)| from), op.clone(), span)
            }
            OpKind::Declare(var, init) => {
                if let Some(dot) = self.vars.get(var).copied() {
                    let init = self.init(init, span);
                    self.push(OpKind::Declare(dot, init), span);
                }
                self.keep(op);
            }
            OpKind::Store(p, init) => {
                if let Some(dot) = self.dot_place(p) {
                    if let Init::Scalar(v) = init
                        && !self.dots.contains_key(v)
                        && !matches!(self.func.ty(*v).peel(), Ty::Float(_))
                    {
                        // A field that may be an integer: rustc knows what it is.
                        self.push(OpKind::Zero(dot), span);
                        self.keep(op);
                        return;
                    }
                    let init = self.init(init, span);
                    self.push(OpKind::Store(dot, init), span);
                }
                self.keep(op);
            }
            OpKind::Push(p, init) => {
                if let Some(dot) = self.dot_place(p) {
                    let init = self.init(init, span);
                    self.push(OpKind::Push(dot, init), span);
                }
                self.keep(op);
            }
            OpKind::Resize(p, n, init) => {
                if let Some(dot) = self.dot_place(p) {
                    let init = self.init(init, span);
                    self.push(OpKind::Resize(dot, *n, init), span);
                }
                self.keep(op);
            }
            OpKind::AddTo(p, v) => {
                if let (Some(dot), Some(d)) = (self.dot_place(p), self.dots.get(v).copied()) {
                    self.push(OpKind::AddTo(dot, d), span);
                }
                self.keep(op);
            }
            OpKind::Fill(p, v) => {
                if let Some(dot) = self.dot_place(p) {
                    let d = self.dot_or_zero(*v, span);
                    self.push(OpKind::Fill(dot, d), span);
                }
                self.keep(op);
            }
            OpKind::CopyFrom(dst, src) | OpKind::Accumulate(dst, src) => {
                if let Some(to) = self.dot_place(dst) {
                    match (self.dot_place(src), &kind) {
                        (Some(from), OpKind::Accumulate(..)) => self.push(OpKind::Accumulate(to, from), span),
                        // The source may be absent by type: add it to zero.
                        (from, _) => {
                            self.push(OpKind::Zero(to.clone()), span);
                            if let Some(from) = from {
                                self.push(OpKind::Accumulate(to, from), span);
                            }
                        }
                    }
                }
                self.keep(op);
            }
            OpKind::Zero(p) | OpKind::ReverseSlice(p) | OpKind::Pop(p) => {
                if let Some(dot) = self.dot_place(p) {
                    let kind = match &kind {
                        OpKind::Zero(_) => OpKind::Zero(dot),
                        OpKind::ReverseSlice(_) => OpKind::ReverseSlice(dot),
                        _ => OpKind::Pop(dot),
                    };
                    self.push(kind, span);
                }
                self.keep(op);
            }
            OpKind::Swap(a, b) => {
                if let (Some(a), Some(b)) = (self.dot_place(a), self.dot_place(b)) {
                    self.push(OpKind::Swap(a, b), span);
                }
                self.keep(op);
            }
            OpKind::SwapElements(p, i, j) => {
                if let Some(dot) = self.dot_place(p) {
                    self.push(OpKind::SwapElements(dot, *i, *j), span);
                }
                self.keep(op);
            }
            OpKind::Rotate { place, by, left } => {
                if let Some(place) = self.dot_place(place) {
                    self.push(OpKind::Rotate { place, by: *by, left: *left }, span);
                }
                self.keep(op);
            }
            OpKind::Truncate(p, n) => {
                if let Some(dot) = self.dot_place(p) {
                    self.push(OpKind::Truncate(dot, *n), span);
                }
                self.keep(op);
            }
            OpKind::Call(call) => {
                if self.act.goes_in(call) && self.has_output(call) {
                    self.call(call, span);
                } else {
                    self.keep(op);
                    // A result without tangent that something varied is joined with later has none either.
                    if let Some(dot) = call.result.and_then(|r| self.vars.get(&r).copied().map(|d| (r, d))) {
                        self.push(OpKind::Declare(dot.1, Init::ZeroLike(Place::whole(dot.0))), span);
                    }
                }
            }
            OpKind::If { .. } | OpKind::For { .. } | OpKind::While { .. } => {
                let here = self.here;
                for nested in kind.regions() {
                    let ops = std::mem::take(&mut self.func.regions[nested.index()]);
                    self.region(ops, nested);
                }
                self.here = here;
                self.keep(op);
            }
            // A struct's tangent is a struct, which nobody reads before it is set either.
            OpKind::Path(_) if zero::is_blank(&op.kind) => {
                let (kind, result, span) = (op.kind.clone(), op.result, op.span);
                self.keep(op);
                if let Some(v) = result
                    && let ty @ Ty::Other(_) = self.func.ty(v)
                {
                    let dot = self.emit(kind, ty, span);
                    self.dots.insert(v, dot);
                }
            }
            OpKind::Lit(_) | OpKind::Path(_) | OpKind::Not(_) | OpKind::Method(..) | OpKind::PathCall(..) => {
                self.keep(op)
            }
            OpKind::Stop(_) | OpKind::Len(_) | OpKind::Matches(..) | OpKind::Effect { .. } => self.keep(op),
            OpKind::Forward { .. } | OpKind::Reverse { .. } | OpKind::Joint { .. } | OpKind::Tangent { .. } => {
                self.keep(op)
            }
            OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } | OpKind::Open { .. } => self.keep(op),
        }
    }

    /// The tangent of a struct has its constant fields, which only the primal knows:
    ///
    /// ```text
    /// let p = Point { x: a, n: 3 };
    /// let mut p_dot = zero(&p);
    /// p_dot.x = a_dot;
    /// ```
    fn record(
        &mut self,
        var: Var,
        path: &proc_macro2::TokenStream,
        fields: &[(String, Init)],
        rest: Option<&Place>,
        op: Op,
        span: Span,
    ) {
        let Some(dot) = self.vars.get(&var).copied() else { return self.keep(op) };
        // What moves into the struct has moved when its tangent is looked at.
        let mut dots = Vec::new();
        for (name, e) in fields {
            let varied =
                crate::analysis::activity::init_any(e, &|v| self.act.varied(v), &|p| self.act.varied_var(p.base));
            let init = match e {
                _ if !varied => None,
                Init::Scalar(_) => Some(self.init(e, span)),
                aggregate => {
                    let init = self.init(aggregate, span);
                    let ty = self.func.types.fresh();
                    let var = self.func.var("field_dot", ty, span, VarKind::Generated, self.here);
                    self.push(OpKind::Declare(var, init), span);
                    if let Init::Copy { from, how: CopyHow::Bits | CopyHow::Clone } = aggregate
                        && self.may_be_array(from)
                    {
                        Some(Init::Copy { from: Place::whole(var), how: CopyHow::Clone })
                    } else {
                        Some(Init::Move(Place::whole(var)))
                    }
                }
            };
            dots.push((Proj::member(path, name), init));
        }
        let whole = Place::whole(dot);
        let rest = rest.and_then(|from| self.dot_place(from).map(|d| (from, d)));
        match &rest {
            // The tangent of the base, in its shape: listed fields may have another one, and the base may have moved below.
            Some((from, tangent)) => {
                self.push(OpKind::Declare(dot, Init::ZeroLike((*from).clone())), span);
                self.push(OpKind::Accumulate(whole.clone(), tangent.clone()), span);
                self.keep(op);
            }
            None => {
                self.keep(op);
                self.push(OpKind::Declare(dot, Init::ZeroLike(Place::whole(var))), span);
            }
        }
        for (step, init) in dots {
            let member = whole.then(step.clone());
            match init {
                Some(init) => self.push(OpKind::Store(member, init), span),
                None if rest.is_some() => {
                    let ty = self.func.place_ty(&member);
                    match self.func.types.resolve(&ty).peel() {
                        Ty::Float(_) => self.push(OpKind::Zero(member), span),
                        ty if !ty.may_hold_float() => {}
                        _ => self.push(OpKind::Store(member, Init::ZeroLike(Place::whole(var).then(step))), span),
                    }
                }
                None => {}
            }
        }
    }

    fn has_output(&self, call: &Call) -> bool {
        call.result.is_some_and(|r| self.vars.contains_key(&r))
            || crate::analysis::activity::ref_muts(call.live_args()).any(|p| self.vars.contains_key(&p.base))
    }

    fn dot_place(&mut self, p: &Place) -> Option<Place> {
        if self.func.is_inert_part(p) {
            return None;
        }
        Some(p.map(*self.vars.get(&p.base)?, |v| v))
    }

    fn dot_or_zero(&mut self, v: Value, span: Span) -> Value {
        if let Some(d) = self.dots.get(&v) {
            return *d;
        }
        let ty = self.func.ty(v).peel().clone();
        self.emit(OpKind::Lit("0.0".into()), ty, span)
    }

    fn value_dot(&mut self, kind: &OpKind, v: Value, span: Span) -> Option<Value> {
        let ty = self.func.ty(v).peel().clone();
        match kind {
            OpKind::Neg(a) => {
                let d = *self.dots.get(a)?;
                Some(self.emit(OpKind::Neg(d), ty, span))
            }
            OpKind::Cast(a, _) => {
                let d = *self.dots.get(a)?;
                if let (Ty::Var(_), Ty::Float(_)) = (self.func.ty(*a), &ty) {
                    // A field that may be an integer: of the tangent of a struct it has the primal's value.
                    let krate = &self.sig.krate;
                    return Some(self.emit(OpKind::PathCall(quote!(#krate::Cast::<#ty>::cast_dot), vec![d]), ty, span));
                }
                if super::is_open_float(self.func.ty(*a).peel()) {
                    let path = super::of_runtime(&self.sig.krate, "cast_tangent", span);
                    let wide = self.emit(OpKind::PathCall(path, vec![*a, d]), Ty::F64, span);
                    return Some(self.emit(OpKind::Cast(wide, ty.clone()), ty, span));
                }
                Some(self.emit(OpKind::Cast(d, ty.clone()), ty, span))
            }
            OpKind::Load(p) => {
                let dot = self.dot_place(p)?;
                Some(self.emit(OpKind::Load(dot), ty, span))
            }
            OpKind::Select(c, a, b) => {
                let (da, db) = (self.dot_or_zero(*a, span), self.dot_or_zero(*b, span));
                Some(self.emit(OpKind::Select(*c, da, db), ty, span))
            }
            OpKind::Binary(b, x, y) => {
                let (dx, dy) = (self.dots.get(x).copied(), self.dots.get(y).copied());
                match b {
                    BinOp::Add | BinOp::Sub => match (dx, dy) {
                        (Some(dx), Some(dy)) => Some(self.emit(OpKind::Binary(*b, dx, dy), ty, span)),
                        (Some(dx), None) => Some(dx),
                        (None, Some(dy)) if *b == BinOp::Add => Some(dy),
                        (None, Some(dy)) => Some(self.emit(OpKind::Neg(dy), ty, span)),
                        (None, None) => None,
                    },
                    BinOp::Mul => {
                        let a = dx.map(|d| self.emit(OpKind::Binary(BinOp::Mul, d, *y), ty.clone(), span));
                        let b = dy.map(|d| self.emit(OpKind::Binary(BinOp::Mul, *x, d), ty.clone(), span));
                        self.sum(a, b, &ty, span)
                    }
                    BinOp::Div | BinOp::Rem => {
                        let rule = rules::lookup(b.symbol())?;
                        self.rule_dot(rule, &[*x, *y], v, span)
                    }
                    BinOp::And | BinOp::Or | BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor | BinOp::Shl | BinOp::Shr => {
                        None
                    }
                    BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => None,
                }
            }
            OpKind::Rule(rule, args) => self.rule_dot(rule, args, v, span),
            _ => None,
        }
    }

    fn sum(&mut self, a: Option<Value>, b: Option<Value>, ty: &Ty, span: Span) -> Option<Value> {
        match (a, b) {
            (Some(a), Some(b)) => Some(self.emit(OpKind::Binary(BinOp::Add, a, b), ty.clone(), span)),
            (a, b) => a.or(b),
        }
    }

    fn rule_dot(&mut self, rule: &'static Rule, args: &[Value], y: Value, span: Span) -> Option<Value> {
        let ty = self.func.ty(y).peel().clone();
        let float = match &ty {
            Ty::Float(f) => *f,
            _ => Float::F64,
        };
        let mut total = None;
        for (i, a) in args.iter().enumerate() {
            let Some(d) = self.dots.get(a).copied() else { continue };
            let term = match rules::partial(rule, i) {
                Partial::Zero => continue,
                Partial::One => d,
                Partial::MinusOne => self.emit(OpKind::Neg(d), ty.clone(), span),
                Partial::Formula(formula) => {
                    let mut names = |name: &str| {
                        if name == "y" {
                            Some(y)
                        } else {
                            rule.formals.iter().position(|f| f.name == name).map(|k| args[k])
                        }
                    };
                    let like = like_of(&formula, rule, float, &self.sig.krate, span).map(|path| (path, args[0]));
                    let krate = &self.sig.krate;
                    let mut values = Formula { names: &mut names, float, krate, like, span };
                    let kind = if rule.singular.get(i).copied().unwrap_or(false) {
                        OpKind::Rule(&rules::GUARDED, vec![d, values.eval(&formula, self)?])
                    } else if let Some(x) = rules::reciprocal(&formula) {
                        OpKind::Binary(BinOp::Div, d, values.eval(x, self)?)
                    } else {
                        OpKind::Binary(BinOp::Mul, values.eval(&formula, self)?, d)
                    };
                    self.emit(kind, ty.clone(), span)
                }
            };
            total = self.sum(total, Some(term), &ty, span);
        }
        total
    }

    /// The tangent of an initial value.
    fn init(&mut self, init: &Init, span: Span) -> Init {
        match init {
            Init::Scalar(v) => match self.func.ty(*v).peel() {
                Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Str | Ty::Unit => Init::Tuple(Vec::new()),
                _ => Init::Scalar(self.dot_or_zero(*v, span)),
            },
            Init::Repeat { elem, len, vec } => {
                Init::Repeat { elem: Box::new(self.init(elem, span)), len: len.clone(), vec: *vec }
            }
            Init::List { elems, vec } => {
                Init::List { elems: elems.iter().map(|e| self.init(e, span)).collect(), vec: *vec }
            }
            Init::Tuple(elems) => Init::Tuple(elems.iter().map(|e| self.init(e, span)).collect()),
            Init::Record { .. } => unreachable!("lowering puts structs into variables of their own"),
            Init::Copy { from, how } => match self.dot_place(from) {
                Some(dot) if !self.is_optional(dot.base) => {
                    // Of a reference the tangent is a Vec.
                    let ty = self.func.place_ty(from);
                    let open = matches!(self.func.types.resolve(&ty).peel(), Ty::Slice(_) | Ty::Var(_));
                    let how = if open && *how == CopyHow::Bits { CopyHow::Clone } else { *how };
                    Init::Copy { from: dot, how }
                }
                dot => match (self.copy(from, dot, span), how) {
                    // A copy of an array as a Vec is a Vec.
                    (Init::Move(from), CopyHow::ToVec) => Init::Copy { from, how: CopyHow::ToVec },
                    (Init::Move(copied), CopyHow::Bits | CopyHow::Clone) if self.may_be_array(from) => {
                        Init::Copy { from: copied, how: CopyHow::Clone }
                    }
                    (init, _) => init,
                },
            },
            Init::Move(from) => match self.dot_place(from) {
                Some(dot) if !self.is_optional(dot.base) => Init::Move(dot),
                dot => self.copy(from, dot, span),
            },
            Init::Uninit
            | Init::NewVec { .. }
            | Init::Take(_)
            | Init::Popped(_)
            | Init::ZeroLike(_)
            | Init::Shape(_) => init.clone(),
        }
    }

    /// Whether this is a field that is known by its indexing alone, in what is differentiated again: the cotangent of an
    /// array is not taken as that of a Vec is, which is empty from the move on.
    fn may_be_array(&mut self, place: &Place) -> bool {
        let ty = self.func.place_ty(place);
        self.sig.order > 1 && matches!(self.func.types.resolve(&ty), Ty::Slice(_))
    }

    fn is_optional(&self, var: Var) -> bool {
        matches!(self.func.vars[var.index()].kind, VarKind::TangentParam { optional: true, .. })
    }

    /// A zero of the place's shape, plus its tangent if there is one.
    fn copy(&mut self, from: &Place, dot: Option<Place>, span: Span) -> Init {
        let ty = self.func.place_ty(from);
        let ty = self.func.types.resolve(&ty);
        let var = self.func.var("copied_dot", ty.gradient().unwrap_or(ty), span, VarKind::Generated, self.here);
        self.push(OpKind::Declare(var, Init::ZeroLike(from.clone())), span);
        if let Some(dot) = dot {
            self.push(OpKind::Accumulate(Place::whole(var), dot), span);
        }
        Init::Move(Place::whole(var))
    }

    // ---- calls ----

    fn call(&mut self, call: &Call, span: Span) {
        let mut call = call.clone();
        let own = call.own().len();
        let value = call.form == Form::Value;
        call.shadows =
            call.args.clone().iter().enumerate().map(|(i, a)| self.arg(a, value || i >= own, span)).collect();
        let result_dot = call.result.and_then(|r| self.vars.get(&r).copied());
        self.push(OpKind::Tangent { call, result_dot }, span);
    }

    /// `concrete`: what takes it is no generic function, but one of the very types.
    fn arg(&mut self, arg: &Arg, concrete: bool, span: Span) -> ArgShadow {
        match arg {
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => match self.dot_place(p) {
                None => ArgShadow::Const,
                Some(dot) if self.is_optional(dot.base) => {
                    let ty = self.func.place_ty(p);
                    let ty = self.func.types.resolve(&ty).peel().clone();
                    if matches!(ty, Ty::Slice(_) | Ty::Float(_)) && !concrete {
                        return ArgShadow::Place(dot);
                    }
                    // The callee may take an array or a Vec as a slice: see `prepare`.
                    match self.copy(p, Some(dot), span) {
                        Init::Move(place) => ArgShadow::Place(place),
                        _ => ArgShadow::Const,
                    }
                }
                Some(dot) => ArgShadow::Place(dot),
            },
            _ if !self.act.arg_varied(arg) => ArgShadow::Const,
            Arg::Value(v) => {
                let ty = self.func.ty(*v).peel().clone();
                let d = self.dot_or_zero(*v, span);
                self.temp(ty, Init::Scalar(d), span)
            }
            Arg::Owned(init, ty) => {
                let ty = self.func.types.resolve(ty);
                let init = self.init(init, span);
                self.temp(ty.gradient().unwrap_or(ty), init, span)
            }
            Arg::Tuple(parts) => {
                let init = Init::Tuple(parts.iter().map(|p| self.part(p, span)).collect());
                let ty = self.func.types.fresh();
                self.temp(ty, init, span)
            }
            Arg::Tokens(_) | Arg::Function(_) => ArgShadow::Const,
        }
    }

    fn part(&mut self, arg: &Arg, span: Span) -> Init {
        match arg {
            Arg::Value(v) => self.init(&Init::Scalar(*v), span),
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => {
                let dot = self.dot_place(p);
                self.copy(p, dot, span)
            }
            Arg::Owned(init, _) => self.init(init, span),
            Arg::Tuple(parts) => Init::Tuple(parts.iter().map(|p| self.part(p, span)).collect()),
            Arg::Tokens(_) | Arg::Function(_) => Init::Tuple(Vec::new()),
        }
    }

    fn temp(&mut self, ty: Ty, init: Init, span: Span) -> ArgShadow {
        let var = self.func.var("arg_dot", ty, span, VarKind::Generated, self.here);
        self.push(OpKind::Declare(var, init), span);
        ArgShadow::Place(Place::whole(var))
    }

    // ---- the result ----

    fn ret(&mut self, ret: &RetShape) -> RetShape {
        let span = self.sig.ident.span();
        match ret {
            RetShape::Unit => RetShape::Unit,
            RetShape::Value(v) => match self.func.ty(*v).peel() {
                Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Str | Ty::Unit => RetShape::Unit,
                _ => RetShape::Value(self.dot_or_zero(*v, span)),
            },
            RetShape::Var(var) => match self.vars.get(var).copied() {
                Some(dot) => RetShape::Var(dot),
                None => self.zero(&Place::whole(*var), span),
            },
            RetShape::Ref(place) => {
                let dot = self.dot_place(place);
                match self.copy(place, dot, span) {
                    Init::Move(p) => RetShape::Var(p.base),
                    _ => RetShape::Unit,
                }
            }
            RetShape::Tuple(parts) => RetShape::Tuple(parts.iter().map(|p| self.ret(p)).collect()),
        }
    }

    fn zero(&mut self, place: &Place, span: Span) -> RetShape {
        let ty = self.func.place_ty(place);
        let ty = self.func.types.resolve(&ty);
        if ty.is_scalar() && !ty.may_hold_float() {
            return RetShape::Unit;
        }
        match self.copy(place, None, span) {
            Init::Move(p) => RetShape::Var(p.base),
            _ => RetShape::Unit,
        }
    }
}
