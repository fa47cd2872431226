//! Parts with checksums: kept whole or not at all, whatever cuts them; finished uploads that nothing names.

use crate::room::{anna, breaking, files, noise, open, room, whole};
use desk::Vault as _;
use desk::ports::{Checksum, Content, VaultError};
use kaibiao_store::Vault;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use seal::{Suite, body_digest, hash::sha256};
use std::time::{Duration, SystemTime};

fn sha1(bytes: &[u8]) -> Checksum {
    Checksum::Sha1(
        digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes)
            .as_ref()
            .try_into()
            .unwrap(),
    )
}

fn sha2(bytes: &[u8]) -> Checksum {
    Checksum::Sha256(sha256(&[bytes]))
}

async fn offset(vault: &Vault, id: &str) -> u64 {
    vault.progress(id).await.unwrap().offset
}

#[tokio::test]
async fn a_part_with_its_checksum_is_kept_and_a_damaged_one_is_not() {
    let (_folder, vault) = room();
    let bytes = noise(3_000_000);
    let (first, rest) = bytes.split_at(1_400_000);
    let id = vault.begin(&anna(), Content::Body, 3_000_000).await.unwrap();
    let done = vault
        .receive_part(&id, 0, Some(sha1(first)), whole(first))
        .await
        .unwrap();
    assert_eq!(done.offset, 1_400_000);
    for wrong in [sha2(first), sha1(&rest[1..])] {
        let refused = vault.receive_part(&id, 1_400_000, Some(wrong), whole(rest)).await;
        assert!(
            matches!(refused, Err(VaultError::Checksum(1_400_000))),
            "{refused:?}"
        );
        assert_eq!(offset(&vault, &id).await, 1_400_000);
    }
    let done = vault
        .receive_part(&id, 1_400_000, Some(sha2(rest)), whole(rest))
        .await
        .unwrap();
    assert_eq!(done.digest, Some(body_digest(Suite::Tree64k, &bytes)));
}

#[tokio::test]
async fn a_part_with_a_checksum_that_is_cut_or_too_long_leaves_nothing() {
    let (_folder, vault) = room();
    let bytes = noise(2_500_000);
    let id = vault.begin(&anna(), Content::Document, 2_400_000).await.unwrap();
    let cut = vault
        .receive_part(
            &id,
            0,
            Some(sha2(&bytes[..2_400_000])),
            breaking(&bytes[..2_000_000]),
        )
        .await;
    assert!(matches!(cut, Err(VaultError::Broken(0))), "{cut:?}");
    let long = vault
        .receive_part(&id, 0, Some(sha2(&bytes)), whole(&bytes))
        .await;
    assert!(matches!(long, Err(VaultError::TooLong(2_400_000))), "{long:?}");
    assert_eq!(offset(&vault, &id).await, 0);
    // Without a checksum what arrived is kept, as ever, also between parts that have one.
    let cut = vault.receive(&id, 0, breaking(&bytes[..700_000])).await;
    assert!(matches!(cut, Err(VaultError::Broken(700_000))), "{cut:?}");
    let part = &bytes[700_000..1_000_000];
    vault
        .receive_part(&id, 700_000, Some(sha2(part)), whole(part))
        .await
        .unwrap();
    let cut = vault
        .receive(&id, 1_000_000, breaking(&bytes[1_000_000..1_100_000]))
        .await;
    assert!(matches!(cut, Err(VaultError::Broken(1_100_000))), "{cut:?}");
    let rest = &bytes[1_100_000..2_400_000];
    // A connection that breaks after the last byte brought all of the part.
    let done = vault
        .receive_part(&id, 1_100_000, Some(sha2(rest)), breaking(rest))
        .await
        .unwrap();
    assert_eq!(done.digest, Some(sha256(&[&bytes[..2_400_000]])));
}

#[tokio::test]
async fn what_a_killed_process_left_of_a_part_with_a_checksum_is_not_counted() {
    let (folder, vault) = room();
    let bytes = noise(1_000);
    let id = vault.begin(&anna(), Content::Document, 1_000).await.unwrap();
    vault
        .receive_part(&id, 0, Some(sha2(&bytes[..400])), whole(&bytes[..400]))
        .await
        .unwrap();
    drop(vault);
    // Bytes of a part whose end never came, as they lie on the disk after the power went.
    let part = folder.path().join("vault/uploads").join(format!("{id}.part"));
    let mut file = std::fs::File::options().append(true).open(part).unwrap();
    std::io::Write::write_all(&mut file, b"damaged").unwrap();
    drop(file);
    let vault = open(&folder.path().join("vault"));
    assert_eq!(offset(&vault, &id).await, 400);
    let done = vault.receive(&id, 400, whole(&bytes[400..])).await.unwrap();
    assert_eq!(done.digest, Some(sha256(&[&bytes])));
}

async fn finished(vault: &Vault, bytes: &[u8]) -> String {
    let id = vault
        .begin(&anna(), Content::Document, bytes.len() as u64)
        .await
        .unwrap();
    vault.receive(&id, 0, whole(bytes)).await.unwrap();
    id
}

#[tokio::test]
async fn what_nothing_names_is_discarded_and_what_is_named_stays() {
    let (folder, vault) = room();
    let later = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
    let is_there = async |bytes: &[u8]| {
        vault
            .length(Content::Document, sha256(&[bytes]))
            .await
            .unwrap()
            .is_some()
    };
    let kept = finished(&vault, b"kept").await;
    let ended = finished(&vault, b"ended").await;
    let (one, other) = (finished(&vault, b"twice").await, finished(&vault, b"twice").await);
    vault.keep(&kept).await.unwrap();
    vault.abandon(&ended).await.unwrap();
    assert!(matches!(vault.progress(&ended).await, Err(VaultError::Unknown)));
    let mut waiting = vault.unnamed().await.unwrap();
    waiting.sort_by_key(|one| one.since);
    assert_eq!(waiting[0].id, ended, "whoever has ended it waits for nothing");
    assert_eq!((waiting.len(), waiting[0].since), (3, SystemTime::UNIX_EPOCH));
    // Two who uploaded the same: the bytes go with the last of them.
    vault.discard(&one).await.unwrap();
    assert!(is_there(b"twice").await);
    vault.discard(&other).await.unwrap();
    assert!(!is_there(b"twice").await);
    vault.discard(&ended).await.unwrap();
    assert!(!is_there(b"ended").await);
    // What is named is not discarded; its ticket goes with the sweep, its bytes stay.
    vault.discard(&kept).await.unwrap();
    vault.progress(&kept).await.unwrap();
    let waits = finished(&vault, b"waits").await;
    assert_eq!(vault.sweep(later).await.unwrap(), 1);
    assert!(is_there(b"kept").await && is_there(b"waits").await);
    let uploads = folder.path().join("vault/uploads");
    assert_eq!(
        files(&uploads),
        [uploads.join(format!("{waits}.json")).display().to_string()]
    );
}
