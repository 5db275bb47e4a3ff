//! Every eval beside values that `golden.py` computed with 60 digits, corners and traps included.

use crate::tool::{Tool, assert_close};
use serde_json::{Value, json};

/// All cases of a module; `expected` is their number, so that none is lost.
fn golden(module: &str, expected: usize) {
    let cases: Vec<Value> = serde_json::from_str(include_str!("golden.json")).expect("golden.json is JSON");
    let mut tool = Tool::start();
    let mut count = 0;
    for case in cases.iter().filter(|case| case["module"] == module) {
        let function = case["function"].as_str().expect("a name");
        let what = format!("{module} {function} of {:.200}", case["input"].to_string());
        assert_close(&tool.output(module, function, &case["input"]), &case["output"], &what);
        count += 1;
    }
    assert_eq!((count, tool.finish()), (expected, Some(0)));
}

#[test]
fn hello() {
    golden("hello", 10);
}

/// Also of numbers so small, or so large, that their exponentials are no `f64`.
#[test]
fn lse() {
    golden("lse", 12);
}

/// Also an odd number of points, one of which is zero and has the sign 0.
#[test]
fn llsq() {
    golden("llsq", 10);
}

/// Also a point between two centroids, which goes to the first.
#[test]
fn kmeans() {
    golden("kmeans", 6);
}

/// Also the matrix of one number.
#[test]
fn det() {
    golden("det", 10);
}

/// Also one dimension, in which `l` is empty.
#[test]
fn gmm() {
    golden("gmm", 8);
}

/// Also a single step.
#[test]
fn lstm() {
    golden("lstm", 6);
}

/// Four components a step, where the last one is not zero, and one more, where it is.
#[test]
fn ode() {
    golden("ode", 16);
    // All the way to where the eval itself runs: exactly zero.
    let input = json!({ "x": vec![0.5; 50], "s": 10 });
    assert_eq!(Tool::start().output("ode", "gradient", &input), json!(vec![0.0; 50]));
}

/// Also a camera that is not turned at all, and the first of GradBench's own problems.
#[test]
fn ba() {
    golden("ba", 8);
}

/// Points on triangles and on vertices, a mirrored hand, and one whose global rotation is too small to count.
#[test]
fn ht() {
    golden("ht", 8);
}

/// The four combinations of modes find the same.
#[test]
fn particle() {
    golden("particle", 8);
}

/// The same, where the derivative goes through a loop that leaves early and takes derivatives itself.
#[test]
fn saddle() {
    golden("saddle", 8);
}
