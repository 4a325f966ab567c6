//! TLS to the hosts of remotes, by the system's authorities and those of `ca_file`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::{Error, ErrorCode, Result};
use crate::sandbox::network::{Metered, Refusal, Target};

/// How long the two sides may take to agree.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is needed to connect.
pub(super) fn connector(ca_file: Option<&Path>) -> Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    // A system without authorities is none that nothing can be done about: there is `ca_file`.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        let wrong = |why: &dyn std::fmt::Display| {
            Error::new(
                ErrorCode::InvalidConfig,
                format!("`ca_file` {} cannot be used: {why}", path.display()),
            )
            .suggest("name a file of certificates in PEM")
        };
        let certificates = CertificateDer::pem_file_iter(path).map_err(|error| wrong(&error))?;
        for certificate in certificates {
            roots.add(certificate.map_err(|error| wrong(&error))?).map_err(|error| wrong(&error))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Speaks TLS over a connection, if the other side can show that it is the host.
pub(super) async fn secure(
    connector: &TlsConnector,
    target: &Target,
    stream: Metered,
) -> Result<TlsStream<Metered>, Refusal> {
    let failed = |why: &str| Refusal::failed(format!("there is no safe connection to {target}: {why}"));
    let name = ServerName::try_from(target.host.clone()).map_err(|error| failed(&error.to_string()))?;
    let shaken = timeout(PATIENCE, connector.connect(name, stream)).await;
    shaken.map_err(|_| failed("it took too long"))?.map_err(|error| failed(&error.to_string()))
}
