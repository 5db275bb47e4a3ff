//! The loops of Jacobians, once for all functions.

use crate::{Flat, check_len};

/// Which mode fills a Jacobian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Whichever needs fewer sweeps for the shapes at hand.
    Auto,
    /// One tangent evaluation per column.
    Forward,
    /// One forward sweep, and one reverse sweep per row.
    Reverse,
}

impl Mode {
    /// Whether to push columns forward; `rows` is `None` when only an evaluation tells.
    #[inline]
    #[must_use]
    pub fn is_forward(self, rows: Option<usize>, columns: usize) -> bool {
        match (self, rows) {
            (Mode::Forward, _) => true,
            (Mode::Reverse, _) | (Mode::Auto, None) => false,
            (Mode::Auto, Some(rows)) => columns < rows,
        }
    }
}

/// A row-major matrix of all active columns, filled by rows or by columns.
#[derive(Clone, Debug, Default)]
pub struct Jacobian {
    rows: usize,
    columns: usize,
    data: Vec<f64>,
}

impl Jacobian {
    /// A matrix with this many columns; its rows are counted when the first row or column arrives.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        Jacobian { rows: 0, columns, data: Vec::new() }
    }
    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }
    /// Fills column `k`.
    pub fn column(&mut self, k: usize, value: &dyn Flat) {
        if self.data.is_empty() {
            self.rows = value.count();
            self.data = vec![0.0; self.rows * self.columns];
        }
        let mut i = k;
        value.read(&mut |x| {
            self.data[i] = x;
            i += self.columns;
        });
    }
    /// Appends a row.
    pub fn row(&mut self, value: &dyn Flat) {
        self.rows += 1;
        self.data.reserve(self.columns);
        value.read(&mut |x| self.data.push(x));
    }
    /// The columns from `first` on, `columns` of them, handed to `sink` row by row.
    fn read(&self, first: usize, columns: usize, mut sink: impl FnMut(f64)) {
        for r in 0..self.rows {
            let start = r * self.columns + first;
            self.data[start..start + columns].iter().for_each(|&x| sink(x));
        }
    }
    /// Copies the columns of one argument into `out`, row-major.
    ///
    /// # Panics
    ///
    /// If `out` has not `rows * columns` elements.
    #[track_caller]
    pub fn copy_into<T: FromFloat>(&self, first: usize, columns: usize, out: &mut [T], function: &str, what: &str) {
        check_len(function, what, self.rows * columns, out.len());
        let mut next = out.iter_mut();
        self.read(first, columns, |x| {
            if let Some(out) = next.next() {
                *out = T::from_float(x);
            }
        });
    }
    /// The columns of one argument as a matrix.
    #[cfg(feature = "ndarray")]
    #[must_use]
    pub fn array<T: FromFloat>(&self, first: usize, columns: usize) -> ndarray::Array2<T> {
        let mut data = Vec::with_capacity(self.rows * columns);
        self.read(first, columns, |x| data.push(T::from_float(x)));
        ndarray::Array2::from_shape_fn((self.rows, columns), |(i, j)| data[i * columns + j])
    }
}

/// `f32` or `f64`, made from an `f64`.
pub trait FromFloat: Copy {
    /// The nearest value.
    fn from_float(x: f64) -> Self;
}
impl FromFloat for f64 {
    fn from_float(x: f64) -> f64 {
        x
    }
}
impl FromFloat for f32 {
    fn from_float(x: f64) -> f32 {
        x as f32
    }
}
