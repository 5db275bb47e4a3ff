//! The generator's own program tree: a typed subset of Rust, independent of any macro or parser.
//!
//! Three readers share it and never each other's output: the interpreter gives the truth, the printer gives Rust for
//! rustc and the compiler under test, the shrinker edits it. Variables are numbers, unique in the whole program, so
//! that shadowing exists only in the printed names and a mistake of scope cannot hide in the interpreter.

use crate::ops::FloatFn;
use crate::records::Record;
use std::sync::Arc;

pub(crate) type VarId = usize;
pub(crate) type LoopId = usize;

/// The types of the language.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ty {
    F64,
    F32,
    Usize,
    U8,
    U32,
    I32,
    I64,
    Bool,
    Char,
    Unit,
    Tuple(Vec<Ty>),
    Array(Box<Ty>, usize),
    /// `[T; N]` in a function `<const N: usize>`.
    ArrayN(Box<Ty>),
    Vec(Box<Ty>),
    Slice(Box<Ty>),
    /// A reference, `true` when `&mut`.
    Ref(Box<Ty>, bool),
    /// A struct or an enum.
    Record(Arc<Record>),
}

impl Ty {
    pub(crate) fn is_float(&self) -> bool {
        matches!(self, Ty::F64 | Ty::F32)
    }

    pub(crate) fn is_int(&self) -> bool {
        matches!(self, Ty::Usize | Ty::U8 | Ty::U32 | Ty::I32 | Ty::I64)
    }

    pub(crate) fn is_copy(&self) -> bool {
        match self {
            Ty::Vec(_) | Ty::Slice(_) => false,
            Ty::Tuple(ts) => ts.iter().all(Ty::is_copy),
            Ty::Array(t, _) | Ty::ArrayN(t) => t.is_copy(),
            Ty::Ref(_, mutable) => !mutable,
            Ty::Record(r) => r.copy,
            _ => true,
        }
    }

    /// Whether a value of this type can carry a derivative.
    pub(crate) fn is_active(&self) -> bool {
        match self {
            Ty::F64 | Ty::F32 => true,
            Ty::Tuple(ts) => ts.iter().any(Ty::is_active),
            Ty::Array(t, _) | Ty::ArrayN(t) | Ty::Vec(t) | Ty::Slice(t) | Ty::Ref(t, _) => t.is_active(),
            Ty::Record(r) => r.is_active(),
            _ => false,
        }
    }

    /// The type behind any number of references.
    pub(crate) fn peeled(&self) -> &Ty {
        match self {
            Ty::Ref(t, _) => t.peeled(),
            t => t,
        }
    }

    /// The element type of an array, Vec or slice, also behind a reference.
    pub(crate) fn element(&self) -> Option<&Ty> {
        match self.peeled() {
            Ty::Array(t, _) | Ty::ArrayN(t) | Ty::Vec(t) | Ty::Slice(t) => Some(t),
            _ => None,
        }
    }

    pub(crate) fn reference(self) -> Ty {
        Ty::Ref(Box::new(self), false)
    }

    pub(crate) fn mutable(self) -> Ty {
        Ty::Ref(Box::new(self), true)
    }

    pub(crate) fn vec(self) -> Ty {
        Ty::Vec(Box::new(self))
    }

    pub(crate) fn slice(self) -> Ty {
        Ty::Slice(Box::new(self))
    }

    pub(crate) fn array(self, n: usize) -> Ty {
        Ty::Array(Box::new(self), n)
    }
}

/// A program: annotated functions that may call the ones before them (or themselves); the last is the entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Program {
    /// The printed name of every variable; several variables may share one (shadowing).
    pub(crate) names: Vec<String>,
    pub(crate) functions: Vec<Function>,
    pub(crate) loops: usize,
    /// The structs and enums that it declares.
    pub(crate) records: Vec<Arc<Record>>,
    /// Up to which order its functions are differentiated: 1 or 2.
    pub(crate) order: u32,
}

impl Program {
    pub(crate) fn entry(&self) -> &Function {
        self.functions.last().expect("a program has an entry")
    }

    /// Whether the entry has a Hessian.
    pub(crate) fn has_hessian(&self) -> bool {
        self.order > 1 && self.entry().ret.is_float()
    }

    /// `#[differentiate(order = 2)]` above a function or a block.
    pub(crate) fn attribute(&self, recursive: bool) -> &'static str {
        match (self.order > 1, recursive) {
            (false, false) => "#[differentiate]\n",
            (false, true) => "#[differentiate(recursive)]\n",
            (true, false) => "#[differentiate(order = 2)]\n",
            (true, true) => "#[differentiate(recursive, order = 2)]\n",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) params: Vec<Param>,
    pub(crate) ret: Ty,
    pub(crate) body: Block,
    /// Written with named lifetimes.
    pub(crate) lifetimes: bool,
    /// `#[differentiate(recursive)]`
    pub(crate) recursive: bool,
    pub(crate) home: Home,
}

/// Where a function is written and how others name it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Home {
    Top,
    /// In the body of the function with this number, the only one that calls it.
    Nested(usize),
    /// In `mod inner`: called by its path, or imported under another name at the top or in the caller's body.
    Module(Import),
    /// In `impl S`: a method if its first parameter is `self`, and an associated function if not.
    Impl(Arc<Record>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Import {
    Path,
    Top(String),
    Body(String),
}

impl Function {
    /// Whether it has `grad`: one float comes out, in a wrapper or not.
    pub(crate) fn has_grad(&self) -> bool {
        self.ret.is_float() || self.ret.wrapper().is_some_and(|r| r.inner().is_float())
    }

    /// Whether it is a method, whose first parameter is `self`.
    pub(crate) fn has_self(&self, names: &[String]) -> bool {
        matches!(self.home, Home::Impl(_)) && self.params.first().is_some_and(|p| names[p.var] == "self")
    }

    /// Whether the function is `<const N: usize>`.
    pub(crate) fn is_generic(&self) -> bool {
        self.params.iter().any(|p| matches!(p.ty.peeled(), Ty::ArrayN(_)))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Param {
    pub(crate) var: VarId,
    pub(crate) ty: Ty,
    /// `#[constant]`
    pub(crate) constant: bool,
    /// `mut x: f64`
    pub(crate) mutable: bool,
}

impl Param {
    pub(crate) fn is_active(&self) -> bool {
        !self.constant && self.ty.is_active()
    }

    pub(crate) fn is_in_out(&self) -> bool {
        matches!(self.ty, Ty::Ref(_, true))
    }

    /// Whether the final value has a cotangent.
    pub(crate) fn is_active_in_out(&self) -> bool {
        self.is_in_out() && self.is_active()
    }
}

#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Block {
    pub(crate) stmts: Vec<Stmt>,
    pub(crate) tail: Option<Box<Expr>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stmt {
    Let {
        pat: Pat,
        ty: Option<Ty>,
        init: Option<Expr>,
    },
    LetClosure {
        var: VarId,
        mutable: bool,
        closure: Closure,
    },
    Const {
        var: VarId,
        ty: Ty,
        value: Expr,
    },
    /// `use std::f64::consts::PI;`, also with `as`: the path, the name and what it stands for.
    Use {
        var: VarId,
        path: String,
        value: Expr,
    },
    /// An attribute on a statement.
    Attribute(Attribute, Box<Stmt>),
    Assign(Expr, Expr),
    OpAssign(BinOp, Expr, Expr),
    /// `(a, v[0]) = (b, c);`
    Destructure(Vec<Expr>, Expr),
    Expr(Expr),
    For {
        id: LoopId,
        label: bool,
        pat: Pat,
        over: Chain,
        body: Block,
    },
    While {
        id: LoopId,
        label: bool,
        cond: Expr,
        body: Block,
    },
    /// `while let pat = e { … }`
    WhileLet {
        id: LoopId,
        label: bool,
        pat: ArmPat,
        value: Expr,
        body: Block,
    },
    /// `let mut it = chain;`
    LetIter {
        var: VarId,
        chain: Chain,
    },
    /// `while let Some(pat) = it.next() { … }`
    WhileNext {
        id: LoopId,
        label: bool,
        pat: Pat,
        iter: VarId,
        body: Block,
    },
    /// `let pat = e else { … };`, whose block leaves.
    LetElse(ArmPat, Expr, Block),
    Break {
        id: LoopId,
        label: bool,
        value: Option<Expr>,
    },
    Continue {
        id: LoopId,
        label: bool,
    },
    Return(Option<Expr>),
    Println(Vec<Expr>),
    /// `assert!(e)`, or (`true`) `debug_assert!`
    Assert(Expr, bool),
    /// `panic!("…", e…)`, in a branch that no sample takes.
    Panic(Vec<Expr>),
    Do(Action, Vec<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Attribute {
    /// `#[cfg(not(any()))]`
    Kept,
    /// `#[cfg(any())]`: the statement is not there.
    Dropped,
    /// `#[cfg(debug_assertions)]`, on statements that change nothing.
    Debug,
    /// `#[allow(unused_variables)]`
    Allow,
}

/// In-place library operations. The operands are places where the comment says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Action {
    /// `v.swap(i, j)`
    Swap,
    /// `std::mem::swap(&mut a, &mut b)`
    MemSwap,
    /// `v.fill(e)`
    Fill,
    /// `v.copy_from_slice(&w)`
    CopyFrom,
    /// `v.clone_from_slice(&w)`
    CloneFrom,
    /// `v.push(e)`
    Push,
    /// `v.pop();`
    Pop,
    /// `v.resize(n, e)`
    Resize,
    /// `v.truncate(n)`
    Truncate,
    /// `v.clear()`
    Clear,
    /// `v.extend_from_slice(&w)`
    Extend,
    /// `v.reverse()`
    Reverse,
    /// `v.rotate_left(n)`
    RotateLeft,
    /// `v.rotate_right(n)`
    RotateRight,
    /// `v.sort_by(…)`
    Sort(SortBy),
}

/// By what floats are sorted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SortBy {
    /// `|a, b| a.partial_cmp(b).unwrap()`
    Partial,
    /// `f64::total_cmp`
    Total,
    /// `|a, b| b.partial_cmp(a).unwrap()`
    Down,
    /// `|a, b| a.abs().total_cmp(&b.abs())`
    Size,
    /// `sort_unstable_by` of `total_cmp`
    Unstable,
}

/// Something that may not be there: an `Option` that the program does not keep.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Maybe {
    /// `e.get(i)`
    Get(Expr, Expr),
    /// `e.first()`, or (`true`) `e.last()`
    End(Expr, bool),
    /// `chain.max_by(…)` or `min_by`, of floats, by `partial_cmp` or `total_cmp`.
    Best {
        chain: Chain,
        greatest: bool,
        total: bool,
    },
    Find(Chain, Closure),
    FindMap(Chain, Closure),
    Position(Chain, Closure),
    /// `nth(n)`; `next()` where `n` is zero.
    Nth(Chain, Expr),
    Last(Chain),
    Reduce(Chain, Closure),
    /// `.reduce(f64::max)`
    ReducePath(Chain, FloatFn),
    /// The next item of an iterator in a variable; `true` where the items are references.
    Next(VarId, Next, bool),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Next {
    /// `it.next()`
    Front,
    /// `it.next_back()`
    Back,
    /// `it.nth(n)`
    Nth(usize),
}

/// What is made of something that may not be there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Finish {
    /// `.unwrap_or(e)`
    Or(Box<Expr>),
    Unwrap,
    /// `.map_or(e, |x| …)`
    MapOr(Box<Expr>, Closure),
    /// `if let Some(pat) = … { there } else { other }`, or the same by `match`.
    Branch {
        pat: Pat,
        there: Block,
        other: Block,
        by_match: bool,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pat {
    Wild,
    Bind {
        var: VarId,
        mutable: bool,
    },
    Tuple(Vec<Pat>),
    Array(Vec<Pat>),
    /// `&p`
    Ref(Box<Pat>),
    /// `S { a, b: p, .. }`, `S(a, _)`: the fields that it names.
    Record(Arc<Record>, Vec<(usize, Pat)>),
}

impl Pat {
    pub(crate) fn bind(var: VarId) -> Pat {
        Pat::Bind { var, mutable: false }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Arm {
    pub(crate) pat: ArmPat,
    pub(crate) guard: Option<Expr>,
    pub(crate) body: Block,
}

/// Patterns of `match`, which can be refuted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ArmPat {
    Wild,
    Bind(VarId),
    Int(i64),
    /// `lo..=hi`
    Between(i64, i64),
    /// `lo..`
    From(i64),
    Bool(bool),
    Char(char),
    Chars(char, char),
    Or(Vec<ArmPat>),
    Tuple(Vec<ArmPat>),
    /// `[a, b, ..]` on a slice: at least this many elements, or exactly.
    Slice(Vec<ArmPat>, bool),
    /// `E::V { a, b: p, .. }`, `Some(x)`: the variant and the fields that it names.
    Variant(Arc<Record>, usize, Vec<(usize, ArmPat)>),
}

/// One conjunct of `if let Some(x) = e && c { … }`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Conjunct {
    Let(ArmPat, Expr),
    If(Expr),
}

/// What is called on an `Option` or a `Result`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum WrapFn {
    Unwrap,
    /// `is_some`, `is_ok`
    IsGood,
    /// `is_none`, `is_err`
    IsBad,
    UnwrapOr,
    UnwrapOrElse,
    Map,
    AndThen,
    MapOr,
    /// `o.ok_or(e)`
    OkOr,
    /// `r.ok()`
    Ok,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Closure {
    pub(crate) params: Vec<(Pat, Option<Ty>)>,
    pub(crate) body: Box<Expr>,
    /// `move |x| …`: what it names is copied when it is made.
    pub(crate) moves: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expr {
    pub(crate) ty: Ty,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BinOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
    And,
    Or,
    BitAnd,
    Shl,
}

impl BinOp {
    pub(crate) fn is_comparison(self) -> bool {
        use BinOp::{Eq, Ge, Gt, Le, Lt, Ne};
        matches!(self, Lt | Le | Gt | Ge | Eq | Ne)
    }

    pub(crate) fn text(self) -> &'static str {
        match self {
            BinOp::Add => "+",
            BinOp::Sub => "-",
            BinOp::Mul => "*",
            BinOp::Div => "/",
            BinOp::Rem => "%",
            BinOp::Lt => "<",
            BinOp::Le => "<=",
            BinOp::Gt => ">",
            BinOp::Ge => ">=",
            BinOp::Eq => "==",
            BinOp::Ne => "!=",
            BinOp::And => "&&",
            BinOp::Or => "||",
            BinOp::BitAnd => "&",
            BinOp::Shl => "<<",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Predicate {
    Nan,
    Finite,
    SignNegative,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum IntFn {
    SaturatingSub,
    Min,
    Max,
    RemEuclid,
}

/// The kinds of expression. Places are `Var`, `Index`, `Field`, `Deref` and `Range`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Float(f64),
    /// An integer, or a `char` by its code.
    Int(i64),
    Bool(bool),
    Var(VarId),
    Neg(Box<Expr>),
    Not(Box<Expr>),
    Deref(Box<Expr>),
    Binary(BinOp, Box<Expr>, Box<Expr>),
    /// A float function, as a method or (`true`) in call form `f64::sin(x)`.
    Float1(FloatFn, Vec<Expr>, bool),
    Powi(Box<Expr>, Box<Expr>, bool),
    SinCos(Box<Expr>),
    Predicate(Predicate, Box<Expr>),
    /// `e as ty`
    Cast(Box<Expr>),
    /// `f64::from(e)`
    From(Box<Expr>),
    IntFn(IntFn, Box<Expr>, Box<Expr>),
    /// `(lo..hi).contains(&e)`, `true` when inclusive
    Contains(f64, f64, bool, Box<Expr>),
    Index(Box<Expr>, Box<Expr>),
    Field(Box<Expr>, usize),
    Range(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    Ref(Box<Expr>, bool),
    Tuple(Vec<Expr>),
    Array(Vec<Expr>),
    Repeat(Box<Expr>, usize),
    VecList(Vec<Expr>),
    VecRepeat(Box<Expr>, Box<Expr>),
    /// `Vec::new()` or `Vec::with_capacity(n)`
    VecNew(Option<Box<Expr>>),
    Len(Box<Expr>),
    IsEmpty(Box<Expr>),
    /// `.clone()`, or (`true`) `.to_vec()`
    Clone(Box<Expr>, bool),
    If(Box<Expr>, Block, Option<Block>),
    Match(Box<Expr>, Vec<Arm>),
    Block(Block),
    /// `'l: { … break 'l value; … }`
    Labelled(LoopId, Block),
    /// `stop_gradient(e)`
    Stop(Box<Expr>),
    /// `N`, the length of the given parameter.
    ConstN(Box<Expr>),
    Loop {
        id: LoopId,
        label: bool,
        body: Block,
    },
    /// A call, with the `N` of its turbofish if it has one.
    Call(usize, Vec<Expr>, Option<usize>),
    CallClosure(VarId, Vec<Expr>),
    /// The closure is passed to a function that calls it: `pass1(&f, a)`.
    PassClosure(VarId, Vec<Expr>),
    Chain(Box<Chain>, Terminal),
    /// `std::mem::replace(&mut place, e)`
    Replace(Box<Expr>, Box<Expr>),
    /// `place.pop().unwrap()`
    PopUnwrap(Box<Expr>),
    /// `base.split_at(k)`, or (`true`) `split_at_mut`
    SplitAt(Box<Expr>, Box<Expr>, bool),
    /// A value of a variant: its fields as they are written, and what `..` takes the others from.
    Construct(usize, Vec<(usize, Expr)>, Option<Box<Expr>>),
    /// `if let … && … { … } else { … }`
    IfLet(Vec<Conjunct>, Block, Option<Block>),
    Maybe(Box<Maybe>, Finish),
    /// `match a.partial_cmp(&b).unwrap() { Less => …, Equal => …, Greater => … }`, or (`true`) of `total_cmp`.
    ByOrder(Box<Expr>, Box<Expr>, bool, Vec<Block>),
    /// `e?`
    Try(Box<Expr>),
    /// A method of `Option` and `Result`: the receiver, the plain arguments, the closure.
    Wrapped(WrapFn, Box<Expr>, Vec<Expr>, Option<Closure>),
}

/// An iterator: where it starts and what wraps it. `item` is the type of what comes out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chain {
    pub(crate) source: Source,
    pub(crate) adaptors: Vec<Adaptor>,
    pub(crate) item: Ty,
}

/// How many items of a range without end the interpreter makes.
pub(crate) const OPEN_ROUNDS: i64 = 64;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    /// `lo..hi`, `true` when inclusive
    Range(Expr, Expr, bool),
    /// `lo..`: something ends it within [`OPEN_ROUNDS`] items.
    From(Expr),
    /// `e.iter()`
    Iter(Expr),
    /// `e.iter_mut()`
    IterMut(Expr),
    /// `&e` (a `for` source, or the argument of `zip`)
    Borrow(Expr),
    /// `&mut e`
    BorrowMut(Expr),
    /// `e` by value
    Value(Expr),
    /// `e.chunks(k)`, `true` when `chunks_exact`
    Chunks(Expr, Expr, bool),
    ChunksMut(Expr, Expr, bool),
    Windows(Expr, Expr),
    /// `e.rchunks(k)`, `true` when `rchunks_exact`
    RChunks(Expr, Expr, bool),
    /// What an iterator in a variable has left: by value, or (`true`) `it.by_ref()`.
    Rest(VarId, bool),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Adaptor {
    Copied,
    Cloned,
    Enumerate,
    Zip(Chain),
    Rev,
    Take(Expr),
    Skip(Expr),
    StepBy(Expr),
    Map(Closure),
    /// `.map(f64::sqrt)`
    MapPath(FloatFn, Ty),
    Filter(Closure),
    TakeWhile(Closure),
    SkipWhile(Closure),
    Chain(Chain),
    Inspect(Closure),
    FilterMap(Closure),
    MapWhile(Closure),
    Scan(Box<Expr>, Closure),
    /// `.flat_map(|x| [a, b])`
    FlatMap(Closure),
    Flatten,
    /// `.cycle().take(n)`
    CycleTake(Expr),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Terminal {
    Sum,
    Product,
    Fold(Box<Expr>, Closure),
    /// `.fold(e, f64::max)`
    FoldPath(Box<Expr>, FloatFn),
    ForEach(Closure),
    Collect,
    Count,
    Any(Closure),
    All(Closure),
}

impl Closure {
    /// The variables that a closure names and neither binds nor declares.
    pub(crate) fn captures(&self) -> Vec<VarId> {
        let (mut named, mut own) = (Vec::new(), Vec::new());
        self.params.iter().for_each(|(pat, _)| pat.each_bound(&mut |v| own.push(v)));
        let mut body = (*self.body).clone();
        let mut block = |b: &mut Block| {
            for stmt in &b.stmts {
                if let Stmt::Let { pat, .. } = stmt {
                    pat.each_bound(&mut |v| own.push(v));
                }
            }
        };
        let mut expr = |e: &mut Expr| {
            if let Kind::Var(v) = e.kind
                && !named.contains(&v)
            {
                named.push(v);
            }
        };
        crate::walk::Walk { expr: &mut expr, block: &mut block }.expr(&mut body);
        named.retain(|v| !own.contains(v));
        named
    }
}

impl Pat {
    fn each_bound(&self, f: &mut impl FnMut(VarId)) {
        match self {
            Pat::Wild => {}
            Pat::Bind { var, .. } => f(*var),
            Pat::Tuple(ps) | Pat::Array(ps) => ps.iter().for_each(|p| p.each_bound(f)),
            Pat::Ref(p) => p.each_bound(f),
            Pat::Record(_, ps) => ps.iter().for_each(|(_, p)| p.each_bound(f)),
        }
    }
}
