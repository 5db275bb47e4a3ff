//! `implicit = residual`: the derivative of a function that solves an equation, by the implicit function theorem.
//!
//! Of `#[differentiate(implicit = residual)] fn solve(a: f64, xs: &[f64]) -> Vec<f64>` the tangent is, in short,
//!
//! ```text
//! let y = solve(a, xs);
//! let (residual, residual_dot) = residual::tangent(&y, a, xs, (Const, a_dot, xs_dot));
//! let mut y_dot = zero(&y);
//! if is_nonzero(&residual_dot) {
//!     let mut matrix = Implicit::new("solve", y_dot.clone());
//!     while matrix.next_column() {
//!         let (_, column) = residual::tangent(&y, a, xs, (&matrix.unit, Const, Const));
//!         matrix.column(&column);
//!     }
//!     matrix.factor(&y, &residual).forward(&residual_dot, &mut y_dot);
//! }
//! (y, y_dot)
//! ```
//!
//! and `forward` factors the same matrix and keeps it with the reverse half of the residual. Of a float the matrix is a number.
//! `ad_runtime::implicit` has the rest.

use super::api::Parts;
use super::call::Callee;
use super::custom::Rule;
use crate::diag::Sink;
use crate::ir::ty::Ty;
use crate::messages as m;
use crate::signature::{Passing, Role, Signature};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

/// The bodies of the derivative functions, or errors in the sink.
pub fn parts(sig: &Signature, path: &syn::Path, sink: &mut Sink) -> Option<Parts> {
    let mut fine = true;
    let scalar = match &sig.output {
        Ty::Float(_) => true,
        Ty::Vec(e) | Ty::Array(e, _) if matches!(**e, Ty::Float(_)) => false,
        _ => {
            let found = crate::diag::text(sig.output_syntax.to_token_stream());
            sink.error(sig.output_syntax.span(), m::IMPLICIT_RESULT, found);
            fine = false;
            false
        }
    };
    for p in sig.params.iter().filter(|p| p.mode == Passing::MutRef) {
        sink.error(p.name.span(), m::IMPLICIT_MUTABLE, p.name.to_string());
        fine = false;
    }
    if sig.order > 1 {
        sink.error(path.span(), m::IMPLICIT_ORDER, "");
        fine = false;
    }
    if !fine {
        return None;
    }
    let solver = Solver { rule: Rule::new(sig), sig, krate: &sig.krate, path, scalar };
    let (name, residual) = (&sig.ident, crate::diag::text(path.to_token_stream()));
    Some(Parts {
        forward: solver.forward(),
        tangent: solver.tangent(),
        adjoint: None,
        levels: Vec::new(),
        keeps: false,
        explain: format!("fn {name}: its result solves `{residual}`, from which its derivatives are made\n"),
    })
}

struct Solver<'a> {
    rule: Rule<'a>,
    sig: &'a Signature,
    krate: &'a TokenStream,
    path: &'a syn::Path,
    /// The result is a float.
    scalar: bool,
}

impl Solver<'_> {
    /// Where errors of the residual belong.
    fn at(&self) -> Span {
        Span::call_site().located_at(self.path.span())
    }

    /// The residual as a callee: its name is found by the alias, and without a derivative it is one error at the path.
    fn callee(&self) -> Callee {
        Callee::new(self.path, Ident::new("__residual", self.at()), self.sig.params.len() + 1)
    }

    /// Items at the head of the block.
    fn head(&self) -> TokenStream {
        super::call::head(&[self.callee()], &super::call::Siblings::default(), self.krate)
    }

    /// The type that has the residual's derivatives, by a way that complains of a function of other arguments:
    ///
    /// ```text
    /// <__residual as ::ad_runtime::Function<(&[f64], f64, &'xs [f64])>>::Derivatives
    /// ```
    fn residual(&self) -> TokenStream {
        let (krate, at) = (self.krate, self.at());
        let callee = self.callee().ty(krate);
        if !self.is_plain() {
            return callee;
        }
        let y = match &self.sig.output {
            Ty::Vec(e) => quote!(&[#e]),
            Ty::Array(..) => {
                let ty = &self.sig.output_syntax;
                quote!(&#ty)
            }
            _ => self.sig.output_syntax.to_token_stream(),
        };
        let tys = self.sig.params.iter().map(|p| &p.syntax);
        quote_spanned!(at=> <#callee as #krate::Function<(#y, #(#tys,)*)>>::Derivatives)
    }

    /// Whether the residual surely implements `Function`.
    fn is_plain(&self) -> bool {
        fn plain(ty: &Ty) -> bool {
            match ty {
                Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Char => true,
                Ty::Tuple(parts) => parts.iter().all(plain),
                Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e) => plain(e),
                Ty::Unit | Ty::Str | Ty::Ref(..) | Ty::Option(_) | Ty::Result(..) | Ty::Var(_) | Ty::Other(_) => false,
            }
        }
        let params = &self.sig.params;
        params.len() < 12
            && self.sig.generics.type_params().next().is_none()
            && params.iter().all(|p| plain(p.ty.peel()))
    }

    fn y(&self) -> Ident {
        self.sig.fresh("y")
    }

    /// The arguments of the residual: the result, and those of the solver.
    fn args(&self) -> TokenStream {
        let (y, args) = (self.y(), self.rule.pass());
        let y = if self.scalar { y.to_token_stream() } else { quote!(&#y) };
        quote!(#y, #(#args,)*)
    }

    /// `residual::tangent(&y, a, xs, (y_dot, a_dot, Const))`
    fn tangent_of_residual(&self, y_dot: &TokenStream, dots: bool) -> TokenStream {
        let (krate, residual, args, at) = (self.krate, self.residual(), self.args(), self.at());
        let dots = self.sig.params.iter().enumerate().map(|(i, p)| match p.role {
            Role::Active if dots => {
                let dot = self.sig.dot(i);
                quote!(#dot.view(|whole| whole))
            }
            Role::Active | Role::Inert | Role::Constant => quote!(#krate::Const),
        });
        quote_spanned!(at=> <#residual>::tangent(#args (#y_dot, #(#dots,)*)))
    }

    /// The matrix `r_y`, to be factored.
    fn matrix(&self, matrix: &Ident, zero: &TokenStream) -> TokenStream {
        let (krate, function) = (self.krate, self.sig.ident.to_string());
        let column = self.sig.fresh("column");
        let tangent = self.tangent_of_residual(&quote!(&#matrix.unit), false);
        quote! {
            let mut #matrix = #krate::implicit::Implicit::new(#function, #zero);
            while #matrix.next_column() {
                let (_, #column) = #tangent;
                #matrix.column(&#column);
            }
        }
    }

    /// `let slope = Slope::new("solve", y, residual, residual_dot);`, of a float.
    fn slope(&self, slope: &Ident) -> TokenStream {
        let (krate, ty, function) = (self.krate, &self.sig.output_syntax, self.sig.ident.to_string());
        let [residual, column] = ["residual", "column"].map(|n| self.sig.fresh(n));
        let (y, tangent) = (self.y(), self.tangent_of_residual(&quote!(&1.0), false));
        quote! {
            let (#residual, #column): (#ty, #ty) = #tangent;
            let #slope = #krate::implicit::Slope::new(#function, #y, #residual, #column);
        }
    }

    fn tangent(&self) -> TokenStream {
        let (sig, krate, ty) = (self.sig, self.krate, &self.sig.output_syntax);
        let (f, pass, head, y) = (self.rule.primal(), self.rule.pass(), self.head(), self.y());
        let [residual, residual_dot, y_dot, matrix] =
            ["residual", "residual_dot", "y_dot", "matrix"].map(|n| sig.fresh(n));
        let of_args = self.tangent_of_residual(&quote!(#krate::Const), true);
        let unused = self.unused(|i| sig.dot(i));
        if self.scalar {
            let slope = self.slope(&matrix);
            return quote! {
                #head
                #unused
                let #y: #ty = #f(#(#pass),*);
                let (_, #residual_dot): (#ty, #ty) = #of_args;
                let #y_dot = if #residual_dot == 0.0 {
                    0.0
                } else {
                    #slope
                    #matrix.divide(#residual_dot)
                };
                (#y, #y_dot)
            };
        }
        let made = self.matrix(&matrix, &quote!(::core::clone::Clone::clone(&#y_dot)));
        quote! {
            #head
            #unused
            let #y: #ty = #f(#(#pass),*);
            let (#residual, #residual_dot) = #of_args;
            let mut #y_dot = #krate::zero(&#y);
            if #krate::implicit::is_nonzero(&#residual_dot) {
                #made
                #matrix.factor(&#y, &#residual).forward(&#residual_dot, &mut #y_dot);
            }
            (#y, #y_dot)
        }
    }

    /// The reverse half owns the factors and the residual's reverse half:
    ///
    /// ```text
    /// let (residual, reverse) = residual::forward(&y, a, xs, (Const, K0::default(), K1::default()));
    /// let kept = y.clone();
    /// (y, move |(_, xs): _, (mut a_bar, mut xs_bar), seed| {
    ///     let mut residual_bar = zero(&residual);
    ///     if factors.reverse(&seed, &mut residual_bar) {
    ///         reverse((&kept, (), xs), (Const, a_bar.reborrow(), xs_bar.reborrow()), seed(&residual, &residual_bar));
    ///     }
    /// })
    /// ```
    fn forward(&self) -> TokenStream {
        let (sig, krate, ty, at) = (self.sig, self.krate, &self.sig.output_syntax, self.at());
        let (f, pass, head, y, args) = (self.rule.primal(), self.rule.pass(), self.head(), self.y(), self.args());
        let [residual, reverse, residual_bar, matrix, factors, kept, seed] =
            ["residual", "reverse", "residual_bar", "matrix", "factors", "kept", "seed"].map(|n| sig.fresh(n));
        let kinds = sig.params.iter().enumerate().map(|(i, p)| match p.role {
            Role::Active => {
                let kind = sig.kind(i);
                quote!(#kind::default())
            }
            Role::Inert | Role::Constant => quote!(#krate::Const),
        });
        let type_of_residual = self.residual();
        let split = quote_spanned!(at=> <#type_of_residual>::forward(#args (#krate::Const, #(#kinds,)*)));
        let shared: Vec<_> = sig
            .params
            .iter()
            .map(|p| if p.mode == Passing::SharedRef { p.name.to_token_stream() } else { quote!(()) })
            .collect();
        let again = sig.params.iter().map(|p| match p.mode {
            Passing::SharedRef => p.name.to_token_stream(),
            Passing::ByValue | Passing::MutRef => quote!(_),
        });
        let bars = self.rule.bars();
        let shadows: Vec<_> = sig
            .params
            .iter()
            .enumerate()
            .map(|(i, p)| match p.role {
                Role::Active => {
                    let bar = sig.bar(i);
                    quote!(#bar.reborrow())
                }
                Role::Inert | Role::Constant => quote!(#krate::Const),
            })
            .collect();
        if self.scalar {
            let slope = self.slope(&factors);
            let call = quote_spanned! {at=>
                #reverse(((), #(#shared,)*), (#krate::Const, #(#shadows,)*), #factors.divide(#seed));
            };
            return quote! {
                #head
                let #y: #ty = #f(#(#pass),*);
                #slope
                let (_, #reverse): (#ty, _) = #split;
                (#y, move |(#(#again,)*): _, (#(#bars,)*), #seed| {
                    if #seed != 0.0 { #call }
                })
            };
        }
        let made = self.matrix(&matrix, &quote!(#krate::zero(&#y)));
        let call = quote_spanned! {at=>
            #reverse(
                (&#kept, #(#shared,)*),
                (#krate::Const, #(#shadows,)*),
                #krate::seed(&#residual, &#residual_bar),
            );
        };
        quote! {
            #head
            let #y: #ty = #f(#(#pass),*);
            #made
            let (#residual, #reverse) = #split;
            let #factors = #matrix.factor(&#y, &#residual);
            let #kept = ::core::clone::Clone::clone(&#y);
            (#y, move |(#(#again,)*): _, (#(#bars,)*), #seed| {
                let mut #residual_bar = #krate::zero(&#residual);
                if #factors.reverse(&#seed, &mut #residual_bar) { #call }
            })
        }
    }

    /// Tangents that are not looked at.
    fn unused(&self, name: impl Fn(usize) -> Ident) -> TokenStream {
        let constants = self.sig.params.iter().enumerate().filter(|(_, p)| p.role != Role::Active);
        let names = constants.map(|(i, _)| name(i));
        quote!(#(let _ = #names;)*)
    }
}
