//! Which functions of a module call each other in a circle: the strongly connected components of the graph of calls.
//! Calls are found by the names in the bodies. A name that turns out to mean something else costs a recomputation, no more.

use ad_ir::hash::HashMap;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A function by its type's name, if it is a method, and its own, and the body.
pub struct Node {
    pub of: Option<String>,
    pub name: String,
    pub body: TokenStream,
}

/// Whom each function calls.
pub fn calls(nodes: &[Node]) -> Vec<Vec<usize>> {
    let mut names = Names::default();
    for (i, node) in nodes.iter().enumerate() {
        match &node.of {
            None => names.functions.entry(&node.name).or_default().push(i),
            Some(of) => {
                names.associated.entry(of).or_default().entry(&node.name).or_default().push(i);
                names.methods.entry(&node.name).or_default().push(i);
            }
        }
    }
    let found = |node: &Node| {
        let mut out = Vec::new();
        names.search(node.body.clone(), node.of.as_deref(), &mut out);
        out.sort_unstable();
        out.dedup();
        out
    };
    nodes.iter().map(found).collect()
}

#[derive(Default)]
struct Names<'n> {
    functions: HashMap<&'n str, Vec<usize>>,
    associated: HashMap<&'n str, HashMap<&'n str, Vec<usize>>>,
    methods: HashMap<&'n str, Vec<usize>>,
}

impl Names<'_> {
    fn search(&self, tokens: TokenStream, own: Option<&str>, out: &mut Vec<usize>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let punct = |i: Option<usize>, c: char| {
            i.and_then(|i| tokens.get(i)).is_some_and(|t| matches!(t, TokenTree::Punct(p) if p.as_char() == c))
        };
        for (i, t) in tokens.iter().enumerate() {
            let id = match t {
                TokenTree::Group(g) => {
                    self.search(g.stream(), own, out);
                    continue;
                }
                TokenTree::Ident(id) => id.to_string(),
                TokenTree::Punct(_) | TokenTree::Literal(_) => continue,
            };
            let found = if punct(i.checked_sub(1), '.') && !punct(i.checked_sub(2), '.') {
                let called = punct(Some(i + 1), ':')
                    || matches!(tokens.get(i + 1), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis);
                self.methods.get(id.as_str()).filter(|_| called)
            } else if punct(i.checked_sub(1), ':') && punct(i.checked_sub(2), ':') {
                match i.checked_sub(3).map(|i| &tokens[i]) {
                    Some(TokenTree::Ident(of)) if of == "self" => self.functions.get(id.as_str()),
                    Some(TokenTree::Ident(of)) => {
                        let of = of.to_string();
                        let of = if of == "Self" { own.unwrap_or("Self") } else { &of };
                        self.associated.get(of).and_then(|names| names.get(id.as_str()))
                    }
                    // `Grid::<3>::new`
                    Some(TokenTree::Punct(_)) => self.methods.get(id.as_str()),
                    _ => None,
                }
            } else {
                self.functions.get(id.as_str())
            };
            out.extend(found.into_iter().flatten());
        }
    }
}

/// The circles: for each function the number of its own, if it is in one with others.
pub fn circles(calls: &[Vec<usize>]) -> Vec<Option<usize>> {
    let mut callers = vec![Vec::new(); calls.len()];
    for (i, of) in calls.iter().enumerate() {
        of.iter().for_each(|j| callers[*j].push(i));
    }
    // Kosaraju: in the order in which a search finishes, then backwards along the calls.
    let mut order = Vec::new();
    let mut seen = vec![false; calls.len()];
    for root in 0..calls.len() {
        visit(root, calls, &mut seen, &mut |i| order.push(i));
    }
    let mut out = vec![None; calls.len()];
    let mut seen = vec![false; calls.len()];
    for (number, root) in order.into_iter().rev().enumerate() {
        let mut members = Vec::new();
        visit(root, &callers, &mut seen, &mut |i| members.push(i));
        if members.len() > 1 {
            members.into_iter().for_each(|i| out[i] = Some(number));
        }
    }
    out
}

/// Depth first, each node once, in the order in which they are left.
fn visit(root: usize, edges: &[Vec<usize>], seen: &mut [bool], left: &mut dyn FnMut(usize)) {
    let mut stack = Vec::new();
    if !std::mem::replace(&mut seen[root], true) {
        stack.push((root, 0));
    }
    while let Some((node, next)) = stack.last_mut() {
        match edges[*node].get(*next) {
            Some(&to) => {
                *next += 1;
                if !std::mem::replace(&mut seen[to], true) {
                    stack.push((to, 0));
                }
            }
            None => {
                left(*node);
                stack.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_of_functions_and_methods() {
        let node = |of: Option<&str>, name: &str, body: &str| Node {
            of: of.map(str::to_owned),
            name: name.to_owned(),
            body: body.parse().unwrap(),
        };
        let nodes = [
            node(None, "even", "{ if n == 0 { x } else { odd(x, n - 1) } }"),
            node(None, "odd", "{ [n].iter().map(self::even) }"),
            node(None, "alone", "{ alone(x) + even(x) + s.odd }"),
            node(Some("S"), "a", "{ Self::b(x) }"),
            node(Some("S"), "b", "{ s.a(x) + alone(x) }"),
            node(Some("T"), "b", "{ S::a(x) }"),
        ];
        let calls = calls(&nodes);
        assert_eq!(calls, [vec![1], vec![0], vec![0, 2], vec![4], vec![2, 3], vec![3]]);
        let circles = circles(&calls);
        assert!(circles[0].is_some() && circles[0] == circles[1]);
        assert_eq!(circles[2], None);
        assert!(circles[3].is_some() && circles[3] == circles[4] && circles[3] != circles[0]);
        assert_eq!(circles[5], None);
    }
}
