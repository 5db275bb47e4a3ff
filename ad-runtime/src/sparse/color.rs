//! Colourings: which columns (or rows) of a matrix can be computed together.
//!
//! A. H. Gebremedhin, F. Manne, A. Pothen, *What Color Is Your Jacobian? Graph Coloring for Computing Derivatives*, SIAM Review
//! 47 (2005). Both problems are NP-hard for the least number of colours; greedy colourings come near it in practice.

use super::csr::Pattern;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A colour for each column (or vertex).
#[derive(Clone, Debug)]
pub(super) struct Coloring {
    pub(super) color: Vec<usize>,
    pub(super) count: usize,
}

impl Coloring {
    /// The members of each colour.
    pub(super) fn classes(&self) -> Vec<Vec<usize>> {
        let mut classes = vec![Vec::new(); self.count];
        self.color.iter().enumerate().for_each(|(v, &c)| classes[c].push(v));
        classes
    }
}

const NONE: usize = usize::MAX;

/// The least colour that is not marked as forbidden to `v`.
fn least(forbidden: &[usize], v: usize) -> usize {
    forbidden.iter().position(|&f| f != v).unwrap_or(forbidden.len())
}

/// The vertices by descending degree.
fn largest_first(degree: impl Fn(usize) -> usize, n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|&v| Reverse(degree(v)));
    order
}

/// Columns of one colour have no row in common (a partial distance-2 colouring of the bipartite graph, 3.4 of the paper). Three
/// orders are tried (as they are, by descending degree, by incidence degree) until one has as few colours as the longest row
/// has elements. O(sum of squares of the lengths of rows), with a logarithm for the last.
pub(super) fn columns(pattern: &Pattern, transposed: &Pattern) -> Coloring {
    let n = pattern.columns();
    let orders: [&dyn Fn() -> Vec<usize>; 3] =
        [&|| (0..n).collect(), &|| largest_first(|j| transposed.row(j).len(), n), &|| incidence(pattern, transposed)];
    let mut best: Option<Coloring> = None;
    for order in orders {
        let found = columns_in_order(pattern, transposed, &order());
        if best.as_ref().is_none_or(|best| found.count < best.count) {
            best = Some(found);
        }
        if best.as_ref().is_some_and(|best| best.count <= pattern.longest_row()) {
            break;
        }
    }
    best.expect("of the first order")
}

fn columns_in_order(pattern: &Pattern, transposed: &Pattern, order: &[usize]) -> Coloring {
    let (mut color, mut count) = (vec![NONE; pattern.columns()], 0);
    let mut forbidden: Vec<usize> = Vec::new();
    for &j in order {
        for k in beside(pattern, transposed, j) {
            if color[k] != NONE {
                forbidden[color[k]] = j;
            }
        }
        color[j] = least(&forbidden, j);
        if color[j] == count {
            count += 1;
            forbidden.push(NONE);
        }
    }
    Coloring { color, count }
}

/// The columns that have a row in common with column `j`, itself included, once for each such row.
fn beside<'a>(pattern: &'a Pattern, transposed: &'a Pattern, j: usize) -> impl Iterator<Item = usize> + 'a {
    transposed.row(j).iter().flat_map(|&i| pattern.row(i).iter().copied())
}

/// Next is always a column with most rows in common with those before it (T. F. Coleman, J. J. Moré, *Estimation of Sparse Jacobian
/// Matrices and Graph Coloring Problems*, SIAM J. Numer. Anal. 20 (1983)).
fn incidence(pattern: &Pattern, transposed: &Pattern) -> Vec<usize> {
    let n = pattern.columns();
    let (mut last, mut visit) = (vec![0; n], 0);
    let mut once = |j: usize| -> Vec<usize> {
        visit += 1;
        beside(pattern, transposed, j).filter(|&k| std::mem::replace(&mut last[k], visit) != visit).collect()
    };
    let size: Vec<usize> = (0..n).map(|j| once(j).len()).collect();
    let (mut degree, mut done) = (vec![0usize; n], vec![false; n]);
    let mut heap: BinaryHeap<_> = (0..n).map(|j| (0, size[j], Reverse(j))).collect();
    let mut order = Vec::with_capacity(n);
    while let Some((found, _, Reverse(j))) = heap.pop() {
        // An entry that was there before the column came nearer.
        if done[j] || found != degree[j] {
            continue;
        }
        done[j] = true;
        order.push(j);
        for k in once(j) {
            if !done[k] {
                degree[k] += 1;
                heap.push((degree[k], size[k], Reverse(k)));
            }
        }
    }
    order
}

/// What is known of the coloured neighbours of a vertex that have one colour.
#[derive(Clone, Copy)]
struct Group {
    color: usize,
    count: usize,
    first: usize,
}

/// A colouring of a symmetric matrix's graph in which neighbours differ, and every path of four vertices has three colours: a
/// star colouring (definition 4.4 of the paper), by which each element stands alone somewhere, in its own place or in that of
/// its mirror image. The fewer colours of two orders. O(elements × colours).
///
/// Two colours make stars: a *hub* and its leaves. A vertex must not get the colour of a hub of two or more leaves that is behind one
/// of its neighbours (it would be the end of a path), and where two of its neighbours have one colour, it becomes a hub itself and must
/// not get a colour that one of these has for a neighbour.
pub(super) fn star(pattern: &Pattern) -> Coloring {
    let n = pattern.rows();
    let natural = star_in_order(pattern, &(0..n).collect::<Vec<_>>());
    let other = star_in_order(pattern, &largest_first(|v| pattern.row(v).len(), n));
    if other.count < natural.count { other } else { natural }
}

fn star_in_order(pattern: &Pattern, order: &[usize]) -> Coloring {
    let n = pattern.rows();
    let neighbours = |v: usize| pattern.row(v).iter().copied().filter(move |&w| w != v);
    let (mut color, mut count) = (vec![NONE; n], 0);
    // The colours of each vertex's coloured neighbours.
    let mut around: Vec<Vec<Group>> = vec![Vec::new(); n];
    // The colours of the hubs of two or more leaves of which a vertex is a leaf.
    let mut hubs: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut forbidden: Vec<usize> = Vec::new();
    for &v in order {
        for w in neighbours(v).filter(|&w| color[w] != NONE) {
            forbidden[color[w]] = v;
            hubs[w].iter().for_each(|&c| forbidden[c] = v);
            let twice = around[v].iter().any(|g| g.color == color[w] && g.count > 1);
            if twice {
                around[w].iter().for_each(|g| forbidden[g.color] = v);
            }
        }
        let c = least(&forbidden, v);
        color[v] = c;
        if c == count {
            count += 1;
            forbidden.push(NONE);
        }
        for w in neighbours(v) {
            let group = match around[w].iter_mut().find(|g| g.color == c) {
                Some(group) => {
                    group.count += 1;
                    *group
                }
                None => {
                    around[w].push(Group { color: c, count: 1, first: v });
                    continue;
                }
            };
            // `w` is, or will be when it gets a colour, the hub of `v` and others.
            if color[w] != NONE {
                add(&mut hubs[v], color[w]);
                if group.count == 2 {
                    add(&mut hubs[group.first], color[w]);
                }
            }
        }
        // `v` is a hub of neighbours that have one colour.
        for w in neighbours(v).filter(|&w| color[w] != NONE) {
            if around[v].iter().any(|g| g.color == color[w] && g.count > 1) {
                add(&mut hubs[w], c);
            }
        }
    }
    Coloring { color, count }
}

fn add(set: &mut Vec<usize>, c: usize) {
    if !set.contains(&c) {
        set.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(n: usize, per_row: usize, seed: u64, symmetric: bool) -> Pattern {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let mut all: Vec<(usize, usize)> = (0..n * per_row).map(|_| (next() % n, next() % n)).collect();
        if symmetric {
            all.extend(all.clone().into_iter().map(|(i, j)| (j, i)));
            all.extend((0..n).map(|i| (i, i)));
        }
        Pattern::from_coordinates(n, n, all)
    }

    #[test]
    fn columns_of_one_colour_share_no_row() {
        for seed in 0..200 {
            let p = random(5 + seed as usize % 20, 1 + seed as usize % 4, seed, false);
            let c = columns(&p, &p.transposed());
            for i in 0..p.rows() {
                let mut colors: Vec<_> = p.row(i).iter().map(|&j| c.color[j]).collect();
                colors.sort_unstable();
                assert!(colors.is_sorted_by(|a, b| a < b), "row {i} of {p:?}: {colors:?}");
            }
            assert!(c.color.iter().all(|&c_| c_ < c.count));
        }
    }

    #[test]
    fn every_path_of_four_has_three_colours() {
        for seed in 0..300 {
            let p = random(4 + seed as usize % 14, 1 + seed as usize % 3, seed, true);
            let c = star(&p).color;
            for a in 0..p.rows() {
                for &b in p.row(a).iter().filter(|&&b| b != a) {
                    assert_ne!(c[a], c[b]);
                    for &d in p.row(b).iter().filter(|&&d| d != a && d != b) {
                        for &e in p.row(d).iter().filter(|&&e| e != a && e != b && e != d) {
                            assert!(c[a] != c[d] || c[b] != c[e], "{a} {b} {d} {e} of {p:?}: {c:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn numbers_of_colours() {
        let count = |p: &Pattern| columns(p, &p.transposed()).count;
        assert_eq!(count(&Pattern::banded(50, 1, 1)), 3);
        assert_eq!(count(&Pattern::banded(50, 2, 1)), 4);
        assert_eq!(star(&Pattern::banded(50, 1, 1)).count, 3);
        let n = 200;
        let arrow = (0..n).flat_map(|i| [(i, i), (0, i), (i, 0)]);
        let arrow = Pattern::from_coordinates(n, n, arrow);
        assert_eq!((star(&arrow).count, count(&arrow)), (2, n));
    }
}
