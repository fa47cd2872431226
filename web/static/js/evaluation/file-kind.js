// What a file is, by its first bytes: bids name no type, and what a name says is not believed.
// Invariant: only kinds that are drawn or shown as plain text are named; everything else is null.

const SIGNS = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
];

const begins = (bytes, sign) => sign.every((byte, n) => bytes[n] === byte);

const isWebp = (bytes) => begins(bytes, [0x52, 0x49, 0x46, 0x46]) && begins(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50]);

/** The text of a file in UTF-8, or in the encoding of Chinese offices; null if it is no text. @param {Uint8Array} bytes */
export function textOf(bytes) {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      const found = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      // A control character other than tab, line feed and carriage return stands in no text.
      // eslint-disable-next-line no-control-regex
      return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(found) ? null : found;
    } catch {
      // Not in this encoding.
    }
  }
  return null;
}

/**
 * The kind of a file.
 * @param {Uint8Array} bytes
 * @returns {'application/pdf'|'image/png'|'image/jpeg'|'image/gif'|'image/webp'|'text/plain'|null}
 */
export function kindOf(bytes) {
  // Before a PDF other bytes may stand (ISO 32000-2, annex I): it is looked for in the first kilobyte.
  const head = String.fromCharCode(...bytes.subarray(0, 1024));
  const found = SIGNS.find(([, sign]) => begins(bytes, sign));
  if (found) return found[0];
  if (isWebp(bytes)) return 'image/webp';
  if (head.includes('%PDF-')) return 'application/pdf';
  return bytes.length <= MOST_TEXT && textOf(bytes) !== null ? 'text/plain' : null;
}

/** The longest text that is shown, in bytes. */
export const MOST_TEXT = 4 << 20;
