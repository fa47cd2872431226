//! Who is told by a monitor: a receiver of webhooks and a mail server, both on loopback.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) id: String,
    timestamp: String,
    signature: String,
    body: String,
}

impl Came {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Its signature is that of Standard Webhooks under a key.
    pub(crate) fn assert_signed(&self, key: &[u8]) {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(format!("{}.{}.{}", self.id, self.timestamp, self.body).as_bytes());
        let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        assert_eq!(self.signature, wanted);
    }
}

/// A receiver of webhooks that answers as it is told to, and then with 204; 0 is no answer at all.
pub(crate) struct Hook {
    port: u16,
    came: Receiver<Came>,
}

impl Hook {
    pub(crate) fn open(answers: &[u16]) -> Self {
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

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/alarms", self.port)
    }

    pub(crate) fn next(&self) -> Came {
        self.came.recv_timeout(Duration::from_secs(30)).unwrap()
    }

    /// No more came, nor does.
    pub(crate) fn assert_silent(&self) {
        let more = self.came.recv_timeout(Duration::from_secs(2));
        assert!(more.is_err(), "{more:?}");
    }
}

fn take(mut stream: TcpStream, came: &Sender<Came>, answers: &Mutex<Vec<u16>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut headers = BTreeMap::new();
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
    let answer = answers.lock().unwrap().pop().unwrap_or(204);
    let _ = came.send(Came {
        id: headers["webhook-id"].clone(),
        timestamp: headers["webhook-timestamp"].clone(),
        signature: headers["webhook-signature"].clone(),
        body: String::from_utf8(body).unwrap(),
    });
    if answer == 0 {
        std::thread::sleep(Duration::from_mins(1));
        return;
    }
    let _ = write!(
        stream,
        "HTTP/1.1 {answer} so\r\nlocation: http://127.0.0.1:1/elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
}

/// A mail server that takes every letter.
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

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The next letter, with the soft ends of its lines undone (RFC 2045, 6.7).
    pub(crate) fn letter(&self) -> String {
        let letter = self.letters.recv_timeout(Duration::from_secs(20)).unwrap();
        letter.replace("=\n", "")
    }

    pub(crate) fn assert_silent(&self) {
        let more = self.letters.recv_timeout(Duration::from_millis(100));
        assert!(more.is_err(), "{more:?}");
    }
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
