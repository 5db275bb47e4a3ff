//! Expansions by hand, exactly in the form that the compiler emits, checked against central differences.
//! They show that rustc accepts the calling convention before the compiler relies on it.

// The macro emits the types with spans that need no `allow`.
#![allow(
    non_camel_case_types,
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::too_many_arguments,
    clippy::type_complexity
)]

use ad_runtime::{Active, Callable, Const, ConstantParameter, Kind, MutableParameter, Shadow, TangentOf};

fn close(found: f64, expected: f64) {
    let scale = 1.0 + expected.abs();
    assert!((found - expected).abs() < 1e-6 * scale, "found {found}, expected {expected}");
}

fn difference(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-5;
    (f(h) - f(-h)) / (2.0 * h)
}

// ---- a callee with a scalar and a slice ----------------------------------------------------------------

fn weigh(a: f64, xs: &[f64]) -> f64 {
    let mut s = 0.0;
    for &x in xs {
        s += (a * x).sin();
    }
    s
}

pub enum weigh {}

impl Callable for weigh {
    type Derivatives = Self;
}

impl weigh {
    #[inline]
    pub fn forward<K0: Kind, K1: Kind>(
        a: f64,
        xs: &[f64],
        _: (K0, K1),
    ) -> (f64, impl Fn(((), &[f64]), (K0::Shadow<'_, f64>, K1::Shadow<'_, [f64]>), f64) + use<K0, K1>) {
        let mut kept = Vec::new();
        let mut s = 0.0;
        for &x in xs {
            if K0::ACTIVE || K1::ACTIVE {
                kept.push((a * x).cos());
            }
            s += (a * x).sin();
        }
        (s, move |(_, xs): _, (mut a_bar, mut xs_bar), s_bar| {
            for (i, &x) in xs.iter().enumerate().rev() {
                if K0::ACTIVE || K1::ACTIVE {
                    let t_bar = kept[i] * s_bar;
                    if let Some(a_bar) = a_bar.present() {
                        *a_bar += x * t_bar;
                    }
                    if let Some(xs_bar) = xs_bar.present() {
                        xs_bar[i] += a * t_bar;
                    }
                }
            }
        })
    }
    #[inline]
    pub fn adjoint(a: f64, xs: &[f64], mut a_bar: impl Shadow<f64>, mut xs_bar: impl Shadow<[f64]>, s_bar: f64) -> f64 {
        let (y, reverse) = Self::forward(a, xs, (a_bar.kind(), xs_bar.kind()));
        reverse(((), xs), (a_bar.reborrow(), xs_bar.reborrow()), s_bar);
        y
    }
    #[inline]
    pub fn tangent(a: f64, xs: &[f64], (a_dot, xs_dot): (impl TangentOf<f64>, impl TangentOf<[f64]>)) -> (f64, f64) {
        let (mut s, mut s_dot) = (0.0, 0.0);
        for (i, &x) in xs.iter().enumerate() {
            let mut t_dot = 0.0;
            if let Some(a_dot) = a_dot.present() {
                t_dot += x * *a_dot;
            }
            if let Some(xs_dot) = xs_dot.present() {
                t_dot += a * xs_dot[i];
            }
            s_dot += (a * x).cos() * t_dot;
            s += (a * x).sin();
        }
        (s, s_dot)
    }
    /// The pullback borrows what it reads again: the shared references, never a `&mut`.
    pub fn vjp<'xs>(a: f64, xs: &'xs [f64]) -> (f64, impl Fn(f64) -> (f64, Vec<f64>) + use<'xs>) {
        let (y, reverse) = Self::forward(a, xs, (Active, Active));
        (y, move |s_bar| {
            let mut a_bar = 0.0;
            let mut xs_bar = vec![0.0; xs.len()];
            reverse(((), xs), (&mut a_bar, &mut xs_bar), s_bar);
            (a_bar, xs_bar)
        })
    }
}

// ---- a callee with `&mut`, that returns nothing -----------------------------------------------------------

fn smooth(u: &mut [f64], c: f64) {
    for i in 0..u.len() - 1 {
        u[i] = u[i] * c + u[i + 1] * u[i + 1];
    }
}

pub enum smooth {}

impl smooth {
    pub fn forward<K0: MutableParameter, K1: Kind>(
        u: &mut [f64],
        c: f64,
        _: (K0, K1),
    ) -> ((), impl Fn(((), ()), (&mut [f64], K1::Shadow<'_, f64>), ()) + use<K0, K1>) {
        let n = u.len();
        let mut kept = Vec::new();
        for i in 0..n - 1 {
            kept.push((u[i], u[i + 1]));
            u[i] = u[i] * c + u[i + 1] * u[i + 1];
        }
        ((), move |_: _, (u_bar, mut c_bar), _| {
            for i in (0..n - 1).rev() {
                let (here, right) = kept[i];
                let t_bar = u_bar[i];
                u_bar[i] = c * t_bar;
                u_bar[i + 1] += 2.0 * right * t_bar;
                if let Some(c_bar) = c_bar.present() {
                    *c_bar += here * t_bar;
                }
            }
        })
    }
    /// The lifetime of `u` is not captured, so the caller may read it to form the cotangent.
    pub fn vjp(u: &mut [f64], c: f64) -> ((), impl Fn(&[f64]) -> (Vec<f64>, f64) + use<>) {
        let ((), reverse) = Self::forward(u, c, (Active, Active));
        ((), move |u_bar: &[f64]| {
            let mut u_bar = u_bar.to_vec();
            let mut c_bar = 0.0;
            reverse(((), ()), (&mut u_bar, &mut c_bar), ());
            (u_bar, c_bar)
        })
    }
}

// ---- (1), (2): calls in a loop whose buffer changes in between --------------------------------------------------

fn relax(a: f64, u: &mut [f64], n: usize) -> f64 {
    let mut s = 0.0;
    for _ in 0..n {
        let w = weigh(a, u);
        s += w;
        u[0] = 0.5 * w;
        smooth(u, a);
    }
    s
}

pub enum relax {}

impl relax {
    pub fn forward<K0: Kind, K1: MutableParameter, K2: Kind>(
        a: f64,
        u: &mut [f64],
        n: usize,
        _: (K0, K1, K2),
    ) -> (f64, impl Fn(((), (), ()), (K0::Shadow<'_, f64>, &mut [f64], K2::Shadow<'_, ()>), f64) + use<K0, K1, K2>)
    {
        let mut reverses = Vec::new();
        let mut s = 0.0;
        for _ in 0..n {
            let u_kept = u.to_vec(); // the callee reads it again, and it is overwritten below
            let (w, reverse_w) = weigh::forward::<_, _>(a, u, (K0::default(), Active));
            s += w;
            u[0] = 0.5 * w;
            let ((), reverse_smooth) = smooth::forward::<_, _>(u, a, (Active, K0::default()));
            reverses.push((u_kept, reverse_w, reverse_smooth));
        }
        (s, move |_: _, (mut a_bar, u_bar, _), s_bar| {
            for i in (0..n).rev() {
                let (u, reverse_w, reverse_smooth) = &reverses[i];
                reverse_smooth(((), ()), (&mut u_bar[..], a_bar.reborrow()), ());
                let w_bar = s_bar + 0.5 * u_bar[0];
                u_bar[0] = 0.0;
                reverse_w(((), u), (a_bar.reborrow(), &mut u_bar[..]), w_bar);
            }
        })
    }
    pub fn adjoint(
        a: f64,
        u: &mut [f64],
        n: usize,
        mut a_bar: impl Shadow<f64>,
        u_bar: &mut [f64],
        mut n_bar: impl Shadow<()>,
        s_bar: f64,
    ) -> f64 {
        let (y, reverse) = Self::forward(a, u, n, (a_bar.kind(), Active, n_bar.kind()));
        reverse(((), (), ()), (a_bar.reborrow(), u_bar, n_bar.reborrow()), s_bar);
        y
    }
}

fn is_send<T: Send>(_: &T) {}

#[test]
fn a_buffer_mutated_between_calls_in_a_loop() {
    let u0 = [0.3, 0.5, -0.2];
    let primal = |a: f64, u: [f64; 3]| {
        let mut u = u;
        let s = relax(a, &mut u, 3);
        s + u.iter().sum::<f64>() // the cotangent of the final u is one
    };
    let mut u = u0;
    let mut a_bar = 10.0;
    let mut u_bar = [1.0; 3];
    let y = relax::adjoint(0.7, &mut u, 3, &mut a_bar, &mut u_bar, Const, 1.0);
    assert_eq!(y, relax(0.7, &mut { u0 }, 3));
    close(a_bar - 10.0, difference(|h| primal(0.7 + h, u0)));
    for (i, &b) in u_bar.iter().enumerate() {
        close(
            b,
            difference(|h| {
                let mut u = u0;
                u[i] += h;
                primal(0.7, u)
            }),
        );
    }
    // An integer argument of a type that the caller did not know has the shadow `&mut ()`.
    let mut u_bar = [1.0; 3];
    relax::adjoint(0.7, &mut { u0 }, 3, Const, &mut u_bar, &mut (), 1.0);
    let (_, reverse) = relax::forward(0.7, &mut u, 2, (Active, Active, Const));
    is_send(&reverse);
}

#[test]
fn a_pullback_does_not_borrow_mutable_arguments() {
    let mut u = [0.3, 0.5, -0.2];
    let ((), pullback) = smooth::vjp(&mut u, 0.4);
    u[0] += 0.0; // still ours
    let seed: Vec<f64> = u.iter().map(|u| 2.0 * u).collect();
    let (u_bar, c_bar) = pullback(&seed);
    let norm = |c: f64, u: [f64; 3]| {
        let mut u = u;
        smooth(&mut u, c);
        u.iter().map(|u| u * u).sum::<f64>()
    };
    close(c_bar, difference(|h| norm(0.4 + h, [0.3, 0.5, -0.2])));
    close(u_bar[1], difference(|h| norm(0.4, [0.3, 0.5 + h, -0.2])));
    assert_eq!(pullback(&seed), (u_bar, c_bar)); // callable again and again
    let xs = vec![1.0, 2.0];
    let (_, pullback) = weigh::vjp(0.5, &xs);
    assert_eq!(pullback(1.0).1.len(), 2);
}

#[test]
fn forward_and_reverse_mode_agree() {
    let xs = [0.1, 0.7];
    let (_, pullback) = weigh::vjp(0.5, &xs);
    let (a_bar, xs_bar) = pullback(1.0);
    close(weigh::tangent(0.5, &xs, (&1.0, Const)).1, a_bar);
    close(weigh::tangent(0.5, &xs, (Const, &[0.0, 1.0])).1, xs_bar[1]);
    close(weigh::tangent(0.5, &xs, (&1.0, &[0.0, 1.0])).1, a_bar + xs_bar[1]);
}

// ---- (3): self recursion --------------------------------------------------------------------------------------

fn chain(x: f64, ws: &[f64], u: &mut [f64], n: usize) -> f64 {
    if n == 0 {
        return x;
    }
    u[n - 1] *= ws[n - 1];
    let t = chain(x, ws, u, n - 1);
    t.sin() * u[n - 1] + x
}

pub enum chain {}

impl chain {
    /// The joint form has the body.
    pub fn adjoint(
        x: f64,
        ws: &[f64],
        u: &mut [f64],
        n: usize,
        mut x_bar: impl Shadow<f64>,
        mut ws_bar: impl Shadow<[f64]>,
        u_bar: &mut [f64],
        mut n_bar: impl Shadow<()>,
        y_bar: f64,
    ) -> f64 {
        if n == 0 {
            if let Some(x_bar) = x_bar.present() {
                *x_bar += y_bar;
            }
            return x;
        }
        let u_old = u[n - 1];
        u[n - 1] *= ws[n - 1];
        let u_kept = ToOwned::to_owned(&*u); // the joint call below starts from here
        let t = chain(x, ws, u, n - 1);
        let y = t.sin() * u[n - 1] + x;
        // reverse
        if let Some(x_bar) = x_bar.present() {
            *x_bar += y_bar;
        }
        let t_bar = t.cos() * u[n - 1] * y_bar;
        u_bar[n - 1] += t.sin() * y_bar;
        let mut u_again = u_kept;
        Self::adjoint(
            x,
            ws,
            &mut u_again[..],
            n - 1,
            x_bar.reborrow(),
            ws_bar.reborrow(),
            &mut u_bar[..],
            n_bar.reborrow(),
            t_bar,
        );
        let b = u_bar[n - 1];
        u_bar[n - 1] = ws[n - 1] * b;
        if let Some(ws_bar) = ws_bar.present() {
            ws_bar[n - 1] += u_old * b;
        }
        y
    }
    /// The split form keeps the arguments that it owns.
    pub fn forward<K0: Kind, K1: Kind, K2: MutableParameter, K3: Kind>(
        x: f64,
        ws: &[f64],
        u: &mut [f64],
        n: usize,
        _: (K0, K1, K2, K3),
    ) -> (
        f64,
        impl Fn(((), &[f64], (), ()), (K0::Shadow<'_, f64>, K1::Shadow<'_, [f64]>, &mut [f64], K3::Shadow<'_, ()>), f64)
        + use<K0, K1, K2, K3>,
    ) {
        let kept = (Clone::clone(&x), ToOwned::to_owned(&*u), Clone::clone(&n));
        let y = chain(x, ws, u, n);
        (y, move |(_, ws, _, _): _, (x_bar, ws_bar, u_bar, n_bar), y_bar| {
            let (x, mut u, n) = Clone::clone(&kept);
            Self::adjoint(x, ws, &mut u, n, x_bar, ws_bar, u_bar, n_bar, y_bar);
        })
    }
}

#[test]
fn self_recursion() {
    let (ws0, u0) = ([0.9, -0.4, 1.3], [0.2, 0.8, 1.1]);
    let primal = |x: f64, ws: [f64; 3], u: [f64; 3]| {
        let mut u = u;
        chain(x, &ws, &mut u, 3) + u.iter().sum::<f64>()
    };
    let (y, reverse) = chain::forward(0.6, &ws0, &mut { u0 }, 3, (Active, Active, Active, Const));
    assert_eq!(y, chain(0.6, &ws0, &mut { u0 }, 3));
    let (mut x_bar, mut ws_bar, mut u_bar) = (0.0, [0.0; 3], [1.0; 3]);
    reverse(((), &ws0, (), ()), (&mut x_bar, &mut ws_bar, &mut u_bar, Const), 1.0);
    close(x_bar, difference(|h| primal(0.6 + h, ws0, u0)));
    for i in 0..3 {
        let e = |h: f64, mut v: [f64; 3]| {
            v[i] += h;
            v
        };
        close(ws_bar[i], difference(|h| primal(0.6, e(h, ws0), u0)));
        close(u_bar[i], difference(|h| primal(0.6, ws0, e(h, u0))));
    }
}

// ---- (4): `while` with an early return ---------------------------------------------------------------------------

fn root(a: f64, tol: f64) -> f64 {
    let mut x = a;
    let mut k = 0;
    while k < 50 {
        let next = 0.5 * (x + a / x);
        if (next - x).abs() < tol {
            return next * a;
        }
        x = next;
        k += 1;
    }
    -x
}

pub enum root {}

impl root {
    /// `tol` is `#[constant]`.
    pub fn forward<K0: Kind, K1: ConstantParameter>(
        a: f64,
        tol: f64,
        _: (K0, K1),
    ) -> (f64, impl Fn(((), ()), (K0::Shadow<'_, f64>, Const), f64) + use<K0, K1>) {
        let mut x = a;
        let mut k = 0;
        let mut returned = None;
        let mut x_kept = Vec::new();
        while k < 50 {
            x_kept.push(x);
            let next = 0.5 * (x + a / x);
            if (next - x).abs() < tol {
                returned = Some(next);
                break;
            }
            x = next;
            k += 1;
        }
        let y = if let Some(next) = returned { next * a } else { -x };
        (y, move |_: _, (mut a_bar, _), y_bar| {
            let mut a_sum = 0.0;
            let mut last = returned.is_some();
            let mut x_bar = if last { 0.0 } else { -y_bar };
            for &x in x_kept.iter().rev() {
                let mut next_bar = core::mem::replace(&mut x_bar, 0.0);
                if core::mem::take(&mut last) {
                    let next = returned.unwrap_or_default();
                    next_bar += a * y_bar;
                    a_sum += next * y_bar;
                }
                x_bar += 0.5 * next_bar * (1.0 - a / (x * x));
                a_sum += 0.5 * next_bar / x;
            }
            a_sum += x_bar;
            if let Some(a_bar) = a_bar.present() {
                *a_bar += a_sum;
            }
        })
    }
}

#[test]
fn a_while_loop_with_an_early_return() {
    let (y, reverse) = root::forward(2.0, 1e-12, (Active, Const));
    assert_eq!(y, root(2.0, 1e-12));
    let mut a_bar = 0.0;
    reverse(((), ()), (&mut a_bar, Const), 1.0);
    close(a_bar, 1.5 * 2f64.sqrt());
}

// ---- (5): const generics, explicit lifetimes, turbofish -----------------------------------------------------------

fn spread<'a, const N: usize>(xs: &'a [f64; N], k: &'a f64) -> ([f64; N], Vec<f64>, usize) {
    (xs.map(|x| x * k), vec![*k; 2], N)
}

pub enum spread {}

impl spread {
    #[allow(clippy::type_complexity)]
    pub fn forward<'a, const N: usize, K0: Kind, K1: Kind>(
        xs: &'a [f64; N],
        k: &'a f64,
        _: (K0, K1),
    ) -> (
        ([f64; N], Vec<f64>, usize),
        impl Fn((&[f64; N], &f64), (K0::Shadow<'_, [f64; N]>, K1::Shadow<'_, f64>), ([f64; N], Vec<f64>, ()))
        + use<N, K0, K1>,
    ) {
        let y = (xs.map(|x| x * k), vec![*k; 2], N);
        (y, move |(xs, k): _, (mut xs_bar, mut k_bar), (a_bar, b_bar, _)| {
            for i in 0..N {
                if let Some(xs_bar) = xs_bar.present() {
                    xs_bar[i] += k * a_bar[i];
                }
                if let Some(k_bar) = k_bar.present() {
                    *k_bar += xs[i] * a_bar[i];
                }
            }
            if let Some(k_bar) = k_bar.present() {
                *k_bar += b_bar.iter().sum::<f64>();
            }
        })
    }
    pub fn adjoint<'a, const N: usize>(
        xs: &'a [f64; N],
        k: &'a f64,
        mut xs_bar: impl Shadow<[f64; N]>,
        mut k_bar: impl Shadow<f64>,
        seed: ([f64; N], Vec<f64>, ()),
    ) -> ([f64; N], Vec<f64>, usize) {
        let (y, reverse) = Self::forward(xs, k, (xs_bar.kind(), k_bar.kind()));
        reverse((xs, k), (xs_bar.reborrow(), k_bar.reborrow()), seed);
        y
    }
}

#[test]
fn const_generics_and_turbofish() {
    let xs = [1.0, 2.0, 3.0];
    let seed = ([1.0, 10.0, 100.0], vec![1000.0, 0.0], ());
    let (y, reverse) = spread::forward::<3, _, _>(&xs, &2.0, (Active, Active));
    // A result of unknown type: its cotangent comes from the trait, and is a seed by the same trait.
    let zero = ad_runtime::zero(&y);
    assert_eq!(zero, ([0.0; 3], vec![0.0; 2], ()));
    let (mut xs_bar, mut k_bar) = ([0.0; 3], 0.0);
    reverse((&xs, &2.0), (&mut xs_bar, &mut k_bar), ad_runtime::seed(&y, &zero));
    assert_eq!((xs_bar, k_bar), ([0.0; 3], 0.0));
    spread::adjoint::<3>(&xs, &2.0, &mut xs_bar, &mut k_bar, seed);
    assert_eq!((xs_bar, k_bar), ([2.0, 20.0, 200.0], 1321.0));
}

// ---- (6): second order through a call, forward over the joint adjoint ---------------------------------------------

fn cubic(x: f64, c: f64) -> f64 {
    c * x * x * x
}

pub enum cubic {}

impl cubic {
    pub fn adjoint(x: f64, c: f64, mut x_bar: impl Shadow<f64>, mut c_bar: impl Shadow<f64>, y_bar: f64) -> f64 {
        if let Some(x_bar) = x_bar.present() {
            *x_bar += 3.0 * c * x * x * y_bar;
        }
        if let Some(c_bar) = c_bar.present() {
            *c_bar += x * x * x * y_bar;
        }
        c * x * x * x
    }
    /// The tangent of `adjoint`, read as a function with `&mut` arguments: a shadow has a tangent of its own kind.
    pub fn adjoint_tangent<S0: Shadow<f64>, S1: Shadow<f64>>(
        x: f64,
        c: f64,
        mut x_bar: S0,
        mut c_bar: S1,
        y_bar: f64,
        (x_dot, c_dot): (impl TangentOf<f64>, impl TangentOf<f64>),
        (mut x_bar_dot, mut c_bar_dot): (<S0::Kind as Kind>::Shadow<'_, f64>, <S1::Kind as Kind>::Shadow<'_, f64>),
        y_bar_dot: f64,
    ) -> (f64, f64) {
        let x_dot = x_dot.present().copied().unwrap_or(0.0);
        let c_dot = c_dot.present().copied().unwrap_or(0.0);
        if let Some(x_bar) = x_bar.present() {
            *x_bar += 3.0 * c * x * x * y_bar;
        }
        if let Some(x_bar_dot) = x_bar_dot.present() {
            *x_bar_dot += 3.0 * (c_dot * x * x * y_bar + 2.0 * c * x * x_dot * y_bar + c * x * x * y_bar_dot);
        }
        if let Some(c_bar) = c_bar.present() {
            *c_bar += x * x * x * y_bar;
        }
        if let Some(c_bar_dot) = c_bar_dot.present() {
            *c_bar_dot += 3.0 * x * x * x_dot * y_bar + x * x * x * y_bar_dot;
        }
        (c * x * x * x, c_dot * x * x * x + 3.0 * c * x * x * x_dot)
    }
}

fn outer(x: f64) -> f64 {
    let y = cubic(x, 2.0);
    y * y.sin()
}

pub enum outer {}

impl outer {
    /// Forward over the joint adjoint, as `hvp` of `outer` has it: joint calls recompute, no closure is differentiated.
    pub fn hvp(x: f64, x_dot: f64) -> f64 {
        // The sweep of values, with its tangent.
        let (y, y_dot) = cubic::adjoint_tangent(x, 2.0, Const, Const, 0.0, (&x_dot, Const), (Const, Const), 0.0);
        let y_bar = y.sin() + y * y.cos();
        let y_bar_dot = (2.0 * y.cos() - y * y.sin()) * y_dot;
        let (mut x_bar, mut x_bar_dot) = (0.0, 0.0);
        cubic::adjoint_tangent(x, 2.0, &mut x_bar, Const, y_bar, (&x_dot, Const), (&mut x_bar_dot, Const), y_bar_dot);
        x_bar_dot
    }
}

#[test]
fn second_order_through_a_call() {
    let grad = |x: f64| {
        let y = cubic(x, 2.0);
        let mut x_bar = 0.0;
        cubic::adjoint(x, 2.0, &mut x_bar, Const, y.sin() + y * y.cos());
        x_bar
    };
    close(grad(0.6), difference(|h| outer(0.6 + h)));
    close(outer::hvp(0.6, 1.0), difference(|h| grad(0.6 + h)));
}

// ---- (7): the check of a callee; that a callee without a derivative is refused is in `ui/callee` ------------------

mod elsewhere {
    pub fn half(x: f64) -> f64 {
        0.5 * x
    }
    pub enum half {}
    impl ad_runtime::Callable for half {
        type Derivatives = Self;
    }
    impl half {
        pub fn adjoint(x: f64, mut x_bar: impl ad_runtime::Shadow<f64>, y_bar: f64) -> f64 {
            if let Some(x_bar) = x_bar.present() {
                *x_bar += 0.5 * y_bar;
            }
            half(x)
        }
    }
}

#[test]
fn a_callee_with_a_derivative_is_found() {
    use elsewhere::half as half_of;
    fn local(x: f64) -> f64 {
        x * x
    }
    enum local {}
    impl Callable for local {
        type Derivatives = Self;
    }
    impl local {
        fn adjoint(x: f64, mut x_bar: impl Shadow<f64>, y_bar: f64) -> f64 {
            if let Some(x_bar) = x_bar.present() {
                *x_bar += 2.0 * x * y_bar;
            }
            local(x)
        }
    }
    fn emitted(x: f64, x_bar: &mut f64) {
        mod __m {
            pub enum __c_half_of {}
            pub enum __c_local {}
            pub enum __c_half {}
        }
        #[allow(unused_imports)]
        use __m::*;
        use elsewhere::half as __c_half;
        use half_of as __c_half_of;
        use local as __c_local;
        <<__c_half_of as Callable>::Derivatives>::adjoint(x, &mut *x_bar, 1.0);
        <<__c_half as Callable>::Derivatives>::adjoint(x, &mut *x_bar, 1.0);
        <<__c_local as Callable>::Derivatives>::adjoint(x, &mut *x_bar, 1.0);
    }
    let mut x_bar = 0.0;
    emitted(3.0, &mut x_bar);
    assert_eq!(x_bar, 7.0);
    assert_eq!(half_of(4.0), 2.0);
}
