//! Each message of the compiler has a case in `ui` that shows it, and the page of what is supported names each case.

use std::collections::BTreeSet;
use std::fs;

/// The table of messages, as its source says it: names and texts.
fn messages() -> Vec<(String, String)> {
    let source = include_str!("../../ad-ir/src/messages.rs");
    let table = source.split("messages! {").nth(1).expect("the table");
    let mut all = Vec::new();
    for line in table.lines() {
        let Some((name, text)) = line.trim().split_once(" = \"") else { continue };
        let text = text.trim_end().strip_suffix("\";").unwrap_or_else(|| panic!("`{name}` goes over several lines"));
        all.push((name.to_owned(), text.replace("\\\"", "\"")));
    }
    assert!(all.len() > 50, "the table was not read: {} messages", all.len());
    all
}

/// The cases as `cause/name`, and the texts expected of rustc.
fn cases() -> (BTreeSet<String>, String) {
    let (mut names, mut errors) = (BTreeSet::new(), String::new());
    for cause in fs::read_dir("ui").expect("tests run in their package").flatten() {
        for file in fs::read_dir(cause.path()).expect("a folder of cases").flatten() {
            let (cause, file_name) = (cause.file_name(), file.file_name());
            let (cause, file_name) = (cause.to_string_lossy(), file_name.to_string_lossy());
            if let Some(name) = file_name.strip_suffix(".rs") {
                names.insert(format!("{cause}/{name}"));
            } else {
                errors.push_str(&fs::read_to_string(file.path()).expect("a text file"));
            }
        }
    }
    (names, errors)
}

/// Whether `text`, with anything in place of `{}`, stands in a line.
fn occurs(text: &str, lines: &str) -> bool {
    let mut parts = text.split("{}");
    let first = parts.next().unwrap_or("");
    let rest: Vec<&str> = parts.collect();
    lines.lines().any(|line| {
        let Some(at) = line.find(first) else { return false };
        let mut left = &line[at + first.len()..];
        rest.iter().all(|part| match left.find(part) {
            Some(at) => {
                left = &left[at + part.len()..];
                true
            }
            None => false,
        })
    })
}

#[test]
fn every_message_has_a_case() {
    let (_, errors) = cases();
    // `SYNTAX` passes on what syn says; a defect has no case, or it would be mended; no function of a case is so large
    // that it would fill the budget; and `UNKNOWN_TYPE` guards what inference leaves open, which is nothing in programs
    // that rustc accepts (`patterns/rest_of_unknown` is a case of a type that cannot be inferred).
    let exempt = ["SYNTAX", "INTERNAL", "TOO_LARGE", "UNKNOWN_TYPE"];
    let missing: Vec<_> =
        messages().into_iter().filter(|(name, text)| !exempt.contains(&&**name) && !occurs(text, &errors)).collect();
    assert!(missing.is_empty(), "messages without a case in tests/ui: {missing:#?}");
}

#[test]
fn no_case_shows_a_defect() {
    let (_, errors) = cases();
    assert!(!errors.contains("a defect of the compiler"), "a case in tests/ui reports a defect");
}

#[test]
fn one_mistake_is_one_error() {
    for cause in fs::read_dir("ui").expect("tests run in their package").flatten() {
        for file in fs::read_dir(cause.path()).expect("a folder of cases").flatten() {
            let path = file.path();
            let name = path.display().to_string();
            // Those with several mistakes, and one written by hand.
            if !name.ends_with(".stderr") || name.contains("several") || name.contains("by_hand") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a text file");
            let errors = text.lines().filter(|l| l.starts_with("error")).count();
            let allowed = MORE.iter().find(|(case, _)| name.contains(case)).map_or(2, |(_, n)| *n);
            assert!(errors <= allowed, "{name}: {errors} errors for one mistake");
        }
    }
}

/// Where rustc says more than two things of one mistake, and nothing can be done about it.
const MORE: [(&str, usize); 11] = [
    // For each of `forward`, `adjoint` and `tangent`, since rustc looks them up one by one.
    ("calls/associated_function", 3),
    // One of each trait that the derive would give.
    ("signature/struct_parameter", 3),
    // The names do not even resolve to types.
    ("callee/module_like_function", 4),
    // What the turbofish means cannot be known, so nothing can stand in for the callee.
    ("callee/unannotated_turbofish", 4),
    // rustc's words for each function that the impl fills in, the first of them named like the remedy.
    ("traits/trait_without_attribute", 3),
    // rustc's for an expression that is not stable.
    ("syntax/try_block", 3),
    // Of `forward` twice, for its kinds and for its result, of `adjoint` and of `tangent`.
    ("callee/constant_parameter", 4),
    ("custom/implicit_constant_there", 3),
    // The arguments, and that there is nothing to call then in forward and in reverse mode.
    ("custom/implicit_of_other_arguments", 3),
    // Two of them are rustc's for the function as the user wrote it.
    ("types/mixed_floats", 3),
    // rustc's words for each use of the name.
    ("patterns/lower_case_constant", 4),
];

#[test]
fn the_page_of_supported_rust_names_each_case() {
    let page = fs::read_to_string("../docs/supported-rust.md").expect("docs/supported-rust.md");
    let (cases, _) = cases();
    let mut named = BTreeSet::new();
    for (i, part) in page.split("`ui/").enumerate() {
        if i > 0 {
            named.extend(part.split('`').next().map(str::to_owned));
        }
    }
    let unlisted: Vec<_> = cases.difference(&named).collect();
    let unknown: Vec<_> = named.difference(&cases).collect();
    assert!(unlisted.is_empty(), "cases that docs/supported-rust.md does not list: {unlisted:#?}");
    assert!(unknown.is_empty(), "docs/supported-rust.md names cases that do not exist: {unknown:#?}");
}
