//! Problems (RFC 9457): how a refusal or an outage is told over HTTP.
//!
//! Invariant: a refusal is told whole, in both languages; of an outage nothing is told but the operation's id, under
//! which its causes were logged once.

use crate::{Entropy, Failure, Outage};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use facts::Refusal;
use serde::Serialize;
use std::sync::Arc;
use tracing::Instrument;

/// Header that names the operation on every response.
pub const OPERATION: HeaderName = HeaderName::from_static("kaibiao-operation");

tokio::task_local! {
    static CURRENT: Arc<str>;
}

/// Gives every request an operation id, for its responses and its log lines. An outermost layer:
/// `middleware::from_fn_with_state(entropy, problem::operations)`.
pub async fn operations(State(entropy): State<Arc<dyn Entropy>>, request: Request, next: Next) -> Response {
    let mut id = [0; 8];
    entropy.fill(&mut id);
    let id: Arc<str> = hex::encode(id).into();
    let span = tracing::info_span!("operation", id = %id);
    let mut response = CURRENT
        .scope(id.clone(), next.run(request).instrument(span))
        .await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(OPERATION, value);
    }
    response
}

/// The id of the operation that is running; `-` outside of any.
#[must_use]
pub fn operation() -> Arc<str> {
    CURRENT.try_with(Arc::clone).unwrap_or_else(|_| "-".into())
}

/// A problem on its way to a client.
#[derive(Debug)]
pub enum Problem {
    /// Told whole.
    Refused {
        /// The refusal.
        refusal: Refusal,
        /// The status, where the table does not decide it.
        status: Option<StatusCode>,
        /// The signed refusal statement, for a refused act.
        statement: Option<String>,
    },
    /// Told by operation id only.
    Outage(Arc<Outage>),
}

impl Problem {
    /// A refusal under a status of one's own.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        match self {
            Self::Refused {
                refusal, statement, ..
            } => Self::Refused {
                refusal,
                status: Some(status),
                statement,
            },
            outage @ Self::Outage(_) => outage,
        }
    }

    /// A refusal with the platform's signature under it.
    #[must_use]
    pub fn with_statement(self, note: String) -> Self {
        match self {
            Self::Refused { refusal, status, .. } => Self::Refused {
                refusal,
                status,
                statement: Some(note),
            },
            outage @ Self::Outage(_) => outage,
        }
    }

    /// Nothing is there.
    pub fn unknown(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Refusal::new("resource.unknown", en, zh).into()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused {
            refusal,
            status: None,
            statement: None,
        }
    }
}

impl From<Outage> for Problem {
    fn from(outage: Outage) -> Self {
        Self::Outage(Arc::new(outage))
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Outage(outage) => Self::Outage(outage),
        }
    }
}

/// Whole codes, then ends of the reason, then beginnings of the code: the first that fits decides.
const CODES: &[(&str, StatusCode)] = &[
    ("session.missing", StatusCode::UNAUTHORIZED),
    ("session.refused", StatusCode::UNAUTHORIZED),
    ("role.missing", StatusCode::FORBIDDEN),
    ("actor.revoked", StatusCode::FORBIDDEN),
    ("account.expired", StatusCode::FORBIDDEN),
    ("clock.behind", StatusCode::SERVICE_UNAVAILABLE),
    ("fact.erased_gone", StatusCode::GONE),
];
const REASONS: &[(&str, StatusCode)] = &[
    ("unknown", StatusCode::NOT_FOUND),
    ("not_allowed", StatusCode::FORBIDDEN),
    ("not_yours", StatusCode::FORBIDDEN),
    ("forbidden", StatusCode::FORBIDDEN),
    ("malformed", StatusCode::UNPROCESSABLE_ENTITY),
    ("conflict", StatusCode::UNPROCESSABLE_ENTITY),
    ("invalid", StatusCode::UNPROCESSABLE_ENTITY),
    ("signature", StatusCode::UNPROCESSABLE_ENTITY),
    ("too_large", StatusCode::PAYLOAD_TOO_LARGE),
    ("busy", StatusCode::TOO_MANY_REQUESTS),
];
const CONTEXTS: &[(&str, StatusCode)] = &[
    ("rate.", StatusCode::TOO_MANY_REQUESTS),
    ("taken.", StatusCode::CONFLICT),
    ("seen.", StatusCode::CONFLICT),
];

/// The status of a refusal by its code; what the log's state forbids is a conflict (409).
#[must_use]
pub fn status(code: &str) -> StatusCode {
    let whole = CODES.iter().find(|(known, _)| *known == code);
    let reason = || REASONS.iter().find(|(end, _)| ends_with_words(code, end));
    let context = || CONTEXTS.iter().find(|(start, _)| code.starts_with(start));
    whole
        .or_else(reason)
        .or_else(context)
        .map_or(StatusCode::CONFLICT, |(_, status)| *status)
}

fn ends_with_words(code: &str, end: &str) -> bool {
    code.strip_suffix(end)
        .is_some_and(|before| before.is_empty() || before.ends_with(['.', '_']))
}

/// The document of RFC 9457 with our members.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Document {
    /// A URN of the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The sentence in English.
    pub detail: String,
    /// The sentence in Chinese.
    pub zh: String,
    /// The stable code.
    pub code: String,
    /// Id of the operation, for enquiries.
    pub operation: String,
    /// The signed refusal statement (C2SP signed note), for a refused act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let operation = operation();
        let (status, code, detail, zh, statement) = match self {
            Self::Refused {
                refusal,
                status: own,
                statement,
            } => {
                let status = own.unwrap_or_else(|| status(&refusal.code));
                (
                    status,
                    refusal.code.into_owned(),
                    refusal.en,
                    refusal.zh,
                    statement,
                )
            }
            Self::Outage(outage) => {
                tracing::error!(operation = %operation, causes = %causes(&outage), "outage");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "platform.outage".to_owned(),
                    format!(
                        "Something failed on the platform. Nothing more is known here; ask with the operation id {operation}. An act may safely be sent again."
                    ),
                    format!("平台内部故障。请凭操作编号 {operation} 查询;同一签名操作可以安全地重新提交。"),
                    None,
                )
            }
        };
        let document = Document {
            kind: format!("urn:kaibiao:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: status.as_u16(),
            detail,
            zh,
            code,
            operation: operation.to_string(),
            refusal: statement,
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}

fn causes(outage: &Outage) -> String {
    let mut chain = outage.to_string();
    let mut cause = outage.source.source();
    while let Some(next) = cause {
        chain.push_str(": ");
        chain.push_str(&next.to_string());
        cause = next.source();
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_decides_the_status() {
        let expected = [
            ("bid.late", 409),
            ("tender.unknown", 404),
            ("act.body_malformed", 422),
            ("act.signature", 422),
            ("act.too_large", 413),
            ("role.missing", 403),
            ("actor.key_not_allowed", 403),
            ("session.missing", 401),
            ("session.busy", 429),
            ("rate.uploads", 429),
            ("taken.point", 409),
            ("seen.fork", 409),
            ("clock.behind", 503),
            ("account.roles_conflict", 422),
            ("bid.reunknown", 409),
        ];
        for (code, wanted) in expected {
            assert_eq!(status(code).as_u16(), wanted, "{code}");
        }
    }

    #[tokio::test]
    async fn an_outage_shows_only_the_operation() {
        let outage = Outage::new("reading rows", "password for 10.0.0.7 refused");
        let response = CURRENT
            .scope("abcd".into(), async { Problem::from(outage).into_response() })
            .await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(
            text.contains("abcd") && !text.contains("10.0.0.7") && !text.contains("reading"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn a_refusal_is_told_whole() {
        let refusal = Refusal::new("bid.late", "Too late.", "逾期。");
        let response = Problem::from(refusal)
            .with_statement("note".to_owned())
            .into_response();
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(value["status"], 409);
        assert_eq!(value["code"], "bid.late");
        assert_eq!(value["detail"], "Too late.");
        assert_eq!(value["zh"], "逾期。");
        assert_eq!(value["refusal"], "note");
        assert_eq!(value["type"], "urn:kaibiao:problem:bid.late");
    }
}
