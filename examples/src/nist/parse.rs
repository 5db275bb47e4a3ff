//! Reads a NIST StRD nonlinear regression file.
//!
//! Lines are found by what they say, not by the line numbers in the header, and whatever can be checked is:
//! parameters in order, as many rows as announced, as many columns in each row as named.

/// One data set with its certified answer.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSet {
    /// Name in the file's header.
    pub name: String,
    /// NIST's two starting points: far from the solution, and nearer.
    pub starts: [Vec<f64>; 2],
    /// Certified parameters.
    pub parameters: Vec<f64>,
    /// Certified standard deviations of the parameters.
    pub deviations: Vec<f64>,
    /// Certified residual sum of squares.
    pub residual_sum_of_squares: f64,
    /// Certified residual standard deviation.
    pub residual_deviation: f64,
    /// Degrees of freedom as the file states them (wrongly for Rat43; see [`DataSet::degrees_of_freedom`]).
    pub stated_degrees_of_freedom: usize,
    /// The response of each observation.
    pub responses: Vec<f64>,
    /// The predictors of each observation.
    pub predictors: Vec<Vec<f64>>,
}

impl DataSet {
    /// Observations less parameters.
    #[must_use]
    pub fn degrees_of_freedom(&self) -> usize {
        self.responses.len() - self.parameters.len()
    }
}

/// Reads the text of a `.dat` file.
///
/// # Errors
///
/// Says which part is missing or does not fit, with the offending line.
pub fn parse(text: &str) -> Result<DataSet, String> {
    let name = after(text, "Dataset Name:")?.split_whitespace().next().ok_or("the data set has no name")?.to_owned();
    let (mut starts, mut parameters, mut deviations) = ([vec![], vec![]], vec![], vec![]);
    for line in text.lines() {
        let Some((number, values)) = parameter_line(line) else { continue };
        if number != parameters.len() + 1 {
            return Err(format!("{name}: expected parameter b{}, found {line:?}", parameters.len() + 1));
        }
        let [start1, start2, certified, deviation] = numbers(values)?[..] else {
            return Err(format!("{name}: a parameter has four values, found {line:?}"));
        };
        starts[0].push(start1);
        starts[1].push(start2);
        parameters.push(certified);
        deviations.push(deviation);
    }
    if parameters.is_empty() {
        return Err(format!("{name}: no parameters"));
    }
    let (responses, predictors) = table(text).map_err(|e| format!("{name}: {e}"))?;
    let observations = count(text, "Number of Observations:")?;
    if responses.len() != observations {
        return Err(format!("{name}: {observations} observations announced, {} found", responses.len()));
    }
    if observations <= parameters.len() {
        return Err(format!("{name}: {observations} observations cannot determine {} parameters", parameters.len()));
    }
    Ok(DataSet {
        name,
        starts,
        parameters,
        deviations,
        residual_sum_of_squares: one(text, "Residual Sum of Squares:")?,
        residual_deviation: one(text, "Residual Standard Deviation:")?,
        stated_degrees_of_freedom: count(text, "Degrees of Freedom:")?,
        responses,
        predictors,
    })
}

/// The rest of the line that begins with `label`.
fn after<'t>(text: &'t str, label: &str) -> Result<&'t str, String> {
    let found = text.lines().find_map(|line| line.trim().strip_prefix(label));
    found.map(str::trim).ok_or_else(|| format!("no line begins with {label:?}"))
}

fn one(text: &str, label: &str) -> Result<f64, String> {
    number(after(text, label)?)
}

fn count(text: &str, label: &str) -> Result<usize, String> {
    let found = after(text, label)?;
    found.parse().map_err(|_| format!("{label} a whole number, found {found:?}"))
}

fn number(word: &str) -> Result<f64, String> {
    let value: f64 = word.parse().map_err(|_| format!("a number, found {word:?}"))?;
    if value.is_finite() { Ok(value) } else { Err(format!("a finite number, found {word:?}")) }
}

fn numbers(line: &str) -> Result<Vec<f64>, String> {
    line.split_whitespace().map(number).collect()
}

/// `b3 = …` gives 3 and what stands right of the equals sign.
fn parameter_line(line: &str) -> Option<(usize, &str)> {
    let (left, right) = line.trim().strip_prefix('b')?.split_once('=')?;
    Some((left.trim().parse().ok()?, right))
}

/// The columns below the last line that begins with `Data:`; that line names them, the response first.
fn table(text: &str) -> Result<(Vec<f64>, Vec<Vec<f64>>), String> {
    let (_, after) = text.rsplit_once("\nData:").ok_or("no table of data")?;
    let mut lines = after.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().collect();
    if columns.first() != Some(&"y") || columns.len() < 2 {
        return Err(format!("expected columns y, x, …, found {columns:?}"));
    }
    let (mut responses, mut predictors) = (vec![], vec![]);
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let row = numbers(line)?;
        if row.len() != columns.len() {
            return Err(format!("expected {} columns, found {line:?}", columns.len()));
        }
        responses.push(row[0]);
        predictors.push(row[1..].to_vec());
    }
    Ok((responses, predictors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nist::models::MODELS;

    const MISRA1A: &str = include_str!("../../data/nist/Misra1a.dat");

    #[test]
    fn reads_every_part() {
        let set = parse(MISRA1A).unwrap();
        assert_eq!(set.name, "Misra1a");
        assert_eq!(set.starts, [vec![500.0, 0.0001], vec![250.0, 0.0005]]);
        assert_eq!(set.parameters, [2.3894212918E+02, 5.5015643181E-04]);
        assert_eq!(set.deviations, [2.7070075241E+00, 7.2668688436E-06]);
        assert_eq!(set.residual_sum_of_squares, 1.2455138894E-01);
        assert_eq!((set.responses.len(), set.degrees_of_freedom()), (14, 12));
        assert_eq!((set.responses[0], set.predictors[0][0]), (10.07, 77.6));
        assert_eq!((set.responses[13], set.predictors[13][0]), (81.78, 760.0));
    }

    #[test]
    fn nelson_has_two_predictors() {
        let set = parse(include_str!("../../data/nist/Nelson.dat")).unwrap();
        assert_eq!(set.responses.len(), 128);
        assert_eq!(set.predictors[4], [1.0, 225.0]);
    }

    /// s² · dof = RSS settles who is right: the count does everywhere, the file everywhere but in Rat43.
    #[test]
    fn degrees_of_freedom_agree_with_the_residual_deviation() {
        for model in &MODELS {
            let set = parse(model.text).unwrap();
            assert_eq!(set.name, model.name);
            let s = (set.residual_sum_of_squares / set.degrees_of_freedom() as f64).sqrt();
            assert!((s / set.residual_deviation - 1.0).abs() < 1e-9, "{}: {s}", set.name);
            let stated = if set.name == "Rat43" { 9 } else { set.degrees_of_freedom() };
            assert_eq!(set.stated_degrees_of_freedom, stated, "{}", set.name);
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let error = |from: &str, to: &str| {
            assert!(MISRA1A.contains(from));
            parse(&MISRA1A.replace(from, to)).unwrap_err()
        };
        assert!(error("81.78E0     760.0E0", "").contains("14 observations announced, 13 found"));
        assert!(error("81.78E0     760.0E0", "81.78E0").contains("expected 2 columns"));
        assert!(error("81.78E0     760.0E0", "81.78E0 inf").contains("a finite number"));
        assert!(error("b2 =", "b3 =").contains("expected parameter b2"));
        assert!(error("7.2668688436E-06", "").contains("four values"));
        assert!(error("Residual Sum of Squares:", "RSS:").contains("no line begins with"));
        assert!(error("Data:   y               x", "y x").contains("expected columns"));
        assert!(parse("").is_err());
    }
}
