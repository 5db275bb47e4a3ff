//! The NIST StRD nonlinear regression problems: files, models, fit and score.
//!
//! The National Institute of Standards and Technology publishes 27 data sets with certified answers, computed
//! in 128-bit arithmetic and given to 11 digits (<https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml>).
//! Lanczos1 is left out: its residuals are 1e-13 of the data, below what `f64` can resolve.

pub mod factor;
pub mod fit;
pub mod models;
pub mod parse;
pub mod score;
