//! The intermediate representation.

pub mod ty;
