//! Golden expansions, and what holds for every expansion: determinism, linear size, no `unsafe`.
//!
//! `tests/expand/NAME.rs` holds a function; `NAME.expanded` beside it what is emitted for it that a person wants to read:
//! `forward` (`adjoint`, of recursive functions) and `tangent`. `UPDATE_GOLDEN=1 cargo test -p ad-compiler golden` rewrites them.

use crate::driver::expand;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Compares with a golden file, or writes it.
pub(crate) fn compare(path: &Path, text: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(path, text).unwrap();
        return;
    }
    let golden = fs::read_to_string(path).unwrap_or_default();
    if let Some((k, (a, b))) =
        golden.lines().chain([""]).zip(text.lines().chain([""])).enumerate().find(|(_, (a, b))| a != b)
    {
        panic!("{}:{}: found\n{b}\ninstead of\n{a}\n(UPDATE_GOLDEN=1 rewrites)\n\n{text}", path.display(), k + 1);
    }
    assert_eq!(golden.lines().count(), text.lines().count(), "{}: UPDATE_GOLDEN=1 rewrites", path.display());
}

/// The attribute's options and the function in a file of examples.
pub(crate) fn example(text: &str) -> (TokenStream, syn::ItemFn) {
    let file: syn::File = syn::parse_str(text).unwrap();
    let Some(syn::Item::Fn(mut item)) = file.items.into_iter().next() else { panic!("no function") };
    let at = item.attrs.iter().position(|a| a.path().is_ident("differentiate")).unwrap();
    let attribute = item.attrs.remove(at);
    let options = match &attribute.meta {
        syn::Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    (options, item)
}

/// The functions of the type beside the function.
fn siblings(tokens: TokenStream) -> Vec<syn::ImplItemFn> {
    let file: syn::File = syn::parse2(tokens).unwrap();
    let inherent = file.items.into_iter().find_map(|item| match item {
        syn::Item::Impl(i) if i.trait_.is_none() => Some(i),
        _ => None,
    });
    let items = inherent.expect("no derivatives were emitted").items;
    items.into_iter().filter_map(|i| if let syn::ImplItem::Fn(f) = i { Some(f) } else { None }).collect()
}

/// The function with its signature reduced to the user's parameters, and without the imports at its head.
fn printed(mut f: syn::ImplItemFn, parameters: usize) -> String {
    f.attrs.clear();
    f.sig.generics = syn::Generics::default();
    f.sig.output = syn::ReturnType::Default;
    f.sig.inputs = f.sig.inputs.into_iter().take(parameters).collect();
    f.block.stmts.retain(
        |s| !matches!(s, syn::Stmt::Item(syn::Item::Use(u)) if u.attrs.iter().any(|a| a.path().is_ident("allow"))),
    );
    let item: syn::Item = syn::parse2(f.into_token_stream()).unwrap();
    prettyplease::unparse(&syn::File { shebang: None, attrs: vec![], items: vec![item], frontmatter: None })
}

#[test]
fn golden_expansions() {
    let mut count = 0;
    let mut files: Vec<_> = fs::read_dir(folder("../tests/expand")).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|p| p.extension().is_some_and(|e| e == "rs")) {
        let (options, item) = example(&fs::read_to_string(path).unwrap());
        let parameters = item.sig.inputs.len();
        let recursive = item.block.to_token_stream().to_string().contains(&item.sig.ident.to_string());
        let mut text = String::new();
        for f in siblings(expand(options, item.to_token_stream())) {
            let name = f.sig.ident.to_string();
            // The forward half of a recursive function is the same for all, and so is the joint form where nothing is fused.
            let own = !f.block.to_token_stream().to_string().contains("Self :: forward");
            if name == "tangent" || name == "forward" && !recursive || name == "adjoint" && own {
                writeln!(text, "{}", printed(f, parameters)).unwrap();
            }
        }
        compare(&path.with_extension("expanded"), &text);
        count += 1;
    }
    assert!(count >= 12, "{count} examples");
}

/// The tokens as a list, groups opened.
fn flat(tokens: TokenStream, to: &mut Vec<String>) {
    for t in tokens {
        match t {
            TokenTree::Group(g) => {
                to.push(format!("{:?}", g.delimiter()));
                flat(g.stream(), to);
            }
            other => to.push(other.to_string()),
        }
    }
}

fn tokens_of(source: &str) -> Vec<String> {
    let (options, item) = example(source);
    let mut tokens = Vec::new();
    flat(expand(options, item.to_token_stream()), &mut tokens);
    assert!(!tokens.contains(&"compile_error".to_string()), "{source} is refused");
    tokens
}

fn examples() -> Vec<String> {
    let files = fs::read_dir(folder("../tests/expand")).unwrap().map(|f| f.unwrap().path());
    files.filter(|p| p.extension().is_some_and(|e| e == "rs")).map(|p| fs::read_to_string(p).unwrap()).collect()
}

#[test]
fn expansion_is_deterministic() {
    for source in examples() {
        let first = tokens_of(&source);
        for _ in 0..3 {
            assert!(first == tokens_of(&source), "two expansions differ:\n{source}");
        }
    }
}

#[test]
fn expansion_contains_no_unsafe() {
    for source in examples().iter().chain(&long_functions(40)) {
        assert!(!tokens_of(source).contains(&"unsafe".to_string()), "{source}");
    }
}

/// Functions of about `n` operations: straight-line code, branches, loops and calls.
fn long_functions(n: usize) -> [String; 4] {
    let body = |statement: &dyn Fn(usize) -> String, per: usize| (0..n / per).map(statement).collect::<String>();
    let straight = body(&|i| format!("let a{} = a{i} * x + y.sin();", i + 1), 3);
    let branches = body(&|i| format!("if s > {i}.0 {{ s = s * x; }} else {{ s += y * s; }}"), 4);
    let loops = body(&|i| format!("for i in 0..{i} {{ s += s * x; v[i] = s * v[0]; }}"), 4);
    let calls = body(&|i| format!("let a{} = helper(a{i}, y) + x;", i + 1), 2);
    [
        format!("#[differentiate] fn f(x: f64, y: f64) -> f64 {{ let a0 = x; {straight} a{} }}", n / 3),
        format!("#[differentiate] fn f(x: f64, y: f64) -> f64 {{ let mut s = x; {branches} s }}"),
        format!("#[differentiate] fn f(x: f64, v: &mut [f64]) -> f64 {{ let mut s = x; {loops} s }}"),
        format!("#[differentiate] fn f(x: f64, y: f64) -> f64 {{ let a0 = x; {calls} a{} }}", n / 2),
    ]
}

#[test]
fn expansion_is_linear_in_the_length() {
    let sizes = [500, 1000, 2000, 3000];
    let lengths = sizes.map(|n| long_functions(n).map(|f| tokens_of(&f).len()));
    #[expect(clippy::needless_range_loop, reason = "the kind is the second index of several tables")]
    for kind in 0..4 {
        // The tokens per operation beyond the first 500.
        let per = |k: usize| (lengths[k][kind] - lengths[0][kind]) as f64 / (sizes[k] - sizes[0]) as f64;
        let [a, b, c] = [1, 2, 3].map(per);
        assert!(b < 1.05 * a && c < 1.05 * a, "kind {kind}: {a:.1}, {b:.1}, {c:.1} tokens per operation");
        assert!(c < 120.0, "kind {kind}: {c:.1} tokens per operation");
    }
}
