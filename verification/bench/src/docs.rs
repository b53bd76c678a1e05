//! Writes the figures into the docs, between two marks. They are never edited by hand.

use std::error::Error;
use std::fs;
use std::path::Path;

/// A page and the marks around its figures.
pub(crate) struct Page {
    file: &'static str,
    begin: &'static str,
    end: &'static str,
}

pub(crate) const PERFORMANCE: Page = Page {
    file: "docs/performance.md",
    begin: "<!-- figures: written by ./taskw bench -- --write-docs -->\n",
    end: "<!-- end of figures -->\n",
};

pub(crate) const README: Page = Page {
    file: "README.md",
    begin: "<!-- speed: written by ./taskw bench -- --write-docs -->\n",
    end: "<!-- end of speed -->\n",
};

pub(crate) const CURVES: Page = Page {
    file: "docs/performance.md",
    begin: "<!-- curves: written by ./taskw bench -- --curves --write-docs -->\n",
    end: "<!-- end of curves -->\n",
};

pub(crate) const MEMORY: Page = Page {
    file: "docs/performance.md",
    begin: "<!-- memory: written by ./taskw bench -- --memory-sizes --write-docs -->\n",
    end: "<!-- end of memory -->\n",
};

pub(crate) const INSTRUCTIONS: Page = Page {
    file: "docs/figures/instructions.md",
    begin: "<!-- instructions: written by ./taskw bench -- --instructions --write-docs -->\n",
    end: "<!-- end of instructions -->\n",
};

pub(crate) const MATRIX: Page = Page {
    file: "docs/figures/speed-matrix.md",
    begin: "<!-- matrix: written by ./taskw bench -- --matrix --write-docs -->\n",
    end: "<!-- end of matrix -->\n",
};

/// The figures of the comparison as JSON, which `tenantctl cost` uses.
pub(crate) const SPEED_JSON: &str = "docs/figures/speed.json";

pub(crate) const HEAD_OF_LINE: Page = Page {
    file: "docs/head-of-line.md",
    begin: "<!-- head-of-line: written by ./taskw bench -- --head-of-line --write-docs -->\n",
    end: "<!-- end of head-of-line -->\n",
};

pub(crate) const FAULTS: Page = Page {
    file: "README.md",
    begin: "<!-- faults: written by ./taskw bench -- --faults --write-docs -->\n",
    end: "<!-- end of faults -->\n",
};

/// Returns the root folder of the project.
pub(crate) fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

impl Page {
    /// Replaces the figures of the page.
    ///
    /// # Errors
    /// If the page or its marks are missing.
    pub(crate) fn write(&self, figures: &str) -> Result<(), Box<dyn Error>> {
        let Self { file, begin, end } = self;
        let path = project().join(file);
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("the page cannot be read: {file}: {error}: restore it"))?;
        let text = self.replace(&text, figures).ok_or_else(|| {
            format!("the page has no marks for figures: {file}: restore the lines\n{begin}{end}")
        })?;
        Ok(fs::write(path, text)
            .map_err(|error| format!("the page cannot be written: {file}: {error}: make it writable"))?)
    }

    fn replace(&self, text: &str, figures: &str) -> Option<String> {
        let (before, rest) = text.split_once(self.begin)?;
        let (_, after) = rest.split_once(self.end)?;
        Some(format!("{before}{}\n{}\n\n{}{after}", self.begin, figures.trim(), self.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: [Page; 7] = [PERFORMANCE, README, CURVES, MEMORY, MATRIX, INSTRUCTIONS, HEAD_OF_LINE];

    #[test]
    fn every_page_has_its_marks() {
        for page in PAGES {
            let text = fs::read_to_string(project().join(page.file)).unwrap();
            assert!(page.replace(&text, "").is_some(), "{}: {}", page.file, page.begin);
        }
    }

    #[test]
    fn only_the_text_between_the_marks_is_replaced() {
        for page in PAGES {
            let (begin, end) = (page.begin, page.end);
            let text = format!("before\n{begin}old\n{end}after\n");
            let replaced = page.replace(&text, "new\n");
            assert_eq!(replaced, Some(format!("before\n{begin}\nnew\n\n{end}after\n")));
        }
    }

    #[test]
    fn without_marks_nothing_is_written() {
        assert_eq!(PERFORMANCE.replace("before\nafter\n", "new"), None);
    }
}
