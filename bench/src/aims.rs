//! What the figures should be.

use crate::report::Report;

const MAX_INIT_MS: f64 = 25.0;
const MAX_PEAK_MIB: f64 = 25.0;
const MAX_ZIP_MB: f64 = 3.0;
/// Where the backend takes long, a batch takes at most this many times what the backend alone takes.
const MAX_OVER_FLOOR: f64 = 1.5;
/// From which time on a backend counts as taking long, in milliseconds.
const LONG_MS: f64 = 100.0;

/// An aim and what became of it.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) aim: String,
    pub(crate) measured: String,
    met: Met,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    Yes,
    No,
    /// There is nothing to measure yet.
    Unknown,
}

impl Verdict {
    fn at_most(limit: f64, unit: &str, what: &str, measured: Option<f64>) -> Self {
        let met = match measured {
            Some(value) if value <= limit => Met::Yes,
            Some(_) => Met::No,
            None => Met::Unknown,
        };
        let measured = measured.map_or_else(|| "not built".to_owned(), |value| format!("{value} {unit}"));
        Self { aim: format!("{what}: at most {limit} {unit}"), measured, met }
    }

    pub(crate) fn is_met(&self) -> bool {
        self.met != Met::No
    }

    pub(crate) fn word(&self) -> &'static str {
        match self.met {
            Met::Yes => "met",
            Met::No => "NOT MET",
            Met::Unknown => "not measured",
        }
    }
}

pub(crate) fn judge(report: &Report) -> Vec<Verdict> {
    let start = &report.start;
    let peak =
        report.scenarios.iter().map(|scenario| scenario.router.peak_mib).fold(start.idle_mib, f64::max);
    let mut verdicts = vec![
        Verdict::at_most(MAX_INIT_MS, "ms", "cold init", Some(start.init_ms)),
        Verdict::at_most(MAX_PEAK_MIB, "MiB", "peak memory", Some(peak)),
        Verdict::at_most(MAX_ZIP_MB, "MB", "zip", start.zip_mb),
    ];
    for scenario in report.scenarios.iter().filter(|scenario| scenario.backend_ms >= LONG_MS) {
        let what = format!("{} records with a backend of {} ms", scenario.records, scenario.backend_ms);
        let over = (scenario.router.batch_ms / scenario.floor_ms * 100.0).round() / 100.0;
        verdicts.push(Verdict::at_most(MAX_OVER_FLOOR, "× the backend alone", &what, Some(over)));
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_over_its_limit_is_not_met() {
        let verdict = |value| Verdict::at_most(25.0, "ms", "init", value);
        assert!(verdict(Some(25.0)).is_met());
        assert!(!verdict(Some(25.1)).is_met());
        assert_eq!(verdict(None).word(), "not measured");
    }
}
