//! The loops of Jacobians, once for all functions.

use crate::{Flat, Scalar, check_len};

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

/// A row-major matrix of all active columns, filled by rows or by columns. `Z` is the tuple of the zero gradients of
/// the arguments that are columns.
///
/// Where the mode is ours to choose and only an evaluation tells the number of rows, the first column is made to see
/// it; if there are fewer rows than columns, that column is given up and the rows are made.
#[derive(Debug)]
pub struct Jacobian<Z> {
    /// The tangents of the present column, or the cotangents that the present row adds to.
    pub parts: Z,
    zeros: Option<Z>,
    mode: Mode,
    /// The present row or column, counted from one.
    at: usize,
    rows: usize,
    columns: usize,
    data: Vec<f64>,
}

impl<Z: Columns> Jacobian<Z> {
    /// An empty matrix; `rows` is `None` when only an evaluation tells.
    #[must_use]
    pub fn new(zeros: Z, mode: Mode, rows: Option<usize>) -> Self {
        let columns = zeros.count();
        let mode = match (mode, rows) {
            (Mode::Auto, Some(rows)) => cheaper(rows, columns),
            // Without columns no evaluation would be made.
            (Mode::Auto, None) if columns == 0 => Mode::Reverse,
            (mode, _) => mode,
        };
        Jacobian { parts: zeros, zeros: None, mode, at: 0, rows: 0, columns, data: Vec::new() }
    }
    /// Makes `parts` the next unit vector, if there is one and the matrix is filled by columns. Call
    /// [`column`](Jacobian::column) after it.
    pub fn next_column(&mut self) -> bool {
        let more = self.mode != Mode::Reverse && self.at < self.columns;
        if more {
            self.parts.set_unit(self.at);
            self.at += 1;
        }
        more
    }
    /// Whether to fill it by rows. Called behind the columns.
    pub fn by_rows(&self) -> bool {
        self.mode == Mode::Reverse
    }
    /// Fills the present column.
    pub fn column(&mut self, value: &dyn Flat) {
        if self.data.is_empty() {
            self.rows = value.count();
            self.data = vec![0.0; self.rows * self.columns];
        }
        let mut i = self.at - 1;
        value.read(&mut |x| {
            self.data[i] = x;
            i += self.columns;
        });
        if self.mode == Mode::Auto {
            self.mode = cheaper(self.rows, self.columns);
            if self.mode == Mode::Reverse {
                self.parts.write(&mut || 0.0);
                (self.at, self.rows) = (0, 0);
                self.data.clear();
            }
        }
    }
    /// Makes `seed` the next unit vector, if there is one, and `parts` zero. Call [`row`](Jacobian::row) after it.
    pub fn next_row(&mut self, seed: &mut dyn Flat) -> bool {
        let more = self.at < seed.count();
        if more {
            seed.set_unit(self.at);
            match &self.zeros {
                Some(zeros) => self.parts.clone_from(zeros),
                None => self.zeros = Some(self.parts.clone()),
            }
        }
        self.at += 1;
        more
    }
    /// Appends `parts` as a row.
    pub fn row(&mut self) {
        self.rows += 1;
        self.data.reserve(self.columns);
        let data = &mut self.data;
        self.parts.read(&mut |x| data.push(x));
    }
    /// Copies the columns of each argument into a buffer of its own, row-major.
    ///
    /// # Panics
    ///
    /// If a buffer has not as many elements.
    #[track_caller]
    pub fn copy_into(&self, outs: &mut [&mut dyn Block], function: &str, names: &[&str]) {
        let mut first = 0;
        for ((out, columns), name) in outs.iter_mut().zip(self.parts.widths()).zip(names) {
            check_len(function, &format!("the buffer for the Jacobian of `{name}`"), self.rows * columns, out.len());
            self.read(first, columns, &mut |i, x| out.set(i, x));
            first += columns;
        }
    }
    /// The columns from `first` on, `columns` of them, handed to `sink` row by row, each with its position.
    fn read(&self, first: usize, columns: usize, sink: &mut dyn FnMut(usize, f64)) {
        for r in 0..self.rows {
            let start = r * self.columns + first;
            self.data[start..start + columns].iter().enumerate().for_each(|(c, &x)| sink(r * columns + c, x));
        }
    }
    /// A matrix per argument.
    #[cfg(feature = "ndarray")]
    #[must_use]
    pub fn arrays<A: Arrays>(&self) -> A {
        let mut first = 0;
        let mut blocks = self.parts.widths().into_iter().map(|columns| {
            let mut data = vec![0.0; self.rows * columns];
            self.read(first, columns, &mut |i, x| data[i] = x);
            first += columns;
            (self.rows, columns, data)
        });
        A::collect(&mut || blocks.next().unwrap_or_default())
    }
}

/// A reverse sweep costs about what a tangent evaluation does, but its forward sweep is made once.
fn cheaper(rows: usize, columns: usize) -> Mode {
    if columns < rows { Mode::Forward } else { Mode::Reverse }
}

/// A tuple of gradients.
pub trait Columns: Flat + Clone {
    /// The number of floats in each.
    fn widths(&self) -> Vec<usize>;
}

/// Where the Jacobian of one argument goes: a slice of `f32`s or `f64`s.
pub trait Block {
    /// Its length.
    fn len(&self) -> usize;
    /// Sets one element.
    fn set(&mut self, i: usize, x: f64);
}

/// One matrix, or a tuple of matrices, of `f32`s or `f64`s.
#[cfg(feature = "ndarray")]
pub trait Arrays: Sized {
    /// Takes a block (rows, columns and elements) for each matrix.
    fn collect(next: &mut dyn FnMut() -> (usize, usize, Vec<f64>)) -> Self;
}

impl<T: Scalar> Block for &mut [T] {
    fn len(&self) -> usize {
        (**self).len()
    }
    fn set(&mut self, i: usize, x: f64) {
        self[i] = T::from_double(x);
    }
}

#[cfg(feature = "ndarray")]
impl<T: Scalar> Arrays for ndarray::Array2<T> {
    fn collect(next: &mut dyn FnMut() -> (usize, usize, Vec<f64>)) -> Self {
        let (rows, columns, data) = next();
        ndarray::Array2::from_shape_fn((rows, columns), |(i, j)| T::from_double(data[i * columns + j]))
    }
}

macro_rules! tuples {
    ($(($($part:ident $i:tt),+))*) => {$(
        impl<$($part: Flat + Clone),+> Columns for ($($part,)+) {
            fn widths(&self) -> Vec<usize> {
                vec![$(self.$i.count()),+]
            }
        }
        #[cfg(feature = "ndarray")]
        impl<$($part: Arrays),+> Arrays for ($($part,)+) {
            fn collect(next: &mut dyn FnMut() -> (usize, usize, Vec<f64>)) -> Self {
                ($($part::collect(next),)+)
            }
        }
    )*};
}
crate::tuples::up_to_12!(tuples);
