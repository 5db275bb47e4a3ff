//! What `order = 2` adds: products with the Hessian, the Hessian, and `grad` and `value_and_grad` as functions that other
//! differentiated functions call.
//!
//! All of it is the reverse sweep of the tangent, with the cotangents `(0, 1)` of value and tangent:
//!
//! ```text
//! pub fn hvp(x: &[f64], x_dot: &[f64]) -> Vec<f64> {
//!     let mut x_bar = zero(x);
//!     let (_, reverse) = Self::tangent_forward(x, x_dot.to_vec(), (Active, Const));
//!     reverse((x, ()), (&mut x_bar, Const), (0.0, 1.0));
//!     x_bar
//! }
//! ```

use super::api::{Api, is_slice};
use super::pullback::Pushed;
use crate::ir::ty::Ty;
use crate::signature::{Param, Passing, Role};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

impl Api<'_> {
    /// The items of a function whose result is a float.
    pub fn second_order(&self) -> TokenStream {
        let nested = [false, true].map(|value| self.nested(value));
        let (hvp, hessian) = (self.hvp(), self.hessian());
        quote!(#hvp #hessian #(#nested)*)
    }

    /// The number of type parameters of tangents that are arguments.
    fn dots(&self) -> usize {
        self.sig.params.iter().filter(|p| p.constant() || p.mode != Passing::MutRef).count()
    }

    /// The tangents that are in scope by the names of [`Signature::dot`], as the tangent's functions take them.
    fn owned_dots(&self, of: &dyn Fn(usize, &Param) -> TokenStream) -> Vec<TokenStream> {
        let krate = self.krate;
        self.each(|i, p| match (p.role, p.mode) {
            (Role::Active, _) => of(i, p),
            (Role::Inert | Role::Constant, _) => quote!(#krate::Const),
        })
    }

    /// `(Active, Const, Const, Const)`: of the arguments those that can be, of the tangents all or none.
    fn kinds_of_both(&self, dots: bool) -> TokenStream {
        let krate = self.krate;
        let active = |yes: bool| if yes { quote!(#krate::Active) } else { quote!(#krate::Const) };
        let args = self.each(|_, p| active(!p.constant()));
        let dots = self.each(|_, p| active(!p.constant() && (dots || p.mode == Passing::MutRef)));
        quote!((#(#args,)* #(#dots,)*))
    }

    /// What the reverse half takes again: shared references, and nothing for tangents.
    fn again_of_both(&self) -> TokenStream {
        let again = self.each(|_, p| if p.mode == Passing::SharedRef { p.name.to_token_stream() } else { quote!(()) });
        let dots = self.each(|_, _| quote!(()));
        quote!((#(#again,)* #(#dots,)*))
    }

    fn hvp(&self) -> TokenStream {
        let [zero, one] = ["0.0", "1.0"].map(|n| self.result_float(n));
        let Api { sig, krate, vis, args, generics, wheres, .. } = self;
        let function = format!("{}::hvp", sig.ident);
        let Pushed { point, directions, checks } = self.pushed(&function, "direction");
        let bars = self.each_active(|i, p| {
            let (bar, ty, zero) = (sig.bar(i), sig.gradient_ty(i), self.zero(p));
            quote!(let mut #bar: #ty = #zero;)
        });
        let owned = self.owned_dots(&|i, p| {
            let dot = sig.dot(i);
            match p.mode {
                Passing::ByValue => dot.to_token_stream(),
                Passing::SharedRef => quote!(::std::borrow::ToOwned::to_owned(#dot)),
                Passing::MutRef => quote!(&mut *#dot),
            }
        });
        // What flows to the directions is the gradient, which is not asked for; a `&mut` one has a shadow all the same.
        let dot_bar = |i: usize| sig.fresh(&format!("{}_bar", sig.dot(i)));
        let mut_bars = self.params().filter(|(_, p)| p.is_active_mut()).map(|(i, p)| {
            let (bar, zero) = (dot_bar(i), self.zero(p));
            quote!(let mut #bar = #zero;)
        });
        let shadows = self.each(|i, p| {
            let bar = sig.bar(i);
            if p.constant() { quote!(#krate::Const) } else { quote!(&mut #bar) }
        });
        let dot_shadows = self.each(|i, p| {
            let bar = dot_bar(i);
            if p.is_active_mut() { quote!(&mut #bar) } else { quote!(#krate::Const) }
        });
        let result = Self::bare_or_tuple(&self.each_active(|i, _| sig.bar(i).to_token_stream()));
        let (gradient, kinds, again) = (self.gradient_ty(), self.kinds_of_both(false), self.again_of_both());
        let (before, after) = self.constant_fields(|i, p| {
            let bar = sig.bar(i);
            if is_slice(p) { quote!(&mut #bar[..]) } else { quote!(&mut #bar) }
        });
        let cleaned = self.cleaned();
        let (name, forward, receiver) = (self.own("hvp"), self.own("tangent_forward"), self.receiver());
        let (reverse, fish) = (sig.fresh("reverse"), self.turbofish(self.dots() + 2 * args.len()));
        quote! {
            /// The product of the Hessian with a direction, in the shape of the gradient; arguments and directions as those of `jvp`.
            #[inline]
            #vis fn #name<#(#generics),*>(#point #directions) -> #gradient #wheres {
                #receiver
                #checks
                #cleaned
                #(#bars)*
                #(#mut_bars)*
                #before
                let (_, #reverse) = Self::#forward #fish(#(#args,)* #(#owned,)* #kinds);
                #reverse(#again, (#(#shadows,)* #(#dot_shadows,)*), (#zero, #one));
                #after
                #result
            }
        }
    }

    /// The Hessian by one product for each column. Rows and columns are the floats of the active arguments in order.
    fn hessian(&self) -> TokenStream {
        let [zero, one] = ["0.0", "1.0"].map(|n| self.result_float(n));
        let Api { sig, krate, vis, args, decls, generics, wheres, .. } = self;
        let columns: Vec<(usize, &Param)> = self.params().filter(|(_, p)| p.is_column()).collect();
        let replay = super::jacobian::can_replay(self) && self.params().all(|(_, p)| !p.is_active_mut());
        if columns.is_empty() || columns.len() > 12 || !replay {
            return TokenStream::new();
        }
        let zeros = columns.iter().map(|(_, p)| self.zero(p));
        let tys = columns.iter().map(|(i, _)| sig.gradient_ty(*i));
        let place = |i: usize| columns.iter().position(|(j, _)| *j == i).map(syn::Index::from);
        let pass = self.each(|_, p| match p.mode {
            Passing::ByValue if super::jacobian::is_number(&p.ty) => p.name.to_token_stream(),
            Passing::ByValue => {
                let name = &p.name;
                quote!(::core::clone::Clone::clone(&#name))
            }
            Passing::SharedRef => p.name.to_token_stream(),
            Passing::MutRef => {
                let name = &p.name;
                quote!(&mut *#name)
            }
        });
        let [matrix, reverse] = ["matrix", "reverse"].map(|n| sig.fresh(n));
        let owned = self.owned_dots(&|i, _| {
            let at = place(i);
            quote!(::core::clone::Clone::clone(&#matrix.direction.#at))
        });
        let shadows = self.each(|i, p| match (p.constant(), place(i)) {
            (false, Some(at)) => quote!(&mut #matrix.row.#at),
            _ => quote!(#krate::Const),
        });
        let dot_shadows = self.each(|_, _| quote!(#krate::Const));
        let (kinds, again) = (self.kinds_of_both(false), self.again_of_both());
        let (forward, receiver, core) = (self.own("tangent_forward"), self.receiver(), self.own("hessian_matrix"));
        let (fish, own_fish) = (self.turbofish(self.dots() + 2 * args.len()), self.turbofish(0));
        let (into, hessian) = (self.own("hessian_into"), self.own("hessian"));
        let many = self.allow_many(args.len() + 1);
        let out: Ident = sig.fresh("out");
        let function = format!("{}::hessian_into", sig.ident);
        let mut tokens = quote! {
            #many
            fn #core<#(#generics),*>(#(#decls),*) -> #krate::Hessian<(#(#tys,)*)> #wheres {
                #receiver
                let mut #matrix = #krate::Hessian::new((#(#zeros,)*));
                while #matrix.next_row() {
                    let (_, #reverse) = Self::#forward #fish(#(#pass,)* #(#owned,)* #kinds);
                    #reverse(#again, (#(#shadows,)* #(#dot_shadows,)*), (#zero, #one));
                    #matrix.keep_row();
                }
                #matrix
            }
            /// The Hessian, row-major over the floats of all active arguments in order, overwrites the buffer; panics if that has not its size.
            #[inline]
            #many
            #vis fn #into<#(#generics),*>(#(#decls,)* #out: &mut [f64]) #wheres {
                #receiver
                Self::#core #own_fish(#(#args),*).copy_into(#out, #function);
            }
        };
        if cfg!(feature = "ndarray") {
            let n = columns.len();
            let array = quote!(#krate::ndarray::Array2<f64>);
            let row = Self::bare_or_tuple(&vec![array.clone(); n]);
            let ty = Self::bare_or_tuple(&vec![row; n]);
            let at = |i: usize, j: usize| quote!(#matrix.block(#i, #j));
            let rows: Vec<_> =
                (0..n).map(|i| Self::bare_or_tuple(&(0..n).map(|j| at(i, j)).collect::<Vec<_>>())).collect();
            let all = Self::bare_or_tuple(&rows);
            tokens.extend(quote! {
                /// The Hessian: one matrix for one active argument, a tuple of tuples of blocks for several.
                #[inline]
                #many
                #vis fn #hessian<#(#generics),*>(#(#decls),*) -> #ty #wheres {
                    #receiver
                    let #matrix = Self::#core #own_fish(#(#args),*);
                    #all
                }
            });
        }
        tokens
    }

    /// Whether the type of an argument may have constant fields.
    fn has_constants(&self, p: &Param) -> bool {
        p.role == Role::Active && super::jacobian::only_named(&p.ty)
    }

    /// The derivative forms of `grad`, or of `value_and_grad`, by the calling convention.
    ///
    /// ```text
    /// fn grad_tangent(x, (x_dot,)) -> (G, G_dot)            G_dot = H x_dot
    /// fn grad_forward(x, kinds) -> (G, reverse)             reverse(.., (x_bar,), G_bar): x_bar += H G_bar
    /// ```
    fn nested(&self, value: bool) -> TokenStream {
        let [zero, one] = ["0.0", "1.0"].map(|n| self.result_float(n));
        let Api { sig, krate, vis, args, decls, generics, wheres, output, .. } = self;
        let prefix = if value { "value_and_grad" } else { "grad" };
        if sig.params.iter().any(|p| p.mode == Passing::MutRef) {
            return TokenStream::new();
        }
        let own = |name: &str| self.own(&format!("{prefix}_{name}"));
        let gradient = self.gradient_ty();
        let result_ty = if value { quote!((#output, #gradient)) } else { gradient.clone() };
        let dot_bar = |i: usize| sig.fresh(&format!("{}_bar", sig.dot(i)));
        let [y, y_dot, reverse, seed, kept] = ["y", "dy", "reverse", "seed", "kept"].map(|n| sig.fresh(n));
        let (forward, fish) = (self.own("tangent_forward"), self.turbofish(self.dots() + 2 * args.len()));
        let again = self.again_of_both();
        let receiver = self.receiver();
        // Forward mode.
        let dot_tys = self.each(|i, p| {
            let ty = sig.shadow_ty(i);
            match p.role {
                Role::Constant => quote!(impl #krate::ConstantParameter),
                Role::Active | Role::Inert => quote!(impl #krate::TangentOf<#ty>),
            }
        });
        let dots: Vec<_> = self.params().map(|(i, _)| sig.dot(i)).collect();
        let zeros: Vec<_> = self.each_active(|i, p| {
            let (bar, zero, ty) = (sig.bar(i), self.zero(p), sig.gradient_ty(i));
            quote!(let mut #bar: #ty = #zero;)
        });
        let dot_zeros: Vec<_> = self.each_active(|i, p| {
            let (bar, zero, ty) = (dot_bar(i), self.zero(p), sig.gradient_ty(i));
            quote!(let mut #bar: #ty = #zero;)
        });
        // The constant fields of a gradient are copies of the argument's, and so are those of its tangent.
        let copies: Vec<(usize, &Param)> = self.params().filter(|(_, p)| self.has_constants(p)).collect();
        let direction = |i: usize| sig.fresh(&format!("{}_direction", sig.params[i].name));
        let kept_dot = |i: usize| sig.fresh(&format!("{}_constants", sig.dot(i)));
        let (of_arguments, to_gradients) = self.constant_fields(|i, _| {
            let bar = dot_bar(i);
            quote!(&mut #bar)
        });
        // A direction is made before its argument is moved away.
        let moves =
            |p: &Param| p.role == Role::Active && p.mode == Passing::ByValue && !super::jacobian::is_number(&p.ty);
        let of_directions = self.params().filter(|(_, p)| self.has_constants(p) || moves(p)).map(|(i, p)| {
            let (dot, zero, direction, kept, ty) =
                (sig.dot(i), self.zero(p), direction(i), kept_dot(i), sig.gradient_ty(i));
            let kept = self.has_constants(p).then(|| quote!(let #kept = #krate::constants::constants_of(&#direction);));
            quote! {
                let #direction: #ty = #dot.present().map_or_else(|| #zero, ::std::borrow::ToOwned::to_owned);
                #kept
            }
        });
        let to_tangents = copies.iter().map(|&(i, _)| {
            let (bar, kept) = (sig.bar(i), kept_dot(i));
            quote!(#krate::constants::restore(&mut #bar, &#kept);)
        });
        let owned = self.owned_dots(&|i, p| {
            let (dot, zero) = (sig.dot(i), self.zero(p));
            if self.has_constants(p) || moves(p) {
                return direction(i).to_token_stream();
            }
            quote!(#dot.present().map_or_else(|| #zero, ::std::borrow::ToOwned::to_owned))
        });
        let shadows = self.each(|i, p| {
            let bar = sig.bar(i);
            if p.constant() { quote!(#krate::Const) } else { quote!(&mut #bar) }
        });
        let dot_shadows = self.each(|i, p| {
            let bar = dot_bar(i);
            if p.constant() { quote!(#krate::Const) } else { quote!(&mut #bar) }
        });
        let bars = Self::bare_or_tuple(&self.each_active(|i, _| sig.bar(i).to_token_stream()));
        let dot_bars = Self::bare_or_tuple(&self.each_active(|i, _| dot_bar(i).to_token_stream()));
        let tangent_result =
            if value { quote!(((#y, #dot_bars), (#y_dot, #bars))) } else { quote!((#dot_bars, #bars)) };
        let unused = self.params().filter(|(_, p)| p.constant()).map(|(i, _)| sig.dot(i));
        let kinds = self.kinds_of_both(true);
        let name = own("tangent");
        let many = self.allow_many(args.len() + 1);
        let bound_y = if value { quote!((#y, #y_dot)) } else { quote!(_) };
        let tangent = quote! {
            #[doc(hidden)]
            #[inline]
            #many
            #vis fn #name<#(#generics),*>(#(#decls,)* (#(#dots,)*): (#(#dot_tys,)*)) -> (#result_ty, #result_ty) #wheres {
                #[allow(unused_imports)]
                use #krate::TangentOf as _;
                #receiver
                #(let _ = #unused;)*
                #(#zeros)*
                #(#dot_zeros)*
                #of_arguments
                #(#of_directions)*
                let (#bound_y, #reverse) = Self::#forward #fish(#(#args,)* #(#owned,)* #kinds);
                #reverse(#again, (#(#shadows,)* #(#dot_shadows,)*), (#zero, #one));
                #to_gradients
                #(#to_tangents)*
                #tangent_result
            }
        };
        // Reverse mode: the arguments are kept, and all is computed in the reverse sweep.
        let kind_names: Vec<_> = self.params().map(|(i, _)| sig.kind(i)).collect();
        let bounds = self.each(|i, p| {
            let kind = &kind_names[i];
            match p.role {
                Role::Constant => quote!(#kind: #krate::ConstantParameter),
                Role::Active | Role::Inert => quote!(#kind: #krate::Kind),
            }
        });
        let shadow_tys = self.each(|i, p| {
            let (kind, ty) = (&kind_names[i], sig.shadow_ty(i));
            match p.role {
                Role::Constant if p.ty.shadow().is_none() => quote!(#krate::Const),
                _ => quote!(<#kind as #krate::Kind>::Shadow<'_, #ty>),
            }
        });
        let again_ty = self.again(|p| crate::signature::anonymous(&p.syntax).to_token_stream());
        let actives = self.each_active(|i, _| sig.gradient_ty(i).to_token_stream());
        let one_slice = match &self.params().filter(|(_, p)| !p.constant()).collect::<Vec<_>>()[..] {
            [(_, p)] if is_slice(p) => match p.ty.shadow() {
                Some(Ty::Slice(e)) => Some(e.to_token_stream()),
                _ => None,
            },
            _ => None,
        };
        let gradient_seed = match (&one_slice, value) {
            (Some(e), false) => quote!(&[#e]),
            _ => Self::bare_or_tuple(&actives),
        };
        let seed_ty = if value { quote!((#output, #gradient_seed)) } else { gradient_seed };
        let seed_names = self.each_active(|i, _| sig.dot(i).to_token_stream());
        let seed_pattern = Self::bare_or_tuple(&seed_names);
        let (open_seed, first) = if value {
            (quote!(let (#y_dot, #seed_pattern) = #seed;), quote!(#y_dot))
        } else {
            (quote!(let #seed_pattern = #seed;), zero.clone())
        };
        let owned = self.owned_dots(&|i, _| {
            let dot = sig.dot(i);
            if self.has_constants(&sig.params[i]) {
                return direction(i).to_token_stream();
            }
            if one_slice.is_some() && !value { quote!(#dot.to_vec()) } else { dot.to_token_stream() }
        });
        let take = copies.iter().map(|&(i, _)| {
            let (dot, direction, kept) = (sig.dot(i), direction(i), kept_dot(i));
            let dot = if one_slice.is_some() && !value { quote!(#dot.to_vec()) } else { dot.to_token_stream() };
            quote!(let mut #direction = #dot; let #kept = #krate::constants::taken(&mut #direction);)
        });
        let give = copies.iter().map(|&(i, p)| {
            let (bar, kept) = (sig.bar(i), kept_dot(i));
            let give = if is_slice(p) { quote!(give_slice) } else { quote!(give) };
            quote!(#krate::constants::#give(#bar.present(), &#kept);)
        });
        let keep: Vec<_> = self.params().filter(|(_, p)| p.mode == Passing::ByValue).map(|(_, p)| &p.name).collect();
        let again_names =
            self.each(|_, p| if p.mode == Passing::SharedRef { p.name.to_token_stream() } else { quote!(_) });
        let bar_names = self.each(|i, p| {
            let bar = sig.bar(i);
            if p.constant() { quote!(_) } else { quote!(mut #bar) }
        });
        let reverse_kinds = {
            let args = self.each(|i, p| {
                let kind = &kind_names[i];
                if p.constant() {
                    quote!(#krate::Const)
                } else {
                    quote!(<#kind as ::core::default::Default>::default())
                }
            });
            let dots = self.each(|_, _| quote!(#krate::Const));
            quote!((#(#args,)* #(#dots,)*))
        };
        let reverse_shadows = self.each(|i, p| {
            let bar = sig.bar(i);
            if p.constant() { quote!(#krate::Const) } else { quote!(#bar.reborrow()) }
        });
        let const_shadows = self.each(|_, _| quote!(#krate::Const));
        let (name, primal, own_fish) = (own("forward"), self.own(prefix), self.turbofish(0));
        let captured = self.captured_args();
        let forward_fn = quote! {
            #[doc(hidden)]
            #[inline]
            #many
            #vis fn #name<#(#generics,)* #(#bounds),*>(#(#decls,)* _: (#(#kind_names,)*)) -> (
                #result_ty,
                impl Fn(#again_ty, (#(#shadow_tys,)*), #seed_ty) + use<#(#captured,)* #(#kind_names),*>,
            ) #wheres {
                #[allow(unused_imports)]
                use #krate::{Kind as _, Shadow as _};
                #receiver
                let #kept = (#(::core::clone::Clone::clone(&#keep),)*);
                let #y = Self::#primal #own_fish(#(#args),*);
                (#y, move |(#(#again_names,)*): _, (#(#bar_names,)*), #seed| {
                    let (#(#keep,)*) = ::core::clone::Clone::clone(&#kept);
                    #open_seed
                    #(#take)*
                    let (_, #reverse) = Self::#forward #fish(#(#args,)* #(#owned,)* #reverse_kinds);
                    #reverse(#again, (#(#reverse_shadows,)* #(#const_shadows,)*), (#first, #one));
                    #(#give)*
                })
            }
        };
        quote!(#tangent #forward_fn)
    }
}
