//! What one Invoke carries.

/// The payload of one Invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// The body of one record.
    Record,
    /// All records of one tenant.
    Event,
    /// There is no Invoke: the records of a pipe go back to the pipe.
    Nothing,
}

impl Payload {
    /// Returns the value in the configuration.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Event => "event",
            Self::Nothing => "nothing",
        }
    }
}
