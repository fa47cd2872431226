//! Uploads that break, hang, are killed or cut, and go on.

use crate::room::{anna, breaking, files, hanging, noise, open, room, whole};
use bytes::Bytes;
use desk::Vault as _;
use desk::ports::{Content, VaultError};
use futures_util::stream::{self, StreamExt};
use seal::{Suite, body_digest, hash::sha256};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Waits until that many bytes of an upload are on disk.
async fn until(vault: &kaibiao_store::Vault, id: &str, offset: u64) {
    for _ in 0..500 {
        if vault.progress(id).await.unwrap().offset >= offset {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{offset} bytes never arrived");
}

#[tokio::test]
async fn a_broken_stream_keeps_what_arrived() {
    let (_folder, vault) = room();
    let bytes = noise(2_500_000);
    let id = vault.begin(&anna(), Content::Body, 2_500_000).await.unwrap();
    let broken = vault.receive(&id, 0, breaking(&bytes[..1_300_001])).await;
    assert!(matches!(broken, Err(VaultError::Broken(1_300_001))), "{broken:?}");
    let progress = vault.progress(&id).await.unwrap();
    assert_eq!(
        (progress.offset, progress.length, progress.digest),
        (1_300_001, 2_500_000, None)
    );
    let part = vault
        .receive(&id, 1_300_001, whole(&bytes[1_300_001..1_300_002]))
        .await
        .unwrap();
    assert_eq!(part.offset, 1_300_002);
    let done = vault
        .receive(&id, 1_300_002, whole(&bytes[1_300_002..]))
        .await
        .unwrap();
    assert_eq!(done.digest, Some(body_digest(Suite::Tree64k, &bytes)));
}

#[tokio::test]
async fn a_stream_that_breaks_after_its_last_byte_is_complete() {
    let (_folder, vault) = room();
    let id = vault.begin(&anna(), Content::Document, 3).await.unwrap();
    let done = vault.receive(&id, 0, breaking(b"abc")).await.unwrap();
    assert_eq!(done.digest, Some(sha256(&[b"abc"])));
}

#[tokio::test]
async fn parts_must_follow_each_other() {
    let (_folder, vault) = room();
    let id = vault.begin(&anna(), Content::Document, 10).await.unwrap();
    vault.receive(&id, 0, whole(b"12345")).await.unwrap();
    for wrong in [0, 4, 6, u64::MAX] {
        let refused = vault.receive(&id, wrong, whole(b"x")).await;
        assert!(
            matches!(refused, Err(VaultError::Offset { expected: 5, found }) if found == wrong),
            "{refused:?}"
        );
    }
    vault.receive(&id, 5, whole(b"67890")).await.unwrap();
    let refused = vault.receive(&id, 0, whole(b"1")).await;
    assert!(
        matches!(
            refused,
            Err(VaultError::Offset {
                expected: 10,
                found: 0
            })
        ),
        "{refused:?}"
    );
}

#[tokio::test]
async fn another_process_goes_on_where_the_first_stopped() {
    let (folder, vault) = room();
    let bytes = noise(1_500_000);
    let id = vault.begin(&anna(), Content::Body, 1_500_000).await.unwrap();
    vault.receive(&id, 0, whole(&bytes[..700_000])).await.unwrap();
    drop(vault);
    let vault = open(&folder.path().join("vault"));
    assert_eq!(vault.progress(&id).await.unwrap().offset, 700_000);
    let done = vault
        .receive(&id, 700_000, whole(&bytes[700_000..]))
        .await
        .unwrap();
    assert_eq!(done.digest, Some(body_digest(Suite::Tree64k, &bytes)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_connection_takes_over_one_that_hangs() {
    let (_folder, vault) = room();
    let vault = Arc::new(vault);
    let bytes = noise(3_000_000);
    let id = vault.begin(&anna(), Content::Body, 3_000_000).await.unwrap();
    let first = tokio::spawn({
        let (vault, id, stream) = (Arc::clone(&vault), id.clone(), hanging(&bytes[..2_500_000]));
        async move { vault.receive(&id, 0, stream).await }
    });
    until(&vault, &id, 2_000_000).await;
    let offset = vault.progress(&id).await.unwrap().offset;
    let rest = whole(&bytes[usize::try_from(offset).unwrap()..]);
    let done = vault.receive(&id, offset, rest).await.unwrap();
    assert_eq!(done.digest, Some(body_digest(Suite::Tree64k, &bytes)));
    let first = first.await.unwrap();
    assert!(
        matches!(first, Err(VaultError::Broken(at)) if at == offset),
        "{first:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_loses_nothing() {
    let (_folder, vault) = room();
    let bytes = noise(3_000_000);
    let id = vault.begin(&anna(), Content::Body, 3_000_000).await.unwrap();
    let pieces: Vec<_> = bytes.chunks(50_000).map(Bytes::copy_from_slice).collect();
    let slow = stream::iter(pieces).then(|piece| async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(piece)
    });
    let ended = tokio::time::timeout(Duration::from_millis(20), vault.receive(&id, 0, slow.boxed())).await;
    assert!(ended.is_err(), "it was over too soon");
    // The bytes that were on their way still arrive.
    until(&vault, &id, 3_000_000).await;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if vault.progress(&id).await.unwrap().digest == Some(body_digest(Suite::Tree64k, &bytes)) {
            return;
        }
    }
    panic!("the upload was not completed");
}

#[tokio::test]
async fn an_upload_cut_between_ticket_and_move_is_finished() {
    let (folder, vault) = room();
    let id = vault.begin(&anna(), Content::Document, 3).await.unwrap();
    let done = vault.receive(&id, 0, whole(b"abc")).await.unwrap();
    let object = vault
        .path(Content::Document, done.digest.unwrap())
        .await
        .unwrap()
        .unwrap();
    // As if the power had failed after the ticket was written.
    std::fs::rename(&object, folder.path().join(format!("vault/uploads/{id}.part"))).unwrap();
    let vault = open(&folder.path().join("vault"));
    assert_eq!(vault.progress(&id).await.unwrap(), done);
    assert_eq!(std::fs::read(object).unwrap(), b"abc");
}

#[tokio::test]
async fn a_damaged_ticket_is_an_outage() {
    let (folder, vault) = room();
    let id = vault.begin(&anna(), Content::Document, 3).await.unwrap();
    let ticket = folder.path().join(format!("vault/uploads/{id}.json"));
    for text in [
        "",
        "{}",
        "{\"content\":\"body\",\"digest\":\"00\",\"length\":3,\"owner\":\"anna\"}",
    ] {
        std::fs::write(&ticket, text).unwrap();
        let outage = vault.progress(&id).await.unwrap_err();
        assert!(
            matches!(&outage, VaultError::Outage(o) if o.to_string().contains("is damaged")),
            "{outage:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_leaves_an_upload_that_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("vault");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "resume::the_receiver_that_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env("KAIBIAO_TEST_VAULT", &place)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let id = lines
        .find_map(|line| line.unwrap().strip_prefix("id ").map(str::to_owned))
        .unwrap();
    let part = place.join(format!("uploads/{id}.part"));
    while std::fs::metadata(&part).unwrap().len() < 3_000_000 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let bytes = noise(64_000_000);
    let vault = open(&place);
    let progress = vault.progress(&id).await.unwrap();
    assert!((3_000_000..64_000_000).contains(&progress.offset), "{progress:?}");
    let rest = whole(&bytes[usize::try_from(progress.offset).unwrap()..]);
    let done = vault.receive(&id, progress.offset, rest).await.unwrap();
    assert_eq!(done.digest, Some(body_digest(Suite::Tree64k, &bytes)));
    assert_eq!(files(&place.join("body")).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started, and killed, by a_killed_process_leaves_an_upload_that_goes_on"]
async fn the_receiver_that_is_killed() {
    let Some(place) = std::env::var_os("KAIBIAO_TEST_VAULT") else {
        return;
    };
    let vault = open(place.as_ref());
    let id = vault.begin(&anna(), Content::Body, 64_000_000).await.unwrap();
    println!("\nid {id}");
    let pieces: Vec<_> = noise(64_000_000)
        .chunks(100_000)
        .map(Bytes::copy_from_slice)
        .collect();
    let slow = stream::iter(pieces).then(|piece| async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Ok(piece)
    });
    vault.receive(&id, 0, slow.boxed()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_does_not_grow_with_the_file() {
    const PIECES: usize = 4_000;
    let Some(status) = Some("KAIBIAO_TEST_VAULT_MEMORY").filter(|name| std::env::var_os(name).is_none())
    else {
        let (_folder, vault) = room();
        let length = (PIECES * 65_536) as u64;
        let id = vault.begin(&anna(), Content::Body, length).await.unwrap();
        let pieces = stream::iter(0..PIECES).map(|_| Ok(Bytes::from(vec![7; 65_536])));
        assert!(
            vault
                .receive(&id, 0, pieces.boxed())
                .await
                .unwrap()
                .digest
                .is_some()
        );
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        println!(
            "\npeak {}",
            status
                .lines()
                .find_map(|line| line.strip_prefix("VmHWM:"))
                .unwrap()
        );
        return;
    };
    // In a process of its own, where no other test takes memory.
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "resume::memory_does_not_grow_with_the_file",
            "--nocapture",
        ])
        .env(status, "1")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let peak = text
        .lines()
        .find_map(|line| line.strip_prefix("peak "))
        .unwrap_or_else(|| panic!("{text}"));
    let kilobytes: u64 = peak.trim().strip_suffix(" kB").unwrap().parse().unwrap();
    assert!(kilobytes < 40_000, "receiving 262 MB took {kilobytes} kB");
}
