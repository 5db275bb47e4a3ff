//! What has no derivative rule, why, and what to write instead.

/// A refused method or associated function.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    pub name: &'static str,
    /// Completes "`name` is not differentiated: …".
    pub reason: &'static str,
    /// What to do instead.
    pub remedy: &'static str,
}

/// All of them, by name.
pub static REFUSALS: &[Refusal] = &[Refusal {
    name: "to_bits",
    reason: "the bit pattern of a float is not a differentiable function of it",
    remedy: "use `stop_gradient(x).to_bits()` if no derivative is meant to flow through the bits",
}];
