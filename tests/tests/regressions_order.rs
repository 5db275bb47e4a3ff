//! Second derivatives that once were wrong.

use ad_runtime::{Differentiable, check_grad, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    stiffness: f64,
    #[constant]
    length: f64,
    ends: Vec<f64>,
}

fn spring(stiffness: f64) -> Spring {
    Spring { stiffness, length: 0.6, ends: vec![0.3, 1.1] }
}

#[differentiate(order = 2)]
fn energy(s: &Spring, x: f64) -> f64 {
    let stretch = s.ends[1] * x - s.ends[0] - s.length;
    s.stiffness * s.stiffness * stretch.powi(4)
}

#[differentiate]
fn constant_of_a_gradient(s: &Spring, x: f64) -> f64 {
    let (of_s, of_x) = energy::grad(s, x);
    of_s.length * of_x
}

/// The constant field is active here, and the gradient has a copy of it.
#[differentiate]
fn active_in_a_constant_field(s: &Spring, x: f64) -> f64 {
    let mut t = s.clone();
    t.length = x * s.stiffness;
    let (value, (of_t, _)) = energy::value_and_grad(&t, x);
    of_t.length * of_t.stiffness + value
}

#[differentiate(order = 2)]
fn total(springs: &[Spring]) -> f64 {
    let mut sum = 0.0;
    for s in springs {
        sum += s.stiffness * s.stiffness * s.length + s.ends[0] * s.stiffness;
    }
    sum * sum
}

#[differentiate]
fn of_a_list(springs: &[Spring], x: f64) -> f64 {
    let mut t = springs.to_vec();
    t[0].length = x * t[0].stiffness;
    let gradient = total::grad(&t);
    let mut sum = 0.0;
    for g in &gradient {
        sum += g.length * g.stiffness * x;
    }
    let (value, gradient) = total::value_and_grad(&t);
    sum + value * gradient[0].length
}

/// What was read of a gradient's constant field was taken for a direction of the second derivative, and in forward mode it
/// was not the field's value.
#[test]
fn constant_fields_of_gradients() {
    check_grad!(constant_of_a_gradient, &spring(0.4), 1.7);
    check_grad!(active_in_a_constant_field, &spring(0.4), 0.7);
    check_grad!(of_a_list, &[spring(0.4), spring(0.9)], 0.7);
    let (s, v) = (spring(0.4), spring(1.0));
    let (_, (of_s, of_x)) = constant_of_a_gradient::value_and_grad(&s, 1.7);
    let along = of_s.stiffness + 0.3 * of_s.ends[0] + 1.1 * of_s.ends[1] + 0.5 * of_x;
    let (value, dot) = constant_of_a_gradient::jvp((&s, 1.7), (&v, 0.5));
    assert_eq!(value, constant_of_a_gradient(&s, 1.7));
    assert!((dot - along).abs() < 1e-12, "{dot} and {along}");
}
