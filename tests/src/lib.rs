//! Tests of the compiler as users see it; see the files under `tests/`. The Rust code of README and docs runs as doctests of this crate.

/// `check!(f, arguments…)`: `check_grad!`, and the value that comes with the derivative, and what `&mut` arguments hold
/// afterwards, are bit for bit those of the function itself.
#[macro_export]
macro_rules! check {
    ($f:ident $(, $($rest:tt)*)?) => {{
        ::ad_runtime::check_grad!($f $(, $($rest)*)?);
        $crate::same_bits!($f $(, $($rest)*)?);
    }};
}

/// The second half of [`check!`].
#[macro_export]
macro_rules! same_bits {
    ($f:ident $(, $($rest:tt)*)?) => {{
        let plain = $crate::same_bits!(@ plain $f [] [] [$($($rest)*)?]);
        let differentiated = $crate::same_bits!(@ vjp $f [] [] [$($($rest)*)?]);
        ::core::assert_eq!(plain, differentiated, "the value of `{}` that comes with its derivative", ::core::stringify!($f));
    }};
    (@ $how:ident $f:ident [$($args:tt)*] [$($muts:ident)*] [& mut $e:expr $(, $($rest:tt)*)?]) => {{
        let mut held = ::std::borrow::ToOwned::to_owned(&$e);
        let text = $crate::same_bits!(@ $how $f [$($args)* &mut held,] [$($muts)* held] [$($($rest)*)?]);
        text
    }};
    (@ $how:ident $f:ident [$($args:tt)*] [$($muts:ident)*] [& mut $e:expr ; $($options:tt)*]) => {
        $crate::same_bits!(@ $how $f [$($args)*] [$($muts)*] [& mut $e])
    };
    (@ $how:ident $f:ident [$($args:tt)*] [$($muts:ident)*] [$e:expr $(, $($rest:tt)*)?]) => {
        $crate::same_bits!(@ $how $f [$($args)* $e,] [$($muts)*] [$($($rest)*)?])
    };
    (@ $how:ident $f:ident [$($args:tt)*] [$($muts:ident)*] [$e:expr ; $($options:tt)*]) => {
        $crate::same_bits!(@ $how $f [$($args)* $e,] [$($muts)*] [])
    };
    (@ $how:ident $f:ident [$($args:tt)*] [$($muts:ident)*] []) => {{
        let mut text = $crate::same_bits!(@ $how $f ($($args)*));
        $(text += &::std::format!(", {:?}", $muts);)*
        text
    }};
    (@ plain $f:ident ($($args:tt)*)) => { ::std::format!("{:?}", $f($($args)*)) };
    (@ vjp $f:ident ($($args:tt)*)) => { ::std::format!("{:?}", $f::vjp($($args)*).0) };
}

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
