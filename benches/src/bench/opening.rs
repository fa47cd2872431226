//! The arithmetic of an opening: 1,000 envelopes, three of five custodians, on one core.
//!
//! Invariant: every proof is verified one by one, as the platform and the verifier do.

use super::process::now;
use super::table::{Line, Table};
use crate::Trouble;
use crate::people::random;
use curve25519_dalek::scalar::Scalar;
use rand_core::OsRng;
use seal::label::NO_LOCK;
use seal::{
    EnvelopeSealer, Header, Label, Opening, Partial, Point, SecretScalar, Suite, Target, combine,
    partial_open, verify_partial,
};

const K: u16 = 3;

struct Sealed {
    label: Label,
    header: Header,
    body: Vec<u8>,
    body_digest: [u8; 32],
    partials: Vec<(u16, Partial)>,
}

/// Shares of a key whose secret was dealt here, for the measurement alone.
fn dealt() -> Result<(Point, Vec<(u16, SecretScalar)>), Trouble> {
    let coefficients: Vec<Scalar> = (0..K)
        .map(|_| Scalar::from_bytes_mod_order_wide(&random()))
        .collect();
    let at = |x: u16| {
        let x = Scalar::from(x);
        #[expect(
            clippy::arithmetic_side_effects,
            reason = "arithmetic of a field does not overflow"
        )]
        let value = coefficients
            .iter()
            .rev()
            .fold(Scalar::ZERO, |sum, coefficient| sum * x + coefficient);
        SecretScalar::parse(&value.to_bytes())
    };
    let shares = (1..=K)
        .map(|index| Ok((index, at(index)?)))
        .collect::<Result<_, Trouble>>()?;
    Ok((at(0)?.public(), shares))
}

fn sealed(y: &Point, number: usize) -> Result<Sealed, Trouble> {
    let label = Label {
        tender: "bench".to_owned(),
        lot: "all".to_owned(),
        part: format!("letter-{number}"),
        submission: random(),
        signer: random(),
        key_id: [3; 32],
        closes_at: 4,
        rules: [5; 32],
        blk: NO_LOCK,
    };
    let (mut sealer, prefix) = EnvelopeSealer::new(Suite::Tree64k, label.clone(), y, None, &mut OsRng)?;
    let mut body = prefix.to_vec();
    sealer.update(&seal::pad::pad(b"a letter")?, &mut body)?;
    let made = sealer.finish(&mut body, &mut OsRng)?;
    Ok(Sealed {
        label,
        header: made.header,
        body,
        body_digest: made.body_digest,
        partials: Vec::new(),
    })
}

/// Measures.
pub(crate) fn bench(table: &mut Table, quick: bool) -> Result<(), Trouble> {
    let count = if quick { 200 } else { 1_000 };
    table.part(
        &format!("Opening {count} envelopes, 3 of 5 custodians, one core"),
        "Letters padded to 64 KiB. The platform verifies each header and three partial openings, combines them and \
         decrypts; each custodian verifies every header before answering.",
    );
    let (y, shares) = dealt()?;
    let mut envelopes = (0..count)
        .map(|number| sealed(&y, number))
        .collect::<Result<Vec<_>, _>>()?;
    let begun = now();
    for envelope in &mut envelopes {
        let digest = envelope.label.digest(Suite::Tree64k);
        for (index, share) in &shares {
            let target = target(&y, &digest, envelope);
            envelope
                .partials
                .push((*index, partial_open(&target, *index, share, &mut OsRng)?));
        }
    }
    let custodian = begun.elapsed().as_secs_f64() / f64::from(K);
    let publics: Vec<(u16, Point)> = shares
        .iter()
        .map(|(index, share)| (*index, share.public()))
        .collect();
    let begun = now();
    for envelope in &envelopes {
        let digest = envelope.label.digest(Suite::Tree64k);
        target(&y, &digest, envelope)
            .header
            .verify(Suite::Tree64k, &digest, &envelope.body_digest, &y)?;
    }
    let headers = begun.elapsed().as_secs_f64();
    let begun = now();
    let mut points = Vec::with_capacity(envelopes.len());
    for envelope in &envelopes {
        let digest = envelope.label.digest(Suite::Tree64k);
        let target = target(&y, &digest, envelope);
        for ((index, partial), (_, public)) in envelope.partials.iter().zip(&publics) {
            verify_partial(&target, *index, public, partial)?;
        }
        let partials: Vec<(u16, Point)> = envelope
            .partials
            .iter()
            .map(|(index, partial)| (*index, partial.d))
            .collect();
        points.push(combine(usize::from(K), &partials)?);
    }
    let combining = begun.elapsed().as_secs_f64();
    let begun = now();
    for (envelope, z) in envelopes.iter().zip(&points) {
        let opening = Opening {
            suite: Suite::Tree64k,
            label: &envelope.label,
            header: &envelope.header,
            y: &y,
            z,
            beta: None,
        };
        let plain = opening.open(&envelope.body)?;
        std::hint::black_box(plain);
    }
    let decrypting = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let scale = count as f64;
    for (what, seconds, aim) in [
        ("headers verified", headers, None),
        ("partial openings verified and combined", combining, Some(0.5)),
        ("letters decrypted (64 KiB each)", decrypting, None),
        (
            "one custodian: headers verified, shares computed",
            custodian,
            None,
        ),
    ] {
        table.line(Line {
            what: what.to_owned(),
            figure: format!("{seconds:.2} s, {:.0} per second", scale / seconds),
            aim: aim.map(|limit| {
                (
                    format!("at most {limit} s per 1,000"),
                    seconds * 1_000.0 / scale <= limit,
                )
            }),
            ..Line::default()
        });
    }
    Ok(())
}

const fn target<'a>(y: &'a Point, digest: &'a [u8; 64], envelope: &'a Sealed) -> Target<'a> {
    Target {
        suite: Suite::Tree64k,
        y,
        label_digest: digest,
        body_digest: &envelope.body_digest,
        header: &envelope.header,
    }
}
