//! The error codes that override the meaning of their HTTP status.

/// The kind of attempt that an error response stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorClass {
    Throttled,
    NotStarted,
    Misconfigured,
    Refused,
    Uncertain,
}

/// The codes that override their HTTP status. A code that is not listed is classified by its status.
pub(super) const CODES: &[(&str, ErrorClass)] = &[
    // Throttled. Status 429 is decided before this table; these codes are for other statuses.
    ("TooManyRequestsException", ErrorClass::Throttled),
    ("ThrottlingException", ErrorClass::Throttled),
    // The codes that SQS uses for throttling.
    ("RequestThrottled", ErrorClass::Throttled),
    ("KmsThrottled", ErrorClass::Throttled),
    ("KMS.ThrottlingException", ErrorClass::Throttled),
    // The function's state does not allow an Invoke now: 409 and 502, transient.
    ("ResourceConflictException", ErrorClass::NotStarted),
    ("ResourceNotReadyException", ErrorClass::NotStarted),
    ("SnapStartNotReadyException", ErrorClass::NotStarted),
    ("CodeArtifactUserPendingException", ErrorClass::NotStarted),
    // No execution environment could be created, for a transient reason: 408 and 502. Tenants that have an environment
    // are not affected, so this is no reason to stop the batch.
    ("EC2ThrottledException", ErrorClass::NotStarted),
    ("EC2UnexpectedException", ErrorClass::NotStarted),
    ("ENINotReadyException", ErrorClass::NotStarted),
    ("ENILimitReachedException", ErrorClass::NotStarted),
    ("SubnetIPAddressLimitReachedException", ErrorClass::NotStarted),
    ("EFSMountConnectivityException", ErrorClass::NotStarted),
    ("EFSMountTimeoutException", ErrorClass::NotStarted),
    ("S3FilesMountConnectivityException", ErrorClass::NotStarted),
    ("S3FilesMountTimeoutException", ErrorClass::NotStarted),
    // Someone has to fix the function, its network, its key or its permissions: 400, 403, 409, 502.
    ("KMSAccessDeniedException", ErrorClass::Misconfigured),
    ("KMSDisabledException", ErrorClass::Misconfigured),
    ("KMSInvalidStateException", ErrorClass::Misconfigured),
    ("KMSNotFoundException", ErrorClass::Misconfigured),
    ("EC2AccessDeniedException", ErrorClass::Misconfigured),
    ("InvalidSubnetIDException", ErrorClass::Misconfigured),
    ("InvalidSecurityGroupIDException", ErrorClass::Misconfigured),
    ("EFSMountFailureException", ErrorClass::Misconfigured),
    ("S3FilesMountFailureException", ErrorClass::Misconfigured),
    ("InvalidRuntimeException", ErrorClass::Misconfigured),
    ("InvalidZipFileException", ErrorClass::Misconfigured),
    ("CodeArtifactUserDeletedException", ErrorClass::Misconfigured),
    ("CodeArtifactUserFailedException", ErrorClass::Misconfigured),
    ("NoPublishedVersionException", ErrorClass::Misconfigured),
    ("ModeNotSupportedException", ErrorClass::Misconfigured),
    // The signature is wrong: 400, while most signature errors are 403.
    ("IncompleteSignature", ErrorClass::Misconfigured),
    ("IncompleteSignatureException", ErrorClass::Misconfigured),
    // Lambda stopped a recursive loop; other records may not be part of it.
    ("RecursiveInvocationException", ErrorClass::Refused),
    // 410, 408, 400: the function may have run when its file system or its SnapStart hook failed.
    ("EFSIOException", ErrorClass::Uncertain),
    ("SnapStartException", ErrorClass::Uncertain),
    ("SnapStartTimeoutException", ErrorClass::Uncertain),
    ("SnapStartRegenerationFailureException", ErrorClass::Uncertain),
];
