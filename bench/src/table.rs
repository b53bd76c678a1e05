//! The figures as tables, for a terminal and for the docs.

use std::io::Write;

use crate::aims::Verdict;
use crate::report::{Measured, Report};

/// Says what is being measured; to stderr, so that stdout holds the figures alone.
pub(crate) fn say(what: &str) {
    // Nobody may be there to read it.
    let _ = writeln!(std::io::stderr(), "measuring: {what} …");
}

/// A table with its title.
pub(crate) type Section = (String, Table);

/// A table of text: the first row is its head.
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn headed(head: &[&str]) -> Self {
        Self(vec![head.iter().map(|cell| (*cell).to_owned()).collect()])
    }

    pub(crate) fn add(&mut self, row: Vec<String>) {
        self.0.push(row);
    }

    fn width(&self, column: usize) -> usize {
        self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
    }

    /// Columns padded, the first one to the left and the others to the right.
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

/// Sections for a terminal.
pub(crate) fn text(sections: &[Section]) -> String {
    sections.iter().map(|(title, table)| format!("\n{title}\n{}", table.text())).collect::<Vec<_>>().concat()
}

/// Sections for the docs.
pub(crate) fn markdown(sections: &[Section]) -> String {
    let section = |(title, table): &Section| format!("**{title}**\n\n{}\n", table.markdown());
    sections.iter().map(section).collect::<Vec<_>>().concat()
}

/// The figures of the benchmark.
pub(crate) fn sections(report: &Report, verdicts: &[Verdict]) -> Vec<Section> {
    let mut sections = vec![("The process before its first event".to_owned(), start(report))];
    for scenario in &report.scenarios {
        let mut table = Table::headed(&["", "records/s", "batch ms", "CPU µs/record", "peak MiB"]);
        table.0.push(row("router", &scenario.router));
        if let Some(looped) = &scenario.sequential_loop {
            table.0.push(row("sequential loop (reference)", looped));
        }
        if let Some((speed, cpu)) = scenario.ratios() {
            let cells = ["router against loop", &format!("{speed:.1}×"), "", &format!("1/{cpu:.1}"), ""];
            table.0.push(cells.map(str::to_owned).to_vec());
        }
        table.0.push(
            ["the backend alone", "", &format!("{:.1}", scenario.floor_ms), "", ""]
                .map(str::to_owned)
                .to_vec(),
        );
        sections.push((scenario.name.clone(), table));
    }
    let mut aims = Table::headed(&["aim", "measured", ""]);
    for verdict in verdicts {
        aims.0.push(vec![verdict.aim.clone(), verdict.measured.clone(), verdict.word().to_owned()]);
    }
    sections.push(("Aims".to_owned(), aims));
    sections
}

fn start(report: &Report) -> Table {
    let (start, machine) = (&report.start, &report.machine);
    let mut table = Table::headed(&["figure", "value"]);
    let mut add = |name: &str, value: String| table.0.push(vec![name.to_owned(), value]);
    add("cold init, median", format!("{:.1} ms", start.init_ms));
    add("cold init, best", format!("{:.1} ms", start.best_init_ms));
    add("memory", format!("{:.1} MiB", start.idle_mib));
    add("zip", start.zip_mb.map_or_else(|| "not built".to_owned(), |size| format!("{size:.2} MB")));
    add("machine", format!("{}, {} cores, {}", machine.processor, machine.cores, machine.architecture));
    table
}

fn row(name: &str, measured: &Measured) -> Vec<String> {
    vec![
        name.to_owned(),
        format!("{:.0}", measured.records_per_second),
        format!("{:.1}", measured.batch_ms),
        format!("{:.1}", measured.cpu_us_per_record),
        format!("{:.1}", measured.peak_mib),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_numbers_stand_to_the_right() {
        let mut table = Table::headed(&["", "n"]);
        table.0.push(vec!["router".to_owned(), "12345".to_owned()]);
        assert_eq!(table.text(), "              n\n  router  12345\n");
        assert_eq!(table.markdown(), "|        |     n |\n| --- | --: |\n| router | 12345 |\n");
    }
}
