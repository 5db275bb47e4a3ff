//! What `particle` and `saddle` share: the modes of their derivatives.

/// How a derivative is computed.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    Forward,
    Reverse,
}

/// The modes of the outer and of the inner derivative, which are the name of a function.
pub(crate) fn modes(function: &str) -> Option<(Mode, Mode)> {
    match function {
        "ff" => Some((Mode::Forward, Mode::Forward)),
        "fr" => Some((Mode::Forward, Mode::Reverse)),
        "rf" => Some((Mode::Reverse, Mode::Forward)),
        "rr" => Some((Mode::Reverse, Mode::Reverse)),
        _ => None,
    }
}
