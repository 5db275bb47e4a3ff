//! Visits every expression and block of a program, outside in, for edits and searches.

use crate::tree::{
    Adaptor, Block, Chain, Closure, Conjunct, Expr, Finish, Kind, Maybe, Program, Source, Stmt, Terminal,
};

/// What to do at each expression and block, before their children.
pub(crate) struct Walk<'a> {
    pub(crate) expr: &'a mut dyn FnMut(&mut Expr),
    pub(crate) block: &'a mut dyn FnMut(&mut Block),
}

/// Whether any expression satisfies the predicate.
pub(crate) fn any_expr(program: &Program, predicate: &mut dyn FnMut(&Expr) -> bool) -> bool {
    let mut found = false;
    let mut expr = |e: &mut Expr| found |= predicate(e);
    Walk { expr: &mut expr, block: &mut |_| {} }.program(&mut program.clone());
    found
}

/// Calls `f` on every expression of a single expression tree.
pub(crate) fn each_in(e: &Expr, f: &mut dyn FnMut(&Expr)) {
    let mut expr = |e: &mut Expr| f(e);
    Walk { expr: &mut expr, block: &mut |_| {} }.expr(&mut e.clone());
}

impl Walk<'_> {
    pub(crate) fn program(&mut self, program: &mut Program) {
        program.functions.iter_mut().for_each(|f| self.block(&mut f.body));
    }

    pub(crate) fn block(&mut self, block: &mut Block) {
        (self.block)(block);
        block.stmts.iter_mut().for_each(|s| self.stmt(s));
        block.tail.iter_mut().for_each(|e| self.expr(e));
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Let { init, .. } => init.iter_mut().for_each(|e| self.expr(e)),
            Stmt::LetClosure { closure, .. } => self.closure(closure),
            Stmt::Const { value, .. } | Stmt::Use { value, .. } => self.expr(value),
            Stmt::Attribute(_, stmt) => self.stmt(stmt),
            Stmt::Assign(a, b) | Stmt::OpAssign(_, a, b) => {
                self.expr(a);
                self.expr(b);
            }
            Stmt::Destructure(targets, e) => {
                targets.iter_mut().for_each(|t| self.expr(t));
                self.expr(e);
            }
            Stmt::Expr(e) | Stmt::Assert(e, _) => self.expr(e),
            Stmt::For { over, body, .. } => {
                self.chain(over);
                self.block(body);
            }
            Stmt::LetIter { chain, .. } => self.chain(chain),
            Stmt::WhileNext { body, .. } => self.block(body),
            Stmt::While { cond: e, body, .. } | Stmt::WhileLet { value: e, body, .. } | Stmt::LetElse(_, e, body) => {
                self.expr(e);
                self.block(body);
            }
            Stmt::Break { value, .. } | Stmt::Return(value) => value.iter_mut().for_each(|e| self.expr(e)),
            Stmt::Continue { .. } => {}
            Stmt::Println(es) | Stmt::Panic(es) | Stmt::Do(_, es) => es.iter_mut().for_each(|e| self.expr(e)),
        }
    }

    fn closure(&mut self, closure: &mut Closure) {
        self.expr(&mut closure.body);
    }

    fn chain(&mut self, chain: &mut Chain) {
        match &mut chain.source {
            Source::Rest(..) => {}
            Source::Range(a, b, _)
            | Source::Chunks(a, b, _)
            | Source::RChunks(a, b, _)
            | Source::ChunksMut(a, b, _)
            | Source::Windows(a, b) => {
                self.expr(a);
                self.expr(b);
            }
            Source::From(e) | Source::Iter(e) | Source::IterMut(e) => self.expr(e),
            Source::Borrow(e) | Source::BorrowMut(e) | Source::Value(e) => {
                self.expr(e);
            }
        }
        for adaptor in &mut chain.adaptors {
            match adaptor {
                Adaptor::Copied | Adaptor::Cloned | Adaptor::Enumerate | Adaptor::Rev | Adaptor::MapPath(..) => {}
                Adaptor::Flatten => {}
                Adaptor::CycleTake(e) => self.expr(e),
                Adaptor::Scan(e, c) => {
                    self.expr(e);
                    self.closure(c);
                }
                Adaptor::FilterMap(c) | Adaptor::MapWhile(c) | Adaptor::FlatMap(c) => self.closure(c),
                Adaptor::Zip(other) | Adaptor::Chain(other) => self.chain(other),
                Adaptor::Take(e) | Adaptor::Skip(e) | Adaptor::StepBy(e) => self.expr(e),
                Adaptor::Map(c)
                | Adaptor::Filter(c)
                | Adaptor::TakeWhile(c)
                | Adaptor::SkipWhile(c)
                | Adaptor::Inspect(c) => self.closure(c),
            }
        }
    }

    pub(crate) fn expr(&mut self, e: &mut Expr) {
        (self.expr)(e);
        match &mut e.kind {
            Kind::Float(_) | Kind::Int(_) | Kind::Bool(_) | Kind::Var(_) => {}
            Kind::Neg(a)
            | Kind::Not(a)
            | Kind::Deref(a)
            | Kind::SinCos(a)
            | Kind::Predicate(_, a)
            | Kind::Cast(a)
            | Kind::From(a)
            | Kind::Contains(_, _, _, a)
            | Kind::Field(a, _)
            | Kind::Ref(a, _)
            | Kind::Repeat(a, _)
            | Kind::Len(a)
            | Kind::IsEmpty(a)
            | Kind::Clone(a, _)
            | Kind::Stop(a)
            | Kind::ConstN(a)
            | Kind::Try(a)
            | Kind::PopUnwrap(a) => self.expr(a),
            Kind::Construct(_, fields, base) => {
                fields.iter_mut().for_each(|(_, e)| self.expr(e));
                base.iter_mut().for_each(|e| self.expr(e));
            }
            Kind::IfLet(conjuncts, then, otherwise) => {
                for c in conjuncts {
                    match c {
                        Conjunct::Let(_, e) | Conjunct::If(e) => self.expr(e),
                    }
                }
                self.block(then);
                otherwise.iter_mut().for_each(|b| self.block(b));
            }
            Kind::Maybe(maybe, finish) => {
                match &mut **maybe {
                    Maybe::Get(a, b) => {
                        self.expr(a);
                        self.expr(b);
                    }
                    Maybe::End(a, _) => self.expr(a),
                    Maybe::Best { chain, .. } | Maybe::Last(chain) | Maybe::ReducePath(chain, _) => self.chain(chain),
                    Maybe::Find(chain, c)
                    | Maybe::FindMap(chain, c)
                    | Maybe::Position(chain, c)
                    | Maybe::Reduce(chain, c) => {
                        self.chain(chain);
                        self.closure(c);
                    }
                    Maybe::Nth(chain, e) => {
                        self.chain(chain);
                        self.expr(e);
                    }
                    Maybe::Next(..) => {}
                }
                match finish {
                    Finish::Or(e) => self.expr(e),
                    Finish::Unwrap => {}
                    Finish::MapOr(e, c) => {
                        self.expr(e);
                        self.closure(c);
                    }
                    Finish::Branch { there, other, .. } => {
                        self.block(there);
                        self.block(other);
                    }
                }
            }
            Kind::ByOrder(a, b, _, arms) => {
                self.expr(a);
                self.expr(b);
                arms.iter_mut().for_each(|b| self.block(b));
            }
            Kind::Wrapped(_, a, es, closure) => {
                self.expr(a);
                es.iter_mut().for_each(|e| self.expr(e));
                closure.iter_mut().for_each(|c| self.closure(c));
            }
            Kind::Binary(_, a, b)
            | Kind::Powi(a, b, _)
            | Kind::IntFn(_, a, b)
            | Kind::Index(a, b)
            | Kind::VecRepeat(a, b)
            | Kind::Replace(a, b)
            | Kind::SplitAt(a, b, _) => {
                self.expr(a);
                self.expr(b);
            }
            Kind::Range(a, lo, hi) => {
                self.expr(a);
                lo.iter_mut().chain(hi).for_each(|e| self.expr(e));
            }
            Kind::VecNew(capacity) => capacity.iter_mut().for_each(|e| self.expr(e)),
            Kind::Float1(_, es, _)
            | Kind::Tuple(es)
            | Kind::Array(es)
            | Kind::VecList(es)
            | Kind::Call(_, es, _)
            | Kind::PassClosure(_, es)
            | Kind::CallClosure(_, es) => es.iter_mut().for_each(|e| self.expr(e)),
            Kind::If(cond, then, otherwise) => {
                self.expr(cond);
                self.block(then);
                otherwise.iter_mut().for_each(|b| self.block(b));
            }
            Kind::Match(scrutinee, arms) => {
                self.expr(scrutinee);
                for arm in arms {
                    arm.guard.iter_mut().for_each(|g| self.expr(g));
                    self.block(&mut arm.body);
                }
            }
            Kind::Block(block) | Kind::Labelled(_, block) => self.block(block),
            Kind::Loop { body, .. } => self.block(body),
            Kind::Chain(chain, terminal) => {
                self.chain(chain);
                let (init, closure) = terminal.as_mut_parts();
                init.into_iter().for_each(|e| self.expr(e));
                closure.into_iter().for_each(|c| self.closure(c));
            }
        }
    }
}

impl Terminal {
    fn as_mut_parts(&mut self) -> (Option<&mut Expr>, Option<&mut Closure>) {
        match self {
            Terminal::Fold(init, closure) => (Some(init), Some(closure)),
            Terminal::FoldPath(init, _) => (Some(init), None),
            Terminal::ForEach(closure) | Terminal::Any(closure) | Terminal::All(closure) => (None, Some(closure)),
            Terminal::Sum | Terminal::Product | Terminal::Collect | Terminal::Count => (None, None),
        }
    }
}
