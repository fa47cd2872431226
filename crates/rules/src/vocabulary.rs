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
    "account.enrolled.roles",
    "award.made.awards",
    "bid.submitted.bid",
    "bid.submitted.envelopes",
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
    "deadline.extended.seq",
    "draw.completed.seed",
    "draw.pinned.root",
    "draw.requested.draw",
    "draw.requested.subject",
    "evaluation.concluded.lots",
    "evaluation.extended.ms",
    "evaluation.opened.bids",
    "expert.called.expert",
    "explanation.called.seq",
    "extension.asked.seat",
    "facts.disclosed.seqs",
    "hours.set.from",
    "instruction.returned.seq",
    "list.frozen.envelopes",
    "list.settled.excluded",
    "list.settled.until",
    "objection.noted.against",
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
    "order.inquired.order",
    "order.reevaluated.order",
    "order.resumed.order",
    "order.suspended.order",
    "order.voided.order",
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
    "award.notified",
    "base_price.sealed",
    "candidate.withdrawn",
    "case.file",
    "company.relations",
    "company.services",
    "complaint.course",
    "consortium.members",
    "contract.acceptance",
    "contract.bond",
    "contract.filed",
    "contract.published",
    "contract.signed",
    "contract.supplements",
    "deployment.record",
    "deposit.account",
    "deposit.form",
    "documents.downloaded",
    "documents.fee",
    "documents.gates",
    "documents.objected",
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
    "project.threshold",
    "property.course",
    "purchase.catalogue",
    "question.asked_at",
    "recording.segments",
    "reevaluation.cause",
    "refund.paid",
    "report.argument",
    "report.buyer_review",
    "result.notice_ends",
    "screen.result",
    "service.course",
    "tool.required",
    "visit.held",
    "written_report.filed",
];

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
