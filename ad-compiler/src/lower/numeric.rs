//! What `num_traits` has for type parameters that are floats: constants, conversions, and methods in call form.
//!
//! ```text
//! T::from(n).unwrap()     v1 = n as T            T::epsilon()     v1 = <T as Scalar>::EPSILON
//! x.to_f64().unwrap()     v1 = x as f64          Float::sqrt(x)   v1 = sqrt x
//! ```
//!
//! The conversions give Options, and those that are followed by `unwrap` are casts. They never fail from numbers to floats.

use super::Lower;
use super::env::Operand;
use super::location::start;
use crate::generics;
use crate::ir::ty::{Class, INTS};
use crate::ir::{BinOp, Float, OpKind, Ty};
use crate::messages as m;
use crate::rules;
use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::{Expr, ExprMethodCall, ExprPath};

/// What stands in front of a function's name.
enum Of {
    /// `T::`, `<T as Float>::`
    Type(Ty),
    /// `Float::`, `NumCast::`: the type is that of the argument, or what the context asks for.
    Trait(String),
}

impl Lower<'_> {
    /// The type that a function of `num_traits` is of, in a function that is generic over its float.
    fn of_numbers(&mut self, p: &ExprPath) -> Option<(Of, String)> {
        if self.sig.floats.is_empty() {
            return None;
        }
        let segments: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
        let [.., of, name] = &segments[..] else { return None };
        let float = |name: &str| self.sig.floats.iter().find(|f| f.name == name).map(|f| Ty::Float(f.float()));
        if let Some(q) = &p.qself {
            let numeric = is_numeric_trait(of);
            let ty = Ty::parse(&q.ty, &mut self.func.types);
            return (numeric && matches!(ty, Ty::Float(_))).then(|| (Of::Type(ty), name.clone()));
        }
        if let Some(ty) = float(of) {
            return Some((Of::Type(ty), name.clone()));
        }
        (is_numeric_trait(of) || of == "num_traits").then(|| (Of::Trait(of.clone()), name.clone()))
    }

    /// A function of a float type parameter or of a trait of `num_traits`; `None` where it is none of these.
    pub(super) fn numeric_call(
        &mut self,
        p: &ExprPath,
        args: &[Operand],
        want: Option<&Ty>,
        span: Span,
    ) -> Option<Operand> {
        let (of, name) = self.of_numbers(p)?;
        if args.len() == 1 && self.is_conversion(&of, &name) {
            let value = self.converted_to(p, args[0].clone(), None, span);
            return Some(match value {
                Operand::Never => Operand::Never,
                value => self.constructor(&syn::parse_quote!(Some), vec![value], span),
            });
        }
        if args.is_empty() {
            let ty = match of {
                Of::Type(ty) => ty,
                Of::Trait(_) => match want {
                    Some(want) if self.func.types.is_float(want) => want.clone(),
                    _ => self.func.types.fresh_of(Class::Float),
                },
            };
            return self.constant_of(&name, &ty, span).map(Operand::Value);
        }
        let of = match of {
            Of::Type(ty) => Some(ty),
            Of::Trait(of) if of == "num_traits" && name != "clamp" => return None,
            Of::Trait(_) => None,
        };
        if rules::lookup(&name).is_none() && rules::refused(&name).is_none() {
            return None;
        }
        Some(self.primitive(&name, args.to_vec(), of.as_ref(), span))
    }

    /// `T::epsilon()`, `T::PI()`
    pub(super) fn constant_of(&mut self, name: &str, ty: &Ty, span: Span) -> Option<crate::ir::Value> {
        let text = match name {
            "zero" => Some("0.0"),
            "one" => Some("1.0"),
            "neg_zero" => Some("-0.0"),
            _ => None,
        };
        if let Some(text) = text {
            return Some(self.lit(text, ty.clone(), span));
        }
        let constant = generics::constant(name)?;
        let id = proc_macro2::Ident::new(constant, span);
        let path = match self.func.types.resolve(ty) {
            ty @ Ty::Float(Float::F32 | Float::F64) => {
                if generics::CONSTANTS.contains(&constant) {
                    return None;
                }
                quote!(#ty::#id)
            }
            ty @ Ty::Float(Float::Param(_)) => {
                let krate = &self.sig.krate;
                quote!(<#ty as #krate::Scalar>::#id)
            }
            _ => return None,
        };
        Some(self.push_value(OpKind::Path(path), ty.clone(), span))
    }

    /// `T::from(x).unwrap()`, `x.to_f64().unwrap()`: a cast.
    pub(super) fn unwrapped_conversion(&mut self, c: &ExprMethodCall, want: Option<&Ty>) -> Option<Operand> {
        if self.sig.floats.is_empty() || !matches!(c.method.to_string().as_str(), "unwrap" | "expect") {
            return None;
        }
        match bare(&c.receiver) {
            Expr::Call(call) => {
                let Expr::Path(p) = bare(&call.func) else { return None };
                let (of, name) = self.of_numbers(p)?;
                if call.args.len() != 1 || !self.is_conversion(&of, &name) {
                    return None;
                }
                let arg = self.expr(&call.args[0], None);
                let arg = self.settled(arg, start(&call.args[0]));
                Some(self.converted_to(p, arg, want, start(&call.func)))
            }
            Expr::MethodCall(call) if call.args.is_empty() => {
                let name = call.method.to_string();
                let to = match name.strip_prefix("to_")? {
                    "f64" => Ty::F64,
                    "f32" => Ty::Float(Float::F32),
                    int => Ty::Int(INTS.iter().find(|i| **i == int)?),
                };
                let span = call.method.span();
                let receiver = self.expr(&call.receiver, None);
                let Some(v) = self.as_value(receiver, None, start(&call.receiver)) else { return Some(Operand::Never) };
                let from = self.func.ty(v);
                let fits =
                    self.func.types.is_float(&from) || self.func.types.is_int(&from) && matches!(to, Ty::Float(_));
                if !fits {
                    self.sink.error(span, m::UNKNOWN_METHOD, name);
                    return Some(Operand::Never);
                }
                Some(Operand::Value(self.push_value(OpKind::Cast(v, to.clone()), to, span)))
            }
            _ => None,
        }
    }

    fn is_conversion(&self, of: &Of, name: &str) -> bool {
        let primitive = |n: &str| matches!(n, "f64" | "f32") || INTS.contains(&n);
        match of {
            Of::Type(_) => name == "from" || name.strip_prefix("from_").is_some_and(primitive),
            Of::Trait(of) => match of.as_str() {
                "NumCast" => name == "from",
                "num_traits" => name == "cast",
                "FromPrimitive" => name.strip_prefix("from_").is_some_and(primitive),
                _ => false,
            },
        }
    }

    /// The argument of a conversion, cast to what it is converted to.
    fn converted_to(&mut self, p: &ExprPath, arg: Operand, want: Option<&Ty>, span: Span) -> Operand {
        let known = |of: Option<Of>, want: Option<Ty>| match (of, want) {
            (Some(Of::Type(ty)), _) | (_, Some(ty @ (Ty::Float(_) | Ty::Int(_)))) => Some(ty),
            _ => None,
        };
        let (of, want) = (self.of_numbers(p).map(|(of, _)| of), want.map(|w| self.func.types.resolve(w)));
        let Some(to) = known(of, want) else {
            self.sink.error_over(p, m::OPEN_CONVERSION, crate::diag::text(p.to_token_stream()));
            return Operand::Never;
        };
        let Some(v) = self.as_value(arg, None, span) else { return Operand::Never };
        Operand::Value(self.push_value(OpKind::Cast(v, to.clone()), to, span))
    }

    /// `x.is_zero()`, `x.is_one()`, `x.neg()` of floats.
    pub(super) fn numeric_method(&mut self, name: &str, args: &[Operand], span: Span) -> Option<Operand> {
        let ([x], false) = (args, self.sig.floats.is_empty()) else { return None };
        let ty = self.head_of(x);
        if !matches!(ty, Ty::Float(Float::Param(_))) {
            return None;
        }
        let text = match name {
            "is_zero" => Some("0.0"),
            "is_one" => Some("1.0"),
            "neg" => None,
            _ => return None,
        };
        let v = self.as_value(x.clone(), None, span)?;
        let Some(text) = text else { return Some(Operand::Value(self.push_value(OpKind::Neg(v), ty, span))) };
        let lit = self.lit(text, ty, span);
        Some(Operand::Value(self.binary(BinOp::Eq, v, lit, span)))
    }
}

fn is_numeric_trait(name: &str) -> bool {
    generics::is_float_trait(name)
        || matches!(name, "NumCast" | "FromPrimitive" | "FloatConst" | "Zero" | "One" | "Bounded" | "Num")
}

/// Without parentheses around it.
fn bare(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => bare(&p.expr),
        Expr::Group(g) => bare(&g.expr),
        e => e,
    }
}
