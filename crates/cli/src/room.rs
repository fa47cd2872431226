//! The evaluation room from an expert's own device: coming in, reading files, going out.
//!
//! Invariant: the device's key is made here for one visit, is kept in this machine's folder alone, and signs path and
//! time of every file that is asked for.

use crate::clock;
use crate::entropy;
use crate::failure::{self, Failure};
use crate::keyring;
use crate::session::{Done, Session, Zone};
use facts::body::seat::{Leaving, SeatEntered, SeatLeft};
use facts::id::{CodeId, PartId, SeatId};
use facts::{Hex, Stream, TenderId};
use ledger::message;
use seal::SigningKey;
use std::path::{Path, PathBuf};

impl Session {
    fn device_file(&self, tender: &TenderId) -> PathBuf {
        self.home.join("devices").join(tender.as_str())
    }

    /// Comes in to the seat from this machine, with a fresh device key.
    pub fn enter(&mut self, key: &SigningKey, tender: &TenderId, seat: &SeatId) -> Result<Done, Failure> {
        let seed: [u8; 32] = entropy::bytes();
        let device = SigningKey::from_seed(&seed);
        let message = message::device(self.origin(), tender, seat);
        let body = SeatEntered {
            device: Hex(device.public().to_bytes()),
            proof: Hex(device.sign(&message).to_bytes()),
            seat: seat.clone(),
            tender: tender.clone(),
        };
        let done = self.act(key, Stream::Evaluation(tender.clone()), &body)?;
        let file = self.device_file(tender);
        let folder = self.home.join("devices");
        std::fs::create_dir_all(&folder).map_err(failure::file(&folder))?;
        if file.exists() {
            std::fs::remove_file(&file).map_err(failure::file(&file))?;
        }
        keyring::write_secret(&file, &Hex(seed).to_string())?;
        Ok(done)
    }

    /// Goes out, and forgets the device key.
    pub fn leave(
        &mut self,
        key: &SigningKey,
        tender: &TenderId,
        seat: &SeatId,
        cause: Leaving,
    ) -> Result<Done, Failure> {
        let body = SeatLeft {
            cause,
            seat: seat.clone(),
            tender: tender.clone(),
        };
        let done = self.act(key, Stream::Evaluation(tender.clone()), &body)?;
        let file = self.device_file(tender);
        if file.exists() {
            std::fs::remove_file(&file).map_err(failure::file(&file))?;
        }
        Ok(done)
    }

    /// Reads a file of a bid into a file; the session must be signed in to the evaluation zone.
    pub fn read_file(
        &self,
        tender: &TenderId,
        code: &CodeId,
        part: &PartId,
        to: &Path,
    ) -> Result<u64, Failure> {
        let file = self.device_file(tender);
        let text = std::fs::read_to_string(&file).map_err(|_| {
            Failure::Input(format!(
                "this machine is not in the evaluation room of {tender}: come in first with kaibiao seat enter"
            ))
        })?;
        let seed =
            Hex::<32>::parse(text.trim()).map_err(|e| Failure::Input(format!("{}: {e}", file.display())))?;
        let path = format!("/api/evaluations/{tender}/files/{code}/{part}");
        let at = u64::try_from(clock::now().0).unwrap_or(0);
        let message = message::device_request(self.origin(), &path, at);
        let sig = Hex(SigningKey::from_seed(seed.bytes()).sign(&message).to_bytes());
        let header = format!("{at}.{sig}");
        self.zone(Zone::Evaluation)
            .download_with(&path, to, Some(("kaibiao-device", &header)))
    }
}
