//! Tests of the compiler as users see it; see the files under `tests/`.
