//! Stand-ins for what the macro emits: the siblings of the public contract with the right types and no bodies.
//!
//! With them the printed checks can be compiled without the compiler under test, so a mistake in a check is not taken
//! for one of the compiler's. They are also this crate's reading of the contract, in one place.

use super::check::{cotangent, owned};
use super::ty;
use crate::tree::{Param, Program, Ty};

fn seed_ty(t: &Ty) -> String {
    match owned(t) {
        Ty::Vec(element) => format!("&[{}]", ty(&element)),
        other => ty(&cotangent(&other)),
    }
}

fn tuple(parts: Vec<String>) -> String {
    match parts.len() {
        1 => parts.into_iter().next().expect("one part"),
        _ => format!("({})", parts.join(", ")),
    }
}

fn shadow_ty(p: &Param) -> String {
    if !p.is_active() {
        return "ad_runtime::Const".into();
    }
    match owned(&p.ty) {
        Ty::Vec(element) => format!("&mut [{}]", ty(&element)),
        other => format!("&mut {}", ty(&other)),
    }
}

/// `pub enum f {}` with its associated functions, for the entry function.
pub(crate) fn stub(program: &Program) -> String {
    let f = program.entry();
    let typed = |p: &Param, i: usize| format!("_{i}: {}", ty(&p.ty));
    let args: Vec<String> = f.params.iter().enumerate().map(|(i, p)| typed(p, i)).collect();
    let active: Vec<&Param> = f.params.iter().filter(|p| p.is_active()).collect();
    let gradient = tuple(active.iter().map(|p| ty(&owned(&p.ty))).collect());
    let tangents = tuple(active.iter().map(|p| ty(&p.ty)).collect());
    let primals = tuple(f.params.iter().map(|p| ty(&p.ty)).collect());
    let mut seeds = Vec::new();
    if f.ret != Ty::Unit {
        seeds.push(seed_ty(&f.ret));
    }
    seeds.extend(f.params.iter().filter(|p| p.is_active_in_out()).map(|p| seed_ty(&p.ty)));
    let seed = tuple(seeds);
    let shadows: Vec<String> = f.params.iter().enumerate().map(|(i, p)| format!("_s{i}: {}", shadow_ty(p))).collect();
    let ret_seed = if f.ret == Ty::Unit { "()".to_owned() } else { seed_ty(&f.ret) };
    let (args, ret, all) = (args.join(", "), ty(&f.ret), shadows.join(", "));
    let active_shadows: Vec<String> =
        active.iter().enumerate().map(|(i, p)| format!("_s{i}: {}", shadow_ty(p))).collect();
    let mut out = format!(
        "pub enum f {{}}\nimpl f {{\n\
         pub fn vjp({args}) -> ({ret}, impl Fn({seed}) -> {gradient} + use<>) {{ (todo!(), |_: {seed}| todo!()) }}\n\
         pub fn jvp(_p: {primals}, _t: {tangents}) -> ({ret}, {}) {{ todo!() }}\n\
         pub fn adjoint({args}, {all}, _seed: {ret_seed}) -> {ret} {{ todo!() }}\n",
        ty(&cotangent(&f.ret))
    );
    if f.ret.is_float() {
        out.push_str(&format!(
            "pub fn grad({args}) -> {gradient} {{ todo!() }}\n\
             pub fn value_and_grad({args}) -> ({ret}, {gradient}) {{ todo!() }}\n"
        ));
        if !f.params.iter().any(Param::is_in_out) {
            let buffers = active_shadows.join(", ");
            out.push_str(&format!("pub fn value_and_grad_into({args}, {buffers}) -> {ret} {{ todo!() }}\n"));
        }
    }
    out.push_str("}\n");
    out
}
