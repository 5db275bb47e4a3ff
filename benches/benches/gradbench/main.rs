//! The evals of GradBench as a table: for each the function, its emitted derivative, and the derivative that a good
//! person writes in safe Rust. The variants of an eval take turns in one process, so that a slow moment of the machine
//! falls on all of them; all derivatives are compared before anything is timed.
//!
//! `cargo bench -p ad-benches --bench gradbench [-- ROUNDS [EVAL [least]]]`, where `least` asks for the shortest times
//! instead of medians, for a machine with much else to do; `-- once EVAL VARIANT` runs one variant ten times,
//! for counting instructions. What it prints stands in `docs/performance.md`.

mod ba;
#[cfg(feature = "crates")]
mod crates;
mod det;
mod gmm;
mod ht;
mod ht_by_hand;
mod kmeans;
mod llsq;
mod lse;
mod lstm;
mod memory;
mod ode;
mod particle;
mod program;
mod saddle;

use std::hint::black_box;
use std::time::{Duration, Instant};

use program::{Against, Program, Run};

/// The least time of one timed batch; shorter ones are repeated to fill it.
const BATCH: Duration = Duration::from_millis(2);

/// All evals in the order of the table, made one at a time.
const EVALS: &[fn() -> Vec<Program>] = &[
    gmm::programs,
    lstm::programs,
    ba::programs,
    ht::programs,
    lse::programs,
    llsq::programs,
    ode::programs,
    det::programs,
    kmeans::programs,
    particle::programs,
    saddle::programs,
];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if let [word, eval, variant] = &args[..]
        && word == "once"
    {
        return ten_runs(eval, variant);
    }
    let rounds: usize = args.first().map_or(21, |a| a.parse().expect("a count of rounds"));
    let wanted = args.get(1).map_or("", |a| a);
    let pick: fn(Vec<f64>) -> f64 = match args.get(2).map(|a| &a[..]) {
        None => median,
        Some("least") => |times| times.into_iter().fold(f64::INFINITY, f64::min),
        Some(other) => panic!("`{other}` instead of `least`"),
    };
    println!(
        "| eval | primal, us | ours, us | by hand, us | ours / primal | by hand / primal | budget | ours / by hand | memory of ours, kB | by hand, kB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for program in EVALS.iter().flat_map(|programs| programs()).filter(|p| p.name.contains(wanted)) {
        row(program, rounds, pick);
    }
}

fn ten_runs(eval: &str, variant: &str) {
    let mut program = EVALS.iter().flat_map(|programs| programs()).find(|p| p.name == eval).expect("no such eval");
    let mut out = vec![0.0; program.outputs];
    let (_, run) = program.variants().into_iter().find(|(name, _)| *name == variant).expect("no such variant");
    (0..10).for_each(|_| run(black_box(&mut out)));
}

/// Checks, measures and prints one line, and one for each further variant.
fn row(mut program: Program, rounds: usize, pick: fn(Vec<f64>) -> f64) {
    program.check();
    let mut out = vec![0.0; program.outputs];
    let measured: Vec<(String, usize, f64)> = {
        let mut variants = program.variants();
        let memory: Vec<usize> = variants.iter_mut().map(|(_, run)| memory::peak(|| run(&mut out))).collect();
        let times = measure(&mut variants, rounds, &mut out).into_iter().map(pick);
        variants.iter().zip(memory).zip(times).map(|((v, m), t)| (v.0.to_string(), m, t)).collect()
    };
    let of = |name: &str| measured.iter().find(|(v, ..)| v == name).map(|&(_, memory, time)| (memory, time));
    let (primal, ours, hand) = (of("primal"), of("ours"), of("by hand"));
    let time = |v: Option<(usize, f64)>| v.map_or("-".into(), |(_, t)| microseconds(t));
    let ratio = |a: Option<(usize, f64)>, b: Option<(usize, f64)>| match (a, b) {
        (Some((_, a)), Some((_, b))) => format!("{:.2}", a / b),
        _ => "-".into(),
    };
    let kilobytes = |v: Option<(usize, f64)>| v.map_or("-".into(), |(m, _)| format!("{:.1}", m as f64 / 1000.0));
    let (budget, judged) = match program.budget {
        Against::Primal(budget) => (budget, ours.zip(primal)),
        Against::ByHand(budget) => (budget, ours.zip(hand)),
    };
    let over = judged.is_some_and(|((_, a), (_, b))| a > budget * b);
    println!(
        "| {} | {} | {} | {} | {} | {} | {}{} | {} | {} | {} |",
        program.name,
        time(primal),
        time(ours),
        time(hand),
        ratio(ours, primal),
        ratio(hand, primal),
        program.budget,
        if over { ", over" } else { "" },
        ratio(ours, hand),
        kilobytes(ours),
        kilobytes(hand),
    );
    for (name, memory, t) in measured.iter().filter(|(v, ..)| !["primal", "ours", "by hand"].contains(&&v[..])) {
        let v = Some((*memory, *t));
        println!("| - {name} | | {} | | {} | | | {} | {} | |", time(v), ratio(v, primal), ratio(v, hand), kilobytes(v));
    }
}

fn microseconds(seconds: f64) -> String {
    let us = 1e6 * seconds;
    if us < 10.0 { format!("{us:.3}") } else { format!("{us:.1}") }
}

/// The seconds of one run in each round, by variant.
fn measure(variants: &mut [(&'static str, &mut Run)], rounds: usize, out: &mut [f64]) -> Vec<Vec<f64>> {
    let repeats: Vec<usize> = variants.iter_mut().map(|(_, run)| repeats(run, out)).collect();
    let mut times = vec![Vec::with_capacity(rounds); repeats.len()];
    for _ in 0..rounds {
        for (((_, run), &n), times) in variants.iter_mut().zip(&repeats).zip(&mut times) {
            times.push(batch(run, n, out) / n as f64);
        }
    }
    times
}

fn repeats(run: &mut Run, out: &mut [f64]) -> usize {
    let mut n = 1;
    while batch(run, n, out) < BATCH.as_secs_f64() {
        n *= 2;
    }
    n
}

/// The seconds of `n` runs. One more goes before them, since the variant before has its own data in the caches, and
/// has given memory back to the system that this one is about to ask for.
fn batch(run: &mut Run, n: usize, out: &mut [f64]) -> f64 {
    run(black_box(out));
    let start = Instant::now();
    for _ in 0..n {
        run(black_box(out));
    }
    start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
