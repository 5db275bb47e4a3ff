//! Structs and enums: declarations, patterns, literals, calls of methods, and what the printed check needs of them.

use super::{Form, Printer, ty};
use crate::records::{GOOD, Record, Sort, Variant};
use crate::tree::{Arm, ArmPat, Block, Conjunct, Expr, Function, Home, Kind, Program, Ty, WrapFn};
use std::sync::Arc;

/// `Option<f64>`
pub(super) fn record_ty(record: &Record) -> String {
    match record.sort {
        Sort::Struct | Sort::Enum => record.name.clone(),
        Sort::Option => format!("Option<{}>", ty(record.inner())),
        Sort::Result => format!("Result<{}, {}>", ty(record.inner()), ty(&record.variants[0].members[0].ty)),
    }
}

fn members(variant: &Variant, show: impl Fn(&crate::records::Member) -> String) -> String {
    let all: Vec<String> = variant.members.iter().map(show).collect();
    match (variant.members.is_empty(), variant.tuple) {
        (true, _) => String::new(),
        (false, true) => format!("({})", all.join(", ")),
        (false, false) => format!(" {{\n{},\n}}", all.join(",\n")),
    }
}

/// The declarations of a program's types.
pub(super) fn declarations(program: &Program, attributes: bool) -> String {
    let mut out = String::new();
    for r in &program.records {
        let copy = if r.copy { ", Copy" } else { "" };
        let differentiable = if attributes && r.is_active() { ", Differentiable" } else { "" };
        out.push_str(&format!("#[derive(Clone, Debug, Default, PartialEq{copy}{differentiable})]\n"));
        let member = |m: &crate::records::Member, tuple: bool, visible: &str| {
            let constant = if m.constant && attributes { "#[constant] " } else { "" };
            let name = if tuple { String::new() } else { format!("{}: ", m.name) };
            format!("{constant}{visible}{name}{}", ty(&m.ty))
        };
        if r.sort == Sort::Struct {
            let v = &r.variants[0];
            let end = if v.tuple { ";" } else { "" };
            out.push_str(&format!("pub struct {}{}{end}\n", r.name, members(v, |m| member(m, v.tuple, "pub "))));
        } else {
            let variants: Vec<String> = r
                .variants
                .iter()
                .map(|v| {
                    let default = if v.members.is_empty() { "#[default]\n" } else { "" };
                    format!("{default}{}{}", v.name, members(v, |m| member(m, v.tuple, "")))
                })
                .collect();
            out.push_str(&format!("pub enum {} {{\n{},\n}}\n", r.name, variants.join(",\n")));
        }
    }
    out
}

/// The operators of a program's structs.
pub(super) fn operators(program: &Program, attributes: bool) -> String {
    let mut out = String::new();
    let attribute = if attributes { program.attribute(false) } else { "" };
    for r in program.records.iter().filter(|r| r.operators) {
        let real = r.members().find(|m| m.ty.is_float()).map_or_else(|| "f64".into(), |m| ty(&m.ty));
        let built = |of: &dyn Fn(&str) -> String| {
            let parts = each(&r.variants[0], |i, name, _| {
                let m = &r.variants[0].members[i];
                let acts = !m.constant && m.ty.is_float();
                format!("{name}: {}", if acts { of(name) } else { format!("self.{name}") })
            });
            format!("{} {{ {parts} }}", r.name)
        };
        let mut operator = |name: &str, rhs: Option<&str>, body: String| {
            let (method, arg, of) = (
                name.to_lowercase(),
                rhs.map_or_else(String::new, |t| format!(", o: {t}")),
                rhs.filter(|t| *t != r.name).map_or_else(String::new, |t| format!("<{t}>")),
            );
            out.push_str(&format!(
                "{attribute}impl std::ops::{name}{of} for {0} {{\ntype Output = {0};\nfn {method}(self{arg}) -> {0} {{ {body} }}\n}}\n",
                r.name
            ));
        };
        operator("Add", Some(&r.name), built(&|name| format!("self.{name} + o.{name}")));
        operator("Sub", Some(&r.name), built(&|name| format!("self.{name} - o.{name}")));
        operator("Mul", Some(&real), built(&|name| format!("self.{name} * o")));
        operator("Neg", None, built(&|name| format!("-self.{name}")));
    }
    out
}

/// How the check reads and flattens values of the types.
pub(super) fn traits(program: &Program) -> String {
    let mut out = String::new();
    for r in &program.records {
        let path = |v: &Variant| {
            if r.sort == Sort::Struct { r.name.clone() } else { format!("{}::{}", r.name, v.name) }
        };
        let built: Vec<String> = r
            .variants
            .iter()
            .enumerate()
            .map(|(k, v)| {
                format!("{k} => {} {{ {} }},", path(v), each(v, |_, name, _| format!("{name}: Build::build(s)")))
            })
            .collect();
        let choice = if r.sort == Sort::Struct { "0" } else { "s.next::<usize>()" };
        out.push_str(&format!(
            "impl Build for {0} {{\nfn build(s: &mut Sample) -> Self {{ match {choice} {{ {1} _ => panic!(\"variant\") }} }}\n}}\n",
            r.name,
            built.join("\n")
        ));
        let walk = |tag: bool, what: &dyn Fn(&crate::records::Member, &str) -> String| {
            let arms: Vec<String> = r
                .variants
                .iter()
                .enumerate()
                .map(|(k, v)| {
                    let tag = if tag && r.sort == Sort::Enum { format!("out.push({k});") } else { String::new() };
                    let parts: Vec<String> =
                        v.members.iter().enumerate().map(|(i, m)| what(m, &format!("m{i}"))).collect();
                    let pattern = each(v, |i, name, _| format!("{name}: m{i}"));
                    format!("{} {{ {pattern} }} => {{ {tag} {} }}", path(v), parts.join(" "))
                })
                .collect();
            format!("match self {{ {} }}", arms.join("\n"))
        };
        let bits = walk(true, &|_, name| format!("{name}.bits(out);"));
        let floats = walk(false, &|m, name| if m.constant { String::new() } else { format!("{name}.floats(out);") });
        let fixed = walk(true, &|m, name| {
            if m.constant || !m.ty.is_active() { format!("{name}.bits(out);") } else { format!("{name}.fixed(out);") }
        });
        out.push_str(&format!(
            "impl Flat for {} {{\nfn bits(&self, out: &mut Vec<u64>) {{ {bits} }}\nfn floats(&self, out: &mut Vec<f64>) {{ \
             {floats} }}\nfn fixed(&self, out: &mut Vec<u64>) {{ {fixed} }}\n}}\n",
            r.name
        ));
    }
    out
}

fn each(v: &Variant, show: impl Fn(usize, &str, &Ty) -> String) -> String {
    let all: Vec<String> = v.members.iter().enumerate().map(|(i, m)| show(i, &m.name, &m.ty)).collect();
    all.join(", ")
}

impl<'p> Printer<'p> {
    /// The name of a variant where it is built or matched.
    fn path(&self, record: &Record, k: usize) -> String {
        let this = &self.program.functions[self.current];
        let own = matches!(&this.home, Home::Impl(r) if r.name == record.name) && self.current.is_multiple_of(2);
        let name = if own { "Self" } else { &record.name };
        match record.sort {
            Sort::Struct => name.to_owned(),
            Sort::Enum => format!("{name}::{}", record.variants[k].name),
            Sort::Option | Sort::Result => record.variants[k].name.clone(),
        }
    }

    /// `S { a, b: p, .. }`, `E::V(p, ..)`
    pub(super) fn record_pat(&self, record: &Record, k: usize, parts: &[(usize, String)]) -> String {
        let (path, v) = (self.path(record, k), &record.variants[k]);
        if v.members.is_empty() {
            return path;
        }
        if v.tuple {
            let last = parts.iter().map(|(i, _)| i + 1).max().unwrap_or(0);
            let mut all: Vec<String> = (0..last)
                .map(|i| parts.iter().find(|(k, _)| *k == i).map_or_else(|| "_".to_owned(), |(_, p)| p.clone()))
                .collect();
            if last < v.members.len() {
                all.push("..".into());
            }
            return format!("{path}({})", all.join(", "));
        }
        let mut all: Vec<String> = parts
            .iter()
            .map(|(i, p)| {
                let name = &v.members[*i].name;
                if p == name { p.clone() } else { format!("{name}: {p}") }
            })
            .collect();
        if parts.len() < v.members.len() {
            all.push("..".into());
        }
        format!("{path} {{ {} }}", all.join(", "))
    }

    pub(super) fn variant_pat(&self, record: &Record, k: usize, parts: &[(usize, ArmPat)]) -> String {
        let parts: Vec<_> = parts.iter().map(|(i, p)| (*i, self.arm_pat(p))).collect();
        self.record_pat(record, k, &parts)
    }

    pub(super) fn construct(
        &mut self,
        record: &Arc<Record>,
        k: usize,
        fields: &'p [(usize, Expr)],
        base: Option<&'p Expr>,
        suffix: bool,
    ) -> String {
        let (path, v) = (self.path(record, k), &record.variants[k]);
        if v.members.is_empty() {
            return path;
        }
        let suffix = suffix && record.is_wrapper();
        if v.tuple && base.is_none() {
            let mut all: Vec<_> = fields.iter().collect();
            all.sort_by_key(|(i, _)| *i);
            let all: Vec<String> = all.into_iter().map(|(_, e)| self.expr(e, suffix)).collect();
            return format!("{path}({})", all.join(", "));
        }
        let mut all: Vec<String> = fields
            .iter()
            .map(|(i, e)| {
                let (name, text) = (&v.members[*i].name, self.expr(e, suffix));
                if matches!(e.kind, Kind::Var(_)) && text == *name { text } else { format!("{name}: {text}") }
            })
            .collect();
        if let Some(base) = base {
            all.push(format!("..{}", self.expr(base, false)));
        }
        format!("{path} {{ {} }}", all.join(", "))
    }

    pub(super) fn if_let_text(
        &mut self,
        conjuncts: &'p [Conjunct],
        then: &'p Block,
        otherwise: Option<&'p Block>,
        suffix: bool,
    ) -> String {
        let alone = conjuncts.len() == 1;
        let all: Vec<String> = conjuncts
            .iter()
            .map(|c| match c {
                Conjunct::Let(pat, e) => format!("let {} = {}", self.arm_pat(pat), self.expr(e, false)),
                Conjunct::If(e) if alone => self.expr(e, false),
                Conjunct::If(e) => self.atom(e, false),
            })
            .collect();
        let then = self.block(then, suffix);
        let otherwise = otherwise.map_or_else(String::new, |b| format!(" else {}", self.block(b, suffix)));
        format!("if {} {then}{otherwise}", all.join(" && "))
    }

    pub(super) fn wrapped(
        &mut self,
        f: WrapFn,
        receiver: &'p Expr,
        args: &'p [Expr],
        closure: Option<&'p crate::tree::Closure>,
    ) -> String {
        let is_option = receiver.ty.peeled().wrapper().is_some_and(|r| r.sort == Sort::Option);
        let name = match f {
            WrapFn::Unwrap => "unwrap",
            WrapFn::IsGood if is_option => "is_some",
            WrapFn::IsGood => "is_ok",
            WrapFn::IsBad if is_option => "is_none",
            WrapFn::IsBad => "is_err",
            WrapFn::UnwrapOr => "unwrap_or",
            WrapFn::UnwrapOrElse => "unwrap_or_else",
            WrapFn::Map => "map",
            WrapFn::AndThen => "and_then",
            WrapFn::MapOr => "map_or",
            WrapFn::OkOr => "ok_or",
            WrapFn::Ok => "ok",
        };
        let mut all: Vec<String> = args.iter().map(|e| self.known(e)).collect();
        all.extend(closure.map(|c| self.closure(c)));
        format!("{}.{name}({})", self.receiver(receiver), all.join(", "))
    }

    /// `s.method(…)`, `S::new(…)`
    pub(super) fn method_call(&mut self, callee: &Function, of: &Record, args: &'p [Expr]) -> String {
        if callee.has_self(&self.program.names) {
            let receiver = match &args[0].kind {
                Kind::Ref(inner, _) => self.receiver(inner),
                _ => self.receiver(&args[0]),
            };
            return format!("{receiver}.{}({})", callee.name, self.list(&args[1..], false));
        }
        format!("{}::{}({})", of.name, callee.name, self.list(args, false))
    }

    /// The `impl` block with the functions of a type.
    pub(super) fn impl_block(&mut self, record: &Record) -> String {
        let inside = |home: &Home| matches!(home, Home::Impl(r) if r.name == record.name);
        let program = self.program;
        let functions: Vec<String> = (0..program.functions.len())
            .filter(|i| inside(&program.functions[*i].home))
            .map(|i| self.function(i))
            .collect();
        if functions.is_empty() {
            return String::new();
        }
        let attribute = if self.form == Some(Form::Functions) { program.attribute(false) } else { "" };
        format!("{attribute}impl {} {{\n{}\n}}", record.name, functions.join("\n"))
    }

    pub(super) fn arms(&mut self, arms: &'p [Arm], suffix: bool) -> String {
        let mut out = String::new();
        for arm in arms {
            let pat = self.arm_pat(&arm.pat);
            let guard = arm.guard.as_ref().map_or(String::new(), |g| format!(" if {}", self.expr(g, false)));
            let body = match &arm.body.tail {
                Some(tail) if arm.body.stmts.is_empty() => format!("{},", self.statement_start(tail, suffix)),
                _ => self.block(&arm.body, suffix),
            };
            out.push_str(&format!("{pat}{guard} => {body}\n"));
        }
        out
    }
}

/// What the check of a wrapped result seeds: `Ok(w)`.
pub(super) fn good(record: &Record, value: &str) -> String {
    format!("{}({value})", record.variants[GOOD].name)
}
