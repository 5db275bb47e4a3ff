//! Compile errors as users see them.

#[test]
fn callee() {
    trybuild::TestCases::new().compile_fail("ui/callee/*.rs");
}
