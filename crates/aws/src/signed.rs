//! Signed requests. Signed by the SDK's own library; the SDKs' clients themselves would make a router larger and slower
//! (`docs/decisions/0014-no-sdk-clients.md`).

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_types::SdkConfig;
use bytes::Bytes;
use http_body_util::Full;

use crate::endpoint::Service;
use crate::wire::{Answer, NoAnswer, Wire};

/// The header that carries a trace from one service to the next [AWS X-Ray developer guide, "Tracing header"].
pub(crate) const TRACE_HEADER: &str = "x-amzn-trace-id";

/// A service that is asked by signed requests.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    wire: Wire,
    credentials: Option<SharedCredentialsProvider>,
    region: String,
    service: Service,
    url: String,
}

/// A request.
pub(crate) struct Request<'a> {
    pub(crate) method: &'static str,
    /// Behind the service's URL, encoded, with its leading slash.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'static str, &'a str)],
    pub(crate) body: Bytes,
}

impl Signed {
    pub(crate) fn new(wire: Wire, config: &SdkConfig, service: Service) -> Self {
        Self {
            wire,
            credentials: config.credentials_provider(),
            region: config.region().map(ToString::to_string).unwrap_or_default(),
            service,
            url: service.url(config),
        }
    }

    /// The same service under another URL.
    pub(crate) fn under(mut self, url: String) -> Self {
        self.url = url;
        self
    }

    /// Sends a request once. The time for it begins with the credentials and ends with the last byte of the answer.
    pub(crate) async fn send(&self, request: Request<'_>, timeout: Duration) -> Result<Answer, NoAnswer> {
        let sending = async { self.wire.send(self.signed(request, SystemTime::now()).await?).await };
        tokio::time::timeout(timeout, sending).await.unwrap_or(Err(NoAnswer::TimedOut))
    }

    async fn signed(
        &self,
        request: Request<'_>,
        now: SystemTime,
    ) -> Result<http::Request<Full<Bytes>>, NoAnswer> {
        let provider = self.credentials.as_ref().ok_or(NoAnswer::NoCredentials)?;
        let credentials = provider.provide_credentials().await.map_err(|error| match error {
            CredentialsError::ProviderTimedOut(_) => NoAnswer::CredentialsTimedOut,
            _ => NoAnswer::NoCredentials,
        })?;
        let identity = credentials.into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service.signing_name())
            .time(now)
            .settings(self.settings())
            .build()
            .map_err(|_| NoAnswer::NotBuilt)?;
        let url = format!("{}{}", self.url, request.path);
        let has_trace = request.headers.iter().any(|(name, _)| *name == TRACE_HEADER);
        let trace = if has_trace { None } else { self.wire.trace() };
        let trace = trace.as_deref().map(|trace| (TRACE_HEADER, trace));
        let headers = request.headers.iter().copied().chain(trace);
        let signable =
            SignableRequest::new(request.method, &*url, headers.clone(), SignableBody::Bytes(&request.body));
        let signature = signable.and_then(|signable| sign(signable, &params.into()));
        let (instructions, _) = signature.map_err(|_| NoAnswer::NotBuilt)?.into_parts();
        let mut http = http::Request::builder().method(request.method).uri(url);
        for (name, value) in headers.chain(instructions.headers()) {
            http = http.header(name, value);
        }
        http.body(Full::new(request.body)).map_err(|_| NoAnswer::NotBuilt)
    }

    /// S3 signs its paths as they stand, and a hash of the body with them [Amazon S3 API reference, "Signature
    /// calculations for the authorization header"].
    fn settings(&self) -> SigningSettings {
        let mut settings = SigningSettings::default();
        if self.service == Service::S3 {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        settings
    }
}

#[cfg(test)]
mod tests;
