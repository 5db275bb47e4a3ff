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

/// The Jacobian of all arguments that are columns, filled by rows or by columns. `A` is a tuple of [`InPlace`]s and [`Apart`]s.
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

/// An argument whose rows are the cotangents that the reverse sweep adds to: a float, or an array or a slice of floats.
#[derive(Debug)]
pub struct InPlace<Z, B> {
    /// Its part of the present direction.
    pub part: Z,
    block: B,
    name: &'static str,
}

/// Any other argument: a cotangent of its own is copied into the row.
#[derive(Debug)]
pub struct Apart<Z, B> {
    /// Its part of the present direction, or of the present row.
    pub part: Z,
    block: B,
    name: &'static str,
}

impl<Z: InRow, B: Block<Number = Z::Number>> InPlace<Z, B> {
    /// With the zero of its gradient, and where its Jacobian goes.
    #[inline(always)]
    pub fn new(part: Z, block: B, name: &'static str) -> Self {
        InPlace { part, block, name }
    }
    /// What the reverse sweep of a row adds to.
    #[inline(always)]
    pub fn shadow(&mut self, row: usize) -> &mut Z::Shadow {
        let columns = self.part.count();
        Z::in_row(row_of(&mut self.block, row, columns))
    }
}

impl<Z: Flat, B: Block> Apart<Z, B> {
    /// With the zero of its gradient, and where its Jacobian goes.
    #[inline(always)]
    pub fn new(part: Z, block: B, name: &'static str) -> Self {
        Apart { part, block, name }
    }
    /// What the reverse sweep of a row adds to.
    #[inline(always)]
    pub fn shadow(&mut self, _row: usize) -> &mut Z {
        &mut self.part
    }
}

#[inline(always)]
fn row_of<B: Block>(block: &mut B, row: usize, columns: usize) -> &mut [B::Number] {
    &mut block.numbers()[row * columns..(row + 1) * columns]
}

/// A gradient that is a row as it stands.
pub trait InRow: Flat {
    /// The type of its floats.
    type Number: Scalar;
    /// What a shadow of it points to.
    type Shadow: ?Sized;
    /// A row as a shadow.
    fn in_row(row: &mut [Self::Number]) -> &mut Self::Shadow;
}

macro_rules! in_rows {
    ($($float:ty)*) => {$(
        impl InRow for $float {
            type Number = $float;
            type Shadow = $float;
            #[inline(always)]
            fn in_row(row: &mut [$float]) -> &mut $float {
                &mut row[0]
            }
        }
        impl<const N: usize> InRow for [$float; N] {
            type Number = $float;
            type Shadow = [$float; N];
            #[inline(always)]
            fn in_row(row: &mut [$float]) -> &mut [$float; N] {
                row.try_into().expect("a row has a number for each column")
            }
        }
        impl InRow for Vec<$float> {
            type Number = $float;
            type Shadow = [$float];
            #[inline(always)]
            fn in_row(row: &mut [$float]) -> &mut [$float] {
                row
            }
        }
    )*};
}
in_rows!(f32 f64);

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
                self.arguments.set_alone(self.at - 1, 0.0);
                self.at = 0;
                return;
            }
        }
        self.begin(rows);
        self.arguments.column(self.at - 1, value);
    }
    /// Makes `seed` the next unit vector and the shadows zero, if there is a next row; call [`row`](Jacobian::row) after it.
    ///
    /// # Panics
    ///
    /// If a buffer has not the size of its Jacobian.
    #[inline(always)]
    pub fn next_row(&mut self, seed: &mut impl Flat) -> Option<usize> {
        let (row, rows) = (self.at, seed.count());
        self.begin(rows);
        if row > 0 {
            seed.set_alone(row - 1, 0.0);
        }
        if row == rows {
            return None;
        }
        seed.set_alone(row, 1.0);
        self.arguments.begin_row(row);
        self.at += 1;
        Some(row)
    }
    /// The sweep of a row is done.
    #[inline(always)]
    pub fn row(&mut self, row: usize) {
        self.arguments.end_row(row);
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
    /// Sets one float; all others are zero.
    fn set_alone(&mut self, at: usize, x: f64);
    /// The number of rows is known.
    fn begin(&mut self, rows: usize, function: &str);
    /// The shadows of a row become zero.
    fn begin_row(&mut self, row: usize);
    /// The shadows of a row are what they should be.
    fn end_row(&mut self, row: usize);
    /// The values of a column.
    fn column(&mut self, at: usize, value: &impl Flat);
}

/// What is the same for both kinds of arguments.
macro_rules! argument {
    () => {
        #[inline(always)]
        fn count(&self) -> usize {
            self.part.count()
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
        fn column(&mut self, at: usize, value: &impl Flat) {
            let columns = self.count();
            value.scatter(self.block.numbers(), at, columns);
        }
    };
}

impl<Z: InRow, B: Block<Number = Z::Number>> Arguments for InPlace<Z, B> {
    argument!();
    #[inline(always)]
    fn begin_row(&mut self, row: usize) {
        let columns = self.count();
        row_of(&mut self.block, row, columns).fill(Z::Number::ZERO);
    }
    #[inline(always)]
    fn end_row(&mut self, _row: usize) {}
}

impl<Z: Flat, B: Block> Arguments for Apart<Z, B> {
    argument!();
    #[inline(always)]
    fn begin_row(&mut self, _row: usize) {
        self.part.set_zero();
    }
    #[inline(always)]
    fn end_row(&mut self, row: usize) {
        let columns = self.count();
        self.part.scatter(row_of(&mut self.block, row, columns), 0, 1);
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
            fn begin_row(&mut self, row: usize) {
                $(self.$i.begin_row(row);)+
            }
            #[inline(always)]
            fn end_row(&mut self, row: usize) {
                $(self.$i.end_row(row);)+
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
