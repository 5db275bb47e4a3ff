//! Values with dual numbers, and the memory they live in.
//!
//! References are places (a slot and a path), exactly as the language sees them: a view of a view is a longer path,
//! and a store through any of them changes the one value. An `f32` is kept in an `f64`, which holds it exactly.

use crate::tree::Ty;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Float {
        v: f64,
        d: f64,
    },
    Int(i64),
    Bool(bool),
    Unit,
    Tuple(Vec<Value>),
    Seq(Vec<Value>),
    /// Of an enum: which variant, and what it holds. Structs are tuples.
    Variant(usize, Vec<Value>),
    Ref(Place),
    /// Declared and not yet assigned, or moved out of.
    Uninit,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) slot: usize,
    pub(crate) path: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Field(usize),
    Index(usize),
    Range(usize, usize),
}

impl Place {
    pub(crate) fn then(&self, step: Step) -> Place {
        let mut place = self.clone();
        place.path.push(step);
        place
    }
}

impl Value {
    pub(crate) fn constant(v: f64) -> Value {
        Value::Float { v, d: 0.0 }
    }

    /// The parts of the value as bits, in the order in which the printed checks flatten theirs.
    pub(crate) fn bits(&self, ty: &Ty, out: &mut Vec<u64>) {
        match (self, ty) {
            (Value::Float { v, .. }, Ty::F32) => out.push(u64::from((*v as f32).to_bits())),
            (Value::Float { v, .. }, _) => out.push(v.to_bits()),
            (Value::Int(i), _) => out.push(*i as u64),
            (Value::Bool(b), _) => out.push(u64::from(*b)),
            (Value::Tuple(vs), Ty::Tuple(ts)) => vs.iter().zip(ts).for_each(|(v, t)| v.bits(t, out)),
            (Value::Tuple(vs), Ty::Record(r)) => {
                r.variants[0].members.iter().zip(vs).for_each(|(m, v)| v.bits(&m.ty, out))
            }
            (Value::Variant(k, vs), Ty::Record(r)) => {
                out.push(*k as u64);
                r.variants[*k].members.iter().zip(vs).for_each(|(m, v)| v.bits(&m.ty, out));
            }
            (Value::Seq(vs), ty) => {
                let element = ty.element().expect("a sequence has an element type");
                vs.iter().for_each(|v| v.bits(element, out));
            }
            _ => {}
        }
    }

    /// Calls `f` with every float in order, also of constant fields.
    pub(crate) fn every_float(&mut self, f: &mut impl FnMut(&mut f64, &mut f64)) {
        match self {
            Value::Float { v, d } => f(v, d),
            Value::Tuple(vs) | Value::Seq(vs) | Value::Variant(_, vs) => vs.iter_mut().for_each(|v| v.every_float(f)),
            Value::Int(_) | Value::Bool(_) | Value::Unit | Value::Ref(_) | Value::Uninit => {}
        }
    }

    /// Calls `f` with every leaf that carries a derivative, and `constant` with all others inside structs and enums.
    fn visit(&mut self, ty: &Ty, f: &mut dyn FnMut(&mut f64, &mut f64), constant: &mut dyn FnMut(&mut Value)) {
        match (self, ty.peeled()) {
            (Value::Float { v, d }, _) => f(v, d),
            (Value::Tuple(vs), Ty::Tuple(ts)) => vs.iter_mut().zip(ts).for_each(|(v, t)| v.visit(t, f, constant)),
            (Value::Seq(vs), ty) => {
                let element = ty.element().expect("a sequence has an element type");
                vs.iter_mut().for_each(|v| v.visit(element, f, constant));
            }
            (value, Ty::Record(r)) => {
                let (k, vs) = match value {
                    Value::Variant(k, vs) => (*k, vs),
                    Value::Tuple(vs) => (0, vs),
                    _ => return,
                };
                for (m, v) in r.variants[k].members.iter().zip(vs) {
                    if m.constant || !m.ty.is_active() { constant(v) } else { v.visit(&m.ty, f, constant) }
                }
            }
            _ => {}
        }
    }

    /// Calls `f` with every float of a value of type `ty` that has a derivative, in order.
    pub(crate) fn each_float(&mut self, ty: &Ty, f: &mut dyn FnMut(&mut f64, &mut f64)) {
        self.visit(ty, f, &mut |_| {});
    }

    pub(crate) fn floats(&self, ty: &Ty) -> Vec<(f64, f64)> {
        let mut out = Vec::new();
        self.clone().each_float(ty, &mut |v, d| out.push((*v, *d)));
        out
    }

    /// Gives every float a new value (and no derivative): tangents, cotangents and shadows take a value's shape.
    /// Their constant fields hold something else than the value's: nobody may look at them.
    pub(crate) fn refilled(&self, ty: &Ty, mut f: impl FnMut() -> f64) -> Value {
        let mut copy = self.clone();
        let mut float = |v: &mut f64, d: &mut f64| {
            *v = f();
            *d = 0.0;
        };
        copy.visit(ty, &mut float, &mut |v| v.spoil());
        copy
    }

    fn spoil(&mut self) {
        match self {
            Value::Float { v, .. } => *v = 1e3 - 3.0 * *v,
            Value::Int(i) => *i = (*i + 3) % 7,
            Value::Bool(b) => *b = !*b,
            Value::Tuple(vs) | Value::Seq(vs) | Value::Variant(_, vs) => vs.iter_mut().for_each(Value::spoil),
            Value::Unit | Value::Ref(_) | Value::Uninit => {}
        }
    }
}

/// All slots of a run; a call's slots are dropped when it returns.
#[derive(Default)]
pub(crate) struct Memory {
    slots: Vec<Value>,
}

impl Memory {
    pub(crate) fn alloc(&mut self, value: Value) -> usize {
        self.slots.push(value);
        self.slots.len() - 1
    }

    pub(crate) fn mark(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn release(&mut self, mark: usize) {
        self.slots.truncate(mark);
    }

    /// The elements a place covers, when it is a sequence: the whole vector and the window on it.
    fn window(&self, place: &Place) -> Result<(&[Value], Option<&Value>), String> {
        let mut current = &self.slots[place.slot];
        let mut window: Option<&[Value]> = None;
        for step in &place.path {
            match (step, current) {
                (Step::Field(i), Value::Tuple(vs) | Value::Variant(_, vs)) => current = &vs[*i],
                (Step::Index(i), Value::Seq(vs)) => {
                    let seq = window.take().unwrap_or(vs);
                    current = seq.get(*i).ok_or("index out of bounds")?;
                }
                (Step::Range(lo, hi), Value::Seq(vs)) => {
                    let seq = window.take().unwrap_or(vs);
                    window = Some(seq.get(*lo..*hi).ok_or("range out of bounds")?);
                }
                (step, value) => return Err(format!("no {step:?} in {value:?}")),
            }
        }
        match (window, current) {
            (Some(seq), _) => Ok((seq, None)),
            (None, Value::Seq(vs)) => Ok((vs, Some(current))),
            (None, _) => Ok((&[], Some(current))),
        }
    }

    pub(crate) fn read(&self, place: &Place) -> Result<Value, String> {
        match self.window(place)? {
            (_, Some(value)) => Ok(value.clone()),
            (seq, None) => Ok(Value::Seq(seq.to_vec())),
        }
    }

    pub(crate) fn len(&self, place: &Place) -> Result<usize, String> {
        match self.window(place)? {
            (_, Some(value)) if !matches!(value, Value::Seq(_)) => Err(format!("no length of {value:?}")),
            (seq, _) => Ok(seq.len()),
        }
    }

    /// Changes the value at a place that does not end in a range.
    pub(crate) fn update<R>(&mut self, place: &Place, f: impl FnOnce(&mut Value) -> R) -> Result<R, String> {
        let mut current = &mut self.slots[place.slot];
        let mut offset = 0;
        for step in &place.path {
            match (step, current) {
                (Step::Field(i), Value::Tuple(vs) | Value::Variant(_, vs)) => current = &mut vs[*i],
                (Step::Index(i), Value::Seq(vs)) => {
                    current = vs.get_mut(offset + *i).ok_or("index out of bounds")?;
                    offset = 0;
                }
                (Step::Range(lo, _), seq @ Value::Seq(_)) => {
                    offset += *lo;
                    current = seq;
                }
                (step, value) => return Err(format!("no {step:?} in {value:?}")),
            }
        }
        Ok(f(current))
    }
}
