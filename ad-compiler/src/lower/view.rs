//! References chosen among views of one variable: one view, whose ends and indices are variables.
//!
//! ```text
//! if c { &x[1..3] } else { x }      if c { from = 1; to = 3 } else { from = 0; to = x.len() }; &x[from..to]
//! ```
//!
//! So the reverse sweep has one place to follow, and the choice costs two integers. References to different
//! variables are a number and a list instead ([`Operand::Choice`]).

use super::Lower;
use super::env::Operand;
use crate::ir::{BinOp, Init, OpKind, Place, Proj, Region, Ty, Value, Var, VarKind};
use proc_macro2::Span;

/// What the views have in common, and the variables for what they differ in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    base: Var,
    steps: Vec<Step>,
    /// From where to where, if some of them are parts of what the steps lead to.
    ends: Option<(Var, Var)>,
    pub(crate) mutable: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(Proj),
    Index(Var),
}

/// The steps to what is viewed; ranges stand at the end only.
fn split(place: &Place) -> Option<(&[Proj], &[Proj])> {
    let at = place.path.iter().position(|p| matches!(p, Proj::Range { .. })).unwrap_or(place.path.len());
    let (steps, ranges) = place.path.split_at(at);
    ranges.iter().all(|p| matches!(p, Proj::Range { .. })).then_some((steps, ranges))
}

fn alike(a: &[Proj], b: &[Proj]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (Proj::Index(_), Proj::Index(_)) => true,
            (Proj::Index(_) | Proj::Range { .. }, _) => false,
            (Proj::Field(_) | Proj::Named(_) | Proj::Variant { .. }, _) => pair.0 == pair.1,
        })
}

impl Lower<'_> {
    /// A view that any of these references can be, if there is one. `slice` says that the type is known to be a slice.
    /// The variables are declared by `declare`, which gets a name.
    pub(super) fn common_view(
        &mut self,
        operands: &[Operand],
        slice: bool,
        mut declare: impl FnMut(&mut Self, &str) -> Var,
    ) -> Option<View> {
        let mut places = Vec::new();
        let mut all_mutable = true;
        for o in operands {
            let Operand::Ref(p, mutable) = o else { return None };
            all_mutable &= mutable;
            places.push(p.clone());
        }
        let first = places.first()?.clone();
        let (steps, _) = split(&first)?;
        let mut ranges = slice;
        for p in &places {
            let (s, r) = split(p)?;
            if p.base != first.base || !alike(s, steps) {
                return None;
            }
            ranges |= !r.is_empty();
        }
        let steps = steps
            .iter()
            .map(|s| match s {
                Proj::Field(_) | Proj::Named(_) | Proj::Variant { .. } => Step::Field(s.clone()),
                Proj::Index(_) | Proj::Range { .. } => Step::Index(declare(self, "index")),
            })
            .collect();
        let ends = ranges.then(|| (declare(self, "from"), declare(self, "to")));
        Some(View { base: first.base, steps, ends, mutable: all_mutable })
    }

    /// Whether the view's variable is there in a region.
    pub(super) fn view_is_visible(&self, view: &View, region: Region) -> bool {
        self.func.encloses(self.func.vars[view.base.index()].region, region)
    }

    /// Sets the view's variables. False where the reference is not of the view's form.
    pub(super) fn fill_view(&mut self, view: &View, operand: &Operand, span: Span) -> bool {
        let Operand::Ref(place, _) = operand else { return false };
        let Some((steps, ranges)) = split(place) else { return false };
        if place.base != view.base || steps.len() != view.steps.len() || view.ends.is_none() && !ranges.is_empty() {
            return false;
        }
        for pair in view.steps.iter().zip(steps) {
            match pair {
                (Step::Field(m), n) if m == n => {}
                (Step::Index(var), Proj::Index(v)) => self.store(&Place::whole(*var), Init::Scalar(*v), span),
                (Step::Field(_) | Step::Index(_), _) => return false,
            }
        }
        if let Some((from, to)) = view.ends {
            let (lo, hi) = self.ends(place, ranges, span);
            self.store(&Place::whole(from), Init::Scalar(lo), span);
            self.store(&Place::whole(to), Init::Scalar(hi), span);
        }
        true
    }

    /// From where to where a place reaches in what it is a view of.
    fn ends(&mut self, place: &Place, ranges: &[Proj], span: Span) -> (Value, Value) {
        let mut from: Option<Value> = None;
        let mut plain = None;
        for range in ranges {
            let Proj::Range { lo, hi, inclusive } = range else { continue };
            plain = (!inclusive && ranges.len() == 1).then_some(*hi).flatten();
            from = match (from, *lo) {
                (Some(a), Some(b)) => Some(self.binary(BinOp::Add, a, b, span)),
                (a, b) => a.or(b),
            };
        }
        let lo = match from {
            Some(v) => v,
            None => self.index_lit(0, span),
        };
        let hi = match plain {
            Some(v) => v,
            None => {
                // That the parts are there is checked by their length.
                let len = self.push_value(OpKind::Len(place.clone()), Ty::USIZE, span);
                if from.is_some() { self.binary(BinOp::Add, lo, len, span) } else { len }
            }
        };
        (lo, hi)
    }

    /// The view, from what its variables hold here.
    pub(super) fn load_view(&mut self, view: &View, span: Span) -> Place {
        let mut place = Place::whole(view.base);
        for step in &view.steps {
            let step = match step {
                Step::Field(step) => step.clone(),
                Step::Index(var) => Proj::Index(self.load(&Place::whole(*var), span)),
            };
            place = place.then(step);
        }
        if let Some((from, to)) = view.ends {
            let lo = Some(self.load(&Place::whole(from), span));
            let hi = Some(self.load(&Place::whole(to), span));
            place = place.then(Proj::Range { lo, hi, inclusive: false });
        }
        place
    }

    /// The variables of a view may have been set where that is not seen here.
    pub(super) fn forget_view(&mut self, view: &View) {
        let ends = view.ends.iter().flat_map(|(a, b)| [a, b]);
        let indices = view.steps.iter().filter_map(|s| match s {
            Step::Index(var) => Some(var),
            Step::Field(_) => None,
        });
        for var in ends.chain(indices) {
            self.known.remove(var);
        }
    }

    /// A variable that is declared at an earlier position.
    pub(super) fn declared_at(&mut self, name: &str, ty: Ty, region: Region, at: usize, span: Span) -> Var {
        let var = self.func.var(name, ty, span, VarKind::Local, region);
        let kind = OpKind::Declare(var, Init::Uninit);
        self.late.push((region, at, crate::ir::Op { kind, result: None, span }));
        var
    }
}
