//! Random programs against an interpreter with dual numbers. See README.md.

mod dice;
mod generate;
mod harness;
mod interpret;
mod ops;
mod options;
mod print;
mod records;
mod sample;
mod shrink;
mod tree;
mod value;
mod walk;

use generate::Case;
use harness::{Entry, Failure, Harness};
use options::Options;
use print::check::Mode;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

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
    let project = options.project();
    let built = match options.mode {
        Mode::Plain => harness::Built::default(),
        _ => harness::build_runtime(&project.join("runtime"), &options.runtime)?,
    };
    let harness = Harness {
        project,
        built,
        mode: options.mode,
        form: options.form,
        debug_and_release: options.debug_and_release,
        check_only: options.mode == Mode::Stubs,
    };
    let mut totals = Totals::default();
    let indices: Vec<u64> = options.only.map_or_else(|| (0..options.count).collect(), |index| vec![index]);
    let batches: Vec<&[u64]> = indices.chunks(options.batch).collect();
    // Each worker takes the next batch; what they find is reported as it comes.
    let next = AtomicUsize::new(0);
    let (send, found) = mpsc::channel();
    std::thread::scope(|scope| {
        for worker in 0..options.jobs.min(batches.len()) {
            let (send, next, batches) = (send.clone(), &next, &batches);
            let harness = harness.beside(&format!("worker{worker}"));
            scope.spawn(move || {
                while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if send.send(check(options, &harness, batch)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        for result in found {
            let (cases, failures) = result?;
            totals.report(options, &harness, &cases, &failures);
            eprintln!("{} programs done, {} failures", totals.programs, totals.failures);
        }
        Ok::<(), String>(())
    })?;
    totals.summary();
    println!(
        "{} programs, {} samples, {} failures ({} samples differenced; {} programs and {} samples that were not finite thrown away)",
        totals.programs, totals.samples, totals.failures, totals.differenced, totals.thrown_away, totals.not_finite
    );
    Ok(totals.failures - totals.refused == 0 && totals.refused <= options.refusals)
}

#[derive(Default)]
struct Totals {
    programs: usize,
    samples: usize,
    failures: usize,
    /// Those of the failures that are programs which do not compile.
    refused: usize,
    differenced: usize,
    thrown_away: u64,
    not_finite: usize,
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
            self.not_finite += case.not_finite;
        }
    }
}

fn show(options: &Options, index: u64, case: &Case) {
    println!("// {}:{index}\n{}", options.seed, print::functions(&case.program, Some(options.form)));
}

type Cases = Vec<(u64, Case)>;

/// Generates the programs of a batch, and compiles and runs their checks.
fn check(options: &Options, harness: &Harness, batch: &[u64]) -> Result<(Cases, BTreeMap<String, Failure>), String> {
    let mut cases = Vec::new();
    for &index in batch {
        cases.push((index, generate::case(&options.features, options.seed, index, options.order(index))?));
    }
    let entries: Vec<Entry<'_>> = cases
        .iter()
        .map(|(index, case)| Entry { name: format!("p{index}"), program: &case.program, samples: &case.samples })
        .collect();
    let failures = harness.run(&entries)?;
    Ok((cases, failures))
}

impl Totals {
    fn report(
        &mut self,
        options: &Options,
        harness: &Harness,
        cases: &[(u64, Case)],
        failures: &BTreeMap<String, Failure>,
    ) {
        if options.print {
            cases.iter().for_each(|(index, case)| show(options, *index, case));
        }
        self.add(cases);
        for (index, case) in cases {
            if let Some(text) = case.samples.iter().find_map(|s| s.difference.as_ref()) {
                self.failures += 1;
                println!("FAIL {}:{index} differences: {text}", options.seed);
                show(options, *index, case);
            }
            let Some(failure) = failures.get(&format!("p{index}")) else { continue };
            self.failures += 1;
            self.refused += usize::from(matches!(failure, Failure::Compile(_)));
            *self.kinds.entry(failure.summary()).or_default() += 1;
            println!("FAIL {}:{index} {}", options.seed, failure.text());
            if self.shrunk < options.shrink {
                self.shrunk += 1;
                let small = shrink::shrink(harness, &case.program, failure, options.seed, *index);
                println!("// shrunk from {}:{index}\n{}", options.seed, print::functions(&small, Some(options.form)));
            } else if !options.quiet {
                show(options, *index, case);
            }
        }
    }
}
