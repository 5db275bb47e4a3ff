//! The text of `EXPLAIN`: lines of the source, and what is kept for the reverse sweep.

#![allow(missing_docs, clippy::needless_range_loop)]

use ad_runtime::differentiate;

#[differentiate]
fn damped(x: f64) -> f64 {
    x.exp()
}

#[differentiate]
fn walk(x0: f64, k: f64, n: usize, u: &mut [f64]) -> f64 {
    let scale = k.sin();
    let mut x = x0;
    for i in 0..n {
        x -= scale * x * x;
        u[i] *= x;
        if x > 2.0 {
            x = damped(x);
        }
    }
    x
}

#[differentiate]
fn plain(x: f64) -> f64 {
    x + x
}

fn line_of(text: &str) -> u32 {
    let source = include_str!("explain.rs");
    source.lines().position(|l| l.contains(text)).expect("the line is there") as u32 + 1
}

#[test]
fn operations_name_their_lines() {
    let text = walk::EXPLAIN;
    println!("{text}");
    let sine = format!("// line {}", line_of("let scale"));
    assert!(text.lines().any(|l| l.contains("= sin ") && l.contains(&sine)), "{text}");
    let call = format!("// line {}", line_of("x = damped(x)"));
    assert!(text.lines().any(|l| l.contains("call ") && l.contains(&call)), "{text}");
}

#[test]
fn what_is_kept_is_listed_with_its_reason() {
    let kept = |text: &'static str| -> Vec<&'static str> {
        text.lines().skip_while(|l| !l.starts_with("Kept")).skip(1).take_while(|l| !l.is_empty()).collect()
    };
    let walked = kept(walk::EXPLAIN);
    let call = format!("line {}: what damped keeps", line_of("x = damped(x)"));
    assert!(walked.iter().any(|l| l.contains(&call) && l.contains("for each iteration")), "{walked:#?}");
    assert!(walked.iter().any(|l| l.contains("changes later") && l.contains("Vec<")), "{walked:#?}");
    assert!(walked.iter().any(|l| l.contains("scale") && l.contains("once")), "{walked:#?}");
    assert_eq!(kept(plain::EXPLAIN), ["    nothing"]);
    let exp = kept(damped::EXPLAIN);
    assert!(exp.len() == 1 && exp[0].contains("f64"), "{exp:#?}");
}
