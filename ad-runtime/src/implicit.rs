//! Derivatives of solutions: the linear algebra of `#[differentiate(implicit = residual)]`.
//!
//! Where `r(y, a) = 0` defines the result `y` of a solver for its arguments `a`, the implicit function theorem gives
//!
//! ```text
//! y_dot  = - r_y⁻¹ (r_a a_dot)             forward: one tangent of `r`, one system
//! a_bar += - r_aᵀ (r_yᵀ⁻¹ y_bar)           reverse: one transposed system, one reverse sweep of `r`
//! ```
//!
//! whatever the solver did (Griewank, Walther, *Evaluating Derivatives*, 2nd edition, chapter 15; Blondel et al., *Efficient and
//! Modular Implicit Differentiation*, NeurIPS 2022). `r_y` is made of `n` tangents of `r` and factored once, in O(n³).
//!
//! What stands in the way of a derivative is kept until a derivative is asked for, since a result that nothing depends on
//! needs none: then it is a panic, never a number.

use crate::Flat;
use crate::lu::Lu;

/// Newton's step from the result that is allowed, relative to the result (or to one, if that is larger). A solver that stops early
/// has a derivative that is off by as much; what does not solve its equation at all takes steps of the size of the result.
const STEP: f64 = 1e-2;

/// Why there is no derivative.
#[derive(Clone, Debug)]
enum Failure {
    Singular,
    NotFinite,
    NoSolution { step: f64, size: f64 },
}

impl Failure {
    #[cold]
    #[track_caller]
    fn panic(&self, function: &str) -> ! {
        match self {
            Failure::Singular => panic!(
                "{function}: the derivative of the residual by the result is singular, so the residual does not define the \
                 result as a function of the arguments here"
            ),
            Failure::NotFinite => {
                panic!("{function}: the residual or its derivative by the result is infinite or NaN at the result")
            }
            Failure::NoSolution { step, size } => panic!(
                "{function}: the result does not solve its residual: Newton's method would change it by {step:e}, and it is of \
                 the size {size:e}; solve to a tighter tolerance, or correct the residual"
            ),
        }
    }

    /// Of a step from a result of this size, if it is too long.
    fn of_step(step: f64, size: f64) -> Option<Failure> {
        let near = step <= STEP * size.max(1.0);
        (!near).then_some(Failure::NoSolution { step, size })
    }
}

/// `f32` and `f64`.
pub trait Number: Copy {
    /// As `f64`.
    fn wide(self) -> f64;
    /// From `f64`.
    fn of(wide: f64) -> Self;
}
macro_rules! numbers {
    ($($float:ty)*) => {$(
        impl Number for $float {
            #[inline(always)]
            fn wide(self) -> f64 {
                self.into()
            }
            #[inline(always)]
            fn of(wide: f64) -> $float {
                wide as $float
            }
        }
    )*};
}
numbers!(f32 f64);

/// The derivative of the residual of a result that is a number.
#[derive(Clone, Debug)]
pub struct Slope {
    function: &'static str,
    value: Result<f64, Failure>,
}

impl Slope {
    /// Of the result, its residual, and the derivative of this by that.
    #[inline]
    pub fn new<T: Number>(function: &'static str, y: T, residual: T, slope: T) -> Slope {
        let (y, residual, slope) = (y.wide(), residual.wide(), slope.wide());
        let value = if !y.is_finite() {
            Ok(f64::NAN)
        } else if !slope.is_finite() || !residual.is_finite() {
            Err(Failure::NotFinite)
        } else if slope == 0.0 {
            Err(Failure::Singular)
        } else {
            Failure::of_step((residual / slope).abs(), y.abs()).map_or(Ok(slope), Err)
        };
        Slope { function, value }
    }
    /// What a cotangent of the result (or the tangent of the residual, in forward mode) becomes.
    ///
    /// # Panics
    ///
    /// If there is no derivative and the cotangent is not zero.
    #[inline]
    #[track_caller]
    #[must_use]
    pub fn divide<T: Number>(&self, cotangent: T) -> T {
        if cotangent.wide() == 0.0 {
            return T::of(0.0);
        }
        match &self.value {
            Ok(slope) => T::of(-cotangent.wide() / slope),
            Err(failure) => failure.panic(self.function),
        }
    }
}

/// The derivative of the residual of a result that is an array or a Vec. `Z` is the type of its tangents.
#[derive(Clone, Debug)]
pub struct Implicit<Z> {
    /// The tangent of the result for the present column: a unit vector.
    pub unit: Z,
    function: &'static str,
    n: usize,
    /// The present column, counted from one.
    at: usize,
    matrix: Vec<f64>,
}

impl<Z: Flat + Clone> Implicit<Z> {
    /// An empty one, for a result of this shape.
    #[must_use]
    pub fn new(function: &'static str, zero: Z) -> Implicit<Z> {
        let n = zero.count();
        Implicit { unit: zero, function, n, at: 0, matrix: vec![0.0; n * n] }
    }
    /// Makes `unit` the next unit vector, if there is one. Call [`column`](Implicit::column) after it.
    pub fn next_column(&mut self) -> bool {
        let more = self.at < self.n;
        if more {
            self.unit.set_unit(self.at);
        }
        self.at += 1;
        more
    }
    /// Keeps the present column: the tangent of the residual.
    ///
    /// # Panics
    ///
    /// If the residual has not as many elements as the result.
    #[track_caller]
    pub fn column(&mut self, residual_dot: &dyn Flat) {
        let mut rows = 0;
        residual_dot.read(&mut |x| {
            if let Some(element) = self.matrix.get_mut(rows * self.n + self.at - 1) {
                *element = x;
            }
            rows += 1;
        });
        self.check(rows);
    }
    #[track_caller]
    fn check(&self, rows: usize) {
        let (function, n) = (self.function, self.n);
        assert!(rows == n, "{function}: the residual has {rows} elements, and the result has {n}");
    }
    /// Factors the matrix, for this result and its residual.
    ///
    /// # Panics
    ///
    /// If the residual has not as many elements as the result.
    #[track_caller]
    pub fn factor(self, y: &dyn Flat, residual: &dyn Flat) -> Factored {
        let (y, residual) = (y.to_floats(), residual.to_floats());
        self.check(residual.len());
        let finite = |v: &[f64]| v.iter().all(|x| x.is_finite());
        let largest = |v: &[f64]| v.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        let factors = if !finite(&y) {
            Ok(None)
        } else if !finite(&residual) || !finite(&self.matrix) {
            Err(Failure::NotFinite)
        } else {
            match Lu::new(self.matrix, self.n) {
                None => Err(Failure::Singular),
                Some(lu) => Failure::of_step(largest(&lu.solve(&residual)), largest(&y)).map_or(Ok(Some(lu)), Err),
            }
        };
        Factored { function: self.function, factors }
    }
}

/// The derivative of a residual in factors; `None` where the result is not finite, and so is no derivative.
#[derive(Clone, Debug)]
pub struct Factored {
    function: &'static str,
    factors: Result<Option<Lu>, Failure>,
}

impl Factored {
    /// Forward: makes `y_dot` what the result's tangent is for this tangent of the residual.
    ///
    /// # Panics
    ///
    /// If there is no derivative.
    #[track_caller]
    pub fn forward(&self, residual_dot: &dyn Flat, y_dot: &mut dyn Flat) {
        self.write(residual_dot, y_dot, Lu::solve);
    }
    /// Reverse: makes `residual_bar` the cotangent of the residual for this cotangent of the result. False if that is zero.
    ///
    /// # Panics
    ///
    /// If there is no derivative and the cotangent is not zero, or if it has not as many elements as the result.
    #[track_caller]
    pub fn reverse(&self, y_bar: &dyn Flat, residual_bar: &mut dyn Flat) -> bool {
        let needed = is_nonzero(y_bar);
        if needed {
            self.write(y_bar, residual_bar, Lu::solve_transposed);
        }
        needed
    }
    #[track_caller]
    fn write(&self, given: &dyn Flat, out: &mut dyn Flat, solve: fn(&Lu, &[f64]) -> Vec<f64>) {
        let given = given.to_floats();
        crate::check_len(self.function, "the cotangent of the result", out.count(), given.len());
        let solution = match &self.factors {
            Ok(Some(lu)) => solve(lu, &given),
            Ok(None) => vec![f64::NAN; given.len()],
            Err(failure) => failure.panic(self.function),
        };
        let mut next = solution.iter();
        out.write(&mut || -next.next().copied().unwrap_or(f64::NAN));
    }
}

/// Whether a tangent or cotangent has an element other than zero.
pub fn is_nonzero(v: &dyn Flat) -> bool {
    let mut found = false;
    v.read(&mut |x| found |= x != 0.0);
    found
}
