//! Sparse Jacobians and Hessians: many columns from one product.
//!
//! Columns that have no row in common are computed together, by one product with the sum of their unit vectors: a Jacobian with three
//! diagonals needs three products whatever its size, where a dense one needs one for each column. Which columns go together is a
//! colouring ([`SparseJacobian::colors`]), made once for a pattern and used at every point.
//!
//! ```
//! use ad_runtime::{differentiate, func};
//! use ad_runtime::sparse::SparseJacobian;
//!
//! /// Broyden's tridiagonal function.
//! #[differentiate]
//! fn broyden(x: &[f64]) -> Vec<f64> {
//!     let n = x.len();
//!     let mut y = vec![0.0; n];
//!     for i in 0..n {
//!         y[i] = (3.0 - 2.0 * x[i]) * x[i] + 1.0;
//!         if i > 0 { y[i] -= x[i - 1]; }
//!         if i + 1 < n { y[i] -= 2.0 * x[i + 1]; }
//!     }
//!     y
//! }
//!
//! let x = vec![-1.0; 1000];
//! let jacobian = SparseJacobian::detect(func::<broyden>(), &(&x[..],))?;
//! assert_eq!((jacobian.colors(), jacobian.pattern().nnz()), (3, 2998));
//! let j = jacobian.evaluate(func::<broyden>(), &(&x[..],))?; // three products, and one that checks them
//! assert_eq!((j.get(5, 4), j.get(5, 5), j.get(5, 6), j.get(5, 7)), (-1.0, 7.0, -2.0, 0.0));
//! # Ok::<(), ad_runtime::sparse::SparseError>(())
//! ```
//!
//! # Patterns
//!
//! The pattern is yours ([`Pattern`], [`SparseJacobian::new`]) or detected at a point ([`SparseJacobian::detect`]): the elements that
//! the function's operations make possible *in the branches taken there*, also those that are zero at the point by chance. Where other
//! branches couple other variables, add points ([`SparseJacobian::detect_more`]): the pattern is the union.
//!
//! A Hessian should be detected where no first derivative is zero by chance, at random numbers for instance: where `x * g(y)` is taken
//! at `x = 0`, nothing flows to `g`, and its second derivatives are left out where they would have a pole.
//!
//! A pattern that lacks an element would give wrong numbers, for its neighbours of the same colour too. So each evaluation makes one
//! product more, in a fixed direction without pattern, and compares it with the matrix: what the matrix lacks is
//! [`SparseError::Pattern`], never a result. An element that is missing is seen if it is larger than the [tolerance] times
//! the sum of its row's magnitudes, and a millionth of that where no other element of its row has its colour (and larger than what
//! rounding makes of the row). [`unchecked`] leaves the comparison out.
//!
//! [tolerance]: SparseJacobian::tolerance
//! [`unchecked`]: SparseJacobian::unchecked
//!
//! # Cost
//!
//! For `n` columns: detection O(log n) products for bands and grids, `2 n` at worst; colouring O(sum of squares of the lengths of
//! rows), for Hessians O(elements × colours); evaluation one product for each colour and one for the comparison. The method is that of
//! Curtis, Powell, Reid, *On the Estimation of Sparse Jacobian Matrices*, J. Inst. Maths Applics 13 (1974), with the greedy colourings of
//! Gebremedhin, Manne, Pothen, *What Color Is Your Jacobian?*, SIAM Review 47 (2005).

mod color;
mod csr;
mod detect;
mod hessian;
mod jacobian;

pub use csr::{Csr, InvalidPattern, Pattern};
pub use hessian::SparseHessian;
pub use jacobian::SparseJacobian;

use std::fmt;

/// The product of a derivative at a point with a vector.
type Product<'a> = &'a mut dyn FnMut(&[f64]) -> Vec<f64>;

/// Why there is no sparse derivative.
#[derive(Clone, Debug, PartialEq)]
pub enum SparseError {
    /// The pattern lacks an element: a product with the matrix is not the product with the derivative.
    Pattern {
        /// The row; where the matrix was made by rows, the column.
        row: usize,
        /// The derivative's product.
        expected: f64,
        /// The matrix's product.
        found: f64,
    },
    /// The derivative has another size than the pattern.
    Shape {
        /// Of the pattern.
        expected: usize,
        /// Of the derivative.
        found: usize,
    },
    /// At the point of detection the derivative of this row is NaN in every direction.
    NotFinite {
        /// The row.
        row: usize,
    },
    /// Two products at one point contradict each other: the function does not always do the same.
    Unsteady,
}

impl fmt::Display for SparseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SparseError::Pattern { row, expected, found } => write!(
                f,
                "the pattern lacks an element in row {row}: the derivative in a direction is {expected:?} there, and the matrix \
                 gives {found:?}; where a branch changed what the row depends on, detect the pattern at this point too"
            ),
            SparseError::Shape { expected, found } => {
                write!(f, "the pattern is for {expected} elements, and the derivative has {found}")
            }
            SparseError::NotFinite { row } => {
                write!(f, "the derivative of row {row} is NaN at this point, so that no pattern can be seen")
            }
            SparseError::Unsteady => {
                f.write_str("the function does not depend on its inputs in the same way each time it is called")
            }
        }
    }
}

impl std::error::Error for SparseError {}

/// How evaluations are compared with a product of their own.
#[derive(Clone, Copy, Debug)]
struct Check {
    /// `None` for not at all.
    tolerance: Option<f64>,
}

impl Check {
    const DEFAULT: Check = Check { tolerance: Some(1e-8) };

    /// Compares `matrix(w)`, elements with the sums of their terms' magnitudes, with `product(w)`; and what products gave
    /// where the pattern has nothing, which cannot hide among the other elements, with zero.
    fn run(
        self,
        strays: &[f64],
        n: usize,
        product: Product<'_>,
        matrix: impl FnOnce(&[f64]) -> Vec<(f64, f64)>,
    ) -> Result<(), SparseError> {
        let Some(tolerance) = self.tolerance else { return Ok(()) };
        let w = direction(n);
        let (expected, matrix) = (product(&w), matrix(&w));
        let wrong = |noise: &dyn Fn(usize) -> f64| {
            (0..expected.len()).find_map(|row| {
                let (expected, (found, size), stray) = (expected[row], matrix[row], strays[row]);
                let error = |expected, found| Some(SparseError::Pattern { row, expected, found });
                // Where a derivative is infinite or NaN, so is its product.
                let same = (expected - found).abs() <= tolerance * size + noise(row);
                if !same && (expected.is_finite() || found.is_finite()) {
                    return error(expected, found);
                }
                let rounding = stray.abs() <= 1e-6 * tolerance * size + noise(row);
                if !rounding && size.is_finite() { error(stray, 0.0) } else { None }
            })
        };
        if wrong(&|_| 0.0).is_none() {
            return Ok(());
        }
        // A row whose terms cancel has more rounding than its elements show. How much is seen by sums of products, which would be
        // products of sums without it.
        let mut noise = vec![0.0; expected.len()];
        for k in 1..5 {
            let v: Vec<f64> = (0..n).map(|i| 1.3f64.powi(k) * w[(i + k as usize) % n]).collect();
            let sum = product(&w.iter().zip(&v).map(|(w, v)| w + v).collect::<Vec<_>>());
            for (row, y) in product(&v).into_iter().enumerate() {
                let size = sum[row].abs() + expected[row].abs() + y.abs();
                let defect = (sum[row] - expected[row] - y).abs() - f64::EPSILON * size;
                noise[row] = f64::max(noise[row], defect);
            }
        }
        wrong(&|row| 64.0 * noise[row]).map_or(Ok(()), Err)
    }
}

/// Keeps of each element that is outside the pattern the largest.
struct Strays {
    largest: Vec<f64>,
    expected: Vec<bool>,
}

impl Strays {
    fn new(n: usize) -> Strays {
        Strays { largest: vec![0.0; n], expected: vec![false; n] }
    }
    /// The element belongs to the present product.
    fn expect(&mut self, i: usize) {
        self.expected[i] = true;
    }
    /// Looks at a product.
    fn look(&mut self, y: &[f64]) {
        for ((largest, expected), y) in self.largest.iter_mut().zip(&mut self.expected).zip(y) {
            let smaller = y.abs() <= largest.abs(); // false for NaN
            if !std::mem::take(expected) && !smaller {
                *largest = *y;
            }
        }
    }
}

/// Numbers without pattern between 1/2 and 1 in magnitude, the same in every run.
fn direction(n: usize) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let x = 0.5 + 0.5 * ((state >> 11) as f64 / (1u64 << 53) as f64);
        if state >> 10 & 1 == 0 { x } else { -x }
    };
    (0..n).map(|_| next()).collect()
}
