//! A field of a tenant in the file: missing, `null` or a value.

use serde::{Deserialize, Deserializer};

/// An optional field that distinguishes a missing field from `null`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum ImportField<T> {
    /// The file does not have the field: an import keeps the attribute.
    #[default]
    Absent,
    /// The field is `null`: an import removes the attribute.
    Null,
    Value(T),
}

impl<T> ImportField<T> {
    pub(crate) const fn is_given(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    pub(crate) const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Maps the value. `None` makes the field absent.
    pub(crate) fn and_then<U>(self, change: impl FnOnce(T) -> Option<U>) -> ImportField<U> {
        match self {
            Self::Absent => ImportField::Absent,
            Self::Null => ImportField::Null,
            Self::Value(value) => change(value).map_or(ImportField::Absent, ImportField::Value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ImportField<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde does not call this for a missing field.
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}
