//! Method calls: on scalars, and on arrays, slices and Vecs. Iterators have their own files.

use super::env::Operand;
use super::iter::Iter;
use super::location::start;
use super::method_names::{CHECKED, OF_INTEGERS_ONLY, OF_STD, OF_THE_SAME_TYPE};
use super::{Lower, peeled};
use crate::ir::ty::Class;
use crate::ir::{BinOp, CopyHow, Init, OpKind, Place, Proj, Ty};
use crate::messages as m;
use crate::rules;
use proc_macro2::Span;
use quote::ToTokens;
use syn::{Expr, ExprMethodCall};

impl Lower<'_> {
    pub(super) fn method_call(&mut self, c: &ExprMethodCall, want: Option<&Ty>) -> Operand {
        let span = c.method.span();
        let name = c.method.to_string();
        if let Some(done) = self.unwrapped_conversion(c, want) {
            return done;
        }
        let receiver = self.expr(&c.receiver, None);
        if matches!(receiver, Operand::Never) {
            return Operand::Never;
        }
        // `(0..n).map(..)`, `xs.iter().zip(..)`, and what consumes them.
        if matches!(receiver, Operand::Iter(_) | Operand::Range(_)) {
            return self.iterator_method(receiver, c, want);
        }
        if let Operand::Ordering(order) = receiver {
            return self.ordering_method(order, c);
        }
        if let (Some(how), 1) = (super::order::Order::named(&name), c.args.len())
            && self.is_compared(&receiver)
        {
            let receiver = self.settled(receiver, start(&c.receiver));
            let other = self.expr(&c.args[0], None);
            return if matches!(other, Operand::Never) { other } else { self.compared(how, receiver, other, span) };
        }
        if matches!(name.as_str(), "then" | "then_some")
            && c.args.len() == 1
            && matches!(self.head_of(&receiver), Ty::Bool)
        {
            return self.then(receiver, c);
        }
        if let Some(done) = self.wrapper_method(&receiver, c, want) {
            return done;
        }
        if self.is_user_method(&receiver, &name) {
            if let Operand::Value(v) = receiver {
                self.computed_struct(v);
            }
            return self.user_method(receiver, c, want);
        }
        if let Some(done) = self.sequence_method(&receiver, c, &name, span) {
            return done;
        }
        // Arguments of scalars' methods.
        let receiver_ty = self.ty_of(&receiver);
        let receiver = self.settled(receiver, start(&c.receiver));
        let mut args = vec![receiver];
        let rule = rules::lookup(&name).filter(|_| self.func.types.is_float(&receiver_ty));
        for (i, a) in c.args.iter().enumerate() {
            let want = rule.and_then(|rule| rule.formals.get(i + 1)).map(|formal| match formal.class {
                rules::Class::Float | rules::Class::FloatRef => receiver_ty.clone(),
                rules::Class::Int => Ty::Int("i32"),
            });
            let op = self.expr(a, want.as_ref());
            let op = self.settled(op, start(a));
            if matches!(op, Operand::Never) {
                return Operand::Never;
            }
            args.push(op);
        }
        self.method_on_scalars(&name, args, span)
    }

    /// `condition.then(f)`, `condition.then_some(x)`
    fn then(&mut self, receiver: Operand, c: &ExprMethodCall) -> Operand {
        let span = c.method.span();
        let Some(some) = self.as_value(receiver, Some(&Ty::Bool), span) else { return Operand::Never };
        let held = self.expr(&c.args[0], None);
        if c.method == "then" {
            return self.if_some(some, span, |this| this.apply(&held, Vec::new(), None, span));
        }
        let held = self.settled(held, span);
        if matches!(held, Operand::Never) { held } else { Operand::Maybe(some, std::rc::Rc::new(held)) }
    }

    /// A method whose receiver is a scalar.
    pub(super) fn method_on_scalars(&mut self, name: &str, args: Vec<Operand>, span: Span) -> Operand {
        match name {
            "clone" | "to_owned" | "borrow" if args.len() == 1 => {
                return match args.into_iter().next() {
                    Some(a) => self.copied(a, CopyHow::Clone, span),
                    None => Operand::Never,
                };
            }
            "into" if args.len() == 1 => {
                self.sink.error(span, m::INTO, "");
                return Operand::Never;
            }
            _ => {}
        }
        if let Some(done) = self.numeric_method(name, &args, span) {
            return done;
        }
        let Some(first) = args.first() else { return Operand::Never };
        let ty = self.head_of(first);
        let mut is_int = self.func.types.is_int(&ty) || matches!(ty, Ty::Bool | Ty::Char | Ty::Str);
        // Floats have no such method, so a field of a type that is not seen is an integer of some kind.
        if matches!(ty, Ty::Var(_)) && OF_INTEGERS_ONLY.contains(&name) {
            let integer = self.func.types.fresh_of(Class::IntLiteral);
            is_int = self.func.types.unify(&ty, &integer);
        }
        if !is_int && (rules::lookup(name).is_some() || rules::refused(name).is_some()) {
            return self.primitive(name, args, None, span);
        }
        if !is_int && !self.func.types.is_float(&ty) {
            self.sink.error(span, m::UNKNOWN_METHOD, name);
            return Operand::Never;
        }
        if !is_int {
            self.sink.error(span, m::UNKNOWN_METHOD, name);
            return Operand::Never;
        }
        let mut values = Vec::new();
        for a in args {
            match self.as_value(a, None, span) {
                Some(v) => values.push(v),
                None => return Operand::Never,
            }
        }
        // `n.checked_sub(1)`: an option of a number.
        if CHECKED.contains(&name) {
            let option = self.func.types.fresh();
            let option = self.push_value(OpKind::Method(name.to_string(), values), option, span);
            let some = self.push_value(OpKind::Method("is_some".into(), vec![option]), Ty::Bool, span);
            let held = OpKind::Method("unwrap_or_default".into(), vec![option]);
            let held = self.push_value(held, peeled(&ty), span);
            return Operand::Maybe(some, std::rc::Rc::new(Operand::Value(held)));
        }
        let ty = match name {
            _ if OF_THE_SAME_TYPE.contains(&name) => {
                if matches!(
                    name,
                    "min"
                        | "max"
                        | "clamp"
                        | "rem_euclid"
                        | "div_euclid"
                        | "div_ceil"
                        | "saturating_sub"
                        | "saturating_add"
                        | "abs_diff"
                ) {
                    for v in &values[1..] {
                        let t = self.func.values[v.index()].ty.clone();
                        let _ = self.func.types.unify(&ty, &t);
                    }
                }
                peeled(&ty)
            }
            "is_power_of_two" | "is_positive" | "is_negative" | "is_ascii_digit" | "is_alphabetic"
            | "is_multiple_of" | "is_empty" | "starts_with" | "ends_with" | "is_numeric" | "is_whitespace" => Ty::Bool,
            "count_ones" | "count_zeros" | "leading_zeros" | "trailing_zeros" | "ilog2" | "ilog10" | "ilog" => {
                Ty::Int("u32")
            }
            "len" => Ty::USIZE,
            _ => self.func.types.fresh(),
        };
        Operand::Value(self.push_value(OpKind::Method(name.to_string(), values), ty, span))
    }

    /// A method of arrays, slices and Vecs. `None` where the name is none of theirs.
    fn sequence_method(&mut self, receiver: &Operand, c: &ExprMethodCall, name: &str, span: Span) -> Option<Operand> {
        let args: Vec<&Expr> = c.args.iter().collect();
        // By the name alone: these are no methods of scalars.
        let owned = receiver.clone();
        Some(match (name, args.len()) {
            ("len", 0) if !matches!(self.head_of(receiver), Ty::Str) => match self.len(owned, span) {
                Some(v) => Operand::Value(v),
                None => Operand::Never,
            },
            ("is_empty", 0) if !matches!(self.head_of(receiver), Ty::Str) => {
                let Some(n) = self.len(owned, span) else { return Some(Operand::Never) };
                let zero = self.index_lit(0, span);
                Operand::Value(self.binary(BinOp::Eq, n, zero, span))
            }
            ("iter" | "iter_mut" | "into_iter", 0) => {
                let base = self.viewed(owned, span)?;
                Operand::Iter(Box::new(match name {
                    "into_iter" => self.by_value_or_ref(base, span)?,
                    _ => Iter::Elements(base, name == "iter_mut"),
                }))
            }
            ("rchunks" | "rchunks_mut" | "rchunks_exact" | "rchunks_exact_mut", 1) => {
                let Some(size) = self.scalar(args[0], Some(&Ty::USIZE)) else { return Some(Operand::Never) };
                let base = self.viewed(owned, span)?;
                let exact = name.starts_with("rchunks_exact");
                Operand::Iter(Box::new(Iter::RChunks(base, size, exact, name.ends_with("mut"))))
            }
            ("chunks" | "chunks_mut" | "chunks_exact" | "chunks_exact_mut" | "windows", 1) => {
                let Some(size) = self.scalar(args[0], Some(&Ty::USIZE)) else { return Some(Operand::Never) };
                let base = self.viewed(owned, span)?;
                Operand::Iter(Box::new(match name {
                    "windows" => Iter::Windows(base, size),
                    _ => Iter::Chunks(base, size, name.starts_with("chunks_exact"), name.ends_with("mut")),
                }))
            }
            (
                "as_slice" | "as_mut_slice" | "as_ref" | "as_mut" | "as_deref" | "as_deref_mut" | "deref" | "by_ref",
                0,
            ) => match owned {
                Operand::Place(p) => Operand::Ref(p, name.contains("mut")),
                Operand::Owned(v) => Operand::Ref(Place::whole(v), name.contains("mut")),
                other => other,
            },
            ("clone", 0) if self.is_sequence(receiver) => self.copied(owned, CopyHow::Clone, span),
            ("to_vec" | "to_owned" | "into_vec", 0) if self.is_sequence(receiver) || name == "to_vec" => {
                self.copied(owned, CopyHow::ToVec, span)
            }
            ("split_at" | "split_at_mut", 1) => {
                let Some(at) = self.scalar(args[0], Some(&Ty::USIZE)) else { return Some(Operand::Never) };
                let left = self.project(owned.clone(), Proj::Range { lo: None, hi: Some(at), inclusive: false }, span);
                let right = self.project(owned, Proj::Range { lo: Some(at), hi: None, inclusive: false }, span);
                let mutable = name.ends_with("mut");
                Operand::Tuple(vec![left.referenced(mutable), right.referenced(mutable)])
            }
            ("swap", 2) => {
                let (Some(i), Some(j)) =
                    (self.scalar(args[0], Some(&Ty::USIZE)), self.scalar(args[1], Some(&Ty::USIZE)))
                else {
                    return Some(Operand::Never);
                };
                self.change(owned, span, |place| OpKind::SwapElements(place, i, j))
            }
            ("fill", 1) => {
                let want = self.ty_of(&owned).element().cloned();
                let Some(v) = self.scalar(args[0], want.as_ref()) else { return Some(Operand::Never) };
                self.change(owned, span, |place| OpKind::Fill(place, v))
            }
            ("reverse", 0) => self.change(owned, span, OpKind::ReverseSlice),
            // By the type too: integers have methods of these names.
            ("rotate_left" | "rotate_right", 1) if self.is_sequence(receiver) => {
                let Some(by) = self.scalar(args[0], Some(&Ty::USIZE)) else { return Some(Operand::Never) };
                self.change(owned, span, |place| OpKind::Rotate { place, by, left: name == "rotate_left" })
            }
            ("copy_from_slice" | "clone_from_slice" | "clone_from", 1) => {
                let source = self.expr(args[0], None);
                return Some(self.each(owned, span, |this, owned| {
                    this.each(source.clone(), span, |this, source| this.copy_from(name, owned.clone(), source, span))
                }));
            }
            ("push", 1) => {
                let place = self.as_place(owned, span)?;
                let ty = self.func.place_ty(&place);
                let head = peeled(&self.func.types.head(&ty));
                let elem = match &head {
                    Ty::Vec(e) => (**e).clone(),
                    _ => {
                        let e = self.func.types.fresh();
                        let _ = self.func.types.unify(&ty, &Ty::Vec(Box::new(e.clone())));
                        e
                    }
                };
                let value = self.expr(args[0], Some(&elem));
                let value = self.settled(value, start(args[0]));
                let got = self.ty_of(&value);
                let _ = self.func.types.unify(&elem, &got);
                let Some(init) = self.as_init(value, start(args[0])) else { return Some(Operand::Never) };
                self.touched(place.base);
                self.push(OpKind::Push(place, init), span);
                Operand::Unit
            }
            ("pop", 0) => self.popped(owned, span),
            ("truncate", 1) => {
                let Some(n) = self.scalar(args[0], Some(&Ty::USIZE)) else { return Some(Operand::Never) };
                self.change(owned, span, |place| OpKind::Truncate(place, n))
            }
            ("clear", 0) => {
                let zero = self.index_lit(0, span);
                self.change(owned, span, |place| OpKind::Truncate(place, zero))
            }
            ("resize", 2) => {
                let place = self.as_place(owned, span)?;
                let Some(n) = self.scalar(args[0], Some(&Ty::USIZE)) else { return Some(Operand::Never) };
                let elem = self.func.place_ty(&place).element().cloned();
                let value = self.expr(args[1], elem.as_ref());
                if let Some(elem) = elem {
                    let got = self.ty_of(&value);
                    let _ = self.func.types.unify(&elem, &got);
                }
                let Some(init) = self.as_repeated_init(value, start(args[1])) else { return Some(Operand::Never) };
                self.touched(place.base);
                self.push(OpKind::Resize(place, n, init), span);
                Operand::Unit
            }
            ("reserve" | "shrink_to_fit", _) => Operand::Unit,
            ("extend_from_slice" | "extend", 1) => {
                let place = self.as_place(owned, span)?;
                let source = self.expr(args[0], None);
                let Some(iter) = self.iterate(source, start(args[0])) else { return Some(Operand::Never) };
                self.for_each(iter, None, span, move |this, item| {
                    let item = this.settled(item, span);
                    let item = match item {
                        Operand::Ref(p, _) => this.copied(Operand::Place(p), CopyHow::Clone, span),
                        o => o,
                    };
                    let (elem, got) = (this.func.place_ty(&place).element().cloned(), this.ty_of(&item));
                    match elem {
                        Some(elem) => {
                            let _ = this.func.types.unify(&elem, &got);
                        }
                        None => {
                            let ty = this.func.place_ty(&place);
                            let _ = this.func.types.unify(&ty, &Ty::Vec(Box::new(peeled(&got))));
                        }
                    }
                    if let Some(init) = this.as_init(item, span) {
                        this.touched(place.base);
                        this.push(OpKind::Push(place.clone(), init), span);
                    }
                    Operand::Unit
                });
                Operand::Unit
            }
            ("contains", 1) if self.is_sequence(receiver) => {
                let iter = Iter::Elements(self.viewed(owned, span)?, false);
                let wanted = self.scalar(args[0], None)?;
                self.any(iter, span, false, |this, item| {
                    let v = this.as_value(item, None, span)?;
                    Some(this.binary(BinOp::Eq, v, wanted, span))
                })
            }
            (
                "first" | "last" | "first_mut" | "last_mut" | "split_first" | "split_last" | "split_first_mut"
                | "split_last_mut" | "get" | "get_mut",
                0 | 1,
            ) if self.is_sequence(receiver) || matches!(self.head_of(receiver), Ty::Var(_)) => {
                let base = self.viewed(owned, span)?;
                return Some(self.element_if_there(base, name, args.first().copied(), span));
            }
            ("sort" | "sort_unstable", 0)
            | ("sort_by" | "sort_unstable_by" | "sort_by_key" | "sort_unstable_by_key" | "sort_by_cached_key", 1)
                if self.is_sequence(receiver) || matches!(self.head_of(receiver), Ty::Var(_)) =>
            {
                let base = self.viewed(owned, span)?;
                return Some(self.sort(base, name, args.first().copied(), span));
            }
            ("select_nth_unstable" | "select_nth_unstable_by" | "select_nth_unstable_by_key", _) => {
                self.sink.error(span, m::SELECT_NTH, name);
                Operand::Never
            }
            (
                "dedup" | "retain" | "drain" | "insert" | "remove" | "swap_remove" | "concat" | "join" | "iter_sum"
                | "split_off" | "append",
                _,
            ) if self.is_sequence(receiver) => {
                self.sink.error(span, m::SEQUENCE_METHOD, name);
                Operand::Never
            }
            ("map", 1) if self.is_sequence(receiver) => {
                // `[a, b].map(f)`
                let f = self.expr(args[0], None);
                let place = self.as_place(owned, span)?;
                let ty = self.func.place_ty(&place);
                let Ty::Array(_, crate::ir::ty::Len::Known(n)) = peeled(&self.func.types.resolve(&ty)) else {
                    self.sink.error(span, m::SEQUENCE_METHOD, name);
                    return Some(Operand::Never);
                };
                let Ok(n) = n.parse::<usize>() else {
                    self.sink.error(span, m::SEQUENCE_METHOD, name);
                    return Some(Operand::Never);
                };
                let mut elems = Vec::new();
                let elem = self.func.types.fresh();
                for i in 0..n {
                    let i = self.index_lit(i, span);
                    let item = self.settled(Operand::Place(place.then(Proj::Index(i))), span);
                    // A buffer of the closure's may change in the next call.
                    let got = self.apply(&f, vec![item], None, span);
                    let got = self.secured(got, span);
                    let ty = self.ty_of(&got);
                    let _ = self.func.types.unify(&elem, &ty);
                    match self.as_init(got, span) {
                        Some(init) => elems.push(init),
                        None => return Some(Operand::Never),
                    }
                }
                Operand::Fresh(
                    Init::List { elems, vec: false },
                    Ty::Array(Box::new(elem), crate::ir::ty::Len::Known(n.to_string())),
                )
            }
            _ => {
                if self.is_sequence(receiver) && !matches!(name, "clone" | "to_owned") {
                    self.sink.error(span, m::SEQUENCE_METHOD, c.method.to_token_stream().to_string());
                    return Some(Operand::Never);
                }
                return None;
            }
        })
    }

    /// `place.copy_from_slice(source)`, `clone_from_slice`, `clone_from`.
    fn copy_from(&mut self, name: &str, place: Operand, source: Operand, span: Span) -> Operand {
        let (Some(place), Some(source)) = (self.as_place(place, span), self.as_place(source, span)) else {
            return Operand::Never;
        };
        let (a, b) = (self.func.place_ty(&place), self.func.place_ty(&source));
        let _ = self.func.types.unify(&a, &b);
        self.touched(place.base);
        let source = if source.base == place.base {
            // Two views of one variable: the source is copied first.
            let ty = peeled(&b);
            let elem = self.func.types.resolve(&ty).element().cloned().unwrap_or(Ty::F64);
            let init = Init::Copy { from: source, how: CopyHow::ToVec };
            Place::whole(self.declare("view", Ty::Vec(Box::new(elem)), init, span))
        } else {
            source
        };
        if name == "clone_from" {
            // The lengths may differ: a new value, not new elements.
            let how = CopyHow::Clone;
            self.push(OpKind::Store(place, Init::Copy { from: source, how }), span);
        } else {
            self.push(OpKind::CopyFrom(place, source), span);
        }
        Operand::Unit
    }

    /// An operation that changes a place; of references chosen at run time, whichever it is.
    pub(super) fn change(&mut self, operand: Operand, span: Span, mut kind: impl FnMut(Place) -> OpKind) -> Operand {
        self.each(operand, span, |this, operand| {
            let Some(place) = this.as_place(operand, span) else { return Operand::Never };
            this.touched(place.base);
            this.push(kind(place), span);
            Operand::Unit
        })
    }

    /// Does something with an operand; of references chosen at run time, with whichever it is.
    pub(super) fn each(
        &mut self,
        operand: Operand,
        span: Span,
        mut f: impl FnMut(&mut Self, Operand) -> Operand,
    ) -> Operand {
        match operand {
            Operand::Choice(which, of) => {
                self.choose(which, &of, span, |this, o| Some(f(this, o))).unwrap_or(Operand::Never)
            }
            one => f(self, one),
        }
    }

    /// Whether a method is one of a user's type. Of what is known by name only, all are but those that every type has; of
    /// what is open those that no number and no sequence has.
    pub(super) fn is_user_method(&mut self, receiver: &Operand, name: &str) -> bool {
        if let Operand::Fresh(_, ty) = receiver {
            let ty = self.func.types.resolve(ty);
            if self.listed_method(&ty, name).is_some() {
                return true;
            }
        }
        if matches!(receiver, Operand::Tuple(_) | Operand::Closure(_)) {
            return false;
        }
        match self.head_of(receiver) {
            ty @ Ty::Other(_) if self.listed_method(&ty, name).is_some() => true,
            Ty::Other(_) => !matches!(name, "clone" | "to_owned" | "borrow" | "as_ref" | "as_mut" | "into"),
            ty @ Ty::Var(_) => {
                self.func.types.class(&ty) == Some(Class::Any)
                    && rules::lookup(name).is_none()
                    && rules::refused(name).is_none()
                    && !OF_STD.contains(&name)
            }
            _ => false,
        }
    }

    /// Whether `cmp` and the like of an operand are those of numbers or of tuples of them.
    fn is_compared(&mut self, operand: &Operand) -> bool {
        match self.head_of(operand) {
            Ty::Other(_) | Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) | Ty::Option(_) | Ty::Result(..) => false,
            Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Tuple(_) | Ty::Var(_) => true,
            Ty::Unit | Ty::Str | Ty::Ref(..) => false,
        }
    }

    /// Whether the operand is known to be an array, a slice or a Vec.
    pub(super) fn is_sequence(&mut self, operand: &Operand) -> bool {
        matches!(self.head_of(operand), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_))
    }

    /// A sequence as something whose elements can be visited many times: in a variable if it is fresh.
    pub(super) fn viewed(&mut self, operand: Operand, span: Span) -> Option<Operand> {
        match operand {
            Operand::Place(_) | Operand::Ref(..) | Operand::Choice(..) => Some(operand),
            Operand::Tuple(_) => {
                self.sink.error(span, m::NOT_ITERABLE, "");
                None
            }
            other => self.as_place(other, span).map(Operand::Place),
        }
    }
}
