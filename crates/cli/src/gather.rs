//! Fetching facts with their proofs: nothing is believed on the platform's word.

use crate::failure::Failure;
use crate::session::Session;
use crate::wire::HistoryView;
use facts::CeremonyId;
use facts::TenderId;
use facts::body::ceremony::CeremonyCalled;
use facts::record::Body;
use ledger::ceremony::{Proven, Witnessed};
use ledger::{Checkpoint, Receipt};
use serde::Deserialize;

/// Facts fetched in one request.
const AT_ONCE: usize = 64;

/// `GET /log/proofs`.
#[derive(Deserialize)]
struct Proofs {
    proofs: Vec<String>,
}

impl Session {
    /// The facts at these positions, each proven against one checkpoint of the pinned key.
    pub fn proven(&mut self, seqs: &[u64]) -> Result<Vec<Proven>, Failure> {
        let mut facts = Vec::with_capacity(seqs.len());
        for part in seqs.chunks(AT_ONCE) {
            let list: Vec<String> = part.iter().map(ToString::to_string).collect();
            let answer: Proofs = self.procurement.get(&format!("/log/proofs?seqs={}", list.join(",")))?;
            if answer.proofs.len() != part.len() {
                return Err(Failure::Check("the platform gave another number of proofs than asked for".to_owned()));
            }
            for (seq, text) in part.iter().zip(&answer.proofs) {
                facts.push(self.believe(*seq, text)?);
            }
        }
        Ok(facts)
    }

    fn believe(&mut self, seq: u64, text: &str) -> Result<Proven, Failure> {
        let wrong = |why: &dyn std::fmt::Display| Failure::Check(format!("the proof of entry {seq}: {why}"));
        let receipt = Receipt::parse(text).map_err(|e| wrong(&e))?;
        let verifier = self.kept.trust.verifier()?;
        let checkpoint =
            Checkpoint::open(&receipt.checkpoint, self.origin(), &verifier).map_err(|e| wrong(&e))?;
        let seen = facts::Seen { root: facts::Hex(checkpoint.root), size: checkpoint.size };
        self.kept.follow(&self.procurement, seen)?;
        let origin = self.origin().to_owned();
        Proven::new(&origin, &checkpoint, seq, &receipt.entry, &receipt.payload, &receipt.proof)
            .map_err(|e| wrong(&e))
    }

    /// The public history of a tender.
    pub fn tender(&self, tender: &TenderId) -> Result<HistoryView, Failure> {
        self.procurement.get(&format!("/api/tenders/{tender}"))
    }

    /// A ceremony, every step proven and signed by the custodian who took it.
    pub fn witnessed(&mut self, ceremony: &CeremonyId) -> Result<Witnessed, Failure> {
        let history: HistoryView = self.procurement.get(&format!("/api/ceremonies/{ceremony}"))?;
        let seqs: Vec<u64> = history.records.iter().map(|record| record.seq).collect();
        let facts = self.proven(&seqs)?;
        Witnessed::new(ceremony, &facts).map_err(|e| Failure::Check(e.to_string()))
    }

    /// A tender's public facts, every one proven.
    pub fn proven_tender(&mut self, tender: &TenderId) -> Result<Vec<Proven>, Failure> {
        let seqs: Vec<u64> = self.tender(tender)?.records.iter().map(|record| record.seq).collect();
        self.proven(&seqs)
    }

    /// The ceremonies that list a custodian with this signing key, newest last.
    pub fn ceremonies_of(&self, signer: &facts::Hex<32>) -> Result<Vec<CeremonyCalled>, Failure> {
        #[derive(Deserialize)]
        struct List {
            ceremonies: Vec<CeremonyCalled>,
        }
        let list: List = self.procurement.get("/api/ceremonies")?;
        let mine = |called: &CeremonyCalled| called.members.iter().any(|member| member.signer == *signer);
        Ok(list.ceremonies.into_iter().filter(mine).collect())
    }
}

/// All typed bodies of one kind among proven facts, with their positions.
#[must_use]
pub fn bodies<B: Body>(facts: &[Proven]) -> Vec<(u64, B)> {
    facts.iter().filter_map(|fact| fact.record().of::<B>().map(|body| (fact.record().seq, body))).collect()
}
