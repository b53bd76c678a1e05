//! Renders metrics as JSON log lines that `CloudWatch` turns into metrics [Amazon `CloudWatch` user guide, "Specification:
//! Embedded metric format"]. Pure.
//!
//! ```
//! use aws::emf::{Metric, MetricLine};
//!
//! let line = MetricLine::new("TenantRouter", 1_700_000_000_000)
//!     .field("source", "orders")
//!     .field("reason", "missing")
//!     .metrics(&[&["source"]], &[Metric::count("Records", 10), Metric::milliseconds("Duration", 52)])
//!     .metrics(&[&["source", "reason"]], &[Metric::count("Rejected", 1)]);
//! assert!(line.render().starts_with(r#"{"_aws":{"Timestamp":1700000000000,"#));
//! ```

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// The most metrics in one directive.
pub const MAX_METRICS: usize = 100;

/// The most dimensions in one dimension set.
pub const MAX_DIMENSIONS: usize = 30;

/// The unit of a metric, as CloudWatch names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unit {
    /// A number of things.
    Count,
    /// A duration in milliseconds.
    Milliseconds,
}

/// A metric with its name, unit and value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric<'a> {
    name: &'a str,
    unit: Unit,
    value: u64,
}

impl<'a> Metric<'a> {
    /// Creates a metric that counts things.
    #[must_use]
    pub const fn count(name: &'a str, value: u64) -> Self {
        Self { name, unit: Unit::Count, value }
    }

    /// Creates a metric that is a duration in milliseconds.
    #[must_use]
    pub const fn milliseconds(name: &'a str, value: u64) -> Self {
        Self { name, unit: Unit::Milliseconds, value }
    }
}

/// A log line with metrics, under construction.
#[derive(Clone, Debug)]
pub struct MetricLine<'a> {
    namespace: &'a str,
    timestamp_millis: u64,
    fields: Vec<(&'a str, &'a str)>,
    values: Vec<Metric<'a>>,
    directives: Vec<MetricDirective<'a>>,
}

/// A metric directive: metrics, and the dimension sets under which CloudWatch stores each of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricDirective<'a> {
    namespace: &'a str,
    dimensions: Vec<Vec<&'a str>>,
    metrics: Vec<MetricDefinition<'a>>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricDefinition<'a> {
    name: &'a str,
    unit: Unit,
}

impl<'a> MetricLine<'a> {
    /// Creates a line without metrics. `timestamp_millis` is the time in milliseconds since 1970.
    #[must_use]
    pub fn new(namespace: &'a str, timestamp_millis: u64) -> Self {
        Self { namespace, timestamp_millis, fields: vec![], values: vec![], directives: vec![] }
    }

    /// Adds a text field: the value of a dimension, or a text for searches.
    ///
    /// # Panics
    /// In debug builds, if the line has a field or metric of this name, because one of two equal keys would be lost.
    #[must_use]
    pub fn field(mut self, name: &'a str, value: &'a str) -> Self {
        debug_assert!(!self.has(name), "{name} is in the line already");
        self.fields.push((name, value));
        self
    }

    /// Adds metrics under each of these dimension sets. Each dimension must be a field of the line.
    ///
    /// # Panics
    /// In debug builds, if there are more than [`MAX_METRICS`] metrics or more than [`MAX_DIMENSIONS`] dimensions in a set,
    /// if a dimension is not a field of the line, or if the line has the name of a metric. `CloudWatch` would drop such
    /// metrics silently.
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
        self.directives.push(MetricDirective {
            namespace: self.namespace,
            dimensions: dimension_sets.iter().map(|set| set.to_vec()).collect(),
            metrics: metrics
                .iter()
                .map(|metric| MetricDefinition { name: metric.name, unit: metric.unit })
                .collect(),
        });
        for metric in metrics {
            debug_assert!(!self.has(metric.name), "{} is in the line already", metric.name);
            self.values.push(*metric);
        }
        self
    }

    /// Renders the line, without a line break.
    ///
    /// # Panics
    /// Never: strings and integers under string keys always serialize.
    #[must_use]
    pub fn render(&self) -> String {
        serde_json::to_string(self).expect("strings and integers under string keys always serialize")
    }

    fn has(&self, name: &str) -> bool {
        name == "_aws"
            || self.fields.iter().any(|(field, _)| *field == name)
            || self.values.iter().any(|metric| metric.name == name)
    }
}

impl Serialize for MetricLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Metadata<'m> {
            timestamp: u64,
            cloud_watch_metrics: &'m [MetricDirective<'m>],
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

    fn parsed(line: &MetricLine<'_>) -> Value {
        serde_json::from_str(&line.render()).unwrap()
    }

    #[test]
    fn line_has_the_shape_of_the_specification() {
        let line = MetricLine::new("TenantRouter", 1_700_000_000_123)
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
    fn any_field_value_gives_one_line_of_json() {
        let hostile = "a\"b\\c\n\r\u{0}\u{2028}ü";
        let line = MetricLine::new("N", u64::MAX).field("source", hostile).metrics(&[&["source"]], &[]);
        assert!(!line.render().contains('\n'));
        assert_eq!(parsed(&line)["source"], hostile);
        assert_eq!(parsed(&line)["_aws"]["Timestamp"], u64::MAX);
    }

    /// Only debug builds make these assertions.
    #[cfg(debug_assertions)]
    mod refused {
        use super::*;

        #[test]
        #[should_panic(expected = "more than 100 metrics")]
        fn too_many_metrics_are_refused() {
            let _ = MetricLine::new("N", 0).metrics(&[], &[Metric::count("m", 1); MAX_METRICS + 1]);
        }

        #[test]
        #[should_panic(expected = "more than 30 dimensions")]
        fn too_many_dimensions_are_refused() {
            let _ = MetricLine::new("N", 0).field("d", "v").metrics(&[&["d"; MAX_DIMENSIONS + 1]], &[]);
        }

        #[test]
        #[should_panic(expected = "has no value")]
        fn dimension_without_a_value_is_refused() {
            let _ = MetricLine::new("N", 0).field("source", "").metrics(&[&["source"]], &[]);
        }

        #[test]
        #[should_panic(expected = "is in the line already")]
        fn two_values_of_one_name_are_refused() {
            let _ = MetricLine::new("N", 0).field("m", "v").metrics(&[], &[Metric::count("m", 1)]);
        }
    }
}
