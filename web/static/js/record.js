// The log of a dossier: entries, opened payloads, facts and accounts.
// Invariant: a fact is here only if its payload gives the entry's commitment and its body has the members of its kind;
// what went wrong with the others is kept for check 36.

import { Wrong, text, unhex } from './bytes.js';
import { fingerprintHex, makeFact, readEntry } from './fact.js';
import { leafHash, tileName, widths } from './merkle.js';
import { openPayloadBytes } from './payload.js';

const MAX_ENTRY_BUNDLE = 256 * 65_537;
const MAX_PAYLOAD = 16 << 20;

/** An enrolled account, or a registrar of the founding. */
export class Account {
  constructor(name, key, roles, seq, custody = null, until = null) {
    this.name = name;
    this.key = key;
    this.roles = new Set(roles);
    this.seq = seq;
    this.custody = custody;
    /** Position of its revocation, or null. @type {number|null} */
    this.revoked = null;
    /** The last instant at which it may act, or null. @type {number|null} */
    this.until = until;
  }

  /** Whether the account could act in the entry at this position. @param {number} seq */
  active(seq) {
    return this.seq < seq && (this.revoked === null || seq < this.revoked);
  }

  /** Whether the account could still act at this time. @param {number} ts */
  timely(ts) {
    return this.until === null || ts <= this.until;
  }
}

/** The entries of one bundle as bytes. */
function split(path, bytes, width) {
  const out = [];
  let at = 0;
  while (at < bytes.length) {
    const length = at + 2 <= bytes.length ? bytes[at] * 256 + bytes[at + 1] : Infinity;
    if (at + 2 + length > bytes.length) throw new Wrong(`${path}:条目不完整`, `${path}: an entry is cut short`);
    out.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  if (out.length !== width) {
    throw new Wrong(`${path}:有 ${out.length} 条,应为 ${width} 条`, `${path}: ${out.length} entries, not ${width}`);
  }
  return out;
}

/** Everything that the checks read. */
export class Record {
  /** Leaf hashes of all entries that could be read. @type {Uint8Array[]} */
  leaves = [];
  /** The entries; null where one has not the form of an entry. @type {(import('./fact.js').Entry|null)[]} */
  entries = [];
  /** Why not all entries could be read. @type {Wrong[]} */
  readProblems = [];
  /** Entries of another form. @type {{seq: number, error: Wrong}[]} */
  formProblems = [];
  /** Payloads that are wrong. @type {{seq: number, error: Wrong}[]} */
  payloadProblems = [];
  /** Facts by position, ascending. @type {Map<number, import('./fact.js').Fact>} */
  facts = new Map();
  /** @type {Map<string, Account>} */
  accounts = new Map();
  #kinds = new Map();
  #byKey = new Map();

  /**
   * Reads the log of a dossier.
   * @param {import('./bundle.js').Bundle} bundle @param {import('./policy.js').Policy} policy
   * @param {(done: number, all: number) => void} [onRead]
   * @returns {Promise<Record>}
   */
  static async of(bundle, policy, onRead = () => {}) {
    const record = new Record();
    record.bundle = bundle;
    record.policy = policy;
    record.tender = bundle.tender;
    record.size = bundle.size;
    await record.#readEntries();
    /** Whether every entry is there and has the form of one. */
    record.readable = record.readProblems.length === 0 && record.formProblems.length === 0;
    if (record.readable) await record.#readPayloads(onRead);
    for (const fact of record.facts.values()) {
      if (!record.#kinds.has(fact.kind)) record.#kinds.set(fact.kind, []);
      record.#kinds.get(fact.kind).push(fact);
    }
    record.#readAccounts();
    return record;
  }

  async #readEntries() {
    for (const [number, width] of widths(this.size)) {
      const path = `log/tile/entries/${tileName(number, width)}`;
      let parts;
      try {
        parts = split(path, await this.bundle.read(path, MAX_ENTRY_BUNDLE), width);
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        this.readProblems.push(error);
        return;
      }
      for (const part of parts) this.#addEntry(part);
    }
  }

  #addEntry(bytes) {
    let entry = null;
    try {
      entry = readEntry(text(bytes));
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      this.formProblems.push({ seq: this.leaves.length, error });
    }
    this.leaves.push(leafHash(bytes));
    this.entries.push(entry);
  }

  async #readPayloads(onRead) {
    for (const [seq, entry] of this.entries.entries()) {
      const path = `payloads/${seq}.json`;
      if (seq % 64 === 0) onRead(seq, this.size);
      if (!this.bundle.has(path)) continue;
      try {
        const fields = openPayloadBytes(await this.bundle.read(path, MAX_PAYLOAD), unhex(entry.commit));
        this.facts.set(seq, makeFact(entry, fields));
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        this.payloadProblems.push({ seq, error });
      }
    }
  }

  #readAccounts() {
    const founded = this.founded();
    for (const row of founded?.body.registrars ?? []) {
      this.#enrol(new Account(row.account, unhex(row.key), ['registrar'], -1));
    }
    for (const { seq, body } of this.of('account.enrolled')) {
      this.#enrol(new Account(body.account, unhex(body.key), body.roles, seq, body.custody ?? null, body.until ?? null));
    }
    for (const { seq, body } of this.of('account.revoked')) {
      const account = this.accounts.get(body.account);
      if (account && account.revoked === null) account.revoked = seq;
    }
  }

  #enrol(account) {
    if (!this.accounts.has(account.name)) this.accounts.set(account.name, account);
    const name = fingerprintHex(account.key);
    if (!this.#byKey.has(name)) this.#byKey.set(name, account);
  }

  /** The open `platform.founded` of entry 0, or null. */
  founded() {
    const first = this.facts.get(0);
    return first?.kind === 'platform.founded' ? first : null;
  }

  /** The facts of these kinds, in the order of the log. @param {...string} kinds @returns {import('./fact.js').Fact[]} */
  of(...kinds) {
    const found = kinds.flatMap((kind) => this.#kinds.get(kind) ?? []);
    return kinds.length > 1 ? found.sort((a, b) => a.seq - b.seq) : found;
  }

  /** As `of`, but only those of the dossier's tender. @param {...string} kinds */
  mine(...kinds) {
    return this.of(...kinds).filter((fact) => fact.body.tender === this.tender);
  }

  /** The account whose key acted, or null. @param {import('./fact.js').Fact} fact @returns {Account|null} */
  accountOf(fact) {
    return this.#byKey.get(fact.actor) ?? null;
  }
}
