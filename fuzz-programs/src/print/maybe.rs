//! What may not be there, and sorting.

use super::Printer;
use crate::tree::{Block, Expr, Finish, Kind, Maybe, Next, SortBy, Ty};

/// `v.sort_by(…);`
pub(super) fn sort(target: &str, by: SortBy, single: bool) -> String {
    let float = if single { "f32" } else { "f64" };
    match by {
        SortBy::Partial => format!("{target}.sort_by(|a, b| a.partial_cmp(b).unwrap());"),
        SortBy::Total => format!("{target}.sort_by({float}::total_cmp);"),
        SortBy::Down => format!("{target}.sort_by(|a, b| b.partial_cmp(a).unwrap());"),
        SortBy::Size => format!("{target}.sort_by(|a, b| a.abs().total_cmp(&b.abs()));"),
        SortBy::Unstable => format!("{target}.sort_unstable_by(|a, b| a.total_cmp(b));"),
    }
}

impl<'p> Printer<'p> {
    pub(super) fn maybe(&mut self, maybe: &'p Maybe, finish: &'p Finish, result: &Ty, suffix: bool) -> String {
        let (text, by_ref) = self.found(maybe, result);
        let copied = if by_ref { ".copied()" } else { "" };
        match finish {
            Finish::Or(e) => format!("{text}{copied}.unwrap_or({})", self.known(e)),
            Finish::Unwrap => format!("{text}{copied}.unwrap()"),
            Finish::MapOr(e, c) => format!("{text}.map_or({}, {})", self.known(e), self.closure(c)),
            Finish::Branch { pat, there, other, by_match } => {
                let _ = suffix;
                let (pat, there, other) = (self.pat(pat), self.block(there, true), self.block(other, true));
                if *by_match {
                    format!("match {text} {{\nSome({pat}) => {there}\nNone => {other}\n}}")
                } else {
                    format!("if let Some({pat}) = {text} {there} else {other}")
                }
            }
        }
    }

    /// The option, and whether it holds a reference.
    fn found(&mut self, maybe: &'p Maybe, result: &Ty) -> (String, bool) {
        let float = super::ty(result);
        match maybe {
            Maybe::Get(base, i) => (format!("{}.get({})", self.receiver(base), self.expr(i, false)), true),
            Maybe::End(base, last) => {
                (format!("{}.{}()", self.receiver(base), if *last { "last" } else { "first" }), true)
            }
            Maybe::Best { chain, greatest, total } => {
                let name = if *greatest { "max_by" } else { "min_by" };
                let by = if *total { "|a, b| a.total_cmp(b)" } else { "|a, b| a.partial_cmp(b).unwrap()" };
                (format!("{}.{name}({by})", self.chain(chain, false)), matches!(chain.item, Ty::Ref(..)))
            }
            Maybe::Find(chain, c) => {
                (format!("{}.find({})", self.chain(chain, false), self.closure(c)), matches!(chain.item, Ty::Ref(..)))
            }
            Maybe::FindMap(chain, c) => (format!("{}.find_map({})", self.chain(chain, false), self.closure(c)), false),
            Maybe::Position(chain, c) => (format!("{}.position({})", self.chain(chain, false), self.closure(c)), false),
            Maybe::Nth(chain, n) => {
                let source = self.chain(chain, false);
                let end = match n.kind {
                    Kind::Int(0) => "next()".to_owned(),
                    _ => format!("nth({})", self.expr(n, false)),
                };
                (format!("{source}.{end}"), matches!(chain.item, Ty::Ref(..)))
            }
            Maybe::Last(chain) => (format!("{}.last()", self.chain(chain, false)), matches!(chain.item, Ty::Ref(..))),
            Maybe::Reduce(chain, c) => (format!("{}.reduce({})", self.chain(chain, false), self.closure(c)), false),
            Maybe::ReducePath(chain, f) => {
                (format!("{}.reduce({float}::{})", self.chain(chain, false), f.name()), false)
            }
            Maybe::Next(var, how, by_ref) => {
                let call = match how {
                    Next::Front => "next()".to_owned(),
                    Next::Back => "next_back()".to_owned(),
                    Next::Nth(n) => format!("nth({n})"),
                };
                (format!("{}.{call}", self.name(*var)), *by_ref)
            }
        }
    }

    pub(super) fn by_order(
        &mut self,
        a: &'p Expr,
        b: &'p Expr,
        total: bool,
        arms: &'p [Block],
        suffix: bool,
    ) -> String {
        let _ = suffix;
        let (a, b) = (self.receiver(a), self.operand(b, false));
        let order = if total { format!("{a}.total_cmp(&{b})") } else { format!("{a}.partial_cmp(&{b}).unwrap()") };
        let arms: Vec<String> = ["Less", "Equal", "Greater"]
            .iter()
            .zip(arms)
            .map(|(name, block)| format!("std::cmp::Ordering::{name} => {}", self.block(block, true)))
            .collect();
        format!("match {order} {{\n{}\n}}", arms.join("\n"))
    }
}
