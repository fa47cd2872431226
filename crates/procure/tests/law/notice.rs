//! Registration, keys, notice, addenda, questions: what is accepted, and every refusal with its code.

use crate::support::texts::yuan;
use crate::support::{Dealt, Layout, TENDERING, World, account, buyer, id, tender};
use facts::body::ceremony::Purpose;
use facts::body::tender::{Method, Part, QuestionAnswered, QuestionAsked, Regime, TenderNoticed};
use facts::time::{DAY, HOUR};
use facts::{Currency, Decider, Kind, Money, Role};
use kaibiao_procure::limits::{LETTER, TEXT};
use kaibiao_procure::tender::faults;
use kaibiao_procure::{Command, Phase, Tenders};
use rstest::rstest;

#[test]
fn a_tender_is_registered_once_by_its_buyer() {
    let mut world = World::new(Layout::default());
    let body = world.registration();
    assert_eq!(world.state.phase(), Phase::Unknown);
    let as_bidder = Command::Register(world.say(account("buyer", &[Role::Bidder]), body.clone()));
    assert_eq!(world.no(as_bidder), "role.missing");
    let other = Command::Register(world.say(account("somebody", &[Role::Buyer]), body.clone()));
    assert_eq!(world.no(other), "owner.not_allowed");
    let elsewhere = Command::Register(world.say_on(id("T2"), buyer(), &body));
    assert_eq!(world.no(elsewhere), "act.stream_malformed");
    let mut own_agent = body.clone();
    own_agent.agent = Some(id("buyer"));
    assert_eq!(
        world.no(Command::Register(world.say(buyer(), own_agent))),
        "tender.agent_invalid"
    );
    let mut untitled = body.clone();
    untitled.title = " ".to_owned();
    assert_eq!(
        world.no(Command::Register(world.say(buyer(), untitled))),
        "text.invalid"
    );

    let register = Command::Register(world.say(buyer(), body));
    assert_eq!(world.ok(register.clone()), [Kind::TenderRegistered]);
    assert_eq!(world.no(register), "tender.registered");
    assert_eq!(world.state.phase(), Phase::Registered);
}

#[test]
fn an_agent_acts_for_the_buyer() {
    let mut world = World::new(Layout::default());
    let mut body = world.registration();
    body.agent = Some(id("agent"));
    let by_agent = Command::Register(world.say(account("agent", &[Role::Agent]), body));
    world.ok(by_agent);
    let stage = world.stages()[0].clone();
    let assignment = world.assignment(&stage);
    let said = world.say(account("agent", &[Role::Agent]), assignment.clone());
    world.ok(Command::AssignKey {
        said,
        card: Some(world.keys[&stage].card.clone()),
    });
    let said = world.say(account("agent", &[Role::Buyer]), assignment);
    let wrong_role = Command::AssignKey { said, card: None };
    assert_eq!(world.no(wrong_role), "owner.not_allowed");
}

#[test]
fn a_key_is_what_the_ceremony_made_and_serves_one_stage() {
    let mut world = World::new(Layout::two_envelopes());
    let (tech, price) = (world.stages()[0].clone(), world.stages()[1].clone());
    assert_eq!(world.no(world.assign(&tech)), "tender.unknown");
    let register = Command::Register(world.say(buyer(), world.registration()));
    world.ok(register);

    let unknown = Command::AssignKey {
        said: world.say(buyer(), world.assignment(&tech)),
        card: None,
    };
    assert_eq!(world.no(unknown), "key.unknown");
    let mut body = world.assignment(&tech);
    body.slot = 9;
    let card = world.keys[&tech].card.clone();
    let misplaced = Command::AssignKey {
        said: world.say(buyer(), body),
        card: Some(card.clone()),
    };
    assert_eq!(world.no(misplaced), "key.unknown");
    let mut foreign = card.clone();
    foreign.purpose = Purpose::Tender {
        stage: price.clone(),
        tender: tender(),
    };
    let said = world.say(buyer(), world.assignment(&tech));
    assert_eq!(
        world.no(Command::AssignKey {
            said,
            card: Some(foreign)
        }),
        "key.of_another"
    );

    world.ok(world.assign(&tech));
    let mut twice = world.assignment(&tech);
    twice.stage = price.clone();
    let again = Command::AssignKey {
        said: world.say(buyer(), twice),
        card: Some(card),
    };
    assert_eq!(world.no(again), "key.used", "two stages never share a key");
    world.ok(world.assign(&price));
    let notice = world.notice(|_| {});
    world.ok(notice);
    assert_eq!(world.no(world.assign(&tech)), "tender.noticed");
}

#[test]
fn until_the_notice_a_stage_may_take_another_key() {
    let mut world = World::registered(Layout::default());
    let stage = world.stages()[0].clone();
    let lost = world.keys[&stage].card.key.key_id;
    let other = Dealt::new(3, 5, 4, &mut world.rng);
    world.keys.insert(stage.clone(), other);
    assert_eq!(
        world.no(world.notice(|_| {})),
        "notice.key",
        "the key is not assigned yet"
    );
    world.ok(world.assign(&stage));
    assert_eq!(
        world.no(world.notice(|notice| notice.stages[0].key_id = lost)),
        "notice.key"
    );
    let notice = world.notice(|_| {});
    world.ok(notice);
}

#[test]
fn a_notice_that_keeps_the_law_opens_the_tender() {
    let mut world = World::registered(Layout::default());
    let notice = world.notice(|_| {});
    assert_eq!(world.ok(notice.clone()), [Kind::TenderNoticed]);
    assert_eq!(world.state.phase(), Phase::Noticed);
    assert_eq!(
        world.state.deadline(),
        Some(crate::support::START.plus(TENDERING))
    );
    assert_eq!(
        world.state.due(world.at),
        Some(crate::support::START.plus(TENDERING + 2_000))
    );
    assert_eq!(world.no(notice), "tender.noticed");
}

#[test]
fn the_last_day_of_a_statutory_period_is_enough() {
    let world = World::registered(Layout::default());
    // From Monday 2026-03-02, twenty days end on Sunday 2026-03-22, at any hour of it.
    let on_the_day = world.at.plus(20 * DAY - 9 * HOUR);
    let mut accepted = World::registered(Layout::default());
    accepted.ok(accepted.notice(|notice| notice.closes_at = on_the_day));
    assert_eq!(
        world.no(world.notice(|notice| notice.closes_at = on_the_day.plus(-1))),
        "notice.too_short"
    );
    // Counted from the first document, if that is given out later than the notice.
    let late = world.notice(|notice| {
        notice.documents_from = notice.documents_from.plus(2 * DAY);
        notice.documents_until = notice.documents_from.plus(5 * DAY);
    });
    assert_eq!(world.no(late), "notice.too_short");
    // A first document before the notice gives nothing.
    let early = world.notice(|notice| notice.documents_from = notice.documents_from.plus(-9 * DAY));
    let mut accepted = World::registered(Layout::default());
    accepted.ok(early);
    let early = world.notice(|notice| {
        notice.documents_from = notice.documents_from.plus(-9 * DAY);
        notice.closes_at = notice.closes_at.plus(-5 * DAY);
    });
    assert_eq!(world.no(early), "notice.too_short");
}

type Change = fn(&mut TenderNoticed);

#[rstest]
#[case("text.invalid", |n: &mut TenderNoticed| n.title = String::new())]
#[case("notice.deadline_past", |n: &mut TenderNoticed| n.closes_at = crate::support::START)]
#[case("notice.documents_invalid", |n: &mut TenderNoticed| n.documents_until = n.documents_from.plus(-1))]
#[case("notice.documents_invalid", |n: &mut TenderNoticed| n.documents_until = n.closes_at.plus(1))]
#[case("notice.documents_short", |n: &mut TenderNoticed| n.documents_until = n.documents_from.plus(4 * DAY))]
#[case("notice.min_bidders", |n: &mut TenderNoticed| n.min_bidders = 2)]
#[case("publicity.too_short", |n: &mut TenderNoticed| n.publicity_days = 2)]
#[case("notice.validity", |n: &mut TenderNoticed| n.validity_days = 0)]
#[case("name.twice", |n: &mut TenderNoticed| n.documents.push(n.documents[0].clone()))]
#[case("list.invalid", |n: &mut TenderNoticed| n.lots.clear())]
#[case("name.twice", |n: &mut TenderNoticed| n.lots.push(n.lots[0].clone()))]
#[case("notice.amounts_invalid", |n: &mut TenderNoticed| n.lots[0].estimate = yuan(0))]
#[case("notice.amounts_invalid", |n: &mut TenderNoticed| n.lots[0].ceiling = Some(Money::new(Currency::JPY, 5)))]
#[case("notice.amounts_invalid", |n: &mut TenderNoticed| n.lots[0].deposit = Some(yuan(-1)))]
#[case("notice.floor_invalid", |n: &mut TenderNoticed| { n.lots[0].floor = Some(yuan(6)); n.lots[0].ceiling = Some(yuan(5)); })]
#[case("notice.floor", |n: &mut TenderNoticed| n.lots[0].floor = Some(yuan(5)))]
#[case("notice.deposit", |n: &mut TenderNoticed| n.lots[0].deposit = Some(yuan(200_001)))]
#[case("notice.deposit", |n: &mut TenderNoticed| { n.lots[0].estimate = yuan(90_000_000); n.lots[0].deposit = Some(yuan(800_001)); })]
#[case("list.invalid", |n: &mut TenderNoticed| n.stages.clear())]
#[case("name.twice", |n: &mut TenderNoticed| n.stages.push(n.stages[0].clone()))]
#[case("list.invalid", |n: &mut TenderNoticed| n.stages[0].parts.clear())]
#[case("name.twice", |n: &mut TenderNoticed| { let part = n.stages[0].parts[0].clone(); n.stages[0].parts.push(part); })]
#[case("notice.part_size_invalid", |n: &mut TenderNoticed| n.stages[0].parts[0].max_bytes = 0)]
#[case("notice.part_size_invalid", |n: &mut TenderNoticed| n.stages[0].parts[0].max_bytes = LETTER + 1)]
#[case("notice.key", |n: &mut TenderNoticed| n.stages[0].key_id = facts::Hex([3; 32]))]
#[case("notice.key", |n: &mut TenderNoticed| n.stages[0].stage = id("other"))]
#[case("notice.letters_invalid", |n: &mut TenderNoticed| { n.stages[0].parts.remove(0); })]
#[case("notice.letters_invalid", |n: &mut TenderNoticed| n.stages[0].parts[1] = Part { part: id("letter-2"), ..n.stages[0].parts[0].clone() })]
#[case("notice.window_invalid", |n: &mut TenderNoticed| n.opening.unlock_ms = 0)]
#[case("notice.window_invalid", |n: &mut TenderNoticed| n.opening.share_ms = -1)]
#[case("notice.window_invalid", |n: &mut TenderNoticed| n.opening.objection_ms = 31 * DAY)]
#[case("notice.panel", |n: &mut TenderNoticed| n.method = panel(4))]
#[case("notice.panel", |n: &mut TenderNoticed| n.method = panel(3))]
#[case("notice.panel", |n: &mut TenderNoticed| n.method = panel(0))]
#[case("name.twice", |n: &mut TenderNoticed| if let Method::LowestEvaluated { must_pass, .. } = &mut n.method { must_pass.push(id("quality")) })]
fn a_notice_that_breaks_a_rule_is_refused(#[case] code: &str, #[case] change: Change) {
    let world = World::registered(Layout::default());
    assert_eq!(world.no(world.notice(change)), code);
}

fn panel(panel: u32) -> Method {
    Method::LowestEvaluated {
        adjustments: Vec::new(),
        must_pass: Vec::new(),
        panel,
    }
}

#[test]
fn a_free_procedure_sets_its_own_times_and_may_do_without_a_panel() {
    let mut world = World::registered(Layout {
        regime: Regime::Free,
        min_bidders: 1,
        ..Layout::small()
    });
    let judged = world.notice(|notice| {
        notice.method = Method::LowestEvaluated {
            adjustments: Vec::new(),
            must_pass: vec![id("x")],
            panel: 0,
        };
    });
    assert_eq!(world.no(judged), "notice.nobody_to_judge");
    assert_eq!(
        world.no(world.notice(|notice| notice.min_bidders = 0)),
        "notice.min_bidders"
    );
    let quick = world.notice(|notice| {
        notice.closes_at = notice.documents_from.plus(HOUR);
        notice.documents_until = notice.closes_at;
        notice.method = panel(0);
        notice.publicity_days = 0;
        notice.lots[0].floor = Some(yuan(1));
    });
    world.ok(quick);
}

#[test]
fn an_addendum_chains_the_rules_and_never_brings_the_deadline_forward() {
    let mut world = World::noticed(Layout::default());
    let deadline = world.state.deadline().unwrap();
    let first = world.state.rules().unwrap().rules;

    assert_eq!(world.no(world.amend(false, deadline.plus(-1))), "amend.earlier");
    let mut misnumbered = world.amendment(false, deadline);
    misnumbered.number = 2;
    assert_eq!(
        world.no(Command::Amend(world.say(buyer(), misnumbered))),
        "amend.number"
    );
    let mut unhashed = world.amendment(false, deadline);
    unhashed.rules = first;
    assert_eq!(
        world.no(Command::Amend(world.say(buyer(), unhashed))),
        "amend.rules"
    );
    let mut silent = world.amendment(false, deadline);
    silent.text = String::new();
    assert_eq!(
        world.no(Command::Amend(world.say(buyer(), silent))),
        "text.invalid"
    );
    let stranger = world.say(
        account("stranger", &[Role::Buyer]),
        world.amendment(false, deadline),
    );
    assert_eq!(world.no(Command::Amend(stranger)), "owner.not_allowed");

    world.wait(7 * DAY);
    // Fourteen days are left: too few for a change that touches the bids, enough for one that does not.
    assert_eq!(world.no(world.amend(true, deadline)), "amend.too_short");
    world.ok(world.amend(false, deadline));
    assert_ne!(world.state.rules().unwrap().rules, first);
    world.ok(world.amend(true, deadline.plus(DAY)));
    assert_eq!(world.state.deadline(), Some(deadline.plus(DAY)));
    assert_eq!(
        world.state.closes_at(&first),
        Some(deadline),
        "labels sealed under the notice keep its deadline"
    );
    world.at = deadline.plus(DAY);
    assert_eq!(world.no(world.amend(false, deadline.plus(2 * DAY))), "bid.late");
}

#[test]
fn questions_come_from_bidders_and_are_answered_once_to_all() {
    let mut world = World::noticed(Layout::default());
    let ask = |world: &World, who, text: &str| {
        Command::Ask(world.say(
            who,
            QuestionAsked {
                question: id("Q1"),
                tender: tender(),
                text: text.to_owned(),
            },
        ))
    };
    let answer = |world: &World, question: &str, text: &str| {
        let body = QuestionAnswered {
            answer: text.to_owned(),
            question: id(question),
            tender: tender(),
            text: "地基深度？".to_owned(),
        };
        Command::Answer(world.say(buyer(), body))
    };
    let bidder = account("bidder-1", &[Role::Bidder]);
    assert_eq!(
        world.no(ask(&world, account("x", &[Role::Expert]), "?")),
        "role.missing"
    );
    assert_eq!(world.no(ask(&world, bidder.clone(), "")), "text.invalid");
    let (long, most) = ("问".repeat(TEXT + 1), "问".repeat(TEXT));
    assert_eq!(world.no(ask(&world, bidder.clone(), &long)), "text.invalid");
    let command = ask(&world, bidder.clone(), &most);
    assert!(Tenders::decide(&world.state, command, world.at).is_ok());
    world.ok(ask(&world, bidder.clone(), "?"));
    assert_eq!(world.no(ask(&world, bidder.clone(), "?")), "name.twice");
    assert_eq!(world.no(answer(&world, "Q2", "two metres")), "question.unknown");
    assert_eq!(world.no(answer(&world, "Q1", "")), "text.invalid");
    world.ok(answer(&world, "Q1", "two metres"));
    assert_eq!(world.no(answer(&world, "Q1", "three metres")), "answer.given");
    world.at = world.state.deadline().unwrap();
    assert_eq!(world.no(ask(&world, bidder, "?")), "bid.late");
}

#[test]
fn a_custodian_proves_readiness_for_today_with_a_true_proof() {
    let mut world = World::registered(Layout::default());
    let stage = world.stages()[0].clone();
    let beat = world.beat(&stage, 2, "2026-03-02");
    let yesterday = world.beat(&stage, 2, "2026-03-01");
    assert_eq!(world.no(world.prove(&stage, yesterday)), "proof.date");
    let mut false_date = beat.clone();
    false_date.proof = world.beat(&stage, 2, "2026-03-03").proof;
    assert_eq!(world.no(world.prove(&stage, false_date)), "proof.invalid");
    let mut garbage = beat.clone();
    garbage.proof = facts::Hex([0xff; 96]);
    assert_eq!(world.no(world.prove(&stage, garbage)), "proof.malformed");
    let card = world.keys[&stage].card.clone();
    let other = world.keys[&stage].custodian(3);
    let borrowed = Command::ProveKey {
        said: world.say(other, beat.clone()),
        card: card.clone(),
        verdict: Ok(()),
    };
    assert_eq!(world.no(borrowed), "custodian.not_allowed");
    let mut foreign = beat.clone();
    foreign.key_id = facts::Hex([1; 32]);
    let said = world.say(world.keys[&stage].custodian(2), foreign);
    assert_eq!(
        world.no(Command::ProveKey {
            said,
            card,
            verdict: Ok(())
        }),
        "key.unknown"
    );

    assert_eq!(world.ok(world.prove(&stage, beat.clone())), [Kind::KeyProved]);
    assert_eq!(world.no(world.prove(&stage, beat)), "proof.given");
}

#[test]
fn a_draft_is_told_all_of_its_faults_at_once_by_the_rules_of_the_notice() {
    let world = World::registered(Layout::default());
    let sound = world.notice_body();
    assert_eq!(faults(&world.state, &sound, world.at), []);
    let mut draft = sound;
    draft.title = " ".to_owned();
    draft.closes_at = world.at.plus(DAY);
    draft.min_bidders = 2;
    draft.publicity_days = 0;
    draft.validity_days = 0;
    draft.lots.clear();
    draft.opening.share_ms = 0;
    let found = faults(&world.state, &draft, world.at);
    let fields: Vec<&str> = found.iter().map(|fault| fault.field).collect();
    let expected = [
        "title",
        "closes_at",
        "min_bidders",
        "publicity_days",
        "validity_days",
        "lots",
        "opening",
    ];
    assert_eq!(fields, expected);
    // The notice itself is refused by the first of them, whatever it is.
    let first = found[0].refusal.code.to_string();
    assert_eq!(world.no(world.notice(|body| *body = draft)), first);
}

#[test]
fn a_draft_of_a_tender_that_cannot_be_noticed_has_one_fault() {
    let unknown = World::new(Layout::default());
    let found = faults(&unknown.state, &unknown.notice_body(), unknown.at);
    assert_eq!((found.len(), found[0].field), (1, "tender"));
    let mut noticed = World::registered(Layout::default());
    noticed.ok(noticed.notice(|_| {}));
    let found = faults(&noticed.state, &noticed.notice_body(), noticed.at);
    assert_eq!(found[0].refusal.code, "tender.noticed");
}
