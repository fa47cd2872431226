//! A small HTTP/1.1 client that keeps its connection: light enough to make load on the server's own cores.
//!
//! Invariant: an answer is complete or an error; a connection that failed once is not used again.

use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One kept connection.
pub(crate) struct Link {
    stream: TcpStream,
    /// Bytes read and not yet taken.
    buffer: Vec<u8>,
}

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Status code.
    pub(crate) status: u16,
    /// Status line and header lines.
    head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header's value; names are compared without regard to case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self
            .head
            .split("\r\n")
            .skip(1)
            .filter_map(|line| line.split_once(':'));
        lines
            .into_iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// Bytes of head and body as they were sent, without the lengths of chunks.
    pub(crate) fn size(&self) -> usize {
        self.head.len().saturating_add(self.body.len())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The bytes of a request.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nhost: kaibiao\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn malformed(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("the answer is no HTTP: {what}"))
}

impl Link {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Error> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads its answer; `bodiless` for the answer to HEAD.
    pub(crate) async fn ask(&mut self, request: &[u8], bodiless: bool) -> Result<Answer, Error> {
        self.stream.write_all(request).await?;
        let end = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end.saturating_add(4);
            }
            self.more().await?;
        };
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let head = String::from_utf8(head).map_err(|_| malformed("the head is no text"))?;
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status: u16 = status.ok_or_else(|| malformed("no status"))?;
        let mut answer = Answer {
            status,
            head,
            body: Vec::new(),
        };
        if bodiless || status == 204 || status == 304 {
            return Ok(answer);
        }
        if let Some(length) = answer
            .header("content-length")
            .and_then(|value| value.parse::<usize>().ok())
        {
            answer.body = self.take(length).await?;
        } else if answer
            .header("transfer-encoding")
            .is_some_and(|value| value == "chunked")
        {
            answer.body = self.chunks().await?;
        } else {
            return Err(malformed("neither length nor chunks"));
        }
        Ok(answer)
    }

    async fn more(&mut self) -> Result<(), Error> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>, Error> {
        while self.buffer.len() < length {
            self.more().await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn chunks(&mut self) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                if let Some(end) = self.buffer.windows(2).position(|window| window == b"\r\n") {
                    break end;
                }
                self.more().await?;
            };
            let line = self.take(end.saturating_add(2)).await?;
            let line = String::from_utf8_lossy(&line).trim().to_owned();
            let length = usize::from_str_radix(&line, 16).map_err(|_| malformed("a chunk without length"))?;
            let chunk = self.take(length.saturating_add(2)).await?;
            if length == 0 {
                return Ok(body);
            }
            body.extend(chunk.into_iter().take(length));
        }
    }
}
