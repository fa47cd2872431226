//! Downloading the tender documents.
//!
//! Invariant: a file stands under its own name only if its bytes have the length and the SHA-256 that the owner signed
//! in notice or addendum; names come from others and never lead out of the folder.

use crate::failure::{self, Failure};
use crate::gather::bodies;
use crate::machine::Machine;
use facts::TenderId;
use facts::body::tender::{Document, TenderAmended, TenderNoticed};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::io::Read;
use std::path::Path;

/// Fetches every document that notice and addenda name into the folder.
pub(super) fn download(machine: &Machine, tender: &TenderId, out: &Path) -> Result<(), Failure> {
    let mut session = machine.connect()?;
    let facts = session.proven_tender(tender)?;
    let noticed = bodies::<TenderNoticed>(&facts).into_iter();
    let amended = bodies::<TenderAmended>(&facts).into_iter();
    let named = noticed.flat_map(|(_, body)| body.documents);
    let listed: Vec<Document> = named
        .chain(amended.flat_map(|(_, body)| body.documents))
        .collect();
    std::fs::create_dir_all(out).map_err(failure::file(out))?;
    let mut written = Vec::with_capacity(listed.len());
    for document in &listed {
        let file = out.join(safe_name(document));
        let beside = out.join(format!("{}.part", document.sha256));
        session.procurement.download(
            &format!("/api/tenders/{tender}/documents/{}", document.sha256),
            &beside,
        )?;
        let reader = std::fs::File::open(&beside).map_err(failure::file(&beside))?;
        if let Err(failure) = check(document, reader) {
            std::fs::remove_file(&beside).map_err(failure::file(&beside))?;
            return Err(failure);
        }
        std::fs::rename(&beside, &file).map_err(failure::file(&file))?;
        written.push(file);
    }
    machine.say(
        &format!(
            "{}: {} documents, as the log names them",
            out.display(),
            written.len()
        ),
        &json!({ "documents": written }),
    );
    Ok(())
}

fn check(document: &Document, mut reader: impl Read) -> Result<(), Failure> {
    let mut hasher = Sha256::new();
    let (mut piece, mut bytes) = (vec![0_u8; 1 << 20], 0_u64);
    loop {
        let read = reader
            .read(&mut piece)
            .map_err(|e| Failure::Input(format!("{}: {e}", document.name)))?;
        let got = piece.get(..read).unwrap_or_default();
        if got.is_empty() {
            break;
        }
        hasher.update(got);
        bytes = bytes.saturating_add(got.len() as u64);
    }
    if bytes == document.bytes && hasher.finalize().as_slice() == document.sha256.bytes() {
        return Ok(());
    }
    Err(Failure::Check(format!(
        "the platform served another file as {:?} than the one with SHA-256 {} that the notice names; tell the buyer",
        document.name, document.sha256
    )))
}

/// The first digits of the hash and the name, without anything that a file system could take for a path.
fn safe_name(document: &Document) -> String {
    let keep = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '(' | ')');
    let name: String = document
        .name
        .chars()
        .take(120)
        .map(|c| if keep(c) { c } else { '_' })
        .collect();
    let digest: String = document.sha256.to_string().chars().take(8).collect();
    format!("{digest}-{}", name.trim_start_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::{check, safe_name};
    use facts::Hex;
    use facts::body::tender::Document;

    fn document(name: &str, of: &[u8]) -> Document {
        Document {
            bytes: of.len() as u64,
            name: name.to_owned(),
            sha256: Hex(ledger::hash::sha256(of)),
        }
    }

    #[test]
    fn names_stay_in_the_folder() {
        for (name, safe) in [
            ("招标文件.pdf", "招标文件.pdf"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\x\0y", "C__x_y"),
            ("..", ""),
        ] {
            let found = safe_name(&document(name, b"x"));
            assert_eq!(found, format!("2d711642-{safe}"), "{name:?}");
        }
    }

    #[test]
    fn another_file_than_the_one_announced_is_refused() {
        let served = b"announced".as_slice();
        check(&document("d", b"announced"), served).unwrap();
        assert!(check(&document("d", b"announcee"), served).is_err());
        let mut other = document("d", b"announced");
        other.bytes = 8;
        assert!(check(&other, served).is_err());
    }
}
