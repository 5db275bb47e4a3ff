//! Slices taken once, in front of a loop, instead of in each of its iterations.
//!
//! ```text
//! for j in (0..n).rev() {                        let row = x_bar.get_mut(a..b).unwrap_or_default();
//!     x_bar[a..b][j] += y_bar * w[j];      =>    let w_row = &w[..n];
//! }                                              for j in (0..n).rev() { row[j] += y_bar * w_row[j]; }
//! ```
//!
//! rustc makes vector code of the second: nothing in the loop may panic, and no slice overlaps another. A slice must not panic
//! where the loop does not. So in the forward sweep only those are taken that the length of the loop has asked
//! for; in the reverse sweep an iteration finds in bounds what the forward sweep found there, and where there is no
//! iteration, an empty slice does.

use super::at;
use super::body::Printer;
use super::expr::Want;
use super::names::ident;
use crate::ir::{
    Access, EntityMap, OpKind, Place, Proj, Range, Region, Ty, Value, Var, VarKind, for_each_place, for_each_value,
};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

/// A slice that stands for a part of a variable while a loop is printed.
pub(super) struct View {
    pub(super) base: Var,
    /// The steps that the slice has taken.
    prefix: Vec<Proj>,
    pub(super) name: Ident,
    /// Whether it is an `Option`, as the shadow that it is a part of.
    pub(super) optional: bool,
}

/// What a loop does with a variable.
struct Use {
    base: Var,
    /// The steps that are the same in each iteration, in front of an index that may not be.
    prefix: Vec<Proj>,
    written: bool,
    /// Whether the index behind the prefix is always the loop's own.
    by_index: bool,
    /// Whether each iteration uses it.
    always: bool,
    fits: bool,
}

impl<'a> Printer<'a> {
    /// The view that a place lies in, and the steps behind it.
    pub(super) fn viewed<'p>(&self, p: &'p Place) -> Option<(Ident, &'p [Proj])> {
        let view = self.views.iter().rev().find(|v| v.base == p.base && p.path.starts_with(&v.prefix))?;
        // `unwrapped` is what an optional one has become.
        (!view.optional || self.unwrapped.contains(&view.base))
            .then(|| (view.name.clone(), &p.path[view.prefix.len()..]))
    }

    /// The optional view of a shadow or tangent.
    pub(super) fn optional_view(&self, base: Var) -> Option<&View> {
        self.views.iter().rev().find(|v| v.base == base && v.optional)
    }

    /// Declares the views of a loop, and opens them; `self.views` is to be cut back behind it.
    pub(super) fn open_views(&mut self, index: Value, range: &Range, body: Region) -> TokenStream {
        let reverse = self.source.reverse_from.is_some_and(|(first, _)| index >= first);
        let found: Vec<(Use, bool)> = self
            .uses(index, body)
            .into_iter()
            .filter_map(|u| self.is_worth_it(&u, range, reverse).map(|bounded| (u, bounded)))
            .collect();
        let mut out = TokenStream::new();
        if found.is_empty() {
            return out;
        }
        // The bound is asked for before anything is borrowed.
        if self.inlined(range.hi).is_some_and(|kind| !matches!(kind, OpKind::Lit(_) | OpKind::Path(_))) {
            let bound = self.alone(range.hi, Want::Known);
            self.plan.inline[range.hi.index()] = false;
            let (name, sp) = (self.names.value(self.source, range.hi), at(self.span));
            out.extend(quote_spanned!(sp=> let #name = #bound;));
        }
        for (u, bounded) in found {
            if let Some(view) = self.view(u, bounded, range, reverse, &mut out) {
                self.views.push(view);
            }
        }
        out
    }

    fn uses(&self, index: Value, body: Region) -> Vec<Use> {
        let source = self.source;
        let mut out: Vec<Use> = Vec::new();
        let mut at: EntityMap<Var, usize> = EntityMap::default();
        source.walk(body, &mut |region, op| {
            let plain = matches!(op.kind, OpKind::Load(_) | OpKind::Len(_) | OpKind::Store(..) | OpKind::AddTo(..));
            for_each_place(&op.kind, &mut |p, access| {
                let outside = |step: &Proj| {
                    let mut fixed = true;
                    let mut look = |v: Value| {
                        fixed &= !source.encloses(body, source.values[v.index()].region);
                    };
                    match step {
                        Proj::Index(i) => look(*i),
                        Proj::Range { lo, hi, .. } => lo.iter().chain(hi).for_each(|v| look(*v)),
                        Proj::Field(_) | Proj::Named(_) | Proj::Variant { .. } => {}
                    }
                    fixed
                };
                let ends = match access {
                    Access::LenOnly => p.path.len(),
                    _ => p.path.len().saturating_sub(1),
                };
                let same = p.path.iter().position(|step| !outside(step)).unwrap_or(p.path.len());
                let prefix = p.path[..same.min(ends)].to_vec();
                let own = p.path.get(prefix.len()) == Some(&Proj::Index(index)) && p.path.len() == prefix.len() + 1;
                let indexed = access == Access::LenOnly || matches!(p.path.last(), Some(Proj::Index(_)));
                let written = !matches!(access, Access::Read | Access::LenOnly);
                let always = region == body && access != Access::LenOnly;
                match at.get(&p.base) {
                    Some(k) => {
                        let u = &mut out[*k];
                        u.fits &= plain && indexed && u.prefix == prefix;
                        u.written |= written;
                        u.by_index &= own;
                        u.always |= always;
                    }
                    None => {
                        at.insert(p.base, out.len());
                        let fits = plain && indexed && !source.encloses(body, source.vars[p.base.index()].region);
                        out.push(Use { base: p.base, prefix, written, by_index: own, always, fits });
                    }
                }
            });
        });
        out
    }

    /// Whether there is something to gain and nothing can go wrong; and whether the slice can end where the loop ends.
    fn is_worth_it(&mut self, u: &Use, range: &Range, reverse: bool) -> Option<bool> {
        let data = &self.source.vars[u.base.index()];
        let known =
            matches!(data.kind, VarKind::Param(_) | VarKind::Local | VarKind::Generated | VarKind::ShadowParam { .. });
        let place = Place { base: u.base, path: u.prefix.clone() };
        if !u.fits
            || !known
            || u.prefix.len() > 1
            || data.tangent
            || self.opened.contains_key(&u.base)
            || self.views.iter().any(|v| v.base == u.base)
            || u.written && self.reads_in_head(&[Some(range.lo), range.step], u.base)
        {
            return None;
        }
        let sequence = match self.place_ty(&place) {
            Ty::Vec(e) | Ty::Slice(e) | Ty::Array(e, _) => {
                matches!(*e, Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Tuple(_))
            }
            _ => false,
        };
        // A buffer of records has been made as long as the loop.
        let sure = reverse || data.tape;
        let from_zero = matches!(self.defined(range.lo), Some(OpKind::Lit(t)) if t == "0");
        let bounded = sure && u.by_index && u.always && from_zero && !range.inclusive && range.step.is_none();
        let safe = sure || self.has_asked(range.hi, &place) && !self.resized.contains_key(&u.base);
        (sequence && safe && (bounded || !u.prefix.is_empty())).then_some(bounded)
    }

    /// The view of what a loop uses.
    fn view(&mut self, u: Use, bounded: bool, range: &Range, reverse: bool, out: &mut TokenStream) -> Option<View> {
        let optional = self.is_optional(u.base);
        let exclusive = u.written || optional;
        let sp = at(self.span);
        let whole = super::call::whole();
        let base = if optional { quote!(#whole) } else { self.base(u.base, self.span) };
        let (borrow, get) = if exclusive { (quote!(&mut), quote!(get_mut)) } else { (quote!(&), quote!(get)) };
        let bound = bounded.then(|| self.value(range.hi, Want::Known).tokens);
        let end = quote_spanned!(sp=> [..#bound]);
        let slice = match u.prefix.first() {
            None => quote_spanned!(sp=> #borrow #base #end),
            Some(Proj::Range { lo, hi, inclusive: false }) => {
                let lo = lo.map(|v| self.value(v, Want::Known).within(super::expr::Prec::Or));
                let hi = hi.map(|v| self.value(v, Want::Known).within(super::expr::Prec::Or));
                match (reverse, bounded) {
                    (true, true) => quote_spanned!(sp=> #borrow #base.#get(#lo..#hi).unwrap_or_default() #end),
                    (true, false) => quote_spanned!(sp=> #base.#get(#lo..#hi).unwrap_or_default()),
                    (false, _) => quote_spanned!(sp=> #borrow #base[#lo..#hi]),
                }
            }
            Some(Proj::Index(i)) => {
                let i = self.value(*i, Want::Known).tokens;
                if reverse {
                    quote_spanned!(sp=> #base.#get(#i).map_or(#borrow [][..], |#whole| #borrow #whole #end))
                } else {
                    quote_spanned!(sp=> #borrow #base[#i][..])
                }
            }
            Some(Proj::Range { .. } | Proj::Field(_) | Proj::Named(_) | Proj::Variant { .. }) => return None,
        };
        let raw = self.names.var(u.base).to_string();
        let name = ident(&self.names.fresh(&format!("{raw}_row")), self.span);
        out.extend(if optional {
            let base = self.base(u.base, self.span);
            quote_spanned!(sp=> let mut #name = #base.present().map(|#whole| #slice);)
        } else {
            quote_spanned!(sp=> let #name = #slice;)
        });
        Some(View { base: u.base, prefix: u.prefix, name, optional })
    }

    fn defined(&self, v: Value) -> Option<&'a OpKind> {
        let (region, i) = self.plan.defs[v.index()]?;
        self.source.regions[region.index()].get(i).map(|op| &op.kind)
    }

    /// Whether a loop's bound is at most the length of a place, of which it has asked.
    fn has_asked(&self, n: Value, place: &Place) -> bool {
        match self.defined(n) {
            Some(OpKind::Len(p)) => p == place,
            Some(OpKind::Method(m, args)) if m == "min" => args.iter().any(|a| self.has_asked(*a, place)),
            _ => false,
        }
    }

    /// Whether the head of the loop, as it is printed, reads a variable.
    fn reads_in_head(&self, bounds: &[Option<Value>], base: Var) -> bool {
        fn reads(printer: &Printer<'_>, v: Value, base: Var) -> bool {
            let Some(kind) = printer.inlined(v) else { return false };
            let mut found = false;
            for_each_place(kind, &mut |p, _| found |= p.base == base);
            for_each_value(kind, &mut |v| found |= reads(printer, v, base));
            found
        }
        bounds.iter().flatten().any(|v| reads(self, *v, base))
    }
}
