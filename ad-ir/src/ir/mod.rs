//! The intermediate representation: SSA values over structured regions, and memory as places.
//!
//! Rust is structured, so there is no control-flow graph and there are no phis. `if`, `for` and `while` are
//! operations that own regions. Temporaries are SSA values ([`Value`]) visible in their region and in the regions
//! nested in it. What is assigned more than once, or in one region and read in another, is memory: a variable
//! ([`Var`]), loaded from and stored to like an array. So control flow needs no block arguments: data crosses
//! regions through variables, and the adjoint of a scalar accumulated in a loop and that of an array element are
//! the same rule. Lowering forwards stores to loads within a region, so straight-line code is plain SSA.
//!
//! `break`, `continue` and early `return` do not exist here: lowering moves what follows them into the branch
//! that goes on, and loops carry an `exit` flag.

mod closure;
pub mod display;
mod entity;
mod func;
mod known;
mod op;
pub mod operator;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
pub mod ty;
mod verify;
mod visit;

pub use closure::Closure;
pub use entity::{EntityMap, EntitySet, Region, Value, Var};
pub use func::{Func, ParamSlot, RetShape, VarData, VarKind};
pub use known::{Known, name_of, param_name, told};
pub use op::{
    Arg, ArgShadow, BinOp, Call, CopyHow, Count, Form, FunctionArg, FunctionKind, FunctionParam, Init, Keeping, Op,
    OpKind, PAYLOAD, Piece, Place, Proj, Range, Residual, is_error, is_part, is_variant,
};
pub use operator::{Arithmetic, Operator};
pub use ty::{Float, Ty, TyTable};
pub use verify::verify;
pub use visit::{Access, Purity, for_each_place, for_each_value, map, map_inside, purity};
