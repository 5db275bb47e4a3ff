//! The measured programs: each as a primal, as our gradient, as an adjoint written by hand, and by other crates.

mod dense;
mod heat;
mod log_sum_exp;
mod number;
mod price;
mod residuals;

/// What a variant writes to its output.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Gives {
    /// The value.
    Value,
    /// The value and the whole gradient.
    Gradient,
    /// The value and the derivative along [`direction`]: one pass of forward mode, of as many as there are inputs.
    OnePass,
}

/// Computes into a buffer of [`Program::outputs`] numbers.
pub(crate) type Run = Box<dyn FnMut(&mut [f64])>;

/// One way to compute a program.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    pub(crate) gives: Gives,
    pub(crate) run: Run,
}

/// The names of the variants that ratios are taken to and of.
pub(crate) const PRIMAL: &str = "primal";
pub(crate) const OURS: &str = "ours";
pub(crate) const BY_HAND: &str = "by hand, unfused";

/// One program at one size.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) size: String,
    /// Active inputs of one evaluation.
    pub(crate) inputs: usize,
    /// Evaluations in a run.
    pub(crate) evaluations: usize,
    pub(crate) variants: Vec<Variant>,
}

impl Program {
    fn new(name: &'static str, size: String, inputs: usize, evaluations: usize) -> Self {
        Self { name, size, inputs, evaluations, variants: Vec::new() }
    }

    fn with(mut self, name: &'static str, gives: Gives, run: impl FnMut(&mut [f64]) + 'static) -> Self {
        self.variants.push(Variant { name, gives, run: Box::new(run) });
        self
    }

    /// The numbers a run writes: for each evaluation its value, then its gradient.
    pub(crate) fn outputs(&self) -> usize {
        (1 + self.inputs) * self.evaluations
    }

    /// Compares every variant with the adjoint written by hand.
    pub(crate) fn check(&mut self) {
        let n = self.outputs();
        let mut expected = vec![f64::NAN; n];
        let by_hand = self.variants.iter_mut().find(|v| v.name == BY_HAND).expect("an adjoint by hand");
        (by_hand.run)(&mut expected);
        for v in &mut self.variants {
            let mut found = vec![f64::NAN; n];
            (v.run)(&mut found);
            for (k, (found, expected)) in
                found.chunks(1 + self.inputs).zip(expected.chunks(1 + self.inputs)).enumerate()
            {
                let place = format!("{}, {}, evaluation {k}", self.name, v.name);
                same(found[0], expected[0], expected[0].abs(), || format!("{place}: value"));
                let size = expected[1..].iter().fold(0.0f64, |m, g| m.max(g.abs()));
                match v.gives {
                    Gives::Value => {}
                    Gives::OnePass => {
                        let along: f64 = expected[1..].iter().enumerate().map(|(i, g)| g * direction(i)).sum();
                        same(found[1], along, along.abs(), || format!("{place}: derivative along a direction"));
                    }
                    Gives::Gradient => {
                        for (i, (&f, &e)) in found[1..].iter().zip(&expected[1..]).enumerate() {
                            same(f, e, e.abs().max(1e-6 * size), || format!("{place}: gradient {i}"));
                        }
                    }
                }
            }
        }
    }
}

fn same(found: f64, expected: f64, scale: f64, place: impl Fn() -> String) {
    // Written so that NaN fails.
    let close = (found - expected).abs() <= 1e-9 * scale;
    assert!(close, "{}: found {found:e}, expected {expected:e}", place());
}

/// The direction of the single passes.
fn direction(i: usize) -> f64 {
    1.0 + (i % 7) as f64 / 8.0
}

/// Numbers that look random, in `low..high`; the same in every run.
fn numbers(seed: u64, n: usize, low: f64, high: f64) -> Vec<f64> {
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

/// All programs of part 1.
pub(crate) fn all() -> Vec<Program> {
    vec![
        price::program(256),
        residuals::program(1000),
        log_sum_exp::program(1000),
        heat::program(256, 64),
        dense::program(128, 128),
    ]
}
