//! The text form and the verifier on a function built by hand.

use super::sample::decay;
use super::*;
use proc_macro2::Span;

#[test]
fn the_text_form_reads_in_program_order() {
    let f = decay();
    verify(&f).unwrap();
    let expected = "\
fn decay(v0 /* x0 */: f64, v1 /* k */: f64, v2 /* n */: usize) -> v9 {
    let x: f64 = v0
    v3: usize = 0
    for v4 in v3..v2 {
        v5: f64 = load x
        v6: f64 = mul v1, v5                 // k * v5
        v7: f64 = mul v6, v5
        v8: f64 = sub v5, v7
        store x, v8
    }
    v9: f64 = load x
}
";
    assert_eq!(f.to_string(), expected);
}

/// The verifier's message after a change to the function.
fn broken(change: impl FnOnce(&mut Func)) -> String {
    let mut f = decay();
    change(&mut f);
    verify(&f).unwrap_err()
}

#[test]
fn the_verifier_finds_what_is_wrong() {
    let here = Span::call_site();
    let body = Region(0);
    let twice = broken(|f| {
        let first = f.regions[0][1].clone();
        f.regions[0].insert(2, first);
    });
    assert!(twice.contains("v3 is defined twice"), "{twice}");
    let early = broken(|f| f.regions[0].swap(1, 2));
    assert!(early.contains("v3 is read before it is defined"), "{early}");
    let scope = broken(|f| f.push(body, OpKind::AddTo(Place::whole(Var(0)), Value(5)), here));
    assert!(scope.contains("out of its scope"), "{scope}");
    let undeclared = broken(|f| drop(f.regions[0].remove(0)));
    assert!(undeclared.contains("used before it is declared"), "{undeclared}");
    let float_bound = broken(|f| {
        let OpKind::For { range, .. } = &mut f.regions[0][2].kind else { panic!("the loop moved") };
        range.hi = Value(1);
    });
    assert!(float_bound.contains("v1 must be an integer"), "{float_bound}");
    let mixed = broken(|f| {
        f.push_value(body, OpKind::Binary(BinOp::Add, Value(0), Value(2)), Ty::F64, here);
    });
    assert!(mixed.contains("v2 is"), "{mixed}");
    let dead = broken(|f| {
        f.regions[0].insert(
            0,
            Op {
                kind: OpKind::Effect { path: quote::quote!(panic), pieces: vec![], diverges: true },
                result: None,
                span: here,
            },
        );
    });
    assert!(dead.contains("follows a diverging effect"), "{dead}");
}

#[test]
fn map_renames_all_that_is_read() {
    let mut f = decay();
    let mut kind = f.regions[1][4].kind.clone();
    map(&mut kind, &mut |v| Value(v.0 + 1), &mut |v| Var(v.0 + 1));
    f.vars.push(VarData { name: "z".to_string(), ..f.vars[0].clone() });
    let mut seen = Vec::new();
    for_each_value(&kind, &mut |v| seen.push(v));
    for_each_place(&kind, &mut |p, access| assert_eq!((p.base, access), (Var(1), Access::Write)));
    assert_eq!(seen, [Value(9)]);
    assert_eq!(purity(&f, &kind), Purity::Effect);
}
