//! The demonstration: build the programs, then hand over to `kaibiao-demo`.

use crate::run;
use std::process::ExitCode;

/// Runs the demonstration with its own arguments; `cargo demo -- --exit` and `cargo demo --exit` are the same.
pub(crate) fn demo(arguments: &[String]) -> Result<ExitCode, String> {
    let programs = run::build(false)?;
    let mut demo = std::process::Command::new(programs.join("kaibiao-demo"));
    demo.arg("--programs").arg(&programs);
    demo.args(
        arguments
            .iter()
            .enumerate()
            .filter(|(i, a)| *i > 0 || a.as_str() != "--")
            .map(|(_, a)| a),
    );
    let status = demo
        .status()
        .map_err(|e| format!("kaibiao-demo could not be started: {e}"))?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
