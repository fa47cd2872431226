//! The sealed body against Wycheproof's cases for chunked-encryption and against a second implementation.
#![cfg(test)]

mod reference;

use kaibiao_seal::cob256::{Cob256Error, Opener, PREFIX, SLOT, Sealer, body_len, plain_len};
use kaibiao_seal::hash::sha512;
use reference::Aes;
use wycheproof::TestResult;
use wycheproof::chunked_encryption::{TestName, TestSet};

fn ours(key: &[u8; 32], context: &[u8], body: &[u8], piece: usize) -> (Vec<u8>, Result<(), Cob256Error>) {
    let mut out = Vec::new();
    let result = (|| {
        let (prefix, chunks) = body.split_first_chunk::<PREFIX>().ok_or(Cob256Error::Truncated)?;
        let mut opener = Opener::new(key, context, prefix)?;
        for bytes in chunks.chunks(piece) {
            opener.update(bytes, &mut out)?;
        }
        opener.finish(&mut out)
    })();
    (out, result)
}

#[test]
fn wycheproof_all_cases_of_both_instantiations() {
    let mut cases = 0;
    for (name, aes) in [
        (TestName::Cobblestone128, Aes::Bits128),
        (TestName::Cobblestone256, Aes::Bits256),
    ] {
        let set = TestSet::load(name).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let body = miniz_oxide::inflate::decompress_to_vec_zlib(&test.ct).unwrap();
            let valid = test.result == TestResult::Valid;
            let opened = reference::open(aes, &test.key, &test.ctx, &body);
            assert_eq!(opened.is_some(), valid, "reference, {aes:?} case {}", test.tc_id);
            cases += 1;

            let Ok(key) = <&[u8; 32]>::try_from(&test.key[..]) else {
                continue;
            };
            if aes == Aes::Bits128 {
                continue;
            }
            for piece in [1_000, SLOT, 1 << 20] {
                let (released, result) = ours(key, &test.ctx, &body, piece);
                assert_eq!(result.is_ok(), valid, "case {}: {}", test.tc_id, test.comment);
                // Whatever was released, valid or not, is an authentic beginning of the message.
                if let (Some(length), Some(hash)) = (test.msg_length, &test.msg_sha512) {
                    assert_eq!(released.len(), length, "case {}", test.tc_id);
                    assert_eq!(sha512(&[&released])[..], hash[..], "case {}", test.tc_id);
                } else {
                    assert_eq!(released.len(), 0, "case {}", test.tc_id);
                }
                if test
                    .flags
                    .iter()
                    .any(|flag| format!("{flag:?}") == "HeaderFailure")
                    && body.len() >= PREFIX
                {
                    assert_eq!(result, Err(Cob256Error::Commitment), "case {}", test.tc_id);
                }
            }
            if valid {
                let (salt, key) = (body[..24].try_into().unwrap(), *key);
                let (mut writer, prefix) = Sealer::with_salt(&key, &salt, &test.ctx);
                let mut sealed = prefix.to_vec();
                writer.update(&opened.unwrap(), &mut sealed).unwrap();
                writer.finish(&mut sealed).unwrap();
                assert!(sealed == body, "case {} sealed again", test.tc_id);
                assert_eq!(
                    plain_len(body.len() as u64),
                    test.msg_length.map(|length| length as u64)
                );
            }
        }
    }
    assert_eq!(cases, 70);
}

#[test]
fn both_implementations_seal_the_same_bytes() {
    for length in [0_usize, 1, 16_383, 16_384, 16_385, 32_768, 100_000] {
        let plain: Vec<u8> = (0..length).map(|i| u8::try_from(i % 253).unwrap()).collect();
        let expected = reference::seal(Aes::Bits256, &[3; 32], &[4; 24], b"label", &plain);
        assert_eq!(expected.len() as u64, body_len(length as u64));
        for piece in [1, 4_099, 16_384, 1 << 20] {
            if piece == 1 && length > 20_000 {
                continue;
            }
            let (mut writer, prefix) = Sealer::with_salt(&[3; 32], &[4; 24], b"label");
            let mut sealed = prefix.to_vec();
            for bytes in plain.chunks(piece) {
                writer.update(bytes, &mut sealed).unwrap();
            }
            writer.finish(&mut sealed).unwrap();
            assert!(sealed == expected, "{length} bytes in pieces of {piece}");
        }
        assert_eq!(
            reference::open(Aes::Bits256, &[3; 32], b"label", &expected).unwrap(),
            plain
        );
    }
}

#[test]
fn slots_are_sealed_and_opened_where_they_lie() {
    let plain: Vec<u8> = (0..16_384 * 5 + 77)
        .map(|i| u8::try_from(i % 241).unwrap())
        .collect();
    let expected = reference::seal(Aes::Bits256, &[3; 32], &[4; 24], b"label", &plain);
    let (mut writer, prefix) = Sealer::with_salt(&[3; 32], &[4; 24], b"label");
    let mut sealed = prefix.to_vec();
    let (chunks, rest) = plain.as_chunks::<16_384>();
    let mut slots: Vec<u8> = chunks
        .iter()
        .flat_map(|chunk| [&chunk[..], &[0; 16]].concat())
        .collect();
    writer.seal_slots(&mut slots[..2 * SLOT]).unwrap();
    writer.seal_slots(&mut slots[2 * SLOT..]).unwrap();
    sealed.extend_from_slice(&slots);
    writer.update(rest, &mut sealed).unwrap();
    assert_eq!(writer.seal_slots(&mut slots), Err(Cob256Error::Pending(77)));
    writer.finish(&mut sealed).unwrap();
    assert!(sealed == expected);

    let mut opener = Opener::new(&[3; 32], b"label", &prefix).unwrap();
    opener.open_slots(&mut slots).unwrap();
    for (slot, chunk) in slots.chunks(SLOT).zip(chunks) {
        assert_eq!(slot[..16_384], chunk[..]);
    }
    let mut last = Vec::new();
    assert_eq!(opener.open_slots(&mut [0; 17]), Err(Cob256Error::Slots(17)));
    opener.update(&sealed[PREFIX + 5 * SLOT..], &mut last).unwrap();
    opener.finish(&mut last).unwrap();
    assert_eq!(last, rest);
}

#[test]
fn cut_extended_and_reordered_bodies_name_the_chunk() {
    let plain = vec![5; 3 * 16_384 + 10];
    let body = reference::seal(Aes::Bits256, &[3; 32], &[4; 24], b"label", &plain);
    let open = |body: &[u8]| ours(&[3; 32], b"label", body, 1 << 20).1;
    assert_eq!(open(&body), Ok(()));
    assert_eq!(open(&body[..PREFIX + 3 * SLOT]), Err(Cob256Error::Truncated));
    assert_eq!(open(&body[..PREFIX + 3 * SLOT + 15]), Err(Cob256Error::Truncated));
    assert_eq!(open(&body[..body.len() - 1]), Err(Cob256Error::Chunk(3)));
    assert_eq!(open(&[&body[..], &[0]].concat()), Err(Cob256Error::Chunk(3)));
    assert_eq!(open(&body[..40]), Err(Cob256Error::Truncated));
    let mut swapped = body.clone();
    swapped[PREFIX..PREFIX + 2 * SLOT].rotate_left(SLOT);
    assert_eq!(open(&swapped), Err(Cob256Error::Chunk(0)));
    let mut salted = body.clone();
    salted[0] ^= 1;
    assert_eq!(open(&salted), Err(Cob256Error::Commitment));
    assert_eq!(
        ours(&[3; 32], b"other", &body, 999).1,
        Err(Cob256Error::Commitment)
    );
    assert_eq!(
        ours(&[2; 32], b"label", &body, 999).1,
        Err(Cob256Error::Commitment)
    );
}
