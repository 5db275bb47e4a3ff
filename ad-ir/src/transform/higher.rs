//! The tangent as a function, so that it can be differentiated again.
//!
//! ```text
//! fn f(x: f64) -> f64                      f::tangent(x, (x_dot,)) -> (y, y_dot)
//! fn tangent(x: f64, x_dot: f64) -> (f64, f64)
//! ```
//!
//! All of order two comes from the adjoint of this function: with the cotangent `(0, 1)` it gives the Hessian times `x_dot` for
//! `x` and the gradient for `x_dot`. Since second derivatives are symmetric, that is also what both modes of `f::grad` need.
//! So adjoints, with their closures and what they keep, are never differentiated.
//!
//! A call in the tangent form becomes a call of the callee's tangent as a function.

use crate::hash::HashMap;
use crate::ir::{
    Arg, ArgShadow, Call, CopyHow, Func, Init, Op, OpKind, ParamSlot, Place, Proj, Region, RetShape, Ty, Value, Var,
    VarKind,
};
use crate::signature::{Param, Passing, Role, Signature};
use quote::quote;

/// The tangent of a function of this signature as a function of its own, and that function's signature.
pub fn as_function(tangent: &Func, sig: &Signature) -> (Func, Signature) {
    let mut higher =
        Higher { func: tangent.clone(), sig: signature(sig), count: sig.params.len(), known: HashMap::default() };
    higher.params(sig);
    for r in 0..higher.func.regions.len() {
        higher.region(Region(r as u32));
    }
    let dot = higher.func.ret_dot.take().unwrap_or(RetShape::Unit);
    let value = std::mem::replace(&mut higher.func.ret, RetShape::Unit);
    higher.func.ret = RetShape::Tuple(vec![value, dot]);
    (higher.func, higher.sig)
}

/// The arguments, then a tangent for each of them: by value, of `&mut` arguments by `&mut`.
pub fn signature(sig: &Signature) -> Signature {
    let mut out = sig.clone();
    let krate = &sig.krate;
    for (i, p) in sig.params.iter().enumerate() {
        let name = sig.dot(i);
        out.used.insert(name.to_string());
        // A type parameter with a name, since what a function returns captures all of them.
        let param = quote::format_ident!("DOT{}", out.params.len());
        let (ty, syntax, role, mode) = match (p.role, p.mode) {
            (Role::Active, Passing::MutRef) => {
                let bar = sig.shadow_ty(i);
                (
                    Ty::Ref(Box::new(p.ty.shadow().unwrap_or(Ty::Unit)), true),
                    quote!(&mut #bar),
                    Role::Active,
                    Passing::MutRef,
                )
            }
            (Role::Active, Passing::ByValue | Passing::SharedRef) => {
                let bar = sig.gradient_ty(i);
                let ty = p.ty.gradient().unwrap_or(Ty::Unit);
                out.generics.params.push(syn::parse_quote!(#param: #krate::IntoDot<#bar>));
                (ty, quote!(#param), Role::Active, Passing::ByValue)
            }
            // The tangent of a workspace is the function's own. A caller that has one would lose it.
            (Role::Constant, _) if p.is_scratch() => {
                out.generics.params.push(syn::parse_quote!(#param: #krate::ConstantParameter));
                (Ty::Unit, quote!(#param), Role::Inert, Passing::ByValue)
            }
            // Of a constant the caller passes whatever it has.
            (Role::Inert | Role::Constant, _) => {
                out.generics.params.push(syn::parse_quote!(#param));
                (Ty::Unit, quote!(#param), Role::Inert, Passing::ByValue)
            }
        };
        let syntax = syn::parse2(syntax).unwrap_or_else(|_| syn::parse_quote!(()));
        out.params.push(Param {
            name,
            pattern: None,
            ty,
            syntax,
            role,
            mode,
            mutable: false,
            receiver: false,
            dot_of: Some(i),
            function: None,
            concrete: false,
            lifetimes: Vec::new(),
        });
    }
    let (value, bar) = (&sig.output_syntax, sig.output_bar_ty());
    let bar_ty = sig.output.gradient().unwrap_or(Ty::Unit);
    out.output = Ty::Tuple(vec![sig.output.clone(), bar_ty]);
    out.output_syntax = syn::parse2(quote!((#value, #bar))).unwrap_or_else(|_| syn::parse_quote!(()));
    out.level += 1;
    out
}

struct Higher {
    func: Func,
    sig: Signature,
    /// The number of arguments.
    count: usize,
    /// Loads of tangents of scalars, and the parameters that they are.
    known: HashMap<Value, Value>,
}

impl Higher {
    /// The caller's tangents become parameters: of numbers values, of all else variables.
    fn params(&mut self, sig: &Signature) {
        let body = self.func.body;
        for (i, p) in sig.params.iter().enumerate() {
            let dot = self.sig.params[self.count + i].clone();
            let scalar = dot.mode == Passing::ByValue && dot.ty.is_scalar();
            let (mut slot, mut workspace) = (None, None);
            for v in 0..self.func.vars.len() {
                let VarKind::TangentParam { param, .. } = self.func.vars[v].kind else { continue };
                if param != i {
                    continue;
                }
                let var = Var(v as u32);
                if p.is_scratch() {
                    match workspace {
                        Some(first) => self.rename(var, first),
                        None => self.own(i, var, p),
                    }
                    workspace.get_or_insert(var);
                } else if scalar {
                    let value = match slot {
                        Some(ParamSlot::Value(value)) => value,
                        _ => self.func.value(dot.ty.clone(), p.name.span(), body),
                    };
                    self.func.values[value.index()].name = Some(dot.name.to_string());
                    slot = Some(ParamSlot::Value(value));
                    self.loads(var, value);
                    self.func.vars[v].kind = VarKind::Generated;
                } else {
                    let to = match slot {
                        Some(ParamSlot::Var(first)) => first,
                        _ => var,
                    };
                    let data = &mut self.func.vars[v];
                    data.kind = VarKind::Param(self.count + i);
                    data.by_ref = dot.mode == Passing::MutRef;
                    data.ty = dot.ty.peel().clone();
                    data.name = dot.name.to_string();
                    if to != var {
                        self.rename(var, to);
                    } else if dot.mode == Passing::MutRef {
                        self.func.mut_params.push(var);
                    }
                    slot = Some(ParamSlot::Var(to));
                }
            }
            // A tangent that nothing reads.
            let slot = slot.unwrap_or_else(|| {
                if scalar {
                    return ParamSlot::Value(self.func.value(dot.ty.clone(), p.name.span(), body));
                }
                let kind = VarKind::Param(self.count + i);
                let var = self.func.var(&dot.name.to_string(), dot.ty.peel().clone(), p.name.span(), kind, body);
                self.func.vars[var.index()].by_ref = dot.mode == Passing::MutRef;
                if dot.mode == Passing::MutRef {
                    self.func.mut_params.push(var);
                }
                ParamSlot::Var(var)
            });
            self.func.params.push(slot);
        }
        let known = std::mem::take(&mut self.known);
        if known.is_empty() {
            return;
        }
        for op in self.func.regions.iter_mut().flatten() {
            crate::ir::map(&mut op.kind, &mut |v| known.get(&v).copied().unwrap_or(v), &mut |v| v);
        }
        values_of(&mut self.func.ret, &known);
        if let Some(dot) = &mut self.func.ret_dot {
            values_of(dot, &known);
        }
    }

    /// The tangent of a workspace, `#[constant] w: &mut [f64]`: zero at first, since what the workspace holds then is constant.
    ///
    /// ```text
    /// let w_dot = zero like w;
    /// ```
    fn own(&mut self, param: usize, var: Var, p: &Param) {
        let ParamSlot::Var(primal) = self.func.params[param] else { return };
        let data = &mut self.func.vars[var.index()];
        data.kind = VarKind::Generated;
        data.by_ref = false;
        data.tangent = false;
        data.ty = p.ty.gradient().unwrap_or(Ty::Unit);
        let kind = OpKind::Declare(var, Init::ZeroLike(Place::whole(primal)));
        let span = p.name.span();
        self.func.regions[self.func.body.index()].insert(0, Op { kind, result: None, span });
    }

    /// Removes the loads of a scalar tangent, which is the value of a parameter.
    fn loads(&mut self, var: Var, value: Value) {
        let whole = Place::whole(var);
        for region in &mut self.func.regions {
            region.retain(|op| match (&op.kind, op.result) {
                (OpKind::Load(p), Some(v)) if *p == whole => {
                    self.known.insert(v, value);
                    false
                }
                _ => true,
            });
        }
    }

    fn rename(&mut self, from: Var, to: Var) {
        for op in self.func.regions.iter_mut().flatten() {
            crate::ir::map(&mut op.kind, &mut |v| v, &mut |v| if v == from { to } else { v });
        }
    }

    fn region(&mut self, region: Region) {
        let ops = std::mem::take(&mut self.func.regions[region.index()]);
        for op in ops {
            match op.kind {
                OpKind::Tangent { call, result_dot } => self.call(call, result_dot, region, op.span),
                kind => self.func.regions[region.index()].push(Op { kind, ..op }),
            }
        }
    }

    /// `let (y, y_dot) = helper::tangent(a, (&a_dot,))`:
    ///
    /// ```text
    /// let pair = helper::tangent_primal(a, a_dot.clone());
    /// let y = pair.0;    let y_dot = pair.1;
    /// ```
    fn call(&mut self, call: Call, result_dot: Option<Var>, region: Region, span: proc_macro2::Span) {
        let mut args = call.args.clone();
        for (arg, shadow) in call.args.iter().zip(&call.shadows) {
            let dot = match (shadow, arg) {
                (ArgShadow::Place(p), Arg::RefMut(_) | Arg::Reborrow(_)) => Arg::RefMut(p.clone()),
                (ArgShadow::Place(p), _) => {
                    let ty = self.func.place_ty(p);
                    let ty = self.func.types.resolve(&ty).peel().clone();
                    if ty.is_scalar() {
                        Arg::Value(self.func.push_value(region, OpKind::Load(p.clone()), ty, span))
                    } else {
                        let how = if let Ty::Slice(_) = ty { CopyHow::ToVec } else { CopyHow::Clone };
                        let owned = ty.gradient().unwrap_or(ty);
                        Arg::Owned(Init::Copy { from: p.clone(), how }, owned)
                    }
                }
                (ArgShadow::Const, _) => {
                    let krate = &self.sig.krate;
                    Arg::Tokens(quote!(#krate::Const))
                }
            };
            args.push(dot);
        }
        let part = |func: &Func, var: Option<Var>| match var {
            Some(var) => func.var_ty(var),
            None => Ty::Unit,
        };
        let (y, dot) = (part(&self.func, call.result), part(&self.func, result_dot));
        let needed = call.result.is_some() || result_dot.is_some();
        let open = |ty: Ty, func: &mut Func| if let Ty::Unit = ty { func.types.fresh() } else { ty };
        let tys = vec![open(y, &mut self.func), open(dot, &mut self.func)];
        let pair = needed.then(|| self.func.var("pair", Ty::Tuple(tys.clone()), span, VarKind::Local, region));
        let prefix = format!("{}tangent_", call.prefix);
        let kind = OpKind::Call(Call { args, shadows: Vec::new(), result: pair, prefix, ..call.clone() });
        self.func.push(region, kind, span);
        let Some(pair) = pair else { return };
        for (n, var) in [call.result, result_dot].into_iter().enumerate() {
            let Some(var) = var else { continue };
            let place = Place::whole(pair).then(Proj::Field(n as u32));
            let init = if tys[n].is_scalar() {
                Init::Scalar(self.func.push_value(region, OpKind::Load(place), tys[n].clone(), span))
            } else {
                Init::Copy { from: place, how: CopyHow::Clone }
            };
            self.func.push(region, OpKind::Declare(var, init), span);
        }
    }
}

fn values_of(ret: &mut RetShape, known: &HashMap<Value, Value>) {
    match ret {
        RetShape::Value(v) => *v = known.get(v).copied().unwrap_or(*v),
        RetShape::Tuple(parts) => parts.iter_mut().for_each(|p| values_of(p, known)),
        RetShape::Ref(p) => *p = p.map(p.base, |v| known.get(&v).copied().unwrap_or(v)),
        RetShape::Unit | RetShape::Var(_) => {}
    }
}
