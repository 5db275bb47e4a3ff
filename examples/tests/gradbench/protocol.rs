//! Messages good and bad. Whatever comes, there is an answer, and the tool goes on.

use crate::tool::Tool;
use serde_json::{Value, json};

#[test]
fn a_session() {
    let mut tool = Tool::start();
    let started = tool.send(json!({ "kind": "start", "eval": "hello", "config": { "a": [1, null] } }));
    assert!(started["tool"].is_string());
    assert_eq!(tool.send(json!({ "kind": "define", "module": "hello" }))["success"], true);
    let mut x = json!(1);
    for (step, expected) in [1.0, 2.0, 4.0, 8.0, 64.0, 128.0, 16384.0, 32768.0].into_iter().enumerate() {
        let function = ["square", "double"][step % 2];
        x = tool.output("hello", function, &x);
        assert_eq!(x, expected);
        let analysis = tool.send(json!({ "kind": "analysis", "of": 2 * step, "valid": false, "error": "no" }));
        assert_eq!(analysis.as_object().map(|fields| fields.len()), Some(1), "only the id");
    }
    assert_eq!(tool.finish(), Some(0));
}

#[test]
fn runs_are_counted_and_timed() {
    let mut tool = Tool::start();
    let mut evaluate = |runs: Value| {
        let mut input = json!({ "x": vec![1.0; 30_000] });
        input.as_object_mut().expect("an object").append(&mut runs.as_object().expect("an object").clone());
        let answer = tool.send(json!({ "kind": "evaluate", "module": "lse", "function": "primal", "input": input }));
        let timings = answer["timings"].as_array().expect("timings").clone();
        assert!(timings.iter().all(|t| t["name"] == "evaluate" && t["nanoseconds"].is_u64()));
        (timings.len(), timings.iter().filter_map(|t| t["nanoseconds"].as_u64()).sum::<u64>())
    };
    assert_eq!(evaluate(json!({ "min_runs": 1, "min_seconds": 0 })).0, 1);
    assert_eq!(evaluate(json!({ "min_runs": 7, "min_seconds": 0.0 })).0, 7);
    assert_eq!(evaluate(json!({ "min_runs": 0, "min_seconds": 0.0 })).0, 1);
    assert!(evaluate(json!({ "min_runs": 1, "min_seconds": 1e-2 })).1 >= 9_990_000);
    assert!(evaluate(json!({})).1 >= 999_900_000, "both are 1 by default");
}

#[test]
fn bad_messages_are_answered() {
    let mut tool = Tool::start();
    for line in ["{", "nonsense", "[]", "3", "{\"kind\": \"define\"}", "\"\u{7f}", "{\"id\": 1}", &"[".repeat(1000)] {
        let answer = tool.line(line.as_bytes());
        assert!(answer["success"] == false && answer["error"].is_string(), "{line}: {answer}");
    }
    assert_eq!(tool.line(b"\xff\xfe")["success"], false, "no UTF-8");
    assert_eq!(tool.line(b"\n{\"kind\": \"later\", \"id\": 12}"), json!({ "id": 12 }), "of a later protocol");
    let answer = tool.line(br#"{"id": "seven", "kind": "evaluate", "module": 4}"#);
    assert_eq!((&answer["id"], &answer["success"]), (&json!("seven"), &json!(false)));
    assert_eq!(tool.send(json!({ "kind": "define", "module": "unheard" }))["success"], false);
    assert!(tool.error("unheard", "primal", &json!(0)).contains("no module unheard"));
    assert!(tool.error("lse", "unheard", &json!({ "x": [] })).contains("no function unheard"));
    assert!(tool.error("lse", "primal", &json!({ "x": ["a"] })).contains("the input is not"));
    assert!(tool.error("lse", "primal", &json!({})).contains("missing field `x`"));
    assert!(tool.error("lse", "primal", &json!({ "x": [] })).contains("not finite"));
    assert!(tool.error("llsq", "primal", &json!({ "x": [1.0], "n": 1 })).contains("two points"));
    assert!(tool.error("llsq", "primal", &json!({ "x": [1.0], "n": -1 })).contains("the input is not"));
    assert!(tool.error("det", "primal", &json!({ "A": [1.0, 2.0], "ell": 2 })).contains("no matrix"));
    assert!(tool.error("det", "gradient", &json!({ "A": [], "ell": 0 })).contains("no matrix"));
    assert!(tool.error("llsq", "gradient", &json!({ "x": [1.0], "n": 1_000_000_000_000u64 })).contains("more than"));
    assert!(tool.error("ode", "gradient", &json!({ "x": [1.0], "s": u64::MAX })).contains("more than"));
    assert!(tool.error("ode", "primal", &json!({ "x": [1.0], "s": 0 })).contains("one step"));
    assert!(
        tool.error("kmeans", "dir", &json!({ "points": [[1, 2], [3]], "centroids": [] })).contains("points should")
    );
    assert!(tool.error("kmeans", "cost", &json!({ "points": [[1, 2]], "centroids": [] })).contains("not finite"));
    assert!(tool.error("saddle", "rr", &json!({ "start": [1] })).contains("the input is not"));
    assert!(tool.error("particle", "rx", &json!({ "w": 0 })).contains("no function rx"));
    let camera = |p: u64| json!({ "n": 1, "m": 1, "p": p, "cam": vec![1; 11], "x": [1, 2, 3], "w": 1, "feat": [0, 0] });
    assert!(tool.error("ba", "jacobian", &camera(9)).contains("ten observations"));
    assert!(tool.error("ba", "objective", &camera(u64::MAX)).contains("more than"));
    let mixture = json!({ "d": 2, "k": 1, "n": 1, "x": [[1, 2]], "m": 0, "gamma": 1, "alpha": [0], "mu": [[0, 0]] });
    let with = |q: Value, l: Value| {
        let mut input = mixture.clone();
        (input["q"], input["l"]) = (q, l);
        input
    };
    assert!(tool.error("gmm", "jacobian", &with(json!([[0, 0]]), json!([[]]))).contains("l should have 1 rows of 1"));
    assert!(tool.error("gmm", "jacobian", &with(json!([[0]]), json!([[0]]))).contains("q should have"));
    assert!(tool.output("gmm", "objective", &with(json!([[0, 0]]), json!([[0]]))).is_number());
    let bad_runs = json!({ "x": [1.0], "min_runs": "many" });
    let bad_runs = json!({ "kind": "evaluate", "module": "lse", "function": "primal", "input": bad_runs });
    assert_eq!(tool.send(bad_runs)["success"], false);
    assert_eq!(tool.output("hello", "double", &json!(3.5)), 7.0, "it is still there");
    assert_eq!(tool.finish(), Some(0));
}

#[test]
fn a_panic_is_an_error() {
    let mut tool = Tool::start();
    let model = json!({ "parents": [], "base_relatives": [], "inverse_base_absolutes": [], "base_positions": [],
        "weights": [], "triangles": [], "is_mirrored": false });
    let data = json!({ "correspondences": [5], "points": [[0, 0, 0]], "model": model });
    let hand = json!({ "theta": vec![0.1; 26], "us": [], "data": data });
    assert!(tool.error("ht", "jacobian", &hand).contains("a panic: index out of bounds"));
    assert_eq!(tool.output("hello", "square", &json!(3)), 9.0);
    assert_eq!(tool.finish(), Some(0));
}

/// Numbers are read and written to the last bit.
#[test]
fn numbers_are_exact() {
    let mut tool = Tool::start();
    for x in [0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, -1.2345678901234567e-200] {
        let line = format!(
            "{{\"id\":1,\"kind\":\"evaluate\",\"module\":\"lse\",\"function\":\"primal\",\"input\":{{\"x\":[{x:e}],\"min_seconds\":0}}}}"
        );
        assert_eq!(tool.line(line.as_bytes())["output"].as_f64(), Some(x));
    }
}
