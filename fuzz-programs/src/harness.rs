//! Compiles batches of printed programs and runs their checks.
//!
//! A batch is one crate. A program that does not compile is found by the lines of the errors, reported, and taken out;
//! the rest is compiled again. cargo builds the runtime once; batches go to rustc at once, several side by side.

use crate::print::Form;
use crate::print::check::{Mode, batch};
use crate::sample::Sample;
use crate::tree::Program;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone)]
pub(crate) struct Harness {
    pub(crate) project: PathBuf,
    pub(crate) built: Built,
    pub(crate) mode: Mode,
    pub(crate) form: Form,
    pub(crate) debug_and_release: bool,
    /// Compile errors only: nothing is linked or run.
    pub(crate) check_only: bool,
}

pub(crate) struct Entry<'p> {
    pub(crate) name: String,
    pub(crate) program: &'p Program,
    pub(crate) samples: &'p [Sample],
}

/// The first thing wrong with a program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    Compile(String),
    /// The stage of the check, and what it found.
    Check(String, String),
}

impl Failure {
    /// Whether two failures are taken to have one cause when a program is shrunk: the same message, or a check that
    /// fails in any derivative.
    pub(crate) fn same_as(&self, other: &Failure) -> bool {
        match (self, other) {
            (Failure::Compile(_), Failure::Compile(_)) => {
                let start = |f: &Failure| f.summary().chars().take(82).collect::<String>();
                start(self) == start(other)
            }
            (Failure::Check(..), Failure::Check(..)) => true,
            _ => false,
        }
    }

    /// One line without names and numbers of the program at hand.
    pub(crate) fn summary(&self) -> String {
        match self {
            Failure::Compile(message) => {
                // A panic of the macro says what it was in a note.
                let note = message.lines().find(|l| l.contains("help: message:"));
                let line = note.or_else(|| message.lines().next()).unwrap_or_default().trim();
                // Quoted names belong to the program; quoted signs to the message.
                let parts = line.split('`').enumerate().map(|(i, part)| {
                    let named = i % 2 == 1 && part.chars().any(char::is_alphanumeric);
                    if named { "…" } else { part }
                });
                let text = parts.collect::<Vec<_>>().join("`");
                let code = text.find(']').filter(|_| text.starts_with("error[")).unwrap_or(0);
                let (head, tail) = text.split_at(code);
                let tail: String = tail.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).take(150).collect();
                format!("{head}{tail}")
            }
            Failure::Check(stage, text) if text.starts_with("panicked") => format!("{stage}: {text}"),
            Failure::Check(stage, _) => format!("wrong: {stage}"),
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Failure::Compile(message) => format!("does not compile: {message}"),
            Failure::Check(stage, message) => format!("{stage}: {message}"),
        }
    }
}

/// What the compiler needs to find the runtime: built once by cargo, then used by every batch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Built {
    arguments: Vec<String>,
}

/// Builds the runtime under test with its dependencies. The macro is optimised, because it expands thousands of
/// functions; what it emits is not.
pub(crate) fn build_runtime(project: &Path, runtime: &Path) -> Result<Built, String> {
    let fail = |e: std::io::Error| format!("cannot write {}: {e}", project.display());
    std::fs::create_dir_all(project.join("src")).map_err(fail)?;
    let manifest = format!(
        "[package]\nname = \"runtime\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         ad-runtime = {{ path = {runtime:?} }}\n\n[profile.dev]\ndebug = false\nincremental = false\n\n\
         [profile.dev.build-override]\nopt-level = 1\ndebug = false\n"
    );
    let path = project.join("Cargo.toml");
    if std::fs::read_to_string(&path).unwrap_or_default() != manifest {
        std::fs::write(path, manifest).map_err(fail)?;
        std::fs::write(project.join("src/lib.rs"), "").map_err(fail)?;
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(project).args(["build", "--quiet", "--message-format=json"]);
    cargo.env("CARGO_TARGET_DIR", project.join("target"));
    let output = cargo.output().map_err(|e| format!("cannot run cargo: {e}"))?;
    if !output.status.success() {
        let errors: Vec<String> = String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|l| serde_json::from_str::<Json>(l).ok())
            .filter_map(|m| m["message"]["rendered"].as_str().map(str::to_owned))
            .collect();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("the runtime does not build:\n{}{stderr}", errors.concat()));
    }
    let mut arguments = vec!["-L".to_owned(), format!("dependency={}", project.join("target/debug/deps").display())];
    for message in String::from_utf8_lossy(&output.stdout).lines().filter_map(|l| serde_json::from_str::<Json>(l).ok())
    {
        if message["target"]["name"] == "ad_runtime" {
            let files = message["filenames"].as_array().into_iter().flatten().filter_map(Json::as_str);
            if let Some(file) = files.into_iter().find(|f| f.ends_with(".rlib")) {
                arguments.extend(["--extern".to_owned(), format!("ad_runtime={file}")]);
            }
        }
    }
    Ok(Built { arguments })
}

impl Harness {
    /// The same in a folder of its own, so that two may work side by side.
    pub(crate) fn beside(&self, name: &str) -> Harness {
        Harness { project: self.project.join(name), ..self.clone() }
    }

    /// rustc on the batch: debug information, incremental data and optimisation would only cost time.
    fn rustc(&self, release: bool) -> Command {
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.current_dir(&self.project).args([
            "--edition=2024",
            "--crate-name=batch",
            "--error-format=json",
            "src/main.rs",
        ]);
        rustc.args(["--crate-type=bin", "-Cdebuginfo=0", "--cap-lints=allow"]);
        if self.check_only {
            rustc.args(["--emit=metadata", "-o", "batch.rmeta"]);
        } else {
            rustc.args(["-o", "batch"]);
        }
        if release {
            rustc.arg("-Copt-level=3");
        } else {
            // Generic copies are shared, and few units mean few copies of what is not.
            rustc.args(["-Copt-level=0", "-Cdebug-assertions=on", "-Coverflow-checks=on", "-Ccodegen-units=2"]);
        }
        if self.mode != Mode::Plain {
            rustc.args(&self.built.arguments);
        }
        rustc
    }

    /// Checks the programs; what fails is in the map, by name.
    pub(crate) fn run(&self, entries: &[Entry<'_>]) -> Result<BTreeMap<String, Failure>, String> {
        let mut failures = self.check(entries, false)?;
        if self.debug_and_release {
            for (name, failure) in self.check(entries, true)? {
                failures.entry(name).or_insert(match failure {
                    Failure::Check(stage, text) => Failure::Check(stage, format!("(release) {text}")),
                    compile @ Failure::Compile(_) => compile,
                });
            }
        }
        Ok(failures)
    }

    fn check(&self, entries: &[Entry<'_>], release: bool) -> Result<BTreeMap<String, Failure>, String> {
        let mut failures = BTreeMap::new();
        loop {
            let good: Vec<&Entry<'_>> = entries.iter().filter(|e| !failures.contains_key(&e.name)).collect();
            if good.is_empty() {
                return Ok(failures);
            }
            let programs: Vec<(String, &Program)> = good.iter().map(|e| (e.name.clone(), e.program)).collect();
            let (source, starts) = batch(&programs, self.mode, self.form);
            std::fs::create_dir_all(self.project.join("src"))
                .and_then(|()| std::fs::write(self.project.join("src/main.rs"), source))
                .map_err(|e| format!("cannot write the batch: {e}"))?;
            let output = self.rustc(release).output().map_err(|e| format!("cannot run rustc: {e}"))?;
            if output.status.success() {
                if self.check_only {
                    return Ok(failures);
                }
                self.execute(&good, &mut failures)?;
                return Ok(failures);
            }
            let found = compile_errors(&String::from_utf8_lossy(&output.stderr), &starts);
            if found.is_empty() {
                return Err(format!("the batch does not build:\n{}", String::from_utf8_lossy(&output.stderr)));
            }
            failures.extend(found);
        }
    }

    fn execute(&self, entries: &[&Entry<'_>], failures: &mut BTreeMap<String, Failure>) -> Result<(), String> {
        let mut text = String::new();
        for entry in entries {
            for (i, sample) in entry.samples.iter().enumerate() {
                let _ = write!(text, "{} {i} {:e}", entry.name, sample.tolerance);
                for word in &sample.words {
                    let _ = write!(text, " {word:x}");
                }
                text.push('\n');
            }
        }
        let samples = self.project.join("samples.txt");
        std::fs::write(&samples, text).map_err(|e| format!("cannot write samples: {e}"))?;
        let binary = self.project.join("batch");
        let output = Command::new(&binary).arg(&samples).output().map_err(|e| format!("cannot run the batch: {e}"))?;
        let mut answered = BTreeMap::<String, usize>::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            if let Some(rest) = line.strip_prefix("@@ ok ") {
                let name = rest.split(' ').next().unwrap_or_default();
                *answered.entry(name.to_owned()).or_default() += 1;
            } else if let Some(rest) = line.strip_prefix("@@ fail ") {
                let mut parts = rest.splitn(3, ' ');
                let (Some(name), Some(_), Some(message)) = (parts.next(), parts.next(), parts.next()) else { continue };
                *answered.entry(name.to_owned()).or_default() += 1;
                let (stage, text) = message.split_once(": ").unwrap_or((message, ""));
                failures.entry(name.to_owned()).or_insert_with(|| Failure::Check(stage.to_owned(), text.to_owned()));
            }
        }
        // A program that takes the process down (stack overflow, abort) answers nothing.
        for entry in entries {
            if answered.get(&entry.name).copied().unwrap_or(0) < entry.samples.len()
                && !failures.contains_key(&entry.name)
            {
                let message = format!("no answer; the batch ended with {}", output.status);
                failures.insert(entry.name.clone(), Failure::Check("crash".into(), message));
                break;
            }
        }
        Ok(())
    }
}

/// The innermost line of our file that a span, or the macro call it came from, points to.
fn lines_of(span: &Json, out: &mut Vec<u64>) {
    if span["file_name"].as_str().is_some_and(|f| f.ends_with("src/main.rs"))
        && let Some(line) = span["line_start"].as_u64()
    {
        out.push(line);
    }
    if span["expansion"].is_object() {
        lines_of(&span["expansion"]["span"], out);
    }
}

fn compile_errors(json: &str, starts: &[(usize, String)]) -> BTreeMap<String, Failure> {
    let mut found = BTreeMap::new();
    for message in json.lines().filter_map(|l| serde_json::from_str::<Json>(l).ok()) {
        if message["level"] != "error" {
            continue;
        }
        let mut lines = Vec::new();
        for primary in [true, false] {
            for span in message["spans"].as_array().into_iter().flatten() {
                if span["is_primary"] == primary {
                    lines_of(span, &mut lines);
                }
            }
        }
        for line in lines {
            let at = starts.iter().rposition(|(start, _)| *start as u64 <= line);
            if let Some(at) = at
                && !starts[at].1.is_empty()
            {
                let rendered = message["rendered"].as_str().unwrap_or_default().trim().to_owned();
                found.entry(starts[at].1.clone()).or_insert(Failure::Compile(rendered));
                break;
            }
        }
    }
    found
}

/// Where the workspace is: the runtime is a path dependency of every batch.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate is a member of the workspace").to_owned()
}
