// The policy: all that a verifier trusts (docs/record-format.md, section 10), as TOML or as one verifier key.
// Invariant: a policy with a member that the document does not name is refused.

import { Wrong, unhex } from './bytes.js';
import { checkKey } from './ed25519.js';
import { parseVerifierKey } from './note.js';
import { isId } from './schema.js';

/** The longest policy in characters. */
export const MAX_POLICY = 16 << 20;

/**
 * @typedef {object} Policy
 * @property {string} origin
 * @property {import('./note.js').VerifierKey} logKey
 * @property {import('./note.js').VerifierKey|null} refusalKey
 * @property {Map<string, Uint8Array>|null} registrars account → key; null where none are known apart from the log
 * @property {string[]} checkpoints signed notes kept earlier
 */

/** Puts a policy together; the names of the keys must be those of the log. @returns {Policy} */
export function makePolicy({ origin, logKey, refusalKey = null, registrars = null, checkpoints = [] }) {
  const log = parseVerifierKey(logKey);
  if (log.name !== origin) {
    throw new Wrong('log_key 的名称不是 origin', "the name of the policy's log_key is not its origin");
  }
  const refusals = refusalKey === null ? null : parseVerifierKey(refusalKey);
  if (refusals !== null && refusals.name !== `${origin}/refusals`) {
    throw new Wrong(
      'refusal_key 的名称不是 origin 加 /refusals',
      "the name of the policy's refusal_key is not its origin with /refusals",
    );
  }
  return { origin, logKey: log, refusalKey: refusals, registrars, checkpoints };
}

/** What a person pasted: a policy file, or a verifier key alone. @param {string} source @returns {Policy} */
export function readPolicy(source) {
  if (source.length > MAX_POLICY) throw new Wrong('策略过长', 'the policy is too long');
  const line = source.trim();
  if (!line.includes('\n') && /^[^\s="]+\+[0-9a-f]{8}\+\S+$/.test(line)) {
    return makePolicy({ origin: line.slice(0, line.indexOf('+')), logKey: line });
  }
  const table = readToml(source);
  for (const name of table.keys()) {
    if (!['origin', 'log_key', 'refusal_key', 'checkpoints', 'registrar'].includes(name)) {
      throw new Wrong(`策略含未知成员 ${name}`, `the policy has a member ${name} that is not known`);
    }
  }
  return makePolicy({
    origin: textOf(table, 'origin'),
    logKey: textOf(table, 'log_key'),
    refusalKey: table.has('refusal_key') ? textOf(table, 'refusal_key') : null,
    checkpoints: checkpointsOf(table.get('checkpoints') ?? []),
    registrars: registrarsOf(table.get('registrar')),
  });
}

function textOf(table, name) {
  const value = table.get(name);
  if (typeof value !== 'string' || value === '') throw new Wrong(`策略的 ${name} 不是文本`, `the policy's ${name} is not a text`);
  return value;
}

function checkpointsOf(value) {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Wrong('策略的 checkpoints 不是文本数组', "the policy's checkpoints are not texts");
  }
  return value;
}

/** Registrars out of rows `{account, key}`, the key in hexadecimal. @returns {Map<string, Uint8Array>} */
export function registrarsOf(rows) {
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new Wrong('策略没有列出登记人', 'the policy names no registrar');
  }
  const out = new Map();
  for (const row of rows) {
    const { account, key, ...rest } = row instanceof Map ? Object.fromEntries(row) : row;
    if (!isId(account) || typeof key !== 'string' || Object.keys(rest).length > 0 || out.has(account)) {
      throw new Wrong(
        '登记人应恰有成员 account(编号)与 key,且不得重复',
        'a registrar has the members account, an id, and key, and occurs once',
      );
    }
    out.set(account, checkKey(unhex(key, 32)));
  }
  return out;
}

// The part of TOML 1.0 that section 10 shows: tables in arrays, texts in four spellings, arrays of texts.
const TOKEN =
  /[ \t]*(?:(?<nothing>#[^\n]*|\r?\n)|\[\[[ \t]*(?<table>[A-Za-z0-9_-]+)[ \t]*\]\]|(?<name>[A-Za-z0-9_-]+)[ \t]*=|(?<value>"""|'''|"|'|\[)|(?<punct>[,\]]))/y;
const ESCAPES = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', '"': '"', '\\': '\\' };

const tomlWrong = () => new Wrong('策略不是可识别的 TOML', 'the policy is not TOML as section 10 shows it');

function unescape(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([btnfr"\\])|([ \t]*\r?\n\s*)|(.|$))/gs, (_, u, long, simple, fold) => {
    if (u ?? long) {
      const code = Number.parseInt(u ?? long, 16);
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw tomlWrong();
      return String.fromCodePoint(code);
    }
    if (simple !== undefined) return ESCAPES[simple];
    if (fold !== undefined) return '';
    throw tomlWrong();
  });
}

class Reader {
  #source;
  #at = 0;

  constructor(source) {
    this.#source = source;
  }

  get done() {
    return this.#source.slice(this.#at).trim() === '';
  }

  token() {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#source);
    if (match === null) throw tomlWrong();
    this.#at = TOKEN.lastIndex;
    return match.groups;
  }

  value() {
    const { value } = this.token();
    if (value === undefined) throw tomlWrong();
    return value === '[' ? this.#array() : this.#text(value);
  }

  endOfLine() {
    const match = /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y;
    match.lastIndex = this.#at;
    if (!match.test(this.#source)) throw tomlWrong();
    this.#at = match.lastIndex;
  }

  #array() {
    const out = [];
    for (let wantsValue = true; ; ) {
      const { nothing, value, punct } = this.token();
      if (nothing !== undefined) continue;
      if (punct === ']') return out;
      if (wantsValue && value !== undefined && value !== '[') {
        out.push(this.#text(value));
        wantsValue = false;
      } else if (!wantsValue && punct === ',') {
        wantsValue = true;
      } else {
        throw tomlWrong();
      }
    }
  }

  #text(quote) {
    const long = quote.length === 3;
    const body = quote[0] === '"' ? String.raw`(?:\\[^]|[^\\])*?` : '[^]*?';
    const pattern = new RegExp(`(${body})${quote}`, 'y');
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match === null || (!long && match[1].includes('\n'))) throw tomlWrong();
    this.#at = pattern.lastIndex;
    const text = long ? match[1].replace(/^\r?\n/, '').replaceAll('\r\n', '\n') : match[1];
    return quote[0] === '"' ? unescape(text) : text;
  }
}

function readToml(source) {
  const reader = new Reader(source);
  const top = new Map();
  let table = top;
  while (!reader.done) {
    const token = reader.token();
    if (token.nothing !== undefined) continue;
    if (token.table !== undefined) {
      const rows = top.get(token.table) ?? [];
      if (!Array.isArray(rows)) throw tomlWrong();
      table = new Map();
      rows.push(table);
      top.set(token.table, rows);
    } else if (token.name !== undefined) {
      if (table.has(token.name)) throw tomlWrong();
      table.set(token.name, reader.value());
    } else {
      throw tomlWrong();
    }
    reader.endOfLine();
  }
  return top;
}
