//! Letters to subscribers, handed to a mail server on loopback: asked first, told once, ended by one click.

use crate::people::{enrolment, key, land};
use crate::platform::{Database, Platform, on_both};
use crate::public_pages::register;
use crate::web::{Answer, ask, get};
use facts::Role;
use kaibiao_server::config::mail::{MailConfig, Security};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// A mail server that takes every letter but those to `refused@…`; ends with the test's process.
pub(crate) struct Office {
    port: u16,
    letters: Receiver<String>,
}

impl Office {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, letters) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let sender = sender.clone();
                std::thread::spawn(move || talk(&stream.unwrap(), &sender));
            }
        });
        Self { port, letters }
    }

    pub(crate) fn config(&self) -> MailConfig {
        MailConfig {
            every_seconds: 1,
            from: "开标 <notices@ggzy.example.cn>".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: Security::None,
            user: None,
        }
    }

    pub(crate) fn letter(&self) -> String {
        plain(&self.letters.recv_timeout(Duration::from_secs(20)).unwrap())
    }

    /// No letter came in while rounds went by.
    pub(crate) fn assert_silent(&self) {
        let letter = self.letters.recv_timeout(Duration::from_secs(3));
        assert!(letter.is_err(), "{letter:?}");
    }
}

/// Quoted-printable undone (RFC 2045, 6.7), as far as ASCII goes.
fn plain(letter: &str) -> String {
    letter.replace("=\n", "").replace("=3D", "=")
}

/// RFC 5321, as much of it as a client needs.
fn talk(stream: &TcpStream, letters: &Sender<String>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let say = |text: &str| {
        let mut client = stream;
        write!(client, "{text}\r\n").unwrap();
    };
    let mut next = move || lines.next().and_then(Result::ok);
    say("220 office");
    while let Some(line) = next() {
        let verb = line.to_ascii_uppercase();
        if verb.starts_with("EHLO") {
            say("250 office");
        } else if verb.starts_with("RCPT") && verb.contains("REFUSED@") {
            say("550 5.1.1 no such mailbox");
        } else if verb == "DATA" {
            say("354 go on");
            let mut letter = String::new();
            while let Some(line) = next().filter(|line| line != ".") {
                letter.push_str(line.strip_prefix("..").map_or(line.as_str(), |_| &line[1..]));
                letter.push('\n');
            }
            say("250 taken");
            if letters.send(letter).is_err() {
                return;
            }
        } else if verb == "QUIT" {
            say("221 bye");
            return;
        } else {
            say("250 ok");
        }
    }
}

fn platform(database: &Database, office: &Office) -> Platform {
    let platform = Platform::start_with(database, |config| config.mail = Some(office.config()));
    land(
        platform.procurement(),
        &enrolment("buyer", &key("buyer"), Role::Buyer),
    );
    platform
}

fn post(base: &str, path: &str, form: &str) -> Answer {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept-language", "en"),
        ("accept", "text/html"),
    ];
    ask(base, "POST", path, &headers, form.as_bytes())
}

/// The path of the subscription's page in a letter.
fn page(letter: &str, base: &str) -> String {
    let found = letter.split_once(&format!("{base}/subscriptions/"));
    let (_, rest) = found.unwrap_or_else(|| panic!("no page in {letter}"));
    let token: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
    assert_eq!(token.len(), 64);
    format!("/subscriptions/{token}")
}

#[test]
fn a_subscriber_is_asked_then_told_once_and_ends_it_with_one_click() {
    on_both(|database| {
        let office = Office::open();
        let platform = platform(database, &office);
        let base = platform.procurement();
        register(base, "T0", "Road before");
        let asked = post(base, "/subscribe", "text=road&address=anna%40example.org");
        assert_eq!(asked.status, 200, "{}", asked.text());
        let question = office.letter();
        assert!(question.contains("To: anna@example.org"), "{question}");
        assert!(question.contains("/?text=road"), "{question}");
        assert!(!question.contains("List-Unsubscribe"), "{question}");
        let page = page(&question, base);

        register(base, "T1", "Road not told, because nobody confirmed");
        office.assert_silent();
        // Opening the page confirms nothing: mail programs open links by themselves.
        assert!(get(base, &page).text().contains("value=\"confirm\""));
        office.assert_silent();
        assert_eq!(post(base, &page, "do=confirm").status, 200);
        register(base, "T2", "Bridge");
        register(base, "T3", "Road to tell");
        let news = office.letter();
        assert!(news.contains("T3 Road to tell"), "{news}");
        assert!(
            !news.contains("T1") && !news.contains("T2") && !news.contains("T0"),
            "{news}"
        );
        assert!(
            news.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
            "{news}"
        );
        office.assert_silent();

        let clicked = ask(base, "POST", &page, &[], b"List-Unsubscribe=One-Click");
        assert_eq!(clicked.status, 200, "{}", clicked.text());
        assert_eq!(get(base, &page).status, 404);
        register(base, "T4", "Road after the end");
        office.assert_silent();
    });
}

#[test]
fn the_answer_does_not_tell_whether_an_address_is_known() {
    let office = Office::open();
    let platform = platform(&Database::sqlite(), &office);
    let base = platform.procurement();
    let first = post(base, "/subscribe", "address=anna%40example.org");
    let page = page(&office.letter(), base);
    let again = post(base, "/subscribe", "address=anna%40example.org");
    let told = |answer: &Answer| {
        answer
            .text()
            .split_once("<main")
            .and_then(|(_, rest)| Some(rest.split_once("</main>")?.0.to_owned()))
            .unwrap()
    };
    assert_eq!(told(&first), told(&again));
    office.assert_silent();
    post(base, &page, "do=confirm");
    let confirmed = post(base, "/subscribe", "address=anna%40example.org");
    assert_eq!(told(&first), told(&confirmed));
    office.assert_silent();
}

#[test]
fn mistakes_stand_beside_the_field_and_what_was_typed_stays() {
    let office = Office::open();
    let platform = platform(&Database::sqlite(), &office);
    let base = platform.procurement();
    for (form, typed, says) in [
        (
            "text=road&address=anna",
            "value=\"anna\"",
            "Write one mail address",
        ),
        ("address=", "value=\"\"", "Write one mail address"),
        (
            "address=refused%40example.org",
            "value=\"refused@example.org\"",
            "did not take the letter",
        ),
        (
            "min=many&address=anna%40example.org",
            "value=\"many\"",
            "amount in yuan",
        ),
    ] {
        let answer = post(base, "/subscribe", form);
        assert_eq!(answer.status, 422, "{form}");
        let text = answer.text();
        assert!(text.contains(typed) && text.contains(says), "{form}: {text}");
    }
    office.assert_silent();
    let silent = Platform::start(&Database::sqlite());
    let refused = post(silent.procurement(), "/subscribe", "address=anna%40example.org");
    assert_eq!(refused.status, 404);
}
