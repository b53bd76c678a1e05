//! The error codes that mean more, or other, than the status they come with.

/// What a whole class of error codes means, whatever status they come with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Throttled,
    NotStarted,
    Misconfigured,
    Refused,
    Uncertain,
}

/// The codes that mean more, or other, than their status says. Everything else goes by the status alone.
pub(super) const CODES: &[(&str, Meaning)] = &[
    // The caller is asked to slow down. Lambda answers 429, its front door may answer 400 with the second.
    ("TooManyRequestsException", Meaning::Throttled),
    ("ThrottlingException", Meaning::Throttled),
    // SQS's words for it.
    ("RequestThrottled", Meaning::Throttled),
    ("KmsThrottled", Meaning::Throttled),
    ("KMS.ThrottlingException", Meaning::Throttled),
    // The function's state forbids running it now: 409 and 502, and it passes.
    ("ResourceConflictException", Meaning::NotStarted),
    ("ResourceNotReadyException", Meaning::NotStarted),
    ("SnapStartNotReadyException", Meaning::NotStarted),
    ("CodeArtifactUserPendingException", Meaning::NotStarted),
    // No execution environment could be set up, for want of something that comes back: 408 and 502. Tenants that
    // have an environment are not concerned, so this is no reason to stop.
    ("EC2ThrottledException", Meaning::NotStarted),
    ("EC2UnexpectedException", Meaning::NotStarted),
    ("ENINotReadyException", Meaning::NotStarted),
    ("ENILimitReachedException", Meaning::NotStarted),
    ("SubnetIPAddressLimitReachedException", Meaning::NotStarted),
    ("EFSMountConnectivityException", Meaning::NotStarted),
    ("EFSMountTimeoutException", Meaning::NotStarted),
    ("S3FilesMountConnectivityException", Meaning::NotStarted),
    ("S3FilesMountTimeoutException", Meaning::NotStarted),
    // The function cannot run before someone mends it, its network, its key or its permissions: 400, 403, 409, 502.
    ("KMSAccessDeniedException", Meaning::Misconfigured),
    ("KMSDisabledException", Meaning::Misconfigured),
    ("KMSInvalidStateException", Meaning::Misconfigured),
    ("KMSNotFoundException", Meaning::Misconfigured),
    ("EC2AccessDeniedException", Meaning::Misconfigured),
    ("InvalidSubnetIDException", Meaning::Misconfigured),
    ("InvalidSecurityGroupIDException", Meaning::Misconfigured),
    ("EFSMountFailureException", Meaning::Misconfigured),
    ("S3FilesMountFailureException", Meaning::Misconfigured),
    ("InvalidRuntimeException", Meaning::Misconfigured),
    ("InvalidZipFileException", Meaning::Misconfigured),
    ("CodeArtifactUserDeletedException", Meaning::Misconfigured),
    ("CodeArtifactUserFailedException", Meaning::Misconfigured),
    ("NoPublishedVersionException", Meaning::Misconfigured),
    ("ModeNotSupportedException", Meaning::Misconfigured),
    // The request was not signed as AWS wants it: 400, while most of its kind are 403.
    ("IncompleteSignature", Meaning::Misconfigured),
    ("IncompleteSignatureException", Meaning::Misconfigured),
    // Lambda stopped a loop; another record may not be part of one.
    ("RecursiveInvocationException", Meaning::Refused),
    // 410, 408, 400: the function may have been running when its file system or its hook failed.
    ("EFSIOException", Meaning::Uncertain),
    ("SnapStartException", Meaning::Uncertain),
    ("SnapStartTimeoutException", Meaning::Uncertain),
    ("SnapStartRegenerationFailureException", Meaning::Uncertain),
];
