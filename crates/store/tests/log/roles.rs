//! What the roles of `migrations/postgres/roles.sql` may and may not do.

use crate::place::{Place, Writer, draft, mark, stream};
use bytes::Bytes;
use desk::inbox::{Kept, Outcome, Request};
use desk::{AppendLog, Inbox, ReadLog};
use facts::{AccountId, Hex, Instant, Kind};
use kaibiao_store::Log;

const ROLES: &str = include_str!("../../../../migrations/postgres/roles.sql");

/// Roles belong to the whole cluster: tests that make them must not do so at the same time.
static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The same database, as a role.
fn as_role(place: &Place, role: &str) -> String {
    let mark = if place.url.contains('?') { '&' } else { '?' };
    format!("{}{mark}options[role]={role}", place.url)
}

async fn founded() -> Option<(Place, Writer)> {
    let place = Place::postgres().await?;
    let log = place.log().await;
    let turn = ONE.lock().await;
    place.direct(ROLES).await.unwrap();
    place.direct(ROLES).await.unwrap();
    drop(turn);
    let mut writer = Writer::new();
    let (mut rows, tiles) = writer.batch(vec![
        draft("account/anna", Kind::AccountEnrolled, 0),
        draft("tender/T1", Kind::TenderNoticed, 1),
        draft("tender/T1", Kind::BidEntered, 2),
        draft("tender/T1", Kind::BidEntered, 3),
        draft("evaluation/T1", Kind::PanelAppointed, 4),
        draft("platform", Kind::FactsDisclosed, 5),
    ]);
    rows[0].marks = vec![mark("account-key", "ff", "anna")];
    rows[2].marks = vec![mark("bid-of", "T1/anna", "B1")];
    rows[5].marks = vec![mark("disclosed", "3", "5")];
    log.append(&rows, &tiles).await.unwrap();
    Some((place, writer))
}

async fn readable(log: &Log) -> Vec<u64> {
    let mut found = Vec::new();
    for seq in 0..6 {
        if log.payload(seq).await.unwrap().is_some() {
            found.push(seq);
        }
    }
    found
}

#[tokio::test]
async fn the_pen_appends_and_erases_but_cannot_rewrite() {
    let Some((place, mut writer)) = founded().await else {
        return;
    };
    // It keeps house, and opens the log as a housekeeper does, though it may not change the schema.
    let log = Log::open(&as_role(&place, "kaibiao_pen")).await.unwrap();
    assert_eq!(readable(&log).await, [0, 1, 2, 3, 4, 5]);
    writer
        .append(&log, vec![draft("tender/T2", Kind::TenderNoticed, 6)])
        .await
        .unwrap();
    log.move_courier("evaluation", 3).await.unwrap();
    log.keep_checkpoint(7, "note").await.unwrap();
    log.erase(2).await.unwrap();
    assert_eq!(log.payload(2).await.unwrap(), None);
    for sql in [
        "DELETE FROM entries",
        "ALTER TABLE entries DISABLE TRIGGER ALL",
        "DROP TABLE entries",
    ] {
        let refused = place
            .direct(&format!("SET ROLE kaibiao_pen; {sql}"))
            .await
            .unwrap_err();
        assert!(
            refused.contains("permission denied") || refused.contains("must be owner"),
            "{sql}: {refused}"
        );
    }
}

#[tokio::test]
async fn evaluation_reads_no_payload_of_procurement_and_writes_only_its_own() {
    let Some((place, mut writer)) = founded().await else {
        return;
    };
    let log = Log::attach(&as_role(&place, "kaibiao_evaluation")).await.unwrap();
    assert_eq!(readable(&log).await, [0, 4, 5]);
    assert_eq!(
        log.mark("account-key", "ff").await.unwrap().as_deref(),
        Some("anna")
    );
    assert_eq!(log.mark("bid-of", "T1/anna").await.unwrap(), None);
    let refused = writer
        .append(&log, vec![draft("tender/T1", Kind::TenderNoticed, 6)])
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("row-level security"), "{refused}");
    let (mut rows, tiles) = writer
        .clone()
        .batch(vec![draft("evaluation/T1", Kind::RecusalDeclared, 6)]);
    rows[0].marks = vec![mark("account-key", "ee", "mallory")];
    let refused = log.append(&rows, &tiles).await.unwrap_err();
    assert!(refused.to_string().contains("row-level security"), "{refused}");
    writer
        .append(&log, vec![draft("evaluation/T1", Kind::RecusalDeclared, 6)])
        .await
        .unwrap();
    assert_eq!(
        log.history(&stream("evaluation/T1"), 5).await.unwrap()[0]
            .body
            .to_bytes(),
        b"{\"n\":6}"
    );
    let refused = log.erase(4).await.unwrap_err();
    assert!(refused.to_string().contains("permission denied"), "{refused}");
    // A request to be enrolled may come in here; what it says is read elsewhere.
    let request = Request {
        id: [1; 32],
        account: AccountId::parse("anna-2").unwrap(),
        key: Hex([2; 32]),
        since: Instant(0),
        until: Instant(100),
        body: Bytes::from_static(b"{}"),
    };
    assert_eq!(log.ask(&request).await.unwrap(), Kept::Waiting);
    assert!(log.standing([1; 32], Instant(1)).await.unwrap().is_some());
    for refused in [
        log.waiting(Instant(1)).await.map(drop).unwrap_err(),
        log.decide([1; 32], Outcome::Declined, None)
            .await
            .map(drop)
            .unwrap_err(),
        log.discard([1; 32]).await.map(drop).unwrap_err(),
    ] {
        assert!(refused.to_string().contains("permission denied"), "{refused}");
    }
}

#[tokio::test]
async fn supervision_reads_confidential_payloads_once_they_are_disclosed() {
    let Some((place, mut writer)) = founded().await else {
        return;
    };
    let log = Log::attach(&as_role(&place, "kaibiao_supervision"))
        .await
        .unwrap();
    assert_eq!(readable(&log).await, [0, 1, 3, 5]);
    writer
        .append(&log, vec![draft("supervision/T1", Kind::OrderSuspended, 6)])
        .await
        .unwrap();
    let refused = writer
        .append(&log, vec![draft("evaluation/T1", Kind::PanelAppointed, 7)])
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("row-level security"), "{refused}");
}

#[tokio::test]
async fn a_reader_sees_the_public_log_and_nothing_else() {
    let Some((place, _)) = founded().await else { return };
    let read = async |sql: &str| place.direct(&format!("SET ROLE kaibiao_reader; {sql}")).await;
    read("SELECT seq, ts, leaf, entry FROM entries").await.unwrap();
    read("SELECT * FROM tiles").await.unwrap();
    for sql in [
        "SELECT stream FROM entries",
        "SELECT * FROM payloads",
        "SELECT * FROM marks",
        "SELECT * FROM streams",
        "SELECT id FROM enrolment_requests",
        "SELECT tender FROM hand_in_addresses",
    ] {
        let refused = read(sql).await.unwrap_err();
        assert!(refused.contains("permission denied"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn a_zone_sees_the_notices_of_its_own_people_alone() {
    let Some((place, _)) = founded().await else { return };
    place
        .direct(
            "INSERT INTO notices (account, zone, seq, what, at, tender, audience, discreet, seen, handed)
             SELECT 'anna', zone, 1, 'expert.called', 5, 'T1', 'expert', 1, 0, 0
             FROM unnest(ARRAY['evaluation', 'procurement']) AS zone",
        )
        .await
        .unwrap();
    let log = Log::attach(&as_role(&place, "kaibiao_evaluation")).await.unwrap();
    let notices = log.notices();
    let unseen = async |zone| notices.unseen("anna", zone, Instant(9)).await.unwrap();
    assert_eq!((unseen("evaluation").await, unseen("procurement").await), (1, 0));
    notices.see_all("anna", "evaluation", Instant(9)).await.unwrap();
    assert_eq!(unseen("evaluation").await, 0);
    assert!(notices.note(&[], 3).await.is_err(), "a zone makes no notices");
    let supervision = Log::attach(&as_role(&place, "kaibiao_supervision"))
        .await
        .unwrap();
    assert_eq!(
        supervision
            .notices()
            .unseen("anna", "evaluation", Instant(9))
            .await
            .unwrap(),
        0
    );
    let receiver = |zone: &str| kaibiao_store::Receiver {
        id: format!("receiver-{zone}"),
        account: "anna".to_owned(),
        zone: zone.to_owned(),
        channel: "mail".to_owned(),
        target: "anna@example.org".to_owned(),
        secret: String::new(),
        language: "zh".to_owned(),
        asked: Instant(0),
        is_wanted: true,
        declined: String::new(),
        last: 0,
        failures: 0,
        next: Instant(0),
    };
    let receivers = log.receivers();
    assert!(receivers.add(&receiver("evaluation")).await.unwrap());
    let refused = receivers.add(&receiver("procurement")).await.unwrap_err();
    assert!(refused.to_string().contains("row-level security"), "{refused}");
    assert!(
        supervision
            .receivers()
            .find("receiver-evaluation")
            .await
            .unwrap()
            .is_none()
    );
    let pen = Log::attach(&as_role(&place, "kaibiao_pen")).await.unwrap();
    while pen.receivers().hand_over(Instant(9), Instant(9)).await.unwrap() > 0 {}
    assert_eq!(receivers.open("receiver-evaluation", 9).await.unwrap().len(), 1);
    receivers.end("receiver-evaluation").await.unwrap();
    assert_eq!(place.number("SELECT COUNT(*) FROM deliveries").await, 0);
}

#[tokio::test]
async fn addresses_of_hand_ins_are_procurements_alone() {
    let Some((place, _)) = founded().await else { return };
    let tender = facts::TenderId::parse("T1").unwrap();
    let bid = facts::BidId::parse("b1").unwrap();
    let address = "203.0.113.9".parse().unwrap();
    let pen = Log::attach(&as_role(&place, "kaibiao_pen"))
        .await
        .unwrap()
        .origins();
    pen.keep(&tender, &bid, 7, address).await.unwrap();
    for role in ["kaibiao_evaluation", "kaibiao_supervision"] {
        let other = Log::attach(&as_role(&place, role)).await.unwrap().origins();
        for refused in [
            other.of(&tender).await.map(drop).unwrap_err(),
            other.keep(&tender, &bid, 8, address).await.unwrap_err(),
            other.erase(&tender).await.map(drop).unwrap_err(),
        ] {
            assert!(
                refused.to_string().contains("permission denied"),
                "{role}: {refused}"
            );
        }
    }
    assert_eq!(pen.of(&tender).await.unwrap().len(), 1);
    assert_eq!(pen.erase(&tender).await.unwrap(), 1);
}

#[test]
fn the_confidential_kinds_in_the_policy_are_those_of_the_registry() {
    let (_, list) = ROLES.split_once("e.kind NOT IN (").unwrap();
    let (list, _) = list.split_once("))").unwrap();
    let mut listed: Vec<_> = list
        .split(',')
        .map(|name| name.trim().trim_matches('\''))
        .collect();
    let mut sealed: Vec<_> = Kind::ALL
        .iter()
        .filter(|kind| kind.is_confidential() && kind.context() != facts::Context::Supervise)
        .map(|kind| kind.name())
        .collect();
    listed.sort_unstable();
    sealed.sort_unstable();
    assert_eq!(listed, sealed);
}
