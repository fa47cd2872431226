//! Pages that need a session, and the end of one.
//!
//! Invariant: whoever is not signed in is led to `/sign-in` and back to the same page, never to another site.

use crate::doors::Doors;
use crate::pages::Layout;
use axum::Router;
use axum::extract::{FromRef, FromRequestParts, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use desk::gate::cookie;
use desk::{Caller, Outage, Problem, Zone};
use facts::{Hex, Instant};

/// Signing out without script; signing in has pages of its own.
pub fn routes() -> Router<Doors> {
    Router::new().route("/sign-out", post(sign_out))
}

/// A signed-in person and the frame of the page; the extractor of pages that need a session.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who looks.
    pub caller: Caller,
    /// The frame.
    pub l: Layout,
}

impl<S> FromRequestParts<S> for Signed
where
    Doors: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let l = Layout::from_request_parts(parts, state)
            .await
            .map_err(Problem::into_response)?;
        match &l.caller {
            Some(caller) => Ok(Self {
                caller: caller.clone(),
                l,
            }),
            None => Err(Redirect::to(&l.sign_in()).into_response()),
        }
    }
}

/// Where to go after signing in: a path of this site, or the first page.
#[must_use]
pub fn next(asked: Option<&str>) -> &str {
    let is_path = |path: &&str| {
        // A browser reads `//host` and `/\host` as another site.
        path.starts_with('/')
            && !path.starts_with("//")
            && path
                .bytes()
                .all(|byte| byte > b' ' && byte != b'\\' && byte != 0x7f)
    };
    asked.filter(is_path).unwrap_or("/")
}

/// The cookie that carries a session, as `Set-Cookie`.
pub fn set_cookie(doors: &Doors, token: &Hex<32>, expires: Instant) -> Result<HeaderValue, Outage> {
    let seconds = expires.since(doors.clock.now()).max(0).div_euclid(1_000);
    cookie_value(doors, &token.to_string(), seconds)
}

/// Takes the cookie away.
pub fn clear_cookie(doors: &Doors) -> Result<HeaderValue, Outage> {
    cookie_value(doors, "", 0)
}

fn cookie_value(doors: &Doors, token: &str, seconds: i64) -> Result<HeaderValue, Outage> {
    let zone = doors.gate.zone;
    let zones = &doors.about.zones;
    let address = match zone {
        Zone::Procurement => &zones.procurement,
        Zone::Evaluation => &zones.evaluation,
        Zone::Supervision => &zones.supervision,
    };
    let secure = if address.starts_with("https://") {
        "; Secure"
    } else {
        ""
    };
    let name = cookie::name(zone);
    let text = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).map_err(|e| Outage::new("writing a cookie", e))
}

async fn sign_out(State(doors): State<Doors>, l: Layout) -> Result<Response, Problem> {
    if let Some(caller) = &l.caller {
        doors.gate.sign_out(caller).await?;
    }
    let mut response = (StatusCode::SEE_OTHER, [("location", "/")]).into_response();
    response.headers_mut().insert(SET_COOKIE, clear_cookie(&doors)?);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn nobody_is_led_to_another_site() {
        for path in ["/", "/tenders/T1", "/bidder?x=%2F%2F"] {
            assert_eq!(next(Some(path)), path);
        }
        for elsewhere in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "evil",
            "",
            "/a\nb",
        ] {
            assert_eq!(next(Some(elsewhere)), "/", "{elsewhere:?}");
        }
        assert_eq!(next(None), "/");
    }
}
