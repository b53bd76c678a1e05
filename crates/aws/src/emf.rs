//! Metrics as log lines: one JSON line that `CloudWatch` turns into metrics by itself
//! [Amazon `CloudWatch` user guide, "Specification: Embedded metric format"]. Pure: a line is data until it is rendered.
//!
//! ```
//! use aws::emf::{Line, Metric};
//!
//! let line = Line::new("TenantRouter", 1_700_000_000_000)
//!     .field("source", "orders")
//!     .field("reason", "missing")
//!     .metrics(&[&["source"]], &[Metric::count("Records", 10), Metric::milliseconds("Duration", 52)])
//!     .metrics(&[&["source", "reason"]], &[Metric::count("Rejected", 1)]);
//! assert!(line.render().starts_with(r#"{"_aws":{"Timestamp":1700000000000,"#));
//! ```

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// The most metrics that one directive may name.
pub const MAX_METRICS: usize = 100;

/// The most dimensions that one set may have.
pub const MAX_DIMENSIONS: usize = 30;

/// What a metric's value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unit {
    /// How many.
    Count,
    /// A duration.
    Milliseconds,
}

/// A name, a unit and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric<'a> {
    name: &'a str,
    unit: Unit,
    value: u64,
}

impl<'a> Metric<'a> {
    /// How many.
    #[must_use]
    pub const fn count(name: &'a str, value: u64) -> Self {
        Self { name, unit: Unit::Count, value }
    }

    /// A duration in milliseconds.
    #[must_use]
    pub const fn milliseconds(name: &'a str, value: u64) -> Self {
        Self { name, unit: Unit::Milliseconds, value }
    }
}

/// A line under construction.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    namespace: &'a str,
    timestamp_millis: u64,
    fields: Vec<(&'a str, &'a str)>,
    values: Vec<Metric<'a>>,
    directives: Vec<Directive<'a>>,
}

/// One set of metrics and the dimension sets under which each of them is kept.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: Vec<Vec<&'a str>>,
    metrics: Vec<Definition<'a>>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition<'a> {
    name: &'a str,
    unit: Unit,
}

impl<'a> Line<'a> {
    /// A line without metrics yet; `timestamp_millis` counts from 1970.
    #[must_use]
    pub fn new(namespace: &'a str, timestamp_millis: u64) -> Self {
        Self { namespace, timestamp_millis, fields: vec![], values: vec![], directives: vec![] }
    }

    /// A text at the top of the line: the value of a dimension, or something to find the line by.
    ///
    /// # Panics
    /// In debug builds, when the line has this name already: of two equal keys one would be lost.
    #[must_use]
    pub fn field(mut self, name: &'a str, value: &'a str) -> Self {
        debug_assert!(!self.has(name), "{name} is in the line already");
        self.fields.push((name, value));
        self
    }

    /// Metrics, kept under each of these dimension sets. The dimensions are fields that the line has.
    ///
    /// # Panics
    /// In debug builds, when there are more than [`MAX_METRICS`] metrics or [`MAX_DIMENSIONS`] dimensions in a set,
    /// a dimension that is no field, or a metric whose name is taken: `CloudWatch` would drop those without a word.
    #[must_use]
    pub fn metrics(mut self, dimension_sets: &[&[&'a str]], metrics: &[Metric<'a>]) -> Self {
        debug_assert!(metrics.len() <= MAX_METRICS, "more than {MAX_METRICS} metrics in one directive");
        for set in dimension_sets {
            debug_assert!(set.len() <= MAX_DIMENSIONS, "more than {MAX_DIMENSIONS} dimensions in one set");
            for dimension in *set {
                let known = self.fields.iter().any(|(name, value)| name == dimension && !value.is_empty());
                debug_assert!(known, "the dimension {dimension} has no value in the line");
            }
        }
        self.directives.push(Directive {
            namespace: self.namespace,
            dimensions: dimension_sets.iter().map(|set| set.to_vec()).collect(),
            metrics: metrics
                .iter()
                .map(|metric| Definition { name: metric.name, unit: metric.unit })
                .collect(),
        });
        for metric in metrics {
            debug_assert!(!self.has(metric.name), "{} is in the line already", metric.name);
            self.values.push(*metric);
        }
        self
    }

    /// The line, without a line break.
    ///
    /// # Panics
    /// Never: texts and whole numbers under text keys always serialize.
    #[must_use]
    pub fn render(&self) -> String {
        serde_json::to_string(self).expect("texts and whole numbers under text keys always serialize")
    }

    fn has(&self, name: &str) -> bool {
        name == "_aws"
            || self.fields.iter().any(|(field, _)| *field == name)
            || self.values.iter().any(|metric| metric.name == name)
    }
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Metadata<'m> {
            timestamp: u64,
            cloud_watch_metrics: &'m [Directive<'m>],
        }

        let metadata = Metadata { timestamp: self.timestamp_millis, cloud_watch_metrics: &self.directives };
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("_aws", &metadata)?;
        for (name, value) in &self.fields {
            line.serialize_entry(name, value)?;
        }
        for metric in &self.values {
            line.serialize_entry(metric.name, &metric.value)?;
        }
        line.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn parsed(line: &Line<'_>) -> Value {
        serde_json::from_str(&line.render()).unwrap()
    }

    #[test]
    fn a_line_has_the_shape_of_the_specification() {
        let line = Line::new("TenantRouter", 1_700_000_000_123)
            .field("source", "orders")
            .field("reason", "missing")
            .field("request_id", "r-1")
            .metrics(&[&["source"]], &[Metric::count("Records", 10), Metric::milliseconds("Duration", 52)])
            .metrics(&[&["source", "reason"], &[]], &[Metric::count("Rejected", 2)]);
        assert_eq!(
            parsed(&line),
            json!({
                "_aws": {
                    "Timestamp": 1_700_000_000_123_u64,
                    "CloudWatchMetrics": [
                        {
                            "Namespace": "TenantRouter",
                            "Dimensions": [["source"]],
                            "Metrics": [
                                {"Name": "Records", "Unit": "Count"},
                                {"Name": "Duration", "Unit": "Milliseconds"},
                            ],
                        },
                        {
                            "Namespace": "TenantRouter",
                            "Dimensions": [["source", "reason"], []],
                            "Metrics": [{"Name": "Rejected", "Unit": "Count"}],
                        },
                    ],
                },
                "source": "orders",
                "reason": "missing",
                "request_id": "r-1",
                "Records": 10,
                "Duration": 52,
                "Rejected": 2,
            })
        );
    }

    #[test]
    fn whatever_a_field_holds_the_line_is_one_line_of_json() {
        let hostile = "a\"b\\c\n\r\u{0}\u{2028}ü";
        let line = Line::new("N", u64::MAX).field("source", hostile).metrics(&[&["source"]], &[]);
        assert!(!line.render().contains('\n'));
        assert_eq!(parsed(&line)["source"], hostile);
        assert_eq!(parsed(&line)["_aws"]["Timestamp"], u64::MAX);
    }

    /// These are assertions of debug builds.
    #[cfg(debug_assertions)]
    mod refused {
        use super::*;

        #[test]
        #[should_panic(expected = "more than 100 metrics")]
        fn more_metrics_than_one_directive_takes_are_refused() {
            let _ = Line::new("N", 0).metrics(&[], &[Metric::count("m", 1); MAX_METRICS + 1]);
        }

        #[test]
        #[should_panic(expected = "more than 30 dimensions")]
        fn more_dimensions_than_one_set_takes_are_refused() {
            let _ = Line::new("N", 0).field("d", "v").metrics(&[&["d"; MAX_DIMENSIONS + 1]], &[]);
        }

        #[test]
        #[should_panic(expected = "has no value")]
        fn a_dimension_without_a_value_is_refused() {
            let _ = Line::new("N", 0).field("source", "").metrics(&[&["source"]], &[]);
        }

        #[test]
        #[should_panic(expected = "is in the line already")]
        fn two_values_of_one_name_are_refused() {
            let _ = Line::new("N", 0).field("m", "v").metrics(&[], &[Metric::count("m", 1)]);
        }
    }
}
