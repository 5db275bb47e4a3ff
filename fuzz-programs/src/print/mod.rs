//! The printer: the tree as Rust source.
//!
//! Types are left to inference as people leave them. rustc does not guess the type of a literal before a method call, so
//! an expression whose type would hang on bare literals is printed with suffixes where its type is needed at once.

pub(crate) mod check;
mod literals;
mod maybe;
mod records;
mod statements;
mod stub;

use crate::ops::FloatFn;
use crate::tree::{
    Adaptor, BinOp, Block, Chain, Closure, Expr, Function, Home, Import, IntFn, Kind, Predicate, Program, Source,
    Terminal, Ty, VarId,
};
use literals::{anchored, float_literal};

pub(crate) struct Printer<'p> {
    program: &'p Program,
    /// Print `#[constant]`, and `#[differentiate]` where the form has it.
    form: Option<Form>,
    /// Variables declared without type and value: their first assignment must tell the type.
    deferred: Vec<VarId>,
    /// Some integer has a method called on it: `0..3` must tell its type.
    int_methods: bool,
    /// The function that is being printed.
    current: usize,
}

/// Where `#[differentiate]` stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    /// On each function, and on the blocks of methods.
    Functions,
    /// On a module around them all.
    Module,
}

pub(crate) fn ty(t: &Ty) -> String {
    match t {
        Ty::F64 => "f64".into(),
        Ty::F32 => "f32".into(),
        Ty::Usize => "usize".into(),
        Ty::U8 => "u8".into(),
        Ty::U32 => "u32".into(),
        Ty::I32 => "i32".into(),
        Ty::I64 => "i64".into(),
        Ty::Bool => "bool".into(),
        Ty::Char => "char".into(),
        Ty::Unit => "()".into(),
        Ty::Tuple(ts) => format!("({})", ts.iter().map(ty).collect::<Vec<_>>().join(", ")),
        Ty::Array(t, n) => format!("[{}; {n}]", ty(t)),
        Ty::ArrayN(t) => format!("[{}; N]", ty(t)),
        Ty::Vec(t) => format!("Vec<{}>", ty(t)),
        Ty::Slice(t) => format!("[{}]", ty(t)),
        Ty::Ref(t, false) => format!("&{}", ty(t)),
        Ty::Ref(t, true) => format!("&mut {}", ty(t)),
        Ty::Record(r) => records::record_ty(r),
    }
}

/// The functions of a program as source text, with our attributes in one of the forms or without.
pub(crate) fn functions(program: &Program, form: Option<Form>) -> String {
    let int_methods = crate::walk::any_expr(program, &mut |e| matches!(e.kind, Kind::IntFn(..)));
    let mut printer = Printer { program, form, deferred: Vec::new(), int_methods, current: 0 };
    let mut text = vec![records::declarations(program, form.is_some()), records::operators(program, form.is_some())];
    text.extend(program.records.iter().map(|r| printer.impl_block(r)));
    for (i, f) in program.functions.iter().enumerate() {
        match &f.home {
            Home::Top => text.push(printer.function(i)),
            Home::Nested(_) | Home::Impl(_) => {}
            Home::Module(import) => {
                let name = &f.name;
                text.push(format!("mod {name}_inner {{\nuse super::*;\n{}\n}}", printer.function(i)));
                if let Import::Top(alias) = import {
                    text.push(format!("use {name}_inner::{name} as {alias};"));
                }
            }
        }
    }
    let text = text.join("\n");
    if form == Some(Form::Module) {
        let attribute = program.attribute(false);
        return indented(&format!("{attribute}mod program {{\nuse super::*;\n{text}\n}}\nuse program::*;"));
    }
    indented(&text)
}

/// Expressions that end a statement without a semicolon.
fn is_block_like(e: &Expr) -> bool {
    matches!(
        e.kind,
        Kind::If(..) | Kind::IfLet(..) | Kind::Match(..) | Kind::Block(_) | Kind::Labelled(..) | Kind::Loop { .. }
    )
}

/// Indents by the depth of brackets, so that the printer proper need not care.
pub(crate) fn indented(text: &str) -> String {
    let mut depth = 0usize;
    let mut out = String::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let closing = line.chars().take_while(|c| "})]".contains(*c)).count();
        let here = depth.saturating_sub(closing);
        out.push_str(&"    ".repeat(here));
        out.push_str(line);
        out.push('\n');
        for c in line.chars() {
            match c {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
    out
}

impl<'p> Printer<'p> {
    fn name(&self, var: VarId) -> &'p str {
        &self.program.names[var]
    }

    /// The functions and imports that a body begins with.
    fn local_items(&mut self, index: usize) -> String {
        let mut out = String::new();
        let program = self.program;
        for (i, g) in program.functions.iter().enumerate() {
            if g.home == Home::Nested(index) {
                out.push_str(&self.function(i));
                out.push('\n');
            }
            let called = |e: &mut Expr| matches!(e.kind, Kind::Call(k, ..) if k == i);
            let mut found = false;
            if let Home::Module(Import::Body(alias)) = &g.home
                && i != index
            {
                let mut expr = |e: &mut Expr| found |= called(e);
                let mut body = program.functions[index].body.clone();
                crate::walk::Walk { expr: &mut expr, block: &mut |_| {} }.block(&mut body);
                if found {
                    out.push_str(&format!("use self::{0}_inner::{0} as {alias};\n", g.name));
                }
            }
        }
        out
    }

    fn function(&mut self, index: usize) -> String {
        let f: &'p Function = &self.program.functions[index];
        let items = self.local_items(index);
        self.current = index;
        let life = |t: &Ty| {
            let text = ty(t);
            if f.lifetimes { text.replace('&', "&'a ") } else { text }
        };
        let params: Vec<String> = f
            .params
            .iter()
            .map(|p| {
                if self.name(p.var) == "self" {
                    return match &p.ty {
                        Ty::Ref(_, false) => life(&Ty::Unit.reference()).replace("()", "self"),
                        Ty::Ref(_, true) => life(&Ty::Unit.mutable()).replace("()", "self"),
                        _ if p.mutable => "mut self".to_owned(),
                        _ => "self".to_owned(),
                    };
                }
                let constant = if p.constant && self.form.is_some() { "#[constant] " } else { "" };
                let mutable = if p.mutable { "mut " } else { "" };
                format!("{constant}{mutable}{}: {}", self.name(p.var), life(&p.ty))
            })
            .collect();
        let ret = if f.ret == Ty::Unit { String::new() } else { format!(" -> {}", life(&f.ret)) };
        let alone = match f.home {
            Home::Impl(_) => false,
            Home::Top => self.form == Some(Form::Functions),
            Home::Nested(_) | Home::Module(_) => self.form.is_some(),
        };
        let attribute = if alone { self.program.attribute(f.recursive) } else { "" };
        let mut generics = Vec::new();
        if f.lifetimes {
            generics.push("'a");
        }
        if f.is_generic() {
            generics.push("const N: usize");
        }
        let generics = if generics.is_empty() { String::new() } else { format!("<{}>", generics.join(", ")) };
        let body = self.block(&f.body, false);
        let body = body.replacen("{\n", &format!("{{\n{items}"), 1);
        format!("{attribute}pub fn {}{generics}({}){ret} {body}", f.name, params.join(", "))
    }

    fn block(&mut self, block: &'p Block, suffix: bool) -> String {
        let mut out = String::from("{\n");
        for stmt in &block.stmts {
            out.push_str(&self.stmt(stmt));
            out.push('\n');
        }
        if let Some(tail) = &block.tail {
            out.push_str(&self.statement_start(tail, suffix));
            out.push('\n');
        }
        out.push('}');
        out
    }

    /// An expression where a statement may start: a leading block would end the statement there.
    fn statement_start(&mut self, e: &'p Expr, suffix: bool) -> String {
        let text = self.expr(e, suffix);
        let block_like = is_block_like(e);
        let starts = ["if ", "match ", "{", "loop ", "'"].iter().any(|s| text.starts_with(s));
        if starts && !block_like { format!("({text})") } else { text }
    }

    /// An expression whose type is needed before anything else can tell it.
    fn known(&mut self, e: &'p Expr) -> String {
        self.expr(e, !anchored(e))
    }

    fn list(&mut self, es: &'p [Expr], suffix: bool) -> String {
        es.iter().map(|e| self.expr(e, suffix)).collect::<Vec<_>>().join(", ")
    }

    /// An operand: in parentheses unless it binds tighter than any operator.
    fn atom(&mut self, e: &'p Expr, suffix: bool) -> String {
        let text = self.expr(e, suffix);
        match e.kind {
            Kind::Neg(_) | Kind::Not(_) | Kind::Deref(_) | Kind::Binary(..) | Kind::Cast(_) | Kind::Ref(..) => {
                format!("({text})")
            }
            _ if is_block_like(e) => format!("({text})"),
            // `if S { x }.m() { … }` would end the condition at the brace.
            Kind::Construct(..) => format!("({text})"),
            Kind::Float(v) if v.is_sign_negative() => format!("({text})"),
            Kind::Int(v) if v < 0 => format!("({text})"),
            _ => text,
        }
    }

    /// An operand of a binary operator; unary minus and dereference need no parentheses on the left or right.
    fn operand(&mut self, e: &'p Expr, suffix: bool) -> String {
        if let Kind::Deref(_) = e.kind { self.expr(e, suffix) } else { self.atom(e, suffix) }
    }

    fn receiver(&mut self, e: &'p Expr) -> String {
        // Methods and indexing dereference by themselves.
        if let Kind::Deref(inner) = &e.kind
            && matches!(inner.kind, Kind::Var(_))
            && (e.ty.element().is_some() || e.ty.record().is_some())
        {
            return self.expr(inner, false);
        }
        let suffix = !anchored(e);
        self.atom(e, suffix)
    }

    fn expr(&mut self, e: &'p Expr, suffix: bool) -> String {
        match &e.kind {
            Kind::Float(v) => float_literal(*v, &e.ty, suffix),
            Kind::Int(i) if e.ty == Ty::Char => {
                format!("{:?}", u32::try_from(*i).ok().and_then(char::from_u32).unwrap_or('?'))
            }
            Kind::Int(i) if suffix => format!("{i}_{}", ty(&e.ty)),
            Kind::Int(i) => i.to_string(),
            Kind::Bool(b) => b.to_string(),
            Kind::Var(var) => self.name(*var).to_owned(),
            Kind::Neg(a) => {
                let inner = self.atom(a, suffix);
                format!("-{inner}")
            }
            Kind::Not(a) => format!("!{}", self.atom(a, suffix)),
            Kind::Deref(a) => format!("*{}", self.atom(a, suffix)),
            Kind::Binary(op, a, b) => self.binary(*op, a, b, suffix),
            Kind::Float1(f, args, path) => self.float_fn(*f, args, *path, &e.ty),
            Kind::Powi(base, n, true) => {
                format!("{}::powi({}, {})", ty(&e.ty), self.expr(base, false), self.expr(n, false))
            }
            Kind::Powi(base, n, false) => format!("{}.powi({})", self.receiver(base), self.expr(n, false)),
            Kind::SinCos(a) => format!("{}.sin_cos()", self.receiver(a)),
            Kind::Predicate(p, a) => {
                let name = match p {
                    Predicate::Nan => "is_nan",
                    Predicate::Finite => "is_finite",
                    Predicate::SignNegative => "is_sign_negative",
                };
                format!("{}.{name}()", self.receiver(a))
            }
            Kind::Cast(a) => {
                let single = a.ty == Ty::F32 && !anchored(a);
                format!("{} as {}", self.atom(a, single), ty(&e.ty))
            }
            Kind::From(a) => format!("{}::from({})", ty(&e.ty), self.known(a)),
            Kind::IntFn(f, a, b) => {
                let name = match f {
                    IntFn::SaturatingSub => "saturating_sub",
                    IntFn::Min => "min",
                    IntFn::Max => "max",
                    IntFn::RemEuclid => "rem_euclid",
                };
                format!("{}.{name}({})", self.receiver(a), self.expr(b, false))
            }
            Kind::Contains(lo, hi, inclusive, a) => {
                let dots = if *inclusive { "..=" } else { ".." };
                format!("({lo:?}{dots}{hi:?}).contains(&{})", self.atom(a, false))
            }
            Kind::Index(base, i) => format!("{}[{}]", self.receiver(base), self.expr(i, false)),
            Kind::Field(base, i) => match base.ty.structure() {
                Some(r) => format!("{}.{}", self.receiver(base), r.variants[0].members[*i].name),
                None => format!("{}.{i}", self.receiver(base)),
            },
            Kind::Range(base, lo, hi) => {
                let lo = lo.as_ref().map_or(String::new(), |e| self.operand(e, false));
                let hi = hi.as_ref().map_or(String::new(), |e| self.operand(e, false));
                format!("{}[{lo}..{hi}]", self.receiver(base))
            }
            Kind::Ref(a, mutable) => format!("&{}{}", if *mutable { "mut " } else { "" }, self.atom_place(a, suffix)),
            Kind::Tuple(es) => format!("({})", self.list(es, suffix)),
            Kind::Array(es) => format!("[{}]", self.list(es, suffix)),
            Kind::Repeat(a, n) => format!("[{}; {n}]", self.expr(a, suffix)),
            Kind::VecList(es) => format!("vec![{}]", self.list(es, suffix)),
            Kind::VecRepeat(a, n) => format!("vec![{}; {}]", self.expr(a, suffix), self.expr(n, false)),
            Kind::VecNew(capacity) => {
                let element = ty(e.ty.element().expect("a Vec has an element type"));
                let vec = if suffix { format!("Vec::<{element}>") } else { "Vec".to_owned() };
                match capacity {
                    Some(n) => format!("{vec}::with_capacity({})", self.expr(n, false)),
                    None => format!("{vec}::new()"),
                }
            }
            Kind::Len(a) => format!("{}.len()", self.receiver(a)),
            Kind::IsEmpty(a) => format!("{}.is_empty()", self.receiver(a)),
            Kind::Clone(a, to_vec) => {
                format!("{}.{}()", self.receiver(a), if *to_vec { "to_vec" } else { "clone" })
            }
            Kind::If(cond, then, otherwise) => {
                let cond = self.expr(cond, false);
                let then = self.block(then, suffix);
                let Some(otherwise) = otherwise else { return format!("if {cond} {then}") };
                // `else if` where the else block is nothing but another `if`.
                if let (true, Some(tail)) = (otherwise.stmts.is_empty(), &otherwise.tail)
                    && matches!(tail.kind, Kind::If(..))
                {
                    return format!("if {cond} {then} else {}", self.expr(tail, suffix));
                }
                format!("if {cond} {then} else {}", self.block(otherwise, suffix))
            }
            Kind::Match(scrutinee, arms) => self.match_text(scrutinee, arms, suffix),
            Kind::Block(block) => self.block(block, suffix),
            Kind::Labelled(id, block) => format!("'l{id}: {}", self.block(block, suffix)),
            Kind::Stop(a) => format!("stop_gradient({})", self.known(a)),
            Kind::ConstN(_) => "N".to_owned(),
            Kind::Loop { id, label, body } => {
                let label = if *label { format!("'l{id}: ") } else { String::new() };
                format!("{label}loop {}", self.block(body, false))
            }
            Kind::Call(f, args, turbofish) => {
                let callee = &self.program.functions[*f];
                if let Home::Impl(of) = &callee.home {
                    return self.method_call(callee, of, args);
                }
                let name = match &callee.home {
                    Home::Module(Import::Path) if *f != self.current => format!("{0}_inner::{0}", callee.name),
                    Home::Module(Import::Top(alias) | Import::Body(alias)) if *f != self.current => alias.clone(),
                    _ => callee.name.clone(),
                };
                let turbofish = turbofish.map_or_else(String::new, |n| format!("::<{n}>"));
                format!("{name}{turbofish}({})", self.list(args, false))
            }
            Kind::PassClosure(var, args) => {
                format!("crate::pass{}_{}(&{}, {})", args.len(), ty(&e.ty), self.name(*var), self.list(args, true))
            }
            Kind::CallClosure(var, args) => format!("{}({})", self.name(*var), self.list(args, false)),
            Kind::Chain(chain, terminal) => self.chain_value(&e.ty, chain, terminal),
            Kind::Replace(target, a) => {
                format!("std::mem::replace(&mut {}, {})", self.atom_place(target, false), self.expr(a, false))
            }
            Kind::Construct(k, fields, base) => match &e.ty {
                Ty::Record(r) => self.construct(r, *k, fields, base.as_deref(), suffix),
                other => unreachable!("a literal of {other:?}"),
            },
            Kind::IfLet(conjuncts, then, otherwise) => self.if_let_text(conjuncts, then, otherwise.as_ref(), suffix),
            Kind::Maybe(maybe, finish) => self.maybe(maybe, finish, &e.ty, suffix),
            Kind::ByOrder(a, b, total, arms) => self.by_order(a, b, *total, arms, suffix),
            Kind::Try(a) => format!("{}?", self.receiver(a)),
            Kind::Wrapped(f, a, args, closure) => self.wrapped(*f, a, args, closure.as_ref()),
            Kind::PopUnwrap(a) => format!("{}.pop().unwrap()", self.receiver(a)),
            Kind::SplitAt(base, k, mutable) => {
                let name = if *mutable { "split_at_mut" } else { "split_at" };
                format!("{}.{name}({})", self.receiver(base), self.expr(k, false))
            }
        }
    }

    /// The operand of `&` or `&mut`: unary operators chain without parentheses.
    fn atom_place(&mut self, e: &'p Expr, suffix: bool) -> String {
        if matches!(e.kind, Kind::Deref(_)) { self.expr(e, suffix) } else { self.atom(e, suffix) }
    }

    fn binary(&mut self, op: BinOp, a: &'p Expr, b: &'p Expr, suffix: bool) -> String {
        let suffix = if op.is_comparison() { !anchored(a) && !anchored(b) } else { suffix };
        // `a + b + c` and `a * b * c` as people write them; everything else is bracketed.
        let left_assoc = match (&a.kind, op) {
            (Kind::Binary(BinOp::Add | BinOp::Sub, ..), BinOp::Add | BinOp::Sub)
            | (Kind::Binary(BinOp::Mul, ..), BinOp::Mul | BinOp::Add | BinOp::Sub)
            | (Kind::Neg(_), _) => true,
            (Kind::Binary(inner, ..), op) if op.is_comparison() => !inner.is_comparison() && *inner != BinOp::And,
            _ => false,
        };
        let left = if left_assoc { self.expr(a, suffix) } else { self.operand(a, suffix) };
        let right = match (&b.kind, op) {
            (Kind::Binary(BinOp::Mul, ..), BinOp::Add | BinOp::Sub) => self.expr(b, suffix),
            _ => self.operand(b, suffix),
        };
        format!("{left} {} {right}", op.text())
    }

    fn float_fn(&mut self, f: FloatFn, args: &'p [Expr], path: bool, result: &Ty) -> String {
        if path {
            return format!("{}::{}({})", ty(result), f.name(), self.list(args, false));
        }
        format!("{}.{}({})", self.receiver(&args[0]), f.name(), self.list(&args[1..], false))
    }

    pub(super) fn closure(&mut self, closure: &'p Closure) -> String {
        let params: Vec<String> = closure
            .params
            .iter()
            .map(|(pat, t)| {
                let pat = self.pat(pat);
                t.as_ref().map_or(pat.clone(), |t| format!("{pat}: {}", ty(t)))
            })
            .collect();
        let moves = if closure.moves { "move " } else { "" };
        format!("{moves}|{}| {}", params.join(", "), self.known(&closure.body))
    }

    /// An iterator; `bare` where `for` or `zip` accepts anything that converts into one.
    pub(super) fn chain(&mut self, chain: &'p Chain, bare: bool) -> String {
        let bare = bare && chain.adaptors.is_empty();
        let mut text = match &chain.source {
            Source::Range(lo, hi, inclusive) => {
                let dots = if *inclusive { "..=" } else { ".." };
                let suffix = (self.int_methods || lo.ty != Ty::Usize) && !anchored(lo) && !anchored(hi);
                let range = format!("{}{dots}{}", self.operand(lo, false), self.operand(hi, suffix));
                if bare { range } else { format!("({range})") }
            }
            Source::From(lo) => {
                let suffix = (self.int_methods || lo.ty != Ty::Usize) && !anchored(lo);
                let range = format!("{}..", self.operand(lo, suffix));
                if bare { range } else { format!("({range})") }
            }
            Source::Iter(e) => format!("{}.iter()", self.receiver(e)),
            Source::IterMut(e) => format!("{}.iter_mut()", self.receiver(e)),
            Source::Borrow(e) if bare => format!("&{}", self.atom_place(e, false)),
            Source::BorrowMut(e) if bare => format!("&mut {}", self.atom_place(e, false)),
            Source::Borrow(e) => format!("(&{}).into_iter()", self.atom_place(e, false)),
            Source::BorrowMut(e) => format!("(&mut {}).into_iter()", self.atom_place(e, false)),
            Source::Value(e) if bare => self.known(e),
            Source::Value(e) => format!("{}.into_iter()", self.receiver(e)),
            Source::Chunks(e, k, exact) => {
                let name = if *exact { "chunks_exact" } else { "chunks" };
                format!("{}.{name}({})", self.receiver(e), self.expr(k, false))
            }
            Source::ChunksMut(e, k, exact) => {
                let name = if *exact { "chunks_exact_mut" } else { "chunks_mut" };
                format!("{}.{name}({})", self.receiver(e), self.expr(k, false))
            }
            Source::RChunks(e, k, exact) => {
                let name = if *exact { "rchunks_exact" } else { "rchunks" };
                format!("{}.{name}({})", self.receiver(e), self.expr(k, false))
            }
            Source::Rest(var, by_ref) => format!("{}{}", self.name(*var), if *by_ref { ".by_ref()" } else { "" }),
            Source::Windows(e, k) => format!("{}.windows({})", self.receiver(e), self.expr(k, false)),
        };
        for adaptor in &chain.adaptors {
            text.push_str(&match adaptor {
                Adaptor::Copied => ".copied()".to_owned(),
                Adaptor::Cloned => ".cloned()".to_owned(),
                Adaptor::Enumerate => ".enumerate()".to_owned(),
                Adaptor::Zip(other) => format!(".zip({})", self.chain(other, true)),
                Adaptor::Rev => ".rev()".to_owned(),
                Adaptor::Take(n) => format!(".take({})", self.expr(n, false)),
                Adaptor::Skip(n) => format!(".skip({})", self.expr(n, false)),
                Adaptor::StepBy(n) => format!(".step_by({})", self.expr(n, false)),
                Adaptor::Map(c) => format!(".map({})", self.closure(c)),
                Adaptor::MapPath(f, t) => format!(".map({}::{})", ty(t), f.name()),
                Adaptor::Filter(c) => format!(".filter({})", self.closure(c)),
                Adaptor::TakeWhile(c) => format!(".take_while({})", self.closure(c)),
                Adaptor::SkipWhile(c) => format!(".skip_while({})", self.closure(c)),
                Adaptor::Chain(other) => format!(".chain({})", self.chain(other, true)),
                Adaptor::Inspect(c) => format!(".inspect({})", self.closure(c)),
                Adaptor::FilterMap(c) => format!(".filter_map({})", self.closure(c)),
                Adaptor::MapWhile(c) => format!(".map_while({})", self.closure(c)),
                Adaptor::Scan(e, c) => format!(".scan({}, {})", self.known(e), self.closure(c)),
                Adaptor::FlatMap(c) => format!(".flat_map({})", self.closure(c)),
                Adaptor::Flatten => ".flatten()".to_owned(),
                Adaptor::CycleTake(n) => format!(".cycle().take({})", self.expr(n, false)),
            });
        }
        text
    }

    fn chain_value(&mut self, result: &Ty, chain: &'p Chain, terminal: &'p Terminal) -> String {
        let source = self.chain(chain, false);
        let end = match terminal {
            Terminal::Sum => format!("sum::<{}>()", ty(result)),
            Terminal::Product => format!("product::<{}>()", ty(result)),
            Terminal::Fold(init, c) => format!("fold({}, {})", self.known(init), self.closure(c)),
            Terminal::FoldPath(init, f) => format!("fold({}, {}::{})", self.known(init), ty(result), f.name()),
            Terminal::ForEach(c) => format!("for_each({})", self.closure(c)),
            Terminal::Collect => "collect::<Vec<_>>()".to_owned(),
            Terminal::Any(c) => format!("any({})", self.closure(c)),
            Terminal::All(c) => format!("all({})", self.closure(c)),
            Terminal::Count => "count()".to_owned(),
        };
        format!("{source}.{end}")
    }
}
