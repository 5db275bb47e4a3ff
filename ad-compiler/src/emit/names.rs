//! Names: the user's where there is one, unique within the function, the same on every run.

use super::{Ctx, at};
use crate::ir::{Arg, Func, FunctionKind, OpKind, Piece, Value, Var, VarKind};
use ad_ir::hash::{HashMap, HashSet};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

pub(super) struct Names {
    vars: Vec<String>,
    values: Vec<Option<Ident>>,
    used: HashSet<String>,
    taken: HashSet<String>,
    /// By name, the numbers below this are given away.
    next: HashMap<String, usize>,
    temps: usize,
}

impl Names {
    pub(super) fn new(func: &Func, ctx: &Ctx) -> Names {
        let mut names = Names {
            vars: vec![String::new(); func.vars.len()],
            values: vec![None; func.values.len()],
            // A variable named like a constant or function of the body would hide it.
            used: free_names(func),
            taken: ctx.taken.clone(),
            next: HashMap::default(),
            temps: 0,
        };
        for given in ctx.param_names.iter().chain(&ctx.shadow_names).chain(&ctx.tangent_names) {
            names.used.insert(given.to_string());
        }
        for (i, data) in func.vars.iter().enumerate() {
            names.vars[i] = match &data.kind {
                VarKind::Param(n) => ctx.param_names[*n].to_string(),
                VarKind::ShadowParam { param, .. } => ctx.shadow_names[*param].to_string(),
                VarKind::TangentParam { param, .. } => ctx.tangent_names[*param].to_string(),
                VarKind::Extern(_) => data.name.clone(),
                VarKind::Seed => {
                    names.used.insert(data.name.clone());
                    data.name.clone()
                }
                VarKind::Local => names.unique(&data.name),
                VarKind::Generated => continue,
            };
        }
        for (i, data) in func.vars.iter().enumerate() {
            if matches!(data.kind, VarKind::Generated) {
                names.vars[i] = names.fresh(&data.name);
            }
        }
        names
    }

    /// A user's name, numbered where the function has it already.
    fn unique(&mut self, name: &str) -> String {
        let name = canonical(name);
        if self.used.insert(name.to_string()) { name.to_string() } else { self.numbered(name) }
    }

    /// A name that the user's function has nowhere.
    pub(super) fn fresh(&mut self, name: &str) -> String {
        let name = canonical(name);
        let free = !self.taken.contains(name) && self.used.insert(name.to_string());
        if free { name.to_string() } else { self.numbered(name) }
    }

    /// The name with the first number that neither the function nor the expansion has.
    fn numbered(&mut self, name: &str) -> String {
        let next = self.next.entry(name.to_string()).or_insert(2);
        loop {
            let out = format!("{name}_{next}");
            *next += 1;
            if !self.taken.contains(&out) && self.used.insert(out.clone()) {
                return out;
            }
        }
    }

    pub(super) fn var(&self, v: Var) -> &str {
        &self.vars[v.index()]
    }

    /// The name of a value that a `let` binds, given at its first mention.
    pub(super) fn value(&mut self, func: &Func, v: Value) -> Ident {
        if let Some(name) = &self.values[v.index()] {
            return name.clone();
        }
        let name = match &func.values[v.index()].name {
            Some(name) if name != "_" => self.unique(name),
            _ => loop {
                self.temps += 1;
                let temp = format!("t{}", self.temps);
                if !self.taken.contains(&temp) && self.used.insert(temp.clone()) {
                    break temp;
                }
            },
        };
        let name = ident(&name, func.values[v.index()].span);
        self.values[v.index()] = Some(name.clone());
        name
    }

    pub(super) fn set_value(&mut self, v: Value, name: &Ident) {
        self.values[v.index()] = Some(name.clone());
    }
}

/// `type_dot` for `r#type_dot`, which is the same identifier.
fn canonical(name: &str) -> &str {
    match name.strip_prefix("r#") {
        Some(plain) if syn::parse_str::<Ident>(plain).is_ok() => plain,
        _ => name,
    }
}

/// An identifier at the user's location.
pub(super) fn ident(name: &str, span: Span) -> Ident {
    ident_at(name, at(span))
}

/// An identifier with just this span.
pub(super) fn ident_at(name: &str, span: Span) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, span),
        None => Ident::new(name, span),
    }
}

/// The identifiers in tokens that are emitted as they are.
fn free_names(func: &Func) -> HashSet<String> {
    let mut out = HashSet::default();
    for data in &func.vars {
        if let VarKind::Extern(tokens) = &data.kind {
            idents(tokens.clone(), &mut out);
        }
    }
    let regions = func.regions.iter().flatten();
    regions.for_each(|op| match &op.kind {
        OpKind::Path(tokens) | OpKind::PathCall(tokens, _) => idents(tokens.clone(), &mut out),
        OpKind::Effect { pieces, .. } => pieces.iter().for_each(|p| match p {
            Piece::Tokens(tokens) => idents(tokens.clone(), &mut out),
            Piece::Value(_) | Piece::Place(_) => {}
        }),
        OpKind::Call(call) => {
            idents(call.path.to_token_stream(), &mut out);
            args(&call.args, &mut out);
        }
        OpKind::Forward { call, .. } | OpKind::Reverse { call, .. } => args(&call.args, &mut out),
        OpKind::Joint { call, .. } | OpKind::Tangent { call, .. } => args(&call.args, &mut out),
        _ => {}
    });
    out
}

fn args(args: &[Arg], out: &mut HashSet<String>) {
    for arg in args {
        match arg {
            Arg::Tokens(tokens) => idents(tokens.clone(), out),
            Arg::Tuple(parts) => self::args(parts, out),
            // The names that a function's tokens use are free there too.
            Arg::Function(f) => match &f.what {
                FunctionKind::Param(p) => out.extend([p.name.to_string(), p.bar.to_string(), p.dot.to_string()]),
                FunctionKind::Item { path, .. } => idents(path.clone(), out),
                FunctionKind::Closure { body, .. } => out.extend(free_names(&body.func)),
            },
            Arg::Value(_) | Arg::Ref(_) | Arg::RefMut(_) | Arg::Reborrow(_) | Arg::Owned(..) => {}
        }
    }
}

fn idents(tokens: TokenStream, out: &mut HashSet<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(g) => idents(g.stream(), out),
            TokenTree::Ident(i) => drop(out.insert(i.to_string())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
