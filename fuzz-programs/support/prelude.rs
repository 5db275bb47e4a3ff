// Printed at the head of every batch: reads samples and compares. See fuzz-programs/src/print/check.rs.

pub struct Sample {
    words: Vec<u64>,
    next: usize,
    program: String,
    index: String,
    pub tolerance: f64,
    pub stage: &'static str,
    pub failed: bool,
}

pub trait Build: Sized {
    fn build(s: &mut Sample) -> Self;
}

pub trait Flat {
    fn bits(&self, out: &mut Vec<u64>);
    fn floats(&self, out: &mut Vec<f64>);
    /// What is constant inside structs and enums: fields, and which variant it is.
    fn fixed(&self, _: &mut Vec<u64>) {}
}

/// `Option` and `Result`.
pub trait Found {
    type Inner;
    fn found(self) -> Option<Self::Inner>;
}
impl<T> Found for Option<T> {
    type Inner = T;
    fn found(self) -> Option<T> { self }
}
impl<T, E> Found for Result<T, E> {
    type Inner = T;
    fn found(self) -> Option<T> { self.ok() }
}

macro_rules! plain {
    ($($t:ty, $word:ident => $build:expr, $me:ident => $bits:expr, $float:expr;)*) => {$(
        impl Build for $t {
            fn build(s: &mut Sample) -> Self { let $word = s.word(); $build }
        }
        impl Flat for $t {
            fn bits(&self, out: &mut Vec<u64>) { let $me = *self; out.push($bits) }
            fn floats(&self, out: &mut Vec<f64>) { let $me = *self; let x: Option<f64> = $float; out.extend(x) }
        }
    )*};
}
plain! {
    f64, w => f64::from_bits(w), x => x.to_bits(), Some(x);
    f32, w => f64::from_bits(w) as f32, x => u64::from(x.to_bits()), Some(f64::from(x));
    usize, w => w as usize, x => x as u64, None;
    i32, w => w as i64 as i32, x => i64::from(x) as u64, None;
    i64, w => w as i64, x => x as u64, None;
    u8, w => w as u8, x => u64::from(x), None;
    u32, w => w as u32, x => u64::from(x), None;
    char, w => char::from_u32(w as u32).unwrap(), x => u64::from(u32::from(x)), None;
    bool, w => w != 0, x => u64::from(x), None;
}

impl Build for () {
    fn build(_: &mut Sample) -> Self {}
}
impl Flat for () {
    fn bits(&self, _: &mut Vec<u64>) {}
    fn floats(&self, _: &mut Vec<f64>) {}
}
impl<T: Build> Build for Vec<T> {
    fn build(s: &mut Sample) -> Self {
        let n = s.word() as usize;
        (0..n).map(|_| T::build(s)).collect()
    }
}
impl<T: Build, const N: usize> Build for [T; N] {
    fn build(s: &mut Sample) -> Self {
        std::array::from_fn(|_| T::build(s))
    }
}
impl<T: Build> Build for Option<T> {
    fn build(s: &mut Sample) -> Self {
        if s.word() == 1 { Some(T::build(s)) } else { None }
    }
}
impl<T: Flat> Flat for Option<T> {
    fn bits(&self, out: &mut Vec<u64>) {
        out.push(u64::from(self.is_some()));
        self.iter().for_each(|x| x.bits(out));
    }
    fn floats(&self, out: &mut Vec<f64>) { self.iter().for_each(|x| x.floats(out)) }
    fn fixed(&self, out: &mut Vec<u64>) {
        out.push(u64::from(self.is_some()));
        self.iter().for_each(|x| x.fixed(out));
    }
}
impl<T: Flat, E: Flat> Flat for Result<T, E> {
    fn bits(&self, out: &mut Vec<u64>) {
        out.push(u64::from(self.is_ok()));
        match self {
            Ok(x) => x.bits(out),
            Err(e) => e.bits(out),
        }
    }
    fn floats(&self, out: &mut Vec<f64>) { self.iter().for_each(|x| x.floats(out)) }
}
impl<T: Flat> Flat for [T] {
    fn fixed(&self, out: &mut Vec<u64>) { self.iter().for_each(|x| x.fixed(out)) }
    fn bits(&self, out: &mut Vec<u64>) { self.iter().for_each(|x| x.bits(out)) }
    fn floats(&self, out: &mut Vec<f64>) { self.iter().for_each(|x| x.floats(out)) }
}
impl<T: Flat> Flat for Vec<T> {
    fn fixed(&self, out: &mut Vec<u64>) { self[..].fixed(out) }
    fn bits(&self, out: &mut Vec<u64>) { self[..].bits(out) }
    fn floats(&self, out: &mut Vec<f64>) { self[..].floats(out) }
}
impl<T: Flat, const N: usize> Flat for [T; N] {
    fn fixed(&self, out: &mut Vec<u64>) { self[..].fixed(out) }
    fn bits(&self, out: &mut Vec<u64>) { self[..].bits(out) }
    fn floats(&self, out: &mut Vec<f64>) { self[..].floats(out) }
}
impl<T: Flat + ?Sized> Flat for &T {
    fn fixed(&self, out: &mut Vec<u64>) { (**self).fixed(out) }
    fn bits(&self, out: &mut Vec<u64>) { (**self).bits(out) }
    fn floats(&self, out: &mut Vec<f64>) { (**self).floats(out) }
}
macro_rules! tuples {
    ($(($($t:ident $i:tt),+))*) => {$(
        impl<$($t: Build),+> Build for ($($t,)+) {
            fn build(s: &mut Sample) -> Self { ($($t::build(s),)+) }
        }
        impl<$($t: Flat),+> Flat for ($($t,)+) {
            fn bits(&self, out: &mut Vec<u64>) { $(self.$i.bits(out);)+ }
            fn floats(&self, out: &mut Vec<f64>) { $(self.$i.floats(out);)+ }
            fn fixed(&self, out: &mut Vec<u64>) { $(self.$i.fixed(out);)+ }
        }
    )*};
}
tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5) (A 0, B 1, C 2, D 3, E 4, F 5, G 6) }

/// The runtime's own, where there is none.
pub fn stop_gradient<T>(x: T) -> T {
    x
}

pub fn floats(x: &(impl Flat + ?Sized)) -> Vec<f64> {
    let mut out = Vec::new();
    x.floats(&mut out);
    out
}

impl Sample {
    fn word(&mut self) -> u64 {
        self.next += 1;
        self.words[self.next - 1]
    }

    pub fn next<T: Build>(&mut self) -> T {
        T::build(self)
    }

    pub fn fail(&mut self, message: String) {
        // One line a failure; the first of a sample tells most.
        if !self.failed {
            println!("@@ fail {} {} {}: {}", self.program, self.index, self.stage, message.replace('\n', " "));
        }
        self.failed = true;
    }

    pub fn same(&mut self, stage: &'static str, got: &impl Flat, want: &[u64]) {
        self.stage = stage;
        let mut bits = Vec::new();
        got.bits(&mut bits);
        if bits != want {
            let show = |b: &[u64]| b.iter().map(|b| format!("{:?}", f64::from_bits(*b))).collect::<Vec<_>>().join(", ");
            self.fail(format!("value [{}] is not the interpreter's [{}]", show(&bits), show(want)));
        }
    }

    pub fn close(&mut self, stage: &'static str, got: &[f64], want: &[f64]) {
        self.stage = stage;
        let scale = want.iter().fold(1.0, |m: f64, w| m.max(w.abs()));
        let wrong = |(g, w): (&f64, &f64)| !((g - w).abs() <= self.tolerance * scale);
        if got.len() != want.len() || got.iter().zip(want).any(wrong) {
            self.fail(format!("{got:?} is not the dual numbers' {want:?}"));
        }
    }

    /// Against differences, which are no better than this.
    pub fn near(&mut self, stage: &'static str, got: &[f64], want: &[f64]) {
        self.stage = stage;
        let scale = want.iter().fold(1.0, |m: f64, w| m.max(w.abs()));
        let wrong = |(g, w): (&f64, &f64)| !((g - w).abs() <= 1e-5 * scale);
        if got.len() != want.len() || got.iter().zip(want).any(wrong) {
            self.fail(format!("{got:?} is not {want:?}, by differences of the dual numbers' gradient"));
        }
    }

    /// Constants of a gradient are the argument's.
    pub fn fixed(&mut self, stage: &'static str, got: &impl Flat, want: &impl Flat) {
        self.stage = stage;
        let (mut of_gradient, mut of_argument) = (Vec::new(), Vec::new());
        got.fixed(&mut of_gradient);
        want.fixed(&mut of_argument);
        if of_gradient != of_argument {
            self.fail(format!("constants {of_gradient:?} of the gradient are not the argument's {of_argument:?}"));
        }
    }

    /// <v, Jw> = <J'v, w>, from the compiled halves alone.
    pub fn transposed(&mut self, left: (&[f64], &[f64]), right: (&[f64], &[f64])) {
        self.stage = "transpose";
        let dot = |(a, b): (&[f64], &[f64])| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let size = |(a, b): (&[f64], &[f64])| a.iter().zip(b).map(|(x, y)| (x * y).abs()).sum::<f64>();
        if !((dot(left) - dot(right)).abs() <= self.tolerance * (1.0 + size(left) + size(right))) {
            self.fail(format!("<w, Jv> = {} but <J'w, v> = {}", dot(left), dot(right)));
        }
    }
}

pub fn run_samples(checks: &[(&str, fn(&mut Sample))]) {
    std::panic::set_hook(Box::new(|_| {}));
    let path = std::env::args().nth(1).expect("the file of samples");
    for line in std::fs::read_to_string(path).expect("the samples can be read").lines() {
        let mut parts = line.split(' ');
        let (program, index) = (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned());
        let Some((_, check)) = checks.iter().find(|(name, _)| *name == program) else { continue };
        let tolerance: f64 = parts.next().unwrap().parse().unwrap();
        let words = parts.map(|w| u64::from_str_radix(w, 16).unwrap()).collect();
        let mut s = Sample { words, next: 0, program, index, tolerance, stage: "primal", failed: false };
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&mut s)));
        if let Err(cause) = outcome {
            let text = cause.downcast_ref::<String>().cloned();
            let text = text.or_else(|| cause.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default();
            s.fail(format!("panicked after this stage: {text}"));
        }
        if !s.failed {
            println!("@@ ok {} {}", s.program, s.index);
        }
    }
}
