//! Structs, enums, `Option` and `Result` that once were wrong, most of them found by random programs.

use ad_runtime::{Differentiable, check_grad, differentiate};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Spring {
    m: f64,
    #[constant]
    k: f64,
    on: bool,
    z: f64,
}

const SPRING: Spring = Spring { m: 2.0, k: 3.0, on: true, z: 0.5 };
const ZERO: Spring = Spring { m: 0.0, k: 0.0, on: true, z: 0.0 };

#[differentiate]
fn energy(s: Spring) -> f64 {
    s.k * s.m
}

#[differentiate]
fn passed_by_value(a: f64, b: f64) -> f64 {
    energy(Spring { m: a, k: b, on: true, z: 0.0 })
}

#[differentiate]
fn repeated(s: Spring, b: f64) -> f64 {
    let all = vec![Spring { k: b, ..s }; 2];
    let mut y = 0.0;
    for u in &all {
        y += u.k * u.m;
    }
    y
}

#[differentiate]
fn rebuilt(s: Spring, b: f64) -> f64 {
    let mut t = s;
    for _ in 0..3 {
        t = Spring { m: t.m * t.k, k: b, on: true, z: 0.0 };
    }
    t.m
}

#[differentiate]
fn made(a: f64, b: f64) -> Spring {
    Spring { m: a, k: b, on: true, z: a }
}

/// Reverse mode lost what was stored in a constant field, or counted it again in each iteration; forward mode did not.
#[test]
fn active_values_in_constant_fields() {
    check_grad!(passed_by_value, 2.0, 3.0);
    assert_eq!(passed_by_value::grad(2.0, 3.0), (3.0, 2.0));
    assert_eq!(repeated::grad(SPRING, 3.0), (Spring { m: 6.0, ..ZERO.with_k(3.0) }, 4.0));
    assert_eq!(repeated::jvp((SPRING, 3.0), (ZERO, 1.0)).1, 4.0);
    assert_eq!(rebuilt::grad(SPRING, 3.0), (Spring { m: 27.0, ..ZERO.with_k(3.0) }, 36.0));
    assert_eq!(rebuilt::jvp((SPRING, 3.0), (ZERO, 1.0)).1, 36.0);
    // What a cotangent holds in a constant field is ignored.
    assert_eq!(made::vjp(2.0, 3.0).1(Spring { m: 1.0, ..ZERO.with_k(1000.0) }), (1.0, 0.0));
}

impl Spring {
    fn with_k(self, k: f64) -> Spring {
        Spring { k, ..self }
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Table {
    factor: f64,
    rows: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model {
    m: f64,
    #[constant]
    data: Vec<(usize, f64)>,
    #[constant]
    pair: (f64, bool),
    #[constant]
    table: Table,
}

#[differentiate]
fn tabulated(s: &Model) -> f64 {
    let mut y = s.pair.0 * s.m;
    for (i, d) in &s.data {
        y += d * s.m * *i as f64;
    }
    for r in &s.table.rows {
        y += r * s.m;
    }
    y + s.data[0].1 * s.m * s.table.factor
}

#[differentiate]
fn through_a_copy(s: &Model) -> f64 {
    let t = s.clone();
    t.m * t.table.factor + t.m * t.data[1].1
}

/// Forward mode took the floats of a constant field for derivatives, where the field's type has no zero of its own type.
#[test]
fn constant_fields_of_any_type() {
    let table = Table { factor: 5.0, rows: vec![0.5, 0.25] };
    let s = Model { m: 2.0, data: vec![(1, 2.0), (2, 5.0)], pair: (4.0, true), table };
    let v = Model { m: 1.0, ..s.clone() };
    check_grad!(tabulated, &s);
    assert_eq!(tabulated::jvp(&s, &v).1, tabulated::grad(&s).m);
    check_grad!(through_a_copy, &s);
    assert_eq!(through_a_copy::jvp(&s, &v).1, 10.0);
}

#[differentiate]
fn list_with_update(s: Spring) -> f64 {
    let list = [Spring { m: 0.5, k: 0.75, on: true, z: 0.5 }, Spring { on: true, k: 0.75, m: 0.5, ..s }];
    list[1].z * list[1].z
}

/// The cotangent of a field that is no float was made zero.
#[test]
fn update_syntax_with_a_bool() {
    check_grad!(list_with_update, SPRING);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Counter {
    steps: usize,
    x: f64,
}

#[differentiate]
fn doubled(all: &mut [Counter], one: &mut Counter) {
    one.x *= 2.0;
    all[0].x *= one.x;
}

/// The gradient of what is changed starts from the user's cotangent, whose integers it kept.
#[test]
fn integers_of_gradients_in_place() {
    let counter = |steps: usize, x: f64| Counter { steps, x };
    let (mut all, mut one) = ([counter(3, 2.0)], counter(4, 5.0));
    let ((), pullback) = doubled::vjp(&mut all, &mut one);
    assert_eq!(pullback((&[counter(7, 1.0)], counter(8, 0.0))), (vec![counter(3, 10.0)], counter(4, 4.0)));
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Op {
    V1(f64),
    V2 { x: f64 },
}

#[differentiate]
fn capitals(x: f64) -> f64 {
    match Op::V1(x * x) {
        Op::V1(y) => y * x,
        Op::V2 { x } => x,
    }
}

/// A variant's name without a small letter was taken for a function's.
#[test]
fn variants_in_capitals() {
    check_grad!(capitals, 1.5);
}

#[derive(Clone, Debug, PartialEq)]
enum Failure {
    Low,
}

#[differentiate]
fn typed_by_the_user(x: f64) -> f64 {
    let mut r: Result<f64, Failure> = Ok(x * x);
    if x > 1.0 {
        r = Err(Failure::Low);
    }
    let mut s: Result<f64, Failure> = Err(Failure::Low);
    if x > 1.2 {
        s = Ok(x);
    }
    r.unwrap_or(x) + s.unwrap_or(2.0 * x)
}

/// The error's type, which the user had written, was not in the emitted code.
#[test]
fn errors_of_a_written_type() {
    check_grad!(typed_by_the_user, 0.5);
    check_grad!(typed_by_the_user, 1.5);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Series {
    scale: f64,
    terms: Vec<f64>,
    offset: f64,
}

fn series() -> Series {
    Series { scale: 1.5, terms: vec![1.0, 2.0, 3.0], offset: 2.0 }
}

#[differentiate]
fn other_terms(all: &mut [Series], k: &[f64]) -> Series {
    let terms = vec![k[0] * 2.0];
    Series { terms, ..all[1].clone() }
}

#[differentiate]
fn without_terms(all: &[Series], n: usize) -> Series {
    Series { scale: 0.5, terms: Vec::new(), ..all[n].clone() }
}

#[differentiate]
fn moved_base(base: Series, k: &[f64]) -> Series {
    let terms = vec![k[0] * 2.0];
    Series { scale: k[1], terms, ..base }
}

#[differentiate]
fn moved_local(k: &[f64]) -> Series {
    let base = Series { scale: k[0] * k[1], terms: vec![k[0], k[1]], offset: k[0] * k[0] };
    Series { terms: vec![k[1] * k[1]], ..base }
}

#[differentiate]
fn base_changed_later(mut s: Series, k: &[f64]) -> Series {
    s.terms.push(k[0] * k[1]);
    s.scale *= k[0];
    let out = Series { terms: vec![k[0] * 2.0], ..s.clone() };
    s.terms.clear();
    s.terms.push(k[1]);
    s.offset *= k[1];
    Series { scale: s.scale * out.scale, offset: out.terms[0] * s.offset, ..out }
}

#[differentiate]
fn of_calls(all: &[Series], k: &[f64]) -> f64 {
    let a = without_terms(all, 1);
    let b = moved_base(all[0].clone(), k);
    b.terms[0] * a.offset + a.scale * b.offset
}

/// `..base` where a listed field has another length than the base's: a panic in both modes.
#[test]
fn update_syntax_that_changes_a_length() {
    let k = [0.5, 0.7];
    let (_, pullback) = other_terms::vjp(&mut [series(), series()], &k);
    let seed = || Series { scale: 1.0, terms: vec![4.0], offset: 1.0 };
    let (all, k_bar) = pullback((seed(), &[series(), series()]));
    assert_eq!(all, [series(), Series { scale: 2.5, offset: 3.0, ..series() }]);
    assert_eq!(k_bar, [8.0, 0.0]);
    check_grad!(without_terms, &[series(), series()], 1);
    check_grad!(moved_base, series(), &k);
    check_grad!(moved_local, &k);
    check_grad!(base_changed_later, series(), &k);
    check_grad!(of_calls, &[series(), series()], &k);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Gate {
    Open { width: f64 },
    Shut,
}

#[differentiate]
fn opened(x: &[f64], gates: &mut [Gate]) -> f64 {
    gates[1] = Gate::Open { width: x[0] };
    0.5 * x[1]
}

#[differentiate]
fn grown(s: &mut Series, step: &[f64]) -> f64 {
    s.terms.extend_from_slice(step);
    s.terms[s.terms.len() - 1] * s.scale
}

/// `grad` made the cotangent of a `&mut` argument before the call, when it had another variant or length.
#[test]
fn gradients_of_arguments_that_change_shape() {
    let (x, gates) = opened::grad(&[1.0, 2.0], &mut [Gate::Shut, Gate::Shut]);
    assert_eq!((x, gates), (vec![0.0, 0.5], vec![Gate::Shut, Gate::Shut]));
    let zeros = Series { scale: 0.0, terms: vec![0.0; 3], offset: 0.0 };
    let mut s = series();
    let (value, (bar, step)) = grown::value_and_grad(&mut s, &[4.0, 5.0]);
    assert_eq!((value, s.terms.len()), (7.5, 5));
    assert_eq!((bar, step), (Series { scale: 5.0, ..zeros }, vec![0.0, 1.5]));
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Mode {
    gain: f64,
    on: bool,
    #[constant]
    table: [f64; 2],
    n: i32,
}

const MODE: Mode = Mode { gain: 2.0, on: true, table: [3.0, 4.0], n: 5 };

#[differentiate]
fn table_replaced(m: Mode, x: f64) -> f64 {
    let mut y = 0.0;
    for t in &m.table {
        let other = Mode { table: [2.0, 0.75], gain: x * x, ..m };
        y += t * other.gain * other.table[1];
    }
    y
}

#[differentiate]
fn taken_apart(m: Mode) -> f64 {
    let Mode { gain, on, n, .. } = m;
    let _ = (on, n);
    gain * gain
}

#[differentiate]
fn masked(all: &mut [Mode], x: f64) -> f64 {
    let last = all[1];
    all[0] = Mode { n: last.n & 1, gain: last.gain * x, ..last };
    if all[0].n == 1 { all[0].gain * x } else { x }
}

/// An array field that is looped over was taken for a Vec, a flag for a float; integers in bit operations had no type.
#[test]
fn fields_that_are_no_floats() {
    check_grad!(table_replaced, MODE, 1.5);
    check_grad!(taken_apart, MODE);
    check_grad!(masked, &mut [MODE, MODE], 1.5);
    assert_eq!(masked::grad(&mut [MODE, MODE], 1.5).1, 6.0);
}

#[differentiate]
fn counted(m: &Mode, xs: &[f64]) -> f64 {
    let mut found: Option<f64> = None;
    if m.gain > 1.0 {
        found = Some(m.gain * xs[m.n.saturating_sub(4).unsigned_abs() as usize]);
    }
    found.unwrap_or(2.0) * m.gain.powi(m.n % 3)
}

/// Methods that only integers have, an integer as an exponent, and `None` with an annotation.
#[test]
fn integer_fields_in_methods() {
    check_grad!(counted, &MODE, &[0.5, 0.7]);
    assert_eq!(counted::grad(&MODE, &[0.5, 0.7]).1, [0.0, 8.0]);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct WithCount(f64, i32);

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct OfLists {
    list: Vec<WithCount>,
    pair: [WithCount; 2],
}

#[differentiate]
fn scaled_first(s: &mut OfLists, y: f64) {
    s.list[0].0 *= y;
}

/// The gradient of a changed list of structs has the integers of the argument, not of the cotangent.
#[test]
fn integers_in_lists_come_from_the_argument() {
    let of = |x: f64, n: i32| OfLists { list: vec![WithCount(x, n); 2], pair: [WithCount(x, n), WithCount(0.0, n)] };
    let (_, pullback) = scaled_first::vjp(&mut of(1.5, 3), 2.0);
    let (bar, y_bar) = pullback(of(0.5, 7));
    let mut expected = of(0.5, 3);
    expected.list[0].0 = 1.0;
    assert_eq!((bar, y_bar), (expected, 0.75));
}
