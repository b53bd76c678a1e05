//! The names of the errors of an invocation. State machines retry and catch errors by name, and pipes report them: the
//! names are a public interface, and the docs list them.

use lambda_runtime::Diagnostic;

/// Creates the error of an invocation.
pub(crate) fn failure(error: ErrorName, message: impl Into<String>) -> Diagnostic {
    Diagnostic { error_type: error.text().to_owned(), error_message: message.into() }
}

/// The name of an invocation's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorName {
    /// The task was rejected: it has no valid tenant, or the registry refuses the tenant.
    TenantRejected,
    /// The task's tenant is suspended, and its tasks are held.
    TenantHeld,
    /// The registry has no usable answer about the task's tenant.
    RegistryUnavailable,
    /// The backend did not run. A retry may succeed.
    BackendThrottled,
    /// The backend failed, Lambda refused the Invoke, or the response was lost.
    BackendFailed,
    /// The backend, or the access to it, is misconfigured.
    BackendMisconfigured,
    /// The backend did not respond in time.
    Timeout,
    /// The input is not a valid task.
    TaskInvalid,
    /// The router did not route the batch, because it refused the event or panicked; or a pipe's response is too large.
    BatchRefused,
    /// The registry does not confirm the tenant of a record, or the tenant is held.
    TenantNotConfirmed,
    /// A rejected record of the batch is not in the quarantine.
    NotQuarantined,
    /// The event is not acknowledged, and must be delivered again.
    NotAcknowledged,
    /// The event is not UTF-8.
    InvalidEvent,
    /// The router cannot start, because its configuration or environment is wrong.
    InitFailed,
    /// The response is not JSON, which is a defect of the router.
    NotJson,
}

impl ErrorName {
    /// The errors of a Step Functions task.
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

    /// The errors of a pipe's enrichment.
    pub const OF_PIPES: [Self; 3] = [Self::NotQuarantined, Self::TenantNotConfirmed, Self::BatchRefused];

    /// Returns the name as the caller gets it.
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
            Self::NotAcknowledged => "NotAcknowledged",
            Self::InvalidEvent => "InvalidEvent",
            Self::InitFailed => "InitFailed",
            Self::NotJson => "NotJson",
        }
    }
}
