//! Runs a function as often as a message asks for, and keeps the time that each run took.

use serde::Deserialize;
use serde_json::Value;
use std::hint::black_box;
use std::time::Instant;

/// Every eval but `hello`, whose input is a bare number, says beside its input how often to run.
#[derive(Deserialize)]
struct Runs {
    #[serde(default = "one_run")]
    min_runs: usize,
    #[serde(default = "one_second")]
    min_seconds: f64,
}

fn one_run() -> usize {
    1
}

fn one_second() -> f64 {
    1.0
}

pub(crate) struct Clock {
    runs: Runs,
    pub(crate) nanoseconds: Vec<u64>,
}

impl Clock {
    pub(crate) fn new(input: &Value) -> Result<Clock, serde_json::Error> {
        let runs = if input.is_object() { Runs::deserialize(input)? } else { Runs { min_runs: 1, min_seconds: 0.0 } };
        Ok(Clock { runs, nanoseconds: vec![] })
    }

    /// The last result of `f`. What comes before and after the call is not counted.
    pub(crate) fn time<T>(&mut self, mut f: impl FnMut() -> T) -> T {
        let mut total = 0.0;
        loop {
            let f = black_box(&mut f); // it may be another function each time, for all that the optimiser knows
            let start = Instant::now();
            let result = black_box(f());
            let elapsed = start.elapsed();
            self.nanoseconds.push(elapsed.as_nanos() as u64);
            total += elapsed.as_secs_f64();
            if self.nanoseconds.len() >= self.runs.min_runs && total >= self.runs.min_seconds {
                return result;
            }
        }
    }
}
