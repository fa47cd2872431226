//! Rates: how often one address, one account or one key may come.
//!
//! Invariant: whoever comes too often is sent away before anything is read, checked or written for him, and is told
//! when to come again. Rates go by the machine's steady clock, whatever the time of day is said to be.

use crate::config::{Rate, RatesConfig};
use crate::zones::problem::problem;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use desk::Problem;
use facts::{AccountId, Hex, Refusal};
use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Those who have not come for a while are forgotten this often.
const FORGET_EVERY: Duration = Duration::from_secs(10);

struct Counter<K: Clone + Eq + Hash>(RateLimiter<K, HashMapStateStore<K>, DefaultClock>);

impl<K: Clone + Eq + Hash> Counter<K> {
    fn new(rate: Rate) -> Self {
        Self(RateLimiter::hashmap(
            Quota::per_second(rate.per_second).allow_burst(rate.burst),
        ))
    }

    fn count(&self, key: &K) -> Result<(), Wait> {
        self.0.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            // A second at least, and never too early.
            Wait(wait.as_secs().saturating_add(1))
        })
    }

    fn forget(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

/// To come again after so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub u64);

impl Wait {
    /// Tells it in a header.
    pub fn tell(self, mut response: Response) -> Response {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(self.0));
        response
    }
}

struct Counters {
    acts: Counter<IpAddr>,
    acts_of_key: Counter<Hex<32>>,
    reads: Counter<IpAddr>,
    sign_ins: Counter<IpAddr>,
    uploads: Counter<AccountId>,
    writes: Counter<IpAddr>,
}

/// The rates of a process, and whose its requests are; cloned freely.
#[derive(Clone)]
pub struct Rates {
    /// `None` where rates are not limited.
    counters: Option<Arc<Counters>>,
    /// Proxies whose word about addresses counts.
    proxies: Arc<[IpAddr]>,
}

/// What a request is counted as, by address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Act,
    Read,
    SignIn,
    Write,
}

impl Class {
    /// `None` for what is never counted: health is asked by machines that must not be sent away.
    fn of(method: &Method, path: &str) -> Option<Self> {
        if path == "/health" {
            return None;
        }
        Some(match (method, path) {
            (&Method::GET | &Method::HEAD | &Method::OPTIONS, _) => Self::Read,
            (&Method::POST, "/api/acts") => Self::Act,
            (&Method::POST, "/api/session" | "/api/session/challenge") => Self::SignIn,
            _ => Self::Write,
        })
    }

    const fn refused(self) -> (StatusCode, &'static str) {
        match self {
            Self::Act => (StatusCode::TOO_MANY_REQUESTS, "rate.acts"),
            Self::Read | Self::Write => (StatusCode::TOO_MANY_REQUESTS, "rate.requests"),
            Self::SignIn => (StatusCode::TOO_MANY_REQUESTS, "rate.sign_ins"),
        }
    }
}

impl Rates {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(config: &RatesConfig) -> Self {
        let counters = || Counters {
            acts: Counter::new(config.acts),
            acts_of_key: Counter::new(config.acts_of_key),
            reads: Counter::new(config.reads),
            sign_ins: Counter::new(config.sign_ins),
            uploads: Counter::new(config.uploads),
            writes: Counter::new(config.writes),
        };
        Self {
            counters: config.limited.then(|| Arc::new(counters())),
            proxies: config.proxies.as_slice().into(),
        }
    }

    /// Counts an act of a key whose signature is good.
    pub fn act_of(&self, key: &Hex<32>) -> Result<(), (Wait, Refusal)> {
        let Some(counters) = &self.counters else {
            return Ok(());
        };
        counters.acts_of_key.count(key).map_err(|wait| {
            let Wait(seconds) = wait;
            let refusal = Refusal::new(
                "rate.acts",
                format!("This key acts too often; send the act again, as it is, in {seconds} s."),
                format!("该密钥操作过于频繁,请在 {seconds} 秒后原样重新提交。"),
            );
            (wait, refusal)
        })
    }

    /// Counts an upload that an account begins.
    pub fn upload_of(&self, account: &AccountId) -> Result<(), (Wait, Problem)> {
        let Some(counters) = &self.counters else {
            return Ok(());
        };
        counters.uploads.count(account).map_err(|wait| {
            (
                wait,
                too_often((StatusCode::TOO_MANY_REQUESTS, "rate.uploads"), wait),
            )
        })
    }

    /// Whose a request is, by its network: for those who count by themselves. `None` where rates are not limited.
    #[must_use]
    pub fn whose(&self, peer: SocketAddr, headers: &HeaderMap) -> Option<IpAddr> {
        self.counters.as_ref()?;
        Some(network(address(&self.proxies, peer.ip(), headers)))
    }

    /// From which network of the world a request comes (IPv4 whole, of IPv6 the first 64 bits); `None` for an address
    /// that says nothing of who is behind it: a proxy's own, or one of this machine, of a house or of a carrier.
    #[must_use]
    pub fn origin(&self, peer: SocketAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let named = address(&self.proxies, peer.ip(), headers).to_canonical();
        (!self.proxies.contains(&named) && is_of_the_world(named)).then(|| network(named))
    }

    fn count(&self, class: Class, peer: SocketAddr, headers: &HeaderMap) -> Result<(), Wait> {
        let Some(counters) = &self.counters else {
            return Ok(());
        };
        let address = network(address(&self.proxies, peer.ip(), headers));
        match class {
            Class::Act => counters.acts.count(&address),
            Class::Read => counters.reads.count(&address),
            Class::SignIn => counters.sign_ins.count(&address),
            Class::Write => counters.writes.count(&address),
        }
    }

    /// Forgets those who have not come for a while, again and again until told to stop.
    pub async fn keep(self, mut stop: watch::Receiver<bool>) {
        let Some(counters) = &self.counters else { return };
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                () = tokio::time::sleep(FORGET_EVERY) => {}
            }
            for counter in [
                &counters.acts,
                &counters.reads,
                &counters.sign_ins,
                &counters.writes,
            ] {
                counter.forget();
            }
            counters.acts_of_key.forget();
            counters.uploads.forget();
        }
    }
}

/// Whose request it is: of the proxies' that of whom the last of them names. What somebody else claims is not read.
fn address(proxies: &[IpAddr], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !proxies.contains(&peer.to_canonical()) {
        return peer;
    }
    let named = headers.get_all("x-forwarded-for").iter();
    let named = named.filter_map(|value| value.to_str().ok());
    let named: Vec<IpAddr> = named
        .flat_map(|value| value.split(','))
        .filter_map(|one| one.trim().parse().ok())
        .collect();
    let first_stranger = named.iter().rev().find(|one| !proxies.contains(one));
    first_stranger.copied().unwrap_or(peer)
}

/// One subscriber of IPv6 holds a whole network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let bits = address.to_bits() & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from_bits(bits))
        }
    }
}

/// Whether an address is one of the public network, where two strangers never have the same.
fn is_of_the_world(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            // 100.64.0.0/10 is shared by customers of a carrier (RFC 6598).
            let is_carriers = first == 100 && (64..128).contains(&second);
            !(is_carriers
                || address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
                || address.is_broadcast()
                || address.is_multicast())
        }
        IpAddr::V6(address) => {
            !(address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_multicast())
        }
    }
}

fn too_often((status, code): (StatusCode, &'static str), wait: Wait) -> Problem {
    let Wait(seconds) = wait;
    problem(
        status,
        code,
        format!("Too many requests of this kind came from you; try again in {seconds} s."),
        format!("此类请求过于频繁,请在 {seconds} 秒后重试。"),
    )
}

/// The answer to a request that came too often.
#[must_use]
pub fn sent_away((wait, problem): (Wait, Problem)) -> Response {
    wait.tell(problem.into_response())
}

/// A layer that counts requests by address.
pub async fn limit(State(rates): State<Rates>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let class = Class::of(request.method(), request.uri().path());
    if let (Some(ConnectInfo(peer)), Some(class)) = (peer, class)
        && let Err(wait) = rates.count(class, *peer, request.headers())
    {
        return sent_away((wait, too_often(class.refused(), wait)));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn requests_are_counted_by_what_they_cost() {
        let of = |method: Method, path: &str| Class::of(&method, path);
        assert_eq!(of(Method::GET, "/health"), None);
        assert_eq!(of(Method::GET, "/log/checkpoint"), Some(Class::Read));
        assert_eq!(of(Method::HEAD, "/api/uploads/0a"), Some(Class::Read));
        assert_eq!(of(Method::POST, "/api/acts"), Some(Class::Act));
        assert_eq!(of(Method::POST, "/api/session"), Some(Class::SignIn));
        assert_eq!(of(Method::POST, "/api/session/challenge"), Some(Class::SignIn));
        assert_eq!(of(Method::DELETE, "/api/session"), Some(Class::Write));
        assert_eq!(of(Method::PATCH, "/api/uploads/0a"), Some(Class::Write));
    }

    #[test]
    fn an_address_is_believed_from_proxies_alone() {
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "9.9.9.9, 8.8.8.8, 10.0.0.2".parse().unwrap());
        assert_eq!(address(&proxies, ip("7.7.7.7"), &headers), ip("7.7.7.7"));
        // What the first claims of himself does not count, what our proxy saw does.
        assert_eq!(address(&proxies, ip("10.0.0.1"), &headers), ip("8.8.8.8"));
        assert_eq!(address(&proxies, ip("::ffff:10.0.0.1"), &headers), ip("8.8.8.8"));
        assert_eq!(
            address(&proxies, ip("10.0.0.1"), &HeaderMap::new()),
            ip("10.0.0.1")
        );
        assert_eq!(network(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(network(ip("::ffff:1.2.3.4")), ip("1.2.3.4"));
    }

    #[test]
    fn an_origin_is_an_address_of_the_world_whether_rates_are_limited_or_not() {
        let proxy = "127.0.0.1:4000".parse().unwrap();
        for limited in [true, false] {
            let rates = Rates::new(&RatesConfig {
                limited,
                proxies: vec![ip("127.0.0.1")],
                ..RatesConfig::default()
            });
            let origin = |named: &str| {
                let mut headers = HeaderMap::new();
                headers.insert("x-forwarded-for", named.parse().unwrap());
                rates.origin(proxy, &headers)
            };
            assert_eq!(origin("203.0.113.9"), Some(ip("203.0.113.9")));
            assert_eq!(origin("::ffff:203.0.113.9"), Some(ip("203.0.113.9")));
            assert_eq!(origin("2001:db8:1:2:3:4:5:6"), Some(ip("2001:db8:1:2::")));
            for own in [
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.1.1",
                "100.64.0.1",
                "0.0.0.0",
                "::1",
                "fe80::1",
                "fd00::1",
                "::ffff:10.1.2.3",
                "nonsense",
            ] {
                assert_eq!(origin(own), None, "{own}");
            }
            // A stranger that is no proxy of ours is taken at its own address, whatever it claims.
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", "203.0.113.9".parse().unwrap());
            let stranger = "198.51.100.7:9".parse().unwrap();
            assert_eq!(rates.origin(stranger, &headers), Some(ip("198.51.100.7")));
        }
    }

    #[test]
    fn so_many_at_once_and_then_so_many_a_second() {
        let counter = Counter::new(Rate {
            burst: 3.try_into().unwrap(),
            per_second: 1.try_into().unwrap(),
        });
        for _ in 0..3 {
            assert_eq!(counter.count(&"a"), Ok(()));
        }
        let wait = counter.count(&"a").unwrap_err();
        assert!((1..=2).contains(&wait.0), "{wait:?}");
        assert_eq!(counter.count(&"b"), Ok(()));
        counter.forget();
        assert!(
            counter.count(&"a").is_err(),
            "whoever came just now is remembered"
        );
    }

    #[test]
    fn nobody_is_counted_where_rates_are_not_limited() {
        let rates = Rates::new(&RatesConfig {
            limited: false,
            ..RatesConfig::default()
        });
        let peer = "127.0.0.1:1".parse().unwrap();
        assert!((0..100_000).all(|_| rates.count(Class::SignIn, peer, &HeaderMap::new()).is_ok()));
    }
}
