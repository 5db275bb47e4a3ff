//! Every message of the compiler, in one table. A message names what was found (`{}`), says why it cannot be
//! differentiated, and ends with the remedy. A test demands a trybuild case for each (tests/tests/messages.rs reads
//! this file).

/// A message of the table.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    pub text: &'static str,
}

macro_rules! messages {
    ($($name:ident = $text:literal;)*) => {$(
        pub const $name: Message = Message { text: $text };
    )*};
}

messages! {
    // ---- the attribute ----
    WRONG_ITEM = "`#[differentiate]` stands on functions, and this is {}: put it on each function in it that is to be differentiated";
    OPTION = "unknown option `{}`: the options are `type = Name`, `crate = path`, `order = n`, `recursive`, `skip`, `partials(…)`, `vjp = path`, `jvp = path` and `implicit = path`";
    LATER_OPTION = "the option `{}` is not there yet: this version has `type = Name`, `crate = path`, `order = n`, `recursive`, `skip`, `partials(…)`, `vjp = path`, `jvp = path` and `implicit = path`";
    OPTION_VALUE = "the option `{}` needs a value of another form: write `type = Name`, `crate = path::to::ad_runtime`, `order = 2` (to 4), `recursive`, `skip`, `partials(expression, …)`, `vjp = path`, `jvp = path`, `implicit = path`";
    PARTIALS_OF_NUMBERS = "`partials(…)` is for functions of floats with a float as result: give `vjp = path` and `jvp = path` for other shapes, or mark the parameter `#[constant]`";
    PARTIALS_COUNT = "`partials(…)` needs one expression for each active argument, in order: {}";
    PARTIALS_Y = "in `partials(…)` the name `y` means the result: give the parameter another name";
    CUSTOM_TWICE = "`partials(…)` serves both modes already: remove it, or `vjp` and `jvp`";
    CUSTOM_WITHOUT_VJP = "`jvp = path` serves forward mode only: give `vjp = path` as well";
    CUSTOM_WITHOUT_JVP = "`vjp = path` serves both modes only where the result is a float: give `jvp = path` as well";
    IMPLICIT_TWICE = "`implicit = path` serves both modes already: remove it, or `partials`, `vjp` and `jvp`";
    IMPLICIT_RESULT = "`implicit = path` is for results that are a float, an array of floats or a `Vec` of floats, and this is `{}`: return the numbers that the residual defines; where there are none, return NaN or panic";
    IMPLICIT_MUTABLE = "`implicit = path` is for functions whose arguments decide the result, and `{}` is `&mut`: make buffers inside the function, and return what was computed";
    IMPLICIT_ORDER = "`implicit = path` gives first derivatives only: remove `order`";
    PRIMITIVE_NAME = "the derivatives of `{}` stand in a type of its name, which would hide the primitive type: rename the function, or write `#[differentiate(type = Name)]`";
    GENERIC_TYPE = "the type parameter `{}` is not known to the compiler: if it stands for a float, give it the bound `num_traits::Float` beside the others, or give it a trait of yours with `#[differentiate]`, else write the function for one type";
    GENERIC_RULE = "a rule of one's own is for functions of `f64` or `f32`, and `{}` is a type parameter: write the function and its rule for one of them";
    IMPL_TRAIT = "`impl Trait` in a signature is not known to the compiler: write a concrete type, or for a parameter a type parameter, `fn f<P: Potential>(p: &P)` of a trait with `#[differentiate]`";
    FUNCTION_TYPE = "`{}` in the type of a parameter that is a function is not differentiated: it may take numbers, arrays, and references to arrays, slices and Vecs, and give numbers, arrays, Vecs, tuples of numbers or nothing; of bounds `Fn`, `FnMut`, `FnOnce`, `Copy` and `Clone`";
    FUNCTION_INSIDE = "`{}` is a function here, and functions are parameters by themselves only, `f: F`, `f: &F` or `f: &mut F`: take each by a parameter of its own";
    FUNCTION_CONSTANT = "`#[constant]` is for data: what a function captured is cut where it is passed, by `ad_runtime::stop_gradient`";
    FUNCTION_OF_METHOD = "a method cannot take a function yet: make it a free function with `#[differentiate]`";
    DYN_TRAIT = "`dyn Trait` hides what is called, so its derivative cannot be found: call an annotated function by its name, or take a type parameter, `fn f<P: Potential>(p: &P)` of a trait with `#[differentiate]`";
    SELF_PARAMETER = "`#[differentiate]` stands on the whole `impl` block, not on a method in it: put it in front of `impl`";
    TRAIT_IMPL = "the trait `{}` is not differentiated, since its declaration cannot be annotated: put the computation into an inherent method or a function, and call that";
    OPERATOR_CONSTANT = "an operand of an operator cannot be `#[constant]`, since whoever uses the operator does not say so: remove it, and cut the derivative in the body by `stop_gradient` where that is meant";
    OPERATOR_INDEX = "`{}` needs no derivative of its own: the gradient of an element is the element of the gradient, which the type's `IndexMut` gives: remove the attribute";
    OPERATOR_ORDER = "operators have first and second derivatives: write `order = 2`";
    MACRO_IN_IMPL = "the macro `{}!` may make functions that the compiler does not see, and that override those of the trait: write them out";
    OPTION_ON_IMPL = "the option `{}` is for functions, and this is an `impl` block: make the method's body a function of its own and give it the option";
    OPTION_ON_MODULE = "the option `{}` is for functions, and this is a module: put `#[differentiate(…)]` with it on the function inside";
    SKIP_OUTSIDE = "`skip` leaves a function of an annotated module without derivative, and this one is in none: remove the attribute";
    FILE_MODULE = "the attribute sees what stands between braces, and `mod {};` is in a file of its own: write `mod name { … }`, or put the attribute on the functions in the file";
    NAME_CLASH = "the derivatives of a function stand in a type of its name, and the module has a {} of that name: write `#[differentiate(type = Name)]` on the function";
    BOXED_SLICE = "`{}` is not differentiated: a `Vec` or a slice is";
    PARAMETER_TYPE = "`{}` is a type that the compiler cannot see into: mark the parameter `#[constant]` if it has no derivative, or pass its numbers as floats, arrays, slices, Vecs or tuples";
    RESULT_TYPE = "a result of type `{}` has no derivative that the compiler knows: return floats, arrays, Vecs, slices or tuples of them";
    RETURNS_SCALAR_REFERENCE = "a reference to a number cannot be the result: return the number itself";

    // ---- the derive ----
    DERIVE_UNION = "a union has no gradient, since what it holds cannot be seen: derive `Differentiable` for a struct or an enum";
    DERIVE_OPTION = "the attribute of the derive takes the form `#[differentiable(crate = path::to::ad_runtime)]`";
    DERIVE_MIXED = "`{}` holds floats and constants side by side, so its gradient would be of another type: give the pair a struct of its own that derives `Differentiable`, or mark the field `#[constant]`";
    DERIVE_BORROWED = "`{}` borrows floats, and a gradient cannot be borrowed: own them, or mark the field `#[constant]`";
    DERIVE_EMPTY = "`{}` has no values, so it has no gradient: remove the derive";

    SYNTAX = "{}";
    INTERNAL = "a defect of the compiler, please report it with the function: {}";

    // ---- syntax ----
    UNSAFE = "`unsafe` code is not differentiated, since what it writes cannot be seen: move it into a function called with constants, or use slices and indices";
    ASYNC = "`async` code is not differentiated: compute the numbers in an ordinary function";
    RAW_POINTER = "raw pointers are not differentiated, since what they point to cannot be seen: use a slice and an index";
    STATIC_MUT = "`static mut` is not differentiated: pass the data as an argument";
    INTERIOR = "`{}` can change behind a shared reference, so what it holds cannot be followed: use a variable, or pass `&mut`";
    EXPRESSION = "the expression `{}` is not differentiated: write it with arithmetic, calls, `if`, `match` and loops";
    PATTERN = "the pattern `{}` is not differentiated: bind the parts by `let` and compare them by `if`";
    ITEM_IN_BODY = "this item cannot stand inside a differentiated function: move it outside the function";
    ITEM_HIDES = "the item `{}` hides another of its name, which the derivative could confuse with it: give it a name of its own";
    GLOB_IN_BLOCK = "a glob import in an inner block may hide names of the function: import the names one by one, or at the function's top";
    CFG_POSITION = "`#[cfg]` is followed on statements, constants and arms of `match` only: put it on a statement of its own";
    SELF = "`{}` is not differentiated yet: pass the fields that are needed as arguments";
    STRUCT_FIELD = "there is no field `{}` here that the compiler can see: bind the struct to a name first";
    MACRO = "the macro `{}!` is not known to the compiler, so it may hide active values: write out what it does, or compute it before the function and pass it in";
    FORMAT_VALUE = "a String made of active values is not differentiated: print it by `println!`, or make it outside the function";

    EXPECT_TEXT = "`expect` takes a string literal here: write the text itself";
    UNWRAP_DEFAULT = "`unwrap_or_default` leaves the type of the default open: write `unwrap_or(0.0)`";
    WRAPPER_METHOD = "the method `{}` of `Option` and `Result` is not differentiated: write `match`, `if let` or `?`";

    // ---- values ----
    EXPECTED_SCALAR = "a number is needed here and this is {}: name the element that is meant";
    NO_SUCH_FIELD = "there is no field `{}` here that the compiler can see: bind the tuple by a pattern, or annotate its type";
    CLOSURE_VALUE = "a closure can only be called or passed to an iterator's method here: call it, or make it a function of its own";
    CLOSURE_ARITY = "this closure takes {} arguments: give it as many";
    CLOSURE_ARGUMENT = "a function cannot be passed here, since its derivative would be lost: pass it to a free function with `#[differentiate]`, or call it in this function";
    CLOSURE_WRITES = "a closure that is passed to another function must not change what it captures, and this one changes `{}`: return the value, or write the loop in this function";
    CLOSURE_CAPTURES = "`{}` cannot be captured by a closure that is passed to another function: bind the numbers and slices that it needs to names of their own";
    CLOSURE_TYPES = "the parameters of this closure are taken for floats, and for slices of floats where they are indexed, which does not fit: annotate their types, as in `|n: usize, x| …`";
    CLOSURE_PARAMETER = "the type of `{}` is not visible here: annotate it, as in `|&x: &f64|`";
    FUNCTION_TWICE = "a parameter that is a function goes to one argument of a call only, since one shadow stands for it: take two parameters, or make the call's work a function of this one";
    FUNCTION_ORDER = "functions are passed to others in first derivatives only: remove `order`, or call the function here";
    ITERATOR_ARGUMENT = "an iterator cannot be passed to another function, since its derivative would be lost: collect it into a Vec and pass a slice";
    CHOSEN_AT_RUN_TIME = "a {} that is chosen at run time cannot be differentiated: put the choice inside it, or call it in both branches";
    REFERENCE_CHOSEN = "a reference that is chosen at run time cannot be followed here: use the two references in two branches, or choose an index";
    RESULT_CHOSEN = "the result is one of several references, which can be followed only where all are views of one parameter: choose an index or a range of one parameter, or return a copy, `.to_vec()`";
    REFERENCE_REASSIGNED = "the reference `{}` is given a new target in a branch or a loop, which cannot be followed back: index one slice, or bind a new name";
    REFERENCE_STORED = "a reference cannot be stored in a variable, an array or a Vec here: store the index, or copy the data by `.to_vec()`";
    ASSIGN_TARGET = "this cannot be assigned to here: assign to a variable, an element or a field";
    ORDERING = "an `Ordering` is matched, compared, turned by `reverse`, joined by `then` or given to a method that sorts or selects: write one of these, or compare the numbers by `<`";
    MIXED_TYPES = "the operands have the types {}: write a cast, `x as f64` for instance";
    TUPLE_COMPARISON = "tuples are compared by `==` and `!=` only: compare their parts";
    SWAP_REFERENCES = "only places can be swapped: write `std::mem::swap(&mut a, &mut b)` for two variables or elements";
    MEM_TAKE = "`mem::take` is not differentiated: use `std::mem::replace(&mut x, new)` with a value of the same shape";
    TOO_LARGE = "the function is too large once its closures are inlined: make the inner closures functions of their own";
    UNSEEN_NAME = "the type `{}` is not known to the compiler, which does not see what is outside the function: write what it stands for, `f64` for instance, or repeat `type … = f64;` inside the function";
    UNSEEN_CAST = "a cast to `{}`, which is not known to the compiler: write what it stands for, as in `x as f64`, or repeat `type … = f64;` inside the function";
    UNSEEN_OPERATOR = "an operator of `{}`, which is known by its name only, and which is none of `+`, `-`, `*`, `/` and `%`: call a function or a method with `#[differentiate]`";
    OPEN_FLOAT = "the function has several float types, and which of them this result has is not visible here: annotate it, as in `let y: {} = …`";
    UNKNOWN_TYPE = "the type of `{}` cannot be inferred from what the compiler sees: annotate it, as in `let x: f64 = …`";

    // ---- calls and methods ----
    CALLEE = "only functions and closures can be called: call a function by its name";
    STD_FUNCTION = "`{}` is not differentiated: keep the value in a variable, an array, a `Vec` or a struct of yours";
    PLAIN_CALLEE = "this function is called with what the derivative passes through, and it has none, since {}: change that, or cut the derivative on purpose by `stop_gradient(…)` around each active argument";
    AMBIGUOUS_CALLEE = "`{}` is a name of std or of a crate as well, so that the derivative of a function of that name cannot be found: rename the function, or write `self::{}(…)`";
    RECEIVER_CHANGED = "an argument assigns to what may be the receiver of this method, and whether the method gets what was there before is not visible here: compute the argument first, `let k = …;`";
    TANGENT_OF_STRUCT = "a tangent of the type `{}` in the `jvp` of another function: its constant fields are not followed there; multiply the parts of `grad` with those of the direction";
    QUALIFIED_CALL = "the call `{}` is not differentiated yet: call a function by its path";
    REFUSED_METHOD = "`{}";
    PRIMITIVE_ARITY = "`{}), give it as many";
    INTO = "`.into()` hides its target: write `f64::from(x)` or `x as f64`";
    OPEN_CONVERSION = "what `{}` converts to is not visible here: name it, as in `T::from(x).unwrap()`";
    UNKNOWN_METHOD = "the method `{}` is unknown for this receiver, whose type may not be visible here: annotate the receiver's type, or write a function of your own with `#[differentiate]`";
    SEQUENCE_METHOD = "the method `{}` of slices is not differentiated: write the loop that it stands for";
    ITERATOR_METHOD = "the iterator method `{}` is not differentiated: write the loop that it stands for";
    ITERATOR_STATE = "an iterator of this form cannot go on later where it stopped: keep one of a slice or of a Vec in the variable, with `map`, `zip`, `enumerate`, `rev`, `filter` or `filter_map`, or collect the items and walk a slice";
    ITERATOR_FORM = "this combination of iterator methods cannot be made a loop: put `rev`, `zip` and `cycle` before `take_while`, `skip_while`, `scan`, `flat_map` and `chain`, or write the loop";
    NOT_ITERABLE = "this cannot be iterated over here: use a range, an array, a slice or a Vec";
    TOTAL_OF_STRUCTS = "`{}` of structs starts where their `impl` of the trait says, which the compiler does not see: write `fold(start, |a, b| a + b)`";
    ENDLESS = "this iterator has no end and nothing leaves it that the compiler can see: add `.take(n)`, or leave the loop by `break`";
    SORT_EFFECTS = "the closure of a sort changes something, and how often it runs is up to std: compute the keys before, and sort by them";
    SELECT_NTH = "`{}` leaves the other elements in an order that is up to std: write `sort_by`, and index";
    SUM_INTO = "a sum or product into {} is not differentiated: add up in a loop and leave it by `?`, or write `try_fold`";
    COLLECT = "collecting into `{}` is not differentiated: collect into a `Vec`, or into an `Option` or a `Result` of one";
    CONDITION_EXITS = "the condition of a `while` must not leave the loop: write `loop` with `if … { break }`";

    // ---- activity ----
    CAST_RETURNS = "this cast to an integer cuts the derivative, and its value returns to the result: write `x.floor() as …` (or `round`, `trunc`, `ceil`) where a piecewise constant is meant, or `stop_gradient(x) as …`";
    CAST_OF_OPEN = "whether this is an integer or a float is not visible here, and its value returns to the result: the cast of a float would cut the derivative; of an integer write `let n: i32 = …;` with its type and use `n`, of a float `x.floor() as …` where a piecewise constant is meant, or `stop_gradient(x) as …`";
    ERROR_ACTIVE = "an error has no derivative, and this one is made of a value that depends on what is differentiated: cut the derivative on purpose, `Err(ad_runtime::stop_gradient(x))`, or make the error of what is constant";
    INTEGER_RETURNS = "this call gives an integer, which does not follow what it was made of, and its value returns to the result: return a float where a piecewise constant is meant, or cut the derivative on purpose by `stop_gradient(…)` around each active argument";
}
