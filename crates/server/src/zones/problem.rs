//! Problems of reading: what is not there, what is asked wrongly.

use axum::http::StatusCode;
use desk::Problem;
use facts::Refusal;

/// A refusal under a status of its own.
pub fn problem(
    status: StatusCode,
    code: &'static str,
    en: impl Into<String>,
    zh: impl Into<String>,
) -> Problem {
    Problem::from(Refusal::new(code, en, zh)).with_status(status)
}

/// Nothing is there.
pub fn not_found(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Problem {
    problem(StatusCode::NOT_FOUND, code, en, zh)
}

/// Asked wrongly.
pub fn bad_request(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Problem {
    problem(StatusCode::BAD_REQUEST, code, en, zh)
}

/// Not for this caller.
pub fn forbidden(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Problem {
    problem(StatusCode::FORBIDDEN, code, en, zh)
}
