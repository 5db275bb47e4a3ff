//! What the macro emits for calls of functions that have no derivative.
#![allow(non_camel_case_types, unused_imports)]

fn helper(x: f64) -> f64 {
    x
}

mod elsewhere {
    pub fn other<const N: usize>(x: f64) -> f64 {
        x + N as f64
    }
}

use elsewhere::other;

fn adjoint(x: f64, mut x_bar: &mut f64) -> f64 {
    mod __m {
        pub type __c_helper = ::ad_runtime::missing::Callee1<()>;
        pub type __c_other = ::ad_runtime::missing::Callee;
    }
    use __m::*;
    use helper as __c_helper;
    let _: Option<<__c_helper as ad_runtime::Callable>::Derivatives> = None;
    use other as __c_other;
        let (y, reverse) = __c_helper::forward(x, (ad_runtime::Active,));
    let z: f64 = y * 2.0;
    reverse(((),), (ad_runtime::Shadow::<f64>::reborrow(&mut x_bar),), 1.0);
    <<__c_other as ad_runtime::Callable>::Derivatives>::adjoint::<3>(z, &mut *x_bar, 1.0)
}

fn main() {
    fn nested(x: f64, y: f64) -> f64 {
        x + y
    }
    fn adjoint_of_caller(x: f64, x_bar: &mut f64) -> f64 {
        mod __m {
            pub type __c_nested = ::ad_runtime::missing::Callee2<()>;
        }
        use __m::*;
        use nested as __c_nested;
        let _: Option<<__c_nested as ad_runtime::Callable>::Derivatives> = None;
        let y = __c_nested::adjoint(x, 1.0, x_bar, ad_runtime::Const, 1.0);
        y
    }
    fn tangent_of_caller(x: f64, x_dot: &f64) -> f64 {
        mod __m {
            pub type __c_nested = ::ad_runtime::missing::Callee2<()>;
        }
        use __m::*;
        use nested as __c_nested;
        let _: Option<<__c_nested as ad_runtime::Callable>::Derivatives> = None;
        let (y, y_dot) = __c_nested::tangent(x, 1.0, (x_dot, ad_runtime::Const));
        let t = y * y_dot;
        t + 1.0
    }
    adjoint(1.0, &mut 0.0);
    adjoint_of_caller(1.0, &mut 0.0);
}
