//! The audit: any division into ranges gives the same root, and the first broken position.

use crate::fixture::{Log, START, answered, rng};
use facts::Instant;
use ledger::audit::{Broken, Fetched, Range, Why, audit};
use ledger::chain::{Chain, Head};
use ledger::hash::{Hash, leaf_hash};
use ledger::tiles::BundleId;
use ledger::{Entry, bundle};
use proptest::prelude::*;
use std::sync::OnceLock;

/// Entries of a short public kind: 20,000 of them, made once.
fn long() -> &'static Vec<Vec<u8>> {
    static LOG: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    LOG.get_or_init(|| {
        let mut chain = Chain::resume("o", Head::default());
        let mut rng = rng(3);
        (0..20_000)
            .map(|n| {
                chain
                    .extend(crate::fixture::disclosed(&[n]), START, &mut rng)
                    .unwrap()
                    .entry_bytes
            })
            .collect()
    })
}

fn slice(entries: &[Vec<u8>], id: BundleId) -> &[Vec<u8>] {
    let first = usize::try_from(id.first()).unwrap();
    &entries[first..first + usize::from(id.width)]
}

fn run(entries: &[Vec<u8>], leaves: Option<&[Hash]>, workers: usize) -> Result<Hash, Broken> {
    let size = u64::try_from(entries.len()).unwrap();
    audit(size, workers, |id| {
        let bundle = bundle::encode(slice(entries, id).iter().map(Vec::as_slice)).unwrap();
        let first = usize::try_from(id.first()).unwrap();
        let tile = leaves.map(|leaves| {
            leaves[first..first + usize::from(id.width)]
                .as_flattened()
                .to_vec()
        });
        Ok(Fetched { bundle, tile })
    })?
    .root()
}

fn leaves(entries: &[Vec<u8>]) -> Vec<Hash> {
    entries.iter().map(|entry| leaf_hash(entry)).collect()
}

fn altered(at: usize, change: impl FnOnce(&mut Entry)) -> Vec<Vec<u8>> {
    let mut entries = long().clone();
    let mut entry = Entry::parse(&entries[at]).unwrap();
    change(&mut entry);
    entries[at] = entry.to_bytes();
    entries
}

#[test]
fn the_root_is_the_logs_root_with_any_number_of_workers() {
    let log = Log::of(600);
    for workers in [0, 1, 2, 3] {
        assert_eq!(run(&log.bytes(), None, workers).unwrap(), log.tree.root());
    }
    let entries = long();
    let root = ledger::hash::root_of(&leaves(entries));
    assert_eq!(run(entries, None, 2).unwrap(), root);
    assert_eq!(run(entries, Some(&leaves(entries)), 2).unwrap(), root);
    assert_eq!(run(&[], None, 2).unwrap(), ledger::hash::empty_root());
}

#[test]
fn an_altered_entry_is_named_itself_where_the_tile_is_at_hand() {
    // 16,384 is where one stretch of work ends and the next begins.
    for at in [0, 1, 255, 256, 16_383, 16_384, 19_999] {
        let entries = altered(at, |entry| entry.commit[0] ^= 1);
        let original = leaves(long());
        let seq = u64::try_from(at).unwrap();
        assert_eq!(
            run(&entries, Some(&original), 2),
            Err(Broken { seq, why: Why::Leaf })
        );
        if at < 19_999 {
            assert_eq!(
                run(&entries, None, 2),
                Err(Broken {
                    seq: seq + 1,
                    why: Why::Prev
                }),
                "{at}"
            );
        } else {
            assert_ne!(run(&entries, None, 2).unwrap(), ledger::hash::root_of(&original));
        }
    }
}

#[test]
fn a_gap_a_wrong_prev_and_a_step_back_in_time_are_found() {
    for at in [1, 300, 16_384] {
        let seq = u64::try_from(at).unwrap();
        let mut gap = long().clone();
        gap.remove(at);
        assert_eq!(
            run(&gap, None, 2),
            Err(Broken {
                seq,
                why: Why::Seq(seq + 1)
            })
        );
        let prev = altered(at, |entry| entry.prev[5] ^= 1);
        assert_eq!(run(&prev, None, 2), Err(Broken { seq, why: Why::Prev }));
        let time = altered(at, |entry| entry.ts = Instant(START.0 - 1));
        assert_eq!(run(&time, None, 2), Err(Broken { seq, why: Why::Time }));
        let mut shape = long().clone();
        shape[at][0] = b'[';
        assert!(matches!(run(&shape, None, 2), Err(Broken { seq: s, why: Why::Entry(_) }) if s == seq));
    }
    let first = altered(0, |entry| entry.prev = [1; 32]);
    assert_eq!(
        run(&first[..1], None, 1),
        Err(Broken {
            seq: 0,
            why: Why::Prev
        })
    );
}

#[test]
fn of_several_breaks_the_first_is_named() {
    let mut entries = altered(16_384, |entry| entry.prev[5] ^= 1);
    entries[17_000][0] = b'[';
    entries[19_000][0] = b'[';
    for workers in [1, 2, 4] {
        assert_eq!(
            run(&entries, None, workers),
            Err(Broken {
                seq: 16_384,
                why: Why::Prev
            })
        );
    }
}

#[test]
fn bundles_that_are_short_long_or_absent_are_found() {
    let entries = long();
    let id = BundleId { index: 0, width: 3 };
    let encode = |n: usize| bundle::encode(entries[..n].iter().map(Vec::as_slice)).unwrap();
    let check = |bytes: &[u8], tile: Option<&[u8]>| Range::new(0).bundle(id, bytes, tile);
    assert_eq!(check(&encode(3), None), Ok(()));
    assert_eq!(
        check(&encode(2), None),
        Err(Broken {
            seq: 2,
            why: Why::Cut
        })
    );
    assert_eq!(
        check(&encode(4), None),
        Err(Broken {
            seq: 3,
            why: Why::Beyond
        })
    );
    assert_eq!(
        check(&encode(3)[..40], None),
        Err(Broken {
            seq: 0,
            why: Why::Cut
        })
    );
    let tile = leaves(&entries[..2]);
    assert_eq!(
        check(&encode(3), Some(tile.as_flattened())),
        Err(Broken {
            seq: 2,
            why: Why::Leaf
        })
    );
    let absent = audit::<Vec<u8>>(1_000, 2, |id| Err(format!("no {id}"))).unwrap_err();
    assert_eq!(
        absent,
        Broken {
            seq: 0,
            why: Why::Absent("no tile/entries/000".to_owned())
        }
    );
}

#[test]
fn ranges_join_only_where_they_meet() {
    let right = Range::new(5);
    assert_eq!(
        Range::new(0).join(right).unwrap_err(),
        Broken {
            seq: 0,
            why: Why::Seq(5)
        }
    );
    assert_eq!(
        Range::new(5).root(),
        Err(Broken {
            seq: 0,
            why: Why::Seq(5)
        })
    );
    let log = Log::of(2);
    let mut range = Range::new(0);
    for linked in &log.linked {
        range.entry(&linked.entry_bytes, Some(&linked.leaf)).unwrap();
    }
    assert_eq!(
        (range.next(), range.last()),
        (2, Some((log.linked[1].leaf, log.linked[1].entry.ts)))
    );
    assert_eq!(range.root(), Ok(log.tree.root()));
    assert_eq!(answered("x").act.is_some(), range.last().is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_cuts_give_the_same_root(size in 1_usize..1_500, mut cuts in proptest::collection::vec(0_usize..1_500, 0..6)) {
        cuts.retain(|cut| *cut <= size);
        cuts.extend([0, size]);
        cuts.sort_unstable();
        let mut whole = Range::new(0);
        for pair in cuts.windows(2) {
            let mut part = Range::new(u64::try_from(pair[0]).unwrap());
            for entry in &long()[pair[0]..pair[1]] {
                part.entry(entry, None).unwrap();
            }
            whole = whole.join(part).unwrap();
        }
        prop_assert_eq!(whole.root().unwrap(), ledger::hash::root_of(&leaves(&long()[..size])));
    }
}
