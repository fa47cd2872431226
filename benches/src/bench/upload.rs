//! One large upload: what it costs the server in memory and time.
//!
//! Invariant: the digest that the server computed is compared with our own.

use super::process::{cpu, now, peak};
use super::table::{Line, Table};
use crate::Trouble;
use crate::people;
use crate::platform::Platform;
use cli::Session;
use facts::Hex;
use std::path::Path;
use std::sync::Arc;

/// Measures one upload by the real client, in its usual pieces.
pub(crate) async fn bench(table: &mut Table, programs: &Path, quick: bool) -> Result<(), Trouble> {
    let length: u64 = if quick { 256 << 20 } else { 1 << 30 };
    table.part(
        &format!("Upload of {} MiB over the loopback", length >> 20),
        "By the client library, in its usual pieces; every piece is hashed and synchronised to disk before it is \
         answered. Memory: growth of the server's high-water mark.",
    );
    let platform = Arc::new(Platform::new(programs, None)?);
    let server = platform.start().await?;
    let (owner, url) = (platform.clone(), server.url());
    let scene = tokio::task::spawn_blocking(move || people::set(&owner, &url)).await??;
    let file = platform.dir.path().join("document");
    super::file::random_file(&file, length)?;
    let (owner, url, path) = (platform.clone(), server.url(), file.clone());
    let before = (
        peak(server.pid()).unwrap_or_default(),
        cpu(server.pid()).unwrap_or_default(),
    );
    let begun = now();
    let digest = tokio::task::spawn_blocking(move || {
        let mut session = Session::connect(&url, &owner.dir.path().join("home"), None, false)?;
        session.sign_in(&scene.buyer_key, cli::Zone::Procurement)?;
        session.procurement.upload(&path, "document", &mut |_| {})
    })
    .await??;
    let wall = begun.elapsed().as_secs_f64();
    let after = (
        peak(server.pid()).unwrap_or_default(),
        cpu(server.pid()).unwrap_or_default(),
    );
    let own = sha256(&file)?;
    if own != digest {
        return Err(format!("the server computed {}, we {}", Hex(digest), Hex(own)).into());
    }
    let growth = after.0 - before.0;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let megabytes = length as f64 / 1e6;
    table.line(Line {
        what: "upload".to_owned(),
        figure: format!("{wall:.2} s, {:.0} MB/s", megabytes / wall),
        ratio: format!("server {:.2} s CPU", after.1 - before.1),
        memory: format!("+{growth:.0} MiB"),
        aim: Some(("growth under 32 MiB".to_owned(), growth < 32.0)),
    });
    Ok(())
}

fn sha256(path: &Path) -> Result<[u8; 32], Trouble> {
    use std::io::Read as _;
    let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
    let mut file = std::fs::File::open(path)?;
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hash.finish().as_ref().try_into()?),
            read => hash.update(block.get(..read).unwrap_or_default()),
        }
    }
}
