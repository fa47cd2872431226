//! Sealing and opening a file, against copying, the bare ciphers, age and OpenSSL.
//!
//! Invariant: every contender reads the same file and writes a file, each in a process of its own.

use super::process::{Spent, best};
use super::table::{Line, Table};
use crate::Trouble;
use facts::Hex;
use rand_core::{OsRng, RngCore};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::digest::{Context, SHA256};
use seal::label::NO_LOCK;
use seal::stream::{open_stream, seal_stream};
use seal::{Header, Label, Opening, SecretScalar, Suite};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;

/// Plaintext of one chunk, as in the body cipher.
const CHUNK: usize = 16 * 1024;
/// Chunks read and written together.
const RUN: usize = 64;
const TAG: usize = 16;

/// What is kept between sealing and opening: worthless, for a file of random bytes.
#[derive(Serialize, Deserialize)]
struct Kept {
    secret: Hex<32>,
    header: Hex<128>,
    body_digest: Hex<32>,
}

fn label() -> Label {
    Label {
        tender: "bench".to_owned(),
        lot: "all".to_owned(),
        part: "file".to_owned(),
        submission: [1; 16],
        signer: [2; 32],
        key_id: [3; 32],
        closes_at: 4,
        rules: [5; 32],
        blk: NO_LOCK,
    }
}

/// The work of a child process: one contender of our own on one file.
pub(crate) fn work(what: &str, from: &Path, to: &Path) -> Result<(), Trouble> {
    match what {
        "seal" => seal(from, to),
        "open" => open(from, to),
        "ring-seal" => ring(from, to, true),
        "ring-open" => ring(from, to, false),
        other => Err(format!("{other} is no contender").into()),
    }
}

fn seal(from: &Path, to: &Path) -> Result<(), Trouble> {
    let secret = SecretScalar::random(&mut OsRng);
    let (mut source, mut target) = (File::open(from)?, File::create(to)?);
    let length = source.metadata()?.len();
    let sealed = seal_stream(
        Suite::Tree64k,
        label(),
        &secret.public(),
        None,
        length,
        &mut source,
        &mut target,
        &mut OsRng,
        &mut |_| {},
    )?;
    let kept = Kept {
        secret: Hex(*secret.to_bytes()),
        header: Hex(sealed.header.to_bytes()),
        body_digest: Hex(sealed.body_digest),
    };
    std::fs::write(to.with_extension("json"), serde_json::to_vec(&kept)?)?;
    Ok(())
}

fn open(from: &Path, to: &Path) -> Result<(), Trouble> {
    let kept: Kept = serde_json::from_slice(&std::fs::read(from.with_extension("json"))?)?;
    let secret = SecretScalar::parse(kept.secret.bytes())?;
    let header = Header::parse(kept.header.bytes())?;
    let (y, z, label) = (secret.public(), header.r.times(&secret), label());
    let digest = label.digest(Suite::Tree64k);
    header.verify(Suite::Tree64k, &digest, kept.body_digest.bytes(), &y)?;
    let opening = Opening {
        suite: Suite::Tree64k,
        label: &label,
        header: &header,
        y: &y,
        z: &z,
        beta: None,
    };
    let (mut source, mut target) = (File::open(from)?, File::create(to)?);
    open_stream(
        &opening,
        kept.body_digest.bytes(),
        &mut source,
        &mut target,
        &mut |_| {},
    )?;
    Ok(())
}

/// The floor: the bare cipher and one SHA-256 over its output, chunk by chunk, nothing else.
fn ring(from: &Path, to: &Path, seals: bool) -> Result<(), Trouble> {
    let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).map_err(|_| "no key")?;
    let key = LessSafeKey::new(key);
    let mut hash = Context::new(&SHA256);
    let (mut source, mut target) = (File::open(from)?, File::create(to)?);
    let piece = if seals { CHUNK } else { CHUNK.saturating_add(TAG) };
    let mut run = vec![0; piece.saturating_mul(RUN)];
    let mut out = Vec::with_capacity(CHUNK.saturating_add(TAG).saturating_mul(RUN));
    let mut number = 0_u64;
    loop {
        let filled = fill(&mut source, &mut run)?;
        if filled == 0 {
            target.flush()?;
            std::hint::black_box(hash.finish());
            return Ok(());
        }
        out.clear();
        for chunk in run.get_mut(..filled).unwrap_or_default().chunks_mut(piece) {
            let mut nonce = [0; 12];
            nonce
                .iter_mut()
                .zip(number.to_be_bytes())
                .for_each(|(to, from)| *to = from);
            let nonce = Nonce::assume_unique_for_key(nonce);
            number = number.wrapping_add(1);
            if seals {
                let tag = key
                    .seal_in_place_separate_tag(nonce, Aad::empty(), chunk)
                    .map_err(|_| "not sealed")?;
                out.extend_from_slice(chunk);
                out.extend_from_slice(tag.as_ref());
            } else {
                hash.update(chunk);
                out.extend_from_slice(
                    key.open_in_place(nonce, Aad::empty(), chunk)
                        .map_err(|_| "not opened")?,
                );
            }
        }
        if seals {
            hash.update(&out);
        }
        target.write_all(&out)?;
    }
}

fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, std::io::Error> {
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match reader.read(room)? {
            0 => break,
            read => filled = filled.saturating_add(read),
        }
    }
    Ok(filled)
}

/// A file of random bytes.
pub(crate) fn random_file(path: &Path, length: u64) -> Result<(), Trouble> {
    let mut file = File::create(path)?;
    let mut block = vec![0; 1 << 20];
    let mut left = length;
    while left > 0 {
        OsRng.fill_bytes(&mut block);
        let some = usize::try_from(left.min(1 << 20))?;
        file.write_all(block.get(..some).unwrap_or_default())?;
        left = left.saturating_sub(some as u64);
    }
    file.sync_all()?;
    Ok(())
}

struct Contest<'a> {
    dir: &'a Path,
    bytes: f64,
    times: u32,
}

impl Contest<'_> {
    fn ours(&self, what: &str, from: &str, to: &str) -> Result<Spent, Trouble> {
        let this = std::env::current_exe()?;
        best(self.times, || {
            let mut command = Command::new(&this);
            command
                .arg("file")
                .arg(what)
                .arg(self.dir.join(from))
                .arg(self.dir.join(to));
            command
        })
    }

    fn other(&self, times: u32, program: &str, arguments: &[&str]) -> Result<Spent, Trouble> {
        best(times, || {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(self.dir);
            command
        })
    }

    fn line(&self, table: &mut Table, what: &str, spent: Spent, ratio: &str, aim: Option<(String, bool)>) {
        table.line(Line {
            what: what.to_owned(),
            figure: format!("{:.2} s, {:.2} GB/s", spent.wall, self.bytes / 1e9 / spent.wall),
            ratio: format!("{ratio}{:.2} s CPU", spent.cpu),
            memory: format!("{:.0} MiB", spent.peak),
            aim,
        });
    }
}

/// Runs all contenders.
pub(crate) fn bench(table: &mut Table, quick: bool) -> Result<(), Trouble> {
    let length: u64 = if quick { 256 << 20 } else { 1 << 30 };
    let dir = tempfile::Builder::new().prefix("kaibiao-bench-").tempdir()?;
    table.part(
        &format!("One file of {} MiB, sealed and opened, file to file", length >> 20),
        "Each contender is a process of its own; wall clock, best of the runs. `ring` is the floor: AES-256-GCM \
         in chunks of 16 KiB and one SHA-256 over the ciphertext, on one thread. Kaibiao computes that, a hash \
         tree instead of one hash, the frame, the proof, and on opening the SHA-256 of the plaintext too; it uses \
         two threads to seal, three to open. OpenSSL CMS neither hashes nor authenticates before it releases.",
    );
    random_file(&dir.path().join("plain"), length)?;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let contest = Contest {
        dir: dir.path(),
        bytes: length as f64,
        times: 3,
    };
    let cp = contest.other(3, "cp", &["plain", "copy"])?;
    contest.line(table, "cp", cp, "", None);
    let ring_seal = contest.ours("ring-seal", "plain", "ring")?;
    contest.line(table, "seal: ring AES-256-GCM + SHA-256", ring_seal, "", None);
    let ring_open = contest.ours("ring-open", "ring", "copy")?;
    contest.line(table, "open: ring AES-256-GCM + SHA-256", ring_open, "", None);
    std::fs::remove_file(dir.path().join("ring"))?;
    let age = age(&contest).ok();
    if let Some((seal, open)) = age {
        contest.line(table, "seal: age", seal, "", None);
        contest.line(table, "open: age", open, "", None);
    } else {
        table.not_run("age", "it is not installed");
    }
    match cms(&contest, table) {
        Ok(()) => {}
        Err(why) => table.not_run("OpenSSL CMS", &why.to_string()),
    }
    let seal = contest.ours("seal", "plain", "sealed")?;
    let open = contest.ours("open", "sealed", "copy")?;
    if !same(&dir.path().join("plain"), &dir.path().join("copy"))? {
        return Err("what was opened is not what was sealed".into());
    }
    let both = [
        ("seal: Kaibiao", seal, ring_seal, age.map(|a| a.0)),
        ("open: Kaibiao", open, ring_open, age.map(|a| a.1)),
    ];
    for (what, ours, ring, age) in both {
        let against = age.map_or_else(String::new, |age| format!("{:.2} × age, ", age.wall / ours.wall));
        let ratio = format!(
            "{:.2} × ring, {against}{:.2} × the time of cp, ",
            ring.wall / ours.wall,
            ours.wall / cp.wall
        );
        let reached =
            ours.wall <= ring.wall / 0.8 && age.is_none_or(|age| ours.wall <= age.wall) && ours.peak < 64.0;
        let aim = "at least 0.8 × ring and 1 × age, under 64 MiB".to_owned();
        contest.line(table, what, ours, &ratio, Some((aim, reached)));
    }
    Ok(())
}

fn age(contest: &Contest<'_>) -> Result<(Spent, Spent), Trouble> {
    contest.other(1, "age-keygen", &["-o", "age.key"])?;
    let key = std::fs::read_to_string(contest.dir.join("age.key"))?;
    let public = key
        .lines()
        .find_map(|line| line.strip_prefix("# public key: "))
        .ok_or("no public key")?;
    let seal = contest.other(contest.times, "age", &["-r", public, "-o", "plain.age", "plain"])?;
    let open = contest.other(
        contest.times,
        "age",
        &["-d", "-i", "age.key", "-o", "copy", "plain.age"],
    )?;
    std::fs::remove_file(contest.dir.join("plain.age"))?;
    Ok((seal, open))
}

fn cms(contest: &Contest<'_>, table: &mut Table) -> Result<(), Trouble> {
    let make = [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
    ];
    let make: Vec<&str> = make
        .into_iter()
        .chain(["-subj", "/CN=bench", "-days", "2"])
        .collect();
    contest.other(1, "openssl", &make)?;
    let seal = [
        "cms",
        "-encrypt",
        "-binary",
        "-stream",
        "-aes-256-gcm",
        "-outform",
        "DER",
    ];
    let seal: Vec<&str> = seal
        .into_iter()
        .chain(["-in", "plain", "-out", "plain.cms", "cert.pem"])
        .collect();
    let spent = contest.other(2, "openssl", &seal)?;
    contest.line(table, "seal: OpenSSL CMS", spent, "", None);
    let open = [
        "cms",
        "-decrypt",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "plain.cms",
        "-out",
        "copy",
    ];
    let open: Vec<&str> = open
        .into_iter()
        .chain(["-inkey", "key.pem", "-recip", "cert.pem"])
        .collect();
    let spent = contest.other(1, "openssl", &open)?;
    contest.line(table, "open: OpenSSL CMS", spent, "", None);
    std::fs::remove_file(contest.dir.join("plain.cms"))?;
    Ok(())
}

fn same(one: &Path, other: &Path) -> Result<bool, Trouble> {
    let (mut one, mut other) = (File::open(one)?, File::open(other)?);
    let (mut left, mut right) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    loop {
        let (a, b) = (fill(&mut one, &mut left)?, fill(&mut other, &mut right)?);
        if a != b || left.get(..a) != right.get(..b) {
            return Ok(false);
        }
        if a == 0 {
            return Ok(true);
        }
    }
}
