//! The text form of a function, for EXPLAIN, dumps and tests: one operation a line, regions indented.
//!
//! ```text
//! fn scale(v0: f64, x: &[f64]) -> v4 {
//!     v1: usize = 0
//!     v3: f64 = load x[v1]
//!     v4: f64 = mul v0, v3                    // k * x[0]
//! }
//! ```
//!
//! Values are `v7`. Variables print by name, and by name and id (`x.m4`) where two have the same one.

use super::ty::Len;
use super::{
    Arg, ArgShadow, BinOp, Call, CopyHow, Count, Func, Init, Keeping, Op, OpKind, ParamSlot, Piece, Place, Proj,
};
use super::{Region, RetShape, Ty, Value, Var};
use quote::ToTokens;
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter, Write};

/// The column at which comments begin.
const COMMENT: usize = 44;

impl Display for Func {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut counts = HashMap::new();
        self.vars.iter().for_each(|d| *counts.entry(&*d.name).or_default() += 1);
        // `{:#}` is the form with lines. Each is a question to rustc, so it is not asked for what nobody reads.
        let text = Text { func: self, counts, lines: f.alternate() };
        let params: Vec<String> = self.params.iter().map(|p| text.param(p)).collect();
        let dot = self.ret_dot.as_ref().map_or(String::new(), |d| format!(", {}", text.ret(d)));
        writeln!(f, "fn {}({}) -> {}{dot} {{", self.name, params.join(", "), text.ret(&self.ret))?;
        text.region(f, self.body, 1)?;
        if let Some(reverse) = self.reverse {
            writeln!(f, "reverse")?;
            text.region(f, reverse, 1)?;
        }
        writeln!(f, "}}")
    }
}

struct Text<'a> {
    func: &'a Func,
    /// How many variables have a name.
    counts: HashMap<&'a str, usize>,
    /// Whether operations say which line of the source they come from.
    lines: bool,
}

impl Text<'_> {
    fn param(&self, slot: &ParamSlot) -> String {
        match slot {
            ParamSlot::Value(v) => {
                let name = self.func.values[v.index()].name.as_ref().map_or(String::new(), |n| format!(" /* {n} */"));
                format!("{v}{name}: {}", ty(&self.func.ty(*v)))
            }
            ParamSlot::Var(v) => format!("{}: {}", self.var(*v), ty(&self.func.var_ty(*v))),
        }
    }

    fn ret(&self, ret: &RetShape) -> String {
        match ret {
            RetShape::Unit => "()".to_string(),
            RetShape::Value(v) => v.to_string(),
            RetShape::Var(v) => self.var(*v),
            RetShape::Ref(p) => format!("&{}", self.place(p)),
            RetShape::Tuple(parts) => list("(", parts.iter().map(|p| self.ret(p)), ")"),
        }
    }

    fn var(&self, v: Var) -> String {
        let name = &self.func.vars[v.index()].name;
        if self.counts[&**name] > 1 { format!("{name}.{v}") } else { name.clone() }
    }

    fn place(&self, p: &Place) -> String {
        let mut out = self.var(p.base);
        for step in &p.path {
            match step {
                Proj::Index(i) => out += &format!("[{i}]"),
                Proj::Field(n) => out += &format!(".{n}"),
                Proj::Named(name) => out += &format!(".{name}"),
                Proj::Variant { path, member } => out += &format!(".{path}.{member}"),
                Proj::Range { lo, hi, inclusive } => {
                    out += &format!("[{}{}{}]", option(*lo), if *inclusive { "..=" } else { ".." }, option(*hi));
                }
            }
        }
        out
    }

    fn init(&self, init: &Init) -> String {
        let opening = |vec: bool| if vec { "vec[" } else { "[" };
        match init {
            Init::Uninit => "uninit".to_string(),
            Init::Scalar(v) => v.to_string(),
            Init::Repeat { elem, len, vec } => {
                let len = match len {
                    Count::Value(n) => n.to_string(),
                    Count::Const(n) => tokens(n),
                };
                format!("{}{}; {len}]", opening(*vec), self.init(elem))
            }
            Init::List { elems, vec } => list(opening(*vec), elems.iter().map(|e| self.init(e)), "]"),
            Init::Tuple(elems) => list("(", elems.iter().map(|e| self.init(e)), ")"),
            Init::Record { path, fields, rest } => {
                let fields = fields.iter().map(|(name, e)| format!("{name}: {}", self.init(e)));
                let rest = rest.iter().map(|(p, _)| format!("..{}", self.place(p)));
                list(&format!("{} {{ ", tokens(path)), fields.chain(rest), " }")
            }
            Init::NewVec { capacity } => {
                format!("vec[capacity {}]", capacity.map_or("0".to_string(), |v| v.to_string()))
            }
            Init::Copy { from, how } => {
                let how = match how {
                    CopyHow::Bits => "copy",
                    CopyHow::Clone => "clone",
                    CopyHow::ToVec => "to_vec",
                };
                format!("{how} {}", self.place(from))
            }
            Init::Take(p) => format!("take {}", self.place(p)),
            Init::Popped(p) => format!("pop {}", self.place(p)),
            Init::Move(p) => format!("move {}", self.place(p)),
            Init::ZeroLike(p) => format!("zero like {}", self.place(p)),
            Init::Shape(r) => format!("shape {}", self.var(r.0)),
        }
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Value(v) => v.to_string(),
            Arg::Ref(p) => format!("&{}", self.place(p)),
            Arg::Reborrow(p) => format!("reborrow {}", self.place(p)),
            Arg::RefMut(p) => format!("&mut {}", self.place(p)),
            Arg::Owned(init, _) => self.init(init),
            Arg::Tuple(parts) => list("(", parts.iter().map(|a| self.arg(a)), ")"),
            Arg::Function(f) => format!("{f:?}"),
            Arg::Tokens(t) => tokens(t),
        }
    }

    fn shadow(&self, shadow: &ArgShadow) -> String {
        match shadow {
            ArgShadow::Const => "const".to_string(),
            ArgShadow::Place(p) => self.place(p),
            ArgShadow::Tuple(parts) => list("(", parts.iter().map(|s| self.shadow(s)), ")"),
        }
    }

    /// `callee(args; shadows)`
    fn call(&self, call: &Call) -> String {
        let args: Vec<String> = call.args.iter().map(|a| self.arg(a)).collect();
        let shadows: Vec<String> = call.shadows.iter().map(|s| self.shadow(s)).collect();
        let shadows = if shadows.is_empty() { String::new() } else { format!("; {}", shadows.join(", ")) };
        format!("{}({}{shadows})", tokens(&call.path), args.join(", "))
    }

    fn result(&self, result: Option<Var>) -> String {
        result.map_or("_".to_string(), |v| self.var(v))
    }

    /// The right-hand side of an operation that owns no regions.
    fn line(&self, kind: &OpKind) -> String {
        let values = |name: &str, vs: &[Value]| list(&format!("{name} "), vs.iter().map(Value::to_string), "");
        let var = |v: Var| self.var(v);
        let place = |p: &Place| self.place(p);
        let exit = |e: &Option<Var>| e.map_or(String::new(), |e| format!(" exit {}", self.var(e)));
        let seed = |s: &Option<Var>| s.map_or("()".to_string(), |s| self.var(s));
        match kind {
            OpKind::Lit(text) => text.to_string(),
            OpKind::Path(t) => tokens(t),
            OpKind::Neg(a) => format!("neg {a}"),
            OpKind::Not(a) => format!("not {a}"),
            OpKind::Binary(op, a, b) => format!("{} {a}, {b}", mnemonic(*op)),
            OpKind::Rule(rule, args) => values(rule.name, args),
            OpKind::Method(name, args) => values(&format!("method {name}"), args),
            OpKind::PathCall(path, args) => list(&format!("{}(", tokens(path)), args.iter().map(Value::to_string), ")"),
            OpKind::Cast(a, to) => format!("cast {a} as {}", ty(to)),
            OpKind::Stop(a) => format!("stop_gradient {a}"),
            OpKind::Select(c, a, b) => format!("select {c}, {a}, {b}"),
            OpKind::Load(p) => format!("load {}", place(p)),
            OpKind::Len(p) => format!("len {}", place(p)),
            OpKind::Matches(p, pattern) => format!("matches {}, {}", place(p), tokens(pattern)),
            OpKind::Declare(v, init) => format!("let {}: {} = {}", var(*v), ty(&self.func.var_ty(*v)), self.init(init)),
            OpKind::Store(p, init) => format!("store {}, {}", place(p), self.init(init)),
            OpKind::AddTo(p, v) => format!("add_to {}, {v}", place(p)),
            OpKind::Accumulate(a, b) => format!("accumulate {}, {}", place(a), place(b)),
            OpKind::Zero(p) => format!("zero {}", place(p)),
            OpKind::Fill(p, v) => format!("fill {}, {v}", place(p)),
            OpKind::CopyFrom(a, b) => format!("copy_from {}, {}", place(a), place(b)),
            OpKind::Swap(a, b) => format!("swap {}, {}", place(a), place(b)),
            OpKind::SwapElements(p, i, j) => format!("swap_elements {}, {i}, {j}", place(p)),
            OpKind::ReverseSlice(p) => format!("reverse_slice {}", place(p)),
            OpKind::Rotate { place: p, by, left } => {
                format!("rotate_{} {}, {by}", if *left { "left" } else { "right" }, place(p))
            }
            OpKind::Push(p, init) => format!("push {}, {}", place(p), self.init(init)),
            OpKind::Pop(p) => format!("pop {}", place(p)),
            OpKind::Truncate(p, n) => format!("truncate {}, {n}", place(p)),
            OpKind::Resize(p, n, init) => format!("resize {}, {n}, {}", place(p), self.init(init)),
            OpKind::If { cond, then: _, els: _ } => format!("if {cond}"),
            OpKind::For { index, range, body: _, exit: e } => {
                let dots = if range.inclusive { "..=" } else { ".." };
                let rev = if range.rev { " rev" } else { "" };
                let step = range.step.map_or(String::new(), |s| format!(" step {s}"));
                format!("for {index} in {}{dots}{}{step}{rev}{}", range.lo, range.hi, exit(e))
            }
            OpKind::While { cond: _, test: _, body: _, exit: e } => format!("while{}", exit(e)),
            OpKind::Call(call) => format!("call {} = {}", self.result(call.result), self.call(call)),
            OpKind::Effect { path: _, pieces, diverges } => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Tokens(t) => tokens(t),
                    Piece::Value(v) => v.to_string(),
                    Piece::Place(p) => place(p),
                });
                list(if *diverges { "diverge " } else { "effect " }, pieces, "")
            }
            OpKind::Forward { call, residual, keeping } => {
                let kept = format!("{} ({})", var(residual.0), keeping_name(*keeping));
                format!("forward {}, {kept} = {}", self.result(call.result), self.call(call))
            }
            OpKind::Reverse { call, residual, keeping: _, seed: s } => {
                format!("reverse {} of {}, seed {}", var(residual.0), self.call(call), seed(s))
            }
            OpKind::Joint { call, seed: s } => {
                format!("joint {} = {}, seed {}", self.result(call.result), self.call(call), seed(s))
            }
            OpKind::Tangent { call, result_dot } => {
                format!("tangent {}, {} = {}", self.result(call.result), self.result(*result_dot), self.call(call))
            }
            OpKind::KeepShape { place: p, residual, keeping } => {
                format!("keep_shape {} ({}) = {}", var(residual.0), keeping_name(*keeping), place(p))
            }
            OpKind::KeepCopy { place: p, residual, keeping } => {
                format!("keep_copy {} ({}) = {}", var(residual.0), keeping_name(*keeping), place(p))
            }
            OpKind::Open { residual, keeping } => format!("open {} ({})", var(residual.0), keeping_name(*keeping)),
        }
    }

    /// What the reader would write for it, where names of the user's say more than ids do.
    fn comment(&self, op: &Op) -> Option<String> {
        let data = |v: Value| &self.func.values[v.index()];
        let named = |v: Value| data(v).name.is_some();
        let name = |v: Value| data(v).name.clone().unwrap_or_else(|| v.to_string());
        let all = |vs: &[Value]| vs.iter().map(|v| name(*v)).collect::<Vec<_>>().join(", ");
        let mut reads_name = false;
        super::for_each_value(&op.kind, &mut |v| reads_name |= named(v));
        let rhs = match &op.kind {
            OpKind::Neg(a) if reads_name => format!("-{}", name(*a)),
            OpKind::Binary(o, a, b) if reads_name => format!("{} {} {}", name(*a), o.symbol(), name(*b)),
            OpKind::Rule(rule, args) if reads_name => format!("{}.{}({})", name(args[0]), rule.name, all(&args[1..])),
            OpKind::For { index, .. } if named(*index) => return Some(name(*index)),
            _ => String::new(),
        };
        match (op.result.filter(|v| named(*v)), rhs.is_empty()) {
            (Some(v), true) => Some(name(v)),
            (Some(v), false) => Some(format!("{} = {rhs}", name(v))),
            (None, true) => None,
            (None, false) => Some(rhs),
        }
    }

    fn region(&self, f: &mut Formatter<'_>, region: Region, depth: usize) -> fmt::Result {
        let pad = "    ".repeat(depth);
        for op in &self.func.regions[region.index()] {
            let mut line = pad.clone();
            if let Some(v) = op.result {
                write!(line, "{v}: {} = ", ty(&self.func.ty(v)))?;
            }
            line += &self.line(&op.kind);
            let nested = op.kind.regions();
            if !nested.is_empty() {
                line += " {";
            }
            let source = self.lines.then(|| crate::line(op.span)).flatten().map(|n| format!("line {n}"));
            let comment = match (source, self.comment(op)) {
                (Some(source), Some(comment)) => Some(format!("{source}: {comment}")),
                (source, comment) => source.or(comment),
            };
            if let Some(comment) = comment {
                write!(line, "{:w$} // {comment}", "", w = COMMENT.saturating_sub(line.chars().count()))?;
            }
            writeln!(f, "{line}")?;
            match &op.kind {
                OpKind::If { cond: _, then, els } => {
                    self.region(f, *then, depth + 1)?;
                    if !self.func.regions[els.index()].is_empty() {
                        writeln!(f, "{pad}}} else {{")?;
                        self.region(f, *els, depth + 1)?;
                    }
                }
                OpKind::While { cond, test, body, exit: _ } => {
                    self.region(f, *cond, depth + 1)?;
                    writeln!(f, "{pad}}} test {test} {{")?;
                    self.region(f, *body, depth + 1)?;
                }
                _ => nested.iter().try_for_each(|r| self.region(f, *r, depth + 1))?,
            }
            if !nested.is_empty() {
                writeln!(f, "{pad}}}")?;
            }
        }
        Ok(())
    }
}

fn keeping_name(keeping: Keeping) -> &'static str {
    match keeping {
        Keeping::Local => "local",
        Keeping::Option => "option",
        Keeping::Tape => "tape",
    }
}

fn mnemonic(op: BinOp) -> &'static str {
    match op {
        BinOp::Add => "add",
        BinOp::Sub => "sub",
        BinOp::Mul => "mul",
        BinOp::Div => "div",
        BinOp::Rem => "rem",
        BinOp::And => "and",
        BinOp::Or => "or",
        BinOp::BitAnd => "bit_and",
        BinOp::BitOr => "bit_or",
        BinOp::BitXor => "bit_xor",
        BinOp::Shl => "shl",
        BinOp::Shr => "shr",
        BinOp::Eq => "eq",
        BinOp::Ne => "ne",
        BinOp::Lt => "lt",
        BinOp::Le => "le",
        BinOp::Gt => "gt",
        BinOp::Ge => "ge",
    }
}

fn option(v: Option<Value>) -> String {
    v.map_or(String::new(), |v| v.to_string())
}

fn list(open: &str, parts: impl Iterator<Item = String>, close: &str) -> String {
    format!("{open}{}{close}", parts.collect::<Vec<_>>().join(", "))
}

/// Tokens on one line; rustc's and the fallback's printers space differently, so spaces around punctuation go.
fn tokens(t: &impl ToTokens) -> String {
    let text = t.to_token_stream().to_string();
    let mut out = String::new();
    let mut rest = text.split_whitespace().peekable();
    while let Some(word) = rest.next() {
        out += word;
        let glued = |w: &str| w.starts_with(['(', ')', ',', ';', '.', ':', '!', ']', '>', '<']);
        if rest.peek().is_some_and(|next| !glued(next) && !word.ends_with(['(', '&', ':', '[', '<', '.'])) {
            out.push(' ');
        }
    }
    out
}

/// A type as the text form writes it; what is open is `_`.
/// A type, on one line.
pub fn ty(t: &Ty) -> String {
    match t {
        Ty::Float(f) => f.known().unwrap_or("float").to_string(),
        Ty::Int(name) => (*name).to_string(),
        Ty::Bool => "bool".to_string(),
        Ty::Char => "char".to_string(),
        Ty::Unit => "()".to_string(),
        Ty::Str => "str".to_string(),
        Ty::Tuple(parts) => list("(", parts.iter().map(ty), ")"),
        Ty::Array(e, Len::Known(n)) => format!("[{}; {n}]", ty(e)),
        Ty::Array(e, Len::Open) => format!("[{}; _]", ty(e)),
        Ty::Slice(e) => format!("[{}]", ty(e)),
        Ty::Vec(e) => format!("Vec<{}>", ty(e)),
        Ty::Ref(e, false) => format!("&{}", ty(e)),
        Ty::Ref(e, true) => format!("&mut {}", ty(e)),
        Ty::Var(_) => "_".to_string(),
        Ty::Option(e) => format!("Option<{}>", ty(e)),
        Ty::Result(e, error) => format!("Result<{}, {error}>", ty(e)),
        Ty::Other(text) => text.clone(),
    }
}
