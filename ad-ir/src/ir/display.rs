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
    Arg, ArgShadow, BinOp, Call, CopyHow, Count, EntityMap, Func, Init, Keeping, Op, OpKind, ParamSlot, Piece, Place,
    Proj,
};
use super::{Region, RetShape, Ty, Value, Var};
use crate::hash::HashMap;
use quote::ToTokens;
use std::fmt::{self, Display, Formatter};

/// The column at which comments begin.
/// The columns up to which nested regions are indented.
const DEEPEST: usize = 96;
const COMMENT: usize = 44;

impl Display for Func {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&Text::new(self, false).function())
    }
}

/// The text for users: literals stand where they are read, and operations say which line of the source they come from if
/// `lines` are asked for; each is a question to rustc.
pub fn explained(func: &Func, lines: bool) -> String {
    let mut text = Text::new(func, lines);
    func.walk(func.body, &mut |_, op| text.note_literal(op));
    if let Some(reverse) = func.reverse {
        func.walk(reverse, &mut |_, op| text.note_literal(op));
    }
    text.function()
}

struct Text<'a> {
    func: &'a Func,
    /// How many variables have a name.
    counts: HashMap<&'a str, usize>,
    /// Values that are printed as the literals they are.
    literals: EntityMap<Value, String>,
    /// Whether operations say which line of the source they come from.
    lines: bool,
    out: String,
}

impl<'a> Text<'a> {
    fn new(func: &'a Func, lines: bool) -> Self {
        let mut counts = HashMap::default();
        func.vars.iter().for_each(|d| *counts.entry(&*d.name).or_default() += 1);
        Text { func, counts, literals: EntityMap::default(), lines, out: String::new() }
    }

    fn note_literal(&mut self, op: &Op) {
        if let (Some(v), OpKind::Lit(text)) = (op.result, &op.kind) {
            self.literals.insert(v, text.to_string());
        }
    }

    fn function(mut self) -> String {
        let func = self.func;
        let params: Vec<String> = func.params.iter().map(|p| self.param(p)).collect();
        let dot = func.ret_dot.as_ref().map_or(String::new(), |d| format!(", {}", self.ret(d)));
        self.out = format!("fn {}({}) -> {}{dot} {{\n", func.name, params.join(", "), self.ret(&func.ret));
        self.region(func.body, "    ");
        if let Some(reverse) = func.reverse {
            self.out += "reverse\n";
            self.region(reverse, "    ");
        }
        self.out += "}\n";
        self.out
    }

    fn value(&self, v: Value) -> String {
        self.literals.get(&v).map_or_else(|| v.to_string(), String::clone)
    }

    fn values(&self, vs: &[Value]) -> String {
        vs.iter().map(|v| self.value(*v)).collect::<Vec<_>>().join(", ")
    }

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
            RetShape::Value(v) => self.value(*v),
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
                Proj::Index(i) => out += &format!("[{}]", self.value(*i)),
                Proj::Field(n) => out += &format!(".{n}"),
                Proj::Named(name) => out += &format!(".{name}"),
                Proj::Variant { path, member } => out += &format!(".{path}.{member}"),
                Proj::Range { lo, hi, inclusive } => {
                    let end = |v: &Option<Value>| v.map_or(String::new(), |v| self.value(v));
                    out += &format!("[{}{}{}]", end(lo), if *inclusive { "..=" } else { ".." }, end(hi));
                }
            }
        }
        out
    }

    fn init(&self, init: &Init) -> String {
        let opening = |vec: bool| if vec { "vec[" } else { "[" };
        match init {
            Init::Uninit => "uninit".to_string(),
            Init::Scalar(v) => self.value(*v),
            Init::Repeat { elem, len, vec } => {
                let len = match len {
                    Count::Value(n) => self.value(*n),
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
                format!("vec[capacity {}]", capacity.map_or("0".to_string(), |v| self.value(v)))
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
            Arg::Value(v) => self.value(*v),
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
        let v = |v: &Value| self.value(*v);
        let var = |v: Var| self.var(v);
        let place = |p: &Place| self.place(p);
        let exit = |e: &Option<Var>| e.map_or(String::new(), |e| format!(" exit {}", self.var(e)));
        let seed = |s: &Option<Var>| s.map_or("()".to_string(), |s| self.var(s));
        match kind {
            OpKind::Lit(text) => text.to_string(),
            OpKind::Path(t) => tokens(t),
            OpKind::Neg(a) => format!("neg {}", v(a)),
            OpKind::Not(a) => format!("not {}", v(a)),
            OpKind::Binary(op, a, b) => format!("{} {}, {}", mnemonic(*op), v(a), v(b)),
            OpKind::Rule(rule, args) => format!("{} {}", rule.name, self.values(args)),
            OpKind::Method(name, args) => format!("method {name} {}", self.values(args)),
            OpKind::PathCall(path, args) => format!("{}({})", tokens(path), self.values(args)),
            OpKind::Cast(a, to) => format!("cast {} as {}", v(a), ty(to)),
            OpKind::Stop(a) => format!("stop_gradient {}", v(a)),
            OpKind::Select(c, a, b) => format!("select {}, {}, {}", v(c), v(a), v(b)),
            OpKind::Load(p) => format!("load {}", place(p)),
            OpKind::Len(p) => format!("len {}", place(p)),
            OpKind::Matches(p, pattern) => format!("matches {}, {}", place(p), tokens(pattern)),
            OpKind::Declare(x, init) => format!("let {}: {} = {}", var(*x), ty(&self.func.var_ty(*x)), self.init(init)),
            OpKind::Store(p, init) => format!("store {}, {}", place(p), self.init(init)),
            OpKind::AddTo(p, a) => format!("add_to {}, {}", place(p), v(a)),
            OpKind::Accumulate(a, b) => format!("accumulate {}, {}", place(a), place(b)),
            OpKind::Zero(p) => format!("zero {}", place(p)),
            OpKind::Fill(p, a) => format!("fill {}, {}", place(p), v(a)),
            OpKind::CopyFrom(a, b) => format!("copy_from {}, {}", place(a), place(b)),
            OpKind::Swap(a, b) => format!("swap {}, {}", place(a), place(b)),
            OpKind::SwapElements(p, i, j) => format!("swap_elements {}, {}, {}", place(p), v(i), v(j)),
            OpKind::ReverseSlice(p) => format!("reverse_slice {}", place(p)),
            OpKind::Rotate { place: p, by, left } => {
                format!("rotate_{} {}, {}", if *left { "left" } else { "right" }, place(p), v(by))
            }
            OpKind::Push(p, init) => format!("push {}, {}", place(p), self.init(init)),
            OpKind::Pop(p) => format!("pop {}", place(p)),
            OpKind::Truncate(p, n) => format!("truncate {}, {}", place(p), v(n)),
            OpKind::Resize(p, n, init) => format!("resize {}, {}, {}", place(p), v(n), self.init(init)),
            OpKind::If { cond, then: _, els: _ } => format!("if {}", v(cond)),
            OpKind::For { index, range, body: _, exit: e } => {
                let dots = if range.inclusive { "..=" } else { ".." };
                let rev = if range.rev { " rev" } else { "" };
                let step = range.step.as_ref().map_or(String::new(), |s| format!(" step {}", v(s)));
                format!("for {index} in {}{dots}{}{step}{rev}{}", v(&range.lo), v(&range.hi), exit(e))
            }
            OpKind::While { cond: _, test: _, body: _, exit: e } => format!("while{}", exit(e)),
            OpKind::Call(call) => format!("call {} = {}", self.result(call.result), self.call(call)),
            OpKind::Effect { path: _, pieces, diverges } => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Tokens(t) => tokens(t),
                    Piece::Value(a) => v(a),
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
        let name = |v: Value| data(v).name.clone().unwrap_or_else(|| self.value(v));
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

    fn region(&mut self, region: Region, pad: &str) {
        let func = self.func;
        // Not without end: the text would grow with the square of the depth.
        let deeper = if pad.len() < DEEPEST { format!("{pad}    ") } else { pad.to_string() };
        for op in &func.regions[region.index()] {
            if op.result.is_some_and(|v| self.literals.contains_key(&v)) {
                continue;
            }
            let mut line = match op.result {
                Some(v) => format!("{pad}{v}: {} = {}", ty(&func.ty(v)), self.line(&op.kind)),
                None => format!("{pad}{}", self.line(&op.kind)),
            };
            let nested = op.kind.regions();
            if !nested.is_empty() {
                line += " {";
            }
            let source = if self.lines { crate::line(op.span) } else { None };
            self.out += &match (source, self.comment(op)) {
                (Some(n), Some(comment)) => format!("{line:COMMENT$} // line {n}: {comment}\n"),
                (Some(n), None) => format!("{line:COMMENT$} // line {n}\n"),
                (None, Some(comment)) => format!("{line:COMMENT$} // {comment}\n"),
                (None, None) => format!("{line}\n"),
            };
            match &op.kind {
                OpKind::If { cond: _, then, els } => {
                    self.region(*then, &deeper);
                    if !func.regions[els.index()].is_empty() {
                        self.out += &format!("{pad}}} else {{\n");
                        self.region(*els, &deeper);
                    }
                }
                OpKind::While { cond, test, body, exit: _ } => {
                    self.region(*cond, &deeper);
                    self.out += &format!("{pad}}} test {} {{\n", self.value(*test));
                    self.region(*body, &deeper);
                }
                _ => nested.iter().for_each(|r| self.region(*r, &deeper)),
            }
            if !nested.is_empty() {
                self.out += &format!("{pad}}}\n");
            }
        }
    }
}

fn keeping_name(keeping: Keeping) -> &'static str {
    match keeping {
        Keeping::Local => "local",
        Keeping::Option => "option",
        Keeping::Tape => "tape",
        Keeping::Stack => "stack",
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

/// A type as the text form writes it, on one line; what is open is `_`.
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
