//! The tuples that traits are implemented for: `(A 0, B 1)` names the types and positions of a pair.

/// Calls a macro with the tuples of 1 to 6 parts.
macro_rules! up_to_6 {
    ($implement:ident) => {
        $implement! {
            (A 0)
            (A 0, B 1)
            (A 0, B 1, C 2)
            (A 0, B 1, C 2, D 3)
            (A 0, B 1, C 2, D 3, E 4)
            (A 0, B 1, C 2, D 3, E 4, F 5)
        }
    };
}
/// Calls a macro with the tuples of 1 to 8 parts.
macro_rules! up_to_8 {
    ($implement:ident) => {
        $crate::tuples::up_to_6!($implement);
        $implement! {
            (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
            (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
        }
    };
}
/// Calls a macro with the tuples of 1 to 12 parts.
macro_rules! up_to_12 {
    ($implement:ident) => {
        $crate::tuples::up_to_8!($implement);
        $implement! {
            (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8)
            (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
            (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10)
            (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11)
        }
    };
}
pub(crate) use {up_to_6, up_to_8, up_to_12};
