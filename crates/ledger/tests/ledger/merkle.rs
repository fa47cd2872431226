//! The tree: roots, tiles and proofs compared with two other implementations and with themselves.

use ledger::hash::{empty_root, leaf_hash, root_of};
use ledger::prove::{self, plan_consistency, plan_inclusion, plan_root};
use ledger::tile_set::TileSet;
use ledger::tiles::TileId;
use ledger::{CompletedTile, Hash, ProofError, Tree, verify_consistency, verify_inclusion};
use proptest::prelude::*;
use sha2_next::Sha256;
use std::collections::BTreeMap;
use tlog_tiles::{HashReader as _, TileReader};

fn value(number: u64) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|n| leaf_hash(&value(n))).collect()
}

/// A tree with every tile it has ever had.
fn grown(size: u64) -> (Tree, BTreeMap<TileId, Vec<u8>>) {
    let mut tree = Tree::new();
    let mut tiles = BTreeMap::new();
    for leaf in leaves(size) {
        for CompletedTile { level, index, hashes } in tree.push(leaf) {
            tiles.insert(
                TileId {
                    level,
                    index,
                    width: 256,
                },
                hashes,
            );
        }
    }
    tiles.extend(tree.edge());
    (tree, tiles)
}

/// Exactly the planned tiles and no other.
fn fetched(plan: &[TileId], tiles: &BTreeMap<TileId, Vec<u8>>) -> TileSet {
    let mut set = TileSet::new();
    for tile in plan {
        set.insert(*tile, &tiles[tile]).unwrap();
    }
    set
}

#[test]
fn roots_and_proofs_equal_those_of_ct_merkle() {
    let mut other = ct_merkle::mem_backed_tree::MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut tree = Tree::new();
    assert_eq!(tree.root(), empty_root());
    for size in 1..=600_u64 {
        other.push(value(size - 1));
        tree.push(leaf_hash(&value(size - 1)));
        let root = tree.root();
        assert_eq!(other.root().as_bytes().as_slice(), root, "size {size}");
        if size % 37 != 0 && size > 20 {
            continue;
        }
        for index in 0..size {
            let proof = tree.fresh_proof(index).unwrap();
            let theirs = other.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(theirs.as_bytes(), proof.as_flattened(), "{index} of {size}");
            verify_inclusion(&leaf_hash(&value(index)), index, size, &proof, &root).unwrap();
        }
        for from in 1..size {
            let proof = tree.fresh_consistency(from).unwrap();
            let theirs = other.prove_consistency(usize::try_from(size - from).unwrap());
            assert_eq!(theirs.as_bytes(), proof.as_flattened(), "{from} to {size}");
            verify_consistency(from, size, &root_of(&leaves(from)), &root, &proof).unwrap();
        }
    }
}

/// Our tiles as the other implementation asks for them.
struct Shelf(BTreeMap<TileId, Vec<u8>>);

impl TileReader for Shelf {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let name = |tile: &tlog_tiles::Tile| TileId {
            level: tile.level(),
            index: tile.level_index(),
            width: u16::try_from(tile.width()).unwrap(),
        };
        Ok(tiles.iter().map(|tile| self.0[&name(tile)].clone()).collect())
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

#[test]
fn another_implementation_proves_from_our_tiles_and_accepts_our_proofs() {
    for size in [1, 2, 255, 256, 257, 511, 70_000] {
        let (tree, tiles) = grown(size);
        let shelf = Shelf(tiles);
        let root = tlog_tiles::Hash(tree.root());
        let reader = tlog_tiles::TileHashReader::new(size, root, &shelf);
        assert_eq!(tlog_tiles::tree_hash(size, &reader).unwrap(), root);
        assert!(reader.read_hashes(&[0]).is_ok());
        for index in [0, size / 3, size / 2, size - 1] {
            let ours =
                prove::inclusion(&fetched(&plan_inclusion(index, size), &shelf.0), index, size).unwrap();
            let theirs = tlog_tiles::prove_record(size, index, &reader).unwrap();
            assert_eq!(theirs.iter().map(|h| h.0).collect::<Vec<_>>(), ours);
            let leaf = tlog_tiles::record_hash(&value(index));
            tlog_tiles::check_record(&theirs, size, root, index, leaf).unwrap();
        }
        for from in [1, size / 3, size / 2, size - 1]
            .into_iter()
            .filter(|from| *from > 0 && *from < size)
        {
            let ours =
                prove::consistency(&fetched(&plan_consistency(from, size), &shelf.0), from, size).unwrap();
            let theirs = tlog_tiles::prove_tree(size, from, &reader).unwrap();
            assert_eq!(
                theirs.iter().map(|h| h.0).collect::<Vec<_>>(),
                ours,
                "{from} to {size}"
            );
            let earlier = tlog_tiles::Hash(root_of(&leaves(from)));
            tlog_tiles::check_tree(&theirs, size, root, from, earlier).unwrap();
        }
    }
}

#[test]
fn the_edge_proves_what_is_recent_and_says_so_of_the_rest() {
    let (tree, _) = grown(70_000);
    let oldest = tree.size() - ledger::tree::RECENT;
    for index in [oldest, oldest + 1, 69_999] {
        let proof = tree.fresh_proof(index).unwrap();
        verify_inclusion(&leaf_hash(&value(index)), index, 70_000, &proof, &tree.root()).unwrap();
    }
    assert_eq!(tree.fresh_proof(0), None);
    assert_eq!(tree.fresh_proof(70_000), None);
    assert_eq!(prove::inclusion(&TileSet::new(), 0, 2), None);
    assert_eq!(prove::consistency(&TileSet::new(), 3, 2), None);
}

#[test]
fn a_resumed_tree_needs_its_edge() {
    let (tree, tiles) = grown(700);
    let missing = Tree::resume(700, &TileSet::new()).unwrap_err();
    assert_eq!(
        missing.tile,
        TileId {
            level: 0,
            index: 2,
            width: 188
        }
    );
    let resumed = Tree::resume(700, &fetched(&TileId::edge(700), &tiles)).unwrap();
    assert_eq!((resumed.root(), resumed.edge()), (tree.root(), tree.edge()));
    let tile = TileId {
        level: 0,
        index: 2,
        width: 100,
    };
    assert_eq!(resumed.tile(tile).unwrap(), tiles[&TileId::edge(700)[0]][..3_200]);
    assert_eq!(resumed.tile(TileId { width: 189, ..tile }), None);
}

#[test]
fn wrong_proofs_are_refused_for_the_right_reason() {
    let (tree, _) = grown(10);
    let (leaf, root) = (leaf_hash(&value(3)), tree.root());
    let proof = tree.fresh_proof(3).unwrap();
    assert_eq!(
        verify_inclusion(&leaf, 10, 10, &proof, &root),
        Err(ProofError::Index { index: 10, size: 10 })
    );
    assert_eq!(
        verify_inclusion(&leaf, 0, 0, &[], &root),
        Err(ProofError::Index { index: 0, size: 0 })
    );
    assert_eq!(
        verify_inclusion(&leaf, 3, 10, &proof[1..], &root),
        Err(ProofError::Short(3))
    );
    assert_eq!(
        verify_inclusion(&leaf, 2, 10, &proof, &root),
        Err(ProofError::Root)
    );
    assert_eq!(
        verify_inclusion(&leaf_hash(b"x"), 3, 10, &proof, &root),
        Err(ProofError::Root)
    );
    let early = root_of(&leaves(6));
    let proof = tree.fresh_consistency(6).unwrap();
    assert_eq!(
        verify_consistency(11, 10, &early, &root, &proof),
        Err(ProofError::Shrunk { from: 11, to: 10 })
    );
    assert_eq!(
        verify_consistency(6, 10, &root, &root, &proof),
        Err(ProofError::EarlierRoot)
    );
    assert_eq!(
        verify_consistency(6, 10, &early, &early, &proof),
        Err(ProofError::Root)
    );
    assert_eq!(
        verify_consistency(6, 10, &early, &root, &proof[..1]),
        Err(ProofError::Short(1))
    );
    assert_eq!(
        verify_consistency(6, 10, &early, &root, &[]),
        Err(ProofError::Short(0))
    );
    let mut long = proof;
    long.push([0; 32]);
    assert_eq!(
        verify_consistency(6, 10, &early, &root, &long),
        Err(ProofError::Long(long.len()))
    );
    assert_eq!(
        verify_consistency(10, 10, &root, &early, &[]),
        Err(ProofError::Root)
    );
    assert_eq!(
        verify_consistency(10, 10, &root, &root, &[early]),
        Err(ProofError::Long(1))
    );
    assert_eq!(
        verify_consistency(0, 10, &early, &root, &[]),
        Err(ProofError::EarlierRoot)
    );
    verify_consistency(0, 10, &empty_root(), &root, &[]).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_size_any_place(size in 1_u64..3_000, index in any::<u64>(), from in any::<u64>(), cut in any::<u64>()) {
        let (index, from, cut) = (index % size, from % size + 1, cut % size);
        let (tree, tiles) = grown(size);
        let root = tree.root();
        prop_assert_eq!(prove::root(&fetched(&plan_root(size), &tiles), size), Some(root));
        let stored = prove::inclusion(&fetched(&plan_inclusion(index, size), &tiles), index, size).unwrap();
        prop_assert_eq!(tree.fresh_proof(index).unwrap(), stored.clone());
        prop_assert_eq!(verify_inclusion(&leaf_hash(&value(index)), index, size, &stored, &root), Ok(()));
        let stored = prove::consistency(&fetched(&plan_consistency(from, size), &tiles), from, size).unwrap();
        prop_assert_eq!(tree.fresh_consistency(from).unwrap(), stored.clone());
        prop_assert_eq!(verify_consistency(from, size, &root_of(&leaves(from)), &root, &stored), Ok(()));

        // A tree that is resumed in between grows into the same tree, and proves all that came after.
        let (_, before) = grown(cut);
        let mut resumed = Tree::resume(cut, &fetched(&TileId::edge(cut), &before)).unwrap();
        for number in cut..size {
            resumed.push(leaf_hash(&value(number)));
        }
        prop_assert_eq!(resumed.root(), root);
        for index in [cut, size - 1] {
            prop_assert_eq!(resumed.fresh_proof(index), tree.fresh_proof(index));
        }
    }
}
