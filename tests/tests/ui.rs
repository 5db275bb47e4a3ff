//! Compile errors as users see them, in folders by cause; and what is accepted although it looks odd.
//!
//! The expected texts are those of one rustc. With another one the test says so and does nothing else; to record them
//! anew: `TRYBUILD=overwrite cargo test -p ad-tests --test ui`.

/// The rustc whose words stand in the `.stderr` files.
const REFERENCE: &str = "rustc 1.95.0 ";

#[test]
fn ui() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = std::process::Command::new(rustc).arg("--version").output();
    let version = version.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default();
    if !version.starts_with(REFERENCE) {
        eprintln!(
            "\n******** SKIPPED: the texts of tests/ui are those of {REFERENCE}and this is {version:?} ********\n"
        );
        return;
    }
    let cases = trybuild::TestCases::new();
    for cause in std::fs::read_dir("ui").expect("tests run in their package").flatten() {
        let cause = cause.file_name();
        let cause = cause.to_string_lossy();
        match &*cause {
            "accepted" => cases.pass("ui/accepted/*.rs"),
            cause => cases.compile_fail(format!("ui/{cause}/*.rs")),
        }
    }
}
