//! Random programs against an interpreter with dual numbers. See README.md.

mod dice;
mod generate;
mod harness;
mod interpret;
mod ops;
mod options;
mod print;
mod sample;
mod shrink;
mod tree;
mod value;
mod walk;

use generate::Case;
use harness::{Entry, Harness};
use options::Options;
use print::check::Mode;
use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)).and_then(|o| o.map_or(Ok(true), |o| run(&o))) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// Generates, checks, reports; whether nothing failed.
fn run(options: &Options) -> Result<bool, String> {
    let harness = Harness {
        project: options.project(),
        runtime: options.runtime.clone(),
        mode: options.mode,
        debug_and_release: options.debug_and_release,
        check_only: options.mode == Mode::Stubs,
    };
    let mut totals = Totals::default();
    let indices: Vec<u64> = options.only.map_or_else(|| (0..options.count).collect(), |index| vec![index]);
    for chunk in indices.chunks(options.batch) {
        let mut cases = Vec::new();
        for &index in chunk {
            cases.push((index, generate::case(&options.features, options.seed, index)?));
        }
        if options.print {
            cases.iter().for_each(|(index, case)| show(options.seed, *index, case));
        }
        totals.add(&cases);
        for (index, case) in &cases {
            if let Some(text) = case.samples.iter().find_map(|s| s.difference.as_ref()) {
                totals.failures += 1;
                println!("FAIL {}:{index} differences: {text}", options.seed);
                show(options.seed, *index, case);
            }
        }
        check(options, &harness, &cases, &mut totals)?;
        eprintln!("{} programs done, {} failures", totals.programs, totals.failures);
    }
    totals.summary();
    println!(
        "{} programs, {} samples, {} failures ({} samples differenced, {} programs thrown away)",
        totals.programs, totals.samples, totals.failures, totals.differenced, totals.thrown_away
    );
    Ok(totals.failures == 0)
}

#[derive(Default)]
struct Totals {
    programs: usize,
    samples: usize,
    failures: usize,
    differenced: usize,
    thrown_away: u64,
    shrunk: usize,
    /// How often each kind of failure was seen, by its first line.
    kinds: BTreeMap<String, usize>,
}

impl Totals {
    /// The failures by kind, the commonest first: one cause shows in many programs.
    fn summary(&self) {
        let mut kinds: Vec<(&String, &usize)> = self.kinds.iter().collect();
        kinds.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        kinds.iter().for_each(|(kind, n)| println!("{n:6}  {kind}"));
    }

    fn add(&mut self, cases: &[(u64, Case)]) {
        self.programs += cases.len();
        for (_, case) in cases {
            self.samples += case.samples.len();
            self.differenced += case.samples.iter().filter(|s| s.differenced).count();
            self.thrown_away += case.attempts - 1;
        }
    }
}

fn show(seed: u64, index: u64, case: &Case) {
    println!("// {seed}:{index}\n{}", print::functions(&case.program, true));
}

fn check(options: &Options, harness: &Harness, cases: &[(u64, Case)], totals: &mut Totals) -> Result<(), String> {
    let entries: Vec<Entry<'_>> = cases
        .iter()
        .map(|(index, case)| Entry { name: format!("p{index}"), program: &case.program, samples: &case.samples })
        .collect();
    let failures = harness.run(&entries)?;
    for (index, case) in cases {
        let Some(failure) = failures.get(&format!("p{index}")) else { continue };
        totals.failures += 1;
        *totals.kinds.entry(failure.summary()).or_default() += 1;
        println!("FAIL {}:{index} {}", options.seed, failure.text());
        if totals.shrunk < options.shrink {
            totals.shrunk += 1;
            let small = shrink::shrink(harness, &case.program, failure, options.seed, *index);
            println!("// shrunk from {}:{index}\n{}", options.seed, print::functions(&small, true));
        } else if !options.quiet {
            show(options.seed, *index, case);
        }
    }
    Ok(())
}
