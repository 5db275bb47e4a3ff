//! Tests of the compiler as users see it: everything is in `tests/`, and the Rust code of README and docs runs as doctests here.

/// A page whose Rust code is compiled and run.
#[cfg(doctest)]
macro_rules! pages {
    ($($name:ident $path:literal;)*) => {$(
        #[doc = include_str!($path)]
        pub struct $name;
    )*};
}

#[cfg(doctest)]
pages! {
    Readme "../../README.md";
    Guide "../../docs/guide.md";
    Nist "../../docs/nist.md";
}
