//! The figures in the docs: written by this command between two marks, never by hand.

use std::error::Error;
use std::fs;

use crate::start::project;

const FILE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- figures: written by ./taskw bench -- --write-docs -->\n";
const END: &str = "<!-- end of figures -->\n";

/// Puts `figures` into the docs, in place of those that stand there.
pub(crate) fn write(figures: &str) -> Result<(), Box<dyn Error>> {
    let file = project().join(FILE);
    let text = fs::read_to_string(&file)?;
    let text = replace(&text, figures)
        .ok_or_else(|| format!("no place for figures: {FILE}: put back the lines\n{BEGIN}{END}"))?;
    Ok(fs::write(file, text)?)
}

fn replace(text: &str, figures: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n\n{END}{after}", figures.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_the_marks_is_replaced_and_the_rest_stays() {
        let text = format!("before\n{BEGIN}old\n{END}after\n");
        assert_eq!(replace(&text, "new\n"), Some(format!("before\n{BEGIN}\nnew\n\n{END}after\n")));
    }

    #[test]
    fn without_marks_nothing_is_written() {
        assert_eq!(replace("before\nafter\n", "new"), None);
    }
}
