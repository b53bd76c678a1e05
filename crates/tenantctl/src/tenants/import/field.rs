//! A field of the file's tenant, where it matters whether it was left out or emptied on purpose.

use serde::{Deserialize, Deserializer};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum ImportField<T> {
    /// The file says nothing of it.
    #[default]
    Absent,
    /// The file says that there is none.
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

    /// The field with another value; without one, as if it were not there.
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
        // A field that is not there is not read at all.
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}
