//! Tests of the rows.
