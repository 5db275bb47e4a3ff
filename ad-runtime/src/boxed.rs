//! Parts of structs and enums that are handed to a function, where only rustc knows whether they stand in a `Box`.
//!
//! `eval(a, x)` where `a` is a `&Box<Expr>` is a call with an `&Expr`: rustc looks through the box. So must the shadow and the tangent.
//!
//! ```text
//! e_bar.view(|whole| ::ad_runtime::unboxed!(mut whole.left))
//! ```

/// A part of a tangent.
#[derive(Debug)]
pub struct Part<'a, T: ?Sized>(pub &'a T);

/// A part of a shadow.
#[derive(Debug)]
pub struct PartMut<'a, T: ?Sized>(pub &'a mut T);

// A function of the type itself comes before one of a trait.
impl<'a, T: ?Sized> Part<'a, Box<T>> {
    /// What is in the box.
    #[inline(always)]
    pub fn get(self) -> &'a T {
        self.0
    }
}

impl<'a, T: ?Sized> PartMut<'a, Box<T>> {
    /// What is in the box.
    #[inline(always)]
    pub fn get(self) -> &'a mut T {
        self.0
    }
}

/// What is in no box.
pub trait AsItIs {
    /// The reference.
    type Reference;
    /// The part.
    fn get(self) -> Self::Reference;
}

impl<'a, T: ?Sized> AsItIs for Part<'a, T> {
    type Reference = &'a T;
    #[inline(always)]
    fn get(self) -> &'a T {
        self.0
    }
}

impl<'a, T: ?Sized> AsItIs for PartMut<'a, T> {
    type Reference = &'a mut T;
    #[inline(always)]
    fn get(self) -> &'a mut T {
        self.0
    }
}

/// A reference to a part, or to what is in it where it is a `Box`.
#[macro_export]
#[doc(hidden)]
macro_rules! unboxed {
    (mut $place:expr) => {{
        #[allow(unused_imports)]
        use $crate::boxed::AsItIs as _;
        $crate::boxed::PartMut(&mut $place).get()
    }};
    ($place:expr) => {{
        #[allow(unused_imports)]
        use $crate::boxed::AsItIs as _;
        $crate::boxed::Part(&$place).get()
    }};
}
