//! The adjoints of calls.

use super::adjoint::Builder;
use super::formula::Target;
use super::prepare::{Info, Shape};
use crate::ir::{
    Arg, ArgShadow, BinOp, Call, CopyHow, Init, Keeping, OpKind, Place, Region, Residual, Ty, Var, VarKind,
};
use proc_macro2::Span;

impl Builder<'_> {
    /// `let (y, reverse) = f::forward(args, kinds)` is reversed by `reverse(again, shadows, y_bar)`.
    pub(super) fn split(
        &mut self,
        call: &Call,
        residual: Residual,
        keeping: Keeping,
        fwd: Region,
        index: usize,
        span: Span,
    ) {
        let info = self.prep.info.get(&(fwd, index)).cloned().unwrap_or_default();
        let mut rev = call.clone();
        for (i, arg) in call.args.iter().enumerate() {
            match arg {
                Arg::Ref(place) => rev.args[i] = Arg::Ref(self.again(place, &info, i, span)),
                // What closures captured is read again.
                Arg::Value(v) if i >= call.own().len() => rev.args[i] = Arg::Value(self.lookup(*v, span)),
                _ => {}
            }
        }
        self.shadows_of(&mut rev.shadows, &call.args, &info, span);
        if keeping != Keeping::Local {
            self.push(OpKind::Open { residual, keeping }, span);
        }
        let seed = self.seed_of(call, &info, span);
        let shadows = rev.shadows.clone();
        let reverse = OpKind::Reverse { call: rev, residual, keeping, seed };
        match seed.filter(|_| self.skips_zeros(call)) {
            Some(seed) => self.unless_zero(seed, reverse, span),
            None => self.push(reverse, span),
        }
        self.absorb(&call.args, &shadows, &info, span);
    }

    /// Whether nothing comes of a zero cotangent, and something may be saved: the call gives one float, changes nothing, and
    /// works on more than numbers.
    fn skips_zeros(&self, call: &Call) -> bool {
        let float = call.result.is_some_and(|v| matches!(self.func.var_ty(v), Ty::Float(f) if f.known().is_some()));
        let large = call.own().iter().any(|a| matches!(a, Arg::Ref(_)));
        let changes = |a: &Arg| matches!(a, Arg::RefMut(_) | Arg::Reborrow(_) | Arg::Tuple(_) | Arg::Function(_));
        float && large && !call.args.iter().any(changes)
    }

    /// `if y_bar != 0.0 { reverse(..); }`: of a minimum over many calls one has a cotangent.
    fn unless_zero(&mut self, seed: Var, reverse: OpKind, span: Span) {
        let ty = self.func.var_ty(seed);
        let c = self.emit(OpKind::Load(Place::whole(seed)), ty.clone(), span);
        let zero = self.float_zero(&ty, span);
        let some = self.emit(OpKind::Binary(BinOp::Ne, c, zero), Ty::Bool, span);
        let here = self.here();
        let (then, els) = (self.func.region(Some(here)), self.func.region(Some(here)));
        self.func.push(then, reverse, span);
        self.push(OpKind::If { cond: some, then, els }, span);
    }

    /// A recursive call is reversed by a joint call on what it was given.
    pub(super) fn joint(&mut self, call: &Call, fwd: Region, index: usize, span: Span) {
        let info = self.prep.info.get(&(fwd, index)).cloned().unwrap_or_default();
        if !info.joint {
            return;
        }
        let mut rev = call.clone();
        rev.shadows = info.joint_shadows.clone();
        for (i, arg) in call.args.iter().enumerate() {
            rev.args[i] = self.arg_again(arg, &info, i, span);
        }
        self.shadows_of(&mut rev.shadows, &call.args, &info, span);
        let seed = self.seed_of(call, &info, span);
        let shadows = rev.shadows.clone();
        rev.result = None;
        self.push(OpKind::Joint { call: rev, seed }, span);
        self.absorb(&call.args, &shadows, &info, span);
    }

    /// The shadow of the result; a zero where nothing uses it.
    pub(super) fn seed_of(&mut self, call: &Call, info: &Info, span: Span) -> Option<Var> {
        let result = call.result?;
        if let Some(shadow) = self.prep.shadows.get(&result).copied() {
            return Some(shadow);
        }
        let ty = self.func.var_ty(result);
        let init = self.zero_of(&ty, info.seed?, span);
        let here = self.here();
        let bar = if let Ty::Slice(_) = ty { ty } else { ty.gradient().unwrap_or(ty) };
        let var = self.func.var("unused_bar", bar, span, VarKind::Generated, here);
        self.push(OpKind::Declare(var, init), span);
        Some(var)
    }

    fn arg_again(&mut self, arg: &Arg, info: &Info, i: usize, span: Span) -> Arg {
        match arg {
            Arg::Value(v) => Arg::Value(self.lookup(*v, span)),
            Arg::Ref(p) => Arg::Ref(self.again(p, info, i, span)),
            Arg::RefMut(_) | Arg::Reborrow(_) | Arg::Owned(Init::Move(_) | Init::Copy { .. }, _) => {
                let Some((residual, keeping)) = info.copies.get(i).copied().flatten() else {
                    let Arg::Owned(Init::Copy { from, how }, ty) = arg else { return arg.clone() };
                    let from = self.mapped_place(from, from.base, span);
                    return Arg::Owned(Init::Copy { from, how: *how }, ty.clone());
                };
                if keeping != Keeping::Local {
                    self.push(OpKind::Open { residual, keeping }, span);
                }
                let ty = self.func.types.fresh();
                let here = self.here();
                let var = self.func.var("again", ty.clone(), span, VarKind::Generated, here);
                let from = Place::whole(residual.0);
                // What was kept of `a.to_vec()` is the array.
                let how = match arg {
                    Arg::Owned(Init::Copy { how: CopyHow::ToVec, .. }, _) => CopyHow::ToVec,
                    _ => CopyHow::Clone,
                };
                self.push(OpKind::Declare(var, Init::Copy { from, how }), span);
                match arg {
                    Arg::RefMut(_) | Arg::Reborrow(_) => Arg::RefMut(Place::whole(var)),
                    _ => Arg::Owned(Init::Move(Place::whole(var)), ty),
                }
            }
            Arg::Tuple(parts) => {
                Arg::Tuple(parts.iter().map(|p| self.arg_again(p, &Info::default(), 0, span)).collect())
            }
            Arg::Owned(..) | Arg::Tokens(_) | Arg::Function(_) => arg.clone(),
        }
    }

    /// What a shared reference referred to when the call was made.
    fn again(&mut self, place: &Place, info: &Info, i: usize, span: Span) -> Place {
        match info.copies.get(i).copied().flatten() {
            Some((residual, keeping)) => {
                // Calls in a row may share a copy, which is opened once.
                let opened = self.frames.last().is_some_and(|f| f.opened.contains(&residual));
                if keeping != Keeping::Local && !opened {
                    self.push(OpKind::Open { residual, keeping }, span);
                    if let Some(frame) = self.frames.last_mut() {
                        frame.opened.push(residual);
                    }
                }
                Place::whole(residual.0)
            }
            None => self.mapped_place(place, place.base, span),
        }
    }

    /// The shadows as the reverse sweep names them; those of the call's own are opened at zero.
    pub(super) fn shadows_of(&mut self, shadows: &mut [ArgShadow], args: &[Arg], info: &Info, span: Span) {
        for (i, shadow) in shadows.iter_mut().enumerate() {
            let ArgShadow::Place(place) = shadow else { continue };
            if !info.temps.get(i).copied().unwrap_or(false) {
                *place = self.mapped_place(&place.clone(), place.base, span);
                continue;
            }
            // A variable of this use: the same call reversed in two places must not share it.
            let data = self.func.vars[place.base.index()].clone();
            let here = self.here();
            let var = self.func.var(&data.name, data.ty, span, VarKind::Generated, here);
            *place = Place::whole(var);
            let init = self.zero_for(&args[i], info, i, span);
            self.push(OpKind::Declare(var, init), span);
        }
    }

    fn zero_for(&mut self, arg: &Arg, info: &Info, i: usize, span: Span) -> Init {
        if let Some((residual, keeping)) = info.arg_shapes.get(i).copied().flatten() {
            return self.zero_of(&Ty::F64, Shape::Kept(residual, keeping), span);
        }
        match arg {
            Arg::Value(v) => {
                let ty = self.func.ty(*v).peel().clone();
                self.zero_of(&ty, Shape::Type, span)
            }
            Arg::Ref(p)
            | Arg::RefMut(p)
            | Arg::Reborrow(p)
            | Arg::Owned(Init::Copy { from: p, .. } | Init::Move(p), _) => {
                let ty = self.func.place_ty(p);
                let ty = self.func.types.resolve(&ty);
                if super::prepare::has_static_shape(&ty) {
                    return self.zero_of(&ty, Shape::Type, span);
                }
                // Of the shadow, which is there; the caller's may be absent by type, but then its primal is there.
                match self.shadow(p, span) {
                    Some(s)
                        if !matches!(
                            self.func.vars[s.base.index()].kind,
                            VarKind::ShadowParam { optional: true, .. }
                        ) =>
                    {
                        Init::ZeroLike(s)
                    }
                    _ => {
                        let p = self.mapped_place(p, p.base, span);
                        Init::ZeroLike(p)
                    }
                }
            }
            Arg::Tuple(parts) => {
                let zeros = parts.iter().map(|p| {
                    if self.flows_arg(p) || is_float(self, p) {
                        self.zero_for(p, &Info::default(), 0, span)
                    } else {
                        Init::Tuple(Vec::new())
                    }
                });
                Init::Tuple(zeros.collect())
            }
            Arg::Owned(_, ty) => {
                let ty = self.func.types.resolve(ty);
                self.zero_of(&ty, Shape::Type, span)
            }
            Arg::Tokens(_) | Arg::Function(_) => Init::Tuple(Vec::new()),
        }
    }

    fn flows_arg(&self, arg: &Arg) -> bool {
        match arg {
            Arg::Value(v) => self.active(*v),
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => self.active_var(p.base),
            Arg::Owned(init, _) => {
                crate::analysis::activity::init_any(init, &|v| self.active(v), &|p| self.active_var(p.base))
            }
            Arg::Tuple(parts) => parts.iter().any(|p| self.flows_arg(p)),
            Arg::Tokens(_) | Arg::Function(_) => false,
        }
    }

    /// Adds the shadows of the call's own to those of what was passed.
    pub(super) fn absorb(&mut self, args: &[Arg], shadows: &[ArgShadow], info: &Info, span: Span) {
        for (i, (arg, shadow)) in args.iter().zip(shadows).enumerate() {
            if let (true, ArgShadow::Place(place)) = (info.temps.get(i).copied().unwrap_or(false), shadow) {
                self.absorb_one(arg, place, span);
            }
        }
    }

    fn absorb_one(&mut self, arg: &Arg, bar: &Place, span: Span) {
        match arg {
            Arg::Value(v) => self.init(&Init::Scalar(*v), bar, span),
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => {
                if let Some(shadow) = self.shadow(p, span) {
                    self.push(OpKind::Accumulate(shadow, bar.clone()), span);
                }
            }
            Arg::Owned(init, _) => self.init(init, bar, span),
            Arg::Tuple(parts) => {
                for (k, p) in parts.iter().enumerate() {
                    if self.flows_arg(p) {
                        self.absorb_one(p, &bar.then(crate::ir::Proj::Field(k as u32)), span);
                    }
                }
            }
            Arg::Tokens(_) | Arg::Function(_) => {}
        }
    }
}

fn is_float(b: &Builder<'_>, arg: &Arg) -> bool {
    match arg {
        Arg::Value(v) => matches!(b.func.ty(*v).peel(), Ty::Float(_)),
        Arg::Ref(_) | Arg::RefMut(_) | Arg::Reborrow(_) | Arg::Owned(..) | Arg::Tuple(_) => true,
        Arg::Tokens(_) | Arg::Function(_) => false,
    }
}
