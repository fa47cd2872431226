//! Texts of notices to persons, their receivers and deliveries.
//!
//! Invariant: as in the rest of the crate, nothing that a person sent ever becomes part of a text.

/// Keeps a notice, unless it is kept already.
pub(crate) const TELL: &str = "INSERT INTO notices \
    (account, zone, seq, what, at, tender, audience, until, discreet, seen, handed) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10) ON CONFLICT (account, zone, seq, what, at) DO NOTHING";
/// Takes back what would have been told later; `''` stands for everybody and for every tender.
pub(crate) const WITHDRAW: &str = "DELETE FROM notices WHERE what = $1 AND at > $2 \
    AND ($3 = '' OR tender = $3) AND ($4 = '' OR account = $4)";
/// Messages about it that nobody took yet are not sent any more; the same stands for everybody and every tender.
pub(crate) const WITHDRAW_QUEUED: &str = "UPDATE deliveries SET done = 1, answer = 'withdrawn', tried = COALESCE(tried, at) \
    WHERE done = 0 AND what = $1 AND ($2 = '' OR tender = $2) \
    AND ($3 = '' OR receiver IN (SELECT id FROM receivers WHERE account = $3))";
/// Everything that was told to somebody in a zone, newest first.
pub(crate) const INBOX: &str = "SELECT account, zone, seq, what, at, tender, audience, until, discreet, seen FROM notices \
    WHERE account = $1 AND zone = $2 AND at <= $3 ORDER BY at DESC, seq DESC, what LIMIT $4";
/// How much of it was not seen.
pub(crate) const UNSEEN: &str =
    "SELECT COUNT(*) FROM notices WHERE account = $1 AND zone = $2 AND at <= $3 AND seen = 0";
/// One notice was seen.
pub(crate) const SEE: &str =
    "UPDATE notices SET seen = 1 WHERE account = $1 AND zone = $2 AND seq = $3 AND what = $4 AND at = $5";
/// All of them were seen.
pub(crate) const SEE_ALL: &str =
    "UPDATE notices SET seen = 1 WHERE account = $1 AND zone = $2 AND at <= $3 AND seen = 0";
/// Every notice, for making them again.
pub(crate) const NOTICES: &str = "SELECT account, zone, seq, what, at, tender, audience, until, discreet, seen FROM notices \
    ORDER BY account, zone, seq, what, at";
/// One notice follows from the log no more.
pub(crate) const UNTELL: &str =
    "DELETE FROM notices WHERE account = $1 AND zone = $2 AND seq = $3 AND what = $4 AND at = $5";
/// Messages about it that nobody took yet are not sent any more.
pub(crate) const UNTELL_QUEUED: &str = "UPDATE deliveries SET done = 1, answer = 'withdrawn', tried = COALESCE(tried, at) \
    WHERE done = 0 AND seq = $3 AND what = $4 AND at = $5 \
    AND receiver IN (SELECT id FROM receivers WHERE account = $1 AND zone = $2)";
/// What is due and not handed to receivers yet, in the order in which it is told; discreet ones only up to `$3`.
pub(crate) const WAITING_NOTICES: &str = "SELECT account, zone, seq, what, at, tender, audience, until, discreet, seen \
    FROM notices WHERE handed = 0 AND at <= $1 AND (discreet = 0 OR at <= $3) ORDER BY at, seq, what, account, zone LIMIT $2";
/// It is handed to receivers.
pub(crate) const HAND: &str =
    "UPDATE notices SET handed = 1 WHERE account = $1 AND zone = $2 AND seq = $3 AND what = $4 AND at = $5";

/// A receiver; of one channel there is one in a zone.
pub(crate) const ADD_RECEIVER: &str = "INSERT INTO receivers \
    (id, account, zone, channel, target, secret, language, asked, wanted, declined, last, failures, next) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0) ON CONFLICT DO NOTHING";
/// The receivers of somebody in a zone.
pub(crate) const RECEIVERS: &str = "SELECT id, account, zone, channel, target, secret, language, asked, wanted, declined, \
    last, failures, next FROM receivers WHERE account = $1 AND zone = $2 ORDER BY channel";
/// One receiver.
pub(crate) const RECEIVER: &str = "SELECT id, account, zone, channel, target, secret, language, asked, wanted, declined, \
    last, failures, next FROM receivers WHERE id = $1";
/// A receiver is confirmed.
pub(crate) const WANT_RECEIVER: &str = "UPDATE receivers SET wanted = 1 WHERE id = $1";
/// What a receiver is not told.
pub(crate) const DECLINE: &str = "UPDATE receivers SET declined = $2, language = $3 WHERE id = $1";
/// A receiver ends; its deliveries go with it.
pub(crate) const END_RECEIVER: &str = "DELETE FROM receivers WHERE id = $1";
/// Receivers that nobody confirmed.
pub(crate) const FORGET_RECEIVERS: &str = "DELETE FROM receivers WHERE wanted = 0 AND asked < $1";
/// The next number of a receiver.
pub(crate) const NUMBER: &str = "UPDATE receivers SET last = last + 1 WHERE id = $1 RETURNING last";
/// A message for a receiver.
pub(crate) const QUEUE: &str = "INSERT INTO deliveries \
    (receiver, number, zone, seq, what, at, tender, audience, until, discreet, attempts, answer, done) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '', 0)";
/// Receivers with something to send, whose time has come.
pub(crate) const DUE_RECEIVERS: &str = "SELECT id, account, zone, channel, target, secret, language, asked, wanted, \
    declined, last, failures, next FROM receivers r WHERE wanted = 1 AND next <= $1 AND id > $2 \
    AND EXISTS (SELECT 1 FROM deliveries d WHERE d.receiver = r.id AND d.done = 0) ORDER BY id LIMIT $3";
/// What is to be sent to a receiver, in order.
pub(crate) const OPEN_DELIVERIES: &str = "SELECT receiver, number, zone, seq, what, at, tender, audience, until, discreet, \
    attempts, tried, answer, done FROM deliveries WHERE receiver = $1 AND done = 0 ORDER BY number LIMIT $2";
/// What became of the newest messages to a receiver.
pub(crate) const DELIVERIES: &str = "SELECT receiver, number, zone, seq, what, at, tender, audience, until, discreet, \
    attempts, tried, answer, done FROM deliveries WHERE receiver = $1 ORDER BY number DESC LIMIT $2";
/// A message is about to be sent: the instant of its first attempt, unless it was withdrawn.
pub(crate) const BEGIN: &str = "UPDATE deliveries SET begun = COALESCE(begun, $3) \
    WHERE receiver = $1 AND number = $2 AND done = 0 RETURNING begun";
/// An attempt, and how it ended.
pub(crate) const ATTEMPT: &str = "UPDATE deliveries SET attempts = attempts + 1, tried = $4, answer = $5, done = $6 \
    WHERE receiver = $1 AND number >= $2 AND number <= $3 AND done = 0";
/// A receiver answered well.
pub(crate) const ANSWERED: &str = "UPDATE receivers SET failures = 0, next = 0 WHERE id = $1";
/// A receiver did not; it is asked again later.
pub(crate) const FAILED: &str = "UPDATE receivers SET failures = failures + 1, next = $2 WHERE id = $1";
/// Somebody wants it tried again now.
pub(crate) const RETRY: &str = "UPDATE receivers SET next = 0 WHERE id = $1";
/// Messages delivered long ago.
pub(crate) const FORGET_DELIVERIES: &str = "DELETE FROM deliveries WHERE done = 1 AND tried < $1";
/// For operators: receivers of a channel, and those that fail.
pub(crate) const TALLY: &str = "SELECT channel, COUNT(*), COUNT(CASE WHEN failures > 0 THEN 1 END) FROM receivers \
    WHERE wanted = 1 AND zone = $1 GROUP BY channel ORDER BY channel";
/// For operators: messages delivered and waiting.
pub(crate) const TALLY_DELIVERIES: &str = "SELECT COUNT(CASE WHEN done = 1 AND answer <> 'withdrawn' THEN 1 END), \
    COUNT(CASE WHEN done = 0 THEN 1 END) FROM deliveries WHERE zone = $1";
/// The courier of notices begins again; only for making them anew.
pub(crate) const BEGIN_COURIER: &str = "UPDATE courier_positions SET seq = 0 WHERE name = $1";

/// Every text of this module.
pub(crate) const ALL: [&str; 33] = [
    TELL,
    WITHDRAW,
    WITHDRAW_QUEUED,
    INBOX,
    UNSEEN,
    SEE,
    SEE_ALL,
    NOTICES,
    UNTELL,
    UNTELL_QUEUED,
    WAITING_NOTICES,
    HAND,
    ADD_RECEIVER,
    RECEIVERS,
    RECEIVER,
    WANT_RECEIVER,
    DECLINE,
    END_RECEIVER,
    FORGET_RECEIVERS,
    NUMBER,
    QUEUE,
    DUE_RECEIVERS,
    OPEN_DELIVERIES,
    DELIVERIES,
    BEGIN,
    ATTEMPT,
    ANSWERED,
    FAILED,
    RETRY,
    FORGET_DELIVERIES,
    TALLY,
    TALLY_DELIVERIES,
    BEGIN_COURIER,
];
