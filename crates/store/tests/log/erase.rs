//! Erasure: the content goes, the chain stays.

use crate::place::{Place, Writer, assert_sound, draft, on_both, stream};
use desk::{AppendLog, ReadLog};
use facts::{Canonical, Kind};

on_both!(
    erasure_keeps_the_chain,
    an_erased_confidential_record_keeps_its_place,
    erasing_nothing_is_an_outage
);

const SECRET: &str = "Zhang-San-13800138000";

async fn erasure_keeps_the_chain(place: Place) {
    let log = place.log().await;
    let mut writer = Writer::new();
    let mut person = draft("account/anna", Kind::AccountEnrolled, 1);
    person.body = Canonical::parse(format!("{{\"contact\":\"{SECRET}\"}}").as_bytes()).unwrap();
    let rows = writer
        .append(&log, vec![person, draft("account/anna", Kind::AccountRevoked, 2)])
        .await
        .unwrap();
    let head = log.head().await.unwrap();

    log.erase(0).await.unwrap();
    log.erase(0).await.unwrap();

    assert_eq!(log.payload(0).await.unwrap(), None);
    let records = log.history(&stream("account/anna"), 0).await.unwrap();
    assert_eq!((records[0].seq, records[0].kind), (0, Kind::AccountEnrolled));
    assert!(records[0].body.members().is_empty());
    assert_eq!(records[1].body.to_bytes(), b"{\"n\":2}");
    assert_eq!(log.entries(0, 1).await.unwrap(), [rows[0].entry.clone()]);
    assert_eq!(log.head().await.unwrap(), head);
    assert_sound(&log).await;

    let sql = "INSERT INTO payloads SELECT 0, body FROM payloads WHERE seq = 1";
    assert!(place.direct(sql).await.is_err(), "a payload came back");
    if place.is_sqlite() {
        for file in std::fs::read_dir(place.folder.path()).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !bytes.windows(SECRET.len()).any(|w| w == SECRET.as_bytes()),
                "left in {}",
                path.display()
            );
        }
    }
}

async fn an_erased_confidential_record_keeps_its_place(place: Place) {
    let log = place.log().await;
    Writer::new()
        .append(&log, vec![draft("tender/T1", Kind::QuestionAsked, 1)])
        .await
        .unwrap();
    log.erase(0).await.unwrap();
    let records = log.history(&stream("tender/T1"), 0).await.unwrap();
    assert_eq!((records[0].kind, records[0].actor), (Kind::QuestionAsked, None));
    assert!(records[0].body.members().is_empty());
}

async fn erasing_nothing_is_an_outage(place: Place) {
    let log = place.log().await;
    let refused = log.erase(0).await.unwrap_err();
    assert!(refused.to_string().contains("there is no entry 0"), "{refused}");
}
