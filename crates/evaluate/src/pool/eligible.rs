//! Who of a pool may be drawn: every filter by name, each with its article.
//!
//! Invariant: filters only take away, and they are applied to the whole pool before anything of it is frozen.

use super::State;
use facts::body::tender::Regime;
use facts::{AccountId, Instant};
use std::collections::BTreeSet;

/// Years in the field that a works tender asks of an expert (招标投标法37).
const FIELD_YEARS: i64 = 8;
/// Years for which an earlier employment counts (政府采购法实施条例9).
const LOOK_BACK_YEARS: i64 = 3;
/// A year, as far as it is counted here: 365 days.
const YEAR: i64 = 365 * facts::time::DAY;

/// What a draw asks for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Trades, any of which the expert judges; empty: any.
    pub specialities: &'a [String],
    /// Regions, any of which the expert serves; empty: any.
    pub regions: &'a [String],
    /// Organisations that advised the project.
    pub consultants: &'a [String],
}

/// Whom experts must have nothing to do with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Avoid {
    /// Accounts that take part in the tender, and those that sat, sit or were called in it.
    pub accounts: BTreeSet<AccountId>,
    /// Names of the bidders, the buyer, its agent, and of whom their people work for.
    pub names: BTreeSet<String>,
}

/// The names of the filters, in the order in which they are applied.
///
/// `qualified` is asked of works (招标投标法37: eight years and a senior title), `past` looks back three years in
/// every regime; the law asks it of government procurement (政府采购法实施条例9).
#[must_use]
pub fn filters(regime: Regime) -> Vec<String> {
    let mut names = vec!["suspended", "speciality", "region"];
    if regime == Regime::Works {
        names.push("qualified");
    }
    names.extend(["party", "employer", "past", "kin", "consultant"]);
    names.into_iter().map(str::to_owned).collect()
}

/// The experts that may be drawn, ascending by account.
#[must_use]
pub fn eligible(
    state: &State,
    wanted: &Wanted<'_>,
    avoid: &Avoid,
    regime: Regime,
    at: Instant,
) -> Vec<AccountId> {
    let names: BTreeSet<String> = avoid.names.iter().map(|name| plain(name)).collect();
    let consultants: BTreeSet<String> = wanted.consultants.iter().map(|name| plain(name)).collect();
    let bound = |name: &String| {
        let name = plain(name);
        names.contains(&name) || consultants.contains(&name)
    };
    let years = |years: i64| at.plus(years.saturating_mul(YEAR).saturating_neg());
    let entries = state.experts.iter().filter(|(account, entry)| {
        let listed = &entry.listed;
        let recent = |until: Instant| until > years(LOOK_BACK_YEARS);
        !entry.is_suspended(at)
            && serves(&listed.specialities, wanted.specialities)
            && serves(&listed.regions, wanted.regions)
            && (regime != Regime::Works || (listed.senior && listed.since <= years(FIELD_YEARS)))
            && !avoid.accounts.contains(account)
            && !bound(&listed.employer)
            && !listed
                .past
                .iter()
                .any(|past| recent(past.until) && bound(&past.employer))
            && !listed.kin.iter().any(bound)
            && !listed
                .kin
                .iter()
                .any(|kin| avoid.accounts.iter().any(|account| account.as_str() == kin))
    });
    entries.map(|(account, _)| account.clone()).collect()
}

/// Whether any code asked for begins with a code offered, or the other way round; nothing asked: yes.
fn serves(offered: &[String], asked: &[String]) -> bool {
    asked.is_empty()
        || asked
            .iter()
            .any(|asked| offered.iter().any(|offered| asked.starts_with(offered.as_str())))
}

/// A name without spaces and brackets' width, in lower case: 「甲 公司(北京)」 and 「甲公司(北京)」 are one.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\u{ff08}' => '(',
            '\u{ff09}' => ')',
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "test code")]
mod tests {
    use super::super::Entry;
    use super::*;
    use facts::body::pool::{Employment, ExpertListed, ExpertSuspended};
    use facts::id::PoolId;

    const NOW: Instant = Instant(1_772_380_800_000);

    fn years_ago(years: i64) -> Instant {
        NOW.plus(-years * YEAR)
    }

    fn with(change: impl FnOnce(&mut Entry)) -> State {
        let account = AccountId::parse("e1").unwrap();
        let listed = ExpertListed {
            account: account.clone(),
            credentials: vec![],
            employer: "某设计院".into(),
            kin: vec![],
            past: vec![],
            pool: PoolId::parse("main").unwrap(),
            regions: vec!["32".into()],
            senior: true,
            since: years_ago(9),
            specialities: vec!["A01".into()],
        };
        let mut entry = Entry {
            listed,
            suspended: None,
        };
        change(&mut entry);
        State {
            experts: [(account, entry)].into(),
        }
    }

    fn drawn(state: &State, regime: Regime) -> bool {
        let avoid = Avoid {
            accounts: [AccountId::parse("bidder").unwrap()].into(),
            names: ["甲公司(北京)".to_owned()].into(),
        };
        let wanted = Wanted {
            specialities: &["A0102".into()],
            regions: &["320100".into()],
            consultants: &["咨询 公司".into()],
        };
        !eligible(state, &wanted, &avoid, regime, NOW).is_empty()
    }

    #[test]
    fn an_expert_without_a_flaw_is_drawn() {
        assert!(drawn(&with(|_| {}), Regime::Works));
    }

    #[test]
    fn every_filter_takes_away() {
        type Change = fn(&mut Entry);
        let out: [(&str, Change); 9] = [
            ("speciality", |e| e.listed.specialities = vec!["B".into()]),
            ("a narrower speciality", |e| {
                e.listed.specialities = vec!["A010203".into()];
            }),
            ("region", |e| e.listed.regions = vec!["33".into()]),
            ("senior", |e| e.listed.senior = false),
            ("years", |e| e.listed.since = years_ago(7)),
            ("employer", |e| e.listed.employer = "甲 公司(北京)".into()),
            ("past", |e| {
                e.listed.past = vec![Employment {
                    employer: "甲公司(北京)".into(),
                    until: years_ago(2),
                }];
            }),
            ("kin", |e| e.listed.kin = vec!["bidder".into()]),
            ("consultant", |e| e.listed.employer = "咨询公司".into()),
        ];
        for (name, change) in out {
            assert!(!drawn(&with(change), Regime::Works), "{name}");
        }
        let old = with(|e| {
            e.listed.past = vec![Employment {
                employer: "甲公司(北京)".into(),
                until: years_ago(4),
            }];
        });
        assert!(drawn(&old, Regime::Works));
        assert!(drawn(&with(|e| e.listed.senior = false), Regime::Free));
    }

    #[test]
    fn a_suspension_has_dates() {
        let suspended = |from: Instant, until: Option<Instant>| {
            with(|e| {
                e.suspended = Some(ExpertSuspended {
                    account: e.listed.account.clone(),
                    from,
                    pool: e.listed.pool.clone(),
                    reason: "r".into(),
                    until,
                });
            })
        };
        assert!(!drawn(&suspended(years_ago(1), None), Regime::Works));
        assert!(!drawn(&suspended(NOW, Some(NOW.plus(1))), Regime::Works));
        assert!(drawn(&suspended(years_ago(1), Some(NOW)), Regime::Works));
        assert!(drawn(&suspended(NOW.plus(1), None), Regime::Works));
    }
}
