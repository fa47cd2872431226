// C2SP tlog-proof files as the platform writes them (docs/record-format.md, 2.7).
// Invariant: `parseProof` takes a file apart and believes nothing of it; `receipt.js` does the checking.

import { Wrong, text as textOf, unbase64 } from './bytes.js';
import { parse } from './canonical.js';
import { decimal } from './note.js';

/** The first line. */
export const TITLE = 'c2sp.org/tlog-proof@v1';
/** The longest file in bytes. */
export const MAX_PROOF_FILE = 16 << 20;
/** More hashes than any tree needs. */
export const MAX_HASHES = 64;

const line = (zh, en) => new Wrong(`回执的“${zh}”行缺失或不合格式`, `the line "${en}" of the receipt is missing or malformed`);

function readExtra(encoded) {
  let value;
  try {
    value = parse(unbase64(encoded));
  } catch (error) {
    throw new Wrong(`回执的附加数据${error.zh ?? '不可读'}`, `the extra line of the receipt: ${error.message}`);
  }
  const members = value !== null && typeof value === 'object' ? Object.keys(value).sort().join(' ') : '';
  if (members !== 'entry payload' || typeof value.entry !== 'string') {
    throw new Wrong('回执的附加数据应含 entry 与 payload', 'the extra line of the receipt holds entry, a text, and payload');
  }
  return value;
}

/**
 * Takes a file apart.
 * @param {string} file
 * @returns {{entry: string, payload: unknown, index: number, proof: Uint8Array[], checkpoint: string}}
 */
export function parseProof(file) {
  if (file.length > MAX_PROOF_FILE) {
    throw new Wrong(`回执超过 ${MAX_PROOF_FILE} 字节`, `a receipt of more than ${MAX_PROOF_FILE} bytes`);
  }
  const gap = file.indexOf('\n\n');
  const [title, extra = '', place = '', ...hashes] = file.slice(0, Math.max(gap, 0)).split('\n');
  if (gap < 0 || title !== TITLE) throw line('首行', 'title');
  if (!extra.startsWith('extra ')) throw line('extra', 'extra');
  const { entry, payload } = readExtra(extra.slice(6));
  const index = place.startsWith('index ') ? decimal(place.slice(6)) : null;
  if (index === null) throw line('index', 'index');
  if (hashes.length > MAX_HASHES) throw line('证明', 'proof');
  const proof = hashes.map((hash) => {
    try {
      const bytes = unbase64(hash);
      if (bytes.length === 32) return bytes;
    } catch {
      // Told like every other malformed hash.
    }
    throw line('证明', 'proof');
  });
  return { entry, payload, index, proof, checkpoint: file.slice(gap + 2) };
}

/** The text of a receipt in bytes of a file. @param {Uint8Array} bytes */
export function proofText(bytes) {
  if (bytes.length > MAX_PROOF_FILE) {
    throw new Wrong(`回执超过 ${MAX_PROOF_FILE} 字节`, `a receipt of more than ${MAX_PROOF_FILE} bytes`);
  }
  return textOf(bytes);
}
