//! References into a function: `u32` newtypes that print as in the text form.

use std::fmt;

macro_rules! entity {
    ($(#[doc = $doc:literal] $name:ident $prefix:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The index into the function's table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

entity! {
    /// A scalar SSA value: defined once, by one operation (or as a parameter, or by a loop as its index).
    Value "v";
    /// A memory object: a parameter, a mutable variable, an array, a Vec, a shadow, a buffer of residuals.
    Var "m";
    /// A list of operations: a function body, a branch, a loop body.
    Region "r";
}
