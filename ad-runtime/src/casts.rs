//! Casts of results of calls, whose types only rustc knows: what emitted code calls for `y as f64`.
//!
//! Of a float the cotangent goes back through the cast. Of an integer there is none, and a derivative would be lost: an
//! error with words of ours, where `c as _` would have rustc's.

/// A float, as the operand or the result of a cast that passes a derivative.
#[diagnostic::on_unimplemented(
    message = "a cast makes a float of the integer that a differentiated function returns, which cuts the derivative",
    label = "this integer does not follow what it was made of",
    note = "return a float where a piecewise constant is meant, `x.floor()` for instance",
    note = "or cut the derivative on purpose: `ad_runtime::stop_gradient(..)` around each active argument of the call"
)]
pub trait CastOperand: Copy {
    /// Its cotangents and tangents.
    type Bar: Copy;
    /// Its cotangent out of that of the cast's result.
    fn bar_of_cast(bar: f64) -> Self::Bar;
    /// The tangent of the cast's result out of its own.
    fn dot_of_cast(dot: Self::Bar) -> f64;
}

impl CastOperand for f64 {
    type Bar = f64;
    #[inline]
    fn bar_of_cast(bar: f64) -> f64 {
        bar
    }
    #[inline]
    fn dot_of_cast(dot: f64) -> f64 {
        dot
    }
}

impl CastOperand for f32 {
    type Bar = f32;
    #[inline]
    fn bar_of_cast(bar: f64) -> f32 {
        bar as f32
    }
    #[inline]
    fn dot_of_cast(dot: f32) -> f64 {
        f64::from(dot)
    }
}

/// The cotangent of `y` in `y as f64` or `y as f32`.
#[inline]
pub fn cast_cotangent<Y: CastOperand>(_y: Y, bar: f64) -> Y::Bar {
    Y::bar_of_cast(bar)
}

/// The tangent of `y as f64`.
#[inline]
pub fn cast_tangent<Y: CastOperand>(_y: Y, dot: Y::Bar) -> f64 {
    Y::dot_of_cast(dot)
}
