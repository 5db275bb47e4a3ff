//! What the annotated module, in which the function stands, says of names in the body. A name that the body declares or
//! imports itself is its own.

use super::Lower;
use crate::ir::{Ty, name_of};
use crate::table::Callee;
use std::rc::Rc;
use syn::{Item, Path};

impl Lower<'_> {
    /// A function of the module, or of a block of one of its types.
    pub(super) fn listed(&self, path: &Path) -> Option<Rc<Callee>> {
        let module = &self.sig.within.as_ref()?.module;
        let first = path.segments.first()?.ident.to_string();
        if self.is_hidden(&first) || path.leading_colon.is_some() {
            return None;
        }
        if let Some(callee) = module.function(path) {
            return Some(callee);
        }
        let of = self.type_in_front(path)?;
        module.method(&of, &path.segments.last()?.ident.to_string())
    }

    /// A method by the type of its receiver.
    pub(super) fn listed_method(&self, of: &Ty, name: &str) -> Option<Rc<Callee>> {
        let Ty::Other(of) = of else { return None };
        let of = in_box(of);
        let of = of.split('<').next().unwrap_or(of).trim();
        self.sig.within.as_ref()?.module.method(of, name)
    }

    /// `S` in `S::new` and `self::S::new`, the block's type in `Self::new`.
    fn type_in_front(&self, path: &Path) -> Option<String> {
        let at = path.segments.len().checked_sub(2)?;
        let of = &path.segments[at];
        if at > 1 || at == 1 && path.segments[0].ident != "self" {
            return None;
        }
        match (&self.sig.method, of.ident == "Self") {
            (Some(method), true) => Some(name_of(&method.self_ty)),
            (None, true) => None,
            (_, false) => Some(of.ident.to_string()),
        }
    }

    /// The type of a constant of the module, or of one of its types, where it is plain data.
    pub(super) fn listed_constant(&mut self, path: &Path) -> Option<Ty> {
        let module = self.sig.within.as_ref()?.module.clone();
        let first = path.segments.first()?.ident.to_string();
        if self.is_hidden(&first) || path.leading_colon.is_some() {
            return None;
        }
        let ty = module.constant(path).or_else(|| {
            let of = self.type_in_front(path)?;
            module.associated(&of, &path.segments.last()?.ident.to_string())
        })?;
        is_plain(&ty).then_some(ty)
    }

    fn is_hidden(&self, name: &str) -> bool {
        self.all_hidden || self.hidden.contains(name)
    }

    /// The names of items of the body hide those of the module.
    pub(super) fn hide(&mut self, item: &Item) {
        if self.sig.within.is_none() {
            return;
        }
        self.hidden.extend(crate::hoist::introduced(item).into_iter().map(ToString::to_string));
        if let Item::Use(u) = item {
            self.all_hidden |= has_glob(&u.tree);
        }
    }
}

fn has_glob(tree: &syn::UseTree) -> bool {
    match tree {
        syn::UseTree::Path(p) => has_glob(&p.tree),
        syn::UseTree::Group(g) => g.items.iter().any(has_glob),
        syn::UseTree::Glob(_) => true,
        syn::UseTree::Name(_) | syn::UseTree::Rename(_) => false,
    }
}

/// Numbers, and arrays and tuples of them.
fn is_plain(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char => true,
        Ty::Tuple(parts) => parts.iter().all(is_plain),
        Ty::Array(e, _) => is_plain(e),
        Ty::Unit | Ty::Str | Ty::Slice(_) | Ty::Vec(_) | Ty::Ref(..) => false,
        Ty::Option(_) | Ty::Result(..) | Ty::Var(_) | Ty::Other(_) => false,
    }
}

/// `Expr` of `Box < Expr >`, whose methods are called on the box as well.
pub(super) fn in_box(of: &str) -> &str {
    let inner = of.strip_prefix("Box").and_then(|rest| rest.trim().strip_prefix('<')?.trim().strip_suffix('>'));
    inner.map_or(of, str::trim)
}
