//! Subscriptions by mail: confirmed by the owner of the address, told once of everything, forgotten when they end.

use crate::place::{Place, on_both};
use facts::Instant;
use kaibiao_store::Subscription;

on_both!(
    only_confirmed_subscriptions_are_told,
    the_newer_question_counts_until_one_is_confirmed,
    what_ends_is_forgotten
);

fn asked(token: &str, query: &str, at: i64) -> Subscription {
    Subscription {
        token: token.to_owned(),
        address: "anna@example.org".to_owned(),
        query: query.to_owned(),
        language: "zh".to_owned(),
        asked: Instant(at),
        is_wanted: false,
        told: 7,
    }
}

async fn only_confirmed_subscriptions_are_told(place: Place) {
    let kept = place.log().await.subscriptions();
    for (token, query) in [("a1", "text=road"), ("a2", "text=bridge"), ("a3", "")] {
        assert!(kept.ask(&asked(token, query, 1)).await.unwrap());
    }
    assert_eq!(kept.waiting().await.unwrap(), 3);
    assert!(kept.behind(100, "", 10).await.unwrap().is_empty());

    assert!(kept.want("a1", 40).await.unwrap());
    assert!(kept.want("a3", 40).await.unwrap());
    assert!(!kept.want("unknown", 40).await.unwrap());
    // Confirming twice does not skip what was not told yet.
    assert!(kept.want("a1", 90).await.unwrap());
    let behind = kept.behind(100, "", 10).await.unwrap();
    let told: Vec<(&str, u64)> = behind.iter().map(|one| (one.token.as_str(), one.told)).collect();
    assert_eq!(told, [("a1", 40), ("a3", 40)]);
    assert_eq!(kept.behind(100, "a1", 10).await.unwrap().len(), 1);
    assert_eq!(kept.behind(100, "", 1).await.unwrap().len(), 1);

    kept.told("a1", 100).await.unwrap();
    kept.told("a1", 60).await.unwrap();
    assert_eq!(kept.find("a1").await.unwrap().unwrap().told, 100);
    assert_eq!(kept.behind(100, "", 10).await.unwrap().len(), 1);
    assert_eq!(kept.waiting().await.unwrap(), 1);
}

async fn the_newer_question_counts_until_one_is_confirmed(place: Place) {
    let kept = place.log().await.subscriptions();
    assert!(kept.ask(&asked("a1", "text=road", 1)).await.unwrap());
    assert!(kept.ask(&asked("a2", "text=road", 2)).await.unwrap());
    assert_eq!(kept.find("a1").await.unwrap(), None);
    assert!(kept.want("a2", 7).await.unwrap());
    assert!(!kept.ask(&asked("a3", "text=road", 3)).await.unwrap());
    assert_eq!(kept.find("a3").await.unwrap(), None);
    let of = kept.of_address("anna@example.org").await.unwrap();
    assert_eq!(of.len(), 1);
    assert!(of[0].is_wanted);
}

async fn what_ends_is_forgotten(place: Place) {
    let kept = place.log().await.subscriptions();
    for (token, at) in [("a1", 1), ("a2", 5), ("a3", 1)] {
        assert!(kept.ask(&asked(token, token, at)).await.unwrap());
    }
    assert!(kept.want("a3", 7).await.unwrap());
    assert_eq!(kept.forget_unconfirmed(Instant(5)).await.unwrap(), 1);
    assert!(kept.end("a3").await.unwrap());
    assert!(!kept.end("a3").await.unwrap());
    let left = kept.of_address("anna@example.org").await.unwrap();
    assert_eq!(left, [asked("a2", "a2", 5)]);
    assert_eq!(place.number("SELECT COUNT(*) FROM subscriptions").await, 1);
}
