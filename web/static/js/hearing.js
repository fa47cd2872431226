// What the pages of objections and complaints share: tracking numbers, digests of evidence, instants, the signing of an act.
// Invariant: a tracking number is kept in this browser before its complaint is sent, so that no lost answer loses it.

import { act } from './act.js';
import { hex, lp, random, utf8 } from './bytes.js';
import { fill, find } from './dom.js';
import { FieldFault, wanted } from './form.js';
import { sha256 } from './hash.js';
import { Keyring } from './keyring.js';
import { say, sayTime } from './language.js';
import { instant } from './notice-draft.js';
import { browserStorage } from './storage.js';

const storage = browserStorage();
const keyring = new Keyring(storage);

/** The largest file whose digest is made here, in bytes. */
const LARGEST = 512 << 20;

/** A new tracking number and the digest that the log gets of it (docs/record-format.md, 8.7). @returns {Promise<{number: string, tracking: string}>} */
export async function newNumber() {
  const number = random(32);
  return { number: hex(number), tracking: await trackingOf(number) };
}

/** `SHA-256(LP("kaibiao/tracking/v1", number))`. @param {Uint8Array} number @returns {Promise<string>} */
export async function trackingOf(number) {
  return hex(await sha256(lp(utf8('kaibiao/tracking/v1'), number)));
}

/** Keeps the number of a complaint in this browser. */
export const keepNumber = (complaint, kept) => storage.update(`tracking/${complaint}`, () => kept);

/** SHA-256 of each file chosen, ascending and each once. @param {HTMLInputElement} field @returns {Promise<string[]>} */
export async function digests(field) {
  const found = new Set();
  for (const file of field.files) {
    if (file.size > LARGEST) throw new FieldFault(field, `文件 ${file.name} 超过 512 MiB。`, `${file.name} has more than 512 MiB.`);
    found.add(hex(await sha256(new Uint8Array(await file.arrayBuffer()))));
  }
  return [...found].sort();
}

/** The instant of a field, China time; a fault if there is none. @param {HTMLInputElement} field @returns {number} */
export function moment(field) {
  wanted(field);
  const at = instant(field.value);
  if (!Number.isFinite(at)) throw new FieldFault(field, '请填写日期和时间。', 'Write date and time.');
  return at;
}

/** Signs a fact and says that it is in the log. @param {{account: string, stream: string, kind: string, body: object, done?: string}} what */
export async function signed({ account, stream, kind, body, done = '#done' }) {
  const landed = await act({ stream, kind, body }, await keyring.account(account));
  fill(find(done), say(`已签名,日志第 ${landed.seq} 条,${sayTime(landed.at)}。`, `Signed: entry ${landed.seq} of the log, ${sayTime(landed.at)}.`));
  return landed;
}

/** Loads the page again when what was said could be read. */
export const again = () => setTimeout(() => location.reload(), 1_500);
