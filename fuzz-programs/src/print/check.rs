//! The printed check of a program: everything the public contract offers, on samples read from a file.
//!
//! The check is compiled once per program, not per sample. It reads words in the order in which `sample.rs` writes
//! them: arguments, tangents, cotangents, shadows, then what the interpreter expects.

use super::{Form, ty};
use crate::records::Record;
use crate::tree::{Function, Param, Program, Ty};

/// The owned type that holds an argument's data.
pub(super) fn owned(t: &Ty) -> Ty {
    match t {
        Ty::Ref(t, _) => owned(t),
        Ty::Slice(t) | Ty::Vec(t) => owned(t).vec(),
        Ty::Array(t, n) => owned(t).array(*n),
        Ty::Tuple(ts) => Ty::Tuple(ts.iter().map(owned).collect()),
        t => t.clone(),
    }
}

/// The type of a tangent or cotangent: `()` in the place of what is constant.
pub(super) fn cotangent(t: &Ty) -> Ty {
    match owned(t) {
        Ty::Tuple(ts) => Ty::Tuple(ts.iter().map(cotangent).collect()),
        t if t.is_active() => t,
        _ => Ty::Unit,
    }
}

/// How `name`, a variable of the owned type, is passed as the argument or tangent of a parameter.
fn pass(t: &Ty, name: &str) -> String {
    match t {
        Ty::Ref(inner, mutable) => {
            let and = if *mutable { "&mut " } else { "&" };
            let all = if matches!(**inner, Ty::Slice(_)) { "[..]" } else { "" };
            format!("{and}{name}{all}")
        }
        t if t.is_copy() => name.to_owned(),
        _ => format!("{name}.clone()"),
    }
}

/// How a cotangent is passed: slice-like ones as a slice, the rest by value.
fn seed(t: &Ty, name: &str) -> String {
    match t.peeled() {
        Ty::Slice(_) | Ty::Vec(_) => format!("&{name}[..]"),
        t if t.is_copy() => name.to_owned(),
        _ => format!("{name}.clone()"),
    }
}

fn shadow(t: &Ty, name: &str) -> String {
    match t.peeled() {
        Ty::Slice(_) | Ty::Vec(_) => format!("&mut {name}[..]"),
        _ => format!("&mut {name}"),
    }
}

fn bare_or_tuple(parts: &[String]) -> String {
    if let [one] = parts { one.clone() } else { format!("({})", parts.join(", ")) }
}

fn holds_f32(t: &Ty) -> bool {
    match t.peeled() {
        Ty::F32 => true,
        Ty::Tuple(ts) => ts.iter().any(holds_f32),
        Ty::Record(r) => r.members().any(|m| holds_f32(&m.ty)),
        t => t.element().is_some_and(holds_f32),
    }
}

fn holds_record(t: &Ty) -> bool {
    match t.peeled() {
        Ty::Record(_) => true,
        t => t.element().is_some_and(holds_record),
    }
}

struct Check<'p> {
    program: &'p Program,
    f: &'p Function,
    out: Vec<String>,
}

impl Check<'_> {
    fn line(&mut self, text: impl Into<String>) {
        self.out.push(text.into());
    }

    fn active(&self) -> impl Iterator<Item = (usize, &Param)> {
        self.f.params.iter().enumerate().filter(|(_, p)| p.is_active())
    }

    /// The `&mut` parameters with cotangents.
    fn seeded(&self) -> Vec<usize> {
        self.f.params.iter().enumerate().filter(|(_, p)| p.is_active_in_out()).map(|(i, _)| i).collect()
    }

    fn in_out(&self) -> Vec<usize> {
        self.f.params.iter().enumerate().filter(|(_, p)| p.is_in_out()).map(|(i, _)| i).collect()
    }

    /// Fresh copies of what the call will change, and the argument list.
    fn args(&mut self) -> String {
        self.args_list().join(", ")
    }

    fn args_list(&mut self) -> Vec<String> {
        for i in self.in_out() {
            self.line(format!("let mut m{i} = x{i}.clone();"));
        }
        let name = |i: usize, p: &Param| if p.is_in_out() { format!("m{i}") } else { format!("x{i}") };
        self.f.params.iter().enumerate().map(|(i, p)| pass(&p.ty, &name(i, p))).collect()
    }

    /// Compares the value and the `&mut` arguments with the interpreter's.
    fn same(&mut self, stage: &str) {
        self.same_from(stage, "want_bits");
    }

    /// The same of a value that came out of its wrapper: the word that says so is left out.
    fn same_inside(&mut self, stage: &str) {
        self.same_from(stage, if self.wrapper().is_some() { "want_bits[1..]" } else { "want_bits" });
    }

    fn same_from(&mut self, stage: &str, bits: &str) {
        let mut parts = vec!["&y".to_owned()];
        parts.extend(self.in_out().iter().map(|i| format!("&m{i}")));
        self.line(format!("s.same({stage:?}, &({},), &{bits});", parts.join(", ")));
    }

    fn wrapper(&self) -> Option<&Record> {
        self.f.ret.wrapper()
    }

    /// What has a cotangent: what is inside a wrapper.
    fn ret(&self) -> &Ty {
        self.wrapper().map_or(&self.f.ret, Record::inner)
    }

    /// A call whose result is in the function's wrapper.
    fn inside(&self, call: &str) -> String {
        if self.wrapper().is_some() { format!("{call}.found().unwrap()") } else { call.to_owned() }
    }

    /// Constant fields of a gradient are those of the arguments.
    fn fixed(&mut self, stage: &str, gradient: &str) {
        if self.active().any(|(_, p)| holds_record(&p.ty)) {
            let xs: Vec<String> = self.active().map(|(i, _)| format!("&x{i}")).collect();
            self.line(format!("s.fixed({stage:?}, &{gradient}, &{});", bare_or_tuple(&xs)));
        }
    }

    /// Of an `Err` or `None` no derivative comes back.
    fn failed(&mut self) {
        if self.wrapper().is_none() {
            return;
        }
        self.line("if !good {");
        self.line("s.stage = \"error\";");
        let args = self.args();
        self.line(format!("if f::vjp({args}).found().is_some() {{ s.fail(\"vjp is not an error\".into()); }}"));
        if self.f.has_grad() {
            let args = self.args();
            self.line(format!("if f::value_and_grad({args}).found().is_some() {{ s.fail(\"no error\".into()); }}"));
        }
        self.line("return;\n}\nlet w = w.unwrap();");
    }

    fn read(&mut self) {
        if self.wrapper().is_some() {
            self.line("let good: bool = s.next();");
        }
        for (i, p) in self.f.params.iter().enumerate() {
            self.out.push(format!("let x{i}: {} = s.next();", ty(&owned(&p.ty))));
        }
        for (i, p) in self.f.params.iter().enumerate().filter(|(_, p)| p.is_active()) {
            self.out.push(format!("let t{i}: {} = s.next();", ty(&cotangent(&p.ty))));
        }
        let w = ty(&cotangent(self.ret()));
        if self.wrapper().is_some() {
            self.line(format!("let w: Option<{w}> = if good {{ Some(s.next()) }} else {{ None }};"));
        } else {
            self.line(format!("let w: {w} = s.next();"));
        }
        for i in self.seeded() {
            self.line(format!("let w{i}: {} = s.next();", ty(&cotangent(&self.f.params[i].ty))));
        }
        for (i, p) in self.f.params.iter().enumerate().filter(|(_, p)| p.is_active() && !p.is_in_out()) {
            self.out.push(format!("let b{i}: {} = s.next();", ty(&cotangent(&p.ty))));
        }
        self.line("let want_bits: Vec<u64> = s.next::<Vec<usize>>().iter().map(|w| *w as u64).collect();");
        self.line("let want_tangent: Vec<f64> = s.next();");
        self.line("let want_gradient: Vec<f64> = s.next();");
        self.line("let want_grad: Vec<f64> = s.next();");
        if self.program.has_hessian() {
            self.line("let want_hvp: Option<Vec<f64>> = s.next();");
        }
        for (i, _) in self.f.params.iter().enumerate().filter(|(_, p)| p.is_active() && !p.is_in_out()) {
            self.out.push(format!("let want_jacobian{i}: Vec<f64> = s.next();"));
        }
        self.line("let checkable: bool = s.next();");
    }

    fn reverse(&mut self) {
        let in_out = self.seeded();
        let mut seeds = Vec::new();
        if self.f.ret != Ty::Unit {
            seeds.push(seed(self.ret(), "w"));
        }
        seeds.extend(in_out.iter().map(|i| seed(&self.f.params[*i].ty, &format!("w{i}"))));
        let seeds = bare_or_tuple(&seeds);
        let args = self.args();
        let call = self.inside(&format!("f::vjp({args})"));
        self.line(format!("let (y, pullback) = {call};"));
        self.same_inside("vjp value");
        self.line(format!("let gradient = pullback({seeds});"));
        self.fixed("vjp", "gradient");
        self.line("let gradient = floats(&gradient);");
        self.line("s.close(\"vjp\", &gradient, &want_gradient);");
        self.line(format!("let again = floats(&pullback({seeds}));"));
        self.line("s.close(\"pullback called twice\", &again, &want_gradient);");

        let args = self.args();
        let mut shadows = Vec::new();
        let mut found = Vec::new();
        for (i, p) in self.f.params.iter().enumerate() {
            if !p.is_active() {
                shadows.push("Const".to_owned());
                continue;
            }
            let start = if p.is_in_out() { format!("w{i}") } else { format!("b{i}") };
            self.out.push(format!("let mut s{i} = {start}.clone();"));
            shadows.push(shadow(&p.ty, &format!("s{i}")));
            found.push(if p.is_in_out() {
                format!("gained.extend(floats(&s{i}));")
            } else {
                format!("gained.extend(floats(&s{i}).iter().zip(floats(&b{i})).map(|(a, b)| a - b));")
            });
        }
        let ret = match self.wrapper() {
            Some(r) => super::records::good(r, "w.clone()"),
            None if self.f.ret == Ty::Unit => "()".to_owned(),
            None => seed(&self.f.ret, "w"),
        };
        let all = if args.is_empty() { shadows.join(", ") } else { format!("{args}, {}", shadows.join(", ")) };
        self.line(format!("let y = f::adjoint({all}, {ret});"));
        self.same("adjoint value");
        self.line("let mut gained: Vec<f64> = Vec::new();");
        self.out.extend(found);
        self.line("s.close(\"adjoint\", &gained, &want_gradient);");
    }

    fn forward(&mut self) {
        let primals = self.args_list();
        let mut tangents = Vec::new();
        for (i, p) in self.f.params.iter().enumerate().filter(|(_, p)| p.is_active()) {
            if p.is_in_out() {
                self.out.push(format!("let mut d{i} = t{i}.clone();"));
                tangents.push(pass(&p.ty, &format!("d{i}")));
            } else {
                tangents.push(pass(&p.ty, &format!("t{i}")));
            }
        }
        let call = self.inside(&format!("f::jvp({}, {})", bare_or_tuple(&primals), bare_or_tuple(&tangents)));
        self.line(format!("let (y, dy) = {call};"));
        self.same_inside("jvp value");
        self.line("let mut tangent = floats(&dy);");
        for i in self.in_out() {
            if self.f.params[i].is_active() {
                self.line(format!("tangent.extend(floats(&d{i}));"));
            }
        }
        self.line("s.close(\"jvp\", &tangent, &want_tangent);");
        self.line("let (mut cotangents, mut directions) = (floats(&w), Vec::new());");
        for i in self.seeded() {
            self.line(format!("cotangents.extend(floats(&w{i}));"));
        }
        let active: Vec<usize> = self.active().map(|(i, _)| i).collect();
        for i in active {
            self.line(format!("directions.extend(floats(&t{i}));"));
        }
        self.line("s.transposed((&cotangents, &tangent), (&gradient, &directions));");
    }

    /// `hvp` along the direction of the tangents against differences of the dual numbers' gradient, and the symmetry of the
    /// Hessian along a second direction.
    fn second(&mut self) {
        let primals = bare_or_tuple(&self.args_list());
        let along = |check: &mut Self, of: &str| {
            let mut directions = Vec::new();
            for (i, p) in check.f.params.iter().enumerate().filter(|(_, p)| p.is_active()) {
                if p.is_in_out() {
                    check.out.push(format!("let mut d{i} = t{i}.clone();"));
                    directions.push(pass(&p.ty, &format!("d{i}")));
                } else {
                    directions.push(pass(&p.ty, &format!("{of}{i}")));
                }
            }
            bare_or_tuple(&directions)
        };
        let directions = along(self, "t");
        self.line(format!("let hvp = f::hvp({primals}, {directions});"));
        self.fixed("hvp", "hvp");
        self.line("let hvp = floats(&hvp);");
        self.line("if let Some(want_hvp) = &want_hvp { s.near(\"hvp\", &hvp, want_hvp); }");
        if !self.in_out().is_empty() {
            return;
        }
        let directions = along(self, "b");
        let primals = bare_or_tuple(&self.args_list());
        self.line(format!("let other = floats(&f::hvp({primals}, {directions}));"));
        self.line("let (mut first, mut second) = (Vec::new(), Vec::new());");
        let active: Vec<usize> = self.active().map(|(i, _)| i).collect();
        for i in active {
            self.line(format!("first.extend(floats(&t{i})); second.extend(floats(&b{i}));"));
        }
        self.line("s.transposed((&second, &hvp), (&other, &first));");
    }

    /// `jacobian_into`, of functions with a result or active `&mut` arguments, and something to differentiate by.
    fn jacobian(&mut self) {
        // Blocks of structs are of `f64`, whatever their floats are.
        let float = |t: &Ty| if holds_f32(t) && !holds_record(t) { "f32" } else { "f64" };
        let columns: Vec<(usize, &'static str)> =
            self.active().filter(|(_, p)| !p.is_in_out()).map(|(i, p)| (i, float(&p.ty))).collect();
        if self.is_called_once() {
            return;
        }
        if self.wrapper().is_some() || columns.is_empty() || (self.f.ret == Ty::Unit && self.seeded().is_empty()) {
            return;
        }
        let mut args = self.args_list();
        for (i, float) in &columns {
            self.line(format!("let mut j{i} = vec![{float}::NAN; want_jacobian{i}.len()];"));
            args.push(format!("&mut j{i}"));
        }
        self.line(format!("f::jacobian_into({});", args.join(", ")));
        for (i, _) in &columns {
            self.line(format!("s.close(\"jacobian_into\", &floats(&j{i}), &want_jacobian{i});"));
        }
        for mode in ["jacobian_fwd", "jacobian_rev"] {
            let args = self.args();
            let names: Vec<String> = columns.iter().map(|(i, _)| format!("j{i}")).collect();
            self.line(format!("let {} = f::{mode}({args});", bare_or_tuple(&names)));
            for (i, float) in &columns {
                self.line(format!("let j{i}: Vec<{float}> = j{i}.iter().copied().collect();"));
                self.line(format!("s.close({mode:?}, &floats(&j{i}), &want_jacobian{i});"));
            }
        }
    }

    /// A constant struct by value need not be `Clone`: such a function cannot be called again, as Jacobians and `check_grad!` do.
    fn is_called_once(&self) -> bool {
        let once = |p: &Param| p.constant && holds_record(&p.ty) && !matches!(p.ty, Ty::Ref(_, false));
        self.f.params.iter().any(once)
    }

    fn check_grad(&mut self) {
        if self.is_called_once() {
            return;
        }
        let args = self.args();
        self.line(format!("if checkable {{ s.stage = \"check_grad!\"; ad_runtime::check_grad!(f, {args}); }}"));
    }

    fn sparse(&mut self) {
        // The check of each evaluation knows the rounding of f64: in f32 terms that cancel look like a missing element.
        let single = self.f.params.iter().any(|p| holds_f32(&p.ty)) || holds_f32(&self.f.ret);
        if self.is_called_once() || single {
            return;
        }
        let args = self.args();
        self.line(format!("s.sparse::<f, _>(&f::arguments({args}));"));
    }

    fn scalar(&mut self) {
        let args = self.args();
        let call = self.inside(&format!("f::grad({args})"));
        self.line(format!("let gradient = floats(&{call});"));
        self.line("s.close(\"grad\", &gradient, &want_grad);");
        let args = self.args();
        let call = self.inside(&format!("f::value_and_grad({args})"));
        self.line(format!("let (y, gradient) = {call};"));
        self.same_inside("value_and_grad value");
        self.fixed("value_and_grad", "gradient");
        self.line("s.close(\"value_and_grad\", &floats(&gradient), &want_grad);");
        if !self.in_out().is_empty() {
            return;
        }
        let args = self.args();
        let mut buffers = Vec::new();
        let mut found = Vec::new();
        for (i, p) in self.f.params.iter().enumerate().filter(|(_, p)| p.is_active()) {
            self.out.push(format!("let mut s{i} = b{i}.clone();"));
            buffers.push(shadow(&p.ty, &format!("s{i}")));
            found.push(format!("gradient.extend(floats(&s{i}));"));
        }
        self.line(format!("let y = f::value_and_grad_into({args}, {});", buffers.join(", ")));
        self.same("value_and_grad_into value");
        let buffers: Vec<String> = self.active().map(|(i, _)| format!("&s{i}")).collect();
        self.fixed("value_and_grad_into", &bare_or_tuple(&buffers));
        self.line("let mut gradient: Vec<f64> = Vec::new();");
        self.out.extend(found);
        self.line("s.close(\"value_and_grad_into\", &gradient, &want_grad);");
    }
}

fn check(program: &Program, mode: Mode) -> String {
    let mut check = Check { program, f: program.entry(), out: Vec::new() };
    check.read();
    let args = check.args();
    check.line(format!("let y = f({args});"));
    check.same("primal");
    if mode != Mode::Plain {
        check.failed();
        check.reverse();
        check.forward();
        if program.entry().has_grad() {
            check.scalar();
        }
    }
    if mode == Mode::Differentiated {
        check.jacobian();
        check.check_grad();
        check.sparse();
        if program.has_hessian() {
            check.second();
        }
    }
    format!("pub fn check(s: &mut Sample) {{\n{}\n}}", check.out.join("\n"))
}

/// What the compiler under test is asked to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    /// Nothing: only values are checked.
    Plain,
    Differentiated,
    /// Stand-ins without bodies: the checks are compiled, not run.
    Stubs,
}

/// A batch: one source file with a module per program, and the line on which each module starts.
pub(crate) fn batch(programs: &[(String, &Program)], mode: Mode, form: Form) -> (String, Vec<(usize, String)>) {
    let mut text = String::from("#![allow(warnings, unconditional_panic, arithmetic_overflow)]\n");
    text.push_str(include_str!("../../support/prelude.rs"));
    if mode == Mode::Differentiated {
        text.push_str(include_str!("../../support/sparse.rs"));
    }
    // What closures are passed to.
    let attribute = if mode == Mode::Differentiated { "#[ad_runtime::differentiate]\n" } else { "" };
    for real in ["f64", "f32"] {
        text.push_str(&format!(
            "{attribute}fn pass1_{real}(f: &impl Fn({real}) -> {real}, x: {real}) -> {real} {{ f(x) }}\n\
             {attribute}fn pass2_{real}<F: Fn({real}, {real}) -> {real}>(f: F, x: {real}, y: {real}) -> {real} {{ f(x, y) }}\n"
        ));
    }
    let mut starts = Vec::new();
    for (name, program) in programs {
        starts.push((text.lines().count() + 1, name.clone()));
        let imports = match mode {
            Mode::Plain => "use super::stop_gradient;\n",
            _ => "use ad_runtime::{Const, Differentiable, differentiate, stop_gradient};\n",
        };
        let functions = super::functions(program, (mode == Mode::Differentiated).then_some(form));
        let stub = if mode == Mode::Stubs { super::stub::stub(program) } else { String::new() };
        let check = super::indented(&check(program, mode));
        let traits = super::indented(&super::records::traits(program));
        text.push_str(&format!(
            "mod {name} {{\nuse super::{{Build, Flat, Found, Sample, floats}};\n{imports}{functions}\n{stub}{traits}{check}}}\n"
        ));
    }
    starts.push((text.lines().count() + 1, String::new()));
    let rows: Vec<String> = programs.iter().map(|(name, _)| format!("({name:?}, {name}::check)")).collect();
    text.push_str(&format!("fn main() {{ run_samples(&[{}]) }}\n", rows.join(", ")));
    (text, starts)
}
