//! Closures that are passed to other functions, as functions of their own: see [`crate::ir::Closure`].
//!
//! The body is lowered once. Its adjoint and its tangent are made where they are printed, since only there is known which of
//! the captures are active.

use crate::analysis::fusion::Fusion;
use crate::analysis::{activity, stability};
use crate::diag::Sink;
use crate::ir::{Closure, Func, RetShape, Ty};
use crate::signature::{Role, Signature};
use crate::transform::{adjoint, guarded, normalise, prepare, simplify, tangent};

/// Ends the lowering of a closure's body: the type of its result is what came out.
pub fn finish(func: &mut Func, sig: &mut Signature, sink: &mut Sink) {
    normalise::normalise(func);
    let act = activity::solve(func, sig);
    activity::assume_floats(func, &act, sig.usual_float());
    activity::check(func, &activity::solve(func, sig), sig, sink);
    sig.output = returned(func, &func.ret);
}

fn returned(func: &Func, ret: &RetShape) -> Ty {
    match ret {
        RetShape::Unit => Ty::Unit,
        RetShape::Value(v) => func.ty(*v).peel().clone(),
        RetShape::Var(v) => func.var_ty(*v).peel().clone(),
        RetShape::Ref(p) => {
            let mut func = func.clone();
            let ty = func.place_ty(p);
            Ty::Ref(Box::new(func.types.resolve(&ty).peel().clone()), false)
        }
        RetShape::Tuple(parts) => Ty::Tuple(parts.iter().map(|p| returned(func, p)).collect()),
    }
}

/// The signature where some of the captures are constant.
pub fn signature(closure: &Closure, active: &dyn Fn(usize) -> bool) -> Signature {
    let mut sig = closure.sig.clone();
    for (i, p) in sig.params.iter_mut().enumerate() {
        if i < closure.captures && !active(i) {
            p.role = Role::Inert;
        }
    }
    sig
}

/// The closure itself.
pub fn plain(closure: &Closure) -> Func {
    let mut func = closure.func.clone();
    simplify::simplify(&mut func);
    func
}

/// Its forward and reverse sweep.
pub fn reversed(closure: &Closure, sig: &Signature) -> Func {
    let mut func = closure.func.clone();
    let act = activity::solve(&func, sig);
    let stable = stability::solve(&func, &Fusion::none());
    let prepared = prepare::prepare(&mut func, sig, &act, &stable, &Fusion::none());
    let mut adjoint = adjoint::adjoint(&func, &prepared, &act, sig);
    simplify::simplify(&mut adjoint);
    adjoint
}

/// Its tangent.
pub fn pushed(closure: &Closure, sig: &Signature) -> Func {
    let act = activity::solve(&closure.func, sig);
    let mut tangent = tangent::tangent(&closure.func, &act, sig);
    simplify::simplify(&mut tangent);
    guarded::expand(&mut tangent);
    tangent
}
