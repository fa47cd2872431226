// What a seat keeps in this browser: what was typed, and after the commitment sheet and salt.
// Invariant: nothing of it is readable in the storage: everything is wrapped by the keyring's key, bound to its name.

import { text, utf8 } from '../bytes.js';

/** The place of one seat of one account. */
export class Cabinet {
  #storage;
  #keyring;
  #of;
  #line = Promise.resolve();

  /**
   * @param {import('../storage.js').Storage} storage
   * @param {import('../keyring.js').Keyring} keyring
   * @param {{account: string, tender: string, seat: string}} of
   */
  constructor(storage, keyring, { account, tender, seat }) {
    this.#storage = storage;
    this.#keyring = keyring;
    this.#of = `${account}/${tender}/${seat}`;
  }

  async #get(what) {
    const name = `seat/${what}/${this.#of}`;
    const wrapped = await this.#storage.get(name);
    return wrapped ? JSON.parse(text(await this.#keyring.unwrap(name, wrapped))) : null;
  }

  // One after another, so that what was typed last is what stays.
  #put(what, value) {
    const name = `seat/${what}/${this.#of}`;
    const next = this.#line.then(async () => {
      const wrapped = value === null ? undefined : await this.#keyring.wrap(name, utf8(JSON.stringify(value)));
      await this.#storage.update(name, () => wrapped);
    });
    this.#line = next.catch(() => {});
    return next;
  }

  /** What was typed: code → item → text. @returns {Promise<Record<string, Record<string, string>>|null>} */
  typed() {
    return this.#get('typed');
  }

  /** @param {Record<string, Record<string, string>>|null} typed null forgets */
  keepTyped(typed) {
    return this.#put('typed', typed);
  }

  /** Sheet and salt. @returns {Promise<import('./sheet.js').Kept|null>} */
  kept() {
    return this.#get('kept');
  }

  /** @param {import('./sheet.js').Kept|null} kept null forgets */
  keepSheet(kept) {
    return this.#put('kept', kept);
  }
}
