//! `grad`, `value_and_grad` and `value_and_grad_into` of scalar functions.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::api::{Api, changes_shape, is_slice};
use crate::signature::Param;

impl Api<'_> {
    pub fn grad(&self) -> TokenStream {
        let Api { vis, args, decls, generics, wheres, .. } = self;
        let gradient = self.gradient_ty();
        let many = self.allow_many(args.len());
        let (grad, both, receiver) = (self.own("grad"), self.own("value_and_grad"), self.receiver());
        let fish = self.turbofish(0);
        quote! {
            /// The gradient with respect to the active arguments: bare for one, a tuple for several.
            #[inline]
            #many
            #vis fn #grad<#(#generics),*>(#(#decls),*) -> #gradient #wheres {
                #receiver
                Self::#both #fish(#(#args),*).1
            }
        }
    }

    /// What `grad` and its kin are for a function whose result is no scalar: a bound that nothing fulfils, and that
    /// says where to go instead.
    ///
    /// ```text
    /// #[doc(hidden)]
    /// pub fn grad(xs: &[f64]) -> Vec<f64> where for<'scalar> Vec<f64>: missing::ScalarResult<'scalar> { missing::never() }
    /// ```
    pub fn no_gradient(&self) -> TokenStream {
        let Api { sig, krate, vis, decls, generics, output, .. } = self;
        let gradient = self.gradient_ty();
        let wheres = sig.generics.where_clause.as_ref().map(|w| w.predicates.iter());
        let wheres: Vec<_> = wheres.into_iter().flatten().collect();
        let bound = quote!(where #(#wheres,)* for<'scalar> #output: #krate::missing::ScalarResult<'scalar>);
        let outs = self.each_active(|i, _| {
            let ty = sig.shadow_ty(i);
            quote!(_: &mut #ty)
        });
        let unnamed: Vec<_> = self
            .sig
            .params
            .iter()
            .map(|p| {
                let ty = &p.syntax;
                if p.receiver { quote!(self: #ty) } else { quote!(_: #ty) }
            })
            .collect();
        let [grad, both, into] = ["grad", "value_and_grad", "value_and_grad_into"].map(|n| self.own(n));
        let many = self.allow_many(decls.len() + outs.len());
        quote! {
            #[doc(hidden)]
            #vis fn #grad<#(#generics),*>(#(#unnamed),*) -> #gradient #bound { #krate::missing::never() }
            #[doc(hidden)]
            #vis fn #both<#(#generics),*>(#(#unnamed),*) -> (#output, #gradient) #bound { #krate::missing::never() }
            #[doc(hidden)]
            #many
            #vis fn #into<#(#generics),*>(#(#unnamed,)* #(#outs),*) -> #output #bound { #krate::missing::never() }
        }
    }

    /// Calls the function and its reverse with shadows that are in scope; gives the value. `late` are the statements
    /// that make the shadows of `&mut Vec`s, which have the shape of the final value.
    fn joint(&self, late: &[TokenStream], shadows: &[TokenStream]) -> TokenStream {
        let Api { sig, args, .. } = self;
        let one = self.result_float("1.0");
        if late.is_empty() {
            let fish = self.turbofish(0);
            let adjoint = self.own("adjoint");
            return quote!(Self::#adjoint #fish(#(#args,)* #(#shadows,)* #one));
        }
        let (y, reverse, fish) = (sig.fresh("y"), sig.fresh("reverse"), self.turbofish(args.len()));
        let (kinds, again) = (self.kinds(), self.again(|p| p.name.to_token_stream()));
        let forward = self.own("forward");
        quote! {{
            let (#y, #reverse) = Self::#forward #fish(#(#args,)* #kinds);
            #(#late)*
            #reverse(#again, (#(#shadows,)*), #one);
            #y
        }}
    }

    pub fn value_and_grad(&self) -> TokenStream {
        let Api { sig, vis, decls, generics, wheres, output, .. } = self;
        let gradient = self.gradient_ty();
        let make = |i: usize, p: &Param| {
            let (bar, ty, zero) = (sig.bar(i), sig.gradient_ty(i), self.zero(p));
            quote!(let mut #bar: #ty = #zero;)
        };
        let early: Vec<_> =
            self.params().filter(|(_, p)| !p.constant() && !changes_shape(p)).map(|(i, p)| make(i, p)).collect();
        let late: Vec<_> = self.params().filter(|(_, p)| !p.constant() && changes_shape(p)).collect();
        let late_bars = late.iter().map(|(i, _)| sig.bar(*i));
        let declare = if late.is_empty() { quote!() } else { quote!(#(let mut #late_bars;)*) };
        let late: Vec<_> = late
            .iter()
            .map(|(i, p)| {
                let (bar, zero) = (sig.bar(*i), self.zero(p));
                quote!(#bar = #zero;)
            })
            .collect();
        let shadows = self.each(|i, p| {
            let bar = sig.bar(i);
            if p.constant() { self.no_shadow(i) } else { quote!(&mut #bar) }
        });
        let joint = self.joint(&late, &shadows);
        let result = Self::bare_or_tuple(&self.each_active(|i, _| sig.bar(i).to_token_stream()));
        let value = sig.fresh("value");
        let (before, after) = self.constant_fields(|i, p| {
            let bar = sig.bar(i);
            if is_slice(p) { quote!(&mut #bar[..]) } else { quote!(&mut #bar) }
        });
        let many = self.allow_many(decls.len());
        let (name, receiver, values) = (self.own("value_and_grad"), self.receiver(), self.values(true));
        quote! {
            /// The value, and the gradient as of `grad`; the final cotangents of `&mut` arguments are zero.
            #[inline]
            #many
            #vis fn #name<#(#generics),*>(#(#decls),*) -> (#output, #gradient) #wheres {
                #receiver
                #values
                #(#early)*
                #declare
                #before
                let #value = #joint;
                #after
                (#value, #result)
            }
        }
    }

    pub fn value_and_grad_into(&self) -> TokenStream {
        let Api { sig, vis, decls, generics, wheres, output, .. } = self;
        let outs = self.each_active(|i, _| {
            let (bar, ty) = (sig.bar(i), sig.shadow_ty(i));
            quote!(#bar: &mut #ty)
        });
        let function = format!("{}::value_and_grad_into", sig.ident);
        let clear = |i: usize, p: &Param| self.cleared(i, p, &function);
        let active = |grow: bool| {
            self.params().filter(|(_, p)| !p.constant() && changes_shape(p) == grow).map(|(i, p)| clear(i, p)).collect()
        };
        let (early, late): (Vec<_>, Vec<_>) = (active(false), active(true));
        let shadows = self.each(|i, p| {
            let bar = sig.bar(i);
            if p.constant() { self.no_shadow(i) } else { quote!(&mut *#bar) }
        });
        let joint = self.joint(&late, &shadows);
        let many = self.allow_many(decls.len() + outs.len());
        let (name, receiver, values) = (self.own("value_and_grad_into"), self.receiver(), self.values(true));
        let (before, after) = self.constant_fields(|i, _| {
            let bar = sig.bar(i);
            quote!(#bar)
        });
        let value = sig.fresh("value");
        let joint = if before.is_empty() { joint } else { quote!(#before let #value = #joint; #after #value) };
        quote! {
            /// The value; the gradient overwrites one buffer per active argument; panics if one has not its argument's length.
            #[inline]
            #many
            #vis fn #name<#(#generics),*>(#(#decls,)* #(#outs),*) -> #output #wheres {
                #receiver
                #values
                #(#early)*
                #joint
            }
        }
    }

    /// The gradient with memory that the caller has kept from the last one.
    ///
    /// ```text
    /// pub fn value_and_grad_with(workspace: &mut Workspace, xs: &[f64]) -> (f64, Vec<f64>) {
    ///     workspace.run(move || Self::value_and_grad(xs))
    /// }
    /// ```
    pub fn with_workspace(&self) -> TokenStream {
        let Api { sig, krate, vis, args, decls, generics, wheres, output, .. } = self;
        let (own, fish) = (sig.fresh("workspace"), self.turbofish(0));
        let (make, both, into) = (self.own("workspace"), self.own("value_and_grad"), self.own("value_and_grad_into"));
        let (both_with, into_with) = (self.own("value_and_grad_with"), self.own("value_and_grad_into_with"));
        let outs: Vec<_> = self.each_active(|i, _| {
            let (bar, ty) = (sig.bar(i), sig.shadow_ty(i));
            quote!(#bar: &mut #ty)
        });
        let bars = self.each_active(|i, _| sig.bar(i).to_token_stream());
        let gradient = self.gradient_ty();
        // The receiver stands first.
        let (first, rest) = decls.split_at(usize::from(sig.params.first().is_some_and(|p| p.receiver)));
        let pass = self.each(|_, p| if p.receiver { quote!(self) } else { p.name.to_token_stream() });
        let many = self.allow_many(args.len() + 1);
        let many_into = self.allow_many(args.len() + outs.len() + 1);
        quote! {
            /// Memory for the gradients of this function, one after another.
            #vis fn #make() -> #krate::Workspace { #krate::Workspace::new() }
            /// The same as `value_and_grad`, with the memory of a workspace.
            #many
            #vis fn #both_with<#(#generics),*>(#(#first,)* #own: &mut #krate::Workspace, #(#rest),*) -> (#output, #gradient) #wheres {
                #own.run(move || Self::#both #fish(#(#pass),*))
            }
            /// The same as `value_and_grad_into`, with the memory of a workspace.
            #many_into
            #vis fn #into_with<#(#generics),*>(#(#first,)* #own: &mut #krate::Workspace, #(#rest,)* #(#outs),*) -> #output #wheres {
                #own.run(move || Self::#into #fish(#(#pass,)* #(#bars),*))
            }
        }
    }
}
