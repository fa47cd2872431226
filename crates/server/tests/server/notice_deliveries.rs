//! Notices that leave the platform: letters to a mail server and webhooks to a receiver, both on loopback; failing,
//! in order, and over the death of the process.

use crate::letters::Office;
use crate::notice_pages::Reader;
use crate::pages::assert_page;
use crate::people::{enrolment, key, land};
use crate::platform::{Database, Platform, on_both};
use crate::public_pages::register;
use crate::web::{ask, get, until};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use facts::body::bid::BidEntered;
use facts::body::evaluation::ReportCompleted;
use facts::body::tender::TenderAmended;
use facts::id::SeatId;
use facts::{AccountId, BidId, Draft, Hex, Instant, Role, Stream, TenderId};
use kaibiao_server::config::notices::NoticesConfig;
use kaibiao_server::notices::webhook::sign;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came in.
#[derive(Debug, Clone, PartialEq)]
struct Came {
    id: String,
    timestamp: i64,
    signature: String,
    body: String,
}

impl Came {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver of webhooks that answers as it is told to, and then with 204; 0 is no answer at all.
struct Hook {
    port: u16,
    came: Receiver<Came>,
}

impl Hook {
    fn open(answers: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, came) = channel();
        let answers = Arc::new(Mutex::new(answers.iter().rev().copied().collect::<Vec<_>>()));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (sender, answers) = (sender.clone(), answers.clone());
                std::thread::spawn(move || take(stream.unwrap(), &sender, &answers));
            }
        });
        Self { port, came }
    }

    fn form(&self) -> String {
        format!("do=webhook&url=http%3A%2F%2F127.0.0.1%3A{}%2Fhook", self.port)
    }

    fn next(&self) -> Came {
        self.came.recv_timeout(Duration::from_secs(30)).unwrap()
    }
}

fn take(stream: TcpStream, came: &Sender<Came>, answers: &Mutex<Vec<u16>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut headers = std::collections::BTreeMap::new();
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap_or(0) > 2 {
        if let Some((name, value)) = line.split_once(": ") {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        line.clear();
    }
    let Some(length) = headers.get("content-length") else {
        return;
    };
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    let request = Came {
        id: headers["webhook-id"].clone(),
        timestamp: headers["webhook-timestamp"].parse().unwrap(),
        signature: headers["webhook-signature"].clone(),
        body: String::from_utf8(body).unwrap(),
    };
    let answer = answers.lock().unwrap().pop().unwrap_or(204);
    let _ = came.send(request);
    if answer == 0 {
        std::thread::sleep(Duration::from_mins(1));
        return;
    }
    let mut stream = stream;
    let _ = write!(
        stream,
        "HTTP/1.1 {answer} so\r\nlocation: http://127.0.0.1:1/elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
}

fn tender() -> TenderId {
    TenderId::parse("T1").unwrap()
}

/// A report completed: of all facts that concern the buyer one that brings no other about.
fn report(number: u8) -> Draft {
    let body = ReportCompleted {
        dissenting: Vec::new(),
        document: Hex([number; 32]),
        refused: Vec::new(),
        signed: Vec::new(),
        silent: vec![SeatId::parse("SECRET-SEAT").unwrap()],
        tender: tender(),
    };
    Draft::platform(Stream::Evaluation(tender()), &body).unwrap()
}

fn platform(database: &Database, office: Option<&Office>) -> Platform {
    let platform = Platform::start_with(database, |config| {
        config.mail = office.map(Office::config);
        config.notices = NoticesConfig {
            discreet_seconds: 1,
            every_seconds: 1,
            networks: vec!["127.0.0.0/8".to_owned()],
            webhooks: true,
        };
    });
    let base = platform.procurement();
    for (account, role) in [("buyer", Role::Buyer), ("bidder-01", Role::Bidder)] {
        land(base, &enrolment(account, &key(account), role));
    }
    register(base, "T1", "Road");
    platform
}

fn buyer(platform: &Platform) -> Reader {
    Reader::of(platform.procurement(), "procurement", "buyer")
}

/// Adds the webhook of a test; its secret.
fn hooked(platform: &Platform, hook: &Hook) -> String {
    // What came before the webhook is not sent to it.
    buyer(platform).waits_for("Your account is enrolled");
    std::thread::sleep(Duration::from_millis(2_500));
    let page = buyer(platform).posts("/notices/settings", &hook.form());
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    let (_, secret) = text.split_once("id=\"secret\">").unwrap();
    let secret = secret
        .split_once('<')
        .unwrap()
        .0
        .replace("&#43;", "+")
        .replace("&#x2B;", "+");
    assert!(
        !buyer(platform)
            .opens("/notices/settings", "en")
            .text()
            .contains("whsec_"),
        "shown once"
    );
    secret
}

#[test]
fn a_webhook_is_signed_and_tried_again_in_order_until_it_is_taken() {
    on_both(|database| {
        let hook = Hook::open(&[503, 302]);
        let mut platform = platform(database, None);
        let secret = hooked(&platform, &hook);
        platform.write(vec![report(1), report(2), report(3)]);
        let came: Vec<Came> = (0..5).map(|_| hook.next()).collect();
        let numbers: Vec<u64> = came
            .iter()
            .map(|one| one.json()["data"]["number"].as_u64().unwrap())
            .collect();
        assert_eq!(numbers, [1, 1, 1, 2, 3], "the second waits for the first");
        assert!(came[0].id == came[1].id && came[1].id == came[2].id, "{came:?}");
        assert_eq!((&came[0].body, &came[1].body), (&came[1].body, &came[2].body));
        assert!(came[2].id != came[3].id && came[3].id != came[4].id);
        for one in &came {
            assert_eq!(one.signature, sign(&secret, &one.id, one.timestamp, &one.body));
            let told = one.json();
            assert_eq!(
                (told["type"].as_str(), told["data"]["tender"].as_str()),
                (Some("report.completed"), Some("T1"))
            );
            assert!(
                !one.body.contains("SECRET") && !one.body.contains("buyer"),
                "{}",
                one.body
            );
        }
        assert!(
            STANDARD
                .decode(secret.trim_start_matches("whsec_"))
                .unwrap()
                .len()
                == 32
        );
        let reader = buyer(&platform);
        let record = until("the record of deliveries", || {
            let page = reader.opens("/notices/settings", "en");
            (page.text().matches("<td>delivered</td>").count() == 3).then_some(page)
        });
        assert_page(&record, "en", "/notices/settings");
        assert_page(
            &buyer(&platform).opens("/notices/settings", "zh"),
            "zh",
            "/notices/settings",
        );
        let text = record.text();
        assert!(
            text.contains(&came[0].id) && text.contains("<td>3</td>") && text.contains("<code>204</code>"),
            "{text}"
        );
        // What is declined is not sent, and an end leaves nothing.
        let (_, rest) = text.split_once("name=\"receiver\" value=\"").unwrap();
        let receiver = rest.split_once('"').unwrap().0.to_owned();
        buyer(&platform).posts(
            "/notices/settings",
            &format!("do=choose&receiver={receiver}&want=account.ends"),
        );
        let chosen = buyer(&platform).opens("/notices/settings", "en");
        assert_eq!(chosen.text().matches(" checked").count(), 1, "{}", chosen.text());
        let bidder = Reader::of(platform.procurement(), "procurement", "bidder-01");
        let foreign = bidder.posts("/notices/settings", &format!("do=end&receiver={receiver}"));
        assert_eq!(foreign.status, 400, "nobody else's");
        platform.write(vec![report(4)]);
        buyer(&platform).waits_for("5 unread");
        assert!(hook.came.recv_timeout(Duration::from_secs(3)).is_err());
        buyer(&platform).posts("/notices/settings", &format!("do=end&receiver={receiver}"));
        assert!(
            !buyer(&platform)
                .opens("/notices/settings", "en")
                .text()
                .contains(&receiver)
        );
    });
}

#[test]
fn what_was_taken_but_not_noted_comes_once_more_under_the_same_id() {
    on_both(|database| {
        // The receiver has the request and the process ends before any answer.
        let hook = Hook::open(&[0]);
        let mut platform = platform(database, None);
        hooked(&platform, &hook);
        platform.write(vec![report(1), report(2)]);
        let first = hook.next();
        platform.restart();
        let (again, second) = (hook.next(), hook.next());
        // The address of the page is another only because a test's platform starts on other ports.
        assert_eq!(
            (
                &first.id,
                &first.json()["data"]["seq"],
                &first.json()["timestamp"]
            ),
            (
                &again.id,
                &again.json()["data"]["seq"],
                &again.json()["timestamp"]
            )
        );
        assert!(second.id != first.id, "{second:?}");
        assert!(
            hook.came.recv_timeout(Duration::from_secs(3)).is_err(),
            "and no more"
        );
    });
}

#[test]
fn a_letter_is_asked_for_and_betrays_no_bidder() {
    on_both(|database| {
        let office = Office::open();
        let mut platform = platform(database, Some(&office));
        let mut pages = Vec::new();
        for person in ["bidder-01", "buyer"] {
            let reader = Reader::of(platform.procurement(), "procurement", person);
            let form = format!("do=mail&address={person}%40example.org");
            assert_eq!(reader.posts("/notices/settings", &form).status, 200);
            let question = office.letter();
            assert!(
                question.contains(&format!("To: {person}@example.org")),
                "{question}"
            );
            let (_, rest) = question.split_once("/notices/mail/").unwrap();
            let token: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
            let page = format!("/notices/mail/{token}");
            assert_eq!(
                reader.posts("/notices/settings", &form).status,
                422,
                "asked a moment ago"
            );
            assert!(
                get(platform.procurement(), &page)
                    .text()
                    .contains("value=\"confirm\"")
            );
            pages.push(page);
        }
        platform.write(vec![report(1)]);
        office.assert_silent();
        for page in &pages {
            assert_eq!(
                ask(platform.procurement(), "POST", page, &[], b"do=confirm").status,
                200
            );
        }
        let entered = BidEntered {
            account: AccountId::parse("bidder-01").unwrap(),
            bid: BidId::parse("bid-1").unwrap(),
            key: Hex([1; 32]),
            proof: Hex([2; 64]),
            tender: tender(),
        };
        let amended = TenderAmended {
            closes_at: Instant(4_000_000_000_000),
            documents: Vec::new(),
            number: 1,
            rules: Hex([3; 32]),
            substantive: true,
            tender: tender(),
            text: "SECRET-TEXT".to_owned(),
        };
        let stream = Stream::Tender(tender());
        platform.write(vec![
            Draft::platform(stream.clone(), &entered).unwrap(),
            Draft::platform(stream, &amended).unwrap(),
            report(2),
        ]);
        let mut letters = [office.letter(), office.letter()];
        letters.sort_by_key(|letter| !letter.contains("To: bidder-01@"));
        let [to_bidder, to_buyer] = letters;
        for secret in ["T1", "Road", "addendum", "bid", "SECRET", "deadline"] {
            let said = to_bidder.replace("bidder-01@example.org", "");
            assert!(!said.contains(secret), "{secret}: {said}");
        }
        assert!(to_bidder.contains("1 new notice(s) wait for you"), "{to_bidder}");
        assert!(
            to_buyer.contains("T1  The evaluation report is complete"),
            "{to_buyer}"
        );
        assert!(
            to_buyer.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
            "{to_buyer}"
        );
        office.assert_silent();
        let clicked = ask(
            platform.procurement(),
            "POST",
            &pages[1],
            &[],
            b"List-Unsubscribe=One-Click",
        );
        assert_eq!(clicked.status, 200);
        assert_eq!(get(platform.procurement(), &pages[1]).status, 404);
    });
}

#[test]
fn an_address_in_a_private_network_is_refused_beside_the_field() {
    let platform = Platform::start(&Database::sqlite());
    land(
        platform.procurement(),
        &enrolment("buyer", &key("buyer"), Role::Buyer),
    );
    for (url, says) in [
        ("http%3A%2F%2F127.0.0.1%2F", "Only addresses with https"),
        ("https%3A%2F%2F10.0.0.1%2Fhook", "not on the public internet"),
        ("https%3A%2F%2Fa%3Ab%40example.org", "without user name"),
    ] {
        let page = buyer(&platform).posts("/notices/settings", &format!("do=webhook&url={url}"));
        assert_eq!(page.status, 422, "{url}");
        assert!(
            page.text().contains(says) && page.text().contains("aria-invalid"),
            "{url}: {}",
            page.text()
        );
    }
    let no_mail = buyer(&platform).opens("/notices/settings", "en").text();
    assert!(no_mail.contains("This platform sends no mail"), "{no_mail}");
}
