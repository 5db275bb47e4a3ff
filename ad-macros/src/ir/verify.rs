//! Stub.
use super::Func;
pub fn verify(_: &Func) -> Result<(), String> { Ok(()) }
