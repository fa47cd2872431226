//! Every statement text of the crate: one for both databases, but for the batch that is appended (see `sheet`).
//!
//! Invariant: a text is constant for the life of the process; nothing that a person sent ever becomes part of one.
//! A test prepares them all on both databases.

pub(crate) mod notices;
pub(crate) mod sheet;

use std::fmt::Write;
use std::sync::LazyLock;

/// Places in one statement at most. `SQLite` looks up the name of each place by walking over those before it, so the
/// cost grows with the square; beyond this it outweighs the cost of one more statement.
const PLACES: usize = 512;

/// Texts that differ only in their number of rows, which is a power of two.
pub(crate) struct Many {
    /// The text for 2^n rows at place n.
    texts: Vec<String>,
}

/// A run of consecutive rows that one statement takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// Index of its first row.
    pub(crate) start: usize,
    /// Number of its rows: 2 to the power of `exponent`.
    pub(crate) length: usize,
    /// Which text.
    pub(crate) exponent: usize,
}

impl Many {
    fn new(before: &str, columns: usize, after: &str) -> Self {
        let text = |exponent: u32| {
            let mut text = String::from(before);
            let mut place = 0_usize;
            for row in 0..1_usize << exponent {
                text.push_str(if row == 0 { "(" } else { ", (" });
                for column in 0..columns {
                    place = place.saturating_add(1);
                    let comma = if column == 0 { "" } else { ", " };
                    // Writing to a String cannot fail.
                    let _infallible = write!(text, "{comma}${place}");
                }
                text.push(')');
            }
            text.push_str(after);
            text
        };
        let fits = |exponent: &u32| columns << *exponent <= PLACES;
        Self {
            texts: (0..PLACES.ilog2()).take_while(fits).map(text).collect(),
        }
    }

    /// The exponent of the longest text.
    fn highest(&self) -> u32 {
        u32::try_from(self.texts.len())
            .unwrap_or_default()
            .saturating_sub(1)
    }

    /// The text for 2^`exponent` rows.
    pub(crate) fn text(&self, exponent: usize) -> &str {
        self.texts.get(exponent).map_or("", String::as_str)
    }

    /// Cuts `rows` rows into statements that may take more rows than there are left: as few as possible.
    /// The caller fills up with repetitions, so this is for questions, never for insertions.
    pub(crate) fn covers(&self, rows: usize) -> impl Iterator<Item = Run> {
        let most = 1_usize << self.highest();
        (0..rows).step_by(most).filter_map(move |start| {
            let length = rows.saturating_sub(start).min(most).next_power_of_two();
            Some(Run {
                start,
                length,
                exponent: usize::try_from(length.ilog2()).ok()?,
            })
        })
    }
}

/// Which of many marks exist.
pub(crate) static TAKEN_MARKS: LazyLock<Many> = LazyLock::new(|| {
    // CROSS JOIN keeps SQLite from walking the table of marks in the outer loop; the columns of VALUES have the
    // same names in both databases.
    let after = ") AS v CROSS JOIN marks m WHERE m.name = v.column1 AND m.key = v.column2";
    Many::new("SELECT DISTINCT m.name, m.key FROM (VALUES ", 2, after)
});

/// The last entry.
pub(crate) const HEAD: &str = "SELECT seq, ts, leaf FROM entries ORDER BY seq DESC LIMIT 1";
/// The records of a stream.
pub(crate) const HISTORY: &str = "SELECT e.seq, e.ts, e.stream, e.kind, e.entry, p.body FROM entries e \
    LEFT JOIN payloads p ON p.seq = e.seq WHERE e.stream = $1 AND e.seq >= $2 ORDER BY e.seq";
/// The records of the log.
pub(crate) const RECORDS: &str = "SELECT e.seq, e.ts, e.stream, e.kind, e.entry, p.body FROM entries e \
    LEFT JOIN payloads p ON p.seq = e.seq WHERE e.seq >= $1 ORDER BY e.seq LIMIT $2";
/// The decisions of complaints below $1, the newest first; both databases have an index of these alone.
pub const DECISIONS: &str = "SELECT e.seq, e.ts, e.stream, e.kind, e.entry, p.body FROM entries e \
    LEFT JOIN payloads p ON p.seq = e.seq WHERE e.kind = 'complaint.decided' AND e.seq < $1 \
    ORDER BY e.seq DESC LIMIT $2";
/// Exact entry bytes.
pub(crate) const ENTRIES: &str = "SELECT entry FROM entries WHERE seq >= $1 AND seq < $2 ORDER BY seq";
/// Leaf hashes.
pub(crate) const LEAVES: &str = "SELECT leaf FROM entries WHERE seq >= $1 AND seq < $2 ORDER BY seq";
/// Bundles of 256 entries.
pub(crate) const BUNDLES: &str = "SELECT entries FROM bundles WHERE idx >= $1 AND idx < $2 ORDER BY idx";
/// One payload.
pub(crate) const PAYLOAD: &str = "SELECT body FROM payloads WHERE seq = $1";
/// Where an act led, on `PostgreSQL`.
const POSITION: &str = "SELECT seq FROM entries WHERE act = $1";
/// Where an act led, on `SQLite`, whose index of acts is cut into eras: from the newest to the first.
const POSITION_BY_ERA: &str = "WITH RECURSIVE era(n) AS (SELECT MAX(seq) >> 12 FROM entries UNION ALL \
    SELECT n - 1 FROM era WHERE n > 0) SELECT e.seq FROM era CROSS JOIN entries e WHERE e.seq >> 12 = era.n \
    AND substr(e.act, 1, 8) = substr($1, 1, 8) AND e.act = $1 AND e.act IS NOT NULL LIMIT 1";
/// One complete tile.
pub(crate) const TILE: &str = "SELECT hashes FROM tiles WHERE level = $1 AND idx = $2";
/// Roots of consecutive complete tiles: the hashes of the level above.
pub(crate) const ROOTS: &str =
    "SELECT root FROM tiles WHERE level = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
/// Streams between two names (the upper one excluded), after the stream $3, or from the first.
pub(crate) const STREAMS: &str = "SELECT stream FROM streams WHERE stream >= $1 AND stream < $2 \
    AND first > $3 ORDER BY first LIMIT $4";
/// Where a stream begins.
pub(crate) const FIRST: &str = "SELECT first FROM streams WHERE stream = $1";
/// One mark.
pub(crate) const MARK: &str = "SELECT value FROM marks WHERE name = $1 AND key = $2";
/// The kept checkpoint of the greatest size not above $1.
pub(crate) const CHECKPOINT: &str =
    "SELECT size, note FROM checkpoints WHERE size <= $1 ORDER BY size DESC LIMIT 1";
/// Keeps a checkpoint.
pub(crate) const INSERT_CHECKPOINT: &str = "INSERT INTO checkpoints (size, note) VALUES ($1, $2)";
/// Blanks a payload.
pub(crate) const ERASE: &str = "UPDATE payloads SET body = NULL WHERE seq = $1";
/// How far a courier has read.
pub(crate) const COURIER: &str = "SELECT seq FROM courier_positions WHERE name = $1";
/// A courier has read further; never back.
pub(crate) const MOVE_COURIER: &str = "INSERT INTO courier_positions (name, seq) VALUES ($1, $2) \
    ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > courier_positions.seq";
/// Requests to be enrolled that wait.
pub(crate) const REQUESTS_WAITING: &str =
    "SELECT COUNT(since) FROM enrolment_requests WHERE outcome IS NULL AND until > $1";
/// Keeps a request to be enrolled, unless one waits under its key.
pub(crate) const INSERT_REQUEST: &str = "INSERT INTO enrolment_requests (id, account, key, since, until, body) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
/// What became of a request to be enrolled.
pub(crate) const REQUEST: &str = "SELECT account, key, since, until, outcome, reason FROM enrolment_requests \
    WHERE id = $1 AND until > $2";
/// The requests to be enrolled that wait, oldest first.
pub(crate) const REQUESTS: &str = "SELECT id, account, key, since, until, body FROM enrolment_requests \
    WHERE body IS NOT NULL AND since >= 0 AND until > $1 ORDER BY since LIMIT $2";
/// Decides a request to be enrolled: its body goes.
pub(crate) const DECIDE_REQUEST: &str = "UPDATE enrolment_requests SET body = NULL, outcome = $2, reason = $3 \
    WHERE id = $1 AND body IS NOT NULL";
/// Removes one request to be enrolled.
pub(crate) const DELETE_REQUEST: &str = "DELETE FROM enrolment_requests WHERE id = $1";
/// Removes requests to be enrolled whose time is over.
pub(crate) const DELETE_OLD_REQUESTS: &str = "DELETE FROM enrolment_requests WHERE until <= $1";
/// Lets nothing of requests that were decided outlive them, on `PostgreSQL`.
pub(crate) const SCRUB_REQUESTS: &str = "VACUUM enrolment_requests";
/// Keeps the address of a hand-in; of a bid only the last.
pub(crate) const KEEP_ORIGIN: &str = "INSERT INTO hand_in_addresses (tender, bid, seq, address) \
    VALUES ($1, $2, $3, $4) ON CONFLICT (tender, bid) DO UPDATE SET seq = excluded.seq, address = excluded.address \
    WHERE excluded.seq > hand_in_addresses.seq";
/// The addresses of a tender's hand-ins.
pub(crate) const ORIGINS: &str = "SELECT seq, address FROM hand_in_addresses WHERE tender = $1 ORDER BY seq";
/// Erases them.
pub(crate) const ERASE_ORIGINS: &str = "DELETE FROM hand_in_addresses WHERE tender = $1";
/// Lets nothing of them outlive that, on `PostgreSQL`.
pub(crate) const SCRUB_ORIGINS: &str = "VACUUM hand_in_addresses";
/// A subscription that is not confirmed; of the same search by the same address the newer one counts until then.
pub(crate) const ASK_SUBSCRIPTION: &str = "INSERT INTO subscriptions \
    (token, address, query, language, asked, wanted, told) VALUES ($1, $2, $3, $4, $5, 0, $6) \
    ON CONFLICT (address, query) DO UPDATE SET token = excluded.token, language = excluded.language, \
    asked = excluded.asked, told = excluded.told WHERE subscriptions.wanted = 0";
/// One subscription.
pub(crate) const SUBSCRIPTION: &str =
    "SELECT token, address, query, language, asked, wanted, told FROM subscriptions WHERE token = $1";
/// Subscriptions of an address.
pub(crate) const SUBSCRIPTIONS_OF: &str = "SELECT token, address, query, language, asked, wanted, told FROM subscriptions WHERE address = $1 ORDER BY token";
/// Confirmed subscriptions that were not told of everything.
pub(crate) const SUBSCRIPTIONS_BEHIND: &str = "SELECT token, address, query, language, asked, wanted, told FROM subscriptions \
    WHERE wanted = 1 AND told < $1 AND token > $2 ORDER BY token LIMIT $3";
/// A subscription is confirmed.
pub(crate) const WANT_SUBSCRIPTION: &str =
    "UPDATE subscriptions SET told = CASE WHEN wanted = 0 THEN $2 ELSE told END, wanted = 1 WHERE token = $1";
/// A subscriber was told; never back.
pub(crate) const TOLD_SUBSCRIPTION: &str =
    "UPDATE subscriptions SET told = $2 WHERE token = $1 AND told < $2";
/// A subscription ends.
pub(crate) const END_SUBSCRIPTION: &str = "DELETE FROM subscriptions WHERE token = $1";
/// Subscriptions that nobody confirmed.
pub(crate) const FORGET_SUBSCRIPTIONS: &str = "DELETE FROM subscriptions WHERE wanted = 0 AND asked < $1";
/// How many wait for a confirmation.
pub(crate) const WAITING_SUBSCRIPTIONS: &str = "SELECT COUNT(*) FROM subscriptions WHERE wanted = 0";
/// Version of the schema.
pub(crate) const VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success";

/// Every text of this crate that is not native to one database, for the test that prepares them.
#[must_use]
pub fn all() -> Vec<&'static str> {
    let mut texts = vec![
        HEAD,
        HISTORY,
        RECORDS,
        DECISIONS,
        ENTRIES,
        LEAVES,
        BUNDLES,
        PAYLOAD,
        TILE,
        ROOTS,
        STREAMS,
        FIRST,
        MARK,
        CHECKPOINT,
        INSERT_CHECKPOINT,
        ERASE,
        COURIER,
        MOVE_COURIER,
        REQUESTS_WAITING,
        INSERT_REQUEST,
        REQUEST,
        REQUESTS,
        DECIDE_REQUEST,
        DELETE_REQUEST,
        DELETE_OLD_REQUESTS,
        KEEP_ORIGIN,
        ORIGINS,
        ERASE_ORIGINS,
        ASK_SUBSCRIPTION,
        SUBSCRIPTION,
        SUBSCRIPTIONS_OF,
        SUBSCRIPTIONS_BEHIND,
        WANT_SUBSCRIPTION,
        TOLD_SUBSCRIPTION,
        END_SUBSCRIPTION,
        FORGET_SUBSCRIPTIONS,
        WAITING_SUBSCRIPTIONS,
        VERSION,
    ];
    texts.extend(notices::ALL);
    texts.extend(TAKEN_MARKS.texts.iter().map(String::as_str));
    texts
}

/// Bytes that the database takes.
pub(crate) const fn used(sqlite: bool) -> &'static str {
    if sqlite {
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    } else {
        "SELECT pg_database_size(current_database())"
    }
}

/// Where an act led.
pub(crate) const fn position(sqlite: bool) -> &'static str {
    if sqlite { POSITION_BY_ERA } else { POSITION }
}

/// The texts that are native to one of the databases, for the same tests.
#[must_use]
pub fn native(sqlite: bool) -> Vec<&'static str> {
    let mut texts = vec![position(sqlite), used(sqlite)];
    if sqlite {
        texts.extend([sheet::PACKED.as_str(), sheet::PACKED_FEW.as_str()]);
    } else {
        texts.extend([
            sheet::UNNESTED_ENTRIES.as_str(),
            sheet::UNNESTED_PAYLOADS.as_str(),
            sheet::UNNESTED_REST.as_str(),
        ]);
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_take_every_row_in_few_statements() {
        assert_eq!(TAKEN_MARKS.covers(0).count(), 0);
        assert_eq!(
            TAKEN_MARKS.covers(150).collect::<Vec<_>>(),
            [Run {
                start: 0,
                length: 256,
                exponent: 8
            }]
        );
        let lengths: Vec<_> = TAKEN_MARKS.covers(513).map(|run| run.length).collect();
        assert_eq!(lengths, [256, 256, 1]);
    }

    #[test]
    fn a_text_numbers_its_places_from_one_and_has_few() {
        assert!(TAKEN_MARKS.text(1).contains("(VALUES ($1, $2), ($3, $4))"));
        assert_eq!(TAKEN_MARKS.highest(), 8);
        assert!(TAKEN_MARKS.text(8).contains("$512)") && !TAKEN_MARKS.text(8).contains("$513"));
    }
}
