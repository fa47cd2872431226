//! A new platform: two keys, a configuration, and what to do next in words.

use crate::keys::PASSPHRASE;
use rand_core::OsRng;
use seal::SigningKey;
use std::io::Write;
use std::path::Path;

/// Writes keys and configuration into an empty or new folder.
///
/// With `names` the zones speak TLS under a certificate that signs itself: good for trials, believed by nobody else.
pub fn init(
    dir: &Path,
    origin: &str,
    registrar: &str,
    registrar_key: &str,
    names: &[String],
) -> Result<String, String> {
    facts::AccountId::parse(registrar).map_err(|e| e.to_string())?;
    facts::Hex::<32>::parse(registrar_key).map_err(|e| format!("the registrar's key: {e}"))?;
    let passphrase = std::env::var(PASSPHRASE)
        .map_err(|_| format!("set {PASSPHRASE} to the passphrase that shall protect the log's keys"))?;
    if passphrase.chars().count() < 12 {
        return Err(format!(
            "{PASSPHRASE} needs at least 12 characters; nothing was written"
        ));
    }
    std::fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    for name in ["log-key.pem", "refusal-key.pem"] {
        let key = SigningKey::generate(&mut OsRng);
        let pem =
            seal::keyfile::seal_key(&key, passphrase.as_bytes(), &mut OsRng).map_err(|e| e.to_string())?;
        write_new(&dir.join(name), pem.as_bytes())?;
    }
    let tls = if names.is_empty() {
        ""
    } else {
        certify(dir, names)?
    };
    let config = format!(
        "database = \"sqlite://kaibiao.sqlite\"\nvault = \"vault\"\n\n[log]\nkey = \"log-key.pem\"\n\
         origin = \"{origin}\"\nrefusal_key = \"refusal-key.pem\"\n\n[zones]\nprocurement = \"127.0.0.1:7700\"\n\
         evaluation = \"127.0.0.1:7701\"\nsupervision = \"127.0.0.1:7702\"\n{tls}\n[[registrars]]\n\
         account = \"{registrar}\"\nkey = \"{registrar_key}\"\n"
    );
    let path = dir.join("kaibiao.toml");
    write_new(&path, config.as_bytes())?;
    Ok(format!(
        "{} is ready. Back up the two key files away from the database, then: kaibiaod serve --config {}",
        dir.display(),
        path.display()
    ))
}

/// Makes a key and a certificate for these names, signed by itself; what stands of them in the configuration.
fn certify(dir: &Path, names: &[String]) -> Result<&'static str, String> {
    let broken = |e: rcgen::Error| format!("the certificate for {}: {e}", names.join(", "));
    let made = rcgen::generate_simple_self_signed(names).map_err(broken)?;
    let key = zeroize::Zeroizing::new(made.signing_key.serialize_pem());
    write_new(&dir.join("tls-key.pem"), key.as_bytes())?;
    write_new(&dir.join("tls-certificate.pem"), made.cert.pem().as_bytes())?;
    Ok("\n[tls]\ncertificate = \"tls-certificate.pem\"\nkey = \"tls-key.pem\"\n")
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), String> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|e| format!("{}: {e}; nothing was overwritten", path.display()))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|e| format!("{}: {e}", path.display()))
}
