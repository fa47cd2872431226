// Suites, domain tags, and hashing to scalars and points (RFC 9380, as RFC 9497 uses it for ristretto255-SHA512).
// Invariant: the suite's name is part of every domain tag, so values of two suites never mix.

import { concat, utf8 } from './bytes.js';
import { sha512Sync } from './hash-sync.js';
import { fromUniform, wide } from './ristretto.js';

/** The suite of this platform: the body digest is a hash tree over 64 KiB segments. */
export const TREE64K = 'tender-seal/v1/ristretto255-sha512-cobblestone256-tree64k';
/** The suite whose body digest is plain SHA-256; the draw uses its tags. */
export const PLAIN = 'tender-seal/v1/ristretto255-sha512-cobblestone256';

/** `DST(name) = suite ‖ "/" ‖ name`. @param {string} suite @param {string} name @returns {Uint8Array} */
export const dst = (suite, name) => utf8(`${suite}/${name}`);

/** `expand_message_xmd` with SHA-512 for 64 bytes of output (RFC 9380, section 5.3.1). @returns {Uint8Array} */
export function expandMessage(message, tag) {
  const short = tag.length > 255 ? sha512Sync(utf8('H2C-OVERSIZE-DST-'), tag) : tag;
  const prime = concat(short, Uint8Array.of(short.length));
  const first = sha512Sync(new Uint8Array(128), message, Uint8Array.of(0, 64, 0), prime);
  return sha512Sync(first, Uint8Array.of(1), prime);
}

/** `Hs(name, message)`: a scalar. @param {string} suite @param {string} name @param {Uint8Array} message */
export const hashToScalar = (suite, name, message) => wide(expandMessage(message, dst(suite, name)));

/** `Hg(name, message)`: a point. @param {string} suite @param {string} name @param {Uint8Array} message */
export const hashToPoint = (suite, name, message) => fromUniform(expandMessage(message, dst(suite, name)));

const GBAR = new Map();

/** `Ḡ = Hg("gbar", "")` of the suite; nobody knows its discrete logarithm. @param {string} suite */
export function gbar(suite) {
  if (!GBAR.has(suite)) GBAR.set(suite, hashToPoint(suite, 'gbar', new Uint8Array(0)));
  return GBAR.get(suite);
}
