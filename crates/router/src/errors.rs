//! The names of the errors by which an invocation fails. State machines retry and catch by them, and whoever looks into
//! a pipe finds them: they are public interface, and stand in the docs.

use lambda_runtime::Diagnostic;

/// The error of an invocation.
pub(crate) fn failure(error: ErrorName, message: impl Into<String>) -> Diagnostic {
    Diagnostic { error_type: error.text().to_owned(), error_message: message.into() }
}

/// An error's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorName {
    /// The task belongs to no tenant.
    TenantRejected,
    /// The task's tenant is suspended, and its tasks wait.
    TenantHeld,
    /// The registry says nothing about the task's tenant that serves.
    RegistryUnavailable,
    /// The backend did not run, and may if it is asked again.
    BackendThrottled,
    /// The backend failed, or was refused, or its answer is lost.
    BackendFailed,
    /// Someone has to mend the estate.
    BackendMisconfigured,
    /// There was no answer in time.
    Timeout,
    /// The input is no task.
    TaskInvalid,
    /// An event that is none of this source's, or an answer that nobody takes.
    BatchRefused,
    /// A record of the batch belongs to a tenant whom nobody confirms, or who waits.
    TenantNotConfirmed,
    /// A rejected record of the batch is in no quarantine.
    NotQuarantined,
    /// The event has to be handed out again.
    NotSettled,
    /// The event is not UTF-8.
    InvalidEvent,
    /// The router cannot start: its configuration is wrong.
    InitFailed,
    /// An answer could not be written, which is a defect of the router.
    NotJson,
}

impl ErrorName {
    /// Those of a task of a state machine.
    pub const OF_TASKS: [Self; 8] = [
        Self::TenantRejected,
        Self::TenantHeld,
        Self::RegistryUnavailable,
        Self::BackendThrottled,
        Self::BackendFailed,
        Self::BackendMisconfigured,
        Self::Timeout,
        Self::TaskInvalid,
    ];

    /// Those of a pipe's enrichment.
    pub const OF_PIPES: [Self; 3] = [Self::NotQuarantined, Self::TenantNotConfirmed, Self::BatchRefused];

    /// As the caller is told it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::TenantRejected => "TenantRejected",
            Self::TenantHeld => "TenantHeld",
            Self::RegistryUnavailable => "RegistryUnavailable",
            Self::BackendThrottled => "BackendThrottled",
            Self::BackendFailed => "BackendFailed",
            Self::BackendMisconfigured => "BackendMisconfigured",
            Self::Timeout => "Timeout",
            Self::TaskInvalid => "TaskInvalid",
            Self::BatchRefused => "BatchRefused",
            Self::TenantNotConfirmed => "TenantNotConfirmed",
            Self::NotQuarantined => "NotQuarantined",
            Self::NotSettled => "NotSettled",
            Self::InvalidEvent => "InvalidEvent",
            Self::InitFailed => "InitFailed",
            Self::NotJson => "NotJson",
        }
    }
}
