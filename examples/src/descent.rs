//! The descent that GradBench prescribes for `particle` and `saddle`. Shared by the tool for GradBench and the benches.

/// Neither a gradient nor a step that is as short as this goes on.
const SHORT: f64 = 1e-5;

/// Where `f` is smallest, going down from `x` along the gradient `g`.
pub fn argmin<const N: usize>(
    f: impl Fn([f64; N]) -> f64,
    g: impl Fn([f64; N]) -> [f64; N],
    start: [f64; N],
) -> [f64; N] {
    let mut x = start;
    let (mut value, mut gradient) = (f(x), g(x));
    let (mut rate, mut count) = (1e-5, 0);
    while length(gradient) > SHORT {
        if count == 10 {
            rate *= 2.0;
            count = 0;
            continue;
        }
        let next = std::array::from_fn(|i| x[i] - rate * gradient[i]);
        if length::<N>(std::array::from_fn(|i| x[i] - next[i])) <= SHORT {
            break;
        }
        let next_value = f(next);
        if next_value < value {
            (x, value, gradient) = (next, next_value, g(next));
            count += 1;
        } else {
            rate /= 2.0;
            count = 0;
        }
    }
    x
}

fn length<const N: usize>(v: [f64; N]) -> f64 {
    v.iter().map(|v| v * v).sum::<f64>().sqrt()
}
