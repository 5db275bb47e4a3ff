//! Operations and the places they act on.

use super::{Operator, Region, Ty, Value, Var};
use crate::functions::Function;
use crate::rules::Rule;
use crate::signature::Passing;
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use std::borrow::Cow;
use std::rc::Rc;

/// One operation. `result` is the SSA value it defines, if any.
#[derive(Clone, Debug)]
pub struct Op {
    pub kind: OpKind,
    pub result: Option<Value>,
    pub span: Span,
}

/// A place in memory: a variable and a path into it.
///
/// Views (`&x[a..b]`, `row = &mut m[i]`, an element of `chunks_exact(d)`) are resolved to places when they are
/// lowered; the shadow of a place is the same path into the shadow of its variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub base: Var,
    pub path: Vec<Proj>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Proj {
    /// `[i]`
    Index(Value),
    /// `.0`
    Field(u32),
    /// `.name`
    Named(String),
    /// What the variant `path` of an enum holds at `member`: its name, or its position. The enum is of that variant.
    Variant { path: String, member: String },
    /// `[lo..hi]`; `inclusive` is `[lo..=hi]`.
    Range { lo: Option<Value>, hi: Option<Value>, inclusive: bool },
}

/// The member of [`Proj::Variant`] that stands for what an `Option` or a `Result` holds, where only rustc knows which of them
/// it is.
pub const PAYLOAD: &str = "payload";

impl Proj {
    /// The field of a struct, or of a variant of an enum, that the constructor `path` builds: `Shape::Disc` is taken for a
    /// variant, since types are written in capitals and modules are not.
    pub fn member(path: &TokenStream, name: &str) -> Proj {
        if is_variant(path) {
            return Proj::Variant { path: path.to_string(), member: name.to_string() };
        }
        match name.parse() {
            Ok(n) => Proj::Field(n),
            Err(_) => Proj::Named(name.to_string()),
        }
    }
}

/// Whether a place is the error in a `Result`: errors have no derivative.
pub fn is_error(p: &Place) -> bool {
    p.path.iter().any(|step| matches!(step, Proj::Variant { path, .. } if path == "Err"))
}

/// Whether a place is a part of a struct or enum, whose type only rustc may know.
pub fn is_part(p: &Place) -> bool {
    p.path.iter().any(|step| matches!(step, Proj::Named(_) | Proj::Variant { .. }))
}

/// Whether a constructor is a variant of an enum.
pub fn is_variant(path: &TokenStream) -> bool {
    let Ok(path) = syn::parse2::<syn::Path>(path.clone()) else { return false };
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    match &names[..] {
        [.., of, _] => of.starts_with(char::is_uppercase),
        [only] => matches!(only.as_str(), "Some" | "None" | "Ok" | "Err"),
        [] => false,
    }
}

impl Place {
    /// The whole of a variable.
    pub fn whole(base: Var) -> Place {
        Place { base, path: Vec::new() }
    }

    /// The place one step further.
    pub fn then(&self, step: Proj) -> Place {
        let mut path = self.path.clone();
        path.push(step);
        Place { base: self.base, path }
    }

    /// The SSA values that the path reads.
    pub fn values(&self) -> impl Iterator<Item = Value> + '_ {
        self.path.iter().flat_map(|p| {
            match p {
                Proj::Index(i) => [Some(*i), None],
                Proj::Field(_) | Proj::Named(_) | Proj::Variant { .. } => [None, None],
                Proj::Range { lo, hi, .. } => [*lo, *hi],
            }
            .into_iter()
            .flatten()
        })
    }

    /// The same place with its base and values replaced.
    pub fn map(&self, base: Var, mut value: impl FnMut(Value) -> Value) -> Place {
        let path = self.path.iter().map(|p| match p {
            Proj::Index(i) => Proj::Index(value(*i)),
            Proj::Field(n) => Proj::Field(*n),
            Proj::Named(name) => Proj::Named(name.clone()),
            Proj::Variant { path, member } => Proj::Variant { path: path.clone(), member: member.clone() },
            Proj::Range { lo, hi, inclusive } => {
                Proj::Range { lo: lo.map(&mut value), hi: hi.map(&mut value), inclusive: *inclusive }
            }
        });
        Place { base, path: path.collect() }
    }
}

/// What a variable or a place is set to.
#[derive(Clone, Debug)]
pub enum Init {
    /// Nothing yet: `let x;`.
    Uninit,
    Scalar(Value),
    /// `[init; n]` or `vec![init; n]`.
    Repeat {
        elem: Box<Init>,
        len: Count,
        vec: bool,
    },
    /// `[a, b, c]` or `vec![a, b, c]`.
    List {
        elems: Vec<Init>,
        vec: bool,
    },
    Tuple(Vec<Init>),
    /// `Path { name: a, 0: b, ..rest }`: a struct, or a variant of an enum.
    Record {
        path: TokenStream,
        fields: Vec<(String, Init)>,
        rest: Option<(Place, CopyHow)>,
    },
    /// `Vec::new()`, `Vec::with_capacity(n)`.
    NewVec {
        capacity: Option<Value>,
    },
    /// A copy of a place: by `Copy`, `.clone()` or `.to_vec()`, as `how` says.
    Copy {
        from: Place,
        how: CopyHow,
    },
    /// A move out of a variable.
    Move(Place),
    /// What a place held, which becomes empty: `mem::take(&mut place)`.
    Take(Place),
    /// The last element of a Vec, which loses it: `place.pop()`, which must not be empty.
    Popped(Place),
    /// The zero cotangent of a place, by its run-time shape.
    ZeroLike(Place),
    /// A clone of a kept shape (see [`OpKind::KeepShape`]).
    Shape(Residual),
}

/// How an aggregate is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyHow {
    /// `Copy`: `*place`.
    Bits,
    /// `.clone()`
    Clone,
    /// `.to_vec()`
    ToVec,
}

/// The length of an array or Vec literal.
#[derive(Clone, Debug)]
pub enum Count {
    /// An SSA value (`vec!`).
    Value(Value),
    /// A constant expression, as tokens (arrays).
    Const(TokenStream),
}

/// Operators of Rust on two scalars.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    And,
    Or,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl BinOp {
    /// The operator as Rust writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            BinOp::Add => "+",
            BinOp::Sub => "-",
            BinOp::Mul => "*",
            BinOp::Div => "/",
            BinOp::Rem => "%",
            BinOp::And => "&&",
            BinOp::Or => "||",
            BinOp::BitAnd => "&",
            BinOp::BitOr => "|",
            BinOp::BitXor => "^",
            BinOp::Shl => "<<",
            BinOp::Shr => ">>",
            BinOp::Eq => "==",
            BinOp::Ne => "!=",
            BinOp::Lt => "<",
            BinOp::Le => "<=",
            BinOp::Gt => ">",
            BinOp::Ge => ">=",
        }
    }

    /// Whether the result is a bool whatever the operands are.
    pub fn is_comparison(self) -> bool {
        matches!(self, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge)
    }
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub enum Arg {
    Value(Value),
    /// `&place`
    Ref(Place),
    /// `&mut place`
    RefMut(Place),
    /// A variable of type `&mut T` by its name: the callee takes `&mut T`, or `&T` to which it coerces. Only rustc knows.
    Reborrow(Place),
    /// An aggregate by value.
    Owned(Init, Ty),
    Tuple(Vec<Arg>),
    /// A function, to a parameter that is one.
    Function(Rc<FunctionArg>),
    /// Tokens that hold nothing of ours: a string literal, a path of unknown type (`TABLE`).
    Tokens(TokenStream),
}

/// How a call is written, and so how the derivative forms of its callee are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `helper(x)`: `helper::forward(x, ..)`.
    Function,
    /// `Body::new(x)`: `Body::new_forward(x, ..)`.
    Associated,
    /// `body.energy(x)`, the receiver being the first argument: `body.energy_forward(x, ..)`.
    Method,
    /// `a * b`: `Mul::operator_adjoint(a, b, ..)` of the runtime's trait. What is kept are the operands.
    Operator(Operator),
    /// `f(x)` of a parameter `f`: see [`crate::functions`].
    Value,
}

/// A call of another function.
#[derive(Clone)]
pub struct Call {
    pub form: Form,
    /// In front of the names of the derivative forms: `grad_` of a call of `f::grad`, `tangent_` of one of `f::tangent`.
    pub prefix: String,
    /// The path as the user wrote it, without its final generic arguments; of a method its name.
    pub path: syn::Path,
    /// The turbofish of the last segment.
    pub turbofish: Option<syn::AngleBracketedGenericArguments>,
    pub args: Vec<Arg>,
    /// The variable that receives the result, if it is used.
    pub result: Option<Var>,
    /// Whether the callee is the function being compiled, or calls it in turn.
    pub recursive: bool,
    /// Why the callee has no derivative, where that is known.
    pub plain: Option<Rc<str>>,
    /// The arguments that are parts of structs and known to hold no float, one by one; empty if there are none.
    pub inert: Vec<bool>,
    /// One per argument in the derivative forms of the call; empty in a plain [`OpKind::Call`].
    pub shadows: Vec<ArgShadow>,
    /// What is called, where that is a parameter.
    pub value: Option<Rc<FunctionParam>>,
    /// How many of the last arguments are not the callee's, but captured by closures among the others.
    pub captured: usize,
    /// Whether the receiver is lent, `(&v).norm()`, so that a method which changes it is rustc's error.
    pub lent: bool,
}

/// A parameter that is a function, by the names of its value, its shadow and its tangent.
pub struct FunctionParam {
    pub name: Ident,
    pub bar: Ident,
    pub dot: Ident,
    pub ty: Rc<Function>,
}

/// A function that is passed to another.
pub struct FunctionArg {
    pub what: FunctionKind,
    /// As the user wrote it: `f`, `&f` or `&mut f`.
    pub passing: Passing,
}

pub enum FunctionKind {
    /// A parameter that is one.
    Param(Rc<FunctionParam>),
    /// An annotated function by its name: the path, and the path of its type, without generic arguments.
    Item { path: TokenStream, ty: TokenStream },
    /// A closure; what it captures are arguments of the call, from this one on.
    Closure { body: Rc<super::Closure>, from: usize },
}

impl FunctionArg {
    /// Whether the result of calling it may depend on active inputs that are no arguments of the call.
    pub fn carries(&self) -> bool {
        match &self.what {
            FunctionKind::Param(_) => true,
            FunctionKind::Item { .. } => false,
            FunctionKind::Closure { body, .. } => body.calls_parameter,
        }
    }
}

impl std::fmt::Debug for FunctionArg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.what {
            FunctionKind::Param(p) => write!(f, "{}", p.name),
            FunctionKind::Item { path, .. } => write!(f, "{path}"),
            FunctionKind::Closure { from, .. } => write!(f, "closure({from})"),
        }
    }
}

impl Call {
    /// Whether its reverse is a joint call on what it was given.
    pub fn is_joint(&self) -> bool {
        self.recursive || matches!(self.form, Form::Operator(_))
    }

    /// A plain call; the derivative forms are made of it.
    pub fn new(form: Form, path: syn::Path, args: Vec<Arg>, result: Option<Var>) -> Call {
        let (prefix, turbofish, inert, shadows) = (String::new(), None, Vec::new(), Vec::new());
        Call {
            form,
            prefix,
            path,
            turbofish,
            args,
            result,
            recursive: false,
            plain: None,
            inert,
            value: None,
            captured: 0,
            lent: false,
            shadows,
        }
    }

    /// The arguments that a derivative may pass through.
    pub fn live_args(&self) -> impl Iterator<Item = &Arg> {
        let inert = |i: usize| self.inert.get(i).copied().unwrap_or(false);
        self.args.iter().enumerate().filter(move |(i, _)| !inert(*i)).map(|(_, a)| a)
    }

    /// The arguments that are the callee's.
    pub fn own(&self) -> &[Arg] {
        &self.args[..self.args.len() - self.captured]
    }

    /// Whether something active may go in that is no argument.
    pub fn carries(&self) -> bool {
        self.form == Form::Value
    }

    /// Whether it is a call of `f::grad` or `f::value_and_grad`, whose derivative forms stand with `f`.
    pub fn is_nested(&self) -> bool {
        self.form == Form::Function && (self.prefix.starts_with("grad_") || self.prefix.starts_with("value_and_grad_"))
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}({:?}) -> {:?}", self.path.to_token_stream(), self.args, self.result)
    }
}

/// The shadow of an argument in the reverse forms of a call, or its tangent in the forward form.
#[derive(Clone, Debug)]
pub enum ArgShadow {
    /// The argument is inactive: the zero-sized `Const`.
    Const,
    /// The shadow's (or tangent's) place; for a scalar passed by value a scalar variable.
    Place(Place),
}

/// Names what a call (or another operation) hands from the forward to the reverse sweep, when only rustc knows its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Residual(pub Var);

/// Where a residual object lives until the reverse sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// A plain `let` at the top of the forward sweep.
    Local,
    /// `let mut r = None;` set in a branch.
    Option,
    /// `let mut r = Vec::new();` pushed to in loops.
    Tape,
    /// The same, and popped from: in a loop that is fused, whose iterations each find it empty.
    Stack,
}

/// A counted range: `lo..hi`, `lo..=hi`, with `.rev()` and `.step_by(n)`.
#[derive(Clone, Debug)]
pub struct Range {
    pub lo: Value,
    pub hi: Value,
    pub inclusive: bool,
    pub rev: bool,
    pub step: Option<Value>,
}

/// A piece of a statement that passes through (`println!`, `assert!`, `panic!`).
#[derive(Clone, Debug)]
pub enum Piece {
    Tokens(TokenStream),
    Value(Value),
    Place(Place),
}

/// What an operation does.
#[derive(Clone, Debug)]
pub enum OpKind {
    /// A literal as it is written (`0.0`, `-0.0`, `true`), without type suffix unless the user gave one.
    Lit(Cow<'static, str>),
    /// A constant outside the function: `PI`, `SCALE`, `f64::EPSILON`.
    Path(TokenStream),
    Neg(Value),
    Not(Value),
    Binary(BinOp, Value, Value),
    /// A primitive of the rule table, in method form; the first argument is the receiver.
    Rule(&'static Rule, Vec<Value>),
    /// A method of a type without derivative (integers, bool, char), or an inactive function of scalars.
    Method(String, Vec<Value>),
    /// A path called with scalars, of no interest to the derivative: `u32::from(n)`, `i32::abs(n)`.
    PathCall(TokenStream, Vec<Value>),
    Cast(Value, Ty),
    /// `stop_gradient(v)`
    Stop(Value),
    /// `if c { a } else { b }` of values already computed.
    Select(Value, Value, Value),
    Load(Place),
    /// `place.len()`
    Len(Place),
    /// `matches!(place, PATTERN)`, of a pattern that binds nothing.
    Matches(Place, TokenStream),
    Declare(Var, Init),
    Store(Place, Init),
    /// `place += v`
    AddTo(Place, Value),
    /// `place += other` for whole cotangents.
    Accumulate(Place, Place),
    /// Sets a whole cotangent to zero, keeping its shape.
    Zero(Place),
    Fill(Place, Value),
    /// `dst.copy_from_slice(src)`, `clone_from_slice`.
    CopyFrom(Place, Place),
    /// `mem::swap(&mut a, &mut b)`, `v.swap(i, j)`.
    Swap(Place, Place),
    /// `v.swap(i, j)`
    SwapElements(Place, Value, Value),
    /// `slice.reverse()`
    ReverseSlice(Place),
    /// `slice.rotate_left(by)`, or `rotate_right`.
    Rotate {
        place: Place,
        by: Value,
        left: bool,
    },
    Push(Place, Init),
    /// `v.pop()` whose result, if used, is unwrapped into `result`.
    Pop(Place),
    /// `v.truncate(n)`, `v.clear()` as `truncate(0)`.
    Truncate(Place, Value),
    /// `v.resize(n, init)`
    Resize(Place, Value, Init),
    If {
        cond: Value,
        then: Region,
        els: Region,
    },
    /// `for index in range { body }`; leaves early after a body that set `exit`.
    For {
        index: Value,
        range: Range,
        body: Region,
        exit: Option<Var>,
    },
    /// `while { cond; test } { body }`; leaves early after a body that set `exit`.
    While {
        cond: Region,
        test: Value,
        body: Region,
        exit: Option<Var>,
    },
    Call(Call),
    /// A statement that passes through; `diverges` for `panic!` and its kin.
    /// `path!(pieces)`
    Effect {
        path: TokenStream,
        pieces: Vec<Piece>,
        diverges: bool,
    },

    // ---- what only derivatives contain ----
    /// `let (result, residual) = callee::forward(args, kinds)`.
    Forward {
        call: Call,
        residual: Residual,
        keeping: Keeping,
    },
    /// `residual(again, shadows, seed)`.
    Reverse {
        call: Call,
        residual: Residual,
        keeping: Keeping,
        seed: Option<Var>,
    },
    /// `callee::adjoint(args, shadows, seed)`, for recursion.
    Joint {
        call: Call,
        seed: Option<Var>,
    },
    /// `let (result, result_dot) = callee::tangent(args, tangents)`.
    Tangent {
        call: Call,
        result_dot: Option<Var>,
    },
    /// Keeps the zero cotangent of a place's present shape.
    KeepShape {
        place: Place,
        residual: Residual,
        keeping: Keeping,
    },
    /// Keeps a copy of a place's present contents.
    KeepCopy {
        place: Place,
        residual: Residual,
        keeping: Keeping,
    },
    /// Opens a residual kept on a tape or in an option for one reversed region: `let r = &tape[pos]`.
    Open {
        residual: Residual,
        keeping: Keeping,
    },
}

impl OpKind {
    /// A literal as it is written.
    pub fn literal(lit: &syn::Lit) -> OpKind {
        let text = match lit {
            syn::Lit::Float(f) => f.token().to_string(),
            syn::Lit::Int(i) => i.token().to_string(),
            syn::Lit::Bool(b) => b.value.to_string(),
            other => other.to_token_stream().to_string(),
        };
        OpKind::Lit(text.into())
    }
}
