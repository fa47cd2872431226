// Entries and the facts that entries and their payloads amount to (docs/record-format.md, 2.1, 2.2, 2.4).
// Invariant: a `Fact` exists only where entry and fields agree and the body has the members of its kind.

import { Wrong, hex, lp, u64be, unhex, utf8 } from './bytes.js';
import { parseText, spell } from './canonical.js';
import { sha256Sync } from './hash-sync.js';
import * as schema from './schema.js';

/** The longest entry in bytes. */
export const MAX_ENTRY = 65_535;

const MEMBERS = new Map(
  Object.entries({
    actor: 'text',
    commit: 'hex32',
    kind: 'text',
    prev: 'hex32',
    seq: 'int',
    sig: 'text',
    subj: 'text',
    ts: 'instant',
    v: 'int',
  }).map(([name, type]) => [name, { type, optional: false }]),
);

const wrongOf = (both) => new Wrong(both.zh, both.en);

/**
 * An entry.
 * @typedef {{actor: string, commit: string, kind: string, prev: string, seq: number, sig: string, subj: string,
 *   ts: number, v: number}} Entry
 */

/** Reads the canonical text of an entry; members are not compared with each other. @param {string} text @returns {Entry} */
export function readEntry(text) {
  if (utf8(text).length > MAX_ENTRY) {
    throw new Wrong(`条目超过 ${MAX_ENTRY} 字节`, `an entry of more than ${MAX_ENTRY} bytes`);
  }
  const entry = parseText(text);
  const wrong = schema.structProblem(MEMBERS, entry, 'entry');
  if (wrong) throw wrongOf(wrong);
  return entry;
}

/** What is wrong with the members of an entry, taken together; null if nothing is. @param {Entry} entry */
export function entryProblem(entry) {
  if (entry.v !== 1) return { zh: 'v 不是 1', en: 'v is not 1' };
  if (entry.seq < 0 || entry.ts < 0) return { zh: 'seq 或 ts 为负', en: 'seq or ts is negative' };
  if (entry.kind === 'confidential') {
    return entry.actor === '' && entry.subj === '' && entry.sig === ''
      ? null
      : {
          zh: '保密条目显示了操作人、所属流或签名',
          en: 'a confidential entry shows an actor, a stream or a signature',
        };
  }
  if (entry.actor === 'platform') {
    return entry.sig === ''
      ? null
      : { zh: '平台的事实带有签名', en: 'a fact of the platform carries a signature' };
  }
  return /^[0-9a-f]{64}$/.test(entry.actor) && /^[0-9a-f]{128}$/.test(entry.sig)
    ? null
    : { zh: 'actor 或 sig 不是相应长度的十六进制', en: 'actor or sig is not hex of its length' };
}

/** The part of a body that is signed: without the members that its kind withholds, shown or not. */
export function signedPart(kind, body) {
  const withheld = schema.KINDS.get(kind)?.withheld ?? new Set();
  return Object.fromEntries(Object.entries(body).filter(([name]) => !withheld.has(name)));
}

/**
 * What a person signs.
 * @param {string} origin
 * @param {{stream: string, kind: string, body: object, nonce: Uint8Array, seen: {size: number, root: Uint8Array}}} act
 * @returns {Uint8Array}
 */
export function actMessage(origin, { stream, kind, body, nonce, seen }) {
  return lp(
    'kaibiao/act/v1', origin, stream, kind, sha256Sync(spell(signedPart(kind, body))), nonce, u64be(seen.size), seen.root,
  ); // prettier-ignore
}

/** The name of an act: SHA-256(act message ‖ key). @param {Uint8Array} message @param {Uint8Array} key */
export const actDigest = (message, key) => sha256Sync(message, key);

/** A fact whose payload is open. */
export class Fact {
  /** @param {Entry} entry @param {object} body @param {Map<string, any>} at its fields that begin with `@` */
  constructor(entry, body, at) {
    this.seq = entry.seq;
    this.ts = entry.ts;
    this.body = body;
    this.at = at;
    this.confidential = entry.kind === 'confidential';
    const own = this.confidential
      ? { kind: at.get('@kind'), subj: at.get('@subj'), actor: at.get('@actor'), sig: at.get('@sig') }
      : entry;
    this.kind = own.kind;
    this.stream = own.subj;
    this.actor = own.actor;
    this.sig = own.sig;
    /** @type {schema.Kind} */
    this.rule = schema.KINDS.get(this.kind);
    /** The key that acted, or null for the platform's own. @type {Uint8Array|null} */
    this.key = at.has('@key') ? unhex(at.get('@key')) : null;
  }

  /** What the person signed. @param {string} origin */
  message(origin) {
    const seen = this.at.get('@seen');
    return actMessage(origin, {
      stream: this.stream,
      kind: this.kind,
      body: this.body,
      nonce: unhex(this.at.get('@nonce')),
      seen: { size: seen.size, root: unhex(seen.root) },
    });
  }
}

const INNER = ['@kind', '@subj', '@actor', '@sig'];

/**
 * The fact of an entry and its open fields; throws `Wrong` if they are not what the kind has.
 * @param {Entry} entry @param {Map<string, unknown>} fields
 * @returns {Fact}
 */
export function makeFact(entry, fields) {
  const at = new Map();
  const body = Object.create(null);
  for (const [name, value] of fields) {
    if (!name.startsWith('@')) {
      body[name] = value;
      continue;
    }
    const wrong = schema.atProblem(name, value);
    if (wrong) throw wrongOf(wrong);
    at.set(name, value);
  }
  const confidential = entry.kind === 'confidential';
  if (confidential && !INNER.every((name) => at.has(name))) {
    throw new Wrong(
      '保密内容缺少 @kind、@subj、@actor 或 @sig',
      'a confidential payload lacks @kind, @subj, @actor or @sig',
    );
  }
  if (!confidential && INNER.some((name) => at.has(name))) {
    throw new Wrong('公开内容带有保密内容的字段', 'a public payload has a field of confidential ones');
  }
  const kind = confidential ? at.get('@kind') : entry.kind;
  const rule = schema.KINDS.get(kind);
  if (!rule) {
    const shown = JSON.stringify(kind.slice(0, 64));
    throw new Wrong(`未知的事实种类 ${shown}`, `the kind ${shown} is not known`);
  }
  if (rule.isPublic === confidential) {
    throw new Wrong(
      `${kind} 应为${rule.isPublic ? '公开' : '保密'}，条目却不是`,
      `${kind} is ${rule.isPublic ? 'public' : 'confidential'}, the entry is not`,
    );
  }
  const wrong = schema.structProblem(rule.members, body, kind, rule.withheld);
  if (wrong) throw wrongOf(wrong);
  for (const name of rule.platform ? [] : ['@seen', '@key', '@nonce']) {
    if (!at.has(name)) throw new Wrong(`签名行为缺少 ${name}`, `an act lacks ${name}`);
  }
  const fact = new Fact(entry, body, at);
  const misplaced = streamProblem(fact);
  if (misplaced) throw wrongOf(misplaced);
  return fact;
}

const HEADS = ['account', 'ceremony', 'tender', 'evaluation', 'pool', 'supervision'];

/** What is wrong with the stream of a fact; null if it is the one that kind and body ask for. @param {Fact} fact */
export function streamProblem({ kind, body, stream }) {
  const gap = stream.indexOf('/');
  const head = gap < 0 ? stream : stream.slice(0, gap);
  const tail = gap < 0 ? '' : stream.slice(gap + 1);
  if (stream !== 'platform' && stream !== 'rules' && !(HEADS.includes(head) && schema.isId(tail))) {
    const shown = JSON.stringify(stream.slice(0, 80));
    return { zh: `${shown} 不是流`, en: `${shown} is not a stream` };
  }
  const family = schema.family(kind);
  if (family === 'platform') {
    const fits = /^facts?\./.test(kind) || stream === 'platform';
    return fits ? null : { zh: `${kind} 不在 platform 流`, en: `${kind} is not on platform` };
  }
  if (kind === 'key.proved') {
    const fits = head === 'tender' || head === 'ceremony';
    return fits ? null : { zh: `${kind} 在 ${stream} 流`, en: `${kind} is on ${stream}` };
  }
  const id = { account: body.account, ceremony: body.ceremony, pool: body.pool }[family] ?? body.tender;
  const wanted = family === 'rules' ? family : `${family}/${id}`;
  return stream === wanted
    ? null
    : { zh: `${kind} 在 ${stream} 流，应在 ${wanted}`, en: `${kind} is on ${stream}, not on ${wanted}` };
}

/** The fingerprint of a key as entries write it. @param {Uint8Array} key */
export const fingerprintHex = (key) => hex(sha256Sync(key));
