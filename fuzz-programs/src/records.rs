//! Structs and enums of a program, and `Option` and `Result`, which are enums like any other.

use crate::tree::Ty;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sort {
    /// One variant, of the type's name.
    Struct,
    Enum,
    /// `None`, `Some(T)`
    Option,
    /// `Err(E)`, `Ok(T)`
    Result,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) sort: Sort,
    pub(crate) variants: Vec<Variant>,
    /// Derives `Copy`.
    pub(crate) copy: bool,
    /// Has `+`, `-`, `* number`, `-x` and `+=`, which act on its floats; all else is the left operand's.
    pub(crate) operators: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) members: Vec<Member>,
    /// `V(a, b)` and not `V { x: a }`.
    pub(crate) tuple: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    /// `#[constant]`
    pub(crate) constant: bool,
}

/// The variant of `Option` and `Result` that holds the value.
pub(crate) const GOOD: usize = 1;

impl Record {
    pub(crate) fn is_active(&self) -> bool {
        self.members().any(|m| !m.constant && m.ty.is_active())
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        self.variants.iter().flat_map(|v| &v.members)
    }

    /// `Option` and `Result`.
    pub(crate) fn is_wrapper(&self) -> bool {
        matches!(self.sort, Sort::Option | Sort::Result)
    }

    /// What a wrapper holds.
    pub(crate) fn inner(&self) -> &Ty {
        &self.variants[GOOD].members[0].ty
    }
}

impl Ty {
    pub(crate) fn record(&self) -> Option<&std::sync::Arc<Record>> {
        match self {
            Ty::Record(r) => Some(r),
            _ => None,
        }
    }

    /// The struct, also behind a reference.
    pub(crate) fn structure(&self) -> Option<&Record> {
        self.peeled().record().filter(|r| r.sort == Sort::Struct).map(|r| &**r)
    }

    /// `Option` or `Result`.
    pub(crate) fn wrapper(&self) -> Option<&Record> {
        self.record().filter(|r| r.is_wrapper()).map(|r| &**r)
    }

    /// Whether a value of type `self` has a part of type `ty`.
    pub(crate) fn contains(&self, ty: &Ty) -> bool {
        self == ty
            || match self {
                Ty::Tuple(ts) => ts.iter().any(|t| t.contains(ty)),
                Ty::Record(r) => r.members().any(|m| m.ty.contains(ty)),
                Ty::Array(t, _) | Ty::ArrayN(t) | Ty::Vec(t) | Ty::Slice(t) | Ty::Ref(t, _) => t.contains(ty),
                Ty::F64
                | Ty::F32
                | Ty::Usize
                | Ty::U8
                | Ty::U32
                | Ty::I32
                | Ty::I64
                | Ty::Bool
                | Ty::Char
                | Ty::Unit => false,
            }
    }
}
