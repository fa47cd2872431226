//! The inbox of every zone: each person sees what concerns them there and nobody else's, and marks it as read.

use crate::pages::{assert_page, open};
use crate::people::{enrolment, key, land, sign_in};
use crate::platform::{Database, Platform, on_both};
use crate::public_pages::register;
use crate::web::{Answer, ask, until};
use facts::body::bid::BidEntered;
use facts::body::draw::ExpertCalled;
use facts::body::tender::QuestionAsked;
use facts::id::{DrawId, QuestionId, SeatId};
use facts::{AccountId, BidId, Body, Draft, Hex, Instant, Role, Stream, TenderId};

fn id(account: &str) -> AccountId {
    AccountId::parse(account).unwrap()
}

fn tender() -> TenderId {
    TenderId::parse("T1").unwrap()
}

fn fact<B: Body>(stream: Stream, body: &B) -> Draft {
    Draft::platform(stream, body).unwrap()
}

/// Somebody signed in to a zone.
pub(crate) struct Reader {
    base: String,
    cookie: String,
}

impl Reader {
    pub(crate) fn of(base: &str, zone: &str, file: &str) -> Self {
        let token = sign_in(base, zone, &key(file));
        Self {
            base: base.to_owned(),
            cookie: format!("kaibiao-{zone}={token}"),
        }
    }

    pub(crate) fn opens(&self, path: &str, language: &str) -> Answer {
        let headers = [
            ("accept", "text/html"),
            ("accept-language", language),
            ("cookie", self.cookie.as_str()),
        ];
        ask(&self.base, "GET", path, &headers, b"")
    }

    pub(crate) fn posts(&self, path: &str, form: &str) -> Answer {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept-language", "en"),
            ("cookie", self.cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        ask(&self.base, "POST", path, &headers, form.as_bytes())
    }

    /// The inbox, once it says so.
    pub(crate) fn waits_for(&self, sentence: &str) -> String {
        until(sentence, || {
            Some(self.opens("/notices", "en").text()).filter(|page| page.contains(sentence))
        })
    }
}

/// A tender with a buyer, one who entered a bid and asked, and an expert who is called.
pub(crate) fn platform(database: &Database) -> Platform {
    let mut platform = Platform::start(database);
    let base = platform.procurement();
    for (account, role) in [
        ("buyer", Role::Buyer),
        ("bidder-01", Role::Bidder),
        ("expert-1", Role::Expert),
        ("expert-2", Role::Expert),
        ("supervisor", Role::Supervisor),
    ] {
        land(base, &enrolment(account, &key(account), role));
    }
    register(base, "T1", "Road");
    platform.write(vec![
        fact(
            Stream::Tender(tender()),
            &BidEntered {
                account: id("bidder-01"),
                bid: BidId::parse("bid-1").unwrap(),
                key: Hex([1; 32]),
                proof: Hex([2; 64]),
                tender: tender(),
            },
        ),
        fact(
            Stream::Tender(tender()),
            &QuestionAsked {
                question: QuestionId::parse("Q1").unwrap(),
                tender: tender(),
                text: "SECRET-TEXT".to_owned(),
            },
        ),
        fact(
            Stream::Evaluation(tender()),
            &ExpertCalled {
                draw: DrawId::parse("D1").unwrap(),
                expert: id("expert-1"),
                place: 1,
                salt: Hex([3; 32]),
                seat: SeatId::parse("seat-1").unwrap(),
                tender: tender(),
                until: Instant(4_000_000_000_000),
            },
        ),
    ]);
    platform
}

#[test]
fn everybody_reads_the_own_notices_in_the_zone_where_they_work() {
    on_both(|database| {
        let platform = platform(database);
        let zones = platform.addresses();
        let expert = Reader::of(&zones.evaluation, "evaluation", "expert-1");
        let called = expert.waits_for("You are drawn for an evaluation");
        assert!(
            called.contains("2 unread") && called.contains("<code>T1</code>"),
            "{called}"
        );
        let buyer = Reader::of(&zones.procurement, "procurement", "buyer");
        let asked = buyer.waits_for("A question waits for your answer");
        for secret in ["SECRET-TEXT", "expert-1", "bidder-01", "bid-1", "drawn"] {
            assert!(!asked.contains(secret), "{secret}: {asked}");
        }
        // The call is nobody else's, and not even the expert's own outside of the evaluation zone.
        for (base, zone, file) in [
            (&zones.evaluation, "evaluation", "expert-2"),
            (&zones.evaluation, "evaluation", "buyer"),
            (&zones.procurement, "procurement", "expert-1"),
            (&zones.supervision, "supervision", "supervisor"),
        ] {
            let page = Reader::of(base, zone, file).opens("/notices", "en").text();
            assert!(!page.contains("drawn for an evaluation"), "{zone} {file}: {page}");
        }
        for (reader, language) in [(&expert, "zh"), (&expert, "en"), (&buyer, "zh"), (&buyer, "en")] {
            assert_page(&reader.opens("/notices", language), language, "/notices");
        }
    });
}

#[test]
fn what_was_read_is_marked_and_counted_in_the_head_of_every_page() {
    let platform = platform(&Database::sqlite());
    let base = platform.procurement();
    let buyer = Reader::of(base, "procurement", "buyer");
    buyer.waits_for("A question waits for your answer");
    buyer.waits_for("2 unread");
    assert!(buyer.opens("/about", "en").text().contains("2 unread"));
    let page = buyer.opens("/notices", "en").text();
    let value = |name: &str| {
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let form = |act: &str, seq: &str| {
        // The first hidden `at` of the page is that of marking all; a line's stands after its `seq`.
        let (_, line) = page.split_once("name=\"seq\"").unwrap();
        let (_, at) = line.split_once("name=\"at\" value=\"").unwrap();
        let at = at.split_once('"').unwrap().0;
        format!(
            "do={act}&seq={seq}&at={at}&what={}&tender=T1&audience=owner",
            value("what")
        )
    };
    let opened = buyer.posts("/notices", &form("open", &value("seq")));
    assert!(opened.text().contains("T1"), "{}", opened.text());
    assert!(buyer.opens("/about", "en").text().contains("1 unread"));
    assert_eq!(buyer.posts("/notices", &form("seen", "999")).status, 400);
    assert_eq!(buyer.posts("/notices", "do=all").status, 400);
    assert_eq!(buyer.posts("/notices", "do=all&at=1").status, 200);
    assert!(buyer.opens("/about", "en").text().contains("1 unread"));
    buyer.posts("/notices", &format!("do=all&at={}", i64::MAX));
    assert!(!buyer.opens("/about", "en").text().contains("unread"));
    // Nobody is led elsewhere by a form.
    let led = buyer.posts(
        "/notices",
        &form("open", &value("seq")).replace("tender=T1", "tender=%2F%2Fevil.example"),
    );
    assert!(!led.text().contains("evil"), "{}", led.text());
    let stranger = open(base, "/notices", "en");
    assert!(
        stranger.text().contains("data-next=\"/notices\""),
        "{}",
        stranger.text()
    );
    let foreign = ask(
        base,
        "POST",
        "/notices",
        &[
            ("cookie", buyer.cookie.as_str()),
            ("sec-fetch-site", "cross-site"),
        ],
        b"do=all&at=1",
    );
    assert_eq!(foreign.status, 403);
}

#[test]
fn inboxes_are_made_again_from_the_log_and_what_was_read_stays_read() {
    on_both(|database| {
        let mut platform = platform(database);
        let buyer = Reader::of(platform.procurement(), "procurement", "buyer");
        buyer.waits_for("A question waits for your answer");
        buyer.posts("/notices", &format!("do=all&at={}", i64::MAX));
        platform.stop();
        let database = platform.database().to_owned();
        let kept = platform.block_on(async {
            let log = store::Log::open(&database).await.unwrap();
            let again = kaibiao_server::notices::reader::everything(std::sync::Arc::new(log))
                .await
                .unwrap();
            let log = store::Log::open(&database).await.unwrap();
            let notices = log.notices();
            let now = Instant(i64::MAX);
            let renewed = notices.renew(&again.0, again.1, now).await.unwrap();
            assert_eq!(renewed, (0, 0), "what was carried is what follows");
            assert_eq!(notices.unseen("buyer", "procurement", now).await.unwrap(), 0);
            assert_eq!(
                notices.renew(&[], again.1, now).await.unwrap(),
                (0, again.0.len() as u64)
            );
            let renewed = notices.renew(&again.0, again.1, now).await.unwrap();
            log.close().await;
            (renewed, again.0.len() as u64)
        });
        assert_eq!(kept, ((kept.1, 0), kept.1));
        platform.restart();
        let expert = Reader::of(&platform.addresses().evaluation, "evaluation", "expert-1");
        expert.waits_for("You are drawn for an evaluation");
    });
}
