//! What must be exact.
