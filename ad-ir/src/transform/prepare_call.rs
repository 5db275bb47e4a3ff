//! Prepares calls: what the reverse half will be given, and what is kept for it.

use super::prepare::{Info, Prepare, has_static_shape};
use crate::ir::{
    Arg, ArgShadow, Call, CopyHow, EntitySet, Form, Init, Keeping, Op, OpKind, Place, Region, Residual, Ty, Var,
    VarKind, for_each_place,
};
use proc_macro2::Span;

impl Prepare<'_> {
    pub(super) fn call(&mut self, mut call: Call, region: Region, index: usize, info: &mut Info, span: Span) -> OpKind {
        let joint = call.is_joint();
        info.joint = joint;
        let mut used: EntitySet<Var> = EntitySet::default();
        let own = call.own().len();
        for (i, arg) in call.args.clone().iter().enumerate() {
            let receiver = i == 0 && call.form == Form::Method;
            let concrete = call.form == Form::Value || i >= own;
            let (shadow, temp) = self.arg_shadow(arg, receiver, concrete, &mut used, span);
            info.temps.push(temp);
            call.shadows.push(shadow);
            info.copies.push(self.arg_copy(arg, joint, region, index, span));
            let moved = match arg {
                Arg::Owned(Init::Move(p), ty) if temp && !has_static_shape(&self.func.types.resolve(ty)) => {
                    Some(p.clone())
                }
                _ => None,
            };
            info.arg_shapes.push(moved.map(|place| {
                let (residual, keeping) = self.residual("shape", region, span);
                self.func.push(region, OpKind::KeepShape { place, residual, keeping }, span);
                (residual, keeping)
            }));
        }
        if joint {
            // The shadows belong to the reverse sweep; the call itself stays as it is.
            info.joint_shadows = std::mem::take(&mut call.shadows);
            return OpKind::Call(call);
        }
        let last = call.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let (residual, keeping) = self.residual(&format!("{last}_reverse"), region, span);
        info.residual = Some((residual, keeping));
        OpKind::Forward { call, residual, keeping }
    }

    pub(super) fn arg_shadow(
        &mut self,
        arg: &Arg,
        receiver: bool,
        concrete: bool,
        used: &mut EntitySet<Var>,
        span: Span,
    ) -> (ArgShadow, bool) {
        match arg {
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) if self.func.is_inert_part(p) => (ArgShadow::Const, false),
            Arg::RefMut(p) | Arg::Reborrow(p) => match self.out.shadows.get(&p.base) {
                Some(shadow) => {
                    used.insert(*shadow);
                    (ArgShadow::Place(p.map(*shadow, |v| v)), false)
                }
                None => (ArgShadow::Const, false),
            },
            Arg::Ref(p) if self.act.var(p.base) => {
                let shadow = self.out.shadows[&p.base];
                // The callee may take an array or a Vec as a slice; `&mut` coerces to that, a generic shadow does not.
                let optional =
                    matches!(self.func.vars[shadow.index()].kind, VarKind::ShadowParam { optional: true, .. });
                let coerces = optional && concrete
                    || optional && !receiver && !matches!(self.place_ty(p), Ty::Slice(_) | Ty::Float(_) | Ty::Other(_));
                if !coerces && used.insert(shadow) {
                    (ArgShadow::Place(p.map(shadow, |v| v)), false)
                } else {
                    let ty = self.place_ty(p);
                    let ty = ty.gradient().unwrap_or(ty);
                    (self.temp_shadow(ty, span), true)
                }
            }
            Arg::Value(v) if self.act.value(*v) => {
                let ty = self.func.ty(*v).peel().clone();
                (self.temp_shadow(ty, span), true)
            }
            Arg::Owned(_, ty) if self.act.arg_varied(arg) => {
                let ty = self.func.types.resolve(ty);
                let ty = ty.gradient().unwrap_or(ty);
                (self.temp_shadow(ty, span), true)
            }
            Arg::Tuple(parts) if self.act.arg_varied(arg) => {
                let tys = parts.iter().map(|p| self.arg_ty(p)).collect();
                (self.temp_shadow(Ty::Tuple(tys), span), true)
            }
            Arg::Ref(_) | Arg::Value(_) | Arg::Owned(..) | Arg::Tuple(_) | Arg::Tokens(_) | Arg::Function(_) => {
                (ArgShadow::Const, false)
            }
        }
    }

    pub(super) fn arg_ty(&mut self, arg: &Arg) -> Ty {
        match arg {
            Arg::Value(v) => self.func.ty(*v).gradient().unwrap_or(Ty::F64),
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => self.place_ty(p).gradient().unwrap_or(Ty::F64),
            Arg::Owned(_, ty) => self.func.types.resolve(ty).gradient().unwrap_or(Ty::F64),
            Arg::Tuple(parts) => Ty::Tuple(parts.iter().map(|p| self.arg_ty(p)).collect()),
            Arg::Tokens(_) | Arg::Function(_) => Ty::Unit,
        }
    }

    pub(super) fn temp_shadow(&mut self, ty: Ty, span: Span) -> ArgShadow {
        let body = self.func.body;
        let var = self.func.var("arg_bar", ty, span, VarKind::Generated, body);
        ArgShadow::Place(Place::whole(var))
    }

    /// A copy of what an argument refers to, if the reverse half needs it and it will have changed by then.
    pub(super) fn arg_copy(
        &mut self,
        arg: &Arg,
        joint: bool,
        region: Region,
        index: usize,
        span: Span,
    ) -> Option<(Residual, Keeping)> {
        let place = match arg {
            Arg::Ref(p) if !self.holds(p, region, index) => p,
            Arg::RefMut(p) | Arg::Reborrow(p) if joint => p,
            // It was copied, since nothing moves out of a reference or out of a part: there it can be copied again.
            Arg::Owned(Init::Copy { from: p, how: CopyHow::Bits | CopyHow::Clone }, ty)
                if !matches!(self.func.types.resolve(ty), Ty::Vec(_))
                    && (self.func.vars[p.base.index()].by_ref || !p.path.is_empty())
                    && self.holds(p, region, index) =>
            {
                return None;
            }
            Arg::Owned(Init::Move(p) | Init::Copy { from: p, .. }, _) if joint => p,
            _ => return None,
        };
        let shared = matches!(arg, Arg::Ref(_));
        if let Some((_, residual, keeping)) = self.copied.iter().find(|(p, ..)| shared && p == place) {
            return Some((*residual, *keeping));
        }
        let (residual, keeping) = self.residual("kept", region, span);
        let place = place.clone();
        self.func.push(region, OpKind::KeepCopy { place: place.clone(), residual, keeping }, span);
        if shared {
            self.copied.push((place, residual, keeping));
        }
        Some((residual, keeping))
    }

    /// Copies of what the operations from `seen` on change are of no further use; gives the number of operations.
    pub(super) fn forget_copies(&mut self, region: Region, seen: usize) -> usize {
        let ops = &self.func.regions[region.index()];
        let copied = &mut self.copied;
        if !copied.is_empty() {
            let mut look = |op: &Op| {
                for_each_place(&op.kind, &mut |p, access| {
                    if access.is_write() {
                        copied.retain(|(q, ..)| q.base != p.base);
                    }
                });
            };
            for op in &ops[seen..] {
                look(op);
                op.kind.regions().into_iter().for_each(|r| self.func.walk(r, &mut |_, op| look(op)));
            }
        }
        ops.len()
    }

    pub(super) fn holds(&self, place: &Place, region: Region, index: usize) -> bool {
        self.stab.holds(self.func, place, region, index)
    }
}
