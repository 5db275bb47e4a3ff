//! A table of medians: every variant of a program by turns in one process, so that a slow moment of the machine
//! falls on all of them.
//!
//! `cargo bench -p ad-benches --bench ratios [-- ROUNDS [PROGRAM]]`; `-- once PROGRAM VARIANT` runs one variant a
//! hundred times, for counting instructions.

mod programs;

use std::hint::black_box;
use std::time::{Duration, Instant};

use programs::{BY_HAND, Gives, OURS, PRIMAL, Program, Variant};

/// The least time of one timed batch; shorter ones are repeated to fill it.
const BATCH: Duration = Duration::from_millis(2);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if let [word, program, variant] = &args[..]
        && word == "once"
    {
        return hundred_runs(program, variant);
    }
    let rounds: usize = args.first().map_or(41, |a| a.parse().expect("a count of rounds"));
    let wanted = args.get(1).map_or("", |a| a);
    for mut program in programs::all().into_iter().filter(|p| p.name.contains(wanted)) {
        program.check();
        let medians = measure(&mut program, rounds);
        print(&program, &medians);
    }
    println!(
        "'1 pass' is one directional derivative, of as many as there are inputs. Budget: 'ours' at most 1.3 by hand."
    );
}

/// Runs for `callgrind`: the same work, nothing timed.
fn hundred_runs(program: &str, variant: &str) {
    let mut program = programs::all().into_iter().find(|p| p.name == program).expect("no such program");
    let mut out = vec![0.0; program.outputs()];
    let variant = program.variants.iter_mut().find(|v| v.name == variant).expect("no such variant");
    (0..100).for_each(|_| (variant.run)(black_box(&mut out)));
}

/// The median seconds of one evaluation, by variant.
fn measure(program: &mut Program, rounds: usize) -> Vec<f64> {
    let mut out = vec![0.0; program.outputs()];
    let repeats: Vec<usize> = program.variants.iter_mut().map(|v| repeats(v, &mut out)).collect();
    let mut times = vec![Vec::with_capacity(rounds); repeats.len()];
    for _ in 0..rounds {
        for ((v, &n), times) in program.variants.iter_mut().zip(&repeats).zip(&mut times) {
            times.push(batch(v, n, &mut out) / n as f64);
        }
    }
    times.into_iter().map(|t| median(t) / program.evaluations as f64).collect()
}

fn repeats(v: &mut Variant, out: &mut [f64]) -> usize {
    let mut n = 1;
    while batch(v, n, out) < BATCH.as_secs_f64() {
        n *= 2;
    }
    n
}

fn batch(v: &mut Variant, n: usize, out: &mut [f64]) -> f64 {
    let start = Instant::now();
    for _ in 0..n {
        (v.run)(black_box(out));
    }
    start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn print(program: &Program, medians: &[f64]) {
    let of = |name: &str| {
        let i = program.variants.iter().position(|v| v.name == name).expect("each program has this variant");
        medians[i]
    };
    let (primal, by_hand) = (of(PRIMAL), of(BY_HAND));
    println!("{} ({})", program.name, program.size);
    println!("  {:<28} {:>12} {:>10} {:>10}", "variant", "median", "/ primal", "/ by hand");
    for (v, &t) in program.variants.iter().zip(medians) {
        let note = match v.gives {
            Gives::OnePass => format!("  x {} inputs", program.inputs),
            _ if v.name == OURS && t > 1.3 * by_hand => "  over budget".to_string(),
            _ => String::new(),
        };
        println!("  {:<28} {:>9.3} us {:>10.2} {:>10.2}{note}", v.name, 1e6 * t, t / primal, t / by_hand);
    }
    println!();
}
