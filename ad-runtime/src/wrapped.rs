//! `Option` and `Result` where the macro knows only that it is one of them: `helper(x).unwrap()`.

use core::fmt::Debug;

/// An `Option` or a `Result`, and cotangents of either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is taken for an `Option` or a `Result`",
    note = "annotate its type: `let r: Result<f64, Error> = …;`"
)]
pub trait Wrapped {
    /// What is inside.
    type Inner;
    /// The value inside, which is there.
    fn payload(&self) -> &Self::Inner;
    /// The same to be changed.
    fn payload_mut(&mut self) -> &mut Self::Inner;
    /// Panics as `unwrap` and `expect` do where there is no value.
    fn check_unwrap(&self, text: Option<&str>);
}

impl<T> Wrapped for Option<T> {
    type Inner = T;
    #[inline(always)]
    fn payload(&self) -> &T {
        self.as_ref().expect("checked before")
    }
    #[inline(always)]
    fn payload_mut(&mut self) -> &mut T {
        self.as_mut().expect("checked before")
    }
    #[inline(always)]
    fn check_unwrap(&self, text: Option<&str>) {
        match (self, text) {
            (Some(_), _) => {}
            (None, Some(text)) => panic!("{text}"),
            (None, None) => panic!("called `Option::unwrap()` on a `None` value"),
        }
    }
}

impl<T, E: Debug> Wrapped for Result<T, E> {
    type Inner = T;
    #[inline(always)]
    fn payload(&self) -> &T {
        self.as_ref().expect("checked before")
    }
    #[inline(always)]
    fn payload_mut(&mut self) -> &mut T {
        self.as_mut().expect("checked before")
    }
    #[inline(always)]
    fn check_unwrap(&self, text: Option<&str>) {
        match (self, text) {
            (Ok(_), _) => {}
            (Err(error), Some(text)) => panic!("{text}: {error:?}"),
            (Err(error), None) => panic!("called `Result::unwrap()` on an `Err` value: {error:?}"),
        }
    }
}

/// `check_unwrap!(&value)`, `check_unwrap!(&value, "text")`
#[macro_export]
#[doc(hidden)]
macro_rules! check_unwrap {
    ($value:expr) => {
        $crate::Wrapped::check_unwrap($value, ::core::option::Option::None)
    };
    ($value:expr, $text:expr) => {
        $crate::Wrapped::check_unwrap($value, ::core::option::Option::Some($text))
    };
}
