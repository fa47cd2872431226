//! Every reason for which a custodian's machine gives no share. Nothing was multiplied when one is returned.

use super::fault::Fault;
use facts::id::{PartId, StageId};
use facts::{BidId, Hex, Instant, Kind, TenderId};
use seal::{HeaderError, PartialError};

/// Why the custodian does not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WontAnswer {
    /// The invitation to final quotes is missing, stands twice, or does not continue the rules.
    #[error("the final quotes of this stage have no invitation that continues the rules of this tender")]
    Invitation,
    /// The custodian's own clock says that the deadline is still to come.
    #[error("too early: this machine's clock says {now}, the deadline is {closes_at}")]
    TooEarly {
        /// Own clock.
        now: Instant,
        /// Deadline in force.
        closes_at: Instant,
    },
    /// A fact that the answer rests on was not shown.
    #[error("no proven fact {kind} of tender {tender} was shown")]
    Missing {
        /// The kind.
        kind: Kind,
        /// The tender.
        tender: TenderId,
    },
    /// Two facts where one decides.
    #[error("two facts {kind} of tender {tender} were shown where there can be one")]
    Ambiguous {
        /// The kind.
        kind: Kind,
        /// The tender.
        tender: TenderId,
    },
    /// The addenda do not follow one another, or their hashes are not those of the rules.
    #[error("addendum {0} does not continue the rules of this tender")]
    Rules(u32),
    /// The closing names another deadline than the notice and its addenda, or was logged before it.
    #[error(
        "the tender was closed for the deadline {named} at {at}, but the deadline in force is {closes_at}"
    )]
    Closing {
        /// Deadline that the closing names.
        named: Instant,
        /// When it was logged.
        at: Instant,
        /// Deadline in force.
        closes_at: Instant,
    },
    /// The deadline was moved after it had passed, and not for an outage of the platform over it.
    #[error("the deadline {0} was moved after it had passed, and no outage of the platform allows that")]
    Reopened(Instant),
    /// Facts stand in another order than the steps of an opening.
    #[error("{later} stands in the log before {earlier}")]
    Order {
        /// What must come first.
        earlier: Kind,
        /// What must come later.
        later: Kind,
    },
    /// An order of a supervisor stops the tender.
    #[error("tender {0} is suspended")]
    Suspended(TenderId),
    /// The tender has no such stage.
    #[error("tender {tender} has no stage {stage}")]
    Stage {
        /// The tender.
        tender: TenderId,
        /// The stage.
        stage: StageId,
    },
    /// An earlier stage is not over.
    #[error("stage {0} comes first and its opening is not closed")]
    StageOrder(StageId),
    /// The stage is sealed to another key than the one this custodian is asked to use.
    #[error("the stage is sealed to key {named}, not to key {ours} of this ceremony")]
    ForeignKey {
        /// The key in the notice.
        named: Hex<32>,
        /// The key of the ceremony.
        ours: Hex<32>,
    },
    /// Two stages share one key: opening the first would open the second.
    #[error("stage {0} is sealed to the same key")]
    SharedKey(StageId),
    /// The ceremony has no finished key of that number.
    #[error("the ceremony: {0}")]
    Ceremony(#[from] Fault),
    /// The custodian is not in the roster.
    #[error("these keys are not in the roster of the ceremony")]
    NotMember,
    /// A submission stands twice in a list, or the list is not ascending.
    #[error("envelope {0} stands twice or out of order in the list")]
    Listing(Hex<16>),
    /// The hash of a list is not that of its envelopes.
    #[error("the hash in {0} is not the hash of its envelopes")]
    ListHash(Kind),
    /// Frozen and settled list do not fit: an envelope was added, or left out without a cause.
    #[error("envelope {0} is not accounted for between the frozen and the settled list")]
    Unaccounted(Hex<16>),
    /// Nothing to answer.
    #[error("the settled list is empty")]
    Empty,
    /// The bid of an envelope is not among the proven facts.
    #[error("entry {seq}, which is to hold envelope {submission}, was not proven to be in the log")]
    NotInLog {
        /// Position of the bid's fact.
        seq: u64,
        /// The envelope.
        submission: Hex<16>,
    },
    /// The fact at that position is another bid's, or holds no such envelope.
    #[error("entry {seq} does not hold envelope {submission} of bid {bid}")]
    NotThere {
        /// Position of the bid's fact.
        seq: u64,
        /// The envelope.
        submission: Hex<16>,
        /// The bid.
        bid: BidId,
    },
    /// A bid that came after the deadline.
    #[error("envelope {0} was not handed in before the deadline")]
    Late(Hex<16>),
    /// A later revision of the same bid was shown.
    #[error("envelope {0} was replaced or withdrawn later")]
    Superseded(Hex<16>),
    /// The envelope's part belongs to another stage.
    #[error("envelope {submission} is part {part}, which is not opened in this stage")]
    ForeignPart {
        /// The envelope.
        submission: Hex<16>,
        /// The part.
        part: PartId,
    },
    /// The envelope is sealed to another key.
    #[error("envelope {submission} is sealed to key {key_id}, which is not the key of this stage")]
    ForeignEnvelope {
        /// The envelope.
        submission: Hex<16>,
        /// Its key.
        key_id: Hex<32>,
    },
    /// The bid acknowledges rules that this tender never had.
    #[error("envelope {0} acknowledges rules that this tender never had")]
    ForeignRules(Hex<16>),
    /// The header's proof fails: a copied R, another label, another body.
    #[error("envelope {submission}: {why}")]
    Header {
        /// The envelope.
        submission: Hex<16>,
        /// What fails.
        why: HeaderError,
    },
    /// The envelope hash of the list is not the envelope's.
    #[error("envelope {0} has another hash than the list says")]
    EnvelopeHash(Hex<16>),
    /// The bid key did not sign the envelope.
    #[error("envelope {0} is not signed with the key of its bid")]
    Signature(Hex<16>),
    /// A point R occurs twice.
    #[error("envelope {0} has the same R as an earlier one")]
    DuplicatePoint(Hex<16>),
    /// Lock and notice do not agree.
    #[error("envelope {0}: the notice and the envelope do not agree on whether there is a bidder lock")]
    Lock(Hex<16>),
    /// The bidder's own secret is not in the log: shares come after the unlocking.
    #[error("envelope {0} was not unlocked by its bidder before the list was settled")]
    NotUnlocked(Hex<16>),
    /// The multiplication itself refused.
    #[error(transparent)]
    Partial(#[from] PartialError),
}
