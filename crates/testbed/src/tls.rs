//! TLS as on Lambda, where every connection is: with a certificate that nobody knows but who is told of it.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// The name that certificates are for; it is 127.0.0.1 on any machine.
pub(crate) const HOST: &str = "localhost";

/// A certificate for [`HOST`], signed by itself, with a P-256 key. A client has two signatures to check, the
/// certificate's and the greeting's; with a certificate authority in between, as AWS has, it is one more.
pub(crate) struct Certificate {
    file: PathBuf,
    acceptor: TlsAcceptor,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).expect("a certificate can be made");
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows the usual versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .expect("the key is the certificate's");
        let (file, mut created) = fresh_file();
        created
            .write_all(made.cert.pem().as_bytes())
            .unwrap_or_else(|error| panic!("a certificate cannot be written: {}: {error}", file.display()));
        Self { file, acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    /// Where it is, as PEM. The file goes when this is dropped.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        // One that stays behind opens nothing: its key is gone.
        let _ = fs::remove_file(&self.file);
    }
}

/// A file that was not there: one that is there already is somebody else's, or of a process that was killed.
fn fresh_file() -> (PathBuf, File) {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    loop {
        let made = MADE.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("testbed-{}-{made}.pem", std::process::id()));
        match File::create_new(&path) {
            Ok(file) => return (path, file),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => panic!("a file cannot be made: {}: {error}", path.display()),
        }
    }
}
