//! Formats tables for a terminal and for the docs.

use std::io::Write;

/// Prints the current measurement to stderr, so that stdout holds only the figures.
pub(crate) fn print_progress(what: &str) {
    // A closed stderr is no reason to stop.
    let _ = writeln!(std::io::stderr(), "measuring: {what} …");
}

/// Prints an error to stderr.
pub(crate) fn print_error(problem: &str) {
    // As above.
    let _ = writeln!(std::io::stderr(), "{problem}");
}

/// A table with its title.
pub(crate) type Section = (String, Table);

/// A table of text. The first row is its head.
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn with_head(head: &[&str]) -> Self {
        Self(vec![head.iter().map(|cell| (*cell).to_owned()).collect()])
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.len() == 1
    }

    pub(crate) fn add(&mut self, row: Vec<String>) {
        self.0.push(row);
    }

    fn width(&self, column: usize) -> usize {
        self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
    }

    /// Returns the cells with padding. The first column is left-aligned, the others right-aligned.
    fn padded(&self) -> Vec<Vec<String>> {
        let pad = |(column, cell): (usize, &String)| {
            let width = self.width(column);
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        };
        self.0.iter().map(|row| row.iter().enumerate().map(pad).collect()).collect()
    }

    fn text(&self) -> String {
        let lines: Vec<String> = self.padded().iter().map(|row| format!("  {}\n", row.join("  "))).collect();
        lines.concat()
    }

    fn markdown(&self) -> String {
        let mut lines: Vec<String> =
            self.padded().iter().map(|row| format!("| {} |\n", row.join(" | "))).collect();
        let rules: Vec<&str> =
            (0..self.0[0].len()).map(|column| if column == 0 { "---" } else { "--:" }).collect();
        lines.insert(1, format!("| {} |\n", rules.join(" | ")));
        lines.concat()
    }
}

/// Formats sections for a terminal.
pub(crate) fn text(sections: &[Section]) -> String {
    sections.iter().map(|(title, table)| format!("\n{title}\n{}", table.text())).collect::<Vec<_>>().concat()
}

/// Formats sections as Markdown.
pub(crate) fn markdown(sections: &[Section]) -> String {
    let section = |(title, table): &Section| format!("**{title}**\n\n{}\n", table.markdown());
    sections.iter().map(section).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::with_head(&["", "n"]);
        table.0.push(vec!["router".to_owned(), "12345".to_owned()]);
        assert_eq!(table.text(), "              n\n  router  12345\n");
        assert_eq!(table.markdown(), "|        |     n |\n| --- | --: |\n| router | 12345 |\n");
    }
}
