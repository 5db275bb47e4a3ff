//! What an input can be wrong about, beyond what its types say.

/// About 4 GB of numbers.
const MOST: usize = 1 << 29;

/// A single number in a message can ask for more memory than there is, and no error comes back from where that ends.
pub(crate) fn size(numbers: Option<usize>) -> Result<(), String> {
    if numbers.is_some_and(|n| n <= MOST) { Ok(()) } else { Err(format!("more than {MOST} numbers would be needed")) }
}

pub(crate) fn shape(name: &str, matrix: &[Vec<f64>], rows: usize, columns: usize) -> Result<(), String> {
    if matrix.len() == rows && matrix.iter().all(|row| row.len() == columns) {
        return Ok(());
    }
    Err(format!("{name} should have {rows} rows of {columns}"))
}
