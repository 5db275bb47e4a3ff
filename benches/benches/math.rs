//! `ad_runtime::math` beside std: nanoseconds an element in a plain loop over 1024 elements, by turns in one process.
//!
//! `cargo bench -p ad-benches --bench math [-- ROUNDS]`

use std::hint::black_box;
use std::time::Instant;

use ad_runtime::math::Isa;

const LENGTH: usize = 1024;
/// Passes over the elements in one timed batch.
const PASSES: usize = 20;

/// Writes a function of the first slice to the second.
type Loop<T> = fn(Option<Isa>, &[T], &mut [T]);

macro_rules! loops {
    ($float:ident: $($name:ident $std:expr, $low:literal .. $high:literal;)*) => {{
        let table: Vec<(&str, Loop<$float>, $float, $float)> = vec![$((
            stringify!($name),
            |isa, xs, ys| match isa {
                None => ys.iter_mut().zip(xs).for_each(|(y, x)| *y = ($std)(*x)),
                Some(isa) => isa.run(#[inline(always)] |isa| {
                    for (y, x) in ys.iter_mut().zip(xs) {
                        *y = isa.$name(*x);
                    }
                }),
            },
            $low,
            $high,
        ),)*];
        table
    }};
}

macro_rules! measure {
    ($float:ident, $rounds:expr) => {{
        let mut table = loops! { $float:
            exp $float::exp, -10.0 .. 10.0;
            exp2 $float::exp2, -10.0 .. 10.0;
            exp_m1 $float::exp_m1, -10.0 .. 10.0;
            ln $float::ln, 0.01 .. 100.0;
            ln_1p $float::ln_1p, -0.9 .. 100.0;
            log2 $float::log2, 0.01 .. 100.0;
            sin $float::sin, -10.0 .. 10.0;
            cos $float::cos, -10.0 .. 10.0;
            tanh $float::tanh, -5.0 .. 5.0;
            sigmoid |x: $float| 1.0 / (1.0 + (-x).exp()), -10.0 .. 10.0;
            softplus |x: $float| x.max(0.0) + (-x.abs()).exp().ln_1p(), -10.0 .. 10.0;
            erf |x: $float| x, -3.0 .. 3.0;
        };
        table.push(("pow", |isa, xs, ys| match isa {
            None => ys.iter_mut().zip(xs).for_each(|(y, x)| *y = x.powf(2.7)),
            Some(isa) => isa.run(#[inline(always)] |isa| {
                for (y, x) in ys.iter_mut().zip(xs) {
                    *y = isa.pow(*x, 2.7);
                }
            }),
        }, 0.01, 100.0));
        println!("{}: std | {:?}", stringify!($float), Isa::supported());
        for (name, run, low, high) in table {
            // Not in order, so that no branch can be foreseen.
            let xs: Vec<$float> = (0..LENGTH).map(|k| low + (high - low) * ((k * 619 % LENGTH) as $float / LENGTH as $float)).collect();
            let mut ys = vec![0.0; LENGTH];
            let variants: Vec<Option<Isa>> = std::iter::once(None).chain(Isa::supported().iter().copied().map(Some)).collect();
            let mut times = vec![vec![]; variants.len()];
            for _ in 0..$rounds {
                for (&isa, times) in variants.iter().zip(&mut times) {
                    let start = Instant::now();
                    (0..PASSES).for_each(|_| run(black_box(isa), black_box(&xs), black_box(&mut ys)));
                    times.push(start.elapsed().as_secs_f64() * 1e9 / (PASSES * LENGTH) as f64);
                }
            }
            print!("| `{name}` |");
            for (times, isa) in times.iter_mut().zip(&variants) {
                times.sort_by(f64::total_cmp);
                if name == "erf" && isa.is_none() { print!(" |") } else { print!(" {:.2} |", times[times.len() / 2]) }
            }
            println!();
        }
    }};
}

fn main() {
    let rounds = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(101);
    measure!(f64, rounds);
    measure!(f32, rounds);
}
