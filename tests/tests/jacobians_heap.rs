//! Jacobians whose sizes are static need nothing of the heap, whatever the mode.
#![allow(unsafe_code)] // The only way to see allocations; nothing here looks at the memory.

use ad_runtime::differentiate;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static MADE: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: both methods do what those of `System` do, with the same arguments.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        MADE.set(MADE.get() + 1);
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }
}

/// How often `run` asks for memory.
fn made(run: impl FnOnce()) -> usize {
    let before = MADE.get();
    run();
    MADE.get() - before
}

#[differentiate]
fn inner(x: [f64; 3]) -> [f64; 2] {
    [x[0] * x[1], x[1].exp() + x[2]]
}

#[differentiate]
fn of_arrays(x: &[f64; 3], y: f64, z: [[f64; 2]; 2], u: &mut [f64; 2]) -> [f64; 3] {
    let [a, b] = inner(*x);
    u[0] += a;
    [a * y, b * z[1][0], u[0] * y]
}

#[test]
fn arrays() {
    // The counter counts.
    assert_eq!(made(|| drop(std::hint::black_box(vec![0.0; 3]))), 1);
    type Form = fn(&[f64; 3], f64, [[f64; 2]; 2], &mut [f64; 2], &mut [f64], &mut [f64], &mut [f64]);
    let forms: [Form; 3] = [of_arrays::jacobian_into, of_arrays::jacobian_fwd_into, of_arrays::jacobian_rev_into];
    let mut results = Vec::new();
    for form in forms {
        let (mut x, mut y, mut z) = ([f64::NAN; 9], [f64::NAN; 3], [f64::NAN; 12]);
        let mut u = [1.0, 2.0];
        let z_at = [[1.0, 2.0], [3.0, 4.0]];
        assert_eq!(made(|| form(&[1.0, 0.5, 2.0], 3.0, z_at, &mut u, &mut x, &mut y, &mut z)), 0);
        results.push((x, y, z, u));
    }
    let b = 0.5f64.exp();
    let x = [1.5, 3.0, 0.0, 0.0, 3.0 * b, 3.0, 1.5, 3.0, 0.0];
    let z = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, b + 2.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    for result in results {
        assert_eq!(result, (x, [0.5, 0.0, 1.5], z, [1.5, 2.0]));
    }
}

/// Forward, what is made for a slice does not grow with the number of columns.
#[differentiate]
fn of_slices(x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += x * x;
    }
}

#[test]
fn slices() {
    let run = |n: usize| {
        let (x, mut y, mut j) = (vec![1.0; n], vec![1.0; 2 * n], vec![0.0; 2 * n * n]);
        made(|| of_slices::jacobian_fwd_into(&x, &mut y, &mut j))
    };
    assert_eq!(run(3), run(30));
}
