// ChaCha20 as a stream of chance from one key: 20 rounds, 64-bit counter from 0, nonce 0 (SPEC 9.7).
// Invariant: bytes are handed out in the order of the stream, none twice; two streams of one key are equal.

const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
const ROUND = [
  [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
  [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14],
];

const rotate = (word, by) => (word << by) | (word >>> (32 - by));

function quarter(x, a, b, c, d) {
  x[a] += x[b];
  x[d] = rotate(x[d] ^ x[a], 16);
  x[c] += x[d];
  x[b] = rotate(x[b] ^ x[c], 12);
  x[a] += x[b];
  x[d] = rotate(x[d] ^ x[a], 8);
  x[c] += x[d];
  x[b] = rotate(x[b] ^ x[c], 7);
}

/** One block of 64 bytes. @param {Uint32Array} key 8 words @param {number} counter @returns {Uint8Array} */
function block(key, counter) {
  const start = Uint32Array.of(...CONSTANTS, ...key, counter, Math.floor(counter / 2 ** 32), 0, 0);
  const x = start.slice();
  for (let round = 0; round < 10; round += 1) for (const places of ROUND) quarter(x, ...places);
  const out = new DataView(new ArrayBuffer(64));
  for (let word = 0; word < 16; word += 1) out.setUint32(4 * word, x[word] + start[word], true);
  return new Uint8Array(out.buffer);
}

/**
 * The stream of a key as a source of bytes.
 * @param {Uint8Array} key 32 bytes
 * @returns {(size: number) => Uint8Array}
 */
export function chachaChance(key) {
  const view = new DataView(key.buffer, key.byteOffset, 32);
  const words = Uint32Array.from({ length: 8 }, (_, at) => view.getUint32(4 * at, true));
  let counter = 0;
  let rest = new Uint8Array(0);
  return (size) => {
    const out = new Uint8Array(size);
    for (let at = 0; at < size; ) {
      if (rest.length === 0) {
        rest = block(words, counter);
        counter += 1;
      }
      const taken = rest.subarray(0, size - at);
      out.set(taken, at);
      at += taken.length;
      rest = rest.subarray(taken.length);
    }
    return out;
  };
}
