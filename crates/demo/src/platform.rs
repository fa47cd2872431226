//! The server's process: started, waited for, stopped by its own id.

use crate::keys;
use crate::setting::Setting;
use crate::tell;
use cli::wire::Zones;
use std::cell::RefCell;
use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server.
pub(crate) struct Platform {
    process: RefCell<Child>,
    /// Where its zones answer.
    pub addresses: Zones,
}

impl Platform {
    /// Starts kaibiaod and waits until it serves.
    pub(crate) fn start(setting: &Setting) -> Result<Self, String> {
        let ready = setting.dir.join("addresses.json");
        let log = setting.dir.join("kaibiaod.log");
        let log = File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let mut process = Command::new(setting.programs.join("kaibiaod"))
            .args(["serve", "--config"])
            .arg(setting.dir.join("kaibiao.toml"))
            .arg("--ready")
            .arg(&ready)
            .env("KAIBIAO_LOG_PASSPHRASE", keys::PASSPHRASE)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|e| format!("kaibiaod could not be started: {e}"))?;
        for _ in 0..600 {
            if let Ok(text) = std::fs::read_to_string(&ready) {
                let addresses: Zones = serde_json::from_str(&text).map_err(|e| e.to_string())?;
                tell::done(&format!("kaibiaod serves at {}", addresses.procurement));
                return Ok(Self {
                    process: RefCell::new(process),
                    addresses,
                });
            }
            if let Ok(Some(status)) = process.try_wait() {
                let log = std::fs::read_to_string(setting.dir.join("kaibiaod.log")).unwrap_or_default();
                return Err(format!("kaibiaod ended with {status}:\n{log}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = process.kill();
        Err("kaibiaod did not start within 30 seconds".to_owned())
    }

    /// Stops the server in good order.
    pub(crate) fn stop(&self) {
        let mut process = self.process.borrow_mut();
        let told = Command::new("kill").arg(process.id().to_string()).status();
        if told.is_err() {
            let _ = process.kill();
        }
        let _ = process.wait();
    }

    /// Waits until the server ends by itself or by Ctrl-C.
    pub(crate) fn wait(&self) {
        let _ = self.process.borrow_mut().wait();
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let mut process = self.process.borrow_mut();
        if let Ok(None) = process.try_wait() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
