//! Sorting: the order is found by numbers, and the elements are moved by it, so that their cotangents move back.
//!
//! ```text
//! v.sort_by(compare)        order = 0..n, merged until sorted; old = v.to_vec(); for k in 0..n { v[k] = old[order[k]] }
//! ```
//!
//! Of equal elements the earlier one stays in front, as in std. What sorts without that promise may order equal elements otherwise.

use super::Lower;
use super::env::Operand;
use super::iter::changes_state;
use super::location::start;
use crate::ir::Ty;
use crate::messages as m;
use proc_macro2::Span;
use quote::quote_spanned;
use syn::Expr;

impl Lower<'_> {
    /// `base.name(arg)`, one of the methods that sort.
    pub(super) fn sort(&mut self, base: Operand, name: &str, arg: Option<&Expr>, span: Span) -> Operand {
        let f = match arg {
            None => None,
            Some(e) => {
                let f = self.expr(e, None);
                if matches!(f, Operand::Never) {
                    return f;
                }
                if let Operand::Closure(c) = &f
                    && changes_state(c, &mut Vec::new())
                {
                    self.sink.error(start(e), m::SORT_EFFECTS, "");
                    return Operand::Never;
                }
                Some(f)
            }
        };
        let greater: Expr = match (&f, name.contains("key")) {
            (None, _) => syn::parse_quote_spanned!(span=> items[order[a]] > items[order[b]]),
            (Some(_), false) => {
                syn::parse_quote_spanned!(span=> compare(&items[order[a]], &items[order[b]]).is_gt())
            }
            (Some(_), true) => {
                syn::parse_quote_spanned!(span=> compare(&items[order[a]]).cmp(&compare(&items[order[b]])).is_gt())
            }
        };
        // Structs may be no copies.
        let ty = self.ty_of(&base);
        let ty = self.func.types.resolve(&ty);
        let moved = match ty.element() {
            Some(Ty::Other(_)) => quote_spanned!(span=> old[order[k]].clone()),
            _ => quote_spanned!(span=> old[order[k]]),
        };
        let sorts = quote_spanned! {span=> {
            let n = items.len();
            let mut order = vec![0usize; n];
            for k in 0..n {
                order[k] = k;
            }
            let mut merged = vec![0usize; n];
            let mut width = 1usize;
            while width < n {
                let mut lo = 0usize;
                while lo < n {
                    let mid = (lo + width).min(n);
                    let hi = (mid + width).min(n);
                    let mut a = lo;
                    let mut b = mid;
                    for k in lo..hi {
                        if a >= mid || b < hi && #greater {
                            merged[k] = order[b];
                            b += 1;
                        } else {
                            merged[k] = order[a];
                            a += 1;
                        }
                    }
                    lo = hi;
                }
                ::core::mem::swap(&mut order, &mut merged);
                width *= 2;
            }
            let old = items.to_vec();
            for k in 0..n {
                items[k] = #moved;
            }
        }};
        let Ok(sorts) = syn::parse2::<Expr>(sorts) else { return Operand::Never };
        self.each(base, span, |this, base| {
            let region = this.cur;
            this.env.open();
            this.env.bind("items".into(), base, region);
            if let Some(f) = &f {
                this.env.bind("compare".into(), f.clone(), region);
            }
            let done = this.expr(&sorts, None);
            this.env.close();
            if matches!(done, Operand::Never) { done } else { Operand::Unit }
        })
    }
}
