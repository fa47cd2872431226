//! 01: the bundle is complete, and nothing else is in it.

use crate::dossier::Dossier;
use crate::manifest;
use crate::verdict::{Finding, Findings};
use facts::body::opening::{Cause, ListFrozen, OpeningRecorded};
use facts::body::tender::{Document, TenderAmended, TenderNoticed};
use std::collections::BTreeSet;
use std::io::Read;

pub(super) fn complete(dossier: &Dossier) -> Finding {
    let mut found = Findings::new();
    let listed: BTreeSet<&str> = dossier
        .manifest
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    for (name, _) in dossier.source.files() {
        if name != manifest::NAME && !listed.contains(name) {
            found.fault(
                None,
                format!("{name} is not in the manifest"),
                format!("{name}不在清单内"),
            );
        }
    }
    for file in &dossier.manifest.files {
        match dossier.source.length(&file.path) {
            None => found.fault(
                None,
                format!("{} is missing", file.path),
                format!("缺少{}", file.path),
            ),
            Some(length) if length != file.bytes => found.fault(
                None,
                format!("{} has {length} bytes instead of {}", file.path, file.bytes),
                format!("{}长{length}字节,应为{}字节", file.path, file.bytes),
            ),
            Some(_) => match hash(dossier, &file.path) {
                Ok(hash) if hash == file.sha256.0 => {}
                Ok(_) => found.fault(
                    None,
                    format!("{} is not the file whose hash is in the manifest", file.path),
                    format!("{}的哈希与清单不符", file.path),
                ),
                Err(why) => found.fault(None, format!("{why}"), format!("无法读取:{why}")),
            },
        }
    }
    documents(dossier, &mut found);
    bodies(dossier, &mut found);
    let count = dossier.manifest.files.len();
    found.note(None, format!("{count} files"), format!("共{count}个文件"));
    found.into()
}

fn hash(dossier: &Dossier, name: &str) -> std::io::Result<[u8; 32]> {
    let mut reader = dossier.source.reader(name).map_err(std::io::Error::other)?;
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    let mut piece = vec![0_u8; 1 << 20];
    loop {
        let read = reader.read(&mut piece)?;
        if read == 0 {
            break;
        }
        context.update(piece.get(..read).unwrap_or_default());
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Ok(hash)
}

fn documents(dossier: &Dossier, found: &mut Findings) {
    let stream = dossier.stream();
    let noticed = dossier.shown.told::<TenderNoticed>(&stream);
    let amended = dossier.shown.told::<TenderAmended>(&stream);
    let named = noticed.iter().map(|told| (told.seq(), &told.body.documents));
    let added = amended.iter().map(|told| (told.seq(), &told.body.documents));
    for (seq, documents) in named.chain(added) {
        for document in documents {
            if let Some((en, zh)) = document_fault(dossier, document) {
                found.fault(seq, en, zh);
            }
        }
    }
}

fn document_fault(dossier: &Dossier, document: &Document) -> Option<(String, String)> {
    let path = format!("documents/{}", document.sha256);
    let listing = dossier.manifest.files.iter().find(|file| file.path == path);
    let name = &document.name;
    match listing {
        None => Some((
            format!("the document {name:?} ({path}) is missing"),
            format!("缺少招标文件“{name}”"),
        )),
        Some(file) if file.sha256 != document.sha256 || file.bytes != document.bytes => Some((
            format!("{path} is not the document {name:?} that was announced"),
            format!("{path}并非公告的招标文件“{name}”"),
        )),
        Some(_) => None,
    }
}

/// Bodies of public parts that were opened, or that stay closed though they exist.
fn bodies(dossier: &Dossier, found: &mut Findings) {
    let Some(rules) = dossier.rules() else { return };
    let frozen = dossier.shown.told::<ListFrozen>(&dossier.stream());
    for told in dossier.shown.told::<OpeningRecorded>(&dossier.stream()) {
        for part in told.body.bids.iter().flat_map(|bid| &bid.parts) {
            let is_listed = frozen
                .iter()
                .flat_map(|list| &list.body.envelopes)
                .any(|one| one.submission == part.submission);
            let is_tried = part.unopened.as_ref().is_none_or(|unopened| {
                // What was left out before any share existed was never tried.
                unopened.cause == Cause::BidderBadEnvelope && is_settled(dossier, part.submission)
            });
            let name = format!("bodies/{}", part.submission);
            if is_listed && is_tried && rules.is_public(&part.part) && dossier.source.length(&name).is_none()
            {
                found.fault(told.seq(), format!("{name} is missing"), format!("缺少{name}"));
            }
        }
    }
}

fn is_settled(dossier: &Dossier, submission: facts::Hex<16>) -> bool {
    let settled = dossier
        .shown
        .told::<facts::body::opening::ListSettled>(&dossier.stream());
    settled
        .iter()
        .any(|told| told.body.submissions.contains(&submission))
}
