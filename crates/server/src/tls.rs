//! TLS by the server itself: rustls on ring, HTTP/2 and HTTP/1.1.
//!
//! Invariant: a zone that is configured with a certificate never answers in the clear; the key is read once and its
//! file is never written.

use crate::config::TlsConfig;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use desk::Outage;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Certificate and key, read.
#[derive(Clone)]
pub struct Tls(RustlsConfig);

impl Tls {
    /// Reads certificate and key.
    pub fn read(config: &TlsConfig) -> Result<Self, Outage> {
        const READING: &str = "reading the certificate for TLS";
        let broken =
            |path: &Path, error: String| Outage::new(READING, format!("{}: {error}", path.display()));
        let of_chain = |error: rustls::pki_types::pem::Error| broken(&config.certificate, error.to_string());
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&config.certificate)
            .map_err(of_chain)?
            .collect::<Result<_, _>>()
            .map_err(of_chain)?;
        let key = PrivateKeyDer::from_pem_file(&config.key)
            .map_err(|error| broken(&config.key, error.to_string()))?;
        let mut server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Outage::new(READING, error))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| broken(&config.certificate, error.to_string()))?;
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(RustlsConfig::from_config(Arc::new(server))))
    }

    /// Answers on a listener until told to stop; then requests under way are finished, within `farewell`.
    pub(crate) async fn answer(
        self,
        listener: TcpListener,
        router: Router,
        mut stopped: watch::Receiver<bool>,
        farewell: Duration,
    ) -> Result<(), std::io::Error> {
        let handle = Handle::new();
        let stopping = handle.clone();
        let until = async move {
            let _ = stopped.wait_for(|stop| *stop).await;
            stopping.graceful_shutdown(Some(farewell));
        };
        let server = axum_server::from_tcp_rustls(listener.into_std()?, self.0)?.handle(handle);
        let serving = server.serve(router.into_make_service_with_connect_info::<SocketAddr>());
        tokio::join!(serving, until).0
    }
}
