//! Hessians by a star colouring.

use super::color::{self, Coloring};
use super::jacobian::{add, same};
use super::{Check, Csr, Pattern, SparseError, Strays, detect};

/// How the Hessian of a function is computed from products with it: its pattern, and which columns go together.
///
/// Symmetry saves products: of an element and its mirror image one suffices. A Hessian of arrow form, which has a full row, needs
/// two products.
///
/// ```
/// use ad_runtime::differentiate;
/// use ad_runtime::sparse::SparseHessian;
///
/// /// Rosenbrock's function, chained.
/// #[differentiate(order = 2)]
/// fn rosenbrock(x: &[f64]) -> f64 {
///     let mut y = 0.0;
///     for i in 0..x.len() - 1 {
///         y += 100.0 * (x[i + 1] - x[i] * x[i]).powi(2) + (1.0 - x[i]).powi(2);
///     }
///     y
/// }
///
/// let x = vec![0.5; 1000];
/// let hessian = SparseHessian::detect(x.len(), |v| rosenbrock::hvp(&x, v))?;
/// assert_eq!(hessian.colors(), 3);
/// let h = hessian.evaluate(|v| rosenbrock::hvp(&x, v))?;
/// assert_eq!((h.get(7, 6), h.get(7, 7), h.get(7, 8)), (-200.0, 302.0, -200.0));
/// # Ok::<(), ad_runtime::sparse::SparseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SparseHessian {
    pattern: Pattern,
    coloring: Coloring,
    /// For each element `(i, j)` whether it stands alone in row `i` among the columns of its colour; else it is read as `(j, i)`.
    direct: Vec<bool>,
    check: Check,
}

impl SparseHessian {
    /// For a pattern that you know, of all elements or of one triangle. The diagonal belongs to it, whatever is given.
    ///
    /// # Panics
    ///
    /// If it is not square.
    #[must_use]
    pub fn new(pattern: &Pattern) -> SparseHessian {
        let n = pattern.rows();
        assert_eq!(n, pattern.columns(), "a Hessian is square");
        let both = pattern.coordinates().flat_map(|(i, j)| [(i, j), (j, i)]);
        let pattern = Pattern::from_coordinates(n, n, both.chain((0..n).map(|i| (i, i))));
        let coloring = color::star(&pattern);
        let mut direct = Vec::with_capacity(pattern.nnz());
        let mut seen = vec![0usize; coloring.count];
        for i in 0..n {
            pattern.row(i).iter().for_each(|&j| seen[coloring.color[j]] += 1);
            direct.extend(pattern.row(i).iter().map(|&j| seen[coloring.color[j]] == 1));
            pattern.row(i).iter().for_each(|&j| seen[coloring.color[j]] = 0);
        }
        SparseHessian { pattern, coloring, direct, check: Check::DEFAULT }
    }

    /// With the pattern that products `H · v` at a point show, `detect(x.len(), |v| f::hvp(&x, v))`: see the [module](super).
    ///
    /// # Errors
    ///
    /// If the derivative is NaN there.
    pub fn detect<V: Into<Vec<f64>>>(n: usize, mut hvp: impl FnMut(&[f64]) -> V) -> Result<SparseHessian, SparseError> {
        let (rows, found) = detect::columns(n, &mut |x| hvp(x).into())?;
        same(n, rows)?;
        Ok(SparseHessian::new(&Pattern::of_rows(n, found)))
    }

    /// With the elements that products at another point show, beside those that are there.
    ///
    /// # Errors
    ///
    /// If the derivative is NaN there, or of another size.
    pub fn detect_more<V: Into<Vec<f64>>>(&mut self, mut hvp: impl FnMut(&[f64]) -> V) -> Result<(), SparseError> {
        let other = SparseHessian::detect(self.pattern.rows(), &mut hvp)?;
        *self = SparseHessian { check: self.check, ..SparseHessian::new(&self.pattern.union(&other.pattern)) };
        Ok(())
    }

    /// The relative error that is allowed between the matrix and the product that checks it, 1e-8 at first. For functions of `f32` take
    /// `1e-3`.
    #[must_use]
    pub fn tolerance(self, tolerance: f64) -> SparseHessian {
        SparseHessian { check: Check { tolerance: Some(tolerance) }, ..self }
    }

    /// Without the product that checks the pattern. If it lacks an element, the result is wrong.
    #[must_use]
    pub fn unchecked(self) -> SparseHessian {
        SparseHessian { check: Check { tolerance: None }, ..self }
    }

    /// The elements that are computed: both triangles.
    #[must_use]
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// The number of products that [`evaluate`](SparseHessian::evaluate) makes, without that which checks.
    #[must_use]
    pub fn colors(&self) -> usize {
        self.coloring.count
    }

    /// The Hessian from products with it, `evaluate(|v| f::hvp(&x, v))`: both triangles.
    ///
    /// # Errors
    ///
    /// If the pattern is not the function's here.
    pub fn evaluate<V: Into<Vec<f64>>>(&self, mut hvp: impl FnMut(&[f64]) -> V) -> Result<Csr, SparseError> {
        let n = self.pattern.rows();
        let mut products = Vec::with_capacity(self.coloring.count);
        let mut strays = Strays::new(n);
        for class in self.coloring.classes() {
            let mut seed = vec![0.0; n];
            class.iter().for_each(|&j| seed[j] = 1.0);
            let y: Vec<f64> = hvp(&seed).into();
            same(n, y.len())?;
            class.iter().flat_map(|&j| self.pattern.row(j)).for_each(|&i| strays.expect(i));
            strays.look(&y);
            products.push(y);
        }
        let color = &self.coloring.color;
        let element = |((i, j), &direct): ((usize, usize), &bool)| {
            if direct { products[color[j]][i] } else { products[color[i]][j] }
        };
        let values = self.pattern.coordinates().zip(&self.direct).map(element).collect();
        let h = Csr::new(self.pattern.clone(), values);
        self.check.run(&strays.largest, n, &mut |x| hvp(x).into(), |w| {
            let mut y = vec![(0.0, 0.0); n];
            for (i, j, a) in h.triplets() {
                add(&mut y[i], a * w[j]);
            }
            y
        })?;
        Ok(h)
    }
}
