//! Jacobians by colours.

use super::color::{self, Coloring};
use super::{Check, Csr, Pattern, Product, SparseError, Strays, detect};
use crate::{Func, Function};

/// How the Jacobian of a function is computed: its pattern, and which columns (rows, in reverse mode) go together.
///
/// Inputs and outputs are counted as [`Function`] has them: all active arguments as one list of floats.
#[derive(Clone, Debug)]
pub struct SparseJacobian {
    pattern: Pattern,
    transposed: Pattern,
    /// For each element of `transposed`, where it stands in the pattern.
    places: Vec<usize>,
    columns: Coloring,
    rows: Coloring,
    check: Check,
}

impl SparseJacobian {
    /// For a pattern that you know. Each evaluation checks it.
    #[must_use]
    pub fn new(pattern: Pattern) -> SparseJacobian {
        let transposed = pattern.transposed();
        let places =
            transposed.coordinates().map(|(j, i)| pattern.position(i, j).expect("an element of both")).collect();
        // A colouring has at least as many colours as a row has elements: one that cannot win is not made.
        let none = |n| Coloring { color: (0..n).collect(), count: n };
        let (least_columns, least_rows) = (pattern.longest_row(), transposed.longest_row());
        let by_columns = || color::columns(&pattern, &transposed);
        let by_rows = || color::columns(&transposed, &pattern);
        let (columns, rows) = if pattern == transposed {
            let columns = by_columns();
            (columns.clone(), columns)
        } else if least_columns <= least_rows {
            let columns = by_columns();
            let rows = if least_rows < columns.count { by_rows() } else { none(pattern.rows()) };
            (columns, rows)
        } else {
            let rows = by_rows();
            let columns = if least_columns <= rows.count { by_columns() } else { none(pattern.columns()) };
            (columns, rows)
        };
        SparseJacobian { pattern, transposed, places, columns, rows, check: Check::DEFAULT }
    }

    /// With the pattern that the function has at a point: see the [module](super).
    ///
    /// # Errors
    ///
    /// If the derivative is NaN there.
    pub fn detect<F, Args>(function: Func<F>, args: &Args) -> Result<SparseJacobian, SparseError>
    where
        F: Function<Args>,
    {
        let (inputs, outputs) = (F::point(args).len(), F::evaluate(args, &F::point(args), crate::Pass::Primal).len());
        if outputs < inputs {
            SparseJacobian::detect_reverse(outputs, |bar| function.vjp(args, bar))
        } else {
            SparseJacobian::detect_forward(inputs, |dot| function.jvp(args, dot))
        }
    }

    /// The same from products `J · x`, for so many columns: `detect_forward(x.len(), |dx| f::jvp(&x, dx).1)`.
    ///
    /// # Errors
    ///
    /// If the derivative is NaN there.
    pub fn detect_forward<V: Into<Vec<f64>>>(
        columns: usize,
        mut jvp: impl FnMut(&[f64]) -> V,
    ) -> Result<SparseJacobian, SparseError> {
        let (rows, found) = detect::columns(columns, &mut |x| jvp(x).into())?;
        Ok(SparseJacobian::new(Pattern::of_rows(rows, found).transposed()))
    }

    /// The same from products `Jᵀ · y`, for so many rows: `let (y, pullback) = f::vjp(&x); detect_reverse(y.len(), |dy| pullback(dy))`.
    ///
    /// # Errors
    ///
    /// If the derivative is NaN there.
    pub fn detect_reverse<V: Into<Vec<f64>>>(
        rows: usize,
        mut vjp: impl FnMut(&[f64]) -> V,
    ) -> Result<SparseJacobian, SparseError> {
        let (columns, found) = detect::columns(rows, &mut |x| vjp(x).into())?;
        Ok(SparseJacobian::new(Pattern::of_rows(columns, found)))
    }

    /// With the elements that the function has at another point, beside those that are there.
    ///
    /// # Errors
    ///
    /// If the derivative is NaN there, or of another size.
    pub fn detect_more<F, Args>(&mut self, function: Func<F>, args: &Args) -> Result<(), SparseError>
    where
        F: Function<Args>,
    {
        let other = SparseJacobian::detect(function, args)?;
        same(self.pattern.rows(), other.pattern.rows())?;
        same(self.pattern.columns(), other.pattern.columns())?;
        *self = SparseJacobian { check: self.check, ..SparseJacobian::new(self.pattern.union(&other.pattern)) };
        Ok(())
    }

    /// The relative error that is allowed between the matrix and the product that checks it, 1e-8 at first. For functions of `f32` take
    /// `1e-3`.
    #[must_use]
    pub fn tolerance(self, tolerance: f64) -> SparseJacobian {
        SparseJacobian { check: Check { tolerance: Some(tolerance) }, ..self }
    }

    /// Without the product that checks the pattern. If it lacks an element, the result is wrong.
    #[must_use]
    pub fn unchecked(self) -> SparseJacobian {
        SparseJacobian { check: Check { tolerance: None }, ..self }
    }

    /// The elements that are computed.
    #[must_use]
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// The number of products that [`evaluate`](SparseJacobian::evaluate) makes, without that which checks.
    #[must_use]
    pub fn colors(&self) -> usize {
        if self.by_columns() { self.columns.count } else { self.rows.count }
    }

    /// Whether [`evaluate`](SparseJacobian::evaluate) takes forward mode, which it does unless reverse mode needs fewer products.
    #[must_use]
    pub fn by_columns(&self) -> bool {
        self.columns.count <= self.rows.count
    }

    /// The Jacobian at a point, by the mode that needs fewer products.
    ///
    /// # Errors
    ///
    /// If the pattern is not the function's here.
    pub fn evaluate<F, Args>(&self, function: Func<F>, args: &Args) -> Result<Csr, SparseError>
    where
        F: Function<Args>,
    {
        if self.by_columns() {
            same(self.pattern.columns(), F::point(args).len())?;
            self.evaluate_forward(|dot| function.jvp(args, dot))
        } else {
            self.evaluate_reverse(|bar| function.vjp(args, bar))
        }
    }

    /// The Jacobian from products `J · x`: `evaluate_forward(|dx| f::jvp(&x, dx).1)`.
    ///
    /// # Errors
    ///
    /// If the pattern is not the function's here.
    pub fn evaluate_forward<V: Into<Vec<f64>>>(&self, mut jvp: impl FnMut(&[f64]) -> V) -> Result<Csr, SparseError> {
        let mut values = vec![0.0; self.pattern.nnz()];
        let strays =
            compressed(&self.columns, &self.transposed, &mut |x| jvp(x).into(), |k, x| values[self.places[k]] = x)?;
        let j = Csr::new(self.pattern.clone(), values);
        self.check.run(&strays, j.columns(), &mut |x| jvp(x).into(), |w| {
            let mut y = vec![(0.0, 0.0); j.rows()];
            for (i, k, a) in j.triplets() {
                add(&mut y[i], a * w[k]);
            }
            y
        })?;
        Ok(j)
    }

    /// The Jacobian from products `Jᵀ · y`: `let (_, pullback) = f::vjp(&x); evaluate_reverse(|dy| pullback(dy))`.
    ///
    /// # Errors
    ///
    /// If the pattern is not the function's here.
    pub fn evaluate_reverse<V: Into<Vec<f64>>>(&self, mut vjp: impl FnMut(&[f64]) -> V) -> Result<Csr, SparseError> {
        let mut values = vec![0.0; self.pattern.nnz()];
        let strays = compressed(&self.rows, &self.pattern, &mut |x| vjp(x).into(), |k, x| values[k] = x)?;
        let j = Csr::new(self.pattern.clone(), values);
        self.check.run(&strays, j.rows(), &mut |x| vjp(x).into(), |w| {
            let mut y = vec![(0.0, 0.0); j.columns()];
            for (i, k, a) in j.triplets() {
                add(&mut y[k], a * w[i]);
            }
            y
        })?;
        Ok(j)
    }
}

/// Hands each element of the columns to `sink`, with its position in the pattern of the columns; and gives what each row has
/// outside the pattern.
fn compressed(
    coloring: &Coloring,
    columns: &Pattern,
    product: Product<'_>,
    mut sink: impl FnMut(usize, f64),
) -> Result<Vec<f64>, SparseError> {
    let mut seed = vec![0.0; columns.rows()];
    let mut strays = Strays::new(columns.columns());
    for class in coloring.classes() {
        class.iter().for_each(|&j| seed[j] = 1.0);
        let y = product(&seed);
        same(columns.columns(), y.len())?;
        for &j in &class {
            seed[j] = 0.0;
            let first = columns.indptr()[j];
            for (k, &i) in columns.row(j).iter().enumerate() {
                sink(first + k, y[i]);
                strays.expect(i);
            }
        }
        strays.look(&y);
    }
    Ok(strays.largest)
}

pub(super) fn same(expected: usize, found: usize) -> Result<(), SparseError> {
    if expected == found { Ok(()) } else { Err(SparseError::Shape { expected, found }) }
}

/// A term of a sum, and its magnitude.
pub(super) fn add(sum: &mut (f64, f64), term: f64) {
    sum.0 += term;
    sum.1 += term.abs();
}
