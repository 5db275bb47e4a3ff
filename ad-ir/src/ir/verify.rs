//! The verifier: runs after each rewrite. It checks that
//!
//! 1.  every value is defined exactly once (by an operation, as a parameter, or as a loop's index), in the region
//!     that its data names;
//! 2.  every read of a value comes after its definition, in the defining region or in one nested in it; the
//!     reverse sweep counts as nested in the body, after it; a `While`'s body sees what its condition defines;
//! 3.  a variable is used only after it came into being (a `Declare`, the result of a call, a residual kept
//!     locally; parameters, externs, and the shadows and tangents of parameters exist from the start), in the
//!     same region or in one nested in it, and comes into being once;
//! 4.  externs, and shared references as far as the type tells, are never written;
//! 5.  every region is owned by one operation (or is the body or the reverse sweep), and `parents` says which;
//! 6.  conditions, exit flags and the operands of `!`, `&&`, `||` are bools or integers where the type is known;
//! 7.  indices, lengths, counts and range bounds are integers (or chars) where the type is known;
//! 8.  both operands of arithmetic and comparisons, and both choices of a `Select`, have the same type where both
//!     are known (shifts excepted), and a rule has as many operands as formals;
//! 9.  a `For`'s index is defined in its body, a `While`'s test in its condition region or outside the loop;
//! 10. operations have a result exactly where their kind yields one (`Pop` may go without);
//! 11. nothing follows an effect that diverges in its region;
//! 12. plain calls have no shadows, derivative forms one per argument;
//! 13. what the function returns is defined in the body.

use super::{Access, BinOp, Call, Count, Func, Init, Op, OpKind, ParamSlot, Place, Proj, Region, RetShape};
use super::{Ty, Value, Var, VarKind, for_each_place, for_each_value};

/// Checks a function; the error names the operation.
pub fn verify(func: &Func) -> Result<(), String> {
    let mut v = Verifier {
        func,
        defined: vec![None; func.values.len()],
        declared: vec![None; func.vars.len()],
        seen: vec![false; func.regions.len()],
    };
    v.function().map_err(|e| format!("{}: {e}", func.name))
}

struct Verifier<'a> {
    func: &'a Func,
    /// Where each value was defined, so far.
    defined: Vec<Option<Region>>,
    /// Where each variable came into being, so far.
    declared: Vec<Option<Region>>,
    seen: Vec<bool>,
}

type Checked = Result<(), String>;

fn ensure(ok: bool, message: impl FnOnce() -> String) -> Checked {
    if ok { Ok(()) } else { Err(message()) }
}

impl Verifier<'_> {
    fn function(&mut self) -> Checked {
        for slot in &self.func.params {
            match slot {
                ParamSlot::Value(v) => self.define(*v, self.func.body)?,
                ParamSlot::Var(v) => self.declared[v.index()] = Some(self.func.body),
            }
        }
        for (i, data) in self.func.vars.iter().enumerate() {
            match data.kind {
                VarKind::Param(_) | VarKind::Extern(_) | VarKind::Seed => self.declared[i] = Some(self.func.body),
                VarKind::ShadowParam { .. } | VarKind::TangentParam { .. } => self.declared[i] = Some(self.func.body),
                VarKind::Local | VarKind::Generated => {}
            }
        }
        self.region(self.func.body)?;
        self.ret(&self.func.ret)?;
        if let Some(dot) = &self.func.ret_dot {
            self.ret(dot)?;
        }
        match self.func.reverse {
            Some(reverse) => self.region(reverse),
            None => Ok(()),
        }
    }

    fn ret(&self, ret: &RetShape) -> Checked {
        match ret {
            RetShape::Unit => Ok(()),
            RetShape::Value(v) => self.visible(*v, self.func.body),
            RetShape::Var(v) => self.alive(*v, self.func.body),
            RetShape::Ref(p) => {
                self.alive(p.base, self.func.body)?;
                p.values().try_for_each(|v| self.visible(v, self.func.body))
            }
            RetShape::Tuple(parts) => parts.iter().try_for_each(|p| self.ret(p)),
        }
        .map_err(|e| format!("result: {e}"))
    }

    fn define(&mut self, v: Value, region: Region) -> Checked {
        let slot = self.defined.get_mut(v.index()).ok_or_else(|| format!("{v} has no data"))?;
        ensure(slot.is_none(), || format!("{v} is defined twice"))?;
        *slot = Some(region);
        let told = self.func.values[v.index()].region;
        ensure(told == region, || format!("{v} is defined in {region}, its data says {told}"))
    }

    /// Whether a region sees what another defines: the reverse sweep sees the body's own values.
    fn within(&self, outer: Region, inner: Region) -> bool {
        outer == inner
            || self.func.encloses(outer, inner)
            || (outer == self.func.body && self.func.reverse.is_some_and(|r| self.func.encloses(r, inner)))
    }

    fn visible(&self, v: Value, region: Region) -> Checked {
        let at = self.defined.get(v.index()).copied().flatten();
        let at = at.ok_or_else(|| format!("{v} is read before it is defined"))?;
        ensure(self.within(at, region), || format!("{v} of {at} is read in {region}, out of its scope"))
    }

    fn alive(&self, v: Var, region: Region) -> Checked {
        let name = || &self.func.vars[v.index()].name;
        let at = self.declared.get(v.index()).copied().flatten();
        let at = at.ok_or_else(|| format!("{v} ({}) is used before it is declared", name()))?;
        ensure(self.within(at, region), || format!("{v} ({}) of {at} is used in {region}, out of its scope", name()))
    }

    fn region(&mut self, region: Region) -> Checked {
        let seen = self.seen.get_mut(region.index()).ok_or_else(|| format!("{region} does not exist"))?;
        ensure(!std::mem::replace(seen, true), || format!("{region} is owned twice"))?;
        let ops = &self.func.regions[region.index()];
        for (i, op) in ops.iter().enumerate() {
            self.op(op, region).map_err(|e| format!("operation {i} of {region} ({:?}): {e}", op.kind))?;
            let diverges = matches!(op.kind, OpKind::Effect { diverges: true, .. });
            ensure(!diverges || i + 1 == ops.len(), || format!("{region}: something follows a diverging effect"))?;
        }
        Ok(())
    }

    fn op(&mut self, op: &Op, region: Region) -> Checked {
        // Arithmetic, which is most of it, has neither places nor regions.
        match &op.kind {
            OpKind::Binary(_, a, b) => self.visible(*a, region).and_then(|()| self.visible(*b, region))?,
            OpKind::Rule(_, args) => args.iter().try_for_each(|a| self.visible(*a, region))?,
            OpKind::Neg(a) => self.visible(*a, region)?,
            OpKind::Lit(_) => {}
            _ => return self.whole_op(op, region),
        }
        self.types(op)?;
        self.result(op)?;
        op.result.map_or(Ok(()), |v| self.define(v, region))
    }

    fn whole_op(&mut self, op: &Op, region: Region) -> Checked {
        let mut result = Ok(());
        let own = match &op.kind {
            // Its test is defined inside.
            OpKind::While { .. } => None,
            kind => Some(kind),
        };
        if let Some(kind) = own {
            for_each_value(kind, &mut |v| {
                if result.is_ok() {
                    result = self.visible(v, region);
                }
            });
        }
        for_each_place(&op.kind, &mut |p, access| {
            if result.is_ok() {
                result = self.place(p, access, region);
            }
        });
        result?;
        self.types(op)?;
        self.result(op)?;
        for nested in op.kind.regions() {
            let parent = self.func.parents.get(nested.index()).copied().flatten();
            ensure(parent == Some(region), || format!("{nested} stands in {region}, its parent is {parent:?}"))?;
        }
        match &op.kind {
            OpKind::For { index, body, .. } => {
                self.define(*index, *body)?;
                self.region(*body)?;
            }
            OpKind::While { cond, test, body, exit: _ } => {
                self.region(*cond)?;
                self.visible(*test, *cond)?;
                self.while_body(*cond, *body)?;
            }
            kind => kind.regions().into_iter().try_for_each(|r| self.region(r))?,
        }
        match op.result {
            Some(v) => self.define(v, region),
            None => Ok(()),
        }
    }

    /// The condition is printed in front of the body, in the same block: its values are visible there.
    fn while_body(&mut self, cond: Region, body: Region) -> Checked {
        let moved: Vec<usize> = (0..self.defined.len()).filter(|i| self.defined[*i] == Some(cond)).collect();
        moved.iter().for_each(|i| self.defined[*i] = Some(body));
        let checked = self.region(body);
        moved.iter().for_each(|i| self.defined[*i] = Some(cond));
        checked
    }

    fn place(&mut self, p: &Place, access: Access, region: Region) -> Checked {
        let data = &self.func.vars[p.base.index()];
        match access {
            Access::Declare => {
                let slot = &mut self.declared[p.base.index()];
                ensure(slot.is_none(), || format!("{} ({}) is declared twice", p.base, data.name))?;
                *slot = Some(region);
            }
            Access::Read | Access::LenOnly | Access::Move => self.alive(p.base, region)?,
            Access::Write | Access::ReadWrite => {
                self.alive(p.base, region)?;
                let fixed = matches!(data.kind, VarKind::Extern(_) | VarKind::TangentParam { optional: true, .. })
                    || (matches!(data.kind, VarKind::Param(_)) && matches!(data.ty, Ty::Ref(_, false)));
                ensure(!fixed, || format!("{} ({}) is written, but cannot be", p.base, data.name))?;
            }
        }
        for step in &p.path {
            match step {
                Proj::Index(i) => self.integer(*i)?,
                Proj::Field(_) | Proj::Named(_) | Proj::Variant { .. } => {}
                Proj::Range { lo, hi, .. } => lo.iter().chain(hi).try_for_each(|v| self.integer(*v))?,
            }
        }
        Ok(())
    }

    fn integer(&self, v: Value) -> Checked {
        let ty = self.func.ty(v);
        let ok = matches!(ty.peel(), Ty::Int(_) | Ty::Char | Ty::Var(_) | Ty::Other(_));
        ensure(ok && !self.func.types.is_float(&ty), || format!("{v} must be an integer, is {ty:?}"))
    }

    fn boolean(&self, v: Value) -> Checked {
        let ty = self.func.ty(v);
        ensure(matches!(ty.peel(), Ty::Bool | Ty::Var(_) | Ty::Other(_)), || format!("{v} must be a bool, is {ty:?}"))
    }

    fn same(&self, a: Value, b: Value) -> Checked {
        let (x, y) = (self.func.ty(a), self.func.ty(b));
        let scalars = match (&x, &y) {
            (Ty::Float(a), Ty::Float(b)) => a == b,
            (Ty::Int(a), Ty::Int(b)) => a == b,
            _ => false,
        };
        // The table is copied only where it must be: once per operation makes the check quadratic.
        ensure(scalars || self.func.types.clone().unify(&x, &y), || format!("{a} is {x:?}, {b} is {y:?}"))
    }

    fn types(&self, op: &Op) -> Checked {
        match &op.kind {
            OpKind::Binary(o, a, b) => match o {
                BinOp::And | BinOp::Or => self.boolean(*a).and_then(|()| self.boolean(*b)),
                BinOp::Shl | BinOp::Shr => self.integer(*a).and_then(|()| self.integer(*b)),
                BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::Div | BinOp::Rem => self.same(*a, *b),
                BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor => self.same(*a, *b),
                BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => self.same(*a, *b),
            },
            OpKind::Rule(rule, args) => ensure(args.len() == rule.arity(), || {
                format!("`{}` takes {} operands, has {}", rule.name, rule.arity(), args.len())
            }),
            OpKind::Select(c, a, b) => self.boolean(*c).and_then(|()| self.same(*a, *b)),
            OpKind::If { cond, .. } => self.boolean(*cond),
            OpKind::While { test, .. } => self.boolean(*test),
            OpKind::For { range, .. } => {
                self.integer(range.lo)?;
                self.integer(range.hi)?;
                range.step.iter().try_for_each(|s| self.integer(*s))
            }
            OpKind::SwapElements(_, i, j) => self.integer(*i).and_then(|()| self.integer(*j)),
            OpKind::Truncate(_, n) | OpKind::Rotate { by: n, .. } => self.integer(*n),
            OpKind::Resize(_, n, init) => self.integer(*n).and_then(|()| self.init(init)),
            OpKind::Declare(_, init) | OpKind::Store(_, init) | OpKind::Push(_, init) => self.init(init),
            OpKind::Call(call) => ensure(call.shadows.is_empty(), || "a plain call has shadows".to_string()),
            OpKind::Forward { call, .. } | OpKind::Reverse { call, .. } => shadows(call),
            OpKind::Joint { call, .. } | OpKind::Tangent { call, .. } => shadows(call),
            _ => Ok(()),
        }
    }

    fn init(&self, init: &Init) -> Checked {
        match init {
            Init::Repeat { elem, len, .. } => {
                if let Count::Value(n) = len {
                    self.integer(*n)?;
                }
                self.init(elem)
            }
            Init::List { elems, .. } | Init::Tuple(elems) => elems.iter().try_for_each(|e| self.init(e)),
            Init::Record { fields, .. } => fields.iter().try_for_each(|(_, e)| self.init(e)),
            Init::NewVec { capacity } => capacity.iter().try_for_each(|n| self.integer(*n)),
            Init::Uninit
            | Init::Scalar(_)
            | Init::Copy { .. }
            | Init::Move(_)
            | Init::Take(_)
            | Init::Popped(_)
            | Init::ZeroLike(_)
            | Init::Shape(_) => Ok(()),
        }
    }

    fn result(&self, op: &Op) -> Checked {
        let may_panic_at_most = super::purity(self.func, &op.kind) != super::Purity::Effect;
        match op.kind {
            OpKind::Pop(_) => Ok(()),
            _ => ensure(may_panic_at_most == op.result.is_some(), || "a result too many or too few".to_string()),
        }
    }
}

fn shadows(call: &Call) -> Checked {
    let ok = call.args.len() == call.shadows.len();
    ensure(ok, || "the shadows do not match the arguments".to_string())
}
