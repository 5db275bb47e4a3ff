//! Exits and effects in operands, conditions and guards; kinds that change places.

#![allow(missing_docs, unused, non_snake_case, non_upper_case_globals, clippy::all)]

use ad_runtime::differentiate;
use ad_tests::check;

#[differentiate]
fn lazy(x: f64, i: usize, n: u32, k: u32) -> f64 {
    let mut s = x;
    if i >= 1 && (i - 1) % 2 == 0 {
        s *= x;
    }
    if n != 0 && 10 / n > 2 {
        s += x;
    }
    if n > 0 && n.ilog2() > 1 {
        s *= 2.0;
    }
    if k < 8 && 1u8 << k > 3 {
        s = s.sin();
    }
    if n == 0 || 7 % n == 1 {
        s += 1.0;
    }
    if i == 0 || { i - 1 } > 0 {
        s = s * x;
    }
    let m = i as i32;
    if m != i32::MIN && -m < 0 && (200u8 as u32 + k) as u8 > 3 {
        s = s + 2.0 * x;
    }
    if (k as usize) < 2 && [x, s][k as usize] > 0.0 {
        s *= 1.5;
    }
    s
}
#[differentiate]
fn exits_in_operands(x: f64, c: u8) -> f64 {
    let mut s = x;
    let a = [
        s.sin(),
        if c == 1 {
            return x * x;
        } else {
            x
        },
    ];
    let t = (
        a[0],
        match c {
            2 => return a[0] * a[1],
            _ => a[1],
        },
    );
    s = s * if c == 3 { return s + t.0 } else { 2.0 };
    for i in 0..6 {
        s += if i == 4 { break } else { x * i as f64 };
        s += match i {
            1 => continue,
            2 if c == 4 => return s * s,
            _ => x,
        };
        let b = if i == 3 {
            s *= 2.0;
            continue;
        } else {
            s
        };
        s = b * 1.1;
    }
    s + t.1.max(if c == 5 { return s.cos() } else { 0.1 }) * helper(x, if c == 6 { return s } else { s })
}
#[differentiate]
fn helper(a: f64, b: f64) -> f64 {
    a * b.sin()
}
#[differentiate]
fn exits_in_conditions(x: f64, c: u8) -> f64 {
    let mut s = x;
    if x > 0.0 && {
        if c == 1 {
            return x * 3.0;
        }
        c > 1
    } {
        s *= x;
    }
    let mut n = 0;
    loop {
        n += 1;
        if {
            s *= 1.1;
            if n > 5 {
                break;
            }
            n % 2 == 0
        } || n > 7
        {
            continue;
        }
        s += x;
    }
    match {
        if c == 3 {
            return s;
        }
        s
    } {
        v if v > 2.0 => v * x,
        v => {
            let w = 'l: {
                if v > 1.0 {
                    break 'l v * v;
                }
                x
            };
            w * s
        }
    }
}
#[differentiate]
fn guards_with_effects(x: f64, k: u8) -> f64 {
    let mut n = 1.0;
    let r = match k {
        0 if {
            n += x;
            false
        } =>
        {
            x
        }
        _ if {
            n *= 2.0;
            n > 3.0
        } =>
        {
            n * x
        }
        1..=3
            if {
                n += 1.0;
                true
            } =>
        {
            n
        }
        z => z as f64 * x,
    };
    r * n
}
#[differentiate]
fn receiver_first(x: f64) -> f64 {
    let mut x = x;
    let a = x.powi({
        x *= 2.0;
        2
    });
    let b = x.mul_add(
        {
            x += 1.0;
            x
        },
        {
            x *= x;
            x
        },
    );
    let c = x.max({
        x = 0.1 * x;
        x
    });
    let mut v = vec![x];
    v.push({
        x += 1.0;
        x * v[0]
    });
    let d = v
        .iter()
        .map(|e| {
            x += e;
            x
        })
        .sum::<f64>();
    for i in ({
        x += 1.0;
        0
    })..({
        x *= 2.0;
        2
    }) {
        x += i as f64 * a;
    }
    a + b * c + d * x
}
#[differentiate]
fn literals(x: f64) -> f64 {
    let h = 0.1;
    let a = x as f32 * h;
    let b = (-2.0_f64).powi(2) + -2.0_f64.powi(2) + (-0.5f64).abs() + -0.5f64.abs() + (2.0f64 - 3.0).abs();
    let c = (-1i32) as u32 as f64 * 1e-9;
    let n = 300;
    let d = (n % 256) as u8 as f64;
    let e = (x > 0.5) as u8 as f64;
    let f = 7 / 2 * 2;
    let g = -7 / 2;
    let i = -7 % 3;
    let j = 1 << 3 | 1;
    let k = !0u8 >> 4;
    let l = 'a' as u8 as f64;
    let m = u8::MAX as i8 as f64;
    x * (b + c + d + e + f as f64 + g as f64 + i as f64 + j as f64 + k as f64 + l + m) + h as f64 * x
}
#[differentiate]
fn swapped_kinds(x: f64, c: f64, n: usize) -> f64 {
    if n == 0 {
        return x * x * c;
    }
    swapped_kinds(c, x, n - 1) * c + swapped_kinds(x, 2.0, n - 1)
}
#[differentiate]
fn swapped_kinds_caller(x: f64) -> f64 {
    swapped_kinds(x, 2.0, 3) + swapped_kinds(3.0, x, 2)
}
#[differentiate(recursive)]
fn even(x: f64, n: usize) -> f64 {
    if n == 0 { x } else { odd(x * x + 0.1, n - 1) * x }
}
#[differentiate]
fn odd(x: f64, n: usize) -> f64 {
    if n == 0 { x.sin() } else { even(x.cos(), n - 1) + x }
}
#[differentiate]
fn two_vecs(x: f64, n: usize) -> (Vec<f64>, Vec<f64>) {
    (vec![x; n], vec![x * x, 1.0])
}
#[differentiate]
fn mutable_parts(x: f64) -> f64 {
    let (mut a, b): (Vec<f64>, Vec<f64>) = two_vecs(x, 3);
    a[0] = b[0] * a[1];
    a.push(x);
    let c = a;
    a = vec![x * 3.0];
    let (d, mut e): (Vec<f64>, Vec<f64>) = two_vecs(c[0], 2);
    e.extend_from_slice(&d);
    let mut t: (Vec<f64>, Vec<f64>) = two_vecs(e[2], 1);
    t.0[0] *= a[0];
    t.1 = e;
    t.0 = t.1.clone();
    t.0[0] += c[3];
    t.0[0] * t.1[0] + t.0[3]
}
#[differentiate]
fn moved_part(x: f64) -> f64 {
    let t: (Vec<f64>, Vec<f64>) = two_vecs(x, 3);
    let a = t.0;
    let mut s = 0.0;
    for v in t.1 {
        s += v * a[0];
    }
    for v in a {
        s *= v;
    }
    s
}
#[differentiate]
fn parts_in_loop(x: f64, n: usize) -> f64 {
    let mut s = x;
    let mut keep: Vec<Vec<f64>> = Vec::new();
    for i in 0..n {
        let (a, b) = two_vecs(s, i + 1);
        s = a[i] * b[0] + s;
        keep.push(a);
        keep.push(b);
    }
    let mut r = 1.0;
    for k in keep {
        for v in &k {
            r = r * 0.5 + v;
        }
    }
    r
}
#[differentiate]
fn scalars_by_reference(x: &f64, y: &mut f64, z: &[&f64; 2]) -> f64 {
    let p = x;
    let q = &*p;
    *y *= *q;
    let r = &mut *y;
    *r += q * 2.0;
    let w = *r;
    *r = 0.5 * w;
    w * x + *y
}
#[differentiate]
fn scalars_by_reference2(x: &f64, y: &mut f64) -> f64 {
    let p = x;
    let q = &*p;
    *y *= *q;
    let r = &mut *y;
    *r += q * 2.0;
    let w = *r;
    *r = 0.5 * w;
    w * x + *y
}

#[test]
fn exits() {
    check!(lazy, 0.7, 0, 0, 9);
    check!(lazy, 0.7, 3, 5, 3);
    check!(lazy, 0.7, 2, 1, 1);
    check!(exits_in_operands, 0.7, 0);
    check!(exits_in_operands, 0.7, 1);
    check!(exits_in_operands, 0.7, 2);
    check!(exits_in_operands, 0.7, 3);
    check!(exits_in_operands, 0.7, 4);
    check!(exits_in_operands, 0.7, 5);
    check!(exits_in_operands, 0.7, 6);
    check!(exits_in_conditions, 0.7, 0);
    check!(exits_in_conditions, 0.7, 1);
    check!(exits_in_conditions, 0.7, 2);
    check!(exits_in_conditions, 0.7, 3);
    check!(guards_with_effects, 0.7, 0);
    check!(guards_with_effects, 0.7, 2);
    check!(guards_with_effects, 1.7, 0);
    check!(guards_with_effects, 0.2, 7);
    check!(receiver_first, 0.7);
    check!(literals, 0.7);
    check!(swapped_kinds, 0.7, 0.9, 3);
    check!(swapped_kinds_caller, 0.7);
    check!(even, 0.7, 3);
    check!(odd, 0.7, 4);
    check!(mutable_parts, 0.7);
    check!(moved_part, 0.7);
    check!(parts_in_loop, 0.7, 3);
    check!(parts_in_loop, 0.7, 0);
    check!(scalars_by_reference2, &0.7, &mut 0.9);
}
