//! The passes on text: `filetests/<pass>/*.txt` holds a function and, below lines of dashes, what the pass gets and gives.
//!
//! `UPDATE_GOLDEN=1 cargo test -p ad-compiler filetests` rewrites the sections; to add a case, add a file with a function.

use crate::analysis::fusion::Fusion;
use crate::analysis::{activity, stability};
use crate::diag::Sink;
use crate::golden::{compare, example, folder};
use crate::ir::{Float, Func, TyTable, verify};
use crate::lower;
use crate::options;
use crate::signature::Signature;
use crate::transform::{adjoint, normalise, prepare, simplify, tangent};
use crate::words;
use quote::ToTokens;
use std::fmt::Write;
use std::fs;

/// The function after each stage, verified.
struct Stages {
    lowered: Func,
    normal: Func,
    prepared: Func,
    adjoint: Func,
    tangent: Func,
}

fn stages(source: &str) -> Stages {
    let (tokens, item) = example(source);
    let mut sink = Sink::default();
    let attribute = options::parse(tokens, &mut sink);
    let sig = Signature::parse(&item, &words::count(item.to_token_stream()), &attribute.signature).unwrap();
    let lowered = lower::lower(&item, &sig, &TyTable::default(), &attribute.cfgs, &mut sink).func;
    if let Err(errors) = sink.finish() {
        panic!("{source}\nis refused: {errors}");
    }
    let mut normal = lowered.clone();
    normalise::normalise(&mut normal);
    let act = activity::solve(&normal, &sig);
    activity::assume_floats(&mut normal, &act, Float::Open);
    let tangent = tangent::tangent(&normal, &act, &sig);
    let stable = stability::solve(&normal, &Fusion::none());
    let mut prepared = normal.clone();
    let info = prepare::prepare(&mut prepared, &sig, &act, &stable, &Fusion::none());
    let adjoint = adjoint::adjoint(&prepared, &info, &act, &sig);
    for func in [&lowered, &normal, &prepared, &adjoint, &tangent] {
        verify(func).unwrap();
    }
    Stages { lowered, normal, prepared, adjoint, tangent }
}

/// Runs the files of a folder; `sections` names what the pass gets and gives.
fn run(pass: &str, sections: impl Fn(Stages) -> Vec<(&'static str, Func)>) {
    let mut files: Vec<_> = fs::read_dir(folder("filetests").join(pass)).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 2, "{pass} has {} cases", files.len());
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let source = text.split("\n----").next().unwrap_or_default().trim_end();
        let mut out = format!("{source}\n");
        for (name, func) in sections(stages(source)) {
            write!(out, "\n---- {name}\n{func}").unwrap();
        }
        compare(&path, &out);
    }
}

fn simplified(func: &Func) -> Func {
    let mut out = func.clone();
    simplify::simplify(&mut out);
    verify(&out).unwrap();
    out
}

#[test]
fn lowering() {
    run("lower", |s| vec![("lowered", s.lowered)]);
}

#[test]
fn normalising() {
    run("normalise", |s| vec![("lowered", s.lowered), ("normal", s.normal)]);
}

#[test]
fn preparing_and_adjoint() {
    run("adjoint", |s| vec![("normal", s.normal), ("prepared", s.prepared), ("adjoint", s.adjoint)]);
}

#[test]
fn tangents() {
    run("tangent", |s| vec![("normal", s.normal), ("tangent", s.tangent)]);
}

#[test]
fn simplifying() {
    run("simplify", |s| {
        let (adjoint, tangent) = (simplified(&s.adjoint), simplified(&s.tangent));
        vec![("adjoint", s.adjoint), ("adjoint, simple", adjoint), ("tangent", s.tangent), ("tangent, simple", tangent)]
    });
}

/// What is simple stays as it is.
#[test]
fn simplifying_twice_changes_nothing() {
    for path in fs::read_dir(folder("../tests/expand")).unwrap().map(|f| f.unwrap().path()) {
        if path.extension().is_some_and(|e| e == "rs") {
            let s = stages(&fs::read_to_string(path).unwrap());
            for func in [&s.adjoint, &s.tangent] {
                let once = simplified(func);
                assert_eq!(once.to_string(), simplified(&once).to_string());
            }
        }
    }
}
