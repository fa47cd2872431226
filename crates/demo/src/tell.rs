//! Telling what happens: colour on a terminal, plain lines in a pipe.

use anstyle::{AnsiColor, Style};
use std::io::IsTerminal;
use std::sync::OnceLock;

static COLOUR: OnceLock<bool> = OnceLock::new();

fn colour() -> bool {
    *COLOUR.get_or_init(|| std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none())
}

fn painted(style: Style, text: &str) -> String {
    if colour() {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

/// A new part of the story.
pub(crate) fn section(title: &str) {
    println!(
        "\n{}",
        painted(
            Style::new().bold().fg_color(Some(AnsiColor::Cyan.into())),
            &format!("── {title}")
        )
    );
}

/// Something that happened as it should.
pub(crate) fn done(text: &str) {
    println!(
        "  {} {text}",
        painted(Style::new().fg_color(Some(AnsiColor::Green.into())), "✓")
    );
}

/// Something that was refused, as it should be.
pub(crate) fn refused(text: &str) {
    println!(
        "  {} {text}",
        painted(Style::new().fg_color(Some(AnsiColor::Yellow.into())), "✗")
    );
}

/// A remark.
pub(crate) fn note(text: &str) {
    println!("    {text}");
}
