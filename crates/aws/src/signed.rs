//! Signed requests, for the few operations whose SDKs would make a router larger by a third. Signed by the SDK's own
//! library and sent over the pool of connections that the SDKs' clients share.

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_types::SdkConfig;

use crate::endpoint::Signee;

/// A service that is asked by signed requests.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    connector: SharedHttpConnector,
    credentials: Option<SharedCredentialsProvider>,
    region: String,
    signee: Signee,
    url: String,
}

/// A request.
pub(crate) struct Request<'a> {
    pub(crate) method: &'static str,
    /// Behind the service's URL, encoded, with its leading slash.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'static str, &'a str)],
    pub(crate) body: &'a [u8],
}

/// An answer, whatever it says.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    Credentials,
    NotBuilt,
    TimedOut,
    ConnectionLost,
}

impl NoAnswer {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Credentials => "CredentialsNotLoaded",
            Self::NotBuilt => "RequestNotBuilt",
            Self::TimedOut => "timed out",
            Self::ConnectionLost => "no connection",
        }
    }
}

impl Signed {
    pub(crate) fn new(connector: SharedHttpConnector, config: &SdkConfig, signee: Signee) -> Self {
        Self {
            connector,
            credentials: config.credentials_provider(),
            region: config.region().map(ToString::to_string).unwrap_or_default(),
            signee,
            url: signee.url(config),
        }
    }

    /// The same service under another URL.
    pub(crate) fn under(mut self, url: String) -> Self {
        self.url = url;
        self
    }

    /// Sends a request once.
    pub(crate) async fn send(&self, request: Request<'_>, timeout: Duration) -> Result<Answer, NoAnswer> {
        let sending = async {
            let http = self.signed(&request).await?;
            let response = self.connector.call(http).await.map_err(|error| {
                if error.is_timeout() { NoAnswer::TimedOut } else { NoAnswer::ConnectionLost }
            })?;
            let status = response.status().as_u16();
            let body = ByteStream::new(response.into_body()).collect().await;
            let body = body.map_err(|_| NoAnswer::ConnectionLost)?.to_vec();
            Ok(Answer { status, body })
        };
        tokio::time::timeout(timeout, sending).await.unwrap_or(Err(NoAnswer::TimedOut))
    }

    async fn signed(&self, request: &Request<'_>) -> Result<HttpRequest, NoAnswer> {
        let provider = self.credentials.as_ref().ok_or(NoAnswer::Credentials)?;
        let credentials = provider.provide_credentials().await.map_err(|_| NoAnswer::Credentials)?;
        let url = format!("{}{}", self.url, request.path);
        let mut http = HttpRequest::new(SdkBody::from(request.body));
        http.set_method(request.method).map_err(|_| NoAnswer::NotBuilt)?;
        http.set_uri(url.as_str()).map_err(|_| NoAnswer::NotBuilt)?;
        let identity = credentials.into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.signee.signing_name())
            .time(SystemTime::now())
            .settings(self.settings())
            .build()
            .map_err(|_| NoAnswer::NotBuilt)?;
        let signable = SignableRequest::new(
            request.method,
            url.as_str(),
            request.headers.iter().copied(),
            SignableBody::Bytes(request.body),
        );
        let signature = signable.and_then(|signable| sign(signable, &params.into()));
        let (instructions, _) = signature.map_err(|_| NoAnswer::NotBuilt)?.into_parts();
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let headers =
            request.headers.iter().map(|&(name, value)| (name, value)).chain(instructions.headers());
        for (name, value) in headers.map(owned) {
            http.headers_mut().try_insert(name, value).map_err(|_| NoAnswer::NotBuilt)?;
        }
        Ok(http)
    }

    /// S3 signs its paths as they stand, and a hash of the body with them [Amazon S3 API reference, "Signature
    /// calculations for the authorization header"].
    fn settings(&self) -> SigningSettings {
        let mut settings = SigningSettings::default();
        if self.signee == Signee::S3 {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        settings
    }
}
