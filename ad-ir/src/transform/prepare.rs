//! Prepares a primal for its adjoint: what the reverse sweep may ask for is computed where it can be.
//!
//! ```text
//! while c { body }                trips = 0; while c { trips += 1; body }; n = trips
//! v.truncate(k)                   old = v.len(); v.truncate(k)
//! y = helper(&u)                  kept = u.clone(); (y, reverse) = helper::forward(&u)     if u changes later
//! if c { out = v }                if c { out = v.clone() }                                 a move in a branch
//! ```
//!
//! Nothing here depends on what will be needed; dead code elimination removes the rest.

use crate::analysis::activity::{Activity, ref_muts};
use crate::analysis::fusion::{Fusion, Part};
use crate::analysis::stability::Stability;
use crate::hash::HashMap;
use crate::ir::{
    Access, Arg, ArgShadow, CopyHow, EntityMap, EntitySet, Func, Init, Keeping, Op, OpKind, ParamSlot, Place, Range,
    Region, Residual, Ty, Value, Var, VarKind, for_each_place,
};
use crate::signature::{Passing, Role, Signature};
use proc_macro2::Span;
use quote::quote;

/// What was found and added.
#[derive(Debug, Default, Clone)]
pub struct Prepared {
    /// The shadow of each active variable.
    pub shadows: EntityMap<Var, Var>,
    /// For each loop, by its body, how often the body ran.
    pub trips: EntityMap<Region, Value>,
    /// By region and index of the operation.
    pub info: HashMap<(Region, usize), Info>,
    /// How to make the zero shadow of a local.
    pub shapes: EntityMap<Var, Shape>,
    /// Local shadows of parameters: added to the caller's at the end.
    pub local_params: Vec<(usize, Var)>,
}

/// What the reverse of one operation needs.
#[derive(Debug, Default, Clone)]
pub struct Info {
    /// The length or shape before a change.
    pub old: Option<Shape>,
    /// Kept copies of arguments, by position.
    pub copies: Vec<Option<(Residual, Keeping)>>,
    /// Kept shapes of arguments moved into the call, by position.
    pub arg_shapes: Vec<Option<(Residual, Keeping)>>,
    /// Which shadows are variables of the call's own, to be absorbed after it.
    pub temps: Vec<bool>,
    /// For active calls.
    pub residual: Option<(Residual, Keeping)>,
    pub joint: bool,
    /// The zero cotangent of a result that nothing uses.
    pub seed: Option<Shape>,
    /// The shadows of a joint call's arguments.
    pub joint_shadows: Vec<ArgShadow>,
    /// Whether the operation is reversed where it stands, with these shadows of its region opened before: see
    /// [`crate::analysis::fusion`].
    pub fused: Option<Vec<Var>>,
    /// What of the reverse runs early, each in front of a fused operation of the same region, which has this number among them.
    pub early: Vec<(usize, Part)>,
}

/// The shape of a cotangent.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// The type says it.
    Type,
    /// A Vec of floats of this length.
    Flat(Value),
    /// A kept zero.
    Kept(Residual, Keeping),
    /// An empty Vec: the variable was moved out, and its shadow comes back from there.
    Empty,
}

/// Prepares a function. `recursive` calls are reversed by joint calls.
pub fn prepare(func: &mut Func, sig: &Signature, act: &Activity, stab: &Stability, fusion: &Fusion) -> Prepared {
    let mutated = mutated(func);
    let loops = loop_bodies(func);
    let mut p = Prepare {
        func,
        act,
        stab,
        fusion,
        out: Prepared::default(),
        moved: EntitySet::default(),
        mutated,
        resized: EntitySet::default(),
        late: EntitySet::default(),
        loops,
        copied: Vec::new(),
        declared: Vec::new(),
    };
    p.find_moves_and_resizes();
    p.shadow_vars(sig);
    let body = p.func.body;
    p.region(body);
    p.declare_residuals();
    p.out
}

pub(super) struct Prepare<'a> {
    pub(super) func: &'a mut Func,
    pub(super) act: &'a Activity,
    pub(super) stab: &'a Stability,
    fusion: &'a Fusion,
    pub(super) out: Prepared,
    pub(super) moved: EntitySet<Var>,
    pub(super) mutated: EntitySet<Var>,
    pub(super) resized: EntitySet<Var>,
    /// Declared without a value.
    late: EntitySet<Var>,
    pub(super) loops: EntitySet<Region>,
    /// Copies of what has not changed since, in the present region.
    pub(super) copied: Vec<(Place, Residual, Keeping)>,
    /// Residuals that are declared at the head of the function.
    declared: Vec<Declared>,
}

/// A residual that is declared before the region that keeps it.
struct Declared {
    residual: Residual,
    span: Span,
    /// The region at whose head it is declared.
    home: Region,
    keeping: Keeping,
    /// The region that keeps it.
    within: Region,
}

fn mutated(func: &Func) -> EntitySet<Var> {
    let mut out = EntitySet::default();
    func.walk(func.body, &mut |_, op| {
        for_each_place(&op.kind, &mut |p, access| match access {
            Access::Write | Access::ReadWrite | Access::Move => drop(out.insert(p.base)),
            Access::Read | Access::Declare | Access::LenOnly => {}
        });
    });
    fn returned(ret: &crate::ir::RetShape, out: &mut EntitySet<Var>) {
        match ret {
            crate::ir::RetShape::Var(v) => drop(out.insert(*v)),
            crate::ir::RetShape::Tuple(parts) => parts.iter().for_each(|p| returned(p, out)),
            crate::ir::RetShape::Unit | crate::ir::RetShape::Value(_) | crate::ir::RetShape::Ref(_) => {}
        }
    }
    returned(&func.ret, &mut out);
    out
}

impl Prepare<'_> {
    fn find_moves_and_resizes(&mut self) {
        let mut stored_whole = EntitySet::default();
        let mut moves: Vec<(Region, Var)> = Vec::new();
        let mut resized = EntitySet::default();
        let mut late = EntitySet::default();
        self.func.walk(self.func.body, &mut |region, op| {
            // What takes a variable without being active itself brings no shadow back: it gets a clone.
            let brings_back = match &op.kind {
                OpKind::Declare(to, _) => self.act.var(*to),
                OpKind::Store(to, _) | OpKind::Push(to, _) | OpKind::Resize(to, ..) => self.act.var(to.base),
                OpKind::Call(call) => self.act.call(call),
                _ => true,
            };
            for_each_place(&op.kind, &mut |p, access| {
                if access == Access::Move && p.path.is_empty() && (brings_back || !self.act.var(p.base)) {
                    moves.push((region, p.base));
                }
            });
            match &op.kind {
                OpKind::Push(p, _) | OpKind::Pop(p) | OpKind::Resize(p, ..) | OpKind::Truncate(p, _) => {
                    resized.insert(p.base);
                }
                OpKind::Store(p, _) => {
                    resized.insert(p.base);
                    if p.path.is_empty() {
                        stored_whole.insert(p.base);
                    }
                }
                OpKind::Swap(a, b) => {
                    resized.insert(a.base);
                    resized.insert(b.base);
                }
                OpKind::Declare(var, Init::Uninit) => drop(late.insert(*var)),
                OpKind::Call(c) => ref_muts(&c.args).for_each(|p| {
                    resized.insert(p.base);
                }),
                _ => {}
            }
        });
        self.resized = resized;
        self.late = late;
        // A variable that is moved once, at its own level, and not set again has an empty shadow until then.
        for (region, var) in moves {
            if self.func.vars[var.index()].region == region && !stored_whole.contains(&var) {
                self.moved.insert(var);
            }
        }
    }

    fn shadow_vars(&mut self, sig: &Signature) {
        for i in 0..self.func.vars.len() {
            let var = Var(i as u32);
            if !self.act.var(var) {
                continue;
            }
            let data = self.func.vars[i].clone();
            let ty = self.func.var_ty(var);
            // A sequence by value that is known by its indexing alone may be an array or a Vec: rustc knows.
            let bar_ty = match &ty {
                Ty::Slice(_) if matches!(data.kind, VarKind::Local) => ty.clone(),
                _ => ty.gradient().unwrap_or_else(|| ty.clone()),
            };
            let name = format!("{}_bar", data.name);
            let (kind, local) = match data.kind {
                VarKind::Param(n) => {
                    let p = &sig.params[n];
                    let local = p.role != Role::Active || (p.mode == Passing::ByValue && self.mutated.contains(&var));
                    if local {
                        (VarKind::Generated, Some(n))
                    } else {
                        (VarKind::ShadowParam { param: n, optional: p.is_optional() }, None)
                    }
                }
                _ => (VarKind::Generated, None),
            };
            let bar_ty = match (&kind, sig.params.get(param_of(&data.kind))) {
                (VarKind::ShadowParam { .. }, Some(p)) => p.ty.shadow().unwrap_or(bar_ty),
                _ => bar_ty,
            };
            let by_ref = matches!(kind, VarKind::ShadowParam { .. });
            let shadow = self.func.var(&name, bar_ty, data.span, kind, data.region);
            self.func.vars[shadow.index()].by_ref = by_ref;
            self.out.shadows.insert(var, shadow);
            if let Some(n) = local
                && sig.params[n].role == Role::Active
            {
                self.out.local_params.push((n, shadow));
            }
        }
    }

    /// Rebuilds a region, operation by operation.
    fn region(&mut self, region: Region) {
        let ops = std::mem::take(&mut self.func.regions[region.index()]);
        if region == self.func.body {
            for slot in self.func.params.clone() {
                if let ParamSlot::Var(v) = slot {
                    self.early_shape(v, region);
                }
            }
        }
        let around = std::mem::take(&mut self.copied);
        let mut declared: Vec<(Var, Span)> = Vec::new();
        let mut seen = 0;
        for (index, mut op) in ops.into_iter().enumerate() {
            seen = self.forget_copies(region, seen);
            let span = op.span;
            self.clone_nested_moves(&mut op.kind, region);
            let mut info = Info::default();
            self.shape_of_moved(&op.kind, region, span);
            match &mut op.kind {
                OpKind::Declare(var, init) => {
                    if matches!(init, Init::Uninit) && matches!(self.func.var_ty(*var), Ty::Vec(_)) {
                        *init = Init::NewVec { capacity: None };
                    }
                    declared.push((*var, span));
                }
                OpKind::Store(place, init) if self.act.var(place.base) && !matches!(init, Init::Scalar(_)) => {
                    let (place, ty) = (place.clone(), self.place_ty(place));
                    info.old = self.shape_now(&place, &ty, region, span);
                }
                OpKind::Truncate(place, _) | OpKind::Resize(place, ..) | OpKind::Pop(place)
                    if self.act.var(place.base) =>
                {
                    let (place, ty) = (place.clone(), self.place_ty(place));
                    info.old = Some(match ty.element() {
                        Some(e) if has_static_shape(e) => {
                            Shape::Flat(self.func.push_value(region, OpKind::Len(place), Ty::USIZE, span))
                        }
                        _ => {
                            let (residual, keeping) = self.residual("shape", region, span);
                            self.func.push(region, OpKind::KeepShape { place, residual, keeping }, span);
                            Shape::Kept(residual, keeping)
                        }
                    });
                }
                OpKind::Call(call) if self.act.call(call) => {
                    let call = call.clone();
                    op.kind = self.call(call, region, index, &mut info, span);
                    if let OpKind::Forward { call, .. } | OpKind::Call(call) = &op.kind
                        && let Some(r) = call.result
                    {
                        declared.push((r, span));
                    }
                }
                OpKind::While { .. } => self.while_loop(&mut op, region),
                OpKind::For { .. } => {
                    let (range, body, exit) = match &op.kind {
                        OpKind::For { range, body, exit, .. } => (range.clone(), *body, *exit),
                        _ => continue,
                    };
                    if exit.is_some() {
                        self.counted(op, body, region);
                        continue;
                    }
                    if let Some(n) = self.range_count(&range, region, span) {
                        self.out.trips.insert(body, n);
                    }
                }
                _ => {}
            }
            if let OpKind::While { body, .. } = &op.kind {
                let body = *body;
                self.counted(op, body, region);
                continue;
            }
            let before = self.declared.len();
            for nested in op.kind.regions() {
                self.region(nested);
            }
            if let OpKind::For { body, .. } = &op.kind {
                self.declare_with_room(*body, region, before);
            }
            let result = match &op.kind {
                OpKind::Forward { call, .. } | OpKind::Call(call) => call.result,
                _ => None,
            };
            let active_call = matches!(op.kind, OpKind::Forward { .. }) || info.joint;
            let whole = match &op.kind {
                OpKind::Declare(var, init) if !matches!(init, Init::Uninit) => Some(*var),
                _ => None,
            };
            self.func.regions[region.index()].push(op);
            let at = self.func.regions[region.index()].len() - 1;
            // An error may move out of it before the end of its region.
            if let Some(var) = whole
                && matches!(self.func.var_ty(var), Ty::Result(..))
            {
                self.early_shape(var, region);
            }
            if let Some(r) = result {
                self.early_shape(r, region);
                if active_call && !self.out.shadows.contains_key(&r) {
                    info.seed = Some(self.unused_shape(r, region));
                }
            }
            self.out.info.insert((region, at), info);
        }
        self.copied = around;
        let last = self.func.take_diverging(region);
        for (var, span) in declared {
            self.late_shape(var, region, span);
        }
        if region == self.func.body {
            for slot in self.func.params.clone() {
                if let ParamSlot::Var(v) = slot {
                    self.late_shape(v, region, Span::call_site());
                }
            }
        }
        self.func.regions[region.index()].extend(last);
    }

    pub(super) fn place_ty(&mut self, place: &Place) -> Ty {
        let ty = self.func.place_ty(place);
        self.func.types.resolve(&ty)
    }

    /// `let mut reverse = Vec::new();` for what branches and loops keep, at the head of the function; for what branches of a
    /// fused loop keep, at the head of its body.
    fn declare_residuals(&mut self) {
        let mut heads: EntityMap<Region, Vec<Op>> = EntityMap::default();
        for Declared { residual, span, home, .. } in std::mem::take(&mut self.declared) {
            let op = Op { kind: OpKind::Declare(residual.0, Init::Uninit), result: None, span };
            heads.slot(home).get_or_insert_default().push(op);
        }
        for (home, ops) in heads.iter() {
            self.func.regions[home.index()].splice(0..0, ops.iter().cloned());
            self.shift(home, ops.len());
        }
    }

    /// The operations of a region moved by `n`.
    fn shift(&mut self, region: Region, n: usize) {
        let keys: Vec<_> = self.out.info.keys().filter(|(r, _)| *r == region).copied().collect();
        let moved: Vec<_> =
            keys.iter().filter_map(|k| self.out.info.remove(k).map(|i| ((region, k.1 + n), i))).collect();
        self.out.info.extend(moved);
    }

    /// `let mut reverse = Vec::with_capacity(n);` in front of a loop at the top of the function, for what each iteration keeps
    /// once; `before` is how many residuals there were before the loop.
    fn declare_with_room(&mut self, body: Region, region: Region, before: usize) {
        let Some(n) = self.out.trips.get(&body).copied().filter(|_| region == self.func.body) else { return };
        let late = self.declared.split_off(before);
        for d in late {
            if d.keeping == Keeping::Tape && d.within == body {
                let init = Init::NewVec { capacity: Some(n) };
                self.func.push(region, OpKind::Declare(d.residual.0, init), d.span);
            } else {
                self.declared.push(d);
            }
        }
    }

    /// How a region keeps what it keeps, and where that is declared.
    fn keeping(&self, region: Region) -> (Keeping, Region) {
        let home = self.fusion.home(self.func, region);
        let mut at = region;
        while at != home {
            if self.loops.contains(&at) {
                // A tape of a fused loop's body is popped, so that the next iteration finds it empty.
                let body = self.func.body;
                return (if home == body { Keeping::Tape } else { Keeping::Stack }, body);
            }
            match self.func.parents[at.index()] {
                Some(parent) => at = parent,
                None => break,
            }
        }
        (if region == home { Keeping::Local } else { Keeping::Option }, home)
    }

    pub(super) fn residual(&mut self, name: &str, region: Region, span: Span) -> (Residual, Keeping) {
        let (keeping, home) = self.keeping(region);
        let ty = self.func.types.fresh();
        let var = self.func.var(name, ty, span, VarKind::Generated, home);
        if keeping != Keeping::Local {
            self.declared.push(Declared { residual: Residual(var), span, home, keeping, within: region });
        }
        (Residual(var), keeping)
    }

    /// The shape of a place before it is set anew.
    fn shape_now(&mut self, place: &Place, ty: &Ty, region: Region, span: Span) -> Option<Shape> {
        match ty {
            Ty::Vec(e) if matches!(**e, Ty::Float(_)) => {
                let n = self.func.push_value(region, OpKind::Len(place.clone()), Ty::USIZE, span);
                Some(Shape::Flat(n))
            }
            ty if has_static_shape(ty) => None,
            // Not set yet, as far as rustc sees: there is nothing whose shape could be kept.
            ty if !matches!(ty, Ty::Vec(_)) && self.late.contains(&place.base) => None,
            _ => {
                let (residual, keeping) = self.residual("shape", region, span);
                self.func.push(region, OpKind::KeepShape { place: place.clone(), residual, keeping }, span);
                Some(Shape::Kept(residual, keeping))
            }
        }
    }

    /// The shape of a variable that keeps it, where it comes into being; of a call's result or a parameter.
    fn early_shape(&mut self, var: Var, region: Region) {
        if !self.out.shadows.contains_key(&var) || self.out.shapes.contains_key(&var) {
            return;
        }
        let ty = self.func.var_ty(var);
        if has_static_shape(&ty) || self.resized.contains(&var) {
            return;
        }
        if matches!(self.func.vars[self.out.shadows[&var].index()].kind, VarKind::ShadowParam { .. }) {
            return;
        }
        let span = self.func.vars[var.index()].span;
        if let (Ty::Vec(_), true) = (&ty, self.moved.contains(&var)) {
            self.out.shapes.insert(var, Shape::Empty);
            return;
        }
        let (residual, keeping) = self.residual("shape", region, span);
        self.func.push(region, OpKind::KeepShape { place: Place::whole(var), residual, keeping }, span);
        self.out.shapes.insert(var, Shape::Kept(residual, keeping));
    }

    /// The shape of a struct or enum that is moved away, just before that.
    fn shape_of_moved(&mut self, kind: &OpKind, region: Region, span: Span) {
        let mut moved = Vec::new();
        for_each_place(kind, &mut |p, access| {
            if access == Access::Move && p.path.is_empty() && self.moved.contains(&p.base) {
                moved.push(p.base);
            }
        });
        for var in moved {
            let ty = self.func.var_ty(var);
            // The result of a call may be one, also where its indexing alone says what it is.
            if ty.is_record() || matches!(ty, Ty::Var(_) | Ty::Slice(_)) {
                self.late_shape(var, region, span);
            }
        }
    }

    /// The shape of a result that nothing active uses.
    fn unused_shape(&mut self, var: Var, region: Region) -> Shape {
        if has_static_shape(&self.func.var_ty(var)) {
            return Shape::Type;
        }
        let span = self.func.vars[var.index()].span;
        let (residual, keeping) = self.residual("shape", region, span);
        self.func.push(region, OpKind::KeepShape { place: Place::whole(var), residual, keeping }, span);
        Shape::Kept(residual, keeping)
    }

    /// The shape of a variable at the end of its region.
    fn late_shape(&mut self, var: Var, region: Region, span: Span) {
        if !self.out.shadows.contains_key(&var) || self.out.shapes.contains_key(&var) {
            return;
        }
        if matches!(self.func.vars[self.out.shadows[&var].index()].kind, VarKind::ShadowParam { .. }) {
            return;
        }
        let ty = self.func.var_ty(var);
        let shape = if has_static_shape(&ty) {
            Shape::Type
        } else if self.moved.contains(&var) && matches!(ty, Ty::Vec(_)) {
            Shape::Empty
        } else if let Ty::Vec(e) = &ty
            && matches!(**e, Ty::Float(_))
        {
            Shape::Flat(self.func.push_value(region, OpKind::Len(Place::whole(var)), Ty::USIZE, span))
        } else {
            let (residual, keeping) = self.residual("shape", region, span);
            self.func.push(region, OpKind::KeepShape { place: Place::whole(var), residual, keeping }, span);
            Shape::Kept(residual, keeping)
        };
        self.out.shapes.insert(var, shape);
    }

    /// A move inside a branch or loop out of a variable of an outer region: whether it happens is known at run time
    /// only, so the variable keeps its contents.
    fn clone_nested_moves(&mut self, kind: &mut OpKind, region: Region) {
        let moved = &self.moved;
        let act = self.act;
        let (shadows, shapes) = (&self.out.shadows, &self.out.shapes);
        let func = std::cell::RefCell::new(&mut *self.func);
        let unkept = |var: Var| {
            shadows.contains_key(&var)
                && !shapes.contains_key(&var)
                && !has_static_shape(&func.borrow_mut().var_ty(var))
        };
        let fix = |init: &mut Init| match init {
            // What fails is not computed with any more; but its shape is still to be kept if it is none of a call's.
            Init::Move(p) if crate::ir::is_error(p) && !unkept(p.base) => {}
            Init::Move(p) if func.borrow().vars[p.base.index()].region != region || !moved.contains(&p.base) => {
                *init = Init::Copy { from: p.clone(), how: CopyHow::Clone };
            }
            // Of a type that only rustc knows it may be a move, and the contents are needed later.
            Init::Copy { from, how } | Init::Record { rest: Some((from, how)), .. }
                if *how == CopyHow::Bits && act.var(from.base) =>
            {
                let mut func = func.borrow_mut();
                let ty = func.place_ty(from);
                if func.types.resolve(&ty).is_record() {
                    *how = CopyHow::Clone;
                }
            }
            _ => {}
        };
        match kind {
            OpKind::Declare(_, init) | OpKind::Store(_, init) | OpKind::Push(_, init) | OpKind::Resize(_, _, init) => {
                each_init(init, &fix)
            }
            OpKind::Call(call) => {
                for a in &mut call.args {
                    if let Arg::Owned(init, _) = a {
                        each_init(init, &fix);
                    }
                }
            }
            _ => {}
        }
    }

    // ---- loops ----

    /// A loop whose number of iterations is not known before it runs: it is counted.
    fn counted(&mut self, op: Op, body: Region, region: Region) {
        let span = op.span;
        let zero = self.func.push_value(region, OpKind::Lit("0".into()), Ty::USIZE, span);
        let trips = self.func.var("trips", Ty::USIZE, span, VarKind::Generated, region);
        self.func.push(region, OpKind::Declare(trips, Init::Scalar(zero)), span);
        for nested in op.kind.regions() {
            self.region(nested);
        }
        let one = self.func.value(Ty::USIZE, span, body);
        let lit = Op { kind: OpKind::Lit("1".into()), result: Some(one), span };
        let add = Op { kind: OpKind::AddTo(Place::whole(trips), one), result: None, span };
        self.func.regions[body.index()].splice(0..0, [lit, add]);
        self.shift(body, 2);
        self.func.regions[region.index()].push(op);
        let at = self.func.regions[region.index()].len() - 1;
        self.out.info.insert((region, at), Info::default());
        let n = self.func.push_value(region, OpKind::Load(Place::whole(trips)), Ty::USIZE, span);
        self.out.trips.insert(body, n);
    }

    /// A condition with active effects becomes part of the body: `loop { cond; if test { body } else { exit } }`.
    fn while_loop(&mut self, op: &mut Op, region: Region) {
        let span = op.span;
        let OpKind::While { cond, test, body, exit } = op.kind.clone() else { return };
        let mut active = false;
        self.func.walk(cond, &mut |_, op| {
            active |= op.result.is_some_and(|v| self.act.value(v)) && !matches!(op.kind, OpKind::Load(_));
            for_each_place(&op.kind, &mut |p, access| {
                active |= !matches!(access, Access::Read | Access::LenOnly) && self.act.var(p.base);
            });
        });
        if !active {
            return;
        }
        let exit = exit.unwrap_or_else(|| {
            let no = self.func.push_value(region, OpKind::Lit("false".into()), Ty::Bool, span);
            let var = self.func.var("stop", Ty::Bool, span, VarKind::Local, region);
            self.func.push(region, OpKind::Declare(var, Init::Scalar(no)), span);
            var
        });
        let els = self.func.region(Some(cond));
        let yes = self.func.push_value(els, OpKind::Lit("true".into()), Ty::Bool, span);
        self.func.push(els, OpKind::Store(Place::whole(exit), Init::Scalar(yes)), span);
        self.func.parents[body.index()] = Some(cond);
        self.func.push(cond, OpKind::If { cond: test, then: body, els }, span);
        let always = self.func.region(Some(region));
        let test = self.func.push_value(always, OpKind::Lit("true".into()), Ty::Bool, span);
        self.loops.insert(cond);
        op.kind = OpKind::While { cond: always, test, body: cond, exit: Some(exit) };
    }

    /// The number of iterations of a range.
    fn range_count(&mut self, range: &Range, region: Region, span: Span) -> Option<Value> {
        let is_usize = matches!(self.func.ty(range.hi), Ty::Int("usize"));
        if is_usize && !range.inclusive && range.step.is_none() {
            if self.is_zero(range.lo) {
                return Some(range.hi);
            }
            let args = vec![range.hi, range.lo];
            return Some(self.func.push_value(region, OpKind::Method("saturating_sub".into(), args), Ty::USIZE, span));
        }
        let path = if range.inclusive { quote!((|a, b| (a..=b).count())) } else { quote!((|a, b| (a..b).count())) };
        let n = self.func.push_value(region, OpKind::PathCall(path, vec![range.lo, range.hi]), Ty::USIZE, span);
        Some(match range.step {
            None => n,
            Some(step) => {
                self.func.push_value(region, OpKind::Method("div_ceil".into(), vec![n, step]), Ty::USIZE, span)
            }
        })
    }

    fn is_zero(&self, v: Value) -> bool {
        self.func
            .regions
            .iter()
            .flatten()
            .any(|op| op.result == Some(v) && matches!(&op.kind, OpKind::Lit(t) if t == "0"))
    }
}

fn param_of(kind: &VarKind) -> usize {
    match kind {
        VarKind::Param(n) => *n,
        _ => usize::MAX,
    }
}

fn each_init(init: &mut Init, f: &dyn Fn(&mut Init)) {
    f(init);
    match init {
        Init::Repeat { elem, .. } => each_init(elem, f),
        Init::List { elems, .. } | Init::Tuple(elems) => elems.iter_mut().for_each(|e| each_init(e, f)),
        Init::Record { fields, .. } => fields.iter_mut().for_each(|(_, e)| each_init(e, f)),
        Init::Uninit | Init::Scalar(_) | Init::NewVec { .. } | Init::Copy { .. } | Init::Move(_) => {}
        Init::Take(_) | Init::Popped(_) | Init::ZeroLike(_) | Init::Shape(_) => {}
    }
}

/// The bodies (and conditions) of all loops.
pub fn loop_bodies(func: &Func) -> EntitySet<Region> {
    let mut out = EntitySet::default();
    func.walk(func.body, &mut |_, op| match &op.kind {
        OpKind::For { body, .. } => drop(out.insert(*body)),
        OpKind::While { cond, body, .. } => {
            out.insert(*cond);
            out.insert(*body);
        }
        _ => {}
    });
    out
}

/// Whether the type alone says the shape of a cotangent.
pub fn has_static_shape(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => true,
        Ty::Tuple(parts) => parts.iter().all(has_static_shape),
        Ty::Array(e, crate::ir::ty::Len::Known(_)) => has_static_shape(e),
        Ty::Ref(e, _) => has_static_shape(e),
        Ty::Array(_, crate::ir::ty::Len::Open) | Ty::Slice(_) | Ty::Vec(_) | Ty::Var(_) | Ty::Other(_) => false,
        Ty::Option(_) | Ty::Result(..) => false,
    }
}
