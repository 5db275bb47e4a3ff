//! The pages of `docs/` that speak of the rows.

use super::super::{Class, Cost, ResultClass, Rule, reads, refused, scalar};
use std::fmt::Write as _;
use std::path::PathBuf;

fn page(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

/// How a row is called: `a + b`, `-x`, `x.powi(n)`, `zero()`.
fn call(rule: &Rule) -> String {
    let names = rule.formal_names();
    match (rule.name, names.as_slice()) {
        ("neg", [x]) => format!("-{x}"),
        (name, []) => format!("{name}()"),
        (operator @ ("+" | "-" | "*" | "/" | "%"), [a, b]) => format!("{a} {operator} {b}"),
        (name, _) if rule.formals.iter().all(|f| f.class == Class::Int) => format!("{name}({})", names.join(", ")),
        (name, [receiver, rest @ ..]) => {
            let borrow = if rule.formals[0].class == Class::FloatRef { "&" } else { "" };
            let rest: Vec<_> = rest.iter().map(|n| format!("{borrow}{n}")).collect();
            format!("{receiver}.{name}({})", rest.join(", "))
        }
    }
}

/// A table cell; `|` would end it.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

fn partials(rule: &Rule) -> String {
    let mut cells = Vec::new();
    for r in 0..rule.results() {
        for (i, formal) in rule.formals.iter().enumerate() {
            let formula = rule.formula(r, i);
            if !formula.is_empty() {
                let result = if rule.result == ResultClass::FloatPair { format!("y.{r}") } else { "y".into() };
                cells.push(format!("∂{result}/∂{}: {}", formal.name, code(formula)));
            }
        }
    }
    cells.join("<br>")
}

fn read(rule: &Rule) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut result = false;
    for i in 0..rule.arity() {
        let (formals, reads_result) = reads(rule, i);
        names.extend(formals.into_iter().map(|k| rule.formals[k].name));
        result |= reads_result;
    }
    names.sort_unstable();
    names.dedup();
    names.extend(result.then_some("y"));
    names.join(", ")
}

fn notes(rule: &Rule) -> String {
    let mut notes = vec![rule.doc.to_string()];
    if rule.piecewise {
        notes.push("corners or jumps, see [kinks](kinks.md)".into());
    }
    let singular: Vec<_> = (0..rule.arity()).filter(|i| rule.singular[*i]).map(|i| rule.formals[i].name).collect();
    if !singular.is_empty() {
        notes.push(format!("unbounded in {}", singular.join(", ")));
    }
    notes.join("; ")
}

fn rules_page() -> String {
    let mut out = String::from(
        "# Rules of scalar primitives\n\n\
         Generated from `ad-ir/src/rules`; do not edit. After a change there:\n\
         `UPDATE_DOCS=1 cargo test -p ad-ir rules`.\n\n\
         In the formulas `y` is the result. *Reads* lists what the reverse sweep needs of the forward sweep. Where a partial\n\
         is unbounded, a cotangent that is zero stays zero. [Kinks](kinks.md) has the derivatives at corners, and\n\
         [add a primitive](add-a-primitive.md) the steps for another row.\n\n\
         ## Differentiated\n\n\
         | call | partials | reads | cost | notes |\n|---|---|---|---|---|\n",
    );
    let (active, inactive): (Vec<&Rule>, Vec<&Rule>) =
        scalar::ROWS.iter().partition(|r: &&Rule| super::is_differentiable(r));
    for rule in active {
        let cost = match rule.cost {
            Cost::Cheap => "cheap",
            Cost::Costly => "costly",
        };
        let (call, partials, read, notes) = (code(&call(rule)), partials(rule), read(rule), notes(rule));
        writeln!(out, "| {call} | {partials} | {read} | {cost} | {notes} |").expect("a string");
    }
    out.push_str("\n## Accepted, with nothing to differentiate\n\n| call | what it is |\n|---|---|\n");
    for rule in inactive {
        writeln!(out, "| {} | {} |", code(&call(rule)), rule.doc).expect("a string");
    }
    out.push_str("\n## Refused\n\n| name | reason | instead |\n|---|---|---|\n");
    for refusal in refused::REFUSALS {
        writeln!(out, "| `{}` | {} | {} |", refusal.name, refusal.reason, refusal.remedy).expect("a string");
    }
    out
}

#[test]
fn rules_page_is_up_to_date() {
    let (path, want) = (page("rules.md"), rules_page());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &want).expect("docs/rules.md can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == want, "docs/rules.md is out of date: run `UPDATE_DOCS=1 cargo test -p ad-ir rules`");
}

/// Whoever adds a row with a corner or a pole writes down what it does there.
#[test]
fn kinks_page_names_every_row_with_a_kink() {
    let text = std::fs::read_to_string(page("kinks.md")).unwrap_or_default();
    for rule in scalar::ROWS.iter().filter(|r| r.piecewise || r.singular.contains(&true)) {
        let name = format!("`{}`", rule.name);
        assert!(text.contains(&name), "docs/kinks.md does not say what {name} does at its kinks");
    }
}
