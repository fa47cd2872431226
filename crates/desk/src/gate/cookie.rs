//! Session tokens in cookies (RFC 6265), one name per zone: browsers send cookies to every port of a host.
//!
//! Invariant: a cookie of one zone is never read in another.

use crate::session::Zone;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use facts::Hex;

/// The name of the zone's cookie.
#[must_use]
pub const fn name(zone: Zone) -> &'static str {
    match zone {
        Zone::Procurement => "kaibiao-procurement",
        Zone::Evaluation => "kaibiao-evaluation",
        Zone::Supervision => "kaibiao-supervision",
    }
}

/// The value of a cookie, the first if it was sent twice.
#[must_use]
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).into_iter();
    let mut pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The token in the zone's cookie, if there is one.
#[must_use]
pub fn token(headers: &HeaderMap, zone: Zone) -> Option<Hex<32>> {
    Hex::parse(value(headers, name(zone))?).ok()
}

/// Whether a request carries a session's cookie, of whatever zone.
#[must_use]
pub fn any(headers: &HeaderMap) -> bool {
    [Zone::Procurement, Zone::Evaluation, Zone::Supervision]
        .into_iter()
        .any(|zone| value(headers, name(zone)).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_cookie_counts_in_its_own_zone_only() {
        let token = "5a".repeat(32);
        let line = format!("lang=en; kaibiao-evaluation={token}; theme=dark");
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_str(&line).unwrap());
        headers.append(COOKIE, HeaderValue::from_static("other=1"));
        assert_eq!(self::token(&headers, Zone::Evaluation), Some(Hex([0x5a; 32])));
        assert_eq!(self::token(&headers, Zone::Procurement), None);
        assert_eq!(value(&headers, "theme"), Some("dark"));
        assert_eq!(value(&headers, "other"), Some("1"));
        assert!(any(&headers) && !any(&HeaderMap::new()));
        headers.insert(COOKIE, HeaderValue::from_static("kaibiao-procurement=nonsense"));
        assert_eq!(self::token(&headers, Zone::Procurement), None);
    }
}
