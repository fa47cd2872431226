//! Tiles: names and contents as another implementation has them; bundles.

use crate::fixture::Log;
use ledger::bundle::{self, BundleError};
use ledger::tile_set::{TileError, TileSet};
use ledger::tiles::{BundleId, Resource, TileId};
use proptest::prelude::*;

fn theirs(tile: TileId) -> tlog_tiles::Tile {
    tlog_tiles::Tile::new(8, tile.level, tile.index, u32::from(tile.width), false)
}

#[test]
fn paths_of_the_specification() {
    let tile = TileId {
        level: 4,
        index: 1_234_067,
        width: 1,
    };
    assert_eq!(tile.path(), "tile/4/x001/x234/067.p/1");
    assert_eq!(TileId { width: 256, ..tile }.path(), "tile/4/x001/x234/067");
    assert_eq!(
        BundleId {
            index: 273,
            width: 112
        }
        .path(),
        "tile/entries/273.p/112"
    );
    // The tiles of a tree of 70,000 entries, as the specification counts them.
    let all: Vec<_> = TileId::all(70_000).collect();
    assert_eq!(all.len(), 273 + 1 + 1 + 1 + 1);
    assert_eq!(
        TileId::edge(70_000),
        [
            TileId {
                level: 0,
                index: 273,
                width: 112
            },
            TileId {
                level: 1,
                index: 1,
                width: 17
            },
            TileId {
                level: 2,
                index: 0,
                width: 1
            }
        ]
    );
    assert_eq!(
        TileId::edge(256),
        [TileId {
            level: 1,
            index: 0,
            width: 1
        }]
    );
    assert_eq!(
        BundleId::all(70_000).last(),
        Some(BundleId {
            index: 273,
            width: 112
        })
    );
    assert_eq!(TileId::at(0, 274, 70_000), None);
}

#[test]
fn other_paths_are_refused() {
    for path in [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/x001",
        "tile/0/001/000",
        "tile/0/x1/000",
        "tile/0/000/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/entry/000",
        "tile/0/+00",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/data/000",
        "tile/0/..%2f",
    ] {
        assert!(Resource::parse(path).is_err(), "{path}");
    }
}

proptest! {
    #[test]
    fn names_agree_with_another_implementation(level in 0_u8..64, index in any::<u64>(), width in 1_u16..=256) {
        let tile = TileId { level, index, width };
        let path = tile.path();
        let expected = theirs(tile).path().replacen("tile/8/", "tile/", 1);
        prop_assert_eq!(&path, &expected);
        prop_assert_eq!(Resource::parse(&path), Ok(Resource::Tile(tile)));
        let bundle = BundleId { index, width };
        prop_assert_eq!(Resource::parse(&bundle.path()), Ok(Resource::Bundle(bundle)));
    }

    #[test]
    fn what_parses_is_the_one_name(path in "tile/(0|1|63|entries|x)/(x[0-9]{3}/){0,3}[0-9]{2,3}(\\.p/[0-9]{1,3})?") {
        let written = match Resource::parse(&path) {
            Ok(Resource::Tile(tile)) => tile.path(),
            Ok(Resource::Bundle(bundle)) => bundle.path(),
            Err(_) => return Ok(()),
        };
        prop_assert_eq!(written, path);
    }
}

#[test]
fn bundles_come_back_and_are_length_prefixed() {
    let log = Log::of(5);
    let bytes = log.bytes();
    let bundle = bundle::encode(bytes.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(bundle[..2], u16::try_from(bytes[0].len()).unwrap().to_be_bytes());
    let read: Vec<_> = bundle::entries(&bundle)
        .map(|entry| entry.unwrap().to_vec())
        .collect();
    assert_eq!(read, bytes);
    assert_eq!(bundle::entry(&bundle, 3).unwrap(), bytes[3]);
    assert_eq!(bundle::entry(&bundle, 5), Err(BundleError::Cut { place: 5 }));
    let cut = &bundle[..bundle.len() - 1];
    assert_eq!(
        bundle::entries(cut).last(),
        Some(Err(BundleError::Cut { place: 4 }))
    );
    assert_eq!(
        bundle::entries(&[0]).last(),
        Some(Err(BundleError::Cut { place: 0 }))
    );
    let oversized = vec![0; 65_536];
    assert_eq!(
        bundle::encode([oversized.as_slice()]),
        Err(BundleError::Long {
            place: 0,
            length: 65_536
        })
    );
}

#[test]
fn a_tile_of_another_size_is_refused() {
    let tile = TileId {
        level: 0,
        index: 0,
        width: 2,
    };
    for found in [0, 32, 63, 65, 96] {
        assert_eq!(
            TileSet::new().insert(tile, &vec![0; found]),
            Err(TileError {
                tile,
                expected: 64,
                found
            })
        );
    }
}
