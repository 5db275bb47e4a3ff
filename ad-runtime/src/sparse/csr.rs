//! Sparse matrices by rows, and their patterns.

use std::fmt;

/// Which elements of a matrix may be other than zero: compressed rows (CSR). The columns of each row ascend.
///
/// ```
/// use ad_runtime::sparse::Pattern;
/// let tridiagonal = Pattern::banded(4, 1, 1);
/// assert_eq!(tridiagonal.row(1), [0, 1, 2]);
/// assert_eq!(tridiagonal.indptr(), [0, 2, 5, 8, 10]);
/// let arrow = Pattern::from_coordinates(3, 3, [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 0), (2, 0)]);
/// assert_eq!((arrow.row(0), arrow.row(2), arrow.nnz()), (&[0, 1, 2][..], &[0, 2][..], 7));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    columns: usize,
    indptr: Vec<usize>,
    indices: Vec<usize>,
}

/// What is wrong with index arrays that are meant to be a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidPattern {
    /// `indptr` does not begin with zero, does not ascend, or does not end with the length of `indices`.
    Indptr,
    /// A row has a column that is too large, or that is not larger than the one before it.
    Row(
        /// The row.
        usize,
    ),
}

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidPattern::Indptr => {
                f.write_str("`indptr` must begin with zero, ascend, and end with the length of `indices`")
            }
            InvalidPattern::Row(i) => write!(f, "the columns of row {i} must ascend and be columns of the matrix"),
        }
    }
}

impl std::error::Error for InvalidPattern {}

impl Pattern {
    /// Of index arrays: row `i` has the columns `indices[indptr[i]..indptr[i + 1]]`.
    ///
    /// # Errors
    ///
    /// If the arrays are no such pattern.
    pub fn new(columns: usize, indptr: Vec<usize>, indices: Vec<usize>) -> Result<Pattern, InvalidPattern> {
        let framed = indptr.first() == Some(&0) && indptr.last() == Some(&indices.len());
        if !framed || !indptr.is_sorted() {
            return Err(InvalidPattern::Indptr);
        }
        for (i, w) in indptr.windows(2).enumerate() {
            let row = &indices[w[0]..w[1]];
            if !row.is_sorted_by(|a, b| a < b) || row.last().is_some_and(|&j| j >= columns) {
                return Err(InvalidPattern::Row(i));
            }
        }
        Ok(Pattern { columns, indptr, indices })
    }

    /// Of the places of the elements, in any order, also several times.
    ///
    /// # Panics
    ///
    /// If one is outside the matrix.
    #[must_use]
    pub fn from_coordinates(
        rows: usize,
        columns: usize,
        coordinates: impl IntoIterator<Item = (usize, usize)>,
    ) -> Pattern {
        let mut lists = vec![Vec::new(); rows];
        for (i, j) in coordinates {
            assert!(i < rows && j < columns, "({i}, {j}) is outside a matrix of {rows} rows and {columns} columns");
            lists[i].push(j);
        }
        Pattern::of_rows(columns, lists)
    }

    /// A square matrix of size `n` with `below` diagonals below the main one and `above` above it.
    #[must_use]
    pub fn banded(n: usize, below: usize, above: usize) -> Pattern {
        let row = |i: usize| (i.saturating_sub(below)..n.min(i + above + 1)).collect();
        Pattern::of_rows(n, (0..n).map(row).collect())
    }

    pub(super) fn of_rows(columns: usize, rows: Vec<Vec<usize>>) -> Pattern {
        let (mut indptr, mut indices) = (vec![0], Vec::new());
        for mut row in rows {
            row.sort_unstable();
            row.dedup();
            indices.append(&mut row);
            indptr.push(indices.len());
        }
        Pattern { columns, indptr, indices }
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.indptr.len() - 1
    }
    /// The number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }
    /// The number of elements.
    #[must_use]
    pub fn nnz(&self) -> usize {
        self.indices.len()
    }
    /// Where the rows begin in [`indices`](Pattern::indices), and the number of elements.
    #[must_use]
    pub fn indptr(&self) -> &[usize] {
        &self.indptr
    }
    /// The columns of all elements, row by row.
    #[must_use]
    pub fn indices(&self) -> &[usize] {
        &self.indices
    }
    /// The columns of a row.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[must_use]
    pub fn row(&self, i: usize) -> &[usize] {
        &self.indices[self.indptr[i]..self.indptr[i + 1]]
    }
    /// Where an element stands in [`indices`](Pattern::indices).
    #[must_use]
    pub fn position(&self, i: usize, j: usize) -> Option<usize> {
        self.row(i).binary_search(&j).ok().map(|k| self.indptr[i] + k)
    }
    /// Whether it has an element.
    #[must_use]
    pub fn contains(&self, i: usize, j: usize) -> bool {
        self.position(i, j).is_some()
    }
    /// The elements as pairs of row and column.
    pub fn coordinates(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.rows()).flat_map(|i| self.row(i).iter().map(move |&j| (i, j)))
    }
    /// The elements of both.
    ///
    /// # Panics
    ///
    /// If they differ in size.
    #[must_use]
    pub fn union(&self, other: &Pattern) -> Pattern {
        assert_eq!((self.rows(), self.columns), (other.rows(), other.columns), "patterns of different sizes");
        Pattern::from_coordinates(self.rows(), self.columns, self.coordinates().chain(other.coordinates()))
    }
    /// Rows and columns exchanged.
    #[must_use]
    pub fn transposed(&self) -> Pattern {
        let mut indptr = vec![0; self.columns + 1];
        self.indices.iter().for_each(|&j| indptr[j + 1] += 1);
        (0..self.columns).for_each(|j| indptr[j + 1] += indptr[j]);
        let mut next = indptr.clone();
        let mut indices = vec![0; self.nnz()];
        for (i, j) in self.coordinates() {
            indices[next[j]] = i;
            next[j] += 1;
        }
        Pattern { columns: self.rows(), indptr, indices }
    }
    /// The largest number of elements in a row.
    pub(super) fn longest_row(&self) -> usize {
        self.indptr.windows(2).map(|w| w[1] - w[0]).max().unwrap_or(0)
    }
}

/// A sparse matrix: compressed rows (CSR). Elements of the pattern may be zero.
///
/// `sprs::CsMat` and `faer::sparse::SparseRowMat` are made of it by `From`, with the features `sprs` and `faer`.
///
/// ```
/// use ad_runtime::sparse::{Csr, Pattern};
/// let a = Csr::new(Pattern::banded(2, 1, 0), vec![1.0, 2.0, 3.0]);
/// assert_eq!((a.get(1, 0), a.get(0, 1)), (2.0, 0.0));
/// assert_eq!(a.times(&[1.0, 10.0]), [1.0, 32.0]);
/// assert_eq!(a.to_dense(), [1.0, 0.0, 2.0, 3.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    /// Where the elements stand.
    pub pattern: Pattern,
    /// The elements, row by row: as many as the pattern has.
    pub values: Vec<f64>,
}

impl Csr {
    /// Of a pattern and its elements.
    ///
    /// # Panics
    ///
    /// If there are not as many.
    #[must_use]
    pub fn new(pattern: Pattern, values: Vec<f64>) -> Csr {
        assert_eq!(pattern.nnz(), values.len(), "as many values as the pattern has elements");
        Csr { pattern, values }
    }
    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.pattern.rows()
    }
    /// The number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.pattern.columns()
    }
    /// Where the rows begin in [`indices`](Csr::indices), and the number of elements.
    #[must_use]
    pub fn indptr(&self) -> &[usize] {
        self.pattern.indptr()
    }
    /// The columns of all elements, row by row.
    #[must_use]
    pub fn indices(&self) -> &[usize] {
        self.pattern.indices()
    }
    /// An element; zero outside the pattern.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[must_use]
    pub fn get(&self, i: usize, j: usize) -> f64 {
        self.pattern.position(i, j).map_or(0.0, |k| self.values[k])
    }
    /// The elements as triples of row, column and value.
    pub fn triplets(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.pattern.coordinates().zip(&self.values).map(|((i, j), &x)| (i, j, x))
    }
    /// The product with a vector.
    ///
    /// # Panics
    ///
    /// If it has not as many elements as there are columns.
    #[must_use]
    pub fn times(&self, x: &[f64]) -> Vec<f64> {
        assert_eq!(x.len(), self.columns(), "as many elements as there are columns");
        let mut y = vec![0.0; self.rows()];
        self.triplets().for_each(|(i, j, a)| y[i] += a * x[j]);
        y
    }
    /// All elements, row-major.
    #[must_use]
    pub fn to_dense(&self) -> Vec<f64> {
        let mut dense = vec![0.0; self.rows() * self.columns()];
        self.triplets().for_each(|(i, j, a)| dense[i * self.columns() + j] = a);
        dense
    }
    /// All elements.
    #[cfg(feature = "ndarray")]
    #[must_use]
    pub fn to_array(&self) -> ndarray::Array2<f64> {
        let mut dense = ndarray::Array2::zeros((self.rows(), self.columns()));
        self.triplets().for_each(|(i, j, a)| dense[[i, j]] = a);
        dense
    }
}

#[cfg(feature = "sprs")]
impl From<Csr> for sprs::CsMat<f64> {
    fn from(a: Csr) -> Self {
        let shape = (a.rows(), a.columns());
        sprs::CsMat::new(shape, a.pattern.indptr, a.pattern.indices, a.values)
    }
}

#[cfg(feature = "faer")]
impl From<Csr> for faer::sparse::SparseRowMat<usize, f64> {
    fn from(a: Csr) -> Self {
        let (rows, columns) = (a.rows(), a.columns());
        let Pattern { indptr, indices, .. } = a.pattern;
        let symbolic = faer::sparse::SymbolicSparseRowMat::new_checked(rows, columns, indptr, None, indices);
        faer::sparse::SparseRowMat::new(symbolic, a.values)
    }
}

#[cfg(all(test, any(feature = "sprs", feature = "faer")))]
mod tests {
    use super::{Csr, Pattern};

    fn matrix() -> Csr {
        // An empty row, and rows that do not begin at the first column.
        let pattern = Pattern::from_coordinates(4, 3, [(0, 2), (1, 0), (1, 1), (3, 1), (3, 2)]);
        Csr::new(pattern, vec![1.0, 2.0, 3.0, 4.0, 5.0])
    }

    #[cfg(feature = "sprs")]
    #[test]
    fn to_sprs() {
        let a = sprs::CsMat::from(matrix());
        assert_eq!((a.shape(), a.nnz(), a.is_csr()), ((4, 3), 5, true));
        let elements: Vec<_> = a.iter().map(|(x, (i, j))| (i, j, *x)).collect();
        assert_eq!(elements, matrix().triplets().collect::<Vec<_>>());
    }

    #[cfg(feature = "faer")]
    #[test]
    fn to_faer() {
        let a = faer::sparse::SparseRowMat::from(matrix());
        assert_eq!((a.nrows(), a.ncols(), a.compute_nnz()), (4, 3, 5));
        let dense = a.to_dense();
        for i in 0..4 {
            for j in 0..3 {
                assert_eq!(dense[(i, j)], matrix().get(i, j));
            }
        }
    }
}
