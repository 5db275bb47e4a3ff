//! Random programs: well typed and accepted by the borrow checker by construction, in a sane range by rejection.
//!
//! Nothing here is clever about values. A program whose samples panic, overflow, or leave the sane range is thrown away
//! and the next attempt made, so constructs may be generated freely.

mod buffers;
mod build;
mod chains;
mod closures;
mod conditions;
pub(crate) mod features;
mod floats;
mod functions;
mod loops;
mod maybe;
mod records;
mod scope;
mod statements;
mod sums;
mod values;
mod views;
mod wrapped;

use crate::dice::Dice;
use crate::records::Record;
use crate::sample::{NOT_FINITE, Sample, sample};
use crate::tree::{Function, LoopId, Param, Program, Stmt, Ty, VarId};
use features::{Feature, Features};
use scope::Local;
use std::sync::Arc;

pub(crate) struct LoopContext {
    pub(crate) id: LoopId,
    pub(crate) label: bool,
    /// `while` with a counter at its end: `continue` would skip it.
    pub(crate) no_continue: bool,
    /// A `loop` whose value is wanted.
    pub(crate) value: bool,
    /// A labelled block: only its label leaves it.
    pub(crate) block: bool,
}

pub(crate) struct Gen<'c> {
    pub(crate) dice: Dice,
    pub(crate) features: &'c Features,
    pub(crate) names: Vec<String>,
    pub(crate) functions: Vec<Function>,
    pub(crate) scope: Vec<Local>,
    pub(crate) loops: Vec<LoopContext>,
    pub(crate) loop_count: usize,
    /// The result type of the function under construction.
    pub(crate) ret: Ty,
    /// The float type of the program.
    pub(crate) real: Ty,
    /// Inside a closure: no stores, no jumps.
    pub(crate) closed: usize,
    /// Inside a block that is part of an expression.
    pub(crate) inside_value: usize,
    /// The recursion of the function under construction, while it may call.
    pub(crate) recursion: Option<Recursion>,
    /// Statements that the call under construction needs before it.
    pub(crate) before: Vec<Stmt>,
    /// An f32 program without annotations and casts.
    pub(crate) bare: bool,
    /// The structs and enums of the program.
    pub(crate) records: Vec<Arc<Record>>,
    /// The error type of its `Result`s, if it has `Option`s and `Result`s.
    pub(crate) failure: Option<Ty>,
    /// Inside a condition: nothing may leave it.
    pub(crate) steady: usize,
    /// Nodes left before only leaves are generated.
    pub(crate) budget: i32,
}

/// How a function calls itself, or the other one of a cycle.
#[derive(Clone)]
pub(crate) struct Recursion {
    pub(crate) counter: VarId,
    pub(crate) params: Vec<Param>,
    /// How many more calls may be written.
    pub(crate) left: usize,
    pub(crate) target: usize,
}

impl Gen<'_> {
    /// A production with probability `p`, if its construct is switched on.
    pub(crate) fn coin(&mut self, feature: Feature, p: f64) -> bool {
        let weight = self.features.weight(feature);
        self.dice.chance(p * weight.min(1.0))
    }

    /// Chooses among weighted productions, each under its feature.
    pub(crate) fn weighted<T: Copy>(&mut self, table: &[(f64, Option<Feature>, T)]) -> T {
        let weights: Vec<f64> = table.iter().map(|(w, f, _)| w * f.map_or(1.0, |f| self.features.weight(f))).collect();
        let mut at = self.dice.unit() * weights.iter().sum::<f64>();
        for (weight, row) in weights.iter().zip(table) {
            if at < *weight {
                return row.2;
            }
            at -= weight;
        }
        table[0].2
    }
}

pub(crate) struct Case {
    pub(crate) program: Program,
    pub(crate) samples: Vec<Sample>,
    pub(crate) attempts: u64,
    /// How many samples were rejected because something was not finite.
    pub(crate) not_finite: usize,
}

pub(crate) const SAMPLES: usize = 3;

/// Samples of a program from its own dice.
pub(crate) fn samples(program: &Program, seed: u64, index: u64, not_finite: &mut usize) -> Result<Vec<Sample>, String> {
    let mut dice = Dice::new(seed, index, u64::MAX);
    let mut found = Vec::new();
    let mut why = String::new();
    for _ in 0..4 * SAMPLES {
        match sample(program, &mut dice, false) {
            Ok(s) => found.push(s),
            Err(message) => {
                *not_finite += usize::from(message == NOT_FINITE);
                why = message;
            }
        }
        if found.len() == SAMPLES {
            break;
        }
    }
    // What an empty slice does, where the program survives one.
    if program.entry().params.iter().any(|p| matches!(p.ty.peeled(), Ty::Slice(_) | Ty::Vec(_)))
        && let Ok(s) = sample(program, &mut dice, true)
    {
        found.push(s);
    }
    if found.is_empty() { Err(why) } else { Ok(found) }
}

/// The program of a seed and index, with its samples.
pub(crate) fn case(features: &Features, seed: u64, index: u64, order: u32) -> Result<Case, String> {
    let mut features = features.clone();
    if order > 1 {
        // Functions that take functions have no second derivatives, and workspaces that hold active values none either.
        features.without("passed-closures,f32,constant-in-out-helpers")?;
    }
    let mut why = String::new();
    let mut not_finite = 0;
    for attempt in 0..400 {
        let mut program = functions::program(&features, Dice::new(seed, index, attempt));
        program.order = order;
        match samples(&program, seed, index, &mut not_finite) {
            // A program whose derivatives all vanish tests nothing.
            Ok(samples) if samples.iter().any(|s| s.active) => {
                return Ok(Case { program, samples, attempts: attempt + 1, not_finite });
            }
            Ok(_) => why = "no derivative".into(),
            Err(message) => why = message,
        }
    }
    Err(format!("no program for {seed}:{index}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print;

    fn text(features: &Features, index: u64) -> String {
        print::functions(&case(features, 5, index, 1).expect("a program").program, Some(print::Form::Functions))
    }

    /// Any program of any run can be made again.
    #[test]
    fn same_seed_same_program() {
        let features = Features::default();
        for index in 0..20 {
            assert_eq!(text(&features, index), text(&features, index));
        }
    }

    /// A construct that is switched off does not appear, and every construct appears when on.
    #[test]
    fn switches_work() {
        // Without optimisation the generator's recursion needs more than a test has.
        let run = std::thread::Builder::new().stack_size(16 << 20).spawn(check_switches).expect("a thread");
        run.join().expect("the switches work");
    }

    fn check_switches() {
        let marks = [
            ("if", "if "),
            ("while,newton,moving-bounds,index-effects,options,iterator-state", "while "),
            ("closures,closure-mut,chains,elements", "|"),
            ("early-return,recursion,cycles,halves,closure-return", "return"),
            ("break,loop,labelled-blocks,open-ranges,options", "break"),
            ("open-ranges", ".. {"),
            ("tuples,destructuring", ".0"),
            (
                "vecs,pop,ping-pong,work-2d,nested-slices,chains,rows,late-changes,work-arrays,elementwise,reductions",
                "Vec",
            ),
            ("split-at,two-views,swap-arrays,rows", "split_at"),
            ("chunks", "chunks"),
            ("chunks", "windows"),
            ("fill", "copy_from_slice"),
            ("swap,ping-pong,swap-arrays,rows", "swap"),
            ("recursion", "- 1"),
            ("f32", "f32"),
            ("constants,constant-helpers,constant-in-out,constant-in-out-helpers,constant-fields", "#[constant]"),
            ("call-form", "f64::sin"),
            ("print", "println!"),
            ("casts", " as f64"),
            ("structs", "struct S"),
            ("enums", "enum E"),
            ("options,elements,searches,deciding,iterator-state", "Some("),
            ("options", "Result<"),
            ("methods", "impl S"),
            ("elements", ".get("),
            ("searches", ".max_by("),
            ("searches,iterator-state", ".next()"),
            ("iterator-state", "by_ref"),
            ("deciding,iterator-state", "filter_map"),
            ("deciding", "scan("),
            ("flat", "flat_map"),
            ("sorts", "sort_by"),
            ("orderings", "Ordering::Less"),
            ("match,slice-match,float-match,chars,enums,options,elements,searches,orderings,iterator-state", "match "),
        ];
        let all: String = (0..500).map(|i| text(&Features::default(), i)).collect();
        for (names, mark) in marks {
            assert!(all.contains(mark), "no `{mark}` in 500 programs");
            if matches!(mark, "if " | "|" | "- 1") {
                // Also the text of other constructs (guards, patterns, sums).
                continue;
            }
            let mut features = Features::default();
            features.without(names).expect("known names");
            if mark == "f64::sin" {
                features.without("paths").expect("a known name");
            }
            if mark == ".0" || mark == " as f64" {
                continue;
            }
            let none: String = (0..60).map(|i| text(&features, i)).collect();
            assert!(!none.contains(mark), "`{mark}` although {names} is off");
        }
    }
}
