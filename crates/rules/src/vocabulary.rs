//! The names of facts that rules are decided by, and whether the platform records them.
//!
//! Invariant: a recorded name is the name of a kind and of a member of its body, as the record format has them; the
//! list of the others may only shrink.

/// Whether the platform records a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recorded {
    /// It is in the log, public from the start or once disclosed.
    Yes,
    /// The platform does not record it yet.
    NotYet,
}

/// Facts in the log.
const RECORDED: &[&str] = &[
    "account.enrolled.key",
    "account.enrolled.roles",
    "award.made.awards",
    "award.reported.report",
    "bid.submitted.bid",
    "bid.submitted.envelopes",
    "bid.withdrawn.bid",
    "call.answered.accept",
    "candidates.objected.objection",
    "candidates.publicised.candidates",
    "candidates.publicised.until",
    "candidates.replied.objection",
    "candidates.revoked.seq",
    "chair.voted.candidate",
    "clarification.asked.clarification",
    "clarification.asked.until",
    "clarification.returned.clarification",
    "coefficient.drawn.values",
    "complaint.accepted.complaint",
    "complaint.continued.complaint",
    "complaint.decided.complaint",
    "complaint.filed.complaint",
    "complaint.filed.grievance",
    "complaint.filed.known",
    "complaint.filed.objections",
    "complaint.filed.paper",
    "complaint.paused.complaint",
    "complaint.refused.complaint",
    "complaint.returned.complaint",
    "complaint.supplemented.complaint",
    "complaint.withdrawn.complaint",
    "contract.filed.receipt",
    "contract.published.medium",
    "contract.signed.added",
    "contract.signed.bond",
    "contract.signed.differs",
    "contract.signed.period_days",
    "contract.signed.price",
    "contract.signed.quality",
    "contract.signed.signed_at",
    "contract.supplemented.change",
    "deadline.extended.closes_at",
    "deadline.extended.seq",
    "deposit.kept.ground",
    "deposits.received.deposits",
    "deposits.returned.paid_at",
    "deposits.returned.returned",
    "draw.completed.seed",
    "draw.pinned.root",
    "draw.requested.draw",
    "draw.requested.subject",
    "evaluation.concluded.lots",
    "evaluation.extended.ms",
    "evaluation.opened.bids",
    "evaluation.reopened.order",
    "expert.called.expert",
    "explanation.called.seq",
    "explanation.given.order",
    "extension.asked.seat",
    "facts.disclosed.seqs",
    "hours.set.from",
    "instruction.returned.seq",
    "list.frozen.envelopes",
    "list.settled.excluded",
    "list.settled.until",
    "objection.noted.against",
    "objection.noted.due",
    "objection.noted.objection",
    "objection.replied.objection",
    "opening.closed.stage",
    "opening.confirmed.bid",
    "opening.failed.cause",
    "opening.objected.objection",
    "opening.recorded.bids",
    "opening.recorded.until",
    "opening.replied.objection",
    "order.extended.order",
    "order.inquired.complaint",
    "order.inquired.order",
    "order.reevaluated.basis",
    "order.reevaluated.order",
    "order.reevaluated.reason",
    "order.resumed.order",
    "order.suspended.complaint",
    "order.suspended.order",
    "order.suspended.until",
    "order.voided.order",
    "origins.compared.bids",
    "panel.appointed.reason",
    "panel.appointed.seats",
    "pool.frozen.filters",
    "pool.frozen.ids",
    "recusal.declared.conflicts",
    "report.completed.dissenting",
    "report.completed.refused",
    "report.completed.signed",
    "report.completed.silent",
    "representatives.named.seats",
    "review.closed.flagged",
    "score.changed.ground",
    "score.changed.reason",
    "score.committed.seat",
    "score.revealed.sheet",
    "seat.entered.seat",
    "seat.vacated.cause",
    "seat.vacated.reason",
    "share.given.index",
    "step.voided.seq",
    "tender.amended.closes_at",
    "tender.amended.number",
    "tender.amended.substantive",
    "tender.closed.closes_at",
    "tender.noticed.closes_at",
    "tender.noticed.documents",
    "tender.noticed.documents_from",
    "tender.noticed.documents_until",
    "tender.noticed.lots",
    "tender.noticed.method",
    "tender.noticed.procedure",
    "tender.noticed.stages",
    "tender.noticed.trade",
    "tender.noticed.validity_days",
    "tender.registered.agent",
    "tender.registered.buyer",
    "tender.registered.regime",
    "tender.resumed.order",
    "tender.resumed.seq",
    "tender.suspended.order",
    "tender.suspended.seq",
    "tender.terminated.reason",
];

/// Facts that are not in the log yet.
const NOT_YET: &[&str] = &[
    "access.biometric",
    "archive.retention",
    "auction.course",
    "audit.network_address",
    "base_price.sealed",
    "bid.contacts",
    "bidder.device",
    "case.file",
    "company.relations",
    "company.services",
    "complainant.record",
    "complaint.departments",
    "consortium.members",
    "contract.acceptance",
    "deployment.record",
    "documents.downloaded",
    "documents.fee",
    "documents.gates",
    "documents.precedence",
    "fee.charged",
    "intent.notice",
    "invitation.draw",
    "invitation.sent",
    "land.course",
    "message.log",
    "notice.consortium",
    "notice.ends",
    "notice.media",
    "notice.media_fee",
    "opening.attended",
    "operator.functions",
    "panel.approval",
    "prequalification.passed",
    "prequalification.times",
    "project.complexity",
    "project.history",
    "project.kind",
    "property.course",
    "purchase.catalogue",
    "question.asked_at",
    "recording.segments",
    "report.argument",
    "report.buyer_review",
    "service.course",
    "tool.licence",
    "tool.required",
    "visit.held",
];

/// The screens (线索筛查) that the platform runs over every opened tender, by their codes; a screen that is there but has
/// nothing to read on this platform is not among them.
pub const SCREENS: &[&str] = &[
    "K01", "K03", "K05", "K06", "K10", "K11", "K12", "K13", "K14", "K15", "K19", "K20", "K21", "R028", "S01",
    "S02", "S03", "S04",
];

/// A screen by its code.
#[must_use]
pub fn screen(code: &str) -> Option<&'static str> {
    SCREENS.iter().copied().find(|known| *known == code)
}

/// A name of the list, and whether it is recorded.
#[must_use]
pub fn find(name: &str) -> Option<(&'static str, Recorded)> {
    let of = |list: &[&'static str]| list.iter().copied().find(|known| *known == name);
    let recorded = of(RECORDED).map(|name| (name, Recorded::Yes));
    recorded.or_else(|| of(NOT_YET).map(|name| (name, Recorded::NotYet)))
}

/// Every name that is recorded.
pub fn recorded() -> impl Iterator<Item = &'static str> {
    RECORDED.iter().copied()
}

/// Every name that is not.
pub fn not_yet() -> impl Iterator<Item = &'static str> {
    NOT_YET.iter().copied()
}
