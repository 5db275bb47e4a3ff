//! Patterns from products: which outputs depend on which inputs, found with NaN.
//!
//! A tangent of NaN makes NaN of every tangent that arithmetic derives from it, also where the partial happens to be zero at the
//! point (`0.0 * NaN` is NaN), and emitted code leaves out only what is zero for all inputs. So at a point the NaNs in `J · (NaN at
//! j)` are the rows that depend on column `j` *in the branches that this point takes*, whatever the values.
//!
//! Columns are found in groups: a group of columns is known to touch certain rows, its halves touch no others, and halves of groups
//! that touch different rows are told apart in one product. For a matrix with a band of any width, or a grid, that is
//! O(log n) products with a factor of the order of the number of colours; at worst, with rows or columns that are full, it is `2 n`.

use super::{Product, SparseError};
use std::ops::Range;

/// For each of `n` columns the rows that it touches, and the number of rows.
pub(super) fn columns(n: usize, product: Product<'_>) -> Result<(usize, Vec<Vec<usize>>), SparseError> {
    let mut seed = vec![0.0; n];
    let at_zero = product(&seed);
    let rows = at_zero.len();
    if let Some(row) = at_zero.iter().position(|x| x.is_nan()) {
        return Err(SparseError::NotFinite { row });
    }
    let mut found = vec![Vec::new(); n];
    let mut groups: Vec<(Range<usize>, Vec<usize>)> = Vec::new();
    if n > 0 {
        groups.push((0..n, (0..rows).collect()));
    }
    // Few columns are asked for one by one.
    let mut parts = if n <= 16 { n.max(1) } else { 1 };
    while !groups.is_empty() {
        let halves: Vec<(Range<usize>, Vec<usize>)> =
            groups.iter().flat_map(|(range, rows)| split(range, parts).map(|part| (part, rows.clone()))).collect();
        let classes = apart(&halves, rows);
        groups.clear();
        for class in classes {
            seed.fill(0.0);
            class.iter().for_each(|&g| seed[halves[g].0.clone()].fill(f64::NAN));
            let y = product(&seed);
            if y.len() != rows {
                return Err(SparseError::Shape { expected: rows, found: y.len() });
            }
            let mut explained = 0;
            for &g in &class {
                let (range, candidates) = &halves[g];
                let touched: Vec<usize> = candidates.iter().copied().filter(|&i| y[i].is_nan()).collect();
                explained += touched.len();
                match (touched.is_empty(), range.len()) {
                    (true, _) => {}
                    (false, 1) => found[range.start] = touched,
                    (false, _) => groups.push((range.clone(), touched)),
                }
            }
            if explained != y.iter().filter(|x| x.is_nan()).count() {
                return Err(SparseError::Unsteady);
            }
        }
        groups.sort_by_key(|(range, _)| range.start);
        parts = 2;
    }
    Ok((rows, found))
}

/// A range in at most so many parts.
fn split(range: &Range<usize>, parts: usize) -> impl Iterator<Item = Range<usize>> + use<> {
    let (start, len) = (range.start, range.len());
    let parts = parts.min(len);
    (0..parts).map(move |p| start + len * p / parts..start + len * (p + 1) / parts)
}

/// Classes of groups that touch no row in common, greedily.
fn apart(groups: &[(Range<usize>, Vec<usize>)], rows: usize) -> Vec<Vec<usize>> {
    let mut taken: Vec<Vec<usize>> = vec![Vec::new(); rows];
    let mut classes: Vec<Vec<usize>> = Vec::new();
    // Where a class is forbidden to a group, the group's number.
    let mut forbidden: Vec<usize> = Vec::new();
    for (g, (_, touched)) in groups.iter().enumerate() {
        touched.iter().flat_map(|&i| &taken[i]).for_each(|&c| forbidden[c] = g);
        let c = forbidden.iter().position(|&f| f != g).unwrap_or(forbidden.len());
        if c == classes.len() {
            classes.push(Vec::new());
            forbidden.push(usize::MAX);
        }
        classes[c].push(g);
        touched.iter().for_each(|&i| taken[i].push(c));
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sparse::Pattern;

    /// The pattern that products with it show, and the number of products.
    fn seen(p: &Pattern) -> (Pattern, usize) {
        let mut count = 0;
        let (rows, found) = columns(p.columns(), &mut |x| {
            count += 1;
            (0..p.rows()).map(|i| p.row(i).iter().map(|&j| 0.0 * x[j]).sum()).collect()
        })
        .expect("finite");
        (Pattern::of_rows(rows, found).transposed(), count)
    }

    #[test]
    fn what_products_show() {
        let grid = |n: usize| {
            Pattern::from_coordinates(
                n * n,
                n * n,
                (0..n * n).flat_map(move |k| {
                    let (i, j) = (k / n, k % n);
                    let at = |i: usize, j: usize| (i < n && j < n).then(|| (k, i * n + j));
                    [Some((k, k)), at(i.wrapping_sub(1), j), at(i + 1, j), at(i, j.wrapping_sub(1)), at(i, j + 1)]
                        .into_iter()
                        .flatten()
                }),
            )
        };
        let arrow = |n: usize| Pattern::from_coordinates(n, n, (0..n).flat_map(|i| [(i, i), (0, i), (i, 0)]));
        let empty = |rows, columns| Pattern::from_coordinates(rows, columns, []);
        for p in [
            Pattern::banded(1000, 1, 1),
            Pattern::banded(17, 2, 5),
            Pattern::banded(16, 1, 1),
            grid(20),
            arrow(40),
            empty(3, 40),
            empty(3, 0),
            empty(0, 40),
            Pattern::from_coordinates(3, 50, [(0, 7), (2, 7), (2, 49)]),
        ] {
            let (found, count) = seen(&p);
            assert_eq!(found, p);
            assert!(count <= 2 * p.columns() + 1, "{count} products");
        }
        // Logarithmic where rows are short.
        let (small, large) = (seen(&Pattern::banded(1000, 1, 1)).1, seen(&Pattern::banded(64_000, 1, 1)).1);
        assert!(small <= 6 * 10 && large <= small + 6 * 6, "{small}, {large}");
        assert!(seen(&grid(100)).1 < 250, "{}", seen(&grid(100)).1);
    }
}
