//! What several branches result in, joined: variables for values, a number for references.

use super::control::Arm;
use super::env::Operand;
use super::view::View;
use super::{Lower, peeled};
use crate::ir::{BinOp, Init, OpKind, Place, Ty, Value, Var};
use crate::messages as m;
use ad_ir::hash::HashMap;
use proc_macro2::Span;
use quote::quote;
use std::rc::Rc;

impl Lower<'_> {
    pub(super) fn merge(&mut self, arms: &mut [Arm], span: Span) -> Merged {
        let live: Vec<usize> = (0..arms.len()).filter(|&i| arms[i].falls()).collect();
        let operands: Vec<Operand> = live.iter().map(|&i| arms[i].operand.clone()).collect();
        if operands.iter().any(|o| matches!(o, Operand::Unit)) {
            return Merged::Now(Operand::Unit);
        }
        if let Some(same) = self.same_reference(&operands) {
            return Merged::Now(same);
        }
        let shape = self.shape_of(&operands, span);
        let Some(shape) = shape else { return Merged::Now(Operand::Never) };
        for (k, &i) in live.iter().enumerate() {
            let operand = operands[k].clone();
            let mut arm = std::mem::replace(&mut arms[i], Arm::empty());
            self.append(&mut arm, |this| this.fill_shape(&shape, operand, k, span));
            arms[i] = arm;
        }
        Merged::Load(shape)
    }

    pub(super) fn same_reference(&self, operands: &[Operand]) -> Option<Operand> {
        let Operand::Ref(first, mutable) = operands.first()? else { return None };
        operands
            .iter()
            .all(|o| matches!(o, Operand::Ref(p, _) if p == first))
            .then(|| Operand::Ref(first.clone(), *mutable))
    }

    /// Decides how the results of the arms are joined, and declares the variables for it.
    pub(super) fn shape_of(&mut self, operands: &[Operand], span: Span) -> Option<Shape> {
        let arity = operands.iter().find_map(|o| match o {
            Operand::Tuple(parts) => Some(parts.len()),
            _ => None,
        });
        if let Some(arity) = arity {
            let mut parts = Vec::new();
            for i in 0..arity {
                let column: Vec<Operand> = operands
                    .iter()
                    .map(|o| match o {
                        Operand::Tuple(p) if p.len() == arity => p[i].clone(),
                        other => self.field(other.clone(), i as u32, span),
                    })
                    .collect();
                parts.push(self.shape_of(&column, span)?);
            }
            return Some(Shape::Tuple(parts));
        }
        if operands.iter().all(|o| matches!(o, Operand::Unit)) {
            return Some(Shape::Unit);
        }
        if operands.iter().any(|o| matches!(o, Operand::Maybe(..))) {
            let mut held = Vec::new();
            let mut at = Vec::new();
            for o in operands {
                at.push(held.len());
                held.extend(self.held_by(o, span));
            }
            let held = self.shape_of(&held, span)?;
            let some = self.declare("some", Ty::Bool, Init::Uninit, span);
            return Some(Shape::Maybe(some, Box::new(held), at));
        }
        if operands.iter().any(|o| matches!(o, Operand::Ordering(_))) {
            return Some(Shape::Ordering(self.declare("order", Ty::Int("i8"), Init::Uninit, span)));
        }
        if let Some(bad) =
            operands.iter().find(|o| matches!(o, Operand::Closure(_) | Operand::Iter(_) | Operand::Range(_)))
        {
            let what = match bad {
                Operand::Closure(_) => "closure",
                Operand::Iter(_) => "iterator",
                _ => "range",
            };
            self.sink.error(span, m::CHOSEN_AT_RUN_TIME, what);
            return None;
        }
        // References chosen at run time: to constants outside, they are values; to our own data, a choice.
        let scalar = operands.iter().any(|o| matches!(o, Operand::Value(_)));
        let references = !scalar
            && operands.iter().any(|o| match o {
                Operand::Ref(p, mutable) => *mutable || !self.is_scalar_place(p),
                Operand::Choice(..) => true,
                _ => false,
            });
        if references {
            if operands
                .iter()
                .all(|o| matches!(o, Operand::Ref(p, false) if p.path.is_empty() && self.is_extern(p.base)))
            {
                let mut ty = self.func.types.fresh();
                for o in operands {
                    if let Operand::Ref(p, _) = o {
                        let t = self.func.place_ty(p);
                        if !self.func.types.unify(&ty, &t) {
                            ty = t;
                        }
                    }
                }
                let var = self.declare("table", Ty::Ref(Box::new(ty), false), Init::Uninit, span);
                return Some(Shape::Table(var));
            }
            let named = |this: &mut Self, name: &str| this.declare(name, Ty::USIZE, Init::Uninit, span);
            if let Some(view) = self.common_view(operands, false, named) {
                if !self.view_is_visible(&view, self.cur) {
                    self.sink.error(span, m::REFERENCE_CHOSEN, "");
                    return None;
                }
                return Some(Shape::View(Rc::new(view)));
            }
            let mut chosen = Chosen::default();
            for o in operands {
                let first = chosen.options.len();
                let places = match o {
                    Operand::Ref(p, mutable) => vec![(p.clone(), *mutable)],
                    // One of several already: its number comes on top.
                    Operand::Choice(_, of) => of
                        .iter()
                        .filter_map(
                            |o| if let Operand::Ref(p, mutable) = o { Some((p.clone(), *mutable)) } else { None },
                        )
                        .collect(),
                    _ => Vec::new(),
                };
                let visible =
                    places.iter().all(|(p, _)| self.func.encloses(self.func.vars[p.base.index()].region, self.cur));
                if !visible || places.is_empty() {
                    self.sink.error(span, m::REFERENCE_CHOSEN, "");
                    return None;
                }
                // Indices computed in the branch are carried out of it.
                let mut cells = Vec::new();
                for v in places.iter().flat_map(|(p, _)| p.values().collect::<Vec<_>>()) {
                    if !self.func.encloses(self.func.values[v.index()].region, self.cur) {
                        let ty = self.func.values[v.index()].ty.clone();
                        let zero = self.index_lit(0, span);
                        self.func.values[zero.index()].ty = ty.clone();
                        cells.push((v, self.declare("index", ty, Init::Scalar(zero), span)));
                    }
                }
                chosen.options.extend(places);
                chosen.arms.push((first, cells));
            }
            let which = self.declare("which", Ty::USIZE, Init::Uninit, span);
            return Some(Shape::Choice(which, Rc::new(chosen)));
        }
        let mut ty = self.func.types.fresh();
        for o in operands {
            let t = peeled(&self.ty_of(o));
            if !self.func.types.unify(&ty, &t) {
                ty = t;
            }
        }
        let var = self.declare("value", ty, Init::Uninit, span);
        Some(Shape::Var(var))
    }

    pub(super) fn fill_shape(&mut self, shape: &Shape, operand: Operand, arm: usize, span: Span) {
        match shape {
            Shape::Unit => {}
            Shape::Var(var) => {
                if let Some(init) = self.as_init(operand, span) {
                    self.store(&Place::whole(*var), init, span);
                }
            }
            Shape::Table(var) => {
                if let Operand::Ref(place, _) = operand {
                    let tokens = self.extern_tokens(place.base);
                    let ty = Ty::Ref(Box::new(self.func.place_ty(&place)), false);
                    let v = self.push_value(OpKind::Path(quote!(&#tokens)), ty, span);
                    self.tables.push((self.cur, v, tokens));
                    self.store(&Place::whole(*var), Init::Scalar(v), span);
                }
            }
            Shape::View(view) => {
                // All were found to be of the view's form.
                let _ = self.fill_view(view, &operand, span);
            }
            Shape::Choice(which, chosen) => {
                let (first, cells) = &chosen.arms[arm];
                for (v, cell) in cells {
                    self.store(&Place::whole(*cell), Init::Scalar(*v), span);
                }
                let mut n = self.index_lit(*first, span);
                if let Operand::Choice(inner, _) = operand {
                    n = self.binary(BinOp::Add, n, inner, span);
                }
                self.store(&Place::whole(*which), Init::Scalar(n), span);
            }
            Shape::Maybe(flag, held, at) => {
                let Some((some, there)) = self.maybe_parts(operand, span) else { return };
                self.store(&Place::whole(*flag), Init::Scalar(some), span);
                let Some(there) = there else { return };
                if self.trues.contains(&some) || Self::is_at_hand(&there) {
                    return self.fill_shape(held, there, at[arm], span);
                }
                let filled = self.arm(|this| {
                    this.fill_shape(held, there, at[arm], span);
                    Operand::Unit
                });
                self.conditional(some, filled, span);
            }
            Shape::Ordering(var) => {
                if let Some(v) = self.ordering(operand, span) {
                    self.store(&Place::whole(*var), Init::Scalar(v), span);
                }
            }
            Shape::Tuple(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    let field = self.field(operand.clone(), i as u32, span);
                    self.fill_shape(part, field, arm, span);
                }
            }
        }
    }

    pub(super) fn load_shape(&mut self, shape: &Shape, span: Span) -> Operand {
        match shape {
            Shape::Unit => Operand::Unit,
            Shape::Var(var) => {
                let ty = self.func.var_ty(*var);
                let open = self.func.types.class(&ty) == Some(crate::ir::ty::Class::Any);
                if ty.is_scalar() || self.func.types.class(&ty).is_some() && !open {
                    Operand::Value(self.load(&Place::whole(*var), span))
                } else {
                    Operand::Owned(*var)
                }
            }
            Shape::Table(var) => Operand::Ref(Place::whole(*var), false),
            Shape::View(view) => Operand::Ref(self.load_view(view, span), view.mutable),
            Shape::Choice(which, chosen) => {
                let which = self.load(&Place::whole(*which), span);
                let mut now: HashMap<Value, Value> = HashMap::default();
                for (v, cell) in chosen.arms.iter().flat_map(|(_, cells)| cells) {
                    now.insert(*v, self.load(&Place::whole(*cell), span));
                }
                let mut of = Vec::new();
                for (p, mutable) in &chosen.options {
                    of.push(Operand::Ref(p.map(p.base, |v| now.get(&v).copied().unwrap_or(v)), *mutable));
                }
                Operand::Choice(which, Rc::new(of))
            }
            Shape::Tuple(parts) => Operand::Tuple(parts.iter().map(|p| self.load_shape(p, span)).collect()),
            Shape::Maybe(flag, held, _) => {
                let some = self.load(&Place::whole(*flag), span);
                Operand::Maybe(some, Rc::new(self.load_shape(held, span)))
            }
            Shape::Ordering(var) => Operand::Ordering(self.load(&Place::whole(*var), span)),
        }
    }
}

pub(super) enum Merged {
    Now(Operand),
    Load(Shape),
}

/// How the results of several arms are joined.
pub(super) enum Shape {
    Unit,
    Var(Var),
    /// A variable that holds a reference to a constant outside.
    Table(Var),
    /// Views of one variable.
    View(Rc<View>),
    /// The number of what was chosen, and what there is to choose from.
    Choice(Var, Rc<Chosen>),
    Tuple(Vec<Shape>),
    /// An `Option` that is not built: a flag, what it holds, and for each arm which of what they hold is its own.
    Maybe(Var, Box<Shape>, Vec<usize>),
    /// An `Ordering`.
    Ordering(Var),
}

/// References to choose from.
#[derive(Default)]
pub(super) struct Chosen {
    /// Each place, and whether the reference is `&mut`.
    options: Vec<(Place, bool)>,
    /// For each arm the number of its first option, and the variables that carry its indices.
    arms: Vec<(usize, Vec<(Value, Var)>)>,
}
