//! A function under compilation: its tables of values, variables and regions.

use super::{EntitySet, Op, OpKind, Place, Region, Ty, TyTable, Value, Var};
use proc_macro2::{Span, TokenStream};

/// What is known of an SSA value.
#[derive(Clone, Debug)]
pub struct ValueData {
    pub ty: Ty,
    pub span: Span,
    /// The user's name for it, if it has one.
    pub name: Option<String>,
    /// The region in which it is defined.
    pub region: Region,
    /// Taken for a float although nothing says so: emitted code asks rustc.
    pub assumed: bool,
}

/// What a variable stands for.
#[derive(Clone, Debug)]
pub enum VarKind {
    /// The n-th parameter.
    Param(usize),
    Local,
    /// A constant or static outside the function, as tokens; never written.
    Extern(TokenStream),
    /// The shadow of the n-th parameter as the caller passed it; an `Option` by type where `optional`.
    ShadowParam {
        param: usize,
        optional: bool,
    },
    /// The tangent of the n-th parameter as the caller passed it.
    TangentParam {
        param: usize,
        optional: bool,
    },
    /// The cotangent of the result, as the caller gives it.
    Seed,
    /// The shadow or tangent of a local, or a residual.
    Generated,
}

/// What is known of a variable.
#[derive(Clone, Debug)]
pub struct VarData {
    pub name: String,
    pub ty: Ty,
    pub span: Span,
    pub kind: VarKind,
    /// The region in which it is declared.
    pub region: Region,
    /// Whether the user wrote the type.
    pub annotated: bool,
    /// Whether the variable itself is a reference (`u: &mut [f64]`), so that its whole is `*u`.
    pub by_ref: bool,
    /// Whether the derivative ends here: an aggregate that `stop_gradient` gave, which is never written again.
    pub cut: bool,
    /// Whether it is a tangent, whose constant fields must not be taken for derivatives.
    pub tangent: bool,
    /// Whether it is a buffer of records, as long as the loop that fills it.
    pub tape: bool,
    /// Whether it is a buffer of records whose memory may come from a workspace.
    pub buffer: bool,
}

/// The result of a function.
#[derive(Clone, Debug)]
pub enum RetShape {
    Unit,
    Value(Value),
    /// A variable moved out.
    Var(Var),
    /// `&place`
    Ref(Place),
    Tuple(Vec<RetShape>),
}

impl RetShape {
    /// Whether the result is the variable, or a reference into it, or has one of these as a part.
    pub fn mentions(&self, var: Var) -> bool {
        match self {
            RetShape::Var(v) => *v == var,
            RetShape::Ref(p) => p.base == var,
            RetShape::Tuple(parts) => parts.iter().any(|p| p.mentions(var)),
            RetShape::Unit | RetShape::Value(_) => false,
        }
    }
}

impl RetShape {
    /// The parts that are no tuples.
    pub fn for_each_part<'a>(&'a self, f: &mut dyn FnMut(&'a RetShape)) {
        match self {
            RetShape::Tuple(parts) => parts.iter().for_each(|p| p.for_each_part(f)),
            RetShape::Unit | RetShape::Value(_) | RetShape::Var(_) | RetShape::Ref(_) => f(self),
        }
    }

    /// Whether a variable, or a part of it, is given back.
    pub fn gives(&self, var: Var) -> bool {
        let mut found = false;
        self.for_each_part(&mut |part| match part {
            RetShape::Var(v) => found |= *v == var,
            RetShape::Ref(p) => found |= p.base == var,
            RetShape::Unit | RetShape::Value(_) | RetShape::Tuple(_) => {}
        });
        found
    }
}

/// A function: primal, tangent or adjoint.
#[derive(Clone, Debug)]
pub struct Func {
    pub name: String,
    pub values: Vec<ValueData>,
    pub vars: Vec<VarData>,
    pub regions: Vec<Vec<Op>>,
    /// For each region the region that its operation stands in.
    pub parents: Vec<Option<Region>>,
    pub types: TyTable,
    pub body: Region,
    /// The reverse sweep, in adjoints.
    pub reverse: Option<Region>,
    /// In adjoints: the first value and the first variable of the reverse sweep, wherever they stand.
    pub reverse_from: Option<(Value, Var)>,
    /// One per parameter: the SSA value of a scalar, or the variable of an aggregate or a reference.
    pub params: Vec<ParamSlot>,
    /// The variables of `&mut` parameters.
    pub mut_params: Vec<Var>,
    pub ret: RetShape,
    /// The tangent of the result, in tangents.
    pub ret_dot: Option<RetShape>,
}

/// How a parameter enters the function.
#[derive(Clone, Copy, Debug)]
pub enum ParamSlot {
    Value(Value),
    Var(Var),
}

impl Func {
    /// An empty function.
    pub fn new(name: String) -> Func {
        Func {
            name,
            values: Vec::new(),
            vars: Vec::new(),
            regions: vec![Vec::new()],
            parents: vec![None],
            types: TyTable::default(),
            body: Region(0),
            reverse: None,
            reverse_from: None,
            params: Vec::new(),
            mut_params: Vec::new(),
            ret: RetShape::Unit,
            ret_dot: None,
        }
    }

    /// A new region inside `parent`.
    pub fn region(&mut self, parent: Option<Region>) -> Region {
        self.regions.push(Vec::new());
        self.parents.push(parent);
        Region(self.regions.len() as u32 - 1)
    }

    /// A new value of a region.
    pub fn value(&mut self, ty: Ty, span: Span, region: Region) -> Value {
        self.values.push(ValueData { ty, span, name: None, region, assumed: false });
        Value(self.values.len() as u32 - 1)
    }

    /// A new variable of a region.
    pub fn var(&mut self, name: &str, ty: Ty, span: Span, kind: VarKind, region: Region) -> Var {
        let (annotated, by_ref, cut, tangent, tape, buffer) = (false, false, false, false, false, false);
        let name = name.to_string();
        self.vars.push(VarData { name, ty, span, kind, region, annotated, by_ref, cut, tangent, tape, buffer });
        Var(self.vars.len() as u32 - 1)
    }

    /// Appends an operation without result.
    pub fn push(&mut self, region: Region, kind: OpKind, span: Span) {
        self.regions[region.index()].push(Op { kind, result: None, span });
    }

    /// Appends an operation and gives its result.
    pub fn push_value(&mut self, region: Region, kind: OpKind, ty: Ty, span: Span) -> Value {
        let v = self.value(ty, span, region);
        self.regions[region.index()].push(Op { kind, result: Some(v), span });
        v
    }

    /// The resolved type of a value.
    pub fn ty(&self, v: Value) -> Ty {
        self.types.resolve(&self.values[v.index()].ty)
    }

    /// The resolved type of a variable.
    pub fn var_ty(&self, v: Var) -> Ty {
        self.types.resolve(&self.vars[v.index()].ty)
    }

    /// Takes the last operation of a region if nothing comes behind it, so that something can be put in front of it.
    pub fn take_diverging(&mut self, region: Region) -> Option<Op> {
        let ops = &mut self.regions[region.index()];
        let diverges = |op: &mut Op| matches!(op.kind, OpKind::Effect { diverges: true, .. });
        ops.pop_if(diverges)
    }

    /// Whether an operation is the reverse sweep's, by what it defines.
    pub fn is_of_reverse(&self, op: &Op) -> bool {
        let Some((value, var)) = self.reverse_from else { return false };
        match (&op.kind, op.result) {
            (OpKind::Declare(v, _), _) => v.0 >= var.0,
            (_, Some(v)) => v.0 >= value.0,
            (_, None) => false,
        }
    }

    /// Whether `outer` is `inner` or encloses it.
    pub fn encloses(&self, outer: Region, inner: Region) -> bool {
        let mut at = Some(inner);
        while let Some(r) = at {
            if r == outer {
                return true;
            }
            at = self.parents[r.index()];
        }
        false
    }

    /// The type of a place, following its path as far as types are known.
    pub fn place_ty(&mut self, place: &Place) -> Ty {
        use super::Proj;
        let mut ty = self.vars[place.base.index()].ty.clone();
        for step in &place.path {
            loop {
                ty = self.types.head(&ty);
                let Ty::Ref(inner, _) = ty else { break };
                ty = *inner;
            }
            ty = match (step, ty) {
                (Proj::Index(_), Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e)) => *e,
                (Proj::Range { .. }, Ty::Array(e, _) | Ty::Slice(e) | Ty::Vec(e)) => Ty::Slice(e),
                (Proj::Field(n), Ty::Tuple(parts)) if (*n as usize) < parts.len() => parts[*n as usize].clone(),
                (Proj::Named(member), Ty::Other(name)) => self.types.field(&name, member),
                (Proj::Field(n), Ty::Other(name)) => self.types.field(&name, &n.to_string()),
                // A struct in a struct: what is known of its fields is known of this one's.
                (Proj::Named(member), Ty::Var(v)) => self.types.field(&format!("?{}", v.0), member),
                (Proj::Variant { .. }, Ty::Option(inner)) => *inner,
                (Proj::Variant { path, .. }, Ty::Result(inner, _)) if !path.ends_with("Err") => *inner,
                (Proj::Variant { path, .. }, open @ Ty::Var(_)) if path == "Some" => {
                    let inner = self.types.fresh();
                    let _ = self.types.unify(&open, &Ty::Option(Box::new(inner.clone())));
                    inner
                }
                (Proj::Variant { path, .. }, open @ Ty::Var(_)) if path == "Ok" => {
                    let inner = self.types.fresh();
                    let _ = self.types.unify(&open, &Ty::Result(Box::new(inner.clone()), "_".into()));
                    inner
                }
                (Proj::Variant { path, member }, Ty::Other(name)) => {
                    let variant = path.rsplit("::").next().unwrap_or(path).trim();
                    self.types.field(&name, &format!("{variant}.{member}"))
                }
                (Proj::Index(_), open @ Ty::Var(_)) => {
                    // Indexing says that it is a sequence; which kind stays with rustc.
                    let elem = self.types.fresh();
                    let _ = self.types.unify(&open, &Ty::Slice(Box::new(elem.clone())));
                    elem
                }
                (Proj::Range { .. }, open @ Ty::Var(_)) => {
                    let elem = self.types.fresh();
                    let slice = Ty::Slice(Box::new(elem));
                    let _ = self.types.unify(&open, &slice);
                    slice
                }
                _ => self.types.fresh(),
            };
        }
        ty
    }

    /// Whether a place is a part of a struct or enum, whose type only rustc may know; also of a tuple struct.
    pub fn is_part(&mut self, place: &Place) -> bool {
        (0..place.path.len()).any(|k| match &place.path[k] {
            super::Proj::Named(_) | super::Proj::Variant { .. } => true,
            super::Proj::Field(_) => {
                let of = self.place_ty(&Place { base: place.base, path: place.path[..k].to_vec() });
                matches!(self.types.resolve(&of).peel(), Ty::Other(_))
            }
            super::Proj::Index(_) | super::Proj::Range { .. } => false,
        })
    }

    /// Whether a place is a part of a struct that is known to hold no float: its tangent and its shadow, which have the same
    /// type, are of no interest.
    pub fn is_inert_part(&mut self, place: &Place) -> bool {
        if !self.is_part(place) {
            return false;
        }
        let ty = self.place_ty(place);
        !self.types.may_hold_float(&ty)
    }

    /// Whether a region is one of these, or stands in one.
    pub fn is_inside(&self, region: Region, of: &EntitySet<Region>) -> bool {
        let mut at = Some(region);
        while let Some(r) = at {
            if of.contains(&r) {
                return true;
            }
            at = self.parents[r.index()];
        }
        false
    }

    /// Calls `f` on each operation of a region and of the regions nested in it, in program order.
    pub fn walk<'a>(&'a self, region: Region, f: &mut dyn FnMut(Region, &'a Op)) {
        for op in &self.regions[region.index()] {
            f(region, op);
            for nested in op.kind.regions() {
                self.walk(nested, f);
            }
        }
    }
}
