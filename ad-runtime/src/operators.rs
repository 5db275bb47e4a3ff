//! The derivatives of operators: what `a * b` becomes where the macro does not know that `a` and `b` are floats.
//!
//! `#[differentiate] impl Mul<f64> for Vec3 { … }` implements [`Mul<f64>`] for `Vec3`, beside the operator's own trait of that
//! name. A differentiated function that multiplies a `Vec3` calls the operator on the way forth and `adjoint` on the way
//! back, which computes the product again: operators are short, and so nothing but the operands is kept for them.
//!
//! ```text
//! let w = v * k;
//! …
//! ::ad_runtime::operators::Mul::operator_adjoint(v, k, &mut v_bar, k_bar.reborrow(), &w_bar);
//! ```
//!
//! Floats implement the traits too, for operands of which only rustc knows what they are.

use crate::{Cotangent, IntoDot, Shadow, TangentOf};

type Bar<T> = <T as Cotangent>::Bar;

macro_rules! traits {
    (binary $name:ident $again:ident: $first:literal, $second:literal) => {
        /// The derivative of an operator of two operands.
        #[diagnostic::on_unimplemented(
            message = $first,
            label = "on the way to a derivative",
            note = "put `#[differentiate]` on the operator's `impl`",
            note = "or cut the derivative on purpose: `ad_runtime::stop_gradient(..)` around each active operand"
        )]
        pub trait $name<Rhs>: core::ops::$name<Rhs, Output: Cotangent> + Sized {
            /// What a shadow of the left operand points to.
            type Left: ?Sized;
            /// What a shadow of the right operand points to.
            type Right: ?Sized;
            /// The value; adds the gradients to the shadows.
            fn operator_adjoint(
                self,
                rhs: Rhs,
                left: impl Shadow<Self::Left>,
                right: impl Shadow<Self::Right>,
                seed: &Bar<Self::Output>,
            ) -> Self::Output;
            /// The value and its tangent.
            fn operator_tangent(
                self,
                rhs: Rhs,
                dots: (impl TangentOf<Self::Left>, impl TangentOf<Self::Right>),
            ) -> (Self::Output, Bar<Self::Output>);
        }
        /// The derivatives of an operator's tangent, which `order = 2` adds.
        #[diagnostic::on_unimplemented(
            message = $second,
            label = "on the way to a second derivative",
            note = "write `#[differentiate(order = 2)]` on the operator's `impl`"
        )]
        pub trait $again<Rhs>: $name<Rhs> {
            /// A tangent of the left operand.
            type LeftDot;
            /// A tangent of the right operand.
            type RightDot;
            /// The value and its tangent.
            fn operator_tangent_primal<D: IntoDot<Self::LeftDot>, E: IntoDot<Self::RightDot>>(
                self,
                rhs: Rhs,
                left_dot: D,
                right_dot: E,
            ) -> (Self::Output, Bar<Self::Output>);
            /// The adjoint of the tangent.
            #[allow(clippy::too_many_arguments)]
            fn operator_tangent_adjoint<D: IntoDot<Self::LeftDot>, E: IntoDot<Self::RightDot>>(
                self,
                rhs: Rhs,
                left_dot: D,
                right_dot: E,
                left: impl Shadow<Self::Left>,
                right: impl Shadow<Self::Right>,
                left_dot_bar: impl Shadow<Self::Left>,
                right_dot_bar: impl Shadow<Self::Right>,
                seed: &(Bar<Self::Output>, Bar<Self::Output>),
            ) -> (Self::Output, Bar<Self::Output>);
            /// The tangent of the tangent.
            #[allow(clippy::type_complexity)]
            fn operator_tangent_tangent<D: IntoDot<Self::LeftDot>, E: IntoDot<Self::RightDot>>(
                self,
                rhs: Rhs,
                left_dot: D,
                right_dot: E,
                dots: (
                    impl TangentOf<Self::Left>,
                    impl TangentOf<Self::Right>,
                    impl TangentOf<Self::Left>,
                    impl TangentOf<Self::Right>,
                ),
            ) -> ((Self::Output, Bar<Self::Output>), (Bar<Self::Output>, Bar<Self::Output>));
        }
    };
    (assign $name:ident $again:ident: $first:literal, $second:literal) => {
        /// The derivative of a compound assignment.
        #[diagnostic::on_unimplemented(
            message = $first,
            label = "on the way to a derivative",
            note = "put `#[differentiate]` on the operator's `impl`",
            note = "or cut the derivative on purpose: `ad_runtime::stop_gradient(..)` around each active operand"
        )]
        pub trait $name<Rhs>: core::ops::$name<Rhs> {
            /// What a shadow of the left operand points to.
            type Left: ?Sized;
            /// What a shadow of the right operand points to.
            type Right: ?Sized;
            /// Assigns; the left shadow turns from the cotangent of the final value to that of the initial one.
            fn operator_adjoint(&mut self, rhs: Rhs, left: &mut Self::Left, right: impl Shadow<Self::Right>, seed: &());
            /// Assigns, in the tangent of the left operand too.
            fn operator_tangent(&mut self, rhs: Rhs, dots: (&mut Self::Left, impl TangentOf<Self::Right>)) -> ((), ());
        }
        /// The derivatives of a compound assignment's tangent, which `order = 2` adds.
        #[diagnostic::on_unimplemented(
            message = $second,
            label = "on the way to a second derivative",
            note = "write `#[differentiate(order = 2)]` on the operator's `impl`"
        )]
        pub trait $again<Rhs>: $name<Rhs> {
            /// A tangent of the right operand.
            type RightDot;
            /// Assigns, in the tangent of the left operand too.
            fn operator_tangent_primal<E: IntoDot<Self::RightDot>>(
                &mut self,
                rhs: Rhs,
                left_dot: &mut Self::Left,
                right_dot: E,
            ) -> ((), ());
            /// The adjoint of the tangent.
            #[allow(clippy::too_many_arguments)]
            fn operator_tangent_adjoint<E: IntoDot<Self::RightDot>>(
                &mut self,
                rhs: Rhs,
                left_dot: &mut Self::Left,
                right_dot: E,
                left: &mut Self::Left,
                right: impl Shadow<Self::Right>,
                left_dot_bar: &mut Self::Left,
                right_dot_bar: impl Shadow<Self::Right>,
                seed: &((), ()),
            ) -> ((), ());
            /// The tangent of the tangent.
            #[allow(clippy::type_complexity)]
            fn operator_tangent_tangent<E: IntoDot<Self::RightDot>>(
                &mut self,
                rhs: Rhs,
                left_dot: &mut Self::Left,
                right_dot: E,
                dots: (
                    &mut Self::Left,
                    impl TangentOf<Self::Right>,
                    &mut Self::Left,
                    impl TangentOf<Self::Right>,
                ),
            ) -> (((), ()), ((), ()));
        }
    };
}
traits!(binary Add Add2: "`{Self} + {Rhs}` has no derivative", "`{Self} + {Rhs}` has no second derivative");
traits!(binary Sub Sub2: "`{Self} - {Rhs}` has no derivative", "`{Self} - {Rhs}` has no second derivative");
traits!(binary Mul Mul2: "`{Self} * {Rhs}` has no derivative", "`{Self} * {Rhs}` has no second derivative");
traits!(binary Div Div2: "`{Self} / {Rhs}` has no derivative", "`{Self} / {Rhs}` has no second derivative");
traits!(binary Rem Rem2: "`{Self} % {Rhs}` has no derivative", "`{Self} % {Rhs}` has no second derivative");
traits!(assign AddAssign AddAssign2: "`{Self} += {Rhs}` has no derivative", "`{Self} += {Rhs}` has no second derivative");
traits!(assign SubAssign SubAssign2: "`{Self} -= {Rhs}` has no derivative", "`{Self} -= {Rhs}` has no second derivative");
traits!(assign MulAssign MulAssign2: "`{Self} *= {Rhs}` has no derivative", "`{Self} *= {Rhs}` has no second derivative");
traits!(assign DivAssign DivAssign2: "`{Self} /= {Rhs}` has no derivative", "`{Self} /= {Rhs}` has no second derivative");
traits!(assign RemAssign RemAssign2: "`{Self} %= {Rhs}` has no derivative", "`{Self} %= {Rhs}` has no second derivative");

/// The derivative of `-a`.
#[diagnostic::on_unimplemented(
    message = "`-{Self}` has no derivative",
    label = "on the way to a derivative",
    note = "put `#[differentiate]` on the operator's `impl`",
    note = "or cut the derivative on purpose: `ad_runtime::stop_gradient(..)` around the operand"
)]
pub trait Neg: core::ops::Neg<Output: Cotangent> + Sized {
    /// What a shadow of the operand points to.
    type Left: ?Sized;
    /// The value; adds the gradient to the shadow.
    fn operator_adjoint(self, left: impl Shadow<Self::Left>, seed: &Bar<Self::Output>) -> Self::Output;
    /// The value and its tangent.
    fn operator_tangent(self, dots: (impl TangentOf<Self::Left>,)) -> (Self::Output, Bar<Self::Output>);
}

/// The derivatives of the tangent of `-a`, which `order = 2` adds.
#[diagnostic::on_unimplemented(
    message = "`-{Self}` has no second derivative",
    label = "on the way to a second derivative",
    note = "write `#[differentiate(order = 2)]` on the operator's `impl`"
)]
pub trait Neg2: Neg {
    /// A tangent of the operand.
    type LeftDot;
    /// The value and its tangent.
    fn operator_tangent_primal<D: IntoDot<Self::LeftDot>>(self, left_dot: D) -> (Self::Output, Bar<Self::Output>);
    /// The adjoint of the tangent.
    fn operator_tangent_adjoint<D: IntoDot<Self::LeftDot>>(
        self,
        left_dot: D,
        left: impl Shadow<Self::Left>,
        left_dot_bar: impl Shadow<Self::Left>,
        seed: &(Bar<Self::Output>, Bar<Self::Output>),
    ) -> (Self::Output, Bar<Self::Output>);
    /// The tangent of the tangent.
    #[allow(clippy::type_complexity)]
    fn operator_tangent_tangent<D: IntoDot<Self::LeftDot>>(
        self,
        left_dot: D,
        dots: (impl TangentOf<Self::Left>, impl TangentOf<Self::Left>),
    ) -> ((Self::Output, Bar<Self::Output>), (Bar<Self::Output>, Bar<Self::Output>));
}

/// `shadow += v`, where there is one.
#[inline(always)]
fn add<T: core::ops::AddAssign>(mut shadow: impl Shadow<T>, v: impl FnOnce() -> T) {
    if let Some(shadow) = shadow.present() {
        *shadow += v();
    }
}

/// What a tangent contributes: nothing where there is none, so that zero times infinity does not arise.
#[inline(always)]
fn part<T: Copy>(dot: &impl TangentOf<T>, zero: T, v: impl FnOnce(T) -> T) -> T {
    dot.present().map_or(zero, |dot| v(*dot))
}

/// The rules of floats. Of `a op b` a row gives what flows to `a` and `b` from `t`, by the first derivatives, and what flows
/// to them from `t` by the second derivatives along `da` and `db`.
macro_rules! floats {
    ($($float:ident)*) => {$(
        floats! { @binary [$float] [$float] [$float] }
        floats! { @binary [$float] [$float] [&$float] }
        floats! { @binary [$float] [&$float] [$float] }
        floats! { @binary [$float] [&$float] [&$float] }
        floats! { @assigns [$float] [$float] }
        floats! { @assigns [$float] [&$float] }
        floats! { @neg $float, $float }
        floats! { @neg $float, &$float }
    )*};
    (@binary [$float:ident] [$lhs:ty] [$rhs:ty]) => {
        floats! { @op Add Add2 [$float] [$lhs] [$rhs] |a, b, t, da, db| a + b; t, t; 0.0, 0.0 }
        floats! { @op Sub Sub2 [$float] [$lhs] [$rhs] |a, b, t, da, db| a - b; t, -t; 0.0, 0.0 }
        floats! { @op Mul Mul2 [$float] [$lhs] [$rhs] |a, b, t, da, db| a * b; t * b, t * a; t * db, t * da }
        floats! { @op Div Div2 [$float] [$lhs] [$rhs] |a, b, t, da, db| a / b;
            t / b, -t * (a / b) / b;
            -t * db / (b * b), -t * da / (b * b) + t * 2.0 * a * db / (b * b * b) }
        floats! { @op Rem Rem2 [$float] [$lhs] [$rhs] |a, b, t, da, db| a % b; t, -t * (a / b).trunc(); 0.0, 0.0 }
    };
    (@op $name:ident $again:ident [$float:ident] [$lhs:ty] [$rhs:ty]
        |$a:ident, $b:ident, $t:ident, $da:ident, $db:ident| $y:expr; $pa:expr, $pb:expr; $ppa:expr, $ppb:expr) => {
        impl $name<$rhs> for $lhs {
            type Left = $float;
            type Right = $float;
            #[inline(always)]
            fn operator_adjoint(self, rhs: $rhs, left: impl Shadow<$float>, right: impl Shadow<$float>, seed: &$float) -> $float {
                let $t = *seed;
                let ($a, $b) = (number(self), number(rhs));
                add(left, || $pa);
                add(right, || $pb);
                $y
            }
            #[inline(always)]
            fn operator_tangent(
                self,
                rhs: $rhs,
                dots: (impl TangentOf<$float>, impl TangentOf<$float>),
            ) -> ($float, $float) {
                let ($a, $b) = (number(self), number(rhs));
                ($y, part(&dots.0, 0.0, |$t| $pa) + part(&dots.1, 0.0, |$t| $pb))
            }
        }
        #[allow(unused_variables)]
        impl $again<$rhs> for $lhs {
            type LeftDot = $float;
            type RightDot = $float;
            #[inline(always)]
            fn operator_tangent_primal<D: IntoDot<$float>, E: IntoDot<$float>>(
                self,
                rhs: $rhs,
                left_dot: D,
                right_dot: E,
            ) -> ($float, $float) {
                let ($a, $b) = (number(self), number(rhs));
                let ($da, $db) = (left_dot.into_dot(&$a), right_dot.into_dot(&$b));
                let left = { let $t = $da; $pa };
                let right = { let $t = $db; $pb };
                ($y, left + right)
            }
            #[inline(always)]
            fn operator_tangent_adjoint<D: IntoDot<$float>, E: IntoDot<$float>>(
                self,
                rhs: $rhs,
                left_dot: D,
                right_dot: E,
                left: impl Shadow<$float>,
                right: impl Shadow<$float>,
                left_dot_bar: impl Shadow<$float>,
                right_dot_bar: impl Shadow<$float>,
                seed: &($float, $float),
            ) -> ($float, $float) {
                let ($a, $b) = (number(self), number(rhs));
                let ($da, $db) = (left_dot.into_dot(&$a), right_dot.into_dot(&$b));
                add(left, || { let first = { let $t = seed.0; $pa }; let $t = seed.1; first + ($ppa) });
                add(right, || { let first = { let $t = seed.0; $pb }; let $t = seed.1; first + ($ppb) });
                add(left_dot_bar, || { let $t = seed.1; $pa });
                add(right_dot_bar, || { let $t = seed.1; $pb });
                let left = { let $t = $da; $pa };
                let right = { let $t = $db; $pb };
                ($y, left + right)
            }
            #[inline(always)]
            fn operator_tangent_tangent<D: IntoDot<$float>, E: IntoDot<$float>>(
                self,
                rhs: $rhs,
                left_dot: D,
                right_dot: E,
                dots: (
                    impl TangentOf<$float>,
                    impl TangentOf<$float>,
                    impl TangentOf<$float>,
                    impl TangentOf<$float>,
                ),
            ) -> (($float, $float), ($float, $float)) {
                let ($a, $b) = (number(self), number(rhs));
                let ($da, $db) = (left_dot.into_dot(&$a), right_dot.into_dot(&$b));
                let left = { let $t = $da; $pa };
                let right = { let $t = $db; $pb };
                let first = part(&dots.0, 0.0, |$t| $pa) + part(&dots.1, 0.0, |$t| $pb);
                let second = part(&dots.0, 0.0, |$t| $ppa) + part(&dots.1, 0.0, |$t| $ppb)
                    + part(&dots.2, 0.0, |$t| $pa) + part(&dots.3, 0.0, |$t| $pb);
                (($y, left + right), (first, second))
            }
        }
    };
    (@assigns [$float:ident] [$rhs:ty]) => {
        floats! { @assign AddAssign AddAssign2 Add Add2 [$float] [$rhs] }
        floats! { @assign SubAssign SubAssign2 Sub Sub2 [$float] [$rhs] }
        floats! { @assign MulAssign MulAssign2 Mul Mul2 [$float] [$rhs] }
        floats! { @assign DivAssign DivAssign2 Div Div2 [$float] [$rhs] }
        floats! { @assign RemAssign RemAssign2 Rem Rem2 [$float] [$rhs] }
    };
    (@assign $name:ident $again:ident $op:ident $op_again:ident [$float:ident] [$rhs:ty]) => {
        impl $name<$rhs> for $float {
            type Left = $float;
            type Right = $float;
            #[inline(always)]
            fn operator_adjoint(&mut self, rhs: $rhs, left: &mut $float, right: impl Shadow<$float>, (): &()) {
                let seed = core::mem::replace(left, 0.0);
                *self = $op::operator_adjoint(*self, rhs, left, right, &seed);
            }
            #[inline(always)]
            fn operator_tangent(&mut self, rhs: $rhs, dots: (&mut $float, impl TangentOf<$float>)) -> ((), ()) {
                let dot = *dots.0;
                (*self, *dots.0) = $op::operator_tangent(*self, rhs, (&dot, dots.1));
                ((), ())
            }
        }
        impl $again<$rhs> for $float {
            type RightDot = $float;
            #[inline(always)]
            fn operator_tangent_primal<E: IntoDot<$float>>(
                &mut self,
                rhs: $rhs,
                left_dot: &mut $float,
                right_dot: E,
            ) -> ((), ()) {
                (*self, *left_dot) = $op_again::operator_tangent_primal(*self, rhs, *left_dot, right_dot);
                ((), ())
            }
            #[inline(always)]
            fn operator_tangent_adjoint<E: IntoDot<$float>>(
                &mut self,
                rhs: $rhs,
                left_dot: &mut $float,
                right_dot: E,
                left: &mut $float,
                right: impl Shadow<$float>,
                left_dot_bar: &mut $float,
                right_dot_bar: impl Shadow<$float>,
                ((), ()): &((), ()),
            ) -> ((), ()) {
                let seed = (core::mem::replace(left, 0.0), core::mem::replace(left_dot_bar, 0.0));
                (*self, *left_dot) = $op_again::operator_tangent_adjoint(
                    *self, rhs, *left_dot, right_dot, left, right, left_dot_bar, right_dot_bar, &seed,
                );
                ((), ())
            }
            #[inline(always)]
            fn operator_tangent_tangent<E: IntoDot<$float>>(
                &mut self,
                rhs: $rhs,
                left_dot: &mut $float,
                right_dot: E,
                dots: (&mut $float, impl TangentOf<$float>, &mut $float, impl TangentOf<$float>),
            ) -> (((), ()), ((), ())) {
                let (dot, second) = (*dots.0, *dots.2);
                ((*self, *left_dot), (*dots.0, *dots.2)) =
                    $op_again::operator_tangent_tangent(*self, rhs, *left_dot, right_dot, (&dot, dots.1, &second, dots.3));
                (((), ()), ((), ()))
            }
        }
    };
    (@neg $float:ident, $of:ty) => {
        impl Neg for $of {
            type Left = $float;
            #[inline(always)]
            fn operator_adjoint(self, left: impl Shadow<$float>, seed: &$float) -> $float {
                add(left, || -seed);
                -self
            }
            #[inline(always)]
            fn operator_tangent(self, dots: (impl TangentOf<$float>,)) -> ($float, $float) {
                (-self, part(&dots.0, 0.0, |t| -t))
            }
        }
        impl Neg2 for $of {
            type LeftDot = $float;
            #[inline(always)]
            fn operator_tangent_primal<D: IntoDot<$float>>(self, left_dot: D) -> ($float, $float) {
                (-self, -left_dot.into_dot(&number(self)))
            }
            #[inline(always)]
            fn operator_tangent_adjoint<D: IntoDot<$float>>(
                self,
                left_dot: D,
                left: impl Shadow<$float>,
                left_dot_bar: impl Shadow<$float>,
                seed: &($float, $float),
            ) -> ($float, $float) {
                add(left, || -seed.0);
                add(left_dot_bar, || -seed.1);
                Neg2::operator_tangent_primal(self, left_dot)
            }
            #[inline(always)]
            fn operator_tangent_tangent<D: IntoDot<$float>>(
                self,
                left_dot: D,
                dots: (impl TangentOf<$float>, impl TangentOf<$float>),
            ) -> (($float, $float), ($float, $float)) {
                let second = (part(&dots.0, 0.0, |t| -t), part(&dots.1, 0.0, |t| -t));
                (Neg2::operator_tangent_primal(self, left_dot), second)
            }
        }
    };
}

/// A float, by value or behind a reference.
trait Number<T> {
    fn number(self) -> T;
}
impl Number<f64> for f64 {
    #[inline(always)]
    fn number(self) -> f64 {
        self
    }
}
impl Number<f32> for f32 {
    #[inline(always)]
    fn number(self) -> f32 {
        self
    }
}
impl<T: Copy> Number<T> for &T {
    #[inline(always)]
    fn number(self) -> T {
        *self
    }
}

#[inline(always)]
fn number<T>(of: impl Number<T>) -> T {
    of.number()
}

floats!(f32 f64);

/// Integers have no derivative.
macro_rules! integers {
    ($($int:ident)*) => {$(
        integers! { @each $int Add add; Sub sub; Mul mul; Div div; Rem rem; }
    )*};
    (@each $int:ident $($name:ident $method:ident;)*) => {$(
        impl $name<$int> for $int {
            type Left = ();
            type Right = ();
            #[inline(always)]
            fn operator_adjoint(self, rhs: $int, _: impl Shadow<()>, _: impl Shadow<()>, (): &()) -> $int {
                core::ops::$name::$method(self, rhs)
            }
            #[inline(always)]
            fn operator_tangent(self, rhs: $int, _: (impl TangentOf<()>, impl TangentOf<()>)) -> ($int, ()) {
                (core::ops::$name::$method(self, rhs), ())
            }
        }
    )*};
}
integers!(usize u8 u16 u32 u64 u128 isize i8 i16 i32 i64 i128);
