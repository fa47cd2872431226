// Canonical JSON: the subset of RFC 8785 that the record uses (docs/record-format.md, 1.1).
// Invariant: `parse` accepts exactly one spelling of a value, and `spell` writes that one.

import { Wrong, text, utf8 } from './bytes.js';

/** How deep arrays and objects may nest. */
export const DEPTH = 32;

const ASCII = /^[\0-\x7f]*$/;

function check(value, level) {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Wrong('字符串不是 Unicode 文本', 'a string is not Unicode text');
    return;
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      throw new Wrong('数不是允许范围内的整数', 'a number is not an integer within the range');
    }
    return;
  }
  if (typeof value !== 'object') throw new Wrong('不是 JSON 值', 'not a JSON value');
  if (level >= DEPTH) throw new Wrong(`嵌套超过 ${DEPTH} 层`, `nested deeper than ${DEPTH} levels`);
  if (Array.isArray(value)) {
    for (const item of value) check(item, level + 1);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (!ASCII.test(key)) throw new Wrong('键不是 ASCII', 'a key is not ASCII');
    check(item, level + 1);
  }
}

function write(value) {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    // Keys are ASCII: the order of UTF-16 units is the order of bytes.
    const members = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${write(value[key])}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The canonical text of a value. @param {unknown} value @returns {string} */
export function spellText(value) {
  check(value, 0);
  return write(value);
}

/** The canonical bytes of a value; `Wrong` if it is outside the subset. @param {unknown} value @returns {Uint8Array} */
export function spell(value) {
  return utf8(spellText(value));
}

/** The value of a canonical text; `Wrong` for any other spelling. @param {string} source */
export function parseText(source) {
  let value;
  try {
    value = JSON.parse(source);
  } catch {
    throw new Wrong('不是 JSON', 'not JSON');
  }
  check(value, 0);
  // A key that occurs twice, a fraction, an exponent and white space all show here.
  if (write(value) !== source) throw new Wrong('不是规范写法', 'not in canonical spelling');
  return value;
}

/** The value of canonical bytes; `Wrong` for any other spelling. @param {Uint8Array} bytes */
export function parse(bytes) {
  return parseText(text(bytes));
}
