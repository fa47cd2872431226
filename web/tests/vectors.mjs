// The vector files of tender-seal/v1 as values, and chance without chance, for several tests.

import { readFileSync } from 'node:fs';
import { unhex } from '../static/js/bytes.js';
import { readPoint, readScalar, readSecret } from '../static/js/ristretto.js';

/** A JSON file of tests/vectors. */
export const vectorFile = (name) =>
  JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}`, import.meta.url), 'utf8'));

/** A source of bytes that repeats one byte. */
export const repeat = (byte) => (size) => new Uint8Array(size).fill(byte);

export const point = (text) => readPoint(unhex(text, 32));
export const scalar = (text) => readScalar(unhex(text, 32));
export const secret = (text) => readSecret(unhex(text, 32));

const square = () => Uint8Array.from({ length: 140_000 }, (_, i) => (i * i + 7 * i) % 251);

/** One of the two envelope files. */
export function sealVector(name) {
  const json = vectorFile(name);
  const { fields } = json;
  return {
    json,
    suite: json.suite,
    y: point(json.Y),
    beta: unhex(json.beta),
    body: unhex(json.body),
    plain: json.pt ? unhex(json.pt) : square(),
    header: { r: point(json.R), rbar: point(json.Rbar), e: scalar(json.e), f: scalar(json.f) },
    label: {
      tender: fields.tender,
      lot: fields.lot,
      part: fields.stage,
      submission: unhex(fields.submission),
      signer: unhex(fields.signer_key),
      keyId: unhex(fields.key_id),
      closesAt: fields.closes_at,
      rules: unhex(fields.rules),
      blk: unhex(json.bidder_lock_commitment),
    },
    custodians: json.partials.map(({ i, d, c, z }) => ({
      index: i,
      share: secret(json.shares[i]),
      image: point(json.Yi[i]),
      partial: { d: point(d), c: scalar(c), z: scalar(z) },
    })),
  };
}

export const TREE = sealVector('tender-seal-v1-tree64k.json');
export const FLAT = sealVector('tender-seal-v1.json');
export const MORE = vectorFile('tender-seal-v1-more.json');
