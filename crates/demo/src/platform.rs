//! The server's process: started, waited for, stopped by its own id.
//!
//! Invariant: however the demonstration ends, save by SIGKILL, its server ends before it.

use crate::keys;
use crate::setting::Setting;
use crate::tell;
use cli::wire::Zones;
use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A running server.
pub(crate) struct Platform {
    process: Arc<Mutex<Child>>,
    /// Where its zones answer.
    pub addresses: Zones,
}

impl Platform {
    /// Starts kaibiaod and waits until it serves.
    pub(crate) fn start(setting: &Setting) -> Result<Self, String> {
        let ready = setting.dir.join("addresses.json");
        let log = setting.dir.join("kaibiaod.log");
        let log = File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let interrupted = signals()?;
        let process = Command::new(setting.programs.join("kaibiaod"))
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
        let process = Arc::new(Mutex::new(process));
        end_with(process.clone(), interrupted);
        let platform = |addresses| Self {
            process: process.clone(),
            addresses,
        };
        for _ in 0..600 {
            if let Ok(text) = std::fs::read_to_string(&ready) {
                let addresses: Zones = serde_json::from_str(&text).map_err(|e| e.to_string())?;
                tell::done(&format!("kaibiaod serves at {}", addresses.procurement));
                return Ok(platform(addresses));
            }
            if let Ok(Some(status)) = locked(&process).try_wait() {
                let log = std::fs::read_to_string(setting.dir.join("kaibiaod.log")).unwrap_or_default();
                return Err(format!("kaibiaod ended with {status}:\n{log}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        end(&process);
        Err("kaibiaod did not start within 30 seconds".to_owned())
    }

    /// Stops the server in good order.
    pub(crate) fn stop(&self) {
        stop(&self.process);
    }

    /// Waits until the server ends by itself or by Ctrl-C.
    pub(crate) fn wait(&self) {
        while let Ok(None) = locked(&self.process).try_wait() {
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        end(&self.process);
    }
}

fn locked(process: &Mutex<Child>) -> MutexGuard<'_, Child> {
    process.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks the server to end and waits until it has.
fn stop(process: &Mutex<Child>) {
    let mut process = locked(process);
    if !matches!(process.try_wait(), Ok(None)) {
        return;
    }
    let told = Command::new("kill").arg(process.id().to_string()).status();
    if told.is_err() {
        let _ = process.kill();
    }
    for _ in 0..200 {
        if !matches!(process.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let _ = process.kill();
    let _ = process.wait();
}

/// Ends the server at once, unless it has ended.
fn end(process: &Mutex<Child>) {
    let mut process = locked(process);
    if let Ok(None) = process.try_wait() {
        let _ = process.kill();
        let _ = process.wait();
    }
}

/// Listens for Ctrl-C and SIGTERM from now on; what it gives back waits for the first.
fn signals() -> Result<impl FnOnce() + Send + 'static, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    let inside = runtime.enter();
    let listen = |kind| signal(kind).map_err(|e| format!("signals cannot be listened to: {e}"));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    drop(inside);
    Ok(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        });
    })
}

/// Stops the server, and then this process, once interrupted.
fn end_with(process: Arc<Mutex<Child>>, interrupted: impl FnOnce() + Send + 'static) {
    std::thread::spawn(move || {
        interrupted();
        stop(&process);
        // As shells report a program that a signal ended.
        std::process::exit(130);
    });
}
