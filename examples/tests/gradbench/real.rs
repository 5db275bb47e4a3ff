//! GradBench's own inputs, long results weighed into one number as `golden.py` does it.

use crate::tool::{Tool, assert_close};
use serde_json::{Value, json};

/// What `golden.py` has of a module.
fn expected(module: &str, function: &str) -> Value {
    let cases: Vec<Value> = serde_json::from_str(include_str!("golden.json")).expect("golden.json is JSON");
    let case = cases.iter().find(|case| case["module"] == module && case["function"] == function);
    case.expect("golden.json has it")["output"].clone()
}

fn weighted(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.enumerate().map(|(i, v)| (i as f64).cos() * v).sum()
}

fn numbers(text: &str, separator: impl Fn(char) -> bool) -> Vec<f64> {
    text.split(separator).filter(|v| !v.is_empty()).map(|v| v.parse().expect("a number")).collect()
}

/// The numbers of each line that is not empty.
fn rows(text: &str) -> Vec<Vec<f64>> {
    text.lines().map(|line| numbers(line, char::is_whitespace)).filter(|row| !row.is_empty()).collect()
}

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number")).collect()
}

#[test]
fn lstm() {
    let rows = rows(include_str!("../../data/gradbench/lstm_l2_c1024.txt"));
    let l = rows[0][0] as usize;
    let (parameters, rest) = rows[1..].split_at(2 * l + 3);
    let input = json!({
        "main_params": parameters[..2 * l], "extra_params": parameters[2 * l..],
        "state": rest[..2 * l], "sequence": rest[2 * l..],
    });
    let mut tool = Tool::start();
    assert_close(&tool.output("lstm", "objective", &input), &expected("real lstm", "objective"), "objective");
    let along = weighted(floats(&tool.output("lstm", "jacobian", &input)).into_iter());
    assert_close(&json!(along), &expected("real lstm", "jacobian"), "jacobian");
}

fn hand_model() -> Value {
    let square = |v: &[f64]| -> Vec<Vec<f64>> { v.chunks(4).map(<[f64]>::to_vec).collect() };
    let (mut parents, mut relatives, mut inverses) = (vec![], vec![], vec![]);
    for line in include_str!("../../data/gradbench/ht/model/bones.txt").lines() {
        let (_, rest) = line.split_once(':').expect("a name");
        let v = numbers(rest, |c| c == ':');
        parents.push(v[0] as i64);
        relatives.push(square(&v[1..17]));
        inverses.push(square(&v[17..33]));
    }
    let (mut positions, mut weights) = (vec![], vec![]);
    for line in include_str!("../../data/gradbench/ht/model/vertices.txt").lines() {
        let v = numbers(line, |c| c == ':');
        positions.push([v[0], v[1], v[2], 1.0]);
        let mut row = vec![0.0; parents.len()];
        v[9..9 + 2 * v[8] as usize].chunks(2).for_each(|pair| row[pair[0] as usize] = pair[1]);
        weights.push(row);
    }
    let triangles = include_str!("../../data/gradbench/ht/model/triangles.txt").lines();
    let triangles: Vec<Vec<usize>> =
        triangles.map(|line| line.split(':').map(|v| v.trim().parse().expect("a vertex")).collect()).collect();
    json!({
        "bone_count": parents.len(), "bone_names": vec!["bone"; parents.len()], "parents": parents,
        "base_relatives": relatives, "inverse_base_absolutes": inverses, "base_positions": positions,
        "weights": weights, "triangles": triangles, "is_mirrored": false,
    })
}

fn hand(variant: &str, pose: &str) {
    let rows = rows(pose);
    let (seen, rest) = rows[1..].split_at(rows[0][0] as usize);
    let (us, theta) = rest.split_at(rest.len() - 26);
    let correspondences: Vec<usize> = seen.iter().map(|row| row[0] as usize).collect();
    let points: Vec<&[f64]> = seen.iter().map(|row| &row[1..]).collect();
    let data = json!({ "correspondences": correspondences, "points": points, "model": hand_model() });
    let input = json!({ "theta": theta.concat(), "us": us, "data": data });
    let mut tool = Tool::start();
    let module = format!("real ht {variant}");
    let value = weighted(floats(&tool.output("ht", "objective", &input)).into_iter());
    assert_close(&json!(value), &expected(&module, "objective"), "objective");
    let jacobian: Vec<_> = tool.output("ht", "jacobian", &input).as_array().expect("rows").iter().map(floats).collect();
    let columns: Vec<f64> = (0..jacobian[0].len()).map(|j| weighted(jacobian.iter().map(|row| row[j]))).collect();
    assert_close(&json!(columns), &expected(&module, "jacobian"), "jacobian");
}

#[test]
fn ht() {
    hand("simple", include_str!("../../data/gradbench/ht/simple_hand1_t26_c100.txt"));
    hand("complicated", include_str!("../../data/gradbench/ht/complicated_hand1_t26_c100.txt"));
}
