//! The documentation says what is so: README's example prints what README says, names and links lead somewhere.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The pages at the top and in `docs/`, by their paths from the root.
fn pages() -> Vec<String> {
    let mut pages: Vec<String> = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(String::from).into();
    for entry in std::fs::read_dir(root().join("docs")).expect("docs/ is there") {
        pages.push(format!("docs/{}", entry.expect("readable").file_name().to_string_lossy()));
    }
    pages.sort();
    pages
}

/// The code blocks of a page: what stands behind the three backticks, and the code.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(tag), None) => open = Some((tag.to_string(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, code))) => {
                code.push_str(line);
                code.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

#[test]
fn the_example_of_the_readme_prints_what_it_says() {
    let readme = blocks(&read("README.md"));
    let of = |tag: &str| readme.iter().find(|(t, _)| t == tag).map(|(_, code)| code.clone()).expect("a block");
    let source = read("examples/src/bin/readme.rs");
    let program: String = source.lines().filter(|l| !l.starts_with("//!")).map(|l| format!("{l}\n")).collect();
    assert_eq!(of("rust"), program, "README.md and examples/src/bin/readme.rs");
    let run = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "-p", "examples", "--bin", "readme"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(of("text"), String::from_utf8_lossy(&run.stdout));
}

#[test]
fn the_readme_opens_as_it_should() {
    let readme = read("README.md");
    let first = readme.lines().next().expect("not empty");
    assert!(
        first.starts_with("`#[differentiate]`") && first.ends_with('.') && first.matches(". ").count() == 0,
        "{first}"
    );
    let shell: Vec<String> = blocks(&readme).into_iter().filter(|(t, _)| t == "sh").map(|(_, code)| code).collect();
    assert_eq!(shell, ["cargo run --release -p examples --bin nist\n", "cargo test --workspace\n"]);
    assert!(read(".ci/run").contains(shell[1].trim()));
    let manifest = read("Cargo.toml");
    let version = manifest.lines().find_map(|l| l.strip_prefix("rust-version = ")).expect("stated").trim_matches('"');
    assert!(readme.contains(&format!("stable Rust toolchain, {version} or later")), "rust-version is {version}");
}

#[test]
fn rust_code_of_the_docs_runs() {
    let doctests = read("tests/src/lib.rs");
    for page in pages() {
        for (tag, code) in blocks(&read(&page)) {
            // Fragments of the compiler's own files are no programs; those of embedding.md are compared with programs in examples/tests.
            assert!(
                tag != "rust,ignore" || page.starts_with("docs/add-a-") || page == "docs/embedding.md",
                "{page} has code that does not run:\n{code}"
            );
            let runs = tag == "rust" || tag.is_empty();
            assert!(
                !runs || doctests.contains(&format!("\"../../{page}\"")),
                "{page} is not in tests/src/lib.rs:\n{code}"
            );
        }
    }
}

#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let text = read(&page);
        let dir = root().join(&page).parent().expect("a folder").to_path_buf();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            let elsewhere = path.is_empty() || path.contains("://") || path.contains(char::is_whitespace);
            assert!(elsewhere || dir.join(path).exists(), "{page} links to {link}");
        }
    }
}

/// What stands in backticks and looks like a path of ours.
#[test]
fn named_files_exist() {
    let sources = ["ad-compiler/src", "ad-ir/src"].map(|src| root().join(src));
    for page in ["ARCHITECTURE.md", "docs/testing.md", "docs/add-a-primitive.md", "docs/add-a-statement.md"] {
        let text = read(page);
        let mut folder = sources[0].clone();
        for name in text.split('`').skip(1).step_by(2) {
            let file = name.ends_with(".rs") || name.ends_with(".md") || name.ends_with('/');
            if !file || name.contains(['*', ' ', '<', '(']) {
                continue;
            }
            // `transform/adjoint.rs`, `adjoint_call.rs`: the second stands in the folder of the first.
            let [compiler, ir] = sources.each_ref().map(|src| src.join(name));
            let generator = root().join("fuzz-programs/src").join(name);
            let places = [root().join(name), compiler, ir, folder.join(name), generator];
            let Some(found) = places.iter().find(|p| p.exists()) else {
                panic!("{page} names `{name}`, which is not there")
            };
            folder = found.parent().map(Path::to_path_buf).unwrap_or_default();
        }
    }
}

/// In the tables of add-a-statement, after a file come functions of that file.
#[test]
fn named_functions_exist() {
    let mut seen = 0;
    for row in read("docs/add-a-statement.md").lines().filter(|l| l.trim_start().starts_with("| `")) {
        let first = row.split('|').nth(1).expect("a column");
        let mut names = first.split('`').skip(1).step_by(2);
        let file = names.next().expect("a file");
        for name in names {
            seen += 1;
            let of_ir = format!("ad-ir/src/{file}");
            let source =
                if root().join(&of_ir).exists() { read(of_ir) } else { read(format!("ad-compiler/src/{file}")) };
            assert!(source.contains(&format!("fn {name}(")), "there is no `fn {name}` in {file}");
        }
    }
    assert!(seen > 5, "the tables were not read");
}

#[test]
fn stages_are_in_the_order_of_the_driver() {
    let driver = read("ad-compiler/src/driver.rs");
    let pipeline = &driver[driver.find("fn differentiate(").expect("the pipeline")..];
    let stages = [
        "fence::check(",
        "lower::lower(",
        "normalise::normalise(",
        "activity::solve(",
        "tangent::tangent(",
        "stability::solve(",
        "prepare::prepare(",
        "adjoint::adjoint(",
        "simplify::simplify(&mut adjoint",
        "emit_parts(",
    ];
    let found: Vec<usize> =
        stages.iter().map(|s| pipeline.find(s).unwrap_or_else(|| panic!("no {s} in the driver"))).collect();
    assert!(found.is_sorted(), "ARCHITECTURE.md has another order than driver.rs: {found:?}");
    let page = read("ARCHITECTURE.md");
    let rows = [
        "| fence |",
        "| lowering |",
        "| normalise |",
        "| activity |",
        "| tangent |",
        "| stability |",
        "| prepare |",
        "| adjoint |",
        "| emission |",
    ];
    let found: Vec<usize> = rows.iter().map(|r| page.find(r).unwrap_or_else(|| panic!("no row {r}"))).collect();
    assert!(found.is_sorted());
}
