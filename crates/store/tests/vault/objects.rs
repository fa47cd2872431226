//! Complete objects: their digests, their places, and what is refused on the way.

use crate::room::{LONGEST, anna, files, noise, room, whole};
use desk::Vault as _;
use desk::ports::{Content, VaultError};
use seal::{Suite, body_digest, hash::sha256};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

#[tokio::test]
async fn digests_are_those_of_seal() {
    let (_folder, vault) = room();
    for length in [0, 1, 65_535, 65_536, 65_537, 3_145_735] {
        let bytes = noise(length);
        let digests = [body_digest(Suite::Tree64k, &bytes), sha256(&[&bytes])];
        for (content, digest) in [Content::Body, Content::Document].into_iter().zip(digests) {
            let id = vault.begin(&anna(), content, length as u64).await.unwrap();
            let done = vault.receive(&id, 0, whole(&bytes)).await.unwrap();
            assert_eq!(
                (done.offset, done.digest),
                (length as u64, Some(digest)),
                "{content:?} of {length}"
            );
            assert_eq!(done.owner, anna());
            assert_eq!(vault.length(content, digest).await.unwrap(), Some(length as u64));
            let path = vault.path(content, digest).await.unwrap().unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o400);
            assert_eq!(
                path.file_name().unwrap().to_str(),
                Some(hex::encode(digest).as_str())
            );
            // An answer that was lost on its way can be asked for again.
            assert_eq!(vault.progress(&id).await.unwrap(), done);
            assert_eq!(vault.receive(&id, length as u64, whole(&[])).await.unwrap(), done);
        }
    }
}

#[tokio::test]
async fn identical_content_is_one_object() {
    let (folder, vault) = room();
    let bytes = noise(100_000);
    let mut digests = Vec::new();
    for _ in 0..2 {
        let id = vault.begin(&anna(), Content::Body, 100_000).await.unwrap();
        digests.push(
            vault
                .receive(&id, 0, whole(&bytes))
                .await
                .unwrap()
                .digest
                .unwrap(),
        );
    }
    assert_eq!(digests[0], digests[1]);
    assert_eq!(files(&folder.path().join("vault/body")).len(), 1);
    let left = files(&folder.path().join("vault/uploads"));
    assert!(
        left.iter().all(|path| path.extension().unwrap() == "json"),
        "{left:?}"
    );
    assert_eq!(vault.length(Content::Document, digests[0]).await.unwrap(), None);
    assert_eq!(vault.path(Content::Body, [9; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn more_than_announced_is_refused() {
    let (_folder, vault) = room();
    let id = vault.begin(&anna(), Content::Document, 20_000).await.unwrap();
    let refused = vault.receive(&id, 0, whole(&noise(20_001))).await;
    assert!(matches!(refused, Err(VaultError::TooLong(20_000))), "{refused:?}");
    let progress = vault.progress(&id).await.unwrap();
    assert!(
        progress.offset <= 20_000 && progress.digest.is_none(),
        "{progress:?}"
    );
    // The honest rest is still welcome.
    let rest = &noise(20_001)[usize::try_from(progress.offset).unwrap()..20_000];
    let done = vault.receive(&id, progress.offset, whole(rest)).await.unwrap();
    assert_eq!(done.digest, Some(sha256(&[&noise(20_001)[..20_000]])));
}

#[tokio::test]
async fn more_than_the_limit_is_refused_at_once() {
    let (folder, vault) = room();
    let refused = vault.begin(&anna(), Content::Body, LONGEST + 1).await;
    assert!(
        matches!(refused, Err(VaultError::TooLong(LONGEST))),
        "{refused:?}"
    );
    assert!(files(folder.path()).is_empty());
    vault.begin(&anna(), Content::Body, LONGEST).await.unwrap();
}

#[tokio::test]
async fn unknown_and_malformed_ids_are_unknown() {
    let (folder, vault) = room();
    std::fs::write(folder.path().join("vault/secret.json"), "{}").unwrap();
    let long = "a".repeat(64);
    for id in [
        "",
        "../secret",
        &long,
        &"A".repeat(64),
        &format!("{}/", &long[1..]),
    ] {
        assert!(
            matches!(vault.progress(id).await, Err(VaultError::Unknown)),
            "{id}"
        );
        assert!(
            matches!(vault.receive(id, 0, whole(b"x")).await, Err(VaultError::Unknown)),
            "{id}"
        );
        assert!(
            matches!(vault.abandon(id).await, Err(VaultError::Unknown)),
            "{id}"
        );
    }
}

#[tokio::test]
async fn abandoned_and_stale_uploads_leave_nothing() {
    let (folder, vault) = room();
    let uploads = folder.path().join("vault/uploads");
    let id = vault.begin(&anna(), Content::Body, 10).await.unwrap();
    vault.receive(&id, 0, whole(b"12345")).await.unwrap();
    vault.abandon(&id).await.unwrap();
    assert!(matches!(vault.progress(&id).await, Err(VaultError::Unknown)));
    assert!(files(&uploads).is_empty());

    let old = vault.begin(&anna(), Content::Document, 3).await.unwrap();
    vault.receive(&old, 0, whole(b"abc")).await.unwrap();
    vault.keep(&old).await.unwrap();
    let fresh = vault.begin(&anna(), Content::Document, 3).await.unwrap();
    let ticket = std::fs::File::options()
        .write(true)
        .open(uploads.join(format!("{old}.json")))
        .unwrap();
    ticket
        .set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000))
        .unwrap();
    assert_eq!(
        vault
            .sweep(SystemTime::UNIX_EPOCH + Duration::from_secs(2_000))
            .await
            .unwrap(),
        1
    );
    assert!(matches!(vault.progress(&old).await, Err(VaultError::Unknown)));
    vault.progress(&fresh).await.unwrap();
    // The object itself stays.
    assert_eq!(
        vault.length(Content::Document, sha256(&[b"abc"])).await.unwrap(),
        Some(3)
    );
}

#[tokio::test]
async fn plaintext_files_lie_in_a_private_folder_and_stay() {
    let (folder, vault) = room();
    let path = vault.opened("T1-price-B1").await.unwrap();
    assert_eq!(path.parent().unwrap(), folder.path().join("vault/opened"));
    assert_eq!(vault.opened("T1-price-B1").await.unwrap(), path);
    std::fs::write(&path, "plain").unwrap();
    assert_eq!(vault.opened("T1-price-B1").await.unwrap(), path);
    assert_eq!(std::fs::read(&path).unwrap(), b"plain");
    assert_eq!(
        path.parent().unwrap().metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );
    for name in ["", "..", ".hidden", "a/b", "../x", "a\0b", "价"] {
        let refused = vault.opened(name).await.unwrap_err();
        assert!(
            refused.to_string().contains("is not a plain file name"),
            "{name}: {refused}"
        );
    }
}
