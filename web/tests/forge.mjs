// A small log made here, with all keys at hand: entries, payloads, proofs, checkpoints, refusals, and a platform that
// serves them. Invariant: everything is made from the record format alone, with no code of the modules under test but
// byte strings, canonical JSON and hashes.

import { createHash, createPrivateKey, createPublicKey, sign as signNow } from 'node:crypto';

import { base64, concat, hex, lp, u64be, utf8 } from '../static/js/bytes.js';
import { spell, spellText } from '../static/js/canonical.js';

export const sha256 = (...parts) => new Uint8Array(createHash('sha256').update(concat(...parts)).digest());
const leafOf = (bytes) => sha256(Uint8Array.of(0), bytes);
const nodeOf = (left, right) => sha256(Uint8Array.of(1), left, right);

/** A key out of a word. */
export function keyOf(word) {
  const seed = sha256(utf8(word));
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const key = createPrivateKey({ key: Buffer.concat([head, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32));
  const signSync = (message) => new Uint8Array(signNow(null, message, key));
  return { seed, publicKey, signSync, sign: async (message) => signSync(message) };
}

/** RFC 6962, 2.1: the root by its definition. */
export function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0];
  const k = split(leaves.length);
  return nodeOf(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

function split(n) {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/** RFC 6962, 2.1.1. */
export function inclusion(m, leaves) {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...inclusion(m, leaves.slice(0, k)), rootOf(leaves.slice(k))]
    : [...inclusion(m - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
}

/** RFC 6962, 2.1.2. */
export function consistency(m, leaves, whole = true) {
  const n = leaves.length;
  if (m === 0) return [];
  if (m === n) return whole ? [] : [rootOf(leaves)];
  const k = split(n);
  return m <= k
    ? [...consistency(m, leaves.slice(0, k), whole), rootOf(leaves.slice(k))]
    : [...consistency(m - k, leaves.slice(k), false), rootOf(leaves.slice(0, k))];
}

const idOf = (name, key) => sha256(utf8(name), Uint8Array.of(10, 1), key).slice(0, 4);

/** A verifier key as it is written. */
export const verifierKey = (name, key) =>
  `${name}+${hex(idOf(name, key.publicKey))}+${base64(concat(Uint8Array.of(1), key.publicKey))}`;

/** A signature line. */
export const noteLine = (text, name, key) =>
  `— ${name} ${base64(concat(idOf(name, key.publicKey), key.signSync(utf8(text))))}\n`;

/** A signed note. */
export const note = (text, name, key) => `${text}\n${noteLine(text, name, key)}`;

/** A log of one platform. */
export class Log {
  constructor(origin = 'log.example/1', word = 'log') {
    this.origin = origin;
    this.key = keyOf(word);
    this.refusals = keyOf(`${word}/refusals`);
    this.entries = [];
    this.leaves = [];
    this.payloads = [];
  }

  head(size = this.leaves.length) {
    return { size, root: rootOf(this.leaves.slice(0, size)) };
  }

  /** Appends a fact; `act` is what a person signed, absent for the platform's own. */
  append({ kind, stream, body, act, confidential = false, ts = 1000 + this.entries.length }) {
    const at = {};
    if (act) Object.assign(at, { '@key': act.key, '@nonce': act.nonce, '@seen': act.seen });
    let [actor, sig] = act ? [hex(sha256(Buffer.from(act.key, 'hex'))), act.sig] : ['platform', ''];
    if (confidential) {
      Object.assign(at, { '@actor': actor, '@kind': kind, '@sig': sig, '@subj': stream });
      [actor, sig] = ['', ''];
    }
    const payload = payloadOf({ ...body, ...at }, `${this.entries.length}`);
    const entry = spellText({
      actor,
      commit: hex(payload.commit),
      kind: confidential ? 'confidential' : kind,
      prev: hex(this.leaves.at(-1) ?? new Uint8Array(32)),
      seq: this.entries.length,
      sig,
      subj: confidential ? '' : stream,
      ts,
      v: 1,
    });
    this.entries.push(entry);
    this.leaves.push(leafOf(utf8(entry)));
    this.payloads.push(payload.slots);
    return this.entries.length - 1;
  }

  checkpoint(size = this.leaves.length, key = this.key) {
    const { root } = this.head(size);
    return note(`${this.origin}\n${size}\n${base64(root)}\n`, this.origin, key);
  }

  receipt(seq, size = this.leaves.length, change = (parts) => parts) {
    const parts = change({
      extra: { entry: this.entries[seq], payload: { slots: this.payloads[seq] } },
      index: String(seq),
      proof: inclusion(seq, this.leaves.slice(0, size)),
      checkpoint: this.checkpoint(size),
    });
    const hashes = parts.proof.map((hash) => `${base64(hash)}\n`).join('');
    const extra = parts.extraText ?? base64(spell(parts.extra));
    return `c2sp.org/tlog-proof@v1\nextra ${extra}\nindex ${parts.index}\n${hashes}\n${parts.checkpoint}`;
  }

  refusal(code, digest, { at = 5000, sentence = 'No.', key = this.refusals, name = `${this.origin}/refusals` } = {}) {
    const { size, root } = this.head();
    const lines = ['kaibiao/refusal/v1', this.origin, code, hex(digest), at, size, base64(root), sentence];
    return note(`${lines.join('\n')}\n`, name, key);
  }
}

/** The leaf of an open slot. */
export const slotLeaf = ({ name, salt, value }) =>
  leafOf(lp(new Uint8Array(Buffer.from(salt, 'hex')), name, spell(value)));

/** Slots and commitment of fields; salts follow from the word. */
export function payloadOf(fields, word) {
  const slots = Object.keys(fields)
    .sort()
    .map((name) => ({ name, salt: hex(sha256(utf8(`${word}/${name}`))), value: fields[name] }));
  const leaves = slots.map(slotLeaf);
  while (!Number.isInteger(Math.log2(leaves.length))) {
    const decoy = leafOf(lp('decoy', sha256(utf8(`${word}/decoy/${leaves.length}`))));
    leaves.push(decoy);
    slots.push({ leaf: hex(decoy) });
  }
  return { slots, commit: rootOf(leaves) };
}

/** A signed act, as on the wire. */
export function actOf(log, { stream, kind, body }, key, seen = log.head(), word = 'nonce') {
  const nonce = sha256(utf8(word)).slice(0, 16);
  const message = lp(
    'kaibiao/act/v1', log.origin, stream, kind, sha256(spell(body)), nonce, u64be(seen.size), seen.root,
  ); // prettier-ignore
  return {
    body,
    key: hex(key.publicKey),
    kind,
    nonce: hex(nonce),
    seen: { root: hex(seen.root), size: seen.size },
    sig: hex(key.signSync(message)),
    stream,
  };
}

/** The digest of an act on the wire. */
export function digestOf(log, act) {
  const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'));
  const message = lp(
    'kaibiao/act/v1', log.origin, act.stream, act.kind, sha256(spell(act.body)), bytes(act.nonce),
    u64be(act.seen.size), bytes(act.seen.root),
  ); // prettier-ignore
  return sha256(message, bytes(act.key));
}

const answer = (status, body, type = 'application/json') =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers: { 'content-type': type } });

/** A platform over a log, as `fetch` sees it. `hooks` may answer a path otherwise, or throw. */
export function platform(log, hooks = {}) {
  const landed = new Map();
  const calls = [];
  const serve = async (address, options) => {
    const url = new URL(address, 'https://platform.example');
    calls.push(`${options?.method ?? 'GET'} ${url.pathname}`);
    const special = await hooks[url.pathname]?.(options, url);
    if (special) return special;
    if (url.pathname === '/api/platform') {
      return answer(200, {
        demo: true,
        log_key: verifierKey(log.origin, log.key),
        origin: log.origin,
        refusal_key: verifierKey(`${log.origin}/refusals`, log.refusals),
      });
    }
    if (url.pathname === '/log/checkpoint') return answer(200, log.checkpoint(), 'text/plain');
    if (url.pathname === '/log/consistency') {
      const [from, to] = ['from', 'to'].map((name) => Number(url.searchParams.get(name)));
      return answer(200, { proof: consistency(from, log.leaves.slice(0, to)).map(hex) });
    }
    if (url.pathname === '/api/acts') {
      const act = JSON.parse(options.body);
      const known = landed.get(options.body);
      const seq = known ?? log.append({ kind: act.kind, stream: act.stream, body: act.body, act });
      landed.set(options.body, seq);
      return answer(known === undefined ? 201 : 200, { at: 1000 + seq, receipt: log.receipt(seq), seq });
    }
    return answer(404, problem('resource.unknown', 404), 'application/problem+json');
  };
  serve.calls = calls;
  return serve;
}

/** An RFC 9457 document. */
export const problem = (code, status, refusal) => ({
  type: `urn:kaibiao:problem:${code}`,
  title: 'x',
  status,
  detail: 'It is refused.',
  zh: '已拒绝。',
  code,
  operation: 'op-1',
  ...(refusal === undefined ? {} : { refusal }),
});

export { answer, leafOf, nodeOf };
