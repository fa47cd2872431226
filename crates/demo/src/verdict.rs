//! The verdict of strangers: `kaibiao-verify`, and a second verifier in another language.

use crate::cast::{Person, told};
use crate::setting::Setting;
use crate::tell;
use facts::{Hex, TenderId};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Downloads the dossier of a tender.
pub(crate) fn dossier(setting: &Setting, person: &Person, tender: &TenderId) -> Result<PathBuf, String> {
    let path = setting.dir.join(format!("{tender}.dossier.tar"));
    person
        .session
        .procurement
        .download(&format!("/api/tenders/{tender}/dossier"), &path)
        .map_err(told)?;
    Ok(path)
}

/// Writes the policy: what a stranger was told beforehand, by other ways than the platform.
pub(crate) fn policy(setting: &Setting, person: &Person) -> Result<PathBuf, String> {
    let registrar = Hex(crate::keys::key(&setting.keys, "registrar")?.public().to_bytes());
    let platform = &person.session.platform;
    let text = format!(
        "origin = \"{}\"\nlog_key = \"{}\"\nrefusal_key = \"{}\"\n\n[[registrar]]\naccount = \"registry\"\n\
         key = \"{registrar}\"\n",
        platform.origin, platform.log_key, platform.refusal_key
    );
    let path = setting.dir.join("policy.toml");
    std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}

/// Runs the verifier and shows its words; whether everything passed.
pub(crate) fn verify(setting: &Setting, dossier: &Path, policy: &Path) -> Result<bool, String> {
    let status = Command::new(setting.programs.join("kaibiao-verify"))
        .arg(dossier)
        .arg("--policy")
        .arg(policy)
        .status()
        .map_err(|e| format!("kaibiao-verify could not be started: {e}"))?;
    Ok(status.success())
}

/// The same without its words, for many dossiers.
pub(crate) fn verify_quietly(setting: &Setting, dossier: &Path, policy: &Path) -> Result<bool, String> {
    let output = Command::new(setting.programs.join("kaibiao-verify"))
        .arg(dossier)
        .arg("--policy")
        .arg(policy)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("kaibiao-verify could not be started: {e}"))?;
    if !output.status.success() {
        tell::refused(&format!(
            "{}:\n{}",
            dossier.display(),
            String::from_utf8_lossy(&output.stdout)
        ));
    }
    Ok(output.status.success())
}

/// Runs the Python verifier, which shares no code with us.
pub(crate) fn verify_in_python(dossier: &Path, policy: &Path) -> Result<bool, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python/verify.py");
    let status = Command::new("python3")
        .arg(&script)
        .arg(dossier)
        .arg("--policy")
        .arg(policy)
        .status()
        .map_err(|e| format!("python3 could not be started: {e}"))?;
    Ok(status.success())
}
