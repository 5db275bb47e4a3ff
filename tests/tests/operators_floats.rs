//! The rules of the operators of floats, first and second, against differences.

use ad_runtime::Const;
use ad_runtime::operators::{Add, Add2, Div, Div2, Mul, Mul2, Neg, Neg2, Rem, Rem2, Sub, Sub2};
use ad_runtime::operators::{AddAssign, DivAssign, DivAssign2, MulAssign, MulAssign2, RemAssign, SubAssign};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-7 * (1.0 + expected.abs()), "{found} and {expected}");
}

const H: f64 = 1e-5;

fn slope(f: impl Fn(f64) -> f64, at: f64) -> f64 {
    (f(at + H) - f(at - H)) / (2.0 * H)
}

macro_rules! binary {
    ($($name:ident $again:ident $op:tt;)*) => {$({
        for (a, b) in [(0.7, 1.3), (-2.6, 0.9), (3.1, -0.8)] {
            let (da, db) = (0.4, -0.3);
            let (mut a_bar, mut b_bar) = (10.0, 20.0);
            let y = $name::operator_adjoint(a, &b, &mut a_bar, &mut b_bar, &2.0);
            assert_eq!(y, a $op b);
            close(a_bar, 10.0 + 2.0 * slope(|a| a $op b, a));
            close(b_bar, 20.0 + 2.0 * slope(|b| a $op b, b));
            let tangent = |a: f64, b: f64| $name::operator_tangent(&a, b, (&da, &db)).1;
            let expected = da * slope(|a| a $op b, a) + db * slope(|b| a $op b, b);
            close(tangent(a, b), expected);
            close($again::operator_tangent_primal(a, b, da, db).1, expected);
            // The tangent's gradient.
            let (mut a_bar, mut b_bar, mut da_bar, mut db_bar) = (0.0, 0.0, 0.0, 0.0);
            let pair = $again::operator_tangent_adjoint(
                a, b, da, db, &mut a_bar, &mut b_bar, &mut da_bar, &mut db_bar, &(0.5, 3.0),
            );
            assert_eq!(pair, (y, tangent(a, b)));
            close(a_bar, slope(|a| 0.5 * (a $op b) + 3.0 * tangent(a, b), a));
            close(b_bar, slope(|b| 0.5 * (a $op b) + 3.0 * tangent(a, b), b));
            close(da_bar, 3.0 * slope(|a| a $op b, a));
            close(db_bar, 3.0 * slope(|b| a $op b, b));
            // And along a direction.
            let moved = |t: f64| {
                let (a, b, da, db) = (a + 0.2 * t, b + 0.6 * t, da - 0.7 * t, db + 0.1 * t);
                $again::operator_tangent_primal(a, b, da, db)
            };
            let (_, dot) = $again::operator_tangent_tangent(a, b, da, db, (&0.2, &0.6, &-0.7, &0.1));
            close(dot.0, slope(|t| moved(t).0, 0.0));
            close(dot.1, slope(|t| moved(t).1, 0.0));
        }
    })*};
}

#[test]
fn of_two_operands() {
    binary! {
        Add Add2 +;
        Sub Sub2 -;
        Mul Mul2 *;
        Div Div2 /;
        Rem Rem2 %;
    }
}

#[test]
fn negation() {
    let mut bar = 1.0;
    assert_eq!(Neg::operator_adjoint(2.0, &mut bar, &3.0), -2.0);
    assert_eq!(bar, -2.0);
    assert_eq!(Neg::operator_tangent(&2.0, (&5.0,)), (-2.0, -5.0));
    let (mut bar, mut dot_bar) = (1.0, 2.0);
    let pair = Neg2::operator_tangent_adjoint(2.0, 4.0, &mut bar, &mut dot_bar, &(3.0, 7.0));
    assert_eq!((pair, bar, dot_bar), ((-2.0, -4.0), -2.0, -5.0));
    assert_eq!(Neg2::operator_tangent_tangent(2.0, 4.0, (&1.0, &3.0)), ((-2.0, -4.0), (-1.0, -3.0)));
}

macro_rules! assigns {
    ($($name:ident $op:tt;)*) => {$({
        let (mut a, b) = (1.7, 0.6);
        let (mut a_bar, mut b_bar) = (2.0, 20.0);
        $name::operator_adjoint(&mut a, b, &mut a_bar, &mut b_bar, &());
        assert_eq!(a, 1.7 $op b);
        close(a_bar, 2.0 * slope(|a| a $op b, 1.7));
        close(b_bar, 20.0 + 2.0 * slope(|b| 1.7 $op b, b));
        let (mut a, mut a_dot) = (1.7, 0.4);
        let _ = $name::operator_tangent(&mut a, &b, (&mut a_dot, Const));
        close(a_dot, 0.4 * slope(|a| a $op b, 1.7));
    })*};
}

#[test]
fn assignments() {
    assigns! {
        AddAssign +;
        SubAssign -;
        MulAssign *;
        DivAssign /;
        RemAssign %;
    }
    // Twice: the tangent's gradient of `a *= b` and `a /= b`.
    let tangent = |a: f64, b: f64, da: f64, db: f64| da / b - db * a / (b * b);
    let (mut a, mut a_dot) = (1.7, 0.4);
    let (mut a_bar, mut b_bar, mut a_dot_bar, mut b_dot_bar) = (0.5, 0.0, 3.0, 0.0);
    let _ = DivAssign2::operator_tangent_adjoint(
        &mut a,
        0.6,
        &mut a_dot,
        -0.3,
        &mut a_bar,
        &mut b_bar,
        &mut a_dot_bar,
        &mut b_dot_bar,
        &((), ()),
    );
    close(a_dot, tangent(1.7, 0.6, 0.4, -0.3));
    close(a_bar, slope(|a| 0.5 * a / 0.6 + 3.0 * tangent(a, 0.6, 0.4, -0.3), 1.7));
    close(b_bar, slope(|b| 0.5 * 1.7 / b + 3.0 * tangent(1.7, b, 0.4, -0.3), 0.6));
    close(a_dot_bar, 3.0 / 0.6);
    close(b_dot_bar, slope(|db| 3.0 * tangent(1.7, 0.6, 0.4, db), -0.3));
    let (mut a, mut a_dot, mut a_bar, mut a_second) = (1.7, 0.4, 0.2, 0.9);
    let _ =
        MulAssign2::operator_tangent_tangent(&mut a, 0.6, &mut a_dot, -0.3, (&mut a_bar, &0.5, &mut a_second, Const));
    close(a, 1.7 * 0.6);
    close(a_dot, 0.4 * 0.6 - 0.3 * 1.7);
    close(a_bar, 0.2 * 0.6 + 0.5 * 1.7);
    close(a_second, 0.9 * 0.6 + 0.4 * 0.5 - 0.3 * 0.2);
}

#[test]
fn integers() {
    assert_eq!(Mul::operator_adjoint(3usize, 4, Const, Const, &()), 12);
    assert_eq!(Sub::operator_tangent(3i32, 4, (Const, Const)), (-1, ()));
}
