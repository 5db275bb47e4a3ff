//! How must a robot's joints turn for its hand to reach a point? Inverse kinematics with a compiled Jacobian.

use ad_runtime::differentiate;

/// Lengths of the three links, in metres.
const LINKS: [f64; 3] = [0.5, 0.4, 0.2];

/// Where the hand of a planar arm is when joint `i` is turned by `q[i]` against the link before it.
#[differentiate]
fn hand(q: &[f64]) -> [f64; 2] {
    let (mut x, mut y, mut angle) = (0.0, 0.0, 0.0);
    for (length, turn) in LINKS.iter().zip(q) {
        angle += turn;
        x += length * angle.cos();
        y += length * angle.sin();
    }
    [x, y]
}

fn main() {
    let mut q = [0.3, 0.4, 0.5];

    // The last joint moves the hand on a circle around itself: its column of the Jacobian is known.
    let jacobian = hand::jacobian(&q);
    let angle: f64 = q.iter().sum();
    assert_eq!(jacobian.dim(), (2, 3));
    assert!((jacobian[[0, 2]] + LINKS[2] * angle.sin()).abs() < 1e-12);
    assert!((jacobian[[1, 2]] - LINKS[2] * angle.cos()).abs() < 1e-12);

    let target = [0.2, 0.7];
    println!("reach for ({}, {})\n\nstep   q1      q2      q3      distance", target[0], target[1]);
    for step in 0.. {
        let [x, y] = hand(&q);
        let error = [target[0] - x, target[1] - y];
        let distance = error[0].hypot(error[1]);
        println!("{step:>4} {:>7.4} {:>7.4} {:>7.4}   {distance:.1e}", q[0], q[1], q[2]);
        if distance < 1e-10 {
            break;
        }
        assert!(step < 50, "the arm does not arrive");

        // Damped least squares: dq = Jᵀ (J Jᵀ + λ² I)⁻¹ error. The damping fades as the hand arrives.
        let j = hand::jacobian(&q);
        let mut a = j.dot(&j.t());
        let damping = 1e-2 * distance;
        a[[0, 0]] += damping;
        a[[1, 1]] += damping;
        let determinant = a[[0, 0]] * a[[1, 1]] - a[[0, 1]] * a[[1, 0]];
        let w = [
            (a[[1, 1]] * error[0] - a[[0, 1]] * error[1]) / determinant,
            (a[[0, 0]] * error[1] - a[[1, 0]] * error[0]) / determinant,
        ];
        for (i, turn) in q.iter_mut().enumerate() {
            *turn += j[[0, i]] * w[0] + j[[1, i]] * w[1];
        }
    }
    let [x, y] = hand(&q);
    assert!((x - 0.2).abs() < 1e-9 && (y - 0.7).abs() < 1e-9);
    println!("\nthe hand is at ({x:.6}, {y:.6})");
}
