//! The programs of `docs/embedding.md`: each asserts its known answer, and the page shows lines that are in them.

use std::process::Command;

fn run(program: &str) {
    let output = Command::new(program).output().expect("the program starts");
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{wrong}");
}

#[test]
fn argmin() {
    run(env!("CARGO_BIN_EXE_argmin"));
}

#[test]
fn nuts() {
    run(env!("CARGO_BIN_EXE_nuts"));
}

#[test]
fn diffsol() {
    run(env!("CARGO_BIN_EXE_diffsol"));
}

#[test]
fn slsqp() {
    run(env!("CARGO_BIN_EXE_slsqp"));
}

#[test]
fn lines_of_the_page() {
    let programs = [
        include_str!("../src/bin/argmin.rs"),
        include_str!("../src/bin/nuts.rs"),
        include_str!("../src/bin/diffsol.rs"),
        include_str!("../src/bin/slsqp.rs"),
    ];
    let mut lines = 0;
    let mut code = false;
    for line in include_str!("../../docs/embedding.md").lines() {
        if line.starts_with("```") {
            code = line == "```rust,ignore";
        } else if code && !line.trim().is_empty() {
            assert!(
                programs.iter().any(|p| p.lines().any(|l| l.trim() == line.trim())),
                "no program has the line `{}`",
                line.trim()
            );
            lines += 1;
        }
    }
    assert!(lines > 0);
}
