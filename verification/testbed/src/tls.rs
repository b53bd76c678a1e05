//! TLS for a server, as on AWS. Clients must be configured to trust its self-signed certificate.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// The host name in certificates. It resolves to 127.0.0.1.
pub(crate) const HOST: &str = "localhost";

/// A self-signed certificate for [`HOST`] with a P-256 key. A client checks two signatures: that of the certificate and that
/// of the handshake. On AWS it checks one more, because of an intermediate certificate authority.
pub(crate) struct Certificate {
    file: PathBuf,
    acceptor: TlsAcceptor,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let made =
            rcgen::generate_simple_self_signed([HOST.to_owned()]).expect("a certificate can be generated");
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring supports the default versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .expect("the key belongs to the certificate");
        let (file, mut created) = fresh_file();
        created
            .write_all(made.cert.pem().as_bytes())
            .unwrap_or_else(|error| panic!("the certificate cannot be written: {}: {error}", file.display()));
        Self { file, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    /// Returns the path of the PEM file. The file is deleted on drop.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        // A file that remains is harmless, because its key no longer exists.
        let _ = fs::remove_file(&self.file);
    }
}

/// Creates a new file. An existing file belongs to another process or was left by a killed one.
fn fresh_file() -> (PathBuf, File) {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    loop {
        let made = MADE.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("testbed-{}-{made}.pem", std::process::id()));
        match File::create_new(&path) {
            Ok(file) => return (path, file),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => panic!("the file cannot be created: {}: {error}", path.display()),
        }
    }
}
