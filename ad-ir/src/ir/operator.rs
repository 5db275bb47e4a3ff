//! Operators of users' types, which are calls.

/// The arithmetic operators of two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arithmetic {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

/// An operator of a user's type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `a * b`
    Binary(Arithmetic),
    /// `a *= b`
    Assign(Arithmetic),
    /// `-a`
    Neg,
}

impl Operator {
    /// The operator that a trait of std is for, by the trait's name.
    pub fn of_trait(name: &str) -> Option<Operator> {
        use Arithmetic::{Add, Div, Mul, Rem, Sub};
        let binary = [Add, Sub, Mul, Div, Rem].into_iter();
        let all = binary.flat_map(|op| [Operator::Binary(op), Operator::Assign(op)]).chain([Operator::Neg]);
        all.into_iter().find(|op| op.trait_name() == name)
    }

    /// `*`, `*=`, `-`
    pub fn symbol(self) -> &'static str {
        self.texts().0
    }

    /// `Mul`: the trait's name, in `std::ops` and in the runtime.
    pub fn trait_name(self) -> &'static str {
        self.texts().1
    }

    /// `mul`: the name of the trait's method.
    pub fn method(self) -> &'static str {
        self.texts().2
    }

    fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Operator::Binary(Arithmetic::Add) => ("+", "Add", "add"),
            Operator::Binary(Arithmetic::Sub) => ("-", "Sub", "sub"),
            Operator::Binary(Arithmetic::Mul) => ("*", "Mul", "mul"),
            Operator::Binary(Arithmetic::Div) => ("/", "Div", "div"),
            Operator::Binary(Arithmetic::Rem) => ("%", "Rem", "rem"),
            Operator::Assign(Arithmetic::Add) => ("+=", "AddAssign", "add_assign"),
            Operator::Assign(Arithmetic::Sub) => ("-=", "SubAssign", "sub_assign"),
            Operator::Assign(Arithmetic::Mul) => ("*=", "MulAssign", "mul_assign"),
            Operator::Assign(Arithmetic::Div) => ("/=", "DivAssign", "div_assign"),
            Operator::Assign(Arithmetic::Rem) => ("%=", "RemAssign", "rem_assign"),
            Operator::Neg => ("-", "Neg", "neg"),
        }
    }
}
