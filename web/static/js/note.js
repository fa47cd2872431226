// Signed notes, verifier keys and checkpoints (C2SP signed-note, tlog-checkpoint; docs/record-format.md, 2.5).
// Invariant: a text is handed out only after a signature of a known key on it was found to hold, and none failed.

import { Wrong, base64, concat, equal, hex, unbase64, unhex, utf8 } from './bytes.js';
import { checkKey, verify } from './ed25519.js';
import { sha256Sync } from './hash-sync.js';

/** The longest note in bytes. */
export const MAX_NOTE = 262_144;
/** The most signature lines. */
export const MAX_SIGNATURES = 64;

const NAME = /^[^\s\p{Cc}+]+$/u;
const ED25519 = Uint8Array.of(1);

/** The four bytes that name an Ed25519 key in a note. @param {string} name @param {Uint8Array} key */
export function keyId(name, key) {
  return sha256Sync(utf8(name), Uint8Array.of(10), ED25519, key).slice(0, 4);
}

/**
 * A key that verifies notes.
 * @typedef {{name: string, id: Uint8Array, key: Uint8Array, text: string}} VerifierKey
 */

/** Reads `<name>+<hex key id>+<base64(01 ‖ key)>`. @param {string} source @returns {VerifierKey} */
export function parseVerifierKey(source) {
  const form = () =>
    new Wrong(
      '核验公钥的写法是 <名称>+<8 位十六进制编号>+<base64>',
      'a verifier key is written <name>+<8 hex digits>+<base64>',
    );
  const match = /^([^+]*)\+([0-9a-f]{8})\+(.+)$/s.exec(source);
  if (!match || !NAME.test(match[1])) throw form();
  const raw = unbase64(match[3]);
  if (raw.length !== 33 || raw[0] !== 1) throw form();
  const key = raw.slice(1);
  checkKey(key);
  const id = keyId(match[1], key);
  if (!equal(id, unhex(match[2]))) {
    throw new Wrong(`${match[1]} 的密钥编号与密钥不符`, `the key id of ${match[1]} is not that of its key`);
  }
  return { name: match[1], id, key, text: source };
}

/** How a verifier key is written. @param {string} name @param {Uint8Array} key */
export function writeVerifierKey(name, key) {
  return `${name}+${hex(keyId(name, key))}+${base64(concat(ED25519, key))}`;
}

function signatureLine(line) {
  const parts = line.split(' ');
  let raw = new Uint8Array(0);
  try {
    raw = unbase64(parts[2]);
  } catch {
    // An unreadable line is told below, like every other malformed one.
  }
  if (parts.length !== 3 || parts[0] !== '—' || !NAME.test(parts[1]) || raw.length < 5) {
    throw new Wrong('签名行不是“— 名称 base64”', 'a signature line is not "— name base64"');
  }
  return { name: parts[1], id: raw.subarray(0, 4), signature: raw.subarray(4) };
}

/**
 * The text of a note that a known key signed.
 * @param {string} note
 * @param {VerifierKey[]} keys
 * @returns {Promise<string>} the text with its final newline
 */
export async function openNote(note, keys) {
  if (utf8(note).length > MAX_NOTE) {
    throw new Wrong(`签名文书超过 ${MAX_NOTE} 字节`, `a note of more than ${MAX_NOTE} bytes`);
  }
  if (/[\0-\x09\x0b-\x1f]/.test(note)) throw new Wrong('签名文书含控制字符', 'a note holds a control character');
  const gap = note.lastIndexOf('\n\n');
  if (gap < 0 || !note.endsWith('\n') || gap + 2 >= note.length) {
    throw new Wrong(
      '签名文书应由正文、空行、签名行组成',
      'a note is text ending in a newline, an empty line and signature lines',
    );
  }
  const text = note.slice(0, gap + 1);
  const lines = note.slice(gap + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) {
    throw new Wrong(`签名行超过 ${MAX_SIGNATURES} 条`, `more than ${MAX_SIGNATURES} signature lines`);
  }
  let found = false;
  for (const line of lines.map(signatureLine)) {
    const key = keys.find((k) => k.name === line.name && equal(k.id, line.id));
    if (!key) continue;
    if (!(await verify(key.key, utf8(text), line.signature))) {
      throw new Wrong(`${line.name} 的签名不成立`, `the signature of ${line.name} does not hold`);
    }
    found = true;
  }
  if (!found) {
    const names = keys.map((k) => k.name).join(', ');
    throw new Wrong(`没有 ${names} 的签名`, `no signature by ${names}`);
  }
  return text;
}

/** A decimal number without sign and leading zeros, within 2^53−1; null otherwise. @param {string} text */
export function decimal(text) {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/**
 * A checkpoint whose signature held.
 * @typedef {{origin: string, size: number, root: Uint8Array, note: string}} Checkpoint
 */

/**
 * Opens a checkpoint: three lines, this origin, signed by the log's key.
 * @param {string} note
 * @param {VerifierKey} key
 * @param {string} [origin] the name of the key where left out
 * @returns {Promise<Checkpoint>}
 */
export async function openCheckpoint(note, key, origin = key.name) {
  const lines = (await openNote(note, [key])).split('\n');
  if (lines.length !== 4 || lines[3] !== '') {
    throw new Wrong('检查点应恰有三行', 'a checkpoint has exactly three lines');
  }
  if (lines[0] !== origin) throw new Wrong('检查点属于另一份日志', 'a checkpoint of another origin');
  const size = decimal(lines[1]);
  if (size === null) {
    throw new Wrong('检查点的大小不是十进制数', 'the size of a checkpoint is not a decimal number');
  }
  const root = unbase64(lines[2]);
  if (root.length !== 32) {
    throw new Wrong('检查点的树根不是 32 字节', 'the root of a checkpoint does not have 32 bytes');
  }
  return { origin, size, root, note };
}
