//! GradBench's protocol: a JSON message a line, an answer a line, whatever the message is.

use crate::clock::Clock;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::any::Any;
use std::io::{BufRead, BufWriter, Result, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The output of a function, or why there is none.
pub(crate) type Answer = std::result::Result<Value, String>;

/// Answers for one eval: the function's name, its input, and the clock that times the work.
pub(crate) type Evaluate = fn(&str, Value, &mut Clock) -> Answer;

pub(crate) fn read<T: DeserializeOwned>(input: Value) -> std::result::Result<T, String> {
    serde_json::from_value(input).map_err(|e| format!("the input is not as the eval says: {e}"))
}

pub(crate) fn answer(output: impl Serialize) -> Answer {
    let output = serde_json::to_value(output).map_err(|e| e.to_string())?;
    if holds_null(&output) { Err("the output has a number that is not finite".into()) } else { Ok(output) }
}

/// JSON has no NaN and no infinity: they are written as `null`, which stands for nothing else here.
fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(fields) => fields.values().any(holds_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

pub(crate) fn unknown(function: &str) -> Answer {
    Err(format!("there is no function {function} in this module"))
}

/// The messages that need more of an answer than their `id`.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Request {
    Start,
    Define {
        module: String,
    },
    Evaluate {
        module: String,
        function: String,
        input: Value,
    },
    #[serde(other)]
    Other,
}

/// An `error` beside `success: true`, even a null one, would end the session: what is absent is not written.
#[derive(Serialize)]
struct Response {
    id: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    timings: Vec<Timing>,
}

#[derive(Serialize)]
struct Timing {
    name: &'static str,
    nanoseconds: u64,
}

impl Response {
    fn new(id: Value) -> Response {
        Response { id, tool: None, success: None, output: None, error: None, timings: vec![] }
    }

    fn error(id: Value, error: String) -> Response {
        Response { success: Some(false), error: Some(error), ..Response::new(id) }
    }
}

/// Answers line after line until the input ends.
pub(crate) fn serve(evals: &[(&str, Evaluate)], mut input: impl BufRead, output: impl Write) -> Result<()> {
    let mut output = BufWriter::new(output);
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        if !line.trim_ascii().is_empty() {
            serde_json::to_writer(&mut output, &respond(evals, &line))?;
            output.write_all(b"\n")?;
            output.flush()?;
        }
        line.clear();
    }
    Ok(())
}

fn respond(evals: &[(&str, Evaluate)], line: &[u8]) -> Response {
    let mut message: Value = match serde_json::from_slice(line) {
        Ok(message) => message,
        Err(e) => return Response::error(Value::Null, format!("the message is not JSON: {e}")),
    };
    let id = message.get_mut("id").map_or(Value::Null, Value::take);
    let request = match Request::deserialize(message) {
        Ok(request) => request,
        Err(e) => return Response::error(id, format!("the message is not understood: {e}")),
    };
    match request {
        Request::Start => Response { tool: Some("differentiate"), ..Response::new(id) },
        Request::Other => Response::new(id),
        Request::Define { module } => match find(evals, &module) {
            Ok(_) => Response { success: Some(true), ..Response::new(id) },
            Err(e) => Response::error(id, e),
        },
        Request::Evaluate { module, function, input } => match run(evals, &module, &function, input) {
            Ok((output, timings)) => {
                Response { success: Some(true), output: Some(output), timings, ..Response::new(id) }
            }
            Err(e) => Response::error(id, e),
        },
    }
}

fn find(evals: &[(&str, Evaluate)], module: &str) -> std::result::Result<Evaluate, String> {
    let found = evals.iter().find(|(name, _)| *name == module);
    found.map(|(_, evaluate)| *evaluate).ok_or_else(|| format!("there is no module {module}"))
}

type Timed = (Value, Vec<Timing>);

fn run(evals: &[(&str, Evaluate)], module: &str, function: &str, input: Value) -> std::result::Result<Timed, String> {
    let evaluate = find(evals, module)?;
    let mut clock = Clock::new(&input).map_err(|e| format!("min_runs and min_seconds: {e}"))?;
    // The clock is the only thing that a panic leaves half done, and it is thrown away with the error.
    let result = catch_unwind(AssertUnwindSafe(|| evaluate(function, input, &mut clock)));
    let output = result.unwrap_or_else(|panic| Err(format!("a panic: {}", panic_message(&*panic))))?;
    let timings = clock.nanoseconds.into_iter().map(|nanoseconds| Timing { name: "evaluate", nanoseconds });
    Ok((output, timings.collect()))
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(message), _) => message,
        (_, Some(message)) => message,
        (None, None) => "without a message",
    }
}
