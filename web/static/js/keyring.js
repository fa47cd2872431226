// The keys of a person in this browser: account keys, custodians' seeds, bid keys with their locks and scalars.
// Invariant: a key is kept only after its backup file was read back; a private key is kept in a form that WebCrypto
// does not give out again, and every other secret is wrapped by an AES key of that kind, bound to its name.

import { Wrong, equal, hex, lp, random, unhex, utf8 } from './bytes.js';
import { Custodian } from './custodian.js';
import { fingerprint, privateKey, publicOfSeed, signerOf } from './ed25519.js';
import { sha256Sync } from './hash-sync.js';
import { openKey, openSeed, sealKey, sealSeed } from './pkcs8.js';

// Without it the page says so (`browser.js`), which it can only if this module loads.
const subtle = globalThis.crypto?.subtle;
const WRAP = 'key/wrap';

/** Submissions whose locks are kept in stock: each envelope of each revision takes one. */
export const STOCK = 128;

/** A fresh key that waits for its backup to be read back. */
export class Draft {
  #seed;
  #openFile;
  #confirmed = false;
  /** The backup file, PEM. @type {string} */
  file;
  /** The public key; of a custodian the key that signs. @type {Uint8Array} */
  publicKey;

  /**
   * @param {'key'|'seed'} kind an Ed25519 key, or a custodian's seed
   * @param {string} passphrase at least 8 characters
   * @param {number} [rounds] fewer than the standard for worthless keys only
   */
  static async make(kind, passphrase, rounds) {
    if ([...passphrase].length < 8) {
      throw new Wrong('口令至少 8 个字符', 'a passphrase needs at least 8 characters');
    }
    const seed = random(32);
    const file = await (kind === 'seed' ? sealSeed : sealKey)(seed, passphrase, rounds);
    return Draft.#of(kind, seed, file);
  }

  /** A key that is restored from its backup needs no second reading. */
  static async restore(kind, file, passphrase, expected) {
    const seed = kind === 'seed' ? await openSeed(file, passphrase) : await openKey(file, passphrase, expected);
    const draft = await Draft.#of(kind, seed, file);
    if (expected && !equal(fingerprint(draft.publicKey), expected)) {
      throw new Wrong('密钥文件中不是已登记的密钥', 'the key file holds another key than the one enrolled');
    }
    draft.#confirmed = true;
    return draft;
  }

  static async #of(kind, seed, file) {
    const draft = new Draft();
    draft.#seed = seed;
    draft.file = file;
    draft.#openFile = kind === 'seed' ? openSeed : openKey;
    draft.publicKey = kind === 'seed' ? (await Custodian.of(seed)).signer.publicKey : await publicOfSeed(seed);
    return draft;
  }

  /** Reads the backup back as the person saved it. @param {string} file @param {string} passphrase */
  async confirm(file, passphrase) {
    if (!equal(await this.#openFile(file, passphrase), this.#seed)) {
      throw new Wrong('读回的备份是另一把密钥', 'the backup that was read back holds another key');
    }
    this.#confirmed = true;
  }

  /** The seed, once: who takes it keeps the key, and this draft is empty afterwards. */
  take() {
    if (!this.#confirmed) {
      throw new Wrong('请先读回备份文件，再保存密钥', 'read the backup file back first; then the key is kept');
    }
    const seed = this.#seed;
    this.#seed = null;
    if (!seed) throw new Wrong('该密钥已保存过', 'this key was kept already');
    return seed;
  }
}

/**
 * β of an envelope with bidder lock (投标人解密), which the key file alone gives again:
 * `SHA-256(LP("kaibiao/bidder-lock/v1", seed of the bid key, submission))`.
 */
export const lockSecret = (seed, submission) => sha256Sync(lp('kaibiao/bidder-lock/v1', seed, submission));

/** The keys that one browser keeps for one address. */
export class Keyring {
  #storage;

  /** @param {import('./storage.js').Storage} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  async #wrapKey() {
    const kept = await this.#storage.get(WRAP);
    if (kept) return kept;
    const fresh = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    // Another tab may have been faster: the first key stays.
    return this.#storage.update(WRAP, (first) => first ?? fresh);
  }

  /** Wraps a secret; it opens under the same name only. @param {string} name @param {Uint8Array} secret */
  async wrap(name, secret) {
    const iv = random(12);
    const how = { name: 'AES-GCM', iv, additionalData: utf8(name) };
    return { iv, sealed: new Uint8Array(await subtle.encrypt(how, await this.#wrapKey(), secret)) };
  }

  /** Unwraps a secret. @param {string} name @param {{iv: Uint8Array, sealed: Uint8Array}} wrapped */
  async unwrap(name, { iv, sealed }) {
    const how = { name: 'AES-GCM', iv, additionalData: utf8(name) };
    try {
      return new Uint8Array(await subtle.decrypt(how, await this.#wrapKey(), sealed));
    } catch {
      throw new Wrong('保存的秘密无法解开', 'a secret that was kept cannot be unwrapped');
    }
  }

  /** Keeps an account key. @param {string} account @param {Draft} draft */
  async keepAccount(account, draft) {
    const { publicKey, file } = draft;
    const key = await privateKey(draft.take());
    await this.#storage.update(`key/account/${account}`, () => ({ key, publicKey, file }));
  }

  async #kept(name, zh, en) {
    const kept = await this.#storage.get(name);
    if (!kept) throw new Wrong(zh, en);
    return kept;
  }

  /** The account keys here. @returns {Promise<string[]>} accounts */
  async accounts() {
    return (await this.#storage.names('key/account/')).map((name) => name.slice('key/account/'.length));
  }

  /** Signs as an account. @param {string} account @returns {Promise<import('./ed25519.js').Signer>} */
  async account(account) {
    const { key, publicKey } = await this.#kept(
      `key/account/${account}`,
      `本浏览器没有账户 ${account} 的密钥，请用备份文件恢复`,
      `this browser has no key of account ${account}: restore it from its backup file`,
    );
    return signerOf(key, publicKey);
  }

  /**
   * What is kept of an account's key: the public key and the backup file as it was made.
   * @param {string} account
   * @param {'account'|'seed'} [kind]
   * @returns {Promise<{publicKey: Uint8Array, file: string}|null>}
   */
  async keptOf(account, kind = 'account') {
    const kept = await this.#storage.get(`key/${kind}/${account}`);
    return kept ? { publicKey: kept.publicKey, file: kept.file } : null;
  }

  /** The custodians whose seeds are here. @returns {Promise<string[]>} accounts */
  async seeds() {
    return (await this.#storage.names('key/seed/')).map((name) => name.slice('key/seed/'.length));
  }

  /** Forgets an account's key, or a custodian's seed: only the backup file has it then. */
  async forgetKey(account, kind = 'account') {
    await this.#storage.update(`key/${kind}/${account}`, () => undefined);
  }

  /** Keeps a custodian's seed, wrapped. @param {string} account @param {Draft} draft a draft of kind `seed` */
  async keepSeed(account, draft) {
    const name = `key/seed/${account}`;
    const { publicKey, file } = draft;
    const wrapped = await this.wrap(name, draft.take());
    await this.#storage.update(name, () => ({ wrapped, publicKey, file }));
  }

  /** The custodian whose seed is kept here. @param {string} account @returns {Promise<Custodian>} */
  async custodian(account) {
    const name = `key/seed/${account}`;
    const kept = await this.#kept(
      name,
      `本浏览器没有保管人 ${account} 的种子，请用备份文件恢复`,
      `this browser has no seed of custodian ${account}: restore it from its backup file`,
    );
    return Custodian.of(await this.unwrap(name, kept.wrapped));
  }

  /**
   * Keeps the key of a bid with a stock of submissions and their locks, which follow from the key's seed; a used bid
   * that is restored gives its submissions, whose locks are kept too.
   * @param {{bid: string, tender: string}} of
   * @param {Draft} draft
   * @param {Uint8Array[]} [used] submissions of before
   */
  async keepBid({ bid, tender }, draft, used = []) {
    const { publicKey, file } = draft;
    const seed = draft.take();
    const key = await privateKey(seed);
    const one = async (submission) => {
      const name = hex(submission);
      return { submission: name, lock: await this.wrap(`lock/${bid}/${name}`, lockSecret(seed, submission)) };
    };
    const stock = await Promise.all(Array.from({ length: STOCK }, () => one(random(16))));
    const before = await Promise.all(used.map(one));
    seed.fill(0);
    await this.#storage.update(`key/bid/${bid}`, () => ({ tender, key, publicKey, file, stock }));
    for (const { submission, lock } of before) {
      await this.#storage.update(`lock/${bid}/${submission}`, () => lock);
    }
  }

  async #bid(bid) {
    return this.#kept(
      `key/bid/${bid}`,
      `本浏览器没有投标 ${bid} 的密钥，请用备份文件恢复`,
      `this browser has no key of bid ${bid}: restore it from its backup file`,
    );
  }

  /** The bids whose keys are here. @returns {Promise<{bid: string, tender: string}[]>} */
  async bids() {
    const names = await this.#storage.names('key/bid/');
    return Promise.all(
      names.map(async (name) => ({ bid: name.slice('key/bid/'.length), tender: (await this.#storage.get(name)).tender })),
    );
  }

  /** Signs with a bid's key. @returns {Promise<import('./ed25519.js').Signer & {tender: string, file: string}>} */
  async bid(bid) {
    const { key, publicKey, tender, file } = await this.#bid(bid);
    return { ...signerOf(key, publicKey), tender, file };
  }

  /**
   * A submission that was never used, with its lock; no other caller gets the same one.
   * @param {string} bid
   * @returns {Promise<{submission: Uint8Array, beta: Uint8Array}>}
   */
  async takeSubmission(bid) {
    await this.#bid(bid);
    let taken;
    await this.#storage.update(`key/bid/${bid}`, (kept) => {
      taken = kept.stock.pop();
      return kept;
    });
    if (!taken) {
      throw new Wrong(
        '此投标密钥预备的提交编号已用完：请用密钥备份文件恢复一次',
        'the submissions prepared for this bid key are used up: restore the key from its backup file once',
      );
    }
    await this.#storage.update(`lock/${bid}/${taken.submission}`, () => taken.lock);
    const submission = unhex(taken.submission, 16);
    return { submission, beta: await this.lock(bid, submission) };
  }

  /** β of a submission that was taken. @param {string} bid @param {Uint8Array} submission */
  async lock(bid, submission) {
    const name = `lock/${bid}/${hex(submission)}`;
    const wrapped = await this.#kept(
      name,
      '本浏览器没有该信封的解密密钥，请用投标密钥备份文件恢复',
      'this browser has no lock of that envelope: restore the bid key from its backup file',
    );
    return this.unwrap(name, wrapped);
  }

  /** Forgets a bid: its key, its locks, its scalars. */
  async forget(bid) {
    for (const prefix of [`lock/${bid}/`, `sealing/${bid}/`]) {
      for (const name of await this.#storage.names(prefix)) await this.#storage.update(name, () => undefined);
    }
    await this.#storage.update(`key/bid/${bid}`, () => undefined);
  }
}

/** What binds a wrapped scalar to its envelope. */
export const scalarName = (bid, submission) => `scalar/${bid}/${hex(submission)}`;

/** A fresh id of a bid: 16 hex digits of chance. @returns {string} */
export const freshBidId = () => `bid-${hex(random(8))}`;

/** The message by which a bid key is entered, and by which an account certifies it. @returns {Uint8Array} */
export const bidKeyMessage = (origin, tender, bid, key) => lp('kaibiao/bid-key/v1', origin, tender, bid, key);
