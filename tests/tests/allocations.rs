//! What gradients ask of the allocator: nothing where nothing of a length known at run time is kept, and with a workspace
//! nothing from the second call on.

use ad_runtime::{Workspace, differentiate};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

thread_local! {
    /// How often this thread asked for memory.
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[expect(unsafe_code, reason = "an allocator cannot be written without; it hands everything on to the system's")]
// SAFETY: each function hands its arguments on to `System` unchanged, whose contract is the same.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ASKED.try_with(|n| n.set(n.get() + 1));
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let _ = ASKED.try_with(|n| n.set(n.get() + 1));
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often `f` asks for memory.
fn asked(f: impl FnOnce()) -> usize {
    let before = ASKED.get();
    f();
    ASKED.get() - before
}

#[differentiate]
fn scalar(x: f64, y: f64) -> f64 {
    (x * y).sin() / (1.0 + y.exp())
}

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[differentiate]
fn residual(a: f64, b: f64, t: f64, y: f64) -> f64 {
    y - a * (-b * t).exp()
}

#[differentiate]
fn squares(p: &[f64; 2], #[constant] ts: &[f64], #[constant] ys: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (&t, &y) in ts.iter().zip(ys) {
        let r = residual(p[0], p[1], t, y);
        sum += r * r;
    }
    0.5 * sum
}

#[differentiate]
fn log_sum_exp(x: &[f64]) -> f64 {
    let top = x.iter().fold(f64::NEG_INFINITY, |top, &v| top.max(v));
    let mut sum = 0.0;
    for &v in x {
        sum += (v - top).exp();
    }
    top + sum.ln()
}

#[differentiate]
fn heat(u: &mut [f64], c: &[f64], steps: usize) {
    let n = u.len();
    for _ in 0..steps {
        let mut left = u[0];
        for i in 1..n - 1 {
            let here = u[i];
            u[i] = here + c[i] * (left - 2.0 * here + u[i + 1]);
            left = here;
        }
    }
}

#[differentiate]
fn decay(x0: f64, k: f64, n: usize) -> f64 {
    let mut x = x0;
    for _ in 0..n {
        x -= k * x * x;
    }
    x
}

#[test]
fn what_keeps_nothing_of_a_length_allocates_nothing() {
    let (a, b) = ([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]);
    let (mut a_bar, mut b_bar, mut p_bar) = ([0.0; 3], [0.0; 3], [0.0; 2]);
    assert_eq!(asked(|| _ = black_box(scalar::value_and_grad(0.5, 2.0))), 0);
    assert_eq!(asked(|| _ = black_box(scalar::jvp((0.5, 2.0), (1.0, 1.0)))), 0);
    assert_eq!(asked(|| _ = black_box(dot::value_and_grad_into(&a, &b, &mut a_bar, &mut b_bar))), 0);
    assert_eq!((a_bar, b_bar), (b, a));
    assert_eq!(asked(|| _ = black_box(squares::value_and_grad_into(&[1.0, 0.1], &a, &b, &mut p_bar))), 0);
    assert_eq!(p_bar.to_vec(), squares::grad(&[1.0, 0.1], &a, &b).to_vec());
    // What counts is not broken.
    assert!(asked(|| _ = black_box(dot::grad(&a, &b))) > 0);
}

#[test]
fn with_a_workspace_the_second_call_allocates_nothing() {
    let x: Vec<f64> = (0..50).map(|i| f64::from(i) * 0.1).collect();
    let mut x_bar = vec![0.0; 50];
    let mut workspace = log_sum_exp::workspace();
    let first = asked(|| _ = black_box(log_sum_exp::value_and_grad_into_with(&mut workspace, &x, &mut x_bar)));
    assert!(first > 0);
    for n in [50, 20, 50, 1] {
        let mut y = 0.0;
        let again = asked(|| y = log_sum_exp::value_and_grad_into_with(&mut workspace, &x[..n], &mut x_bar[..n]));
        assert_eq!(again, 0);
        let (want, gradient) = log_sum_exp::value_and_grad(&x[..n]);
        assert_eq!((y, &x_bar[..n]), (want, &gradient[..]));
    }

    let mut workspace = decay::workspace();
    let want = decay::value_and_grad(1.0, 0.1, 100);
    assert_eq!(decay::value_and_grad_with(&mut workspace, 1.0, 0.1, 100), want);
    assert_eq!(asked(|| assert_eq!(decay::value_and_grad_with(&mut workspace, 1.0, 0.1, 100), want)), 0);
}

/// All derivatives can use one, also those of functions without result; and a panic does not lose it.
#[test]
fn a_workspace_is_for_whatever_runs_in_it() {
    let c = vec![0.1; 30];
    let mut workspace = Workspace::new();
    let run = |workspace: &mut Workspace, steps: usize| {
        let (mut u, mut u_bar, mut c_bar) = ([0.0; 30], [0.0; 30], [0.0; 30]);
        (u[3], u_bar[4]) = (1.0, 1.0);
        let n = asked(|| {
            workspace.run(|| heat::adjoint(&mut u, &c, steps, &mut u_bar, &mut c_bar[..], ad_runtime::Const, ()))
        });
        (n, u_bar, c_bar)
    };
    let (first, u_bar, c_bar) = run(&mut workspace, 20);
    assert!(first > 0);
    assert_eq!(run(&mut workspace, 20), (0, u_bar, c_bar));
    run(&mut workspace, 3);
    assert_eq!(run(&mut workspace, 20), (0, u_bar, c_bar));

    let panics = std::panic::AssertUnwindSafe(|| {
        workspace.run(|| heat::adjoint(&mut [], &[], 1, &mut [], &mut [][..], ad_runtime::Const, ()));
    });
    assert!(std::panic::catch_unwind(panics).is_err());
    assert_eq!(run(&mut workspace, 20), (0, u_bar, c_bar));
}
