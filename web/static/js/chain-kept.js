// The log confronted with what was kept of it: this browser's last checkpoint, notes handed in from files, the roots of
// the last walk (比对先前的检查点).
// Invariant: the log is walked whole whatever was kept says; a head that contradicts any of it is not kept; and where
// two logs part is told as narrowly as what was kept allows, never more.

import { hex, unhex } from './bytes.js';
import { examine, fork } from './chain.js';
import { openCheckpoint } from './note.js';

/** Roots at the ends of bundles, as the last whole walk of this browser found them. */
const ROOTS = 'chain/roots';
/** Longest note that is read from a file, in bytes. */
const LONGEST = 16_384;

/**
 * A checkpoint kept, beside the log. `from`: where it was kept; `at`: when, in ms; `time`: that of its last entry, in ms;
 * `parts`: where the log walked differs from its own.
 * @typedef {{from: string|null, note: string, size: number, root: Uint8Array, at: number|null, agrees: boolean|null,
 *   time: number|null, parts: import('./chain.js').Fork|null}} Kept
 */

/**
 * A note from a file, or why it is none of this log's.
 * @param {import('./trust.js').Trust} trust
 * @param {{name: string, size: number, lastModified?: number, text: () => Promise<string>}} file
 */
async function handed(trust, file) {
  const refused = (zh, en) => ({ name: file.name, zh, en });
  if (file.size > LONGEST) {
    return { refused: refused(`超过 ${LONGEST} 字节,不是检查点`, `more than ${LONGEST} bytes, so no checkpoint`) };
  }
  try {
    const checkpoint = await openCheckpoint(await file.text(), trust.logKey, trust.origin);
    return { ...checkpoint, from: file.name, at: file.lastModified ?? null };
  } catch (error) {
    return { refused: refused(error.zh ?? error.message, error.message) };
  }
}

/**
 * Walks the log that the platform shows now and compares it with everything kept.
 * @param {import('./trust.js').Trust} trust
 * @param {{files?: Iterable<File>, read?: (path: string) => Promise<Uint8Array>, onSize?: (size: number) => void,
 *   onProgress?: (done: number) => void}} [options]
 * @returns {Promise<{head: import('./note.js').Checkpoint, broken: import('./chain.js').Break|null, walked: number,
 *   isSigned: boolean, unsigned: import('./chain.js').Fork|null, kept: Kept[], refused: {name: string, zh: string,
 *   en: string}[], isSound: boolean}>} `unsigned`: where the entries differ from those that the signed root is over
 */
export async function confront(trust, { files = [], read, onSize = () => {}, onProgress } = {}) {
  const own = await trust.kept();
  const opened = await Promise.all([...files].map((file) => handed(trust, file)));
  const notes = opened.filter((one) => !one.refused);
  if (own !== null) notes.unshift({ ...own, from: null });
  const trail = ((await trust.storage.get(ROOTS)) ?? []).map(({ size, root }) => ({ size, root: unhex(root, 32) }));
  const head = await trust.shown();
  onSize(head.size);
  const found = await examine(head, { marks: [...notes, ...trail], read, onProgress });
  const walked = { size: found.walked, root: head.root };
  // Whatever this browser kept, it kept of one log; of notes from elsewhere nothing says so.
  const owned = own === null ? [] : [found.compared[0], ...found.compared.slice(notes.length)];
  const against = owned.filter(({ agrees }) => agrees !== true).sort((a, b) => a.mark.size - b.mark.size);
  const parts = async (one) => {
    if (one.agrees === true) return null;
    return fork((owned.includes(one) ? against[0] : one).mark, found.compared, walked, read);
  };
  const kept = [];
  for (const [place, note] of notes.entries()) {
    const compared = found.compared[place];
    kept.push({ ...note, agrees: compared.agrees, time: compared.time, parts: await parts(compared) });
  }
  const isUnsigned = found.broken === null && !found.isSigned;
  const unsigned = isUnsigned ? await fork(head, found.compared, walked, read) : null;
  const isSound = found.isSigned && found.compared.every(({ agrees }) => agrees === true);
  if (isSound) {
    await trust.follow(head.note);
    await trust.storage.update(ROOTS, () => found.roots.map(({ size, root }) => ({ size, root: hex(root) })));
  }
  return {
    head,
    broken: found.broken,
    walked: found.walked,
    isSigned: found.isSigned,
    unsigned,
    kept,
    refused: opened.flatMap((one) => (one.refused ? [one.refused] : [])),
    isSound,
  };
}
