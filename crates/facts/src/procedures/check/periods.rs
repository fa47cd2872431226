//! The periods of a row: giving out the documents, the time to the deadline, publicity, by a calendar.
//!
//! Invariant: what is too short is told with the first day that is not.

use super::{Found, no};
use crate::Instant;
use crate::body::tender::{Procedure, TenderNoticed};
use crate::calendar::Calendar;
use crate::procedures::{Days, Row, Unit};

/// How a period that is too short is told: what must last so long, and the first day on which it does.
fn last(calendar: &Calendar, [en, zh]: [&str; 2], due: Days, from: Instant) -> [String; 2] {
    let Days {
        article,
        number,
        unit,
    } = due;
    let (days, ri) = match unit {
        Unit::Calendar => ("days", "日"),
        Unit::Working => ("working days", "个工作日"),
    };
    let day = due.reached_by(calendar, from);
    [
        format!("{en} must last at least {number} {days} ({article}), so not end before {day} (China)."),
        format!("{zh}不得少于{number}{ri}（{article}），即不得早于北京时间{day}。"),
    ]
}

pub(super) fn times(
    found: &mut Found,
    calendar: &Calendar,
    (notice, row, said): (&TenderNoticed, &Row, &Procedure),
    at: Instant,
) {
    let from = notice.documents_from.max(at);
    let (documents, tendering, publicity) = (row.documents(said), row.tendering(said), row.publicity(said));
    if documents.number > 0 && !documents.fits_by(calendar, from, notice.documents_until) {
        let [en, zh] = last(
            calendar,
            ["Giving out the documents", "文件提供期限"],
            documents,
            from,
        );
        found.put("documents_until", no("procedure.documents_short", en, zh));
    }
    if tendering.number > 0 && !tendering.fits_by(calendar, from, notice.closes_at) {
        let [en, zh] = last(
            calendar,
            ["The time to the deadline", "自文件发出至截止的时间"],
            tendering,
            from,
        );
        found.put("closes_at", no("procedure.tendering_short", en, zh));
    }
    if notice.publicity_days < publicity.number {
        let (days, number, article) = (notice.publicity_days, publicity.number, publicity.article);
        found.put(
            "publicity_days",
            no(
                "procedure.publicity_short",
                format!("The publicity of {days} days is too short; {article} asks for at least {number}."),
                format!("公示期{days}日过短，{article}要求不少于{number}日。"),
            ),
        );
    }
}
