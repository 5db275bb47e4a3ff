//! Tests of the rows, generated from the table.

mod book;
mod check;
mod eval;
mod inventory;
mod numeric;
mod real;
mod special;

use super::{Class, Partial, Rule, lookup, partial, partial_of, reads, scalar};

/// The spellings of the partials that are worth a variant, and the derived reads.
#[test]
fn partials_and_reads_come_from_the_formulas() {
    let row = |name| lookup(name).expect(name);
    assert!(matches!(partial(row("+"), 0), Partial::One));
    assert!(matches!(partial(row("-"), 1), Partial::MinusOne));
    assert!(matches!(partial(row("floor"), 0), Partial::Zero));
    assert!(matches!(partial(row("powi"), 1), Partial::Zero));
    assert!(matches!(partial_of(row("sin_cos"), 1, 0), Partial::Formula(_)));
    assert_eq!(reads(row("+"), 0), (vec![], false));
    assert_eq!(reads(row("*"), 0), (vec![1], false));
    assert_eq!(reads(row("/"), 1), (vec![1], true));
    assert_eq!(reads(row("exp"), 0), (vec![], true));
    assert_eq!(reads(row("powi"), 0), (vec![0, 1], false));
    assert_eq!(reads(row("sin_cos"), 0), (vec![], true));
    assert_eq!(reads(row("to_degrees"), 0), (vec![], false));
    assert!(lookup("no_such_method").is_none());
}

/// The lists of a row have the lengths that the formals and results ask for.
#[test]
fn rows_are_well_formed() {
    for rule in scalar::ROWS {
        let name = rule.name;
        assert_eq!(scalar::ROWS.iter().filter(|r| r.name == name).count(), 1, "`{name}` has two rows");
        assert_eq!(rule.partials.len(), rule.arity() * rule.results().max(1), "partials of `{name}`");
        assert_eq!(rule.singular.len(), rule.arity(), "flags of `{name}`");
        assert_eq!(rule.domain.len(), rule.arity(), "domain of `{name}`");
        assert!(rule.domain.iter().all(|s| s.lo < s.hi), "domain of `{name}`");
        assert!(!rule.doc.is_empty(), "`{name}` has no description");
        for i in 0..rule.arity() {
            let differentiated = (0..rule.results()).any(|r| !rule.formula(r, i).is_empty());
            let float = rule.formals[i].class == Class::Float && is_differentiable(rule);
            assert_eq!(differentiated, float, "`{name}`: a formula for each float formal, and for no other");
        }
    }
}

/// Whether the row has any formula.
fn is_differentiable(rule: &Rule) -> bool {
    rule.partials.iter().any(|p| !p.is_empty())
}
