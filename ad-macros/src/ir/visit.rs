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

use super::{Arg, ArgShadow, BinOp, Call, Count, Func, Init, Keeping, OpKind, Piece, Place, Proj, Region, Residual, Ty, Value, Var};

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
            OpKind::Lit(_) | OpKind::Path(_) | OpKind::Neg(_) | OpKind::Not(_) | OpKind::Binary(..) | OpKind::Rule(..) => vec![],
            OpKind::Method(..) | OpKind::PathCall(..) | OpKind::Cast(..) | OpKind::Stop(_) | OpKind::Select(..) => vec![],
            OpKind::Load(_) | OpKind::Len(_) | OpKind::Declare(..) | OpKind::Store(..) | OpKind::AddTo(..) => vec![],
            OpKind::Accumulate(..) | OpKind::Zero(_) | OpKind::Fill(..) | OpKind::CopyFrom(..) | OpKind::Swap(..) => vec![],
            OpKind::SwapElements(..) | OpKind::ReverseSlice(_) | OpKind::Push(..) | OpKind::Pop(_) => vec![],
            OpKind::Truncate(..) | OpKind::Resize(..) | OpKind::Call(_) | OpKind::Effect { .. } => vec![],
            OpKind::Forward { .. } | OpKind::Reverse { .. } | OpKind::Joint { .. } | OpKind::Tangent { .. } => vec![],
            OpKind::KeepShape { .. } | OpKind::KeepCopy { .. } | OpKind::Open { .. } => vec![],
        }
    }
}
