//! The command line.

use crate::generate::features::{self, Features};
use crate::print::Form;
use crate::print::check::Mode;
use std::path::PathBuf;

pub(crate) struct Options {
    pub(crate) count: u64,
    pub(crate) seed: u64,
    pub(crate) batch: usize,
    /// How many batches are compiled side by side.
    pub(crate) jobs: usize,
    pub(crate) only: Option<u64>,
    pub(crate) mode: Mode,
    pub(crate) form: Form,
    pub(crate) debug_and_release: bool,
    pub(crate) features: Features,
    /// How many failing programs to shrink.
    pub(crate) shrink: usize,
    /// Print every program.
    pub(crate) print: bool,
    /// Print failures without their programs.
    pub(crate) quiet: bool,
    /// How many programs may fail to compile: known open refusals. A wrong value is never allowed.
    pub(crate) refusals: usize,
    /// The order of all programs, where it is given.
    pub(crate) order: Option<u32>,
    project: Option<PathBuf>,
    /// Another checkout's `ad-runtime` to test.
    pub(crate) runtime: PathBuf,
}

impl Options {
    /// The order of the program of an index.
    pub(crate) fn order(&self, index: u64) -> u32 {
        self.order.unwrap_or(if index.is_multiple_of(3) { 2 } else { 1 })
    }

    pub(crate) fn project(&self) -> PathBuf {
        let name = match self.mode {
            Mode::Plain => "plain",
            Mode::Differentiated => "differentiated",
            Mode::Stubs => "stubs",
        };
        self.project.clone().unwrap_or_else(|| crate::harness::workspace().join("target/random-programs")).join(name)
    }
}

const USAGE: &str = "random-programs [options]
  --count N            programs to generate (100)
  --seed N             seed of the run (1)
  --batch N            programs compiled together (50)
  --jobs N             batches compiled side by side (2)
  --only SEED:INDEX    one program of a run
  --plain              without the macro: rustc against the interpreter
  --form fn|mod        the attribute on each function, or on a module around them (fn)
  --stubs              without the macro: only type-check the printed checks against the contract
  --with-debug-release also build with optimisation and compare
  --features list      the constructs and their weights
  --only-features a,b  nothing but these constructs (and scalars)
  --without a,b        without these constructs
  --with a,b           with these constructs at their usual weight
  --shrink N           shrink the first N failing programs (1)
  --print              print every program
  --quiet              print failures without their programs
  --refusals N         succeed with up to N programs that do not compile; a wrong value always fails (0)
  --order N            every program at order N, 1 or 2 (a third at order 2)
  --runtime PATH       the ad-runtime to test (this workspace's)
  --dir PATH           where batches are written (target/random-programs)";

fn number<T: std::str::FromStr>(text: Option<String>, flag: &str) -> Result<T, String> {
    text.and_then(|t| t.parse().ok()).ok_or_else(|| format!("{flag} wants a number\n{USAGE}"))
}

/// The options, or nothing if the command line only asked for information.
pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        count: 100,
        seed: 1,
        batch: 50,
        jobs: 2,
        only: None,
        mode: Mode::Differentiated,
        form: Form::Functions,
        debug_and_release: false,
        features: Features::default(),
        shrink: 1,
        print: false,
        quiet: false,
        refusals: 0,
        order: None,
        project: None,
        runtime: crate::harness::workspace().join("ad-runtime"),
    };
    while let Some(flag) = args.next() {
        match flag.as_str() {
            "--count" => options.count = number(args.next(), "--count")?,
            "--seed" => options.seed = number(args.next(), "--seed")?,
            "--batch" => options.batch = number::<usize>(args.next(), "--batch")?.max(1),
            "--jobs" => options.jobs = number::<usize>(args.next(), "--jobs")?.max(1),
            "--shrink" => options.shrink = number(args.next(), "--shrink")?,
            "--order" => match number::<u32>(args.next(), "--order")? {
                order @ 1..=2 => options.order = Some(order),
                _ => return Err("--order wants 1 or 2".into()),
            },
            "--only" => {
                let text = args.next().unwrap_or_default();
                let (seed, index) = text.split_once(':').ok_or("--only wants SEED:INDEX")?;
                options.seed = seed.parse().map_err(|_| "--only wants SEED:INDEX")?;
                options.only = Some(index.parse().map_err(|_| "--only wants SEED:INDEX")?);
            }
            "--plain" => options.mode = Mode::Plain,
            "--form" => {
                options.form = match args.next().as_deref() {
                    Some("mod") => Form::Module,
                    Some("fn") => Form::Functions,
                    _ => return Err("--form wants fn or mod".into()),
                }
            }
            "--stubs" => options.mode = Mode::Stubs,
            "--with-debug-release" => options.debug_and_release = true,
            "--print" => options.print = true,
            "--quiet" => options.quiet = true,
            "--refusals" => {
                options.refusals = args.next().and_then(|n| n.parse().ok()).ok_or("--refusals takes a number")?;
            }
            "--dir" => options.project = args.next().map(PathBuf::from),
            "--runtime" => options.runtime = args.next().map(PathBuf::from).unwrap_or_default(),
            "--without" => options.features.without(&args.next().unwrap_or_default())?,
            "--with" => options.features.with(&args.next().unwrap_or_default())?,
            "--only-features" => options.features.only(&args.next().unwrap_or_default())?,
            "--features" => {
                print!("{}", features::list());
                return Ok(None);
            }
            "--help" | "-h" => {
                println!("{USAGE}");
                return Ok(None);
            }
            other => return Err(format!("unknown option {other}\n{USAGE}")),
        }
    }
    Ok(Some(options))
}
