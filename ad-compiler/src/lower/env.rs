//! What names and expressions stand for while lowering.

use crate::ir::{Init, Place, Region, Ty, Value, Var};
use ad_ir::hash::HashMap;
use std::rc::Rc;

/// What an expression came to.
#[derive(Clone)]
pub(crate) enum Operand {
    Unit,
    /// The expression does not return.
    Never,
    /// A scalar. References to scalars are not distinguished from them.
    Value(Value),
    /// A place: an lvalue. Reading it as a value copies or moves.
    Place(Place),
    /// A reference to a place; true for `&mut`.
    Ref(Place, bool),
    /// A fresh value in a variable of its own that nothing else names.
    Owned(Var),
    /// A fresh aggregate, not yet in a variable.
    Fresh(Init, Ty),
    Tuple(Vec<Operand>),
    /// One of several references, chosen at run time by an integer.
    Choice(Value, Rc<Vec<Operand>>),
    Closure(Rc<Closure>),
    /// A parameter that is a function.
    Function(Rc<crate::ir::FunctionParam>),
    /// A path that is no local: a constant, a function.
    Path(Rc<syn::ExprPath>),
    Range(Rc<RangeOperand>),
    Iter(Box<super::iter::Iter>),
    /// An `Option` that is not built: whether it is `Some`, and what it holds, which may be looked at only then.
    Maybe(Value, Rc<Operand>),
    /// An `Ordering`, as a number below, at or above zero.
    Ordering(Value),
}

impl Operand {
    /// `&operand`, or `&mut`: places become references to them, whichever of several is meant.
    pub(crate) fn referenced(self, mutable: bool) -> Operand {
        match self {
            Operand::Place(p) => Operand::Ref(p, mutable),
            Operand::Choice(which, of) => {
                Operand::Choice(which, Rc::new(of.iter().map(|o| o.clone().referenced(mutable)).collect()))
            }
            other => other,
        }
    }

    /// `*operand`: references become the places that they refer to.
    pub(crate) fn dereferenced(self) -> Operand {
        match self {
            Operand::Ref(p, _) => Operand::Place(p),
            Operand::Choice(which, of) => {
                Operand::Choice(which, Rc::new(of.iter().map(|o| o.clone().dereferenced()).collect()))
            }
            other => other,
        }
    }

    /// Whether it is a reference, and if so whether a `&mut`.
    pub(crate) fn reference(&self) -> Option<bool> {
        match self {
            Operand::Ref(_, mutable) => Some(*mutable),
            Operand::Choice(_, of) => of.first().and_then(Operand::reference),
            Operand::Unit | Operand::Never | Operand::Value(_) | Operand::Place(_) | Operand::Owned(_) => None,
            Operand::Fresh(..) | Operand::Tuple(_) | Operand::Closure(_) | Operand::Path(_) => None,
            Operand::Function(_) => None,
            Operand::Range(_) | Operand::Iter(_) | Operand::Maybe(..) | Operand::Ordering(_) => None,
        }
    }
}

/// A closure and the scope it was written in.
pub(crate) struct Closure {
    pub(crate) syntax: syn::ExprClosure,
    pub(crate) env: Env,
    /// The region it was written in: its captures are visible there.
    pub(crate) region: Region,
}

/// `lo..hi` as a value.
#[derive(Clone)]
pub(crate) struct RangeOperand {
    pub(crate) lo: Option<Value>,
    pub(crate) hi: Option<Value>,
    pub(crate) inclusive: bool,
}

/// A name in scope.
#[derive(Clone)]
pub(crate) struct Binding {
    pub(crate) operand: Operand,
    /// The region it was bound in: a reference may be rebound there and nowhere else.
    pub(crate) region: Region,
}

/// The names in scope, innermost last. A closure keeps a clone, which shares the scopes until one of them changes.
#[derive(Clone, Default)]
pub(crate) struct Env {
    scopes: Vec<Rc<HashMap<String, Binding>>>,
}

impl Env {
    pub(crate) fn open(&mut self) {
        self.scopes.push(Rc::default());
    }

    pub(crate) fn close(&mut self) {
        self.scopes.pop();
    }

    pub(crate) fn bind(&mut self, name: String, operand: Operand, region: Region) {
        if self.scopes.is_empty() {
            self.open();
        }
        if let Some(scope) = self.scopes.last_mut() {
            Rc::make_mut(scope).insert(name, Binding { operand, region });
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Binding> {
        self.scopes.iter().rev().find_map(|s| s.get(name))
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Binding> {
        self.scopes.iter_mut().rev().find(|s| s.contains_key(name)).and_then(|s| Rc::make_mut(s).get_mut(name))
    }
}

/// Where `break`, `continue` and `return` go.
pub(crate) struct Frame {
    pub(crate) label: Option<String>,
    pub(crate) kind: FrameKind,
    /// Set when the construct is left.
    pub(crate) break_flag: Option<Var>,
    /// Set when the rest of the body is skipped.
    pub(crate) continue_flag: Option<Var>,
    /// Whether the break flag was ever set.
    pub(crate) left: bool,
    pub(crate) slot: Slot,
    pub(crate) has_return: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FrameKind {
    Function,
    Closure,
    Loop,
    Block,
}

impl Frame {
    pub(crate) fn new(
        label: Option<String>,
        kind: FrameKind,
        break_flag: Option<Var>,
        continue_flag: Option<Var>,
    ) -> Frame {
        Frame { label, kind, break_flag, continue_flag, left: false, slot: Slot::Unit, has_return: false }
    }
}

/// Where the value of a construct that is left from several places is put.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    /// Nothing was put there yet; the declaration will go to this position.
    Pending {
        region: Region,
        at: usize,
    },
    Unit,
    Var(Var),
    /// A reference, to one of several views of a variable.
    View(Rc<super::view::View>),
    Tuple(Vec<Slot>),
    /// An `Option` that is not built: a flag, and what it holds where the flag is set.
    Maybe(Var, Box<Slot>),
    /// An `Ordering`.
    Ordering(Var),
}
