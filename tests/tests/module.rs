//! The attribute on a module: exact types, activity and recursion across calls.

use ad_runtime::{Differentiable, differentiate};

#[differentiate]
mod springs {
    #![expect(clippy::needless_range_loop, reason = "loops as people write them")]

    use super::*;

    pub(crate) type Real = f64;
    pub(crate) const DIM: usize = 3;
    const STIFF: Real = 2.5;

    /// Springs in a row.
    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub(crate) struct Row {
        pub rest: Vec<f64>,
        pub count: usize,
        pub stiff: bool,
    }

    impl Row {
        pub(crate) fn energy(&self, x: &[Real]) -> Real {
            let mut sum = 0.0;
            for i in 0..self.count {
                let d = x[i] - self.rest[i];
                sum += self.weight(i) * d.abs() * d;
            }
            sum / self.count as f64
        }
        fn weight(&self, i: usize) -> Real {
            if self.stiff { STIFF } else { 1.0 / (i as Real + Self::shift(i)) }
        }
        fn shift(i: usize) -> Real {
            i.min(DIM) as f64 + 1.5
        }
        #[differentiate(skip)]
        pub(crate) fn text(&self) -> String {
            format!("{} springs", self.count)
        }
    }

    pub(crate) fn even(x: Real, n: usize) -> Real {
        if n == 0 { x } else { odd(x * x.sin(), n - 1) }
    }

    fn odd(x: Real, n: usize) -> Real {
        if n == 0 { 1.0 + x } else { even(x + x.cos(), n - 1) }
    }

    fn longest(row: &Row) -> usize {
        row.rest.len()
    }

    fn largest(x: &[f64]) -> Option<f64> {
        if x.is_empty() {
            return None;
        }
        let mut best = x[0];
        for v in x {
            best = best.max(*v);
        }
        Some(best)
    }

    pub(crate) fn total(row: &Row, x: &[f64]) -> Real {
        let best = largest(&row.rest).map(|b| b * b).unwrap_or(0.0);
        let n = longest(row);
        best + row.energy(x).exp() + even(x[0], n) + largest(&[x[1], 0.5]).unwrap_or(1.0)
    }
}

#[test]
fn springs_in_a_row() {
    let row = springs::Row { rest: vec![0.2, 0.7, -0.4], count: 3, stiff: false };
    let x = [1.1, 0.6, 0.3];
    ad_runtime::check_grad!(springs::total, &row, &x[..]);
    ad_runtime::check_grad!(springs::even, 0.7, 5);
    let stiff = springs::Row { stiff: true, ..row.clone() };
    let (y, (row_bar, x_bar)) = springs::total::value_and_grad(&stiff, &x);
    assert_eq!(y, springs::total(&stiff, &x));
    assert_eq!(row_bar.count, 3);
    assert_eq!(x_bar.len(), 3);
    assert_eq!(row.text(), "3 springs");
    let (_, gx) = row.energy_grad(&x);
    assert!(gx[0] != 0.0);
}

mod elsewhere {
    use ad_runtime::differentiate;

    #[differentiate]
    pub(crate) fn level(x: f64) -> f64 {
        x * x
    }

    pub(crate) const SIZE: f64 = 2.5;
}

/// What a body declares or imports itself hides what the module has of that name.
#[differentiate]
mod hidden {
    const SIZE: usize = 3;

    fn level(x: f64) -> usize {
        if x > 0.0 { SIZE } else { 1 }
    }

    pub(crate) fn imported(x: f64) -> f64 {
        use super::elsewhere::{SIZE, level};
        level(x) * SIZE
    }

    pub(crate) fn closure(x: f64) -> f64 {
        let level = |y: f64| y * 4.0;
        level(x)
    }

    pub(crate) fn parameter(level: f64, x: f64) -> f64 {
        level * x
    }

    pub(crate) fn own(x: f64) -> f64 {
        let mut sum = 0.0;
        for i in 0..level(x) {
            sum += x * i as f64;
        }
        sum + super::elsewhere::level(x)
    }
}

#[test]
fn names_of_bodies_hide_those_of_the_module() {
    assert_eq!(hidden::imported::grad(3.0), 15.0);
    assert_eq!(hidden::closure::grad(3.0), 4.0);
    assert_eq!(hidden::parameter::grad(2.0, 3.0), (3.0, 2.0));
    assert_eq!(hidden::own::grad(3.0), 3.0 + 6.0);
}

/// Structs without floats are constants, also behind `&mut`; options of functions and methods; constants of types.
#[differentiate(order = 2)]
mod sampler {
    use super::Differentiable;

    #[derive(Clone)]
    pub(crate) struct Dice {
        state: u64,
        sides: u8,
    }

    impl Dice {
        pub(crate) fn new(state: u64) -> Dice {
            Dice { state, sides: 6 }
        }
        fn roll(&mut self) -> usize {
            self.state = self.state.wrapping_mul(25_214_903_917).wrapping_add(11) % 65_536;
            (self.state % u64::from(self.sides)) as usize
        }
        fn jitter(&mut self) -> f64 {
            self.roll() as f64 / 6.0
        }
        /// Active and inert arguments side by side.
        fn shaken(&mut self, x: f64) -> f64 {
            x * x * (1.0 + self.jitter())
        }
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub(crate) struct Cubic(pub(crate) [f64; 2], pub(crate) u32);

    impl Cubic {
        const SHIFT: f64 = 0.5;
        const TABLE: [f64; 2] = [1.0, 3.0];

        pub(crate) fn at(&self, x: f64) -> f64 {
            self.0[0] * x.powi(self.1 as i32) + self.0[1] * Self::TABLE[1] * (x - Self::SHIFT)
        }
        #[differentiate(skip)]
        pub(crate) fn bits(&self, x: f64) -> u64 {
            x.to_bits()
        }
    }

    pub(crate) fn noisy(x: f64, dice: &mut Dice, n: usize) -> f64 {
        let mut sum = 0.0;
        for _ in 0..n {
            sum += dice.shaken(x) + x.powi(3);
        }
        sum
    }

    pub(crate) fn on_cubic(c: &Cubic, x: f64) -> f64 {
        c.at(x).abs().sqrt() + c.at(2.0 * x)
    }
}

#[test]
fn structs_without_floats_are_constants() {
    let mut dice = sampler::Dice::new(7);
    let rolled = {
        let mut dice = dice.clone();
        sampler::noisy(1.0, &mut dice, 3) - 3.0
    };
    // `x^2` of each roll and `3 x^2`.
    let gradient = sampler::noisy::grad(2.0, &mut dice, 3);
    assert!((gradient - (4.0 * rolled + 3.0 * 12.0)).abs() < 1e-12);
    let mut dice = sampler::Dice::new(7);
    let (_, dot) = sampler::noisy::jvp((2.0, &mut dice, 3), 1.0);
    assert!((dot - gradient).abs() < 1e-12);
    let mut dice = sampler::Dice::new(7);
    let bend = sampler::noisy::hvp((2.0, &mut dice, 3), 1.0);
    assert!((bend - (2.0 * rolled + 3.0 * 12.0)).abs() < 1e-12);
}

#[test]
fn tuple_structs_and_constants_of_types() {
    let c = sampler::Cubic([0.7, -0.2], 3);
    ad_runtime::check_grad!(sampler::on_cubic, &c, 0.9);
    assert_eq!(c.bits(1.0), 1.0_f64.to_bits());
    // 0.7 * 3 * x^2 - 0.6
    assert!((c.at_grad(2.0).1 - 7.8).abs() < 1e-12);
}

/// `#[cfg]`s on items and in bodies, decided by rustc before the module is read.
#[differentiate]
mod conditional {
    #[cfg(not(test))]
    type Real = f32;
    #[cfg(test)]
    type Real = f64;

    #[cfg(not(test))]
    fn part(x: Real) -> usize {
        x as usize
    }
    #[cfg(test)]
    fn part(x: Real) -> Real {
        #[cfg(debug_assertions)]
        let y = x * x;
        #[cfg(not(debug_assertions))]
        let y = x * x;
        y
    }

    pub(crate) fn whole(x: Real) -> Real {
        part(x).abs() * 3.0
    }
}

#[test]
fn conditional_items() {
    assert_eq!(conditional::whole::grad(2.0), 12.0);
}

/// Integers and flags in structs that are active, read, written and handed on.
#[differentiate]
mod counters {
    use super::Differentiable;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub(crate) struct Walk {
        pub(crate) at: f64,
        pub(crate) steps: usize,
        pub(crate) back: bool,
        pub(crate) seen: Vec<usize>,
        pub(crate) pair: Pair,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub(crate) struct Pair(pub(crate) f64, pub(crate) i32);

    impl Walk {
        fn step(&mut self, by: f64) {
            self.steps += 1;
            self.pair.1 -= 1;
            self.back = !self.back;
            self.seen.push(self.steps);
            bump(&mut self.steps, 2);
            self.at = if self.back { self.at * by } else { self.at + by * self.steps as f64 };
            self.pair.0 += self.at / self.seen.len() as f64;
        }
        fn settled(&self) -> Option<usize> {
            if self.steps > 3 { Some(self.steps) } else { None }
        }
    }

    fn bump(n: &mut usize, by: usize) {
        *n += by;
    }

    pub(crate) fn walked(mut walk: Walk, by: f64, n: usize) -> f64 {
        for _ in 0..n {
            walk.step(by);
        }
        let more = walk.settled().unwrap_or(2);
        let Walk { at, steps, ref pair, .. } = walk;
        let again = walks(&pair.0).clone().settled().map_or(0.0, |n| n as f64);
        again + at * steps.min(7) as f64 + pair.0 * pair.1.abs() as f64 + by * more as f64
    }

    fn walks(x: &f64) -> Walk {
        Walk { at: x * 2.0, steps: 5, back: true, seen: Vec::new(), pair: Pair(*x, 1) }
    }

    pub(crate) fn in_place(walks: &mut [Walk], by: f64) -> f64 {
        let mut sum = 0.0;
        for w in walks.iter_mut() {
            w.step(by);
            w.steps *= 2;
            w.pair.1 = w.steps as i32 % 5;
            sum += w.at * w.pair.1 as f64;
        }
        sum
    }
}

#[test]
fn integers_in_active_structs() {
    let walk = |at: f64| counters::Walk { at, steps: 1, back: true, seen: vec![4], pair: counters::Pair(0.3, 9) };
    for n in 0..5 {
        ad_runtime::check_grad!(counters::walked, walk(0.8), 1.1, n);
        let plain = counters::walked(walk(0.8), 1.1, n);
        assert_eq!(counters::walked::value_and_grad(walk(0.8), 1.1, n).0, plain);
    }
    let (by, h) = (0.9, 1e-6);
    let value = |by: f64| counters::in_place(&mut [walk(0.5), walk(-0.7)], by);
    let want = (value(by + h) - value(by - h)) / (2.0 * h);
    let mut walks = [walk(0.5), walk(-0.7)];
    let (_, (_, by_bar)) = counters::in_place::value_and_grad(&mut walks, by);
    assert!((by_bar - want).abs() < 1e-6, "{by_bar} {want}");
}
