//! The adjoints of operations on memory.

use super::adjoint::Builder;
use super::formula::Target;
use super::prepare::Shape;
use crate::ir::{BinOp, Init, Op, OpKind, Place, Proj, Region, Ty, Value, VarKind};
use proc_macro2::Span;

impl Builder<'_> {
    pub(super) fn memory(&mut self, op: &Op, fwd: Region, index: usize) {
        let span = op.span;
        match &op.kind {
            OpKind::Declare(var, init) => {
                if let Some(shadow) = self.prep.shadows.get(var).copied() {
                    self.init(init, &Place::whole(shadow), span);
                }
            }
            OpKind::Store(place, init) => {
                let Some(shadow) = self.shadow(place, span) else { return };
                if let Init::Scalar(v) = init {
                    // v_bar += p_bar; p_bar = 0
                    let ty = self.func.ty(*v).peel().clone();
                    if !self.active(*v) && !matches!(ty, Ty::Float(_)) {
                        // A field that may be an integer: rustc knows what it is.
                        self.push(OpKind::Zero(shadow), span);
                        return;
                    }
                    let c = self.active(*v).then(|| self.emit(OpKind::Load(shadow.clone()), ty.clone(), span));
                    let zero = self.float_zero(&ty, span);
                    self.push(OpKind::Store(shadow, Init::Scalar(zero)), span);
                    if let Some(c) = c {
                        self.add(*v, c, span);
                    }
                    return;
                }
                if let Init::Copy { from, .. } | Init::Move(from) = init
                    && from == place
                {
                    // `v = v.clone()`
                    return;
                }
                self.init(init, &shadow, span);
                let old = self.prep.info.get(&(fwd, index)).and_then(|i| i.old);
                match old {
                    Some(shape) => {
                        let ty = self.func.place_ty(place);
                        let ty = self.func.types.resolve(&ty);
                        let zero = self.zero_of(&ty, shape, span);
                        self.push(OpKind::Store(shadow, zero), span);
                    }
                    None => self.push(OpKind::Zero(shadow), span),
                }
            }
            OpKind::AddTo(place, v) => {
                if let Some(shadow) = self.shadow(place, span)
                    && self.active(*v)
                {
                    let ty = self.func.ty(*v).peel().clone();
                    let c = self.emit(OpKind::Load(shadow), ty, span);
                    self.add(*v, c, span);
                }
            }
            OpKind::Fill(place, v) => {
                let Some(shadow) = self.shadow(place, span) else { return };
                if self.active(*v) {
                    self.sum_into(&shadow, *v, None, span);
                }
                self.push(OpKind::Zero(shadow), span);
            }
            OpKind::CopyFrom(dst, src) => {
                let Some(to) = self.shadow(dst, span) else { return };
                if let Some(from) = self.shadow(src, span) {
                    self.push(OpKind::Accumulate(from, to.clone()), span);
                }
                self.push(OpKind::Zero(to), span);
            }
            OpKind::Accumulate(dst, src) => {
                if let (Some(to), Some(from)) = (self.shadow(dst, span), self.shadow(src, span)) {
                    self.push(OpKind::Accumulate(from, to), span);
                }
            }
            OpKind::Zero(place) => {
                if let Some(shadow) = self.shadow(place, span) {
                    self.push(OpKind::Zero(shadow), span);
                }
            }
            OpKind::Swap(a, b) => {
                if let (Some(a), Some(b)) = (self.shadow(a, span), self.shadow(b, span)) {
                    self.push(OpKind::Swap(a, b), span);
                }
            }
            OpKind::SwapElements(place, i, j) => {
                if let Some(shadow) = self.shadow(place, span) {
                    let (i, j) = (self.lookup(*i, span), self.lookup(*j, span));
                    self.push(OpKind::SwapElements(shadow, i, j), span);
                }
            }
            OpKind::ReverseSlice(place) => {
                if let Some(shadow) = self.shadow(place, span) {
                    self.push(OpKind::ReverseSlice(shadow), span);
                }
            }
            OpKind::Rotate { place, by, left } => {
                // The way back: `p_bar.rotate_right(by)` for `p.rotate_left(by)`.
                if let Some(place) = self.shadow(place, span) {
                    let by = self.lookup(*by, span);
                    self.push(OpKind::Rotate { place, by, left: !left }, span);
                }
            }
            OpKind::Push(place, init) => {
                let Some(shadow) = self.shadow(place, span) else { return };
                if let Init::Scalar(v) = init {
                    let ty = self.func.ty(*v).peel().clone();
                    let c = self.emit(OpKind::Pop(shadow), ty, span);
                    if self.active(*v) {
                        self.add(*v, c, span);
                    }
                    return;
                }
                let ty = self.func.place_ty(place);
                let elem = self.func.types.resolve(&ty).element().cloned().unwrap_or(Ty::F64);
                let here = self.here();
                let bar = elem.gradient().unwrap_or(elem);
                let var = self.func.var("popped", bar, span, VarKind::Generated, here);
                self.push(OpKind::Declare(var, Init::Popped(shadow)), span);
                self.init(init, &Place::whole(var), span);
            }
            OpKind::Pop(place) | OpKind::Truncate(place, _) => {
                let Some(shadow) = self.shadow(place, span) else { return };
                self.resize_back(place, shadow, None, fwd, index, span);
            }
            OpKind::Resize(place, _, init) => {
                let Some(shadow) = self.shadow(place, span) else { return };
                self.resize_back(place, shadow, Some(init), fwd, index, span);
            }
            _ => {}
        }
    }

    /// The shadow gets the length back that it had before a change; `added` gets the cotangents of what was added.
    fn resize_back(
        &mut self,
        place: &Place,
        shadow: Place,
        added: Option<&Init>,
        fwd: Region,
        index: usize,
        span: Span,
    ) {
        let ty = self.func.place_ty(place);
        let ty = self.func.types.resolve(&ty);
        let added = added.filter(|init| self.flows(init));
        match self.prep.info.get(&(fwd, index)).and_then(|i| i.old) {
            Some(Shape::Flat(n)) => {
                let n = self.lookup(n, span);
                if let Some(init) = added {
                    self.spread(init, &shadow, Some(n), span);
                }
                let elem = ty.element().cloned().unwrap_or(Ty::F64);
                let zero = self.zero_of(&elem, Shape::Type, span);
                self.push(OpKind::Resize(shadow, n, zero), span);
            }
            Some(shape) => {
                // The rows that stay change places with zeros of the old shape.
                let here = self.here();
                let bar = ty.gradient().unwrap_or_else(|| ty.clone());
                let var = self.func.var("restored", bar, span, VarKind::Generated, here);
                let zero = self.zero_of(&ty, shape, span);
                self.push(OpKind::Declare(var, zero), span);
                let restored = Place::whole(var);
                let old = self.emit(OpKind::Len(restored.clone()), Ty::USIZE, span);
                if let Some(init) = added {
                    self.spread(init, &shadow, Some(old), span);
                }
                let now = self.emit(OpKind::Len(shadow.clone()), Ty::USIZE, span);
                let both = self.emit(OpKind::Method("min".into(), vec![old, now]), Ty::USIZE, span);
                self.push(OpKind::Swap(shadow.clone(), restored.clone()), span);
                self.each(both, span, |this, k| {
                    this.push(OpKind::Swap(shadow.then(Proj::Index(k)), restored.then(Proj::Index(k))), span);
                });
            }
            None => {}
        }
    }

    /// `v_bar += sum of bar[from..]`
    fn sum_into(&mut self, bar: &Place, v: Value, from: Option<Value>, span: Span) {
        let ty = self.func.ty(v).peel().clone();
        let zero = self.float_zero(&ty, span);
        let here = self.here();
        let sum = self.func.var("sum_bar", ty.clone(), span, VarKind::Generated, here);
        self.push(OpKind::Declare(sum, Init::Scalar(zero)), span);
        let len = self.emit(OpKind::Len(bar.clone()), Ty::USIZE, span);
        let count = match from {
            Some(n) => self.emit(OpKind::Method("saturating_sub".into(), vec![len, n]), Ty::USIZE, span),
            None => len,
        };
        self.each(count, span, |this, k| {
            let k = match from {
                Some(n) => this.emit(OpKind::Binary(BinOp::Add, n, k), Ty::USIZE, span),
                None => k,
            };
            let c = this.emit(OpKind::Load(bar.then(Proj::Index(k))), ty.clone(), span);
            this.push(OpKind::AddTo(Place::whole(sum), c), span);
        });
        let total = self.emit(OpKind::Load(Place::whole(sum)), ty, span);
        self.add(v, total, span);
    }

    /// What an initial value gets from the cotangent of what it became. `bar` is not reset.
    pub(super) fn init(&mut self, init: &Init, bar: &Place, span: Span) {
        match init {
            Init::Scalar(v) => {
                if self.active(*v) {
                    let ty = self.func.ty(*v).peel().clone();
                    let c = self.emit(OpKind::Load(bar.clone()), ty, span);
                    self.add(*v, c, span);
                }
            }
            Init::Repeat { elem, .. } => match &**elem {
                Init::Scalar(v) => {
                    if self.active(*v) {
                        self.sum_into(bar, *v, None, span);
                    }
                }
                nested => {
                    if self.flows(nested) {
                        self.spread(nested, bar, None, span);
                    }
                }
            },
            Init::List { elems, .. } => {
                for (i, e) in elems.iter().enumerate() {
                    if self.flows(e) {
                        let i = self.emit(OpKind::Lit(i.to_string().into()), Ty::USIZE, span);
                        self.init(e, &bar.then(Proj::Index(i)), span);
                    }
                }
            }
            Init::Tuple(elems) => {
                for (i, e) in elems.iter().enumerate() {
                    if self.flows(e) {
                        self.init(e, &bar.then(Proj::Field(i as u32)), span);
                    }
                }
            }
            Init::Record { path, fields, rest } => {
                for (name, e) in fields {
                    if self.flows(e) {
                        self.init(e, &bar.then(Proj::member(path, name)), span);
                    }
                }
                if let Some((from, _)) = rest
                    && let Some(shadow) = self.shadow(from, span)
                {
                    // What is left of the cotangent belongs to the fields that were not listed. Those that were get zeros
                    // of the shape that they have in the base, which its shadow has too. Callers may pass the shadow of a
                    // `&` as a constant; then the base, which nobody changes, is asked.
                    let kind = &self.func.vars[shadow.base.index()].kind;
                    let shaped = match kind {
                        VarKind::ShadowParam { optional: true, .. } => self.mapped_place(from, from.base, span),
                        _ => shadow.clone(),
                    };
                    for (name, _) in fields {
                        let step = Proj::member(path, name);
                        let member = bar.then(step.clone());
                        let ty = self.func.place_ty(&member);
                        match self.func.types.resolve(&ty).peel() {
                            Ty::Float(_) => self.push(OpKind::Zero(member), span),
                            // An integer has no cotangent that could be zero.
                            ty if !ty.may_hold_float() => {}
                            _ => self.push(OpKind::Store(member, Init::ZeroLike(shaped.then(step))), span),
                        }
                    }
                    self.push(OpKind::Accumulate(shadow, bar.clone()), span);
                }
            }
            Init::Copy { from, .. } => {
                if let Some(shadow) = self.shadow(from, span) {
                    self.push(OpKind::Accumulate(shadow, bar.clone()), span);
                }
            }
            Init::Move(from) => {
                let Some(shadow) = self.shadow(from, span) else { return };
                let empty = from.path.is_empty() && matches!(self.prep.shapes.get(&from.base), Some(Shape::Empty));
                if empty {
                    // The shadow was empty since the move; it takes the whole.
                    self.push(OpKind::Store(shadow, Init::Take(bar.clone())), span);
                } else {
                    self.push(OpKind::Accumulate(shadow, bar.clone()), span);
                }
            }
            Init::Uninit
            | Init::NewVec { .. }
            | Init::Take(_)
            | Init::Popped(_)
            | Init::ZeroLike(_)
            | Init::Shape(_) => {}
        }
    }

    /// `[[x; m]; n]` and the like: the cotangents of all copies, from `from` on.
    fn spread(&mut self, elem: &Init, bar: &Place, from: Option<Value>, span: Span) {
        if let Init::Scalar(v) = elem {
            self.sum_into(bar, *v, from, span);
            return;
        }
        let len = self.emit(OpKind::Len(bar.clone()), Ty::USIZE, span);
        let count = match from {
            Some(n) => self.emit(OpKind::Method("saturating_sub".into(), vec![len, n]), Ty::USIZE, span),
            None => len,
        };
        // Scalars inside get their sums through variables, since the loop's body is a region of its own.
        let mut scalars = Vec::new();
        scalars_of(elem, &mut scalars);
        let mut cells = Vec::new();
        for v in scalars.into_iter().filter(|v| self.active(*v)).collect::<Vec<_>>() {
            let ty = self.func.ty(v).peel().clone();
            let zero = self.float_zero(&ty, span);
            let here = self.here();
            let cell = self.func.var("sum_bar", ty, span, VarKind::Generated, here);
            self.push(OpKind::Declare(cell, Init::Scalar(zero)), span);
            cells.push((v, cell));
        }
        let places = cells.clone();
        self.each(count, span, |this, k| {
            let k = match from {
                Some(n) => this.emit(OpKind::Binary(BinOp::Add, n, k), Ty::USIZE, span),
                None => k,
            };
            this.init_to_cells(elem, &bar.then(Proj::Index(k)), &places, span);
        });
        for (v, cell) in cells {
            let ty = self.func.var_ty(cell);
            let c = self.emit(OpKind::Load(Place::whole(cell)), ty, span);
            self.add(v, c, span);
        }
    }

    fn init_to_cells(&mut self, init: &Init, bar: &Place, cells: &[(Value, crate::ir::Var)], span: Span) {
        match init {
            Init::Scalar(v) => {
                if let Some((_, cell)) = cells.iter().find(|(c, _)| c == v) {
                    let ty = self.func.var_ty(*cell);
                    let c = self.emit(OpKind::Load(bar.clone()), ty, span);
                    self.push(OpKind::AddTo(Place::whole(*cell), c), span);
                }
            }
            Init::Repeat { elem, .. } => {
                let len = self.emit(OpKind::Len(bar.clone()), Ty::USIZE, span);
                self.each(len, span, |this, k| this.init_to_cells(elem, &bar.then(Proj::Index(k)), cells, span));
            }
            Init::List { elems, .. } => {
                for (i, e) in elems.iter().enumerate() {
                    let i = self.emit(OpKind::Lit(i.to_string().into()), Ty::USIZE, span);
                    self.init_to_cells(e, &bar.then(Proj::Index(i)), cells, span);
                }
            }
            Init::Tuple(elems) => {
                for (i, e) in elems.iter().enumerate() {
                    self.init_to_cells(e, &bar.then(Proj::Field(i as u32)), cells, span);
                }
            }
            other => self.init(other, bar, span),
        }
    }

    /// Whether anything active is in an initial value.
    fn flows(&self, init: &Init) -> bool {
        crate::analysis::activity::init_any(init, &|v| self.active(v), &|p| self.active_var(p.base))
    }
}

fn scalars_of(init: &Init, out: &mut Vec<Value>) {
    match init {
        Init::Scalar(v) => out.push(*v),
        Init::Repeat { elem, .. } => scalars_of(elem, out),
        Init::List { elems, .. } | Init::Tuple(elems) => elems.iter().for_each(|e| scalars_of(e, out)),
        Init::Record { fields, .. } => fields.iter().for_each(|(_, e)| scalars_of(e, out)),
        Init::Uninit | Init::NewVec { .. } | Init::Copy { .. } | Init::Move(_) | Init::Take(_) => {}
        Init::Popped(_) | Init::ZeroLike(_) | Init::Shape(_) => {}
    }
}
