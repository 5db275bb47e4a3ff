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
    Access, Arg, CopyHow, EntityMap, Func, Init, Op, OpKind, Place, Proj, Region, RetShape, Ty, Var, VarKind,
    for_each_place, map_inside,
};

/// Gives a first value to each variable that is not assigned on every path, as rustc sees paths.
pub fn normalise(func: &mut Func) {
    updates::join(func);
    share::share(func);
    copy_what_is_used_again(func);
    let mut optional = Vec::new();
    for r in 0..func.regions.len() {
        let region = Region(r as u32);
        let mut i = 0;
        while i < func.regions[r].len() {
            if let OpKind::Declare(var, Init::Uninit) = func.regions[r][i].kind
                && !assigned(func, &func.regions[r][i + 1..], var)
            {
                if needs_a_value(&func.var_ty(var)) && !is_given_by_reference(&func.ret, var) {
                    optional.push(var);
                } else {
                    i += give_value(func, region, i, var);
                }
            }
            i += 1;
        }
    }
    if !optional.is_empty() {
        make_optional(func, &optional);
    }
}

/// Moves of variables of open type become copies where the variable is used afterwards; and so do moves that are followed by
/// an exit, where only the exit's flag keeps what comes next from using the variable.
fn copy_what_is_used_again(func: &mut Func) {
    let owners = owners(func);
    for r in 0..func.regions.len() {
        let here = Region(r as u32);
        for i in 0..func.regions[r].len() {
            // Out of the function for the moment: whether the variable is used again is asked of the rest.
            let mut kind = std::mem::replace(&mut func.regions[r][i].kind, OpKind::Lit(Default::default()));
            moves(&mut kind, &mut |init| match init {
                Init::Move(p) | Init::Copy { from: p, how: CopyHow::Bits }
                    if may_be_moved(func, p) && used_outside(func, &owners, here, i, p.base) =>
                {
                    *init = Init::Copy { from: p.clone(), how: CopyHow::Clone };
                }
                Init::Move(p)
                    if p.path.is_empty()
                        && matches!(func.var_ty(p.base).peel(), Ty::Slice(_) | Ty::Var(_))
                        && used_after(func, &owners, here, i, p.base) =>
                {
                    *init = Init::Copy { from: p.clone(), how: CopyHow::Bits };
                }
                _ => {}
            });
            func.regions[r][i].kind = kind;
        }
    }
}

/// Where the operation stands that owns a region.
type Owners = EntityMap<Region, (Region, usize)>;

fn owners(func: &Func) -> Owners {
    let mut owners = Owners::default();
    for (r, ops) in func.regions.iter().enumerate() {
        for (i, op) in ops.iter().enumerate() {
            for nested in op.kind.regions() {
                owners.insert(nested, (Region(r as u32), i));
            }
        }
    }
    owners
}

/// Whether reading this place may be a move: of a variable's contents or of its field.
fn may_be_moved(func: &mut Func, p: &Place) -> bool {
    let fields = p.path.iter().all(|step| matches!(step, Proj::Named(_) | Proj::Field(_)));
    if !fields || matches!(func.var_ty(p.base), Ty::Ref(..)) {
        return false;
    }
    let ty = func.place_ty(p);
    may_move(&func.types.resolve(&ty))
}

fn may_move(ty: &Ty) -> bool {
    match ty {
        Ty::Vec(_) | Ty::Other(_) => true,
        // What the error is stands in its text only.
        Ty::Result(..) => true,
        Ty::Array(inner, _) | Ty::Option(inner) => may_move(inner),
        Ty::Tuple(parts) => parts.iter().any(may_move),
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => false,
        Ty::Slice(_) | Ty::Ref(..) | Ty::Var(_) => false,
    }
}

/// The initial values in an operation that may move something.
fn moves(kind: &mut OpKind, f: &mut dyn FnMut(&mut Init)) {
    fn init(i: &mut Init, f: &mut dyn FnMut(&mut Init)) {
        f(i);
        match i {
            Init::Repeat { elem, .. } => init(elem, f),
            Init::List { elems, .. } | Init::Tuple(elems) => elems.iter_mut().for_each(|e| init(e, f)),
            Init::Record { fields, rest, .. } => {
                fields.iter_mut().for_each(|(_, e)| init(e, f));
                if let Some((from, how)) = rest {
                    let mut read = Init::Copy { from: from.clone(), how: *how };
                    f(&mut read);
                    if let Init::Copy { from: p, how: h } = read {
                        (*from, *how) = (p, h);
                    }
                }
            }
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
fn used_after(func: &Func, owners: &Owners, region: Region, index: usize, var: Var) -> bool {
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
        let Some((outer, owner)) = owners.get(&region).copied() else { return false };
        if let OpKind::For { .. } | OpKind::While { .. } = func.regions[outer.index()][owner].kind {
            return true;
        }
        (region, index) = (outer, owner);
    }
}

/// Whether rustc sees a way from this operation out of its region to a use of the variable's old value. In the same
/// region it would be the user's own: then the type is `Copy`.
fn used_outside(func: &Func, owners: &Owners, region: Region, index: usize, var: Var) -> bool {
    let ops = |region: Region| &func.regions[region.index()][..];
    if next(func, &ops(region)[index + 1..], var) != Next::Open {
        return false;
    }
    let mut region = region;
    while func.vars[var.index()].region != region {
        let Some((outer, owner)) = owners.get(&region).copied() else { return false };
        if let OpKind::For { .. } | OpKind::While { .. } = ops(outer)[owner].kind
            && next(func, ops(region), var) != Next::Given
        {
            return true;
        }
        match next(func, &ops(outer)[owner + 1..], var) {
            Next::Used => return true,
            Next::Given => return false,
            Next::Open => region = outer,
        }
    }
    func.ret.mentions(var)
}

/// What becomes of a variable's value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Used,
    /// It is given another one.
    Given,
    /// Neither, on some path.
    Open,
}

fn next(func: &Func, ops: &[Op], var: Var) -> Next {
    for op in ops {
        let mut used = false;
        for_each_place(&op.kind, &mut |p, access| match access {
            Access::Read | Access::ReadWrite | Access::LenOnly | Access::Move => used |= p.base == var,
            Access::Write => used |= p.base == var && !p.path.is_empty(),
            Access::Declare => {}
        });
        if used {
            return Next::Used;
        }
        match &op.kind {
            OpKind::Store(p, _) if p.base == var && p.path.is_empty() => return Next::Given,
            OpKind::Call(c) if c.result == Some(var) => return Next::Given,
            OpKind::Effect { diverges: true, .. } => return Next::Given,
            OpKind::If { then, els, .. } => {
                let arms = [then, els].map(|r| next(func, &func.regions[r.index()], var));
                match arms {
                    [Next::Used, _] | [_, Next::Used] => return Next::Used,
                    [Next::Given, Next::Given] => return Next::Given,
                    [Next::Open, _] | [_, Next::Open] => {}
                }
            }
            kind => {
                if kind.regions().iter().any(|r| next(func, &func.regions[r.index()], var) == Next::Used) {
                    return Next::Used;
                }
            }
        }
    }
    Next::Open
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

/// Whether the function's result is a reference to the variable, or a part of it.
fn is_given_by_reference(shape: &RetShape, var: Var) -> bool {
    match shape {
        RetShape::Ref(p) => p.base == var,
        RetShape::Tuple(parts) => parts.iter().any(|p| is_given_by_reference(p, var)),
        RetShape::Unit | RetShape::Value(_) | RetShape::Var(_) => false,
    }
}

/// Makes variables options of what they were, `None` at first: all in one walk, since there may be many.
fn make_optional(func: &mut Func, vars: &[Var]) {
    fn replaced(shape: &mut RetShape, var: Var, by: Var) -> bool {
        match shape {
            RetShape::Var(v) if *v == var => {
                *v = by;
                true
            }
            RetShape::Tuple(parts) => {
                let mut any = false;
                for part in parts {
                    any |= replaced(part, var, by);
                }
                any
            }
            RetShape::Unit | RetShape::Value(_) | RetShape::Var(_) | RetShape::Ref(_) => false,
        }
    }
    // What they were.
    let mut types: EntityMap<Var, Ty> = EntityMap::default();
    let body = func.body;
    for &var in vars {
        let (ty, data) = (func.var_ty(var), &func.vars[var.index()]);
        let (span, name) = (data.span, data.name.clone());
        let out = func.var(&name, ty.clone(), span, VarKind::Local, body);
        let mut ret = func.ret.clone();
        if replaced(&mut ret, var, out) {
            func.ret = ret;
            func.push(body, OpKind::Declare(out, Init::Move(Place::whole(var))), span);
        }
        func.vars[var.index()].ty = Ty::Option(Box::new(ty.clone()));
        types.insert(var, ty);
    }
    let some = Proj::Variant { path: "Some".into(), member: "0".into() };
    let inside = |kind: &mut OpKind| {
        map_inside(kind, &|v| types.contains_key(&v), &some);
        // Nothing but the whole can be moved out of the option.
        moves(kind, &mut |init| {
            let whole = matches!(init, Init::Move(p) if p.path.len() == 1);
            if let Init::Copy { from: p, how: CopyHow::Bits } | Init::Move(p) = init
                && types.get(&p.base).is_some_and(may_move)
                && !whole
            {
                *init = Init::Copy { from: p.clone(), how: CopyHow::Clone };
            }
        });
    };
    for r in 0..func.regions.len() {
        let here = Region(r as u32);
        for mut op in std::mem::take(&mut func.regions[r]) {
            let span = op.span;
            match &mut op.kind {
                OpKind::Declare(v, init @ Init::Uninit) if types.contains_key(v) => {
                    *init = Init::Record { path: quote::quote!(None), fields: Vec::new(), rest: None };
                    func.regions[r].push(op);
                }
                OpKind::Store(p, init) if p.path.is_empty() && types.contains_key(&p.base) => {
                    let var = p.base;
                    let mut given = OpKind::Declare(var, init.clone());
                    inside(&mut given);
                    let OpKind::Declare(_, init) = given else { continue };
                    give(func, here, var, &types[&var], init, span);
                }
                OpKind::Call(call) if call.result.is_some_and(|v| types.contains_key(&v)) => {
                    let Some(var) = call.result else { continue };
                    let ty = types[&var].clone();
                    let result = func.var("result", ty.clone(), span, VarKind::Local, here);
                    call.result = Some(result);
                    inside(&mut op.kind);
                    func.regions[r].push(op);
                    give(func, here, var, &ty, Init::Move(Place::whole(result)), span);
                }
                kind => {
                    inside(kind);
                    func.regions[r].push(op);
                }
            }
        }
    }
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
