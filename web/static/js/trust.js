// What this browser trusts of a platform: keys pinned at first sight, and the last head of the log that it saw.
// Invariant: a head is handed out only if the pinned key signed it and it continues the head kept before; so every
// user is a witness against a rewritten or forked history.

import { equal, hex, unhex } from './bytes.js';
import { getJson, getText } from './api.js';
import { checkConsistency } from './merkle.js';
import { openCheckpoint, parseVerifierKey } from './note.js';
import { Contradiction, Fork, Refused } from './problem.js';
import { browserStorage } from './storage.js';

const KEYS = 'trust/keys';
const HEAD = 'trust/head';
/** When the head was kept, in ms, beside its note; a note of an older version of this page has none. */
const KEPT_AT = 'trust/head-at';

/** The trust in one platform. */
export class Trust {
  #storage;
  #fetch;
  #base;
  /** The log's origin. @type {string} */
  origin;
  /** The log's key. @type {import('./note.js').VerifierKey} */
  logKey;
  /** The key of refusal statements. @type {import('./note.js').VerifierKey} */
  refusalKey;
  /** Whether the keys were pinned just now, with nothing to compare them with. @type {boolean} */
  firstSight = false;

  /**
   * Reads what is kept, or pins what the platform says of itself; refuses a platform that shows other keys.
   * @param {{storage?: import('./storage.js').Storage, fetch?: typeof fetch, base?: string}} [options] `base`: address of
   *   the platform, this origin where left out
   * @returns {Promise<Trust>}
   */
  static async open({ storage = browserStorage(), fetch, base = '' } = {}) {
    const trust = new Trust();
    trust.#storage = storage;
    trust.#fetch = fetch;
    trust.#base = base;
    const shown = await getJson(`${base}/api/platform`, { fetch });
    const said = { origin: shown.origin, log_key: shown.log_key, refusal_key: shown.refusal_key };
    const kept = await storage.update(KEYS, (before) => {
      trust.firstSight = before === undefined;
      return before ?? said;
    });
    for (const [name, value] of Object.entries(said)) {
      if (kept[name] !== value) {
        throw new Contradiction(
          `平台出示的 ${name} 是 ${value},本浏览器先前记下的是 ${kept[name]}。在弄清缘由之前,本页不会签名。`,
          `The platform shows ${name} ${value}, but this browser remembers ${kept[name]}. Nothing will be signed here until that is explained.`,
        );
      }
    }
    trust.origin = kept.origin;
    trust.logKey = parseVerifierKey(kept.log_key);
    trust.refusalKey = parseVerifierKey(kept.refusal_key);
    if (trust.logKey.name !== trust.origin || trust.refusalKey.name !== `${trust.origin}/refusals`) {
      await storage.update(KEYS, (before) => (trust.firstSight ? undefined : before));
      throw new Contradiction(
        '平台的密钥名称与其日志不符。',
        "The names of the platform's keys do not belong to its log.",
      );
    }
    return trust;
  }

  /** Address of something of this platform. @param {string} path */
  address(path) {
    return `${this.#base}${path}`;
  }

  /** The fetch function in use, for requests that belong to this platform. */
  get fetch() {
    return this.#fetch;
  }

  /** Where things are kept. */
  get storage() {
    return this.#storage;
  }

  /** Reads the log's head, checks it and keeps it. @returns {Promise<import('./note.js').Checkpoint>} */
  async observe() {
    return this.follow(await getText(this.address('/log/checkpoint'), { fetch: this.#fetch }));
  }

  /**
   * Checks that a checkpoint is signed by the pinned key and continues the one kept, and keeps the greater one.
   * @param {string} note
   * @returns {Promise<import('./note.js').Checkpoint>}
   */
  async follow(note) {
    const shown = await this.#opened(note);
    const keptNote = await this.#storage.get(HEAD);
    if (keptNote !== undefined) {
      const kept = await openCheckpoint(keptNote, this.logKey, this.origin);
      const [old, young] = kept.size <= shown.size ? [kept, shown] : [shown, kept];
      if (!(await this.#continues(old, young))) throw new Fork(kept.note, shown.note, kept.size, shown.size);
    }
    // Another tab may have kept a greater head since: the greater one stays.
    const stays = await this.#storage.update(HEAD, (latest) => (sizeOf(latest) > shown.size ? latest : note));
    if (stays === note) await this.#storage.update(KEPT_AT, () => ({ at: Date.now(), size: shown.size }));
    return shown;
  }

  /**
   * The head that this browser kept last, with the time at which it did, where that is known.
   * @returns {Promise<(import('./note.js').Checkpoint & {at: number|null})|null>}
   */
  async kept() {
    const note = await this.#storage.get(HEAD);
    if (note === undefined) return null;
    const checkpoint = await openCheckpoint(note, this.logKey, this.origin);
    const known = await this.#storage.get(KEPT_AT);
    return { ...checkpoint, at: known?.size === checkpoint.size ? known.at : null };
  }

  /** The head that the platform shows now, signed, compared with nothing and not kept. */
  async shown() {
    return this.#opened(await getText(this.address('/log/checkpoint'), { fetch: this.#fetch }));
  }

  /**
   * Checks that a head which somebody names is one of this log; throws what contradicts it.
   * @param {{size: number, root: Uint8Array}} named
   */
  async contains(named) {
    const head = await this.observe();
    if (named.size > head.size || !(await this.#continues(named, head))) {
      throw new Contradiction(
        `所述的日志头(${named.size} 条)不属于本浏览器所见的日志。`,
        `The head named, of ${named.size} entries, is none of the log that this browser sees.`,
      );
    }
  }

  async #opened(note) {
    try {
      return await openCheckpoint(note, this.logKey, this.origin);
    } catch (error) {
      throw new Contradiction(
        `平台出示的检查点不成立:${error.zh ?? error.message}。`,
        `The checkpoint that the platform shows does not hold: ${error.message}.`,
        { cause: error },
      );
    }
  }

  async #continues(old, young) {
    if (old.size === young.size) return equal(old.root, young.root);
    if (old.size === 0) return true;
    let proof;
    try {
      const path = `/log/consistency?from=${old.size}&to=${young.size}`;
      proof = (await getJson(this.address(path), { fetch: this.#fetch })).proof.map((hash) => unhex(hash, 32));
      checkConsistency(old.size, young.size, old.root, young.root, proof);
      return true;
    } catch (error) {
      // A platform that signed both heads can prove that one continues the other; if it refuses, it cannot.
      // Being busy or broken is no refusal.
      if (error instanceof Refused) {
        if (error.status >= 500 || error.status === 429) throw error;
        return false;
      }
      if (error.name === 'Unreachable') throw error;
      return false;
    }
  }
}

function sizeOf(note) {
  return note === undefined ? -1 : Number(note.split('\n')[1]);
}

/** How a head is written in an act. @param {{size: number, root: Uint8Array}} head */
export const seenOf = (head) => ({ root: hex(head.root), size: head.size });
