//! One eval at one size, in its variants.

use std::fmt;

/// Computes into a buffer of [`Program::outputs`] numbers: the value, then the derivative.
pub(crate) type Run = Box<dyn FnMut(&mut [f64])>;

/// What ours may take, as a multiple.
#[derive(Clone, Copy)]
pub(crate) enum Against {
    Primal(f64),
    ByHand(f64),
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Against::Primal(times) => write!(f, "{times}"),
            Against::ByHand(times) => write!(f, "{times} by hand"),
        }
    }
}

pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) outputs: usize,
    pub(crate) budget: Against,
    /// How many of the outputs are the value, which must be the primal's to the last bit.
    values: usize,
    slack: f64,
    variants: Vec<(&'static str, Run)>,
    /// Single passes of forward mode, which do not give the whole derivative.
    passes: Vec<(&'static str, Run)>,
}

impl Program {
    /// Of `values` numbers, with `derivatives` numbers behind them.
    pub(crate) fn new(name: String, budget: Against, values: usize, derivatives: usize) -> Self {
        Self {
            name,
            outputs: values + derivatives,
            budget,
            values,
            slack: 0.0,
            variants: Vec::new(),
            passes: Vec::new(),
        }
    }

    /// The function itself: it writes the values only.
    pub(crate) fn primal(self, run: impl FnMut(&mut [f64]) + 'static) -> Self {
        self.also("primal", run)
    }

    /// The emitted derivative.
    pub(crate) fn ours(self, run: impl FnMut(&mut [f64]) + 'static) -> Self {
        self.also("ours", run)
    }

    /// The derivative that the others are compared with.
    pub(crate) fn by_hand(self, run: impl FnMut(&mut [f64]) + 'static) -> Self {
        self.also("by hand", run)
    }

    /// One more derivative, with a line of its own.
    pub(crate) fn also(mut self, name: &'static str, run: impl FnMut(&mut [f64]) + 'static) -> Self {
        self.variants.push((name, Box::new(run)));
        self
    }

    /// The value and its derivative along [`crate::crates::direction`], of as many passes as there are inputs.
    #[cfg(feature = "crates")]
    pub(crate) fn one_pass(mut self, name: &'static str, mut run: impl FnMut(&mut [f64]) + 'static) -> Self {
        let expected = self.outcome("by hand");
        let along: f64 = expected[1..].iter().enumerate().map(|(i, g)| g * crate::crates::direction(i)).sum();
        let mut found = [f64::NAN; 2];
        run(&mut found);
        for (f, e) in found.iter().zip([expected[0], along]) {
            assert!((f - e).abs() <= 1e-9 * e.abs(), "{}, {name}: found {f:e}, expected {e:e}", self.name);
        }
        self.passes.push((name, Box::new(run)));
        self
    }

    pub(crate) fn variants(&mut self) -> Vec<(&'static str, &mut Run)> {
        self.variants.iter_mut().chain(&mut self.passes).map(|(name, run)| (*name, run)).collect()
    }

    /// Numbers may also differ by this much, where the rounding of a long sum is all that is left of one.
    pub(crate) fn or_within(mut self, slack: f64) -> Self {
        self.slack = slack;
        self
    }

    /// Compares every variant with the derivative by hand, to 1e-9 of the number or to 1e-15 of the largest.
    pub(crate) fn check(&mut self) {
        let (values, name) = (self.values, self.name.clone());
        let expected = self.outcome("by hand");
        let size = expected[values..].iter().fold(0.0f64, |m, g| m.max(g.abs()));
        let variants: Vec<&'static str> = self.variants.iter().map(|(v, _)| *v).collect();
        for variant in variants {
            let found = self.outcome(variant);
            let compared = if variant == "primal" { values } else { found.len() };
            for (i, (f, e)) in found.iter().zip(&expected).take(compared).enumerate() {
                // Written so that NaN fails.
                let close = (f - e).abs() <= (1e-9 * e.abs()).max(1e-15 * size).max(self.slack);
                assert!(close, "{name}, {variant}, number {i}: found {f:e}, expected {e:e}");
            }
        }
    }

    fn outcome(&mut self, variant: &str) -> Vec<f64> {
        let mut out = vec![f64::NAN; self.outputs];
        let (_, run) = self.variants.iter_mut().find(|(v, _)| *v == variant).expect("each program has this variant");
        run(&mut out);
        out
    }
}

/// Numbers that look random, in `low..high`; the same in every run.
pub(crate) fn numbers(seed: u64, n: usize, low: f64, high: f64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..n)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            low + (high - low) * (state >> 11) as f64 / (1u64 << 53) as f64
        })
        .collect()
}

/// The numbers of a text, whatever is between them.
pub(crate) fn parse(text: &str, separator: impl Fn(char) -> bool) -> Vec<f64> {
    text.split(separator).filter(|v| !v.is_empty()).map(|v| v.parse().expect("a number")).collect()
}
