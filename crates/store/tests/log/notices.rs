//! Notices and the messages about them: noted once, handed over once, sent in order, forgotten with their receiver.

use crate::place::{Place, on_both};
use facts::Instant;
use kaibiao_store::notices::COURIER;
use kaibiao_store::{Kept, Receiver, Step};

on_both!(
    a_notice_is_shown_from_its_time_on_to_its_person_in_its_zone,
    what_is_withdrawn_was_not_told_yet,
    noting_again_changes_nothing_and_making_them_anew_keeps_what_was_seen,
    messages_have_numbers_without_gaps_and_wait_for_the_one_before,
    what_is_discreet_waits_for_its_instant_and_keeps_the_time_of_its_first_attempt,
    what_is_withdrawn_while_it_waits_for_a_receiver_is_not_sent,
    a_receiver_that_ends_leaves_nothing
);

fn notice(account: &str, zone: &str, seq: u64, what: &str, at: i64) -> Kept {
    Kept {
        account: account.to_owned(),
        zone: zone.to_owned(),
        seq,
        what: what.to_owned(),
        at: Instant(at),
        tender: "T1".to_owned(),
        audience: "bidder".to_owned(),
        until: Some(Instant(at + 9)),
        discreet: true,
        seen: false,
    }
}

fn tell(one: &Kept) -> Step {
    Step::Tell(one.clone())
}

fn receiver(id: &str, channel: &str) -> Receiver {
    Receiver {
        id: id.to_owned(),
        account: "anna".to_owned(),
        zone: "procurement".to_owned(),
        channel: channel.to_owned(),
        target: "anna@example.org".to_owned(),
        secret: String::new(),
        language: "zh".to_owned(),
        asked: Instant(1),
        is_wanted: true,
        declined: "list.frozen award.won".to_owned(),
        last: 0,
        failures: 0,
        next: Instant(0),
    }
}

async fn a_notice_is_shown_from_its_time_on_to_its_person_in_its_zone(place: Place) {
    let log = place.log().await;
    let notices = log.notices();
    let (now, later) = (
        notice("anna", "procurement", 3, "list.frozen", 100),
        notice("anna", "procurement", 3, "deadline.near", 200),
    );
    notices.note(&[tell(&now), tell(&later)], 4).await.unwrap();
    assert_eq!(log.courier(COURIER).await.unwrap(), 4);
    assert_eq!(
        notices
            .inbox("anna", "procurement", Instant(150), 9)
            .await
            .unwrap(),
        std::slice::from_ref(&now)
    );
    assert_eq!(
        notices.unseen("anna", "procurement", Instant(200)).await.unwrap(),
        2
    );
    for (account, zone) in [("anna", "evaluation"), ("berta", "procurement")] {
        assert!(
            notices
                .inbox(account, zone, Instant(900), 9)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            !notices
                .see(account, zone, 3, "list.frozen", Instant(100))
                .await
                .unwrap()
        );
    }
    assert!(
        notices
            .see("anna", "procurement", 3, "list.frozen", Instant(100))
            .await
            .unwrap()
    );
    assert_eq!(
        notices.unseen("anna", "procurement", Instant(200)).await.unwrap(),
        1
    );
    notices
        .see_all("anna", "procurement", Instant(199))
        .await
        .unwrap();
    assert_eq!(
        notices.unseen("anna", "procurement", Instant(200)).await.unwrap(),
        1
    );
    assert_eq!(
        notices
            .inbox("anna", "procurement", Instant(200), 1)
            .await
            .unwrap(),
        [later]
    );
}

async fn what_is_withdrawn_was_not_told_yet(place: Place) {
    let notices = place.log().await.notices();
    let all: Vec<Kept> = [("anna", 100), ("anna", 200), ("berta", 200)]
        .map(|(account, at)| notice(account, "procurement", 3, "deadline.near", at))
        .into();
    let withdraw = |account: &str, tender: &str| Step::Withdraw {
        what: "deadline.near".to_owned(),
        tender: tender.to_owned(),
        account: account.to_owned(),
        after: Instant(100),
    };
    notices
        .note(&all.iter().map(tell).collect::<Vec<_>>(), 4)
        .await
        .unwrap();
    notices
        .note(&[withdraw("anna", "T2"), withdraw("carla", "")], 5)
        .await
        .unwrap();
    assert_eq!(place.number("SELECT COUNT(*) FROM notices").await, 3);
    notices.note(&[withdraw("anna", "T1")], 6).await.unwrap();
    assert_eq!(
        notices.unseen("anna", "procurement", Instant(900)).await.unwrap(),
        1
    );
    notices.note(&[withdraw("", "")], 7).await.unwrap();
    assert_eq!(place.number("SELECT COUNT(*) FROM notices").await, 1);
}

async fn noting_again_changes_nothing_and_making_them_anew_keeps_what_was_seen(place: Place) {
    let log = place.log().await;
    let (notices, receivers) = (log.notices(), log.receivers());
    let all: Vec<Kept> = (1..=3)
        .map(|n| notice("anna", "procurement", n, "key.assigned", 100))
        .collect();
    let steps: Vec<Step> = all.iter().map(tell).collect();
    notices.note(&steps, 4).await.unwrap();
    notices
        .see("anna", "procurement", 1, "key.assigned", Instant(100))
        .await
        .unwrap();
    notices.note(&steps, 4).await.unwrap();
    assert_eq!(
        notices.unseen("anna", "procurement", Instant(100)).await.unwrap(),
        2
    );
    while receivers.hand_over(Instant(100), Instant(100)).await.unwrap() > 0 {}

    place.direct("DELETE FROM notices WHERE seq = 2").await.unwrap();
    let wrong = notice("mallory", "procurement", 1, "key.assigned", 100);
    notices.note(&[tell(&wrong)], 4).await.unwrap();
    assert_eq!(notices.renew(&all, 4, Instant(100)).await.unwrap(), (1, 1));
    let again = notices
        .inbox("anna", "procurement", Instant(100), 9)
        .await
        .unwrap();
    assert_eq!(
        again.iter().map(|one| (one.seq, one.seen)).collect::<Vec<_>>(),
        [(3, false), (2, false), (1, true)]
    );
    assert_eq!(
        notices
            .unseen("mallory", "procurement", Instant(900))
            .await
            .unwrap(),
        0
    );
    // What is shown again is not sent again.
    assert_eq!(receivers.hand_over(Instant(900), Instant(900)).await.unwrap(), 0);
    assert_eq!(log.courier(COURIER).await.unwrap(), 4);
}

async fn messages_have_numbers_without_gaps_and_wait_for_the_one_before(place: Place) {
    let log = place.log().await;
    let (notices, receivers) = (log.notices(), log.receivers());
    assert!(receivers.add(&receiver("r1", "webhook")).await.unwrap());
    assert!(!receivers.add(&receiver("r2", "webhook")).await.unwrap());
    let unconfirmed = Receiver {
        is_wanted: false,
        ..receiver("r3", "mail")
    };
    assert!(receivers.add(&unconfirmed).await.unwrap());
    let steps: Vec<Step> = [
        (7, "key.assigned", 50),
        (5, "list.frozen", 60),
        (6, "share.due", 40),
        (8, "award.published", 500),
    ]
    .map(|(seq, what, at)| tell(&notice("anna", "procurement", seq, what, at)))
    .into();
    notices.note(&steps, 9).await.unwrap();
    while receivers.hand_over(Instant(100), Instant(100)).await.unwrap() > 0 {}
    let open = receivers.open("r1", 9).await.unwrap();
    let told: Vec<_> = open
        .iter()
        .map(|one| (one.number, one.notice.what.as_str()))
        .collect();
    assert_eq!(
        told,
        [(1, "share.due"), (2, "key.assigned")],
        "in their order, without what was declined"
    );
    assert!(receivers.open("r3", 9).await.unwrap().is_empty());

    assert_eq!(receivers.due(Instant(0), "", 9).await.unwrap().len(), 1);
    receivers
        .attempted("r1", (1, 1), Instant(110), "503", Some(Instant(120)))
        .await
        .unwrap();
    assert!(receivers.due(Instant(119), "", 9).await.unwrap().is_empty());
    let waiting = receivers.due(Instant(120), "", 9).await.unwrap();
    assert_eq!(
        (
            waiting[0].failures,
            receivers.open("r1", 1).await.unwrap()[0].attempts
        ),
        (1, 1)
    );
    receivers
        .attempted("r1", (1, 1), Instant(120), "200", None)
        .await
        .unwrap();
    receivers
        .attempted("r1", (2, 2), Instant(121), "204", None)
        .await
        .unwrap();
    assert!(receivers.due(Instant(900), "", 9).await.unwrap().is_empty());
    let newest = receivers.newest("r1", 9).await.unwrap();
    let record: Vec<_> = newest
        .iter()
        .map(|one| (one.number, one.attempts, one.answer.as_str(), one.is_done))
        .collect();
    assert_eq!(record, [(2, 1, "204", true), (1, 2, "200", true)]);
    assert_eq!(receivers.find("r1").await.unwrap().unwrap().failures, 0);

    while receivers.hand_over(Instant(500), Instant(500)).await.unwrap() > 0 {}
    let tally = receivers.tally("procurement").await.unwrap();
    assert_eq!(
        (tally.receivers, tally.delivered, tally.waiting),
        (vec![("webhook".to_owned(), 1, 0)], 2, 1)
    );
    assert_eq!(receivers.tally("evaluation").await.unwrap().waiting, 0);
}

async fn what_is_discreet_waits_for_its_instant_and_keeps_the_time_of_its_first_attempt(place: Place) {
    let log = place.log().await;
    let (notices, receivers) = (log.notices(), log.receivers());
    receivers.add(&receiver("r1", "webhook")).await.unwrap();
    let public = Kept {
        discreet: false,
        ..notice("anna", "procurement", 5, "share.due", 60)
    };
    let secret = notice("anna", "procurement", 4, "answer.published", 60);
    notices.note(&[tell(&secret), tell(&public)], 6).await.unwrap();
    let waiting = async || -> Vec<(u64, String)> {
        while receivers.hand_over(Instant(70), Instant(50)).await.unwrap() > 0 {}
        let open = receivers.open("r1", 9).await.unwrap();
        open.into_iter()
            .map(|one| (one.number, one.notice.what))
            .collect()
    };
    assert_eq!(waiting().await, [(1, "share.due".to_owned())]);
    while receivers.hand_over(Instant(100), Instant(100)).await.unwrap() > 0 {}
    assert_eq!(waiting().await[1], (2, "answer.published".to_owned()));

    for now in [110, 120] {
        assert_eq!(
            receivers.begin("r1", 2, Instant(now)).await.unwrap(),
            Some(Instant(110))
        );
        let failed = receivers.attempted("r1", (2, 2), Instant(now), "503", Some(Instant(0)));
        failed.await.unwrap();
    }
    receivers
        .attempted("r1", (1, 2), Instant(130), "200", None)
        .await
        .unwrap();
    assert_eq!(
        receivers.begin("r1", 2, Instant(140)).await.unwrap(),
        None,
        "it was taken"
    );
}

async fn what_is_withdrawn_while_it_waits_for_a_receiver_is_not_sent(place: Place) {
    let log = place.log().await;
    let (notices, receivers) = (log.notices(), log.receivers());
    receivers.add(&receiver("r1", "webhook")).await.unwrap();
    let old = notice("anna", "procurement", 3, "deadline.near", 100);
    let other = notice("anna", "procurement", 4, "answer.published", 100);
    notices.note(&[tell(&old), tell(&other)], 5).await.unwrap();
    while receivers.hand_over(Instant(100), Instant(100)).await.unwrap() > 0 {}
    receivers
        .attempted("r1", (1, 1), Instant(101), "503", Some(Instant(0)))
        .await
        .unwrap();

    let moved = |account: &str, tender: &str| Step::Withdraw {
        what: "deadline.near".to_owned(),
        tender: tender.to_owned(),
        account: account.to_owned(),
        after: Instant(105),
    };
    notices
        .note(&[moved("berta", ""), moved("", "T2")], 6)
        .await
        .unwrap();
    assert_eq!(
        receivers.open("r1", 9).await.unwrap().len(),
        2,
        "those are others'"
    );
    let anew = notice("anna", "procurement", 6, "deadline.near", 120);
    notices.note(&[moved("", "T1"), tell(&anew)], 7).await.unwrap();
    while receivers.hand_over(Instant(120), Instant(120)).await.unwrap() > 0 {}
    let open = receivers.open("r1", 9).await.unwrap();
    let told: Vec<_> = open.iter().map(|one| (one.number, one.notice.seq)).collect();
    assert_eq!(told, [(2, 4), (3, 6)], "the old deadline is told no more");
    assert_eq!(receivers.begin("r1", 1, Instant(121)).await.unwrap(), None);
    let record = receivers.newest("r1", 9).await.unwrap();
    assert_eq!(
        (record[2].answer.as_str(), record[2].is_done),
        ("withdrawn", true)
    );
    let tally = receivers.tally("procurement").await.unwrap();
    assert_eq!((tally.delivered, tally.waiting), (0, 2));
}

async fn a_receiver_that_ends_leaves_nothing(place: Place) {
    let log = place.log().await;
    let receivers = log.receivers();
    receivers.add(&receiver("r1", "mail")).await.unwrap();
    receivers
        .add(&Receiver {
            is_wanted: false,
            ..receiver("r2", "webhook")
        })
        .await
        .unwrap();
    log.notices()
        .note(&[tell(&notice("anna", "procurement", 1, "share.due", 1))], 2)
        .await
        .unwrap();
    while receivers.hand_over(Instant(1), Instant(1)).await.unwrap() > 0 {}
    receivers.forget(Instant(2), Instant(1)).await.unwrap();
    assert_eq!(receivers.of("anna", "procurement").await.unwrap().len(), 1);
    receivers.decline("r1", "share.due", "en").await.unwrap();
    let kept = receivers.find("r1").await.unwrap().unwrap();
    assert_eq!(
        (kept.declined.as_str(), kept.language.as_str()),
        ("share.due", "en")
    );
    receivers.end("r1").await.unwrap();
    assert_eq!(place.number("SELECT COUNT(*) FROM deliveries").await, 0);
    assert_eq!(place.number("SELECT COUNT(*) FROM receivers").await, 0);
}
