//! Statements and patterns.

use super::literals::anchored;
use super::{Printer, ty};
use crate::tree::{Action, Arm, ArmPat, Attribute, Expr, Kind, LoopId, Pat, Stmt};

fn label_of(id: LoopId, label: bool) -> String {
    if label { format!("'l{id}: ") } else { String::new() }
}

impl<'p> Printer<'p> {
    pub(super) fn pat(&self, pat: &Pat) -> String {
        let list = |ps: &[Pat]| ps.iter().map(|p| self.pat(p)).collect::<Vec<_>>().join(", ");
        match pat {
            Pat::Wild => "_".into(),
            Pat::Bind { var, mutable } => format!("{}{}", if *mutable { "mut " } else { "" }, self.name(*var)),
            Pat::Tuple(ps) => format!("({})", list(ps)),
            Pat::Array(ps) => format!("[{}]", list(ps)),
            Pat::Ref(p) => format!("&{}", self.pat(p)),
            Pat::Record(r, ps) => {
                let parts: Vec<_> = ps.iter().map(|(i, p)| (*i, self.pat(p))).collect();
                self.record_pat(r, 0, &parts)
            }
        }
    }

    pub(super) fn arm_pat(&self, pat: &ArmPat) -> String {
        let list = |ps: &[ArmPat], by: &str| ps.iter().map(|p| self.arm_pat(p)).collect::<Vec<_>>().join(by);
        match pat {
            ArmPat::Wild => "_".into(),
            ArmPat::Bind(var) => self.name(*var).to_owned(),
            ArmPat::Int(i) => i.to_string(),
            ArmPat::Between(lo, hi) => format!("{lo}..={hi}"),
            ArmPat::From(lo) => format!("{lo}.."),
            ArmPat::Bool(b) => b.to_string(),
            ArmPat::Char(c) => format!("{c:?}"),
            ArmPat::Chars(lo, hi) => format!("{lo:?}..={hi:?}"),
            ArmPat::Or(ps) => list(ps, " | "),
            ArmPat::Tuple(ps) => format!("({})", list(ps, ", ")),
            ArmPat::Slice(ps, true) if ps.is_empty() => "[..]".into(),
            ArmPat::Slice(ps, true) => format!("[{}, ..]", list(ps, ", ")),
            ArmPat::Slice(ps, false) => format!("[{}]", list(ps, ", ")),
            ArmPat::Variant(r, k, ps) => self.variant_pat(r, *k, ps),
        }
    }

    pub(super) fn match_text(&mut self, scrutinee: &'p Expr, arms: &'p [Arm], suffix: bool) -> String {
        let scrutinee = self.known(scrutinee);
        format!("match {scrutinee} {{\n{}}}", self.arms(arms, suffix))
    }

    pub(super) fn stmt(&mut self, stmt: &'p Stmt) -> String {
        match stmt {
            Stmt::Let { pat, ty: annotation, init } => {
                let annotation_text = annotation.as_ref().map_or(String::new(), |t| format!(": {}", ty(t)));
                let Some(init) = init else {
                    if let (Pat::Bind { var, .. }, None) = (pat, annotation) {
                        self.deferred.push(*var);
                    }
                    return format!("let {}{annotation_text};", self.pat(pat));
                };
                let init = self.initialiser(init, annotation.is_some());
                format!("let {}{annotation_text} = {init};", self.pat(pat))
            }
            Stmt::LetClosure { var, mutable, closure } => {
                let mutable = if *mutable { "mut " } else { "" };
                format!("let {mutable}{} = {};", self.name(*var), self.closure(closure))
            }
            Stmt::Const { var, ty: t, value } => {
                format!("const {}: {} = {};", self.name(*var), ty(t), self.expr(value, false))
            }
            Stmt::Use { var, path, .. } => {
                let name = self.name(*var);
                if path.ends_with(&format!("::{name}")) {
                    format!("use {path};")
                } else {
                    format!("use {path} as {name};")
                }
            }
            Stmt::Attribute(attribute, stmt) => {
                let text = match attribute {
                    Attribute::Kept => "#[cfg(not(any()))]",
                    Attribute::Dropped => "#[cfg(any())]",
                    Attribute::Debug => "#[cfg(debug_assertions)]",
                    Attribute::Allow => "#[allow(unused_variables)]",
                };
                format!("{text}\n{}", self.stmt(stmt))
            }
            Stmt::Assign(target, e) => {
                let deferred = matches!(&target.kind, Kind::Var(v) if self.deferred.contains(v));
                let suffix = deferred && !anchored(e);
                let value = self.expr(e, suffix);
                format!("{} = {value};", self.expr(target, false))
            }
            Stmt::OpAssign(op, target, e) => {
                format!("{} {}= {};", self.expr(target, false), op.text(), self.expr(e, false))
            }
            Stmt::Destructure(targets, e) => {
                let targets = self.list(targets, false);
                format!("({targets}) = {};", self.expr(e, false))
            }
            Stmt::Expr(e) => {
                let text = self.statement_start(e, false);
                if super::is_block_like(e) { text } else { format!("{text};") }
            }
            Stmt::For { id, label, pat, over, body } => {
                let over = self.chain(over, true);
                format!("{}for {} in {over} {}", label_of(*id, *label), self.pat(pat), self.block(body, false))
            }
            Stmt::While { id, label, cond, body } => {
                let cond = self.expr(cond, false);
                format!("{}while {cond} {}", label_of(*id, *label), self.block(body, false))
            }
            Stmt::WhileLet { id, label, pat, value, body } => {
                let head = format!("while let {} = {}", self.arm_pat(pat), self.expr(value, false));
                format!("{}{head} {}", label_of(*id, *label), self.block(body, false))
            }
            Stmt::LetIter { var, chain } => format!("let mut {} = {};", self.name(*var), self.chain(chain, false)),
            Stmt::WhileNext { id, label, pat, iter, body } => {
                let head = format!("while let Some({}) = {}.next()", self.pat(pat), self.name(*iter));
                format!("{}{head} {}", label_of(*id, *label), self.block(body, false))
            }
            Stmt::LetElse(pat, e, otherwise) => {
                let (pat, e) = (self.arm_pat(pat), self.expr(e, false));
                format!("let {pat} = {e} else {};", self.block(otherwise, false))
            }
            Stmt::Break { id, label, value } => {
                let label = if *label { format!(" 'l{id}") } else { String::new() };
                let value = value.as_ref().map_or(String::new(), |e| {
                    let text = self.known(e);
                    // A label in front would be taken for the one to break to.
                    if text.starts_with('\'') { format!(" ({text})") } else { format!(" {text}") }
                });
                format!("break{label}{value};")
            }
            Stmt::Continue { id, label } => {
                if *label {
                    format!("continue 'l{id};")
                } else {
                    "continue;".into()
                }
            }
            Stmt::Return(None) => "return;".into(),
            Stmt::Return(Some(e)) => format!("return {};", self.expr(e, false)),
            Stmt::Println(es) => {
                let holes = vec!["{:?}"; es.len()].join(" ");
                let args: Vec<String> = es.iter().map(|e| self.expr(e, false)).collect();
                format!("println!(\"{holes}\", {});", args.join(", "))
            }
            Stmt::Panic(es) => {
                let args: Vec<String> = es.iter().map(|e| self.expr(e, false)).collect();
                format!("panic!(\"unexpected {}\", {});", vec!["{}"; es.len()].join(" "), args.join(", "))
            }
            Stmt::Assert(e, debug) => {
                format!("{}assert!({});", if *debug { "debug_" } else { "" }, self.expr(e, false))
            }
            Stmt::Do(action, operands) => self.action(*action, operands),
        }
    }

    /// `let y = if c { a } else { b }.cbrt();`: after `=` a block may receive a method without parentheses.
    fn initialiser(&mut self, init: &'p Expr, typed: bool) -> String {
        if let Kind::Float1(f, args, false) = &init.kind
            && matches!(args[0].kind, Kind::If(..) | Kind::Match(..) | Kind::Block(_))
        {
            let receiver = self.known(&args[0]);
            return format!("{receiver}.{}({})", f.name(), self.list(&args[1..], false));
        }
        if typed { self.expr(init, false) } else { self.known(init) }
    }

    fn action(&mut self, action: Action, operands: &'p [Expr]) -> String {
        if action == Action::MemSwap {
            let a = self.atom_place(&operands[0], false);
            let b = self.atom_place(&operands[1], false);
            return format!("std::mem::swap(&mut {a}, &mut {b});");
        }
        let target = self.receiver(&operands[0]);
        if let Action::Sort(by) = action {
            let single = operands[0].ty.element() == Some(&crate::tree::Ty::F32);
            return super::maybe::sort(&target, by, single);
        }
        if let Action::CopyFrom | Action::CloneFrom | Action::Extend = action {
            let name = match action {
                Action::CopyFrom => "copy_from_slice",
                Action::CloneFrom => "clone_from_slice",
                _ => "extend_from_slice",
            };
            return format!("{target}.{name}({});", self.expr(&operands[1], false));
        }
        let name = match action {
            Action::Swap => "swap",
            Action::Fill => "fill",
            Action::Push => "push",
            Action::Pop => "pop",
            Action::Resize => "resize",
            Action::Truncate => "truncate",
            Action::Clear => "clear",
            Action::RotateLeft => "rotate_left",
            Action::RotateRight => "rotate_right",
            _ => "reverse",
        };
        format!("{target}.{name}({});", self.list(&operands[1..], false))
    }
}
