//! What an operation reads, writes and owns: the one place that knows it, for all passes.
//!
//! Every match names every operation, so that rustc's missing-arm errors lead whoever adds one through this file.
//!
//! The derivative forms of a call touch less than the call itself, and the visitors say so:
//!
//! | operation | arguments | shadows | result |
//! |---|---|---|---|
//! | `Forward` | as the call | not touched: only their kinds are used | declared |
//! | `Reverse` | `Ref`s are read again, nothing else | read and written | not touched |
//! | `Joint` | as the call | read and written | declared |
//! | `Tangent` | as the call | read (of `RefMut`s: read and written) | declared |

use super::{
    Arg, ArgShadow, BinOp, Call, Count, Func, Init, Keeping, OpKind, Piece, Place, Proj, Region, Residual, Ty, Value,
    Var,
};

/// How an operation uses a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Read,
    /// The old contents are lost unread.
    Write,
    ReadWrite,
    /// The variable comes into being.
    Declare,
    /// Only the shape is read.
    LenOnly,
    /// The contents are moved out.
    Move,
}

impl Access {
    /// Whether what was loaded before may not be what is there afterwards.
    pub fn is_write(self) -> bool {
        match self {
            Access::Write | Access::ReadWrite | Access::Move | Access::Declare => true,
            Access::Read | Access::LenOnly => false,
        }
    }
}

/// Whether an operation can be moved, repeated or dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Purity {
    /// Computes its result and nothing else.
    Pure,
    /// Computes its result or panics: may be dropped where its result is unused and the primal has run, never hoisted.
    PureMayPanic,
    /// Changes memory, prints, calls, or owns regions.
    Effect,
}

impl OpKind {
    /// The regions that the operation owns, in the order in which they run.
    pub fn regions(&self) -> Vec<Region> {
        match self {
            OpKind::If { then, els, .. } => vec![*then, *els],
            OpKind::For { body, .. } => vec![*body],
            OpKind::While { cond, body, .. } => vec![*cond, *body],
            OpKind::Lit(_)
            | OpKind::Path(_)
            | OpKind::Neg(_)
            | OpKind::Not(_)
            | OpKind::Binary(..)
            | OpKind::Rule(..) => vec![],
            OpKind::Method(..) | OpKind::PathCall(..) | OpKind::Cast(..) | OpKind::Stop(_) | OpKind::Select(..) => {
                vec![]
            }
            OpKind::Matches(..) => vec![],
            OpKind::Load(_) | OpKind::Len(_) | OpKind::Declare(..) | OpKind::Store(..) | OpKind::AddTo(..) => vec![],
            OpKind::Accumulate(..) | OpKind::Zero(_) | OpKind::Fill(..) | OpKind::CopyFrom(..) | OpKind::Swap(..) => {
                vec![]
            }
            OpKind::SwapElements(..) | OpKind::ReverseSlice(_) | OpKind::Push(..) | OpKind::Pop(_) => vec![],
            OpKind::Truncate(..) | OpKind::Resize(..) | OpKind::Call(_) | OpKind::Effect { .. } => vec![],
            OpKind::Rotate { .. } => vec![],
            OpKind::Forward { .. } | OpKind::Reverse { .. } | OpKind::Joint { .. } | OpKind::Tangent { .. } => vec![],
            OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } | OpKind::Open { .. } => vec![],
        }
    }
}

/// Calls `f` on every SSA value that the operation reads, in evaluation order; those that nested regions read are theirs.
pub fn for_each_value(kind: &OpKind, f: &mut dyn FnMut(Value)) {
    match kind {
        OpKind::Lit(_) | OpKind::Path(_) | OpKind::Open { .. } => {}
        OpKind::Neg(a) | OpKind::Not(a) | OpKind::Cast(a, _) | OpKind::Stop(a) => f(*a),
        OpKind::Binary(_, a, b) => {
            f(*a);
            f(*b);
        }
        OpKind::Rule(_, args) | OpKind::Method(_, args) | OpKind::PathCall(_, args) => args.iter().copied().for_each(f),
        OpKind::Select(c, a, b) => [*c, *a, *b].into_iter().for_each(f),
        OpKind::Load(p) | OpKind::Len(p) | OpKind::Zero(p) | OpKind::ReverseSlice(p) | OpKind::Pop(p) => {
            p.values().for_each(f)
        }
        OpKind::KeepShape { place, .. } | OpKind::KeepCopy { place, .. } => place.values().for_each(f),
        OpKind::Matches(p, _) => p.values().for_each(f),
        OpKind::Declare(_, init) => init_values(init, f),
        OpKind::Store(p, init) | OpKind::Push(p, init) => {
            init_values(init, f);
            p.values().for_each(f);
        }
        OpKind::AddTo(p, v) | OpKind::Fill(p, v) | OpKind::Truncate(p, v) => {
            f(*v);
            p.values().for_each(f);
        }
        OpKind::Accumulate(dst, src) | OpKind::CopyFrom(dst, src) | OpKind::Swap(dst, src) => {
            src.values().chain(dst.values()).for_each(f);
        }
        OpKind::SwapElements(p, i, j) => p.values().chain([*i, *j]).for_each(f),
        OpKind::Rotate { place, by, left: _ } => place.values().chain([*by]).for_each(f),
        OpKind::Resize(p, n, init) => {
            p.values().chain([*n]).for_each(&mut *f);
            init_values(init, f);
        }
        OpKind::If { cond, .. } => f(*cond),
        OpKind::For { range, .. } => [Some(range.lo), Some(range.hi), range.step].into_iter().flatten().for_each(f),
        OpKind::While { test, .. } => f(*test),
        OpKind::Call(call) | OpKind::Forward { call, .. } => call.args.iter().for_each(|a| arg_values(a, f)),
        OpKind::Joint { call, .. } | OpKind::Tangent { call, .. } => {
            call.args.iter().for_each(|a| arg_values(a, f));
            call.shadows.iter().for_each(|s| shadow_places(s, &mut |p| p.values().for_each(&mut *f)));
        }
        OpKind::Reverse { call, .. } => {
            call.own().iter().for_each(|a| again_places(a, &mut |p| p.values().for_each(&mut *f)));
            call.args[call.own().len()..].iter().for_each(|a| arg_values(a, f));
            call.shadows.iter().for_each(|s| shadow_places(s, &mut |p| p.values().for_each(&mut *f)));
        }
        OpKind::Effect { pieces, .. } => pieces.iter().for_each(|piece| match piece {
            Piece::Tokens(_) => {}
            Piece::Value(v) => f(*v),
            Piece::Place(p) => p.values().for_each(&mut *f),
        }),
    }
}

fn init_values(init: &Init, f: &mut dyn FnMut(Value)) {
    match init {
        Init::Uninit | Init::Shape(_) => {}
        Init::Scalar(v) => f(*v),
        Init::Repeat { elem, len, .. } => {
            init_values(elem, f);
            match len {
                Count::Value(n) => f(*n),
                Count::Const(_) => {}
            }
        }
        Init::List { elems, .. } | Init::Tuple(elems) => elems.iter().for_each(|e| init_values(e, f)),
        Init::Record { fields, rest, .. } => {
            fields.iter().for_each(|(_, e)| init_values(e, f));
            rest.iter().for_each(|(p, _)| p.values().for_each(&mut *f));
        }
        Init::NewVec { capacity } => capacity.iter().copied().for_each(f),
        Init::Copy { from: p, .. } | Init::Move(p) | Init::Take(p) | Init::Popped(p) | Init::ZeroLike(p) => {
            p.values().for_each(f)
        }
    }
}

fn arg_values(arg: &Arg, f: &mut dyn FnMut(Value)) {
    match arg {
        Arg::Value(v) => f(*v),
        Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => p.values().for_each(f),
        Arg::Owned(init, _) => init_values(init, f),
        Arg::Tuple(parts) => parts.iter().for_each(|a| arg_values(a, f)),
        Arg::Tokens(_) | Arg::Function(_) => {}
    }
}

/// The places that a reverse half is passed again.
fn again_places(arg: &Arg, f: &mut dyn FnMut(&Place)) {
    match arg {
        Arg::Ref(p) => f(p),
        Arg::Value(_)
        | Arg::RefMut(_)
        | Arg::Reborrow(_)
        | Arg::Owned(..)
        | Arg::Tuple(_)
        | Arg::Tokens(_)
        | Arg::Function(_) => {}
    }
}

fn shadow_places(shadow: &ArgShadow, f: &mut dyn FnMut(&Place)) {
    match shadow {
        ArgShadow::Const => {}
        ArgShadow::Place(p) => f(p),
    }
}

/// Calls `f` on every place that the operation itself uses, and on what it declares.
pub fn for_each_place(kind: &OpKind, f: &mut dyn FnMut(&Place, Access)) {
    use Access::{Declare, LenOnly, Read, ReadWrite, Write};
    match kind {
        OpKind::Lit(_) | OpKind::Path(_) | OpKind::Neg(_) | OpKind::Not(_) | OpKind::Binary(..) | OpKind::Rule(..) => {}
        OpKind::Method(..) | OpKind::PathCall(..) | OpKind::Cast(..) | OpKind::Stop(_) | OpKind::Select(..) => {}
        OpKind::If { .. } => {}
        OpKind::Load(p) | OpKind::Matches(p, _) => f(p, Read),
        OpKind::Len(p) => f(p, LenOnly),
        OpKind::Declare(var, init) => {
            init_places(init, f);
            f(&Place::whole(*var), Declare);
        }
        OpKind::Store(p, init) => {
            init_places(init, f);
            f(p, Write);
        }
        OpKind::AddTo(p, _) | OpKind::ReverseSlice(p) | OpKind::Pop(p) => f(p, ReadWrite),
        OpKind::SwapElements(p, ..) | OpKind::Truncate(p, _) | OpKind::Rotate { place: p, .. } => f(p, ReadWrite),
        OpKind::Push(p, init) | OpKind::Resize(p, _, init) => {
            init_places(init, f);
            f(p, ReadWrite);
        }
        OpKind::Zero(p) | OpKind::Fill(p, _) => {
            f(p, LenOnly);
            f(p, Write);
        }
        OpKind::Accumulate(dst, src) => {
            f(src, Read);
            f(dst, ReadWrite);
        }
        OpKind::CopyFrom(dst, src) => {
            f(src, Read);
            f(dst, LenOnly);
            f(dst, Write);
        }
        OpKind::Swap(a, b) => {
            f(a, ReadWrite);
            f(b, ReadWrite);
        }
        OpKind::For { exit, .. } | OpKind::While { exit, .. } => exit.iter().for_each(|v| f(&Place::whole(*v), Read)),
        OpKind::Effect { pieces, .. } => pieces.iter().for_each(|piece| match piece {
            Piece::Tokens(_) | Piece::Value(_) => {}
            Piece::Place(p) => f(p, Read),
        }),
        OpKind::Call(call) => {
            call.args.iter().for_each(|a| arg_places(a, f));
            result(call, f);
        }
        OpKind::Forward { call, residual, keeping } => {
            call.args.iter().for_each(|a| arg_places(a, f));
            result(call, f);
            keep(*residual, *keeping, f);
        }
        OpKind::Reverse { call, residual, seed, keeping: _ } => {
            call.args.iter().for_each(|a| again_places(a, &mut |p| f(p, Read)));
            seed.iter().for_each(|v| f(&Place::whole(*v), Read));
            f(&Place::whole(residual.0), Read);
            call.shadows.iter().for_each(|s| shadow_places(s, &mut |p| f(p, ReadWrite)));
        }
        OpKind::Joint { call, seed } => {
            call.args.iter().for_each(|a| arg_places(a, f));
            seed.iter().for_each(|v| f(&Place::whole(*v), Read));
            call.shadows.iter().for_each(|s| shadow_places(s, &mut |p| f(p, ReadWrite)));
            result(call, f);
        }
        OpKind::Tangent { call, result_dot } => {
            call.args.iter().for_each(|a| arg_places(a, f));
            for (i, s) in call.shadows.iter().enumerate() {
                let access =
                    if matches!(call.args.get(i), Some(Arg::RefMut(_) | Arg::Reborrow(_))) { ReadWrite } else { Read };
                shadow_places(s, &mut |p| f(p, access));
            }
            result(call, f);
            result_dot.iter().for_each(|v| f(&Place::whole(*v), Declare));
        }
        OpKind::KeepShape { place, residual, keeping } => {
            f(place, LenOnly);
            keep(*residual, *keeping, f);
        }
        OpKind::KeepCopy { place, residual, keeping } => {
            f(place, Read);
            keep(*residual, *keeping, f);
        }
        OpKind::Open { residual, keeping } => {
            let popped = *keeping == Keeping::Stack;
            f(&Place::whole(residual.0), if popped { ReadWrite } else { Read });
        }
    }
}

fn result(call: &Call, f: &mut dyn FnMut(&Place, Access)) {
    call.result.iter().for_each(|v| f(&Place::whole(*v), Access::Declare));
}

/// A plain residual comes into being where it is kept; options and tapes were declared before and are added to.
fn keep(residual: Residual, keeping: Keeping, f: &mut dyn FnMut(&Place, Access)) {
    let access = match keeping {
        Keeping::Local => Access::Declare,
        Keeping::Option => Access::Write,
        Keeping::Tape | Keeping::Stack => Access::ReadWrite,
    };
    f(&Place::whole(residual.0), access);
}

fn init_places(init: &Init, f: &mut dyn FnMut(&Place, Access)) {
    match init {
        Init::Uninit | Init::Scalar(_) | Init::NewVec { .. } => {}
        Init::Repeat { elem, .. } => init_places(elem, f),
        Init::List { elems, .. } | Init::Tuple(elems) => elems.iter().for_each(|e| init_places(e, f)),
        Init::Record { fields, rest, .. } => {
            fields.iter().for_each(|(_, e)| init_places(e, f));
            rest.iter().for_each(|(p, _)| f(p, Access::Read));
        }
        Init::Copy { from, .. } => f(from, Access::Read),
        Init::Move(p) => f(p, Access::Move),
        Init::Take(p) | Init::Popped(p) => f(p, Access::ReadWrite),
        Init::ZeroLike(p) => f(p, Access::LenOnly),
        Init::Shape(residual) => f(&Place::whole(residual.0), Access::Read),
    }
}

fn arg_places(arg: &Arg, f: &mut dyn FnMut(&Place, Access)) {
    match arg {
        Arg::Value(_) | Arg::Tokens(_) | Arg::Function(_) => {}
        Arg::Ref(p) => f(p, Access::Read),
        Arg::RefMut(p) | Arg::Reborrow(p) => f(p, Access::ReadWrite),
        Arg::Owned(init, _) => init_places(init, f),
        Arg::Tuple(parts) => parts.iter().for_each(|a| arg_places(a, f)),
    }
}

/// Replaces the values that an operation reads and the index it defines (a `For`'s; results are the caller's) and
/// all its variables. Owned regions are left alone.
pub fn map(kind: &mut OpKind, value: &mut dyn FnMut(Value) -> Value, var: &mut dyn FnMut(Var) -> Var) {
    Mapper { value, var, inside: None }.kind(kind);
}

/// Makes each place in one of these variables one in a part of it: `p.x` becomes `p.step.x`.
pub fn map_inside(kind: &mut OpKind, which: &dyn Fn(Var) -> bool, step: &Proj) {
    Mapper { value: &mut |v| v, var: &mut |v| v, inside: Some((which, step)) }.kind(kind);
}

struct Mapper<'a> {
    value: &'a mut dyn FnMut(Value) -> Value,
    var: &'a mut dyn FnMut(Var) -> Var,
    /// See [`map_inside`].
    inside: Option<(&'a dyn Fn(Var) -> bool, &'a Proj)>,
}

impl Mapper<'_> {
    fn value(&mut self, v: &mut Value) {
        *v = (self.value)(*v);
    }

    fn values(&mut self, vs: &mut [Value]) {
        vs.iter_mut().for_each(|v| self.value(v));
    }

    fn var(&mut self, v: &mut Var) {
        *v = (self.var)(*v);
    }

    fn place(&mut self, p: &mut Place) {
        self.var(&mut p.base);
        for step in &mut p.path {
            match step {
                Proj::Index(i) => self.value(i),
                Proj::Field(_) | Proj::Named(_) | Proj::Variant { .. } => {}
                Proj::Range { lo, hi, inclusive: _ } => lo.iter_mut().chain(hi).for_each(|v| self.value(v)),
            }
        }
        if let Some((which, step)) = self.inside
            && which(p.base)
        {
            p.path.insert(0, step.clone());
        }
    }

    fn init(&mut self, init: &mut Init) {
        match init {
            Init::Uninit => {}
            Init::Scalar(v) => self.value(v),
            Init::Repeat { elem, len, vec: _ } => {
                self.init(elem);
                match len {
                    Count::Value(n) => self.value(n),
                    Count::Const(_) => {}
                }
            }
            Init::List { elems, vec: _ } | Init::Tuple(elems) => elems.iter_mut().for_each(|e| self.init(e)),
            Init::Record { path: _, fields, rest } => {
                fields.iter_mut().for_each(|(_, e)| self.init(e));
                rest.iter_mut().for_each(|(p, _)| self.place(p));
            }
            Init::NewVec { capacity } => capacity.iter_mut().for_each(|v| self.value(v)),
            Init::Copy { from: p, how: _ } | Init::Move(p) | Init::Take(p) | Init::Popped(p) | Init::ZeroLike(p) => {
                self.place(p)
            }
            Init::Shape(residual) => self.var(&mut residual.0),
        }
    }

    fn arg(&mut self, arg: &mut Arg) {
        match arg {
            Arg::Value(v) => self.value(v),
            Arg::Ref(p) | Arg::RefMut(p) | Arg::Reborrow(p) => self.place(p),
            Arg::Owned(init, _) => self.init(init),
            Arg::Tuple(parts) => parts.iter_mut().for_each(|a| self.arg(a)),
            Arg::Tokens(_) | Arg::Function(_) => {}
        }
    }

    fn shadow(&mut self, shadow: &mut ArgShadow) {
        match shadow {
            ArgShadow::Const => {}
            ArgShadow::Place(p) => self.place(p),
        }
    }

    fn call(&mut self, call: &mut Call) {
        call.args.iter_mut().for_each(|a| self.arg(a));
        call.shadows.iter_mut().for_each(|s| self.shadow(s));
        call.result.iter_mut().for_each(|v| self.var(v));
    }

    fn kind(&mut self, kind: &mut OpKind) {
        match kind {
            OpKind::Lit(_) | OpKind::Path(_) => {}
            OpKind::Neg(a) | OpKind::Not(a) | OpKind::Cast(a, _) | OpKind::Stop(a) => self.value(a),
            OpKind::Binary(_, a, b) => {
                self.value(a);
                self.value(b);
            }
            OpKind::Rule(_, args) | OpKind::Method(_, args) | OpKind::PathCall(_, args) => self.values(args),
            OpKind::Select(c, a, b) => [c, a, b].into_iter().for_each(|v| self.value(v)),
            OpKind::Load(p) | OpKind::Len(p) | OpKind::Zero(p) | OpKind::ReverseSlice(p) | OpKind::Pop(p) => {
                self.place(p)
            }
            OpKind::Matches(p, _) => self.place(p),
            OpKind::Declare(v, init) => {
                self.init(init);
                self.var(v);
            }
            OpKind::Store(p, init) | OpKind::Push(p, init) => {
                self.init(init);
                self.place(p);
            }
            OpKind::AddTo(p, v) | OpKind::Fill(p, v) | OpKind::Truncate(p, v) => {
                self.value(v);
                self.place(p);
            }
            OpKind::Accumulate(a, b) | OpKind::CopyFrom(a, b) | OpKind::Swap(a, b) => {
                self.place(a);
                self.place(b);
            }
            OpKind::SwapElements(p, i, j) => {
                self.place(p);
                self.value(i);
                self.value(j);
            }
            OpKind::Rotate { place, by, left: _ } => {
                self.place(place);
                self.value(by);
            }
            OpKind::Resize(p, n, init) => {
                self.place(p);
                self.value(n);
                self.init(init);
            }
            OpKind::If { cond, then: _, els: _ } => self.value(cond),
            OpKind::For { index, range, body: _, exit } => {
                self.value(&mut range.lo);
                self.value(&mut range.hi);
                range.step.iter_mut().for_each(|v| self.value(v));
                self.value(index);
                exit.iter_mut().for_each(|v| self.var(v));
            }
            OpKind::While { cond: _, test, body: _, exit } => {
                self.value(test);
                exit.iter_mut().for_each(|v| self.var(v));
            }
            OpKind::Call(call) => self.call(call),
            OpKind::Effect { path: _, pieces, diverges: _ } => pieces.iter_mut().for_each(|piece| match piece {
                Piece::Tokens(_) => {}
                Piece::Value(v) => self.value(v),
                Piece::Place(p) => self.place(p),
            }),
            OpKind::Forward { call, residual, keeping: _ } => {
                self.call(call);
                self.var(&mut residual.0);
            }
            OpKind::Reverse { call, residual, keeping: _, seed } => {
                self.call(call);
                self.var(&mut residual.0);
                seed.iter_mut().for_each(|v| self.var(v));
            }
            OpKind::Joint { call, seed } => {
                self.call(call);
                seed.iter_mut().for_each(|v| self.var(v));
            }
            OpKind::Tangent { call, result_dot } => {
                self.call(call);
                result_dot.iter_mut().for_each(|v| self.var(v));
            }
            OpKind::KeepShape { place, residual, keeping: _ } | OpKind::KeepCopy { place, residual, keeping: _ } => {
                self.place(place);
                self.var(&mut residual.0);
            }
            OpKind::Open { residual, keeping: _ } => self.var(&mut residual.0),
        }
    }
}

/// Whether an operation may be moved, repeated or dropped. Where the operand's type is unknown it may be an integer,
/// whose arithmetic panics on overflow.
pub fn purity(func: &Func, kind: &OpKind) -> Purity {
    use Purity::{Effect, Pure, PureMayPanic};
    let arithmetic = |v: Value| match func.ty(v).peel() {
        Ty::Float(_) | Ty::Bool => Pure,
        _ => PureMayPanic,
    };
    match kind {
        OpKind::Lit(_) | OpKind::Path(_) | OpKind::Not(_) | OpKind::Cast(..) | OpKind::Stop(_) | OpKind::Select(..) => {
            Pure
        }
        OpKind::Neg(a) => arithmetic(*a),
        OpKind::Binary(op, a, _) => match op {
            BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::Div | BinOp::Rem | BinOp::Shl | BinOp::Shr => arithmetic(*a),
            BinOp::And | BinOp::Or | BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor => Pure,
            BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => Pure,
        },
        // clamp(lo, hi) asserts lo <= hi.
        OpKind::Rule(rule, _) if rule.name == "clamp" => PureMayPanic,
        OpKind::Rule(..) => Pure,
        // Of integers: `pow`, `abs`, `div_euclid`; and any function may panic.
        OpKind::Method(..) | OpKind::PathCall(..) => PureMayPanic,
        OpKind::Load(p) | OpKind::Len(p) | OpKind::Matches(p, _) => {
            let checked = p.path.iter().any(|step| match step {
                Proj::Index(_) | Proj::Range { .. } | Proj::Variant { .. } => true,
                Proj::Field(_) | Proj::Named(_) => false,
            });
            if checked { PureMayPanic } else { Pure }
        }
        OpKind::Declare(..) | OpKind::Store(..) | OpKind::AddTo(..) | OpKind::Accumulate(..) | OpKind::Zero(_) => {
            Effect
        }
        OpKind::Fill(..) | OpKind::CopyFrom(..) | OpKind::Swap(..) | OpKind::SwapElements(..) => Effect,
        OpKind::Rotate { .. } => Effect,
        OpKind::ReverseSlice(_) | OpKind::Push(..) | OpKind::Pop(_) | OpKind::Truncate(..) | OpKind::Resize(..) => {
            Effect
        }
        OpKind::If { .. } | OpKind::For { .. } | OpKind::While { .. } | OpKind::Call(_) | OpKind::Effect { .. } => {
            Effect
        }
        OpKind::Forward { .. } | OpKind::Reverse { .. } | OpKind::Joint { .. } | OpKind::Tangent { .. } => Effect,
        OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } | OpKind::Open { .. } => Effect,
    }
}
