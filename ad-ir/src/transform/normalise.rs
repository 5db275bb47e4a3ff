//! Normal form: every variable has a value where rustc cannot see that it will get one.
//!
//! ```text
//! let result;                                       let mut result = 0.0;
//! if a { result = x; returned = true; }      =>     …
//! if !returned { result = y; }
//! ```
//!
//! Lowering replaces exits by flags, which rustc's definite initialisation does not follow. Of a struct there may be no value at
//! hand, so that its variable becomes an option:
//!
//! ```text
//! let p;                                            let mut p = None;
//! if a { p = P { x }; }                      =>     if a { p = Some(P { x }); }
//! if !returned { y = p.x; }                         if !returned { y = p.Some.0.x; }
//! ```
//!
//! Sums in place become updates ([`updates`]), and what is computed twice is computed once ([`share`]).
//!
//! And what is used after it was moved is copied: the result of a call may be a reference, of which only rustc knows.
//!
//! ```text
//! s = rest(&x); t = rest(move s); y = s[0]    =>    s = rest(&x); t = rest(copy s); y = s[0]
//! ```

use super::{share, updates, zero};
use crate::ir::{
    Access, Arg, CopyHow, Func, Init, Op, OpKind, Place, Proj, Region, RetShape, Ty, Var, VarKind, for_each_place,
    map_inside,
};

/// Gives a first value to each variable that is not assigned on every path, as rustc sees paths.
pub fn normalise(func: &mut Func) {
    updates::join(func);
    share::share(func);
    copy_what_is_used_again(func);
    for r in 0..func.regions.len() {
        let region = Region(r as u32);
        let mut i = 0;
        while i < func.regions[r].len() {
            if let OpKind::Declare(var, Init::Uninit) = func.regions[r][i].kind
                && !assigned(func, &func.regions[r][i + 1..], var)
            {
                i += give_value(func, region, i, var);
            }
            i += 1;
        }
    }
}

/// Moves of variables of open type become copies where the variable is used afterwards.
fn copy_what_is_used_again(func: &mut Func) {
    for r in 0..func.regions.len() {
        for i in 0..func.regions[r].len() {
            // Out of the function for the moment: whether the variable is used again is asked of the rest.
            let mut kind = std::mem::replace(&mut func.regions[r][i].kind, OpKind::Lit(Default::default()));
            moves(&mut kind, &mut |init| {
                if let Init::Move(p) = init
                    && p.path.is_empty()
                    && matches!(func.var_ty(p.base).peel(), Ty::Slice(_) | Ty::Var(_))
                    && used_after(func, Region(r as u32), i, p.base)
                {
                    *init = Init::Copy { from: p.clone(), how: CopyHow::Bits };
                }
            });
            func.regions[r][i].kind = kind;
        }
    }
}

/// The initial values in an operation that may move something.
fn moves(kind: &mut OpKind, f: &mut dyn FnMut(&mut Init)) {
    fn init(i: &mut Init, f: &mut dyn FnMut(&mut Init)) {
        f(i);
        match i {
            Init::Repeat { elem, .. } => init(elem, f),
            Init::List { elems, .. } | Init::Tuple(elems) => elems.iter_mut().for_each(|e| init(e, f)),
            Init::Record { fields, .. } => fields.iter_mut().for_each(|(_, e)| init(e, f)),
            Init::Uninit | Init::Scalar(_) | Init::NewVec { .. } | Init::Copy { .. } | Init::Move(_) => {}
            Init::Take(_) | Init::Popped(_) | Init::ZeroLike(_) | Init::Shape(_) => {}
        }
    }
    fn arg(a: &mut Arg, f: &mut dyn FnMut(&mut Init)) {
        match a {
            Arg::Owned(i, _) => init(i, f),
            Arg::Tuple(parts) => parts.iter_mut().for_each(|p| arg(p, f)),
            Arg::Value(_) | Arg::Ref(_) | Arg::RefMut(_) | Arg::Reborrow(_) | Arg::Tokens(_) | Arg::Function(_) => {}
        }
    }
    match kind {
        OpKind::Declare(_, i) | OpKind::Store(_, i) | OpKind::Push(_, i) => init(i, f),
        OpKind::Call(call) => call.args.iter_mut().for_each(|a| arg(a, f)),
        OpKind::Resize(_, _, i) => init(i, f),
        OpKind::Lit(_) | OpKind::Path(_) | OpKind::Neg(_) | OpKind::Not(_) | OpKind::Binary(..) => {}
        OpKind::Rule(..) | OpKind::Method(..) | OpKind::PathCall(..) | OpKind::Cast(..) | OpKind::Stop(_) => {}
        OpKind::Select(..) | OpKind::Load(_) | OpKind::Len(_) | OpKind::AddTo(..) | OpKind::Accumulate(..) => {}
        OpKind::Matches(..) => {}
        OpKind::Zero(_) | OpKind::Fill(..) | OpKind::CopyFrom(..) | OpKind::Swap(..) => {}
        OpKind::SwapElements(..) | OpKind::ReverseSlice(_) | OpKind::Rotate { .. } | OpKind::Pop(_) => {}
        OpKind::Truncate(..) | OpKind::If { .. } | OpKind::For { .. } | OpKind::While { .. } => {}
        OpKind::Effect { .. } | OpKind::Forward { .. } | OpKind::Reverse { .. } | OpKind::Joint { .. } => {}
        OpKind::Tangent { .. } | OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } | OpKind::Open { .. } => {}
    }
}

/// Whether a variable may be used once the operation at this position has run: behind it, or in the next iteration of a
/// loop that the variable was declared outside of.
fn used_after(func: &Func, region: Region, index: usize, var: Var) -> bool {
    let (mut region, mut index) = (region, index);
    loop {
        for op in &func.regions[region.index()][index + 1..] {
            if reads(func, op, var) {
                return true;
            }
            // A new value: what follows uses that.
            if matches!(&op.kind, OpKind::Store(p, _) if p.base == var && p.path.is_empty()) {
                return false;
            }
        }
        if func.vars[var.index()].region == region {
            return false;
        }
        let Some(outer) = func.parents[region.index()] else { return false };
        let owner = func.regions[outer.index()].iter().position(|op| op.kind.regions().contains(&region));
        let Some(owner) = owner else { return false };
        if let OpKind::For { .. } | OpKind::While { .. } = func.regions[outer.index()][owner].kind {
            return true;
        }
        (region, index) = (outer, owner);
    }
}

fn reads(func: &Func, op: &Op, var: Var) -> bool {
    let mut found = false;
    let mut note = |op: &Op| {
        for_each_place(&op.kind, &mut |p, access| match access {
            Access::Read | Access::ReadWrite | Access::LenOnly | Access::Move => found |= p.base == var,
            Access::Write | Access::Declare => {}
        });
    };
    note(op);
    for nested in op.kind.regions() {
        func.walk(nested, &mut |_, op| note(op));
    }
    found
}

/// Whether the operations assign the whole variable before they use it, on every path.
fn assigned(func: &Func, ops: &[Op], var: Var) -> bool {
    for op in ops {
        match &op.kind {
            OpKind::Store(p, _) if p.base == var && p.path.is_empty() => return true,
            OpKind::Call(c) if c.result == Some(var) => return true,
            OpKind::Effect { diverges: true, .. } => return true,
            OpKind::If { then, els, .. } => {
                let (t, e) = (&func.regions[then.index()], &func.regions[els.index()]);
                if assigned(func, t, var) && assigned(func, e, var) {
                    return true;
                }
            }
            _ => {}
        }
        if touches(func, op, var) {
            return false;
        }
    }
    // Never used on this path: nothing to initialise.
    false
}

fn touches(func: &Func, op: &Op, var: Var) -> bool {
    let mut found = false;
    for_each_place(&op.kind, &mut |p, _| found |= p.base == var);
    for nested in op.kind.regions() {
        func.walk(nested, &mut |_, op| for_each_place(&op.kind, &mut |p, _| found |= p.base == var));
    }
    found
}

/// Replaces `let x;` at a position; gives the number of operations put before it.
fn give_value(func: &mut Func, region: Region, at: usize, var: Var) -> usize {
    let ty = func.var_ty(var);
    let span = func.vars[var.index()].span;
    if needs_a_value(&ty) && optional(func, region, at, var) {
        return 0;
    }
    let tail = func.regions[region.index()].split_off(at);
    let init = match &ty {
        Ty::Vec(_) => Init::NewVec { capacity: None },
        Ty::Array(..) | Ty::Tuple(_) | Ty::Option(_) | Ty::Result(..) => blank(func, region, &ty, span),
        // A table chosen among constants is assigned in every branch.
        Ty::Ref(..) => Init::Uninit,
        _ => zero::placeholder(func, region, &ty, span),
    };
    let added = func.regions[region.index()].len() - at;
    func.regions[region.index()].extend(tail);
    func.regions[region.index()][at + added].kind = OpKind::Declare(var, init);
    added
}

/// Whether a value of a type that the macro does not know would have to be made up.
fn needs_a_value(ty: &Ty) -> bool {
    match ty {
        Ty::Other(_) => true,
        Ty::Tuple(parts) => parts.iter().any(needs_a_value),
        Ty::Array(inner, _) | Ty::Result(inner, _) => needs_a_value(inner),
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => false,
        Ty::Slice(_) | Ty::Vec(_) | Ty::Ref(..) | Ty::Option(_) | Ty::Var(_) => false,
    }
}

/// Makes a variable an option of what it was, `None` at first. Not where the function gives a reference to it.
fn optional(func: &mut Func, region: Region, at: usize, var: Var) -> bool {
    fn replaced(shape: &mut RetShape, var: Var, by: Var) -> Option<usize> {
        match shape {
            RetShape::Var(v) if *v == var => {
                *v = by;
                Some(1)
            }
            RetShape::Ref(p) if p.base == var => None,
            RetShape::Tuple(parts) => parts.iter_mut().map(|p| replaced(p, var, by)).sum(),
            RetShape::Unit | RetShape::Value(_) | RetShape::Var(_) | RetShape::Ref(_) => Some(0),
        }
    }
    let (ty, span, name) = {
        let data = &func.vars[var.index()];
        (func.var_ty(var), data.span, data.name.clone())
    };
    let body = func.body;
    let out = func.var(&name, ty.clone(), span, VarKind::Local, body);
    let mut ret = func.ret.clone();
    match replaced(&mut ret, var, out) {
        None => return false,
        Some(0) => {}
        Some(_) => {
            func.ret = ret;
            func.push(body, OpKind::Declare(out, Init::Move(Place::whole(var))), span);
        }
    }
    func.vars[var.index()].ty = Ty::Option(Box::new(ty.clone()));
    let some = Proj::Variant { path: "Some".into(), member: "0".into() };
    for r in 0..func.regions.len() {
        let here = Region(r as u32);
        for mut op in std::mem::take(&mut func.regions[r]) {
            let span = op.span;
            let given = match &mut op.kind {
                OpKind::Declare(v, Init::Uninit) if *v == var => None,
                OpKind::Store(p, init) if p.base == var && p.path.is_empty() => {
                    let mut given = OpKind::Declare(var, init.clone());
                    map_inside(&mut given, var, &some);
                    let OpKind::Declare(_, init) = given else { continue };
                    Some(init)
                }
                OpKind::Call(call) if call.result == Some(var) => {
                    let result = func.var("result", ty.clone(), span, VarKind::Local, here);
                    call.result = Some(result);
                    map_inside(&mut op.kind, var, &some);
                    func.regions[r].push(op);
                    let init = Init::Move(Place::whole(result));
                    give(func, here, var, &ty, init, span);
                    continue;
                }
                kind => {
                    map_inside(kind, var, &some);
                    func.regions[r].push(op);
                    continue;
                }
            };
            match given {
                Some(init) => give(func, here, var, &ty, init, span),
                None => func.regions[r].push(op),
            }
        }
    }
    let none = Init::Record { path: quote::quote!(None), fields: Vec::new(), rest: None };
    func.regions[region.index()][at].kind = OpKind::Declare(var, none);
    true
}

/// `let some = Some(init); var = some;`
fn give(func: &mut Func, region: Region, var: Var, ty: &Ty, init: Init, span: proc_macro2::Span) {
    let ty = Ty::Option(Box::new(ty.clone()));
    let temp = func.var("some", ty, span, VarKind::Local, region);
    let init = Init::Record { path: quote::quote!(Some), fields: vec![("0".into(), init)], rest: None };
    func.push(region, OpKind::Declare(temp, init), span);
    func.push(region, OpKind::Store(Place::whole(var), Init::Move(Place::whole(temp))), span);
}

fn blank(func: &mut Func, region: Region, ty: &Ty, span: proc_macro2::Span) -> Init {
    match ty {
        Ty::Tuple(parts) => Init::Tuple(parts.iter().map(|p| blank(func, region, p, span)).collect()),
        Ty::Array(e, crate::ir::ty::Len::Known(n)) => {
            let elem = Box::new(blank(func, region, e, span));
            Init::Repeat { elem, len: crate::ir::Count::Const(n.parse().unwrap_or_default()), vec: false }
        }
        Ty::Vec(_) => Init::NewVec { capacity: None },
        Ty::Option(_) => Init::Record { path: quote::quote!(None), fields: Vec::new(), rest: None },
        // Of the error's type there need not be a value at hand.
        Ty::Result(inner, _) => {
            let inner = blank(func, region, inner, span);
            Init::Record { path: quote::quote!(Ok), fields: vec![("0".into(), inner)], rest: None }
        }
        Ty::Unit => Init::Tuple(Vec::new()),
        other => zero::placeholder(func, region, other, span),
    }
}
