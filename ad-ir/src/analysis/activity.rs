//! Activity: which values and variables the derivative passes through.
//!
//! A value is *varied* if it depends on an active input, *useful* if the result depends on it, and *active* if both
//! (Hascoët, Naumann, Pascual: "To be recorded" analysis in reverse-mode automatic differentiation, 2005). Only
//! floats count. Variables are taken as a whole and without regard to order: a variable is varied if anything varied
//! is ever stored to it. Both directions are iterated to a fixed point, which takes a pass for each level of loop
//! nesting through which data flow backwards, and two in straight code; each pass is linear in the function.

use crate::diag::Sink;
use crate::hash::HashSet;
use crate::ir::ty::Class;
use crate::ir::{
    Arg, BinOp, EntityMap, EntitySet, Func, Init, Op, OpKind, ParamSlot, Place, Proj, RetShape, Ty, Value, Var, VarKind,
};
use crate::messages as m;
use crate::rules::{self, Partial};
use crate::signature::{Role, Signature};
use proc_macro2::Span;

/// The side table.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    values: EntitySet<Value>,
    vars: EntitySet<Var>,
    varied: EntitySet<Value>,
    varied_vars: EntitySet<Var>,
}

impl Activity {
    /// Whether the value has a cotangent.
    pub fn value(&self, v: Value) -> bool {
        self.values.contains(&v)
    }

    /// Whether the variable has a shadow.
    pub fn var(&self, v: Var) -> bool {
        self.vars.contains(&v)
    }

    /// Whether the value has a tangent that may be nonzero.
    pub fn varied(&self, v: Value) -> bool {
        self.varied.contains(&v)
    }

    /// Whether the variable holds something whose tangent may be nonzero.
    pub fn varied_var(&self, v: Var) -> bool {
        self.varied_vars.contains(&v)
    }

    /// Whether a call is part of the derivative: something active goes in, and something useful comes out.
    pub fn call(&self, call: &crate::ir::Call) -> bool {
        let comes_out =
            call.result.is_some_and(|v| self.var(v)) || ref_muts(call.live_args()).any(|p| self.var(p.base));
        self.goes_in(call) && comes_out
    }

    /// Whether something active goes into a call.
    pub fn goes_in(&self, call: &crate::ir::Call) -> bool {
        call.carries() || call.live_args().any(|a| self.arg_varied(a))
    }

    /// Whether an argument depends on an active input.
    pub fn arg_varied(&self, arg: &Arg) -> bool {
        match arg {
            Arg::Value(v) => self.varied(*v),
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => self.varied_var(p.base),
            Arg::Owned(init, _) => init_any(init, &|v| self.varied(v), &|p| self.varied_var(p.base)),
            Arg::Tuple(parts) => parts.iter().any(|p| self.arg_varied(p)),
            Arg::Function(f) => f.carries(),
            Arg::Tokens(_) => false,
        }
    }
}

/// The places that a call may write to.
pub fn ref_muts<'a>(args: impl IntoIterator<Item = &'a Arg>) -> impl Iterator<Item = &'a Place> {
    args.into_iter().flat_map(|a| match a {
        Arg::RefMut(p) | Arg::Reborrow(p) => vec![p],
        Arg::Tuple(parts) => parts.iter().flat_map(|p| ref_muts([p]).collect::<Vec<_>>()).collect(),
        Arg::Value(_) | Arg::Ref(_) | Arg::Owned(..) | Arg::Tokens(_) | Arg::Function(_) => vec![],
    })
}

/// Whether anything in an initial value satisfies one of the predicates.
pub fn init_any(init: &Init, value: &dyn Fn(Value) -> bool, place: &dyn Fn(&Place) -> bool) -> bool {
    match init {
        Init::Scalar(v) => value(*v),
        Init::Repeat { elem, .. } => init_any(elem, value, place),
        Init::List { elems, .. } | Init::Tuple(elems) => elems.iter().any(|e| init_any(e, value, place)),
        Init::Record { fields, rest, .. } => {
            fields.iter().any(|(_, e)| init_any(e, value, place)) || rest.as_ref().is_some_and(|(p, _)| place(p))
        }
        Init::Copy { from: p, .. } | Init::Move(p) if crate::ir::is_error(p) => false,
        Init::Copy { from, .. } => place(from),
        Init::Move(p) | Init::Take(p) | Init::Popped(p) => place(p),
        Init::Uninit | Init::NewVec { .. } | Init::ZeroLike(_) | Init::Shape(_) => false,
    }
}

struct Solver<'a> {
    func: &'a Func,
    /// Whether a value can carry a derivative at all, by its type.
    float: Vec<bool>,
    var_float: Vec<bool>,
    varied: Vec<bool>,
    varied_vars: Vec<bool>,
    useful: Vec<bool>,
    useful_vars: Vec<bool>,
    changed: bool,
}

/// Solves activity for a primal.
pub fn solve(func: &Func, sig: &Signature) -> Activity {
    let integers = integer_fields(func);
    let float = func
        .values
        .iter()
        .map(|v| {
            func.types.may_hold_float(&v.ty) && !func.types.open_integer(&v.ty).is_some_and(|i| integers.contains(&i))
        })
        .collect();
    let var_float = func.vars.iter().map(|v| func.types.may_hold_float(&v.ty)).collect();
    let mut s = Solver {
        func,
        float,
        var_float,
        varied: vec![false; func.values.len()],
        varied_vars: vec![false; func.vars.len()],
        useful: vec![false; func.values.len()],
        useful_vars: vec![false; func.vars.len()],
        changed: true,
    };
    for (slot, p) in func.params.iter().zip(&sig.params) {
        if p.role == Role::Active {
            match slot {
                ParamSlot::Value(v) => s.varied[v.index()] = true,
                ParamSlot::Var(v) => {
                    s.varied_vars[v.index()] = true;
                    s.useful_vars[v.index()] = p.is_active_mut();
                }
            }
        }
    }
    s.useful_ret(&func.ret);
    // The operations in program order, once.
    let mut ops: Vec<&Op> = Vec::new();
    func.walk(func.body, &mut |_, op| ops.push(op));
    while s.changed {
        s.changed = false;
        for op in &ops {
            s.forward(op);
        }
    }
    s.changed = true;
    while s.changed {
        s.changed = false;
        for op in ops.iter().rev() {
            s.backward(op);
        }
    }
    let mut out = Activity::default();
    for i in 0..func.values.len() {
        if s.varied[i] && s.float[i] {
            out.varied.insert(Value(i as u32));
            if s.useful[i] {
                out.values.insert(Value(i as u32));
            }
        }
    }
    for i in 0..func.vars.len() {
        if s.varied_vars[i] && s.var_float[i] {
            out.varied_vars.insert(Var(i as u32));
            if s.useful_vars[i] {
                out.vars.insert(Var(i as u32));
            }
        }
    }
    out
}

impl Solver<'_> {
    fn vary(&mut self, v: Value) {
        if self.float[v.index()] && !self.varied[v.index()] {
            self.varied[v.index()] = true;
            self.changed = true;
        }
    }

    fn vary_var(&mut self, v: Var) {
        let data = &self.func.vars[v.index()];
        let constant = data.cut || matches!(data.kind, VarKind::Extern(_));
        if self.var_float[v.index()] && !constant && !self.varied_vars[v.index()] {
            self.varied_vars[v.index()] = true;
            self.changed = true;
        }
    }

    fn use_value(&mut self, v: Value) {
        if !self.useful[v.index()] {
            self.useful[v.index()] = true;
            self.changed = true;
        }
    }

    fn use_var(&mut self, v: Var) {
        if !self.useful_vars[v.index()] {
            self.useful_vars[v.index()] = true;
            self.changed = true;
        }
    }

    fn useful_ret(&mut self, ret: &RetShape) {
        match ret {
            RetShape::Unit => {}
            RetShape::Value(v) => self.use_value(*v),
            RetShape::Var(v) => self.use_var(*v),
            RetShape::Ref(p) => self.use_var(p.base),
            RetShape::Tuple(parts) => parts.iter().for_each(|p| self.useful_ret(p)),
        }
    }

    fn init_varied(&self, init: &Init) -> bool {
        init_any(init, &|v| self.varied[v.index()] && self.float[v.index()], &|p| self.varied_vars[p.base.index()])
    }

    fn arg_varied(&self, arg: &Arg) -> bool {
        match arg {
            Arg::Value(v) => self.varied[v.index()] && self.float[v.index()],
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => {
                self.varied_vars[p.base.index()] && self.var_float[p.base.index()]
            }
            Arg::Owned(init, _) => self.init_varied(init),
            Arg::Tuple(parts) => parts.iter().any(|p| self.arg_varied(p)),
            Arg::Function(f) => f.carries(),
            Arg::Tokens(_) => false,
        }
    }

    fn forward(&mut self, op: &Op) {
        let varied = |s: &Self, v: &Value| s.varied[v.index()];
        let result = match &op.kind {
            OpKind::Neg(a) | OpKind::Cast(a, _) => varied(self, a),
            OpKind::Binary(b, x, y) => {
                matches!(b, BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::Div | BinOp::Rem)
                    && (varied(self, x) || varied(self, y))
            }
            OpKind::Rule(rule, args) => args
                .iter()
                .enumerate()
                .any(|(i, a)| varied(self, a) && !matches!(rules::partial(rule, i), Partial::Zero)),
            OpKind::Select(_, a, b) => varied(self, a) || varied(self, b),
            OpKind::Load(p) => self.varied_vars[p.base.index()] && !crate::ir::is_error(p),
            OpKind::Pop(p) => self.varied_vars[p.base.index()],
            OpKind::Declare(var, init) => {
                if self.init_varied(init) {
                    self.vary_var(*var);
                }
                false
            }
            OpKind::Store(p, init) | OpKind::Push(p, init) | OpKind::Resize(p, _, init) => {
                if self.init_varied(init) {
                    self.vary_var(p.base);
                }
                false
            }
            OpKind::AddTo(p, v) | OpKind::Fill(p, v) => {
                if varied(self, v) {
                    self.vary_var(p.base);
                }
                false
            }
            OpKind::Accumulate(dst, src) | OpKind::CopyFrom(dst, src) => {
                if self.varied_vars[src.base.index()] {
                    self.vary_var(dst.base);
                }
                false
            }
            OpKind::Swap(a, b) => {
                if self.varied_vars[a.base.index()] {
                    self.vary_var(b.base);
                }
                if self.varied_vars[b.base.index()] {
                    self.vary_var(a.base);
                }
                false
            }
            OpKind::Call(call) => {
                if call.carries() || call.live_args().any(|a| self.arg_varied(a)) {
                    if let Some(r) = call.result {
                        self.vary_var(r);
                    }
                    let written: Vec<Var> = ref_muts(call.live_args()).map(|p| p.base).collect();
                    for v in written {
                        self.vary_var(v);
                    }
                }
                false
            }
            OpKind::Lit(_) | OpKind::Path(_) | OpKind::Not(_) | OpKind::Method(..) | OpKind::PathCall(..) => false,
            OpKind::Stop(_) | OpKind::Len(_) | OpKind::Zero(_) | OpKind::SwapElements(..) | OpKind::ReverseSlice(_) => {
                false
            }
            OpKind::Matches(..) => false,
            OpKind::Truncate(..)
            | OpKind::If { .. }
            | OpKind::For { .. }
            | OpKind::While { .. }
            | OpKind::Effect { .. } => false,
            OpKind::Rotate { .. } => false,
            OpKind::Forward { .. } | OpKind::Reverse { .. } | OpKind::Joint { .. } | OpKind::Tangent { .. } => false,
            OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } | OpKind::Open { .. } => false,
        };
        if let (true, Some(v)) = (result, op.result) {
            self.vary(v);
        }
    }

    fn use_init(&mut self, init: &Init) {
        match init {
            Init::Scalar(v) => self.use_value(*v),
            Init::Repeat { elem, .. } => self.use_init(elem),
            Init::List { elems, .. } | Init::Tuple(elems) => elems.iter().for_each(|e| self.use_init(e)),
            Init::Record { fields, rest, .. } => {
                fields.iter().for_each(|(_, e)| self.use_init(e));
                rest.iter().for_each(|(p, _)| self.use_var(p.base));
            }
            Init::Copy { from: p, .. } | Init::Move(p) if crate::ir::is_error(p) => {}
            Init::Copy { from, .. } => self.use_var(from.base),
            Init::Move(p) | Init::Take(p) | Init::Popped(p) => self.use_var(p.base),
            Init::Uninit | Init::NewVec { .. } | Init::ZeroLike(_) | Init::Shape(_) => {}
        }
    }

    fn use_arg(&mut self, arg: &Arg) {
        match arg {
            Arg::Value(v) => self.use_value(*v),
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => self.use_var(p.base),
            Arg::Owned(init, _) => self.use_init(init),
            Arg::Tuple(parts) => parts.iter().for_each(|p| self.use_arg(p)),
            Arg::Tokens(_) | Arg::Function(_) => {}
        }
    }

    fn backward(&mut self, op: &Op) {
        let result = op.result.is_some_and(|v| self.useful[v.index()]);
        match &op.kind {
            OpKind::Neg(a) | OpKind::Cast(a, _) if result => self.use_value(*a),
            OpKind::Binary(_, a, b) | OpKind::Select(_, a, b) if result => {
                self.use_value(*a);
                self.use_value(*b);
            }
            OpKind::Rule(_, args) if result => args.iter().for_each(|a| self.use_value(*a)),
            OpKind::Load(p) | OpKind::Pop(p) if result => self.use_var(p.base),
            OpKind::Neg(_) | OpKind::Cast(..) | OpKind::Binary(..) | OpKind::Select(..) | OpKind::Rule(..) => {}
            OpKind::Load(_) | OpKind::Pop(_) => {}
            OpKind::Declare(var, init) => {
                if self.useful_vars[var.index()] {
                    self.use_init(init);
                }
            }
            OpKind::Store(p, init) | OpKind::Push(p, init) | OpKind::Resize(p, _, init) => {
                if self.useful_vars[p.base.index()] {
                    self.use_init(init);
                }
            }
            OpKind::AddTo(p, v) | OpKind::Fill(p, v) => {
                if self.useful_vars[p.base.index()] {
                    self.use_value(*v);
                }
            }
            OpKind::Accumulate(dst, src) | OpKind::CopyFrom(dst, src) => {
                if self.useful_vars[dst.base.index()] {
                    self.use_var(src.base);
                }
            }
            OpKind::Swap(a, b) => {
                if self.useful_vars[a.base.index()] || self.useful_vars[b.base.index()] {
                    self.use_var(a.base);
                    self.use_var(b.base);
                }
            }
            OpKind::Call(call) => {
                let out = call.result.is_some_and(|v| self.useful_vars[v.index()])
                    || ref_muts(call.live_args()).any(|p| self.useful_vars[p.base.index()]);
                if out {
                    call.live_args().for_each(|a| self.use_arg(a));
                }
            }
            // What is only looked at, printed or decided upon has no derivative.
            OpKind::Lit(_) | OpKind::Path(_) | OpKind::Not(_) | OpKind::Method(..) | OpKind::PathCall(..) => {}
            OpKind::Stop(_) | OpKind::Len(_) | OpKind::Zero(_) | OpKind::SwapElements(..) | OpKind::ReverseSlice(_) => {
            }
            OpKind::Matches(..) => {}
            OpKind::Truncate(..)
            | OpKind::If { .. }
            | OpKind::For { .. }
            | OpKind::While { .. }
            | OpKind::Effect { .. } => {}
            OpKind::Rotate { .. } => {}
            OpKind::Forward { .. } | OpKind::Reverse { .. } | OpKind::Joint { .. } | OpKind::Tangent { .. } => {}
            OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } | OpKind::Open { .. } => {}
        }
    }
}

/// Fields of structs that are not seen and that are computed with like integers, `s.n & 1`: their types. That they are is
/// asked of rustc where they are read.
fn integer_fields(func: &Func) -> Vec<u32> {
    let mut found = Vec::new();
    func.walk(func.body, &mut |_, op| {
        if let (Some(v), OpKind::Load(p)) = (op.result, &op.kind)
            && (crate::ir::is_part(p) || matches!(p.path.last(), Some(Proj::Field(_))))
        {
            found.extend(func.types.open_integer(&func.ty(v)));
        }
    });
    found
}

/// A part of a struct, also of a tuple struct that is a variable.
fn is_field(func: &Func, p: &Place) -> bool {
    let numbered =
        || matches!(p.path.first(), Some(Proj::Field(_))) && matches!(func.var_ty(p.base).peel(), Ty::Other(_));
    crate::ir::is_part(p) || numbered()
}

/// Takes active values of open type that are computed with for floats, of a type left to rustc: were they integers, the
/// emitted code would not compile.
pub fn assume_floats(func: &mut Func, act: &Activity, float: crate::ir::Float) {
    let mut open = Vec::new();
    let cast = only_cast(func);
    for v in 0..func.values.len() {
        func.values[v].assumed |= func.types.open_integer(&func.values[v].ty).is_some();
    }
    func.walk(func.body, &mut |_, op| {
        if let (Some(v), OpKind::Binary(..) | OpKind::Neg(_) | OpKind::Load(_) | OpKind::Rule(..) | OpKind::Select(..)) = (op.result, &op.kind)
            && act.value(v)
        {
            let part = matches!(&op.kind, OpKind::Load(p) if is_field(func, p));
            open.push((v, part));
        }
    });
    for (v, part) in open {
        if part && cast.contains(&v) {
            continue;
        }
        let ty = func.values[v.index()].ty.clone();
        // A field is of its struct's own type in cotangents too: that it is a float must be asked.
        func.values[v.index()].assumed |= part && func.types.class(&ty) == Some(Class::Any);
        let _ = func.types.unify(&ty, &Ty::Float(float));
    }
}

/// Values of open type that are cast and not computed with: they may be integers.
fn only_cast(func: &Func) -> EntitySet<Value> {
    let (mut cast, mut computed) = (Vec::new(), EntitySet::default());
    func.walk(func.body, &mut |_, op| match &op.kind {
        OpKind::Cast(v, _) => cast.push(*v),
        OpKind::Binary(..) | OpKind::Neg(_) | OpKind::Rule(..) | OpKind::Select(..) => {
            crate::ir::for_each_value(&op.kind, &mut |v| {
                computed.insert(v);
            });
        }
        _ => {}
    });
    let mut out = EntitySet::default();
    for v in cast {
        if !computed.contains(&v) && matches!(func.ty(v), Ty::Var(_)) {
            out.insert(v);
        }
    }
    out
}

/// Where a derivative is cut by something that gives an integer, and what is said if its value returns.
#[derive(Clone, Copy)]
struct Cut {
    at: Span,
    message: m::Message,
}

/// Refuses what would lose a derivative silently: integers cast from active floats that come back as floats, active
/// values of unknown type, and methods of users' types on active values.
pub fn check(func: &Func, act: &Activity, sig: &Signature, sink: &mut Sink) {
    // What an integer cast from an active float went into: values and variables, with the cast that is to blame.
    let mut cut: EntityMap<Value, Cut> = EntityMap::default();
    let mut cut_vars: EntityMap<Var, Cut> = EntityMap::default();
    let mut ops: Vec<&Op> = Vec::new();
    func.walk(func.body, &mut |_, op| ops.push(op));
    let mut changed = true;
    while changed {
        changed = false;
        for op in &ops {
            let found = match &op.kind {
                OpKind::Cast(v, to) if act.varied(*v) && !func.types.is_float(to) => {
                    let message = if let Ty::Var(_) = func.ty(*v).peel() { m::CAST_OF_OPEN } else { m::CAST_RETURNS };
                    Some(Cut { at: op.span, message })
                }
                // Of functions that have derivatives it was seen there that no cast cuts one.
                OpKind::Call(call) if call.plain.is_some() && call.live_args().any(|a| act.arg_varied(a)) => {
                    Some(Cut { at: op.span, message: m::INTEGER_RETURNS })
                }
                OpKind::Stop(_) => None,
                kind => carried(kind, &cut, &cut_vars),
            };
            let Some(cut_here) = found else { continue };
            // A float made of it is no longer followed: it is an error where the result needs it.
            if let Some(v) = op.result
                && !matches!(func.ty(v).peel(), Ty::Bool | Ty::Float(_))
                && cut.insert(v, cut_here).is_none()
            {
                changed = true;
            }
            for var in given(func, &op.kind) {
                changed |= cut_vars.insert(var, cut_here).is_none();
            }
        }
    }
    // Errors have no derivative: what is read in them would have none. Of a call's result only the signature tells.
    let open = matches!(&sig.output, Ty::Result(_, error) if may_hold_floats(error));
    for op in &ops {
        if let OpKind::Declare(_, Init::Record { path, fields, .. }) = &op.kind
            && path.to_string().rsplit("::").next().is_some_and(|last| last.trim() == "Err")
            && fields.iter().any(|(_, e)| {
                init_any(e, &|v| act.varied(v) && matches!(func.ty(v).peel(), Ty::Float(_)), &|p| {
                    act.varied_var(p.base) && (open || !matches!(func.vars[p.base.index()].ty.peel(), Ty::Var(_)))
                })
            })
        {
            sink.error(op.span, m::ERROR_ACTIVE, "");
        }
    }
    // Where the result needs a cut value, or a float made of one, a derivative is lost.
    let useful = useful_values(func);
    for op in &ops {
        let float =
            op.result.is_some_and(|v| useful.contains(&v) && !matches!(func.ty(v).peel(), Ty::Bool | Ty::Int(_)));
        if float
            && !matches!(op.kind, OpKind::Load(_))
            && let Some(cut) = carried(&op.kind, &cut, &cut_vars)
        {
            sink.error(cut.at, cut.message, "");
        }
        if let OpKind::Call(call) = &op.kind
            && let Some(cut) = carried(&op.kind, &cut, &cut_vars)
            && call.result.is_some()
        {
            sink.error(cut.at, cut.message, "");
        }
    }
    for cut in returned(&func.ret, &cut, &cut_vars) {
        sink.error(cut.at, cut.message, "");
    }
    // What is stored to the caller's variables returns to it.
    for var in &func.mut_params {
        if let Some(cut) = cut_vars.get(var) {
            sink.error(cut.at, cut.message, "");
        }
    }
    // One annotation settles all values of one type.
    let mut said: HashSet<String> = HashSet::default();
    let cast = only_cast(func);
    for op in &ops {
        if let Some(v) = op.result
            && act.value(v)
            && !matches!(func.ty(v).peel(), Ty::Float(_))
            && !(cast.contains(&v) && matches!(&op.kind, OpKind::Load(p) if is_field(func, p)))
            && said.insert(format!("{:?}", func.types.resolve(&func.ty(v))))
        {
            if let Ty::Other(of) = func.types.head(&func.ty(v)).peel() {
                sink.error(op.span, m::UNSEEN_OPERATOR, of);
                continue;
            }
            let name = func.values[v.index()].name.clone().unwrap_or_else(|| "this value".into());
            sink.error(op.span, m::UNKNOWN_TYPE, name);
        }
    }
}

/// Whether an error of this type, written out, may hold what has a derivative: codes and texts do not.
fn may_hold_floats(error: &str) -> bool {
    let words = error.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|w| *w != "String").any(|w| matches!(w, "f64" | "f32") || w.starts_with(char::is_uppercase))
}

/// What an operation gives a value to; of calls results that hold integers and no floats.
fn given(func: &Func, kind: &OpKind) -> Vec<Var> {
    match kind {
        OpKind::Call(call) => {
            call.result.into_iter().filter(|v| func.types.holds_integers_only(&func.vars[v.index()].ty)).collect()
        }
        kind => written(kind),
    }
}

/// The cast whose value the operation passes on: as an operand, not as an index, a length or a condition.
fn carried(kind: &OpKind, cut: &EntityMap<Value, Cut>, vars: &EntityMap<Var, Cut>) -> Option<Cut> {
    let of = |v: &Value| cut.get(v).copied();
    let at = |p: &Place| vars.get(&p.base).copied();
    match kind {
        OpKind::Load(p) => at(p),
        OpKind::Neg(v) | OpKind::Not(v) | OpKind::Cast(v, _) => of(v),
        OpKind::Binary(_, a, b) | OpKind::Select(_, a, b) => of(a).or_else(|| of(b)),
        OpKind::Rule(_, args) | OpKind::Method(_, args) | OpKind::PathCall(_, args) => args.iter().find_map(of),
        OpKind::Declare(_, init) | OpKind::Store(_, init) | OpKind::Push(_, init) | OpKind::Resize(_, _, init) => {
            let found = std::cell::Cell::new(None);
            let note = |cut: Option<Cut>| {
                found.set(found.get().or(cut));
                cut.is_some()
            };
            init_any(init, &|v| note(of(&v)), &|p| note(at(p)));
            found.get()
        }
        OpKind::AddTo(_, v) | OpKind::Fill(_, v) => of(v),
        OpKind::CopyFrom(_, p) | OpKind::Accumulate(_, p) => at(p),
        OpKind::Swap(a, b) => at(a).or_else(|| at(b)),
        OpKind::Call(call) => call.args.iter().find_map(|a| in_argument(a, cut, vars)),
        // A pass over a range is a condition.
        OpKind::If { .. } | OpKind::For { .. } | OpKind::While { .. } => None,
        OpKind::Lit(_) | OpKind::Path(_) | OpKind::Stop(_) | OpKind::Len(_) | OpKind::Zero(_) => None,
        OpKind::Matches(..) => None,
        OpKind::SwapElements(..)
        | OpKind::ReverseSlice(_)
        | OpKind::Pop(_)
        | OpKind::Truncate(..)
        | OpKind::Rotate { .. } => None,
        OpKind::Effect { .. } | OpKind::Forward { .. } | OpKind::Reverse { .. } | OpKind::Joint { .. } => None,
        OpKind::Tangent { .. } | OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } | OpKind::Open { .. } => None,
    }
}

fn in_argument(arg: &Arg, cut: &EntityMap<Value, Cut>, vars: &EntityMap<Var, Cut>) -> Option<Cut> {
    match arg {
        Arg::Value(v) => cut.get(v).copied(),
        Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => vars.get(&p.base).copied(),
        Arg::Owned(init, _) => {
            let found = std::cell::Cell::new(None);
            let note = |cut: Option<Cut>| {
                found.set(found.get().or(cut));
                cut.is_some()
            };
            init_any(init, &|v| note(cut.get(&v).copied()), &|p| note(vars.get(&p.base).copied()));
            found.get()
        }
        Arg::Tuple(parts) => parts.iter().find_map(|p| in_argument(p, cut, vars)),
        Arg::Tokens(_) | Arg::Function(_) => None,
    }
}

/// The variables that an operation gives a value.
fn written(kind: &OpKind) -> Vec<Var> {
    match kind {
        OpKind::Declare(var, _) => vec![*var],
        OpKind::Store(p, _) | OpKind::Push(p, _) | OpKind::AddTo(p, _) | OpKind::Fill(p, _) | OpKind::Resize(p, ..) => {
            vec![p.base]
        }
        OpKind::CopyFrom(p, _) | OpKind::Accumulate(p, _) => vec![p.base],
        OpKind::Swap(a, b) => vec![a.base, b.base],
        _ => Vec::new(),
    }
}

fn returned(ret: &RetShape, cut: &EntityMap<Value, Cut>, vars: &EntityMap<Var, Cut>) -> Vec<Cut> {
    match ret {
        RetShape::Unit => Vec::new(),
        RetShape::Value(v) => cut.get(v).copied().into_iter().collect(),
        RetShape::Var(v) => vars.get(v).copied().into_iter().collect(),
        RetShape::Ref(p) => vars.get(&p.base).copied().into_iter().collect(),
        RetShape::Tuple(parts) => parts.iter().flat_map(|p| returned(p, cut, vars)).collect(),
    }
}

/// What the result depends on, integers included.
fn useful_values(func: &Func) -> EntitySet<Value> {
    let mut s = Solver {
        func,
        float: vec![true; func.values.len()],
        var_float: vec![true; func.vars.len()],
        varied: vec![false; func.values.len()],
        varied_vars: vec![false; func.vars.len()],
        useful: vec![false; func.values.len()],
        useful_vars: vec![false; func.vars.len()],
        changed: true,
    };
    s.useful_ret(&func.ret);
    for slot in &func.params {
        if let ParamSlot::Var(v) = slot
            && func.vars[v.index()].by_ref
        {
            s.useful_vars[v.index()] = true;
        }
    }
    let mut ops: Vec<&Op> = Vec::new();
    func.walk(func.body, &mut |_, op| ops.push(op));
    while s.changed {
        s.changed = false;
        for op in ops.iter().rev() {
            s.backward(op);
        }
    }
    s.useful.into()
}
