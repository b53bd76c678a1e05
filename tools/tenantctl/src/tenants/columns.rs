//! Aligns text in columns.

/// Formats rows with aligned columns. The last column is not padded.
pub(crate) fn align_columns<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> =
        (0..N).map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [["TENANT", "STATUS"], ["a-long-one", "x"]].map(|row| row.map(str::to_owned));
        assert_eq!(align_columns(&rows), "TENANT      STATUS\na-long-one  x\n");
    }
}
