// What the browser library takes of @noble/curves and @noble/hashes, and nothing else of them.
// Invariant: `build.mjs` bundles this file into static/vendor; only static/js/noble.js imports the bundle.

export { ed25519, ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
export { hmac } from '@noble/hashes/hmac.js';
export { sha256, sha512 } from '@noble/hashes/sha2.js';
