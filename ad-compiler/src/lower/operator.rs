//! Operators of users' types: `v * k`, `-v`, `v += w`, which become calls.
//!
//! The macro sees names of types at best. An operand is a *number*, of a type known by name only (a *struct*), or *open*: a
//! field, or the result of a call. In a function without operators of structs everything open is taken for a number, and
//! rustc says so where it is none. As soon as an operand is known to be a struct, the function is lowered again, and
//! operators of what is open become calls too: the runtime has rules for floats, and rustc finds out which rule is meant.
//!
//! ```text
//! p + v * dt      w = call mul(v, dt);  call add(p, w)
//! ```

use super::env::Operand;
use super::location::start;
use super::{Lower, peeled};
use crate::ir::ty::Class;
use crate::ir::{Arg, Arithmetic, BinOp, Call, Form, Init, Operator, Place, Ty, Value};
use crate::messages as m;
use proc_macro2::Span;
use syn::{Expr, ExprBinary};

/// What an operand is to an operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Float,
    /// An integer, a bool, a text.
    Plain,
    Struct,
    /// Of a type that an annotation names: a struct or an alias of a float.
    Named,
    Open,
    /// A constant outside, `TAU`.
    Constant,
}

/// How operators are lowered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Mode {
    /// What is open may be a struct.
    pub(super) structs: bool,
    /// An operand was found to be a struct while nothing open was taken for one.
    pub(super) found: bool,
}

impl Lower<'_> {
    /// The left operand of an operator: a number is read now, before the right one is computed; what may be a struct stays
    /// what it is.
    pub(super) fn left_operand(&mut self, left: Operand, want: Option<&Ty>, right: &Expr, span: Span) -> Operand {
        let number = match self.operand_kind(&left) {
            Kind::Float | Kind::Plain => true,
            Kind::Open | Kind::Constant => !self.operators.structs,
            Kind::Struct | Kind::Named => false,
        };
        if number && !matches!(left, Operand::Tuple(_)) {
            return self.as_value(left, want, span).map_or(Operand::Never, Operand::Value);
        }
        if super::expr::may_write(right) { self.secured(left, span) } else { left }
    }

    /// `a op b`; `None` where it is an operator of numbers.
    pub(super) fn struct_operator(
        &mut self,
        op: BinOp,
        b: &ExprBinary,
        left: &Operand,
        right: &Operand,
        want: Option<&Ty>,
        span: Span,
    ) -> Option<Operand> {
        let op = arithmetic(op)?;
        if !self.is_struct_operator(op, left, right, want) {
            return None;
        }
        let left = self.operand(&b.left, left.clone());
        let right = self.operand(&b.right, right.clone());
        Some(self.operator_call(Operator::Binary(op), vec![left, right], want, span))
    }

    fn is_struct_operator(&mut self, op: Arithmetic, left: &Operand, right: &Operand, want: Option<&Ty>) -> bool {
        let kinds = (self.operand_kind(left), self.operand_kind(right));
        let sum = matches!(op, Arithmetic::Add | Arithmetic::Sub | Arithmetic::Rem);
        match kinds {
            (Kind::Struct, _) | (_, Kind::Struct) => self.structs(),
            (Kind::Float | Kind::Plain | Kind::Constant, Kind::Float | Kind::Plain | Kind::Constant) => false,
            (Kind::Open | Kind::Named, Kind::Plain) | (Kind::Plain, Kind::Open | Kind::Named) => false,
            // The sum of a float is a float's.
            (Kind::Open | Kind::Named, Kind::Float) | (Kind::Float, Kind::Open | Kind::Named) if sum => false,
            (Kind::Named, _) | (_, Kind::Named) => self.structs(),
            (Kind::Open, _) | (_, Kind::Open) => {
                if want.is_some_and(|w| self.may_name_struct(w)) {
                    return self.structs();
                }
                self.operators.structs
            }
        }
    }

    /// `-a`; `None` for a number.
    pub(super) fn struct_negation(&mut self, e: &Expr, of: &Operand, want: Option<&Ty>, span: Span) -> Option<Operand> {
        let call = match self.operand_kind(of) {
            Kind::Struct | Kind::Named => self.structs(),
            Kind::Open => self.operators.structs,
            Kind::Float | Kind::Plain | Kind::Constant => false,
        };
        if !call {
            return None;
        }
        let of = self.operand(e, of.clone());
        Some(self.operator_call(Operator::Neg, vec![of], want, span))
    }

    /// `place op= b`; `None` where it is an operator of numbers.
    pub(super) fn struct_assignment(&mut self, op: BinOp, left: &Expr, right: &Expr, span: Span) -> Option<Operand> {
        let op = arithmetic(op)?;
        // The left side is looked at before it is known whether it is computed before or behind the right one.
        if super::expr::may_write(left) || !self.operators.structs && !self.may_be_struct(left) {
            return None;
        }
        let target = self.expr(left, None);
        let place = match &target {
            Operand::Place(p) | Operand::Ref(p, _) => p.clone(),
            Operand::Owned(var) => Place::whole(*var),
            _ => return None,
        };
        match self.operand_kind(&target) {
            Kind::Struct | Kind::Named if self.structs() => {}
            Kind::Open if self.operators.structs => {}
            _ => return None,
        }
        let operand = self.expr(right, None);
        let operand = self.operand(right, operand);
        if matches!(operand, Operand::Never) {
            return Some(Operand::Never);
        }
        let target = Operand::Ref(place, true);
        Some(self.operator_call(Operator::Assign(op), vec![target, operand], Some(&Ty::Unit), span))
    }

    /// Whether a name, or a part of what a name stands for, is of a type known by name only: looked at without lowering
    /// anything.
    fn may_be_struct(&mut self, left: &Expr) -> bool {
        match left {
            Expr::Paren(p) => self.may_be_struct(&p.expr),
            Expr::Group(g) => self.may_be_struct(&g.expr),
            Expr::Unary(u) => self.may_be_struct(&u.expr),
            Expr::Index(i) => {
                let Some(name) = super::stmt::single_ident(&i.expr).map(ToString::to_string) else { return false };
                let Some(operand) = self.env.get(&name).map(|b| b.operand.clone()) else { return false };
                let ty = self.head_of(&operand);
                ty.element().is_some_and(|e| matches!(self.func.types.head(e).peel(), Ty::Other(_)))
            }
            _ => match self.peek_ty(left) {
                Some(ty) => self.may_name_struct(&ty),
                None => false,
            },
        }
    }

    /// The operand as an argument: `&k` of a number is a reference to it.
    fn operand(&mut self, e: &Expr, operand: Operand) -> Operand {
        match (e, operand) {
            (Expr::Paren(p), operand) => self.operand(&p.expr, operand),
            (Expr::Group(g), operand) => self.operand(&g.expr, operand),
            (Expr::Reference(r), Operand::Value(v)) => {
                let ty = self.func.values[v.index()].ty.clone();
                let var = self.declare("temp", peeled(&ty), Init::Scalar(v), start(e));
                Operand::Ref(Place::whole(var), r.mutability.is_some())
            }
            (_, operand) => operand,
        }
    }

    fn operator_call(&mut self, op: Operator, args: Vec<Operand>, want: Option<&Ty>, span: Span) -> Operand {
        if let Some(k) = args.iter().position(|a| matches!(a, Operand::Choice(..)))
            && let Operand::Choice(which, of) = &args[k]
        {
            let done = self.choose(*which, &of.clone(), span, |this, o| {
                let mut args = args.clone();
                args[k] = o;
                Some(this.operator_call(op, args, want, span))
            });
            return done.unwrap_or(Operand::Never);
        }
        let mut lowered = Vec::new();
        for (i, a) in args.into_iter().enumerate() {
            let Some(a) = self.argument(a, span) else { return Operand::Never };
            lowered.push(match a {
                Arg::Reborrow(p) if i == 0 && matches!(op, Operator::Assign(_)) => Arg::RefMut(p),
                // What a `&mut` refers to is read.
                Arg::Reborrow(p) => Arg::Ref(p),
                a => a,
            });
        }
        let name = syn::Ident::new(op.method(), span);
        let call = Call::new(Form::Operator(op), name.into(), lowered, None);
        self.call_with(call, None, want, span)
    }

    fn operand_kind(&mut self, operand: &Operand) -> Kind {
        if let Operand::Path(p) = operand
            && !super::record::is_unit(&p.path)
        {
            return Kind::Constant;
        }
        // Whatever the name in `x as Real` stands for, it is a number.
        if let Operand::Value(v) = operand
            && self.casts.contains(v)
        {
            return Kind::Float;
        }
        match self.head_of(operand) {
            Ty::Float(_) => Kind::Float,
            Ty::Other(_) => Kind::Struct,
            ty @ Ty::Var(_) => match self.func.types.class(&ty) {
                Some(Class::FloatLiteral | Class::Float) => Kind::Float,
                Some(Class::IntLiteral) => Kind::Plain,
                Some(Class::Any) | None if self.func.types.is_unseen(&ty) => Kind::Named,
                Some(Class::Any) | None => Kind::Open,
            },
            Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str | Ty::Tuple(_) | Ty::Array(..) => Kind::Plain,
            Ty::Slice(_) | Ty::Vec(_) | Ty::Ref(..) | Ty::Option(_) | Ty::Result(..) => Kind::Plain,
        }
    }

    /// Whether a type is known by name only, be it an alias in an annotation.
    fn may_name_struct(&mut self, ty: &Ty) -> bool {
        matches!(self.func.types.head(ty).peel(), Ty::Other(_)) || self.func.types.is_unseen(ty)
    }

    /// An operand is a struct: what is open may be one too.
    fn structs(&mut self) -> bool {
        self.operators.found = true;
        self.operators.structs
    }

    /// `sum()` of structs: `impl Sum` says where it starts.
    pub(super) fn refuses_total(&mut self, sum: bool, item: &Operand, span: Span) -> bool {
        if self.operand_kind(item) != Kind::Struct {
            return false;
        }
        self.sink.error(span, m::TOTAL_OF_STRUCTS, if sum { "sum" } else { "product" });
        true
    }

    /// The value of an operator of what is open turns out to be a struct.
    pub(super) fn computed_struct(&mut self, v: Value) {
        let ty = self.func.values[v.index()].ty.clone();
        if self.func.types.class(&ty) == Some(Class::Any) && !self.operators.structs {
            self.operators.found = true;
        }
    }

    /// What a tuple, an iterator or the like of operators asks of their operands: nothing, where these may be structs.
    pub(super) fn operand_want<'t>(&self, op: BinOp, want: Option<&'t Ty>) -> Option<&'t Ty> {
        let product = matches!(op, BinOp::Mul | BinOp::Div | BinOp::Rem);
        if op.is_comparison() || matches!(op, BinOp::Shl | BinOp::Shr) || product && self.operators.structs {
            return None;
        }
        want
    }
}

fn arithmetic(op: BinOp) -> Option<Arithmetic> {
    match op {
        BinOp::Add => Some(Arithmetic::Add),
        BinOp::Sub => Some(Arithmetic::Sub),
        BinOp::Mul => Some(Arithmetic::Mul),
        BinOp::Div => Some(Arithmetic::Div),
        BinOp::Rem => Some(Arithmetic::Rem),
        BinOp::And | BinOp::Or | BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor | BinOp::Shl | BinOp::Shr => None,
        BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => None,
    }
}
