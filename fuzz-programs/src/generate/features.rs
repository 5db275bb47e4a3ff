//! The constructs as switches with weights: the compiler grows construct by construct, and so must its tests.

macro_rules! features {
    ($($variant:ident $name:literal $weight:literal $about:literal;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) enum Feature { $($variant),+ }

        const TABLE: &[(Feature, &str, f64, &str)] = &[$((Feature::$variant, $name, $weight, $about)),+];
    };
}

features! {
    F32 "f32" 0.06 "whole programs in f32, with casts to f64 inside";
    F32Literals "f32-literals" 0.5 "f32 programs without annotations and casts: literals take their type from use";
    Functions "functions" 1.0 "float functions beyond + - * /";
    CallForm "call-form" 0.2 "f64::sin(x) instead of x.sin()";
    If "if" 1.0 "if/else, as statement and expression";
    Match "match" 1.0 "match on integers, ranges, bools, tuples";
    FloatMatch "float-match" 0.5 "match on floats with guards";
    SliceMatch "slice-match" 0.4 "match on slice patterns";
    Tuples "tuples" 1.0 "tuples and their patterns";
    Shadowing "shadowing" 1.0 "shadowing, also with another type";
    Deferred "deferred" 0.7 "let x; if c { x = … } else { x = … }";
    Mutation "mutation" 1.0 "let mut, assignment and op=";
    Destructuring "destructuring" 0.7 "(a, b) = (b, a)";
    Blocks "blocks" 0.6 "blocks as expressions";
    Const "const" 0.3 "const items in bodies";
    Casts "casts" 1.0 "integers that steer floats, casts";
    Print "print" 0.3 "println! of active values";
    Assert "assert" 0.3 "assert! on active values";
    NanGuard "nan-guard" 0.5 "branches that guard a domain";
    NanEarly "nan-early" 0.3 "a NaN computed first and discarded by a branch";
    EarlyReturn "early-return" 1.0 "return in any depth";
    Slices "slices" 1.0 "&[f64] parameters and indexing";
    SliceRefs "slice-refs" 0.5 "&[[f64; N]], &[f64; N] and &f64 parameters";
    InOut "in-out" 1.0 "&mut [f64] and &mut f64 parameters, indexed stores";
    Arrays "arrays" 1.0 "[f64; N], also nested";
    ForRange "for-range" 1.0 "for over ranges";
    RangeForms "range-forms" 0.6 "rev, step_by and inclusive ranges";
    OpenRanges "open-ranges" 0.5 "for over lo.. that a break leaves, also zipped";
    ForIter "for-iter" 1.0 "for over iter() and & of slices";
    ForMut "for-mut" 1.0 "for over iter_mut() and &mut";
    ForValue "for-value" 0.5 "for over arrays and Vecs by value";
    While "while" 0.7 "while with a counter";
    Newton "newton" 0.4 "trip counts that depend on active data";
    Loop "loop" 0.6 "loop, also with a value";
    Break "break" 0.8 "break and continue, labelled or not";
    Vecs "vecs" 1.0 "Vec building and growing";
    Pop "pop" 1.0 "v.pop();";
    PopUnwrap "pop-unwrap" 0.0 "v.pop().unwrap() (an Option: off unless asked for)";
    SubSlices "sub-slices" 0.7 "&v[a..b] and &mut v[a..b]";
    SplitAt "split-at" 1.0 "split_at and split_at_mut";
    Chunks "chunks" 1.0 "chunks, chunks_exact, windows and their mutable forms";
    Swap "swap" 0.6 "v.swap(i, j), mem::swap, mem::replace";
    Select "select" 0.4 "a branch that selects a slice: let t = if c { &a[..] } else { &b[..] }";
    Argmax "int-state" 0.6 "integers and bools that loops and branches assign";
    Panic "panic" 0.4 "panic! in a branch not taken";
    PairSlices "pair-slices" 0.3 "&[(f64, f64)] parameters";
    NestedSlices "nested-slices" 0.3 "&[Vec<f64>] parameters";
    BlockMethods "block-methods" 0.4 "a method on an if, match or block";
    Fill "fill" 1.0 "fill, copy_from_slice, clone_from_slice, reverse, rotate_left, rotate_right";
    Work2d "work-2d" 0.4 "two-dimensional work arrays";
    PingPong "ping-pong" 0.4 "two buffers swapped in a loop";
    Reductions "reductions" 1.0 "loops that add to sums, and what is linear in them";
    WorkArrays "work-arrays" 1.0 "arrays outside of a loop that each iteration overwrites, wholly or not";
    Elementwise "elementwise" 1.0 "loops that write to elements of each iteration's own, or nearly so";
    Closures "closures" 0.7 "closures bound to names";
    ClosureMut "closure-mut" 0.4 "closures that assign what they capture";
    Chains "chains" 1.0 "iterator chains with closures";
    Paths "paths" 0.4 "functions as values: .map(f64::sin), .fold(e, f64::max)";
    Calls "calls" 1.0 "calls between annotated functions";
    CallsInOut "calls-in-out" 1.0 "calls with &mut arguments, also in loops";
    Recursion "recursion" 0.5 "self recursion";
    Constants "constants" 1.0 "#[constant] parameters";
    ConstantHelpers "constant-helpers" 0.4 "#[constant] parameters of helpers, given constants or stop_gradient";
    ConstantInOut "constant-in-out" 0.3 "#[constant] on &mut parameters";
    ConstantInOutHelpers "constant-in-out-helpers" 0.4 "#[constant] on &mut parameters of helpers";
    StopAggregates "stop-aggregates" 0.4 "stop_gradient of arrays, tuples and literal slices";
    StopGradient "stop-gradient" 0.4 "stop_gradient(e)";
    Cycles "cycles" 0.5 "two functions that call each other, #[differentiate(recursive)]";
    Halves "halves" 0.6 "recursion on the halves of a slice, &x[..m] and &mut u[..m]";
    SliceResults "slice-results" 0.5 "functions that return a slice";
    ChosenResults "chosen-results" 0.5 "slices that a branch or an early return chooses as the result";
    ConstGenerics "const-generics" 0.6 "fn h<const N: usize>, with and without turbofish";
    Lifetimes "lifetimes" 0.3 "named lifetimes";
    MutLifetimes "mut-lifetimes" 0.3 "named lifetimes on the &mut parameters of entries";
    TwoViews "two-views" 0.7 "both halves of split_at_mut passed to one call";
    ByName "by-name" 0.5 "&mut variables, arrays and Vecs passed by name where the callee takes & or a slice";
    NestedFn "nested-fn" 0.3 "annotated functions inside bodies";
    Modules "modules" 0.3 "functions in another module: paths and renamed imports, also in bodies";
    Attributes "attributes" 0.3 "#[cfg] and #[allow] on statements";
    Use "use" 0.3 "use in bodies";
    Labelled "labelled-blocks" 0.5 "'l: { … break 'l value; … }";
    Chars "chars" 0.4 "char parameters and match on them";
    Ints "ints" 0.5 "u8, u32, i64: parameters and ranges, also with negative bounds";
    MovingBounds "moving-bounds" 0.5 "loops whose bounds the body changes";
    BlockOperands "block-operands" 0.5 "compound assignments with blocks on the right";
    LateChanges "late-changes" 0.5 "(v.clone(), { v[0] *= a; v[1] }): copies before a change in the same expression";
    IndexEffects "index-effects" 0.5 "v[{ k += 1; k % n }] and while conditions with side effects";
    Rows "rows" 0.5 "Vec<Vec<_>> whose rows are pushed, popped and swapped";
    SwapArrays "swap-arrays" 0.6 "mem::swap and mem::replace of arrays and rows";
    PairArrays "pair-arrays" 0.5 "arrays of tuples";
    ClosureMove "closure-move" 0.3 "move closures";
    PassedClosures "passed-closures" 1.0 "closures passed to functions";
    ClosureReturn "closure-return" 0.5 "closures with return";
    While2 "take-while" 0.4 "take_while and skip_while";
    ChainTwo "chain" 0.4 "a.iter().chain(b)";
    Inspect "inspect" 0.3 "inspect";
    AnyAll "any-all" 0.5 "any and all";
    Elements "elements" 0.8 "get, first, last, and what is made of them";
    Searches "searches" 0.8 "max_by, find, position, nth, last, reduce and their like";
    Orderings "orderings" 0.3 "match on total_cmp and partial_cmp";
    Deciding "deciding" 0.5 "filter_map, map_while, scan";
    Flat "flat" 0.5 "flat_map, flatten, cycle, rchunks";
    Sorts "sorts" 0.6 "sort_by and sort_unstable_by of floats";
    IteratorState "iterator-state" 0.6 "let mut it = …; it.next(), it.by_ref()";
    Structs "structs" 1.0 "structs: parameters, fields, literals, update syntax, patterns";
    Enums "enums" 1.0 "enums with data: built, matched, changed in place";
    Options "options" 1.0 "Option and Result: ?, if let, let else, while let, methods, results";
    Methods "methods" 1.0 "#[differentiate] impl: methods and associated functions";
    Operators "operators" 0.0 "+, -, * and negation of structs (off unless asked for)";
    ConstantFields "constant-fields" 1.0 "#[constant] fields";
    Results "results" 1.0 "results other than a scalar";
}

#[derive(Clone)]
pub(crate) struct Features {
    weights: Vec<f64>,
}

impl Default for Features {
    fn default() -> Features {
        Features { weights: TABLE.iter().map(|row| row.2).collect() }
    }
}

fn position(name: &str) -> Result<usize, String> {
    TABLE.iter().position(|row| row.1 == name).ok_or_else(|| format!("no feature `{name}`; see --features list"))
}

impl Features {
    pub(crate) fn weight(&self, feature: Feature) -> f64 {
        self.weights[feature as usize]
    }

    pub(crate) fn without(&mut self, names: &str) -> Result<(), String> {
        for name in names.split(',').filter(|n| !n.is_empty()) {
            self.weights[position(name)?] = 0.0;
        }
        Ok(())
    }

    /// Sets features to their usual weight, or to one where that is zero.
    pub(crate) fn with(&mut self, names: &str) -> Result<(), String> {
        for name in names.split(',').filter(|n| !n.is_empty()) {
            let i = position(name)?;
            self.weights[i] = if TABLE[i].2 > 0.0 { TABLE[i].2 } else { 1.0 };
        }
        Ok(())
    }

    pub(crate) fn only(&mut self, names: &str) -> Result<(), String> {
        self.weights.iter_mut().for_each(|w| *w = 0.0);
        self.with(names)
    }
}

pub(crate) fn list() -> String {
    TABLE.iter().map(|(_, name, weight, about)| format!("{name:15} {weight:5}  {about}\n")).collect()
}
