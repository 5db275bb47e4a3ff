//! The text of `EXPLAIN`: the primal, what is kept for the reverse sweep, and the adjoint.
//!
//! ```text
//! kept for the reverse sweep
//!     kept: Vec<(f64, f64)>, for each iteration        // line 7: x is overwritten later; v9 is costly to compute again
//!     helper_reverse, for each iteration               // line 9: what helper keeps
//!     v4: f64                                          // line 3: computed once
//! ```
//!
//! The list is read off the adjoint: what its forward sweep makes and its reverse sweep reads. So it cannot differ from what is
//! emitted, and arguments are not in it, nor is what the reverse sweep computes again.

use crate::analysis::fusion::{Fusion, Reason};
use crate::ir::display::{explained, ty};
use crate::ir::{
    EntityMap, EntitySet, Func, Init, Op, OpKind, Place, Region, Value, Var, VarKind, for_each_place, for_each_value,
};
use crate::rules::Cost;
use crate::signature::{Role, Signature};
use quote::ToTokens;

/// The whole text.
pub fn text(sig: &Signature, primal: &Func, adjoint: &Func, fusion: &Fusion) -> String {
    // Said once where the two are the same.
    let once = is_forward_sweep(primal, adjoint);
    let mut out = if once {
        format!(
            "fn {}: the primal in SSA, as it is the adjoint's forward sweep; then the reverse sweep\n{}",
            sig.ident,
            explained(adjoint, true)
        )
    } else {
        format!("fn {}: the primal in SSA\n{}", sig.ident, explained(primal, true))
    };
    out.push_str("\nKept for the reverse sweep\n");
    let kept = kept(adjoint);
    if kept.is_empty() {
        out.push_str("    nothing\n");
    }
    for line in kept {
        out.push_str(&format!("    {line}\n"));
    }
    let loops = loops(primal, fusion);
    if !loops.is_empty() {
        out.push_str("\nLoops, where the cotangent of the result is known before\n");
    }
    loops.iter().for_each(|line| out.push_str(&format!("    {line}\n")));
    if !once {
        out.push_str("\nThe adjoint: forward sweep, then reverse sweep\n");
        out.push_str(&explained(adjoint, false));
    }
    let unused: Vec<String> = sig
        .params
        .iter()
        .enumerate()
        .filter(|(i, p)| p.role == Role::Active && !reads_param(adjoint, *i))
        .map(|(_, p)| p.name.to_string())
        .collect();
    if !unused.is_empty() {
        out.push_str(&format!("\nnote: the result does not depend on {}: the gradient is zero\n", unused.join(", ")));
    }
    out
}

/// Which loops run forward and in reverse together, and what keeps the others from it.
fn loops(func: &Func, fusion: &Fusion) -> Vec<String> {
    let mut lines = Vec::new();
    func.walk(func.body, &mut |_, op| {
        let (OpKind::For { body, .. } | OpKind::While { body, .. }) = &op.kind else { return };
        let line = crate::line(op.span).map_or("a loop".to_string(), |n| format!("line {n}"));
        let name = |v: &Var| func.vars.get(v.index()).map_or("a value", |data| data.name.as_str());
        if fusion.homes.contains(body) {
            lines.push(format!("{line}: each iteration runs forward and in reverse, nothing is kept beyond it"));
        } else if let Some((_, reason)) = fusion.reasons.iter().find(|(r, _)| *r == *body) {
            lines.push(match reason {
                Reason::Carried(v) => format!("{line}: `{}` goes from one iteration to the next", name(v)),
                Reason::Late(v) => {
                    format!("{line}: the cotangent of `{}` depends on what is computed later", name(v))
                }
            });
        }
    });
    lines
}

/// Whether a function's straight line is that of its adjoint, which keeps nothing.
fn is_forward_sweep(primal: &Func, adjoint: &Func) -> bool {
    let (a, b) = (&primal.regions[primal.body.index()], &adjoint.regions[adjoint.body.index()]);
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.result.is_some() && a.result == b.result)
}

fn reads_param(adjoint: &Func, param: usize) -> bool {
    adjoint.vars.iter().any(|v| matches!(v.kind, VarKind::ShadowParam { param: p, .. } if p == param))
}

/// What a sweep makes.
struct Forward<'f> {
    /// By which operation, and whether in a loop.
    values: EntityMap<Value, (&'f Op, bool)>,
    /// The operations that write to a variable.
    writes: EntityMap<Var, Vec<(&'f Op, bool)>>,
    declared: EntitySet<Var>,
}

fn kept(func: &Func) -> Vec<String> {
    let Some(reverse) = func.reverse else { return Vec::new() };
    let mut made =
        Forward { values: EntityMap::default(), writes: EntityMap::default(), declared: EntitySet::default() };
    forward(func, func.body, false, &mut made);
    let mut values = EntitySet::from(vec![false; func.values.len()]);
    let mut vars = EntitySet::from(vec![false; func.vars.len()]);
    func.walk(reverse, &mut |_, op| {
        for_each_value(&op.kind, &mut |v| {
            values.insert(v);
        });
        for_each_place(&op.kind, &mut |p, _| {
            vars.insert(p.base);
        });
        if let OpKind::Reverse { residual, .. } | OpKind::Open { residual, .. } = &op.kind {
            vars.insert(residual.0);
        }
    });
    let mut out = Vec::new();
    for var in vars.iter() {
        let data = &func.vars[var.index()];
        let own = matches!(data.kind, VarKind::Local | VarKind::Generated);
        if own && let Some(writes) = made.writes.get(&var).filter(|_| made.declared.contains(&var)) {
            out.push(variable(func, var, writes, &made));
        }
    }
    for v in values.iter() {
        // Literals and constants are written again.
        if let Some((op, _)) = made.values.get(&v)
            && !matches!(op.kind, OpKind::Lit(_) | OpKind::Path(_))
        {
            let what = format!("{}: {}", named(func, v), ty(&func.ty(v)));
            out.push(comment(&what, op, "computed once, at the top of the function"));
        }
    }
    out
}

fn forward<'f>(func: &'f Func, region: Region, in_loop: bool, made: &mut Forward<'f>) {
    for op in &func.regions[region.index()] {
        if let Some(v) = op.result {
            made.values.insert(v, (op, in_loop));
        }
        let mut write = |var: Var| made.writes.slot(var).get_or_insert_default().push((op, in_loop));
        match &op.kind {
            OpKind::Declare(var, init) => {
                made.declared.insert(*var);
                if !matches!(init, Init::Uninit) {
                    write(*var);
                }
            }
            OpKind::Forward { call, residual, .. } => {
                made.declared.insert(residual.0);
                if let Some(result) = call.result {
                    made.declared.insert(result);
                }
                write(residual.0);
                call.result.into_iter().for_each(write);
            }
            OpKind::KeepShape { residual, .. } | OpKind::KeepCopy { residual, .. } => {
                made.declared.insert(residual.0);
                write(residual.0);
            }
            other => {
                let mut bases = Vec::new();
                for_each_place(other, &mut |p: &Place, access| {
                    use crate::ir::Access::{Declare, LenOnly, Move, Read, ReadWrite, Write};
                    match access {
                        Write | ReadWrite => bases.push(p.base),
                        Read | LenOnly | Move | Declare => {}
                    }
                });
                bases.sort_unstable();
                bases.dedup();
                bases.into_iter().for_each(write);
            }
        }
        let repeats = matches!(op.kind, OpKind::For { .. } | OpKind::While { .. });
        for nested in op.kind.regions() {
            forward(func, nested, in_loop || repeats, made);
        }
    }
}

/// A variable, by the operation that fills it.
fn variable(func: &Func, var: Var, writes: &[(&Op, bool)], made: &Forward<'_>) -> String {
    let name = &func.vars[var.index()].name;
    let filling = |kind: &OpKind| match kind {
        OpKind::Push(p, _) | OpKind::Store(p, _) => p.base == var,
        OpKind::Forward { .. } | OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } => true,
        _ => false,
    };
    let Some((op, in_loop)) = writes.iter().find(|(op, _)| filling(&op.kind)).or(writes.first()) else {
        return name.clone();
    };
    let often = if *in_loop { ", for each iteration" } else { "" };
    match &op.kind {
        OpKind::Forward { call, residual, .. } if residual.0 == var => comment(
            &format!("{name}{often}"),
            op,
            &format!("what {} keeps", crate::diag::text(call.path.to_token_stream())),
        ),
        OpKind::KeepShape { place, .. } => {
            let of = &func.vars[place.base.index()].name;
            comment(&format!("{name}{often}"), op, &format!("the shape of {of} before it changes"))
        }
        OpKind::KeepCopy { place, .. } => {
            let of = &func.vars[place.base.index()].name;
            comment(&format!("{name}{often}"), op, &format!("the contents of {of} before it changes"))
        }
        OpKind::Push(_, init) | OpKind::Store(_, init) => {
            let mut fields = Vec::new();
            scalars(init, &mut fields);
            let why: Vec<String> = fields.iter().map(|v| reason(func, *v, made)).collect();
            let what = format!("{name}: {}{often}", ty(&func.var_ty(var)));
            comment(&what, op, &if why.is_empty() { "its last contents".to_string() } else { why.join("; ") })
        }
        _ => comment(&format!("{name}: {}{often}", ty(&func.var_ty(var))), op, "its contents at the end"),
    }
}

fn scalars(init: &Init, out: &mut Vec<Value>) {
    match init {
        Init::Scalar(v) => out.push(*v),
        Init::Tuple(parts) => parts.iter().for_each(|p| scalars(p, out)),
        Init::Uninit | Init::Repeat { .. } | Init::List { .. } | Init::NewVec { .. } | Init::Copy { .. } => {}
        Init::Record { .. } => {}
        Init::Take(_) | Init::Popped(_) | Init::Move(_) | Init::ZeroLike(_) | Init::Shape(_) => {}
    }
}

/// Why a value is kept and not computed again.
fn reason(func: &Func, v: Value, made: &Forward<'_>) -> String {
    let name = named(func, v);
    match made.values.get(&v).map(|(op, _)| &op.kind) {
        Some(OpKind::Load(p)) => format!("{} changes later", func.vars[p.base.index()].name),
        Some(OpKind::Rule(rule, _)) if rule.cost == Cost::Costly => format!("{name} is costly to compute again"),
        Some(OpKind::Binary(crate::ir::BinOp::Div | crate::ir::BinOp::Rem, ..)) => {
            format!("{name} is costly to compute again")
        }
        Some(_) => format!("what {name} is computed from is gone by then"),
        None => format!("{name} is different in each iteration"),
    }
}

/// `v9`, with the user's name where it has one.
fn named(func: &Func, v: Value) -> String {
    func.values[v.index()].name.as_ref().map_or(v.to_string(), |name| format!("{name} ({v})"))
}

/// The column at which comments begin.
const COMMENT: usize = 40;

fn comment(what: &str, op: &Op, why: &str) -> String {
    let line = crate::line(op.span).map_or(String::new(), |n| format!("line {n}: "));
    format!("{what:COMMENT$} // {line}{why}")
}
