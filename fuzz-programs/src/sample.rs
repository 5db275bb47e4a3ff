//! Samples: random arguments, and what the interpreter says about them.
//!
//! The whole Jacobian comes from one run per input float; its products with the random tangent and cotangent are what
//! the compiled program is compared with. Central differences of the interpreter's own values guard its rules.

use crate::dice::Dice;
use crate::interpret::{Outcome, run};
use crate::records::{GOOD, Sort};
use crate::tree::{Function, Kind, Program, Ty};
use crate::value::Value;

pub(crate) struct Sample {
    /// The words that the printed check reads.
    pub(crate) words: Vec<u64>,
    pub(crate) tolerance: f64,
    /// What the central differences say against the dual numbers, if they do.
    pub(crate) difference: Option<String>,
    /// Whether differences could be formed at all (no branch changed within the step).
    pub(crate) differenced: bool,
    /// Whether any derivative is not zero.
    pub(crate) active: bool,
}

fn random_value(dice: &mut Dice, ty: &Ty, lengths: &mut Vec<usize>) -> Value {
    match ty {
        Ty::F64 => Value::constant((dice.float(-2.0, 2.0) * 64.0).round() / 64.0 + dice.float(0.0, 1e-3)),
        Ty::F32 => Value::constant(f64::from(dice.float(-2.0, 2.0) as f32)),
        Ty::Usize => Value::Int(dice.below(6) as i64),
        Ty::U8 | Ty::U32 => Value::Int(dice.below(5) as i64),
        Ty::Char => Value::Int(97 + dice.below(8) as i64),
        Ty::I32 | Ty::I64 => Value::Int(dice.below(9) as i64 - 3),
        Ty::Bool => Value::Bool(dice.chance(0.5)),
        Ty::Unit => Value::Unit,
        Ty::Tuple(ts) => Value::Tuple(ts.iter().map(|t| random_value(dice, t, lengths)).collect()),
        Ty::ArrayN(_) => unreachable!("an entry has no const parameters"),
        Ty::Array(t, n) => Value::Seq((0..*n).map(|_| random_value(dice, t, lengths)).collect()),
        Ty::Vec(t) | Ty::Slice(t) => {
            // Slices of one call often have the same length: programs index them together.
            let n = match lengths.last() {
                Some(&n) if dice.chance(0.8) => n,
                _ => *dice.pick(&[0, 1, 2, 3, 3, 4, 4, 5, 6]),
            };
            lengths.push(n);
            Value::Seq((0..n).map(|_| random_value(dice, t, lengths)).collect())
        }
        Ty::Ref(t, _) => random_value(dice, t, lengths),
        Ty::Record(r) => {
            let k = dice.below(r.variants.len());
            let parts = r.variants[k].members.iter().map(|m| random_value(dice, &m.ty, lengths)).collect();
            if r.sort == Sort::Struct { Value::Tuple(parts) } else { Value::Variant(k, parts) }
        }
    }
}

/// The words of a value; of a tangent or cotangent only the floats.
fn encode(value: &Value, ty: &Ty, floats_only: bool, out: &mut Vec<u64>) {
    match (value, ty.peeled()) {
        (Value::Float { v, .. }, _) => out.push(v.to_bits()),
        (Value::Int(i), _) if !floats_only => out.push(*i as u64),
        (Value::Bool(b), _) if !floats_only => out.push(u64::from(*b)),
        (Value::Tuple(vs), Ty::Tuple(ts)) => vs.iter().zip(ts).for_each(|(v, t)| encode(v, t, floats_only, out)),
        // The tangent of a struct is a struct, constants and all.
        (Value::Tuple(vs), Ty::Record(r)) => {
            r.variants[0].members.iter().zip(vs).for_each(|(m, v)| encode(v, &m.ty, false, out));
        }
        (Value::Variant(k, vs), Ty::Record(r)) => {
            out.push(*k as u64);
            r.variants[*k].members.iter().zip(vs).for_each(|(m, v)| encode(v, &m.ty, false, out));
        }
        (Value::Seq(_), ty) if floats_only && !ty.is_active() => {}
        (Value::Seq(vs), ty) => {
            if !matches!(ty, Ty::Array(..)) {
                out.push(vs.len() as u64);
            }
            let element = ty.element().expect("a sequence has elements");
            vs.iter().for_each(|v| encode(v, element, floats_only, out));
        }
        _ => {}
    }
}

fn encode_floats(xs: &[f64], out: &mut Vec<u64>) {
    out.push(xs.len() as u64);
    out.extend(xs.iter().map(|x| x.to_bits()));
}

/// All output floats of a run: the result's, then those of the active `&mut` arguments.
fn outputs(f: &Function, outcome: &Outcome) -> Vec<(f64, f64)> {
    let mut out = outcome.result.floats(&f.ret);
    let in_out = f.params.iter().filter(|p| p.is_in_out()).zip(&outcome.in_out);
    in_out.filter(|(p, _)| p.is_active()).for_each(|(p, v)| out.extend(v.floats(&p.ty)));
    out
}

/// Arguments moved by `h` along the direction (or carrying it as the derivative, when `h` is zero).
fn directed(f: &Function, args: &[Value], direction: &[f64], h: f64) -> Vec<Value> {
    let mut k = 0;
    let mut moved = args.to_vec();
    for (param, arg) in f.params.iter().zip(&mut moved) {
        if param.is_active() {
            arg.each_float(&param.ty, &mut |v, d| {
                *v += h * direction[k];
                *d = if h == 0.0 { direction[k] } else { 0.0 };
                k += 1;
            });
        }
    }
    moved
}

pub(crate) fn uses_f32(program: &Program) -> bool {
    crate::walk::any_expr(program, &mut |e| e.ty == Ty::F32)
        || program.records.iter().any(|r| r.members().any(|m| m.ty.contains(&Ty::F32)))
}

/// Why arguments are rejected where a value, a derivative or a partial derivative on the way is infinite or NaN. A branch
/// may discard it: but zero times it is NaN, in the adjoint and in the tangent, and what is right is a matter of taste.
pub(crate) const NOT_FINITE: &str = "a value or derivative is not finite";

/// A sample of a program, or why these arguments do not make one.
/// With `empty`, slices and Vecs without elements are the likeliest.
pub(crate) fn sample(program: &Program, dice: &mut Dice, empty: bool) -> Result<Sample, String> {
    let f = program.entry();
    let mut lengths = if empty { vec![0] } else { Vec::new() };
    let args: Vec<Value> = f.params.iter().map(|p| random_value(dice, &p.ty, &mut lengths)).collect();
    let active: Vec<usize> = (0..args.len()).filter(|i| f.params[*i].is_active()).collect();
    let inputs: usize = active.iter().map(|i| args[*i].floats(&f.params[*i].ty).len()).sum();
    let unit = |k: usize| (0..inputs).map(|i| f64::from(u8::from(i == k))).collect::<Vec<_>>();

    let base = run(program, &args)?;
    let ys = outputs(f, &base);
    if ys.iter().any(|y| !y.0.is_finite()) {
        return Err(NOT_FINITE.into());
    }
    let mut jacobian = Vec::new();
    for k in 0..inputs {
        let outcome = run(program, &directed(f, &args, &unit(k), 0.0))?;
        let column: Vec<f64> = outputs(f, &outcome).iter().map(|y| y.1).collect();
        if outcome.singular || column.iter().any(|d| !d.is_finite()) {
            return Err(NOT_FINITE.into());
        }
        jacobian.push(column);
    }

    let single = uses_f32(program);
    let mut random = || (dice.float(-1.0, 1.0) * 1024.0).round() / 1024.0;
    let tangents: Vec<Value> = active.iter().map(|i| args[*i].refilled(&f.params[*i].ty, &mut random)).collect();
    let w = base.result.refilled(&f.ret, &mut random);
    let in_out = f.params.iter().filter(|p| p.is_in_out()).zip(&base.in_out);
    let ws: Vec<Value> = in_out.filter(|(p, _)| p.is_active()).map(|(p, v)| v.refilled(&p.ty, &mut random)).collect();
    let shadows: Vec<Option<Value>> = active
        .iter()
        .map(|i| (!f.params[*i].is_in_out()).then(|| args[*i].refilled(&f.params[*i].ty, &mut random)))
        .collect();
    let flat = |vs: &[Value], tys: &[&Ty]| {
        vs.iter().zip(tys).flat_map(|(v, t)| v.floats(t)).map(|x| x.0).collect::<Vec<f64>>()
    };
    let direction = flat(&tangents, &active.iter().map(|i| &f.params[*i].ty).collect::<Vec<_>>());
    let mut cotangent = flat(std::slice::from_ref(&w), &[&f.ret]);
    cotangent.extend(flat(&ws, &f.params.iter().filter(|p| p.is_active_in_out()).map(|p| &p.ty).collect::<Vec<_>>()));

    let tangent: Vec<f64> = (0..ys.len()).map(|j| (0..inputs).map(|k| jacobian[k][j] * direction[k]).sum()).collect();
    let gradient: Vec<f64> = (0..inputs).map(|k| (0..ys.len()).map(|j| jacobian[k][j] * cotangent[j]).sum()).collect();
    let grad: Vec<f64> =
        if f.has_grad() && !ys.is_empty() { (0..inputs).map(|k| jacobian[k][0]).collect() } else { Vec::new() };

    let active_anywhere = jacobian.iter().flatten().any(|d| *d != 0.0);
    let mut words = Vec::new();
    // Whether an `Option` or `Result` holds a value, and what is compared then is that.
    let good = match (&base.result, f.ret.wrapper()) {
        (Value::Variant(k, _), Some(_)) => Some(*k == GOOD),
        _ => None,
    };
    words.extend(good.map(u64::from));
    f.params.iter().zip(&args).for_each(|(p, v)| encode(v, &p.ty, false, &mut words));
    active.iter().zip(&tangents).for_each(|(i, v)| encode(v, &f.params[*i].ty, true, &mut words));
    match (&w, f.ret.wrapper()) {
        (Value::Variant(GOOD, inner), Some(r)) => encode(&inner[0], r.inner(), true, &mut words),
        (_, Some(_)) => {}
        (w, None) => encode(w, &f.ret, true, &mut words),
    }
    f.params.iter().filter(|p| p.is_active_in_out()).zip(&ws).for_each(|(p, v)| encode(v, &p.ty, true, &mut words));
    for (i, v) in active.iter().zip(&shadows) {
        if let Some(v) = v {
            encode(v, &f.params[*i].ty, true, &mut words);
        }
    }
    let mut bits = Vec::new();
    base.result.bits(&f.ret, &mut bits);
    f.params.iter().filter(|p| p.is_in_out()).zip(&base.in_out).for_each(|(p, v)| v.bits(p.ty.peeled(), &mut bits));
    words.push(bits.len() as u64);
    words.extend(bits);
    encode_floats(&tangent, &mut words);
    encode_floats(&gradient, &mut words);
    encode_floats(&grad, &mut words);
    let cut = crate::walk::any_expr(program, &mut |e| matches!(e.kind, Kind::Stop(_)))
        || program.functions.iter().any(|f| f.params.iter().any(|p| p.constant && p.is_in_out()));
    if program.has_hessian() {
        // Differences move what a cut holds still.
        let hvp = if cut { None } else { hessian_product(program, &args, &direction, base.trace) };
        words.push(u64::from(hvp.is_some()));
        hvp.iter().for_each(|hvp| encode_floats(hvp, &mut words));
    }

    // The whole Jacobian, as `jacobian_into` has it: the columns of each active argument that is not `&mut`.
    let rows = if f.ret == Ty::Unit { ys.len() } else { base.result.floats(&f.ret).len() };
    let mut first = 0;
    for i in &active {
        let n = args[*i].floats(&f.params[*i].ty).len();
        if !f.params[*i].is_in_out() {
            let block: Vec<f64> =
                (0..rows).flat_map(|r| (first..first + n).map(move |k| (r, k))).map(|(r, k)| jacobian[k][r]).collect();
            encode_floats(&block, &mut words);
        }
        first += n;
    }

    let checkable =
        !single && !cut && inputs > 0 && !ys.is_empty() && check_grad_agrees(program, &args, &jacobian, base.trace);
    words.push(u64::from(checkable));
    let (differenced, difference) =
        if single || cut { (false, None) } else { differences(program, &args, &direction, &tangent, base.trace) };
    Ok(Sample { words, tolerance: if single { 3e-3 } else { 1e-9 }, difference, differenced, active: active_anywhere })
}

/// Whether `check_grad!` must accept this sample: its differences, formed here with the same steps, agree with the
/// dual numbers and meet no branch.
fn check_grad_agrees(program: &Program, args: &[Value], jacobian: &[Vec<f64>], trace: u64) -> bool {
    let f = program.entry();
    let mut values = Vec::new();
    f.params.iter().zip(args).filter(|(p, _)| p.is_active()).for_each(|(p, v)| values.extend(v.floats(&p.ty)));
    jacobian.iter().enumerate().all(|(k, column)| {
        let step = 1e-5 * values[k].0.abs().max(1.0);
        let unit: Vec<f64> = (0..jacobian.len()).map(|i| f64::from(u8::from(i == k))).collect();
        let at = |h: f64| {
            let outcome = run(program, &directed(f, args, &unit, h)).ok()?;
            (outcome.trace == trace).then(|| outputs(f, &outcome))
        };
        let (Some(above), Some(below)) = (at(step), at(-step)) else { return false };
        let close = |i: usize| {
            let quotient = (above[i].0 - below[i].0) / (2.0 * step);
            (quotient - column[i]).abs() <= 0.2e-6 * quotient.abs().max(1.0)
        };
        above.len() == column.len() && below.len() == column.len() && (0..column.len()).all(close)
    })
}

/// The Hessian of a scalar result times a direction: differences of the dual numbers' gradient, where two steps agree.
fn hessian_product(program: &Program, args: &[Value], direction: &[f64], trace: u64) -> Option<Vec<f64>> {
    let f = program.entry();
    let unit = |k: usize| (0..direction.len()).map(|i| f64::from(u8::from(i == k))).collect::<Vec<_>>();
    let partial = |k: usize, h: f64| -> Option<f64> {
        let at = directed(f, args, direction, h);
        let outcome = run(program, &directed(f, &at, &unit(k), 0.0)).ok()?;
        (outcome.trace == trace && !outcome.singular).then(|| outputs(f, &outcome)[0].1)
    };
    let quotient = |k: usize, h: f64| Some((partial(k, h)? - partial(k, -h)?) / (2.0 * h));
    let richardson = |k: usize, h: f64| Some((4.0 * quotient(k, 0.5 * h)? - quotient(k, h)?) / 3.0);
    let product: Option<Vec<(f64, f64)>> =
        (0..direction.len()).map(|k| Some((richardson(k, 2e-4)?, richardson(k, 2e-5)?))).collect();
    let product = product?;
    let scale = product.iter().fold(1.0, |m: f64, p| m.max(p.1.abs()));
    let settled = product.iter().all(|(coarse, fine)| (coarse - fine).abs() <= 1e-6 * scale);
    settled.then(|| product.iter().map(|p| p.1).collect())
}

/// Central differences along the direction against the dual numbers.
fn differences(
    program: &Program,
    args: &[Value],
    direction: &[f64],
    tangent: &[f64],
    trace: u64,
) -> (bool, Option<String>) {
    let f = program.entry();
    let quotient = |h: f64| -> Option<Vec<f64>> {
        let plus = run(program, &directed(f, args, direction, h)).ok()?;
        let minus = run(program, &directed(f, args, direction, -h)).ok()?;
        let same = plus.trace == trace && minus.trace == trace;
        let pairs = outputs(f, &plus).into_iter().zip(outputs(f, &minus));
        same.then(|| pairs.map(|(p, m)| (p.0 - m.0) / (2.0 * h)).collect())
    };
    let richardson = |h: f64| -> Option<Vec<f64>> {
        let (coarse, fine) = (quotient(h)?, quotient(0.5 * h)?);
        Some(coarse.iter().zip(&fine).map(|(c, f)| (4.0 * f - c) / 3.0).collect())
    };
    // Two steps, a decade apart: where they disagree, curvature or rounding rules and the quotients say nothing.
    let (Some(coarse), Some(fine)) = (richardson(2e-4), richardson(2e-5)) else { return (false, None) };
    let mut settled = true;
    for (j, want) in tangent.iter().enumerate() {
        let scale = 1.0 + want.abs();
        let agree = (coarse[j] - fine[j]).abs() <= 1e-6 * scale;
        if !agree {
            settled = false;
        } else if (fine[j] - want).abs() > 1e-5 * scale {
            return (true, Some(format!("output {j}: dual {want}, difference quotient {}", fine[j])));
        }
    }
    (settled, None)
}
