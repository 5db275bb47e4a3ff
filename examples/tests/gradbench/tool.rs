//! The tool as a process, and comparisons of what it answers.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) struct Tool {
    process: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    id: usize,
}

impl Tool {
    pub(crate) fn start() -> Tool {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gradbench"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the tool starts");
        let stdin = process.stdin.take();
        let stdout = BufReader::new(process.stdout.take().expect("stdout is piped"));
        Tool { process, stdin, stdout, id: 0 }
    }

    /// Any line, and the line that answers it.
    pub(crate) fn line(&mut self, line: &[u8]) -> Value {
        let stdin = self.stdin.as_mut().expect("the tool runs");
        stdin.write_all(line).and_then(|()| stdin.write_all(b"\n")).expect("the tool reads");
        let mut answer = String::new();
        self.stdout.read_line(&mut answer).expect("the tool answers");
        serde_json::from_str(&answer).unwrap_or_else(|e| panic!("{e}: {answer:?}"))
    }

    /// A message with the next `id`; the answer has the same.
    pub(crate) fn send(&mut self, mut message: Value) -> Value {
        self.id += 1;
        message["id"] = json!(self.id);
        let answer = self.line(message.to_string().as_bytes());
        assert_eq!(answer["id"], message["id"]);
        answer
    }

    /// One run of a function.
    pub(crate) fn evaluate(&mut self, module: &str, function: &str, input: &Value) -> Value {
        let mut input = input.clone();
        if input.is_object() {
            input["min_runs"] = json!(1);
            input["min_seconds"] = json!(0);
        }
        self.send(json!({ "kind": "evaluate", "module": module, "function": function, "input": input }))
    }

    pub(crate) fn output(&mut self, module: &str, function: &str, input: &Value) -> Value {
        let mut answer = self.evaluate(module, function, input);
        assert_eq!(answer["success"], true, "{module} {function}: {}", answer["error"]);
        assert!(answer.get("error").is_none(), "an error beside a success ends the session");
        answer["output"].take()
    }

    /// What the answer gives as the reason for its failure.
    pub(crate) fn error(&mut self, module: &str, function: &str, input: &Value) -> String {
        let answer = self.evaluate(module, function, input);
        assert_eq!((&answer["success"], answer.get("output")), (&json!(false), None), "{module} {function}");
        answer["error"].as_str().expect("a failure has a reason").to_string()
    }

    /// The exit status, once nothing more comes.
    pub(crate) fn finish(mut self) -> Option<i32> {
        self.stdin = None;
        self.process.wait().expect("the tool ends").code()
    }
}

/// Equal to 1e-9 of each number, or to 1e-12 of the largest beside it, where terms cancel.
pub(crate) fn assert_close(found: &Value, expected: &Value, what: &str) {
    let floor = 1e-12 * largest(expected);
    compare(found, expected, floor, what);
}

fn largest(value: &Value) -> f64 {
    match value {
        Value::Array(items) => items.iter().map(largest).fold(0.0, f64::max),
        Value::Object(fields) => fields.values().map(largest).fold(0.0, f64::max),
        other => other.as_f64().unwrap_or(0.0).abs(),
    }
}

fn compare(found: &Value, expected: &Value, floor: f64, what: &str) {
    match (found, expected) {
        (Value::Array(f), Value::Array(e)) => {
            assert_eq!(f.len(), e.len(), "{what}");
            f.iter().zip(e).enumerate().for_each(|(i, (f, e))| compare(f, e, floor, &format!("{what}[{i}]")));
        }
        (Value::Object(f), Value::Object(e)) => {
            assert_eq!(f.len(), e.len(), "{what}");
            e.iter().for_each(|(key, e)| compare(&f[key], e, floor, &format!("{what}.{key}")));
        }
        _ => {
            let (Some(f), Some(e)) = (found.as_f64(), expected.as_f64()) else {
                panic!("{what}: {found}, expected {expected}")
            };
            assert!((f - e).abs() <= 1e-9 * e.abs() + floor, "{what}: {f}, expected {e}");
        }
    }
}
