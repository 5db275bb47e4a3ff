//! `ad_runtime::math` beside std: nanoseconds an element in a plain loop over 1024 elements, by turns in one process.
//!
//! `cargo bench -p ad-benches --bench math [-- ROUNDS]`

use std::hint::black_box;
use std::time::Instant;

use ad_runtime::math::Isa;

const LENGTH: usize = 1024;
/// Passes over the elements in one timed batch.
const PASSES: usize = 20;

/// A function of each element of `xs`, written to `ys`; by std without an instruction set.
struct Row<T> {
    name: &'static str,
    run: fn(Option<Isa>, &[T], &mut [T]),
    low: f64,
    high: f64,
}

macro_rules! row {
    ($name:ident, $low:literal .. $high:literal, |$x:ident: $float:ident| $std:expr, |$isa:ident| $ours:expr) => {
        Row {
            name: stringify!($name),
            low: $low,
            high: $high,
            run: |isa, xs, ys: &mut [$float]| match isa {
                None => {
                    for (y, $x) in ys.iter_mut().zip(xs) {
                        *y = $std;
                    }
                }
                Some(isa) => isa.run(
                    #[inline(always)]
                    |$isa| {
                        for (y, $x) in ys.iter_mut().zip(xs) {
                            *y = $ours;
                        }
                    },
                ),
            },
        }
    };
}

macro_rules! rows {
    ($float:ident) => {
        vec![
            row!(exp, -10.0..10.0, |x: $float| x.exp(), |isa| isa.exp(*x)),
            row!(exp2, -10.0..10.0, |x: $float| x.exp2(), |isa| isa.exp2(*x)),
            row!(exp_m1, -10.0..10.0, |x: $float| x.exp_m1(), |isa| isa.exp_m1(*x)),
            row!(ln, 0.01..100.0, |x: $float| x.ln(), |isa| isa.ln(*x)),
            row!(ln_1p, -0.9..100.0, |x: $float| x.ln_1p(), |isa| isa.ln_1p(*x)),
            row!(log2, 0.01..100.0, |x: $float| x.log2(), |isa| isa.log2(*x)),
            row!(sin, -10.0..10.0, |x: $float| x.sin(), |isa| isa.sin(*x)),
            row!(cos, -10.0..10.0, |x: $float| x.cos(), |isa| isa.cos(*x)),
            row!(tanh, -5.0..5.0, |x: $float| x.tanh(), |isa| isa.tanh(*x)),
            row!(sigmoid, -10.0..10.0, |x: $float| 1.0 / (1.0 + (-x).exp()), |isa| isa.sigmoid(*x)),
            row!(softplus, -10.0..10.0, |x: $float| x.max(0.0) + (-x.abs()).exp().ln_1p(), |isa| isa.softplus(*x)),
            // std has none.
            row!(erf, -3.0..3.0, |x: $float| *x, |isa| isa.erf(*x)),
            row!(pow, 0.01..100.0, |x: $float| x.powf(2.7), |isa| isa.pow(*x, 2.7)),
            Row {
                name: "sum of exp",
                low: -10.0,
                high: 10.0,
                run: |isa, xs: &[$float], ys| match isa {
                    None => ys[0] = xs.iter().map(|x| x.exp()).sum(),
                    Some(isa) => isa.run(
                        #[inline(always)]
                        |isa| {
                            let mut sums = [0.0; 8];
                            for block in xs.chunks_exact(8) {
                                for (sum, x) in sums.iter_mut().zip(block) {
                                    *sum += isa.exp(*x);
                                }
                            }
                            ys[0] = sums.iter().sum();
                        },
                    ),
                },
            },
        ]
    };
}

fn main() {
    let rounds = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(101);
    println!("| ns an element | std | {:?} |\n`f64`", Isa::supported());
    measure(rows!(f64), rounds, |x| x);
    println!("`f32`");
    measure(rows!(f32), rounds, |x| x as f32);
}

/// Prints medians, variants in the order std, then the instruction sets.
fn measure<T: Copy + Default>(rows: Vec<Row<T>>, rounds: usize, float: fn(f64) -> T) {
    let variants: Vec<Option<Isa>> = std::iter::once(None).chain(Isa::supported().iter().copied().map(Some)).collect();
    for Row { name, run, low, high } in rows {
        // Not in order, so that no branch can be foreseen.
        let at = |k: usize| float(low + (high - low) * ((k * 619 % LENGTH) as f64 / LENGTH as f64));
        let xs: Vec<T> = (0..LENGTH).map(at).collect();
        let mut ys = vec![T::default(); LENGTH];
        let mut times = vec![Vec::with_capacity(rounds); variants.len()];
        for _ in 0..rounds {
            for (&isa, times) in variants.iter().zip(&mut times) {
                let start = Instant::now();
                (0..PASSES).for_each(|_| run(black_box(isa), black_box(&xs), black_box(&mut ys)));
                times.push(start.elapsed().as_secs_f64() * 1e9 / (PASSES * LENGTH) as f64);
            }
        }
        print!("| `{name}` |");
        for (times, isa) in times.iter_mut().zip(&variants) {
            times.sort_by(f64::total_cmp);
            match isa {
                None if name == "erf" => print!(" |"),
                _ => print!(" {:.2} |", times[rounds / 2]),
            }
        }
        println!();
    }
}
