//! What `#[differentiate]` costs at compile time; generates crates in a temporary folder and builds them with cargo.
//!
//! `cargo run --release -p ad-benches --bin compile_time [-- clean|check|linear]`, all three without a word:
//!
//! - `clean`: the dev build of a user's crate and everything below it, with and without `ad-runtime`'s default features;
//! - `check`: `cargo check` of 60 annotated functions of 150 operations, and of the same file with value and gradient
//!   written out by this program, one statement an operation, as a person or a printer would;
//! - `linear`: one function of 500 to 3,000 operations.
//!
//! 'work' is CPU time, which other processes disturb less. Nothing is compiled incrementally; dependencies are built before `check` and `linear` start their clocks.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

const FUNCTIONS: usize = 60;
const OPERATIONS: usize = 150;
const LENGTHS: [usize; 4] = [500, 1000, 2000, 3000];
/// The median of this many runs counts.
const RUNS: usize = 5;

fn main() {
    let wanted = env::args().nth(1);
    let wants = |word| wanted.as_deref().is_none_or(|w| w == word);
    let folder = env::var_os("KEEP")
        .map_or_else(|| env::temp_dir().join(format!("ad-compile-time-{}", std::process::id())), PathBuf::from);
    let place = Place { folder };
    if wants("clean") {
        clean(&place);
    }
    if wants("check") {
        check(&place);
    }
    if wants("linear") {
        linear(&place);
    }
    if env::var_os("KEEP").is_none() {
        fs::remove_dir_all(&place.folder).expect("the temporary folder");
    }
}

/// Where the generated crates live, with one target folder for all but the clean builds.
struct Place {
    folder: PathBuf,
}

impl Place {
    /// Writes a package of one file that depends on `ad-runtime`.
    fn package(&self, name: &str, features: &str, file: &str, text: &str) -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let folder = self.folder.join(name);
        fs::create_dir_all(folder.join("src")).expect("a temporary folder");
        let runtime = root.join("ad-runtime");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\nad-runtime = {{ path = {:?}{features} }}\n",
            runtime.display().to_string(),
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        // The same versions as the workspace's.
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
        fs::write(folder.join("src").join(file), text).expect("a source file");
        folder
    }

    fn cargo(&self, package: &Path, target: &str) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(package);
        cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", self.folder.join(target)).env_remove("RUSTFLAGS");
        cargo
    }

    /// The seconds of `cargo WORDS` after the package's file was touched, median of several runs.
    fn seconds(&self, package: &Path, file: &str, words: &[&str]) -> Time {
        run(self.cargo(package, "target").args(words));
        let times = (0..RUNS)
            .map(|_| {
                let path = package.join("src").join(file);
                let text = fs::read(&path).expect("the source");
                std::thread::sleep(Duration::from_millis(20)); // a new time stamp
                fs::write(&path, text).expect("the source");
                run(self.cargo(package, "target").args(words))
            })
            .collect();
        median(times)
    }
}

/// Seconds by the clock, and of both cores' work.
#[derive(Clone, Copy)]
struct Time {
    clock: f64,
    work: f64,
}

fn median(mut times: Vec<Time>) -> Time {
    let mut middle = |by: fn(&Time) -> f64| {
        times.sort_by(|a, b| by(a).total_cmp(&by(b)));
        by(&times[times.len() / 2])
    };
    Time { clock: middle(|t| t.clock), work: middle(|t| t.work) }
}

/// The CPU seconds of all children that have ended, where `/proc` tells them (in hundredths).
fn work_of_children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Runs a command that must succeed.
fn run(command: &mut Command) -> Time {
    let (start, work) = (Instant::now(), work_of_children());
    let output = command.stdin(Stdio::null()).output().expect("cargo");
    let time = Time { clock: start.elapsed().as_secs_f64(), work: work_of_children() - work };
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    time
}

fn clean(place: &Place) {
    const USER: &str = "use ad_runtime::differentiate;\n\n#[differentiate]\nfn f(x: f64, y: f64) -> f64 {\n    \
                        x.ln() + x * y - y.sin()\n}\n\nfn main() {\n    println!(\"{:?}\", f::grad(2.0, 5.0));\n}\n";
    println!("clean dev build of a user's crate, seconds (median of 3)");
    for (name, features, limit) in [("with-ndarray", "", 15.0), ("without-ndarray", ", default-features = false", 6.0)]
    {
        let package = place.package(name, features, "main.rs", USER);
        run(place.cargo(&package, "none").arg("fetch"));
        let times = (0..3)
            .map(|i| run(place.cargo(&package, &format!("{name}-{i}")).args(["build", "--offline", "--jobs", "2"])))
            .collect();
        let time = median(times);
        println!("  {name:<18} {:>6.2}, work {:>6.2}   (limit {limit:.0})", time.clock, time.work);
    }
}

fn check(place: &Place) {
    let programs: Vec<Straight> = (0..FUNCTIONS).map(|i| Straight::new(i, OPERATIONS)).collect();
    let mut annotated = "//! Generated.\n\nuse ad_runtime::differentiate;\n".to_string();
    let mut by_hand = "//! Generated.\n".to_string();
    let mut primal = by_hand.clone();
    // The check of the checker: both gradients on one point must agree.
    let mut compare = format!("{annotated}\nfn main() {{\n    let mut worst = 0.0f64;\n");
    let mut bodies = String::new();
    for p in &programs {
        write!(annotated, "\n#[differentiate]\npub {}", p.primal()).expect("a string");
        write!(by_hand, "\npub {}\npub {}", p.primal(), p.by_hand()).expect("a string");
        write!(primal, "\npub {}", p.primal()).expect("a string");
        write!(bodies, "\n#[differentiate]\n{}\n{}", p.primal(), p.by_hand()).expect("a string");
        writeln!(compare, "    let (y, g) = {0}::value_and_grad(0.7, 1.3, 0.4);", p.name()).expect("a string");
        writeln!(compare, "    let (z, h) = {0}_value_and_grad(0.7, 1.3, 0.4);", p.name()).expect("a string");
        compare.push_str("    for (a, b) in [(y, z), (g.0, h.0), (g.1, h.1), (g.2, h.2)] {\n");
        compare.push_str("        worst = worst.max((a - b).abs() / b.abs().max(1e-3));\n");
        compare.push_str("        assert!((a - b).abs() <= 1e-9 * b.abs().max(1e-3), \"{a} {b}\");\n    }\n");
    }
    compare.push_str("    println!(\"{worst:.1e}\");\n}\n");
    compare.push_str(&bodies);

    println!("cargo check of {FUNCTIONS} functions of {OPERATIONS} operations, seconds (median of {RUNS})");
    let package = place.package("compared", "", "main.rs", &compare);
    let output = place.cargo(&package, "target").args(["run", "--quiet"]).output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    println!("  largest relative difference of the gradients: {}", String::from_utf8_lossy(&output.stdout).trim());

    let mut times: Vec<Time> = Vec::new();
    for (name, text) in [("primal", &primal), ("by-hand", &by_hand), ("annotated", &annotated)] {
        let package = place.package(name, "", "lib.rs", text);
        let check = place.seconds(&package, "lib.rs", &["check", "--offline"]);
        let build = place.seconds(&package, "lib.rs", &["build", "--offline"]);
        let bytes = expanded(place, &package).map_or(String::new(), |n| format!("{:.0} kB expanded", n as f64 / 1e3));
        println!(
            "  {name:<18} check {:>6.2}, work {:>6.2}   build {:>6.2}, work {:>6.2}   {bytes}",
            check.clock, check.work, build.clock, build.work
        );
        times.push(check);
    }
    let ratio = |of: fn(&Time) -> f64| of(&times[2]) / of(&times[1]);
    println!("  annotated / by hand: {:.2}, work {:.2}   (limit 3)", ratio(|t| t.clock), ratio(|t| t.work));
}

fn linear(place: &Place) {
    println!("one function by length (check: seconds of work, median of {RUNS})");
    println!(
        "  {:>10} {:>8} {:>14} {:>12} {:>16}",
        "operations", "check", "us/operation", "expansion", "bytes/operation"
    );
    let empty = place.package("length-0", "", "lib.rs", "//! Nothing.\n");
    let floor = place.seconds(&empty, "lib.rs", &["check", "--offline"]);
    println!("  {:>10} {:>8.2}", 0, floor.work);
    for n in LENGTHS {
        let text = format!(
            "//! Generated.\n\nuse ad_runtime::differentiate;\n\n#[differentiate]\npub {}",
            Straight::new(0, n).primal()
        );
        let package = place.package(&format!("length-{n}"), "", "lib.rs", &text);
        let time = place.seconds(&package, "lib.rs", &["check", "--offline"]);
        let bytes = expanded(place, &package);
        let column = |text: Option<String>| text.unwrap_or_else(|| "-".to_string());
        println!(
            "  {n:>10} {:>8.2} {:>14.0} {:>12} {:>16}",
            time.work,
            1e6 * (time.work - floor.work) / n as f64,
            column(bytes.map(|b| format!("{:.0} kB", b as f64 / 1e3))),
            column(bytes.map(|b| format!("{:.0}", b as f64 / n as f64))),
        );
    }
}

/// The length of the expanded crate. Asks rustc for an unstable option, and does without where it refuses.
fn expanded(place: &Place, package: &Path) -> Option<usize> {
    let mut command = place.cargo(package, "target-expanded");
    command.args(["rustc", "--offline", "--profile=check", "--lib", "--", "-Zunpretty=expanded"]);
    let output = command.env("RUSTC_BOOTSTRAP", "1").stdin(Stdio::null()).output().expect("cargo");
    output.status.success().then_some(output.stdout.len())
}

/// A straight-line function of three numbers.
struct Straight {
    number: usize,
    operations: Vec<Operation>,
}

/// One statement: `v_i = …` of earlier values; 0, 1 and 2 are the arguments.
#[derive(Clone, Copy)]
enum Operation {
    Add(usize, usize),
    Sub(usize, usize),
    Mul(usize, usize),
    Div(usize, usize),
    Scale(usize, f64),
    Sin(usize),
    Tanh(usize),
    Exp(usize),
    Sqrt(usize),
}

use Operation::{Add, Div, Exp, Mul, Scale, Sin, Sqrt, Sub, Tanh};

impl Straight {
    /// `n` operations; every value is used, so that nothing of the gradient can be left out.
    fn new(number: usize, n: usize) -> Self {
        let mut state = 0x9e37_79b9_7f4a_7c15u64.wrapping_mul(number as u64 + 1);
        let mut random = move |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 33) as usize % below
        };
        let mut values = vec![0.7, 1.3, 0.4];
        let mut operations = Vec::with_capacity(n);
        while operations.len() < n {
            let last = values.len() - 1;
            let other = last - random(last.min(12));
            let operation = match random(12) {
                0..=2 => Add(last, other),
                3 => Sub(last, other),
                4..=5 => Mul(last, other),
                6 => Div(other, last),
                7 => Scale(last, 0.25 + random(64) as f64 / 64.0),
                8 => Sin(last),
                9 => Tanh(last),
                10 => Exp(last),
                _ => Sqrt(last),
            };
            // Nothing leaves its domain or overflows where the gradients are compared.
            let value = operation.value(&values);
            if (0.05..20.0).contains(&value) {
                values.push(value);
                operations.push(operation);
            }
        }
        Self { number, operations }
    }

    fn name(&self) -> String {
        format!("p{}", self.number)
    }

    /// The name of a value.
    fn name_of(i: usize) -> String {
        match i {
            0 => "x".into(),
            1 => "y".into(),
            2 => "z".into(),
            _ => format!("v{i}"),
        }
    }

    fn statements(&self, indent: &str) -> String {
        let mut text = String::new();
        for (i, op) in self.operations.iter().enumerate() {
            writeln!(text, "{indent}let {} = {};", Self::name_of(i + 3), op.text()).expect("a string");
        }
        text
    }

    fn result(&self) -> String {
        Self::name_of(self.operations.len() + 2)
    }

    fn primal(&self) -> String {
        format!(
            "fn {}(x: f64, y: f64, z: f64) -> f64 {{\n{}    {}\n}}\n",
            self.name(),
            self.statements("    "),
            self.result()
        )
    }

    /// Value and gradient, the cotangent of each value gathered from its uses.
    fn by_hand(&self) -> String {
        let n = self.operations.len() + 3;
        let mut terms: Vec<Vec<String>> = vec![Vec::new(); n];
        let mut reverse = String::new();
        for i in (0..n).rev() {
            let name = Self::name_of(i);
            let bar = match &terms[i][..] {
                _ if i == n - 1 => "1.0".to_string(),
                [] => "0.0".to_string(),
                terms => terms.join(" + "),
            };
            writeln!(reverse, "    let {name}_bar: f64 = {bar};").expect("a string");
            if i >= 3 {
                for (operand, term) in self.operations[i - 3].partials(&name) {
                    terms[operand].push(term);
                }
            }
        }
        format!(
            "fn {}_value_and_grad(x: f64, y: f64, z: f64) -> (f64, (f64, f64, f64)) {{\n{}{reverse}    ({}, (x_bar, y_bar, z_bar))\n}}\n",
            self.name(),
            self.statements("    "),
            self.result()
        )
    }
}

impl Operation {
    fn value(self, v: &[f64]) -> f64 {
        match self {
            Add(a, b) => v[a] + v[b],
            Sub(a, b) => v[a] - v[b],
            Mul(a, b) => v[a] * v[b],
            Div(a, b) => v[a] / v[b],
            Scale(a, c) => c * v[a],
            Sin(a) => v[a].sin(),
            Tanh(a) => v[a].tanh(),
            Exp(a) => v[a].exp(),
            Sqrt(a) => v[a].sqrt(),
        }
    }

    fn text(self) -> String {
        let v = Straight::name_of;
        match self {
            Add(a, b) => format!("{} + {}", v(a), v(b)),
            Sub(a, b) => format!("{} - {}", v(a), v(b)),
            Mul(a, b) => format!("{} * {}", v(a), v(b)),
            Div(a, b) => format!("{} / {}", v(a), v(b)),
            Scale(a, c) => format!("{c:?} * {}", v(a)),
            Sin(a) => format!("{}.sin()", v(a)),
            Tanh(a) => format!("{}.tanh()", v(a)),
            Exp(a) => format!("{}.exp()", v(a)),
            Sqrt(a) => format!("{}.sqrt()", v(a)),
        }
    }

    /// What the cotangent of the result `y` adds to each operand.
    fn partials(self, y: &str) -> Vec<(usize, String)> {
        let v = Straight::name_of;
        match self {
            Add(a, b) => vec![(a, format!("{y}_bar")), (b, format!("{y}_bar"))],
            Sub(a, b) => vec![(a, format!("{y}_bar")), (b, format!("-{y}_bar"))],
            Mul(a, b) => vec![(a, format!("{} * {y}_bar", v(b))), (b, format!("{} * {y}_bar", v(a)))],
            Div(a, b) => vec![(a, format!("{y}_bar / {}", v(b))), (b, format!("-{y} * {y}_bar / {}", v(b)))],
            Scale(a, c) => vec![(a, format!("{c:?} * {y}_bar"))],
            Sin(a) => vec![(a, format!("{}.cos() * {y}_bar", v(a)))],
            Tanh(a) => vec![(a, format!("(1.0 - {y} * {y}) * {y}_bar"))],
            Exp(a) => vec![(a, format!("{y} * {y}_bar"))],
            Sqrt(a) => vec![(a, format!("0.5 / {y} * {y}_bar"))],
        }
    }
}
