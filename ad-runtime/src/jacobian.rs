//! The loops of Jacobians, once for all functions. All of it is inlined: where sizes are known to the compiler, what is
//! left of it is the sweeps, and stores into the buffers.

use crate::{Flat, Scalar};

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

/// The Jacobian of all arguments that are columns, filled by rows or by columns. `A` is a tuple of [`Argument`]s.
///
/// Where the mode is ours to choose and only an evaluation tells the number of rows, the first column is made to see
/// it; if there are fewer rows than columns, that column is given up and the rows are made.
#[derive(Debug)]
pub struct Jacobian<A> {
    /// The arguments, with the tangents of the present column, or the cotangents that the present row adds to.
    pub arguments: A,
    function: &'static str,
    mode: Mode,
    /// The present row or column, counted from one.
    at: usize,
    /// Once it is known.
    rows: Option<usize>,
}

/// An argument that is a column, or several.
#[derive(Debug)]
pub struct Argument<Z, B> {
    /// Its part of the present direction, or of the present row.
    pub part: Z,
    block: B,
    name: &'static str,
}

impl<Z: Flat, B: Block> Argument<Z, B> {
    /// With the zero of its gradient, and where its Jacobian goes.
    #[inline(always)]
    pub fn new(part: Z, block: B, name: &'static str) -> Self {
        Argument { part, block, name }
    }
}

impl<A: Arguments> Jacobian<A> {
    /// An empty matrix; `rows` is `None` when only an evaluation tells.
    #[inline(always)]
    #[must_use]
    pub fn new(arguments: A, mode: Mode, rows: Option<usize>, function: &'static str) -> Self {
        let columns = arguments.count();
        let mode = match (mode, rows) {
            (Mode::Auto, Some(rows)) => cheaper(rows, columns),
            // Without columns no evaluation would be made.
            (Mode::Auto, None) if columns == 0 => Mode::Reverse,
            (mode, _) => mode,
        };
        let mut matrix = Jacobian { arguments, function, mode, at: 0, rows: None };
        if matrix.mode == Mode::Forward && columns == 0 {
            matrix.begin(rows.unwrap_or(0));
        }
        matrix
    }
    /// Whether `&mut` arguments must be kept, because they are needed again.
    #[inline(always)]
    pub fn repeats(&self) -> bool {
        self.mode != Mode::Reverse
    }
    /// Makes the arguments' parts the next unit vector, if there is one and the matrix is filled by columns. Call
    /// [`column`](Jacobian::column) after it.
    #[inline(always)]
    pub fn next_column(&mut self) -> bool {
        if self.mode == Mode::Reverse {
            return false;
        }
        if self.at > 0 {
            self.arguments.set_alone(self.at - 1, 0.0);
        }
        let more = self.at < self.arguments.count();
        if more {
            self.arguments.set_alone(self.at, 1.0);
            self.at += 1;
        }
        more
    }
    /// Whether to fill it by rows. Called behind the columns.
    #[inline(always)]
    pub fn by_rows(&self) -> bool {
        self.mode == Mode::Reverse
    }
    /// Fills the present column.
    ///
    /// # Panics
    ///
    /// If a buffer has not the size of its Jacobian.
    #[inline(always)]
    pub fn column(&mut self, value: &impl Flat) {
        let rows = value.count();
        if self.mode == Mode::Auto {
            self.mode = cheaper(rows, self.arguments.count());
            if self.mode == Mode::Reverse {
                self.arguments.clear();
                self.at = 0;
                return;
            }
        }
        self.begin(rows);
        self.arguments.column(self.at - 1, value);
    }
    /// Makes `seed` the next unit vector, if there is one, and the parts zero. Call [`row`](Jacobian::row) after it.
    ///
    /// # Panics
    ///
    /// If a buffer has not the size of its Jacobian.
    #[inline(always)]
    pub fn next_row(&mut self, seed: &mut impl Flat) -> bool {
        let rows = seed.count();
        self.begin(rows);
        if self.at > 0 {
            seed.set_alone(self.at - 1, 0.0);
        }
        let more = self.at < rows;
        if more {
            seed.set_alone(self.at, 1.0);
            if self.at > 0 {
                self.arguments.clear();
            }
            self.at += 1;
        }
        more
    }
    /// Takes the parts as the present row.
    #[inline(always)]
    pub fn row(&mut self) {
        self.arguments.row(self.at - 1);
    }
    /// Checks or makes the blocks, once the number of rows is known.
    #[inline(always)]
    fn begin(&mut self, rows: usize) {
        match self.rows {
            None => {
                self.rows = Some(rows);
                self.arguments.begin(rows, self.function);
            }
            Some(before) if before != rows => other_rows(self.function, before, rows),
            Some(_) => {}
        }
    }
}

/// A reverse sweep costs about what a tangent evaluation does, but its forward sweep is made once.
#[inline(always)]
fn cheaper(rows: usize, columns: usize) -> Mode {
    if columns < rows { Mode::Forward } else { Mode::Reverse }
}

/// Where the Jacobian of one argument goes, row-major: a slice of `f32`s or `f64`s, or a matrix that takes the size it needs.
pub trait Block {
    /// The type of its numbers.
    type Number: Scalar;
    /// Takes a number of rows and columns, or gives the length that it has instead.
    ///
    /// # Errors
    ///
    /// Its length, if it cannot.
    fn resize(&mut self, rows: usize, columns: usize) -> Result<(), usize>;
    /// Its numbers.
    fn numbers(&mut self) -> &mut [Self::Number];
}

impl<T: Scalar> Block for &mut [T] {
    type Number = T;
    #[inline(always)]
    fn resize(&mut self, rows: usize, columns: usize) -> Result<(), usize> {
        if self.len() == rows * columns { Ok(()) } else { Err(self.len()) }
    }
    #[inline(always)]
    fn numbers(&mut self) -> &mut [T] {
        self
    }
}

#[cfg(feature = "ndarray")]
impl<T: Scalar> Block for &mut ndarray::Array2<T> {
    type Number = T;
    fn resize(&mut self, rows: usize, columns: usize) -> Result<(), usize> {
        **self = ndarray::Array2::from_elem((rows, columns), T::ZERO);
        Ok(())
    }
    #[inline]
    fn numbers(&mut self) -> &mut [T] {
        self.as_slice_mut().expect("it was made row-major")
    }
}

/// A matrix of no size.
#[cfg(feature = "ndarray")]
#[inline]
#[must_use]
pub fn no_matrix<T: Scalar>() -> ndarray::Array2<T> {
    ndarray::Array2::from_elem((0, 0), T::ZERO)
}

#[cold]
#[inline(never)]
fn wrong_buffer(function: &str, name: &str, expected: usize, found: usize) -> ! {
    panic!("{function}: the buffer for the Jacobian of `{name}` must have {expected} elements, but has {found}")
}

/// A function that is none of its arguments.
#[cold]
#[inline(never)]
fn other_rows(function: &str, before: usize, now: usize) -> ! {
    panic!("{function}: one evaluation gives {before} numbers, and the next, of the same arguments, {now}")
}

/// An argument, or a tuple of arguments. Its columns are theirs, in order.
pub trait Arguments {
    /// The number of columns.
    fn count(&self) -> usize;
    /// Makes all parts zero.
    fn clear(&mut self);
    /// Sets one float; all others are zero.
    fn set_alone(&mut self, at: usize, x: f64);
    /// The number of rows is known.
    fn begin(&mut self, rows: usize, function: &str);
    /// The parts are a row.
    fn row(&mut self, row: usize);
    /// The values of a column.
    fn column(&mut self, at: usize, value: &impl Flat);
}

impl<Z: Flat, B: Block> Arguments for Argument<Z, B> {
    #[inline(always)]
    fn count(&self) -> usize {
        self.part.count()
    }
    #[inline(always)]
    fn clear(&mut self) {
        self.part.set_zero();
    }
    #[inline(always)]
    fn set_alone(&mut self, at: usize, x: f64) {
        self.part.set_alone(at, x);
    }
    #[inline(always)]
    fn begin(&mut self, rows: usize, function: &str) {
        let columns = self.count();
        if let Err(found) = self.block.resize(rows, columns) {
            wrong_buffer(function, self.name, rows * columns, found);
        }
    }
    #[inline(always)]
    fn row(&mut self, row: usize) {
        let columns = self.count();
        self.part.scatter(&mut self.block.numbers()[row * columns..(row + 1) * columns], 0, 1);
    }
    #[inline(always)]
    fn column(&mut self, at: usize, value: &impl Flat) {
        let columns = self.count();
        value.scatter(self.block.numbers(), at, columns);
    }
}

macro_rules! tuples {
    ($(($($part:ident $i:tt),+))*) => {$(
        impl<$($part: Arguments),+> Arguments for ($($part,)+) {
            #[inline(always)]
            fn count(&self) -> usize {
                0 $(+ self.$i.count())+
            }
            #[inline(always)]
            fn clear(&mut self) {
                $(self.$i.clear();)+
            }
            #[inline(always)]
            fn set_alone(&mut self, mut at: usize, x: f64) {
                $(
                    let count = self.$i.count();
                    if at < count {
                        return self.$i.set_alone(at, x);
                    }
                    at -= count;
                )+
                let _ = at;
            }
            #[inline(always)]
            fn begin(&mut self, rows: usize, function: &str) {
                $(self.$i.begin(rows, function);)+
            }
            #[inline(always)]
            fn row(&mut self, row: usize) {
                $(self.$i.row(row);)+
            }
            #[inline(always)]
            fn column(&mut self, mut at: usize, value: &impl Flat) {
                $(
                    let count = self.$i.count();
                    if at < count {
                        return self.$i.column(at, value);
                    }
                    at -= count;
                )+
                let _ = at;
            }
        }
    )*};
}
crate::tuples::up_to_12!(tuples);
