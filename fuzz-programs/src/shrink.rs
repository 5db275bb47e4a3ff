//! The shrinker: tree edits that keep a program valid and failing in the same way.
//!
//! Candidates are tried a batch at a time. One counts only if it samples, if rustc accepts it without the macro, and if
//! it fails with the same kind of failure; so an edit may be careless, and most are.

use crate::generate::samples;
use crate::harness::{Entry, Failure, Harness};
use crate::print::check::Mode;
use crate::sample::Sample;
use crate::tree::{Adaptor, Block, Expr, Home, Kind, Program, Source, Stmt, Ty};
use crate::walk::Walk;
use std::collections::BTreeMap;

const PER_ROUND: usize = 32;
const ROUNDS: usize = 150;

/// A measure that every accepted edit lowers: the number of expressions and statements.
fn size(program: &Program) -> usize {
    let (mut exprs, mut stmts) = (0, 0);
    let mut block = |b: &mut Block| stmts += b.stmts.len();
    Walk { expr: &mut |_| exprs += 1, block: &mut block }.program(&mut program.clone());
    let dressed = |f: &crate::tree::Function| usize::from(f.home != Home::Top) + usize::from(f.lifetimes);
    exprs
        + 2 * stmts
        + program.records.len()
        + program.functions.iter().map(dressed).sum::<usize>()
        + 3 * program.functions.iter().map(|f| 1 + f.params.len()).sum::<usize>()
}

fn with_block(program: &Program, at: usize, edit: impl Fn(&mut Block)) -> Program {
    let mut copy = program.clone();
    let mut k = 0;
    let mut block = |b: &mut Block| {
        if k == at {
            edit(b);
        }
        k += 1;
    };
    Walk { expr: &mut |_| {}, block: &mut block }.program(&mut copy);
    copy
}

/// The blocks and expressions an expression may be replaced with: its own parts of the same type, or a literal.
fn replacements(e: &Expr) -> Vec<Expr> {
    let mut out = Vec::new();
    let mut offer = |part: &Expr| {
        if part.ty == e.ty && part != e {
            out.push(part.clone());
        }
    };
    match &e.kind {
        Kind::Binary(_, a, b) | Kind::IntFn(_, a, b) => {
            offer(a);
            offer(b);
        }
        Kind::Stop(a) | Kind::Neg(a) | Kind::Not(a) | Kind::Cast(a) | Kind::Powi(a, ..) | Kind::Replace(_, a) => {
            offer(a)
        }
        Kind::Float1(_, es, _) | Kind::Call(_, es, _) | Kind::CallClosure(_, es) | Kind::PassClosure(_, es) => {
            es.iter().for_each(offer)
        }
        Kind::If(_, then, otherwise) => {
            for block in [Some(then), otherwise.as_ref()].into_iter().flatten() {
                if let (true, Some(tail)) = (block.stmts.is_empty(), &block.tail) {
                    offer(tail);
                }
                offer(&Expr { ty: e.ty.clone(), kind: Kind::Block(block.clone()) });
            }
        }
        Kind::IfLet(_, then, otherwise) => {
            for block in [Some(then), otherwise.as_ref()].into_iter().flatten() {
                offer(&Expr { ty: e.ty.clone(), kind: Kind::Block(block.clone()) });
            }
        }
        Kind::Construct(_, fields, base) => {
            fields.iter().for_each(|(_, part)| offer(part));
            base.iter().for_each(|b| offer(b));
        }
        Kind::Wrapped(_, from, args, _) => {
            offer(from);
            args.iter().for_each(&mut offer);
        }
        Kind::Match(_, arms) => {
            for arm in arms {
                offer(&Expr { ty: e.ty.clone(), kind: Kind::Block(arm.body.clone()) });
            }
        }
        Kind::Block(block) | Kind::Labelled(_, block) => {
            if let (true, Some(tail)) = (block.stmts.is_empty(), &block.tail) {
                offer(tail);
            }
        }
        _ => {}
    }
    match e.ty {
        Ty::F64 | Ty::F32 if !matches!(e.kind, Kind::Float(_)) => {
            out.push(Expr { ty: e.ty.clone(), kind: Kind::Float(0.5) });
        }
        Ty::Usize | Ty::U8 | Ty::U32 | Ty::I32 | Ty::I64 if !matches!(e.kind, Kind::Int(_)) => {
            for i in [0, 1, 2] {
                out.push(Expr { ty: e.ty.clone(), kind: Kind::Int(i) });
            }
        }
        Ty::Bool if !matches!(e.kind, Kind::Bool(_)) => {
            for b in [true, false] {
                out.push(Expr { ty: Ty::Bool, kind: Kind::Bool(b) });
            }
        }
        _ => {}
    }
    out
}

/// The statements a statement may be replaced with: its body, for loops and branches.
fn unrolled(stmt: &Stmt) -> Vec<Vec<Stmt>> {
    let inner = |block: &Block| {
        let mut stmts = block.stmts.clone();
        stmts.extend(block.tail.iter().map(|e| Stmt::Expr((**e).clone())));
        stmts
    };
    match stmt {
        Stmt::For { over, .. } => {
            // Fewer adaptors, then fewer rounds.
            let mut out = Vec::new();
            for i in 0..over.adaptors.len() {
                let mut copy = stmt.clone();
                if let Stmt::For { over, .. } = &mut copy
                    && matches!(
                        over.adaptors[i],
                        Adaptor::Rev | Adaptor::Take(_) | Adaptor::Skip(_) | Adaptor::StepBy(_)
                    )
                {
                    over.adaptors.remove(i);
                    out.push(vec![copy]);
                }
            }
            if let Source::Range(_, hi, _) = &over.source
                && !matches!(hi.kind, Kind::Int(_))
            {
                let mut copy = stmt.clone();
                if let Stmt::For { over, .. } = &mut copy
                    && let Source::Range(_, hi, _) = &mut over.source
                {
                    hi.kind = Kind::Int(2);
                    out.push(vec![copy]);
                }
            }
            out
        }
        Stmt::While { body, .. } | Stmt::WhileLet { body, .. } => vec![inner(body)],
        Stmt::Expr(Expr { kind: Kind::IfLet(_, then, otherwise), .. }) => {
            let mut out = vec![inner(then)];
            out.extend(otherwise.iter().map(inner));
            out
        }
        Stmt::Expr(Expr { kind: Kind::If(_, then, otherwise), .. }) => {
            let mut out = vec![inner(then)];
            out.extend(otherwise.iter().map(inner));
            out
        }
        Stmt::Expr(Expr { kind: Kind::Match(_, arms), .. }) => arms.iter().map(|arm| inner(&arm.body)).collect(),
        Stmt::Expr(Expr { kind: Kind::Block(block), .. }) => vec![inner(block)],
        Stmt::Attribute(_, inner) => vec![vec![(**inner).clone()]],
        Stmt::OpAssign(_, target, e) => vec![vec![Stmt::Assign(target.clone(), e.clone())]],
        _ => Vec::new(),
    }
}

/// All single edits, the boldest first.
fn edits(program: &Program) -> Vec<Program> {
    let mut out = Vec::new();
    // A parameter that nothing names, or a function that nothing calls.
    for f in 0..program.functions.len() {
        let called = |e: &Expr| matches!(e.kind, Kind::Call(g, ..) if g == f);
        if f + 1 < program.functions.len() && !crate::walk::any_expr(program, &mut |e| called(e)) {
            let mut copy = program.clone();
            copy.functions.remove(f);
            let mut renumber = |e: &mut Expr| {
                if let Kind::Call(g, ..) = &mut e.kind
                    && *g > f
                {
                    *g -= 1;
                }
            };
            Walk { expr: &mut renumber, block: &mut |_| {} }.program(&mut copy);
            for g in &mut copy.functions {
                if let Home::Nested(host) = &mut g.home {
                    match (*host).cmp(&f) {
                        std::cmp::Ordering::Greater => *host -= 1,
                        std::cmp::Ordering::Equal => g.home = Home::Top,
                        std::cmp::Ordering::Less => {}
                    }
                }
            }
            out.push(copy);
        }
        if program.functions[f].home != Home::Top || program.functions[f].lifetimes {
            let mut copy = program.clone();
            (copy.functions[f].home, copy.functions[f].lifetimes) = (Home::Top, false);
            out.push(copy);
        }
        for p in 0..program.functions[f].params.len() {
            let var = program.functions[f].params[p].var;
            // Something must stay to differentiate with respect to.
            let params = &program.functions[f].params;
            let needed = params[p].is_active() && params.iter().filter(|p| p.is_active()).count() == 1;
            if !needed && !crate::walk::any_expr(program, &mut |e| e.kind == Kind::Var(var)) {
                let mut copy = program.clone();
                copy.functions[f].params.remove(p);
                let mut drop_argument = |e: &mut Expr| {
                    if let Kind::Call(g, args, _) = &mut e.kind
                        && *g == f
                    {
                        args.remove(p);
                    }
                };
                Walk { expr: &mut drop_argument, block: &mut |_| {} }.program(&mut copy);
                out.push(copy);
            }
        }
    }
    for k in 0..program.records.len() {
        // A type that nothing names.
        let mut copy = program.clone();
        let gone = Ty::Record(copy.records.remove(k));
        let named = crate::walk::any_expr(program, &mut |e| e.ty.contains(&gone))
            || program.functions.iter().any(|f| f.ret.contains(&gone) || f.params.iter().any(|p| p.ty.contains(&gone)))
            || copy.records.iter().any(|r| r.members().any(|m| m.ty.contains(&gone)));
        if !named {
            out.push(copy);
        }
    }
    let mut blocks: Vec<Block> = Vec::new();
    Walk { expr: &mut |_| {}, block: &mut |b| blocks.push(b.clone()) }.program(&mut program.clone());
    for (at, block) in blocks.iter().enumerate() {
        for i in (0..block.stmts.len()).rev() {
            // A run of statements, then one alone.
            for run in [4, 1] {
                if i + run <= block.stmts.len() {
                    out.push(with_block(program, at, |b| drop(b.stmts.drain(i..i + run))));
                }
            }
            for stmts in unrolled(&block.stmts[i]) {
                out.push(with_block(program, at, |b| drop(b.stmts.splice(i..=i, stmts.clone()))));
            }
        }
    }
    let mut exprs: Vec<Expr> = Vec::new();
    Walk { expr: &mut |e| exprs.push(e.clone()), block: &mut |_| {} }.program(&mut program.clone());
    for (at, e) in exprs.iter().enumerate() {
        for replacement in replacements(e) {
            let mut copy = program.clone();
            let mut k = 0;
            let mut replace = |e: &mut Expr| {
                if k == at {
                    *e = replacement.clone();
                }
                k += 1;
            };
            Walk { expr: &mut replace, block: &mut |_| {} }.program(&mut copy);
            out.push(copy);
        }
    }
    let now = size(program);
    out.retain(|p| size(p) < now || p.functions != program.functions && size(p) == now);
    out
}

/// Which of the candidates still fail.
type Verdicts<'a> = dyn FnMut(&[Candidate]) -> Result<Vec<bool>, String> + 'a;

/// A program that samples.
pub(crate) struct Candidate {
    program: Program,
    samples: Vec<Sample>,
}

/// The smallest program found for which `fails` still holds, by greedy descent.
pub(crate) fn descend(program: &Program, (seed, index): (u64, u64), fails: &mut Verdicts<'_>) -> Program {
    let mut best = program.clone();
    let mut round = 0;
    'smaller: while round < ROUNDS {
        let mut untried = edits(&best).into_iter();
        loop {
            let candidates: Vec<Candidate> = untried
                .by_ref()
                .filter_map(|program| {
                    samples(&program, seed, index, &mut 0).ok().map(|samples| Candidate { program, samples })
                })
                .take(PER_ROUND)
                .collect();
            if candidates.is_empty() {
                return best;
            }
            round += 1;
            let Ok(failing) = fails(&candidates) else { return best };
            let found = candidates.into_iter().zip(failing).filter(|(_, f)| *f).min_by_key(|(c, _)| size(&c.program));
            if let Some((candidate, _)) = found {
                best = candidate.program;
                eprintln!("  shrinking, round {round}: {} nodes", size(&best));
                continue 'smaller;
            }
        }
    }
    best
}

/// The smallest program found that rustc accepts and that fails like the given one.
pub(crate) fn shrink(harness: &Harness, program: &Program, failure: &Failure, seed: u64, index: u64) -> Program {
    let plain = Harness { mode: Mode::Plain, debug_and_release: false, check_only: true, ..harness.beside("plain") };
    // What does not compile need not be linked and run to be seen.
    let tested = Harness {
        check_only: harness.check_only || matches!(failure, Failure::Compile(_)),
        ..harness.beside("shrink")
    };
    descend(program, (seed, index), &mut |candidates| {
        let entries: Vec<Entry<'_>> = candidates
            .iter()
            .enumerate()
            .map(|(i, c)| Entry { name: format!("p{i}"), program: &c.program, samples: &c.samples })
            .collect();
        // What rustc refuses without the macro is no program.
        let invalid = if harness.mode == Mode::Plain { BTreeMap::new() } else { plain.run(&entries)? };
        let valid: Vec<Entry<'_>> = entries.into_iter().filter(|e| !invalid.contains_key(&e.name)).collect();
        let failures = tested.run(&valid)?;
        let same = |i: usize| failures.get(&format!("p{i}")).is_some_and(|f| f.same_as(failure));
        Ok((0..candidates.len()).map(same).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{case, features::Features};

    /// Whatever a failure hangs on survives, and nearly everything else goes.
    #[test]
    fn shrinks_to_the_cause() {
        let has_tanh = |p: &Program| {
            crate::walk::any_expr(p, &mut |e| matches!(&e.kind, Kind::Float1(f, ..) if f.name() == "tanh"))
        };
        let found = (0..50).find_map(|i| case(&Features::default(), 3, i, 1).ok().filter(|c| has_tanh(&c.program)));
        let program = found.expect("fifty programs hold a tanh").program;
        let small = descend(&program, (3, 0), &mut |cs| Ok(cs.iter().map(|c| has_tanh(&c.program)).collect()));
        assert!(has_tanh(&small));
        assert!(size(&small) < 60, "{} nodes are left of {}", size(&small), size(&program));
    }
}
