//! Zero cotangents by type.

use crate::ir::ty::Len;
use crate::ir::{Count, Func, Init, OpKind, Region, Ty};
use proc_macro2::{Span, TokenStream};
use quote::quote;

/// The zero cotangent of a type whose shape the type says, with its literals put into `region`. `None` for Vecs,
/// slices and open types, whose shape only a value has.
pub fn of_type(func: &mut Func, region: Region, ty: &Ty, span: Span) -> Option<Init> {
    Some(match ty {
        Ty::Float(_) => {
            let v = func.push_value(region, OpKind::Lit("0.0".into()), ty.clone(), span);
            Init::Scalar(v)
        }
        Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Unit | Ty::Str => Init::Tuple(Vec::new()),
        Ty::Tuple(parts) => Init::Tuple(parts.iter().map(|p| of_type(func, region, p, span)).collect::<Option<_>>()?),
        Ty::Array(e, Len::Known(n)) => {
            let elem = Box::new(of_type(func, region, e, span)?);
            Init::Repeat { elem, len: Count::Const(n.parse().unwrap_or_default()), vec: false }
        }
        Ty::Ref(e, _) => of_type(func, region, e, span)?,
        Ty::Array(_, Len::Open) | Ty::Slice(_) | Ty::Vec(_) | Ty::Var(_) | Ty::Other(_) => return None,
        Ty::Option(_) | Ty::Result(..) => return None,
    })
}

/// A value of any plain type, to fill a place that is read only where it was set.
pub fn placeholder(func: &mut Func, region: Region, ty: &Ty, span: Span) -> Init {
    let kind = match ty {
        Ty::Float(_) => OpKind::Lit("0.0".into()),
        Ty::Int(_) => OpKind::Lit("0".into()),
        Ty::Bool => OpKind::Lit("false".into()),
        Ty::Char => OpKind::Lit("'\\0'".into()),
        _ if func.types.class(ty) == Some(crate::ir::ty::Class::IntLiteral) => OpKind::Path(quote!(0)),
        _ => OpKind::Path(blank()),
    };
    Init::Scalar(func.push_value(region, kind, ty.clone(), span))
}

/// The placeholder of a type that has no literals.
fn blank() -> TokenStream {
    quote!(::core::default::Default::default())
}

/// Whether an operation is such a placeholder.
pub fn is_blank(kind: &OpKind) -> bool {
    matches!(kind, OpKind::Path(tokens) if tokens.to_string() == blank().to_string())
}
