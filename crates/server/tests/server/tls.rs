//! TLS by the server itself, under the certificate that `kaibiaod init` makes for trials.

use crate::platform::{Platform, run};
use crate::web::{Answer, read};
use h2::client;
use kaibiao_server::Config;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tokio_rustls::TlsConnector;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

const PASSPHRASE: &str = "a passphrase for one test";

/// A folder that `kaibiaod init` made, with a certificate; every zone on a port of its own.
pub(crate) fn init(dir: &Path) -> Config {
    let made = Command::new(env!("CARGO_BIN_EXE_kaibiaod"))
        .args([
            "init",
            "--origin",
            "test.kaibiao.example/log",
            "--registrar",
            "registry",
        ])
        .args([
            "--registrar-key",
            &"11".repeat(32),
            "--self-signed",
            "localhost,127.0.0.1",
        ])
        .arg(dir)
        .env("KAIBIAO_LOG_PASSPHRASE", PASSPHRASE)
        .status()
        .unwrap();
    assert!(made.success());
    let mut config = Config::read(&dir.join("kaibiao.toml")).unwrap();
    for address in [
        &mut config.zones.procurement,
        &mut config.zones.evaluation,
        &mut config.zones.supervision,
    ] {
        address.set_port(0);
    }
    config
}

fn started(dir: &Path) -> Platform {
    run(init(dir), PASSPHRASE)
}

fn certificate(dir: &Path) -> Vec<u8> {
    std::fs::read(dir.join("tls-certificate.pem")).unwrap()
}

/// Asks by TLS, trusting these certificates alone.
fn ask(trusted: RootCerts, url: &str) -> Result<Answer, ureq::Error> {
    let tls = TlsConfig::builder().root_certs(trusted).build();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .tls_config(tls)
        .build()
        .into();
    read(agent.get(url).call()?)
}

fn only(pem: &[u8]) -> RootCerts {
    let certificate = Certificate::from_pem(pem).unwrap();
    RootCerts::new_with_certs(&[certificate])
}

#[test]
fn every_zone_answers_by_tls_and_only_by_tls() {
    let dir = tempfile::tempdir().unwrap();
    let mut platform = started(dir.path());
    let pem = certificate(dir.path());
    let zones = platform.addresses().clone();
    for base in [&zones.procurement, &zones.evaluation, &zones.supervision] {
        let port = base.strip_prefix("https://127.0.0.1:").unwrap();
        for name in ["127.0.0.1", "localhost"] {
            let answer = ask(only(&pem), &format!("https://{name}:{port}/health")).unwrap();
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
        }
        // Whoever does not know the certificate does not believe it, and nobody is answered in the clear.
        assert!(ask(RootCerts::WebPki, &format!("{base}/health")).is_err());
        assert!(ask(only(&pem), &format!("http://127.0.0.1:{port}/health")).is_err());
    }
    let told = ask(only(&pem), &format!("{}/api/platform", zones.procurement))
        .unwrap()
        .json();
    assert_eq!(told["zones"]["evaluation"], zones.evaluation);
    // Stopping is graceful, and frees the address.
    platform.stop();
    assert!(ask(only(&pem), &format!("{}/health", zones.procurement)).is_err());
}

#[test]
fn http_2_is_spoken() {
    let dir = tempfile::tempdir().unwrap();
    let platform = started(dir.path());
    let address = platform
        .procurement()
        .strip_prefix("https://")
        .unwrap()
        .to_owned();
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(&certificate(dir.path())).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let (status, body) = platform.block_on(async {
        let stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
            .unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
        let (mut requests, connection) = client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        let request = ureq::http::Request::get(format!("https://{address}/health"));
        let (answer, _) = requests.send_request(request.body(()).unwrap(), true).unwrap();
        let answer = answer.await.unwrap();
        let status = answer.status().as_u16();
        let mut parts = answer.into_body();
        let mut body = Vec::new();
        while let Some(part) = parts.data().await {
            body.extend_from_slice(&part.unwrap());
        }
        (status, String::from_utf8(body).unwrap())
    });
    assert_eq!((status, body.as_str()), (200, "{\"ok\":true,\"size\":1}"));
}

#[test]
fn a_certificate_that_cannot_be_read_stops_the_start_with_its_name() {
    let dir = tempfile::tempdir().unwrap();
    init(dir.path());
    std::fs::write(dir.path().join("tls-certificate.pem"), "no certificate").unwrap();
    let started = Command::new(env!("CARGO_BIN_EXE_kaibiaod"))
        .args(["serve", "--config"])
        .arg(dir.path().join("kaibiao.toml"))
        .env("KAIBIAO_LOG_PASSPHRASE", PASSPHRASE)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&started.stderr);
    assert!(
        !started.status.success() && said.contains("tls-certificate.pem"),
        "{said}"
    );
}
